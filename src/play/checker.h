/* SPDX-License-Identifier: MIT */
/* What the files that check a lesson share: the names known so far, and what is said of one that
 * is not. Private to src/play. */
#ifndef PLAY_CHECKER_H
#define PLAY_CHECKER_H

#include "call/call.h"
#include "script/lesson.h"
#include "script/mistake.h"

enum known_kind { KNOWN_PROCESS, KNOWN_ENDS, KNOWN_VALUE };

struct known {
	const char *name;
	enum known_kind kind;
	bool blocked, ended, program, streaming; /* of a process */
	const char *in_call;
	const char *ends; /* "rw" or "ab" */
};

struct checker {
	struct known *list;
	size_t count, room;
	struct mistakes *m;
};

/* The latest of that name; NULL: none, also for no name. */
struct known *checker_find(const struct checker *c, const char *name);
/* Makes a name known, or known as something else. It stays the lesson's. */
struct known *checker_add(struct checker *c, const char *name, enum known_kind kind);
/* A mistake, "WHAT NAME", with "did you mean NEAR?"; near may be NULL. */
void checker_unknown(struct checker *c, struct place at, const char *what, const char *name, const char *near);
/* What is known and most alike; NULL. */
const char *checker_near(const struct checker *c, const char *name, bool processes);
const char *checker_near_symbol(const char *name);

void checker_expression(struct checker *c, const struct expression *x); /* NULL is fine */
/* The call's row; NULL when there is none, told. */
const struct call *checker_call(struct checker *c, const struct call_text *t);
void checker_want(struct checker *c, const struct result_text *w);

#endif

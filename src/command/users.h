/* SPDX-License-Identifier: MIT */
/* Who uses an object of a snapshot: who holds its ends, who waits about it. */
#ifndef COMMAND_USERS_H
#define COMMAND_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "command/paper.h"
#include "system/system.h"

/* The threads that wait about each object, as chains. */
struct waiters {
	int *first; /* by object: a thread, -1 none */
	int *next;  /* by thread: the next one of the same object */
};

void waiters_find(struct waiters *w, const struct system *s);
void waiters_free(struct waiters *w);

enum users_side { USERS_WRITE = 1, USERS_READ = 2 };

struct user {
	int process;    /* index */
	char mark;      /* '#' waits about this object, T stopped, Z dead, D waits for a disk; 0 */
	enum users_side side;
};

struct users {
	struct user *list; /* those who wait first, then who is stopped or dead; each once on each side */
	size_t count, room;
};

/* Reuses u's memory. */
void users_find(struct users *u, const struct system *s, const struct waiters *w, int object);
void users_free(struct users *u);
/* Leaves each process once, whichever side. */
void users_once(struct users *u);

/* "tar 812 #, gzip 813 T +2": those of these sides, at most `most` (0: all) by name, the name cut to `columns`.
 * Appends nothing for nobody. */
void users_add(struct text *t, const struct paper *p, const struct system *s, const struct users *u, unsigned sides,
	       int most, int columns);

/* Of an object with two sides: whether what side a has sent is the fuller way. Then a counts as the writer. */
bool users_turned(const struct system_object *o);

#endif

/* SPDX-License-Identifier: MIT */
/* The Objects tab: System V and POSIX objects of the machine, who uses them, and their removal. */
#ifndef UI_OBJECTS_SCREEN_H
#define UI_OBJECTS_SCREEN_H

#include "command/facilities.h"
#include "probe/limits.h"
#include "ui/machine.h"
#include "ui/term.h"

/* What is to be drawn: a plain value. */
struct objects_view {
	const struct system *system;
	const struct facilities *list;
	const int *row; int n;   /* indexes into the list, which the filter may have made fewer */
	int chosen, *scroll;
	const char *filter;      /* "" none */
	bool filtering, taken;
	const struct limit *limit; int n_limits;
	const char *detail;      /* of the chosen one: printable lines */
	const char *message;
};

/* pane_objects_tab.c */
struct area objects_tab_rows(struct area a); /* where the rows stand in it */
void objects_tab_draw(struct canvas *c, struct area a, const struct objects_view *v);

/* The question before a removal; who would be hurt is named, and where that is another user's process,
 * or his object in use, it takes a word to be typed. */
struct objects_question {
	enum { QUESTION_NONE, QUESTION_TELLS, QUESTION_ASKS, QUESTION_WORD } state;
	char kind;               /* what is meant, found again by these: */
	int id;
	uint32_t key;
	char name[SYSTEM_TEXT];
	uint64_t inode;
	char what[160], hurt[400];
	char typed[8];
};

struct objects_screen {
	struct machine *machine;
	struct facilities list;
	uint64_t built;          /* the snapshot that the list is of */
	int *row; size_t room_row; int n;
	struct limit limit[LIMITS_MOST]; int n_limits;
	int chosen, scroll;
	char choice_kind;        /* the chosen one, from snapshot to snapshot */
	int choice_id;
	char choice_name[SYSTEM_TEXT];
	char filter[64];
	bool filtering;
	struct text detail;
	struct objects_question question;
	char message[300];
	struct area rows;        /* as drawn last */
};

enum objects_wish { OBJECTS_NOTHING, OBJECTS_MAN };

/* The machine stays the caller's. */
void objects_screen_open(struct objects_screen *v, struct machine *m);
void objects_screen_close(struct objects_screen *v);
/* The tab is shown again: the snapshot that the list points into may have changed meanwhile. */
void objects_screen_show(struct objects_screen *v);
bool objects_screen_typing(const struct objects_screen *v);
enum objects_wish objects_screen_key(struct objects_screen *v, int key, const struct term_mouse *mouse);
/* The page that OBJECTS_MAN means: sysvipc(7), mq_overview(7) ... */
const char *objects_screen_manual(const struct objects_screen *v);
bool objects_screen_tick(struct objects_screen *v);
void objects_screen_draw(struct objects_screen *v, struct canvas *c);

/* objects_question.c */
void objects_question_ask(struct objects_question *q, const struct system *s, const struct facility *f);
/* True: it is to be removed now. */
bool objects_question_key(struct objects_question *q, int key);
bool objects_question_is_about(const struct objects_question *q, const struct facility *f);
void objects_question_tell(struct objects_question *q, const char *why);
void objects_question_draw(struct canvas *c, const struct objects_question *q);

#endif

/* SPDX-License-Identifier: MIT */
/* The table of keys: footer, help overlay and the manual's list are made from it. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"

enum action {
	ACT_NONE, ACT_QUIT, ACT_HELP, ACT_BACK, ACT_NEXT, ACT_PREVIOUS, ACT_AUTO, ACT_FASTER, ACT_SLOWER,
	ACT_RESTART, ACT_GOTO, ACT_PROMPT, ACT_PANE_NEXT, ACT_PANE_BEFORE, ACT_ZOOM, ACT_MAN, ACT_SOURCE,
	ACT_HOLD, ACT_SAVE, ACT_OPEN, ACT_UP, ACT_DOWN, ACT_LEFT, ACT_RIGHT, ACT_PAGE_UP, ACT_PAGE_DOWN,
	ACT_FIRST, ACT_LAST, ACT_FILTER, ACT_SANDBOX, ACT_SCRIPT, ACT_NEXT_LESSON, ACT_THEME, ACT_ANSWER,
	ACT_REDRAW, ACT_SUSPEND, ACT_REMOVE, ACT_TAB, ACT_WHY, ACT_TREE, ACT_ALL,
	ACT_SORT, ACT_SORT_BACK, ACT_LIMITS,
};

/* WATCH: the stage, while processes are watched there from outside. */
enum { KEYS_LESSONS = 1, KEYS_STAGE = 2, KEYS_SYSTEM = 4, KEYS_OBJECTS = 8, KEYS_WATCH = 16, KEYS_ALL = 31 };

struct key_row {
	int key[4];        /* as term_key gives them; 0 ends */
	const char *label; /* "Space", "Bksp" */
	unsigned where;    /* KEYS_... */
	enum action action;
	const char *word;  /* in the footer; NULL: not there */
	const char *help;  /* a sentence for help and manual */
};

const struct key_row *keys_nth(size_t n); /* NULL at the end */

/* The places, in the order of the manual, KEYS_ALL last; and whether a row is listed under one. */
struct keys_place { unsigned where; const char *title; };
const struct keys_place *keys_place_nth(size_t n); /* NULL at the end */
bool keys_listed(const struct key_row *row, unsigned where);

/* What a key does there. ACT_ANSWER for the digits on the stage. */
enum action keys_action(int key, unsigned where);

/* The footer: as many keys as fit, the most useful first. */
void keys_footer(struct canvas *c, unsigned where);

#endif

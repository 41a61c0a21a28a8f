/* SPDX-License-Identifier: MIT */
/* Mistakes in a lesson: where, what, and what would have been right. */
#ifndef SCRIPT_MISTAKE_H
#define SCRIPT_MISTAKE_H

#include "script/lesson.h"

struct mistake {
	struct place place;
	char *text; /* what is wrong */
	char *hint; /* what would be right, or NULL */
};

struct mistakes {
	struct mistake *list; /* in the order they were found; mistakes_sort orders by place */
	size_t count, room;
};

/* Adds one. hint may be NULL; else a finished text (copied). After 100 mistakes no more
 * are kept: a file of garbage need not be told a million times. */
void mistakes_add(struct mistakes *m, struct place place, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void mistakes_sort(struct mistakes *m);
void mistakes_free(struct mistakes *m);

/* Prints one as
 *     FILE:LINE:COLUMN: what is wrong
 *         parent  raed(p.r, 4)
 *                 ^~~~
 *         did you mean read?
 * The quoted line is made printable; tabs count as one column and the caret stands right
 * also under wide characters; long lines are cut around the place. */
void mistake_print(struct text *t, const struct lesson *l, const struct mistake *m);

#endif

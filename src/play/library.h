/* SPDX-License-Identifier: MIT */
/* The lessons that come with the program: where they are, their groups and order.
 *
 * The file `index` in the lessons' folder lists them: a line "GROUP TITLE" begins a group, the
 * indented lines below name its lessons, GROUP/NAME.lesson. GROUP/sandbox.lesson, where there is
 * one, sets a stage to play freely on and is not listed; nor is GROUP/with-NAME.lesson, which is
 * there to be used by others. */
#ifndef PLAY_LIBRARY_H
#define PLAY_LIBRARY_H

#include "base/error.h"
#include "script/lesson.h"
#include "script/mistake.h"

struct library_lesson {
	char *name;  /* "pipe/full" */
	char *path;
	const char *folder;    /* the library's */
	struct lesson *lesson; /* read when first asked for; NULL before */
	bool broken;           /* it cannot be read or has mistakes */
};

struct library_group {
	char *name, *title; /* "pipe", "Pipes" */
	struct library_lesson *lesson;
	size_t n_lessons, room;
	struct library_lesson sandbox; /* path NULL: none */
};

struct library {
	char *folder;
	struct library_group *group;
	size_t n_groups, room;
};

/* Finds the folder ($IPCSCOPE_LESSONS, "lessons" beside the program, ../share/ipcscope/lessons
 * from it, the installed one) and reads its index. NULL with e. */
struct library *library_open(struct error *e);
void library_free(struct library *l);

/* A lesson by name ("pipe/full", or "full" when only one group has it); NULL: none. */
struct library_lesson *library_find(struct library *l, const char *name);
/* The name most alike, for "did you mean"; NULL. */
const char *library_nearest(struct library *l, const char *name);

/* Reads it, once; NULL when that fails (broken is set then). Owned by the library. */
const struct lesson *library_read(struct library_lesson *l);

/* A lesson by shipped name or by file, parsed and checked, for the caller to free. NULL with e when
 * there is no such lesson; mistakes are added to m. A name with a slash and an ending, or that
 * begins with "." or "/", or that is a file, is a file. */
struct lesson *library_load(struct library *l, const char *name, struct mistakes *m, struct error *e);

#endif

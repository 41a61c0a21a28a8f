/* SPDX-License-Identifier: MIT */
/* The claims of lecture notes that lessons put to the kernel, with the verdicts of the lessons.
 *
 * The file `claims` in the lessons' folder lists them: number, tab, text. Verdicts are read from
 * the claim lines of the lessons. */
#ifndef PLAY_CLAIMS_H
#define PLAY_CLAIMS_H

#include "play/library.h"

/* One claim line. All of it is the library's. */
struct claim_line {
	const char *lesson;  /* its name */
	const char *verdict; /* "true", "false", "partly" */
	const char *words;   /* the claim again, then why */
};

struct claim {
	int number;
	char *text;             /* "" when a lesson judges what is not listed */
	const char *verdict;    /* NULL: no lesson judges it; "disputed": they disagree */
	struct claim_line *line; /* in the order of the course, one a lesson */
	size_t n_lines, room;
};

struct claims {
	struct claim *list; /* as the file lists them, then those that it does not */
	size_t count, room;
};

/* Reads the file, and every lesson of the library, which must outlive what is returned. NULL with
 * e when there is no such file. */
struct claims *claims_read(struct library *l, struct error *e);
void claims_free(struct claims *c); /* NULL is fine */

/* What a claim line says beyond the claim: its words from the second sentence on; "" when there
 * is but one. */
const char *claims_why(const char *words);

#endif

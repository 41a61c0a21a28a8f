/* SPDX-License-Identifier: MIT */
/* What a command prints on: how wide it is, whether it shows more than ASCII; and what stands in
 * tables: cut text, bars, sizes, users, moments. */
#ifndef COMMAND_PAPER_H
#define COMMAND_PAPER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"

struct paper {
	int width; /* columns */
	bool utf8;
};

enum { PAPER_WIDTH = 80, PAPER_NARROWEST = 40, PAPER_USER = 40 };

/* Of a stream: a terminal's width (ioctl_tty(2), TIOCGWINSZ), PAPER_WIDTH of all else; the locale's
 * characters. */
struct paper paper_of(FILE *f);

/* Appends UTF-8; where the paper shows ASCII alone, a question mark for each other character. */
void paper_add(struct text *t, const struct paper *p, const char *s);
/* The same in at most `columns` columns: what is longer ends in an ellipsis. */
void paper_add_cut(struct text *t, const struct paper *p, const char *s, int columns);
/* Text in lines of the paper's width, each but the first behind `indent` blanks; the first begins where
 * t's last line ends. Ends with a newline. */
void paper_add_wrapped(struct text *t, const struct paper *p, const char *s, int indent);

/* `columns` cells, of which `part` of `whole` are filled: full only when it is, empty only when it is. */
void paper_add_bar(struct text *t, const struct paper *p, uint64_t part, uint64_t whole, int columns);

/* "0", "1023", "1K", "63K", "2.5M": never more than there is. */
void paper_add_size(struct text *t, uint64_t bytes);

/* A user's name, printable, or his number (getpwuid(3)); the same of a group. Writes into name. */
const char *paper_user(unsigned uid, char name[PAPER_USER]);
const char *paper_group(unsigned gid, char name[PAPER_USER]);

/* Seconds since 1970 as "2026-11-20 16:13:05", local time; "never" for 0. */
void paper_add_moment(struct text *t, int64_t seconds);

/* "rw-r--r--" */
void paper_add_mode(struct text *t, unsigned mode);

#endif

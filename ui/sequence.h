/* SPDX-License-Identifier: MIT */
/* Escape sequences that terminfo does not know: told from typed keys and swallowed, or read as
 * the key that they mean on nearly every terminal. Not: sequences that curses recognises. */
#ifndef UI_SEQUENCE_H
#define UI_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

struct sequence {
	enum { SEQUENCE_NONE, SEQUENCE_CSI, SEQUENCE_SS3, SEQUENCE_STRING, SEQUENCE_STRING_END, SEQUENCE_SKIP } state;
	int skip;             /* bytes that follow and mean nothing here */
	int64_t last;         /* clock_now() of the latest byte */
	char parameter[8];    /* what stood between introducer and end; longer ones are no known key */
	unsigned length;
};

enum { SEQUENCE_NOT_PART = -1, SEQUENCE_SWALLOWED = 0 };

/* The byte behind an Escape that came in one go with it: true when it begins a sequence. */
bool sequence_begin(struct sequence *q, int byte, int64_t now);

/* Whether bytes are being waited for. One that came to a standstill for 100 ms is given up. */
bool sequence_under_way(struct sequence *q, int64_t now);

/* The next byte of it: SEQUENCE_NOT_PART when it does not belong there (the sequence is given
 * up), SEQUENCE_SWALLOWED, or the enum key (ui/term.h) that the sequence was. */
int sequence_feed(struct sequence *q, int byte, int64_t now);

#endif

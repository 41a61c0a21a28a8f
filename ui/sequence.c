/* SPDX-License-Identifier: MIT */
/* A small reader of ECMA-48 control sequences in what a terminal sends. */
#include "ui/sequence.h"

#include <string.h>

#include "base/clock.h"
#include "ui/term.h"

/* A terminal sends a sequence in one go; a slow line may split it, and somebody who types
 * Escape and [ by hand should not wait long for the keys after them. */
#define STANDSTILL (100 * CLOCK_MS)

/* Keys that xterm, the Linux console, tmux and their kin all send alike (CSI and SS3 letters). */
static const struct { char final; int key; } letters[] = {
	{ 'A', TERM_UP }, { 'B', TERM_DOWN }, { 'C', TERM_RIGHT }, { 'D', TERM_LEFT },
	{ 'H', TERM_HOME }, { 'F', TERM_END }, { 'Z', TERM_BACKTAB }, { 'P', TERM_F1 },
	{ 'M', TERM_ENTER },
};

/* CSI number ~ */
static const struct { char number[4]; int key; } numbers[] = {
	{ "1", TERM_HOME }, { "3", TERM_DELETE }, { "4", TERM_END }, { "5", TERM_PAGE_UP },
	{ "6", TERM_PAGE_DOWN }, { "7", TERM_HOME }, { "8", TERM_END }, { "11", TERM_F1 },
};

bool sequence_begin(struct sequence *q, int byte, int64_t now)
{
	memset(q, 0, sizeof *q);
	q->last = now;
	if (byte == '[')
		q->state = SEQUENCE_CSI;
	else if (byte == 'O')
		q->state = SEQUENCE_SS3;
	else if (byte == ']' || byte == 'P' || byte == '_' || byte == '^')
		q->state = SEQUENCE_STRING; /* OSC, DCS, APC, PM: answers to what another program asked */
	return q->state != SEQUENCE_NONE;
}

bool sequence_under_way(struct sequence *q, int64_t now)
{
	if (q->state != SEQUENCE_NONE && now - q->last > STANDSTILL)
		q->state = SEQUENCE_NONE;
	return q->state != SEQUENCE_NONE;
}

static int skip(struct sequence *q, int bytes)
{
	q->state = SEQUENCE_SKIP;
	q->skip = bytes;
	return SEQUENCE_SWALLOWED;
}

static int ended(struct sequence *q, int final)
{
	bool csi = q->state == SEQUENCE_CSI;

	if (csi && final == 'M' && !q->length)
		return skip(q, 3); /* a mouse report in its oldest form: button, column, row */
	if (csi && final == '[' && !q->length)
		return skip(q, 1); /* a function key of the Linux console: ESC [ [ A */
	q->state = SEQUENCE_NONE;
	if (csi && final == '~')
		for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
			if (!strcmp(numbers[i].number, q->parameter))
				return numbers[i].key;
	for (unsigned i = 0; !q->length && i < sizeof letters / sizeof letters[0]; i++)
		if (letters[i].final == final)
			return letters[i].key;
	return SEQUENCE_SWALLOWED;
}

static int feed_control(struct sequence *q, int byte)
{
	if (byte >= 0x40 && byte <= 0x7e)
		return ended(q, byte);
	if (byte < 0x20 || byte > 0x7e) {
		q->state = SEQUENCE_NONE;
		return SEQUENCE_NOT_PART;
	}
	if (q->length + 1 < sizeof q->parameter)
		q->parameter[q->length] = (char)byte;
	else
		q->parameter[0] = '?';
	q->length++;
	return SEQUENCE_SWALLOWED;
}

int sequence_feed(struct sequence *q, int byte, int64_t now)
{
	q->last = now;
	switch (q->state) {
	case SEQUENCE_CSI:
	case SEQUENCE_SS3:
		return feed_control(q, byte);
	case SEQUENCE_STRING:
		if (byte == '\a')
			q->state = SEQUENCE_NONE;
		else if (byte == 27)
			q->state = SEQUENCE_STRING_END;
		return SEQUENCE_SWALLOWED;
	case SEQUENCE_STRING_END: /* the backslash of ESC \ */
		q->state = SEQUENCE_NONE;
		return SEQUENCE_SWALLOWED;
	case SEQUENCE_SKIP:
		if (--q->skip == 0)
			q->state = SEQUENCE_NONE;
		return SEQUENCE_SWALLOWED;
	case SEQUENCE_NONE:
		break;
	}
	return SEQUENCE_NOT_PART;
}

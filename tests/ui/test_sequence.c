/* SPDX-License-Identifier: MIT */
/* Escape sequences that terminfo does not know. */
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ui/sequence.h"
#include "ui/term.h"

/* Feeds what follows an Escape; the key that came of it. *rest: what was not taken. */
static int feed(const char *bytes, const char **rest)
{
	struct sequence q;
	int key = SEQUENCE_SWALLOWED;

	*rest = bytes;
	if (!sequence_begin(&q, *(*rest)++, 0)) {
		*rest = bytes;
		return SEQUENCE_NOT_PART;
	}
	while (**rest && key == SEQUENCE_SWALLOWED && sequence_under_way(&q, 0)) {
		key = sequence_feed(&q, (unsigned char)**rest, 0);
		if (key != SEQUENCE_NOT_PART)
			++*rest;
	}
	return key;
}

static const struct feeding { const char *bytes; int key; const char *rest; } feedings[] = {
	{ "[Ax", TERM_UP, "x" },
	{ "OBx", TERM_DOWN, "x" },
	{ "[Hx", TERM_HOME, "x" },
	{ "[Zx", TERM_BACKTAB, "x" },
	{ "OPx", TERM_F1, "x" },
	{ "OMx", TERM_ENTER, "x" },
	{ "[3~x", TERM_DELETE, "x" },
	{ "[5~x", TERM_PAGE_UP, "x" },
	{ "[11~x", TERM_F1, "x" },
	{ "[[Ax", SEQUENCE_SWALLOWED, "x" },
	{ "[1;5Ax", SEQUENCE_SWALLOWED, "x" },
	{ "[3;2~x", SEQUENCE_SWALLOWED, "x" },
	{ "O5Ax", SEQUENCE_SWALLOWED, "x" },
	{ "[200~x", SEQUENCE_SWALLOWED, "x" },
	{ "[24~x", SEQUENCE_SWALLOWED, "x" },
	{ "[55555555~x", SEQUENCE_SWALLOWED, "x" },
	{ "[111111111111111111111111111111~x", SEQUENCE_SWALLOWED, "x" },
	{ "[Ix", SEQUENCE_SWALLOWED, "x" },
	{ "[?1;2cx", SEQUENCE_SWALLOWED, "x" },
	{ "[<0;5;5Mx", SEQUENCE_SWALLOWED, "x" },
	{ "[M !!x", SEQUENCE_SWALLOWED, "x" },
	{ "]11;rgb:0000/0000/0000\ax", SEQUENCE_SWALLOWED, "x" },
	{ "]11;rgb:0000/0000/0000\x1b\\x", SEQUENCE_SWALLOWED, "x" },
	{ "P1$r0m\x1b\\x", SEQUENCE_SWALLOWED, "x" },
	{ "_G;OK\x1b\\x", SEQUENCE_SWALLOWED, "x" },
	{ "x", SEQUENCE_NOT_PART, "x" },
	{ "\x1b[A", SEQUENCE_NOT_PART, "\x1b[A" },
	{ "[1\rx", SEQUENCE_NOT_PART, "\rx" },
	{ "[1\xc3x", SEQUENCE_NOT_PART, "\xc3x" },
};

START_TEST(feeding)
{
	const struct feeding *k = &feedings[_i];
	const char *rest;

	ck_assert_int_eq(feed(k->bytes, &rest), k->key);
	ck_assert_str_eq(rest, k->rest);
}
END_TEST

/* Each beginning of each sequence is waiting for more, and gives up in time. */
START_TEST(standstill)
{
	struct sequence q;

	ck_assert(sequence_begin(&q, '[', 5 * CLOCK_S));
	ck_assert(sequence_under_way(&q, 5 * CLOCK_S + 99 * CLOCK_MS));
	ck_assert_int_eq(sequence_feed(&q, '1', 5 * CLOCK_S + 99 * CLOCK_MS), SEQUENCE_SWALLOWED);
	ck_assert(sequence_under_way(&q, 5 * CLOCK_S + 150 * CLOCK_MS));
	ck_assert(!sequence_under_way(&q, 5 * CLOCK_S + 350 * CLOCK_MS));
	ck_assert(!sequence_under_way(&q, 5 * CLOCK_S + 99 * CLOCK_MS));
}
END_TEST

/* Any bytes whatever come to an end: nothing keeps a sequence open for good, or writes beyond it. */
START_TEST(any_bytes)
{
	unsigned seed = 1;

	for (int round = 0; round < 2000; round++) {
		struct sequence q;
		static const char begin[] = "[O]P_^";

		ck_assert(sequence_begin(&q, begin[round % 6], 0));
		for (int i = 0; i < 200 && sequence_under_way(&q, 0); i++) {
			int key = sequence_feed(&q, rand_r(&seed) & 0xff, 0);

			ck_assert(key == SEQUENCE_NOT_PART || key == SEQUENCE_SWALLOWED || (key >= TERM_ENTER && key <= TERM_F1));
			if (key != SEQUENCE_SWALLOWED)
				ck_assert(!sequence_under_way(&q, 0));
		}
		ck_assert(!sequence_under_way(&q, CLOCK_S));
	}
}
END_TEST

Suite *suite_sequence(void)
{
	Suite *suite = suite_create("sequence");
	TCase *tc = tcase_create("sequence");

	tcase_add_loop_test(tc, feeding, 0, (int)(sizeof feedings / sizeof feedings[0]));
	tcase_add_test(tc, standstill);
	tcase_add_test(tc, any_bytes);
	suite_add_tcase(suite, tc);
	return suite;
}

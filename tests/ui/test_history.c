/* SPDX-License-Identifier: MIT */
/* The small graph of a minute, and graphs of many things. */
#include "tests/unit.h"

#include "base/clock.h"
#include "tests/ui/panes_fixture.h"
#include "ui/history.h"

static struct history history;

static void add_until(struct history *h, int64_t from, int64_t to, int64_t level)
{
	for (int64_t at = from; at < to; at += CLOCK_S)
		history_add(h, at, level);
}

START_TEST(a_minute)
{
	struct canvas *c = canvas_new(12, 2, false);
	int64_t now = 100 * CLOCK_S;

	history_clear(&history);
	add_until(&history, now - 50 * CLOCK_S, now - 39 * CLOCK_S, 0);
	add_until(&history, now - 39 * CLOCK_S, now - 20 * CLOCK_S, 50);
	history_add(&history, now - 20 * CLOCK_S, 100);
	add_until(&history, now - 19 * CLOCK_S, now, 25);
	history_draw(&history, c, AREA(0, 0, 12, 2), now, 100);
	/* unseen, empty, half full, full for a moment of two columns, a quarter */
	fixture_expect(c, "       ██\n ░░░█████▄▄▄");
	canvas_free(c);
	c = canvas_new(12, 1, true);
	for (int i = 0; i < HISTORY_LEVELS + 100; i++)
		history_add(&history, now + i * CLOCK_MS, i); /* a ring: the oldest are gone */
	history_draw(&history, c, AREA(0, 0, 12, 1), now + CLOCK_S, 0);
	fixture_expect(c, "           #");
	canvas_free(c);
}
END_TEST

/* While nobody looked it is not known how full it was. */
START_TEST(a_gap)
{
	struct canvas *c = canvas_new(12, 1, false);
	int64_t now = 100 * CLOCK_S;

	history_clear(&history);
	add_until(&history, now - 59 * CLOCK_S, now - 40 * CLOCK_S, 100);
	add_until(&history, now - 24 * CLOCK_S, now - 14 * CLOCK_S, 100);
	history_draw(&history, c, AREA(0, 0, 12, 1), now, 100);
	fixture_expect(c, "█████  ███");
	canvas_free(c);
}
END_TEST

/* A graph for each, and room for as many as there is room. */
START_TEST(many_histories)
{
	struct histories h = { 0 };
	struct history_owner owner = { 1, 2, 3, 0 };
	struct history *first = histories_at(&h, &owner), *other;

	history_add(first, CLOCK_S, 7);
	for (uint64_t i = 1; i < HISTORIES; i++) {
		owner.inode = 3 + i;
		other = histories_at(&h, &owner);
		ck_assert_ptr_ne(other, first);
		history_add(other, 2 * CLOCK_S, 8);
	}
	owner.inode = 3;
	ck_assert_ptr_eq(histories_find(&h, &owner), first);
	ck_assert_ptr_eq(histories_at(&h, &owner), first);
	ck_assert_uint_eq(first->n, 1);
	history_add(first, 3 * CLOCK_S, 7);
	owner.inode = 1000; /* makes one of the others go */
	other = histories_at(&h, &owner);
	ck_assert_uint_eq(other->n, 0);
	ck_assert_int_eq(h.n, HISTORIES);
	owner.inode = 3;
	ck_assert_ptr_eq(histories_find(&h, &owner), first);
	owner.inode = 4;
	ck_assert_ptr_null(histories_find(&h, &owner));
	histories_free(&h);
}
END_TEST

Suite *suite_history(void)
{
	Suite *suite = suite_create("history");
	TCase *tc = tcase_create("history");

	tcase_add_test(tc, a_minute);
	tcase_add_test(tc, a_gap);
	tcase_add_test(tc, many_histories);
	suite_add_tcase(suite, tc);
	return suite;
}

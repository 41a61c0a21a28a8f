/* SPDX-License-Identifier: MIT */
/* The ring keeps the newest items under their numbers. */
#include "base/ring.h"

#include "tests/unit.h"

static void push(struct ring *r, int value)
{
	int *item = ring_push(r);

	if (*item != 0) /* an assertion of Check costs a system call: too much for a million */
		ck_abort_msg("item %d is not zeroed", value);
	*item = value;
}

START_TEST(an_empty_ring_has_no_items)
{
	struct ring r;

	ring_init(&r, sizeof(int), 4);
	ck_assert_uint_eq(ring_first(&r), 0);
	ck_assert_ptr_null(ring_at(&r, 0));
	ck_assert_ptr_null(ring_at(&r, UINT64_MAX));
	ring_free(&r);
}
END_TEST

START_TEST(the_newest_stay_and_the_oldest_fall_out)
{
	struct ring r;

	ring_init(&r, sizeof(int), 10);
	for (int i = 0; i < 1000; i++) {
		uint64_t first = i < 10 ? 0 : (uint64_t)i - 9;

		push(&r, i + 1);
		ck_assert_uint_eq(r.pushed, (uint64_t)i + 1);
		ck_assert_uint_eq(ring_first(&r), first);
		for (uint64_t n = first; n <= (uint64_t)i; n++)
			ck_assert_int_eq(*(int *)ring_at(&r, n), (int)n + 1);
		ck_assert(first == 0 || !ring_at(&r, first - 1));
		ck_assert_ptr_null(ring_at(&r, (uint64_t)i + 1));
	}
	ring_free(&r);
}
END_TEST

START_TEST(a_short_run_takes_little_memory)
{
	struct ring r;

	ring_init(&r, 100, 1000000);
	for (int i = 0; i < 20; i++)
		ring_push(&r);
	ck_assert_uint_le(r.room, 64);
	ring_free(&r);
}
END_TEST

START_TEST(a_long_run_takes_no_more_than_the_capacity_asks_for)
{
	struct ring r;
	size_t room;

	ring_init(&r, sizeof(int), 1000);
	for (int i = 0; i < 1000; i++)
		push(&r, i);
	room = r.room;
	for (int i = 0; i < 1000000; i++)
		push(&r, i);
	ck_assert_uint_eq(r.room, room);
	ring_free(&r);
}
END_TEST

START_TEST(clearing_begins_again_at_0)
{
	struct ring r;

	ring_init(&r, sizeof(int), 3);
	for (int i = 0; i < 7; i++)
		push(&r, i);
	ring_clear(&r);
	ck_assert_uint_eq(ring_first(&r), 0);
	ck_assert_ptr_null(ring_at(&r, 0));
	push(&r, 42);
	ck_assert_int_eq(*(int *)ring_at(&r, 0), 42);
	ring_free(&r);
	push(&r, 43); /* and can be used again after being freed */
	ck_assert_int_eq(*(int *)ring_at(&r, 0), 43);
	ring_free(&r);
}
END_TEST

Suite *suite_ring(void)
{
	Suite *suite = suite_create("ring");
	TCase *tcase = tcase_create("ring");

	tcase_add_test(tcase, an_empty_ring_has_no_items);
	tcase_add_test(tcase, the_newest_stay_and_the_oldest_fall_out);
	tcase_add_test(tcase, a_short_run_takes_little_memory);
	tcase_add_test(tcase, a_long_run_takes_no_more_than_the_capacity_asks_for);
	tcase_add_test(tcase, clearing_begins_again_at_0);
	suite_add_tcase(suite, tcase);
	return suite;
}

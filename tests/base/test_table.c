/* SPDX-License-Identifier: MIT */
/* The table of numbers, against a plain list. */
#include "base/table.h"

#include "tests/unit.h"

START_TEST(an_empty_one_holds_nothing)
{
	struct table t = { 0 };

	ck_assert_int_eq(table_find(&t, 0, 0), -1);
	table_clear(&t);
	table_free(&t);
}
END_TEST

START_TEST(it_finds_what_was_put_in)
{
	enum { MANY = 5000 };
	struct table t = { 0 };

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			int *at = table_at(&t, (uint64_t)(i % 7), (uint64_t)i / 7);

			ck_assert_int_eq(*at, -1);
			*at = i;
		}
		ck_assert_uint_eq(t.count, MANY);
		for (int i = 0; i < MANY; i++) {
			ck_assert_int_eq(table_find(&t, (uint64_t)(i % 7), (uint64_t)i / 7), i);
			ck_assert_int_eq(*table_at(&t, (uint64_t)(i % 7), (uint64_t)i / 7), i);
		}
		ck_assert_int_eq(table_find(&t, 7, 0), -1);
		ck_assert_int_eq(table_find(&t, 0, UINT64_MAX), -1);
		table_clear(&t);
		ck_assert_int_eq(table_find(&t, 1, 1), -1);
	}
	table_free(&t);
}
END_TEST

Suite *suite_table(void)
{
	Suite *suite = suite_create("table");
	TCase *all = tcase_create("all");

	tcase_add_test(all, an_empty_one_holds_nothing);
	tcase_add_test(all, it_finds_what_was_put_in);
	suite_add_tcase(suite, all);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* Errors say what, why and what to do, and never overflow. */
#include "base/error.h"

#include <errno.h>
#include <string.h>

#include "tests/unit.h"

START_TEST(an_error_tells_what_and_why)
{
	struct error e;

	ck_assert_int_eq(error_set(&e, ENOENT, "%s", "/no/such"), -1);
	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_str_eq(e.text, "/no/such: No such file or directory");
	ck_assert_str_eq(e.hint, "");
	ck_assert_int_eq(error_hint(&e, "try %d", 1), -1);
	ck_assert_str_eq(e.hint, "try 1");
	error_set(&e, 0, "not the kernel's doing");
	ck_assert_str_eq(e.text, "not the kernel's doing");
	ck_assert_str_eq(e.hint, "");
}
END_TEST

START_TEST(nobody_needs_to_listen)
{
	ck_assert_int_eq(error_set(NULL, EIO, "x"), -1);
	ck_assert_int_eq(error_hint(NULL, "x"), -1);
}
END_TEST

START_TEST(long_texts_are_cut)
{
	struct error e;
	char name[1000];

	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	for (size_t cut = 0; cut < sizeof name; cut++) {
		error_set(&e, EIO, "%s", name + cut);
		error_hint(&e, "%s", name + cut);
		ck_assert_uint_lt(strlen(e.text), sizeof e.text);
		ck_assert_uint_lt(strlen(e.hint), sizeof e.hint);
	}
}
END_TEST

Suite *suite_error(void)
{
	Suite *suite = suite_create("error");
	TCase *tcase = tcase_create("error");

	tcase_add_test(tcase, an_error_tells_what_and_why);
	tcase_add_test(tcase, nobody_needs_to_listen);
	tcase_add_test(tcase, long_texts_are_cut);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* Time goes forward, and durations read well. */
#include "base/clock.h"

#include "tests/unit.h"

START_TEST(the_clock_never_goes_back)
{
	int64_t last = clock_now();

	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_now();

		ck_assert(now >= last);
		last = now;
	}
	ck_assert(last > 0);
}
END_TEST

START_TEST(durations_read_well)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0.0 s" },
		{ -5 * CLOCK_S, "0.0 s" },
		{ 349 * CLOCK_MS, "0.3 s" },
		{ 3200 * CLOCK_MS, "3.2 s" },
		{ 9999 * CLOCK_MS, "9.9 s" },
		{ 14 * CLOCK_S, "14 s" },
		{ 60 * CLOCK_S, "1 min 0 s" },
		{ 125 * CLOCK_S, "2 min 5 s" },
		{ 3840 * CLOCK_S, "1 h 4 min" },
		{ 100 * 3600 * CLOCK_S, "100 h 0 min" },
	};
	char buf[40];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(clock_duration(cases[i].ns, buf, sizeof buf), cases[i].text);
}
END_TEST

Suite *suite_clock(void)
{
	Suite *suite = suite_create("clock");
	TCase *tcase = tcase_create("clock");

	tcase_add_test(tcase, the_clock_never_goes_back);
	tcase_add_test(tcase, durations_read_well);
	suite_add_tcase(suite, tcase);
	return suite;
}

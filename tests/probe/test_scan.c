/* SPDX-License-Identifier: MIT */
/* The pieces that the parsers of the kernel's texts are made of. */
#include "probe/scan.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "tests/probe/hostile.h"
#include "tests/unit.h"

static struct scan of(const char *text)
{
	return (struct scan){ text, text + strlen(text) };
}

START_TEST(numbers_end_where_their_digits_do)
{
	static const struct {
		const char *text;
		unsigned base;
		uint64_t max, value;
		int taken; /* 0: refused */
	} cases[] = {
		{ "12x", 10, 100, 12, 2 },
		{ "100", 10, 100, 100, 3 },
		{ "101", 10, 100, 0, 0 },
		{ "5", 10, 4, 0, 0 },
		{ "", 10, 9, 0, 0 },
		{ "-1", 10, 9, 0, 0 },
		{ " 1", 10, 9, 0, 0 },
		{ "fFg", 16, 255, 15, 1 },
		{ "778", 8, 511, 63, 2 },
		{ "0x1", 16, 255, 0, 1 },
		{ "18446744073709551615", 10, UINT64_MAX, UINT64_MAX, 20 },
		{ "18446744073709551616", 10, UINT64_MAX, 0, 0 },
		{ "ffffffffffffffff", 16, UINT64_MAX, UINT64_MAX, 16 },
		{ "10000000000000000", 16, UINT64_MAX, 0, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scan r = of(cases[i].text);
		uint64_t value = 0;
		bool ok = scan_number(&r, cases[i].base, cases[i].max, &value);

		ck_assert_msg(ok == (cases[i].taken > 0), "%s", cases[i].text);
		ck_assert_int_eq(r.s - cases[i].text, cases[i].taken);
		ck_assert_uint_eq(value, cases[i].value);
	}
}
END_TEST

START_TEST(what_does_not_fit_takes_nothing)
{
	struct scan r = of("-x"), word;
	const char *start = r.s;
	uint64_t device;
	int64_t number = 7;

	ck_assert(!scan_signed(&r, &number));
	ck_assert(!scan_text(&r, "-xy"));
	ck_assert(!scan_device(&r, &device));
	ck_assert(!scan_line(&r, &word));
	ck_assert_ptr_eq(r.s, start);
	ck_assert_int_eq(number, 7);
	r = of("-12 fe:1f");
	ck_assert(scan_signed(&r, &number));
	ck_assert_int_eq(number, -12);
	ck_assert(!scan_at_end(&r));
	ck_assert(scan_device(&r, &device));
	ck_assert_uint_eq(device, makedev(0xfe, 0x1f));
	ck_assert(scan_at_end(&r));
	r = of("fe:");
	start = r.s;
	ck_assert(!scan_device(&r, &device));
	ck_assert_ptr_eq(r.s, start);
}
END_TEST

START_TEST(lines_and_words)
{
	struct scan r = of("a  bc\td\n\ncut"), line, word;

	ck_assert(scan_line(&r, &line));
	ck_assert(scan_word(&line, &word) && scan_is(&word, "a"));
	ck_assert(!scan_word(&line, &word)); /* blanks are skipped when asked */
	scan_blanks(&line);
	ck_assert(scan_word(&line, &word) && scan_is(&word, "bc"));
	ck_assert(!scan_is(&word, "b") && !scan_is(&word, "bcd"));
	scan_blanks(&line);
	ck_assert(scan_word(&line, &word) && scan_is(&word, "d"));
	ck_assert(scan_at_end(&line));
	ck_assert(scan_line(&r, &line) && scan_at_end(&line));
	ck_assert(!scan_line(&r, &line)); /* no newline: cut short */
	ck_assert_int_eq(r.end - r.s, 3);
}
END_TEST

static void all_of_it(const char *text, size_t length)
{
	struct scan r = { text, text + length }, line, word;
	uint64_t number;
	int64_t with_sign;

	while (scan_line(&r, &line)) {
		ck_assert(line.s >= text && line.end < text + length && line.s <= line.end);
		while (!scan_at_end(&line))
			if (!scan_device(&line, &number) && !scan_signed(&line, &with_sign) &&
			    !scan_number(&line, 16, UINT64_MAX, &number))
				ck_assert(scan_word(&line, &word));
	}
	ck_assert(r.s <= r.end);
}

START_TEST(any_bytes_are_borne)
{
	static const char text[] = "12 -3 fe:01 0f x\n\t \n";

	hostile_beginnings(text, strlen(text), all_of_it);
	hostile_noise(text, strlen(text), all_of_it);
}
END_TEST

Suite *suite_scan(void)
{
	Suite *suite = suite_create("scan");
	TCase *tcase = tcase_create("scan");

	tcase_add_test(tcase, numbers_end_where_their_digits_do);
	tcase_add_test(tcase, what_does_not_fit_takes_nothing);
	tcase_add_test(tcase, lines_and_words);
	tcase_add_test(tcase, any_bytes_are_borne);
	suite_add_tcase(suite, tcase);
	return suite;
}

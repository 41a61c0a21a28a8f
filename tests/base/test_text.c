/* SPDX-License-Identifier: MIT */
/* Growing text, and outside bytes made harmless. */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/width.h"
#include "tests/unit.h"

START_TEST(text_grows)
{
	struct text t = { 0 };
	char *taken;

	ck_assert_str_eq(text_string(&t), "");
	for (int i = 0; i < 1000; i++)
		text_addf(&t, "%d,", i % 10);
	ck_assert_uint_eq(t.length, 2000);
	ck_assert_uint_eq(strlen(text_string(&t)), 2000);
	text_clear(&t);
	ck_assert_str_eq(text_string(&t), "");
	text_add_bytes(&t, "a\0b", 3);
	ck_assert_uint_eq(t.length, 3);
	ck_assert_int_eq(memcmp(text_string(&t), "a\0b", 4), 0);
	taken = text_take(&t);
	ck_assert_uint_eq(t.length, 0);
	free(taken);
	taken = text_take(&t);
	ck_assert_str_eq(taken, "");
	free(taken);
	text_free(&t);
}
END_TEST

START_TEST(padding_counts_columns_of_the_last_line)
{
	struct text t = { 0 };

	text_add(&t, "a long first line\n管道");
	text_pad(&t, 6);
	text_add(&t, "|");
	text_pad(&t, 3);
	text_add(&t, "|");
	ck_assert_str_eq(text_string(&t), "a long first line\n管道  | |");
	text_free(&t);
}
END_TEST

START_TEST(outside_bytes_become_printable)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *shown;
	} cases[] = {
		{ "plain", 5, "plain" },
		{ "管道 é", 9, "管道 é" },
		{ "a\nb\tc\rd", 7, "a\\nb\\tc\\rd" },
		{ "\"\\", 2, "\\\"\\\\" },
		{ "\x1b[31m", 5, "\\x1b[31m" },
		{ "\0", 1, "\\x00" },
		{ "\x7f\xff\xc3", 3, "\\x7f\\xff\\xc3" },
		{ "\xc2\x9b", 2, "\\xc2\\x9b" },      /* CSI as one character */
		{ "\u202e", 3, "\\u202e" },           /* right-to-left override */
		{ "\u200d\ufeff", 6, "\\u200d\\ufeff" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t = { 0 };

		text_add_printable(&t, cases[i].bytes, cases[i].length);
		ck_assert_str_eq(text_string(&t), cases[i].shown);
		text_free(&t);
	}
}
END_TEST

START_TEST(no_byte_passes_that_a_terminal_obeys)
{
	struct text t = { 0 };
	char buf[5];

	for (uint32_t c = 0; c < 0x3000; c++)
		text_add_printable(&t, buf, width_encode(c, buf));
	for (int b = 0; b < 256; b++) {
		char byte = (char)b;

		text_add_printable(&t, &byte, 1);
	}
	for (size_t i = 0; i < t.length;) {
		uint32_t c;
		size_t n = width_decode(t.s + i, t.length - i, &c);

		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e))
			ck_abort_msg("U+%04X came through", c);
		i += n;
	}
	text_free(&t);
}
END_TEST

Suite *suite_text(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_test(tcase, text_grows);
	tcase_add_test(tcase, padding_counts_columns_of_the_last_line);
	tcase_add_test(tcase, outside_bytes_become_printable);
	tcase_add_test(tcase, no_byte_passes_that_a_terminal_obeys);
	suite_add_tcase(suite, tcase);
	return suite;
}

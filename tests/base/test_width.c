/* SPDX-License-Identifier: MIT */
/* Columns, cuts and wraps of UTF-8 text, whatever the locale. */
#include "base/width.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/unit.h"

/* An assertion of Check costs a system call: too much for each of a million characters. */
static void must(bool holds, uint32_t c)
{
	if (!holds)
		ck_abort_msg("not for U+%04X", c);
}

START_TEST(every_character_survives_encoding_and_decoding)
{
	char buf[5];
	uint32_t back;

	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t n = width_encode(c, buf);
		bool surrogate = c >= 0xd800 && c <= 0xdfff;

		must(buf[n] == '\0', c);
		must(width_decode(buf, n, &back) == (surrogate ? 0 : n), c);
		must(back == (surrogate ? 0 : c), c);
		for (size_t cut = 0; cut < n; cut++)
			must(width_decode(buf, cut, &back) == 0, c);
	}
}
END_TEST

START_TEST(invalid_bytes_are_not_decoded)
{
	static const char *const invalid[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xff", "\xfe", "\xc3(", "\xe2\x82(", "\xf0\x9f\x98(",
	};
	uint32_t c;

	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
		ck_assert_msg(width_decode(invalid[i], strlen(invalid[i]), &c) == 0, "number %zu", i);
	ck_assert_uint_eq(width_decode("a", 0, &c), 0);
}
END_TEST

START_TEST(columns_do_not_depend_on_the_locale)
{
	static const char *const locales[] = { "C", "C.UTF-8" };

	for (size_t i = 0; i < 2; i++) {
		if (!setlocale(LC_ALL, locales[i]))
			continue;
		ck_assert_int_eq(width_text(""), 0);
		ck_assert_int_eq(width_text("abc"), 3);
		ck_assert_int_eq(width_text("äöü"), 3);
		ck_assert_int_eq(width_text("管道"), 4);
		ck_assert_int_eq(width_text("e\u0301"), 1);
		ck_assert_int_eq(width_text("ｗｉｄｅ"), 8);
		ck_assert_int_eq(width_text("┌─┐█▏"), 5);
		ck_assert_int_eq(width_text("a\xff\x80z"), 4);
		ck_assert_int_eq(width_text("\xe7\xae"), 2); /* cut: each byte for itself */
	}
	setlocale(LC_ALL, "C");
}
END_TEST

/* Where the table speaks of a script, the C library says the same. */
START_TEST(the_table_agrees_with_the_library)
{
	static const struct {
		uint32_t first, last;
	} scripts[] = {
		{ 0x20, 0x7e },     { 0xa0, 0xac },     { 0x300, 0x36f },   { 0x391, 0x3a1 },
		{ 0x410, 0x44f },   { 0x5d0, 0x5ea },   { 0x620, 0x64a },   { 0x1100, 0x115f },
		{ 0x2190, 0x2199 }, { 0x2500, 0x25a0 }, { 0x3001, 0x303d }, { 0x3041, 0x3096 },
		{ 0x30a1, 0x30ff }, { 0x3131, 0x3163 }, { 0x3400, 0x4db5 }, { 0x4e00, 0x9fa5 },
		{ 0xac00, 0xd7a3 }, { 0xfe00, 0xfe0f }, { 0xff01, 0xff60 }, { 0xff61, 0xff9f },
		{ 0xffe0, 0xffe6 }, { 0x1f600, 0x1f640 }, { 0x20000, 0x2a6d6 },
	};
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

	if (!utf8)
		unit_skip("no locale C.UTF-8");
	freelocale(utf8);
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		for (uint32_t c = scripts[i].first; c <= scripts[i].last; c++)
			must(width_char(c) == width_char_table(c), c);
}
END_TEST

START_TEST(characters_have_0_1_or_2_columns)
{
	for (uint32_t c = 0; c <= 0x110010; c++) {
		must(width_char(c) >= 0 && width_char(c) <= 2, c);
		must(width_char_table(c) >= 0 && width_char_table(c) <= 2, c);
	}
	ck_assert_int_eq(width_char(0x378), 1); /* not assigned: something stands for it */
}
END_TEST

START_TEST(fit_cuts_between_characters)
{
	ck_assert_uint_eq(width_fit("abc", 2), 2);
	ck_assert_uint_eq(width_fit("abc", 3), 3);
	ck_assert_uint_eq(width_fit("abc", 80), 3);
	ck_assert_uint_eq(width_fit("abc", 0), 0);
	ck_assert_uint_eq(width_fit("abc", -1), 0);
	ck_assert_uint_eq(width_fit("管道", 1), 0);
	ck_assert_uint_eq(width_fit("管道", 2), 3);
	ck_assert_uint_eq(width_fit("管道", 3), 3);
	ck_assert_uint_eq(width_fit("e\u0301\u0302x", 1), 5); /* marks stay with their letter */
	ck_assert_uint_eq(width_fit("\xff\xff\xff", 2), 2);
}
END_TEST

/* All lines of a text, with '|' between them. */
static char *wrapped(const char *s, int columns)
{
	struct text t = { 0 };

	for (size_t next = 0; *s; s += next) {
		size_t n = width_wrap(s, columns, &next);

		ck_assert_uint_gt(next, 0);
		ck_assert_uint_ge(next, n);
		ck_assert_uint_le(next, strlen(s));
		text_add_bytes(&t, s, n);
		text_add(&t, "|");
	}
	return text_take(&t);
}

START_TEST(wrap_breaks_where_a_reader_would)
{
	static const struct {
		const char *text;
		int columns;
		const char *lines;
	} cases[] = {
		{ "", 10, "" },
		{ "one two three", 80, "one two three|" },
		{ "one two three", 7, "one two|three|" },
		{ "one two three", 8, "one two|three|" },
		{ "one two three", 6, "one|two|three|" },
		{ "one two three", 5, "one|two|three|" },
		{ "one   two", 4, "one|two|" },
		{ "one   two", 3, "one|two|" },
		{ "one   ", 3, "one|" },
		{ "abcdefgh", 3, "abc|def|gh|" },
		{ "a bcdefgh", 3, "a|bcd|efg|h|" },
		{ "one\ntwo", 80, "one|two|" },
		{ "one\n\ntwo\n", 80, "one||two|" },
		{ "one  \ntwo", 4, "one|two|" },
		{ "  indented text", 10, "  indented|text|" },
		{ "      x", 3, "   |   |x|" },
		{ "管道已满", 4, "管道|已满|" },
		{ "管道已满", 5, "管道|已满|" },
		{ "管道已满", 1, "管|道|已|满|" },
		{ "pipe管道", 6, "pipe管|道|" },
		{ "pipe管道", 5, "pipe|管道|" },
		{ "管道，满。", 4, "管|道，|满。|" }, /* no line begins with a comma */
		{ "管（道）", 4, "管|（道|）|" },   /* nor ends with an opening bracket */
		{ "e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301|" },
		{ "ab", 0, "a|b|" },
		{ "ab", -5, "a|b|" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *lines = wrapped(cases[i].text, cases[i].columns);

		ck_assert_msg(strcmp(lines, cases[i].lines) == 0, "\"%s\" at %d: %s, not %s",
			      cases[i].text, cases[i].columns, lines, cases[i].lines);
		free(lines);
	}
}
END_TEST

/* Whatever the bytes and the width: no line too wide, nothing but spaces and newlines lost. */
START_TEST(wrap_loses_nothing)
{
	static const char *const pieces[] = { "a", "bc", " ", "  ", "\n", "道", "，", "（", "é",
					      "\u0301", "\xff", "\xe7\xae", "word" };
	unsigned seed = 1;

	for (int round = 0; round < 3000; round++) {
		struct text t = { 0 };
		int columns = 2 + round % 20;
		size_t next;

		for (int i = 0; i < round % 40; i++) {
			seed = seed * 1103515245u + 12345u;
			text_add(&t, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
		}
		for (const char *s = text_string(&t); *s; s += next) {
			size_t n = width_wrap(s, columns, &next);
			char *line = memory_text(s);

			line[n] = '\0';
			ck_assert_int_le(width_text(line), columns);
			ck_assert_uint_gt(next, 0);
			ck_assert_uint_ge(next, n);
			ck_assert_uint_ge(strspn(s + n, " \n"), next - n);
			free(line);
		}
		text_free(&t);
	}
}
END_TEST

Suite *suite_width(void)
{
	Suite *suite = suite_create("width");
	TCase *characters = tcase_create("characters"), *lines = tcase_create("lines");

	tcase_add_test(characters, every_character_survives_encoding_and_decoding);
	tcase_add_test(characters, invalid_bytes_are_not_decoded);
	tcase_add_test(characters, columns_do_not_depend_on_the_locale);
	tcase_add_test(characters, the_table_agrees_with_the_library);
	tcase_add_test(characters, characters_have_0_1_or_2_columns);
	suite_add_tcase(suite, characters);
	tcase_add_test(lines, fit_cuts_between_characters);
	tcase_add_test(lines, wrap_breaks_where_a_reader_would);
	tcase_add_test(lines, wrap_loses_nothing);
	suite_add_tcase(suite, lines);
	return suite;
}

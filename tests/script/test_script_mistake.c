/* SPDX-License-Identifier: MIT */
/* Every kind of mistake is told at its exact place in its exact words, and shown with a caret
 * that stands right under wide characters and in lines that are cut. */
#include "script/mistake.h"

#include <stdlib.h>
#include <string.h>

#include "base/width.h"
#include "script/parse.h"
#include "tests/script/kinds.h"
#include "tests/unit.h"

START_TEST(each_kind_is_told)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("lesson", kinds[_i].source, kinds[_i].length, &m);
	struct text t = { 0 };

	for (size_t i = 0; i < m.count; i++) {
		const struct mistake *one = &m.list[i];

		text_addf(&t, "%d:%d+%d %s", one->place.line, one->place.column, one->place.length, one->text);
		if (one->hint)
			text_addf(&t, " (%s)", one->hint);
		text_add(&t, "\n");
	}
	ck_assert_str_eq(text_string(&t), kinds[_i].told);
	text_free(&t);
	mistakes_free(&m);
	lesson_free(l);
}
END_TEST

/* How the only mistake of a text is shown. */
static char *shown(const char *file, const char *source)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson(file, source, strlen(source), &m);
	struct text t = { 0 };

	ck_assert_uint_eq(m.count, 1);
	mistake_print(&t, l, &m.list[0]);
	mistakes_free(&m);
	lesson_free(l);
	return text_take(&t);
}

static const char *const shown_so[][2] = {
	{ "# one\nparent  what now\n",
	  "f:2:14: expected a call such as read(p.r, 4), found 'now'\n"
	  "    parent  what now\n"
	  "                 ^~~\n"
	  "    a call has parentheses, also when there is nothing in them: pipe()\n" },
	{ "parent  write(p.w, \"写满的管道\"%) # é",
	  "f:1:37: '%' has no meaning here\n"
	  "    parent  write(p.w, \"写满的管道\"%) # é\n"
	  "                                   ^\n" },
	{ "parent\tf(\"\\q\")\r\n",
	  "f:1:11: this escape has no meaning\n"
	  "    parent f(\"\\q\")\n"
	  "              ^~\n"
	  "    escapes are \\n \\t \\r \\0 \\a \\b \\f \\v \\\\ \\\" \\' \\xHH \\uHHHH and octal\n" },
	{ "parent（）",
	  "f:1:7: '（' has no meaning here\n"
	  "    parent（）\n"
	  "          ^~\n"
	  "    write (, the ASCII sign\n" },
	{ "parent f(",
	  "f:1:10: expected a value, but the line ends here\n"
	  "    parent f(\n"
	  "             ^\n"
	  "    arguments are numbers, names, \"strings\" or ends such as p.r\n" },
	{ "say  \x1b[31m\xe2\x80\xae x\xff",
	  "f:1:6: the byte 0x1b is no text\n"
	  "    say  ?[31m? x?\n"
	  "         ^\n"
	  "    in a string, control characters are written as \\n, \\0, \\x07\n" },
};

START_TEST(mistake_is_shown)
{
	char *s = shown("f", shown_so[_i][0]);

	ck_assert_str_eq(s, shown_so[_i][1]);
	free(s);
}
END_TEST

START_TEST(mistake_shows_printable_file_name)
{
	char *s = shown("a\x1b\nb", "say\n");

	ck_assert_str_eq(s, "a\\x1b\\nb:1:1: 'say' has no text\n    say\n    ^~~\n");
	free(s);
}
END_TEST

/* Wherever the place is in a line of any length, its sign stands above the caret, and no line is
 * wider than a terminal. */
START_TEST(long_lines_are_cut_around_the_place)
{
	static const char *const fill[] = { "a", "中", "é", "a中" };

	for (int before = 0; before < 2000; before += before < 120 ? 1 : 97)
		for (int behind = 0; behind <= 200; behind += 40) {
			struct text t = { 0 };
			char *s, *line, *caret;
			size_t at;

			text_add(&t, "parent f(\"");
			for (int i = 0; i < before; i++)
				text_add(&t, fill[_i]);
			text_add(&t, "\"%\"");
			for (int i = 0; i < behind; i++)
				text_add(&t, fill[_i]);
			text_add(&t, "\")\n");
			s = shown("f", text_string(&t));
			line = strchr(s, '\n') + 1;
			caret = strchr(line, '\n') + 1;
			caret[-1] = '\0';
			at = strspn(caret, " ");
			ck_assert_str_eq(caret + at, "^\n");
			ck_assert_int_eq(line[width_fit(line, (int)at)], '%');
			ck_assert_int_le(width_text(line), 80);
			free(s);
			text_free(&t);
		}
}
END_TEST

START_TEST(mistakes_are_sorted_and_kept_in_bounds)
{
	struct mistakes m = { 0 };

	for (int i = 0; i < 1000; i++)
		mistakes_add(&m, (struct place){ 10 - i % 10, i % 3, 1 }, i == 0 ? "hint" : NULL, "%d", i);
	ck_assert_uint_eq(m.count, 100);
	mistakes_sort(&m);
	for (size_t i = 1; i < m.count; i++) {
		const struct place *a = &m.list[i - 1].place, *b = &m.list[i].place;

		ck_assert(a->line < b->line || (a->line == b->line && a->column <= b->column));
		if (a->line == b->line && a->column == b->column)
			ck_assert_int_lt(atoi(m.list[i - 1].text), atoi(m.list[i].text));
	}
	mistakes_free(&m);
	ck_assert_uint_eq(m.count, 0);
	ck_assert_ptr_null(m.list);
}
END_TEST

Suite *suite_script_mistake(void)
{
	Suite *s = suite_create("script_mistake");
	TCase *c = tcase_create("mistakes");

	tcase_add_loop_test(c, each_kind_is_told, 0, (int)(sizeof kinds / sizeof *kinds));
	tcase_add_loop_test(c, mistake_is_shown, 0, (int)(sizeof shown_so / sizeof *shown_so));
	tcase_add_test(c, mistake_shows_printable_file_name);
	tcase_add_loop_test(c, long_lines_are_cut_around_the_place, 0, 4);
	tcase_add_test(c, mistakes_are_sorted_and_kept_in_bounds);
	suite_add_tcase(s, c);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* What is printed parses back to the same lesson, in columns, whatever the lesson holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/width.h"
#include "script/parse.h"
#include "script/print.h"
#include "tests/script/corpus.h"
#include "tests/unit.h"

/* Parses what must be without mistakes. */
static struct lesson *parse_right(const char *s)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("lesson", s, strlen(s), &m);

	if (m.count)
		ck_abort_msg("%d:%d: %s in\n%s", m.list[0].place.line, m.list[0].place.column,
			     m.list[0].text, s);
	mistakes_free(&m);
	return l;
}

static char *printed(const struct lesson *l)
{
	struct text t = { 0 };

	print_lesson(&t, l);
	return text_take(&t);
}

START_TEST(print_is_canonical)
{
	struct lesson *l = parse_right(corpus[_i]);
	char *s = printed(l);

	ck_assert_str_eq(s, corpus[_i]);
	free(s);
	lesson_free(l);
}
END_TEST

START_TEST(print_parses_back)
{
	struct lesson *a = parse_right(corpus[_i]), *b;
	char *s = printed(a);

	b = parse_right(s);
	ck_assert(lesson_same(a, b));
	free(s);
	lesson_free(a);
	lesson_free(b);
}
END_TEST

/* Each lesson is the same as itself only: lesson_same must be able to say no. */
START_TEST(same_tells_lessons_apart)
{
	for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++)
		for (size_t k = 0; k < sizeof corpus / sizeof *corpus; k++) {
			struct lesson *a = parse_right(corpus[i]), *b = parse_right(corpus[k]);

			ck_assert_msg(lesson_same(a, b) == (i == k), "lessons %zu and %zu", i, k);
			lesson_free(a);
			lesson_free(b);
		}
}
END_TEST

/* Pairs that differ in one thing each. */
static const char *const pairs[][2] = {
	{ "lesson a\n", "lesson b\n" },
	{ "lesson a\nlesson[de] a\n", "lesson a\nlesson[de] b\n" },
	{ "lesson a\nlesson[de] a\n", "lesson a\nlesson[zh] a\n" },
	{ "about a\n", "about b\n" },
	{ "about a\nabout[de] a\n", "about a\n" },
	{ "see a(1)\n", "see a(2)\n" },
	{ "see a(1)\n", "see a(1) b(1)\n" },
	{ "needs a\n", "needs b\n" },
	{ "say a\n", "note a\n" },
	{ "say a\n", "say b\n" },
	{ "say a\n", "say a\nsay[de] a\n" },
	{ "ask a\n * b\n - c\n", "ask a\n - b\n * c\n" },
	{ "ask a\n * b\n - c\n", "ask a\n * b\n - d\n" },
	{ "ask a\n * b\n - c\n", "ask a\n * b\n - c\n - d\n" },
	{ "ask a\n * b\n - c\nask[de] a\n", "ask a\n * b\n - c\nask[de] a\n * b\n - c\n" },
	{ "claim 1 true: a\n", "claim 2 true: a\n" },
	{ "claim 1 true: a\n", "claim 1 false: a\n" },
	{ "within 1s\n", "within 2s\n" },
	{ "spawn a\n", "spawn b\n" },
	{ "spawn a\n", "spawn a = b\n" },
	{ "a fork b\n", "a fork c\n" },
	{ "a fork c\n", "b fork c\n" },
	{ "a exec b\n", "a exec c\n" },
	{ "a f()\n", "a g()\n" },
	{ "a f()\n", "a f() ...\n" },
	{ "a f()\n", "a ... f\n" },
	{ "a f()\n", "a x = f()\n" },
	{ "a f()\n", "a repeat f()\n" },
	{ "a repeat f() every 1s\n", "a repeat f() every 2s\n" },
	{ "a repeat f() 1 times\n", "a repeat f() 2 times\n" },
	{ "a f(1)\n", "a f(2)\n" },
	{ "a f(1)\n", "a f(1, 1)\n" },
	{ "a f(1K)\n", "a f(1024)\n" },
	{ "a f(p.r)\n", "a f(p.w)\n" },
	{ "a f(p.r)\n", "a f(p)\n" },
	{ "a f({1})\n", "a f(1)\n" },
	{ "a f({1})\n", "a f({2})\n" },
	{ "a f({1})\n", "a f({1, 1})\n" },
	{ "a f({1}, {2})\n", "a f({1, 2})\n" },
	{ "a f() = [?]\n", "a f() = [1]\n" },
	{ "a f() = [?]\n", "a f() = ?\n" },
	{ "use a\n", "use b\n" },
	{ "spawn a\n", "host a\n" },
	{ "host a\n", "host b\n" },
	{ "delay 50ms\n", "delay 5ms\n" },
	{ "loss 10\n", "loss 11\n" },
	{ "a f(\"a\\0b\")\n", "a f(\"a\\0c\")\n" },
	{ "a f(1+2)\n", "a f(1-2)\n" },
	{ "a f()\n", "a f() = ?\n" },
	{ "a f() = 1\n", "a f() = >1\n" },
	{ "a f() = <1\n", "a f() = >1\n" },
	{ "a f() = -1 EPIPE\n", "a f() = -1 EAGAIN\n" },
	{ "a f() = [1]\n", "a f() = [2]\n" },
	{ "a f() = [1]\n", "a f() = [1, 1]\n" },
	{ "a f() = 1 \"a\"\n", "a f() = 1 \"b\"\n" },
	{ "a f() = 1 \"a\"\n", "a f() = 1 \"a\"*2\n" },
	{ "a f() = 1 \"a\"\n", "a f() = 1 \"a\" ...\n" },
	{ "a f() = 1 A\n", "a f() = 1 B\n" },
	{ "a f() = 1 {a}\n", "a f() = 1 {b}\n" },
	{ "a f() = 1 exited with 1\n", "a f() = 1 exited with 2\n" },
	{ "a f() = 1 killed by 1\n", "a f() = 1 stopped by 1\n" },
	{ "a +++ killed by 1 +++\n", "a +++ exited with 1 +++\n" },
	{ "a --- A ---\n", "a --- B ---\n" },
	{ "expect a.b == 1\n", "expect c.b == 1\n" },
	{ "expect a.b == 1\n", "expect a.c == 1\n" },
	{ "expect a.b == 1\n", "expect a.b != 1\n" },
	{ "expect a.b == 1\n", "expect a.b == 2\n" },
	{ "expect a.b == 1\n", "expect a.b[0] == 1\n" },
	{ "expect a blocked\n", "expect a ended\n" },
	{ "expect a blocked in f\n", "expect a blocked in g\n" },
	{ "expect a killed by 1\n", "expect a killed by 2\n" },
	{ "expect a ended\n", "expect a ended, b ended\n" },
};

START_TEST(same_sees_each_part)
{
	struct lesson *a = parse_right(pairs[_i][0]), *b = parse_right(pairs[_i][1]);

	ck_assert(lesson_same(a, a));
	ck_assert_msg(!lesson_same(a, b), "%s is not %s", pairs[_i][0], pairs[_i][1]);
	lesson_free(a);
	lesson_free(b);
}
END_TEST

/* No line of a text is wider than 78 columns where there are spaces to break it at, and it comes
 * back whole; also of wide characters. */
START_TEST(print_wraps_texts)
{
	static const char *const words[] = { "a", "word", "much-longer-words", "- dash", "* star", "# hash", "中文字", "é" };
	static const char *const keyword[] = { "say", "ask", "note", "about", "lesson", "claim 7 true:", "say[zh_CN]" };
	struct text source = { 0 };
	struct lesson *a, *b;
	char *s, *line, *rest;

	if (_i == 6)
		text_add(&source, "say x\n");
	text_add(&source, keyword[_i]);
	for (int i = 0; i < 300; i++)
		text_addf(&source, " %s", words[(i * 7 + i / 5) % 8]);
	text_add(&source, _i == 1 ? "\n  * yes - it is\n  - no\n" : "\n");
	a = parse_right(text_string(&source));
	s = printed(a);
	b = parse_right(s);
	ck_assert(lesson_same(a, b));
	ck_assert_ptr_nonnull(strchr(s, '\n'));
	for (rest = s; (line = strsep(&rest, "\n")) != NULL;)
		ck_assert_msg(width_text(line) <= 78 || _i == 1, "%s", line);
	free(s);
	text_free(&source);
	lesson_free(a);
	lesson_free(b);
}
END_TEST

/* Wherever a mark comes to stand in a question or an answer, it begins no line. */
START_TEST(print_begins_no_line_with_a_mark)
{
	for (int n = 1; n < 90; n++) {
		struct text source = { 0 };
		struct lesson *a, *b;
		char *s;

		text_add(&source, "ask ");
		for (int i = 0; i < n; i++)
			text_add(&source, "x");
		text_addf(&source, " %c y\n  * ", _i);
		for (int i = 0; i < n; i++)
			text_add(&source, "x");
		text_addf(&source, " %c y\n  - no\n", _i);
		a = parse_right(text_string(&source));
		s = printed(a);
		b = parse_right(s);
		ck_assert_msg(lesson_same(a, b), "%s", s);
		free(s);
		text_free(&source);
		lesson_free(a);
		lesson_free(b);
	}
}
END_TEST

/* A text that was not read but made cannot break the line it is printed in. */
START_TEST(print_keeps_made_texts_in_line)
{
	char text[] = "one\nparent exec rm\r\x1b[31m";
	struct step s = { .kind = STEP_SAY, .text = text };
	struct text t = { 0 };

	print_step(&t, &s);
	ck_assert_str_eq(text_string(&t), "say     one parent exec rm  [31m\n");
	text_free(&t);
}
END_TEST

START_TEST(print_appends_steps)
{
	struct lesson *l = parse_right("parent f() = 1\nparent g() = 2\n");
	struct text t = { 0 };

	text_add(&t, "before ");
	print_step(&t, &l->step[1]);
	ck_assert_str_eq(text_string(&t), "before parent  g()                        = 2\n");
	text_free(&t);
	lesson_free(l);
}
END_TEST

Suite *suite_script_print(void)
{
	Suite *s = suite_create("script_print");
	TCase *c = tcase_create("round trip");
	int n = (int)(sizeof corpus / sizeof *corpus);

	tcase_add_loop_test(c, print_is_canonical, 0, n);
	tcase_add_loop_test(c, print_parses_back, 0, n);
	tcase_add_test(c, same_tells_lessons_apart);
	tcase_add_loop_test(c, same_sees_each_part, 0, (int)(sizeof pairs / sizeof *pairs));
	tcase_add_loop_test(c, print_wraps_texts, 0, 7);
	tcase_add_loop_test(c, print_begins_no_line_with_a_mark, '*', '-' + 1);
	tcase_add_test(c, print_keeps_made_texts_in_line);
	tcase_add_test(c, print_appends_steps);
	suite_add_tcase(s, c);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* The Lessons tab: the tree, what the chosen one is about, the filter, what is read and when. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "play/needs.h"
#include "tests/ui/panes_fixture.h"
#include "ui/panes.h"

static struct lessons_tab tab;

static void setup(void)
{
	tab = (struct lessons_tab){ .library = fixture_library(), .filter = "" };
}

static void teardown(void)
{
	library_free(tab.library);
}

static struct canvas *drawn(int width, int height)
{
	struct canvas *c = canvas_new(width, height, false);

	lessons_draw(c, AREA(0, 0, width, height), &tab);
	return c;
}

START_TEST(a_lesson)
{
	struct canvas *c;

	tab.open[0] = true;
	tab.chosen = 2;
	c = drawn(80, 20);
	fixture_expect(c,
		       "                                 │\n"
		       " ▾ Pipes                      3  │ A full pipe blocks its writer\n"
		       "    first  One writes, one reads │\n"
		       "    full   A full pipe blocks i… │ A pipe holds 64 KiB in 16 slots of one page.\n"
		       "  ✗ broken cannot be read        │ When does its writer wake? Not when you\n"
		       " ▸ FIFOs                      1  │ think.\n"
		       "                                 │\n"
		       "                                 │ 8 steps, 1 question, about 1 minute\n"
		       "                                 │ pipe(7)  write(2)\n"
		       "                                 │\n"
		       "                                 │ judges   3  “a pipe holds 4 KiB”  ✗ false\n"
		       "                                 │         66  “wakes after 4 KiB”   ~ partly\n"
		       "                                 │\n"
		       "                                 │\n"
		       "                                 │ Enter  play it\n"
		       "                                 │ s      a sandbox: pipes to play with\n"
		       "                                 │ e      read the script\n"
		       "                                 │\n"
		       "                                 │\n"
		       "                                 │");
	canvas_free(c);
}
END_TEST

START_TEST(a_group)
{
	struct canvas *c = drawn(80, 10);

	fixture_expect_styled(c,
			      "                                 {frame}│\n"
			      "{selected} {selected-dim}▸{selected} {selected-strong}Pipes{selected}                      {selected-dim}3{selected}  {frame}│{text} {strong}Pipes\n"
			      " {dim}▸{text} {strong}FIFOs{text}                      {dim}1{text}  {frame}│\n"
			      "                                 {frame}│{text} {dim}•{text} One writes, one reads\n"
			      "                                 {frame}│{text} {dim}•{text} A full pipe blocks its writer\n"
			      "                                 {frame}│{text} {dim}•{text} pipe/broken\n"
			      "                                 {frame}│\n"
			      "                                 {frame}│\n"
			      "                                 {frame}│{text} {key}Enter{text}  open it\n"
			      "                                 {frame}│{text} {key}s{text}      a sandbox: pipes to play with");
	canvas_free(c);
}
END_TEST

START_TEST(one_column)
{
	struct canvas *c;

	tab.open[0] = true;
	tab.chosen = 2;
	c = drawn(60, 10);
	fixture_expect(c,
		       "\n"
		       " ▾ Pipes                                                 3\n"
		       "    first  One writes, one reads\n"
		       "    full   A full pipe blocks its writer\n"
		       "  ✗ broken cannot be read\n"
		       " ▸ FIFOs                                                 1\n"
		       "\n"
		       "────────────────────────────────────────────────────────────\n"
		       " A full pipe blocks its writer\n");
	canvas_free(c);
}
END_TEST

START_TEST(broken_and_unavailable)
{
	struct library_lesson *open = &tab.library->group[1].lesson[0];
	struct canvas *c;

	tab.open[0] = tab.open[1] = true;
	tab.chosen = 3;
	c = drawn(80, 16);
	ck_assert(fixture_holds(c, "{bad}✗ This lesson cannot be read."));
	ck_assert(fixture_holds(c, "pipe/broken` tells"));
	ck_assert(!fixture_holds(c, "play it"));
	canvas_free(c);
	lesson_free(open->lesson); /* one of the two is missing, whoever we are */
	open->lesson = fixture_lesson("lesson  For nobody\nneeds   root user\nparent  pipe()\n");
	tab.chosen = 5;
	c = drawn(80, 16);
	ck_assert(fixture_holds(c, "{warn}✗{text} {warn}not here:{text} "));
	ck_assert(!fixture_holds(c, "{key}Enter"));
	ck_assert(fixture_holds(c, "  {selected-dim}–{selected} {selected-strong}open"));
	canvas_free(c);
}
END_TEST

START_TEST(filters)
{
	struct lessons_row rows[LESSONS_ROWS];
	struct canvas *c;

	tab.filter = "BLOCKS";
	tab.filtering = true;
	tab.chosen = 9;
	ck_assert_int_eq(lessons_rows(&tab, rows), 2);
	ck_assert_int_eq(tab.chosen, 1);
	ck_assert(rows[0].group == 0 && rows[0].lesson == -1 && rows[1].group == 0 && rows[1].lesson == 1);
	c = drawn(80, 12);
	ck_assert(fixture_holds(c, " {key}/{strong}BLOCKS{text} "));
	ck_assert(c->cursor_x == 8 && c->cursor_y == 0);
	canvas_free(c);
	tab.filter = "fifo"; /* a group's name or title */
	ck_assert_int_eq(lessons_rows(&tab, rows), 2);
	ck_assert_int_eq(rows[1].group, 1);
	tab.language = "zh_CN";
	tab.filter = "阻塞";
	ck_assert_int_eq(lessons_rows(&tab, rows), 2);
	tab.filter = "nothing like it";
	tab.filtering = false;
	ck_assert_int_eq(lessons_rows(&tab, rows), 0);
	ck_assert_int_eq(tab.chosen, 0);
	c = drawn(80, 12);
	ck_assert(fixture_holds(c, "No lesson has this in its name"));
	ck_assert(fixture_holds(c, "{dim}Esc shows all"));
	canvas_free(c);
}
END_TEST

/* Reading is what costs: only what is seen, or chosen, is read. */
START_TEST(reads_what_is_seen)
{
	struct library_lesson *broken = &tab.library->group[0].lesson[2];
	struct lessons_row rows[LESSONS_ROWS];

	tab.open[0] = true;
	tab.chosen = 1;
	ck_assert_int_eq(lessons_rows(&tab, rows), 5);
	canvas_free(drawn(80, 4)); /* three rows: Pipes, first, full */
	ck_assert(!broken->broken);
	canvas_free(drawn(80, 6));
	ck_assert(broken->broken);
}
END_TEST

START_TEST(keeps_the_chosen_in_view)
{
	struct canvas *c;

	tab.open[0] = tab.open[1] = true;
	tab.chosen = 5;
	c = drawn(80, 4);
	ck_assert_int_eq(tab.scroll, 3);
	ck_assert(fixture_holds(c, "open"));
	ck_assert(fixture_holds(c, "▲"));
	ck_assert(!fixture_holds(c, "▼"));
	canvas_free(c);
	tab.chosen = 0;
	c = drawn(80, 4);
	ck_assert_int_eq(tab.scroll, 0);
	ck_assert(fixture_holds(c, "▼"));
	canvas_free(c);
}
END_TEST

START_TEST(rows_under_the_mouse)
{
	struct area a = { 0, 1, 80, 22 };

	tab.open[0] = true;
	ck_assert_int_eq(lessons_row_at(&tab, a, 1), -1); /* the filter's line */
	ck_assert_int_eq(lessons_row_at(&tab, a, 2), 0);
	ck_assert_int_eq(lessons_row_at(&tab, a, 6), 4);
	ck_assert_int_eq(lessons_row_at(&tab, a, 7), -1);
	tab.scroll = 2;
	ck_assert_int_eq(lessons_row_at(&tab, a, 2), 2);
	ck_assert_int_eq(lessons_row_at(&tab, a, 23), -1);
}
END_TEST

START_TEST(stays_inside)
{
	for (int i = 0; i < 2000; i++) {
		static const char *const filter[] = { "", "", "pipe", "管道", "zzz" };
		struct canvas *c = canvas_new(1 + (int)fixture_random(120), 1 + (int)fixture_random(30), i % 2);
		struct area a = { (int)fixture_random(20) - 5, (int)fixture_random(12) - 3, (int)fixture_random(120) - 2,
				  (int)fixture_random(25) - 2 };

		tab.filter = filter[fixture_random(5)];
		tab.filtering = fixture_random(2);
		tab.language = fixture_random(2) ? "zh_CN" : NULL;
		tab.open[0] = fixture_random(2);
		tab.open[1] = fixture_random(2);
		tab.chosen = (int)fixture_random(9) - 1;
		tab.scroll = (int)fixture_random(9) - 1;
		fixture_mark(c);
		lessons_draw(c, a, &tab);
		fixture_untouched(c, a);
		canvas_free(c);
	}
}
END_TEST

/* A lesson that needs this, in place of the second. */
static bool need(const char *word, const char **why)
{
	char text[100];
	struct library_lesson *x = &tab.library->group[0].lesson[1];
	const char *which;

	snprintf(text, sizeof text, "lesson  Only with %s\nneeds %s\nparent pipe()\n", word, word);
	lesson_free(x->lesson);
	x->lesson = fixture_lesson(text);
	return needs_met(x->lesson, &which, why);
}

/* What cannot be played here has a mark in the list and its reason beside it, whatever it lacks; below it
 * where there is one column. */
START_TEST(needs)
{
	const char *word, *why;
	int lacking = 0;

	tab.open[0] = true;
	tab.chosen = 2;
	for (size_t i = 0; (word = needs_nth(i)); i++) {
		bool met = need(word, &why);
		char begin[12];

		for (int wide = 0; wide < 2; wide++) {
			struct canvas *c = drawn(wide ? 100 : 60, 20);

			ck_assert_msg(fixture_holds(c, "not here:") == !met, "%s", word);
			ck_assert_msg(fixture_holds(c, "–") == !met, "%s", word);
			if (wide)
				ck_assert_msg(fixture_holds(c, "{key}Enter") == met, "%s", word);
			snprintf(begin, sizeof begin, "%.11s", met ? "Only with" : why);
			ck_assert_msg(fixture_holds(c, begin), "%s: %s", word, begin);
			canvas_free(c);
		}
		lacking += !met;
	}
	ck_assert_int_gt(lacking, 0); /* nobody is root and an ordinary user */
}
END_TEST

/* As many as there are in a course: groups in order, the chosen one in view at every size, and of a group that
 * is opened some of its lessons. */
START_TEST(many)
{
	static const struct { int width, height; } sizes[] = { { 60, 18 }, { 80, 22 }, { 200, 48 } };
	struct lessons_row rows[LESSONS_ROWS];

	for (int g = 0; g < 8; g++) {
		char name[20], title[20];

		snprintf(name, sizeof name, "g%d", g);
		snprintf(title, sizeof title, "Group %d", g);
		fixture_group(tab.library, name, title, 15);
	}
	for (size_t s = 0; s < 3; s++) {
		struct canvas *c;

		for (int g = 0; g < 10; g++)
			tab.open[g] = true;
		for (int i = 0; i < lessons_rows(&tab, rows); i++) {
			tab.chosen = i;
			c = drawn(sizes[s].width, sizes[s].height);
			ck_assert_msg(fixture_holds(c, "{selected"), "row %d", i);
			canvas_free(c);
		}
		memset(tab.open, 0, sizeof tab.open);
		tab.open[0] = true;
		tab.open[9] = true;
		tab.scroll = 0;
		tab.chosen = lessons_rows(&tab, rows) - 16; /* the last group */
		c = drawn(sizes[s].width, sizes[s].height);
		ck_assert(fixture_holds(c, "Group 7"));
		ck_assert(fixture_holds(c, "lesson-0"));
		ck_assert(fixture_holds(c, "lesson-3"));
		canvas_free(c);
	}
	tab.filter = "lesson-14";
	ck_assert_int_eq(lessons_rows(&tab, rows), 16);
}
END_TEST

Suite *suite_panes_lessons(void)
{
	Suite *s = suite_create("panes_lessons");
	TCase *t = tcase_create("lessons");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_lesson);
	tcase_add_test(t, a_group);
	tcase_add_test(t, one_column);
	tcase_add_test(t, broken_and_unavailable);
	tcase_add_test(t, filters);
	tcase_add_test(t, reads_what_is_seen);
	tcase_add_test(t, keeps_the_chosen_in_view);
	tcase_add_test(t, rows_under_the_mouse);
	tcase_add_test(t, stays_inside);
	tcase_add_test(t, needs);
	tcase_add_test(t, many);
	suite_add_tcase(s, t);
	return s;
}

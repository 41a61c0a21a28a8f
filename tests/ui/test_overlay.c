/* SPDX-License-Identifier: MIT */
/* Overlays, the top line, and the notice that there is no room. */
#include "tests/unit.h"

#include <string.h>

#include "tests/ui/panes_fixture.h"
#include "ui/panes.h"

static const struct overlay_row table[] = {
	{ "Playing", NULL, true },
	{ "Space", "next step", false },
	{ "Backspace", "step back", false },
	{ "Looking", NULL, true },
	{ "z", "zoom", false },
	{ "whatever else there is", NULL, false },
};

static const struct overlay_choice choices[] = {
	{ "write(4, 1)", "write(2)", "write to a file descriptor" },
	{ "read(3, 4096)", "read(2)", "read from a file descriptor" },
	{ "close(3)", NULL, NULL },
	{ "pause()", "pause(2)", "wait for a signal" },
};

START_TEST(a_table)
{
	struct canvas *c = canvas_new(40, 11, false);
	int scroll = 7;

	canvas_fill(c, AREA(0, 0, 40, 11), STYLE_BAR);
	overlay_table(c, "keys", table, 6, &scroll);
	ck_assert_int_eq(scroll, 0);
	fixture_expect(c,
		       "\n"
		       "       ╭─ keys ──────────── Esc ╮\n"
		       "       │ Playing                │\n"
		       "       │ Space      next step   │\n"
		       "       │ Backspace  step back   │\n"
		       "       │                        │\n"
		       "       │ Looking                │\n"
		       "       │ z          zoom        │\n"
		       "       │ whatever else there is │\n"
		       "       ╰────────────────────────╯\n");
	canvas_free(c);
}
END_TEST

START_TEST(a_table_scrolls_and_wraps)
{
	struct canvas *c = canvas_new(18, 6, false);
	int scroll = 1;

	overlay_table(c, "keys", table, 6, &scroll);
	fixture_expect(c,
		       "╭─ keys ▼ 6 more ╮\n"
		       "│ Space    next  │\n"
		       "│          step  │\n"
		       "│ Backspace      │\n"
		       "│          step  │\n"
		       "╰────────────────╯");
	scroll = 100;
	overlay_table(c, "keys", table, 6, &scroll);
	ck_assert_int_eq(scroll, 7);
	ck_assert(fixture_holds(c, "▲ 7 more"));
	canvas_free(c);
}
END_TEST

START_TEST(a_list)
{
	struct canvas *c = canvas_new(40, 10, false);
	int first = 77;
	struct area a = overlay_list(c, "writer", choices, 4, 1, &first);

	ck_assert_int_eq(first, 0);
	ck_assert(a.x == 4 && a.y == 1 && a.width == 31 && a.height == 8);
	fixture_expect_styled(c,
			      "\n"
			      "    {frame-focus}╭─{title} writer {frame-focus}────────────────────╮\n"
			      "    {frame-focus}│{text} write(4, 1)        {dim}write(2){text} {frame-focus}│\n"
			      "    {frame-focus}│{selected} read(3, 4096)       {selected-dim}read(2){selected} {frame-focus}│\n"
			      "    {frame-focus}│{text} close(3)                    {frame-focus}│\n"
			      "    {frame-focus}│{text} pause()            {dim}pause(2){text} {frame-focus}│\n"
			      "    {frame-focus}│{text} {frame}───────────────────────────{text} {frame-focus}│\n"
			      "    {frame-focus}│{text} {dim}read from a file descriptor{text} {frame-focus}│\n"
			      "    {frame-focus}╰─────────────────────────────╯\n");
	canvas_free(c);
}
END_TEST

START_TEST(the_chosen_stays_in_view)
{
	for (int chosen = 0; chosen < 4; chosen++) {
		struct canvas *c = canvas_new(30, 5, false);
		int first;
		struct area a = overlay_list(c, "writer", choices, 4, chosen, &first);

		ck_assert(chosen >= first && chosen < first + a.height - 2);
		ck_assert(fixture_holds(c, "{selected}"));
		canvas_free(c);
	}
}
END_TEST

START_TEST(the_top_line)
{
	struct canvas *c = canvas_new(60, 1, false);

	header_draw(c, "pipe › full", 3, 5, "AUTO");
	fixture_expect_styled(c, "{bar} {bar-strong}ipcscope{bar}  pipe › full                  "
				 "{bar-strong}AUTO{bar}  {bar-level}●●●{bar-dim}○○{bar}  3 of 5 ");
	header_draw(c, "pipe › full", 3, 25, NULL); /* too many to count */
	fixture_expect(c, " ipcscope  pipe › full                              3 of 25");
	header_draw(c, "a lesson with quite a long name in a file", 3, 5, NULL);
	fixture_expect(c, " ipcscope  a lesson with quite a long name in a fi…  3 of 5");
	header_draw(c, "pipe › sandbox", 0, 0, NULL);
	fixture_expect(c, " ipcscope  pipe › sandbox");
	header_tabs(c, 0);
	fixture_expect_styled(c, "{bar} {bar-strong}ipcscope{bar}  {bar-key}1 Lessons{bar}   "
				 "{bar-dim}2 System{bar}   {bar-dim}3 Objects{bar}                 ");
	canvas_free(c);
}
END_TEST

START_TEST(too_small)
{
	struct canvas *c = canvas_new(36, 5, false);

	too_small_draw(c);
	fixture_expect(c, "\n       ipcscope needs 40 x 12\n          here are 36 x 5\n     make it larger, or q quits\n");
	canvas_resize(c, 14, 4);
	too_small_draw(c);
	fixture_expect(c, "needs 40 x 12\n here 14 x 4\n   enlarge\n   q quits");
	canvas_free(c);
}
END_TEST

START_TEST(any_size)
{
	struct area before;

	for (int width = 1; width < 70; width += 3)
		for (int height = 1; height < 14; height++) {
			struct canvas *c = canvas_new(width, height, width % 2);
			struct area clip = { width / 3, height / 4, width / 2, height / 2 };
			int n = (int)fixture_random(5), first = 0, scroll = (int)fixture_random(20) - 5;

			fixture_mark(c);
			before = canvas_clip(c, clip);
			overlay_table(c, "管道", table, n, &scroll);
			overlay_list(c, "管道 and more", choices, n, (int)fixture_random(5) - 1, &first);
			header_draw(c, "管道 › full", 7, (int)fixture_random(30), "HELD");
			header_tabs(c, 0);
			too_small_draw(c);
			canvas_unclip(c, before);
			fixture_untouched(c, clip);
			canvas_free(c);
		}
}
END_TEST

Suite *suite_overlay(void)
{
	Suite *s = suite_create("overlay");
	TCase *t = tcase_create("overlay");

	tcase_add_test(t, a_table);
	tcase_add_test(t, a_table_scrolls_and_wraps);
	tcase_add_test(t, a_list);
	tcase_add_test(t, the_chosen_stays_in_view);
	tcase_add_test(t, the_top_line);
	tcase_add_test(t, too_small);
	tcase_add_test(t, any_size);
	suite_add_tcase(s, t);
	return s;
}

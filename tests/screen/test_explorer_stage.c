/* SPDX-License-Identifier: MIT */
/* A lesson on the stage: stepping, looking back, answering, the panes and what lies over them. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/screen/explorer.h"

enum { SIZES = sizeof explorer_sizes / sizeof explorer_sizes[0] };

static struct explorer *start_at(int size, const char *arguments)
{
	return explorer_start(explorer_sizes[size].width, explorer_sizes[size].height, NULL, arguments);
}

START_TEST(steps)
{
	struct explorer *e = start_at(_i, "LESSON");

	explorer_sees(e, "What it is about"); /* before the first step */
	explorer_sees(e, " 0 of 11");
	explorer_play(e, 5, 11);
	explorer_sees(e, "Words of the lesson.");
	explorer_sees(e, "pipe p");
	explorer_sees(e, "ready");
	explorer_play(e, 7, 11);
	explorer_sees(e, "Does one byte more fit?");
	explorer_sees(e, "16 of 16 slots");
	explorer_sees(e, "FULL");
	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	explorer_sees(e, "write(4, 1)");
	explorer_play(e, 10, 11);
	explorer_sees(e, "killed by");
	explorer_sees(e, "SIGPIPE");
	explorer_play(e, 11, 11);
	explorer_sees(e, "The writer is dead.");
	explorer_sees(e, "The end.");
	explorer_press(e, "Space Space Space"); /* nothing more to play */
	ck_assert(screen_taken(e->s));
	explorer_sees(e, "11 of 11");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* How long something has been blocked goes on by itself. */
START_TEST(time_goes_on)
{
	struct explorer *e = start_at(_i, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	explorer_sees(e, "0.5 s");
	explorer_sees(e, "1.0 s");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(looks_back)
{
	struct explorer *e = start_at(_i, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	explorer_press(e, "Backspace");
	explorer_sees(e, " 7 of 11");
	explorer_sees(e, "looking back");
	explorer_loses(e, "BLOCKED");
	for (int i = 6; i >= 0; i--) {
		char text[16];

		explorer_press(e, "Backspace");
		snprintf(text, sizeof text, " %d of 11", i);
		explorer_sees(e, text);
	}
	explorer_loses(e, "pipe p");
	explorer_press(e, "Backspace"); /* no further */
	explorer_press(e, "Space");
	explorer_sees(e, " 1 of 11");
	explorer_press(e, "Space");
	explorer_sees(e, " 2 of 11");
	explorer_sees(e, "looking back");
	explorer_press(e, "Escape"); /* the present */
	explorer_sees(e, " 8 of 11");
	explorer_sees(e, "BLOCKED");
	explorer_loses(e, "looking back");
	explorer_press(e, "Backspace");
	explorer_sees(e, " 7 of 11");
	explorer_press(e, "Space"); /* forward to the present, nothing is played */
	explorer_sees(e, " 8 of 11");
	explorer_loses(e, "looking back");
	explorer_play(e, 9, 11);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(goes_to)
{
	struct explorer *e = start_at(_i, "LESSON");

	explorer_sees(e, " 0 of 11");
	explorer_press(e, "g");
	explorer_sees(e, "go to step");
	screen_type(e->s, "8\r");
	explorer_sees(e, " 8 of 11");
	explorer_sees(e, "BLOCKED");
	explorer_press(e, "g");
	screen_type(e->s, "3\r"); /* what was */
	explorer_sees(e, " 3 of 11");
	explorer_sees(e, "looking back");
	explorer_press(e, "g");
	screen_type(e->s, "x3\r");
	explorer_sees(e, "a step is a number");
	explorer_press(e, "Escape");
	explorer_loses(e, "a step is a number");
	explorer_press(e, "g");
	screen_type(e->s, "99999\r");
	explorer_sees(e, "11 of 11");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(restarts)
{
	struct explorer *e = start_at(_i, "LESSON");
	pid_t before;

	explorer_play(e, 2, 11);
	before = explorer_forked(e, "writer", false);
	explorer_play(e, 8, 11);
	explorer_press(e, "r");
	explorer_sees(e, " 0 of 11");
	explorer_loses(e, "BLOCKED");
	explorer_play(e, 2, 11);
	if (before) /* the events are in view */
		ck_assert_int_ne(explorer_forked(e, "writer", true), before);
	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(goes_by_itself)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_sees(e, " 0 of 11");
	explorer_press(e, "+ + + +");
	explorer_sees(e, "every 0.5 s");
	explorer_press(e, "-");
	explorer_sees(e, "every 1.0 s");
	explorer_press(e, "+ a");
	explorer_sees(e, "AUTO");
	explorer_sees(e, " 4 of 11");
	explorer_press(e, "a"); /* until pressed again */
	explorer_loses(e, "AUTO");
	explorer_press(e, "a");
	explorer_sees(e, "11 of 11");
	explorer_loses(e, "AUTO");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(answers)
{
	struct explorer *e = start_at(_i, "LESSON");

	explorer_play(e, 7, 11);
	explorer_sees(e, "Does one byte more fit?");
	explorer_sees(e, "1 yes, it does");
	explorer_press(e, "9"); /* no such answer */
	explorer_press(e, "1");
	explorer_play(e, 8, 11);
	explorer_sees(e, "you said");
	explorer_sees(e, "not so");
	explorer_sees(e, "no, it waits");
	/* the right one */
	explorer_press(e, "r");
	explorer_sees(e, " 0 of 11");
	explorer_play(e, 7, 11);
	explorer_press(e, "2");
	explorer_play(e, 8, 11);
	explorer_sees(e, "you said");
	explorer_sees(e, "no, it waits");
	explorer_loses(e, "not so");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(unanswered)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "no, it waits");
	ck_assert(!explorer_shows(e, "you said"));
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(holds)
{
	struct explorer *e = start_at(_i, "LESSON");
	struct text held = { 0 }, now = { 0 };

	explorer_play(e, 8, 11);
	explorer_sees(e, "0.5 s");
	explorer_press(e, "p");
	explorer_sees(e, "HELD");
	screen_text(e->s, &held);
	ck_assert(!screen_until(e->s, "9.9 s", 0.5)); /* time passes, the picture stays */
	screen_text(e->s, &now);
	if (strcmp(text_string(&held), text_string(&now)))
		explorer_fail(e, "it is not held:\n%.300s", text_string(&held));
	explorer_press(e, "p");
	explorer_loses(e, "HELD");
	explorer_press(e, "p");
	explorer_sees(e, "HELD");
	explorer_press(e, "Escape");
	explorer_loses(e, "HELD");
	explorer_sees(e, "BLOCKED");
	text_free(&held);
	text_free(&now);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Its title alone is there, in the second line. */
static bool zoomed(struct screen *s, void *title)
{
	int x, y;

	return screen_find(s, title, &x, &y) && y == 1 && screen_find(s, "─ ", &x, &y) && y == 1;
}

/* The listing, whether or not others have objects on this machine at the moment. */
static bool listing(struct screen *s, void *none)
{
	int x, y;

	(void)none;
	return screen_find(s, "No queues", &x, &y) || screen_find(s, "perms", &x, &y);
}

static void sees_listing(struct explorer *e)
{
	if (!screen_wait(e->s, listing, NULL, SCREEN_DEADLINE))
		explorer_fail(e, "the listing of objects is not there");
}

/* Which pane has the focus is seen by zooming it. */
START_TEST(zooms)
{
	static char titles[][40] = { "─ processes and channel ─", "─ events ─", "─ objects ─", "─ lesson ─" };
	static const char *const shows[] = { "BLOCKED", "close(4)", NULL, "Words of the lesson." };
	struct explorer *e = start_at(_i, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	for (int pane = 0; pane < 4; pane++) {
		explorer_press(e, "z");
		if (!screen_wait(e->s, zoomed, titles[pane], SCREEN_DEADLINE))
			explorer_fail(e, "%s is not zoomed", titles[pane]);
		if (shows[pane])
			explorer_sees(e, shows[pane]);
		else
			sees_listing(e);
		for (int other = 0; other < 4; other++)
			if (other != pane)
				explorer_loses(e, titles[other]);
		explorer_press(e, pane % 2 ? "z" : "Escape");
		explorer_sees(e, "BLOCKED"); /* which is in view again */
		explorer_press(e, "Tab");
	}
	/* all the way round, and back with Shift-Tab */
	explorer_press(e, "BackTab z");
	ck_assert(screen_wait(e->s, zoomed, titles[3], SCREEN_DEADLINE));
	explorer_loses(e, "BLOCKED");
	explorer_press(e, "z BackTab BackTab z");
	explorer_sees(e, "close(4)");
	explorer_loses(e, "Words of the lesson.");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* In a small terminal three panes share one place. */
START_TEST(small_tabs)
{
	struct explorer *e = explorer_start(60, 20, NULL, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "Words of the lesson.");
	explorer_press(e, "Tab");
	explorer_sees(e, "… blocked");
	explorer_press(e, "Tab");
	sees_listing(e);
	explorer_press(e, "Tab");
	explorer_sees(e, "Words of the lesson.");
	explorer_press(e, "BackTab");
	sees_listing(e);
	explorer_sees(e, "BLOCKED"); /* all the time */
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(sources)
{
	struct explorer *e = start_at(_i, "LESSON");

	explorer_play(e, 8, 11);
	explorer_press(e, "i");
	explorer_sees(e, "facts, and where they come from");
	explorer_sees(e, ".state");
	explorer_press(e, "Escape");
	explorer_loses(e, "facts, and where");
	/* each thing of the scene in turn: the pipe is one of them */
	for (int i = 0; i < 3 && !screen_until(e->s, "p.bytes", 0.5); i++) {
		explorer_press(e, "Escape");
		explorer_loses(e, "facts, and where");
		explorer_sees(e, " 8 of 11"); /* Escape did not leave the stage */
		explorer_press(e, "Right i");
		explorer_sees(e, "facts, and where");
	}
	explorer_sees(e, "p.bytes");
	explorer_sees(e, "65536");
	explorer_sees(e, "FIONREAD"); /* the interface it came from */
	explorer_press(e, "Down Down Down i");
	explorer_loses(e, "facts, and where");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Each Escape closes one layer; the last one leads to the list, and none ends the program. */
START_TEST(escapes)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 8, 11);
	explorer_press(e, "Backspace");
	explorer_sees(e, "looking back");
	explorer_press(e, "z");
	explorer_loses(e, "─ events");
	explorer_press(e, "i");
	explorer_sees(e, "facts, and where");
	explorer_press(e, "F1");
	explorer_sees(e, "On the stage");
	explorer_press(e, "Escape");
	explorer_loses(e, "On the stage");
	explorer_sees(e, "facts, and where");
	explorer_press(e, "Escape");
	explorer_loses(e, "facts, and where");
	if (explorer_shows(e, "─ events"))
		explorer_fail(e, "the zoom is gone, too");
	explorer_press(e, "Escape");
	explorer_sees(e, "─ events");
	explorer_sees(e, "looking back");
	explorer_press(e, "Escape");
	explorer_sees(e, " 8 of 11");
	explorer_press_until(e, "Escape", "Enter play");
	for (int i = 0; i < 5; i++) {
		explorer_press(e, "Escape");
		ck_assert(screen_taken(e->s));
	}
	explorer_press(e, "?");
	explorer_sees(e, "In the list of lessons");
	explorer_press(e, "Escape");
	explorer_loses(e, "In the list of lessons");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(next_lesson)
{
	struct explorer *e = explorer_start(80, 24, NULL, "pipe/first");

	explorer_sees(e, "first");
	explorer_press(e, "n");
	explorer_sees(e, "empty");
	explorer_press(e, "n");
	explorer_sees(e, "eof");
	explorer_press_until(e, "Escape", "Enter play");
	explorer_sees(e, "The end comes when"); /* the list remembers where one is */
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(scrolls)
{
	struct explorer *e = start_at(_i, "pipe/full");

	explorer_sees(e, " 0 of ");
	explorer_press(e, "g");
	screen_type(e->s, "99\r");
	explorer_sees(e, "The end.");
	explorer_press(e, "Tab z");
	explorer_press(e, "PageUp PageUp PageUp PageUp PageUp");
	explorer_sees(e, "p = pipe()");
	explorer_press(e, "PageDown PageDown PageDown PageDown PageDown");
	explorer_sees(e, "= 12288");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

Suite *suite_explorer_stage(void)
{
	Suite *suite = suite_create("explorer_stage");
	TCase *tc = tcase_create("stage");

	tcase_add_loop_test(tc, steps, 0, SIZES);
	tcase_add_loop_test(tc, time_goes_on, 0, SIZES);
	tcase_add_loop_test(tc, looks_back, 0, SIZES);
	tcase_add_loop_test(tc, goes_to, 0, SIZES);
	tcase_add_loop_test(tc, restarts, 0, SIZES);
	tcase_add_test(tc, goes_by_itself);
	tcase_add_loop_test(tc, answers, 0, SIZES);
	tcase_add_test(tc, unanswered);
	tcase_add_loop_test(tc, holds, 0, SIZES);
	tcase_add_loop_test(tc, zooms, 0, SIZES);
	tcase_add_test(tc, small_tabs);
	tcase_add_loop_test(tc, sources, 0, SIZES);
	tcase_add_test(tc, escapes);
	tcase_add_test(tc, next_lesson);
	tcase_add_loop_test(tc, scrolls, 0, SIZES);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* The explorer and its terminal: other sizes while it plays, the mouse, drawing anew, and lending
 * the terminal to man. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/screen/explorer.h"

enum { SIZES = sizeof explorer_sizes / sizeof explorer_sizes[0] };

static struct explorer *start_at(int size, const char *arguments)
{
	return explorer_start(explorer_sizes[size].width, explorer_sizes[size].height, NULL, arguments);
}

static void manual_write(struct explorer *e, const char *script)
{
	FILE *f;

	mkdir(explorer_path(e, "bin"), 0755);
	f = fopen(explorer_path(e, "bin/man"), "w");
	ck_assert(f && fputs(script, f) >= 0 && fclose(f) == 0);
	chmod(explorer_path(e, "bin/man"), 0755);
}

START_TEST(manual)
{
	struct explorer *e = explorer_start_shell(80, 24, NULL, "PATH=$HOME/bin:$PATH; read x; exec $P $L");

	manual_write(e, "#!/bin/sh\necho \"asked for: $*.\"; stty size; read key; exit 0\n");
	explorer_press(e, "Enter");
	explorer_play(e, 5, 11);
	explorer_press(e, "m");
	explorer_sees(e, "manual pages");
	explorer_sees(e, "write(2)");
	explorer_press(e, "Down Enter");
	explorer_sees(e, "asked for: 2 write.");
	ck_assert(!screen_alternate(e->s));
	screen_resize(e->s, 100, 30); /* while it reads */
	explorer_press(e, "Enter");
	explorer_loses(e, "asked for");
	explorer_sees(e, "Words of the lesson.");
	explorer_sees(e, " 5 of 11");
	ck_assert(screen_alternate(e->s));
	ck_assert(screen_mouse_wanted(e->s));
	explorer_press(e, "m");
	explorer_sees(e, "manual pages");
	explorer_press(e, "Enter");
	explorer_sees(e, "asked for: 7 pipe.");
	explorer_press(e, "Enter");
	explorer_sees(e, " 5 of 11");
	explorer_play(e, 6, 11); /* and it still plays */
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(manual_missing)
{
	struct explorer *e = explorer_start_shell(80, 24, NULL, "PATH=$HOME/bin:$PATH; read x; exec $P $L");

	manual_write(e, "#!/bin/sh\nexit 16\n");
	explorer_press(e, "Enter");
	explorer_sees(e, " 0 of 11");
	explorer_press(e, "m");
	explorer_sees(e, "manual pages");
	explorer_press(e, "Enter");
	explorer_sees(e, "there is no manual page pipe(7) here");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Ctrl-C in man is man's; the explorer goes on. */
START_TEST(manual_interrupted)
{
	struct explorer *e = explorer_start_shell(80, 24, NULL, "PATH=$HOME/bin:$PATH; read x; exec $P $L");

	manual_write(e, "#!/bin/sh\necho here; exec sleep 1000\n");
	explorer_press(e, "Enter");
	explorer_sees(e, " 0 of 11");
	explorer_press(e, "m");
	explorer_sees(e, "manual pages");
	explorer_press(e, "Enter");
	explorer_sees(e, "here");
	explorer_press(e, "C-c");
	explorer_sees(e, " 0 of 11");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(manual_of_a_lesson)
{
	struct explorer *e = explorer_start_shell(80, 24, NULL, "PATH=$HOME/bin:$PATH; read x; exec $P");

	manual_write(e, "#!/bin/sh\necho \"asked for: $*.\"; read key\n");
	explorer_press(e, "Enter");
	explorer_sees(e, "Enter play");
	explorer_press(e, "m");
	explorer_sees(e, "asked for: 2 pipe.");
	explorer_press(e, "Enter");
	explorer_sees(e, "Enter play");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

static void resize(struct explorer *e, int width, int height)
{
	e->width = width;
	e->height = height;
	screen_resize(e->s, width, height);
}

/* The footer is in the last line: the screen was drawn at this size. */
static bool footer_is_last(struct screen *s, void *data)
{
	struct explorer *e = data;
	int x, y;

	return screen_find(s, "Space next", &x, &y) && y == e->height - 1;
}

START_TEST(resizes)
{
	static const struct { int width, height; } sizes[] = {
		{ 120, 40 }, { 60, 20 }, { 40, 12 }, { 200, 50 }, { 76, 22 }, { 75, 22 }, { 80, 21 }, { 61, 13 },
		{ 300, 12 }, { 40, 100 }, { 41, 13 }, { 132, 43 },
	};
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_sees(e, " 0 of 11");
	explorer_press(e, "+ + + a");
	explorer_sees(e, "AUTO");
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		resize(e, sizes[i].width, sizes[i].height);
		if (!screen_wait(e->s, footer_is_last, e, SCREEN_DEADLINE))
			explorer_fail(e, "the footer is not in the last line");
	}
	explorer_sees(e, "11 of 11");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(too_small)
{
	static const struct { int width, height; } sizes[] = { { 39, 12 }, { 40, 11 }, { 39, 11 }, { 20, 5 }, { 8, 2 }, { 1, 1 } };
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 8, 11);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		resize(e, sizes[i].width, sizes[i].height);
		if (sizes[i].height >= 5)
			explorer_sees(e, "40 x 12");
		resize(e, 80, 24);
		explorer_sees(e, "BLOCKED");
		explorer_sees(e, " 8 of 11");
	}
	resize(e, 39, 11);
	explorer_sees(e, "q quits");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(starts_too_small)
{
	struct explorer *e = explorer_start(39, 11, NULL, "");

	explorer_sees(e, "40 x 12");
	resize(e, 40, 12);
	explorer_sees(e, "first");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

static bool sent(struct screen *s, void *bytes)
{
	return screen_bytes(s) > *(size_t *)bytes;
}

START_TEST(redraws)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");
	size_t whole;

	explorer_play(e, 5, 11);
	whole = screen_bytes(e->s) + 600;
	explorer_press(e, "C-l");
	ck_assert_msg(screen_wait(e->s, sent, &whole, SCREEN_DEADLINE), "the whole screen is not sent");
	ck_assert(screen_taken(e->s));
	explorer_press(e, "?");
	explorer_sees(e, "On the stage");
	explorer_press(e, "Escape");
	explorer_sees(e, "Words of the lesson.");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Two clicks count as one double click within 300 ms: on a busy machine they may come too late. */
static void double_click(struct explorer *e, int x, int y, const char *text)
{
	for (int attempt = 0; attempt < 5; attempt++) {
		screen_mouse(e->s, x, y);
		screen_mouse(e->s, x, y);
		if (screen_until(e->s, text, 2))
			return;
	}
	explorer_sees(e, text);
}

START_TEST(mouse)
{
	struct explorer *e = start_at(_i, "LESSON");
	int x, y;

	explorer_play(e, 6, 11);
	explorer_sees(e, "16 of 16 slots"); /* the picture stands */
	ck_assert(screen_find(e->s, "writer", &x, &y));
	double_click(e, x, y + 1, "a call for it to make");
	explorer_press(e, "Escape");
	explorer_loses(e, "a call for it to make");
	explorer_sees(e, "pipe p"); /* the box of the menu may have covered it */
	ck_assert(screen_find(e->s, "pipe p", &x, &y));
	double_click(e, x, y, "p.bytes");
	explorer_press(e, "Escape");
	explorer_loses(e, "p.bytes");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(wheel)
{
	struct explorer *e = explorer_start(80, 24, NULL, "pipe/full");
	int x, y;

	explorer_sees(e, " 0 of ");
	explorer_press(e, "g");
	screen_type(e->s, "99\r");
	explorer_sees(e, "The end.");
	ck_assert(screen_find(e->s, "─ events", &x, &y));
	for (int i = 0; i < 30; i++)
		screen_wheel(e->s, x + 4, y + 2, true);
	explorer_sees(e, "p = pipe()");
	for (int i = 0; i < 30; i++)
		screen_wheel(e->s, x + 4, y + 2, false);
	explorer_sees(e, "= 12288");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

Suite *suite_explorer_terminal(void)
{
	Suite *suite = suite_create("explorer_terminal");
	TCase *tc = tcase_create("terminal");

	tcase_add_test(tc, manual);
	tcase_add_test(tc, manual_missing);
	tcase_add_test(tc, manual_interrupted);
	tcase_add_test(tc, manual_of_a_lesson);
	tcase_add_test(tc, resizes);
	tcase_add_test(tc, too_small);
	tcase_add_test(tc, starts_too_small);
	tcase_add_test(tc, redraws);
	tcase_add_loop_test(tc, mouse, 0, SIZES);
	tcase_add_test(tc, wheel);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* The list of lessons, the help, and what is said before the screen is taken. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/screen/explorer.h"
#include "ui/keys.h"

enum { SIZES = sizeof explorer_sizes / sizeof explorer_sizes[0] };

/* No cell of the screen holds anything but ASCII. */
static void expect_ascii(struct explorer *e)
{
	struct text t = { 0 };

	screen_text(e->s, &t);
	for (const char *c = text_string(&t); *c; c++)
		if (*c & 0x80)
			explorer_fail(e, "there is more than ASCII: \"%.8s\"", c);
	text_free(&t);
}

START_TEST(newcomer)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "");

	explorer_sees(e, "Pipes");
	explorer_sees(e, "first");
	explorer_sees(e, "Enter play"); /* what to press */
	explorer_sees(e, "q quit");
	explorer_sees(e, "help");
	ck_assert(screen_alternate(e->s));
	ck_assert(screen_mouse_wanted(e->s));
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* What pressing q does must be on every screen, at every size. */
START_TEST(quit_is_told)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "LESSON");

	explorer_sees(e, "Space next");
	explorer_sees(e, "help");
	explorer_sees(e, "q quit");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(plain_locale)
{
	static const char *const locale[] = { "LC_ALL=C", NULL };
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, locale, "");

	explorer_sees(e, "q quit");
	expect_ascii(e);
	explorer_press(e, "?");
	explorer_sees(e, "Everywhere");
	expect_ascii(e);
	explorer_press(e, "Escape");
	explorer_loses(e, "Everywhere");
	explorer_press(e, "Enter");
	explorer_sees(e, "Space next");
	expect_ascii(e);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(ascii_asked_for)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "--ascii LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	expect_ascii(e);
	explorer_press(e, "i");
	explorer_sees(e, "facts");
	expect_ascii(e);
	explorer_press(e, "Escape");
	explorer_loses(e, "facts");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(folds)
{
	struct explorer *e = explorer_start(80, 24, NULL, "");

	explorer_sees(e, "first");
	explorer_press(e, "Left");
	explorer_loses(e, "sigpipe");
	explorer_sees(e, "FIFOs");
	explorer_press(e, "Right");
	explorer_sees(e, "sigpipe");
	explorer_press(e, "Enter"); /* on the group */
	explorer_loses(e, "sigpipe");
	explorer_press(e, "Down Space");
	explorer_sees(e, "eof-spin");
	explorer_press(e, "Down Left");
	explorer_loses(e, "eof-spin");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(finds)
{
	struct explorer *e = explorer_start(80, 24, NULL, "");

	explorer_sees(e, "first");
	explorer_press(e, "/");
	screen_type(e->s, "sigpi");
	explorer_loses(e, "stdio");
	explorer_sees(e, "sigpipe");
	explorer_loses(e, "capacity");
	explorer_press(e, "q"); /* a letter, while typing */
	explorer_loses(e, "sigpipe");
	explorer_press(e, "Backspace");
	explorer_sees(e, "sigpipe");
	explorer_press(e, "Escape");
	explorer_sees(e, "capacity");
	/* Enter keeps what was found; the next one plays it */
	explorer_press(e, "/");
	screen_type(e->s, "DEADLOCK");
	explorer_sees(e, "Two full pipes, and everybody waits");
	explorer_press(e, "Enter Enter");
	explorer_sees(e, "Space next");
	explorer_sees(e, "deadlock");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(finds_wide)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "");
	int x, y;

	explorer_sees(e, "first");
	explorer_press(e, "/");
	screen_type(e->s, "管道é");
	explorer_sees(e, "管道é");
	ck_assert(screen_find(e->s, "管道é", &x, &y));
	ck_assert_int_eq(screen_cell(e->s, x, y).width, 2);
	ck_assert_str_eq(screen_cell(e->s, x + 4, y).text, "é");
	explorer_loses(e, "first ");
	explorer_press(e, "Backspace Backspace");
	explorer_loses(e, "道");
	explorer_sees(e, "管");
	for (int i = 0; i < 80; i++)
		screen_type(e->s, "字");
	ck_assert(screen_taken(e->s));
	explorer_press(e, "Escape");
	explorer_sees(e, "first");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* What this machine or this user lacks is said where one tries to open it, to its end; and n goes on to what
 * can be played. */
START_TEST(not_here)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "");

	explorer_sees(e, "first");
	explorer_press(e, "/");
	screen_type(e->s, "ids-new");
	explorer_sees(e, "not here:"); /* already in the list */
	explorer_press(e, "Enter Enter");
	explorer_sees(e, "sysv/ids-new cannot be played here: its numbers");
	explorer_sees(e, "--isolate");
	explorer_press(e, "Up");
	explorer_loses(e, "cannot be played here");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
	e = explorer_start(size->width, size->height, NULL, "sysv/ids");
	explorer_sees(e, "Space next");
	explorer_press(e, "n");
	explorer_sees(e, "Messages have a type");
	explorer_sees(e, "sysv/ids-new cannot be played here");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(script)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "");

	explorer_sees(e, "first");
	explorer_press(e, "Down Down Down"); /* full */
	explorer_press(e, "e");
	explorer_sees(e, "lesson  A full pipe");
	explorer_press(e, "PageDown PageDown PageDown PageDown PageDown PageDown");
	explorer_sees(e, "To remember");
	explorer_press(e, "Escape");
	explorer_loses(e, "To remember");
	explorer_sees(e, "first");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(sandbox)
{
	struct explorer *e = explorer_start(80, 24, NULL, "");

	explorer_sees(e, "first");
	explorer_press(e, "s");
	explorer_sees(e, "sandbox");
	explorer_sees(e, "writer");
	explorer_sees(e, "close(");
	explorer_press_until(e, "Escape", "Enter play");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Whether some row of the help, scrolled through from its top, holds the text. */
static void expect_in_help(struct explorer *e, const char *text)
{
	for (int i = 0; i < 80; i++) {
		if (explorer_shows(e, text))
			return;
		explorer_press(e, "Down");
		screen_until(e->s, text, 0.05);
	}
	explorer_fail(e, "the help does not tell \"%s\"", text);
}

static void help_on(struct explorer *e, unsigned where, const char *opens, const char *heading)
{
	const struct key_row *k;

	for (size_t i = 0; (k = keys_nth(i)); i++) {
		char words[24];

		if (!(k->where & where))
			continue;
		explorer_press(e, opens);
		explorer_sees(e, heading);
		snprintf(words, sizeof words, "%.14s", k->help);
		expect_in_help(e, words);
		explorer_press(e, "Escape");
		explorer_loses(e, words);
	}
}

START_TEST(help)
{
	struct explorer *e = explorer_start(120, 40, NULL, "");

	explorer_sees(e, "first");
	help_on(e, KEYS_LESSONS, _i ? "F1" : "?", "In the list of lessons");
	explorer_press(e, "Enter");
	explorer_sees(e, "Space next");
	help_on(e, KEYS_STAGE, _i ? "F1" : "?", "On the stage");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Its last row can be reached at every size, and no key is cut away. */
START_TEST(help_scrolls)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "LESSON");

	explorer_sees(e, "Space next");
	explorer_press(e, "?");
	explorer_sees(e, "On the stage");
	expect_in_help(e, "Ctrl-C");
	explorer_press(e, "Escape");
	explorer_loses(e, "Ctrl-C");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

static bool any_colour(struct explorer *e, int below)
{
	for (int y = 0; y < e->height; y++)
		for (int x = 0; x < e->width; x++) {
			struct screen_cell c = screen_cell(e->s, x, y);

			if (c.foreground >= below || c.background >= below || c.foreground == -2 || c.background == -2)
				return true;
		}
	return false;
}

START_TEST(colours)
{
	static const struct {
		const char *env, *arguments;
		int most; /* colours of the palette that may be there; 0: none */
	} row[] = {
		{ "TERM=xterm-256color", "--theme dark LESSON", 256 },
		{ "TERM=xterm-256color", "--theme light LESSON", 256 },
		{ "TERM=xterm-256color", "--theme contrast LESSON", 256 },
		{ "TERM=xterm-256color", "--theme mono LESSON", 0 },
		{ "NO_COLOR=1", "LESSON", 0 },
		{ "TERM=xterm", "--theme dark LESSON", 16 }, /* bold makes bright ones of eight */
		{ "TERM=xterm", "--theme light LESSON", 16 },
		{ "TERM=xterm", "--theme contrast LESSON", 16 },
		{ "TERM=vt100", "--theme dark LESSON", 0 },
		{ "TERM=vt100", "--theme light LESSON", 0 },
		{ "IPCSCOPE_THEME=light", "LESSON", 256 },
	};
	const char *const env[] = { row[_i].env, NULL };
	struct explorer *e = explorer_start(80, 24, env, row[_i].arguments);

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED"); /* by a word, whatever the colours */
	if (any_colour(e, row[_i].most))
		explorer_fail(e, "more than %d colours", row[_i].most);
	if (row[_i].most && !any_colour(e, 0))
		explorer_fail(e, "no colours");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(theme_key)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	for (int i = 0; i < 5; i++) {
		explorer_press(e, "t");
		ck_assert(screen_taken(e->s));
	}
	explorer_press(e, "?"); /* after it, all five were drawn */
	explorer_sees(e, "On the stage");
	explorer_press(e, "Escape");
	explorer_sees(e, "BLOCKED");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(mouse)
{
	struct explorer *e = explorer_start(80, 24, NULL, "");
	int x, y;

	explorer_sees(e, "sigpipe");
	ck_assert(screen_find(e->s, "sigpipe", &x, &y));
	screen_mouse(e->s, x, y);
	explorer_sees(e, "Writing to a pipe that");
	screen_wheel(e->s, x, y, true);
	explorer_loses(e, "Writing to a pipe that");
	screen_wheel(e->s, x, y, false);
	explorer_sees(e, "Writing to a pipe that");
	ck_assert(screen_find(e->s, "FIFOs", &x, &y));
	screen_mouse(e->s, x, y);
	screen_mouse(e->s, x, y); /* twice opens */
	explorer_sees(e, "unrelated");
	ck_assert(screen_find(e->s, "capacity", &x, &y));
	screen_mouse(e->s, x, y);
	screen_mouse(e->s, x, y);
	explorer_sees(e, "Space next");
	explorer_sees(e, "capacity");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(no_mouse)
{
	struct explorer *e = explorer_start(80, 24, NULL, "--no-mouse");

	explorer_sees(e, "first");
	ck_assert(!screen_mouse_wanted(e->s));
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* What is wrong is said on the terminal as it is, before the screen is taken. */
START_TEST(refuses)
{
	static const struct { const char *line, *says; int status; } row[] = {
		{ "$P nosuch/lesson", "nosuch/lesson", 2 },
		{ "$P /does/not/exist.lesson", "/does/not/exist.lesson", 2 },
		{ "$P --theme purple", "there is no theme purple", 2 },
		{ "IPCSCOPE_THEME=purple $P", "there is no theme purple", 2 },
		{ "$P --nonsense", "usage:", 2 },
		{ "$P a b", "one lesson at a time", 2 },
		{ "$P </dev/null", "needs a terminal", 2 },
		{ "$P | cat; exit ${PIPESTATUS[0]}", "needs a terminal", 2 },
		{ "TERM= $P", "TERM is not set", 2 },
		{ "TERM=nosuchterm $P", "not known here", 2 },
		{ "TERM=dumb $P", "no screen to draw on", 2 },
		{ "printf 'lesson X\\nparent  nonsense(1)\\n' >b.lesson; $P b.lesson", "b.lesson:2:9", 2 },
		{ "printf 'lesson X\\nneeds nonsuch\\n' >b.lesson; $P b.lesson", "b.lesson:2:", 2 },
	};
	char line[300];
	struct explorer *e;

	snprintf(line, sizeof line, "%s; s=$?; echo status $s; exit $s", row[_i].line);
	if (strstr(row[_i].line, "PIPESTATUS"))
		snprintf(line, sizeof line, "%s", row[_i].line);
	e = explorer_start_shell(100, 24, NULL, line);
	explorer_sees(e, row[_i].says);
	explorer_ended(e, row[_i].status);
	if (screen_bytes(e->s) > 2000) /* a screen is more */
		explorer_fail(e, "the screen was taken");
	explorer_free(e);
}
END_TEST

START_TEST(presents)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "--present LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	explorer_sees(e, "lesson");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

Suite *suite_explorer_lessons(void)
{
	Suite *suite = suite_create("explorer_lessons");
	TCase *tc = tcase_create("list");

	tcase_add_loop_test(tc, newcomer, 0, SIZES);
	tcase_add_loop_test(tc, quit_is_told, 0, SIZES);
	tcase_add_loop_test(tc, plain_locale, 0, SIZES);
	tcase_add_loop_test(tc, ascii_asked_for, 0, SIZES);
	tcase_add_test(tc, folds);
	tcase_add_test(tc, finds);
	tcase_add_loop_test(tc, finds_wide, 0, SIZES);
	tcase_add_loop_test(tc, not_here, 0, SIZES);
	tcase_add_loop_test(tc, script, 0, SIZES);
	tcase_add_test(tc, sandbox);
	tcase_add_loop_test(tc, help, 0, 2);
	tcase_add_loop_test(tc, help_scrolls, 0, SIZES);
	tcase_add_loop_test(tc, colours, 0, 11);
	tcase_add_test(tc, theme_key);
	tcase_add_test(tc, mouse);
	tcase_add_test(tc, no_mouse);
	tcase_add_loop_test(tc, refuses, 0, 13);
	tcase_add_loop_test(tc, presents, 0, SIZES);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* ui/term.c on a pty: tests/ui/term_demo.c is the program that uses it. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/screen/screen.h"
#include "ui/style.h"

#define DEMO TOP_BUILDDIR "/tests/term_demo"

static struct screen *demo(int width, int height, const char *const env[], const char *theme)
{
	char program[] = DEMO, name[16];
	const char *const argv[] = { program, theme ? name : NULL, NULL };

	snprintf(name, sizeof name, "%s", theme ? theme : "");
	return screen_start(width, height, env, argv);
}

static void wait_for(struct screen *s, const char *text)
{
	struct text now = { 0 };

	if (screen_until(s, text, SCREEN_DEADLINE))
		return;
	screen_text(s, &now);
	ck_abort_msg("no \"%s\" on the screen:\n%s", text, text_string(&now));
}

/* The first cell of the sample of a style: its name, with a space before it. */
static struct screen_cell sample(struct screen *s, enum style style)
{
	char name[32];
	int x, y;

	snprintf(name, sizeof name, " %s", style_name(style));
	ck_assert_msg(screen_find(s, name, &x, &y), "no \"%s\"", name);
	return screen_cell(s, x + 1, y);
}

/* Ends it with q: the status is 0 and the terminal as it was. */
static void quit(struct screen *s)
{
	screen_key(s, "q");
	ck_assert_int_eq(screen_exit(s), 0);
	ck_assert(screen_as_before(s));
	screen_free(s);
}

static const struct { int width, height; } sizes[] = { { 80, 24 }, { 200, 60 }, { 60, 20 }, { 40, 12 }, { 7, 3 }, { 1, 1 } };

START_TEST(size)
{
	struct screen *s = demo(sizes[_i].width, sizes[_i].height, NULL, NULL);
	char title[40];

	snprintf(title, sizeof title, "%dx%d dark", sizes[_i].width, sizes[_i].height);
	if (sizes[_i].width >= 40)
		wait_for(s, title);
	wait_for(s, sizes[_i].width >= 6 ? "corner" : "r"); /* the last cell of the last row too */
	ck_assert(screen_alternate(s));
	ck_assert(!screen_as_before(s));
	quit(s);
}
END_TEST

static bool cursor_shown(struct screen *s, void *data)
{
	int x, y;

	(void)data;
	return screen_cursor(s, &x, &y);
}

START_TEST(characters)
{
	struct screen *s = demo(80, 24, NULL, NULL);
	int x, y;

	wait_for(s, "e\xcc\x81 中文 é “q”|");
	wait_for(s, "╭─ keys ─");
	wait_for(s, "█████▌░░░░");
	ck_assert(screen_find(s, "中", &x, &y));
	ck_assert_int_eq(screen_cell(s, x, y).width, 2);
	ck_assert(screen_find(s, "|", &x, &y));
	ck_assert_int_eq(x, 12 + 2 + 5 + 2 + 3);
	ck_assert(!screen_cursor(s, &x, &y));
	screen_key(s, "C");
	wait_for(s, "C");
	ck_assert(screen_wait(s, cursor_shown, NULL, SCREEN_DEADLINE));
	ck_assert(screen_cursor(s, &x, &y));
	ck_assert_int_eq(x, 3);
	ck_assert_int_eq(y, 2);
	screen_key(s, "C");
	quit(s);
}
END_TEST

START_TEST(plain_locale)
{
	const char *const env[] = { "LC_ALL=C", NULL };
	struct screen *s = demo(80, 24, env, NULL);
	struct text now = { 0 };

	wait_for(s, "256 colours plain");
	wait_for(s, "e ???? ? \"q\"|");
	wait_for(s, "+- keys ---");
	wait_for(s, "#####.....");
	wait_for(s, "corner");
	screen_text(s, &now);
	for (const char *p = text_string(&now); *p; p++)
		ck_assert_int_lt((unsigned char)*p, 0x80);
	text_free(&now);
	screen_type(s, "\xc3\xa9x"); /* what the locale does not know is no key */
	wait_for(s, "| x ");
	quit(s);
}
END_TEST

/* What the style samples look like: 256 colours, 8, none. */
START_TEST(colours_256)
{
	struct screen *s = demo(80, 24, NULL, NULL);
	struct screen_cell c;

	wait_for(s, "256 colours UTF-8");
	wait_for(s, "corner");
	c = sample(s, STYLE_WARN);
	ck_assert(c.foreground == 214 && c.background == -1 && c.bold);
	c = sample(s, STYLE_TEXT);
	ck_assert(c.foreground == -1 && c.background == -1 && !c.bold);
	c = sample(s, STYLE_SELECTED_WARN);
	ck_assert(c.foreground == 214 && c.background == 238);
	c = screen_cell(s, 1, 0);
	ck_assert(c.foreground == 231 && c.background == 236 && c.bold);
	c = screen_cell(s, 79, 0);
	ck_assert_int_eq(c.background, 236); /* to the end of the line */
	quit(s);
}
END_TEST

static const char *const types[] = { "xterm", "linux", "screen", "vt100", "xterm-16color" };

START_TEST(other_terminals)
{
	static const int counts[] = { 8, 8, 8, 0, 16 };
	char term[32], count[32];
	/* with the mouse, TERM=linux makes curses load libgpm, which leaks: see --enable-sanitizers */
	const char *const env[] = { term, "TERM_DEMO_NO_MOUSE=1", NULL };
	struct screen *s;
	struct screen_cell c;

	snprintf(term, sizeof term, "TERM=%s", types[_i]);
	snprintf(count, sizeof count, " %d colours UTF-8", counts[_i]);
	s = demo(80, 24, env, NULL);
	wait_for(s, "term_demo");
	if (screen_until(s, "term_demo: ", 0)) {
		screen_free(s);
		unit_skip("this terminal is not in the terminfo database");
	}
	wait_for(s, "corner");
	if (!screen_until(s, count, SCREEN_DEADLINE)) {
		screen_free(s);
		ck_abort_msg("%s does not show%s", types[_i], count);
	}
	wait_for(s, "e\xcc\x81 中文 é “q”|");
	ck_assert(!screen_mouse_wanted(s));
	c = screen_cell(s, 1, 0);
	ck_assert(c.bold && (counts[_i] ? c.background == 4 : c.reverse));
	c = sample(s, STYLE_WARN);
	ck_assert(c.bold && (counts[_i] ? c.foreground == 3 : c.foreground == -1));
	screen_key(s, "Up");
	screen_key(s, "Home");
	screen_key(s, "F1");
	wait_for(s, "UP HOME F1");
	screen_key(s, "Backspace");
	wait_for(s, "F1 BACKSPACE");
	quit(s);
}
END_TEST

START_TEST(no_color)
{
	const char *const env[] = { "NO_COLOR=1", NULL };
	struct screen *s = demo(80, 24, env, NULL);

	wait_for(s, "mono");
	wait_for(s, "corner");
	for (int y = 0; y < 24; y++)
		for (int x = 0; x < 80; x++)
			ck_assert(screen_cell(s, x, y).foreground == -1 && screen_cell(s, x, y).background == -1);
	ck_assert(screen_cell(s, 1, 0).reverse);
	ck_assert(sample(s, STYLE_SELECTED).reverse);
	quit(s);
}
END_TEST

static bool all_white(struct screen *s, void *data)
{
	(void)data;
	for (int y = 1; y < 24; y++)
		for (int x = 0; x < 80; x += screen_cell(s, x, y).width) /* right halves have no colours */
			if (screen_cell(s, x, y).background == -1)
				return false;
	return true;
}

struct colours { enum style style; int foreground, background; };

static bool sample_is(struct screen *s, void *data)
{
	const struct colours *want = data;
	struct screen_cell c;
	char name[32];
	int x, y;

	snprintf(name, sizeof name, " %s", style_name(want->style));
	if (!screen_find(s, name, &x, &y))
		return false;
	c = screen_cell(s, x + 1, y);
	return c.foreground == want->foreground && c.background == want->background;
}

START_TEST(themes)
{
	struct screen *s = demo(80, 24, NULL, "light");
	struct colours light = { STYLE_TEXT, 235, 231 }, contrast = { STYLE_TEXT, 231, 16 };
	struct colours mono = { STYLE_WARN, -1, -1 }, dark = { STYLE_WARN, 214, -1 };

	wait_for(s, "80x24 light");
	ck_assert(screen_wait(s, all_white, NULL, SCREEN_DEADLINE));
	ck_assert(screen_wait(s, sample_is, &light, SCREEN_DEADLINE));
	screen_key(s, "T");
	wait_for(s, "80x24 contrast");
	ck_assert(screen_wait(s, sample_is, &contrast, SCREEN_DEADLINE));
	screen_key(s, "T");
	wait_for(s, "80x24 mono");
	ck_assert(screen_wait(s, sample_is, &mono, SCREEN_DEADLINE));
	screen_key(s, "T");
	wait_for(s, "80x24 dark");
	ck_assert(screen_wait(s, sample_is, &dark, SCREEN_DEADLINE));
	quit(s);
}
END_TEST

static const struct typing { const char *key, *bytes, *expected; } typings[] = {
	{ "Enter", NULL, "ENTER" },
	{ NULL, "\n", "ENTER" },
	{ "Tab", NULL, "TAB" },
	{ "BackTab", NULL, "BACKTAB" },
	{ "Backspace", NULL, "BACKSPACE" },
	{ NULL, "\b", "BACKSPACE" },
	{ "Delete", NULL, "DELETE" },
	{ "Escape", NULL, "ESCAPE" },
	{ "Up", NULL, "UP" },
	{ "Down", NULL, "DOWN" },
	{ "Left", NULL, "LEFT" },
	{ "Right", NULL, "RIGHT" },
	{ "Home", NULL, "HOME" },
	{ "End", NULL, "END" },
	{ "PageUp", NULL, "PAGE_UP" },
	{ "PageDown", NULL, "PAGE_DOWN" },
	{ "F1", NULL, "F1" },
	{ "C-a", NULL, "^A" },
	{ "C-c", NULL, "INTERRUPT" },
	{ "C-l", NULL, "REDRAW" },
	{ NULL, "\x13", "^S" },
	{ NULL, "\x1c\x1d", "" },
	{ NULL, "~", "~" },
	{ NULL, "é中\xf0\x9f\x98\x80", "é 中 \xf0\x9f\x98\x80" },
	/* sequences that are no key of ours; the x behind them shows that they are over */
	{ "F5", NULL, "" },
	{ "Insert", NULL, "" },
	{ "C-Up", NULL, "" },
	{ NULL, "\x1b[200~a\x1b[201~", "a" },
	{ NULL, "\x1b[I", "" },
	{ NULL, "\x1b[1;9P", "" },
	{ NULL, "\x1b]11;rgb:0/0/0\x1b\\", "" },
	{ NULL, "\x1b[?64;1;2c", "" },
	/* what terminfo says otherwise, but every terminal may send */
	{ NULL, "\x1b[A", "UP" },
	{ NULL, "\x1bOA", "UP" },
	{ NULL, "\x1b[1~", "HOME" },
	/* Escape with a key right behind it, Alt with a key: both are pressed */
	{ NULL, "\x1bk", "ESCAPE k" },
	{ NULL, "\x1b\x1b", "ESCAPE ESCAPE" },
	/* bytes that are no character take nothing with them */
	{ NULL, "\x80\xff\xc3(\xe4\xb8", "(" },
	{ NULL, "\xc3\xc3\xa9", "é" },
};

START_TEST(typing)
{
	const struct typing *k = &typings[_i];
	struct screen *s = demo(80, 24, NULL, NULL);
	char expected[64];

	wait_for(s, "corner");
	if (k->key)
		screen_key(s, k->key);
	else
		screen_type(s, k->bytes);
	/* an Escape that is alone is one as soon as nothing follows; x would follow */
	if (!strcmp(k->expected, "ESCAPE") || !strcmp(k->expected, "ESCAPE ESCAPE"))
		wait_for(s, k->expected);
	screen_type(s, "x");
	snprintf(expected, sizeof expected, "│ %s%sx  ", k->expected, *k->expected ? " " : "");
	wait_for(s, expected);
	quit(s);
}
END_TEST

/* Keys that arrive a byte at a time, as over a bad line. */
START_TEST(split_keys)
{
	const char *const env[] = { "ESCDELAY=20000", NULL };
	struct screen *s = demo(80, 24, env, NULL);
	static const char *const bytes[] = { "\xe4", "\xb8", "\xad", "\x1b", "[", "A", "\xc3", "y" };

	wait_for(s, "corner");
	for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
		screen_type(s, bytes[i]);
		ck_assert(screen_taken(s));
	}
	wait_for(s, "│ 中 UP y ");
	quit(s);
}
END_TEST

START_TEST(mouse)
{
	struct screen *s = demo(250, 24, NULL, NULL);

	wait_for(s, "corner");
	ck_assert(screen_mouse_wanted(s));
	screen_mouse(s, 10, 5);
	wait_for(s, "PRESS@10,5");
	screen_mouse(s, 11, 5); /* another cell: no double click */
	wait_for(s, "PRESS@10,5 PRESS@11,5");
	screen_wheel(s, 1, 23, true);
	wait_for(s, "WHEEL_UP@1,23");
	screen_wheel(s, 1, 23, false);
	wait_for(s, "WHEEL_DOWN@1,23");
	screen_type(s, "\x1b[<0;241;1M\x1b[<0;241;1m\x1b[<0;241;1M\x1b[<0;241;1m"); /* as fast as can be */
	wait_for(s, "PRESS@240,0 DOUBLE@240,0");
	for (int i = 0; i < 3; i++) /* in one go */
		screen_wheel(s, i, 9, true);
	wait_for(s, "WHEEL_UP@0,9 WHEEL_UP@1,9 WHEEL_UP@2,9");
	quit(s);
}
END_TEST

START_TEST(resizing)
{
	struct screen *s = demo(80, 24, NULL, NULL);
	static const struct { int width, height; const char *title; } to[] = {
		{ 100, 30, "100x30 dark" }, { 45, 10, "45x10 dark" }, { 3, 2, NULL }, { 80, 24, "80x24 dark" },
	};

	wait_for(s, "80x24");
	for (size_t i = 0; i < sizeof to / sizeof to[0]; i++) {
		screen_resize(s, to[i].width, to[i].height);
		wait_for(s, to[i].title ? to[i].title : "ner");
		if (to[i].title)
			wait_for(s, "corner");
	}
	wait_for(s, "╭─ keys ─");
	quit(s);
}
END_TEST

/* COLUMNS and LINES say nothing: the kernel knows. */
START_TEST(size_of_environment)
{
	const char *const env[] = { "COLUMNS=33", "LINES=11", NULL };
	struct screen *s = demo(80, 24, env, NULL);

	wait_for(s, "80x24");
	wait_for(s, "corner");
	quit(s);
}
END_TEST

/* Frames in which nothing changed send nothing. */
START_TEST(sends_changes_only)
{
	struct screen *s = demo(80, 24, NULL, NULL);
	size_t before;

	wait_for(s, "corner");
	before = screen_bytes(s);
	ck_assert_uint_lt(before, 80 * 24 * 2);
	screen_key(s, "E");
	wait_for(s, "frames 20");
	ck_assert_uint_lt(screen_bytes(s) - before, 200);
	quit(s);
}
END_TEST

START_TEST(redraws)
{
	struct screen *s = demo(80, 24, NULL, NULL);
	size_t before;

	wait_for(s, "corner");
	before = screen_bytes(s);
	screen_key(s, "C-l");
	wait_for(s, "REDRAW");
	wait_for(s, "corner");
	ck_assert_uint_gt(screen_bytes(s) - before, 500);
	quit(s);
}
END_TEST

START_TEST(lends)
{
	struct screen *s = demo(80, 24, NULL, NULL);

	wait_for(s, "corner");
	screen_key(s, "L");
	wait_for(s, "lent");
	ck_assert(screen_as_before(s));
	screen_resize(s, 90, 20);
	screen_type(s, "line\r");
	wait_for(s, "90x20");
	wait_for(s, "corner");
	ck_assert(screen_alternate(s));
	screen_key(s, "Up");
	wait_for(s, "UP");
	quit(s);
}
END_TEST

/* A shell with job control, whose job the program is; stopped by Ctrl-Z, and from outside. */
START_TEST(suspends)
{
	char script[] = "set -m; " DEMO "; echo stopped; read line; fg; echo \"ended $?\"; read line";
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct screen *s = screen_start(80, 24, NULL, argv);

	wait_for(s, "corner");
	if (_i == 0)
		screen_key(s, "C-z");
	else
		kill(-screen_foreground(s), SIGTSTP);
	wait_for(s, "stopped");
	ck_assert(screen_as_before(s));
	screen_type(s, "go\r");
	wait_for(s, "corner");
	ck_assert(screen_alternate(s));
	screen_key(s, "Down");
	wait_for(s, _i == 0 ? "SUSPEND DOWN" : "│ DOWN");
	screen_key(s, "q");
	wait_for(s, "ended 0");
	ck_assert(screen_as_before(s));
	screen_free(s);
}
END_TEST

START_TEST(terminal_gone)
{
	struct screen *s = demo(80, 24, NULL, NULL);
	int status;

	wait_for(s, "corner");
	screen_hang_up(s);
	status = screen_exit(s);
	ck_assert(WIFEXITED(status));
	/* whichever came first: the hangup at the descriptor, or the signal */
	ck_assert(WEXITSTATUS(status) == 5 || WEXITSTATUS(status) == 6);
	screen_free(s);
}
END_TEST

/* Without the signal, which goes to the leader of the session only: here a shell that ignores it. */
START_TEST(terminal_gone_silently)
{
	const char *const argv[] = { "sh", "-c", "trap '' HUP; " DEMO "; exit $?", NULL };
	struct screen *s = screen_start(80, 24, NULL, argv);

	wait_for(s, "corner");
	screen_hang_up(s);
	ck_assert_int_eq(WEXITSTATUS(screen_exit(s)), 5);
	screen_free(s);
}
END_TEST

/* Told to end while it is stopped, and continued in the background: ends, and leaves the shell's
 * terminal alone. */
START_TEST(ends_in_the_background)
{
	char script[] = "set -m; " DEMO "; echo stopped; read line; kill -TERM %1; bg; wait %1; echo \"ended $?\"";
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct screen *s = screen_start(80, 24, NULL, argv);

	wait_for(s, "corner");
	screen_key(s, "C-z");
	wait_for(s, "stopped");
	screen_type(s, "go\r");
	wait_for(s, "ended 6");
	ck_assert(screen_as_before(s));
	ck_assert_int_eq(screen_exit(s), 0);
	screen_free(s);
}
END_TEST

/* In the background it neither draws nor takes what is typed; fg brings it back. */
START_TEST(waits_in_the_background)
{
	char script[] = "set -m; " DEMO "; echo stopped; read line; bg; echo \"background $line\"; read line; "
			"echo \"read $line\"; read line; fg; echo \"ended $?\"; read line";
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct screen *s = screen_start(80, 24, NULL, argv);

	wait_for(s, "corner");
	screen_key(s, "C-z");
	wait_for(s, "stopped");
	screen_type(s, "one\r");
	wait_for(s, "background one");
	screen_type(s, "two\r");
	wait_for(s, "read two");
	ck_assert(screen_as_before(s));
	screen_type(s, "\r");
	wait_for(s, "corner");
	screen_key(s, "Down");
	wait_for(s, "SUSPEND DOWN");
	screen_key(s, "q");
	wait_for(s, "ended 0");
	ck_assert(screen_as_before(s));
	screen_free(s);
}
END_TEST

/* Where nobody could continue it (no shell with job control above it) the kernel does not stop it. */
START_TEST(suspends_for_nobody)
{
	struct screen *s = demo(80, 24, NULL, NULL);

	wait_for(s, "corner");
	screen_key(s, "C-z");
	wait_for(s, "SUSPEND");
	ck_assert(screen_alternate(s));
	screen_key(s, "Up");
	wait_for(s, "SUSPEND UP");
	quit(s);
}
END_TEST

START_TEST(ended_by_signal)
{
	struct screen *s = demo(80, 24, NULL, NULL);

	wait_for(s, "corner");
	kill(screen_pid(s), SIGTERM);
	ck_assert_int_eq(WEXITSTATUS(screen_exit(s)), 6);
	ck_assert(screen_as_before(s));
	screen_free(s);
}
END_TEST

static const struct refusal { const char *term, *expected; } refusals[] = {
	{ "TERM=dumb", "a terminal of the type \"dumb\" has no screen to draw on" },
	{ "TERM=no-such-type", "the terminal type \"no-such-type\" is not known here" },
	{ "TERM=", "the terminal's type is not known: TERM is not set" },
	{ "TERM", "the terminal's type is not known: TERM is not set" },
	{ "TERM=a\x1b[2J", "the terminal type \"a\\x1b[2J\" is not known here" },
};

START_TEST(refuses)
{
	char term[64];
	const char *const env[] = { term, NULL };
	struct screen *s;

	snprintf(term, sizeof term, "%s", refusals[_i].term);
	s = demo(100, 5, env, NULL);
	ck_assert_int_eq(WEXITSTATUS(screen_exit(s)), 4);
	wait_for(s, refusals[_i].expected);
	wait_for(s, "TERM=xterm-256color");
	ck_assert(screen_as_before(s));
	screen_free(s);
}
END_TEST

START_TEST(needs_a_terminal)
{
	static const char *const ways[] = { DEMO " </dev/null", DEMO " 2>&1 >/dev/null" };
	char script[200];
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct screen *s;

	snprintf(script, sizeof script, "%s", ways[_i]);
	s = screen_start(80, 5, NULL, argv);
	ck_assert_int_eq(WEXITSTATUS(screen_exit(s)), 4);
	wait_for(s, _i ? "standard output is no terminal" : "standard input is no terminal");
	ck_assert(screen_as_before(s));
	screen_free(s);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

Suite *suite_term(void)
{
	Suite *suite = suite_create("term");
	TCase *output = tcase_create("output"), *input = tcase_create("input"), *life = tcase_create("life");

	tcase_add_loop_test(output, size, 0, COUNT(sizes));
	tcase_add_test(output, characters);
	tcase_add_test(output, plain_locale);
	tcase_add_test(output, colours_256);
	tcase_add_loop_test(output, other_terminals, 0, COUNT(types));
	tcase_add_test(output, no_color);
	tcase_add_test(output, themes);
	tcase_add_test(output, resizing);
	tcase_add_test(output, size_of_environment);
	tcase_add_test(output, sends_changes_only);
	tcase_add_test(output, redraws);
	suite_add_tcase(suite, output);
	tcase_add_loop_test(input, typing, 0, COUNT(typings));
	tcase_add_test(input, split_keys);
	tcase_add_test(input, mouse);
	suite_add_tcase(suite, input);
	tcase_add_test(life, lends);
	tcase_add_loop_test(life, suspends, 0, 2);
	tcase_add_test(life, ends_in_the_background);
	tcase_add_test(life, waits_in_the_background);
	tcase_add_test(life, suspends_for_nobody);
	tcase_add_test(life, terminal_gone);
	tcase_add_test(life, terminal_gone_silently);
	tcase_add_test(life, ended_by_signal);
	tcase_add_loop_test(life, refuses, 0, COUNT(refusals));
	tcase_add_loop_test(life, needs_a_terminal, 0, 2);
	suite_add_tcase(suite, life);
	return suite;
}

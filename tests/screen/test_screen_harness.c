/* SPDX-License-Identifier: MIT */
/* The harness itself, on programs that every system has: it must see what is on a screen, and
 * must be able to say no. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/screen/screen.h"

static struct screen *shell(const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return screen_start(30, 5, NULL, argv);
}

static void expect_text(struct screen *s, const char *expected)
{
	struct text now = { 0 };

	screen_text(s, &now);
	ck_assert_str_eq(text_string(&now), expected);
	text_free(&now);
}

START_TEST(sees_text)
{
	struct screen *s = shell("stty -echo; printf 'caf\\303\\251 \\344\\270\\255\\346\\226\\207|\\n  x\\n'; read line");
	int x, y;

	ck_assert(screen_until(s, "x", SCREEN_DEADLINE));
	expect_text(s, "café 中文|\n  x\n\n\n");
	ck_assert(screen_find(s, "|", &x, &y));
	ck_assert_int_eq(x, 9);
	ck_assert_int_eq(y, 0);
	ck_assert(!screen_find(s, "y", &x, &y));
	ck_assert(!screen_until(s, "not there", 0.05));
	screen_free(s);
}
END_TEST

START_TEST(types_and_exits)
{
	struct screen *s = shell("printf 'name? '; read n; echo \"hello $n\"; exit 7");

	ck_assert(screen_until(s, "name?", SCREEN_DEADLINE));
	screen_type(s, "wor");
	screen_key(s, "l");
	screen_key(s, "d");
	screen_key(s, "Enter");
	ck_assert(screen_until(s, "hello world", SCREEN_DEADLINE));
	ck_assert_int_eq(WEXITSTATUS(screen_exit(s)), 7);
	/* it has ended: this must not wait for the deadline, and the screen is still there */
	ck_assert(!screen_until(s, "never", SCREEN_DEADLINE));
	expect_text(s, "name? world\nhello world\n\n\n");
	screen_free(s);
}
END_TEST

START_TEST(has_a_terminal)
{
	struct screen *s = shell("stty size; read pid name state parent group session rest </proc/$$/stat; "
				 "[ $pid = $session ] && echo leader; "
				 "echo >/dev/tty tty; stty -echo; echo $TERM $LC_ALL; read x; stty size; read x");

	ck_assert(screen_until(s, "xterm-256color C.UTF-8", SCREEN_DEADLINE));
	expect_text(s, "5 30\nleader\ntty\nxterm-256color C.UTF-8\n");
	screen_resize(s, 40, 6);
	screen_key(s, "Enter");
	ck_assert(screen_until(s, "6 40", SCREEN_DEADLINE));
	screen_free(s);
}
END_TEST

START_TEST(environment)
{
	const char *const env[] = { "TERM=vt100", "LC_ALL", "EXTRA=1", NULL };
	const char *const argv[] = { "sh", "-c", "echo $TERM,${LC_ALL-unset},$EXTRA,${NO_COLOR-unset}", NULL };
	struct screen *s;

	setenv("NO_COLOR", "1", 1);
	s = screen_start(40, 3, env, argv);
	ck_assert(screen_until(s, "vt100,unset,1,unset", SCREEN_DEADLINE));
	ck_assert_int_eq(screen_exit(s), 0);
	screen_free(s);
	unsetenv("NO_COLOR");
}
END_TEST

START_TEST(sees_styles)
{
	struct screen *s = shell("printf '\\033[1;38;5;75;48;5;236mA\\033[0;7mB\\033[0;4;31mC\\033[0mD'; read x");
	struct screen_cell c;

	ck_assert(screen_until(s, "ABCD", SCREEN_DEADLINE));
	c = screen_cell(s, 0, 0);
	ck_assert_str_eq(c.text, "A");
	ck_assert(c.bold && !c.reverse && !c.underline && c.foreground == 75 && c.background == 236);
	c = screen_cell(s, 1, 0);
	ck_assert(!c.bold && c.reverse && c.foreground == -1 && c.background == -1);
	c = screen_cell(s, 2, 0);
	ck_assert(c.underline && c.foreground == 1 && c.background == -1);
	c = screen_cell(s, 3, 0);
	ck_assert(!c.bold && !c.reverse && !c.underline && c.foreground == -1);
	screen_free(s);
}
END_TEST

START_TEST(sees_what_is_left)
{
	static const char *const left[] = {
		"stty raw", "printf '\\033[?1049h'", "printf '\\033[?25l'", "printf '\\033[?1000h'",
	};
	struct screen *s = shell(":");

	ck_assert_int_eq(screen_exit(s), 0);
	ck_assert(screen_as_before(s));
	screen_free(s);
	for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
		s = shell(left[i]);
		ck_assert_int_eq(screen_exit(s), 0);
		ck_assert_msg(!screen_as_before(s), "%s went unnoticed", left[i]);
		screen_free(s);
	}
}
END_TEST

START_TEST(leaves_nobody)
{
	struct screen *s = shell("sleep 1000 & echo pid $!; wait");
	int x, y, pid = 0;

	ck_assert(screen_until(s, "pid", SCREEN_DEADLINE));
	ck_assert(screen_find(s, "pid", &x, &y));
	for (x += 4; screen_cell(s, x, y).text[0] >= '0' && screen_cell(s, x, y).text[0] <= '9'; x++)
		pid = pid * 10 + screen_cell(s, x, y).text[0] - '0';
	ck_assert_int_gt(pid, 1);
	ck_assert_int_eq(kill(pid, 0), 0);
	screen_free(s);
	/* an orphan, so somebody else reaps it: gone, or a zombie for the moment */
	for (int i = 0; i < 1000 && kill(pid, 0) == 0; i++) {
		char path[64], state = '?';
		FILE *f;

		snprintf(path, sizeof path, "/proc/%d/stat", pid);
		f = fopen(path, "r");
		if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			state = '?';
		if (f)
			fclose(f);
		if (state == 'Z')
			return;
		usleep(10000);
	}
	ck_assert_int_lt(kill(pid, 0), 0);
}
END_TEST

START_TEST(hangs_up)
{
	struct screen *s = shell("echo here; read x");

	ck_assert(screen_until(s, "here", SCREEN_DEADLINE));
	screen_hang_up(s);
	ck_assert_int_eq(WTERMSIG(screen_exit(s)), SIGHUP);
	screen_free(s);
}
END_TEST

START_TEST(missing_program)
{
	const char *const argv[] = { "/does/not/exist", NULL };
	struct screen *s;

	if (getenv("IPCSCOPE_VALGRIND"))
		unit_skip("a child that cannot exec ends with valgrind's own status");
	s = screen_start(60, 3, NULL, argv);

	ck_assert_int_eq(WEXITSTATUS(screen_exit(s)), 127);
	ck_assert(screen_until(s, "/does/not/exist: No such file", 1));
	screen_free(s);
}
END_TEST

Suite *suite_screen_harness(void)
{
	Suite *suite = suite_create("screen_harness");
	TCase *tc = tcase_create("harness");

	tcase_add_test(tc, sees_text);
	tcase_add_test(tc, types_and_exits);
	tcase_add_test(tc, has_a_terminal);
	tcase_add_test(tc, environment);
	tcase_add_test(tc, sees_styles);
	tcase_add_test(tc, sees_what_is_left);
	tcase_add_test(tc, leaves_nobody);
	tcase_add_test(tc, hangs_up);
	tcase_add_test(tc, missing_program);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* The explorer in namespaces of its own: it ends, stops and goes on as without, although the process that
 * the shell knows is another than the one on the screen. Pids on the screen mean nothing out here:
 * signals go to the one that was started alone. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/screen/explorer.h"

static void need_namespaces(void)
{
	const char *folder = getenv("top_builddir");
	char command[4300];
	int status;

	snprintf(command, sizeof command, "'%s/ipcscope' run -q --isolate pipe/first >/dev/null 2>&1", folder ? folder : ".");
	status = system(command);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 4)
		unit_skip("namespaces are not permitted here");
}

static struct explorer *start_blocked(void)
{
	struct explorer *e;

	need_namespaces();
	e = explorer_start(80, 24, NULL, "--isolate LESSON");
	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	return e;
}

START_TEST(signals)
{
	static const struct { int number, status; } row[] = { { SIGTERM, 0 }, { SIGINT, 0 }, { SIGHUP, 1 } };
	struct explorer *e = start_blocked();

	kill(screen_pid(e->s), row[_i].number);
	explorer_ended(e, row[_i].status);
	explorer_free(e);
}
END_TEST

START_TEST(keys)
{
	static const char *const key[] = { "q", "C-c" };
	struct explorer *e = start_blocked();

	explorer_press(e, key[_i]);
	explorer_ended(e, 0);
	explorer_free(e);
}
END_TEST

START_TEST(killed)
{
	struct explorer *e = start_blocked();

	kill(screen_pid(e->s), SIGKILL);
	ck_assert(WIFSIGNALED(screen_exit(e->s)));
	explorer_nothing_left(e);
	explorer_free(e);
}
END_TEST

START_TEST(hangs_up)
{
	struct explorer *e = start_blocked();

	screen_hang_up(e->s);
	ck_assert_int_ne(screen_exit(e->s), -1);
	explorer_nothing_left(e);
	explorer_free(e);
}
END_TEST

static bool in_front(struct screen *s, void *data)
{
	(void)data;
	return screen_foreground(s) == screen_pid(s);
}

static void stop(struct explorer *e)
{
	explorer_press(e, "C-z");
	explorer_sees(e, "Stopped");
	if (!screen_wait(e->s, in_front, NULL, SCREEN_DEADLINE))
		explorer_fail(e, "the shell is not in front");
	if (screen_alternate(e->s) || screen_mouse_wanted(e->s))
		explorer_fail(e, "the terminal was not given back");
}

static struct explorer *start_in_shell(void)
{
	static const char *const env[] = { "PS1=shell$ ", NULL };
	struct explorer *e;

	need_namespaces();
	e = explorer_start_shell(80, 24, env, NULL);
	explorer_sees(e, "shell$");
	screen_type(e->s, "$P --isolate $L; echo it said $?\r");
	explorer_sees(e, "Space next");
	explorer_play(e, 8, 11);
	return e;
}

static void leave_shell(struct explorer *e)
{
	screen_type(e->s, "exit\r");
	if (screen_exit(e->s) == -1)
		explorer_fail(e, "the shell does not end");
	explorer_nothing_left(e);
	explorer_free(e);
}

START_TEST(job_control)
{
	struct explorer *e = start_in_shell();

	for (int i = 0; i < 2; i++) {
		stop(e);
		if (i) /* another size meanwhile */
			screen_resize(e->s, 100, 30);
		screen_type(e->s, "fg\r");
		explorer_sees(e, "Space next");
		explorer_sees(e, " 8 of 11");
		explorer_sees(e, "BLOCKED");
	}
	screen_resize(e->s, 60, 20);
	explorer_sees(e, "─ lesson ─ events ─ objects ─");
	explorer_play(e, 9, 11);
	explorer_press(e, "q");
	explorer_sees(e, "shell$");
	leave_shell(e);
}
END_TEST

/* In the background it leaves the terminal alone: the shell goes on reading from it. */
START_TEST(background)
{
	struct explorer *e = start_in_shell();

	stop(e);
	/* \\ so that what is seen is not what was typed */
	screen_type(e->s, "bg; until [ \"$(jobs -r)\" ]; do :; done; $P run -q $L; echo the \\shell reads\r");
	explorer_sees(e, "the shell reads");
	if (screen_alternate(e->s))
		explorer_fail(e, "it took the terminal from the background");
	/* It stops when there is something to read and the terminal is not its own: when that is this very line,
	 * it may stop behind the shell's SIGCONT, and the shell says so. */
	screen_type(e->s, "fg\r");
	if (!screen_until(e->s, " 8 of 11", 8))
		screen_type(e->s, "fg\r");
	explorer_sees(e, " 8 of 11");
	explorer_press(e, "q");
	explorer_sees(e, "shell$");
	leave_shell(e);
}
END_TEST

START_TEST(stopped_and_terminated)
{
	struct explorer *e = start_in_shell();

	stop(e);
	screen_type(e->s, "kill %1; bg\r");
	screen_type(e->s, "wait; echo over $?\r");
	explorer_sees(e, "over 0");
	leave_shell(e);
}
END_TEST

Suite *suite_explorer_isolated(void)
{
	Suite *suite = suite_create("explorer_isolated");
	TCase *tc = tcase_create("isolated");

	tcase_add_loop_test(tc, signals, 0, 3);
	tcase_add_loop_test(tc, keys, 0, 2);
	tcase_add_test(tc, killed);
	tcase_add_test(tc, hangs_up);
	tcase_add_test(tc, job_control);
	tcase_add_test(tc, background);
	tcase_add_test(tc, stopped_and_terminated);
	suite_add_tcase(suite, tc);
	return suite;
}

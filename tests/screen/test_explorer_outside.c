/* SPDX-License-Identifier: MIT */
/* What happens to the stage's processes from outside while they are shown: the stage tells, and
 * goes on. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>

#include "tests/screen/explorer.h"

/* The process that a line of the sandbox forked, read from the zoomed events. */
static pid_t process(struct explorer *e, const char *name)
{
	pid_t pid;

	explorer_press(e, "Tab z");
	explorer_sees(e, "close("); /* which comes after both */
	pid = explorer_forked(e, name, true);
	explorer_press(e, "z BackTab");
	explorer_sees(e, "writers 1");
	return pid;
}

START_TEST(killed_from_outside)
{
	struct explorer *e = explorer_sandbox(explorer_sizes[_i].width, explorer_sizes[_i].height);
	pid_t pid = process(e, "reader");

	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	explorer_sees(e, "SIGKILL");
	explorer_sees(e, "readers 0");
	explorer_press(e, ":"); /* and it goes on */
	explorer_line(e, "writer write(p.w, 1)");
	explorer_sees(e, "SIGPIPE");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(blocked_and_killed)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");
	pid_t pid;

	explorer_play(e, 2, 11);
	pid = explorer_forked(e, "writer", true);
	ck_assert_int_gt(pid, 1);
	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	explorer_sees(e, "SIGKILL");
	explorer_loses(e, "BLOCKED");
	explorer_play(e, 11, 11);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(stopped_from_outside)
{
	struct explorer *e = explorer_sandbox(80, 24);
	pid_t pid = process(e, "reader");

	ck_assert_int_eq(kill(pid, SIGSTOP), 0);
	explorer_sees(e, "stopped");
	ck_assert_int_eq(kill(pid, SIGCONT), 0);
	explorer_loses(e, "stopped");
	explorer_press(e, ":");
	explorer_line(e, "reader read(p.r, 1)");
	explorer_sees(e, "BLOCKED");
	explorer_line(e, "writer write(p.w, 1)");
	explorer_loses(e, "BLOCKED");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* The parent of `pid`, from /proc. */
static pid_t parent_of(pid_t pid)
{
	char path[64];
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f && fscanf(f, "%*d (%*[^)]) %*c %d", &parent) != 1)
		parent = 0;
	if (f)
		fclose(f);
	return parent;
}

/* The stagehand: the ancestor of the stage's processes whose parent is the program. */
static pid_t stagehand(struct explorer *e, pid_t pid)
{
	pid_t front = screen_pid(e->s);

	for (pid_t up; (up = parent_of(pid)) > 1; pid = up)
		if (up == front)
			return pid;
	return 0;
}

START_TEST(stagehand_killed)
{
	struct explorer *e = explorer_sandbox(80, 24);
	pid_t pid = process(e, "reader"), hand = stagehand(e, pid);

	ck_assert_int_gt(hand, 1);
	ck_assert_int_eq(kill(hand, SIGKILL), 0);
	explorer_sees(e, "stagehand lost");
	explorer_press(e, "Space : Escape");
	explorer_press(e, "r"); /* begins anew */
	explorer_loses(e, "stagehand lost");
	explorer_sees(e, "writers 1");
	pid = process(e, "reader");
	ck_assert_int_eq(kill(pid, 0), 0);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

Suite *suite_explorer_outside(void)
{
	Suite *suite = suite_create("explorer_outside");
	TCase *tc = tcase_create("outside");

	tcase_add_loop_test(tc, killed_from_outside, 0, 4);
	tcase_add_test(tc, blocked_and_killed);
	tcase_add_test(tc, stopped_from_outside);
	tcase_add_test(tc, stagehand_killed);
	suite_add_tcase(suite, tc);
	return suite;
}

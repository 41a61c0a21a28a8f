/* SPDX-License-Identifier: MIT */
/* Playing freely: the prompt, the menu, the sandbox, saving. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/screen/explorer.h"

/* The line is accepted and the prompt empty; a line while another is played is refused. */
static void play_line_surely(struct explorer *e, const char *line)
{
	char typed[100];

	snprintf(typed, sizeof typed, ": %s", line);
	screen_type(e->s, line);
	explorer_sees(e, typed);
	for (int i = 0; i < 100; i++) {
		explorer_press(e, "Enter");
		if (screen_until_gone(e->s, typed, 0.3))
			return;
	}
	explorer_fail(e, "\"%s\" was refused", line);
}

START_TEST(prompt_plays)
{
	struct explorer *e = explorer_start(explorer_sizes[_i].width, explorer_sizes[_i].height, NULL, "LESSON");

	explorer_play(e, 5, 11);
	explorer_press(e, ":");
	explorer_line(e, "writer write(p.w, 12)");
	explorer_sees(e, "12 B of 65536");
	explorer_line(e, "parent read(p.r, 5)"); /* it stays open */
	explorer_sees(e, "7 B of 65536");
	explorer_press(e, "Escape");
	explorer_sees(e, "Space next");
	explorer_sees(e, " 5 of 11"); /* no step of the lesson's was played */
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

static bool reason_below(struct screen *s, void *line)
{
	int x, y;

	return screen_find(s, line, &x, &y) && y < 23 && screen_cell(s, 1, y + 1).foreground >= 0 &&
	       screen_cell(s, 1, y + 1).background == -1;
}

/* An error is shown, and what was typed is not lost. */
START_TEST(prompt_mistakes)
{
	static const struct { const char *line, *says; } row[] = {
		{ "parent nonsense(1)", "nonsense" },
		{ "parent raed(p.r, 1)", "read" },
		{ "nobody read(p.r, 1)", "nobody" },
		{ "parent read(zz.r, 1)", "zz" },
		{ "parent read(p.r", "" },
		{ "parent read(p.r, 1", "" },
		{ "(((", "" },
		{ "parent read(p.r, \"", "" },
		{ "lesson X", "one line at a time" },
	};
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");
	char first[40];

	explorer_play(e, 5, 11);
	explorer_press(e, ":");
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		explorer_line(e, row[i].line);
		snprintf(first, sizeof first, ": %.30s", row[i].line);
		explorer_sees(e, first);
		explorer_sees(e, row[i].says);
		/* the reason stands under it, in the style of what is bad */
		if (!screen_wait(e->s, reason_below, first, SCREEN_DEADLINE))
			explorer_fail(e, "no reason under \"%s\"", row[i].line);
		explorer_press(e, "C-u");
		explorer_loses(e, first);
	}
	explorer_line(e, "parent read(p.r, 1)"); /* after all of them the stage plays on */
	explorer_sees(e, "read(3, 1)");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(prompt_history)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 5, 11);
	explorer_press(e, ":");
	explorer_line(e, "writer write(p.w, 11)");
	explorer_sees(e, "11 B of");
	explorer_line(e, "writer write(p.w, 22)");
	explorer_sees(e, "33 B of");
	screen_type(e->s, "half a li");
	explorer_press(e, "Up");
	explorer_sees(e, ": writer write(p.w, 22)");
	explorer_press(e, "Up");
	explorer_sees(e, ": writer write(p.w, 11)");
	explorer_press(e, "Up");
	explorer_press(e, "Down Down");
	explorer_sees(e, ": half a li"); /* what was begun is back */
	explorer_press(e, "Up Up Enter");
	explorer_sees(e, "44 B of");
	explorer_press(e, "Escape");
	explorer_loses(e, ": writer");
	explorer_press(e, ":"); /* also after it was closed */
	explorer_press(e, "Up");
	explorer_sees(e, ": writer write(p.w, 11)");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(prompt_completes)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 5, 11);
	explorer_press(e, ":");
	screen_type(e->s, "wri\t");
	explorer_sees(e, "writer"); /* a name and a call begin so */
	explorer_sees(e, ": write"); /* what they have in common */
	screen_type(e->s, "r wri\t");
	explorer_sees(e, ": writer write");
	explorer_press(e, "C-u");
	screen_type(e->s, "parent F_SETPI\t");
	explorer_sees(e, ": parent F_SETPIPE_SZ"); /* a constant */
	explorer_press(e, "C-u");
	screen_type(e->s, "parent sigpr\t");
	explorer_sees(e, ": parent sigprocmask"); /* a call */
	explorer_press(e, "C-u");
	screen_type(e->s, "parent close(p.\t");
	explorer_sees(e, "p.r  p.w"); /* candidates */
	explorer_press(e, "C-u Escape");
	explorer_sees(e, "Space next");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

static bool cursor_there(struct screen *s, void *data)
{
	const int *where = data;
	int x, y;

	return screen_cursor(s, &x, &y) && x == where[0] && y == where[1];
}

START_TEST(prompt_long_and_wide)
{
	struct explorer *e = explorer_start(60, 20, NULL, "LESSON");
	int x, y;

	explorer_sees(e, " 0 of 11");
	explorer_press(e, ":");
	for (int i = 0; i < 60; i++)
		screen_type(e->s, "管道");
	screen_type(e->s, "END");
	explorer_sees(e, "END");
	ck_assert(screen_find(e->s, "END", &x, &y));
	ck_assert(screen_wait(e->s, cursor_there, &(int[]){ x + 3, y }, SCREEN_DEADLINE));
	explorer_press(e, "Home");
	explorer_loses(e, "END");
	explorer_press(e, "End");
	explorer_sees(e, "END");
	for (int i = 0; i < 600; i++)
		screen_type(e->s, "x");
	ck_assert(screen_taken(e->s));
	explorer_press(e, "Enter");
	explorer_press(e, "C-u");
	explorer_loses(e, "xxx");
	explorer_press(e, "Escape");
	explorer_sees(e, "Space next");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(menu)
{
	struct explorer *e = explorer_start(explorer_sizes[_i].width, explorer_sizes[_i].height, NULL, "LESSON");

	explorer_play(e, 6, 11);
	explorer_press(e, "Right Enter");
	explorer_sees(e, "a call for it to make");
	explorer_press(e, "Escape");
	explorer_loses(e, "a call for it to make");
	for (int i = 0; i < 3; i++) { /* which of the items is the parent */
		explorer_press(e, "Enter");
		if (screen_until(e->s, "read(p.r", 0.5))
			break;
		explorer_press(e, "Escape");
		explorer_press(e, "Right");
	}
	explorer_sees(e, "read(p.r");
	explorer_press(e, "Enter"); /* the first offer */
	explorer_loses(e, "a call for it to make");
	explorer_loses(e, "FULL"); /* it was a read, and something was read */
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* The line of the menu, changed before it is played. */
START_TEST(menu_to_prompt)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 5, 11);
	explorer_press(e, "Right Enter");
	explorer_sees(e, "a call for it to make");
	explorer_press(e, ":");
	explorer_sees(e, "(p.");
	explorer_press(e, "C-u");
	explorer_line(e, "writer write(p.w, 12)");
	explorer_sees(e, "12 B of");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

static int shell_status(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What was played freely is a lesson that passes. */
START_TEST(saves)
{
	static const char *const lines[] = {
		"writer write(p.w, 64K)", "writer write(p.w, 1)", "reader read(p.r, 4096)", "reader close(p.r)",
		"writer write(p.w, 1)", "parent wait()", "parent q = msgget(IPC_PRIVATE, 0600)", "parent msgsnd(q, 1, \"x y\")",
	};
	static const char *const sees[] = {
		"FULL", "BLOCKED", "61441 B", "readers 0", "killed by SIGPIPE", "wait() ", "msgget(", "msgsnd(",
	};
	struct explorer *e = explorer_sandbox(120, 40);
	char command[400];

	explorer_press(e, ":");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		play_line_surely(e, lines[i]);
		explorer_sees(e, sees[i]);
	}
	explorer_press(e, "Escape");
	explorer_sees(e, "Space next");
	explorer_press(e, "S");
	explorer_sees(e, "save as");
	explorer_press(e, "C-u");
	screen_type(e->s, "played.lesson\r");
	explorer_sees(e, "saved");
	/* never over what is there */
	explorer_press(e, "S C-u");
	screen_type(e->s, "played.lesson\r");
	explorer_sees(e, "File exists");
	explorer_press(e, "Escape");
	explorer_loses(e, "File exists");
	explorer_quit(e);
	snprintf(command, sizeof command, "%s/ipcscope run -q %s/played.lesson >%s/out 2>&1",
		 getenv("top_builddir") ? getenv("top_builddir") : ".", e->folder, e->folder);
	if (getenv("top_builddir") && getenv("top_builddir")[0] != '/')
		unit_skip("top_builddir is relative");
	if (shell_status(command) != 0) {
		snprintf(command, sizeof command, "cat %s/out %s/played.lesson >&2", e->folder, e->folder);
		shell_status(command);
		explorer_fail(e, "what was saved does not pass");
	}
	explorer_free(e);
}
END_TEST

START_TEST(saves_nowhere)
{
	struct explorer *e = explorer_sandbox(80, 24);

	explorer_press(e, "S C-u");
	screen_type(e->s, "/does/not/exist\r");
	explorer_sees(e, "No such file");
	explorer_press(e, "Escape");
	explorer_loses(e, "No such file");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(improvised_death)
{
	struct explorer *e = explorer_sandbox(explorer_sizes[_i].width, explorer_sizes[_i].height);
	struct screen_cell c;

	explorer_press(e, ":");
	explorer_line(e, "reader close(p.r)");
	explorer_sees(e, "readers 0");
	explorer_line(e, "writer write(p.w, 1)");
	explorer_sees(e, "SIGPIPE");
	explorer_press(e, "Escape Tab z");
	explorer_sees(e, "+++ killed by SIGPIPE +++");
	c = explorer_cell(e, "+++ killed by SIGPIPE");
	ck_assert_msg(c.foreground != -1 || c.bold || c.reverse, "the death does not stand out");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(stream)
{
	struct explorer *e = explorer_sandbox(80, 24);

	explorer_press(e, ":");
	play_line_surely(e, "writer repeat write(p.w, 1K) every 10ms");
	explorer_sees(e, "65536 B"); /* 64 of them */
	explorer_sees(e, "BLOCKED");
	play_line_surely(e, "reader read(p.r, 64K)");
	play_line_surely(e, "writer stop");
	explorer_press(e, "Escape");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* A queue of the stage is in the listing, and away when the program is. */
START_TEST(objects)
{
	struct explorer *e = explorer_start(explorer_sizes[_i].width, explorer_sizes[_i].height, NULL, "sysv/sandbox");
	struct msqid_ds ds;
	struct text t = { 0 };
	const char *at;
	int id = -1;

	explorer_sees(e, "alice");
	explorer_press(e, "Tab z");
	explorer_sees(e, "msgget");
	explorer_sees(e, "semget");
	screen_text(e->s, &t);
	at = strstr(text_string(&t), "msgget");
	at = at ? strchr(at, '=') : NULL;
	id = at ? atoi(at + 1) : -1;
	text_free(&t);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), 0);
	explorer_press(e, "Tab"); /* the listing, zoomed */
	explorer_sees(e, "0 msgs");
	explorer_sees(e, "attached 0");
	explorer_sees(e, "private"); /* its key */
	explorer_press(e, "z :");
	play_line_surely(e, "alice msgsnd(q, 1, \"hello\")");
	explorer_press(e, "Escape z");
	explorer_sees(e, "1 msg");
	explorer_quit(e);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
	explorer_free(e);
}
END_TEST

Suite *suite_explorer_play(void)
{
	Suite *suite = suite_create("explorer_play");
	TCase *tc = tcase_create("play");

	tcase_add_loop_test(tc, prompt_plays, 0, 4);
	tcase_add_test(tc, prompt_mistakes);
	tcase_add_test(tc, prompt_history);
	tcase_add_test(tc, prompt_completes);
	tcase_add_test(tc, prompt_long_and_wide);
	tcase_add_loop_test(tc, menu, 0, 4);
	tcase_add_test(tc, menu_to_prompt);
	tcase_add_test(tc, saves);
	tcase_add_test(tc, saves_nowhere);
	tcase_add_loop_test(tc, improvised_death, 0, 4);
	tcase_add_test(tc, stream);
	tcase_add_loop_test(tc, objects, 0, 4);
	suite_add_tcase(suite, tc);
	return suite;
}

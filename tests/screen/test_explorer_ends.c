/* SPDX-License-Identifier: MIT */
/* Every way in which the explorer ends or steps aside: nothing may be left behind, and the
 * terminal must be as it was. And random keys at random sizes. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/wait.h>

#include "tests/screen/explorer.h"

/* Layers from which q must end the program at once; keys to get there. */
static const struct { const char *keys, *shows; } layers[] = {
	{ "", "Space next" }, { "?", "On the stage" }, { "i", "facts, and where" }, { "z", "Space next" },
	{ "Backspace", "looking back" }, { "p", "HELD" }, { "m", "manual pages" },
	{ "Right Enter", "a call for it to make" }, { "a", "AUTO" },
};

START_TEST(q_quits)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 6, 11);
	explorer_press(e, layers[_i].keys);
	explorer_sees(e, layers[_i].shows);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(interrupt_quits)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 8, 11);
	explorer_press(e, layers[_i].keys);
	explorer_press(e, "C-c");
	explorer_ended(e, 0);
	explorer_free(e);
}
END_TEST

START_TEST(q_in_the_script)
{
	struct explorer *e = explorer_start(80, 24, NULL, "");

	explorer_sees(e, "first");
	explorer_press(e, "e");
	explorer_sees(e, "lesson  A pipe");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* While typing q is a letter; Ctrl-C ends it all. */
START_TEST(typing)
{
	static const char *const keys[] = { ":", "g", "S" };
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 5, 11);
	explorer_press(e, keys[_i]);
	explorer_loses(e, "Space next");
	explorer_press(e, "C-u");
	screen_type(e->s, "qqq");
	explorer_sees(e, "qqq");
	/* One is enough; a second would come when the terminal is the shell's again, which throws away what
	 * it has not shown yet. */
	explorer_press(e, "C-c");
	explorer_ended(e, 0);
	explorer_free(e);
}
END_TEST

START_TEST(signals)
{
	static const struct { int number, status; } row[] = { { SIGTERM, 0 }, { SIGINT, 0 }, { SIGHUP, 1 } };
	const char *const arguments[] = { "", "LESSON", "pipe/sandbox" };

	for (int i = 0; i < 3; i++) {
		struct explorer *e = explorer_start(80, 24, NULL, arguments[i]);

		if (i == 1)
			explorer_play(e, 8, 11);
		explorer_sees(e, "help");
		kill(screen_pid(e->s), row[_i].number);
		explorer_ended(e, row[_i].status);
		explorer_free(e);
	}
}
END_TEST

/* The terminal disappears: it ends, and so does everything of it. */
START_TEST(hangs_up)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	screen_hang_up(e->s);
	ck_assert_int_ne(screen_exit(e->s), -1);
	explorer_nothing_left(e);
	explorer_free(e);
}
END_TEST

START_TEST(killed)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_play(e, 8, 11);
	explorer_sees(e, "BLOCKED");
	kill(screen_pid(e->s), SIGKILL);
	ck_assert(WIFSIGNALED(screen_exit(e->s)));
	explorer_nothing_left(e);
	explorer_free(e);
}
END_TEST

/* The id of the queue that the sandbox made: its result in the zoomed events. */
static int queue_of(struct explorer *e)
{
	struct text t = { 0 };
	const char *at;
	int id = -1;

	explorer_press(e, "Tab z");
	explorer_sees(e, "semget");
	while (id < 0) {
		explorer_sees(e, "msgget");
		screen_text(e->s, &t);
		at = strstr(text_string(&t), "msgget");
		at = at ? strchr(at, '=') : NULL;
		id = at ? atoi(at + 1) : -1;
		text_free(&t);
	}
	return id;
}

START_TEST(no_object_left)
{
	static const int how[] = { 0, SIGTERM, SIGHUP, SIGKILL };
	struct explorer *e = explorer_start(120, 40, NULL, "sysv/sandbox");
	struct msqid_ds ds;
	int id;

	explorer_sees(e, "alice");
	id = queue_of(e);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), 0);
	if (how[_i])
		kill(screen_pid(e->s), how[_i]);
	else
		explorer_press(e, "q");
	ck_assert_int_ne(screen_exit(e->s), -1);
	explorer_nothing_left(e);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
	explorer_free(e);
}
END_TEST

/* Esc on the stage leads to the list, and what was on it is gone before the program ends. */
START_TEST(no_object_left_on_the_list)
{
	struct explorer *e = explorer_start(120, 40, NULL, "sysv/sandbox");
	struct msqid_ds ds;
	int id;

	explorer_sees(e, "alice");
	id = queue_of(e);
	explorer_press_until(e, "Escape", "Enter play");
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

static bool in_front(struct screen *s, void *data)
{
	(void)data;
	return screen_foreground(s) == screen_pid(s);
}

START_TEST(job_control)
{
	static const char *const env[] = { "PS1=shell$ ", NULL };
	struct explorer *e = explorer_start_shell(80, 24, env, NULL);

	explorer_sees(e, "shell$");
	screen_type(e->s, "$P $L; echo it said $?\r");
	explorer_sees(e, "Space next");
	explorer_play(e, 8, 11);
	for (int i = 0; i < 2; i++) {
		explorer_press(e, "C-z");
		explorer_sees(e, "Stopped");
		if (!screen_wait(e->s, in_front, NULL, SCREEN_DEADLINE))
			explorer_fail(e, "the shell is not in front");
		if (screen_alternate(e->s) || screen_mouse_wanted(e->s))
			explorer_fail(e, "the terminal was not given back");
		if (i) /* another size meanwhile */
			screen_resize(e->s, 100, 30);
		screen_type(e->s, "fg\r");
		explorer_sees(e, "Space next");
		explorer_sees(e, " 8 of 11");
		explorer_sees(e, "BLOCKED");
	}
	explorer_press(e, "C-l");
	explorer_play(e, 9, 11);
	explorer_press(e, "q");
	explorer_sees(e, "shell$");
	screen_type(e->s, "exit\r");
	if (screen_exit(e->s) == -1)
		explorer_fail(e, "the shell does not end");
	explorer_nothing_left(e);
	explorer_free(e);
}
END_TEST

/* Told to end while it is stopped. */
START_TEST(stopped_and_terminated)
{
	static const char *const env[] = { "PS1=shell$ ", NULL };
	struct explorer *e = explorer_start_shell(80, 24, env, NULL);

	explorer_sees(e, "shell$");
	screen_type(e->s, "$P $L\r");
	explorer_sees(e, "Space next");
	explorer_press(e, "C-z");
	explorer_sees(e, "Stopped");
	screen_type(e->s, "kill %1; bg\r");
	screen_type(e->s, "wait; echo over $?\r");
	explorer_sees(e, "over 0");
	screen_type(e->s, "exit\r");
	if (screen_exit(e->s) == -1)
		explorer_fail(e, "the shell does not end");
	explorer_nothing_left(e);
	explorer_free(e);
}
END_TEST

/* ---- random keys --------------------------------------------------------------------------------- */

enum { KEYS = 700 };

static const char *const names[] = {
	"Space", "Space", "Space", "Backspace", "a", ":", "Tab", "BackTab", "z", "Enter", "m", "i", "?", "F1", "1", "2",
	"+", "-", "r", "g", "n", "p", "S", "Up", "Down", "Left", "Right", "PageUp", "PageDown", "Home", "End", "t",
	"Escape", "Escape", "Escape", "C-l", "C-u", "/", "e", "s", "j", "k", "w", "(", ")", ".", "管", "é", "\"", "Delete", "F5",
};

static unsigned random_state;

static unsigned random_below(unsigned n)
{
	random_state = random_state * 1103515245u + 12345u;
	return (random_state >> 16) % n;
}

static void random_size(struct explorer *e)
{
	static const struct explorer_size odd[] = { { 39, 11 }, { 40, 12 }, { 60, 20 }, { 10, 3 }, { 200, 50 } };
	unsigned i = random_below(10);

	e->width = i < 5 ? odd[i].width : 30 + (int)random_below(150);
	e->height = i < 5 ? odd[i].height : 8 + (int)random_below(50);
	screen_resize(e->s, e->width, e->height);
}

static bool is_over(struct screen *s, void *data)
{
	siginfo_t info = { 0 };

	(void)data; /* left to be waited for by screen_exit */
	return waitid(P_PID, (id_t)screen_pid(s), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

/* Nothing may end it but q and Ctrl-C, and these always do. man is not there: it would wait. */
START_TEST(random_keys)
{
	static const char *const arguments[] = { "", "pipe/full", "pipe/sandbox", "LESSON", "sysv/sandbox --ascii",
						 "--present fifo/open", "signal/sandbox" };
	const char *other = getenv("IPCSCOPE_TEST_SEED");
	struct explorer *e;
	unsigned seed;
	int status;

	seed = (unsigned)_i + (other ? (unsigned)atoi(other) : 0); /* another seed: other keys */
	random_state = seed * 7919 + 1;
	e = explorer_start(80, 24, (const char *const[]){ "PATH=/nowhere", NULL }, arguments[seed % 7]);
	explorer_sees(e, "help");
	for (int i = 0; i < KEYS; i++) {
		if (random_below(25) == 0)
			random_size(e);
		else if (random_below(15) == 0)
			/* Not on the footer, where "q quit" stands. */
			screen_mouse(e->s, (int)random_below((unsigned)e->width), (int)random_below((unsigned)e->height - 1));
		else if (random_below(30) == 0)
			screen_wheel(e->s, (int)random_below((unsigned)e->width), (int)random_below((unsigned)e->height), i % 2);
		else
			screen_key(e->s, names[random_below(sizeof names / sizeof names[0])]);
		if (i % 5 == 0)
			ck_assert_msg(screen_taken(e->s), "seed %u: it reads no keys any more", seed);
		if (i % 50 == 0 && is_over(e->s, NULL))
			explorer_fail(e, "seed %u: it ended after %d keys", seed, i);
	}
	screen_resize(e->s, 80, 24);
	ck_assert(screen_taken(e->s));
	/* One may leave a prompt; while man has the terminal they are man's. */
	for (int i = 0; i < 20 && !screen_wait(e->s, is_over, NULL, 0.5); i++)
		explorer_press(e, "C-c");
	status = screen_exit(e->s);
	if (status != 0)
		explorer_fail(e, "seed %u: it did not end well: wait status 0x%x", seed, (unsigned)status);
	explorer_ended(e, 0);
	explorer_free(e);
}
END_TEST

Suite *suite_explorer_ends(void)
{
	Suite *suite = suite_create("explorer_ends");
	TCase *tc = tcase_create("ends"), *random = tcase_create("random");

	tcase_add_loop_test(tc, q_quits, 0, sizeof layers / sizeof layers[0]);
	tcase_add_loop_test(tc, interrupt_quits, 0, sizeof layers / sizeof layers[0]);
	tcase_add_test(tc, q_in_the_script);
	tcase_add_loop_test(tc, typing, 0, 3);
	tcase_add_loop_test(tc, signals, 0, 3);
	tcase_add_test(tc, hangs_up);
	tcase_add_test(tc, killed);
	tcase_add_loop_test(tc, no_object_left, 0, 4);
	tcase_add_test(tc, no_object_left_on_the_list);
	tcase_add_test(tc, job_control);
	tcase_add_test(tc, stopped_and_terminated);
	suite_add_tcase(suite, tc);
	tcase_add_loop_test(random, random_keys, 0, 7);
	suite_add_tcase(suite, random);
	return suite;
}

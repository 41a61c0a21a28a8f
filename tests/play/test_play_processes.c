/* SPDX-License-Identifier: MIT */
/* Processes on a real stage: what they inherit, how they block and end, streams, programs, and what
 * the stage does when one dies under it. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/play/play.h"

static const struct { const char *what, *text; } lessons[] = {
	{ "fork inherits descriptors",
	  "parent p = pipe()\nparent fork child\nexpect p.readers == 2, p.writers == 2, child.descriptors == 2\n"
	  "parent write(p.w, \"hello\") = 5\nchild read(p.r, 9) = 5 \"hello\"\nparent close(p.w) = 0\nexpect p.writers == 1\n"
	  "parent read(p.r, 1) ...\nchild close(p.w) = 0\nparent ... read = 0\n" },
	{ "fork inherits dispositions and mask, not pending signals",
	  "parent sigaction(SIGPIPE, ignore) = 0\nparent sigaction(SIGUSR1, catch) = 0\nparent sigprocmask(SIG_BLOCK, SIGUSR1|SIGTERM) = 0\n"
	  "parent raise(SIGUSR1) = 0\nparent fork child\n"
	  "expect child.ignored == SIGPIPE, child.caught == SIGUSR1, child.blocked_signals == SIGUSR1|SIGTERM, child.pending == 0\n"
	  "child raise(SIGUSR1) = 0\nexpect child.pending == SIGUSR1\nchild sigprocmask(SIG_UNBLOCK, SIGUSR1) = 0\nchild --- SIGUSR1 ---\n" },
	{ "fork of a fork, and both are parents of theirs",
	  "parent fork a\na fork b\nparent wait() ...\nb _exit(2)\na wait() = b exited with 2\na _exit(1)\nparent ... wait = a exited with 1\n" },
	{ "an orphan goes on",
	  "parent p = pipe()\nparent fork a\na fork b\na _exit(0)\nparent wait() = a exited with 0\nb write(p.w, \"x\") = 1\n"
	  "b _exit(3)\nb +++ exited with 3 +++\n" },
	{ "spawn inherits nothing",
	  "parent p = pipe()\nparent sigaction(SIGUSR1, ignore) = 0\nspawn other\nexpect other.descriptors == 0, other.ignored == 0, p.readers == 1\n"
	  "other write(p.w, 1) = -1 EBADF\nparent wait() = -1 ECHILD\nother q = pipe() = [3, 4]\n" },
	{ "numbers are the lowest free ones",
	  "parent p = pipe() = [3, 4]\nparent close(3) = 0\nparent dup(4) = 3\nparent q = pipe() = [5, 6]\nparent fork c\nc r = pipe() = [7, 8]\n" },
	{ "a new name for what is gone",
	  "parent fork c\nc _exit(0)\nparent wait() = c exited with 0\nparent fork c\nc _exit(1)\nparent wait() = c exited with 1\n" },
	{ "exec",
	  "parent p = pipe()\nparent fork c\nc dup2(p.r, 0) = 0\nc close(p.w) = 0\nc exec cat\nexpect c blocked in read\n"
	  "parent write(p.w, \"hi\") = 2\nexpect c.output == \"hi\"\nparent close(p.w) = 0\nc +++ exited with 0 +++\n" },
	{ "exec closes what is marked so",
	  "parent p = pipe2(O_CLOEXEC)\nparent q = pipe()\nparent fork c\nc exec sleep 1000\nexpect p.readers == 1, q.readers == 2\n"
	  "parent kill(c, SIGKILL) = 0\nc +++ killed by SIGKILL +++\n" },
	{ "exec keeps what is ignored, not what is caught",
	  "parent sigaction(SIGPIPE, ignore) = 0\nparent sigaction(SIGUSR1, catch) = 0\nparent fork c\nc exec sleep 1000\n"
	  "expect c.ignored == SIGPIPE, c.caught == 0\n" },
	{ "a program is told numbers by name",
	  "parent q = msgget(IPC_PRIVATE, 0600)\nparent k = ftok(\".\", 200)\nspawn x = sh -c \"test $q = $q -a $k -gt 0 || exit 7\"\n"
	  "x +++ exited with 0 +++\nparent fork c\nc exec sh -c 'test x$q$parent = x'\nc +++ exited with 0 +++\n"
	  "spawn y = sh -c \"y=3; exit $parentage$((y + 1))\"\ny +++ exited with 4 +++\n" },
	{ "programs", "spawn x = sh -c 'exit 7'\nx +++ exited with 7 +++\nspawn y = sleep 1000\nparent kill(y, SIGTERM) = 0\ny +++ killed by SIGTERM +++\n" },
	{ "a stopped process",
	  "spawn w\nparent kill(w, SIGSTOP) = 0\nexpect w stopped\nparent kill(w, SIGCONT) = 0\nexpect w ready\nw pipe() = [3, 4]\n" },
	{ "stopped while blocked",
	  "parent p = pipe()\nparent fork w\nw read(p.r, 1) ...\nparent kill(w, SIGSTOP) = 0\nexpect w stopped\nparent kill(w, SIGCONT) = 0\n"
	  "expect w blocked in read\nparent write(p.w, 1) = 1\nw ... read = 1\n" },
	{ "killed while blocked",
	  "parent p = pipe()\nparent fork w\nw read(p.r, 1) ...\nparent kill(w, SIGKILL) = 0\nw ... read = ?\nw +++ killed by SIGKILL +++\n"
	  "expect w zombie\nparent wait() = w killed by SIGKILL\nexpect w ended, p.readers == 1\n" },
	{ "killed by SIGPIPE", "parent p = pipe()\nparent close(p.r) = 0\nparent write(p.w, 1) = -1 EPIPE\nparent +++ killed by SIGPIPE +++\n" },
	{ "a writer in the middle dies of SIGPIPE",
	  "parent p = pipe()\nparent fork w\nw close(p.r) = 0\nw write(p.w, 100K) ...\nparent close(p.r) = 0\nw +++ killed by SIGPIPE +++\n" },
	{ "a stream of so many",
	  "parent p = pipe()\nparent repeat write(p.w, 10) 5 times\nexpect parent.calls == 5, parent.moved == 50, parent ready\n"
	  "parent read(p.r, 100) = 50\n" },
	{ "a stream is stopped",
	  "parent p = pipe()\nparent fork r\nr repeat read(p.r, 4096)\nparent repeat write(p.w, 4096)\nexpect parent.calls > 100\nparent stop\n"
	  "expect parent ready\nparent close(p.w) = 0\n" },
	{ "a paced stream",
	  "parent p = pipe()\nparent repeat write(p.w, 1) every 1ms\nexpect parent.calls >= 3\nparent stop\nexpect parent ready\n"
	  "parent read(p.r, 1) = 1\n" },
	{ "a stream that waits 100 s is stopped at once",
	  "parent p = pipe()\nparent repeat write(p.w, 1) every 100s\nexpect parent.calls == 1\nparent stop\nexpect parent ready, p.bytes == 1\n" },
	{ "a stream that blocks",
	  "parent p = pipe()\nparent fork w\nw repeat write(p.w, 4096)\nexpect w blocked, p.bytes == 64K\nexpect w.calls == 16\nw stop\n"
	  "parent read(p.r, 4096) = 4096\nexpect w ready\n" },
	{ "blocking writers and readers by turns",
	  "parent p = pipe()\nparent fork w\nw write(p.w, 100K) ...\nexpect p.bytes == 64K, p.slots == 16\n"
	  "parent read(p.r, 64K) = 64K\nw ... write = 100K\nexpect p.bytes == 100K - 64K, p.slots == 9\n"
	  "parent read(p.r, 64K) = 100K - 64K \"w\"*36864\nexpect p.bytes == 0, p.slots == 0\n" },
};

START_TEST(plays)
{
	play_well(lessons[_i].text);
}
END_TEST

START_TEST(whole_trace_plays_again)
{
	struct play p;
	char *trace;

	play_open(&p, lessons[_i].text);
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s: %s", lessons[_i].what, p.failure);
	trace = play_trace(&p);
	play_close(&p);
	if (!strstr(lessons[_i].text, "repeat")) /* a stream ends when it is stopped: not twice alike */
		play_well(trace);
	free(trace);
}
END_TEST

/* ---- any number at once --------------------------------------------------------------------- */

START_TEST(forty_are_blocked_and_released)
{
	struct text t = { 0 };
	struct play p;

	text_add(&t, "parent p = pipe()\n");
	for (int i = 0; i < 40; i++)
		text_addf(&t, "parent fork r%d\nr%d close(p.w) = 0\n", i, i);
	for (int i = 0; i < 40; i++)
		text_addf(&t, "r%d read(p.r, 1) ...\n", i);
	play_open(&p, text_string(&t));
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s", p.failure);
	for (int i = 0; i < 40; i++) {
		char name[16];

		snprintf(name, sizeof name, "r%d", i);
		ck_assert_int_eq(play_process(&p, name)->state, PROCESS_BLOCKED);
		ck_assert_str_eq(play_process(&p, name)->call, "read(3, 1)");
	}
	ck_assert_int_eq(play_object(&p, "p")->readers.number, 41);
	play_close(&p);
	text_add(&t, "parent close(p.w) = 0\n");
	for (int i = 0; i < 40; i++)
		text_addf(&t, "r%d ... read = 0\n", i);
	play_well(text_string(&t));
	text_free(&t);
}
END_TEST

START_TEST(a_full_stage_says_so)
{
	struct text t = { 0 };

	for (int i = 0; i < 48; i++)
		text_addf(&t, "spawn x%d\n", i);
	play_badly(text_string(&t), "room for 48");
	text_free(&t);
}
END_TEST

/* ---- streams ---------------------------------------------------------------------------------- */

START_TEST(a_million_calls_are_bounded)
{
	struct play p;
	int64_t until = clock_now() + 50 * CLOCK_S;
	struct rusage before, after;

	play_open(&p, "parent p = pipe()\nparent fork r\nr repeat read(p.r, 4096)\nparent repeat write(p.w, 1)\n");
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s", p.failure);
	getrusage(RUSAGE_SELF, &before);
	while (play_process(&p, "parent")->stream_calls < 1000000) {
		ck_assert_int_lt(clock_now(), until);
		stage_wait(p.stage, clock_now() + 20 * CLOCK_MS);
		stage_sample(p.stage);
	}
	getrusage(RUSAGE_SELF, &after);
	ck_assert_uint_lt(trace_count(stage_trace(p.stage)), 50);
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 4096); /* KiB */
	ck_assert_uint_eq(play_process(&p, "parent")->stream_bytes >= 1000000, 1);
	play_close(&p);
}
END_TEST

/* ---- deaths from outside ------------------------------------------------------------------------ */

static void killed_from_outside(const char *text, const char *who)
{
	int64_t until = clock_now() + 30 * CLOCK_S;
	struct play p;
	pid_t pid;
	struct error e;

	play_open(&p, text);
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s", p.failure);
	pid = play_process(&p, who)->pid;
	kill(pid, SIGKILL);
	play_until(&p, who, PROCESS_ENDED);
	while (!strcmp(play_process(&p, who)->ending, "?")) { /* the stagehand will tell */
		ck_assert_int_lt(clock_now(), until);
		stage_wait(p.stage, until);
	}
	ck_assert_str_eq(play_process(&p, who)->ending, "killed by SIGKILL");
	ck_assert(!stage_lost(p.stage));
	/* It goes on: another is made and does as it is told. */
	ck_assert_int_eq(stage_spawn(p.stage, "next", NULL, true, NETWORK_HERE, &e), 0);
	play_until(&p, "next", PROCESS_READY);
	ck_assert_int_eq(stage_call(p.stage, "next", call_find("pipe"), NULL, 0, "n", &e), 0);
	while (stage_busy(p.stage, "next"))
		stage_wait(p.stage, clock_now() + CLOCK_S);
	ck_assert_int_eq(stage_finished(p.stage, "next")->outcome.values[0], 3);
	ck_assert_int_eq(stage_call(p.stage, who, call_find("pipe"), NULL, 0, NULL, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "has ended"));
	play_close(&p);
}

START_TEST(one_dies_idle)
{
	killed_from_outside("spawn w\n", "w");
}
END_TEST

START_TEST(one_dies_blocked)
{
	killed_from_outside("spawn w\nw p = pipe()\nw read(p.r, 1) ...\n", "w");
}
END_TEST

START_TEST(one_dies_streaming)
{
	killed_from_outside("spawn w\nw p = pipe()\nw repeat ioctl(p.r, FIONREAD)\nexpect w.calls > 10\n", "w");
}
END_TEST

START_TEST(one_dies_stopped)
{
	killed_from_outside("spawn w\nparent kill(w, SIGSTOP) = 0\nexpect w stopped\n", "w");
}
END_TEST

START_TEST(the_first_dies)
{
	killed_from_outside("parent p = pipe()\n", "parent");
}
END_TEST

/* What a killed process made is removed all the same, with the stage. */
START_TEST(objects_of_the_killed_go_with_the_stage)
{
	struct play p;
	struct msqid_ds ds;
	int id;

	play_open(&p, "spawn w\nw q = msgget(IPC_PRIVATE, 0600)\n");
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s", p.failure);
	id = (int)play_object(&p, "q")->identity;
	kill(play_process(&p, "w")->pid, SIGKILL);
	play_until(&p, "w", PROCESS_ENDED);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), 0);
	play_close(&p);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
}
END_TEST

/* The stagehand is the parent of a process that was spawned. */
static pid_t stagehand_of(struct play *p)
{
	stage_sample(p->stage);
	return play_process(p, "parent")->parent;
}

START_TEST(the_stagehand_dies)
{
	static const int signals[] = { SIGKILL, SIGTERM };
	struct play p;
	struct msqid_ds ds;
	struct error e;
	pid_t pids[3];
	int id;
	int64_t until = clock_now() + 30 * CLOCK_S;

	play_open(&p, "parent p = pipe()\nparent fork r\nr read(p.r, 1) ...\nspawn x = sleep 1000\nparent q = msgget(IPC_PRIVATE, 0600)\n");
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s", p.failure);
	pids[0] = play_process(&p, "parent")->pid;
	pids[1] = play_process(&p, "r")->pid;
	pids[2] = play_process(&p, "x")->pid;
	id = (int)play_object(&p, "q")->identity;
	kill(stagehand_of(&p), signals[_i]);
	while (!stage_lost(p.stage)) {
		ck_assert_int_lt(clock_now(), until);
		stage_wait(p.stage, until);
	}
	ck_assert_int_eq(stage_picture(p.stage)->n_processes, 0);
	ck_assert(stage_picture(p.stage)->unattended);
	for (int i = 0; i < 3; i++)
		ck_assert_msg(kill(pids[i], 0) < 0, "process %d lives", i);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &ds), -1);
	ck_assert_int_eq(stage_spawn(p.stage, "y", NULL, true, NETWORK_HERE, &e), -1);
	/* Begun anew, all is as it was. */
	ck_assert_int_eq(player_restart(p.player, &e), 0);
	play_on(&p);
	ck_assert_msg(!p.failure[0], "%s", p.failure);
	play_close(&p);
}
END_TEST

/* Children that the program had before, as under `sleep & exec ipcscope`, are none of ours. */
START_TEST(the_stagehand_dies_and_a_bystander_lives)
{
	int64_t until = clock_now() + 30 * CLOCK_S;
	struct play p;
	pid_t bystander;

	if (unit_valgrind())
		unit_skip("valgrind stands between a stage and the kernel");
	bystander = fork();
	if (bystander == 0)
		for (;;)
			pause();
	play_open(&p, "parent p = pipe()\n");
	play_on(&p);
	kill(stagehand_of(&p), SIGKILL);
	while (!stage_lost(p.stage)) {
		ck_assert_int_lt(clock_now(), until);
		stage_wait(p.stage, until);
	}
	ck_assert_int_eq(waitpid(bystander, NULL, WNOHANG), 0);
	play_close(&p);
	ck_assert_int_eq(waitpid(bystander, NULL, WNOHANG), 0);
	kill(bystander, SIGKILL);
	waitpid(bystander, NULL, 0);
}
END_TEST

/* ---- how the program was started ---------------------------------------------------------------- */

START_TEST(what_is_ignored_or_blocked_at_the_start_does_not_matter)
{
	sigset_t all;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	play_well("expect parent.ignored == 0, parent.blocked_signals == 0\nspawn w\nexpect w.ignored == 0, w.blocked_signals == 0\n"
		  "w p = pipe()\nw close(p.r) = 0\nw write(p.w, 1) = -1 EPIPE\nw +++ killed by SIGPIPE +++\n"
		  "parent fork c\nc _exit(3)\nparent wait() = c exited with 3\n");
}
END_TEST

START_TEST(a_closed_standard_input_does_not_matter)
{
	close(STDIN_FILENO);
	play_well("parent p = pipe() = [3, 4]\nspawn x = cat\nx +++ exited with 0 +++\n");
}
END_TEST

START_TEST(few_descriptors_are_enough)
{
	struct rlimit limit = { 256, 256 };

	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		unit_skip("RLIMIT_NOFILE cannot be set");
	play_well("parent p = pipe() = [3, 4]\nparent fork c\nc read(p.r, 1) ...\nparent write(p.w, 1) = 1\nc ... read = 1\n");
}
END_TEST

/* ---- the record ---------------------------------------------------------------------------------- */

START_TEST(moments_are_kept)
{
	struct play p;
	const struct moment *m;

	play_open(&p, "parent p = pipe()\nparent write(p.w, 100) = 100\nexpect p.bytes == 100\nparent read(p.r, 40) = 40\n");
	ck_assert_int_eq(player_beats(p.player), 3);
	play_on(&p);
	ck_assert_int_eq(player_moments(p.player), 4);
	ck_assert_int_eq(player_moment(p.player, 0)->picture->n_objects, 0);
	m = player_moment(p.player, 2);
	ck_assert_int_eq(m->picture->object[0].bytes.number, 100);
	ck_assert_int_eq(m->position, 3);
	ck_assert_int_eq(player_moment(p.player, 3)->picture->object[0].bytes.number, 60);
	ck_assert_ptr_null(player_moment(p.player, 4));
	ck_assert_ptr_null(player_moment(p.player, -1));
	play_close(&p);
}
END_TEST

Suite *suite_play_processes(void)
{
	Suite *s = suite_create("play_processes");
	TCase *t = tcase_create("lessons");
	int n = sizeof lessons / sizeof *lessons;

	tcase_add_loop_test(t, plays, 0, n);
	tcase_add_loop_test(t, whole_trace_plays_again, 0, n);
	suite_add_tcase(s, t);
	t = tcase_create("many");
	tcase_add_test(t, forty_are_blocked_and_released);
	tcase_add_test(t, a_full_stage_says_so);
	tcase_add_test(t, a_million_calls_are_bounded);
	tcase_add_test(t, moments_are_kept);
	suite_add_tcase(s, t);
	t = tcase_create("deaths");
	tcase_add_test(t, one_dies_idle);
	tcase_add_test(t, one_dies_blocked);
	tcase_add_test(t, one_dies_streaming);
	tcase_add_test(t, one_dies_stopped);
	tcase_add_test(t, the_first_dies);
	tcase_add_test(t, objects_of_the_killed_go_with_the_stage);
	tcase_add_loop_test(t, the_stagehand_dies, 0, 2);
	tcase_add_test(t, the_stagehand_dies_and_a_bystander_lives);
	suite_add_tcase(s, t);
	t = tcase_create("start");
	tcase_add_test(t, what_is_ignored_or_blocked_at_the_start_does_not_matter);
	tcase_add_test(t, a_closed_standard_input_does_not_matter);
	tcase_add_test(t, few_descriptors_are_enough);
	suite_add_tcase(s, t);
	return s;
}

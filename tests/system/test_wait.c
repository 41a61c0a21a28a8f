/* SPDX-License-Identifier: MIT */
/* Who sleeps in what: children in each kind of call, and what system_waits says of them. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "probe/asleep.h"
#include "probe/procfs.h"
#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/system/waiting.h"
#include "tests/unit.h"

static void take(struct system *s)
{
	struct error e;

	ck_assert_msg(system_scan(s, NULL, 0, &e) == 0, "%s", e.text);
	system_join(s);
	system_waits(s);
}

START_TEST(each_call_is_told)
{
	const struct waiting_row *r = &waiting_rows[_i];
	const struct system_thread *t;
	struct system *s;
	struct child c;
	int64_t deadline = 0;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	waiting_make();
	child_start(&c, r->run, NULL);
	s = system_new();
	do {
		take(s);
		t = waiting_thread(s, c.pid);
	} while (!waiting_is_as(s, t, r) && child_wait(&deadline));
	ck_assert_msg(waiting_is_as(s, t, r), "%s: wait %d, object %d, %d watched, at most %lld", r->name, t ? (int)t->wait : -1,
		      t ? t->object : -1, t ? t->n_watched : -1, t ? (long long)t->timeout : -1);
	if (r->wait == WAIT_SEMAPHORE)
		ck_assert_int_eq(t->part, 1); /* the first would have been possible */
	if (r->wait == WAIT_OPEN) {
		const struct system_object *o = &s->object[t->object];

		ck_assert_str_eq(o->name, with.fifo);
		ck_assert_int_eq(o->n_ends, 1);
		ck_assert_int_eq(s->end[s->by_object[o->first_end]].access, 'w');
		ck_assert_int_eq(o->writers, 1);
	}
	if (r->watched)
		ck_assert_int_eq(s->watched[t->first_watched].object >= 0, 1);
	if (r->kind != SYSTEM_KINDS && r->watched == 0 && r->wait != WAIT_ACCEPT)
		ck_assert_uint_ne(t->mark, 0);
	system_free(s);
	child_stop(&c);
	waiting_remove();
}
END_TEST

/* --- how long ------------------------------------------------------------------------------------------ */

static int read_often(void *unused)
{
	char byte;

	(void)unused;
	while (read(with.pipe[0], &byte, 1) == 1)
		;
	return 0;
}

START_TEST(a_sleep_is_known_by_its_mark)
{
	struct system *s = system_new();
	struct child c;
	const struct system_thread *t;
	int64_t began = clock_now(), deadline = 0, slept;
	uint64_t mark;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe(with.pipe), 0);
	child_start(&c, read_often, NULL);
	child_await_name(&c, "read", NULL);
	if (!asleep_mark(c.procdir, "", &mark)) {
		child_stop(&c);
		unit_skip("no /proc/PID/sched here");
	}
	do
		take(s);
	while (!((t = waiting_thread(s, c.pid)) && t->asleep > 100 * CLOCK_MS) && child_wait(&deadline));
	ck_assert_ptr_ne(t, NULL);
	mark = t->mark;
	slept = t->asleep;
	ck_assert_int_gt(slept, 100 * CLOCK_MS);
	ck_assert_int_le(slept, clock_now() - began);
	take(s);
	t = waiting_thread(s, c.pid);
	ck_assert_uint_eq(t->mark, mark);
	/* Awake for a moment: another sleep, and a short one. */
	began = clock_now();
	ck_assert_int_eq(write(with.pipe[1], "", 1), 1);
	deadline = 0;
	do
		take(s);
	while (!((t = waiting_thread(s, c.pid)) && t->mark && t->mark != mark) && child_wait(&deadline));
	ck_assert_uint_ne(t->mark, mark);
	ck_assert_int_le(t->asleep, clock_now() - began);
	child_stop(&c);
	close(with.pipe[0]);
	close(with.pipe[1]);
	system_free(s);
}
END_TEST

START_TEST(sched_is_parsed)
{
	static const char text[] = "a) se.exec_start (7, #threads: 1)\n-------\n"
				   "se.exec_start                                :      14540981.643906\n";
	uint64_t mark = 0;
	int processor;
	int64_t interrupts, stolen;

	ck_assert(asleep_parse_sched(text, strlen(text), &mark));
	ck_assert_uint_eq(mark, UINT64_C(14540981643906));
	for (size_t n = 0; n < strlen(text); n++)
		ck_assert(!asleep_parse_sched(text, n, &mark));
	ck_assert(asleep_parse_processor("cpu3 1 2 3 4 5 6 7 8 9 10", 25, &processor, &interrupts, &stolen));
	ck_assert_int_eq(processor, 3);
	ck_assert_int_eq(interrupts, 13 * CLOCK_S / sysconf(_SC_CLK_TCK));
	ck_assert_int_eq(stolen, 8 * CLOCK_S / sysconf(_SC_CLK_TCK));
	ck_assert(!asleep_parse_processor("cpu  1 2 3 4 5 6 7 8 9 10", 25, &processor, &interrupts, &stolen));
	ck_assert(!asleep_parse_processor("cpu3 1 2 3", 10, &processor, &interrupts, &stolen));
}
END_TEST

/* --- whom it waits for ------------------------------------------------------------------------------------ */

static void *idle_thread(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

static int join_idle(void *unused)
{
	pthread_t thread;

	(void)unused;
	alarm(120);
	return pthread_create(&thread, NULL, idle_thread, NULL) || pthread_join(thread, NULL);
}

START_TEST(all_threads_are_there)
{
	struct system *s = system_new();
	const struct system_thread *t;
	struct child c;
	int64_t deadline = 0;
	int i;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&c, join_idle, NULL);
	do {
		take(s);
		t = waiting_thread(s, c.pid);
		i = system_find_process(s, c.pid);
	} while (!(t && t->wait == WAIT_FUTEX && s->process[i].n_threads == 2 &&
		   s->thread[s->process[i].first_thread + 1].wait == WAIT_SIGNAL) && child_wait(&deadline));
	ck_assert_int_eq(s->process[i].n_threads, 2);
	ck_assert_int_eq(t->wait, WAIT_FUTEX);
	ck_assert_int_eq(t->holder, s->thread[s->process[i].first_thread + 1].tid);
	child_stop(&c);
	system_free(s);
}
END_TEST

START_TEST(words_are_there_for_all)
{
	for (int w = WAIT_NONE; w <= WAIT_OTHER; w++)
		ck_assert_str_ne(system_wait_word((enum system_wait)w), "");
	ck_assert_str_eq(system_wait_word((enum system_wait)(WAIT_OTHER + 1)), "?");
}
END_TEST

Suite *suite_system_wait(void)
{
	Suite *s = suite_create("system_wait");
	TCase *t = tcase_create("system_wait");

	tcase_set_timeout(t, 100);
	tcase_add_loop_test(t, each_call_is_told, 0, WAITING_ROWS);
	tcase_add_test(t, a_sleep_is_known_by_its_mark);
	tcase_add_test(t, sched_is_parsed);
	tcase_add_test(t, all_threads_are_there);
	tcase_add_test(t, words_are_there_for_all);
	suite_add_tcase(s, t);
	return s;
}

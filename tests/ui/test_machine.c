/* SPDX-License-Identifier: MIT */
/* The machine as the tabs have it: read on a thread of its own, which leaves nothing behind and gets no signals. */
#include "tests/unit.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "ui/machine.h"

static struct machine m;
static int descriptors, threads;

static int count(const char *path)
{
	DIR *folder = opendir(path);
	int n = 0;

	ck_assert_ptr_nonnull(folder);
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

static void *nothing(void *unused)
{
	return unused;
}

/* A sanitizer makes a thread of its own with the first one: before they are counted. */
static void setup(void)
{
	pthread_t first;

	ck_assert_int_eq(pthread_create(&first, NULL, nothing, NULL), 0);
	pthread_join(first, NULL);
	descriptors = count("/proc/self/fd");
	threads = count("/proc/self/task");
	machine_open(&m);
}

/* Neither a thread nor a descriptor is left. A thread that was joined may be listed a moment longer. */
static void teardown(void)
{
	int64_t deadline = clock_now() + 20 * CLOCK_S;

	machine_close(&m);
	while (count("/proc/self/task") > threads && clock_now() < deadline)
		;
	ck_assert_int_le(count("/proc/self/task"), threads);
	ck_assert_int_eq(count("/proc/self/fd"), descriptors);
}

static void await_bell(void)
{
	struct pollfd p = { .fd = machine_descriptor(&m), .events = POLLIN };

	ck_assert_int_ge(p.fd, 0);
	ck_assert_int_eq(poll(&p, 1, 60000), 1);
}

static void begin(void)
{
	m.due = 0;
	ck_assert(!machine_tick(&m, NULL, 0));
	ck_assert_int_eq(m.scan, MACHINE_UNDER_WAY);
	ck_assert_int_eq(machine_due(&m) > clock_now(), 1); /* the bell wakes, not the time */
}

START_TEST(takes)
{
	begin();
	await_bell();
	ck_assert(machine_tick(&m, NULL, 0));
	ck_assert_uint_eq(m.taken, 1);
	ck_assert_ptr_nonnull(m.order);
	ck_assert_int_ge(system_find_process(m.now, getpid()), 0);
	ck_assert_int_eq(machine_descriptor(&m), -1);
	begin();
	await_bell();
	ck_assert(machine_tick(&m, NULL, 0));
	ck_assert_uint_eq(m.taken, 2);
	ck_assert_int_gt(m.now->taken, m.other->taken);
}
END_TEST

/* Levels of what is shown are read meanwhile. */
START_TEST(levels_meanwhile)
{
	int object = 0;

	begin();
	await_bell();
	ck_assert(machine_tick(&m, NULL, 0));
	begin();
	m.levels_due = 0;
	machine_tick(&m, &object, m.now->n_objects > 0);
	ck_assert_int_gt(m.levels_due, clock_now() - CLOCK_S);
	machine_settle(&m);
	ck_assert(machine_tick(&m, NULL, 0));
}
END_TEST

START_TEST(nobody_is_told_at_once)
{
	ck_assert_int_gt(machine_patience(&m), 0);
	ck_assert_int_le(machine_patience(&m), clock_now() + CLOCK_S);
	begin();
	await_bell();
	ck_assert(machine_tick(&m, NULL, 0));
	ck_assert_int_eq(machine_patience(&m), 0);
}
END_TEST

START_TEST(held)
{
	begin();
	machine_hold(&m, true);
	await_bell();
	ck_assert(!machine_tick(&m, NULL, 0));
	ck_assert(!machine_tick(&m, NULL, 0));
	ck_assert_int_eq(m.scan, MACHINE_NONE);
	ck_assert_int_eq(machine_due(&m) == INT64_MAX, 1);
	ck_assert_uint_eq(m.taken, 0);
	machine_hold(&m, false);
	begin();
	await_bell();
	ck_assert(machine_tick(&m, NULL, 0));
}
END_TEST

START_TEST(settles)
{
	begin();
	machine_settle(&m);
	ck_assert_int_eq(m.scan, MACHINE_ENDED);
	ck_assert_int_eq(machine_descriptor(&m), -1);
	ck_assert_int_eq(machine_due(&m), 0);
	machine_settle(&m); /* nothing is under way */
	ck_assert(machine_tick(&m, NULL, 0));
	ck_assert_uint_eq(m.taken, 1);
	/* The bell that nobody heard does not ring for the next. */
	begin();
	await_bell();
	ck_assert(machine_tick(&m, NULL, 0));
	ck_assert_uint_eq(m.taken, 2);
}
END_TEST

/* What was found before one went to another screen is not what one comes back to. */
START_TEST(too_old)
{
	begin();
	machine_settle(&m);
	m.ended -= 10 * CLOCK_S;
	ck_assert(!machine_tick(&m, NULL, 0));
	ck_assert_uint_eq(m.taken, 0);
	ck_assert_int_eq(m.scan, MACHINE_UNDER_WAY); /* a new one */
}
END_TEST

START_TEST(again_meanwhile)
{
	begin();
	machine_again(&m);
	await_bell();
	ck_assert(machine_tick(&m, NULL, 0));
	ck_assert_int_eq(m.due, 0);
	ck_assert(!machine_tick(&m, NULL, 0));
	ck_assert_int_eq(m.scan, MACHINE_UNDER_WAY);
}
END_TEST

START_TEST(closed_meanwhile)
{
	begin(); /* the rest is in teardown */
}
END_TEST

/* Without a bell there is no thread, and all the same a snapshot. */
START_TEST(without_a_thread)
{
	close(m.bell);
	m.bell = -1;
	ck_assert(machine_tick(&m, NULL, 0));
	ck_assert_uint_eq(m.taken, 1);
	ck_assert_int_ge(system_find_process(m.now, getpid()), 0);
}
END_TEST

static volatile sig_atomic_t handled;

static void handler(int number)
{
	(void)number;
	handled++;
}

/* A signal that the main thread holds back must not be taken by the other. */
START_TEST(gets_no_signals)
{
	struct sigaction action = { .sa_handler = handler };
	sigset_t set, pending;

	ck_assert_int_eq(sigaction(SIGUSR1, &action, NULL), 0);
	begin();
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGUSR1);
	machine_settle(&m);
	ck_assert_int_eq(handled, 0);
	sigpending(&pending);
	ck_assert(sigismember(&pending, SIGUSR1));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	ck_assert_int_eq(handled, 1);
}
END_TEST

Suite *suite_machine(void)
{
	Suite *suite = suite_create("machine");
	TCase *tc = tcase_create("machine");

	tcase_set_timeout(tc, 240);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, takes);
	tcase_add_test(tc, levels_meanwhile);
	tcase_add_test(tc, nobody_is_told_at_once);
	tcase_add_test(tc, held);
	tcase_add_test(tc, settles);
	tcase_add_test(tc, too_old);
	tcase_add_test(tc, again_meanwhile);
	tcase_add_test(tc, closed_meanwhile);
	tcase_add_test(tc, without_a_thread);
	tcase_add_test(tc, gets_no_signals);
	suite_add_tcase(suite, tc);
	return suite;
}

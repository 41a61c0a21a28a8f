/* SPDX-License-Identifier: MIT */
/* Signals, made for real. */
#include "tests/unit.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tests/call/calling.h"

/* Under CK_FORK=no one test's signals must not meet the next. */
static sigset_t mask;

static void keep_mask(void)
{
	sigprocmask(SIG_BLOCK, NULL, &mask);
}

static void no_signals(void)
{
	static const struct timespec at_once;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	while (sigtimedwait(&all, NULL, &at_once) > 0)
		;
	signal(SIGUSR1, SIG_DFL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

START_TEST(pending_signals)
{
	ck_assert_str_eq(calling("sigprocmask(SIG_BLOCK, SIGUSR1|SIGUSR2|SIGRTMIN)"), "0");
	ck_assert_str_eq(calling("sigpending()"), "0 0");
	ck_assert_str_eq(calling("raise(SIGUSR1)"), "0");
	ck_assert_str_eq(calling("raise(SIGUSR1)"), "0");
	ck_assert_str_eq(calling("raise(SIGRTMIN)"), "0");
	ck_assert_str_eq(calling("sigpending()"), "0 SIGUSR1|SIGRTMIN");
	ck_assert_str_eq(calling("sigwaitinfo(SIGUSR1)"), "SIGUSR1");
	ck_assert_str_eq(calling("sigtimedwait(SIGUSR1, 0)"), "-1 EAGAIN"); /* one of two */
	ck_assert_str_eq(calling("sigtimedwait(SIGUSR1|SIGRTMIN, 0)"), "SIGRTMIN");
	ck_assert_str_eq(calling("sigtimedwait(SIGUSR1, -1)"), "-1 EINVAL");
	ck_assert_str_eq(calling("sigpending()"), "0 0");
}
END_TEST

START_TEST(queued_signals)
{
	ck_assert_str_eq(calling("sigprocmask(SIG_BLOCK, SIGUSR1|SIGRTMIN|SIGRTMIN+1)"), "0");
	for (int i = 1; i <= 3; i++) {
		ck_assert_str_eq(calling("sigqueue(%d, SIGRTMIN+1, %d)", getpid(), -i), "0");
		ck_assert_str_eq(calling("sigqueue(%d, SIGRTMIN, %d)", getpid(), i), "0");
		ck_assert_str_eq(calling("sigqueue(%d, SIGUSR1, %d)", getpid(), 100 + i), "0");
	}
	ck_assert_str_eq(calling("sigwaitinfo(SIGUSR1|SIGRTMIN)"), "SIGUSR1 [101]");
	ck_assert_str_eq(calling("sigwaitinfo(SIGUSR1|SIGRTMIN)"), "SIGRTMIN [1]");
	ck_assert_str_eq(calling("sigwaitinfo(SIGRTMIN|SIGRTMIN+1)"), "SIGRTMIN [2]");
	ck_assert_str_eq(calling("sigwaitinfo(SIGRTMIN+1)"), "SIGRTMIN+1 [-1]");
	ck_assert_str_eq(calling("kill(%d, SIGUSR1)", getpid()), "0");
	ck_assert_str_eq(calling("sigwaitinfo(SIGUSR1)"), "SIGUSR1"); /* no value */
	ck_assert_str_eq(calling("sigqueue(%d, 0, 1)", getpid()), "0");
	ck_assert_str_eq(calling("sigqueue(%d, 65, 1)", getpid()), "-1 EINVAL");
	ck_assert_str_eq(calling("sigqueue(%d, SIGUSR1, 1)", INT32_MAX), "-1 ESRCH");
}
END_TEST

START_TEST(somebody_elses_process)
{
	struct child c;

	if (geteuid() != 0)
		unit_skip("needs root");
	if (!unit_forked())
		unit_skip("changes its user");
	child_start(&c, child_idle, NULL);
	calling_number("seteuid(65534)");
	calling_number("seteuid(0)"); /* root may go back */
	calling_number("setuid(65534)");
	ck_assert_str_eq(calling("kill(%d, SIGUSR1)", (int)c.pid), "-1 EPERM");
	ck_assert_str_eq(calling("sigqueue(%d, SIGUSR1, 1)", (int)c.pid), "-1 EPERM");
	/* dies with the test: PR_SET_PDEATHSIG */
}
END_TEST

START_TEST(waiting_for_handlers)
{
	struct caller c;

	ck_assert_str_eq(calling("sigprocmask(SIG_BLOCK, SIGUSR1|SIGUSR2)"), "0");
	ck_assert_str_eq(calling("sigaction(SIGUSR1, catch)"), "0");
	ck_assert_str_eq(calling("raise(SIGUSR1)"), "0");
	ck_assert_int_eq(calling_caught, 0);
	ck_assert_str_eq(calling("sigsuspend(0)"), "-1 EINTR"); /* opens the mask at once with sleeping */
	ck_assert_int_eq(calling_caught, 1);
	ck_assert_int_eq(calling_signal, SIGUSR1);
	ck_assert_str_eq(calling("raise(SIGUSR1)"), "0");
	ck_assert_str_eq(calling("sigpending()"), "0 SIGUSR1"); /* the mask is back */
	calling_start(&c, "sigsuspend(SIGUSR2)");
	ck_assert_int_eq(kill(c.child.pid, SIGKILL), 0);
	ck_assert_str_eq(calling_ended(&c), "");
}
END_TEST

START_TEST(waiting_without_handlers)
{
	struct caller c;

	calling_start(&c, "sigprocmask(SIG_BLOCK, SIGRTMIN)\nsigwaitinfo(SIGRTMIN)");
	ck_assert_str_eq(calling("sigqueue(%d, SIGRTMIN, 7)", (int)c.child.pid), "0");
	ck_assert_str_eq(calling_ended(&c), "SIGRTMIN [7]");
	calling_start(&c, "sigprocmask(SIG_BLOCK, SIGRTMIN)\nsigtimedwait(SIGRTMIN, 60000)");
	ck_assert_str_eq(calling("kill(%d, SIGRTMIN)", (int)c.child.pid), "0");
	ck_assert_str_eq(calling_ended(&c), "SIGRTMIN");
}
END_TEST

START_TEST(timers)
{
	struct itimerval timer;

	ck_assert_str_eq(calling("sigprocmask(SIG_BLOCK, SIGALRM|SIGPROF)"), "0");
	ck_assert_str_eq(calling("setitimer(ITIMER_REAL, 1)"), "0");
	ck_assert_str_eq(calling("sigwaitinfo(SIGALRM)"), "SIGALRM");
	ck_assert_str_eq(calling("setitimer(ITIMER_REAL, 1, 1)"), "0");
	ck_assert_str_eq(calling("sigwaitinfo(SIGALRM)"), "SIGALRM");
	ck_assert_str_eq(calling("sigwaitinfo(SIGALRM)"), "SIGALRM");
	ck_assert_str_eq(calling("setitimer(ITIMER_REAL, 100500, 250)"), "0");
	ck_assert_int_eq(getitimer(ITIMER_REAL, &timer), 0);
	ck_assert_int_ge(timer.it_value.tv_sec, 50); /* the machine may be slow */
	ck_assert_int_eq(timer.it_interval.tv_usec, 250000);
	ck_assert_int_ge(calling_number("alarm(0)"), 50); /* the same timer */
	ck_assert_str_eq(calling("setitimer(ITIMER_REAL, 0)"), "0");
	ck_assert_str_eq(calling("setitimer(ITIMER_REAL, -1)"), "-1 EINVAL");
	ck_assert_str_eq(calling("setitimer(7, 1)"), "-1 EINVAL");
	ck_assert_str_eq(calling("alarm(100)"), "0");
	ck_assert_int_ge(calling_number("alarm(0)"), 50);
	ck_assert_str_eq(calling("alarm(0)"), "0");
}
END_TEST

START_TEST(dispositions)
{
	ck_assert_str_eq(calling("sigaction(SIGKILL, catch)"), "-1 EINVAL");
	ck_assert_str_eq(calling("sigaction(SIGSTOP, ignore)"), "-1 EINVAL");
	ck_assert_str_eq(calling("sigaction(SIGUSR1, catch, SA_RESETHAND)"), "0");
	ck_assert_str_eq(calling("raise(SIGUSR1)"), "0");
	ck_assert_int_eq(calling_caught, 1);
	ck_assert_str_eq(calling("sigaction(SIGUSR1, ignore)"), "0");
	ck_assert_str_eq(calling("raise(SIGUSR1)"), "0");
	ck_assert_int_eq(calling_caught, 1);
	ck_assert_str_eq(calling("sigprocmask(7, SIGUSR1)"), "-1 EINVAL");
}
END_TEST

Suite *suite_call_signal(void)
{
	Suite *s = suite_create("call_signal");
	TCase *t = tcase_create("signal");

	calling_use(t);
	tcase_add_checked_fixture(t, keep_mask, no_signals);
	tcase_add_test(t, pending_signals);
	tcase_add_test(t, queued_signals);
	tcase_add_test(t, somebody_elses_process);
	tcase_add_test(t, waiting_for_handlers);
	tcase_add_test(t, waiting_without_handlers);
	tcase_add_test(t, timers);
	tcase_add_test(t, dispositions);
	suite_add_tcase(s, t);
	return s;
}

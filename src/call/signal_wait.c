/* SPDX-License-Identifier: MIT */
/* Waiting for signals, and the timers that send them. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "call/make.h"

void make_signals(const struct value *v, sigset_t *set)
{
	sigemptyset(set);
	for (int s = 1; s <= 64; s++)
		if ((uint64_t)v->number >> (s - 1) & 1)
			sigaddset(set, s);
}

MAKE(make_pause)
{
	UNUSED(a), UNUSED(n), UNUSED(c);
	make_result(out, pause());
}

MAKE(make_sigsuspend)
{
	sigset_t set;

	UNUSED(n), UNUSED(c);
	make_signals(&a[0], &set);
	make_result(out, sigsuspend(&set));
}

/* A number travels with sigqueue(3) alone. */
static void took(struct outcome *out, int signal, const siginfo_t *info)
{
	make_result(out, signal);
	out->n_values = signal > 0 && info->si_code == SI_QUEUE;
	out->values[0] = out->n_values ? info->si_value.sival_int : 0;
}

MAKE(make_sigwaitinfo)
{
	siginfo_t info;
	sigset_t set;

	UNUSED(n), UNUSED(c);
	make_signals(&a[0], &set);
	took(out, sigwaitinfo(&set, &info), &info);
}

MAKE(make_sigtimedwait)
{
	struct timespec limit = make_time(a[1].number);
	siginfo_t info;
	sigset_t set;

	UNUSED(n), UNUSED(c);
	make_signals(&a[0], &set);
	took(out, sigtimedwait(&set, &info, &limit), &info);
}

MAKE(make_alarm)
{
	UNUSED(n), UNUSED(c);
	make_result(out, alarm((unsigned)a[0].number));
}

static struct timeval interval(int64_t ms)
{
	return (struct timeval){ .tv_sec = (time_t)(ms / 1000), .tv_usec = (suseconds_t)(ms % 1000) * 1000 };
}

MAKE(make_setitimer)
{
	struct itimerval timer = { .it_value = interval(a[1].number), .it_interval = interval(a[2].number) };

	UNUSED(n), UNUSED(c);
	make_result(out, setitimer((int)a[0].number, &timer, NULL));
}

#ifdef SYS_pause
#define PAUSES { CALL_SLEEPS(SYS_pause), CALL_SLEEPS(SYS_ppoll) }
#else
#define PAUSES { CALL_SLEEPS(SYS_ppoll), CALL_SLEEPS(SYS_rt_sigsuspend) }
#endif
#if defined SYS_rt_sigtimedwait && defined SYS_rt_sigtimedwait_time64
#define TAKES { CALL_SLEEPS(SYS_rt_sigtimedwait), CALL_SLEEPS(SYS_rt_sigtimedwait_time64) }
#elif defined SYS_rt_sigtimedwait
#define TAKES { CALL_SLEEPS(SYS_rt_sigtimedwait) }
#else
#define TAKES { CALL_SLEEPS(SYS_rt_sigtimedwait_time64) }
#endif

#define SIGNALS { "set", ARGUMENT_SIGNALS, &symbols_signal, false, 0 }

const struct call calls_signal_wait[] = {
	{ .name = "pause", .result = RESULT_NUMBER, .sleeps_in = PAUSES, .make = make_pause,
	  .mechanism = "signal", .see = "pause(2)", .summary = "sleeps until a handler has run", .offers = "pause()" },
	{ .name = "sigsuspend", .argument = { SIGNALS }, .result = RESULT_NUMBER,
	  .sleeps_in = { CALL_SLEEPS(SYS_rt_sigsuspend) }, .make = make_sigsuspend, .mechanism = "signal",
	  .see = "sigsuspend(2)", .summary = "sleeps with that mask until a handler has run" },
	{ .name = "sigwaitinfo", .argument = { SIGNALS }, .result = RESULT_SIGNAL, .sleeps_in = TAKES,
	  .make = make_sigwaitinfo, .mechanism = "signal", .see = "sigwaitinfo(2)",
	  .summary = "takes a pending signal of the set, or waits for one: no handler" },
	{ .name = "sigtimedwait", .argument = { SIGNALS, { "timeout", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_SIGNAL, .sleeps_in = TAKES, .make = make_sigtimedwait, .mechanism = "signal",
	  .see = "sigtimedwait(2)", .summary = "the same, for so many ms at most: then EAGAIN" },
	{ .name = "alarm", .argument = { { "seconds", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_NUMBER, .make = make_alarm, .mechanism = "signal", .see = "alarm(2)",
	  .summary = "SIGALRM in so many seconds; returns what was left of the alarm before" },
	{ .name = "setitimer", .argument = { { "which", ARGUMENT_SYMBOLS, &symbols_itimer, false, 0 },
					     { "value", ARGUMENT_NUMBER, NULL, false, 0 },
					     { "interval", ARGUMENT_NUMBER, NULL, true, 0 } },
	  .result = RESULT_ZERO, .make = make_setitimer, .mechanism = "signal", .see = "setitimer(2)",
	  .summary = "a signal in so many ms, then in every interval; 0: none" },
	{ 0 },
};

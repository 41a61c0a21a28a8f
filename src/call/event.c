/* SPDX-License-Identifier: MIT */
/* Descriptors that stand for events: counters, signals, timers, and waiting for many at once;
 * and processes as descriptors. */
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "call/make.h"

enum { EVENTS = CALL_VALUES - 1 /* whose descriptors there is room to tell */ };

MAKE(make_eventfd)
{
	UNUSED(n), UNUSED(c);
	make_result(out, eventfd((unsigned)a[0].number, (int)a[1].number));
}

/* What an eventfd counts, how often a timerfd ran out. eventfd_read(3) does the same, but leaves errno
 * unset where a descriptor of another kind gives fewer than eight bytes. */
MAKE(make_count_read)
{
	uint64_t count = 0;
	ssize_t got = read((int)a[0].number, &count, sizeof count);

	UNUSED(n), UNUSED(c);
	make_result(out, got == -1 ? -1 : (int64_t)count);
}

MAKE(make_eventfd_write)
{
	UNUSED(n), UNUSED(c);
	make_result(out, eventfd_write((int)a[0].number, (eventfd_t)a[1].number));
}

MAKE(make_signalfd)
{
	sigset_t set;

	UNUSED(n), UNUSED(c);
	make_signals(&a[0], &set);
	make_result(out, signalfd(-1, &set, (int)a[1].number));
}

/* A number travels with sigqueue(3) alone. */
MAKE(make_signalfd_read)
{
	struct signalfd_siginfo info = { 0 };

	UNUSED(n), UNUSED(c);
	make_result(out, read((int)a[0].number, &info, sizeof info));
	if (out->result == -1)
		return;
	out->result = info.ssi_signo;
	out->n_values = info.ssi_code == SI_QUEUE;
	out->values[0] = info.ssi_int;
}

MAKE(make_timerfd_create)
{
	UNUSED(n), UNUSED(c);
	make_result(out, timerfd_create((int)a[0].number, (int)a[1].number));
}

MAKE(make_timerfd_settime)
{
	struct itimerspec time = { .it_value = make_time(a[1].number), .it_interval = make_time(a[2].number) };

	UNUSED(n), UNUSED(c);
	make_result(out, timerfd_settime((int)a[0].number, 0, &time, NULL));
}

MAKE(make_epoll_create1)
{
	UNUSED(n), UNUSED(c);
	make_result(out, epoll_create1((int)a[0].number));
}

MAKE(make_epoll_ctl)
{
	struct epoll_event event = { .events = (uint32_t)a[3].number, .data.fd = (int)a[2].number };

	UNUSED(n), UNUSED(c);
	make_result(out, epoll_ctl((int)a[0].number, (int)a[1].number, (int)a[2].number, &event));
}

MAKE(make_epoll_wait)
{
	struct epoll_event event[EVENTS];

	UNUSED(n), UNUSED(c);
	make_result(out, epoll_wait((int)a[0].number, event, EVENTS, (int)a[1].number));
	if (out->result <= 0)
		return;
	out->values[0] = 0;
	for (int i = 0; i < out->result; i++) {
		out->values[0] |= event[i].events;
		out->values[i + 1] = event[i].data.fd;
	}
	out->n_values = (int32_t)out->result + 1;
}

/* pidfd_open(2) is of Linux 5.3, and has no wrapper before glibc 2.36. */
MAKE(make_pidfd_open)
{
	UNUSED(n), UNUSED(c);
#ifdef SYS_pidfd_open
	make_result(out, syscall(SYS_pidfd_open, (pid_t)a[0].number, 0));
#else
	UNUSED(a);
	make_error(out, ENOSYS);
#endif
}

MAKE(make_pidfd_send_signal)
{
	UNUSED(n), UNUSED(c);
#ifdef SYS_pidfd_send_signal
	make_result(out, syscall(SYS_pidfd_send_signal, (int)a[0].number, (int)a[1].number, NULL, 0));
#else
	UNUSED(a);
	make_error(out, ENOSYS);
#endif
}

#define FD { "fd", ARGUMENT_DESCRIPTOR, NULL, false, 0 }
#define EPFD { "epfd", ARGUMENT_DESCRIPTOR, NULL, false, 0 }
#define NUMBER(name) { name, ARGUMENT_NUMBER, NULL, false, 0 }
#define FLAGS(set) { "flags", ARGUMENT_SYMBOLS, &symbols_##set, true, 0 }
#define READS { CALL_SLEEPS(SYS_read) }

#ifdef SYS_epoll_wait
#define EPOLLS { CALL_SLEEPS(SYS_epoll_wait), CALL_SLEEPS(SYS_epoll_pwait) }
#else
#define EPOLLS { CALL_SLEEPS(SYS_epoll_pwait) }
#endif

const struct call calls_event[] = {
	{ .name = "eventfd", .argument = { NUMBER("initval"), FLAGS(eventfd) }, .result = RESULT_DESCRIPTOR,
	  .make = make_eventfd, .mechanism = "event", .see = "eventfd(2)",
	  .summary = "a counter: writing adds, reading takes it all and waits at 0", .offers = "e = eventfd(0)" },
	{ .name = "eventfd_read", .argument = { FD }, .result = RESULT_NUMBER, .sleeps_in = READS,
	  .make = make_count_read, .mechanism = "event", .see = "eventfd(2)",
	  .summary = "takes the count; with EFD_SEMAPHORE takes one" },
	{ .name = "eventfd_write", .argument = { FD, NUMBER("value") }, .result = RESULT_ZERO,
	  .sleeps_in = { CALL_SLEEPS(SYS_write) }, .make = make_eventfd_write, .mechanism = "event",
	  .see = "eventfd(2)", .summary = "adds to the count; waits where it would overflow" },
	{ .name = "signalfd",
	  .argument = { { "mask", ARGUMENT_SIGNALS, &symbols_signal, false, 0 }, FLAGS(signalfd) },
	  .result = RESULT_DESCRIPTOR, .make = make_signalfd, .mechanism = "event", .see = "signalfd(2)",
	  .summary = "signals to be read instead of caught: block them first" },
	{ .name = "signalfd_read", .argument = { FD }, .result = RESULT_SIGNAL, .sleeps_in = READS,
	  .make = make_signalfd_read, .mechanism = "event", .see = "signalfd(2)",
	  .summary = "reads the next pending signal: SIGUSR1" },
	{ .name = "timerfd_create",
	  .argument = { { "clockid", ARGUMENT_SYMBOLS, &symbols_clock, false, 0 }, FLAGS(timerfd) },
	  .result = RESULT_DESCRIPTOR, .make = make_timerfd_create, .mechanism = "event",
	  .see = "timerfd_create(2)", .summary = "a timer to be read", .offers = "t = timerfd_create(CLOCK_MONOTONIC)" },
	{ .name = "timerfd_settime",
	  .argument = { FD, NUMBER("value"), { "interval", ARGUMENT_NUMBER, NULL, true, 0 } },
	  .result = RESULT_ZERO, .make = make_timerfd_settime, .mechanism = "event", .see = "timerfd_settime(2)",
	  .summary = "runs out in so many ms, and then each interval; 0: never" },
	{ .name = "timerfd_read", .argument = { FD }, .result = RESULT_NUMBER, .sleeps_in = READS,
	  .make = make_count_read, .timed = true, .mechanism = "event", .see = "timerfd_create(2)",
	  .summary = "waits until it runs out; how often it has since it was read" },
	{ .name = "epoll_create1", .argument = { FLAGS(epoll_create) }, .result = RESULT_DESCRIPTOR,
	  .make = make_epoll_create1, .mechanism = "event", .see = "epoll_create1(2)",
	  .summary = "a set of descriptors to wait for", .offers = "e = epoll_create1()" },
	{ .name = "epoll_ctl",
	  .argument = { EPFD, { "op", ARGUMENT_SYMBOLS, &symbols_epoll_op, false, 0 }, FD,
			{ "events", ARGUMENT_SYMBOLS, &symbols_epoll, true, 0 } },
	  .result = RESULT_ZERO, .make = make_epoll_ctl, .mechanism = "event", .see = "epoll_ctl(2)",
	  .summary = "adds a descriptor to the set, changes or removes it" },
	{ .name = "epoll_wait", .argument = { EPFD, NUMBER("timeout") }, .result = RESULT_EPOLL,
	  .sleeps_in = EPOLLS, .make = make_epoll_wait, .mechanism = "event", .see = "epoll_wait(2)",
	  .summary = "waits until one is ready, in ms, -1 for ever: 1 EPOLLIN {5}" },
	{ .name = "pidfd_open", .argument = { { "pid", ARGUMENT_PROCESS, NULL, false, 0 } }, .result = RESULT_DESCRIPTOR, .make = make_pidfd_open,
	  .mechanism = "event", .see = "pidfd_open(2)", .summary = "a descriptor for a process: poll says when it has ended",
	  .offers = "pidfd_open({p})" },
	{ .name = "pidfd_send_signal",
	  .argument = { { "pidfd", ARGUMENT_DESCRIPTOR, NULL, false, 0 },
			{ "sig", ARGUMENT_SIGNAL, &symbols_signal, false, 0 } },
	  .result = RESULT_ZERO, .make = make_pidfd_send_signal, .mechanism = "event", .see = "pidfd_send_signal(2)",
	  .summary = "a signal that never reaches another process by mistake" },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/* Signals: sending, handling, blocking them. Waiting for them stands in signal_wait.c. */
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call/make.h"

MAKE(make_kill)
{
	UNUSED(n), UNUSED(c);
	make_result(out, kill((pid_t)a[0].number, (int)a[1].number));
}

MAKE(make_raise)
{
	UNUSED(n), UNUSED(c);
	/* raise(3) hands its error number back through errno as well. */
	make_result(out, raise((int)a[0].number) ? -1 : 0);
}

MAKE(make_sigqueue)
{
	union sigval value = { .sival_int = (int)a[2].number };

	UNUSED(n), UNUSED(c);
	make_result(out, sigqueue((pid_t)a[0].number, (int)a[1].number, value));
}

MAKE(make_sigaction)
{
	struct sigaction act = { .sa_flags = (int)a[2].number };

	UNUSED(n);
	sigemptyset(&act.sa_mask);
	if (a[1].number == 2) {
		act.sa_sigaction = (void (*)(int, siginfo_t *, void *))c->handler;
		act.sa_flags |= SA_SIGINFO;
	} else {
		act.sa_handler = a[1].number ? SIG_IGN : SIG_DFL;
	}
	make_result(out, sigaction((int)a[0].number, &act, NULL));
}

MAKE(make_sigprocmask)
{
	sigset_t set;

	UNUSED(n), UNUSED(c);
	make_signals(&a[1], &set);
	make_result(out, sigprocmask((int)a[0].number, &set, NULL));
}

MAKE(make_sigpending)
{
	sigset_t set;

	UNUSED(a), UNUSED(n), UNUSED(c);
	sigemptyset(&set);
	make_result(out, sigpending(&set));
	out->n_values = 1;
	out->values[0] = 0;
	for (int s = 1; s <= 64; s++)
		if (sigismember(&set, s) == 1)
			out->values[0] |= (int64_t)(UINT64_C(1) << (s - 1));
}

#define SIG { "sig", ARGUMENT_SIGNAL, &symbols_signal, false, 0 }

const struct call calls_signal[] = {
	{ .name = "kill", .argument = { { "pid", ARGUMENT_PROCESS, NULL, false, 0 }, SIG },
	  .result = RESULT_ZERO, .make = make_kill, .mechanism = "signal", .see = "kill(2)",
	  .summary = "sends a signal to a process of the stage; signal 0 only asks",
	  .offers = "kill({p}, SIGUSR1)|kill({p}, SIGSTOP)|kill({p}, SIGCONT)|kill({p}, SIGKILL)" },
	{ .name = "raise", .argument = { SIG }, .result = RESULT_ZERO, .make = make_raise,
	  .mechanism = "signal", .see = "raise(3)", .summary = "sends a signal to itself" },
	{ .name = "sigqueue", .argument = { { "pid", ARGUMENT_PROCESS, NULL, false, 0 }, SIG,
					    { "value", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_sigqueue, .mechanism = "signal", .see = "sigqueue(3)",
	  .summary = "sends a signal with a number; real-time ones are queued",
	  .offers = "sigqueue({p}, SIGRTMIN, 1)" },
	{ .name = "sigaction",
	  .argument = { SIG, { "act", ARGUMENT_SYMBOLS, &symbols_disposition, false, 0 },
			{ "flags", ARGUMENT_SYMBOLS, &symbols_sigaction, true, 0 } },
	  .result = RESULT_ZERO, .make = make_sigaction, .mechanism = "signal", .see = "sigaction(2)",
	  .summary = "what a signal does from now on: default, ignore, catch",
	  .offers = "sigaction(SIGPIPE, catch)|sigaction(SIGPIPE, ignore)|sigaction(SIGPIPE, default)|sigaction(SIGUSR1, catch)" },
	{ .name = "sigprocmask",
	  .argument = { { "how", ARGUMENT_SYMBOLS, &symbols_sigmask_how, false, 0 },
			{ "set", ARGUMENT_SIGNALS, &symbols_signal, false, 0 } },
	  .result = RESULT_ZERO, .make = make_sigprocmask, .mechanism = "signal", .see = "sigprocmask(2)",
	  .summary = "which signals have to wait: SIGUSR1|SIGUSR2" },
	{ .name = "sigpending", .result = RESULT_SIGNALS, .make = make_sigpending, .mechanism = "signal",
	  .see = "sigpending(2)", .summary = "which blocked signals wait to be delivered" },
	{ 0 },
};

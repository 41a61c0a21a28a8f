/* SPDX-License-Identifier: MIT */
/* Calls that make, await and end processes. fork and exec themselves are carried out by
 * the process's own loop (process/actor.c), which must look after its control channel. */
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call/make.h"

static void waited(struct outcome *out, pid_t pid, int status)
{
	make_result(out, pid);
	if (pid > 0) {
		out->n_values = 1;
		out->values[0] = status;
	}
}

MAKE(make_wait)
{
	int status = 0;
	pid_t pid;

	UNUSED(a), UNUSED(n), UNUSED(c);
	pid = wait(&status);
	waited(out, pid, status);
}

MAKE(make_waitpid)
{
	int status = 0;
	pid_t pid;

	UNUSED(n), UNUSED(c);
	pid = waitpid((pid_t)a[0].number, &status, (int)a[1].number);
	waited(out, pid, status);
}

/* Handlers registered with atexit would be the front end's, not the lesson's: so what
 * exit(3) is known for, flushing what stdio still holds, is done by name. */
MAKE(make_exit)
{
	UNUSED(n), UNUSED(c), UNUSED(out);
	fflush(NULL);
	_exit((int)a[0].number);
}

MAKE(make__exit)
{
	UNUSED(n), UNUSED(c), UNUSED(out);
	_exit((int)a[0].number);
}

MAKE(make_getpid)
{
	UNUSED(a), UNUSED(n), UNUSED(c);
	make_result(out, getpid());
}

MAKE(make_getppid)
{
	UNUSED(a), UNUSED(n), UNUSED(c);
	make_result(out, getppid());
}

MAKE(make_geteuid)
{
	UNUSED(a), UNUSED(n), UNUSED(c);
	make_result(out, geteuid());
}

MAKE(make_seteuid)
{
	UNUSED(n), UNUSED(c);
	make_result(out, seteuid((uid_t)a[0].number));
}

MAKE(make_setuid)
{
	UNUSED(n), UNUSED(c);
	make_result(out, setuid((uid_t)a[0].number));
}

#define UID { { "uid", ARGUMENT_NUMBER, NULL, false, 0 } }
#define STATUS { { "status", ARGUMENT_NUMBER, NULL, false, 0 } }

const struct call calls_process[] = {
	{ .name = "fork", .result = RESULT_PROCESS, .special = CALL_FORK, .mechanism = "process",
	  .see = "fork(2)", .summary = "a child that inherits descriptors, dispositions and mask: fork NAME" },
	{ .name = "wait", .result = RESULT_WAIT, .sleeps_in = { CALL_SLEEPS(SYS_wait4) }, .make = make_wait,
	  .mechanism = "process", .see = "wait(2)", .summary = "waits for a child to end and says how",
	  .offers = "wait()" },
	{ .name = "waitpid",
	  .argument = { { "pid", ARGUMENT_PROCESS, &symbols_any_process, false, 0 },
			{ "options", ARGUMENT_SYMBOLS, &symbols_wait, true, 0 } },
	  .result = RESULT_WAIT, .sleeps_in = { CALL_SLEEPS(SYS_wait4) }, .make = make_waitpid, .mechanism = "process",
	  .see = "waitpid(2)", .summary = "waits for one child, or ANY; WNOHANG does not wait",
	  .offers = "waitpid(ANY, WNOHANG)" },
	{ .name = "getpid", .result = RESULT_PROCESS, .make = make_getpid, .mechanism = "process",
	  .see = "getpid(2)", .summary = "its own number" },
	{ .name = "getppid", .result = RESULT_PROCESS, .make = make_getppid, .mechanism = "process",
	  .see = "getpid(2)", .summary = "its parent's number; another's when the parent has ended" },
	{ .name = "geteuid", .result = RESULT_NUMBER, .make = make_geteuid, .mechanism = "process",
	  .see = "getuid(2)", .summary = "the user by whose rights it is judged" },
	{ .name = "seteuid", .argument = UID, .result = RESULT_ZERO, .make = make_seteuid, .mechanism = "process",
	  .see = "seteuid(2)", .summary = "takes a user's rights; root may go back" },
	{ .name = "setuid", .argument = UID, .result = RESULT_ZERO, .make = make_setuid, .mechanism = "process",
	  .see = "setuid(2)", .summary = "becomes a user; root gives up its rights for good" },
	{ .name = "exit", .argument = STATUS, .result = RESULT_NONE, .make = make_exit, .mechanism = "process",
	  .see = "exit(3)", .summary = "flushes stdio's buffers and ends the process", .offers = "exit(0)" },
	{ .name = "_exit", .argument = STATUS, .result = RESULT_NONE, .make = make__exit,
	  .mechanism = "process", .see = "_exit(2)", .summary = "ends the process at once: what stdio holds is lost" },
	{ 0 },
};

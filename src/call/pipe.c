/* SPDX-License-Identifier: MIT */
/* Calls that make pipes and FIFOs. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call/make.h"

static void two(struct outcome *out, int result, const int fd[2])
{
	make_result(out, result);
	if (result == 0) {
		out->n_values = 2;
		out->values[0] = fd[0];
		out->values[1] = fd[1];
	}
}

MAKE(make_pipe)
{
	int fd[2];

	UNUSED(a), UNUSED(n), UNUSED(c);
	two(out, pipe(fd), fd);
}

MAKE(make_pipe2)
{
	int fd[2];

	UNUSED(n), UNUSED(c);
	two(out, pipe2(fd, (int)a[0].number), fd);
}

MAKE(make_mkfifo)
{
	UNUSED(n), UNUSED(c);
	make_result(out, mkfifo(a[0].text, (mode_t)a[1].number));
}

const struct call calls_pipe[] = {
	{ .name = "pipe", .result = RESULT_PIPE, .make = make_pipe, .mechanism = "pipe", .see = "pipe(2)",
	  .summary = "makes a pipe: p = pipe() names its ends p.r and p.w",
	  .offers = "p = pipe()" },
	{ .name = "pipe2", .argument = { { "flags", ARGUMENT_SYMBOLS, &symbols_pipe, false, 0 } },
	  .result = RESULT_PIPE, .make = make_pipe2, .mechanism = "pipe", .see = "pipe(2)",
	  .summary = "makes a pipe with flags: O_NONBLOCK, O_CLOEXEC, O_DIRECT (packets)" },
	{ .name = "mkfifo", .argument = { { "path", ARGUMENT_PATH, NULL, false, 0 },
					  { "mode", ARGUMENT_MODE, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_mkfifo, .mechanism = "fifo", .see = "mkfifo(3)",
	  .summary = "makes a FIFO: a pipe with a name in the file system",
	  .offers = "mkfifo(\"f\", 0600)" },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/* stdio: the buffer that stands between a program and write(2), and that fork doubles. */
#include <stdio.h>
#include <sys/syscall.h>

#include "call/make.h"

MAKE(make_printf)
{
	size_t put;

	UNUSED(n), UNUSED(c);
	/* fwrite: the text is data, not a format. */
	put = fwrite(a[0].text, 1, a[0].length, stdout);
	make_result(out, put == a[0].length ? (int64_t)put : -1);
}

MAKE(make_fflush)
{
	UNUSED(a), UNUSED(n), UNUSED(c);
	make_result(out, fflush(stdout));
}

const struct call calls_stdio[] = {
	{ .name = "printf", .argument = { { "text", ARGUMENT_STRING, NULL, false, 0 } },
	  .result = RESULT_NUMBER, .sleeps_in = { CALL_SLEEPS(SYS_write) }, .make = make_printf, .mechanism = "stdio",
	  .see = "printf(3)", .summary = "puts text into stdio's buffer; written when that is full or flushed" },
	{ .name = "fflush", .result = RESULT_ZERO, .sleeps_in = { CALL_SLEEPS(SYS_write) }, .make = make_fflush,
	  .mechanism = "stdio", .see = "fflush(3)", .summary = "writes what stdio's buffer holds" },
	{ 0 },
};

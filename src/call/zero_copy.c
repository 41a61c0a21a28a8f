/* SPDX-License-Identifier: MIT */
/* Moving data within the kernel. The results are plain numbers, not counts of bytes written: the model
 * of a pipe's slots follows reads and writes, and these move pages as they are. */
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "call/make.h"

MAKE(make_sendfile)
{
	off_t offset = (off_t)a[2].number;

	UNUSED(n), UNUSED(c);
	make_result(out, sendfile((int)a[0].number, (int)a[1].number, offset == -1 ? NULL : &offset,
				  (size_t)a[3].number));
}

MAKE(make_splice)
{
	UNUSED(n), UNUSED(c);
	make_result(out, splice((int)a[0].number, NULL, (int)a[1].number, NULL, (size_t)a[2].number,
				(unsigned)a[3].number));
}

MAKE(make_tee)
{
	UNUSED(n), UNUSED(c);
	make_result(out, tee((int)a[0].number, (int)a[1].number, (size_t)a[2].number, (unsigned)a[3].number));
}

MAKE(make_vmsplice)
{
	struct iovec iov = { make_address(&a[1]), (size_t)a[2].number };

	UNUSED(n), UNUSED(c);
	make_result(out, vmsplice((int)a[0].number, &iov, 1, (unsigned)a[3].number));
}

MAKE(make_copy_file_range)
{
	UNUSED(n), UNUSED(c);
	make_result(out, copy_file_range((int)a[0].number, NULL, (int)a[1].number, NULL, (size_t)a[2].number, 0));
}

#define FD(name) { name, ARGUMENT_DESCRIPTOR, NULL, false, 0 }
#define COUNT { "count", ARGUMENT_SIZE, NULL, false, 0 }
#define FLAGS { "flags", ARGUMENT_SYMBOLS, &symbols_splice, true, 0 }
#define ROW(call, ...) \
	{ .name = #call, .make = make_##call, .result = RESULT_NUMBER, .mechanism = "zero copy", .see = #call "(2)", __VA_ARGS__ }

#if defined SYS_sendfile && defined SYS_sendfile64
#define SENDFILES { CALL_SLEEPS(SYS_sendfile), CALL_SLEEPS(SYS_sendfile64) }
#elif defined SYS_sendfile
#define SENDFILES { CALL_SLEEPS(SYS_sendfile) }
#else
#define SENDFILES { CALL_SLEEPS(SYS_sendfile64) }
#endif

const struct call calls_zero_copy[] = {
	ROW(sendfile, .argument = { FD("out_fd"), FD("in_fd"), { "offset", ARGUMENT_NUMBER, NULL, false, 0 }, COUNT },
	    .sleeps_in = SENDFILES, .summary = "from a file to any descriptor; offset -1: from where the file stands"),
	ROW(splice, .argument = { FD("fd_in"), FD("fd_out"), COUNT, FLAGS }, .sleeps_in = { CALL_SLEEPS(SYS_splice) },
	    .summary = "moves data where one side is a pipe, without copying it"),
	ROW(tee, .argument = { FD("fd_in"), FD("fd_out"), COUNT, FLAGS }, .sleeps_in = { CALL_SLEEPS(SYS_tee) },
	    .summary = "from pipe to pipe; the data stays in the first"),
	ROW(vmsplice, .argument = { FD("fd"), { "addr", ARGUMENT_ADDRESS, NULL, false, 0 }, COUNT, FLAGS },
	    .sleeps_in = { CALL_SLEEPS(SYS_vmsplice) }, .summary = "puts one's own pages into a pipe as they are"),
	ROW(copy_file_range, .argument = { FD("fd_in"), FD("fd_out"), COUNT },
	    .summary = "from file to file; some file systems then share the blocks"),
	{ 0 },
};

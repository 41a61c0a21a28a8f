/* SPDX-License-Identifier: MIT */
/* Calls on descriptors, whatever stands behind them. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call/make.h"

MAKE(make_open)
{
	UNUSED(n), UNUSED(c);
	make_result(out, open(a[0].text, (int)a[1].number, (mode_t)a[2].number));
}

MAKE(make_close)
{
	UNUSED(n), UNUSED(c);
	make_result(out, close((int)a[0].number));
}

MAKE(make_dup)
{
	UNUSED(n), UNUSED(c);
	make_result(out, dup((int)a[0].number));
}

MAKE(make_dup2)
{
	UNUSED(n), UNUSED(c);
	make_result(out, dup2((int)a[0].number, (int)a[1].number));
}

MAKE(make_read)
{
	ssize_t got;

	UNUSED(n);
	if (!make_room(&a[1], out))
		return;
	c->filled = 0;
	got = read((int)a[0].number, c->buffer, (size_t)a[1].number);
	make_result(out, got);
	if (got > 0)
		make_told(c, out, c->buffer, (size_t)got);
}

/* With a count the data is where the lesson says, as in C: a wrong address is the kernel's to refuse.
 * Of a text that many bytes; it has no more. */
static bool data_from(const struct value *what, const struct value *count, struct call_context *c,
		      struct outcome *out, const void **data, size_t *length)
{
	if (count->number < 0)
		return make_data(what, c, out, data, length);
	if (what->kind == VALUE_TEXT && count->number > what->length) {
		make_error(out, EINVAL);
		return false;
	}
	*data = what->kind == VALUE_TEXT ? what->text : make_address(what);
	*length = (size_t)count->number;
	return true;
}

MAKE(make_write)
{
	const void *data;
	size_t length;

	UNUSED(n);
	if (data_from(&a[1], &a[2], c, out, &data, &length))
		make_result(out, write((int)a[0].number, data, length));
}

MAKE(make_pread)
{
	ssize_t got;

	UNUSED(n);
	if (!make_room(&a[1], out))
		return;
	c->filled = 0;
	got = pread((int)a[0].number, c->buffer, (size_t)a[1].number, (off_t)a[2].number);
	make_result(out, got);
	if (got > 0)
		make_told(c, out, c->buffer, (size_t)got);
}

MAKE(make_pwrite)
{
	const void *data;
	size_t length;

	UNUSED(n);
	if (make_data(&a[1], c, out, &data, &length))
		make_result(out, pwrite((int)a[0].number, data, length, (off_t)a[2].number));
}

MAKE(make_ftruncate)
{
	UNUSED(n), UNUSED(c);
	make_result(out, ftruncate((int)a[0].number, (off_t)a[1].number));
}

MAKE(make_fsync)
{
	UNUSED(n), UNUSED(c);
	make_result(out, fsync((int)a[0].number));
}

MAKE(make_lseek)
{
	UNUSED(n), UNUSED(c);
	make_result(out, lseek((int)a[0].number, a[1].number, (int)a[2].number));
}

MAKE(make_fcntl)
{
	UNUSED(n), UNUSED(c);
	if (make_locks(a[1].number) != (a[2].kind == VALUE_TUPLE))
		make_error(out, EINVAL);
	else if (a[2].kind == VALUE_TUPLE)
		make_lock(a, out);
	else
		make_result(out, fcntl((int)a[0].number, (int)a[1].number, (int)a[2].number));
}

MAKE(make_ioctl)
{
	int value = 0;

	UNUSED(n), UNUSED(c);
	make_result(out, ioctl((int)a[0].number, (unsigned long)a[1].number, &value));
	if (out->result == 0) {
		out->n_values = 1;
		out->values[0] = value;
	}
}

MAKE(make_poll)
{
	struct pollfd p = { .fd = (int)a[0].number, .events = (short)a[1].number };

	UNUSED(n), UNUSED(c);
	make_result(out, poll(&p, 1, (int)a[2].number));
	out->n_values = 1;
	out->values[0] = p.revents;
}

MAKE(make_unlink)
{
	UNUSED(n), UNUSED(c);
	make_result(out, unlink(a[0].text));
}

MAKE(make_rename)
{
	UNUSED(n), UNUSED(c);
	make_result(out, rename(a[0].text, a[1].text));
}

MAKE(make_link)
{
	UNUSED(n), UNUSED(c);
	make_result(out, link(a[0].text, a[1].text));
}

MAKE(make_chmod)
{
	UNUSED(n), UNUSED(c);
	make_result(out, chmod(a[0].text, (mode_t)a[1].number));
}

MAKE(make_umask)
{
	UNUSED(n), UNUSED(c);
	make_result(out, umask((mode_t)a[0].number));
}

static void told_stat(struct outcome *out, int result, const struct stat *st)
{
	make_result(out, result);
	if (result == 0) {
		out->n_values = 2;
		out->values[0] = st->st_mode;
		out->values[1] = st->st_size;
	}
}

MAKE(make_stat)
{
	struct stat st;

	UNUSED(n), UNUSED(c);
	told_stat(out, stat(a[0].text, &st), &st);
}

MAKE(make_fstat)
{
	struct stat st;

	UNUSED(n), UNUSED(c);
	told_stat(out, fstat((int)a[0].number, &st), &st);
}

#define FD(name) { name, ARGUMENT_DESCRIPTOR, NULL, false, 0 }
#define PATH(name) { name, ARGUMENT_PATH, NULL, false, 0 }
#define OFFSET { "offset", ARGUMENT_NUMBER, NULL, false, 0 }

#ifdef SYS_open
#define OPENS { CALL_SLEEPS(SYS_openat), CALL_SLEEPS(SYS_open) }
#else
#define OPENS { CALL_SLEEPS(SYS_openat) }
#endif
#ifdef SYS_fcntl64 /* where off_t was narrower once */
#define LOCKS { CALL_SLEEPS(SYS_fcntl64), CALL_SLEEPS(SYS_fcntl) }
#else
#define LOCKS { CALL_SLEEPS(SYS_fcntl) }
#endif
#ifdef SYS_poll
#define POLLS { CALL_SLEEPS(SYS_poll), CALL_SLEEPS(SYS_ppoll) }
#else
#define POLLS { CALL_SLEEPS(SYS_ppoll) }
#endif

const struct call calls_file[] = {
	{ .name = "read", .argument = { FD("fd"), { "count", ARGUMENT_SIZE, NULL, false, 0 } },
	  .result = RESULT_DATA, .sleeps_in = { CALL_SLEEPS(SYS_read) }, .make = make_read, .mechanism = "file",
	  .see = "read(2)", .summary = "takes up to that many bytes: what there is; 0 at the end",
	  .offers = "read({r}, 4096)|read({r}, 1)" },
	{ .name = "write", .argument = { FD("fd"), { "data", ARGUMENT_DATA, NULL, false, 0 },
					 { "count", ARGUMENT_SIZE, NULL, true, -1 } },
	  .result = RESULT_COUNT, .sleeps_in = { CALL_SLEEPS(SYS_write) }, .make = make_write, .mechanism = "file",
	  .see = "write(2)", .summary = "puts \"text\", that many of its own letter, or (ADDRESS, COUNT)",
	  .offers = "write({w}, \"hello\")|write({w}, 4096)|write({w}, 64K)" },
	{ .name = "open",
	  .argument = { PATH("path"), { "flags", ARGUMENT_SYMBOLS, &symbols_open, false, 0 },
			{ "mode", ARGUMENT_MODE, NULL, true, 0 } },
	  .result = RESULT_DESCRIPTOR, .sleeps_in = OPENS, .make = make_open, .mechanism = "file",
	  .see = "open(2)", .summary = "opens a file or a FIFO; a FIFO waits for its other side",
	  .offers = "r = open({fifo}, O_RDONLY)|w = open({fifo}, O_WRONLY)" },
	{ .name = "close", .argument = { FD("fd") }, .result = RESULT_ZERO, .make = make_close,
	  .mechanism = "file", .see = "close(2)", .summary = "gives a descriptor back", .offers = "close({fd})" },
	{ .name = "dup", .argument = { FD("oldfd") }, .result = RESULT_DESCRIPTOR, .make = make_dup,
	  .mechanism = "file", .see = "dup(2)", .summary = "a second descriptor for the same open file" },
	{ .name = "dup2", .argument = { FD("oldfd"), FD("newfd") }, .result = RESULT_DESCRIPTOR,
	  .make = make_dup2, .mechanism = "file", .see = "dup(2)",
	  .summary = "the same, under a number of your choice: how a shell sets up standard input" },
	{ .name = "pread", .argument = { FD("fd"), { "count", ARGUMENT_SIZE, NULL, false, 0 }, OFFSET },
	  .result = RESULT_DATA, .make = make_pread, .mechanism = "file", .see = "pread(2)",
	  .summary = "reads from a place in a file; its offset stays where it is" },
	{ .name = "pwrite", .argument = { FD("fd"), { "data", ARGUMENT_DATA, NULL, false, 0 }, OFFSET },
	  .result = RESULT_COUNT, .make = make_pwrite, .mechanism = "file", .see = "pwrite(2)",
	  .summary = "writes to a place in a file; its offset stays where it is" },
	{ .name = "ftruncate", .argument = { FD("fd"), { "length", ARGUMENT_SIZE, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_ftruncate, .mechanism = "file", .see = "ftruncate(2)",
	  .summary = "makes a file that long: cut off, or filled up with zeros" },
	{ .name = "fsync", .argument = { FD("fd") }, .result = RESULT_ZERO, .make = make_fsync,
	  .mechanism = "file", .see = "fsync(2)", .summary = "waits until a file's data is on the disk" },
	{ .name = "lseek", .argument = { FD("fd"), OFFSET, { "whence", ARGUMENT_SYMBOLS, &symbols_seek, false, 0 } },
	  .result = RESULT_NUMBER, .make = make_lseek, .mechanism = "file", .see = "lseek(2)",
	  .summary = "moves the offset of a file; a pipe has none: ESPIPE" },
	{ .name = "fcntl", .argument = { FD("fd"), { "op", ARGUMENT_SYMBOLS, &symbols_fcntl, false, 0 },
					 { "arg", ARGUMENT_FCNTL, NULL, true, 0 } },
	  .result = RESULT_FCNTL, .sleeps_in = LOCKS, .make = make_fcntl, .mechanism = "file", .see = "fcntl(2)",
	  .summary = "flags, a pipe's capacity, and locks: {F_WRLCK, start, length}",
	  .offers = "fcntl({r}, F_SETFL, O_NONBLOCK)|fcntl({w}, F_SETFL, O_NONBLOCK)|fcntl({w}, F_GETPIPE_SZ)" },
	{ .name = "ioctl", .argument = { FD("fd"), { "op", ARGUMENT_SYMBOLS, &symbols_ioctl, false, 0 } },
	  .result = RESULT_VALUE, .make = make_ioctl, .mechanism = "file", .see = "ioctl(2)",
	  .summary = "with FIONREAD: how many bytes wait to be read", .offers = "ioctl({r}, FIONREAD)" },
	{ .name = "poll", .argument = { FD("fd"), { "events", ARGUMENT_SYMBOLS, &symbols_poll, false, 0 },
					{ "timeout", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_POLL, .sleeps_in = POLLS, .make = make_poll, .mechanism = "file",
	  .see = "poll(2)", .summary = "waits until a descriptor is ready; timeout in ms, -1 for ever",
	  .offers = "poll({r}, POLLIN, 0)|poll({w}, POLLOUT, 0)" },
	{ .name = "unlink", .argument = { PATH("path") }, .result = RESULT_ZERO, .make = make_unlink,
	  .mechanism = "file", .see = "unlink(2)", .summary = "removes a name from the file system",
	  .offers = "unlink({fifo})" },
	{ .name = "rename", .argument = { PATH("oldpath"), PATH("newpath") }, .result = RESULT_ZERO,
	  .make = make_rename, .mechanism = "file", .see = "rename(2)",
	  .summary = "gives a file another name, in place of what had it" },
	{ .name = "link", .argument = { PATH("oldpath"), PATH("newpath") }, .result = RESULT_ZERO,
	  .make = make_link, .mechanism = "file", .see = "link(2)", .summary = "gives a file a second name" },
	{ .name = "chmod", .argument = { PATH("path"), { "mode", ARGUMENT_MODE, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_chmod, .mechanism = "file", .see = "chmod(2)",
	  .summary = "who may read, write and execute a file" },
	{ .name = "umask", .argument = { { "mask", ARGUMENT_MODE, NULL, false, 0 } }, .result = RESULT_MODE,
	  .make = make_umask, .mechanism = "file", .see = "umask(2)",
	  .summary = "which permission bits new files do not get; returns the mask before" },
	{ .name = "stat", .argument = { PATH("path") }, .result = RESULT_STAT, .make = make_stat,
	  .mechanism = "file", .see = "stat(2)", .summary = "type, permissions and size of a file",
	  .offers = "stat({fifo})" },
	{ .name = "fstat", .argument = { FD("fd") }, .result = RESULT_STAT, .make = make_fstat,
	  .mechanism = "file", .see = "fstat(2)", .summary = "the same of what a descriptor stands for" },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/* Locks of whole files. Those of ranges are fcntl(2)'s: make_lock, for the row in file.c. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include "call/make.h"

MAKE(make_flock)
{
	UNUSED(n), UNUSED(c);
	make_result(out, flock((int)a[0].number, (int)a[1].number));
}

bool make_locks(int64_t command)
{
	switch (command) {
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return true;
	}
	return false;
}

/* l_pid stays 0, as locks of an open file want it. */
void make_lock(const struct value *a, struct outcome *out)
{
	struct flock lock = { .l_type = (short)value_field(&a[2], 0, F_UNLCK), .l_whence = SEEK_SET,
			      .l_start = (off_t)value_field(&a[2], 1, 0), .l_len = (off_t)value_field(&a[2], 2, 0) };
	bool asks = a[1].number == F_GETLK || a[1].number == F_OFD_GETLK;

	make_result(out, fcntl((int)a[0].number, (int)a[1].number, &lock));
	if (out->result == -1 || !asks)
		return;
	out->n_values = lock.l_type == F_UNLCK ? 3 : 4;
	out->values[0] = lock.l_type;
	out->values[1] = lock.l_start;
	out->values[2] = lock.l_len;
	out->values[3] = lock.l_pid; /* -1: of an open file, which is no process's */
}

const struct call calls_lock[] = {
	{ .name = "flock", .argument = { { "fd", ARGUMENT_DESCRIPTOR, NULL, false, 0 },
					 { "op", ARGUMENT_SYMBOLS, &symbols_flock, false, 0 } },
	  .result = RESULT_ZERO, .sleeps_in = { CALL_SLEEPS(SYS_flock) }, .make = make_flock, .mechanism = "lock",
	  .see = "flock(2)", .summary = "locks the whole file, for the open file, not the process" },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/* More of memory: words to sleep on, memory as a file, each other's memory. */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "call/make.h"

MAKE(make_process_vm_readv)
{
	struct iovec here, there = { make_address(&a[1]), (size_t)a[2].number };
	ssize_t got;

	UNUSED(n);
	if (!make_room(&a[2], out))
		return;
	c->filled = 0;
	here = (struct iovec){ c->buffer, there.iov_len };
	got = process_vm_readv((pid_t)a[0].number, &here, 1, &there, 1, 0);
	make_result(out, got);
	if (got > 0)
		make_told(c, out, c->buffer, (size_t)got);
}

MAKE(make_process_vm_writev)
{
	struct iovec here, there;
	const void *data;
	size_t length;

	UNUSED(n);
	if (!make_data(&a[2], c, out, &data, &length))
		return;
	here = (struct iovec){ (void *)(uintptr_t)data, length };
	there = (struct iovec){ make_address(&a[1]), length };
	make_result(out, process_vm_writev((pid_t)a[0].number, &here, 1, &there, 1, 0));
}

/* The kernel's struct timespec is the C library's only under the number that fits its time_t. */
static long futex_number(void)
{
#if defined SYS_futex && defined SYS_futex_time64
	return sizeof(time_t) > sizeof(long) ? SYS_futex_time64 : SYS_futex;
#elif defined SYS_futex
	return SYS_futex;
#else
	return SYS_futex_time64;
#endif
}

MAKE(make_futex)
{
	struct timespec limit = make_time(a[3].number);

	UNUSED(n), UNUSED(c);
	make_result(out, syscall(futex_number(), make_address(&a[0]), (int)a[1].number, (int)a[2].number,
				 a[3].number < 0 ? NULL : &limit, NULL, 0));
}

MAKE(make_memfd_create)
{
	UNUSED(n), UNUSED(c);
	make_result(out, memfd_create(a[0].text, (unsigned)a[1].number));
}

#define PROCESS { "pid", ARGUMENT_PROCESS, NULL, false, 0 }
#define ADDRESS(name) { name, ARGUMENT_ADDRESS, NULL, false, 0 }

const struct call calls_memory_more[] = {
	{ .name = "process_vm_readv",
	  .argument = { PROCESS, ADDRESS("remote"), { "count", ARGUMENT_SIZE, NULL, false, 0 } },
	  .result = RESULT_DATA, .make = make_process_vm_readv, .mechanism = "memory", .see = "process_vm_readv(2)",
	  .summary = "reads another process's memory, at its own address" },
	{ .name = "process_vm_writev",
	  .argument = { PROCESS, ADDRESS("remote"), { "data", ARGUMENT_DATA, NULL, false, 0 } },
	  .result = RESULT_NUMBER, .make = make_process_vm_writev, .mechanism = "memory", .see = "process_vm_writev(2)",
	  .summary = "writes into another process's memory" },
	{ .name = "futex",
	  .argument = { ADDRESS("uaddr"), { "op", ARGUMENT_SYMBOLS, &symbols_futex, false, 0 },
			{ "val", ARGUMENT_NUMBER, NULL, false, 0 }, { "timeout", ARGUMENT_NUMBER, NULL, true, -1 } },
	  .result = RESULT_NUMBER, .sleeps_in = FUTEX_SLEEPS, .make = make_futex, .mechanism = "memory", .see = "futex(2)",
	  .summary = "sleeps while a word of memory holds val; wakes so many that sleep" },
	{ .name = "memfd_create",
	  .argument = { { "name", ARGUMENT_STRING, NULL, false, 0 }, { "flags", ARGUMENT_SYMBOLS, &symbols_memfd, true, 0 } },
	  .result = RESULT_DESCRIPTOR, .make = make_memfd_create, .mechanism = "memory", .see = "memfd_create(2)",
	  .summary = "a file that is in memory alone and has no path",
	  .offers = "m = memfd_create(\"m\", MFD_ALLOW_SEALING)" },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/* /proc/PID/syscall: the system call that a process is in, with its arguments: the truth
 * about what it is blocked in (proc_pid_syscall(5)). */
#ifndef PROBE_SYSCALL_H
#define PROBE_SYSCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum syscall_where {
	SYSCALL_UNKNOWN, /* not permitted, gone, or text that makes no sense */
	SYSCALL_RUNNING, /* on a processor or ready to run: "running" */
	SYSCALL_OUTSIDE, /* asleep, but in no call (number -1): a page fault, a stop */
	SYSCALL_INSIDE,  /* asleep in call `number` */
};

struct syscall_state {
	enum syscall_where where;
	long number;          /* SYS_... of this processor */
	uint64_t argument[6];
	uint64_t stack, counter; /* stack pointer and program counter */
	int error;            /* why SYSCALL_UNKNOWN: errno (EACCES, ESRCH, EINVAL for nonsense) */
};

/* Parses the file's text, any bytes whatever; never fails: nonsense is SYSCALL_UNKNOWN
 * with error EINVAL. */
void syscall_parse(const char *text, size_t length, struct syscall_state *out);

/* Reads it through a folder of procfs_open; errors end in SYSCALL_UNKNOWN. */
void syscall_read(int procdir, struct syscall_state *out);

/* Whether two readings show the same sleep: inside the same call with the same
 * arguments, stack and counter. */
bool syscall_same(const struct syscall_state *a, const struct syscall_state *b);

/* The name of a system call that may sleep, as its manual page is called ("read",
 * "openat", "clock_nanosleep"), or NULL. A table by SYS_ names. */
const char *syscall_name(long number);

/* How many leading arguments of such a call are worth showing, and whether the first
 * is a descriptor. 0 and false for unknown calls. */
int syscall_arguments(long number, bool *first_is_descriptor);

#endif

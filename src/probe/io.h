/* SPDX-License-Identifier: MIT */
/* What a process has read and written in all: /proc/PID/io, proc_pid_io(5).
 *
 * Counted are read(2), write(2), their p and v forms, sendfile(2), copy_file_range(2), whatever they are about,
 * each when it returns: of a write of 10 MB to a pipe, nothing before its end. Not counted are send(2) and
 * recv(2) in all their forms, splice(2), tee(2), vmsplice(2) and io_uring(7). All threads count, and what children
 * had counted when they were waited for (fs/read_write.c, kernel/exit.c). Measured on Linux 6.18, see
 * tests/kernel/test_kernel_io.c. */
#ifndef PROBE_IO_H
#define PROBE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct io_counters {
	uint64_t read, written;   /* bytes */
	uint64_t reads, writes;   /* calls */
};

/* 0 or -errno: EACCES not permitted, as for ptrace(2)'s reading; ENOENT, ESRCH it is gone, or the kernel does not
 * count (CONFIG_TASK_IO_ACCOUNTING). A zombie can be read. 6 us. */
int io_read(pid_t pid, struct io_counters *out);

/* The file's text; false when one of the four is not there. */
bool io_parse(const char *text, size_t length, struct io_counters *out);

#endif

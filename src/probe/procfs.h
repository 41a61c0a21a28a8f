/* SPDX-License-Identifier: MIT */
/* Small reads below /proc/PID: open the process's folder once, read its files through it.
 *
 * After death a kept folder gives ESRCH and never stands for a reused pid (proc(5)). */
#ifndef PROBE_PROCFS_H
#define PROBE_PROCFS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/text.h"

/* An O_PATH-free directory descriptor of /proc/PID, close-on-exec, for the caller to
 * close; -errno (ENOENT: no such process). */
int procfs_open(pid_t pid);

/* Reads file `name` (may hold a slash: "fdinfo/3", "task/7/children") into buf, always
 * terminated. Returns the length, cut at size-1, or -errno: EACCES not permitted,
 * ESRCH/ENOENT gone. */
ssize_t procfs_read(int procdir, const char *name, char *buf, size_t size);

/* Reads all of a file that may be long ("maps"; with AT_FDCWD "/proc/locks") into out, whose
 * memory is reused. 0 or -errno, out is empty then. The kernel takes no snapshot of a long one:
 * what changes between two of its pages may be missing or there twice. */
int procfs_read_text(int procdir, const char *name, struct text *out);

#endif

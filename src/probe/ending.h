/* SPDX-License-Identifier: MIT */
/* How a process ended, asked by somebody who is not its parent.
 *
 * PIDFD_GET_INFO with PIDFD_INFO_EXIT (ioctl_pidfd(2), Linux 6.15) tells it even after
 * the process was reaped; before, field 52 of /proc/PID/stat does while it is a zombie. */
#ifndef PROBE_ENDING_H
#define PROBE_ENDING_H

#include <stdbool.h>
#include <stddef.h>

/* The wait status (waitpid(2)) through a pidfd, and, failing that, a folder of
 * procfs_open kept since the process lived. 0 and *status; -EAGAIN still alive;
 * -ENODATA gone and nobody here can know: ask its parent. */
int ending_read(int pidfd, int procdir, int *status);

/* Parses the wait status out of the text of /proc/PID/stat (any bytes; the name in
 * brackets may hold spaces and brackets). 0; -EAGAIN not a zombie; -EINVAL nonsense. */
int ending_parse_stat(const char *text, size_t length, int *status);

#endif

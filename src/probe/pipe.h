/* SPDX-License-Identifier: MIT */
/* How full a pipe or FIFO is, without disturbing it.
 *
 * pidfd_getfd(2) lends a duplicate for the moment of three ioctl and fcntl calls
 * (FIONREAD, F_GETPIPE_SZ; 1.2 to 1.7 us in all), in one straight line: nothing in
 * between may fork or block, for a duplicate that lives on suppresses EOF and SIGPIPE.
 * The duplicate's inode is compared, for the number may have been reused. */
#ifndef PROBE_PIPE_H
#define PROBE_PIPE_H

#include <stdbool.h>
#include <stdint.h>

struct pipe_level {
	int bytes;    /* unread: FIONREAD, ioctl_pipe(2) */
	int capacity; /* F_GETPIPE_SZ, fcntl(2) */
	bool writable; /* poll(2) POLLOUT: a slot is free; only known of a write end */
	bool writable_known;
	int flags;    /* of this end: O_ACCMODE, O_NONBLOCK (F_GETFL); -1 not known */
};

/* Reads the level through descriptor `fd` of the process behind `pidfd`, if that is still
 * the pipe with this inode. 0 or -errno: EPERM not permitted, EBADF no such descriptor
 * there, ESTALE it is another object by now, ESRCH gone, ENOSYS a kernel before 5.6. */
int pipe_level_read(int pidfd, int fd, uint64_t inode, struct pipe_level *out);

#endif

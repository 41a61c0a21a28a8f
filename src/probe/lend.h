/* SPDX-License-Identifier: MIT */
/* A duplicate of another process's descriptor, for the moment of a few calls that only ask:
 * pidfd_getfd(2), Linux 5.6.
 *
 * Whoever borrows closes in one straight line: nothing in between may fork or block, for a
 * duplicate that lives on suppresses EOF and SIGPIPE. The number may have been reused since it
 * was read: compare the inode. */
#ifndef PROBE_LEND_H
#define PROBE_LEND_H

#include <sys/types.h>

/* A pidfd to borrow by, close-on-exec, for the caller to close; or -errno: ESRCH gone, ENOSYS a kernel before 5.3. */
int lend_pidfd(pid_t pid);

/* The duplicate, close-on-exec, for the caller to close; or -errno: EPERM not permitted, EBADF no
 * such descriptor there, ESRCH gone, ENOSYS a kernel before 5.6. */
int lend_descriptor(int pidfd, int fd);

#endif

/* SPDX-License-Identifier: MIT */
/* Borrowing a descriptor by pidfd_getfd(2); glibc wraps it from 2.36 on. */
#include "probe/lend.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc 2.31 (Debian 11) knows fewer names than the kernel headers beside it. */
#if !defined SYS_pidfd_getfd && defined __NR_pidfd_getfd
#define SYS_pidfd_getfd __NR_pidfd_getfd
#endif

#if !defined SYS_pidfd_open && defined __NR_pidfd_open
#define SYS_pidfd_open __NR_pidfd_open
#endif

int lend_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : fd;
#else
	(void)pid;
	return -ENOSYS;
#endif
}

int lend_descriptor(int pidfd, int fd)
{
#ifdef SYS_pidfd_getfd
	int lent = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	return lent < 0 ? -errno : lent;
#else
	(void)pidfd;
	(void)fd;
	return -ENOSYS;
#endif
}

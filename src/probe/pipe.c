/* SPDX-License-Identifier: MIT */
/* The level of a pipe through a duplicate that is lent for about a microsecond. */
#include "probe/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc 2.31 (Debian 11) knows fewer names than the kernel headers beside it. */
#if !defined SYS_pidfd_getfd && defined __NR_pidfd_getfd
#define SYS_pidfd_getfd __NR_pidfd_getfd
#endif

/* pidfd_getfd(2), Linux 5.6; the duplicate is close-on-exec. glibc wraps it from 2.36 on. */
static int borrow(int pidfd, int fd)
{
#ifdef SYS_pidfd_getfd
	return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
#else
	(void)pidfd;
	(void)fd;
	errno = ENOSYS;
	return -1;
#endif
}

static int look(int fd, uint64_t inode, struct pipe_level *out)
{
	struct pollfd end = { .fd = fd, .events = POLLOUT };
	struct stat st;
	int flags;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISFIFO(st.st_mode) || st.st_ino != inode)
		return -ESTALE;
	out->capacity = fcntl(fd, F_GETPIPE_SZ);
	if (out->capacity < 0 || ioctl(fd, FIONREAD, &out->bytes) != 0)
		return -errno;
	flags = fcntl(fd, F_GETFL);
	if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && poll(&end, 1, 0) >= 0) {
		out->writable = end.revents & POLLOUT;
		out->writable_known = true;
	}
	return 0;
}

int pipe_level_read(int pidfd, int fd, uint64_t inode, struct pipe_level *out)
{
	int lent, error;

	*out = (struct pipe_level){ 0 };
	lent = borrow(pidfd, fd);
	if (lent < 0)
		return -errno;
	error = look(lent, inode, out);
	close(lent);
	if (error)
		*out = (struct pipe_level){ 0 };
	return error;
}

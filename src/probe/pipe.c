/* SPDX-License-Identifier: MIT */
/* The level of a pipe through a duplicate that is lent for about a microsecond. */
#include "probe/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/lend.h"

static int look(int fd, uint64_t inode, struct pipe_level *out)
{
	struct pollfd end = { .fd = fd, .events = POLLOUT };
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISFIFO(st.st_mode) || st.st_ino != inode)
		return -ESTALE;
	out->capacity = fcntl(fd, F_GETPIPE_SZ);
	if (out->capacity < 0 || ioctl(fd, FIONREAD, &out->bytes) != 0)
		return -errno;
	out->flags = fcntl(fd, F_GETFL);
	if (out->flags < 0 || (out->flags & O_ACCMODE) == O_RDONLY)
		return 0;
	/* An empty pipe has all its slots: no need to ask. */
	out->writable_known = out->bytes == 0 || poll(&end, 1, 0) >= 0;
	out->writable = out->bytes == 0 || (end.revents & POLLOUT);
	return 0;
}

int pipe_level_read(int pidfd, int fd, uint64_t inode, struct pipe_level *out)
{
	int lent, error;

	*out = (struct pipe_level){ .flags = -1 };
	lent = lend_descriptor(pidfd, fd);
	if (lent < 0)
		return lent;
	error = look(lent, inode, out);
	close(lent);
	if (error)
		*out = (struct pipe_level){ .flags = -1 };
	return error;
}

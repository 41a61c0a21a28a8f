/* SPDX-License-Identifier: MIT */
/* How a process ended: the pidfd's own record, else the zombie's line in /proc. */
#include "probe/ending.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "probe/procfs.h"

/* ioctl_pidfd(2): <linux/pidfd.h> of Linux 6.15; Debian 12's header ends before it, so the
 * first published form (64 bytes, the kernel takes it for ever) stands here. */
struct info {
	uint64_t mask, cgroup;
	uint32_t pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
	int32_t exit_code;
};

#define GET_INFO _IOWR(0xFF, 11, struct info)
#define INFO_EXIT (UINT64_C(1) << 3)

_Static_assert(sizeof(struct info) == 64, "PIDFD_INFO_SIZE_VER0");

/* The last field, number 52, may come with others behind it one day. */
enum { FIELD_STATE = 3, FIELD_EXIT_CODE = 52 };

/* The start of field `wanted`, counting from s, the start of field `number`; NULL when the
 * text ends before it. */
static const char *field(const char *s, const char *end, int number, int wanted)
{
	for (; number < wanted; number++) {
		s = memchr(s, ' ', (size_t)(end - s));
		if (!s)
			return NULL;
		s++;
	}
	return s;
}

int ending_parse_stat(const char *text, size_t length, int *status)
{
	const char *end = memrchr(text, '\n', length), *bracket, *s;
	int value = 0;

	if (!end)
		return -EINVAL; /* cut short: half a number is a wrong number */
	bracket = memrchr(text, ')', (size_t)(end - text));
	if (!bracket || end - bracket < 4 || bracket[1] != ' ' || bracket[3] != ' ')
		return -EINVAL;
	s = bracket + 2;
	if (!strchr("RSDTtZXxKWPI", *s) || !*s)
		return -EINVAL;
	if (*s != 'Z' && *s != 'X')
		return -EAGAIN;
	s = field(s, end, FIELD_STATE, FIELD_EXIT_CODE);
	if (!s || s == end)
		return -EINVAL;
	for (; s < end && *s != ' '; s++) {
		if (*s < '0' || *s > '9' || value > 0xffff)
			return -EINVAL;
		value = value * 10 + (*s - '0');
	}
	if (value > 0xffff)
		return -EINVAL; /* wait statuses have 16 bits */
	*status = value;
	return 0;
}

/* The kernel shows exit code 0 to those who may not look: the same right
 * (PTRACE_MODE_READ_FSCREDS) decides whether a link may be read. */
static bool permitted(int procdir)
{
	char target[1];

	return readlinkat(procdir, "exe", target, sizeof target) >= 0 ||
	       (errno != EACCES && errno != EPERM);
}

static int from_stat(int procdir, int *status)
{
	char text[2048];
	ssize_t n = procfs_read(procdir, "stat", text, sizeof text);
	int value = 0, error;

	if (n < 0)
		return -ENODATA;
	error = ending_parse_stat(text, (size_t)n, &value);
	if (error == -EINVAL || (!error && value == 0 && !permitted(procdir)))
		return -ENODATA;
	if (!error)
		*status = value;
	return error;
}

/* A pidfd becomes readable when its process has ended, threads and all (pidfd_open(2)). */
static bool alive(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

int ending_read(int pidfd, int procdir, int *status)
{
	struct info info = { .mask = INFO_EXIT };

	if (pidfd >= 0 && alive(pidfd))
		return -EAGAIN;
	/* Before 6.13 ENOTTY or EINVAL, before 6.15 or while a zombie no such bit. */
	if (pidfd >= 0 && ioctl(pidfd, GET_INFO, &info) == 0 && info.mask & INFO_EXIT) {
		*status = info.exit_code;
		return 0;
	}
	return procdir >= 0 ? from_stat(procdir, status) : -ENODATA;
}

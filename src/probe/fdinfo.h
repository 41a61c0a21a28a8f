/* SPDX-License-Identifier: MIT */
/* What the kernel tells of one descriptor: /proc/PID/fdinfo/N (proc_pid_fdinfo(5)); and whether
 * two descriptors are the same open file description (kcmp(2)). */
#ifndef PROBE_FDINFO_H
#define PROBE_FDINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "probe/locks.h"

/* What an epoll watches: a "tfd:" line. */
struct fdinfo_watch {
	int fd;          /* the number when it was added; may mean something else by now */
	uint32_t events; /* EPOLLIN ... */
	uint64_t data;
	uint64_t inode;  /* of the file watched; 0 before Linux 4.14 */
};

/* More than these are counted, not kept. */
enum { FDINFO_WATCHES = 16, FDINFO_LOCKS = 16 };

struct fdinfo {
	unsigned has;     /* which of the fields there are, FDINFO_HAS_* */
	int64_t position; /* the file offset: of the open file description, so shared after fork */
	int flags;        /* O_ACCMODE, O_NONBLOCK, O_CLOEXEC ...; -1 when not there */
	int mount;        /* mnt_id, as in /proc/PID/mountinfo */
	uint64_t inode;   /* Linux 5.14 */
	uint64_t count;   /* of an eventfd */
	bool semaphore;   /* it is an EFD_SEMAPHORE one; told from Linux 6.5 on */
	int number;       /* of an eventfd: which one of the machine's, Linux 5.2 */
	int terminal;     /* of a pseudo-terminal's master: N of /dev/pts/N, Linux 4.15 */
	uint64_t signals; /* of a signalfd: bit N-1 stands for signal N */
	struct {
		int clock;             /* CLOCK_... */
		uint64_t ticks;        /* expired and not yet read */
		int64_t value, interval; /* ns until it expires (0: not armed), and between */
	} timer;
	pid_t pid;        /* of a pidfd: in the reader's PID namespace; 0 not visible there, -1 reaped */
	struct fdinfo_watch watches[FDINFO_WATCHES];
	struct lock locks[FDINFO_LOCKS]; /* held through it, as /proc/locks shows them; no waiters */
	size_t watch_count, lock_count;  /* how many there are, of which the first are kept */
};

enum {
	FDINFO_HAS_POSITION = 1, FDINFO_HAS_FLAGS = 2, FDINFO_HAS_MOUNT = 4, FDINFO_HAS_INODE = 8,
	FDINFO_HAS_COUNT = 16, FDINFO_HAS_SEMAPHORE = 32, FDINFO_HAS_SIGNALS = 64,
	FDINFO_HAS_TIMER = 128, /* all of timer */
	FDINFO_HAS_PID = 256, FDINFO_HAS_NUMBER = 512, FDINFO_HAS_TERMINAL = 1024,
};

/* Parses the file's text, any bytes whatever; lines that make no sense, are not known or are
 * cut short are passed over, and of two with one name the first counts. */
void fdinfo_parse(const char *text, size_t length, struct fdinfo *out);

/* Reads and parses descriptor `fd` through a folder of procfs_open: 5 us. 0 or -errno:
 * ENOENT no such descriptor, EACCES not permitted, ESRCH gone. */
int fdinfo_read(int procdir, int fd, struct fdinfo *out);

/* Whether the two are one open file description, with one offset and one set of flags: by
 * fork, dup or being passed. 1 or 0, or -errno: EBADF no such descriptor, ESRCH no such process,
 * EPERM not permitted, ENOSYS a kernel without CONFIG_KCMP. */
int fdinfo_same_file(pid_t pid1, int fd1, pid_t pid2, int fd2);

#endif

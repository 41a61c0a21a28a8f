/* SPDX-License-Identifier: MIT */
/* What limits there are for System V and POSIX objects, and how much is in use: msgctl(2), shmctl(2),
 * semctl(2) with IPC_INFO and *_INFO; mq_overview(7), /proc/sys/fs/mqueue; getrlimit(2); statvfs(3) of /dev/shm.
 * Left out are swap_attempts and swap_successes of shmctl(2), which Linux has not counted since 2.4. */
#ifndef PROBE_LIMITS_H
#define PROBE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct limit {
	const char *name;   /* as the kernel's documentation calls it: "MSGMNI" */
	const char *what;   /* "message queues" */
	const char *unit;   /* "bytes", "pages", "" of what is counted */
	bool limited, used_known;
	uint64_t limit, used; /* of what limits each one (the largest segment): used by the largest that is there */
	const char *why;    /* why what is used is not known; NULL: it is, or there is no such thing */
};

enum { LIMITS_MOST = 40 };

/* Fills in at most LIMITS_MOST and returns how many: what cannot be read is left out. What the largest segment, the
 * largest set and the number of POSIX queues come to a list of the objects tells: that is for the caller to add. */
int limits_read(struct limit out[LIMITS_MOST]);

#endif

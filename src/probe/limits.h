/* SPDX-License-Identifier: MIT */
/* What limits there are for System V and POSIX objects, and how much is in use: msgctl(2), shmctl(2),
 * semctl(2) with IPC_INFO and *_INFO; mq_overview(7), /proc/sys/fs/mqueue; statvfs(3) of /dev/shm. */
#ifndef PROBE_LIMITS_H
#define PROBE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct limit {
	const char *name;   /* as the kernel's documentation calls it: "MSGMNI" */
	const char *what;   /* "message queues" */
	const char *unit;   /* "bytes", "pages", "" of what is counted */
	bool limited, used_known;
	uint64_t limit, used;
};

enum { LIMITS_MOST = 32 };

/* Fills in at most LIMITS_MOST and returns how many: what cannot be read is left out. */
int limits_read(struct limit out[LIMITS_MOST]);

#endif

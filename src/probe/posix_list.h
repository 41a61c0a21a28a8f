/* SPDX-License-Identifier: MIT */
/* The POSIX objects of the machine that have names: message queues in /dev/mqueue (mq_overview(7)),
 * shared memory and semaphores in /dev/shm (shm_overview(7), sem_overview(7)).
 *
 * No call lists them: their folders do. /dev/mqueue need not be mounted; then queues are there, and
 * nobody can list them. */
#ifndef PROBE_POSIX_LIST_H
#define PROBE_POSIX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POSIX_NAME = 1 + 255 + 1 }; /* a slash, NAME_MAX, the end */

struct posix_named {
	char kind;       /* 'Q' message queue, 'M' shared memory, 'S' semaphore */
	char name[POSIX_NAME]; /* with its slash: "/q"; raw bytes, terminated; compared with zeros behind */
	unsigned mode;   /* permission bits, 0777 */
	unsigned uid;
	bool size_known; /* M: bytes of it. Q: bytes in all messages. S: its value */
	int64_t size;
	int64_t pages;   /* M: kernel pages in use, of 4096 bytes; else 0 */
	unsigned gid;
	int64_t changed; /* ctime, seconds since 1970 */
	uint64_t device, inode;
};

struct posix_names {
	struct posix_named *list; /* by kind, then by name */
	size_t count, room;
	bool queues_listed;       /* /dev/mqueue is mounted and may be read */
};

/* Reads the two folders; what comes and goes meanwhile may be missing. Reuses out's memory. 0, or
 * -errno when neither could be read. */
int posix_names_read(const char *mqueue, const char *shm, struct posix_names *out);
void posix_names_free(struct posix_names *n);

/* Where they are on Linux with glibc. */
#define POSIX_MQUEUE "/dev/mqueue"
#define POSIX_SHM "/dev/shm"

#endif

/* SPDX-License-Identifier: MIT */
/* File locks of the machine and who waits for them: /proc/locks (proc_locks(5)). It shows
 * those of processes in the reader's PID namespace, and all OFD locks. */
#ifndef PROBE_LOCKS_H
#define PROBE_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum lock_kind {
	LOCK_OTHER, /* of a kind that we do not know */
	LOCK_POSIX, /* fcntl(2) F_SETLK: of a process */
	LOCK_OFD,   /* fcntl(2) F_OFD_SETLK: of an open file description */
	LOCK_FLOCK, /* flock(2): of an open file description, though it shows who asked */
	LOCK_LEASE, /* fcntl(2) F_SETLEASE, and the kernel's own delegations */
};

enum lock_access { LOCK_FOR_NOTHING, LOCK_FOR_READING, LOCK_FOR_WRITING };

struct lock {
	int64_t number;         /* of the line in this reading; a waiter has that of what it waits for */
	enum lock_kind kind;
	enum lock_access access; /* of a lease that is being broken: what will be left */
	bool breaking;          /* of a lease */
	pid_t pid;              /* -1 for OFD locks: fdinfo's "lock:" tells whose descriptor it is */
	/* Of the file, as st_dev and st_ino; on btrfs and overlayfs stat(2) shows another device.
	 * Both 0 where the kernel names none (who waits for a lease to be broken). */
	uint64_t device, inode;
	int64_t start, end;     /* bytes, both included; end -1: to the end of the file */
	int depth;              /* 0 held, 1 waits for the one held, 2 waits for that waiter ... */
	int waits_for;          /* index in the list of what it waits for directly, or -1 */
};

struct locks {
	struct lock *list; /* in the kernel's order: waiters behind what they wait for */
	size_t count, room;
};

/* Parses one line without its newline, any bytes whatever: of /proc/locks, or what stands
 * behind "lock:" and a tab in fdinfo. waits_for is -1. False for nonsense. */
bool lock_parse(const char *line, size_t length, struct lock *out);

/* Parses a whole /proc/locks; lines without sense, or cut short, are passed over. Reuses out's
 * memory. */
void locks_parse(const char *text, size_t length, struct locks *out);

/* Reads and parses. 0 or -errno. Reuses out's memory. */
int locks_read(struct locks *out);
void locks_free(struct locks *l);

#endif

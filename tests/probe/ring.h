/* SPDX-License-Identifier: MIT */
/* An io_uring for tests, by system calls alone. */
#ifndef TESTS_PROBE_RING_H
#define TESTS_PROBE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of operations and flags that every kernel with rings has (Linux 5.6). */
enum { RING_NOP = 0, RING_POLL = 6, RING_TIMEOUT = 11, RING_ACCEPT = 13, RING_READ = 22, RING_WRITE = 23 };
enum { RING_FIXED_FILE = 1, RING_LINK = 4, RING_ASYNC = 16 };

struct ring {
	int fd;
	unsigned entries;
	unsigned char *rings;
	unsigned char *sqes;
	size_t rings_size;
	uint32_t *sq_head, *sq_tail, *sq_order, *cq_head;
};

/* Makes one; flags are IORING_SETUP_... False where the kernel has none, or forbids it. */
bool ring_make(struct ring *r, unsigned entries, unsigned flags);

/* Puts an entry into the queue. `events` are a poll's. Data go to and come from a buffer of 64 KiB. */
void ring_add(struct ring *r, int operation, int flags, int fd, uint64_t user_data, unsigned length, unsigned events);

/* io_uring_enter(2): hands over so many, and waits for so many completions. */
int ring_enter(struct ring *r, unsigned submit, unsigned want);

/* Says that one completion was seen. */
void ring_seen(struct ring *r);

/* Registers files; whether that worked. */
bool ring_register(struct ring *r, const int *fds, unsigned n);

/* Unmaps it: its descriptor remains. */
void ring_unmap(struct ring *r);

#endif

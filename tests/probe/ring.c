/* SPDX-License-Identifier: MIT */
/* A ring by io_uring_setup(2), io_uring_enter(2) and io_uring_register(2), which have no wrappers but in a library
 * that nobody needs for this. */
#include "tests/probe/ring.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __has_include
#if __has_include(<linux/io_uring.h>) && defined SYS_io_uring_setup
#define HAS_RINGS
#include <linux/io_uring.h>
#endif
#endif

#ifdef HAS_RINGS

static unsigned char data[65536];

bool ring_make(struct ring *r, unsigned entries, unsigned flags)
{
	struct io_uring_params p = { .flags = flags };

	*r = (struct ring){ .entries = entries };
	r->fd = (int)syscall(SYS_io_uring_setup, entries, &p);
	if (r->fd < 0)
		return false;
	r->rings_size = p.sq_off.array + p.sq_entries * sizeof(uint32_t);
	r->rings = mmap(NULL, r->rings_size, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQ_RING);
	r->sqes = mmap(NULL, (size_t)p.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED, r->fd,
		       IORING_OFF_SQES);
	if (!(p.features & IORING_FEAT_SINGLE_MMAP) || r->rings == MAP_FAILED || r->sqes == MAP_FAILED)
		return false;
	r->sq_head = (uint32_t *)(void *)(r->rings + p.sq_off.head);
	r->sq_tail = (uint32_t *)(void *)(r->rings + p.sq_off.tail);
	r->sq_order = (uint32_t *)(void *)(r->rings + p.sq_off.array);
	r->cq_head = (uint32_t *)(void *)(r->rings + p.cq_off.head);
	return true;
}

void ring_add(struct ring *r, int operation, int flags, int fd, uint64_t user_data, unsigned length, unsigned events)
{
	static const int64_t timeout[2] = { 1000, 0 };
	uint32_t place = *r->sq_tail & (r->entries - 1);
	struct io_uring_sqe *e = (struct io_uring_sqe *)(void *)r->sqes + place;

	memset(e, 0, sizeof *e);
	e->opcode = (uint8_t)operation;
	e->flags = (uint8_t)flags;
	e->fd = fd;
	e->user_data = user_data;
	e->len = operation == RING_TIMEOUT ? 1 : length;
	e->addr = operation == RING_TIMEOUT ? (uint64_t)(uintptr_t)timeout : operation == RING_ACCEPT ||
		  operation == RING_POLL ? 0 : (uint64_t)(uintptr_t)data;
	if (operation == RING_READ || operation == RING_WRITE)
		e->off = UINT64_MAX;
	if (operation == RING_POLL)
		e->poll32_events = events;
	r->sq_order[place] = place;
	__atomic_store_n(r->sq_tail, *r->sq_tail + 1, __ATOMIC_RELEASE);
}

int ring_enter(struct ring *r, unsigned submit, unsigned want)
{
	return (int)syscall(SYS_io_uring_enter, r->fd, submit, want, IORING_ENTER_GETEVENTS, NULL, 0);
}

void ring_seen(struct ring *r)
{
	__atomic_store_n(r->cq_head, *r->cq_head + 1, __ATOMIC_RELEASE);
}

bool ring_register(struct ring *r, const int *fds, unsigned n)
{
	return syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_FILES, fds, n) == 0;
}

void ring_unmap(struct ring *r)
{
	munmap(r->rings, r->rings_size);
	munmap(r->sqes, (size_t)r->entries * sizeof(struct io_uring_sqe));
}

#else

bool ring_make(struct ring *r, unsigned entries, unsigned flags)
{
	(void)entries;
	(void)flags;
	*r = (struct ring){ .fd = -1 };
	return false;
}

void ring_add(struct ring *r, int operation, int flags, int fd, uint64_t user_data, unsigned length, unsigned events)
{
	(void)r;
	(void)operation;
	(void)flags;
	(void)fd;
	(void)user_data;
	(void)length;
	(void)events;
}

int ring_enter(struct ring *r, unsigned submit, unsigned want)
{
	(void)r;
	(void)submit;
	(void)want;
	return -1;
}

void ring_seen(struct ring *r)
{
	(void)r;
}

bool ring_register(struct ring *r, const int *fds, unsigned n)
{
	(void)r;
	(void)fds;
	(void)n;
	return false;
}

void ring_unmap(struct ring *r)
{
	(void)r;
}

#endif

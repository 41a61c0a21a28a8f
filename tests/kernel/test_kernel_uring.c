/* SPDX-License-Identifier: MIT */
/* What we assume of io_uring, seen from outside: entries and completions stay in the ring's memory, the counters and
 * the list of operations of its fdinfo, and the kernel's workers among a process's threads. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe/memory.h"
#include "probe/procfs.h"
#include "probe/uring.h"
#include "tests/probe/child.h"
#include "tests/probe/ring.h"
#include "tests/unit.h"

static void needs_rings(void)
{
	struct ring r;

	if (!child_shows_calls() || !ring_make(&r, 1, 0))
		unit_skip("no /proc/PID/syscall or no io_uring here");
	ring_unmap(&r);
	close(r.fd);
}

/* Where its mappings are, for who reads them: shared before the fork. */
struct shared { void *sqes; };

static int read_from_a_pipe(void *arg)
{
	struct shared *shared = arg;
	struct ring r;
	int ends[2];

	if (pipe(ends) != 0 || !ring_make(&r, 4, 0))
		return 1;
	shared->sqes = r.sqes;
	ring_add(&r, RING_NOP, 0, -1, 71, 0, 0);
	ring_add(&r, RING_READ, 0, ends[0], 72, 3, 0);
	alarm(120);
	return ring_enter(&r, 2, 2);
}

START_TEST(entries_stay_after_they_were_taken)
{
	struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned char entry[64];
	struct child c;
	struct uring u;
	uint64_t user_data;

	needs_rings();
	ck_assert_ptr_ne(shared, MAP_FAILED);
	child_start(&c, read_from_a_pipe, shared);
	child_await_name(&c, "io_uring_enter", NULL);
	ck_assert_int_eq(uring_read(c.procdir, c.pid, uring_only(c.procdir), &u), 0);
	if (u.info.has & URING_HAS_COUNTERS) {
		ck_assert_uint_eq(u.info.taken, 2);
		ck_assert_uint_eq(u.info.posted, 1);
	}
	ck_assert_uint_eq(u.info.n_armed, 1);
	ck_assert_int_eq(u.info.armed[0], RING_READ);
	ck_assert(u.memory);
	/* Before Linux 6.10 nobody else can read the mapping itself: EFAULT. */
	if (memory_read(c.pid, (uint64_t)(uintptr_t)shared->sqes + 64, entry, sizeof entry) == (ssize_t)sizeof entry) {
		memcpy(&user_data, entry + 32, sizeof user_data);
		ck_assert_int_eq(entry[0], RING_READ);
		ck_assert_uint_eq(user_data, 72);
	}
	uring_free(&u);
	child_stop(&c);
	munmap(shared, sizeof *shared);
}
END_TEST

/* Whether it stands among the process's threads: workers do from Linux 5.12 on. */
static bool is_thread(const struct child *c, pid_t tid)
{
	char name[48];

	snprintf(name, sizeof name, "task/%d", (int)tid);
	return tid > 0 && faccessat(c->procdir, name, F_OK, 0) == 0;
}

static unsigned flags_of(const struct child *c, pid_t tid)
{
	char name[48], text[512];
	unsigned flags = 0;

	snprintf(name, sizeof name, "task/%d/stat", (int)tid);
	ck_assert_int_gt(procfs_read(c->procdir, name, text, sizeof text), 0);
	ck_assert_int_eq(sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %u", &flags), 1);
	return flags;
}

static int poll_the_queue(void *unused)
{
	struct ring r;

	(void)unused;
	alarm(120);
	return ring_make(&r, 4, 2) ? ring_enter(&r, 0, 1) : 1; /* IORING_SETUP_SQPOLL */
}

START_TEST(workers_are_told_by_their_flags)
{
	enum { IO_WORKER = 0x10 };
	struct child c;
	struct uring u;
	int64_t deadline = 0;
	pid_t tid;

	needs_rings();
	child_start(&c, poll_the_queue, NULL);
	child_await_name(&c, "io_uring_enter", NULL);
	/* It is not told while that thread holds the ring; until it has begun, its maker's number stands there. */
	do {
		ck_assert_int_eq(uring_read(c.procdir, c.pid, uring_only(c.procdir), &u), 0);
		tid = u.info.poller;
		uring_free(&u);
	} while ((tid < 0 || tid == c.pid) && child_wait(&deadline));
	ck_assert_int_gt(tid, 0);
	if (!is_thread(&c, tid)) {
		child_stop(&c);
		unit_skip("before Linux 5.12 it is a thread of the kernel's own");
	}
	ck_assert_uint_eq(flags_of(&c, tid) & IO_WORKER, IO_WORKER);
	ck_assert_uint_eq(flags_of(&c, c.pid) & IO_WORKER, 0);
	child_stop(&c);
}
END_TEST

Suite *suite_kernel_uring(void)
{
	Suite *s = suite_create("kernel_uring");
	TCase *t = tcase_create("kernel_uring");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, entries_stay_after_they_were_taken);
	tcase_add_test(t, workers_are_told_by_their_flags);
	suite_add_tcase(s, t);
	return s;
}

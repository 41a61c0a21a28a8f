/* SPDX-License-Identifier: MIT */
/* What we assume of pipes and FIFOs: slots, merging, waking, packets, opening. The model of
 * slots and half of the lessons rest on this. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe/status.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/unit.h"

enum { SLOTS = 16 };

static char buf[1 << 20];

static int page(void)
{
	return (int)sysconf(_SC_PAGESIZE);
}

static void make(int end[2], int flags)
{
	ck_assert_int_eq(pipe2(end, O_NONBLOCK | flags), 0);
}

static void close_both(const int end[2])
{
	close(end[0]);
	close(end[1]);
}

static int level(int fd)
{
	int bytes = -1;

	ck_assert_int_eq(ioctl(fd, FIONREAD, &bytes), 0);
	return bytes;
}

static bool writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	ck_assert_int_ge(poll(&p, 1, 0), 0);
	return p.revents & POLLOUT;
}

/* Writes `size` bytes at a time until the pipe takes no more; returns how often it did. */
static int fill(int fd, int size)
{
	int times = 0;

	while (write(fd, buf, (size_t)size) == size)
		times++;
	ck_assert_int_eq(errno, EAGAIN);
	return times;
}

static void put(int fd, int size)
{
	ck_assert_int_eq(write(fd, buf, (size_t)size), size);
}

static void take(int fd, int size)
{
	ck_assert_int_eq(read(fd, buf, (size_t)size), size);
}

START_TEST(a_pipe_has_16_slots_of_a_page)
{
	int end[2];

	make(end, 0);
	ck_assert_int_eq(fcntl(end[0], F_GETPIPE_SZ), SLOTS * page());
	ck_assert_int_eq(fill(end[1], page()), SLOTS);
	ck_assert_int_eq(level(end[0]), SLOTS * page());
	ck_assert(!writable(end[1]));
	close_both(end);
}
END_TEST

START_TEST(single_bytes_fill_it_to_the_last)
{
	int end[2];

	make(end, 0);
	ck_assert_int_eq(fill(end[1], 1), SLOTS * page());
	ck_assert_int_eq(level(end[1]), SLOTS * page());
	close_both(end);
}
END_TEST

/* 32,784 bytes with pages of 4,096: no two such writes share a page. */
START_TEST(writes_of_half_a_page_and_one_fill_it_half)
{
	int end[2], size = page() / 2 + 1;

	make(end, 0);
	ck_assert_int_eq(fill(end[1], size), SLOTS);
	ck_assert_int_eq(level(end[0]), SLOTS * size);
	ck_assert(!writable(end[1]));
	close_both(end);
	make(end, 0);
	ck_assert_int_eq(fill(end[1], page() / 2), 2 * SLOTS);
	close_both(end);
}
END_TEST

/* Sizes in bytes of pages of 4,096: positive ones are written, negative ones read. */
static const struct {
	int steps[6];
	int slots;
} merges[] = {
	{ { 1 }, 1 },
	{ { 4096 }, 1 },
	{ { 4097 }, 2 },
	{ { 1000, 3096 }, 1 },              /* fits just into the last page */
	{ { 1000, 3097 }, 2 },              /* does not: nothing of it goes there */
	{ { 1000, 4196 }, 2 },              /* the odd 100 bytes do, though they come first */
	{ { 1000, 4096 + 3097 }, 3 },       /* the odd 3,097 do not */
	{ { 1000, 4096 }, 2 },              /* nothing odd: a page of its own */
	{ { 4096, 1 }, 2 },
	{ { 4096, 1, 1, 1 }, 2 },
	{ { 2049, 2049, 2047 }, 2 },
	{ { 4000, -3000, 96 }, 1 },         /* the room that was read is no room to write */
	{ { 4000, -3000, 97 }, 2 },
	{ { 4000, -4000, 1 }, 1 },          /* an empty pipe starts a page */
	{ { 4096, 4096, -4096, -4095 }, 1 }, /* free is what was read to its last byte */
	{ { 4096, 4096, -4096, -4096 }, 0 },
};

START_TEST(odd_bytes_merge_into_the_last_page)
{
	int end[2];

	if (page() != 4096)
		unit_skip("pages are not of 4096 bytes");
	make(end, 0);
	for (const int *step = merges[_i].steps; *step; step++)
		*step > 0 ? put(end[1], *step) : take(end[0], -*step);
	/* Whole pages never merge: how many still go in is how many slots are free. */
	ck_assert_int_eq(SLOTS - fill(end[1], page()), merges[_i].slots);
	close_both(end);
}
END_TEST

START_TEST(merging_goes_on_in_a_full_pipe)
{
	int end[2];

	make(end, 0);
	for (int i = 1; i < SLOTS; i++)
		put(end[1], page());
	put(end[1], 100);
	ck_assert(!writable(end[1])); /* poll asks for a free slot */
	put(end[1], page() - 100);    /* write does not need one */
	ck_assert_int_eq(write(end[1], buf, 1), -1);
	ck_assert_int_eq(errno, EAGAIN);
	close_both(end);
}
END_TEST

START_TEST(pollout_comes_with_a_whole_slot)
{
	int end[2];

	make(end, 0);
	fill(end[1], page());
	take(end[0], page() - 1);
	ck_assert(!writable(end[1]));
	ck_assert_int_eq(write(end[1], buf, 1), -1);
	take(end[0], 1);
	ck_assert(writable(end[1]));
	put(end[1], 1);
	close_both(end);
}
END_TEST

static int write_one(void *fd)
{
	return write(*(int *)fd, "x", 1) != 1;
}

static uint64_t switches(const struct child *c)
{
	struct status s;

	ck_assert_int_eq(status_read(c->procdir, &s), 0);
	ck_assert(s.has & STATUS_HAS_SWITCHES);
	return s.voluntary;
}

START_TEST(a_writer_wakes_when_a_whole_slot_is_free)
{
	struct syscall_state before, after;
	struct child c;
	int end[2];
	uint64_t count;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	make(end, 0);
	fill(end[1], page());
	fcntl(end[1], F_SETFL, 0);
	child_start(&c, write_one, &end[1]);
	child_await_call(&c, SYS_write, &before);
	ck_assert_uint_eq(before.argument[0], (unsigned)end[1]);
	count = switches(&c);
	/* Reading wakes, if at all, before it returns: what is not seen now will not come. */
	take(end[0], page() - 1);
	syscall_read(c.procdir, &after);
	ck_assert(syscall_same(&before, &after));
	ck_assert_uint_eq(switches(&c), count);
	take(end[0], 1);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	close_both(end);
}
END_TEST

START_TEST(packets_take_a_slot_each)
{
	int end[2];

	make(end, O_DIRECT);
	ck_assert_int_eq(fill(end[1], 1), SLOTS);
	ck_assert_int_eq(level(end[0]), SLOTS);
	ck_assert_int_eq(read(end[0], buf, 100), 1); /* one packet, however much is asked for */
	put(end[1], page());
	close_both(end);
	make(end, O_DIRECT);
	put(end[1], 10);
	ck_assert_int_eq(read(end[0], buf, 4), 4); /* the rest of the packet is lost */
	ck_assert_int_eq(read(end[0], buf, 4), -1);
	ck_assert_int_eq(errno, EAGAIN);
	close_both(end);
}
END_TEST

START_TEST(capacity_can_be_changed)
{
	int end[2];

	make(end, 0);
	ck_assert_int_eq(fcntl(end[1], F_SETPIPE_SZ, 1), page());
	ck_assert_int_eq(fcntl(end[1], F_SETPIPE_SZ, 2 * page() + 1), 4 * page());
	ck_assert_int_eq(fill(end[1], page()), 4);
	ck_assert_int_eq(fcntl(end[1], F_SETPIPE_SZ, page()), -1);
	ck_assert_int_eq(errno, EBUSY);
	ck_assert_int_eq(fcntl(end[0], F_SETPIPE_SZ, 8 * page()), 8 * page());
	ck_assert_int_eq(fill(end[1], page()), 4);
	close_both(end);
}
END_TEST

START_TEST(small_writes_go_whole_or_not_at_all)
{
	int end[2];

	make(end, 0);
	for (int i = 1; i < SLOTS; i++)
		put(end[1], page());
	put(end[1], page() - 1);
	ck_assert_int_eq(write(end[1], buf, 2), -1);
	ck_assert_int_eq(errno, EAGAIN);
	take(end[0], page());
	ck_assert_int_eq(write(end[1], buf, 3 * (size_t)page()), page()); /* above PIPE_BUF: in part */
	close_both(end);
}
END_TEST

START_TEST(ends_that_close_are_noticed)
{
	int end[2];

	signal(SIGPIPE, SIG_IGN);
	make(end, 0);
	put(end[1], 3);
	close(end[1]);
	take(end[0], 3);
	ck_assert_int_eq(read(end[0], buf, 1), 0);
	close(end[0]);
	make(end, 0);
	close(end[0]);
	ck_assert_int_eq(write(end[1], buf, 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	close(end[1]);
	signal(SIGPIPE, SIG_DFL);
}
END_TEST

static char fifo[80];

static void make_fifo(void)
{
	snprintf(fifo, sizeof fifo, "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
}

static int open_it(void *flags)
{
	return open(fifo, *(int *)flags) < 0;
}

START_TEST(opening_a_fifo_waits_for_the_other_end)
{
	static const int mine[] = { O_RDONLY, O_WRONLY }, other[] = { O_WRONLY, O_RDONLY };
	struct syscall_state state;
	struct child c;
	int flags = mine[_i], fd;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	make_fifo();
	child_start(&c, open_it, &flags);
	child_await_name(&c, "openat", &state);
	ck_assert_int_eq((int)state.argument[0], AT_FDCWD);
	ck_assert_uint_eq(state.argument[1], (uintptr_t)fifo);
	fd = open(fifo, other[_i]); /* which waits for nobody */
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	close(fd);
}
END_TEST

START_TEST(opening_a_fifo_without_waiting)
{
	int reader, writer, both;

	make_fifo();
	ck_assert_int_eq(open(fifo, O_WRONLY | O_NONBLOCK), -1);
	ck_assert_int_eq(errno, ENXIO);
	reader = open(fifo, O_RDONLY | O_NONBLOCK);
	ck_assert_int_ge(reader, 0);
	ck_assert_int_eq(read(reader, buf, 1), 0); /* no writer yet: the end of the file */
	writer = open(fifo, O_WRONLY | O_NONBLOCK);
	ck_assert_int_ge(writer, 0);
	ck_assert_int_eq(read(reader, buf, 1), -1);
	ck_assert_int_eq(errno, EAGAIN);
	both = open(fifo, O_RDWR); /* undefined by POSIX; Linux lets it, at once */
	ck_assert_int_ge(both, 0);
	ck_assert_int_eq(fcntl(both, F_GETPIPE_SZ), SLOTS * page());
	close(reader);
	close(writer);
	close(both);
}
END_TEST

Suite *suite_kernel_pipe(void)
{
	Suite *suite = suite_create("kernel_pipe");
	TCase *slots = tcase_create("slots"), *ends = tcase_create("ends");

	tcase_add_test(slots, a_pipe_has_16_slots_of_a_page);
	tcase_add_test(slots, single_bytes_fill_it_to_the_last);
	tcase_add_test(slots, writes_of_half_a_page_and_one_fill_it_half);
	tcase_add_loop_test(slots, odd_bytes_merge_into_the_last_page, 0,
			    sizeof merges / sizeof *merges);
	tcase_add_test(slots, merging_goes_on_in_a_full_pipe);
	tcase_add_test(slots, pollout_comes_with_a_whole_slot);
	tcase_add_test(slots, a_writer_wakes_when_a_whole_slot_is_free);
	tcase_add_test(slots, packets_take_a_slot_each);
	tcase_add_test(slots, capacity_can_be_changed);
	suite_add_tcase(suite, slots);
	folder_use(ends);
	tcase_add_test(ends, small_writes_go_whole_or_not_at_all);
	tcase_add_test(ends, ends_that_close_are_noticed);
	tcase_add_loop_test(ends, opening_a_fifo_waits_for_the_other_end, 0, 2);
	tcase_add_test(ends, opening_a_fifo_without_waiting);
	suite_add_tcase(suite, ends);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* The model of a pipe's slots against the pipes of the running kernel. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "stage/slots.h"

struct trial {
	int fd[2];
	struct slots model;
	unsigned seed, first_seed;
	int step;
	bool packets;
};

static uint8_t scratch[1 << 20];

static unsigned page(void)
{
	return (unsigned)sysconf(_SC_PAGESIZE);
}

static void trial_open(struct trial *t, unsigned seed)
{
	*t = (struct trial){ .seed = seed, .first_seed = seed };
	ck_assert_int_eq(pipe2(t->fd, O_NONBLOCK), 0);
	slots_init(&t->model, page(), fcntl(t->fd[1], F_GETPIPE_SZ));
}

static void trial_close(struct trial *t)
{
	close(t->fd[0]);
	close(t->fd[1]);
}

static int64_t between(struct trial *t, int64_t least, int64_t most)
{
	return least + rand_r(&t->seed) % (most - least + 1);
}

static int64_t kernel_bytes(const struct trial *t)
{
	int bytes;

	ck_assert_int_eq(ioctl(t->fd[0], FIONREAD, &bytes), 0);
	return bytes;
}

static bool kernel_writable(const struct trial *t)
{
	struct pollfd p = { .fd = t->fd[1], .events = POLLOUT };

	ck_assert_int_ge(poll(&p, 1, 0), 0);
	return p.revents & POLLOUT;
}

static void agree(struct trial *t, const char *after)
{
	int64_t bytes = kernel_bytes(t);
	bool writable = kernel_writable(t);

	ck_assert_msg(t->model.bytes == bytes, "seed %u, step %d: after %s %lld bytes, %lld in the kernel",
		      t->first_seed, t->step, after, (long long)t->model.bytes, (long long)bytes);
	ck_assert_msg((t->model.count < t->model.max) == writable, "seed %u, step %d: after %s %u of %u slots, POLLOUT %d",
		      t->first_seed, t->step, after, t->model.count, t->model.max, writable);
	slots_check(&t->model, bytes, true, writable, true);
	ck_assert_msg(t->model.trusted, "seed %u, step %d: after %s the model gave up: %s", t->first_seed, t->step, after,
		      t->model.why);
}

static void do_write(struct trial *t, int64_t n)
{
	ssize_t put = write(t->fd[1], scratch, (size_t)n);
	int64_t fits = slots_write(&t->model, n, t->packets);

	if (put < 0) {
		ck_assert_int_eq(errno, EAGAIN);
		put = 0;
	}
	ck_assert_msg(fits == put, "seed %u, step %d: write(%lld) = %lld, the model says %lld", t->first_seed, t->step,
		      (long long)n, (long long)put, (long long)fits);
}

/* Whole pages fill one slot each, whatever is there: so the free ones are counted. */
static void do_fill(struct trial *t)
{
	unsigned free_slots = t->model.max - t->model.count, pages = 0;

	while (write(t->fd[1], scratch, page()) == page()) {
		slots_write(&t->model, page(), t->packets);
		pages++;
	}
	ck_assert_msg(pages == free_slots, "seed %u, step %d: %u slots were free, the model says %u", t->first_seed,
		      t->step, pages, free_slots);
}

static void do_read(struct trial *t, int64_t n)
{
	ssize_t got = read(t->fd[0], scratch, (size_t)n);

	if (got > 0)
		slots_read(&t->model, got, true);
	else
		ck_assert(got < 0 && errno == EAGAIN && t->model.bytes == 0);
}

static void do_resize(struct trial *t)
{
	int to = (int)(page() << between(t, 0, 6));
	int got = fcntl(t->fd[1], F_SETPIPE_SZ, to);

	if (got >= 0)
		slots_resize(&t->model, got);
	else
		ck_assert_msg(errno == EBUSY || errno == EPERM, "F_SETPIPE_SZ: %d", errno);
}

static int64_t some_size(struct trial *t)
{
	switch (between(t, 0, 5)) {
	case 0:
		return between(t, 1, 16);
	case 1:
		return page();
	case 2:
		return between(t, page() - 8, page() + 8);
	default:
		return between(t, 1, 10000);
	}
}

static void step(struct trial *t, bool resize)
{
	int what = (int)between(t, 0, resize ? 41 : 39);

	t->step++;
	if (what == 39) {
		do_fill(t);
		agree(t, "filling it");
	} else if (what < 20) {
		do_write(t, some_size(t));
		agree(t, "a write");
	} else if (what < 39) {
		do_read(t, some_size(t));
		agree(t, "a read");
	} else {
		do_resize(t);
		agree(t, "F_SETPIPE_SZ");
	}
}

START_TEST(bytes_and_fullness_as_the_kernel_says)
{
	unsigned seed = (unsigned)time(NULL) * 31u + (unsigned)_i;
	struct trial t;

	trial_open(&t, seed);
	for (int i = 0; i < 5000; i++)
		step(&t, true);
	trial_close(&t);
}
END_TEST

START_TEST(packets_as_the_kernel_says)
{
	unsigned seed = (unsigned)time(NULL) * 37u + (unsigned)_i;
	struct trial t;

	trial_open(&t, seed);
	if (fcntl(t.fd[1], F_SETFL, O_NONBLOCK | O_DIRECT) < 0) {
		trial_close(&t);
		unit_skip("no packets: F_SETFL refuses O_DIRECT");
	}
	t.packets = true;
	for (int i = 0; i < 5000; i++)
		step(&t, true);
	trial_close(&t);
}
END_TEST

/* Packets and bytes by turns, as F_SETFL allows. */
START_TEST(packets_among_bytes)
{
	unsigned seed = (unsigned)time(NULL) * 41u + (unsigned)_i;
	struct trial t;

	trial_open(&t, seed);
	for (int i = 0; i < 5000; i++) {
		if (between(&t, 0, 9) == 0) {
			t.packets = !t.packets;
			if (fcntl(t.fd[1], F_SETFL, O_NONBLOCK | (t.packets ? O_DIRECT : 0)) < 0) {
				trial_close(&t);
				unit_skip("no packets: F_SETFL refuses O_DIRECT");
			}
		}
		step(&t, false);
	}
	trial_close(&t);
}
END_TEST

/* What kernel-facts.md measured, without a kernel. */
START_TEST(figures)
{
	static const struct { int64_t each; int times; unsigned slots; int64_t bytes; } rows[] = {
		{ 1, 65536, 16, 65536 }, { 2049, 16, 16, 32784 }, { 3000, 16, 16, 48000 }, { 4096, 16, 16, 65536 },
		{ 65536, 1, 16, 65536 }, { 4097, 1, 2, 4097 }, { 1, 4096, 1, 4096 }, { 1, 4097, 2, 4097 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct slots s;

		slots_init(&s, 4096, 65536);
		for (int k = 0; k < rows[i].times; k++)
			ck_assert_int_eq(slots_write(&s, rows[i].each, false), rows[i].each);
		ck_assert_uint_eq(s.count, rows[i].slots);
		ck_assert_int_eq(s.bytes, rows[i].bytes);
	}
}
END_TEST

START_TEST(a_slot_is_free_when_its_last_byte_is_read)
{
	struct slots s;

	slots_init(&s, 4096, 65536);
	slots_write(&s, 65536, false);
	slots_read(&s, 4095, false);
	ck_assert_uint_eq(s.count, 16);
	ck_assert_uint_eq(slots_at(&s, 0)->start, 4095);
	ck_assert_uint_eq(slots_at(&s, 0)->fill, 1);
	ck_assert_int_eq(slots_write(&s, 1, false), 0);
	slots_read(&s, 1, false);
	ck_assert_uint_eq(s.count, 15);
	ck_assert_int_eq(slots_write(&s, 1, false), 1);
	ck_assert_uint_eq(s.count, 16);
}
END_TEST

START_TEST(what_does_not_agree_is_withheld_until_empty)
{
	struct slots s;

	slots_init(&s, 4096, 65536);
	slots_write(&s, 100, false);
	slots_check(&s, 101, false, false, false); /* not settled: says nothing */
	ck_assert(s.trusted);
	slots_check(&s, 101, false, false, true);
	ck_assert(!s.trusted);
	ck_assert_ptr_nonnull(s.why);
	slots_check(&s, 100, false, false, true);
	ck_assert(!s.trusted);
	slots_check(&s, 0, false, false, true);
	ck_assert(s.trusted);
	ck_assert_uint_eq(s.count, 0);
	slots_write(&s, 65536, false);
	slots_check(&s, 65536, true, true, true); /* full, says the model; POLLOUT says otherwise */
	ck_assert(!s.trusted);
	slots_init(&s, 4096, 65536);
	slots_write(&s, 10, false);
	slots_read(&s, 11, false);
	ck_assert(!s.trusted);
	slots_init(&s, 4096, 4096 * (SLOTS_KEPT + 1));
	ck_assert(!s.trusted);
}
END_TEST

Suite *suite_slots(void)
{
	Suite *s = suite_create("slots");
	TCase *t = tcase_create("model");

	tcase_add_test(t, figures);
	tcase_add_test(t, a_slot_is_free_when_its_last_byte_is_read);
	tcase_add_test(t, what_does_not_agree_is_withheld_until_empty);
	suite_add_tcase(s, t);
	t = tcase_create("kernel");
	tcase_add_loop_test(t, bytes_and_fullness_as_the_kernel_says, 0, 4);
	tcase_add_loop_test(t, packets_as_the_kernel_says, 0, 4);
	tcase_add_loop_test(t, packets_among_bytes, 0, 4);
	suite_add_tcase(s, t);
	return s;
}

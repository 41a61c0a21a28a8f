/* SPDX-License-Identifier: MIT */
/* What is under way in a ring: from texts and memories made up, and from real rings. */
#include "probe/uring.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "tests/probe/child.h"
#include "tests/probe/hostile.h"
#include "tests/probe/ring.h"
#include "tests/unit.h"

/* Linux 6.18. */
static const char text_of_6_18[] =
	"pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t435322\nSqMask:\t0x7\nSqHead:\t7\nSqTail:\t9\nCachedSqHead:\t7\n"
	"CqMask:\t0xf\nCqHead:\t0\nCqTail:\t1\nCachedCqTail:\t1\n"
	"SQEs:\t2\n"
	"    0: opcode:READ, fd:4, flags:0, off:0, addr:0x7ffe5fcb2b36, rw_flags:0x0, buf_index:0 user_data:1\n"
	"    1: opcode:READ, fd:1, flags:1, off:0, addr:0x7ffe5fcb2b36, rw_flags:0x0, buf_index:0 user_data:2\n"
	"CQEs:\t1\n    0: user_data:5, res:0, flag:0\nSqThread:\t4711\nSqThreadCpu:\t-1\nSqTotalTime:\t0\nSqWorkTime:\t0\n"
	"UserFiles:\t5\n    0: pipe:[435323]\n    1: pipe:[435324]\n    2: socket:[435325]\n    4: /tmp/a\\040b\n"
	"UserBufs:\t0\nPollList:\n  op=13, task_works=0\n  op=22, task_works=0\nCqOverflowList:\nNAPI:\tdisabled\n";

/* Linux 5.10. */
static const char text_of_5_10[] =
	"pos:\t0\nflags:\t02000002\nmnt_id:\t13\nSqThread:\t-1\nSqThreadCpu:\t-1\nUserFiles:\t2\n    0: <none>\n    1: passwd\n"
	"UserBufs:\t0\nPollList:\n  op=6, task_works=0\n";

START_TEST(the_text_of_a_new_kernel)
{
	struct uring_info i;

	uring_parse(text_of_6_18, strlen(text_of_6_18), &i);
	ck_assert_uint_eq(i.has, URING_HAS_COUNTERS | URING_HAS_ARMED | URING_HAS_INODE);
	ck_assert_uint_eq(i.taken, 7);
	ck_assert_uint_eq(i.sq_tail, 9);
	ck_assert_uint_eq(i.posted, 1);
	ck_assert_uint_eq(i.cq_head, 0);
	ck_assert_uint_eq(i.inode, 435322);
	ck_assert_int_eq(i.poller, 4711);
	ck_assert_uint_eq(i.n_armed, 2);
	ck_assert_int_eq(i.armed[0], 13);
	ck_assert_int_eq(i.armed[1], 22);
	ck_assert(!i.overflown);
}
END_TEST

START_TEST(the_text_of_an_old_kernel)
{
	struct uring_info i;

	uring_parse(text_of_5_10, strlen(text_of_5_10), &i);
	ck_assert_uint_eq(i.has, URING_HAS_ARMED);
	ck_assert_int_eq(i.poller, -1);
	ck_assert_uint_eq(i.n_armed, 1);
	ck_assert_int_eq(i.armed[0], 6);
}
END_TEST

START_TEST(completions_outside_of_the_ring)
{
	static const char text[] = "PollList:\nCqOverflowList:\n  user_data=5, res=0, flags=0\n";
	struct uring_info i;

	uring_parse(text, strlen(text), &i);
	ck_assert(i.overflown);
	ck_assert_uint_eq(i.n_armed, 0);
}
END_TEST

START_TEST(registered_files_have_names)
{
	char name[64];

	ck_assert(uring_file(text_of_6_18, strlen(text_of_6_18), 1, name, sizeof name));
	ck_assert_str_eq(name, "pipe:[435324]");
	ck_assert(uring_file(text_of_6_18, strlen(text_of_6_18), 4, name, sizeof name));
	ck_assert_str_eq(name, "/tmp/a\\040b");
	ck_assert(!uring_file(text_of_6_18, strlen(text_of_6_18), 3, name, sizeof name));
	ck_assert(!uring_file(text_of_5_10, strlen(text_of_5_10), 0, name, sizeof name));
	ck_assert(uring_file(text_of_5_10, strlen(text_of_5_10), 1, name, 4));
	ck_assert_str_eq(name, "pas");
}
END_TEST

static void is_sane(const char *text, size_t length)
{
	struct uring_info i;
	char name[16];

	uring_parse(text, length, &i);
	ck_assert_uint_le(i.n_armed, URING_ARMED);
	if (uring_file(text, length, 1, name, sizeof name))
		ck_assert_uint_lt(strlen(name), sizeof name);
}

START_TEST(any_bytes_are_borne)
{
	hostile_beginnings(text_of_6_18, strlen(text_of_6_18), is_sane);
	hostile_noise(text_of_6_18, strlen(text_of_6_18), is_sane);
}
END_TEST

/* --- memories made up ------------------------------------------------------------------------------- */

struct made_entry {
	uint8_t operation, flags;
	uint16_t unused;
	int32_t fd;
	uint64_t offset, address;
	uint32_t length, events;
	uint64_t user_data, rest[3];
};

struct made_completion { uint64_t user_data; int32_t result; uint32_t flags; };

enum { ENTRIES = 8, COMPLETIONS = 16 };

static struct made_entry entry[ENTRIES];
static struct made_completion completion[COMPLETIONS];
static uint32_t order[ENTRIES];
static struct uring_memory memory;
static struct uring under;

static void begin(void)
{
	memset(entry, 0, sizeof entry);
	memset(completion, 0, sizeof completion);
	memory = (struct uring_memory){ .entries = ENTRIES, .completions = COMPLETIONS, .sqe = entry, .cqe = completion,
					.order = order };
	under = (struct uring){ .info = { .has = URING_HAS_ARMED, .poller = -1 } };
	for (uint32_t i = 0; i < ENTRIES; i++)
		order[i] = i;
}

static struct made_entry *submit(int operation, int fd, uint64_t user_data)
{
	struct made_entry *e = &entry[memory.taken++ % ENTRIES];

	*e = (struct made_entry){ .operation = (uint8_t)operation, .fd = fd, .user_data = user_data };
	memory.queued = memory.taken;
	return e;
}

static void post(uint64_t user_data, unsigned flags)
{
	completion[memory.posted++ % COMPLETIONS] = (struct made_completion){ user_data, 0, flags };
}

static void arm(int operation)
{
	under.info.armed[under.info.n_armed++] = (unsigned char)operation;
}

static void is_request(size_t i, int operation, bool known, int fd)
{
	ck_assert_uint_lt(i, under.n);
	ck_assert_int_eq(under.request[i].operation, operation);
	ck_assert_int_eq(under.request[i].known, known);
	ck_assert_int_eq(under.request[i].fd, fd);
}

START_TEST(what_is_not_completed_is_under_way)
{
	begin();
	submit(RING_READ, 4, 1);
	submit(RING_NOP, -1, 2);
	submit(RING_POLL, 5, 3)->events = POLLIN;
	submit(RING_READ, 1, 4)->flags = RING_FIXED_FILE;
	post(2, 0);
	memory.queued++;
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 3);
	ck_assert_uint_eq(under.n, 3);
	is_request(0, RING_READ, true, 4);
	is_request(1, RING_POLL, true, 5);
	ck_assert_uint_eq(under.request[1].events, POLLIN);
	is_request(2, RING_READ, true, 1);
	ck_assert(under.request[2].fixed && !under.request[0].fixed);
	ck_assert_uint_eq(under.ready, 1);
	ck_assert_uint_eq(under.queued, 1);
}
END_TEST

START_TEST(nothing_is_under_way)
{
	begin();
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 0);
	submit(RING_READ, 4, 1);
	post(1, 0);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 0);
	ck_assert_uint_eq(under.n, 0);
}
END_TEST

START_TEST(entries_are_found_by_their_order)
{
	begin();
	submit(RING_READ, 4, 1);
	submit(RING_WRITE, 5, 2);
	order[0] = 1;
	order[1] = 0;
	post(2, 0);
	uring_pending(&memory, &under);
	ck_assert_uint_eq(under.n, 1);
	is_request(0, RING_READ, true, 4);
	/* Where there is none, what stands in its place is zero: IORING_SETUP_NO_SQARRAY. */
	order[0] = 0;
	uring_pending(&memory, &under);
	ck_assert_uint_eq(under.n, 1);
	is_request(0, RING_READ, true, 4);
	memory.order = NULL;
	uring_pending(&memory, &under);
	ck_assert_uint_eq(under.n, 1);
	is_request(0, RING_READ, true, 4);
}
END_TEST

START_TEST(an_entry_overwritten_long_ago)
{
	begin();
	submit(RING_ACCEPT, 3, 77);
	for (uint64_t i = 0; i < 50; i++) {
		submit(RING_READ, 4, 100 + i);
		post(100 + i, 0);
	}
	submit(RING_READ, 4, 200);
	arm(RING_READ);
	arm(RING_ACCEPT);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 2);
	ck_assert_uint_eq(under.n, 2);
	is_request(0, RING_READ, true, 4);
	is_request(1, RING_ACCEPT, false, -1);
}
END_TEST

START_TEST(one_user_data_for_all)
{
	begin();
	for (int i = 0; i < 50; i++) {
		submit(RING_READ, 4, 0);
		post(0, 0);
		submit(RING_WRITE, 5, 0);
		if (i < 49)
			post(0, 0);
	}
	arm(RING_WRITE);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 1);
	ck_assert_uint_eq(under.n, 1);
	is_request(0, RING_WRITE, true, 5);
	/* Of several descriptors none is told: it would be a guess. */
	entry[1].fd = 6;
	uring_pending(&memory, &under);
	ck_assert_uint_eq(under.n, 1);
	is_request(0, RING_WRITE, false, -1);
}
END_TEST

START_TEST(requests_that_complete_more_than_once)
{
	begin();
	submit(RING_POLL, 4, 1)->length = 1;
	for (int i = 0; i < 5; i++)
		post(1, 2);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 1);
	is_request(0, RING_POLL, true, 4);
	/* More than the ring holds: how many there are is not known, but the operation is on the list. */
	for (int i = 0; i < 50; i++)
		post(1, 2);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, -1);
	ck_assert_uint_eq(under.n, 0);
	arm(RING_POLL);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, -1);
	ck_assert_uint_eq(under.n, 1);
	is_request(0, RING_POLL, true, 4);
	/* The last one says that there are no more. */
	begin();
	submit(RING_POLL, 4, 1)->length = 1;
	post(1, 2);
	post(1, 0);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 0);
}
END_TEST

START_TEST(a_linked_request_has_not_begun)
{
	begin();
	submit(RING_READ, 4, 1)->flags = RING_LINK;
	submit(RING_WRITE, 5, 2);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 2);
	ck_assert(!under.request[0].behind);
	ck_assert(under.request[1].behind);
	post(1, 0);
	uring_pending(&memory, &under);
	ck_assert_uint_eq(under.n, 1);
	is_request(0, RING_WRITE, true, 5);
	ck_assert(!under.request[0].behind);
}
END_TEST

START_TEST(entries_of_another_size_are_not_told)
{
	begin();
	submit(RING_READ, 4, 1);
	submit(RING_NOP, 0, 0); /* the second half of an entry of 128 bytes */
	arm(RING_READ);
	arm(RING_READ);
	uring_pending(&memory, &under);
	ck_assert_int_eq(under.under_way, 2);
	ck_assert_uint_eq(under.n, 2);
	is_request(0, RING_READ, true, 4); /* it is on the list, and no other could be it */
	is_request(1, RING_READ, false, -1);
}
END_TEST

START_TEST(without_memory_they_are_counted)
{
	begin();
	under.info.has |= URING_HAS_COUNTERS;
	under.info.taken = 5;
	under.info.posted = 2;
	under.info.sq_tail = 6;
	arm(RING_READ);
	uring_pending(NULL, &under);
	ck_assert(!under.memory);
	ck_assert_int_eq(under.under_way, 3);
	ck_assert_uint_eq(under.queued, 1);
	ck_assert_uint_eq(under.n, 3);
	is_request(0, RING_READ, false, -1);
	is_request(1, -1, false, -1);
	is_request(2, -1, false, -1);
	under.info.has = URING_HAS_ARMED;
	uring_pending(NULL, &under);
	ck_assert_int_eq(under.under_way, -1);
	ck_assert_uint_eq(under.n, 1);
}
END_TEST

START_TEST(more_than_are_told_are_counted)
{
	begin();
	under.info.has |= URING_HAS_COUNTERS;
	under.info.taken = 100000;
	uring_pending(NULL, &under);
	ck_assert_int_eq(under.under_way, 100000);
	ck_assert_uint_eq(under.n, URING_REQUESTS);
}
END_TEST

/* --- real rings ---------------------------------------------------------------------------------- */

struct scenario { bool unmapped; int pipe[2], listener; };

/* 9 when there are no rings here. */
static int wait_in_a_ring(void *arg)
{
	struct scenario *s = arg;
	struct ring r;

	if (!ring_make(&r, 8, 0) || !ring_register(&r, s->pipe, 2))
		return 9;
	ring_add(&r, RING_NOP, 0, -1, 1, 0, 0);
	ring_add(&r, RING_READ, 0, s->pipe[0], 2, 8, 0);
	ring_add(&r, RING_READ, RING_FIXED_FILE, 0, 3, 8, 0);
	ring_add(&r, RING_POLL, 0, s->pipe[0], 4, 0, POLLIN);
	ring_add(&r, RING_ACCEPT, 0, s->listener, 5, 0, 0);
	ring_add(&r, RING_TIMEOUT, 0, -1, 6, 0, 0);
	if (s->unmapped)
		ring_unmap(&r);
	alarm(120);
	return ring_enter(&r, 6, 3) < 0 ? 9 : 1;
}

/* The ring's descriptor is the next free one. */
static void look_at(bool unmapped)
{
	struct sockaddr_un anywhere = { .sun_family = AF_UNIX };
	struct scenario s = { .unmapped = unmapped, .listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	struct uring u;
	struct child c;
	struct ring here;
	char name[64];
	int fd;

	if (!child_shows_calls() || !ring_make(&here, 8, 0))
		unit_skip("no /proc/PID/syscall or no io_uring here");
	ring_unmap(&here);
	close(here.fd);
	ck_assert_int_eq(pipe2(s.pipe, O_CLOEXEC), 0);
	ck_assert_int_eq(bind(s.listener, (struct sockaddr *)&anywhere, sizeof anywhere.sun_family), 0);
	ck_assert_int_eq(listen(s.listener, 1), 0);
	child_start(&c, wait_in_a_ring, &s);
	child_await_name(&c, "io_uring_enter", NULL);
	fd = uring_only(c.procdir);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(uring_read(c.procdir, c.pid, fd, &u), 0);
	ck_assert(u.memory);
	ck_assert_int_eq(u.under_way, 5);
	ck_assert_uint_eq(u.n, 5);
	under = u;
	is_request(0, RING_READ, true, s.pipe[0]);
	is_request(1, RING_READ, true, 0);
	is_request(2, RING_POLL, true, s.pipe[0]);
	is_request(3, RING_ACCEPT, true, s.listener);
	is_request(4, RING_TIMEOUT, true, -1);
	ck_assert_uint_eq(u.ready, 1);
	ck_assert(u.request[1].fixed);
	ck_assert(uring_file(text_string(&u.text), u.text.length, 0, name, sizeof name));
	uring_free(&u);
	ck_assert_int_eq(uring_read(c.procdir, c.pid, s.pipe[0], &u), -EINVAL);
	uring_free(&u);
	child_stop(&c);
	close(s.pipe[0]);
	close(s.pipe[1]);
	close(s.listener);
}

START_TEST(a_ring_is_read_through_its_mapping)
{
	look_at(false);
}
END_TEST

/* As before Linux 6.10 always. */
START_TEST(a_ring_is_read_through_a_duplicate)
{
	look_at(true);
}
END_TEST

START_TEST(every_operation_has_a_name)
{
	ck_assert_str_eq(uring_operation(RING_READ)->name, "a read");
	ck_assert_str_eq(uring_operation(RING_ACCEPT)->name, "an accept");
	ck_assert_str_eq(uring_operation(-1)->name, "a request");
	for (int i = -2; i < 300; i++)
		ck_assert_ptr_ne(uring_operation(i)->name, NULL);
}
END_TEST

Suite *suite_uring(void)
{
	Suite *s = suite_create("uring");
	TCase *t = tcase_create("uring");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, the_text_of_a_new_kernel);
	tcase_add_test(t, the_text_of_an_old_kernel);
	tcase_add_test(t, completions_outside_of_the_ring);
	tcase_add_test(t, registered_files_have_names);
	tcase_add_test(t, any_bytes_are_borne);
	tcase_add_test(t, what_is_not_completed_is_under_way);
	tcase_add_test(t, nothing_is_under_way);
	tcase_add_test(t, entries_are_found_by_their_order);
	tcase_add_test(t, an_entry_overwritten_long_ago);
	tcase_add_test(t, one_user_data_for_all);
	tcase_add_test(t, requests_that_complete_more_than_once);
	tcase_add_test(t, a_linked_request_has_not_begun);
	tcase_add_test(t, entries_of_another_size_are_not_told);
	tcase_add_test(t, without_memory_they_are_counted);
	tcase_add_test(t, more_than_are_told_are_counted);
	tcase_add_test(t, a_ring_is_read_through_its_mapping);
	tcase_add_test(t, a_ring_is_read_through_a_duplicate);
	tcase_add_test(t, every_operation_has_a_name);
	suite_add_tcase(s, t);
	return s;
}

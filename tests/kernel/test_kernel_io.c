/* SPDX-License-Identifier: MIT */
/* What we assume of /proc/PID/io: which calls count, when, and whose. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/io.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

enum { SOME = 10000 };

static struct io_counters began;
static char bytes[SOME];
static int ends[4];

static void count(struct io_counters *c)
{
	ck_assert_int_eq(io_read(getpid(), c), 0);
}

/* Reading the file is a read of its own. */
static uint64_t read_since(void)
{
	struct io_counters a, b;

	count(&a);
	count(&b);
	return a.read - began.read - (b.read - a.read);
}

static uint64_t written_since(void)
{
	struct io_counters c;

	count(&c);
	return c.written - began.written;
}

static void setup(void)
{
	if (access("/proc/self/io", R_OK) != 0)
		unit_skip("this kernel does not count what processes read and write");
	if (unit_valgrind())
		unit_skip("valgrind reads and writes, too");
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(ends + 2, O_CLOEXEC), 0);
	count(&began);
}

static void expect(uint64_t written, uint64_t read)
{
	uint64_t w = written_since(), r = read_since();

	/* Check notes each assertion in a file of its own. */
	ck_assert_uint_ge(w, written);
	ck_assert_uint_lt(w, written + SOME / 4);
	/* The numbers in the file may have become longer. */
	ck_assert_uint_ge(r + 64, read);
	ck_assert_uint_lt(r, read + SOME / 4);
}

START_TEST(reads_and_writes_count)
{
	struct iovec v = { bytes, SOME };

	ck_assert_int_eq(write(ends[1], bytes, SOME), SOME);
	ck_assert_int_eq(read(ends[0], bytes, SOME), SOME);
	expect(SOME, SOME);
	ck_assert_int_eq(writev(ends[1], &v, 1), SOME);
	ck_assert_int_eq(readv(ends[0], &v, 1), SOME);
	expect(2 * SOME, 2 * SOME);
}
END_TEST

START_TEST(sendfile_counts)
{
	char name[] = "/tmp/ipcscope-io-XXXXXX";
	int file = mkstemp(name);

	ck_assert_int_ge(file, 0);
	unlink(name);
	ck_assert_int_eq(ftruncate(file, SOME), 0);
	ck_assert_int_eq(sendfile(ends[1], file, NULL, SOME), SOME);
	expect(SOME, SOME);
	close(file);
}
END_TEST

START_TEST(splice_does_not)
{
	struct iovec v = { bytes, SOME };

	ck_assert_int_eq(vmsplice(ends[1], &v, 1, 0), SOME);
	ck_assert_int_eq(splice(ends[0], NULL, ends[3], NULL, SOME, 0), SOME);
	ck_assert_int_eq(tee(ends[2], ends[1], SOME, 0), SOME);
	expect(0, 0);
}
END_TEST

START_TEST(send_does_not)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(send(pair[0], bytes, SOME, 0), SOME);
	ck_assert_int_eq(recv(pair[1], bytes, SOME, 0), SOME);
	expect(0, 0);
	ck_assert_int_eq(write(pair[0], bytes, SOME), SOME);
	ck_assert_int_eq(read(pair[1], bytes, SOME), SOME);
	expect(SOME, SOME);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

static int write_some(void *unused)
{
	(void)unused;
	return write(ends[1], bytes, SOME) != SOME;
}

/* While it is a zombie root can read it, whose it is then; when it was waited for its parent has what it had. */
START_TEST(children_count_when_they_were_waited_for)
{
	struct io_counters its;
	struct child c;
	int error;

	child_start(&c, write_some, NULL);
	child_await_end(&c);
	error = io_read(c.pid, &its);
	ck_assert_int_eq(error, geteuid() == 0 ? 0 : -EACCES);
	if (error == 0)
		ck_assert_uint_ge(its.written, SOME);
	ck_assert_uint_lt(written_since(), SOME);
	child_reap(&c);
	ck_assert_uint_ge(written_since(), SOME);
	child_stop(&c);
}
END_TEST

static int write_too_much(void *unused)
{
	static char much[1000000];

	(void)unused;
	return write(ends[1], much, sizeof much) < 0;
}

START_TEST(a_write_counts_at_its_end)
{
	struct io_counters before, now;
	struct child c;

	child_start(&c, write_too_much, NULL);
	child_await_name(&c, "write", NULL);
	ck_assert_int_eq(io_read(c.pid, &before), 0);
	for (int i = 0; i < 20; i++)
		ck_assert_int_gt(read(ends[0], bytes, SOME), 0);
	ck_assert_int_eq(io_read(c.pid, &now), 0);
	ck_assert_uint_eq(before.written, now.written);
	child_stop(&c);
}
END_TEST

Suite *suite_kernel_io(void)
{
	Suite *s = suite_create("kernel_io");
	TCase *t = tcase_create("kernel_io");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, reads_and_writes_count);
	tcase_add_test(t, sendfile_counts);
	tcase_add_test(t, splice_does_not);
	tcase_add_test(t, send_does_not);
	tcase_add_test(t, children_count_when_they_were_waited_for);
	tcase_add_test(t, a_write_counts_at_its_end);
	suite_add_tcase(s, t);
	return s;
}

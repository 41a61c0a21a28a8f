/* SPDX-License-Identifier: MIT */
/* /proc/PID/io: its text, any bytes, a process that is there and one that is not. */
#include "probe/io.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

static const char whole[] =
	"rchar: 6976\nwchar: 18446744073709551615\nsyscr: 10\nsyscw: 3\nread_bytes: 0\nwrite_bytes: 0\n"
	"cancelled_write_bytes: 0\n";

START_TEST(four_numbers)
{
	struct io_counters c;

	ck_assert(io_parse(whole, sizeof whole - 1, &c));
	ck_assert_uint_eq(c.read, 6976);
	ck_assert_uint_eq(c.written, UINT64_MAX);
	ck_assert_uint_eq(c.reads, 10);
	ck_assert_uint_eq(c.writes, 3);
}
END_TEST

START_TEST(what_is_not_all_there_is_nothing)
{
	struct io_counters c = { .read = 7 };

	ck_assert(!io_parse("", 0, &c));
	ck_assert(!io_parse(whole, 40, &c));
	ck_assert(!io_parse("rchar: 1\nwchar: x\nsyscr: 1\nsyscw: 1\n", 37, &c));
	ck_assert(!io_parse("rchar: 1\nwchar: 18446744073709551616\nsyscr: 1\nsyscw: 1\n", 56, &c));
	ck_assert_uint_eq(c.read, 7);
}
END_TEST

static void try_all(const char *bytes, size_t length)
{
	struct io_counters c;

	io_parse(bytes, length, &c);
}

START_TEST(hostile_texts)
{
	hostile_beginnings(whole, sizeof whole - 1, try_all);
	hostile_noise(whole, sizeof whole - 1, try_all);
}
END_TEST

START_TEST(of_a_process)
{
	struct io_counters c;
	struct child child;

	if (access("/proc/self/io", R_OK) != 0)
		unit_skip("this kernel does not count what processes read and write");
	child_start(&child, child_idle, NULL);
	ck_assert_int_eq(io_read(child.pid, &c), 0);
	child_stop(&child);
	ck_assert_int_eq(io_read(child.pid, &c), -ENOENT);
}
END_TEST

Suite *suite_io(void)
{
	Suite *s = suite_create("io");
	TCase *t = tcase_create("io");

	tcase_add_test(t, four_numbers);
	tcase_add_test(t, what_is_not_all_there_is_nothing);
	tcase_add_test(t, hostile_texts);
	tcase_add_test(t, of_a_process);
	suite_add_tcase(s, t);
	return s;
}

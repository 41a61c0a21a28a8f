/* SPDX-License-Identifier: MIT */
/* Data moved within the kernel, made for real: how much, from where, and that a page is lent, not
 * copied. */
#include "tests/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/call/calling.h"

static int file_of(const char *name, const char *content)
{
	int fd = (int)calling_number("open(\"%s\", O_RDWR|O_CREAT, 0600)", name);

	ck_assert_int_eq(calling_number("write(%d, \"%s\")", fd, content), (int64_t)strlen(content));
	ck_assert_str_eq(calling("lseek(%d, 0, SEEK_SET)", fd), "0");
	return fd;
}

static void pipe_of(int end[2])
{
	calling_number("pipe()");
	end[0] = (int)calling_outcome()->values[0];
	end[1] = (int)calling_outcome()->values[1];
}

static void fill(const int end[2])
{
	ck_assert_int_eq(fcntl(end[1], F_SETFL, O_NONBLOCK), 0);
	while (strcmp(calling("write(%d, 4096)", end[1]), "-1 EAGAIN"))
		;
	ck_assert_int_eq(fcntl(end[1], F_SETFL, 0), 0);
}

START_TEST(from_a_file)
{
	int f = file_of("f", "hello, world"), p[2];

	pipe_of(p);
	ck_assert_str_eq(calling("sendfile(%d, %d, -1, 5)", p[1], f), "5");
	ck_assert_str_eq(calling("read(%d, 100)", p[0]), "5 \"hello\"");
	ck_assert_str_eq(calling("lseek(%d, 0, SEEK_CUR)", f), "5"); /* it moved */
	ck_assert_str_eq(calling("sendfile(%d, %d, 7, 100)", p[1], f), "5");
	ck_assert_str_eq(calling("read(%d, 100)", p[0]), "5 \"world\"");
	ck_assert_str_eq(calling("lseek(%d, 0, SEEK_CUR)", f), "5"); /* it did not */
	ck_assert_str_eq(calling("sendfile(%d, %d, 100, 100)", p[1], f), "0");
	ck_assert_str_eq(calling("sendfile(%d, %d, -2, 1)", p[1], f), "-1 EINVAL");
	ck_assert_str_eq(calling("sendfile(1000000, %d, -1, 1)", f), "-1 EBADF");
	ck_assert_str_eq(calling("sendfile(%d, %d, -1, 1)", p[0], f), "-1 EBADF"); /* a read end */
	ck_assert_str_eq(calling("sendfile(%d, %d, 0, 1)", f, p[0]), "-1 ESPIPE");
}
END_TEST

START_TEST(through_pipes)
{
	int f = file_of("f", "hello, world"), p[2], q[2];

	pipe_of(p);
	pipe_of(q);
	ck_assert_str_eq(calling("splice(%d, %d, 5)", f, p[1]), "5");
	ck_assert_str_eq(calling("tee(%d, %d, 3)", p[0], q[1]), "3");
	ck_assert_str_eq(calling("read(%d, 100)", q[0]), "3 \"hel\"");
	ck_assert_str_eq(calling("splice(%d, %d, 100, SPLICE_F_MOVE|SPLICE_F_MORE)", p[0], q[1]), "5"); /* still there */
	ck_assert_str_eq(calling("read(%d, 100)", q[0]), "5 \"hello\"");
	ck_assert_str_eq(calling("splice(%d, %d, 100, SPLICE_F_NONBLOCK)", p[0], q[1]), "-1 EAGAIN");
	ck_assert_str_eq(calling("tee(%d, %d, 100, SPLICE_F_NONBLOCK)", p[0], q[1]), "-1 EAGAIN");
	ck_assert_str_eq(calling("splice(%d, %d, 5)", f, file_of("g", "")), "-1 EINVAL"); /* no pipe in it */
	ck_assert_str_eq(calling("tee(%d, %d, 5)", p[0], p[1]), "-1 EINVAL");               /* to itself */
	ck_assert_str_eq(calling("tee(%d, %d, 5)", f, p[1]), "-1 EINVAL");
	ck_assert_str_eq(calling("splice(%d, 1000000, 5)", p[0]), "-1 EBADF");
	ck_assert_str_eq(calling("splice(%d, %d, 5, 64)", p[0], q[1]), "-1 EINVAL");
	ck_assert_str_eq(calling("close(%d)", p[1]), "0");
	ck_assert_str_eq(calling("splice(%d, %d, 100)", p[0], q[1]), "0"); /* the end */
}
END_TEST

START_TEST(from_memory)
{
	long long a = calling_number("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0)");
	int f = file_of("f", ""), p[2];

	pipe_of(p);
	ck_assert_str_eq(calling("store(0x%llx, 0, \"hello\")", a), "0");
	ck_assert_str_eq(calling("vmsplice(%d, 0x%llx, 5)", p[1], a), "5");
	ck_assert_str_eq(calling("store(0x%llx, 0, \"j\")", a), "0"); /* the page is in the pipe as it is */
	ck_assert_str_eq(calling("read(%d, 100)", p[0]), "5 \"jello\"");
	ck_assert_str_eq(calling("vmsplice(%d, 0x%llx, 5)", f, a), "-1 EBADF");
	if (!unit_valgrind()) /* which tells of it */
		ck_assert_str_eq(calling("vmsplice(%d, 0x10, 5)", p[1]), "-1 EFAULT");
	ck_assert_str_eq(calling("vmsplice(%d, 0x%llx, 5, 64)", p[1], a), "-1 EINVAL");
}
END_TEST

/* Write to the pipe, change the file, then read: what was written is old, what was spliced new. */
START_TEST(a_page_is_lent)
{
	int f = file_of("f", "old"), p[2];

	pipe_of(p);
	ck_assert_str_eq(calling("read(%d, 3)", f), "3 \"old\"");
	ck_assert_str_eq(calling("write(%d, \"old\")", p[1]), "3");
	ck_assert_str_eq(calling("sendfile(%d, %d, 0, 3)", p[1], f), "3");
	ck_assert_str_eq(calling("pwrite(%d, \"new\", 0)", f), "3");
	ck_assert_str_eq(calling("read(%d, 3)", p[0]), "3 \"old\"");
	ck_assert_str_eq(calling("read(%d, 3)", p[0]), "3 \"new\"");
}
END_TEST

START_TEST(from_file_to_file)
{
	int f = file_of("f", "hello, world"), g = file_of("g", ""), p[2];

	ck_assert_str_eq(calling("copy_file_range(%d, %d, 5)", f, g), "5");
	ck_assert_str_eq(calling("copy_file_range(%d, %d, 100)", f, g), "7");
	ck_assert_str_eq(calling("copy_file_range(%d, %d, 100)", f, g), "0");
	ck_assert_str_eq(calling("pread(%d, 100, 0)", g), "12 \"hello, world\"");
	pipe_of(p);
	ck_assert_str_eq(calling("copy_file_range(%d, %d, 5)", f, p[1]), "-1 EINVAL");
	ck_assert_str_eq(calling("copy_file_range(%d, 1000000, 5)", f), "-1 EBADF");
}
END_TEST

START_TEST(waiting_for_data)
{
	int p[2], q[2];
	struct caller c;

	pipe_of(p);
	pipe_of(q);
	calling_start(&c, "splice(%d, %d, 100)", p[0], q[1]);
	ck_assert_str_eq(calling("write(%d, \"x\")", p[1]), "1");
	ck_assert_str_eq(calling_ended(&c), "1");
	calling_start(&c, "tee(%d, %d, 100)", p[0], q[1]);
	ck_assert_str_eq(calling("write(%d, \"yz\")", p[1]), "2");
	ck_assert_str_eq(calling_ended(&c), "2");
}
END_TEST

START_TEST(waiting_for_room)
{
	long long a = calling_number("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0)");
	int f = file_of("f", "hello"), p[2];
	struct caller c;

	pipe_of(p);
	fill(p);
	calling_start(&c, "sendfile(%d, %d, 0, 5)", p[1], f);
	ck_assert_int_eq(calling_number("read(%d, 64K)", p[0]), 65536);
	ck_assert_str_eq(calling_ended(&c), "5");
	fill(p);
	calling_start(&c, "vmsplice(%d, 0x%llx, 5)", p[1], a);
	calling_number("read(%d, 64K)", p[0]);
	ck_assert_str_eq(calling_ended(&c), "5");
}
END_TEST

Suite *suite_call_zero_copy(void)
{
	Suite *s = suite_create("call_zero_copy");
	TCase *t = tcase_create("zero_copy");

	calling_use(t);
	tcase_add_test(t, from_a_file);
	tcase_add_test(t, through_pipes);
	tcase_add_test(t, from_memory);
	tcase_add_test(t, a_page_is_lent);
	tcase_add_test(t, from_file_to_file);
	tcase_add_test(t, waiting_for_data);
	tcase_add_test(t, waiting_for_room);
	suite_add_tcase(s, t);
	return s;
}

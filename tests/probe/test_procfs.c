/* SPDX-License-Identifier: MIT */
/* Reading below /proc/PID through a kept folder. */
#include "probe/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

START_TEST(a_process_is_read_through_its_folder)
{
	char text[64], small[4];
	int dir = procfs_open(getpid());
	ssize_t n;

	ck_assert_int_ge(dir, 0);
	ck_assert_int_ne(fcntl(dir, F_GETFD) & FD_CLOEXEC, 0);
	n = procfs_read(dir, "stat", text, sizeof text);
	ck_assert_int_gt(n, 0);
	ck_assert_uint_eq(strlen(text), (size_t)n);
	ck_assert_int_eq(atoi(text), getpid());
	snprintf(text, sizeof text, "task/%d/stat", getpid());
	ck_assert_int_eq(procfs_read(dir, text, small, sizeof small), 3);
	ck_assert_uint_eq(strlen(small), 3);
	ck_assert_int_eq(procfs_read(dir, "comm", small, 1), 0);
	ck_assert_str_eq(small, "");
	ck_assert_int_eq(procfs_read(dir, "comm", small, 0), -EINVAL);
	ck_assert_int_eq(procfs_read(dir, "no such file", small, sizeof small), -ENOENT);
	ck_assert_str_eq(small, "");
	close(dir);
}
END_TEST

START_TEST(a_long_file_is_read_whole)
{
	enum { LONG = 100000 };
	struct text text = { 0 };
	int dir = procfs_open(getpid()), fd = memfd_create("long", MFD_CLOEXEC);
	char *bytes = memory_new(1, LONG), name[32];

	for (int i = 0; i < LONG; i++)
		bytes[i] = (char)('a' + i % 23);
	ck_assert_int_eq(write(fd, bytes, LONG), LONG);
	snprintf(name, sizeof name, "fd/%d", fd);
	for (int i = 0; i < 2; i++) { /* the second time over the first */
		ck_assert_int_eq(procfs_read_text(dir, name, &text), 0);
		ck_assert_uint_eq(text.length, LONG);
		ck_assert_mem_eq(text_string(&text), bytes, LONG);
	}
	ck_assert_int_eq(procfs_read_text(AT_FDCWD, "/proc/self/comm", &text), 0);
	ck_assert_uint_gt(text.length, 1);
	ck_assert_uint_eq(strlen(text_string(&text)), text.length);
	ck_assert_int_eq(procfs_read_text(dir, "fd", &text), -EISDIR);
	ck_assert_int_eq(procfs_read_text(dir, "no such file", &text), -ENOENT);
	ck_assert_uint_eq(text.length, 0);
	text_free(&text);
	free(bytes);
	close(fd);
	close(dir);
}
END_TEST

START_TEST(nobody_has_a_negative_pid)
{
	ck_assert_int_eq(procfs_open(-1), -ENOENT);
	ck_assert_int_eq(procfs_open(0), -ENOENT);
}
END_TEST

START_TEST(after_death_the_folder_says_so)
{
	struct child c;
	char text[64];
	ssize_t n;

	child_start(&c, child_idle, NULL);
	ck_assert_int_gt(procfs_read(c.procdir, "stat", text, sizeof text), 0);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	n = procfs_read(c.procdir, "stat", text, sizeof text);
	ck_assert_msg(n == -ESRCH || n == -ENOENT, "%zd", n);
	ck_assert_int_eq(procfs_open(c.pid), -ENOENT);
	child_stop(&c);
}
END_TEST

Suite *suite_procfs(void)
{
	Suite *suite = suite_create("procfs");
	TCase *tcase = tcase_create("procfs");

	tcase_add_test(tcase, a_process_is_read_through_its_folder);
	tcase_add_test(tcase, a_long_file_is_read_whole);
	tcase_add_test(tcase, nobody_has_a_negative_pid);
	tcase_add_test(tcase, after_death_the_folder_says_so);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* Files, their locks, and what a process knows of itself, made for real. */
#include "tests/unit.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/call/calling.h"

static int open_file(const char *flags)
{
	return (int)calling_number("open(\"f\", %s|O_CREAT, 0600)", flags);
}

START_TEST(places_in_a_file)
{
	int fd = open_file("O_RDWR"), reads;

	ck_assert_str_eq(calling("write(%d, \"hello\")", fd), "5");
	ck_assert_str_eq(calling("pwrite(%d, \"J\", 0)", fd), "1");
	ck_assert_str_eq(calling("pread(%d, 100, 0)", fd), "5 \"Jello\"");
	ck_assert_str_eq(calling("pread(%d, 100, 3)", fd), "2 \"lo\"");
	ck_assert_str_eq(calling("pread(%d, 100, 5)", fd), "0");
	ck_assert_str_eq(calling("lseek(%d, 0, SEEK_CUR)", fd), "5");
	ck_assert_str_eq(calling("pwrite(%d, 3, 7)", fd), "3");
	ck_assert_str_eq(calling("pread(%d, 100, 4)", fd), "6 \"o\\x00\\x00aaa\"");
	ck_assert_str_eq(calling("pread(%d, 1, -1)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("pwrite(%d, \"a\", -1)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("pread(%d, -1, 0)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("pread(-1, 1, 0)"), "-1 EBADF");
	reads = open_file("O_RDONLY");
	ck_assert_str_eq(calling("pwrite(%d, \"a\", 0)", reads), "-1 EBADF");
	ck_assert_str_eq(calling("fsync(%d)", fd), "0");
	ck_assert_str_eq(calling("fsync(-1)"), "-1 EBADF");
	calling_number("pipe()");
	ck_assert_str_eq(calling("pread(%d, 1, 0)", (int)calling_outcome()->values[0]), "-1 ESPIPE");
}
END_TEST

START_TEST(counts_of_a_write)
{
	int fd = open_file("O_RDWR");

	ck_assert_str_eq(calling("write(%d, \"hello\", 2)", fd), "2");
	ck_assert_str_eq(calling("write(%d, \"hello\", 6)", fd), "-1 EINVAL"); /* what is behind the text is nobody's */
	ck_assert_str_eq(calling("write(%d, 3)", fd), "3");
	if (!unit_valgrind()) /* which tells of it */
		ck_assert_str_eq(calling("write(%d, 0x10, 3)", fd), "-1 EFAULT");
	ck_assert_str_eq(calling("pread(%d, 100, 0)", fd), "5 \"heaaa\"");
}
END_TEST

START_TEST(lengths)
{
	int fd = open_file("O_RDWR"), reads;

	ck_assert_str_eq(calling("ftruncate(%d, 10)", fd), "0");
	ck_assert_str_eq(calling("pread(%d, 100, 0)", fd), "10 \"\\x00\"*10");
	ck_assert_str_eq(calling("fstat(%d)", fd), "0 {st_mode=S_IFREG|0600, st_size=10}");
	ck_assert_str_eq(calling("ftruncate(%d, 3)", fd), "0");
	ck_assert_str_eq(calling("fstat(%d)", fd), "0 {st_mode=S_IFREG|0600, st_size=3}");
	ck_assert_str_eq(calling("ftruncate(%d, -1)", fd), "-1 EINVAL");
	reads = open_file("O_RDONLY");
	ck_assert_str_eq(calling("ftruncate(%d, 0)", reads), "-1 EINVAL");
	ck_assert_str_eq(calling("fstat(-1)"), "-1 EBADF");
}
END_TEST

START_TEST(names_of_files)
{
	open_file("O_RDWR");
	ck_assert_str_eq(calling("link(\"f\", \"g\")"), "0");
	ck_assert_str_eq(calling("link(\"f\", \"g\")"), "-1 EEXIST");
	ck_assert_str_eq(calling("link(\"none\", \"h\")"), "-1 ENOENT");
	ck_assert_str_eq(calling("rename(\"f\", \"h\")"), "0");
	ck_assert_str_eq(calling("rename(\"f\", \"h\")"), "-1 ENOENT");
	ck_assert_str_eq(calling("stat(\"f\")"), "-1 ENOENT");
	ck_assert_str_eq(calling("chmod(\"g\", 0640)"), "0");
	ck_assert_str_eq(calling("stat(\"h\")"), "0 {st_mode=S_IFREG|0640, st_size=0}"); /* one file, two names */
	ck_assert_str_eq(calling("chmod(\"none\", 0640)"), "-1 ENOENT");
}
END_TEST

START_TEST(permissions_of_files)
{
	if (geteuid() != 0)
		unit_skip("needs root");
	if (!unit_forked())
		unit_skip("changes its user");
	open_file("O_RDWR");
	calling_number("chmod(\".\", 0755)");
	calling_number("setuid(65534)");
	ck_assert_str_eq(calling("open(\"f\", O_RDONLY)"), "-1 EACCES");
	ck_assert_str_eq(calling("chmod(\"f\", 0777)"), "-1 EPERM");
	ck_assert_str_eq(calling("rename(\"f\", \"g\")"), "-1 EACCES");
}
END_TEST

/* ---- locks ---------------------------------------------------------------------------------------- */

START_TEST(locks_of_files)
{
	int one = open_file("O_RDWR"), two = open_file("O_RDWR");
	struct caller c;

	ck_assert_str_eq(calling("flock(%d, LOCK_SH)", one), "0");
	ck_assert_str_eq(calling("flock(%d, LOCK_SH)", two), "0");
	ck_assert_str_eq(calling("flock(%d, LOCK_EX|LOCK_NB)", two), "-1 EAGAIN"); /* of the open file, not the process */
	ck_assert_str_eq(calling("flock(%d, LOCK_UN)", one), "0");
	ck_assert_str_eq(calling("flock(%d, LOCK_EX|LOCK_NB)", two), "0");
	ck_assert_str_eq(calling("flock(%d, LOCK_NB)", two), "-1 EINVAL");
	ck_assert_str_eq(calling("flock(-1, LOCK_EX)"), "-1 EBADF");
	calling_start(&c, "flock(%d, LOCK_EX)", one);
	ck_assert_str_eq(calling("flock(%d, LOCK_UN)", two), "0");
	ck_assert_str_eq(calling_ended(&c), "0");
}
END_TEST

START_TEST(locks_of_ranges)
{
	int fd = open_file("O_RDWR"), reads = open_file("O_RDONLY");
	struct caller c;

	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {F_WRLCK, 0, 10})", fd), "0");
	ck_assert_str_eq(calling("fcntl(%d, F_GETLK, {F_WRLCK, 0, 10})", fd), "0 {F_UNLCK, 0, 10}"); /* its own */
	calling_start(&c, "fcntl(%d, F_SETLKW, {F_RDLCK, 5, 10})", fd);
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {F_UNLCK, 0, 10})", fd), "0");
	ck_assert_str_eq(calling_ended(&c), "0");
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {F_RDLCK, 0, 10})", fd), "0");
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {F_WRLCK, 0, 10})", reads), "-1 EBADF");
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {F_WRLCK, -1, 10})", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {7, 0, 10})", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, 7)", fd), "-1 EINVAL"); /* no lock, */
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("fcntl(%d, F_GETFD, {F_WRLCK, 0, 10})", fd), "-1 EINVAL"); /* or none wanted */
	ck_assert_str_eq(calling("fcntl(%d, F_OFD_SETLK, {F_WRLCK, 0, 10})", reads), "-1 EBADF");
}
END_TEST

/* Locks ten bytes, says so, then waits for ten that the test has locked. */
static int hold_and_wait(void *fd)
{
	calling_number("fcntl(%d, F_SETLK, {F_WRLCK, 10, 10})", *(int *)fd);
	calling("fcntl(%d, F_SETLKW, {F_WRLCK, 0, 10})", *(int *)fd);
	return 0;
}

START_TEST(locks_between_processes)
{
	int fd = open_file("O_RDWR");
	char as[64];
	struct child c;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	calling_number("fcntl(%d, F_SETLK, {F_WRLCK, 0, 10})", fd);
	child_start(&c, hold_and_wait, &fd);
	child_await_call(&c, call_find("fcntl")->sleeps_in[0] - 1, NULL);
	snprintf(as, sizeof as, "0 {F_WRLCK, 10, 10, %d}", (int)c.pid);
	ck_assert_str_eq(calling("fcntl(%d, F_GETLK, {F_RDLCK, 0, 100})", fd), as);
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {F_RDLCK, 19, 1})", fd), "-1 EAGAIN");
	ck_assert_str_eq(calling("fcntl(%d, F_SETLKW, {F_RDLCK, 19, 1})", fd), "-1 EDEADLK");
	ck_assert_str_eq(calling("fcntl(%d, F_SETLK, {F_RDLCK, 20, 0})", fd), "0"); /* to the end, wherever it will be */
	calling_number("close(%d)", open_file("O_RDONLY")); /* any close of the file gives up all its locks */
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
}
END_TEST

START_TEST(locks_of_open_files)
{
	int one = open_file("O_RDWR"), two = open_file("O_RDWR");
	struct caller c;

	ck_assert_str_eq(calling("fcntl(%d, F_OFD_SETLK, {F_WRLCK, 0, 0})", one), "0");
	ck_assert_str_eq(calling("fcntl(%d, F_OFD_GETLK, {F_RDLCK, 5, 1})", two), "0 {F_WRLCK, 0, 0, -1}");
	ck_assert_str_eq(calling("fcntl(%d, F_OFD_SETLK, {F_RDLCK, 5, 1})", two), "-1 EAGAIN");
	calling_start(&c, "fcntl(%d, F_OFD_SETLKW, {F_RDLCK, 5, 1})", two);
	ck_assert_str_eq(calling("fcntl(%d, F_OFD_SETLK, {F_UNLCK, 0, 0})", one), "0");
	ck_assert_str_eq(calling_ended(&c), "0");
}
END_TEST

/* ---- processes ------------------------------------------------------------------------------------ */

START_TEST(who_it_is)
{
	ck_assert_int_eq(calling_number("getpid()"), getpid());
	ck_assert_int_eq(calling_number("getppid()"), getppid());
	ck_assert_int_eq(calling_number("geteuid()"), geteuid());
	ck_assert_str_eq(calling("seteuid(%d)", (int)geteuid()), "0");
	if (geteuid() != 0)
		ck_assert_str_eq(calling("seteuid(0)"), "-1 EPERM");
}
END_TEST

Suite *suite_call_file(void)
{
	Suite *s = suite_create("call_file");
	TCase *t = tcase_create("file");

	calling_use(t);
	tcase_add_test(t, places_in_a_file);
	tcase_add_test(t, counts_of_a_write);
	tcase_add_test(t, lengths);
	tcase_add_test(t, names_of_files);
	tcase_add_test(t, permissions_of_files);
	tcase_add_test(t, locks_of_files);
	tcase_add_test(t, locks_of_ranges);
	tcase_add_test(t, locks_between_processes);
	tcase_add_test(t, locks_of_open_files);
	tcase_add_test(t, who_it_is);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* What of processes watched from outside may not be known, must not be asked, or would disturb them; and what
 * they are called. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/stage/outside.h"

static struct child one, other;
static int fd[2];
static char path[80];

static void teardown(void)
{
	outside_close();
	child_stop(&one);
	child_stop(&other);
	if (path[0])
		unlink(path);
}

/* ---- what may not be known, or not be asked -------------------------------------------------------------------- */

/* The counts are of all who have it, or none. */
START_TEST(others_may_have_it)
{
	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	child_start(&one, child_idle, NULL);
	outside_watch(&one, "a");
	outside_draw((struct stage_outside){ .kind = OBJECT_PIPE, .inode = outside_inode(fd[0]), .others = true });
	ck_assert(!outside_fact("it", "readers", 0).known && strstr(outside_fact("it", "readers", 0).why, "not watched"));
	ck_assert(!outside_fact("it", "writers", 0).known);
	child_stop(&one);
	outside_await(one.pid, PROCESS_ENDED);
	stage_sample(outside_stage);
	ck_assert(!outside_object(0)->gone);
	ck_assert(!outside_object(0)->bytes.known && outside_object(0)->bytes.why);
}
END_TEST

static int ends[2];

/* With the pipe locked: the socket is full. */
static int splices(void *unused)
{
	char bytes[4096] = { 0 };

	while (send(ends[0], bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		;
	(void)unused;
	return splice(fd[0], NULL, ends[0], NULL, 4096, 0) < 0;
}

START_TEST(a_locked_pipe)
{
	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	ck_assert_int_eq(write(fd[1], "data", 4), 4);
	child_start(&one, splices, NULL);
	child_await_call(&one, SYS_splice, NULL);
	outside_watch(&one, "a");
	outside_draw((struct stage_outside){ .kind = OBJECT_PIPE, .inode = outside_inode(fd[0]) });
	ck_assert(!outside_object(0)->bytes.known);
	ck_assert_msg(strstr(outside_object(0)->bytes.why, "splice") != NULL, "%s", outside_object(0)->bytes.why);
}
END_TEST

static int opens_fifo(void *unused)
{
	(void)unused;
	return open(path, O_WRONLY | O_CLOEXEC) < 0;
}

/* Nobody is let out of open(2) by being looked at; and it is seen what it waits for. */
START_TEST(a_fifo_that_is_being_opened)
{
	struct stat st;

	snprintf(path, sizeof path, "/tmp/outside-fifo-%d", (int)getpid());
	ck_assert(mkfifo(path, 0600) == 0 && stat(path, &st) == 0);
	child_start(&one, opens_fifo, NULL);
	child_await_call(&one, SYS_openat, NULL);
	outside_watch(&one, "a");
	outside_draw((struct stage_outside){ .kind = OBJECT_FIFO, .device = st.st_dev, .inode = st.st_ino, .path = path });
	outside_await(one.pid, PROCESS_BLOCKED);
	for (int i = 0; i < 50; i++)
		stage_sample(outside_stage);
	ck_assert_int_eq(outside_process(one.pid)->call_object, 0);
	ck_assert_msg(strstr(outside_process(one.pid)->call, path) != NULL, "%s", outside_process(one.pid)->call);
	ck_assert_int_eq(outside_number("it", "writers", 0), 0);
	child_await_call(&one, SYS_openat, NULL);
}
END_TEST

/* A lease ends when somebody opens the file, and SIGIO says so, which would end the child. */
static int leases(void *unused)
{
	int file = open(path, O_RDWR | O_CLOEXEC);

	if (file < 0 || fcntl(file, F_SETLEASE, F_WRLCK) < 0)
		return 1;
	return child_idle(unused);
}

START_TEST(a_file_with_a_lease)
{
	int64_t deadline = 0;
	struct stat st;
	int got = 0;

	snprintf(path, sizeof path, "/tmp/outside-file-%d", (int)getpid());
	fd[0] = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	ck_assert(fd[0] >= 0 && write(fd[0], "text", 4) == 4 && fstat(fd[0], &st) == 0);
	close(fd[0]);
	child_start(&one, leases, NULL);
	do {
		got = waitid(P_PID, (id_t)one.pid, &(siginfo_t){ 0 }, WEXITED | WNOHANG | WNOWAIT);
	} while (got == 0 && faccessat(one.procdir, "fd/3", F_OK, AT_SYMLINK_NOFOLLOW) != 0 && child_wait(&deadline));
	child_await_name(&one, "pause", NULL);
	outside_watch(&one, "a");
	outside_draw((struct stage_outside){ .kind = OBJECT_FILE, .device = st.st_dev, .inode = st.st_ino, .path = path });
	for (int i = 0; i < 5; i++)
		stage_sample(outside_stage);
	ck_assert_int_eq(outside_number("it", "size", 0), 4);
	ck_assert_int_eq(outside_object(0)->file.n_begin, 0);
	ck_assert_ptr_nonnull(outside_object(0)->file.begin_why);
	ck_assert_int_ne(outside_process(one.pid)->state, PROCESS_ZOMBIE);
	child_await_name(&one, "pause", NULL);
}
END_TEST

/* Names are whole characters and whole escapes, whatever they are made of. */
START_TEST(names)
{
#define WIDE "\xd0\xb6\xd0\xb6\xd0\xb6\xd0\xb6\xd0\xb6\xd0\xb6\xe6\xbc\xa2" /* 15 bytes */
	struct error e;
	uint64_t start[2];

	child_start(&one, child_idle, NULL);
	child_start(&other, child_idle, NULL);
	start[0] = outside_start_of(one.pid);
	start[1] = outside_start_of(other.pid);
	outside_open();
	ck_assert_int_eq(stage_watch_outside(outside_stage, one.pid, start[0], WIDE, "/usr/bin/python3 /a/x.py", &e), 0);
	ck_assert_int_eq(stage_watch_outside(outside_stage, other.pid, start[1], "abcdefghijklm\n\xff", "", &e), 0);
	ck_assert_int_eq(strncmp(outside_process(one.pid)->name, WIDE "-", 16), 0);
	ck_assert_str_eq(outside_process(one.pid)->command, "python3 /a/x.py");
	ck_assert_int_eq(strncmp(outside_process(other.pid)->name, "abcdefghijklm\\n-", 16), 0);
}
END_TEST

Suite *suite_outside_limits(void)
{
	Suite *suite = suite_create("outside_limits");
	TCase *tc = tcase_create("outside_limits");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, others_may_have_it);
	tcase_add_test(tc, a_locked_pipe);
	tcase_add_test(tc, a_fifo_that_is_being_opened);
	tcase_add_test(tc, a_file_with_a_lease);
	tcase_add_test(tc, names);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* Levels of pipes in other processes, read without leaving a trace. */
#include "probe/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/unit.h"

/* A pipe whose two ends a child holds, too. */
struct scene {
	struct child child;
	int end[2];
	uint64_t inode;
};

static uint64_t inode_of(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

static void begin(struct scene *s)
{
	struct pipe_level level;
	int error;

	ck_assert_int_eq(pipe2(s->end, O_NONBLOCK), 0);
	s->inode = inode_of(s->end[0]);
	child_start(&s->child, child_idle, NULL);
	error = pipe_level_read(s->child.pidfd, s->end[0], s->inode, &level);
	if (error == -ENOSYS || error == -EPERM || s->child.pidfd < 0) {
		child_stop(&s->child);
		unit_skip("pidfd_getfd is not there or not permitted");
	}
	ck_assert_int_eq(error, 0);
}

static void end(struct scene *s)
{
	child_stop(&s->child);
	for (int i = 0; i < 2; i++)
		if (s->end[i] >= 0)
			close(s->end[i]);
}

START_TEST(the_level_is_what_the_pipe_itself_says)
{
	struct scene s;
	struct pipe_level level;
	char buf[5000] = "";
	unsigned seed = 1;

	begin(&s);
	for (int i = 0; i < 500; i++) {
		int bytes;
		ssize_t n;

		seed = seed * 1103515245u + 12345u;
		if (seed >> 30)
			n = write(s.end[1], buf, (seed >> 16) % sizeof buf);
		else
			n = read(s.end[0], buf, (seed >> 16) % sizeof buf);
		ck_assert(n >= 0 || errno == EAGAIN);
		ck_assert_int_eq(ioctl(s.end[0], FIONREAD, &bytes), 0);
		ck_assert_int_eq(pipe_level_read(s.child.pidfd, s.end[i % 2], s.inode, &level), 0);
		ck_assert_int_eq(level.bytes, bytes);
		ck_assert_int_eq(level.capacity, fcntl(s.end[0], F_GETPIPE_SZ));
		ck_assert_int_eq(level.writable_known, i % 2);
		if (level.writable_known) {
			struct pollfd p = { .fd = s.end[1], .events = POLLOUT };

			ck_assert_int_ge(poll(&p, 1, 0), 0);
			ck_assert_int_eq(level.writable, (p.revents & POLLOUT) != 0);
		}
	}
	end(&s);
}
END_TEST

START_TEST(a_full_pipe_is_not_writable)
{
	struct scene s;
	struct pipe_level level;
	char byte = 'x';

	begin(&s);
	while (write(s.end[1], &byte, 1) == 1)
		;
	ck_assert_int_eq(pipe_level_read(s.child.pidfd, s.end[1], s.inode, &level), 0);
	ck_assert_int_eq(level.bytes, level.capacity);
	ck_assert(level.writable_known && !level.writable);
	end(&s);
}
END_TEST

static int write_one(void *fd)
{
	return write(*(int *)fd, "x", 1) != 1 || child_idle(NULL);
}

START_TEST(a_fifo_has_a_level_too)
{
	char path[80];
	struct pipe_level level;
	struct child c;
	int64_t deadline = 0;
	int fd, error;

	snprintf(path, sizeof path, "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR);
	ck_assert_int_ge(fd, 0);
	child_start(&c, write_one, &fd);
	do
		error = pipe_level_read(c.pidfd, fd, inode_of(fd), &level);
	while (error == 0 && level.bytes == 0 && child_wait(&deadline));
	child_stop(&c);
	if (error == -ENOSYS || error == -EPERM || error == -EBADF)
		unit_skip("pidfd_getfd is not there or not permitted");
	ck_assert_int_eq(error, 0);
	ck_assert_int_eq(level.bytes, 1);
	ck_assert(level.writable_known && level.writable);
	close(fd);
}
END_TEST

START_TEST(what_is_no_longer_that_pipe_is_said)
{
	struct scene s;
	struct pipe_level level;
	int other[2], null;

	ck_assert_int_eq(pipe(other), 0);
	null = open("/dev/null", O_RDWR);
	begin(&s);
	ck_assert_int_eq(pipe_level_read(s.child.pidfd, s.end[0], s.inode + 1, &level), -ESTALE);
	ck_assert_int_eq(pipe_level_read(s.child.pidfd, other[0], s.inode, &level), -ESTALE);
	ck_assert_int_eq(pipe_level_read(s.child.pidfd, null, inode_of(null), &level), -ESTALE);
	ck_assert_int_eq(level.capacity, 0);
	ck_assert_int_eq(pipe_level_read(s.child.pidfd, 1000, s.inode, &level), -EBADF);
	ck_assert_int_eq(pipe_level_read(s.child.pidfd, -1, s.inode, &level), -EBADF);
	ck_assert_int_eq(pipe_level_read(-1, s.end[0], s.inode, &level), -EBADF);
	kill(s.child.pid, SIGKILL);
	child_reap(&s.child);
	ck_assert_int_eq(pipe_level_read(s.child.pidfd, s.end[0], s.inode, &level), -ESRCH);
	end(&s);
	close(other[0]);
	close(other[1]);
	close(null);
}
END_TEST

static size_t own_descriptors(void)
{
	size_t count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

START_TEST(no_duplicate_stays_behind)
{
	struct scene s;
	struct pipe_level level;
	size_t before;
	char byte;

	begin(&s);
	before = own_descriptors();
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(pipe_level_read(s.child.pidfd, s.end[1], s.inode, &level), 0);
		ck_assert_int_eq(pipe_level_read(s.child.pidfd, s.end[1], s.inode + 1, &level), -ESTALE);
	}
	ck_assert_uint_eq(own_descriptors(), before);
	/* The child's write end is the last one; when it is gone the reader sees the end at once. */
	close(s.end[1]);
	s.end[1] = -1;
	ck_assert_int_eq(read(s.end[0], &byte, 1), -1);
	ck_assert_int_eq(errno, EAGAIN);
	kill(s.child.pid, SIGKILL);
	child_reap(&s.child);
	ck_assert_int_eq(read(s.end[0], &byte, 1), 0);
	end(&s);
}
END_TEST

START_TEST(strangers_are_not_permitted)
{
	struct scene s;
	int status;
	pid_t pid;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	begin(&s);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct pipe_level level;

		if (setgid(65534) || setuid(65534))
			_exit(1);
		_exit(-pipe_level_read(s.child.pidfd, s.end[0], s.inode, &level));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), EPERM);
	end(&s);
}
END_TEST

Suite *suite_pipe_level(void)
{
	Suite *suite = suite_create("pipe_level");
	TCase *tcase = tcase_create("pipe_level");

	folder_use(tcase);
	tcase_add_test(tcase, the_level_is_what_the_pipe_itself_says);
	tcase_add_test(tcase, a_full_pipe_is_not_writable);
	tcase_add_test(tcase, a_fifo_has_a_level_too);
	tcase_add_test(tcase, what_is_no_longer_that_pipe_is_said);
	tcase_add_test(tcase, no_duplicate_stays_behind);
	tcase_add_test(tcase, strangers_are_not_permitted);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* What we assume of processes: what /proc says of a sleeping one, who wrote a message,
 * adoption, and what a pidfd tells. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe/ending.h"
#include "probe/status.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

static char page_full[1 << 16];

/* Ways to sleep; `fd` is a pipe's end or nothing. */
static int in_read(void *fd)
{
	char byte;

	return read(*(int *)fd, &byte, 1) != 1;
}

static int in_write(void *fd)
{
	while (write(*(int *)fd, page_full, sizeof page_full) > 0)
		;
	return 1;
}

static int in_wait(void *unused)
{
	pid_t pid = child_fork_idle();

	(void)unused;
	return waitpid(pid, NULL, 0) != pid;
}

static int in_poll(void *fd)
{
	struct pollfd p = { .fd = *(int *)fd, .events = POLLIN };

	return poll(&p, 1, -1) != 1;
}

static int in_nanosleep(void *unused)
{
	struct timespec long_time = { .tv_sec = 1000 };

	(void)unused;
	return clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL);
}

static const struct {
	int (*run)(void *);
	const char *names[2]; /* some libraries take another call for the same */
	int end;              /* of the pipe; -1: the call takes none */
} sleeps[] = {
	{ in_read, { "read", "read" }, 0 },
	{ in_write, { "write", "write" }, 1 },
	{ in_wait, { "wait4", "waitid" }, -1 },
	{ in_poll, { "poll", "ppoll" }, -1 },
	{ in_nanosleep, { "clock_nanosleep", "nanosleep" }, -1 },
	{ child_idle, { "pause", "ppoll" }, -1 },
};

static bool sleeps_in(const struct child *c, const char *const names[2], struct syscall_state *s)
{
	const char *name;

	syscall_read(c->procdir, s);
	name = s->where == SYSCALL_INSIDE ? syscall_name(s->number) : NULL;
	return name && (strcmp(name, names[0]) == 0 || strcmp(name, names[1]) == 0);
}

static uint64_t switches(const struct child *c)
{
	struct status s;

	ck_assert_int_eq(status_read(c->procdir, &s), 0);
	ck_assert(s.has & STATUS_HAS_SWITCHES);
	return s.voluntary;
}

START_TEST(a_sleeping_process_shows_its_call)
{
	struct syscall_state first, second;
	struct child c;
	int end[2];
	int64_t deadline = 0;
	uint64_t count;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, sleeps[_i].run, &end[sleeps[_i].end == 1]);
	while (!sleeps_in(&c, sleeps[_i].names, &first))
		ck_assert_msg(child_wait(&deadline), "%s: in call %ld", sleeps[_i].names[0],
			      first.number);
	if (sleeps[_i].end >= 0)
		ck_assert_uint_eq(first.argument[0], (unsigned)end[sleeps[_i].end]);
	/* Nothing that is read here makes it run. */
	count = switches(&c);
	for (int i = 0; i < 100; i++) {
		ck_assert(sleeps_in(&c, sleeps[_i].names, &second));
		ck_assert(syscall_same(&first, &second));
		ck_assert_uint_eq(switches(&c), count);
	}
	child_stop(&c);
	close(end[0]);
	close(end[1]);
}
END_TEST

static int read_for_ever(void *fd)
{
	char byte;

	while (read(*(int *)fd, &byte, 1) == 1)
		;
	return 0;
}

START_TEST(every_sleep_is_counted)
{
	struct child c;
	int end[2];

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, read_for_ever, &end[0]);
	child_await_call(&c, SYS_read, NULL);
	for (int i = 0; i < 200; i++) {
		uint64_t before = switches(&c);
		int bytes = 1;
		int64_t deadline = 0;

		ck_assert_int_eq(write(end[1], "x", 1), 1);
		while (ioctl(end[0], FIONREAD, &bytes) == 0 && bytes > 0)
			ck_assert(child_wait(&deadline));
		child_await_call(&c, SYS_read, NULL);
		ck_assert_uint_gt(switches(&c), before);
	}
	child_stop(&c);
	close(end[0]);
	close(end[1]);
}
END_TEST

static pid_t receive_from(int fd, char *text, size_t size)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	struct iovec part = { text, size - 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				  .msg_controllen = sizeof control };
	struct ucred credentials = { 0 };
	ssize_t n = recvmsg(fd, &message, 0);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	ck_assert_ptr_nonnull(header);
	ck_assert_int_eq(header->cmsg_type, SCM_CREDENTIALS);
	memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
	ck_assert_uint_eq(credentials.uid, geteuid());
	return credentials.pid;
}

static int write_twice(void *fd)
{
	return write(*(int *)fd, "child", 5) != 5 || write(*(int *)fd, "child", 5) != 5;
}

/* Processes that share an end of a socket: the receiver is told who wrote, though they only
 * write(2), and bytes of two writers never come in one piece. */
START_TEST(a_socket_tells_who_wrote)
{
	int pair[2], on = 1;
	struct child c;
	char text[100];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
	ck_assert_int_eq(write(pair[1], "parent", 6), 6);
	child_start(&c, write_twice, &pair[1]);
	ck_assert_int_eq(child_reap(&c), 0);
	ck_assert_int_eq(write(pair[1], "parent again", 12), 12);
	ck_assert_int_eq(receive_from(pair[0], text, sizeof text), getpid());
	ck_assert_str_eq(text, "parent");
	ck_assert_int_eq(receive_from(pair[0], text, sizeof text), c.pid); /* dead by now */
	ck_assert_int_eq(strncmp(text, "child", 5), 0);
	if (strlen(text) == 5)
		ck_assert_int_eq(receive_from(pair[0], text, sizeof text), c.pid);
	ck_assert_int_eq(receive_from(pair[0], text, sizeof text), getpid());
	ck_assert_str_eq(text, "parent again");
	child_stop(&c);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

/* For `run`: is a subreaper, and adopts the child of its child. */
static int adopt(void *unused)
{
	pid_t orphan, middle;
	int status, end[2];

	(void)unused;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) || pipe(end))
		return 1;
	middle = fork();
	if (middle == 0) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(child_idle(NULL));
		_exit(write(end[1], &pid, sizeof pid) != sizeof pid);
	}
	if (read(end[0], &orphan, sizeof orphan) != sizeof orphan ||
	    waitpid(middle, &status, 0) != middle || status != 0)
		return 2;
	kill(orphan, SIGTERM);
	if (waitpid(orphan, &status, 0) != orphan)
		return 3;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 42 : 4;
}

START_TEST(a_subreaper_adopts_orphans)
{
	struct child c;

	child_start(&c, adopt, NULL);
	ck_assert_int_eq(WEXITSTATUS(child_reap(&c)), 42);
	child_stop(&c);
}
END_TEST

static int fork_with_parent_death_signal(void *fd)
{
	pid_t pid = fork();

	if (pid == 0) {
		int number = -1;

		prctl(PR_GET_PDEATHSIG, &number);
		if (write(*(int *)fd, &number, sizeof number) != sizeof number)
			_exit(1);
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* the test kills the parent after the next write */
		pid = getpid();
		if (write(*(int *)fd, &pid, sizeof pid) != sizeof pid)
			_exit(1);
		_exit(child_idle(NULL));
	}
	return child_idle(NULL);
}

START_TEST(the_parent_death_signal_is_not_inherited_and_kills)
{
	struct child c;
	int end[2], number, status;
	pid_t grandchild;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, fork_with_parent_death_signal, &end[1]);
	ck_assert_int_eq(read(end[0], &number, sizeof number), sizeof number);
	ck_assert_int_eq(number, 0);
	ck_assert_int_eq(read(end[0], &grandchild, sizeof grandchild), sizeof grandchild);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	ck_assert_int_eq(waitpid(grandchild, &status, 0), grandchild);
	ck_assert_int_eq(status, SIGKILL);
	child_stop(&c);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(end[0]);
	close(end[1]);
}
END_TEST

START_TEST(a_pidfd_is_readable_from_the_death_on)
{
	struct child c;
	struct pollfd p = { .events = POLLIN };

	child_start(&c, child_idle, NULL);
	if (c.pidfd < 0) {
		child_stop(&c);
		unit_skip("no pidfd_open here (before Linux 5.3)");
	}
	p.fd = c.pidfd;
	ck_assert_int_ne(fcntl(c.pidfd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	kill(c.pid, SIGKILL);
	ck_assert_int_eq(poll(&p, 1, 20000), 1);
	ck_assert(p.revents & POLLIN);
	child_reap(&c);
	ck_assert_int_eq(poll(&p, 1, 0), 1);
	ck_assert(p.revents & POLLIN);
	child_stop(&c);
}
END_TEST

START_TEST(a_pidfd_remembers_the_end_of_a_reaped_process)
{
	struct child c;
	int status = -1, result;

	child_start(&c, child_idle, NULL);
	kill(c.pid, SIGTERM);
	child_reap(&c);
	result = ending_read(c.pidfd, -1, &status);
	child_stop(&c);
	if (result == -ENODATA)
		unit_skip("no PIDFD_INFO_EXIT here (before Linux 6.15)");
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(status, SIGTERM);
}
END_TEST

START_TEST(a_borrowed_descriptor_closes_on_exec_and_is_the_same_file)
{
#ifdef SYS_pidfd_getfd
	struct child c;
	struct stat mine, lent;
	int end[2], fd;

	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, child_idle, NULL);
	fd = (int)syscall(SYS_pidfd_getfd, c.pidfd, end[1], 0);
	child_stop(&c);
	if (fd < 0)
		unit_skip("pidfd_getfd is not there or not permitted");
	ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(fstat(fd, &lent), 0);
	ck_assert_int_eq(fstat(end[1], &mine), 0);
	ck_assert_uint_eq(lent.st_ino, mine.st_ino);
	close(fd);
	close(end[0]);
	close(end[1]);
#else
	unit_skip("pidfd_getfd is not known here");
#endif
}
END_TEST

Suite *suite_kernel_process(void)
{
	Suite *suite = suite_create("kernel_process");
	TCase *asleep = tcase_create("asleep"), *family = tcase_create("family"),
	      *pidfd = tcase_create("pidfd");

	tcase_add_loop_test(asleep, a_sleeping_process_shows_its_call, 0,
			    sizeof sleeps / sizeof *sleeps);
	tcase_add_test(asleep, every_sleep_is_counted);
	suite_add_tcase(suite, asleep);
	tcase_add_test(family, a_socket_tells_who_wrote);
	tcase_add_test(family, a_subreaper_adopts_orphans);
	tcase_add_test(family, the_parent_death_signal_is_not_inherited_and_kills);
	suite_add_tcase(suite, family);
	tcase_add_test(pidfd, a_pidfd_is_readable_from_the_death_on);
	tcase_add_test(pidfd, a_pidfd_remembers_the_end_of_a_reaped_process);
	tcase_add_test(pidfd, a_borrowed_descriptor_closes_on_exec_and_is_the_same_file);
	suite_add_tcase(suite, pidfd);
	return suite;
}

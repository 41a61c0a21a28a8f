/* SPDX-License-Identifier: MIT */
/* fdinfo: its texts as kernels wrote them, and descriptors of all kinds. */
#include "probe/fdinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

/* The lines of all kinds of Linux 6.18 in one text. */
static const char everything[] =
	"pos:\t2133\nflags:\t02104001\nmnt_id:\t27\nino:\t10953119\n"
	"lock:\t1: FLOCK  ADVISORY  WRITE 5569 fe:00:11011562 0 EOF\n"
	"lock:\t2: OFDLCK ADVISORY  WRITE -1 fe:00:11011562 5 14\n"
	"eventfd-count:           abcdef\neventfd-id: 12\neventfd-semaphore: 1\n"
	"tty-index:\t3\n"
	"sigmask:\t8000000000000200\n"
	"clockid: 1\nticks: 3\nsettime flags: 00\nit_value: (0, 999992486)\nit_interval: (2, 5)\n"
	"tfd:        7 events: 80000019 data: fffffffffffffffe  pos:0 ino:40e sdev:10\n"
	"tfd:        5 events:       1d data:                5\n"
	"Pid:\t5569\nNSpid:\t5569\n";

START_TEST(all_lines_are_read)
{
	struct fdinfo i;

	fdinfo_parse(everything, strlen(everything), &i);
	ck_assert_uint_eq(i.has, FDINFO_HAS_TERMINAL * 2 - 1); /* all there are */
	ck_assert_int_eq(i.position, 2133);
	ck_assert_int_eq(i.flags, 02104001);
	ck_assert_int_eq(i.mount, 27);
	ck_assert_uint_eq(i.inode, 10953119);
	ck_assert_uint_eq(i.count, 0xabcdef);
	ck_assert(i.semaphore);
	ck_assert_int_eq(i.number, 12);
	ck_assert_int_eq(i.terminal, 3);
	ck_assert_uint_eq(i.signals, UINT64_C(0x8000000000000200));
	ck_assert_int_eq(i.timer.clock, 1);
	ck_assert_uint_eq(i.timer.ticks, 3);
	ck_assert_int_eq(i.timer.value, 999992486);
	ck_assert_int_eq(i.timer.interval, 2 * CLOCK_S + 5);
	ck_assert_int_eq(i.pid, 5569);
	ck_assert_uint_eq(i.watch_count, 2);
	ck_assert_int_eq(i.watches[0].fd, 7);
	ck_assert_uint_eq(i.watches[0].events, 0x80000019);
	ck_assert_uint_eq(i.watches[0].data, UINT64_C(0xfffffffffffffffe));
	ck_assert_uint_eq(i.watches[0].inode, 0x40e);
	ck_assert_int_eq(i.watches[1].fd, 5);
	ck_assert_uint_eq(i.watches[1].inode, 0);
	ck_assert_uint_eq(i.lock_count, 2);
	ck_assert_int_eq(i.locks[0].kind, LOCK_FLOCK);
	ck_assert_int_eq(i.locks[1].kind, LOCK_OFD);
	ck_assert_int_eq(i.locks[1].end, 14);
}
END_TEST

START_TEST(lines_without_sense_are_passed_over)
{
	static const char *const cases[] = {
		"", "pos:\t1", "pos:\t9223372036854775808\n", "flags:\t8\n", "mnt_id:\t-1\n", "ino:\tx\n",
		"eventfd-count: g\n", "eventfd-count: 10000000000000000\n", "eventfd-semaphore: 2\n",
		"sigmask:\t\n", "Pid:\t-2\n", "Pid:\t2147483648\n", "pos: 1\n", " pos:\t1\n",
		"tfd: 1\n", "tfd: 1 events: 1\n", "tfd: x events: 1 data: 1\n",
		"tfd: 1 events: 100000000 data: 1\n", "tfd: 1 events: 1 data: 1 pos:x\n",
		"lock:\t1: FLOCK\n", "clockid: 1\nticks: 0\nit_value: (0, 0)\n",
		"clockid: 1\nticks: 0\nit_value: (0, 0)\nit_interval: (0, 1000000000)\n",
		"clockid: 1\nticks: 0\nit_value: (0, 0)\nit_interval: (99999999999, 0)\n",
	};
	struct fdinfo i;

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		fdinfo_parse(cases[k], strlen(cases[k]), &i);
		ck_assert_msg(i.has == 0 && i.watch_count == 0 && i.lock_count == 0, "%s", cases[k]);
		ck_assert_int_eq(i.flags, -1);
	}
	fdinfo_parse("pos:\t1\npos:\t2\n", 14, &i);
	ck_assert_int_eq(i.position, 1);
	fdinfo_parse("Pid:\t-1\n", 8, &i);
	ck_assert_int_eq(i.pid, -1);
	ck_assert_uint_eq(i.has, FDINFO_HAS_PID);
}
END_TEST

START_TEST(more_than_can_be_kept_are_counted)
{
	char text[4000] = "";
	struct fdinfo i;

	for (int k = 0; k < 20; k++)
		snprintf(text + strlen(text), 100, "tfd: %d events: 1 data: 1\n"
			 "lock:\t%d: FLOCK ADVISORY WRITE 1 fe:00:1 0 EOF\n", k, k);
	fdinfo_parse(text, strlen(text), &i);
	ck_assert_uint_eq(i.watch_count, 20);
	ck_assert_uint_eq(i.lock_count, 20);
	ck_assert_int_eq(i.watches[FDINFO_WATCHES - 1].fd, FDINFO_WATCHES - 1);
	ck_assert_int_eq(i.locks[FDINFO_LOCKS - 1].number, FDINFO_LOCKS - 1);
}
END_TEST

static void is_sane(const char *text, size_t length)
{
	struct fdinfo i;

	fdinfo_parse(text, length, &i);
	ck_assert_uint_lt(i.has, FDINFO_HAS_TERMINAL * 2);
	ck_assert_int_ge(i.flags, -1);
	ck_assert_int_ge(i.position, 0);
	ck_assert_int_ge(i.timer.value, 0);
	ck_assert_int_ge(i.pid, -1);
}

START_TEST(any_bytes_are_borne)
{
	hostile_beginnings(everything, strlen(everything), is_sane);
	hostile_noise(everything, strlen(everything), is_sane);
}
END_TEST

/* What the kernel says of a descriptor of our own. */
static struct fdinfo ours(int fd)
{
	struct fdinfo i;
	int dir = procfs_open(getpid());

	ck_assert_int_eq(fdinfo_read(dir, fd, &i), 0);
	ck_assert_uint_eq(i.has & 3, FDINFO_HAS_POSITION | FDINFO_HAS_FLAGS);
	close(dir);
	return i;
}

START_TEST(a_file_has_its_offset_and_locks)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = 3, .l_len = 4 };
	char path[80];
	struct fdinfo i;
	struct stat st;
	int fd, dir = procfs_open(getpid());

	snprintf(path, sizeof path, "%s/file", folder);
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	ck_assert_int_eq(write(fd, "12345", 5), 5);
	ck_assert_int_eq(flock(fd, LOCK_SH), 0);
	ck_assert_int_eq(fcntl(fd, F_SETLK, &lock), 0);
	i = ours(fd);
	ck_assert_int_eq(i.position, lseek(fd, 0, SEEK_CUR));
	ck_assert_int_eq(i.flags & (O_ACCMODE | O_APPEND | O_CLOEXEC), O_RDWR | O_APPEND | O_CLOEXEC);
	ck_assert_int_eq(fstat(fd, &st), 0);
	if (i.has & FDINFO_HAS_INODE)
		ck_assert_uint_eq(i.inode, st.st_ino);
	ck_assert_uint_eq(i.lock_count, 2);
	for (size_t k = 0; k < 2; k++) {
		const struct lock *l = &i.locks[k];

		ck_assert_uint_eq(l->inode, st.st_ino);
		ck_assert_int_eq(l->pid, getpid());
		ck_assert(l->kind == LOCK_FLOCK || (l->start == 3 && l->end == 6));
		ck_assert_int_eq(l->depth, 0);
	}
	close(fd);
	ck_assert_int_eq(fdinfo_read(dir, fd, &i), -ENOENT);
	ck_assert_uint_eq(i.has, 0);
	close(dir);
}
END_TEST

START_TEST(an_eventfd_has_its_count)
{
	int fd = eventfd(7, EFD_NONBLOCK | EFD_SEMAPHORE);
	uint64_t one = 1;
	struct fdinfo i = ours(fd);

	ck_assert_int_ne(i.has & FDINFO_HAS_COUNT, 0);
	ck_assert_uint_eq(i.count, 7);
	ck_assert(!(i.has & FDINFO_HAS_SEMAPHORE) || i.semaphore);
	ck_assert_int_eq(write(fd, &one, 8), 8);
	ck_assert_uint_eq(ours(fd).count, 8);
	ck_assert_int_eq(read(fd, &one, 8), 8);
	ck_assert_uint_eq(ours(fd).count, 7);
	close(fd);
}
END_TEST

START_TEST(an_eventfd_and_a_master_have_numbers)
{
	int one = eventfd(0, 0), two = eventfd(0, 0), master = posix_openpt(O_RDWR | O_NOCTTY);
	struct fdinfo i = ours(one), k = ours(two), same;
	char name[64] = "", expected[64];

	if (i.has & FDINFO_HAS_NUMBER) {
		int copy = dup(one);

		same = ours(copy);
		ck_assert_int_ne(i.number, k.number);
		ck_assert_int_eq(i.number, same.number);
		close(copy);
	}
	if (master >= 0 && ptsname_r(master, name, sizeof name) == 0) {
		i = ours(master);
		snprintf(expected, sizeof expected, "/dev/pts/%d", i.terminal);
		if (i.has & FDINFO_HAS_TERMINAL)
			ck_assert_str_eq(name, expected);
		close(master);
	}
	close(one);
	close(two);
}
END_TEST

START_TEST(a_signalfd_has_its_signals)
{
	struct fdinfo i;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMAX);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	i = ours(fd);
	ck_assert_int_ne(i.has & FDINFO_HAS_SIGNALS, 0);
	ck_assert_uint_eq(i.signals, UINT64_C(1) << (SIGUSR1 - 1) | UINT64_C(1) << (SIGRTMAX - 1));
	close(fd);
}
END_TEST

START_TEST(a_timerfd_has_its_times)
{
	struct itimerspec set = { .it_value = { 1000, 0 }, .it_interval = { 3, 7 } }, now;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct fdinfo i = ours(fd);
	int64_t deadline = 0;

	ck_assert_int_ne(i.has & FDINFO_HAS_TIMER, 0);
	ck_assert_int_eq(i.timer.value, 0);
	ck_assert_int_eq(timerfd_settime(fd, 0, &set, NULL), 0);
	i = ours(fd);
	ck_assert_int_eq(timerfd_gettime(fd, &now), 0);
	ck_assert_int_eq(i.timer.clock, CLOCK_MONOTONIC);
	ck_assert_int_eq(i.timer.interval, 3 * CLOCK_S + 7);
	ck_assert_uint_eq(i.timer.ticks, 0);
	ck_assert_int_le(i.timer.value, 1000 * CLOCK_S);
	ck_assert_int_ge(i.timer.value, now.it_value.tv_sec * CLOCK_S + now.it_value.tv_nsec);
	set = (struct itimerspec){ .it_value = { 0, 1 } };
	ck_assert_int_eq(timerfd_settime(fd, 0, &set, NULL), 0);
	do
		i = ours(fd);
	while (i.timer.ticks == 0 && child_wait(&deadline));
	ck_assert_uint_eq(i.timer.ticks, 1);
	ck_assert_int_eq(i.timer.value, 0);
	close(fd);
}
END_TEST

START_TEST(an_epoll_has_its_watches)
{
	struct epoll_event in = { .events = EPOLLIN | EPOLLET, .data.u64 = UINT64_C(0xfedcba9876543210) };
	int fd = epoll_create1(0), end[2];
	struct fdinfo i = ours(fd);
	struct stat st;

	ck_assert_uint_eq(i.watch_count, 0);
	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_eq(epoll_ctl(fd, EPOLL_CTL_ADD, end[0], &in), 0);
	i = ours(fd);
	ck_assert_uint_eq(i.watch_count, 1);
	ck_assert_int_eq(i.watches[0].fd, end[0]);
	/* The kernel adds what cannot be left out. */
	ck_assert_uint_eq(i.watches[0].events, in.events | EPOLLERR | EPOLLHUP);
	ck_assert_uint_eq(i.watches[0].data, in.data.u64);
	ck_assert_int_eq(fstat(end[0], &st), 0);
	if (i.watches[0].inode)
		ck_assert_uint_eq(i.watches[0].inode, st.st_ino);
	close(end[0]);
	close(end[1]);
	ck_assert_uint_eq(ours(fd).watch_count, 0);
	close(fd);
}
END_TEST

START_TEST(a_pidfd_has_its_process)
{
	struct child c;
	struct fdinfo i;

	child_start(&c, child_idle, NULL);
	if (c.pidfd < 0) {
		child_stop(&c);
		unit_skip("no pidfd_open");
	}
	i = ours(c.pidfd);
	ck_assert_int_ne(i.has & FDINFO_HAS_PID, 0);
	ck_assert_int_eq(i.pid, c.pid);
	kill(c.pid, SIGKILL);
	child_await_end(&c);
	ck_assert_int_eq(ours(c.pidfd).pid, c.pid); /* a zombie */
	child_reap(&c);
	ck_assert_int_eq(ours(c.pidfd).pid, -1);
	child_stop(&c);
}
END_TEST

START_TEST(a_description_is_known_again)
{
	struct child c;
	char path[80];
	int one, again, other, error;
	pid_t us = getpid();

	snprintf(path, sizeof path, "%s/file", folder);
	one = open(path, O_RDWR | O_CREAT, 0600);
	again = dup(one);
	other = open(path, O_RDWR);
	child_start(&c, child_idle, NULL);
	error = fdinfo_same_file(us, one, us, again);
	if (error == -ENOSYS || error == -EPERM) {
		child_stop(&c);
		unit_skip("no kcmp");
	}
	ck_assert_int_eq(error, 1);
	ck_assert_int_eq(fdinfo_same_file(us, one, c.pid, one), 1);
	ck_assert_int_eq(fdinfo_same_file(c.pid, again, us, one), 1);
	ck_assert_int_eq(fdinfo_same_file(us, one, us, other), 0);
	ck_assert_int_eq(fdinfo_same_file(us, other, us, one), 0);
	ck_assert_int_eq(fdinfo_same_file(us, one, c.pid, other), 0);
	ck_assert_int_eq(fdinfo_same_file(us, one, c.pid, 1000), -EBADF);
	ck_assert_int_eq(fdinfo_same_file(us, -1, c.pid, one), -EBADF);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	ck_assert_int_eq(fdinfo_same_file(us, one, c.pid, one), -ESRCH);
	child_stop(&c);
	close(one);
	close(again);
	close(other);
}
END_TEST

START_TEST(strangers_are_not_permitted)
{
	struct child c;
	int status;
	pid_t pid;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	child_start(&c, child_idle, NULL);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct fdinfo i;
		int same, got;

		if (setgid(65534) || setuid(65534))
			_exit(1);
		same = fdinfo_same_file(getpid(), 1, c.pid, 1);
		got = fdinfo_read(c.procdir, 1, &i);
		_exit((same != -EPERM && same != -ENOSYS) << 1 | (got != -EACCES && got != -EPERM) << 2);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	child_stop(&c);
	ck_assert_int_eq(status, 0);
}
END_TEST

Suite *suite_fdinfo(void)
{
	Suite *suite = suite_create("fdinfo");
	TCase *text = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(text, all_lines_are_read);
	tcase_add_test(text, lines_without_sense_are_passed_over);
	tcase_add_test(text, more_than_can_be_kept_are_counted);
	tcase_add_test(text, any_bytes_are_borne);
	suite_add_tcase(suite, text);
	folder_use(live);
	tcase_add_test(live, a_file_has_its_offset_and_locks);
	tcase_add_test(live, an_eventfd_has_its_count);
	tcase_add_test(live, an_eventfd_and_a_master_have_numbers);
	tcase_add_test(live, a_signalfd_has_its_signals);
	tcase_add_test(live, a_timerfd_has_its_times);
	tcase_add_test(live, an_epoll_has_its_watches);
	tcase_add_test(live, a_pidfd_has_its_process);
	tcase_add_test(live, a_description_is_known_again);
	tcase_add_test(live, strangers_are_not_permitted);
	suite_add_tcase(suite, live);
	return suite;
}

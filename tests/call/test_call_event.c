/* SPDX-License-Identifier: MIT */
/* Descriptors for events, words to sleep on, other processes' memory, sealed files, a terminal: made
 * for real. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/call/calling.h"

START_TEST(counters)
{
	int e = (int)calling_number("eventfd(3, EFD_NONBLOCK)"), s = (int)calling_number("eventfd(2, EFD_SEMAPHORE)");
	struct caller c;

	ck_assert_str_eq(calling("eventfd_write(%d, 4)", e), "0");
	ck_assert_str_eq(calling("eventfd_read(%d)", e), "7");
	ck_assert_str_eq(calling("eventfd_read(%d)", e), "-1 EAGAIN");
	ck_assert_str_eq(calling("eventfd_write(%d, -1)", e), "-1 EINVAL"); /* the one number that it never holds */
	ck_assert_str_eq(calling("eventfd_write(%d, -2)", e), "0");         /* 0xfffffffffffffffe: as much as it holds */
	ck_assert_str_eq(calling("eventfd_write(%d, 1)", e), "-1 EAGAIN");
	ck_assert_str_eq(calling("eventfd_read(%d)", s), "1");
	ck_assert_str_eq(calling("eventfd_read(%d)", s), "1");
	calling_start(&c, "eventfd_read(%d)", s);
	ck_assert_str_eq(calling("eventfd_write(%d, 1)", s), "0");
	ck_assert_str_eq(calling_ended(&c), "1");
	ck_assert_str_eq(calling("fcntl(%d, F_SETFL, 0)", e), "0");
	calling_start(&c, "eventfd_write(%d, 1)", e);
	ck_assert_str_eq(calling("eventfd_read(%d)", e), "-2");
	ck_assert_int_eq(calling_outcome()->error, 0);
	ck_assert_str_eq(calling_ended(&c), "0");
	ck_assert_str_eq(calling("eventfd(0, 64)"), "-1 EINVAL");
	ck_assert_str_eq(calling("eventfd_read(1000000)"), "-1 EBADF");
	ck_assert_str_eq(calling("eventfd_write(1000000, 1)"), "-1 EBADF");
}
END_TEST

START_TEST(signals_to_read)
{
	int s = (int)calling_number("signalfd(SIGUSR1|SIGRTMIN, SFD_NONBLOCK)");
	struct caller c;

	ck_assert_str_eq(calling("sigprocmask(SIG_BLOCK, SIGUSR1|SIGRTMIN)"), "0");
	ck_assert_str_eq(calling("signalfd_read(%d)", s), "-1 EAGAIN");
	ck_assert_str_eq(calling("raise(SIGUSR1)"), "0");
	ck_assert_str_eq(calling("sigqueue(%d, SIGRTMIN, -7)", getpid()), "0");
	ck_assert_str_eq(calling("signalfd_read(%d)", s), "SIGUSR1");
	ck_assert_str_eq(calling("signalfd_read(%d)", s), "SIGRTMIN [-7]");
	ck_assert_str_eq(calling("fcntl(%d, F_SETFL, 0)", s), "0");
	if (!unit_valgrind()) { /* which blocks what the program does not */
		calling_start(&c, "signalfd_read(%d)", s); /* whose signals are not blocked: it reads none, it dies of it */
		ck_assert_int_eq(kill(c.child.pid, SIGUSR1), 0);
		ck_assert_str_eq(calling_ended(&c), "");
	}
	ck_assert_str_eq(calling("signalfd(SIGUSR1, 1)"), "-1 EINVAL");
	ck_assert_str_eq(calling("signalfd_read(1000000)"), "-1 EBADF");
}
END_TEST

START_TEST(timers)
{
	int t = (int)calling_number("timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)");
	struct caller c;

	ck_assert_str_eq(calling("timerfd_read(%d)", t), "-1 EAGAIN");
	ck_assert_str_eq(calling("fcntl(%d, F_SETFL, 0)", t), "0");
	ck_assert_str_eq(calling("timerfd_settime(%d, 1)", t), "0");
	ck_assert_str_eq(calling("timerfd_read(%d)", t), "1");
	calling_start(&c, "timerfd_read(%d)", t); /* once */
	ck_assert_str_eq(calling("timerfd_settime(%d, 1, 100000)", t), "0");
	ck_assert_str_eq(calling_ended(&c), "1");
	ck_assert_str_eq(calling("timerfd_settime(%d, -1)", t), "-1 EINVAL");
	ck_assert_str_eq(calling("timerfd_settime(0x7fffffff, 1)"), "-1 EBADF");
	ck_assert_str_eq(calling("timerfd_settime(%d, 1)", (int)calling_number("eventfd(0)")), "-1 EINVAL");
	ck_assert_str_eq(calling("timerfd_create(CLOCK_REALTIME, 1)"), "-1 EINVAL");
	ck_assert_str_eq(calling("timerfd_create(999)"), "-1 EINVAL");
}
END_TEST

START_TEST(many_at_once)
{
	int p = (int)calling_number("epoll_create1(EPOLL_CLOEXEC)"), one = (int)calling_number("eventfd(0)"),
	    two = (int)calling_number("eventfd(0)");
	struct caller c;
	char as[64];

	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_ADD, %d, EPOLLIN)", p, one), "0");
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_ADD, %d, EPOLLIN|EPOLLONESHOT)", p, two), "0");
	ck_assert_str_eq(calling("epoll_wait(%d, 0)", p), "0");
	calling_start(&c, "epoll_wait(%d, -1)", p);
	ck_assert_str_eq(calling("eventfd_write(%d, 1)", one), "0");
	snprintf(as, sizeof as, "1 EPOLLIN {%d}", one);
	ck_assert_str_eq(calling_ended(&c), as);
	ck_assert_str_eq(calling("eventfd_write(%d, 1)", two), "0");
	snprintf(as, sizeof as, "2 EPOLLIN {%d, %d}", one, two);
	ck_assert_str_eq(calling("epoll_wait(%d, 0)", p), as);
	snprintf(as, sizeof as, "1 EPOLLIN {%d}", one); /* EPOLLIN stays, EPOLLONESHOT was for once */
	ck_assert_str_eq(calling("epoll_wait(%d, 0)", p), as);
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_MOD, %d, EPOLLIN|EPOLLOUT|EPOLLET)", p, one), "0");
	snprintf(as, sizeof as, "1 EPOLLIN|EPOLLOUT {%d}", one);
	ck_assert_str_eq(calling("epoll_wait(%d, 0)", p), as);
	ck_assert_str_eq(calling("epoll_wait(%d, 0)", p), "0"); /* nothing new */
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_DEL, %d)", p, one), "0");
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_DEL, %d)", p, one), "-1 ENOENT");
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_ADD, %d, EPOLLIN)", p, two), "-1 EEXIST");
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_ADD, %d, EPOLLIN)", p, p), "-1 EINVAL");
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_ADD, 1000000, EPOLLIN)", p), "-1 EBADF");
	ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_ADD, %d, EPOLLIN)", p, (int)calling_number("open(\"f\", O_RDWR|O_CREAT, 0600)")),
			 "-1 EPERM"); /* a file is always ready */
	ck_assert_str_eq(calling("epoll_wait(%d, 0)", one), "-1 EINVAL");
	ck_assert_str_eq(calling("epoll_wait(1000000, 0)"), "-1 EBADF");
	ck_assert_str_eq(calling("epoll_create1(1)"), "-1 EINVAL");
}
END_TEST

/* As many as there is room to tell. */
START_TEST(more_than_are_told)
{
	int p = (int)calling_number("epoll_create1()");

	for (int i = 0; i < 2 * CALL_VALUES; i++)
		ck_assert_str_eq(calling("epoll_ctl(%d, EPOLL_CTL_ADD, %d, EPOLLOUT)", p, (int)calling_number("eventfd(0)")), "0");
	ck_assert_int_eq(calling_number("epoll_wait(%d, 0)", p), CALL_VALUES - 1);
	ck_assert_int_eq(calling_outcome()->n_values, CALL_VALUES);
}
END_TEST

START_TEST(processes_as_descriptors)
{
	struct child c;
	int fd;

	if (!strcmp(calling("pidfd_open(%d)", (int)getpid()), "-1 ENOSYS"))
		unit_skip("this kernel has no pidfd_open (Linux 5.3)");
	child_start(&c, child_idle, NULL);
	fd = (int)calling_number("pidfd_open(%d)", (int)c.pid);
	ck_assert_str_eq(calling("poll(%d, POLLIN, 0)", fd), "0");
	ck_assert_str_eq(calling("pidfd_send_signal(%d, 0)", fd), "0");
	ck_assert_str_eq(calling("pidfd_send_signal(%d, 99)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("pidfd_send_signal(%d, SIGKILL)", fd), "0");
	ck_assert_str_eq(calling("poll(%d, POLLIN, -1)", fd), "1 POLLIN");
	ck_assert_int_eq(child_reap(&c), SIGKILL);
	ck_assert_str_eq(calling("pidfd_send_signal(%d, SIGKILL)", fd), "-1 ESRCH");
	ck_assert_str_eq(calling("pidfd_send_signal(%d, 0)", (int)calling_number("eventfd(0)")), "-1 EBADF");
	ck_assert_str_eq(calling("pidfd_open(%d)", INT32_MAX), "-1 ESRCH");
	ck_assert_str_eq(calling("pidfd_open(-1)"), "-1 EINVAL");
	child_stop(&c);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------------- */

static long long words(void)
{
	return calling_number("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0)");
}

START_TEST(sleeping_on_a_word)
{
	long long w = words();
	struct caller one, two;

	ck_assert_str_eq(calling("futex(0x%llx, FUTEX_WAIT, 1)", w), "-1 EAGAIN"); /* it holds 0 */
	ck_assert_str_eq(calling("futex(0x%llx, FUTEX_WAIT, 0, 1)", w), "-1 ETIMEDOUT");
	ck_assert_str_eq(calling("futex(0x%llx, FUTEX_WAKE, 1)", w), "0");
	calling_start(&one, "futex(0x%llx, FUTEX_WAIT, 0)", w);
	calling_start(&two, "futex(0x%llx, FUTEX_WAIT, 0, 60000)", w);
	ck_assert_str_eq(calling("store(0x%llx, 0, 1)", w), "0"); /* does not wake anybody */
	ck_assert_str_eq(calling("futex(0x%llx, FUTEX_WAKE_PRIVATE, 9)", w), "0"); /* they sleep on a shared one */
	ck_assert_str_eq(calling("futex(0x%llx, FUTEX_WAKE, 9)", w), "2");
	ck_assert_str_eq(calling_ended(&one), "0");
	ck_assert_str_eq(calling_ended(&two), "0");
	ck_assert_str_eq(calling("futex(0x%llx, FUTEX_WAIT, 0)", w + 2), "-1 EINVAL");
	ck_assert_str_eq(calling("futex(0x%llx, 127, 0)", w), "-1 ENOSYS");
	ck_assert_str_eq(calling("munmap(0x%llx, 4096)", w), "0");
	if (!unit_valgrind()) /* which tells of it */
		ck_assert_str_eq(calling("futex(0x%llx, FUTEX_WAIT, 0)", w), "-1 EFAULT");
}
END_TEST

START_TEST(each_others_memory)
{
	static char here[16] = "before";
	long long at = (long long)(intptr_t)here;
	struct child c;

	child_start(&c, child_idle, NULL);
	strcpy(here, "mine");
	ck_assert_str_eq(calling("process_vm_readv(%d, 0x%llx, 6)", (int)c.pid, at), "6 \"before\"");
	ck_assert_str_eq(calling("process_vm_writev(%d, 0x%llx, \"theirs\")", (int)c.pid, at), "6");
	ck_assert_str_eq(calling("process_vm_readv(%d, 0x%llx, 6)", (int)c.pid, at), "6 \"theirs\"");
	ck_assert_str_eq(here, "mine");
	ck_assert_str_eq(calling("process_vm_writev(%d, 0x%llx, 3)", (int)c.pid, at), "3");
	ck_assert_str_eq(calling("process_vm_readv(%d, 0x%llx, 6)", (int)c.pid, at), "6 \"aaairs\"");
	ck_assert_str_eq(calling("process_vm_readv(%d, 0x10, 6)", (int)c.pid), "-1 EFAULT");
	ck_assert_str_eq(calling("process_vm_writev(%d, 0x10, \"x\")", (int)c.pid), "-1 EFAULT");
	ck_assert_str_eq(calling("process_vm_readv(%d, 0x%llx, 8M)", (int)c.pid, at), "-1 E2BIG");
	ck_assert_str_eq(calling("process_vm_readv(%d, 0x%llx, 1)", INT32_MAX, at), "-1 ESRCH");
	child_stop(&c);
}
END_TEST

START_TEST(somebody_elses_memory)
{
	struct child c;

	if (geteuid() != 0)
		unit_skip("needs root");
	if (!unit_forked())
		unit_skip("changes its user");
	child_start(&c, child_idle, NULL);
	calling_number("setuid(65534)");
	ck_assert_str_eq(calling("process_vm_readv(%d, 0x1000, 1)", (int)c.pid), "-1 EPERM");
	ck_assert_str_eq(calling("process_vm_writev(%d, 0x1000, \"x\")", (int)c.pid), "-1 EPERM");
	/* dies with the test: PR_SET_PDEATHSIG */
}
END_TEST

START_TEST(sealed_files)
{
	int m = (int)calling_number("memfd_create(\"m\", MFD_ALLOW_SEALING|MFD_CLOEXEC)");
	char link[64], to[64] = "";

	snprintf(link, sizeof link, "/proc/self/fd/%d", m);
	ck_assert_int_gt(readlink(link, to, sizeof to - 1), 0);
	ck_assert_int_eq(strncmp(to, "/memfd:m", 8), 0);
	ck_assert_str_eq(calling("write(%d, \"hello\")", m), "5");
	ck_assert_str_eq(calling("fcntl(%d, F_GET_SEALS)", m), "0");
	ck_assert_str_eq(calling("fcntl(%d, F_ADD_SEALS, F_SEAL_SHRINK|F_SEAL_GROW)", m), "0");
	ck_assert_str_eq(calling("fcntl(%d, F_GET_SEALS)", m), "F_SEAL_SHRINK|F_SEAL_GROW");
	ck_assert_str_eq(calling("ftruncate(%d, 1)", m), "-1 EPERM");
	ck_assert_str_eq(calling("write(%d, \"more\")", m), "-1 EPERM");
	ck_assert_str_eq(calling("pwrite(%d, \"j\", 0)", m), "1");
	ck_assert_str_eq(calling("fcntl(%d, F_ADD_SEALS, F_SEAL_WRITE|F_SEAL_SEAL)", m), "0");
	ck_assert_str_eq(calling("pwrite(%d, \"k\", 0)", m), "-1 EPERM");
	ck_assert_str_eq(calling("fcntl(%d, F_ADD_SEALS, F_SEAL_GROW)", m), "-1 EPERM");
	ck_assert_str_eq(calling("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, %d, 0)", m), "-1 EPERM");
	m = (int)calling_number("memfd_create(\"\")");
	ck_assert_str_eq(calling("fcntl(%d, F_ADD_SEALS, F_SEAL_WRITE)", m), "-1 EPERM"); /* made without */
	ck_assert_str_eq(calling("memfd_create(\"m\", 0x4000)"), "-1 EINVAL");
}
END_TEST

/* ---- a terminal -------------------------------------------------------------------------------------- */

START_TEST(terminals)
{
	int user, program;
	struct caller c;

	if (!strcmp(calling("openpty()"), "-1 ENOENT"))
		unit_skip("there is no /dev/ptmx here");
	user = (int)calling_outcome()->values[0];
	program = (int)calling_outcome()->values[1];
	ck_assert_int_eq(isatty(user), 1);
	ck_assert_int_eq(isatty(program), 1);
	ck_assert_str_eq(calling("write(%d, \"hi\")", program), "2");
	ck_assert_str_eq(calling("read(%d, 100)", user), "2 \"hi\"");
	calling_start(&c, "read(%d, 100)", program);
	ck_assert_str_eq(calling("write(%d, \"lx\\x7fs\")", user), "4"); /* DEL takes a letter back */
	ck_assert_str_eq(calling("write(%d, \"\\n\")", user), "1");
	ck_assert_str_eq(calling_ended(&c), "3 \"ls\\n\"");
	ck_assert_str_eq(calling("read(%d, 100)", user), "8 \"lx\\b \\bs\\r\\n\""); /* the echo */
	ck_assert_str_eq(calling("close(%d)", program), "0");
	ck_assert_str_eq(calling("read(%d, 100)", user), "-1 EIO");
}
END_TEST

Suite *suite_call_event(void)
{
	Suite *s = suite_create("call_event");
	TCase *t = tcase_create("event");

	calling_use(t);
	tcase_add_test(t, counters);
	tcase_add_test(t, signals_to_read);
	tcase_add_test(t, timers);
	tcase_add_test(t, many_at_once);
	tcase_add_test(t, more_than_are_told);
	tcase_add_test(t, processes_as_descriptors);
	tcase_add_test(t, sleeping_on_a_word);
	tcase_add_test(t, each_others_memory);
	tcase_add_test(t, somebody_elses_memory);
	tcase_add_test(t, sealed_files);
	tcase_add_test(t, terminals);
	suite_add_tcase(s, t);
	return s;
}

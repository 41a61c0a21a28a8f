/* SPDX-License-Identifier: MIT */
/* eventfd, signalfd, timerfd, epoll and pidfd of a real stage, beside what reading them gives and what
 * timerfd_gettime(2) says. They have no inode of their own: which is which is half the matter. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/stage/objects.h"

START_TEST(an_eventfd)
{
	struct play p;

	part_open(&p, "parent e = eventfd(3)\nparent s = eventfd(5, EFD_SEMAPHORE)\nparent fork child\n"
		      "child eventfd_write(e, 4) = 0\nparent eventfd_read(s) = 1\nsay added\n"
		      "parent eventfd_read(e) = 7\nchild eventfd_read(e) ...\nsay taken\n"
		      "parent eventfd_write(e, 1) = 0\nchild ... eventfd_read = 1\n");
	part_is(&p, "e", "count", 7);
	part_is(&p, "s", "count", 4);
	part_is(&p, "e", "readers", 2);
	part_why(&p, "e", "remaining", 0);
	part_look(&p, 100);
	part_next(&p); /* it was 7 for the reader, however often it was looked at */
	part_is(&p, "e", "count", 0);
	part_says(&p, "e", "waiting", "child");
	part_next(&p);
	play_close(&p);
}
END_TEST

/* One behind several descriptors of several processes, whoever made it and whoever is left. */
START_TEST(which_is_which)
{
	struct play p;

	part_open(&p, "parent e = eventfd(1)\nparent f = eventfd(2)\nparent g = dup(e)\nparent fork a\n"
		      "parent fork b\nsay three\n"
		      "parent close(e) = 0\nparent close(g) = 0\nsay two\na eventfd_write(e, 10) = 0\n"
		      "a close(e) = 0\nsay a\n"
		      "b close(e) = 0\nsay b\nb close(g) = 0\na close(g) = 0\nsay none\nparent e = eventfd(5)\n"
		      "say again\n");
	part_is(&p, "e", "readers", 3);
	part_is(&p, "f", "readers", 3);
	part_is(&p, "e", "count", 1);
	part_next(&p);
	part_is(&p, "e", "readers", 2);
	part_next(&p);
	part_is(&p, "e", "count", 11);
	part_is(&p, "f", "count", 2);
	part_next(&p);
	part_is(&p, "e", "readers", 2);
	part_is(&p, "e", "count", 11);
	part_next(&p);
	part_is(&p, "f", "readers", 3);
	part_is(&p, "e", "gone", 1);
	part_next(&p);
	part_is(&p, "e", "gone", 0);
	part_is(&p, "e", "count", 5);
	play_close(&p);
}
END_TEST

/* A number that was one's becomes the other's. */
START_TEST(a_number_changes_hands)
{
	struct play p;

	part_open(&p, "parent f = eventfd(2)\nparent e = eventfd(1)\nparent fork a\nparent dup2(f, e) = 4\n"
		      "parent dup2(f, f) = 3\nsay over\n"
		      "a close(e) = 0\nsay gone\nparent close(f) = 0\nparent eventfd_write(4, 5) = 0\nsay other\n");
	part_is(&p, "e", "count", 1);
	part_is(&p, "f", "count", 2);
	part_is(&p, "e", "readers", 1);
	part_is(&p, "f", "readers", 2);
	part_next(&p);
	part_is(&p, "e", "gone", 1);
	part_is(&p, "f", "readers", 2);
	part_next(&p);
	part_is(&p, "f", "count", 7);
	play_close(&p);
}
END_TEST

/* Who made it is killed: the others have it still. */
START_TEST(its_maker_is_killed)
{
	struct play p;

	part_open(&p, "parent fork a\na e = eventfd(1)\na t = timerfd_create(CLOCK_MONOTONIC)\n"
		      "a p = epoll_create1()\na fork b\nb fork c\nc eventfd_read(e) = 1\nb close(t) = 0\nsay made\n"
		      "b eventfd_write(e, 6) = 0\nb epoll_ctl(p, EPOLL_CTL_ADD, e, EPOLLIN) = 0\nsay used\n");
	part_kill(&p, "a");
	part_is(&p, "e", "readers", 2);
	part_is(&p, "t", "readers", 1);
	part_next(&p);
	part_is(&p, "e", "count", 6);
	part_is(&p, "p", "count", 1);
	part_kill(&p, "c");
	part_is(&p, "t", "gone", 1);
	part_is(&p, "e", "gone", 0);
	play_close(&p);
}
END_TEST

/* Its maker dies while others finish calls: they are heard of in one go. */
START_TEST(its_maker_dies_in_the_middle)
{
	struct text t = { 0 };
	struct play p;

	for (int i = 0; i < 10; i++)
		text_addf(&t, "parent fork a%d\na%d e%d = eventfd(%d)\na%d fork b%d\n"
			      "b%d eventfd_write(e%d, 1) = 0\nb%d kill(a%d, SIGKILL) = 0\n"
			      "b%d eventfd_write(e%d, 1) = 0\n",
			  i, i, i, i, i, i, i, i, i, i, i, i);
	part_open(&p, text_string(&t));
	text_free(&t);
	for (int i = 0; i < 10; i++) {
		char name[8];

		snprintf(name, sizeof name, "e%d", i);
		part_is(&p, name, "gone", 0);
		part_is(&p, name, "count", i + 2);
		part_is(&p, name, "readers", 1);
	}
	play_close(&p);
}
END_TEST

/* By a socket to a process that is no relation. */
START_TEST(an_eventfd_is_passed)
{
	struct play p;

	part_open(&p, "parent s = socket(AF_UNIX, SOCK_DGRAM)\nparent bind(s, \"@x\") = 0\nspawn other\n"
		      "other c = socket(AF_UNIX, SOCK_DGRAM)\nother connect(c, \"@x\") = 0\n"
		      "other e = eventfd(4)\nother sendmsg(c, \"e\", e) = 1\nparent recvmsg(s, 10) = 1\n"
		      "other close(e) = 0\nsay passed\n");
	part_is(&p, "e", "count", 4);
	part_is(&p, "e", "readers", 1);
	part_kill(&p, "other");
	part_is(&p, "e", "gone", 0);
	part_kill(&p, "parent");
	part_is(&p, "e", "gone", 1);
	play_close(&p);
}
END_TEST

START_TEST(a_timerfd)
{
	struct itimerspec left;
	int64_t ms, deadline = 0;
	struct play p;
	int fd;

	part_open(&p, "parent t = timerfd_create(CLOCK_MONOTONIC)\nsay made\n"
		      "parent timerfd_settime(t, 3600000) = 0\nsay armed\nparent timerfd_settime(t, 1, 1) = 0\n"
		      "say soon\n"
		      "parent timerfd_settime(t, 0) = 0\nsay off\n");
	part_is(&p, "t", "remaining", 0);
	part_is(&p, "t", "count", 0);
	part_next(&p);
	ms = part_number(&p, "t", "remaining");
	fd = part_borrow(&p, "parent", part_descriptor(&p, "parent", "t"));
	ck_assert_int_eq(timerfd_gettime(fd, &left), 0);
	close(fd);
	ck_assert_int_le(ms, 3600000);
	ck_assert_int_ge(ms, left.it_value.tv_sec * 1000);
	part_next(&p);
	while (!part_number(&p, "t", "count") && child_wait(&deadline))
		;
	part_is(&p, "t", "count", 1); /* the others the kernel counts when it is read */
	part_next(&p);
	part_is(&p, "t", "remaining", 0);
	play_close(&p);
}
END_TEST

START_TEST(a_signalfd)
{
	struct play p;

	part_open(&p, "parent sigprocmask(SIG_BLOCK, SIGUSR1|SIGTERM) = 0\nparent g = signalfd(SIGUSR1|SIGTERM)\n"
		      "parent raise(SIGUSR1) = 0\nsay made\nparent signalfd_read(g) = SIGUSR1\n");
	part_is(&p, "g", "mask", 1 << (SIGUSR1 - 1) | 1 << (SIGTERM - 1));
	part_why(&p, "g", "count", 0);
	part_is(&p, "parent", "pending", 1 << (SIGUSR1 - 1));
	part_look(&p, 50);
	part_next(&p);
	play_close(&p);
}
END_TEST

START_TEST(an_epoll)
{
	struct play p;

	part_open(&p, "parent e = eventfd(0)\nparent p = pipe()\nparent x = epoll_create1()\nsay empty\n"
		      "parent epoll_ctl(x, EPOLL_CTL_ADD, e, EPOLLIN) = 0\n"
		      "parent epoll_ctl(x, EPOLL_CTL_ADD, p.r, EPOLLIN) = 0\nparent fork child\n"
		      "child epoll_wait(x, -1) ...\nsay two\n"
		      "parent write(p.w, \"x\") = 1\nchild ... epoll_wait = 1 EPOLLIN\n"
		      "parent epoll_ctl(x, EPOLL_CTL_DEL, e) = 0\nsay one\n");
	part_is(&p, "x", "count", 0);
	part_next(&p);
	part_is(&p, "x", "count", 2);
	part_look(&p, 50);
	part_says(&p, "x", "waiting", "child");
	ck_assert_ptr_nonnull(strstr(play_object(&p, "x")->event.detail, "3 e EPOLLIN"));
	ck_assert_ptr_nonnull(strstr(play_object(&p, "x")->event.detail, "4 p EPOLLIN"));
	part_next(&p);
	part_is(&p, "x", "count", 1);
	play_close(&p);
}
END_TEST

START_TEST(a_pidfd)
{
	struct play p;

	part_open(&p, "parent fork child\nsay forked\nparent f = pidfd_open(child)\nsay made\n"
		      "parent waitpid(child) = ?\nsay reaped\n");
	if (child_pidfd(getpid()) < 0) {
		play_close(&p);
		unit_skip("no pidfd here (Linux 5.3)");
	}
	part_next(&p);
	part_look(&p, 1);
	ck_assert_str_eq(play_object(&p, "f")->event.what, "pidfd");
	ck_assert_str_eq(play_object(&p, "f")->event.detail, "child");
	part_kill(&p, "child");
	part_next(&p);
	part_look(&p, 1);
	ck_assert_str_eq(play_object(&p, "f")->event.detail, "ended and waited for");
	play_close(&p);
}
END_TEST

/* One of the masks in /proc/PID/status. */
static int64_t mask(const char *status, const char *name)
{
	return (int64_t)strtoull(strstr(status, name) + strlen(name), NULL, 16);
}

START_TEST(signals_and_handlers)
{
	char *status;
	struct play p;

	part_open(&p, "parent sigprocmask(SIG_BLOCK, SIGUSR1|SIGRTMIN) = 0\nspawn other\n"
		      "other kill(parent, SIGUSR1) = 0\nother sigqueue(parent, SIGRTMIN, 7) = 0\n"
		      "other sigqueue(parent, SIGRTMIN, 8) = 0\nparent raise(SIGUSR1) = 0\nsay pending\n"
		      "parent sigaction(SIGUSR1, catch) = 0\n"
		      "parent sigaction(SIGRTMIN, catch) = 0\nparent sigprocmask(SIG_UNBLOCK, SIGRTMIN) = 0\n"
		      "parent --- SIGRTMIN ---\nparent --- SIGRTMIN ---\nsay handled\n");
	status = part_proc(&p, "parent", "status");
	part_is(&p, "parent", "pending", mask(status, "ShdPnd:") | mask(status, "SigPnd:"));
	part_is(&p, "parent", "pending_thread", mask(status, "SigPnd:"));
	part_is(&p, "parent", "blocked_signals", mask(status, "SigBlk:"));
	free(status);
	ck_assert_int_ge(part_number(&p, "parent", "queued"), 3);
	part_is(&p, "parent", "handled", 0);
	part_why(&p, "parent", "sender", 0);
	part_why(&p, "parent", "sent_value", 0);
	part_next(&p);
	part_is(&p, "parent", "handled", 2);
	part_says(&p, "parent", "sender", "other");
	part_is(&p, "parent", "sent_value", 8);
	status = part_proc(&p, "parent", "status");
	part_is(&p, "parent", "caught", mask(status, "SigCgt:"));
	part_is(&p, "parent", "switches", part_switches(&p, "parent"));
	free(status);
	play_close(&p);
}
END_TEST

Suite *suite_objects_event(void)
{
	Suite *s = suite_create("objects_event");
	TCase *event = tcase_create("events"), *process = tcase_create("processes");

	tcase_add_test(event, an_eventfd);
	tcase_add_test(event, which_is_which);
	tcase_add_test(event, a_number_changes_hands);
	tcase_add_test(event, its_maker_is_killed);
	tcase_add_test(event, its_maker_dies_in_the_middle);
	tcase_add_test(event, an_eventfd_is_passed);
	tcase_add_test(event, a_timerfd);
	tcase_add_test(event, a_signalfd);
	tcase_add_test(event, an_epoll);
	tcase_add_test(event, a_pidfd);
	tcase_add_test(process, signals_and_handlers);
	suite_add_tcase(s, event);
	suite_add_tcase(s, process);
	return s;
}

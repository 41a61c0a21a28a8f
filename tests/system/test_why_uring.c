/* SPDX-License-Identifier: MIT */
/* Why programs wait that wait by io_uring: each request is followed like a descriptor that is polled. */
#include "system/why.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "probe/uring.h"
#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/probe/ring.h"
#include "tests/system/program.h"
#include "tests/unit.h"

static int ends[2];

static void needs_rings(void)
{
	struct ring r;

	if (!child_shows_calls() || !ring_make(&r, 1, 0))
		unit_skip("no /proc/PID/syscall or no io_uring here");
	ring_unmap(&r);
	close(r.fd);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
}

static void done(struct child *c)
{
	child_stop(c);
	close(ends[0]);
	close(ends[1]);
}

static int start(struct ring *r, unsigned flags)
{
	alarm(120);
	return ring_make(r, 8, flags) ? 0 : 1;
}

/* --- requests ------------------------------------------------------------------------------------- */

static int read_by_ring(void *unused)
{
	struct ring r;

	(void)unused;
	close(ends[1]);
	if (start(&r, 0))
		return 1;
	ring_add(&r, RING_READ, 0, ends[0], 1, 8, 0);
	return ring_enter(&r, 1, 1);
}

START_TEST(a_read_whose_writer_is_stopped)
{
	struct child c, writer;
	char resumes[48];

	needs_rings();
	child_start(&writer, child_idle, NULL);
	child_start(&c, read_by_ring, NULL);
	close(ends[1]);
	ends[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	program_why(c.pid, WHY_NOTHING, "in io_uring_enter(", "): a read on pipe:[", ", empty", "its only writer", " in pause",
		    NULL);
	kill(writer.pid, SIGSTOP);
	snprintf(resumes, sizeof resumes, "kill -CONT %d resumes it", (int)writer.pid);
	program_why(c.pid, WHY_FOUND, "a read on pipe:[", "is stopped", resumes, NULL);
	ck_assert_ptr_ne(strstr(program_answer()->link[0].source, "the ring's fdinfo and memory"), NULL);
	child_stop(&writer);
	done(&c);
}
END_TEST

static int write_by_ring(void *unused)
{
	struct ring r;

	(void)unused;
	close(ends[0]);
	if (start(&r, 0))
		return 1;
	/* Again and again by one number: the entries of old are written over. */
	for (uint64_t i = 0;; i++) {
		ring_add(&r, RING_WRITE, 0, ends[1], 7, 4096, 0);
		if (ring_enter(&r, 1, 1) < 0)
			return 1;
		ring_seen(&r);
	}
}

START_TEST(a_write_to_a_full_pipe)
{
	struct child c, reader;

	needs_rings();
	child_start(&reader, child_idle, NULL);
	child_start(&c, write_by_ring, NULL);
	kill(reader.pid, SIGSTOP);
	close(ends[0]);
	ends[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	program_why(c.pid, WHY_FOUND, "a write on pipe:[", "full: 65536 of 65536 B", "its only reader", "is stopped", NULL);
	child_stop(&reader);
	done(&c);
}
END_TEST

static int read_registered(void *unused)
{
	struct ring r;

	(void)unused;
	if (start(&r, 0) || !ring_register(&r, ends, 1))
		return 1;
	close(ends[0]);
	ring_add(&r, RING_READ, RING_FIXED_FILE, 0, 1, 8, 0);
	return ring_enter(&r, 1, 1);
}

static bool tells_registered(void)
{
	int procdir = procfs_open(getpid());
	bool tells = false;
	char name[64];
	struct ring r;
	struct uring u;

	if (ring_make(&r, 1, 0) && ring_register(&r, ends, 1) && uring_read(procdir, getpid(), r.fd, &u) == 0) {
		tells = uring_file(text_string(&u.text), u.text.length, 0, name, sizeof name) && strncmp(name, "pipe:", 5) == 0;
		uring_free(&u);
	}
	ring_unmap(&r);
	close(r.fd);
	close(procdir);
	return tells;
}

START_TEST(a_registered_file)
{
	struct child c;

	needs_rings();
	if (!tells_registered())
		unit_skip("before Linux 6.11 the kernel does not tell which pipe is registered");
	child_start(&c, read_registered, NULL);
	close(ends[0]);
	close(ends[1]);
	ends[0] = ends[1] = -1;
	program_why(c.pid, WHY_FOUND, "a read on pipe:[", "the only write end left is its own", "close descriptor", NULL);
	child_stop(&c);
}
END_TEST

static int read_two(void *unused)
{
	struct ring r;
	int more[2];

	(void)unused;
	if (start(&r, 0) || pipe(more) != 0)
		return 1;
	ring_add(&r, RING_READ, 0, ends[0], 1, 8, 0);
	ring_add(&r, RING_POLL, 0, more[0], 2, 0, POLLIN);
	ring_add(&r, RING_TIMEOUT, 0, -1, 3, 0, 0);
	return ring_enter(&r, 3, 1);
}

START_TEST(one_of_several)
{
	struct child c;

	needs_rings();
	child_start(&c, read_two, NULL);
	program_why(c.pid, WHY_NOTHING, "for one of 3 requests", "a read on pipe:[", "a poll on pipe:[", "a timeout", NULL);
	done(&c);
}
END_TEST

static int read_then_write(void *unused)
{
	struct ring r;

	(void)unused;
	if (start(&r, 0))
		return 1;
	ring_add(&r, RING_READ, RING_LINK, ends[0], 1, 8, 0);
	ring_add(&r, RING_WRITE, 0, STDOUT_FILENO, 2, 8, 0);
	return ring_enter(&r, 2, 2);
}

START_TEST(a_chain_of_requests_waits_for_its_first)
{
	struct child c;

	needs_rings();
	child_start(&c, read_then_write, NULL);
	program_why(c.pid, WHY_NOTHING, "for 2 completions, 2 requests are under way", "a read on pipe:[", NULL);
	for (int i = 0; i < program_answer()->n_links; i++)
		ck_assert_ptr_eq(strstr(program_answer()->link[i].sentence, "a write on"), NULL);
	done(&c);
}
END_TEST

static int serve(void *unused)
{
	struct sockaddr_un anywhere = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	struct ring r;

	(void)unused;
	if (start(&r, 0) || bind(listener, (struct sockaddr *)&anywhere, sizeof anywhere.sun_family) != 0 ||
	    listen(listener, 1) != 0)
		return 1;
	ring_add(&r, RING_ACCEPT, 0, listener, 1, 0, 0);
	ring_add(&r, RING_READ, 0, ends[0], 2, 8, 0);
	return ring_enter(&r, 2, 1);
}

START_TEST(a_server_is_well)
{
	struct child c;

	needs_rings();
	child_start(&c, serve, NULL);
	program_why(c.pid, WHY_NOTHING, "it serves: it waits for new connections on unix", "or for one of its other requests",
		    NULL);
	done(&c);
}
END_TEST

/* --- waiting in vain ----------------------------------------------------------------------------- */

static int ask_for_nothing(void *unused)
{
	struct ring r;

	(void)unused;
	return start(&r, 0) ? 1 : ring_enter(&r, 0, 1);
}

static int forget_to_submit(void *unused)
{
	struct ring r;

	(void)unused;
	if (start(&r, 0))
		return 1;
	ring_add(&r, RING_NOP, 0, -1, 1, 0, 0);
	return ring_enter(&r, 0, 1);
}

static int want_too_many(void *unused)
{
	struct ring r;

	(void)unused;
	if (start(&r, 0))
		return 1;
	ring_add(&r, RING_TIMEOUT, 0, -1, 1, 0, 0);
	return ring_enter(&r, 1, 2);
}

START_TEST(what_nothing_will_complete)
{
	static const struct { int (*run)(void *); const char *says, *resolves; } rows[] = {
		{ ask_for_nothing, "no request of it is under way", "must hand over its requests" },
		{ forget_to_submit, "were not handed over to the kernel", "must hand over its requests" },
		{ want_too_many, "it wants 2 completions, and 1 request is under way", "want fewer completions" },
	};
	struct child c;

	needs_rings();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		child_start(&c, rows[i].run, NULL);
		program_why(c.pid, WHY_FOUND, "in io_uring_enter(", rows[i].says, rows[i].resolves, NULL);
		child_stop(&c);
	}
	close(ends[0]);
	close(ends[1]);
}
END_TEST

static int sleep_on_the_queue(void *unused)
{
	struct ring r;

	(void)unused;
	if (start(&r, 2)) /* IORING_SETUP_SQPOLL; it sleeps after a second */
		return 1;
	ring_add(&r, RING_READ, 0, ends[0], 1, 8, 0);
	/* Taken: it sleeps again when nothing more comes, and is not woken for the next. */
	while (__atomic_load_n(r.sq_head, __ATOMIC_ACQUIRE) == 0)
		sched_yield();
	return ring_enter(&r, 0, 1);
}

START_TEST(the_kernels_thread_confuses_nothing)
{
	struct child c;

	needs_rings();
	child_start(&c, sleep_on_the_queue, NULL);
	/* Neither does it run for others, nor is it one of the threads that could wake this one. */
	program_why(c.pid, WHY_NOTHING, "): a read on pipe:[", ", empty", NULL);
	for (int i = 0; i < program_answer()->n_links; i++)
		ck_assert_msg(!strstr(program_answer()->link[i].sentence, "thread"), "%s", program_answer()->link[i].sentence);
	done(&c);
}
END_TEST

/* --- through other descriptors ------------------------------------------------------------------------ */

static int epoll_a_ring(void *unused)
{
	struct epoll_event wanted = { .events = EPOLLIN };
	int epoll = epoll_create1(0);
	struct ring r;

	(void)unused;
	close(ends[1]);
	if (start(&r, 0))
		return 1;
	ring_add(&r, RING_READ, 0, ends[0], 1, 8, 0);
	if (ring_enter(&r, 1, 0) < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, r.fd, &wanted) != 0)
		return 1;
	return epoll_wait(epoll, &wanted, 1, -1);
}

START_TEST(a_ring_in_an_epoll)
{
	struct child c;

	needs_rings();
	child_start(&c, epoll_a_ring, NULL);
	program_why(c.pid, WHY_NOTHING, "anon_inode:[io_uring]", "a read on pipe:[", "its only writer", NULL);
	done(&c);
}
END_TEST

START_TEST(a_snapshot_knows_what_is_waited_for)
{
	struct system *s = system_new();
	int64_t deadline = 0;
	struct child c;
	bool found = false;

	needs_rings();
	child_start(&c, read_by_ring, NULL);
	do {
		int process;

		ck_assert_int_eq(system_take(s, NULL, 0, NULL, NULL), 0);
		process = system_find_process(s, c.pid);
		for (size_t i = 0; i < s->n_threads; i++)
			found |= s->thread[i].process == process && s->thread[i].wait == WAIT_POLL &&
				 s->thread[i].n_watched == 1 && s->thread[i].object >= 0 &&
				 s->object[s->thread[i].object].kind == SYSTEM_PIPE && s->thread[i].under_way == 1 &&
				 s->thread[i].needs == 1 && s->object[s->thread[i].object].waiting == 1;
	} while (!found && child_wait(&deadline));
	ck_assert(found);
	done(&c);
	system_free(s);
}
END_TEST

Suite *suite_why_uring(void)
{
	Suite *s = suite_create("why_uring");
	TCase *t = tcase_create("why_uring");

	tcase_set_timeout(t, 100);
	tcase_add_test(t, a_read_whose_writer_is_stopped);
	tcase_add_test(t, a_write_to_a_full_pipe);
	tcase_add_test(t, a_registered_file);
	tcase_add_test(t, one_of_several);
	tcase_add_test(t, a_chain_of_requests_waits_for_its_first);
	tcase_add_test(t, a_server_is_well);
	tcase_add_test(t, what_nothing_will_complete);
	tcase_add_test(t, the_kernels_thread_confuses_nothing);
	tcase_add_test(t, a_ring_in_an_epoll);
	tcase_add_test(t, a_snapshot_knows_what_is_waited_for);
	suite_add_tcase(s, t);
	return s;
}

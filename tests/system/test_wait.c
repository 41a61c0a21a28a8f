/* SPDX-License-Identifier: MIT */
/* Who sleeps in what: children in each kind of call, and what system_waits says of them. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe/asleep.h"
#include "probe/procfs.h"
#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

/* What the children work with: made by each test, inherited by them. */
static struct { int pipe[2], pair[2], queue, set; char folder[40], fifo[64]; } with;

static void take(struct system *s)
{
	struct error e;

	ck_assert_msg(system_scan(s, NULL, 0, &e) == 0, "%s", e.text);
	system_join(s);
	system_waits(s);
}

/* The main thread of a process in a snapshot. */
static const struct system_thread *thread_of(const struct system *s, pid_t pid)
{
	int i = system_find_process(s, pid);
	const struct system_process *p;

	ck_assert_int_ge(i, 0);
	p = &s->process[i];
	for (int k = 0; k < p->n_threads; k++)
		if (s->thread[p->first_thread + k].tid == pid)
			return &s->thread[p->first_thread + k];
	return NULL;
}

/* --- one kind after the other ------------------------------------------------------------------------ */

static char byte[65536];

static int in_read(void *unused)
{
	(void)unused;
	return (int)read(with.pipe[0], byte, 10);
}

static int in_readv(void *unused)
{
	struct iovec v = { byte, 3 };

	(void)unused;
	return (int)readv(with.pipe[0], &v, 1);
}

static int in_write(void *unused)
{
	(void)unused;
	while (write(with.pipe[1], byte, sizeof byte) > 0)
		;
	return 0;
}

static int in_recv(void *unused)
{
	(void)unused;
	return (int)recv(with.pair[0], byte, 10, 0);
}

static int in_recvmsg(void *unused)
{
	struct iovec v = { byte, 3 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	(void)unused;
	return (int)recvmsg(with.pair[1], &m, 0);
}

static int in_send(void *unused)
{
	(void)unused;
	while (send(with.pair[0], byte, 4096, 0) > 0)
		;
	return 0;
}

static int in_splice(void *unused)
{
	int other[2];

	(void)unused;
	return pipe(other) ? 1 : (int)splice(with.pipe[0], NULL, other[1], NULL, 10, 0);
}

static int in_fifo(void *unused)
{
	(void)unused;
	return open(with.fifo, O_WRONLY);
}

static int in_accept(void *unused)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr none = { .sa_family = AF_UNIX };

	(void)unused;
	return bind(fd, &none, sizeof(sa_family_t)) || listen(fd, 1) ? 1 : accept(fd, NULL, NULL);
}

static int in_semop(void *unused)
{
	struct sembuf two[2] = { { 0, 1, 0 }, { 1, -1, 0 } };

	(void)unused;
	return semop(with.set, two, 2);
}

static int in_msgrcv(void *unused)
{
	struct { long type; char c[4]; } message;

	(void)unused;
	return (int)msgrcv(with.queue, &message, 4, 7, 0);
}

static int in_wait(void *unused)
{
	pid_t pid = child_fork_idle();

	(void)unused;
	return waitpid(pid, NULL, 0);
}

static int in_poll(void *unused)
{
	struct pollfd list[3] = { { with.pipe[0], POLLIN, 0 }, { -1, POLLIN, 0 }, { with.pair[0], POLLIN, 0 } };

	(void)unused;
	return poll(list, 3, 100000);
}

static int in_select(void *unused)
{
	fd_set set;

	(void)unused;
	FD_ZERO(&set);
	FD_SET(with.pipe[0], &set);
	return select(with.pipe[0] + 1, &set, NULL, NULL, NULL);
}

static int in_epoll(void *unused)
{
	int fd = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN };

	(void)unused;
	return epoll_ctl(fd, EPOLL_CTL_ADD, with.pair[0], &e) ? 1 : epoll_wait(fd, &e, 1, -1);
}

static int in_sleep(void *unused)
{
	struct timespec t = { 1000, 0 };

	(void)unused;
	return nanosleep(&t, NULL);
}

static int in_poll_alone(void *unused)
{
	(void)unused;
	return poll(NULL, 0, 100000);
}

static int in_stop(void *unused)
{
	(void)unused;
	return raise(SIGSTOP);
}

static const struct row {
	const char *name;
	int (*run)(void *);
	enum system_wait wait;
	enum system_kind kind; /* SYSTEM_KINDS: about no object */
	int watched;
	int64_t timeout;
} rows[] = {
	{ "read", in_read, WAIT_READ, SYSTEM_PIPE, 0, -1 },
	{ "readv", in_readv, WAIT_READ, SYSTEM_PIPE, 0, -1 },
	{ "write", in_write, WAIT_WRITE, SYSTEM_PIPE, 0, -1 },
	{ "recv", in_recv, WAIT_READ, SYSTEM_UNIX, 0, -1 },
	{ "recvmsg", in_recvmsg, WAIT_READ, SYSTEM_UNIX, 0, -1 },
	{ "send", in_send, WAIT_WRITE, SYSTEM_UNIX, 0, -1 },
	{ "splice", in_splice, WAIT_READ, SYSTEM_PIPE, 0, -1 },
	{ "open", in_fifo, WAIT_OPEN, SYSTEM_FIFO, 0, -1 },
	{ "accept", in_accept, WAIT_ACCEPT, SYSTEM_UNIX, 0, -1 },
	{ "semop", in_semop, WAIT_SEMAPHORE, SYSTEM_SEMAPHORES, 0, -1 },
	{ "msgrcv", in_msgrcv, WAIT_RECEIVE, SYSTEM_QUEUE, 0, -1 },
	{ "waitpid", in_wait, WAIT_CHILD, SYSTEM_KINDS, 0, -1 },
	{ "poll", in_poll, WAIT_POLL, SYSTEM_KINDS, 2, 100 * CLOCK_S },
	{ "select", in_select, WAIT_POLL, SYSTEM_PIPE, 1, -1 },
	{ "epoll", in_epoll, WAIT_POLL, SYSTEM_UNIX, 1, -1 },
	{ "pause", child_idle, WAIT_SIGNAL, SYSTEM_KINDS, 0, -1 },
	{ "nanosleep", in_sleep, WAIT_TIME, SYSTEM_KINDS, 0, 1000 * CLOCK_S },
	{ "poll of nothing", in_poll_alone, WAIT_TIME, SYSTEM_KINDS, 0, 100 * CLOCK_S },
	{ "stop", in_stop, WAIT_STOPPED, SYSTEM_KINDS, 0, -1 },
};

static bool is_as(const struct system *s, const struct system_thread *t, const struct row *r)
{
	if (!t || t->wait != r->wait || t->n_watched != r->watched)
		return false;
	if (t->timeout != r->timeout && t->timeout != -2) /* -2: an older C library sleeps to a point in time */
		return false;
	return r->kind == SYSTEM_KINDS ? t->object < 0 : t->object >= 0 && s->object[t->object].kind == r->kind;
}

static void make_things(void)
{
	strcpy(with.folder, "/tmp/ipcscope-wait-XXXXXX");
	ck_assert_ptr_ne(mkdtemp(with.folder), NULL);
	snprintf(with.fifo, sizeof with.fifo, "%s/f", with.folder);
	ck_assert_int_eq(mkfifo(with.fifo, 0600), 0);
	ck_assert_int_eq(pipe(with.pipe), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, with.pair), 0);
	with.queue = msgget(IPC_PRIVATE, 0600);
	with.set = semget(IPC_PRIVATE, 2, 0600);
	ck_assert_int_ge(with.queue, 0);
	ck_assert_int_ge(with.set, 0);
}

static void remove_things(void)
{
	msgctl(with.queue, IPC_RMID, NULL);
	semctl(with.set, 0, IPC_RMID);
	for (int i = 0; i < 2; i++) {
		close(with.pipe[i]);
		close(with.pair[i]);
	}
	unlink(with.fifo);
	rmdir(with.folder);
}

START_TEST(each_call_is_told)
{
	const struct row *r = &rows[_i];
	const struct system_thread *t;
	struct system *s;
	struct child c;
	int64_t deadline = 0;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	make_things();
	child_start(&c, r->run, NULL);
	s = system_new();
	do {
		take(s);
		t = thread_of(s, c.pid);
	} while (!is_as(s, t, r) && child_wait(&deadline));
	ck_assert_msg(is_as(s, t, r), "%s: wait %d, object %d, %d watched, at most %lld", r->name, t ? (int)t->wait : -1,
		      t ? t->object : -1, t ? t->n_watched : -1, t ? (long long)t->timeout : -1);
	if (r->wait == WAIT_SEMAPHORE)
		ck_assert_int_eq(t->part, 1); /* the first would have been possible */
	if (r->wait == WAIT_OPEN) {
		const struct system_object *o = &s->object[t->object];

		ck_assert_str_eq(o->name, with.fifo);
		ck_assert_int_eq(o->n_ends, 1);
		ck_assert_int_eq(s->end[s->by_object[o->first_end]].access, 'w');
		ck_assert_int_eq(o->writers, 1);
	}
	if (r->watched)
		ck_assert_int_eq(s->watched[t->first_watched].object >= 0, 1);
	if (r->kind != SYSTEM_KINDS && r->watched == 0 && r->wait != WAIT_ACCEPT)
		ck_assert_uint_ne(t->mark, 0);
	system_free(s);
	child_stop(&c);
	remove_things();
}
END_TEST

/* --- how long ------------------------------------------------------------------------------------------ */

static int read_often(void *unused)
{
	(void)unused;
	while (read(with.pipe[0], byte, 1) == 1)
		;
	return 0;
}

START_TEST(a_sleep_is_known_by_its_mark)
{
	struct system *s = system_new();
	struct child c;
	const struct system_thread *t;
	int64_t began = clock_now(), deadline = 0, slept;
	uint64_t mark;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe(with.pipe), 0);
	child_start(&c, read_often, NULL);
	child_await_name(&c, "read", NULL);
	if (!asleep_mark(c.procdir, "", &mark)) {
		child_stop(&c);
		unit_skip("no /proc/PID/sched here");
	}
	do
		take(s);
	while (!((t = thread_of(s, c.pid)) && t->asleep > 100 * CLOCK_MS) && child_wait(&deadline));
	ck_assert_ptr_ne(t, NULL);
	mark = t->mark;
	slept = t->asleep;
	ck_assert_int_gt(slept, 100 * CLOCK_MS);
	ck_assert_int_le(slept, clock_now() - began);
	take(s);
	t = thread_of(s, c.pid);
	ck_assert_uint_eq(t->mark, mark);
	/* Awake for a moment: another sleep, and a short one. */
	began = clock_now();
	ck_assert_int_eq(write(with.pipe[1], "", 1), 1);
	deadline = 0;
	do
		take(s);
	while (!((t = thread_of(s, c.pid)) && t->mark && t->mark != mark) && child_wait(&deadline));
	ck_assert_uint_ne(t->mark, mark);
	ck_assert_int_le(t->asleep, clock_now() - began);
	child_stop(&c);
	close(with.pipe[0]);
	close(with.pipe[1]);
	system_free(s);
}
END_TEST

START_TEST(sched_is_parsed)
{
	static const char text[] = "a) se.exec_start (7, #threads: 1)\n-------\n"
				   "se.exec_start                                :      14540981.643906\n";
	uint64_t mark = 0;
	int processor;
	int64_t interrupts, stolen;

	ck_assert(asleep_parse_sched(text, strlen(text), &mark));
	ck_assert_uint_eq(mark, UINT64_C(14540981643906));
	for (size_t n = 0; n < strlen(text); n++)
		ck_assert(!asleep_parse_sched(text, n, &mark));
	ck_assert(asleep_parse_processor("cpu3 1 2 3 4 5 6 7 8 9 10", 25, &processor, &interrupts, &stolen));
	ck_assert_int_eq(processor, 3);
	ck_assert_int_eq(interrupts, 13 * CLOCK_S / sysconf(_SC_CLK_TCK));
	ck_assert_int_eq(stolen, 8 * CLOCK_S / sysconf(_SC_CLK_TCK));
	ck_assert(!asleep_parse_processor("cpu  1 2 3 4 5 6 7 8 9 10", 25, &processor, &interrupts, &stolen));
	ck_assert(!asleep_parse_processor("cpu3 1 2 3", 10, &processor, &interrupts, &stolen));
}
END_TEST

/* --- whom it waits for ------------------------------------------------------------------------------------ */

static void *idle_thread(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

static int join_idle(void *unused)
{
	pthread_t thread;

	(void)unused;
	alarm(120);
	return pthread_create(&thread, NULL, idle_thread, NULL) || pthread_join(thread, NULL);
}

START_TEST(all_threads_are_there)
{
	struct system *s = system_new();
	const struct system_thread *t;
	struct child c;
	int64_t deadline = 0;
	int i;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&c, join_idle, NULL);
	do {
		take(s);
		t = thread_of(s, c.pid);
		i = system_find_process(s, c.pid);
	} while (!(t && t->wait == WAIT_FUTEX && s->process[i].n_threads == 2 &&
		   s->thread[s->process[i].first_thread + 1].wait == WAIT_SIGNAL) && child_wait(&deadline));
	ck_assert_int_eq(s->process[i].n_threads, 2);
	ck_assert_int_eq(t->wait, WAIT_FUTEX);
	ck_assert_int_eq(t->holder, s->thread[s->process[i].first_thread + 1].tid);
	child_stop(&c);
	system_free(s);
}
END_TEST

START_TEST(words_are_there_for_all)
{
	for (int w = WAIT_NONE; w <= WAIT_OTHER; w++)
		ck_assert_str_ne(system_wait_word((enum system_wait)w), "");
	ck_assert_str_eq(system_wait_word((enum system_wait)(WAIT_OTHER + 1)), "?");
}
END_TEST

Suite *suite_system_wait(void)
{
	Suite *s = suite_create("system_wait");
	TCase *t = tcase_create("system_wait");

	tcase_set_timeout(t, 100);
	tcase_add_loop_test(t, each_call_is_told, 0, (int)(sizeof rows / sizeof *rows));
	tcase_add_test(t, a_sleep_is_known_by_its_mark);
	tcase_add_test(t, sched_is_parsed);
	tcase_add_test(t, all_threads_are_there);
	tcase_add_test(t, words_are_there_for_all);
	suite_add_tcase(s, t);
	return s;
}

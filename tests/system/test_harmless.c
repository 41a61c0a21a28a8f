/* SPDX-License-Identifier: MIT */
/* Nobody is disturbed by being looked at: pipes' ends are told at once, sleepers sleep on, openers of FIFOs wait
 * on, terminals keep what is typed, descriptors on their way arrive. */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "system/why.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/system/observe.h"
#include "tests/system/snapshot.h"
#include "tests/system/waiting.h"
#include "tests/unit.h"

static void still_waits(const struct child *c)
{
	siginfo_t ended = { 0 };

	ck_assert_int_eq(waitid(P_PID, (id_t)c->pid, &ended, WEXITED | WNOWAIT | WNOHANG), 0);
	ck_assert_msg(ended.si_pid == 0, "it went on");
}

static void ends_well(struct child *c)
{
	int status = child_reap(c);

	ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	child_stop(c);
}

/* --- the ends of pipes -------------------------------------------------------------------------------------- */

enum { BATCHES = 16, CLOSINGS = 125 };

/* In memory that closer and peer share: when the end was closed, when that was told to who waited at the other. */
struct closing { int64_t closed, told; };
static struct shared {
	atomic_int at;      /* the peer has come so far */
	atomic_uint passes; /* how often all levels were read; 0: nobody looks */
	struct closing closing[BATCHES][CLOSINGS];
} *shared;

static int batch_end[CLOSINGS][2];
static volatile sig_atomic_t got_sigpipe;

static void on_sigpipe(int signal_number)
{
	(void)signal_number;
	got_sigpipe = 1;
}

/* Waits at one end of each until the other is closed. Even batches read and must see the end of it, odd ones
 * write and must get the signal and EPIPE. At last it writes once more, with the signal's default. */
static int be_peer(int batch)
{
	static char page[4096];
	bool reads = batch % 2 == 0;

	for (int i = 0; i < CLOSINGS; i++)
		close(batch_end[i][reads]);
	signal(SIGPIPE, on_sigpipe);
	for (int i = 0; i < CLOSINGS; i++) {
		ssize_t n;

		got_sigpipe = 0;
		shared->at = i + 1;
		do
			n = reads ? read(batch_end[i][0], page, sizeof page) : write(batch_end[i][1], page, sizeof page);
		while (n > 0);
		shared->closing[batch][i].told = clock_now();
		if (reads ? n != 0 : n >= 0 || errno != EPIPE || !got_sigpipe)
			return 1;
	}
	if (reads)
		return 0;
	signal(SIGPIPE, SIG_DFL);
	return write(batch_end[0][1], page, 1) > 0 ? 2 : 3;
}

/* Each closing falls into a reading of its own, at another moment of it. */
static void await_pass(int i)
{
	unsigned passes = shared->passes;
	int64_t until;

	while (passes && shared->passes == passes)
		sched_yield();
	for (until = clock_now() + i * 37 % 256 * CLOCK_US; passes && clock_now() < until;)
		;
}

static int close_batch(int batch)
{
	bool reads = batch % 2 == 0;
	int status;
	pid_t peer;

	for (int i = 0; i < CLOSINGS; i++)
		if (pipe(batch_end[i]) != 0)
			return 4;
	shared->at = 0;
	peer = fork();
	if (peer == 0)
		_exit(be_peer(batch));
	for (int i = 0; i < CLOSINGS; i++)
		close(batch_end[i][!reads]);
	for (int i = 0; i < CLOSINGS; i++) {
		while (shared->at < i + 1 && waitpid(peer, NULL, WNOHANG) == 0)
			sched_yield();
		await_pass(i);
		shared->closing[batch][i].closed = clock_now();
		close(batch_end[i][reads]);
	}
	if (peer < 0 || waitpid(peer, &status, 0) != peer)
		return 5;
	if (reads)
		return WIFEXITED(status) ? WEXITSTATUS(status) : 6;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE ? 0 : 7;
}

static int close_all(void *unused)
{
	int wrong = 0;

	(void)unused;
	alarm(120);
	for (int batch = 0; batch < BATCHES && !wrong; batch++)
		wrong = close_batch(batch);
	return wrong;
}

static int by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The delays of all batches of one kind, ascending, in the log. */
static void print_delays(const char *how, int kind)
{
	enum { N = BATCHES / 2 * CLOSINGS };
	static int64_t delay[N];
	int n = 0;

	for (int batch = kind; batch < BATCHES; batch += 2)
		for (int i = 0; i < CLOSINGS; i++)
			delay[n++] = shared->closing[batch][i].told - shared->closing[batch][i].closed;
	qsort(delay, N, sizeof *delay, by_time);
	printf("# %s after %d closings, %s: median %.1f us, 99 of 100 below %.1f us, longest %.1f us\n",
	       kind == 0 ? "EOF" : "SIGPIPE", N, how, (double)delay[N / 2] / CLOCK_US,
	       (double)delay[N - N / 100] / CLOCK_US, (double)delay[N - 1] / CLOCK_US);
	fflush(stdout); /* a child would have it too */
}

/* Reads the levels of the pipes that a process has, as fast as can be. */
static void gaze(struct system *s, pid_t pid)
{
	enum { PASSES = 40 };
	int list[2 * CLOSINGS], process = system_find_process(s, pid), n = 0;

	for (int i = 0; process >= 0 && i < s->process[process].n_ends && n < 2 * CLOSINGS; i++)
		list[n++] = s->end[s->process[process].first_end + i].object;
	for (int i = 0; i < PASSES; i++) {
		if (n)
			system_levels(s, list, (size_t)n);
		shared->passes++;
	}
}

/* How many times the whole machine was looked at meanwhile. */
static int watch_until_it_ends(struct system *s, const struct child *child)
{
	siginfo_t ended = { 0 };
	int64_t deadline = clock_now() + 100 * CLOCK_S;
	int looks = 0;

	for (; ended.si_pid == 0 && clock_now() < deadline; looks++) {
		struct why why;

		ck_assert_int_eq(system_take(s, NULL, 0, NULL, NULL), 0);
		gaze(s, child->pid);
		why_take(s, child->pid, &why, NULL);
		ck_assert_int_eq(waitid(P_PID, (id_t)child->pid, &ended, WEXITED | WNOWAIT | WNOHANG), 0);
	}
	return looks;
}

/* The first time unwatched, to compare. Only that none is lost is tested: delays are the machine's too. */
START_TEST(a_thousand_ends_of_file_and_a_thousand_broken_pipes_are_told)
{
	struct system *s = system_new();
	struct child child;
	int before, looks;

	ck_assert_int_ge(BATCHES / 2 * CLOSINGS, 1000);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(shared, MAP_FAILED);
	child_start(&child, close_all, NULL);
	ends_well(&child);
	print_delays("unwatched", 0);
	print_delays("unwatched", 1);
	snapshot_take(s); /* what is opened once is open from now on */
	before = snapshot_open_descriptors();
	shared->passes = 1;
	child_start(&child, close_all, NULL);
	looks = watch_until_it_ends(s, &child);
	ends_well(&child);
	ck_assert_int_gt(shared->passes, BATCHES * CLOSINGS);
	printf("# %u readings of all their levels meanwhile, %d snapshots of the whole machine\n", shared->passes, looks);
	print_delays("watched", 0);
	print_delays("watched", 1);
	ck_assert_int_eq(snapshot_open_descriptors(), before);
	munmap(shared, sizeof *shared);
	system_free(s);
}
END_TEST

/* --- sleepers ------------------------------------------------------------------------------------------------ */

/* One in each kind of call, with things of its own. */
static int sleep_in_row(void *arg)
{
	int row = *(int *)arg;

	snprintf(with.fifo, sizeof with.fifo, "%s/f%d", folder, row);
	if (!waiting_make_pipes() || mkfifo(with.fifo, 0600) != 0)
		return 1;
	alarm(120);
	return waiting_rows[row].run(NULL);
}

static bool all_sleep(struct system *s, const struct child *child)
{
	ck_assert_int_eq(system_take(s, NULL, 0, NULL, NULL), 0);
	for (int i = 0; i < WAITING_ROWS; i++)
		if (!waiting_is_as(s, waiting_thread(s, child[i].pid), &waiting_rows[i]))
			return false;
	return true;
}

START_TEST(nobody_is_woken)
{
	struct child child[WAITING_ROWS];
	pid_t pid[WAITING_ROWS];
	uint64_t sleeps[WAITING_ROWS];
	struct system *s = system_new();
	int64_t deadline = 0;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	waiting_make_sysv();
	for (int i = 0; i < WAITING_ROWS; i++) {
		child_start(&child[i], sleep_in_row, &i);
		pid[i] = child[i].pid;
	}
	while (!all_sleep(s, child))
		ck_assert(child_wait(&deadline));
	for (int i = 0; i < WAITING_ROWS; i++)
		sleeps[i] = observe_sleeps(pid[i]);
	observe(OBSERVE_TIMES, pid, WAITING_ROWS);
	ck_assert(all_sleep(s, child));
	for (int i = 0; i < WAITING_ROWS; i++)
		ck_assert_msg(observe_sleeps(pid[i]) == sleeps[i], "who sleeps in %s was woken", waiting_rows[i].name);
	for (int i = 0; i < WAITING_ROWS; i++)
		child_stop(&child[i]);
	waiting_remove();
	system_free(s);
}
END_TEST

/* --- FIFOs ------------------------------------------------------------------------------------------------------ */

static int open_fifo(void *arg)
{
	int fd = open(with.fifo, *(int *)arg), n;
	char c = 'w';

	alarm(120);
	n = *(int *)arg == O_RDONLY ? (int)read(fd, &c, 1) : (int)write(fd, &c, 1);
	return n == 1 && c == (*(int *)arg == O_RDONLY ? 'r' : 'w') ? 0 : 1;
}

START_TEST(who_opens_a_fifo_waits_on)
{
	int how = _i ? O_WRONLY : O_RDONLY, other;
	struct child child;
	uint64_t sleeps;
	char c = 'r';

	snprintf(with.fifo, sizeof with.fifo, "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(with.fifo, 0600), 0);
	child_start(&child, open_fifo, &how);
	child_await_call(&child, SYS_openat, NULL);
	sleeps = observe_sleeps(child.pid);
	observe_one(child.pid);
	still_waits(&child);
	ck_assert_uint_eq(observe_sleeps(child.pid), sleeps);
	child_await_call(&child, SYS_openat, NULL);
	/* And is there all the same for whoever comes. */
	other = open(with.fifo, how == O_RDONLY ? O_WRONLY | O_NONBLOCK : O_RDONLY);
	ck_assert_int_ge(other, 0);
	ck_assert_int_eq(how == O_RDONLY ? write(other, &c, 1) : read(other, &c, 1), 1);
	ends_well(&child);
	close(other);
}
END_TEST

/* --- terminals ---------------------------------------------------------------------------------------------------- */

static int read_terminal(void *slave)
{
	char line[16] = "";

	alarm(120);
	return read(*(int *)slave, line, sizeof line) == 5 && memcmp(line, "abcd\n", 5) == 0 ? 0 : 1;
}

START_TEST(who_reads_a_terminal_gets_what_was_typed)
{
	struct termios before = { 0 }, after = { 0 };
	int master, slave, queued = 0;
	struct child child;
	uint64_t sleeps;

	if (openpty(&master, &slave, NULL, NULL, NULL) != 0)
		unit_skip("no pseudo-terminals");
	child_start(&child, read_terminal, &slave);
	child_await_call(&child, SYS_read, NULL);
	ck_assert_int_eq(write(master, "ab", 2), 2); /* half a line: it waits on */
	child_await_call(&child, SYS_read, NULL);
	ck_assert_int_eq(tcgetattr(slave, &before), 0);
	sleeps = observe_sleeps(child.pid);
	observe_one(child.pid);
	still_waits(&child);
	ck_assert_uint_eq(observe_sleeps(child.pid), sleeps);
	ck_assert_int_eq(tcgetattr(slave, &after), 0);
	ck_assert_int_eq(memcmp(&before, &after, sizeof before), 0);
	ck_assert_int_eq(write(master, "cd\n", 3), 3);
	ends_well(&child);
	ck_assert_int_eq(ioctl(slave, TIOCINQ, &queued), 0);
	ck_assert_int_eq(queued, 0);
	close(master);
	close(slave);
}
END_TEST

/* --- descriptors on their way ------------------------------------------------------------------------------------------ */

union control { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; };

static struct msghdr message_of(struct iovec *v, union control *control)
{
	return (struct msghdr){ .msg_iov = v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof *control };
}

static void send_descriptor(int to, int fd)
{
	struct iovec v = { (char[]){ "x" }, 1 };
	union control control = { { 0 } };
	struct msghdr m = message_of(&v, &control);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	*c = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd) };
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	ck_assert_int_eq(sendmsg(to, &m, 0), 1);
}

static int receive_descriptor(int from)
{
	char byte;
	struct iovec v = { &byte, 1 };
	union control control;
	struct msghdr m = message_of(&v, &control);
	int fd = -1;

	if (recvmsg(from, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) == 1 && CMSG_FIRSTHDR(&m))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
	return fd;
}

static int read_with_only_reader(void *arg)
{
	int *end = arg;
	char c;

	close(end[1]);
	alarm(120);
	return read(end[0], &c, 1) == 1 && c == 'd' && read(end[0], &c, 1) == 0 ? 0 : 1;
}

/* The only write end of a pipe lies in a socket: its reader is told no end of file, and `why` does not say that
 * nobody is left. */
START_TEST(a_descriptor_on_its_way_arrives)
{
	struct system *s = system_new();
	struct child child;
	uint64_t sleeps;
	int end[2], pair[2], fd, unread;
	struct why why;

	ck_assert_int_eq(pipe2(end, O_CLOEXEC), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	send_descriptor(pair[0], end[1]);
	child_start(&child, read_with_only_reader, end);
	close(end[1]);
	close(end[0]);
	child_await_call(&child, SYS_read, NULL);
	sleeps = observe_sleeps(child.pid);
	observe_one(child.pid);
	still_waits(&child);
	ck_assert_uint_eq(observe_sleeps(child.pid), sleeps);
	ck_assert_int_eq(why_take(s, child.pid, &why, NULL), 0);
	ck_assert_int_ge(why.n_links, 1);
	/* Where some may not be looked into, one of those may have it. */
	ck_assert(strstr(why.link[why.n_links - 1].sentence, "on its way") ||
		  strstr(why.link[why.n_links - 1].sentence, "may not be looked into"));
	ck_assert_int_eq(ioctl(pair[1], FIONREAD, &unread), 0);
	ck_assert_int_eq(unread, 1);
	fd = receive_descriptor(pair[1]);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "d", 1), 1);
	close(fd);
	ends_well(&child);
	close(pair[0]);
	close(pair[1]);
	system_free(s);
}
END_TEST

static void add_tests(TCase *all)
{
	folder_use(all);
	tcase_set_timeout(all, 120);
	tcase_add_test(all, a_thousand_ends_of_file_and_a_thousand_broken_pipes_are_told);
	tcase_add_test(all, nobody_is_woken);
	tcase_add_loop_test(all, who_opens_a_fifo_waits_on, 0, 2);
	tcase_add_test(all, who_reads_a_terminal_gets_what_was_typed);
	tcase_add_test(all, a_descriptor_on_its_way_arrives);
}

Suite *suite_harmless(void)
{
	Suite *suite = suite_create("harmless");

	snapshot_both_ways(suite, add_tests);
	return suite;
}

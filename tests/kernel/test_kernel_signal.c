/* SPDX-License-Identifier: MIT */
/* What we assume of signals: what is pending where, what is kept across fork and exec, what
 * interrupts, and what SIGPIPE does. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/status.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

#define BIT(number) (UINT64_C(1) << ((number) - 1))

static struct status status_of(const struct child *c)
{
	struct status s;

	ck_assert_int_eq(status_read(c->procdir, &s), 0);
	return s;
}

/* For `run`: blocks SIGUSR1 and a real-time signal, then waits. */
static int block_some(void *unused)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return child_idle(unused);
}

static void start_blocking(struct child *c)
{
	int64_t deadline = 0;

	child_start(c, block_some, NULL);
	while (status_of(c).blocked != (BIT(SIGUSR1) | BIT(SIGRTMIN)))
		ck_assert(child_wait(&deadline));
}

START_TEST(kill_is_pending_for_the_process)
{
	struct child c;

	start_blocking(&c);
	ck_assert_int_eq(kill(c.pid, SIGUSR1), 0);
	ck_assert_uint_eq(status_of(&c).pending_process, BIT(SIGUSR1));
	ck_assert_uint_eq(status_of(&c).pending_thread, 0);
	ck_assert_int_eq((int)syscall(SYS_tgkill, c.pid, c.pid, SIGUSR1), 0);
	ck_assert_uint_eq(status_of(&c).pending_thread, BIT(SIGUSR1));
	child_stop(&c);
}
END_TEST

static int caught, values[8];

static void note(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	if (caught < 8)
		values[caught] = info->si_value.sival_int;
	caught++;
}

static void catch(int number, int flags)
{
	struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO | flags };

	ck_assert_int_eq(sigaction(number, &action, NULL), 0);
}

/* In this very process: three of each while blocked. */
START_TEST(standard_signals_merge_and_real_time_signals_queue)
{
	sigset_t set, old;

	if (!unit_forked())
		unit_skip("changes its own signals");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, &old);
	catch(SIGUSR1, 0);
	for (int i = 0; i < 3; i++)
		kill(getpid(), SIGUSR1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	ck_assert_int_eq(caught, 1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	catch(SIGRTMIN, 0);
	caught = 0;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i }), 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
	ck_assert_int_eq(caught, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(values[i], i);
}
END_TEST

START_TEST(queued_signals_are_counted_for_the_user)
{
	struct child c;
	uint64_t before;

	start_blocking(&c);
	before = status_of(&c).queued;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(sigqueue(c.pid, SIGRTMIN, (union sigval){ 0 }), 0);
	ck_assert_uint_eq(status_of(&c).pending_process, BIT(SIGRTMIN));
	ck_assert_uint_ge(status_of(&c).queued, before ? 3 : 1);
	child_stop(&c);
}
END_TEST

/* For `run`: reads a pipe with a handler for SIGUSR1 in place; what came of it is the end. */
struct reading {
	int fd, flags;
};

static int read_interrupted(void *arg)
{
	const struct reading *r = arg;
	char byte;

	catch(SIGUSR1, r->flags);
	if (read(r->fd, &byte, 1) == 1)
		return caught ? 2 : 3;
	return errno == EINTR ? 4 : 5;
}

START_TEST(a_handler_interrupts_unless_it_restarts)
{
	static const int flags[] = { 0, SA_RESTART };
	struct reading r = { .flags = flags[_i] };
	struct child c;
	int end[2];
	uint64_t count;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe(end), 0);
	r.fd = end[0];
	child_start(&c, read_interrupted, &r);
	child_await_call(&c, SYS_read, NULL);
	count = status_of(&c).voluntary;
	kill(c.pid, SIGUSR1);
	if (r.flags & SA_RESTART) {
		int64_t deadline = 0;

		while (status_of(&c).voluntary == count)
			ck_assert(child_wait(&deadline));
		child_await_call(&c, SYS_read, NULL);
		ck_assert_int_eq(write(end[1], "x", 1), 1);
	}
	ck_assert_int_eq(WEXITSTATUS(child_reap(&c)), r.flags & SA_RESTART ? 2 : 4);
	child_stop(&c);
	close(end[0]);
	close(end[1]);
}
END_TEST

static int wait_for_events(void *unused)
{
	struct epoll_event event;
	int fd = epoll_create1(0);

	(void)unused;
	return epoll_wait(fd, &event, 1, -1) < 0 && errno == EINTR ? 4 : 5;
}

/* Why a process under study is never stopped: nobody handles SIGCONT here, and yet. */
START_TEST(stopping_and_continuing_interrupts_epoll)
{
	struct child c;
	int status;

	child_start(&c, wait_for_events, NULL);
	if (child_shows_calls()) {
		struct syscall_state state;
		int64_t deadline = 0;

		do
			syscall_read(c.procdir, &state);
		while ((state.where != SYSCALL_INSIDE || !syscall_name(state.number) ||
			strncmp(syscall_name(state.number), "epoll_", 6) != 0) &&
		       child_wait(&deadline));
	} else {
		child_stop(&c);
		unit_skip("/proc/PID/syscall cannot be read here");
	}
	kill(c.pid, SIGSTOP);
	ck_assert_int_eq(waitpid(c.pid, &status, WUNTRACED), c.pid);
	ck_assert(WIFSTOPPED(status));
	ck_assert_int_eq(status_of(&c).state, 'T');
	kill(c.pid, SIGCONT);
	ck_assert_int_eq(WEXITSTATUS(child_reap(&c)), 4);
	child_stop(&c);
}
END_TEST

/* For `run`: writes into a pipe without readers, with SIGPIPE as told. */
enum on_sigpipe { BY_DEFAULT, IGNORED, CAUGHT, BLOCKED };

static int write_to_nobody(void *how)
{
	enum on_sigpipe disposition = *(enum on_sigpipe *)how;
	sigset_t set;
	int end[2];

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	if (disposition == IGNORED)
		signal(SIGPIPE, SIG_IGN);
	if (disposition == CAUGHT)
		catch(SIGPIPE, 0);
	if (disposition == BLOCKED)
		sigprocmask(SIG_BLOCK, &set, NULL);
	if (pipe(end) || close(end[0]))
		return 1;
	if (write(end[1], "x", 1) >= 0 || errno != EPIPE)
		return 2;
	sigpending(&set);
	return 10 + caught + 2 * sigismember(&set, SIGPIPE);
}

START_TEST(sigpipe_kills_unless_something_is_done_about_it)
{
	static const int ends[] = { [BY_DEFAULT] = SIGPIPE, [IGNORED] = 10 << 8, [CAUGHT] = 11 << 8,
				    [BLOCKED] = 12 << 8 };
	enum on_sigpipe how = (enum on_sigpipe)_i;
	siginfo_t info;
	struct child c;

	child_start(&c, write_to_nobody, &how);
	child_await_end(&c);
	ck_assert_int_eq(waitid(P_PID, (id_t)c.pid, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(info.si_code, how == BY_DEFAULT ? CLD_KILLED : CLD_EXITED);
	ck_assert_int_eq(child_reap(&c), ends[_i]);
	child_stop(&c);
}
END_TEST

static int ignore_and_fork(void *fd)
{
	sigset_t set;
	pid_t pid;

	signal(SIGUSR1, SIG_IGN);
	catch(SIGUSR2, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGHUP);
	pid = fork();
	if (pid == 0) {
		char text[4096];
		struct status s;
		int file = open("/proc/self/status", O_RDONLY);
		ssize_t n = read(file, text, sizeof text);

		status_parse(text, n > 0 ? (size_t)n : 0, &s);
		_exit(write(*(int *)fd, &s, sizeof s) != sizeof s);
	}
	return waitpid(pid, NULL, 0) != pid;
}

START_TEST(fork_keeps_dispositions_and_mask_but_nothing_pending)
{
	struct child c;
	struct status s;
	int end[2];

	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, ignore_and_fork, &end[1]);
	ck_assert_int_eq(read(end[0], &s, sizeof s), sizeof s);
	ck_assert_uint_eq(s.ignored, BIT(SIGUSR1));
	ck_assert(s.caught & BIT(SIGUSR2)); /* valgrind catches others, too */
	ck_assert_uint_eq(s.blocked, BIT(SIGHUP));
	ck_assert_uint_eq(s.pending_thread | s.pending_process, 0);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	close(end[0]);
	close(end[1]);
}
END_TEST

static int exec_cat(void *fd)
{
	sigset_t set;

	signal(SIGUSR1, SIG_IGN);
	catch(SIGUSR2, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	dup2(*(int *)fd, STDOUT_FILENO);
	execlp("cat", "cat", "/proc/self/status", (char *)NULL);
	return 1;
}

START_TEST(exec_keeps_what_is_ignored_and_blocked_but_no_handler)
{
	char text[8192];
	struct child c;
	struct status s;
	size_t length = 0;
	ssize_t n;
	int end[2];

	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, exec_cat, &end[1]);
	close(end[1]);
	while ((n = read(end[0], text + length, sizeof text - length)) > 0)
		length += (size_t)n;
	ck_assert_int_eq(status_parse(text, length, &s), 0);
	ck_assert_str_eq(s.name, "cat");
	ck_assert_uint_eq(s.ignored, BIT(SIGUSR1));
	ck_assert_uint_eq(s.caught, 0);
	ck_assert_uint_eq(s.blocked, BIT(SIGHUP));
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	close(end[0]);
}
END_TEST

Suite *suite_kernel_signal(void)
{
	Suite *suite = suite_create("kernel_signal");
	TCase *tcase = tcase_create("kernel_signal");

	tcase_add_test(tcase, kill_is_pending_for_the_process);
	tcase_add_test(tcase, standard_signals_merge_and_real_time_signals_queue);
	tcase_add_test(tcase, queued_signals_are_counted_for_the_user);
	tcase_add_loop_test(tcase, a_handler_interrupts_unless_it_restarts, 0, 2);
	tcase_add_test(tcase, stopping_and_continuing_interrupts_epoll);
	tcase_add_loop_test(tcase, sigpipe_kills_unless_something_is_done_about_it, 0, 4);
	tcase_add_test(tcase, fork_keeps_dispositions_and_mask_but_nothing_pending);
	tcase_add_test(tcase, exec_keeps_what_is_ignored_and_blocked_but_no_handler);
	suite_add_tcase(suite, tcase);
	return suite;
}

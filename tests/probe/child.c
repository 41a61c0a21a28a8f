/* SPDX-License-Identifier: MIT */
/* Child processes for tests that watch processes. */
#include "tests/probe/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/lend.h"
#include "probe/procfs.h"
#include "tests/unit.h"

/* Far more than any of this takes, for a loaded machine and for valgrind. */
#define DEADLINE (20 * CLOCK_S)

/* Seconds; tests end by Check's timeout before. */
#define LONGEST 120

bool child_wait(int64_t *deadline)
{
	if (*deadline == 0)
		*deadline = clock_now() + DEADLINE;
	poll(NULL, 0, 1);
	return clock_now() < *deadline;
}

int child_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

/* Whoever launched the tests may have had signals ignored or blocked; Check has handlers. */
static void default_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void child_start(struct child *c, int (*run)(void *), void *arg)
{
	pid_t parent = getpid();
	sigset_t all, before;

	/* A signal that the test sends at once must not meet Check's handlers in the child. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	c->pid = fork();
	if (c->pid == 0) {
		default_signals();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(getppid() == parent ? run(arg) : 1);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	ck_assert_msg(c->pid >= 0, "fork: %s", strerror(errno));
	c->pidfd = child_pidfd(c->pid);
	c->procdir = procfs_open(c->pid);
	ck_assert_int_ge(c->procdir, 0);
}

int child_idle(void *unused)
{
	(void)unused;
	alarm(LONGEST);
	for (;;)
		pause();
}

pid_t child_fork_idle(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(getppid() == parent ? child_idle(NULL) : 1); /* it may be dead already */
	}
	return pid;
}

void child_await_end(const struct child *c)
{
	siginfo_t info;
	int64_t deadline = 0;

	do {
		info.si_pid = 0;
		ck_assert_int_eq(waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT | WNOHANG), 0);
	} while (info.si_pid == 0 && child_wait(&deadline));
	ck_assert_msg(info.si_pid == c->pid, "the child does not end");
}

int child_reap(const struct child *c)
{
	int status;

	child_await_end(c);
	ck_assert_int_eq(waitpid(c->pid, &status, 0), c->pid);
	return status;
}

void child_stop(struct child *c)
{
	/* A reaped pid may be somebody else's by now: only a child is killed. */
	if (waitpid(c->pid, NULL, WNOHANG) == 0) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
	if (c->pidfd >= 0)
		close(c->pidfd);
	close(c->procdir);
}

/* By name, or by number where that is NULL. */
static void await(const struct child *c, long number, const char *name, struct syscall_state *state)
{
	struct syscall_state now;
	int64_t deadline = 0;

	do {
		const char *found;

		syscall_read(c->procdir, &now);
		if (state)
			*state = now;
		found = now.where == SYSCALL_INSIDE ? syscall_name(now.number) : NULL;
		if (now.where == SYSCALL_INSIDE &&
		    (name ? found && strcmp(name, found) == 0 : now.number == number))
			return;
	} while (child_wait(&deadline));
	ck_abort_msg("the child does not sleep in %s (%ld): it is %d in %ld, error %d",
		     name ? name : "the call", number, (int)now.where, now.number, now.error);
}

void child_await_call(const struct child *c, long number, struct syscall_state *state)
{
	await(c, number, NULL, state);
}

void child_await_name(const struct child *c, const char *name, struct syscall_state *state)
{
	await(c, -1, name, state);
}

bool child_lends(void)
{
	struct child c;
	int fd;

	child_start(&c, child_idle, NULL);
	fd = c.pidfd < 0 ? -1 : lend_descriptor(c.pidfd, 0);
	child_stop(&c);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void child_must_lend(void)
{
	if (!child_lends())
		unit_skip("no descriptors are lent here (pidfd_getfd), so nothing tells how full a pipe is");
}

bool child_shows_calls(void)
{
	struct child c;
	struct syscall_state state;

	child_start(&c, child_idle, NULL);
	syscall_read(c.procdir, &state);
	child_stop(&c);
	return state.where != SYSCALL_UNKNOWN;
}

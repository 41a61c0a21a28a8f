/* SPDX-License-Identifier: MIT */
/* What we assume of the lifeline: a socket with O_ASYNC whose signal is SIGKILL (F_SETSIG,
 * F_SETOWN, fcntl(2)) ends its owner when the other end is closed, whatever it does. */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/status.h"
#include "tests/probe/child.h"
#include "tests/unit.h"

static int in_write(void *fd)
{
	static char bytes[1 << 16];

	while (write(*(int *)fd, bytes, sizeof bytes) > 0)
		;
	return 1;
}

static int in_wait(void *unused)
{
	pid_t pid = child_fork_idle();

	(void)unused;
	return waitpid(pid, NULL, 0) != pid;
}

static int hold_lifeline(int fd)
{
	return fcntl(fd, F_SETOWN, getpid()) || fcntl(fd, F_SETSIG, SIGKILL) ||
	       fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK);
}

struct life {
	int line[2];
	int pipe[2];
	int ready[2];
	bool setuid_before, setuid_after;
	int (*then)(void *);
};

static int become_nobody(void)
{
	return setgid(65534) || setuid(65534);
}

static int live(void *arg)
{
	struct life *l = arg;

	close(l->line[0]);
	if ((l->setuid_before && become_nobody()) || hold_lifeline(l->line[1]) ||
	    (l->setuid_after && become_nobody()))
		return 1;
	prctl(PR_SET_PDEATHSIG, 0); /* it must not be this that kills */
	if (write(l->ready[1], "x", 1) != 1)
		return 2;
	return l->then(&l->pipe[1]);
}

static void begin_life(struct child *c, struct life *l)
{
	char byte;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, l->line), 0);
	ck_assert_int_eq(pipe(l->pipe), 0);
	ck_assert_int_eq(pipe(l->ready), 0);
	child_start(c, live, l);
	close(l->ready[1]);
	close(l->line[1]);
	ck_assert_int_eq(read(l->ready[0], &byte, 1), 1);
}

static void end_life(struct child *c, struct life *l)
{
	int status = child_reap(c);

	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "ended with %#x", status);
	child_stop(c);
	close(l->pipe[0]);
	close(l->pipe[1]);
	close(l->ready[0]);
}

static int block_all_signals(void *unused)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	return child_idle(unused);
}

static int stop_itself(void *unused)
{
	raise(SIGSTOP);
	return child_idle(unused);
}

static int run_for_ever(void *unused)
{
	(void)unused;
	while (getppid() > 0)
		;
	return 0;
}

static const struct {
	int (*then)(void *);
	const char *call; /* wait until it sleeps there */
	char state;       /* or until this is its state */
} lives[] = {
	{ in_write, "write", 'S' },
	{ child_idle, NULL, 'S' },
	{ block_all_signals, NULL, 'S' },
	{ stop_itself, NULL, 'T' },
	{ in_wait, NULL, 'S' },
	{ run_for_ever, NULL, 0 },
};

static void await_state(const struct child *c, char state)
{
	struct status s;
	int64_t deadline = 0;

	do
		ck_assert_int_eq(status_read(c->procdir, &s), 0);
	while (state && s.state != state && child_wait(&deadline));
	ck_assert(!state || s.state == state);
}

START_TEST(the_lifeline_kills_whatever_its_owner_does)
{
	struct life l = { .then = lives[_i].then };
	struct child c;

	begin_life(&c, &l);
	if (lives[_i].call && child_shows_calls())
		child_await_name(&c, lives[_i].call, NULL);
	await_state(&c, lives[_i].state);
	close(l.line[0]);
	end_life(&c, &l);
}
END_TEST

START_TEST(the_lifeline_kills_after_a_change_of_user)
{
	struct life l = { .then = in_write, .setuid_before = _i == 0, .setuid_after = _i == 1 };
	struct child c;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	begin_life(&c, &l);
	close(l.line[0]);
	end_life(&c, &l);
}
END_TEST

static int hold_end(void *unused)
{
	return child_idle(unused);
}

START_TEST(the_lifeline_kills_when_its_holder_is_killed)
{
	struct life l = { .then = in_write };
	struct child c, holder;

	begin_life(&c, &l);
	child_start(&holder, hold_end, NULL);
	close(l.line[0]);
	await_state(&c, 'S'); /* alive: the holder has the other end, too */
	child_stop(&holder);
	end_life(&c, &l);
}
END_TEST

/* So nothing may ever be sent on it. */
START_TEST(data_on_a_lifeline_kills_too)
{
	struct life l = { .then = in_write };
	struct child c;

	begin_life(&c, &l);
	ck_assert_int_eq(write(l.line[0], "x", 1), 1);
	end_life(&c, &l);
	close(l.line[0]);
}
END_TEST

/* SIGKILL goes to the owner alone, so a forked process needs a lifeline of its own. */
static int fork_and_tell(void *arg)
{
	pid_t pid = fork();
	ssize_t n;

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, 0);
		_exit(child_idle(NULL));
	}
	n = write(*(int *)arg, &pid, sizeof pid);
	return n != sizeof pid || child_idle(NULL);
}

START_TEST(a_forked_process_does_not_hang_on_its_parents_lifeline)
{
	struct life l = { .then = fork_and_tell };
	struct child c;
	pid_t grandchild;
	int status;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	begin_life(&c, &l);
	ck_assert_int_eq(read(l.pipe[0], &grandchild, sizeof grandchild), sizeof grandchild);
	close(l.line[0]);
	end_life(&c, &l);
	ck_assert_int_eq(waitpid(grandchild, &status, WNOHANG), 0); /* ours now, and alive */
	kill(grandchild, SIGKILL);
	ck_assert_int_eq(waitpid(grandchild, &status, 0), grandchild);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}
END_TEST

Suite *suite_kernel_lifeline(void)
{
	Suite *suite = suite_create("kernel_lifeline");
	TCase *tcase = tcase_create("kernel_lifeline");

	tcase_add_loop_test(tcase, the_lifeline_kills_whatever_its_owner_does, 0,
			    sizeof lives / sizeof *lives);
	tcase_add_loop_test(tcase, the_lifeline_kills_after_a_change_of_user, 0, 2);
	tcase_add_test(tcase, the_lifeline_kills_when_its_holder_is_killed);
	tcase_add_test(tcase, data_on_a_lifeline_kills_too);
	tcase_add_test(tcase, a_forked_process_does_not_hang_on_its_parents_lifeline);
	suite_add_tcase(suite, tcase);
	return suite;
}

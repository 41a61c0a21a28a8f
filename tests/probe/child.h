/* SPDX-License-Identifier: MIT */
/* Child processes for tests that watch processes: each does what a function says, then ends.
 *
 * Every one of them dies with the test that made it (PR_SET_PDEATHSIG), also when the test
 * fails half way. */
#ifndef TESTS_PROBE_CHILD_H
#define TESTS_PROBE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "probe/syscall.h"

struct child {
	pid_t pid;
	int pidfd;   /* -1 where the kernel has none */
	int procdir; /* of procfs_open */
};

/* Forks a child that runs run(arg) and ends with what it returns. Its signals are as by
 * default. Fails the test when that is not possible. */
void child_start(struct child *c, int (*run)(void *), void *arg);

/* For `run`: waits for a signal; a SIGALRM comes when the longest test is over, so that not
 * even a child that was lost lives on. */
int child_idle(void *unused);

/* For `run`: forks a child of the child, which idles and dies with it. Its pid, or -1. */
pid_t child_fork_idle(void);

/* Waits for the child's end without reaping it; fails the test when it does not end. */
void child_await_end(const struct child *c);

/* Reaps; returns the wait status. */
int child_reap(const struct child *c);

/* Kills and reaps it, where that has not been done yet, and closes the descriptors. */
void child_stop(struct child *c);

/* Waits until the child sleeps in this system call; fails the test when it does not. The
 * last reading goes to *state when that is not NULL. */
void child_await_call(const struct child *c, long number, struct syscall_state *state);

/* Waits until it sleeps in a call by this name: for calls with several numbers. */
void child_await_name(const struct child *c, const char *name, struct syscall_state *state);

/* Whether /proc/PID/syscall of one's own child can be read here: not in some containers. */
bool child_shows_calls(void);

/* Whether descriptors of one's own child can be lent here (pidfd_getfd(2), Linux 5.6): valgrind knows no such call.
 * Where they are not, nothing tells how full a pipe is. child_must_lend skips the test then. */
bool child_lends(void);
void child_must_lend(void);

/* A pidfd, close-on-exec, or -1. */
int child_pidfd(pid_t pid);

/* Between two looks at a state that is waited for: true as long as the deadline (which is 0
 * at first) has not passed. It lets others run and costs no processor. */
bool child_wait(int64_t *deadline);

#endif

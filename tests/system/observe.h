/* SPDX-License-Identifier: MIT */
/* Looking at the machine as hard as one can, for tests that nobody is disturbed by it. */
#ifndef TESTS_SYSTEM_OBSERVE_H
#define TESTS_SYSTEM_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { OBSERVE_TIMES = 100 };

/* That often the whole machine, with levels, waits, judgement and memory, every second time from the beginning;
 * and each time why each of these processes waits. */
void observe(int times, const pid_t *pids, size_t n);
/* OBSERVE_TIMES of one process. */
void observe_one(pid_t pid);

/* How often a process went to sleep of its own accord: whoever was woken and sleeps again has a higher number. */
uint64_t observe_sleeps(pid_t pid);

/* A child says that all is made, and waits until it may go on. */
void observe_begin(void);
bool observe_ready_and_wait(void); /* in the child */
void observe_await_ready(void);
void observe_let_go(void);

#endif

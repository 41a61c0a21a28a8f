/* SPDX-License-Identifier: MIT */
/* Calls made for real, as a process of the stage makes them: from a line of a lesson to what a trace
 * says of the result. Every call is printed as well, and must read back as it was given. */
#ifndef TESTS_CALLING_H
#define TESTS_CALLING_H

#include <check.h>

#include "call/call.h"
#include "tests/probe/child.h"

/* Each test of the case begins with a context of its own ('a' is its letter, "-test" its suffix) in a
 * folder of its own; the System V objects that it made are removed after it, however it ends. */
void calling_use(TCase *tcase);

/* Makes the call, `msgget(IPC_PRIVATE, 0600)`; returns what the trace would say behind the equals
 * sign, until the next call. */
const char *calling(const char *call, ...) __attribute__((format(printf, 1, 2)));

/* Of the last call. */
const struct outcome *calling_outcome(void);

/* Makes it; it must succeed. Returns its result. */
int64_t calling_number(const char *call, ...) __attribute__((format(printf, 1, 2)));

/* The context, for what a test changes in it. */
struct call_context *calling_context(void);

/* How often the handler of "catch" ran, for which signal last. */
extern volatile int calling_caught, calling_signal;

/* A child that makes a call which blocks, the last of the lines. calling_start returns when the child is asleep in a system
 * call that the row names; calling_ended waits for its end, returns what came of it, reaps it.
 * Skips the test where the kernel does not show what a child sleeps in. */
struct caller {
	struct child child;
	int result; /* a pipe's end */
};
void calling_start(struct caller *c, const char *call, ...) __attribute__((format(printf, 2, 3)));
const char *calling_ended(struct caller *c);

#endif

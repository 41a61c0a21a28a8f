/* SPDX-License-Identifier: MIT */
/* Real programs for tests that ask why they wait: started, waited for until the answer is as expected,
 * and ended with all their descendants. */
#ifndef TESTS_SYSTEM_PROGRAM_H
#define TESTS_SYSTEM_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "system/why.h"

struct program { pid_t pid; };

/* Runs a program with its arguments, up to a NULL; skips the test when it is not installed. Input and
 * output are /dev/null. It dies with the test. */
void program_start(struct program *p, const char *name, ...) __attribute__((sentinel));

/* Skips the test as program_start would: before it makes what it would leave behind. */
void program_must_run(const char *name);

/* Kills it and everything that descends from it, and reaps it. */
void program_stop(struct program *p);

/* The pid of the first descendant by this name (comm); waits until there is one. */
pid_t program_find(const struct program *p, const char *name);

/* A child of a process; waits until there is one. */
pid_t program_find_child(pid_t parent);

/* Asks why a process waits until the chain ends so, and each of the fragments (up to a NULL) stands in a
 * sentence or in the remedy; fails the test with what was said when that does not come. */
void program_why(pid_t pid, enum why_end end, ...) __attribute__((sentinel));

/* A child's function, and what is to be said of why it waits: fragments as above, up to four. */
struct program_case { int (*run)(void *); enum why_end end; const char *says[4]; };

/* Runs it, asks, and ends it with all its descendants. */
void program_try(const struct program_case *c);

/* For such a function: a child of the child that stops itself, or idles; it dies with its parent. Its pid or -1. */
pid_t program_fork(bool stops);

/* The last answer of program_why. */
const struct why *program_answer(void);

#endif

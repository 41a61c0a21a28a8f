/* SPDX-License-Identifier: MIT */
/* Processes and objects with names that would do harm on a terminal: escape sequences, newlines, invalid UTF-8, marks
 * of direction, arguments of 4,096 bytes, a path near PATH_MAX. */
#ifndef TESTS_SYSTEM_NASTY_H
#define TESTS_SYSTEM_NASTY_H

#include <check.h>
#include <stddef.h>

#include "tests/probe/child.h"

struct nasty {
	struct child holder; /* has a FIFO, sockets, a queue, a semaphore, memory, a lock; reads its own FIFO */
	struct child opener; /* another program by such a name and arguments, waits to open a FIFO */
};

/* For each test of a case: a folder, and its removal with all names even when the test is killed. */
void nasty_use(TCase *tcase);
void nasty_start(struct nasty *n);
void nasty_stop(struct nasty *n);

/* What a terminal would obey or be confused by, in text that should hold nothing of it: the first place, or NULL.
 * Newlines are fine. */
const char *nasty_find(const char *text, size_t length);

/* Part of what they are called, as it is (with an operating system command to name the window), and escaped. */
extern const char nasty_raw[], nasty_escaped[];

#endif

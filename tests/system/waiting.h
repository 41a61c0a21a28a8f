/* SPDX-License-Identifier: MIT */
/* Processes that sleep, one in each kind of call, and what is to be said of them. */
#ifndef TESTS_SYSTEM_WAITING_H
#define TESTS_SYSTEM_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include "system/system.h"

/* What the sleepers work with; a process that is to have things of its own makes them after it was forked. */
struct waiting {
	int pipe[2], pair[2], queue, set;
	char folder[40], fifo[80];
};
extern struct waiting with;

struct waiting_row {
	const char *name;
	int (*run)(void *);
	enum system_wait wait;
	enum system_kind kind; /* SYSTEM_KINDS: about no object */
	int watched;
	int64_t timeout;
};
enum { WAITING_ROWS = 19 };
extern const struct waiting_row waiting_rows[WAITING_ROWS];

/* A folder with a FIFO, and the rest of `with`; and their removal. */
void waiting_make(void);
void waiting_remove(void);
/* Parts of it: a pipe and a pair of sockets; a System V queue and a set of two semaphores. */
bool waiting_make_pipes(void);
void waiting_make_sysv(void);

/* Whether a thread is told as the row says. */
bool waiting_is_as(const struct system *s, const struct system_thread *t, const struct waiting_row *r);

/* The main thread of a process in a snapshot; NULL: it has none there. */
const struct system_thread *waiting_thread(const struct system *s, pid_t pid);

#endif

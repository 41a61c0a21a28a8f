/* SPDX-License-Identifier: MIT */
/* The machine as the System and Objects tabs show it: a snapshot, taken anew each second while one of
 * them is looked at.
 *
 * It is read on a thread of its own, for with 100,000 descriptors that takes as long as keys must not wait. The
 * thread has `other` for itself; `now` and all else is the main thread's. */
#ifndef UI_MACHINE_H
#define UI_MACHINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "system/system.h"
#include "ui/canvas.h"

enum machine_scan { MACHINE_NONE, MACHINE_UNDER_WAY, MACHINE_ENDED /* and not looked at yet */ };

struct machine {
	struct system *now;     /* what is shown; its n_processes is 0 before the first */
	struct system *other;   /* the one before, and the next: the thread's while a scan is under way */
	int *order;             /* of now's objects: what needs attention first; NULL: none taken yet */
	int64_t due;            /* CLOCK_MONOTONIC ns */
	int64_t took;           /* ns, of the last snapshot */
	int64_t levels_due;
	int64_t patience;       /* until when nobody need be told that the first one is being taken */
	bool held;              /* stays as it is */
	uint64_t taken;         /* counts them */
	char trouble[400];      /* why there is none; "" */
	enum machine_scan scan;
	pthread_t thread;       /* UNDER_WAY */
	int bell;               /* eventfd(2): the thread rings when it has ended; -1 there is none */
	int64_t began, ended;   /* of the scan; ended and the two below are the thread's, too */
	int result;
	struct error error;
};

void machine_open(struct machine *m);
/* Waits for a scan that is under way. */
void machine_close(struct machine *m);

/* To be polled for input: then machine_tick has something to do. -1: no scan is under way. */
int machine_descriptor(const struct machine *m);
/* When machine_tick has something to do otherwise. INT64_MAX while held. */
int64_t machine_due(const struct machine *m);

/* Until when the screen may stay as it was: most machines are read in 10 ms, and a word that stands there as
 * long only flickers. 0: it need not. */
int64_t machine_patience(const struct machine *m);

/* Begins a scan when it is time; shows what one has found; else reads the levels of the objects shown (indexes) when
 * it is time for those. True: there is something new. After it, indexes into `now` may mean others: see taken. */
bool machine_tick(struct machine *m, const int *shown, size_t n);

/* Waits for the scan that is under way, so that nothing is lent any more. Before every fork(2), posix_spawn(3) and
 * stop of the program: a child has a copy of what was lent until it calls exec, the stagehand for good, and
 * somebody's pipe would not end so long. */
void machine_settle(struct machine *m);

/* The next snapshot is due at once: one comes back to the tab, or something was removed. What is under way
 * does not count. */
void machine_again(struct machine *m);

/* What a scan finds while held is thrown away. */
void machine_hold(struct machine *m, bool held);

/* The line of tabs, number `tab` of them chosen; behind them "214 processes  38 pipes  61 sockets  12 SysV", as
 * much of it as fits. */
void machine_header(const struct machine *m, struct canvas *c, int tab);

/* How much could not be seen, and why: "" everything could. */
void machine_unseen(const struct system *s, char *out, size_t size);

#endif

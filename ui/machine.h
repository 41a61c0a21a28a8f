/* SPDX-License-Identifier: MIT */
/* The machine as the System and Objects tabs show it: a snapshot, taken anew each second while one of
 * them is looked at. */
#ifndef UI_MACHINE_H
#define UI_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "system/system.h"
#include "ui/canvas.h"

struct machine {
	struct system *now;     /* what is shown; its n_processes is 0 before the first */
	struct system *other;   /* the one before, and the next */
	int *order;             /* of now's objects: what needs attention first; NULL: none taken yet */
	int64_t due;            /* CLOCK_MONOTONIC ns */
	int64_t took;           /* ns, of the last snapshot */
	int64_t levels_due;
	bool held;              /* stays as it is */
	uint64_t taken;         /* counts them */
	char trouble[400];      /* why there is none; "" */
};

void machine_open(struct machine *m);
void machine_close(struct machine *m);

/* When machine_tick has something to do. INT64_MAX while held. */
int64_t machine_due(const struct machine *m);

/* Takes a snapshot when it is time, else the levels of the objects shown (indexes) when it is time for
 * those. True: there is something new. */
bool machine_tick(struct machine *m, const int *shown, size_t n);

/* A key was pressed: the next snapshot waits a moment, so that the keys behind it do not have to. */
void machine_later(struct machine *m);

/* The next snapshot is due at once: one comes back to the tab, or something was removed. */
void machine_again(struct machine *m);

void machine_hold(struct machine *m, bool held);

/* The line of tabs, number `tab` of them chosen; behind them "214 processes  38 pipes  61 sockets  12 SysV", as
 * much of it as fits. */
void machine_header(const struct machine *m, struct canvas *c, int tab);

/* How much could not be seen, and why: "" everything could. */
void machine_unseen(const struct system *s, char *out, size_t size);

#endif

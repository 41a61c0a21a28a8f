/* SPDX-License-Identifier: MIT */
/* How full something was during the last minute, as a small graph; and those of many things. */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include <stdint.h>

#include "ui/canvas.h"

enum {
	HISTORY_LEVELS = 512, /* 60 s at five a second, and some */
	HISTORIES = 128       /* 8 KB each: more rows than a screen has */
};

struct history {
	struct history_level { int64_t at, level; } item[HISTORY_LEVELS]; /* a ring */
	unsigned long long n; /* how many there ever were */
};

/* Whose it is: compared as it stands, so filled up with zeros. */
struct history_owner { uint64_t kind, device, inode, inode_b; };

struct histories {
	struct { struct history_owner owner; struct history *history; } item[HISTORIES];
	int n;
};

void history_clear(struct history *h);
/* at: CLOCK_MONOTONIC ns, never before the one added last. After more than 3 s in which nothing was added it is not
 * known how full it was. */
void history_add(struct history *h, int64_t at, int64_t level);

/* The minute before `now`, the present at the right end. limit: what "full" is; 0: the highest level seen.
 * A column shows the highest level of its time. */
void history_draw(const struct history *h, struct canvas *c, struct area a, int64_t now, int64_t limit);

/* That of an owner; NULL: there is none. */
struct history *histories_find(const struct histories *h, const struct history_owner *owner);
/* The same, made when there is none: the one to which nothing was added for longest makes room. */
struct history *histories_at(struct histories *h, const struct history_owner *owner);
void histories_free(struct histories *h);

#endif

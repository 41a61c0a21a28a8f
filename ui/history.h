/* SPDX-License-Identifier: MIT */
/* How full something was during the last minute, as a small graph. */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include <stdint.h>

#include "ui/canvas.h"

enum { HISTORY_LEVELS = 512 }; /* 60 s at five a second, and some */

struct history {
	struct history_level { int64_t at, level; } item[HISTORY_LEVELS]; /* a ring */
	unsigned long long n; /* how many there ever were */
};

void history_clear(struct history *h);
/* at: CLOCK_MONOTONIC ns, never before the one added last. */
void history_add(struct history *h, int64_t at, int64_t level);

/* The minute before `now`, the present at the right end. limit: what "full" is; 0: the highest level seen.
 * A column shows the highest level of its time. */
void history_draw(const struct history *h, struct canvas *c, struct area a, int64_t now, int64_t limit);

#endif

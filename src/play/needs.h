/* SPDX-License-Identifier: MIT */
/* What a lesson may need of the machine and of who plays it: one row a word of its `needs` line. */
#ifndef PLAY_NEEDS_H
#define PLAY_NEEDS_H

#include "script/lesson.h"

/* Whether what the lesson needs is there: false with the word and the reason (static texts). */
bool needs_met(const struct lesson *l, const char **need, const char **why);

/* Whether its processes live on two hosts (`needs hosts`, which a line `host NAME` brings along). */
bool needs_hosts(const struct lesson *l);

/* The words that are known; NULL at the end. */
const char *needs_nth(size_t n);

#endif

/* SPDX-License-Identifier: MIT */
/* What a lesson may need of the machine and of who plays it: one row a word of its `needs` line. */
#ifndef PLAY_NEEDS_H
#define PLAY_NEEDS_H

#include "script/lesson.h"

/* Whether what the lesson needs is there: false with the word and the reason (static texts). */
bool needs_met(const struct lesson *l, const char **need, const char **why);

/* The words that are known; NULL at the end. */
const char *needs_nth(size_t n);

#endif

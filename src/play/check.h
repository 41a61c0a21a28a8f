/* SPDX-License-Identifier: MIT */
/* Whether a lesson that can be read can also be played: calls and their arguments, names,
 * facts, who is blocked when. Runs nothing. */
#ifndef PLAY_CHECK_H
#define PLAY_CHECK_H

#include "script/lesson.h"
#include "script/mistake.h"

/* Adds what is wrong to m. Names are followed step by step: used before they exist, a call for
 * a process that is blocked or has ended, ... */
void check_lesson(const struct lesson *l, struct mistakes *m);

#endif

/* SPDX-License-Identifier: MIT */
/* `use NAME`: puts another lesson's steps behind the line that uses it. */
#ifndef PLAY_SETUP_H
#define PLAY_SETUP_H

#include "script/lesson.h"
#include "script/mistake.h"

/* Puts behind each USE step the steps of that lesson, all but what is said, noted, asked and claimed,
 * marked `setup`; what the used lesson needs becomes a need of this one. NAME is a lesson in the
 * folder of the one that uses it, else GROUP/NAME in `folder`, the library's (NULL: there is none).
 * Used lessons may use others. What cannot be used is added to m, at its line. To be called once,
 * before check_lesson. */
void setup_expand(struct lesson *l, const char *folder, struct mistakes *m);

#endif

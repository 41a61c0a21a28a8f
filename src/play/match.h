/* SPDX-License-Identifier: MIT */
/* Whether what the kernel did is what the lesson says. */
#ifndef PLAY_MATCH_H
#define PLAY_MATCH_H

#include "base/text.h"
#include "script/lesson.h"
#include "stage/stage.h"

/* Whether a finished call's outcome is the wanted result. */
bool match_result(const struct stage *s, const char *who, const struct finished *f,
		  const struct result_text *want);

/* The same for a call that never returned because the process died in it: matches "?", and
 * "-1 EPIPE" when SIGPIPE killed it, for pipe_write and the sockets' sendmsg raise that signal
 * exactly where they return that error (write(2), EPIPE). */
bool match_died(const struct result_text *want, int wait_status);

/* Whether a wait status is the wanted ending. */
bool match_ending(const struct stage *s, const struct ending_text *want, int wait_status);

/* Whether a fact holds in this picture; what it is instead is appended to `actual` ("p.bytes is
 * 65535", "writer is ready", "p.slots is ?: why"). */
bool match_fact(const struct stage *s, const struct picture *p, const struct fact_text *f,
		struct text *actual);

#endif

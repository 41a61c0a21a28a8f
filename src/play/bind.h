/* SPDX-License-Identifier: MIT */
/* From what is written to what is meant: names and constants become numbers, on this stage,
 * for this process. */
#ifndef PLAY_BIND_H
#define PLAY_BIND_H

#include "script/lesson.h"
#include "stage/stage.h"

/* The value of an expression; `what` is the argument it stands for (NULL: a plain number).
 * `who` decides which descriptor p.r is. Texts point into the expression. -1 with e when a
 * name means nothing here. */
int bind_value(const struct stage *s, const char *who, const struct expression *x,
	       const struct call_argument *what, struct value *v, struct error *e);

/* A plain number. */
int bind_number(const struct stage *s, const char *who, const struct expression *x, int64_t *n,
		struct error *e);

/* A set of signals: SIGUSR1|SIGUSR2, or 0. Bit N-1 stands for signal N. */
int bind_signals(const struct expression *x, uint64_t *set, struct error *e);

/* A call with all its arguments. Returns how many, or -1 with e. */
int bind_call(const struct stage *s, const char *who, const struct call_text *text,
	      const struct call **c, struct value argument[CALL_ARGUMENTS], struct error *e);

#endif

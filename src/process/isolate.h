/* SPDX-License-Identifier: MIT */
/* Isolation: the program goes on in namespaces of its own (namespaces(7)), so that nobody else on the
 * machine sees its objects, processes and ports, and ids begin at 0.
 *
 * Three processes: the one that was started stays outside, hands signals in and its own end out,
 * and removes what is left when all inside were killed; the first process of the new PID namespace does
 * nothing but hold it, for a first process ignores most signals and could not be stopped by Ctrl-Z;
 * the second is the program. */
#ifndef PROCESS_ISOLATE_H
#define PROCESS_ISOLATE_H

#include <stdbool.h>

#include "base/error.h"

/* Returns 0 in the program inside. -1 with e, which says the step that is not permitted and why; the
 * only thing to do then is to end the program. Call it before any thread, the terminal or
 * buffered output exists. What was started never returns from it: it ends as the program inside does. */
int isolate_enter(struct error *e);

bool isolate_is_on(void);

/* What had to be left out: "no network of its own: WHY"; "" when nothing. */
const char *isolate_shortfall(void);

/* Whether the terminal's foreground process group is this one. Inside, process groups from outside have
 * no number: tcgetpgrp(3) and getpgrp(2) say 0 for all of them. */
bool isolate_in_foreground(void);

/* Gives up what the own user namespace grants: a process of an ordinary user is to be refused what
 * an ordinary user is refused (msgget(2) of another's queue). Does nothing for root, nor outside. */
void isolate_drop_privileges(void);

#endif

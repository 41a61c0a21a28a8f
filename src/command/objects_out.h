/* SPDX-License-Identifier: MIT */
/* What ipcscope objects prints. */
#ifndef COMMAND_OBJECTS_OUT_H
#define COMMAND_OBJECTS_OUT_H

#include <stdio.h>

#include "base/text.h"
#include "command/facilities.h"
#include "command/paper.h"
#include "command/users.h"
#include "probe/limits.h"

/* One line each, and below it who uses it; with `all` also owners, creators, times and pids. */
void objects_table(struct text *t, const struct paper *p, const struct system *s, const struct facilities *f, bool all);
/* What stands below the line: printable lines, as long as they are, no newline behind the last. */
void objects_detail(struct text *t, const struct paper *p, const struct system *s, const struct waiters *w,
		    const struct facility *f, bool all);
void objects_json(FILE *f, const struct system *s, const struct facilities *list);

/* The machine's limits, with what the snapshot tells of their use. Returns how many. */
int objects_limits(struct limit out[LIMITS_MOST], const struct system *s);
void limits_table(struct text *t, const struct paper *p, const struct limit *limit, int n);
void limits_json(FILE *f, const struct limit *limit, int n);

#endif

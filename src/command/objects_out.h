/* SPDX-License-Identifier: MIT */
/* How objects that outlive processes, and their limits, are printed: as tables, or as JSON lines
 * described in ipcscope-json(5). */
#ifndef COMMAND_OBJECTS_OUT_H
#define COMMAND_OBJECTS_OUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"
#include "command/facilities.h"
#include "command/paper.h"
#include "probe/limits.h"

/* One line each, and below it who uses it; with `all` also owners, creators, times and pids. */
void objects_table(struct text *t, const struct paper *p, const struct system *s, const struct facilities *f, bool all);
void limits_table(struct text *t, const struct paper *p, const struct limit *limit, int n);

void objects_json(FILE *f, const struct system *s, const struct facilities *list);
void limits_json(FILE *f, const struct limit *limit, int n);

#endif

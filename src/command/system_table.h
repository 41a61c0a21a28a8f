/* SPDX-License-Identifier: MIT */
/* A snapshot as a table in text: one line an object, and below it a sentence where something is wrong. */
#ifndef COMMAND_SYSTEM_TABLE_H
#define COMMAND_SYSTEM_TABLE_H

#include <stdbool.h>

#include "base/text.h"
#include "command/paper.h"
#include "system/system.h"

/* Objects in this order (of system_order); without `all` those that are idle are left out, and a line
 * says how many. */
void system_table(struct text *t, const struct paper *p, const struct system *s, const int *order, bool all);

/* "214 processes, 38 pipes, 61 sockets, 12 System V", and who could not be looked into; ends with a
 * newline. */
void system_table_summary(struct text *t, const struct paper *p, const struct system *s);

/* The latter alone: nothing when all could be looked into. */
void system_table_hidden(struct text *t, const struct paper *p, const struct system *s);

#endif

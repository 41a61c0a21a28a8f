/* SPDX-License-Identifier: MIT */
/* A snapshot as JSON lines, described in ipcscope-json(5): what `ipcscope system --json` prints and the
 * explorer exports. */
#ifndef COMMAND_SYSTEM_JSON_H
#define COMMAND_SYSTEM_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "system/system.h"

/* A line about the whole, one for each process, one for each object in this order (of system_order);
 * without `all` those that are idle are left out. Ask ferror(3) afterwards. */
void system_json(FILE *f, const struct system *s, const int *order, bool all);

/* Parts of it: a process by its index, for others to refer to; an object. */
json_t *system_json_process(const struct system *s, int process);
json_t *system_json_object(const struct system *s, int object);

#endif

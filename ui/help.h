/* SPDX-License-Identifier: MIT */
/* Help, and a lesson's script to read: texts that lie over everything. */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "ui/canvas.h"

/* The keys that count where the user is, made from the table of keys. `where`: KEYS_... */
void help_draw(struct canvas *c, unsigned where, int *scroll);

/* A script, line by line. */
void help_script_draw(struct canvas *c, const char *script, int *scroll);

#endif

/* SPDX-License-Identifier: MIT */
/* The cells of the System tab's rows: each draws one within a width. */
#ifndef UI_SYSTEM_CELLS_H
#define UI_SYSTEM_CELLS_H

#include "system/system.h"
#include "ui/canvas.h"

/* What stands on the left and on the right of a way: data goes from left to right. */
enum system_side { SYSTEM_WRITES = 1, SYSTEM_READS = 2 };

/* "pipe:[27408]", "fifo /tmp/log". */
void system_cell_name(struct canvas *c, int x, int y, int width, const struct system_object *o);
/* A bar of `bar` columns (0: none) and "64K/64K"; "2 msgs", "4.0M ×2", "[0] +1". */
void system_cell_level(struct canvas *c, int x, int y, int width, int bar, const struct system_object *o);
/* Who has it on that side: "tar 812 ■ +2"; a dash for nobody. */
void system_cell_users(struct canvas *c, int x, int y, int width, const struct system *s, int object, enum system_side side);
/* "STUCK 4.2 s", "flowing 12M/s". */
void system_cell_state(struct canvas *c, int x, int y, int width, const struct system *s, int object);

/* A process with how it stands: "tar 812 ■". object: whether it waits about that; -1: about anything. Returns the
 * column behind. */
int system_cell_process(struct canvas *c, int x, int y, int width, const struct system *s, int process, int object);
/* "writes", "polls", "" for one that runs. */
const char *system_cell_wait(const struct system *s, int process, int object);

/* Who is named there, and how many more there are; -1 nobody. */
int system_first_user(const struct system *s, int object, enum system_side side, int *others);
/* How long it has been in its state, in ns; -1: not known, or of no interest. */
int64_t system_cell_lasted(const struct system *s, int object);

/* Level and limit of an object; of two ways those of the fuller one. */
void system_fuller(const struct system_object *o, const struct system_reading **level, const struct system_reading **limit);

/* On which side somebody stands who sleeps about an object without an end on it. */
enum system_side system_waiter_side(const struct system_thread *t);
/* On which sides of its object an end stands. */
unsigned system_sides(const struct system_object *o, const struct system_end *e);

#endif

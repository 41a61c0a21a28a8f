/* SPDX-License-Identifier: MIT */
/* The System tab as a screen: what is chosen, filtered, folded, held; drawn by pane_system.c. */
#ifndef UI_SYSTEM_SCREEN_H
#define UI_SYSTEM_SCREEN_H

#include "ui/machine.h"
#include "ui/pane_system.h"
#include "ui/term.h"
#include "ui/watching.h"

struct system_screen {
	struct machine *machine;
	struct system_rows rows;
	uint64_t built;              /* the snapshot that the rows are of */
	enum system_sort sort;
	int *sorted;                 /* the machine's order, sorted so */
	struct histories histories;  /* of the objects that were shown */
	struct why_pane why;
	pid_t why_pid;               /* of whom, with his start time */
	uint64_t why_start;
	bool filtering;
	int scroll;
	char message[300];
	struct system_layout layout; /* as drawn last: for the mouse */
};

/* What a key asks of the program. */
enum system_wish { SYSTEM_NOTHING, SYSTEM_WATCH, SYSTEM_MAN };

/* The machine stays the caller's. */
void system_screen_open(struct system_screen *v, struct machine *m);
void system_screen_close(struct system_screen *v);

/* The tab is shown again: there may be another snapshot. */
void system_screen_show(struct system_screen *v);

/* Whether a line is being typed. */
bool system_screen_typing(const struct system_screen *v);

enum system_wish system_screen_key(struct system_screen *v, int key, const struct term_mouse *mouse);

/* What SYSTEM_WATCH means; false when nothing is chosen. */
bool system_screen_watching(const struct system_screen *v, struct watching *w);

/* After every poll: reads the kernel when it is time. True: there is something new to draw. */
bool system_screen_tick(struct system_screen *v);

void system_screen_draw(struct system_screen *v, struct canvas *c);

#endif

/* SPDX-License-Identifier: MIT */
/* The System tab, drawn from a snapshot: the table, and below it what the chosen row is about, or why
 * somebody waits. */
#ifndef UI_PANE_SYSTEM_H
#define UI_PANE_SYSTEM_H

#include "system/why.h"
#include "ui/canvas.h"
#include "ui/history.h"
#include "ui/system_rows.h"
#include "ui/system_sort.h"

/* What is shown of why somebody waits. */
struct why_pane {
	bool open, focused, sources; /* sources: where each link is known from, too */
	struct why why;
	char who[96];            /* printable: "tar 812" */
	char trouble[400];       /* why nothing can be told; "" */
	int scroll;              /* cut to what there is when drawn */
};

struct system_view {
	const struct system *system;
	const struct system_rows *rows;
	const char *trouble;     /* why there is no snapshot; "" */
	bool taken;              /* there is one */
	bool filtering, held;    /* the filter is being typed; the picture is held */
	int *scroll;
	const struct history *history; /* of the chosen row */
	struct why_pane *why;
	enum system_sort sort;
	const char *message;     /* something to say now; "" */
};

/* Where the parts stand in an area. */
struct system_layout { struct area rows, why, about; };
struct system_layout system_layout(struct area a, const struct system_view *v, bool ascii);

void system_draw(struct canvas *c, struct area a, const struct system_view *v);

/* pane_why.c: line by line, indented as it follows. Returns how many lines there are. */
int why_draw(struct canvas *c, struct area a, struct why_pane *w);
/* How many lines it takes in `width` columns. */
int why_lines(const struct why_pane *w, int width, bool ascii);

#endif

/* SPDX-License-Identifier: MIT */
/* The Objects tab, drawn: limits above, the table, what is known of the chosen one below. */
#ifndef UI_PANE_OBJECTS_TAB_H
#define UI_PANE_OBJECTS_TAB_H

#include "command/facilities.h"
#include "probe/limits.h"
#include "ui/canvas.h"
#include "ui/objects_sort.h"

/* What is to be drawn: a plain value. */
struct objects_view {
	const struct system *system;
	const struct facilities *list;
	const int *row; int n;   /* indexes into the list, which the filter may have made fewer */
	int chosen, *scroll;
	const char *filter;      /* "" none */
	bool filtering, taken;
	enum objects_sort sort;
	const struct limit *limit; int n_limits;
	const char *detail;      /* of the chosen one: printable lines */
	const char *message;
};

struct area objects_tab_rows(struct area a); /* where the rows stand in it */
void objects_tab_draw(struct canvas *c, struct area a, const struct objects_view *v);

#endif

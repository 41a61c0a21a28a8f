/* SPDX-License-Identifier: MIT */
/* Lines of styled text, put together before it is known how many of them there is room for:
 * for panes that wrap, scroll and leave out. Columns count from 0 at the area's left edge. */
#ifndef UI_FLOW_H
#define UI_FLOW_H

#include <stddef.h>

#include "ui/canvas.h"

struct flow_piece {
	int line, x;
	enum style style;
	char *text;
};

/* `struct flow f = { 0 };` has no line yet; flow_free releases it and makes it so again. */
struct flow {
	struct flow_piece *piece;
	size_t n, room;
	int lines;
};

void flow_free(struct flow *f);

/* Begins a new line. */
void flow_line(struct flow *f);

/* Puts text on the last line from column x on; returns the column behind it. */
int flow_put(struct flow *f, int x, enum style s, const char *text);
int flow_putf(struct flow *f, int x, enum style s, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same wrapped at words before column `right`; the lines that follow begin at x too. Returns
 * the column behind the last one. */
int flow_wrap(struct flow *f, int x, int right, enum style s, const char *text);

/* A key and what it does, "Space next", two columns behind what stands at x; goes to the next line, at
 * column `left`, when that would pass `right`. Returns the column behind. */
int flow_key(struct flow *f, int x, int left, int right, const char *key, const char *what);

/* Draws the lines from number `first` on. */
void flow_draw(const struct flow *f, struct canvas *c, struct area a, int first);

/* How wide a line is; 0 for an empty one. */
int flow_width(const struct flow *f, int line);

#endif

/* SPDX-License-Identifier: MIT */
/* The top line: where one is, and how far; and the line of tabs. */
#include "ui/panes.h"

#include <stdio.h>

#include "base/width.h"

enum { DOTS = 24 /* more cannot be counted at a glance */ };

/* In the order of their keys, 1 and on. */
static const char *const tabs[] = { "Lessons", "System", "Objects" };

static int begin(struct canvas *c)
{
	canvas_fill(c, (struct area){ 0, 0, c->width, 1 }, STYLE_BAR);
	return canvas_put(c, 1, 0, STYLE_BAR_STRONG, "ipcscope") + 2;
}

/* "●●●○○  3 of 5" so that it ends before `end`; dots only where `room` columns hold them. Returns
 * where it begins. */
static int progress(struct canvas *c, int end, int room, int done, int all)
{
	char count[40];
	int x;

	snprintf(count, sizeof count, "%d of %d", done, all);
	x = end - width_text(count);
	canvas_put(c, x, 0, STYLE_BAR, count);
	if (all > DOTS || all + 2 + end - x > room)
		return x;
	x -= all + 2;
	for (int i = 0; i < all; i++)
		canvas_put_glyph(c, x + i, 0, i < done ? STYLE_BAR_LEVEL : STYLE_BAR_DIM,
				 i < done ? GLYPH_DOT_DONE : GLYPH_DOT_LEFT);
	return x;
}

void header_draw(struct canvas *c, const char *where, int done, int all, const char *right)
{
	int left = begin(c), end = c->width - 1;
	int more = right && *right ? width_text(right) + 2 : 0;

	if (all > 0)
		end = progress(c, end, end - left - width_text(where) - 3 - more, done, all) - 2;
	if (more) {
		canvas_put_right(c, end, 0, STYLE_BAR_STRONG, right);
		end -= more;
	}
	canvas_put_cut(c, left, 0, end - left, STYLE_BAR, where);
}

int header_tabs(struct canvas *c, int chosen)
{
	int x = begin(c);

	for (int i = 0; i < (int)(sizeof tabs / sizeof tabs[0]); i++) {
		char name[64];

		snprintf(name, sizeof name, "%d %s", i + 1, tabs[i]);
		canvas_place(c, (struct area){ x, 0, width_text(name), 1 }, '1' + i);
		x = canvas_put_cut(c, x, 0, c->width - 1 - x, i == chosen ? STYLE_BAR_KEY : STYLE_BAR_DIM, name) + 3;
	}
	return x;
}

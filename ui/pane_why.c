/* SPDX-License-Identifier: MIT */
/* Why somebody waits: from link to link, what would resolve it last. */
#include "ui/pane_system.h"

#include <stdio.h>

#include "ui/flow.h"

enum { READABLE = 110 /* longer lines are hard to read */, DEPTH_MOST = 8 };

static enum style style_of(const struct why *w, int i)
{
	if (w->end == WHY_DEADLOCK && i >= w->cycle)
		return STYLE_WARN;
	return i == w->n_links - 1 && w->end == WHY_FOUND ? STYLE_STRONG : STYLE_TEXT;
}

static void add_link(struct flow *f, const struct why_pane *w, int i, int width, bool ascii)
{
	const struct why_link *l = &w->why.link[i];
	int depth = l->depth < DEPTH_MOST ? l->depth : DEPTH_MOST, x = 1 + 2 * depth;

	flow_line(f);
	if (depth)
		flow_put(f, x - 2, STYLE_DIM, glyph_text(GLYPH_INTO, ascii));
	flow_wrap(f, x, width, style_of(&w->why, i), l->sentence);
	if (w->sources && l->source[0]) {
		flow_line(f);
		flow_wrap(f, x + 2, width, STYLE_DIM, l->source);
	}
}

static void add_end(struct flow *f, const struct why *w, int width, bool ascii)
{
	static const char *const told[] = {
		[WHY_NOTHING] = "Nothing is wrong.",
		[WHY_DEADLOCK] = "Deadlock: each waits for the next, and the last for the first.",
		[WHY_UNKNOWN] = "No more can be known.",
		[WHY_FOUND] = NULL,
	};

	if (told[w->end]) {
		flow_line(f);
		flow_wrap(f, 1, width, w->end == WHY_DEADLOCK ? STYLE_BAD : STYLE_DIM, told[w->end]);
	}
	if (!w->remedy[0])
		return;
	flow_line(f);
	flow_put(f, 1, STYLE_GOOD, glyph_text(GLYPH_OK, ascii));
	flow_wrap(f, 3, width, STYLE_GOOD, w->remedy);
}

static struct flow lines(const struct why_pane *w, int width, bool ascii)
{
	struct flow f = { 0 };

	width = width - 1 < READABLE ? width - 1 : READABLE;
	if (w->trouble[0]) {
		flow_line(&f);
		flow_wrap(&f, 1, width, STYLE_BAD, w->trouble);
		return f;
	}
	for (int i = 0; i < w->why.n_links; i++)
		add_link(&f, w, i, width, ascii);
	add_end(&f, &w->why, width, ascii);
	return f;
}

int why_lines(const struct why_pane *w, int width, bool ascii)
{
	struct flow f = lines(w, width, ascii);
	int n = f.lines;

	flow_free(&f);
	return n;
}

int why_draw(struct canvas *c, struct area a, struct why_pane *w)
{
	struct flow f = lines(w, a.width, c->ascii);
	int n = f.lines;

	if (w->scroll > n - a.height)
		w->scroll = n - a.height;
	if (w->scroll < 0)
		w->scroll = 0;
	flow_draw(&f, c, a, w->scroll);
	if (w->scroll > 0)
		canvas_put_glyph(c, a.x + a.width - 1, a.y, STYLE_DIM, GLYPH_UP);
	if (n > w->scroll + a.height)
		canvas_put_glyph(c, a.x + a.width - 1, a.y + a.height - 1, STYLE_DIM, GLYPH_DOWN);
	flow_free(&f);
	return n;
}

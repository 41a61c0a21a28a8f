/* SPDX-License-Identifier: MIT */
/* Overlays: help and menus, in a box in the middle; and the notice that there is no room. */
#include "ui/panes.h"

#include <stdio.h>

#include "base/width.h"
#include "ui/flow.h"

enum { LEFT_MOST = 26 /* columns of a table's left side */, DETAIL_MOST = 3, QUESTION_MOST = 56 };

static int at_most(int n, int most)
{
	return n < most ? n : most;
}

static int at_least(int n, int least)
{
	return n > least ? n : least;
}

/* An empty box for `width` x `height` cells of content, a column of margin at each side. Returns the
 * area of the content. */
static struct area box(struct canvas *c, int width, int height, const char *title, const char *right)
{
	int w = at_most(at_least(width, width_text(title) + 6) + 4, c->width), h = at_most(height + 2, c->height);
	struct area a = { (c->width - w) / 2, (c->height - h) / 2, w, h };

	canvas_places_covered(c);
	canvas_fill(c, a, STYLE_TEXT);
	canvas_box(c, a, STYLE_FRAME_FOCUS, title, STYLE_TITLE, right);
	return (struct area){ a.x + 2, a.y + 1, at_least(w - 4, 0), at_least(h - 2, 0) };
}

/* ---- a table ---------------------------------------------------------------------------------- */

static void add_row(struct flow *f, const struct overlay_row *r, int left, int width)
{
	if (r->heading && f->lines)
		flow_line(f);
	flow_line(f);
	if (r->heading) {
		flow_wrap(f, 0, width, STYLE_TITLE, r->left ? r->left : "");
		return;
	}
	if (!r->right || !*r->right) {
		flow_wrap(f, 0, width, STYLE_TEXT, r->left ? r->left : "");
		return;
	}
	if (r->left && *r->left && flow_wrap(f, 0, width, STYLE_KEY, r->left) > left)
		flow_line(f);
	flow_wrap(f, left + 2, width, STYLE_TEXT, r->right);
}

void overlay_table(struct canvas *c, const char *title, const struct overlay_row *row, int n, int *scroll)
{
	int left = 0, right = 0, width, most;
	struct flow f = { 0 };
	struct area a;
	char more[32] = "Esc";

	for (int i = 0; i < n; i++) {
		if (row[i].right && *row[i].right && !row[i].heading) {
			left = at_least(left, at_most(width_text(row[i].left ? row[i].left : ""), LEFT_MOST));
			right = at_least(right, width_text(row[i].right));
		} else if (row[i].left) {
			right = at_least(right, width_text(row[i].left) - left - 2);
		}
	}
	width = at_most(left + 2 + right, at_least(c->width - 4, 0));
	left = at_most(left, width / 2);
	for (int i = 0; i < n; i++)
		add_row(&f, &row[i], left, width);
	most = at_least(f.lines - (c->height - 2), 0);
	*scroll = at_least(at_most(*scroll, most), 0);
	if (*scroll < most)
		snprintf(more, sizeof more, "%s %d more", canvas_glyph(c, GLYPH_DOWN), most - *scroll);
	else if (most)
		snprintf(more, sizeof more, "%s %d more", canvas_glyph(c, GLYPH_UP), *scroll);
	a = box(c, width, f.lines, title, more);
	flow_draw(&f, c, a, *scroll);
	flow_free(&f);
}

/* ---- a list to choose from ---------------------------------------------------------------------- */

/* Lines that the longest detail takes, so that the box stays as it is while one chooses. */
static int detail_lines(const struct overlay_choice *row, int n, int width)
{
	int most = 0;

	for (int i = 0; i < n; i++) {
		struct flow f = { 0 };

		if (row[i].detail && *row[i].detail)
			flow_wrap(&f, 0, width, STYLE_DIM, row[i].detail);
		most = at_least(most, f.lines);
		flow_free(&f);
	}
	return at_most(most, DETAIL_MOST);
}

static int list_width(const struct canvas *c, const struct overlay_choice *row, int n)
{
	int width = 24;

	for (int i = 0; i < n; i++) {
		int right = row[i].right && *row[i].right ? width_text(row[i].right) + 3 : 0;
		int detail = row[i].detail ? width_text(row[i].detail) : 0;

		width = at_least(width, width_text(row[i].text) + right);
		width = at_least(width, at_most(detail, 60));
	}
	return at_most(width, at_least(c->width - 4, 0));
}

static void draw_choice(struct canvas *c, struct area line, const struct overlay_choice *r)
{
	int end = line.x + line.width;

	if (r->right && *r->right && width_text(r->right) + 3 + 8 <= line.width) {
		canvas_put_right(c, end, line.y, STYLE_DIM, r->right);
		end -= width_text(r->right) + 2;
	}
	canvas_put_cut(c, line.x, line.y, end - line.x, STYLE_TEXT, r->text);
}

struct area overlay_list(struct canvas *c, const char *title, const struct overlay_choice *row, int n, int chosen,
			 int *first)
{
	int width = list_width(c, row, n), detail = detail_lines(row, n, width), rows;
	int below = detail ? detail + 1 : 0;
	struct area a, before;
	char count[32] = "";

	if (c->height - 2 - below < at_most(n, 3)) /* too small for both: the list matters */
		below = 0;
	rows = at_most(n, at_least(c->height - 2 - below, 0));
	*first = at_most(at_least(chosen - rows / 2, 0), at_least(n - rows, 0));
	if (rows < n)
		snprintf(count, sizeof count, "%d of %d", chosen + 1, n);
	a = box(c, width, rows + below, title, count);
	before = canvas_clip(c, a);
	for (int i = 0; i < rows; i++)
		draw_choice(c, (struct area){ a.x, a.y + i, a.width, 1 }, &row[*first + i]);
	canvas_unclip(c, before);
	if (chosen >= *first && chosen < *first + rows)
		canvas_select(c, (struct area){ a.x - 1, a.y + chosen - *first, a.width + 2, 1 });
	if (below && chosen >= 0 && chosen < n && row[chosen].detail) {
		canvas_hline(c, a.x, a.y + rows, a.width, STYLE_FRAME);
		canvas_put_wrapped(c, (struct area){ a.x, a.y + rows + 1, a.width, detail }, STYLE_DIM, row[chosen].detail);
	} else if (below) {
		canvas_hline(c, a.x, a.y + rows, a.width, STYLE_FRAME);
	}
	return (struct area){ a.x - 2, a.y - 1, a.width + 4, a.height + 2 };
}

/* ---- a question ------------------------------------------------------------------------------- */

void overlay_question(struct canvas *c, const struct overlay_question *q)
{
	int width = 24, last = -1, x = 0;
	struct flow f = { 0 };
	struct area a;

	for (int i = 0; i < 2; i++)
		if (q->text[i])
			width = at_least(width, at_most(width_text(q->text[i]) + (q->typed ? 8 : 0), QUESTION_MOST));
	width = at_most(width, at_least(c->width - 4, 0));
	for (int i = 0; i < 2; i++)
		if (q->text[i] && *q->text[i]) {
			flow_line(&f);
			x = flow_wrap(&f, 0, width, i == 0 ? STYLE_STRONG : STYLE_TEXT, q->text[i]);
			last = f.lines - 1;
		}
	if (q->typed)
		flow_put(&f, x + 1, STYLE_KEY, q->typed);
	flow_line(&f);
	flow_line(&f);
	for (int i = x = 0; i < 2; i++)
		if (q->keys[i].key)
			x = flow_key(&f, x, 0, width, q->keys[i].key, q->keys[i].what);
	x = q->typed && last >= 0 ? flow_width(&f, last) : -1;
	a = box(c, width, f.lines, q->title, NULL);
	flow_draw(&f, c, a, 0);
	c->cursor_x = c->cursor_y = -1;
	if (x >= 0) {
		c->cursor_x = a.x + x + (*q->typed ? 0 : 1);
		c->cursor_y = a.y + last;
	}
	flow_free(&f);
}

/* ---- too small -------------------------------------------------------------------------------- */

void too_small_draw(struct canvas *c)
{
	char line[4][80];
	int n = 3, y;

	snprintf(line[0], sizeof line[0], "ipcscope needs 40 x 12");
	snprintf(line[1], sizeof line[1], "here are %d x %d", c->width, c->height);
	snprintf(line[2], sizeof line[2], "make it larger, or q quits");
	if (c->width < 28) { /* the notice itself does not fit on its lines */
		n = 4;
		snprintf(line[0], sizeof line[0], "needs 40 x 12");
		snprintf(line[1], sizeof line[1], "here %d x %d", c->width, c->height);
		snprintf(line[2], sizeof line[2], "enlarge");
		snprintf(line[3], sizeof line[3], "q quits");
	}
	y = at_least((c->height - n) / 2, 0);
	for (int i = 0; i < n; i++) {
		int width = width_text(line[i]);

		canvas_put_cut(c, at_least((c->width - width) / 2, 0), y + i, c->width,
			       i == 0 ? STYLE_STRONG : STYLE_TEXT, line[i]);
	}
}

/* SPDX-License-Identifier: MIT */
/* The Lessons tab: the tree of groups and lessons. What is told of the chosen one is in
 * pane_about.c. */
#include "ui/panes.h"

#include <stdio.h>
#include <string.h>

#include "base/width.h"
#include "play/needs.h"
#include "ui/pane_about.h"
#include "ui/wording.h"

enum { ONE_COLUMN = 64 /* columns below which there is the list alone */, LIST_MOST = 48,
       SHOWN_OF_GROUP = 4 };

/* The name inside its group: "full" of "pipe/full". */
static const char *short_name(const struct library_lesson *l)
{
	const char *slash = strchr(l->name, '/');

	return slash ? slash + 1 : l->name;
}

static bool is_open(const struct lessons_tab *t, int group)
{
	return t->filter[0] || (group < (int)(sizeof t->open / sizeof t->open[0]) && t->open[group]);
}

/* ---- which rows there are ----------------------------------------------------------------- */

static bool matches(const struct lessons_tab *t, const struct library_group *g, struct library_lesson *x)
{
	const struct lesson *l;

	if (!t->filter[0] || strcasestr(g->title, t->filter) || strcasestr(x->name, t->filter))
		return true;
	l = library_read(x);
	return l && (strcasestr(l->title, t->filter) || strcasestr(wording_title(l, t->language), t->filter));
}

int lessons_rows(struct lessons_tab *t, struct lessons_row rows[LESSONS_ROWS])
{
	int n = 0;

	for (int g = 0; g < (int)t->library->n_groups && n < LESSONS_ROWS; g++) {
		struct library_group *group = &t->library->group[g];
		int own = n++; /* the group's own row; given up when none of its lessons matches */

		rows[own] = (struct lessons_row){ g, -1 };
		for (int k = 0; is_open(t, g) && k < (int)group->n_lessons && n < LESSONS_ROWS; k++)
			if (matches(t, group, &group->lesson[k]))
				rows[n++] = (struct lessons_row){ g, k };
		if (t->filter[0] && n == own + 1)
			n = own;
	}
	if (t->chosen >= n)
		t->chosen = n - 1;
	if (t->chosen < 0)
		t->chosen = 0;
	return n;
}

/* ---- where they are ----------------------------------------------------------------------- */

/* The list's rows: below a line for the filter, and where there is one column above the chosen
 * one's title. */
static struct area list_area(struct area a)
{
	struct area list = a;

	if (a.width >= ONE_COLUMN)
		list.width = a.width * 42 / 100 < LIST_MOST ? a.width * 42 / 100 : LIST_MOST;
	else if (a.height >= 8)
		list.height -= 3;
	if (list.height >= 4) {
		list.y++;
		list.height--;
	}
	return list;
}

int lessons_row_at(const struct lessons_tab *t, struct area a, int y)
{
	struct lessons_row rows[LESSONS_ROWS];
	struct lessons_tab copy = *t; /* lessons_rows cuts the choice */
	struct area list = list_area(a);
	int row = y - list.y + t->scroll;

	if (y < list.y || y >= list.y + list.height || row >= lessons_rows(&copy, rows))
		return -1;
	return row;
}

/* The last row to be seen below the chosen one: of a group that is open some of its lessons too. */
static int last_wanted(const struct lessons_tab *t, const struct lessons_row *row, int rows)
{
	int last = t->chosen;

	while (rows && row[t->chosen].lesson < 0 && last - t->chosen < SHOWN_OF_GROUP && last + 1 < rows &&
	       row[last + 1].lesson >= 0)
		last++;
	return last;
}

static void keep_in_view(struct lessons_tab *t, const struct lessons_row *row, int rows, int height)
{
	int last = last_wanted(t, row, rows);

	if (t->scroll < last - height + 1)
		t->scroll = last - height + 1;
	if (t->scroll > t->chosen)
		t->scroll = t->chosen;
	if (t->scroll > rows - height)
		t->scroll = rows - height;
	if (t->scroll < 0)
		t->scroll = 0;
}

/* ---- drawing them ------------------------------------------------------------------------- */

/* So wide that every lesson's name fits, for names are known without reading any. */
static int name_width(const struct library *l, int list)
{
	int widest = 0, most = list / 2 - 4;

	for (size_t g = 0; g < l->n_groups; g++)
		for (size_t k = 0; k < l->group[g].n_lessons; k++) {
			int width = width_text(short_name(&l->group[g].lesson[k]));

			widest = width > widest ? width : widest;
		}
	return widest < most ? widest : most;
}

static void draw_group(struct canvas *c, struct area line, const struct lessons_tab *t,
		       const struct lessons_row *row, int left)
{
	const struct library_group *g = &t->library->group[row->group];
	int right = line.x + line.width - 2;
	char count[16];

	snprintf(count, sizeof count, "%d", left);
	canvas_put_glyph(c, line.x + 1, line.y, STYLE_DIM, is_open(t, row->group) ? GLYPH_OPEN : GLYPH_CLOSED);
	canvas_put_right(c, right, line.y, STYLE_DIM, count);
	canvas_put_cut(c, line.x + 3, line.y, right - (int)strlen(count) - 1 - line.x - 3, STYLE_STRONG, g->title);
}

static void draw_lesson(struct canvas *c, struct area line, struct library_lesson *x, const char *language,
			int names, bool chosen)
{
	const struct lesson *l = library_read(x);
	const char *need, *why, *title = l ? wording_title(l, language) : "";
	bool here = l && !x->broken && needs_met(l, &need, &why);
	int at = line.x + 4, right = line.x + line.width - 1;

	if (x->broken)
		canvas_put_glyph(c, at - 2, line.y, STYLE_BAD, GLYPH_WRONG);
	else if (!here)
		canvas_put_glyph(c, at - 2, line.y, STYLE_DIM, GLYPH_DASH);
	canvas_put_cut(c, at, line.y, names, chosen ? STYLE_STRONG : here ? STYLE_TEXT : STYLE_DIM, short_name(x));
	at += names + 1;
	canvas_put_cut(c, at, line.y, right - at, STYLE_DIM, x->broken ? "cannot be read" : title);
}

/* How many lessons of the group are shown, or would be if it were open. */
static int count(const struct lessons_tab *t, const struct lessons_row *rows, int n, int group)
{
	int sum = 0;

	if (!t->filter[0])
		return (int)t->library->group[group].n_lessons;
	for (int i = 0; i < n; i++)
		sum += rows[i].group == group && rows[i].lesson >= 0;
	return sum;
}

static void draw_list(struct canvas *c, struct area list, struct lessons_tab *t, const struct lessons_row *rows,
		      int n)
{
	struct area before = canvas_clip(c, list);
	int names = name_width(t->library, list.width);

	for (int i = t->scroll; i < n && i < t->scroll + list.height; i++) {
		struct area line = { list.x, list.y + i - t->scroll, list.width, 1 };
		struct library_group *g = &t->library->group[rows[i].group];

		if (rows[i].lesson < 0)
			draw_group(c, line, t, &rows[i], count(t, rows, n, rows[i].group));
		else
			draw_lesson(c, line, &g->lesson[rows[i].lesson], t->language, names, i == t->chosen);
		if (i == t->chosen)
			canvas_select(c, line);
	}
	if (t->scroll > 0)
		canvas_put_glyph(c, list.x + list.width - 1, list.y, STYLE_DIM, GLYPH_UP);
	if (n > t->scroll + list.height)
		canvas_put_glyph(c, list.x + list.width - 1, list.y + list.height - 1, STYLE_DIM, GLYPH_DOWN);
	canvas_unclip(c, before);
}

/* "/pip", with the cursor while it is being typed. */
static void draw_filter(struct canvas *c, struct area list, const struct lessons_tab *t)
{
	int x = list.x + 1, y = list.y - 1;

	if (!t->filtering && !t->filter[0])
		return;
	x = canvas_put(c, x, y, STYLE_KEY, "/");
	x = canvas_put_cut(c, x, y, list.x + list.width - 2 - x, STYLE_STRONG, t->filter);
	if (t->filtering && x < list.x + list.width) {
		c->cursor_x = x;
		c->cursor_y = y;
	} else if (!t->filtering) {
		canvas_put_cut(c, x + 2, y, list.x + list.width - 1 - x - 2, STYLE_DIM, "Esc shows all");
	}
}

/* Below the only column: what the list had no room for, the whole title, or why it cannot be played here. */
static void draw_foot(struct canvas *c, struct area a, struct lessons_tab *t, const struct lessons_row *row)
{
	struct library_group *g = &t->library->group[row->group];
	const struct lesson *l = row->lesson < 0 ? NULL : library_read(&g->lesson[row->lesson]);
	struct area foot = { a.x + 1, a.y + a.height - 2, a.width - 2, 2 };
	const char *need, *why;
	struct text reason = { 0 };

	canvas_hline(c, a.x, foot.y - 1, a.width, STYLE_FRAME);
	if (!l || needs_met(l, &need, &why)) {
		canvas_put_wrapped(c, foot, STYLE_STRONG, l ? wording_title(l, t->language) : g->title);
		return;
	}
	text_addf(&reason, "%s not here: %s", canvas_glyph(c, GLYPH_WRONG), why);
	canvas_put_wrapped(c, foot, STYLE_WARN, text_string(&reason));
	text_free(&reason);
}

void lessons_draw(struct canvas *c, struct area a, struct lessons_tab *t)
{
	struct area before = canvas_clip(c, a), list = list_area(a);
	struct lessons_row rows[LESSONS_ROWS];
	int n = lessons_rows(t, rows);

	keep_in_view(t, rows, n, list.height);
	if (list.y > a.y)
		draw_filter(c, list, t);
	draw_list(c, list, t, rows, n);
	if (!n) {
		struct area none = { list.x + 1, list.y + 1, list.width - 2, list.height - 1 };

		canvas_put_wrapped(c, none, STYLE_DIM,
				   t->filter[0] ? "No lesson has this in its name or title." : "There are no lessons.");
	}
	if (a.width >= ONE_COLUMN) {
		int x = list.x + list.width;

		canvas_vline(c, x, a.y, a.height, STYLE_FRAME);
		if (n)
			about_draw(c, (struct area){ x + 2, list.y, a.x + a.width - x - 3, list.height }, t,
				   &rows[t->chosen]);
	} else if (n && a.height >= 8) {
		draw_foot(c, a, t, &rows[t->chosen]);
	}
	canvas_unclip(c, before);
}

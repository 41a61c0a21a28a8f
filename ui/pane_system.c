/* SPDX-License-Identifier: MIT */
#include "ui/pane_system.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/width.h"
#include "command/paper.h"
#include "command/rates.h"
#include "ui/machine.h"
#include "ui/system_cells.h"

enum {
	HEAD = 2,                 /* what could not be seen, or the filter; the names of the columns */
	WHY_ROOM = 18, ABOUT_ROOM = 14, GRAPH_ROOM = 26, /* rows of the area from which on there is room for it */
	GRAPH = 3, LABEL = 7,
};

/* ---- columns ------------------------------------------------------------------------------------------ */

struct columns { int name, level, bar, users, state; }; /* widths with the gap behind; `users` twice, bar in level */

/* Room for seven letters of a name, a pid, a mark. */
static int users_room(const struct system *s)
{
	int digits = 1;

	for (pid_t pid = s->n_processes ? s->process[s->n_processes - 1].pid : 0; pid >= 10; pid /= 10)
		digits++;
	return 7 + 1 + (digits > 5 ? digits : 5) + 2 + 1;
}

static void widen(int *left, int *column, int upto, int times)
{
	int by = upto - *column < *left / times ? upto - *column : *left / times;

	if (by <= 0)
		return;
	*column += by;
	*left -= by * times;
}

/* What is missed most comes first: whose it is, before the bars. */
static struct columns columns_of(int width, const struct system *s)
{
	struct columns k = { 15, 9, 0, 13, 9 }; /* "pipe:[4711471]" is no name without its end */
	int left = width - 1 - k.name - k.level - 2 * k.users - k.state, bar = 0;

	widen(&left, &k.users, users_room(s), 2);
	widen(&left, &k.state, 12, 1); /* "STUCK 4.2 s" */
	widen(&left, &k.name, 17, 1);
	widen(&left, &k.level, 10, 1);
	widen(&left, &k.state, 15, 1); /* "flowing 12MB/s" */
	if (left >= 4)
		widen(&left, &bar, 5, 1);
	widen(&left, &k.state, 18, 1);
	if (bar)
		widen(&left, &bar, 11, 1);
	widen(&left, &k.name, 23, 1);
	k.name += left > 0 ? left * 3 / 10 : 0;
	k.users += left > 0 ? left / 5 : 0;
	k.bar = bar ? bar - 1 : 0;
	k.level += bar;
	k.state = width - 1 - k.name - k.level - 2 * k.users;
	return k;
}

/* The one that tells the order is marked; a click on one sorts by it. */
static void draw_titles(struct canvas *c, struct area line, const struct columns *k, enum system_sort sort)
{
	static const char *const title[SYSTEM_COLUMNS] = {
		[COLUMN_OBJECT] = "OBJECT", [COLUMN_LEVEL] = "LEVEL", [COLUMN_WRITERS] = "WRITERS", [COLUMN_READERS] = "READERS",
		[COLUMN_STATE] = "STATE",
	};
	const int width[SYSTEM_COLUMNS] = {
		[COLUMN_OBJECT] = k->name, [COLUMN_LEVEL] = k->level, [COLUMN_WRITERS] = k->users, [COLUMN_READERS] = k->users,
		[COLUMN_STATE] = k->state,
	};
	const struct sorting_about *about = system_sort_about((int)sort);

	line.x++;
	for (int i = 0; i < SYSTEM_COLUMNS; line.x += width[i++]) {
		bool marked = about->column == i;
		int x = canvas_put_cut(c, line.x, line.y, width[i] - 1, marked ? STYLE_STRONG : STYLE_DIM, title[i]);

		if (marked)
			canvas_put_glyph(c, x + 1, line.y, STYLE_STRONG, about->ascending ? GLYPH_UP : GLYPH_DOWN);
		canvas_place(c, (struct area){ line.x, line.y, width[i] - 1, 1 }, PLACE_FIRST + i);
	}
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

static void draw_object(struct canvas *c, struct area line, const struct columns *k, const struct system *s,
			const struct system_row *row)
{
	const struct system_object *o = &s->object[row->object];
	int x = line.x + 1, indent = row->depth ? 3 : row->folds && row->open ? 2 : 0;

	if (indent == 2)
		canvas_put_glyph(c, x, line.y, STYLE_DIM, GLYPH_OPEN);
	system_cell_name(c, x + indent, line.y, k->name - 1 - indent, o);
	system_cell_level(c, x += k->name, line.y, k->level - 1, k->bar, o);
	system_cell_users(c, x += k->level, line.y, k->users, s, row->object, SYSTEM_WRITES);
	system_cell_users(c, x += k->users, line.y, k->users, s, row->object, SYSTEM_READS);
	system_cell_state(c, x + k->users, line.y, k->state, s, row->object);
}

/* A process below an object: its descriptor, itself under the side it stands on, its call. */
static void draw_end(struct canvas *c, struct area line, const struct columns *k, const struct system *s,
		     const struct system_row *row)
{
	const struct system_end *e = row->end >= 0 ? &s->end[row->end] : NULL;
	int thread = system_sleeper(s, row->process, row->object);
	unsigned sides = e ? system_sides(&s->object[row->object], e) : thread >= 0 ? system_waiter_side(&s->thread[thread]) : 0;
	int x = line.x + 1 + k->name + k->level;

	canvas_put_glyph(c, line.x + 3, line.y, STYLE_DIM, GLYPH_INTO);
	if (e && e->fd >= 0)
		canvas_putf(c, line.x + 5, line.y, STYLE_DIM, "fd %d", e->fd);
	if (sides & SYSTEM_WRITES)
		system_cell_process(c, x, line.y, k->users - 1, s, row->process, row->object);
	if (sides & SYSTEM_READS)
		system_cell_process(c, x + k->users, line.y, k->users - 1, s, row->process, row->object);
	canvas_put_cut(c, x + 2 * k->users, line.y, k->state, STYLE_DIM, system_cell_wait(s, row->process, row->object));
}

static void draw_process(struct canvas *c, struct area line, const struct columns *k, const struct system *s,
			 const struct system_row *row)
{
	const struct system_process *p = &s->process[row->process];
	int x = line.x + 1 + k->name;
	struct text t = { 0 };

	canvas_put_glyph(c, line.x + 1, line.y, STYLE_DIM, row->open ? GLYPH_OPEN : GLYPH_CLOSED);
	system_cell_process(c, line.x + 3, line.y, k->name - 3, s, row->process, -1);
	text_add_printable(&t, p->command, strlen(p->command));
	if (!p->visible)
		text_addf(&t, "%s? %s", t.length ? "  " : "", p->why ? p->why : "");
	canvas_put_cut(c, x, line.y, k->level + 2 * k->users - 1, STYLE_DIM, text_string(&t));
	canvas_put_cut(c, x + k->level + 2 * k->users, line.y, k->state, STYLE_DIM, system_cell_wait(s, row->process, -1));
	text_free(&t);
}

static void draw_row(struct canvas *c, struct area line, const struct columns *k, const struct system_view *v, int i)
{
	const struct system_row *row = &v->rows->row[i];

	if (row->object < 0)
		draw_process(c, line, k, v->system, row);
	else if (row->process >= 0 && v->rows->tree != SYSTEM_BY_PROCESS)
		draw_end(c, line, k, v->system, row);
	else
		draw_object(c, line, k, v->system, row);
	if (i == v->rows->chosen)
		canvas_select(c, line);
}

static void keep_in_view(const struct system_view *v, int height)
{
	int n = (int)v->rows->n, chosen = v->rows->chosen;

	if (*v->scroll < chosen - height + 1)
		*v->scroll = chosen - height + 1;
	if (*v->scroll > chosen)
		*v->scroll = chosen;
	if (*v->scroll > n - height)
		*v->scroll = n - height;
	if (*v->scroll < 0)
		*v->scroll = 0;
}

static const char *nothing(const struct system_view *v)
{
	if (v->trouble[0])
		return v->trouble;
	if (!v->taken)
		return "Looking at the machine ...";
	if (v->rows->filter[0])
		return "Nothing has this in its name, its kind, its state or the name of a process.";
	return v->rows->idle ? "Nobody waits, nothing moves. A shows the idle ones." : "No process communicates with another.";
}

static void draw_rows(struct canvas *c, struct area a, const struct columns *k, const struct system_view *v)
{
	struct area before = canvas_clip(c, a);
	int n = (int)v->rows->n;

	keep_in_view(v, a.height);
	for (int i = *v->scroll; i < n && i < *v->scroll + a.height; i++)
		draw_row(c, (struct area){ a.x, a.y + i - *v->scroll, a.width, 1 }, k, v, i);
	if (*v->scroll > 0)
		canvas_put_glyph(c, a.x + a.width - 1, a.y, STYLE_DIM, GLYPH_UP);
	if (n > *v->scroll + a.height)
		canvas_put_glyph(c, a.x + a.width - 1, a.y + a.height - 1, STYLE_DIM, GLYPH_DOWN);
	if (!n)
		canvas_put_wrapped(c, (struct area){ a.x + 1, a.y + 1, a.width - 2, a.height - 1 },
				   v->trouble[0] ? STYLE_BAD : STYLE_DIM, nothing(v));
	canvas_unclip(c, before);
}

/* ---- above them ------------------------------------------------------------------------------------------ */

static void draw_filter(struct canvas *c, struct area a, const struct system_view *v, int end)
{
	int x = canvas_put(c, a.x + 1, a.y, STYLE_KEY, "/");
	const char *hint = !v->filtering ? "Esc shows all" : v->rows->filter[0] ? "Enter keeps it, Esc shows all" :
			   "words: a process, a pid, a kind, a name, a state";

	x = canvas_put_cut(c, x, a.y, end - 1 - x, STYLE_STRONG, v->rows->filter);
	if (v->filtering) {
		c->cursor_x = x;
		c->cursor_y = a.y;
	}
	canvas_put_cut(c, x + 2, a.y, end - x - 3, STYLE_DIM, hint);
}

/* At the right: the order, where the title of a column does not tell all of it, and what is left out. */
static void put_right(struct text *t, int width, const struct system_view *v)
{
	const struct sorting_about *about = system_sort_about((int)v->sort);

	if (width >= 120)
		text_addf(t, "%s: o", about->words);
	else if (v->sort != SORT_ATTENTION)
		text_addf(t, "by %s: o", about->word);
	if (v->rows->filter[0])
		text_addf(t, "%s%zu found", t->length ? "  " : "", v->rows->found);
	else if (v->rows->idle)
		text_addf(t, width < 120 ? "%s%zu idle: A" : "%s%zu idle left out: A shows them", t->length ? "  " : "", v->rows->idle);
}

/* What could not be seen is told at the left. */
static void draw_head(struct canvas *c, struct area a, const struct system_view *v)
{
	int end = a.x + a.width;
	struct text right = { 0 };
	char text[200];

	put_right(&right, a.width, v);
	if (right.length) {
		canvas_put_right(c, end - 1, a.y, STYLE_DIM, text_string(&right));
		end -= width_text(text_string(&right)) + 2;
	}
	text_free(&right);
	if (v->filtering || (v->rows->filter[0] && !v->message[0])) {
		draw_filter(c, a, v, end);
		return;
	}
	machine_unseen(v->system, text, sizeof text);
	canvas_put_cut(c, a.x + 1, a.y, end - a.x - 2, STYLE_WARN, v->message[0] ? v->message : text);
}

/* ---- below them ------------------------------------------------------------------------------------------ */

static const struct system_object *chosen_object(const struct system_view *v)
{
	const struct system_row *row = system_rows_chosen(v->rows);

	return row && row->object >= 0 ? &v->system->object[row->object] : NULL;
}

static void put_what(struct text *t, const struct system_view *v, bool utf8)
{
	const struct system_row *row = system_rows_chosen(v->rows);
	const struct system_object *o = chosen_object(v);
	const struct system_process *p = row && row->process >= 0 ? &v->system->process[row->process] : NULL;

	if (o && o->what[0])
		text_add_printable(t, o->what, strlen(o->what));
	else if (o && !o->level.known && o->level.why)
		text_addf(t, "its level is not known: %s", o->level.why);
	else if (!o && p)
		text_add_printable(t, p->command, strlen(p->command));
	/* What does not move is of interest for other reasons. */
	if (o && o->rate.source && (o->word >= WORD_FLOWING || o->rate.moved > 0)) {
		text_add(t, t->length ? "; " : "");
		rates_add_about(t, v->system, o, utf8);
	}
	if (o && o->hidden)
		text_addf(t, "%sothers may hold it who could not be looked into", t->length ? "; " : "");
}

static void draw_graph(struct canvas *c, struct area a, const struct system_view *v, const struct system_object *o)
{
	const struct system_reading *level, *limit;
	struct text t = { 0 };

	system_fuller(o, &level, &limit);
	if (limit->known && limit->number > 0)
		paper_add_size(&t, (uint64_t)limit->number);
	canvas_put_right(c, a.x + LABEL - 1, a.y, STYLE_DIM, text_string(&t));
	if (a.height > 1)
		canvas_put_right(c, a.x + LABEL - 1, a.y + a.height - 1, STYLE_DIM, "0");
	text_free(&t);
	history_draw(v->history, c, (struct area){ a.x + LABEL, a.y, a.width - LABEL - 1, a.height }, v->system->taken,
		     limit->known ? limit->number : 0);
}

static void draw_about(struct canvas *c, struct area a, const struct system_view *v)
{
	const struct system_object *o = chosen_object(v);
	struct text name = { 0 }, what = { 0 };
	int used = 1;

	if (o)
		text_add_printable(&name, o->name, strlen(o->name));
	canvas_rule(c, a.x, a.y, a.width, STYLE_FRAME, text_string(&name), STYLE_TITLE,
		    a.height > 2 && o && o->level.known && v->history->n ? "level, last 60 s" : NULL);
	put_what(&what, v, !c->ascii);
	if (!v->why->open && a.height > 1) {
		used += canvas_put_wrapped(c, (struct area){ a.x + 1, a.y + 1, a.width - 2, a.height > 4 ? 2 : 1 },
					   STYLE_TEXT, text_string(&what));
		used = used > 3 ? 3 : used < 2 ? 2 : used;
		used = a.height > 4 ? used : 2;
	}
	if (o && o->level.known && v->history->n && a.height > used)
		draw_graph(c, (struct area){ a.x, a.y + used, a.width, a.height - used }, v, o);
	text_free(&name);
	text_free(&what);
}

/* ---- together -------------------------------------------------------------------------------------------- */

struct system_layout system_layout(struct area a, const struct system_view *v, bool ascii)
{
	struct system_layout l = { .rows = { a.x, a.y + HEAD, a.width, a.height - HEAD } };
	int about = a.height >= GRAPH_ROOM ? 3 + GRAPH : a.height >= WHY_ROOM ? 3 : a.height >= ABOUT_ROOM ? 2 : 0;
	int why = 0;

	if (v->why->open) {
		why = why_lines(v->why, a.width, ascii) + 2; /* a rule above, a blank line below */
		about = a.height >= GRAPH_ROOM ? 1 + GRAPH : 0;
		if (why > (a.height - about) * 3 / 5)
			why = (a.height - about) * 3 / 5;
	}
	l.rows.height -= about + why;
	l.why = (struct area){ a.x, l.rows.y + l.rows.height, a.width, why };
	l.about = (struct area){ a.x, l.why.y + why, a.width, about };
	return l;
}

void system_draw(struct canvas *c, struct area a, const struct system_view *v)
{
	struct system_layout l = system_layout(a, v, c->ascii);
	struct columns k = columns_of(a.width, v->system);
	struct area before = canvas_clip(c, a);

	draw_head(c, a, v);
	draw_titles(c, (struct area){ a.x, a.y + 1, a.width, 1 }, &k, v->sort);
	draw_rows(c, l.rows, &k, v);
	if (l.why.height > 1) {
		char title[120];

		snprintf(title, sizeof title, "why %s", v->why->who);
		canvas_rule(c, l.why.x, l.why.y, l.why.width, v->why->focused ? STYLE_FRAME_FOCUS : STYLE_FRAME, title,
			    v->why->focused ? STYLE_FRAME_FOCUS : STYLE_TITLE, NULL);
		why_draw(c, (struct area){ l.why.x, l.why.y + 1, l.why.width, l.why.height - 1 }, v->why);
	}
	if (l.about.height)
		draw_about(c, l.about, v);
	canvas_unclip(c, before);
}

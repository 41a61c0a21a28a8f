/* SPDX-License-Identifier: MIT */
#include "ui/pane_objects_tab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/width.h"
#include "command/paper.h"
#include "ui/flow.h"
#include "ui/objects_layer.h"
#include "ui/system_cells.h"

enum { HEAD = 2, DETAIL_ROOM = 14, DETAIL = 6, DETAIL_MOST = 16 };

/* ---- columns ------------------------------------------------------------------------------------------ */

struct columns { int kind, name, key, owner, mode, level, users; }; /* widths with the gap behind; 0: left out */

static struct columns columns_of(int width)
{
	int more = width - 100;

	if (width >= 96)
		return (struct columns){ 7, 18 + (more > 0 ? more / 3 : 0), 12, 10, 11, 14, 18 + (more > 0 ? more / 3 : 0) };
	if (width >= 76)
		return (struct columns){ 7, 14 + (width - 76) / 2, 0, 9, 11, 12, 14 + (width - 76) / 2 };
	return (struct columns){ 7, 13 + (width > 60 ? (width - 60) / 2 : 0), 0, 8, 0, 10, 12 };
}

static int put(struct canvas *c, int x, int y, int width, enum style style, const char *text)
{
	if (width > 0)
		canvas_put_cut(c, x, y, width - 1, style, text);
	return x + width;
}

/* The one that tells the order is marked; a click on one sorts by it. */
static void draw_titles(struct canvas *c, struct area a, const struct columns *k, enum objects_sort sort)
{
	static const char *const title[OBJECTS_COLUMNS] = {
		[OBJECTS_KIND] = "KIND", [OBJECTS_NAME] = "ID NAME", [OBJECTS_KEY] = "KEY", [OBJECTS_OWNER] = "OWNER",
		[OBJECTS_MODE] = "PERM", [OBJECTS_HOLDS] = "HOLDS", [OBJECTS_USED] = "USED BY", [OBJECTS_STATE] = "STATE",
	};
	const int width[OBJECTS_COLUMNS] = { k->kind, k->name, k->key, k->owner, k->mode, k->level, k->users, a.width };
	const struct sorting_about *about = objects_sort_about((int)sort);
	int x = a.x + 1;

	for (int i = 0; i < OBJECTS_COLUMNS; i++) {
		int room = width[i] < a.x + a.width - x ? width[i] : a.x + a.width - x;

		put(c, x, a.y, room, about->column == i ? STYLE_STRONG : STYLE_DIM, title[i]);
		if (about->column == i && room > width_text(title[i]) + 1)
			canvas_put_glyph(c, x + width_text(title[i]) + (room > width_text(title[i]) + 2), a.y, STYLE_STRONG,
					 about->ascending ? GLYPH_UP : GLYPH_DOWN);
		if (room > 0)
			canvas_place(c, (struct area){ x, a.y, room - 1, 1 }, PLACE_FIRST + i);
		x += width[i];
	}
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

static void draw_name(struct canvas *c, int x, int y, int width, const struct facility *f)
{
	struct text t = { 0 };

	if (f->name)
		text_add_printable(&t, f->name, strlen(f->name));
	else
		text_addf(&t, "%d", f->sysv->id);
	put(c, x, y, width, STYLE_STRONG, text_string(&t));
	text_free(&t);
}

static void draw_level(struct canvas *c, int x, int y, int width, const struct system *s, const struct facility *f)
{
	struct text t = { 0 };

	if (f->size_known && f->kind != 'Q') {
		if (f->kind == 'S')
			text_addf(&t, "[%lld]", (long long)f->size);
		else
			paper_add_size(&t, (uint64_t)f->size);
		put(c, x, y, width, STYLE_TEXT, text_string(&t));
	} else if (f->object >= 0) {
		system_cell_level(c, x, y, width - 1, 0, &s->object[f->object]);
	} else {
		canvas_put_glyph(c, x, y, STYLE_DIM, GLYPH_QUESTION);
	}
	text_free(&t);
}

/* Whoever holds it or sleeps about it: the first by name. */
static void draw_users(struct canvas *c, int x, int y, int width, const struct system *s, const struct facility *f)
{
	struct facility_users u;
	size_t more;
	char text[24];

	facility_users(&u, s, f);
	more = u.count + u.unseen - (u.count > 0);
	snprintf(text, sizeof text, u.count ? "+%zu" : "? %zu", more);
	if (!u.count && !u.unseen) {
		canvas_put_glyph(c, x, y, STYLE_DIM, u.blind ? GLYPH_QUESTION : GLYPH_DASH);
	} else {
		int room = width - 1 - (more ? (int)strlen(text) + 1 : 0);

		if (u.count)
			x = system_cell_process(c, x, y, room, s, u.process[0], f->object) + 1;
		if (more)
			canvas_put(c, x, y, STYLE_DIM, text);
	}
	free(u.process);
}

/* As the System tab says it, but for what only this list knows. */
static void draw_state(struct canvas *c, int x, int y, int width, const struct system *s, const struct facility *f)
{
	const char *state = facility_state(s, f);
	bool same = f->object >= 0 && !strcmp(state, system_word(s->object[f->object].word));

	if (same)
		system_cell_state(c, x, y, width, s, f->object);
	else
		canvas_put_cut(c, x, y, width, !strcmp(state, "?") ? STYLE_DIM : STYLE_WARN, state);
}

static void draw_row(struct canvas *c, struct area line, const struct columns *k, const struct system *s,
		     const struct facility *f)
{
	int x = put(c, line.x + 1, line.y, k->kind, STYLE_DIM, facility_kind_word(f->kind)), y = line.y;
	char owner[PAPER_USER], key[16] = "";
	struct text mode = { 0 };

	draw_name(c, x, y, k->name, f);
	x += k->name;
	if (f->sysv && f->sysv->key)
		snprintf(key, sizeof key, "0x%08x", f->sysv->key);
	else if (f->sysv)
		snprintf(key, sizeof key, "private");
	x = put(c, x, y, k->key, STYLE_DIM, key);
	x = put(c, x, y, k->owner, STYLE_TEXT, f->owned ? paper_user(f->uid, owner) : "?");
	paper_add_mode(&mode, f->mode);
	x = put(c, x, y, k->mode, STYLE_DIM, f->owned ? text_string(&mode) : "?");
	draw_level(c, x, y, k->level, s, f);
	draw_users(c, x + k->level, y, k->users, s, f);
	x += k->level + k->users;
	if (f->sysv && f->kind == 'm' && f->sysv->segment.marked)
		put(c, x, y, line.x + line.width - x + 1, STYLE_WARN,
		    line.x + line.width - x < 25 ? "marked" : "goes with the last detach");
	else
		draw_state(c, x, y, line.x + line.width - x, s, f);
	text_free(&mode);
}

static void keep_in_view(const struct objects_view *v, int height)
{
	if (*v->scroll < v->chosen - height + 1)
		*v->scroll = v->chosen - height + 1;
	if (*v->scroll > v->chosen)
		*v->scroll = v->chosen;
	if (*v->scroll > v->n - height)
		*v->scroll = v->n - height;
	if (*v->scroll < 0)
		*v->scroll = 0;
}

static void draw_rows(struct canvas *c, struct area a, const struct columns *k, const struct objects_view *v)
{
	struct area before = canvas_clip(c, a);

	keep_in_view(v, a.height);
	for (int i = *v->scroll; i < v->n && i < *v->scroll + a.height; i++) {
		struct area line = { a.x, a.y + i - *v->scroll, a.width, 1 };

		draw_row(c, line, k, v->system, &v->list->list[v->row[i]]);
		if (i == v->chosen)
			canvas_select(c, line);
	}
	if (*v->scroll > 0)
		canvas_put_glyph(c, a.x + a.width - 1, a.y, STYLE_DIM, GLYPH_UP);
	if (v->n > *v->scroll + a.height)
		canvas_put_glyph(c, a.x + a.width - 1, a.y + a.height - 1, STYLE_DIM, GLYPH_DOWN);
	if (!v->n)
		canvas_put_wrapped(c, (struct area){ a.x + 1, a.y + 1, a.width - 2, a.height - 1 }, STYLE_DIM,
				   !v->taken ? "Looking at the machine ..." : v->filter[0] ?
				   "None has this in its name, its kind, its owner or the name of a process." :
				   "There are no System V and no POSIX objects on this machine.");
	canvas_unclip(c, before);
}

/* ---- above and below them ---------------------------------------------------------------------------------- */

/* The rest stands in the list of all. */
static bool tells_most(const struct limit *l)
{
	static const char *const names[] = { "MSGMNI", "SHMMNI", "SEMMNI", "SEMMNS", "queues_max", "/dev/shm" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(l->name, names[i]))
			return true;
	return false;
}

/* What is used of each limit, while they fit; those that are near first. */
static void draw_limits(struct canvas *c, int x, int y, int end, const struct objects_view *v)
{
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < v->n_limits; i++) {
			const struct limit *l = &v->limit[i];
			bool near = objects_limit_near(l) >= LIMIT_IS_NEAR;
			struct text t = { 0 };

			if (!l->limited || !l->used_known || near != (pass == 0) || (!near && !tells_most(l)))
				continue;
			text_addf(&t, "%s ", l->what);
			objects_limit_add(&t, l);
			if (x + width_text(text_string(&t)) < end)
				x = canvas_put(c, x, y, near ? STYLE_BAD : STYLE_DIM, text_string(&t)) + 2;
			text_free(&t);
		}
}

static void draw_filter(struct canvas *c, struct area a, const struct objects_view *v)
{
	const char *hint = !v->filtering ? "Esc shows all" : v->filter[0] ? "Enter keeps it, Esc shows all" :
			   "words: a kind, an id, a key, a name, an owner, a process";
	int x = canvas_put(c, a.x, a.y, STYLE_KEY, "/");

	x = canvas_put_cut(c, x, a.y, a.width - 2, STYLE_STRONG, v->filter);
	if (v->filtering) {
		c->cursor_x = x;
		c->cursor_y = a.y;
	}
	canvas_put_cut(c, x + 2, a.y, a.x + a.width - x - 2, STYLE_DIM, hint);
}

static void draw_head(struct canvas *c, struct area a, const struct objects_view *v)
{
	const struct sorting_about *about = objects_sort_about((int)v->sort);
	char right[80] = "";

	a = (struct area){ a.x + 1, a.y, a.width - 2, 1 };
	if (v->sort != OBJECTS_BY_STATE || a.width >= 118)
		snprintf(right, sizeof right, a.width < 118 ? "by %s: o" : "%s: o", a.width < 118 ? about->word : about->words);
	canvas_put_right(c, a.x + a.width, a.y, STYLE_DIM, right);
	a.width -= right[0] ? width_text(right) + 2 : 0;
	if (v->message[0])
		canvas_put_cut(c, a.x, a.y, a.width, STYLE_WARN, v->message);
	else if (v->filtering || v->filter[0])
		draw_filter(c, a, v);
	else
		draw_limits(c, a.x, a.y, a.x + a.width + 1, v);
}

struct area objects_tab_rows(struct area a)
{
	int detail = a.height / 3 < DETAIL ? DETAIL : a.height / 3 > DETAIL_MOST ? DETAIL_MOST : a.height / 3;

	detail = a.height >= DETAIL_ROOM ? detail : 0;

	return (struct area){ a.x, a.y + HEAD, a.width, a.height - HEAD - detail };
}

static void draw_detail(struct canvas *c, struct area a, const struct objects_view *v)
{
	struct text title = { 0 };
	struct flow f = { 0 };

	if (v->chosen < v->n)
		facility_describe(&title, &v->list->list[v->row[v->chosen]]);
	canvas_rule(c, a.x, a.y, a.width, STYLE_FRAME, text_string(&title), STYLE_TITLE,
		    title.length ? "Enter all of it" : NULL);
	if (title.length) {
		flow_line(&f);
		flow_wrap(&f, 1, a.width - 1, STYLE_TEXT, v->detail);
	}
	flow_draw(&f, c, (struct area){ a.x, a.y + 1, a.width, a.height - 1 }, 0);
	if (f.lines > a.height - 1) /* Enter shows all of it */
		canvas_put_glyph(c, a.x + a.width - 1, a.y + a.height - 1, STYLE_DIM, GLYPH_DOWN);
	flow_free(&f);
	text_free(&title);
}

void objects_tab_draw(struct canvas *c, struct area a, const struct objects_view *v)
{
	struct area before = canvas_clip(c, a), rows = objects_tab_rows(a);
	struct columns k = columns_of(a.width);
	int below = rows.y + rows.height;

	draw_head(c, a, v);
	draw_titles(c, (struct area){ a.x, a.y + 1, a.width, 1 }, &k, v->sort);
	draw_rows(c, rows, &k, v);
	if (below < a.y + a.height)
		draw_detail(c, (struct area){ a.x, below, a.width, a.y + a.height - below }, v);
	canvas_unclip(c, before);
}

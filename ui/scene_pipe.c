/* SPDX-License-Identifier: MIT */
/* A pipe or FIFO: its slots as columns, each as full as it is, or its level as a bar. */
#include "ui/scene_internal.h"

#include <stdio.h>

#include "base/width.h"

enum { TALL = 11, BAR_ONLY = 8, MARKED = 4 }; /* MARKED: rows from which the slots get marks above and below */

int scene_pipe_height(const struct scene_thing *t, int width)
{
	const struct picture_object *o = t->object;

	(void)width;
	return o->slots.known && o->slots_capacity.number <= PICTURE_SLOTS ? TALL : BAR_ONLY;
}

/* A full pipe is one without a free slot; where the slots are not known, one full of bytes. */
bool scene_pipe_full(const struct picture_object *o)
{
	if (o->kind > OBJECT_FIFO)
		return false;
	if (o->slots.known && o->slots_capacity.known)
		return o->slots.number >= o->slots_capacity.number;
	return o->bytes.known && o->capacity.known && o->bytes.number >= o->capacity.number;
}

static const char *fullness(const struct picture_object *o, enum style *style)
{
	*style = scene_pipe_full(o) ? STYLE_WARN : STYLE_DIM;
	return scene_pipe_full(o) ? "FULL" : o->bytes.known && o->bytes.number == 0 ? "EMPTY" : "";
}

/* ---- slots ---------------------------------------------------------------------------------- */

/* How n slots stand in an area: rows of `each`, cells of width x height. */
struct grid { int n, rows, each, width, height, gap_x, gap_y; };

static bool fit_rows(struct grid *g, int rows, int gap_x, struct area a)
{
	g->rows = rows;
	g->each = (g->n + rows - 1) / rows;
	g->gap_x = gap_x;
	g->gap_y = rows > 1;
	g->width = (a.width + gap_x) / g->each - gap_x;
	g->height = (a.height - g->gap_y * (rows - 1)) / rows;
	return g->width >= 1 && g->height >= 1;
}

/* As few rows as can be with gaps between the slots; else one without. */
static bool fit_slots(struct grid *g, int64_t n, struct area a)
{
	if (n < 1 || n > PICTURE_SLOTS)
		return false;
	g->n = (int)n;
	for (int rows = 1; rows <= 4; rows++)
		if (fit_rows(g, rows, 1, a))
			return true;
	return fit_rows(g, 1, 0, a);
}

/* Where a slot begins and ends, whether anything is in it or not. */
static void draw_marks(struct canvas *c, int x, int y, const struct grid *g, int height)
{
	if (g->width > 1) {
		canvas_hline(c, x, y - 1, g->width, STYLE_LEVEL_EMPTY);
		canvas_hline(c, x, y + height, g->width, STYLE_LEVEL_EMPTY);
		return;
	}
	canvas_put_glyph(c, x, y - 1, STYLE_LEVEL_EMPTY, GLYPH_SLOT_TOP);
	canvas_put_glyph(c, x, y + height, STYLE_LEVEL_EMPTY, GLYPH_SLOT_BOTTOM);
}

/* The oldest data are nearest to the reader: at the right end of the last row. */
static void draw_slots(struct canvas *c, struct area a, const struct grid *g, const struct picture_object *o)
{
	bool marks = g->rows == 1 && g->height >= MARKED;
	int height = marks ? g->height - 2 : g->height;
	int64_t page = o->capacity.number / g->n;

	for (int i = 0; i < g->n; i++) {
		int x = a.x + a.width - g->width - i % g->each * (g->width + g->gap_x);
		int y = a.y + marks + (g->rows - 1 - i / g->each) * (g->height + g->gap_y);
		const struct picture_slot *slot = &o->slot[i];

		if (marks)
			draw_marks(c, x, y, g, height);
		if (i < o->slots.number)
			canvas_column(c, x, y, g->width, height, slot->start, slot->start + slot->fill, page);
		else if (!marks) /* nothing else would show that it is there */
			for (int k = 0; k < g->width * height; k++)
				canvas_put_glyph(c, x + k % g->width, y + k / g->width, STYLE_LEVEL_EMPTY, GLYPH_SHADE);
	}
}

static void draw_level(struct canvas *c, struct area a, const struct picture_object *o)
{
	int rows = a.height >= 2 ? 2 : 1, y = a.y + (a.height - rows) / 2;

	/* of a FIFO that nobody has open only that it is empty is known */
	if (o->bytes.known && (o->capacity.known || o->bytes.number == 0))
		for (int i = 0; i < rows; i++)
			canvas_bar(c, a.x, y + i, a.width, o->bytes.number, o->capacity.known ? o->capacity.number : 1);
}

static void draw_body(struct canvas *c, struct area a, const struct picture_object *o)
{
	struct grid g;

	if (o->slots.known && o->slots_capacity.known && o->capacity.known && fit_slots(&g, o->slots_capacity.number, a)) {
		int used = g.each * (g.width + g.gap_x) - g.gap_x;

		a.x += (a.width - used) / 2; /* an odd number of slots does not come out even */
		a.width = used;
		draw_slots(c, a, &g, o);
	} else {
		draw_level(c, a, o);
	}
}

/* ---- words ---------------------------------------------------------------------------------- */

static void draw_bytes(struct canvas *c, int x, int y, int end, const struct picture_object *o)
{
	char of[40] = "";

	if (!o->bytes.known) {
		x = canvas_put(c, x, y, STYLE_STRONG, "? B");
		if (o->bytes.why && end - x > 4)
			canvas_put_cut(c, x + 2, y, end - x - 2, STYLE_DIM, o->bytes.why);
		return;
	}
	x = canvas_putf(c, x, y, STYLE_STRONG, "%lld B", (long long)o->bytes.number);
	if (o->capacity.known)
		snprintf(of, sizeof of, " of %lld", (long long)o->capacity.number);
	if (x + width_text(of) <= end)
		canvas_put(c, x, y, STYLE_TEXT, of);
}

/* Several rows when the reason why they are not known needs them. */
static void draw_slots_words(struct canvas *c, struct area a, const struct picture_object *o)
{
	struct text t = { 0 };
	const char *word;
	enum style style;
	int x;

	word = fullness(o, &style);
	if (o->slots.known && o->slots_capacity.known) {
		text_addf(&t, "%lld of %lld slots", (long long)o->slots.number, (long long)o->slots_capacity.number);
		if (width_text(text_string(&t)) + 1 + width_text(word) > a.width) {
			text_clear(&t);
			text_addf(&t, "%lld/%lld", (long long)o->slots.number, (long long)o->slots_capacity.number);
		}
		x = canvas_put_cut(c, a.x, a.y, a.width, STYLE_TEXT, text_string(&t));
		if (a.x + a.width - x > width_text(word) + 1)
			canvas_put(c, x + 2, a.y, style, word);
		else if (a.x + a.width - x > width_text(word))
			canvas_put(c, x + 1, a.y, style, word);
	} else if (o->bytes.known) {
		text_add(&t, "? ");
		if (o->slots_capacity.known)
			text_addf(&t, "of %lld ", (long long)o->slots_capacity.number);
		text_addf(&t, "slots%s%s", o->slots.why ? ": " : "", o->slots.why ? o->slots.why : "");
		if (a.height > 1)
			canvas_put_wrapped(c, a, STYLE_DIM, text_string(&t));
		else
			canvas_put_cut(c, a.x, a.y, a.width, STYLE_DIM, text_string(&t));
	}
	text_free(&t);
}

/* The longest form that fits: with the capacity, without it, bytes and the word alone. */
void scene_pipe_summary(const struct picture_object *o, int width, struct text *out)
{
	enum style style;
	const char *word = fullness(o, &style);

	for (int form = 0; form < 3; form++) {
		text_clear(out);
		if (!o->bytes.known)
			text_add(out, "? B");
		else if (form == 0 && o->capacity.known)
			text_addf(out, "%lld of %lld B", (long long)o->bytes.number, (long long)o->capacity.number);
		else
			text_addf(out, "%lld B", (long long)o->bytes.number);
		if (form < 2 && o->slots.known && o->slots_capacity.known)
			text_addf(out, "  %lld/%lld", (long long)o->slots.number, (long long)o->slots_capacity.number);
		if (word[0])
			text_addf(out, " %s", word);
		if (width_text(text_string(out)) <= width)
			return;
	}
}

static void draw_summary(struct canvas *c, int x, int y, int width, const struct picture_object *o)
{
	struct text t = { 0 };
	enum style style;
	int word = width_text(fullness(o, &style)), all;

	scene_pipe_summary(o, width, &t);
	all = width_text(text_string(&t));
	canvas_put_cut(c, x, y, width, STYLE_TEXT, text_string(&t));
	if (all <= width)
		canvas_style(c, (struct area){ x + all - word, y, word, 1 }, style);
	text_free(&t);
}

/* "writers 1  readers 1", "w 1  r 1" where that is too wide; a side without anybody stands out,
 * for that is what EOF and SIGPIPE come from. */
static void draw_counts(struct canvas *c, int x, int y, const struct picture_object *o, bool brief)
{
	const struct { const char *word, *brief; const struct reading *r; } count[] = {
		{ "writers ", "w ", &o->writers }, { "  readers ", "  r ", &o->readers },
	};

	for (int i = 0; i < 2; i++) {
		const struct reading *r = count[i].r;

		x = canvas_put(c, x, y, STYLE_DIM, brief ? count[i].brief : count[i].word);
		if (r->known)
			x = canvas_putf(c, x, y, r->number == 0 ? STYLE_STRONG : STYLE_DIM, "%lld", (long long)r->number);
		else
			x = canvas_put(c, x, y, STYLE_DIM, "?");
	}
}

static int counts_width(const struct picture_object *o)
{
	return snprintf(NULL, 0, "writers %lld  readers %lld", o->writers.known ? (long long)o->writers.number : 0,
			o->readers.known ? (long long)o->readers.number : 0);
}

/* ---- all ------------------------------------------------------------------------------------ */

static void draw_small(struct canvas *c, const struct scene_thing *t, int x)
{
	struct area a = t->area;
	int bar = a.width / 3;

	if (a.height == 1) {
		draw_summary(c, x + 2, a.y, a.x + a.width - x - 2, t->object);
		return;
	}
	draw_level(c, (struct area){ a.x, a.y + 1, bar, 1 }, t->object);
	draw_summary(c, a.x + bar + 1, a.y + 1, a.width - bar - 1, t->object);
}

/* Where the name ends says scene_object.c; the name's row has room for more at its right. */
void scene_draw_pipe(struct canvas *c, struct scene_thing *t, int x)
{
	const struct picture_object *o = t->object;
	struct area a = t->area, body = { a.x, a.y + 1, a.width, 0 };
	int end = a.x + a.width, counts = counts_width(o), words, y;
	bool beside = a.height > 1 && end - x > counts;
	bool below = !beside && a.height >= 7;

	if (beside)
		draw_counts(c, end - counts, a.y, o, false);
	if (a.height < 3) {
		draw_small(c, t, x);
		return;
	}
	words = a.height < 5 ? 1 : !o->slots.known && o->bytes.known && a.height >= 7 ? 3 : 2;
	body.height = a.height - 1 - words - below;
	draw_body(c, body, o);
	t->port_y = body.y;
	t->port_height = body.height > 1 ? body.height : 2; /* one row to write, one to read */
	y = body.y + body.height;
	if (words == 1) {
		draw_summary(c, a.x, y, a.width, o);
		return;
	}
	draw_bytes(c, a.x, y, end, o);
	draw_slots_words(c, (struct area){ a.x, y + 1, a.width, words - 1 }, o);
	if (below)
		draw_counts(c, a.x, a.y + a.height - 1, o, counts > a.width);
}

/* SPDX-License-Identifier: MIT */
/* Memory: the same cells as each process sees them, a row a process, with the address where it has
 * them. Cells that are the same memory are one box through all rows; where a private mapping was
 * copied a line parts them. At the right the pages: shared, copied, not there yet. */
#include "ui/scene_table.h"

#include <stdio.h>
#include <string.h>

#include "base/width.h"

#define MARKED "marked"

enum { UNSEEN_ROWS = 3 }; /* of the frame of memory that nobody sees */

/* ---- words ---------------------------------------------------------------------------------- */

/* "4096 B", "1 MiB". */
static void size_text(uint64_t bytes, struct text *out)
{
	enum { KI = 1024, FROM = 64 * KI };

	if (bytes >= FROM && bytes % ((uint64_t)KI * KI) == 0)
		text_addf(out, "%llu MiB", (unsigned long long)(bytes / KI / KI));
	else if (bytes >= FROM && bytes % KI == 0)
		text_addf(out, "%llu KiB", (unsigned long long)(bytes / KI));
	else
		text_addf(out, "%llu B", (unsigned long long)bytes);
}

static bool is_segment(const struct picture_object *o)
{
	return o->kind == OBJECT_SEGMENT;
}

static bool is_marked(const struct picture_object *o)
{
	return is_segment(o) && o->sysv.segment.marked;
}

/* A segment outlives those who were attached, a name those who had it mapped; and of processes watched from outside
 * others may have it. */
static bool is_unseen(const struct picture_object *o)
{
	return o->memory.n_views == 0;
}

static const char *unseen_text(const struct picture_object *o)
{
	if (!is_segment(o))
		return "mapped by nobody shown";
	return o->sysv.segment.attached ? "attached by others" : "nobody is attached";
}

static uint64_t size_of(const struct picture_object *o)
{
	return is_segment(o) ? o->sysv.segment.size : o->memory.size;
}

/* Returns whether all that fitted is its size. */
static bool info_text(const struct picture_object *o, int width, struct text *out)
{
	const struct picture_memory *m = &o->memory;
	size_t size;

	for (int form = 0; form < 3; form++) {
		text_clear(out);
		size_text(size_of(o), out);
		size = out->length;
		if (is_segment(o) && form < 2)
			text_addf(out, "  attached %llu", (unsigned long long)o->sysv.segment.attached);
		if (m->is_private && form < 2)
			text_add(out, "  private");
		if (m->resident.known && m->n_views > 0 && form < 1)
			text_addf(out, "  resident %lld", (long long)m->resident.number);
		if (width_text(text_string(out)) <= width)
			break;
	}
	return out->length == size;
}

void scene_memory_summary(const struct picture_object *o, int width, struct text *out)
{
	info_text(o, is_marked(o) ? width - 8 : width, out);
	if (is_marked(o))
		text_add(out, "  " MARKED);
}

int scene_memory_height(const struct scene_thing *t, int width)
{
	enum { PLENTY = 60 };
	struct scene_table table;

	(void)width;
	if (is_unseen(t->object))
		return 1 + UNSEEN_ROWS + 1;
	return 1 + PLENTY - scene_table_rows(&table, &t->object->memory, is_marked(t->object), t->large, PLENTY);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void draw_heading(struct canvas *c, const struct scene_table *t, int x, int y)
{
	char offset[16];

	if (scene_table_missing(t) > 0)
		canvas_putf(c, x, y, STYLE_DIM, "+%d more", scene_table_missing(t));
	for (int i = 0; i < t->cells; i++) {
		scene_table_offset(t->m, i, t->kilo, offset, sizeof offset);
		canvas_put_cut(c, t->x[i] + 2, y, t->width[i] - 1, STYLE_DIM, offset);
	}
	if (t->cells < t->m->n_cells)
		canvas_put_glyph(c, t->x[t->cells] + 1, y, STYLE_DIM, GLYPH_ELLIPSIS);
	else if (t->pages_named)
		canvas_put(c, t->pages_x, y, STYLE_DIM, "pages");
}

/* It is there all the same; what is in it cannot be read without attaching. */
static void draw_unseen(struct canvas *c, struct scene_rows *r, const char *text)
{
	int x = r->left.x + (r->left.width - (int)strlen(text)) / 2;

	canvas_box(c, (struct area){ r->left.x, r->left.y, r->left.width, UNSEEN_ROWS }, STYLE_FRAME, NULL, STYLE_TEXT, NULL);
	canvas_put(c, x, r->left.y + 1, STYLE_DIM, text);
	r->left.y += UNSEEN_ROWS;
	r->left.height -= UNSEEN_ROWS;
}

/* Who sees it, and where. `y` is the row of the values. */
static void draw_label(struct canvas *c, const struct scene_table *t, int view, int x, int y)
{
	const struct picture_view *v = &t->m->view[view];
	struct text address = { 0 };
	int name_end, beside;

	scene_table_address(t->m, view, t->address, c->ascii, &address);
	beside = t->per == 1 && address.length ? width_text(text_string(&address)) + 1 : 0;
	name_end = canvas_put_cut(c, x, y, t->label - t->others - beside, STYLE_WHO, v->process);
	if (t->others && view == t->first + t->views - 1)
		canvas_putf(c, name_end + 1, y, STYLE_DIM, "+%d", scene_table_missing(t));
	if (t->per > 1)
		canvas_put(c, x, y + 1, STYLE_DIM, text_string(&address));
	else
		canvas_put_right(c, x + t->label, y, STYLE_DIM, text_string(&address));
	text_free(&address);
}

/* What was written last is marked where it was written, and stands out wherever it is seen. */
static void draw_values(struct canvas *c, const struct scene_table *t, int view, int y)
{
	const struct picture_view *v = &t->m->view[view];
	struct text value = { 0 };

	for (int i = 0; i < t->cells; i++) {
		bool mark = t->m->cell[i].written && v->wrote, new = t->m->cell[i].written && (v->wrote || v->shared);
		int x;

		text_clear(&value);
		scene_table_value(t->m, view, i, &value);
		x = canvas_put_cut(c, t->x[i] + 2, y, t->width[i] - 1 - mark,
				   !v->known[i] ? STYLE_DIM : new ? STYLE_CHANGED : STYLE_STRONG, text_string(&value));
		if (mark)
			canvas_put(c, x, y, STYLE_CHANGED, "*");
	}
	text_free(&value);
}

static enum style page_style(char letter)
{
	return letter == 'o' ? STYLE_STRONG : letter == 's' ? STYLE_TEXT : letter == 'w' ? STYLE_WARN : STYLE_DIM;
}

static void draw_pages(struct canvas *c, const struct scene_table *t, int view, int y)
{
	const char *page = t->m->view[view].page;
	int n = (int)strlen(page), shown = n > t->pages ? t->pages - 1 : n;

	if (t->pages == 0)
		return;
	for (int i = 0; i < shown; i++)
		canvas_put(c, t->pages_x + i, y, page_style(page[i]), (char[]){ page[i], '\0' });
	if (shown < n)
		canvas_put_glyph(c, t->pages_x + shown, y, STYLE_DIM, GLYPH_ELLIPSIS);
}

/* A line across: the top (view 0), the bottom (view t->views), or what parts a view from the one above. */
static void draw_line(struct canvas *c, const struct scene_table *t, int view, int y)
{
	static const enum glyph joint[3][2][2] = { /* top, between, bottom; with a line to the left; to the right */
		{ { GLYPH_V, GLYPH_TL }, { GLYPH_TR, GLYPH_TEE_T } },
		{ { GLYPH_V, GLYPH_TEE_L }, { GLYPH_TEE_R, GLYPH_CROSS } },
		{ { GLYPH_V, GLYPH_BL }, { GLYPH_BR, GLYPH_TEE_B } },
	};
	int where = view == 0 ? 0 : view < t->views ? 1 : 2;
	bool before = false;

	for (int i = 0; i <= t->cells; i++) {
		bool here = i < t->cells && (where != 1 || scene_table_parted(t->m, view, i));

		canvas_put_glyph(c, t->x[i], y, STYLE_FRAME, joint[where][before][here]);
		if (here)
			canvas_hline(c, t->x[i] + 1, y, t->width[i], STYLE_FRAME);
		before = here;
	}
}

static int draw_views(struct canvas *c, const struct scene_table *t, int x, int y)
{
	if (t->framed && t->cells)
		draw_line(c, t, 0, y);
	y += t->framed;
	for (int v = 0; v < t->views; v++) {
		int middle = (t->per - 1) / 2;

		if (t->framed && v > 0 && scene_table_any_parted(t->m, v))
			draw_line(c, t, v, y++);
		for (int i = 0; i <= t->cells && t->framed && t->cells; i++)
			canvas_vline(c, t->x[i], y, t->per, STYLE_FRAME);
		draw_label(c, t, t->first + v, x, y + middle);
		draw_values(c, t, t->first + v, y + middle);
		draw_pages(c, t, t->first + v, y + middle);
		y += t->per;
	}
	if (t->framed && t->cells)
		draw_line(c, t, t->views, y);
	if (t->more)
		canvas_putf(c, x, y, STYLE_DIM, "+%d more", scene_table_missing(t));
	return y + t->framed + t->more;
}

/* "s shared  o own copy", of the letters that stand there. */
static void legend_text(const struct picture_memory *m, struct text *out)
{
	static const struct { char letter; const char *word; } words[] = {
		{ 's', "shared" }, { 'o', "own copy" }, { '.', "not there" }, { '-', "not mapped" }, { 'w', "swapped" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		for (int v = 0; v < scene_table_views(m); v++)
			if (strchr(m->view[v].page, words[i].letter)) {
				text_addf(out, "%s%c %s", out->length ? "  " : "", words[i].letter, words[i].word);
				break;
			}
}

/* Its size and so on, and that it is marked for removal: by the last who detaches, so that it says how
 * many are attached as well. */
static void put_info(struct scene_rows *r, const struct picture_object *o)
{
	static const char *const words[] = { MARKED " for removal", MARKED, "" };
	struct text line = { 0 };

	for (int i = is_marked(o) ? 0 : 2; i < 3; i++) {
		int length = width_text(words[i]);

		if (info_text(o, r->left.width - length - 2 * (length > 0), &line) && i == 0)
			continue;
		if (i < 2)
			canvas_put_right(r->canvas, r->left.x + r->left.width, r->left.y, STYLE_WARN, words[i]);
		break;
	}
	scene_put_row(r, STYLE_TEXT, text_string(&line));
	text_free(&line);
}

static void put_legend(struct scene_rows *r, const struct picture_memory *m)
{
	struct text line = { 0 };

	legend_text(m, &line);
	if (width_text(text_string(&line)) <= r->left.width)
		scene_put_row(r, STYLE_DIM, text_string(&line));
	text_free(&line);
}

/* What it is; that it is marked where no row says so. */
static void draw_beside(struct canvas *c, const struct scene_thing *t, int x, bool info)
{
	int end = t->area.x + t->area.width;
	const char *backing = t->object->memory.backing;
	char maps[PICTURE_WORD + 8];

	snprintf(maps, sizeof maps, "%s%s", backing[0] && strcmp(backing, "anonymous") ? "maps " : "", backing);
	if (!is_segment(t->object))
		scene_draw_beside(c, t, x, maps, backing, NULL);
	else if (!is_marked(t->object) || info)
		scene_draw_sysv_id(c, t, x);
	else if (end - x > width_text(MARKED) + 1)
		canvas_put_right(c, end, t->area.y, STYLE_WARN, MARKED);
}

void scene_draw_memory(struct canvas *c, struct scene_thing *t, int x)
{
	struct scene_rows r = scene_rows_of(c, t);
	struct scene_table table;

	if (t->area.height <= 1) {
		scene_draw_summary(c, t, x, is_marked(t->object) ? STYLE_WARN : STYLE_TEXT);
		return;
	}
	scene_table_rows(&table, &t->object->memory, is_marked(t->object), t->large, r.left.height);
	scene_table_columns(&table, r.left, t->large);
	draw_beside(c, t, x, table.info);
	if (is_unseen(t->object) && r.left.height > UNSEEN_ROWS)
		draw_unseen(c, &r, unseen_text(t->object));
	if (table.heading) {
		draw_heading(c, &table, r.left.x, r.left.y);
		r.left.y++;
		r.left.height--;
	}
	if (table.views) {
		int y = draw_views(c, &table, r.left.x, r.left.y);

		r.left.height -= y - r.left.y;
		r.left.y = y;
	}
	if (table.info)
		put_info(&r, t->object);
	if (table.legend)
		put_legend(&r, table.m);
}

/* SPDX-License-Identifier: MIT */
/* A file: its first bytes, below them the offsets of those that have it open (one cursor for an
 * open file description, however many descriptors lead to it: open(2)), then the locks as bars
 * over the bytes that they are on, those who wait for one too. */
#include "ui/scene_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/width.h"

enum { WORDS_WIDTH = 13 }; /* what a lock says beside its bar: "child waits" */

/* Bytes as columns: byte n of the file begins at x + n * each. */
struct ruler { int x, each, bytes, width; };

/* How many bytes the ruler must reach for what is known of the file and its locks. */
static int64_t wanted_bytes(const struct picture_file *f)
{
	int64_t n = f->n_begin > 4 ? f->n_begin : 4;

	for (int i = 0; i < f->n_locks && i < PICTURE_LOCKS; i++)
		if (f->lock[i].end >= n)
			n = f->lock[i].end + 1;
	return n;
}

/* Two columns a byte if there is room; what locks say stands beside it. */
static struct ruler ruler_of(const struct picture_file *f, int x, int width)
{
	int64_t wanted = wanted_bytes(f);
	struct ruler r = { .x = x, .width = width };

	if (f->n_locks > 0)
		r.width = width >= 2 * WORDS_WIDTH ? width - WORDS_WIDTH : width / 2;
	r.each = f->n_locks > 0 ? (2 * wanted + 2 <= r.width - WORDS_WIDTH ? 2 : 1) : (2 * wanted < r.width ? 2 : 1);
	if (f->n_locks > 0 && wanted * r.each + 2 < r.width)
		r.width = (int)wanted * r.each + 2; /* room for the head of one that goes on */
	r.bytes = r.width / r.each;
	return r;
}

/* Column of a byte; that behind the ruler for what it does not reach. */
static int ruler_at(const struct ruler *r, int64_t byte)
{
	return byte >= r->width || byte * r->each >= r->width ? r->x + r->width : r->x + (int)byte * r->each;
}

static void draw_bytes(struct canvas *c, int y, int width, const struct picture_file *f, const struct ruler *r)
{
	int n = f->n_begin < r->bytes ? f->n_begin : r->bytes;
	int64_t size = f->size.known ? f->size.number : 0;
	bool more = size > n;

	if (size == 0 && f->size.known) {
		canvas_put_cut(c, r->x, y, r->width, STYLE_DIM, "empty");
		return;
	}
	if (f->begin_why && n == 0) {
		canvas_put_cut(c, r->x, y, width, STYLE_DIM, f->begin_why);
		return;
	}
	for (int i = 0; i < n - (more && n == r->bytes); i++)
		canvas_putf(c, ruler_at(r, i), y, STYLE_LEVEL, "%c", f->begin[i]);
	if (more && r->width > 0)
		canvas_put_glyph(c, n == r->bytes ? ruler_at(r, n - 1) : ruler_at(r, n), y, STYLE_DIM, GLYPH_ELLIPSIS);
}

/* ---- offsets -------------------------------------------------------------------------------- */

/* "parent 3, child 3" without the numbers of the descriptors. */
static void add_names(struct text *out, const char *holders)
{
	for (const char *s = holders; *s; s += strcspn(s, ",") + (strchr(s, ',') ? 2 : 0))
		text_addf(out, "%s%.*s", s == holders ? " " : ", ", (int)strcspn(s, " ,"), s);
}

/* "12 parent 3, child 3 append", or less; what is still too wide will be cut. */
static void opening_text(const struct picture_opening *o, int width, struct text *out)
{
	enum { CUT = 10 }; /* columns from which a name that is cut tells something */

	for (int form = 0; form < 5; form++) {
		if (form == 4 && width >= CUT)
			return;
		text_clear(out);
		text_addf(out, "%lld", (long long)o->offset);
		if (form < 3)
			text_addf(out, " %s", o->holders);
		else if (form < 4)
			add_names(out, o->holders);
		if (form < 2 && o->append)
			text_add(out, " append");
		if (form < 1 && o->reads != o->writes)
			text_add(out, o->reads ? " reads" : " writes");
		if (width_text(text_string(out)) <= width)
			return;
	}
}

/* The cursor, and beside it who shares it: behind it, or before it where there is more room. */
static void draw_opening(struct canvas *c, int y, int width, const struct picture_opening *o, const struct ruler *r)
{
	int column = ruler_at(r, o->offset), last = r->x + width - 1;
	bool beyond = column > last || o->offset > r->bytes;
	int at = beyond ? last : column, behind = last - at - 1, before = at - r->x - 1;
	struct text t = { 0 };

	canvas_put_glyph(c, at, y, STYLE_CHANGED, beyond ? GLYPH_RIGHT : GLYPH_UP);
	opening_text(o, behind >= before ? behind : before, &t);
	if (behind >= before)
		canvas_put_cut(c, at + 2, y, behind, STYLE_TEXT, text_string(&t));
	else if (width_text(text_string(&t)) <= before)
		canvas_put_right(c, at - 1, y, STYLE_TEXT, text_string(&t));
	else
		canvas_put_cut(c, r->x, y, before, STYLE_TEXT, text_string(&t));
	text_free(&t);
}

/* ---- locks ---------------------------------------------------------------------------------- */

static bool overlap(const struct picture_lock *a, const struct picture_lock *b)
{
	return (a->end < 0 || b->start <= a->end) && (b->end < 0 || a->start <= b->end);
}

/* Who holds what `l` waits for; NULL: nobody known. */
static const struct picture_lock *in_the_way(const struct picture_file *f, const struct picture_lock *l)
{
	for (int i = 0; i < f->n_locks && i < PICTURE_LOCKS; i++) {
		const struct picture_lock *k = &f->lock[i];

		if (!k->waits && k->type == l->type && (k->write || l->write) && overlap(k, l) && strcmp(k->who, l->who))
			return k;
	}
	return NULL;
}

static void range_text(const struct picture_lock *l, char *buf, size_t size)
{
	if (l->end < 0 && l->start == 0)
		snprintf(buf, size, "all");
	else if (l->end < 0)
		snprintf(buf, size, "%lld-", (long long)l->start);
	else
		snprintf(buf, size, "%lld-%lld", (long long)l->start, (long long)l->end);
}

/* "ann write 0-9 fcntl", "ben waits for ann to write 0-9", or less: the first that fits. */
static void lock_text(const struct picture_file *f, const struct picture_lock *l, int width, struct text *out)
{
	const char *type = l->type == 'f' ? "flock" : l->type == 'o' ? "OFD" : "fcntl", *how = l->write ? "write" : "read";
	const struct picture_lock *holder = l->waits ? in_the_way(f, l) : NULL;
	char range[48];

	range_text(l, range, sizeof range);
	for (int form = 0; form < 5; form++) {
		text_clear(out);
		text_add(out, l->who);
		if (l->waits)
			text_add(out, form < 4 ? " waits" : "");
		if (holder && form < 3)
			text_addf(out, " for %s", holder->who);
		if (form < 4 - l->waits * 2)
			text_addf(out, "%s%s", l->waits ? " to " : " ", how);
		if (form < 2 - l->waits)
			text_addf(out, " %s", range);
		if (form < 1)
			text_addf(out, " %s", type);
		if (width_text(text_string(out)) <= width)
			return;
	}
}

/* The bytes: held ones full, awaited ones shaded; one to the end of the file goes on with a head. */
static void draw_lock(struct canvas *c, int y, int end, const struct picture_file *f, const struct picture_lock *l,
		      const struct ruler *r)
{
	int first = ruler_at(r, l->start), last = l->end < 0 ? r->x + r->width : ruler_at(r, l->end + 1);
	bool goes_on = l->end < 0 || l->end + 1 > r->bytes;
	enum style style = l->waits ? STYLE_WARN : l->write ? STYLE_LEVEL : STYLE_GOOD;
	struct text t = { 0 };
	int x = r->x + r->width + 1;

	if (first >= r->x + r->width) /* all of it is beyond what is shown */
		first = r->x + r->width - 1;
	for (int i = first; i < last; i++)
		canvas_put_glyph(c, i, y, style, goes_on && i == last - 1 ? GLYPH_RIGHT : l->waits ? GLYPH_SHADE :
				 l->write ? GLYPH_FULL : GLYPH_HEAVY);
	lock_text(f, l, end - x, &t);
	canvas_put_cut(c, x, y, end - x, l->waits ? STYLE_WARN : STYLE_TEXT, text_string(&t));
	text_free(&t);
}

/* ---- all ------------------------------------------------------------------------------------ */

int scene_file_height(const struct scene_thing *t, int width)
{
	const struct picture_file *f = &t->object->file;

	(void)width;
	return 2 + f->n_openings + f->n_locks + (t->large ? 2 : 0);
}

static void size_text(const struct picture_object *o, char *buf, size_t size)
{
	if (o->file.size.known)
		snprintf(buf, size, "%lld B", (long long)o->file.size.number);
	else
		snprintf(buf, size, "? B");
}

void scene_file_summary(const struct picture_object *o, int width, struct text *out)
{
	const struct picture_file *f = &o->file;
	char size[32];
	int held = 0, waiting = 0;

	for (int i = 0; i < f->n_locks && i < PICTURE_LOCKS; i++) {
		held += !f->lock[i].waits;
		waiting += f->lock[i].waits;
	}
	size_text(o, size, sizeof size);
	for (int form = 0; form < 3; form++) {
		text_clear(out);
		text_add(out, size);
		if (form < 2 && waiting)
			text_addf(out, "  %d wait%s for a lock", waiting, waiting == 1 ? "s" : "");
		else if (form < 2 && held)
			text_addf(out, "  %d lock%s", held, held == 1 ? "" : "s");
		if (form < 1 && f->n_openings)
			text_addf(out, "  offset %lld", (long long)f->opening[0].offset);
		if (width_text(text_string(out)) <= width)
			return;
	}
}

/* One row each. Where there are too few, of a file with locks its offsets go first, then the last row
 * says how many have none; a single row goes to the last lock, for those who wait come last. */
static void draw_rows(struct canvas *c, struct area a, const struct picture_file *f, const struct ruler *r)
{
	int openings = f->n_openings < PICTURE_OPENINGS ? f->n_openings : PICTURE_OPENINGS;
	int locks = f->n_locks < PICTURE_LOCKS ? f->n_locks : PICTURE_LOCKS, all = openings + locks;
	int skipped = locks == 0 || all <= a.height ? 0 : all - a.height < openings ? all - a.height : openings;
	int shown = all - skipped <= a.height ? all - skipped : a.height - 1, y = a.y;

	if (a.height < 1)
		return;
	if (a.height == 1 && locks > 0) {
		skipped = all - 1;
		shown = 1;
	}
	for (int i = skipped; i < skipped + shown; i++, y++)
		if (i < openings)
			draw_opening(c, y, a.width, &f->opening[i], r);
		else
			draw_lock(c, y, a.x + a.width, f, &f->lock[i - openings], r);
	if (shown < all - skipped && y < a.y + a.height)
		canvas_putf(c, a.x, y, STYLE_DIM, "+%d more", all - skipped - shown);
}

void scene_draw_file(struct canvas *c, struct scene_thing *t, int x)
{
	const struct picture_object *o = t->object;
	struct area a = { t->area.x, t->area.y + 1, t->area.width, t->area.height - 1 };
	struct ruler r = ruler_of(&o->file, a.x, a.width);
	char size[32];

	if (a.height < 1) {
		scene_draw_summary(c, t, x, STYLE_TEXT);
		return;
	}
	size_text(o, size, sizeof size);
	scene_draw_beside(c, t, x, size, NULL);
	if (t->large && a.height >= 2 + 1 + o->file.n_openings + o->file.n_locks) { /* air above and below the bytes */
		a.y++;
		a.height--;
	}
	if (a.height > 1 || o->file.n_locks == 0) { /* a single row is for the locks */
		draw_bytes(c, a.y, a.width, &o->file, &r);
		a.y++;
		a.height--;
	}
	draw_rows(c, a, &o->file, &r);
}

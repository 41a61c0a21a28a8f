/* SPDX-License-Identifier: MIT */
/* The objects pane: what outlives processes as ipcs(1) lists it, and the POSIX objects in the same table. */
#include "ui/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"

enum { ONE_LINE = 64 /* columns from which a row takes one line */, TYPE = 5, KEY = 10, PERMS = 9,
       NAME_FEWEST = 4 /* its heading */, NAME_MOST = 16, DETAIL_FEWEST = 28, NAMED_MOST = 40 };

static const int64_t highlighted = 3 * CLOCK_S / 2;

static const char not_mounted[] = "POSIX queues cannot be listed: /dev/mqueue is not mounted";

struct layout {
	struct canvas *c;
	const struct objects_row *row;
	int n;
	int left, right;
	int id_width, key_width, name_width; /* name_width 0: nothing here has a name */
	bool one_line, octal;     /* octal: there is no room for rw-r--r-- */
	bool posix;               /* there is one */
};

/* ---- a row ---------------------------------------------------------------------------------- */

static void perms(char text[PERMS + 1], unsigned mode, bool octal)
{
	static const char letter[] = "rwxrwxrwx";

	if (octal) {
		snprintf(text, PERMS + 1, "%03o", mode & 0777);
		return;
	}
	for (int i = 0; i < PERMS; i++)
		text[i] = mode & (0400u >> i) ? letter[i] : '-';
	text[PERMS] = '\0';
}

static void add_waiting(struct text *t, int n)
{
	if (n)
		text_addf(t, " (%d wait%s)", n, n == 1 ? "s" : "");
}

static void semaphores_detail(struct text *t, const struct sysv_object *o, const struct picture_object *own)
{
	unsigned n = o->semaphores.count;

	if (!own) {
		text_addf(t, "%u semaphore%s", n, n == 1 ? "" : "s");
		return;
	}
	for (unsigned i = 0; i < n && i < PICTURE_SEMAPHORES; i++) {
		const struct sysv_semaphore *s = &own->semaphore[i];

		text_addf(t, "%s[%u] %d", i ? "  " : "", i, s->value);
		add_waiting(t, s->waiting_increase + s->waiting_zero);
	}
	if (n > PICTURE_SEMAPHORES)
		text_addf(t, "  of %u", n);
}

static void sysv_detail(struct text *t, const struct sysv_object *o, const struct picture_object *own)
{
	switch (o->kind) {
	case SYSV_QUEUE:
		text_addf(t, "%llu msg%s  %llu of %llu B", (unsigned long long)o->queue.messages,
			  o->queue.messages == 1 ? "" : "s", (unsigned long long)o->queue.bytes,
			  (unsigned long long)o->queue.limit);
		break;
	case SYSV_SEGMENT:
		text_addf(t, "%llu B  attached %llu", (unsigned long long)o->segment.size,
			  (unsigned long long)o->segment.attached);
		if (o->segment.locked)
			text_add(t, "  locked");
		break;
	case SYSV_SEMAPHORES:
		semaphores_detail(t, o, own);
		break;
	}
}

/* Of those who sleep: the commas between their names, and one. */
static int sleepers(const struct picture_object *o)
{
	int n = o && o->waiting[0];

	for (const char *s = n ? o->waiting : ""; *s; s++)
		n += *s == ',';
	return n;
}

static void queue_detail(struct text *t, const struct posix_named *o, const struct picture_object *own)
{
	const struct picture_queue *q = own ? &own->queue : NULL;

	if (q && q->messages.known)
		text_addf(t, q->limit.known ? "%lld of %lld msgs" : "%lld msgs", (long long)q->messages.number,
			  (long long)q->limit.number);
	if (o && o->size_known)
		text_addf(t, "%s%lld B", t->length ? "  " : "", (long long)o->size);
	if (!t->length)
		text_add(t, own ? "nobody has it open" : "not readable");
}

static void posix_detail(struct text *t, const struct objects_row *r)
{
	const struct posix_named *o = r->posix;

	if (r->kind == 'Q') {
		queue_detail(t, o, r->known);
		add_waiting(t, sleepers(r->known));
	} else if (!o->size_known) {
		text_add(t, "not readable");
	} else if (r->kind == 'S') {
		text_addf(t, "value %lld", (long long)o->size);
		add_waiting(t, sleepers(r->known));
	} else {
		text_addf(t, "%lld B", (long long)o->size);
		if (r->known)
			text_addf(t, "  mapped %d", r->known->memory.n_views + r->known->memory.more_views);
	}
}

static void draw_detail(const struct layout *l, int x, int y, enum style s, const struct objects_row *r)
{
	bool dest = r->kind == 'm' && r->sysv->segment.marked;
	struct text t = { 0 };
	int room = l->right - x - (dest ? 6 : 0);

	if (r->sysv)
		sysv_detail(&t, r->sysv, r->known);
	else
		posix_detail(&t, r);
	x = canvas_put_cut(l->c, x, y, room, s, text_string(&t));
	if (dest) /* as ipcs says it: it goes with the last detach */
		canvas_put_cut(l->c, x + 2, y, l->right - x - 2, STYLE_WARN, "dest");
	text_free(&t);
}

/* What tells it from others: id and key, or its name, which takes the place of both where that is narrow.
 * Returns the column behind. */
static int draw_identity(const struct layout *l, int x, int y, const struct objects_row *r, enum style name,
			 enum style plain)
{
	int gap = l->one_line ? 2 : 1, key = x + l->id_width + gap;
	struct text t = { 0 };
	char text[KEY + 1] = "private";

	objects_name(r, &t);
	if (r->sysv) {
		canvas_put_right(l->c, x + l->id_width, y, name, text_string(&t));
		if (r->sysv->key)
			snprintf(text, sizeof text, "0x%08x", (unsigned)r->sysv->key);
		canvas_put(l->c, key, y, plain, text);
	} else {
		x = l->one_line ? key : x;
		canvas_put_cut(l->c, x, y, key + l->key_width - x, name, text_string(&t));
	}
	text_free(&t);
	return key + l->key_width + gap;
}

/* Draws a row at y. */
static void draw_row(const struct layout *l, const struct objects_row *r, int y, bool changed)
{
	const char *own = r->known ? r->known->name : "";
	enum style plain = changed ? STYLE_CHANGED : r->ours ? STYLE_TEXT : STYLE_DIM;
	enum style name = changed ? STYLE_CHANGED : r->ours ? STYLE_STRONG : STYLE_DIM;
	char mode[PERMS + 1] = "";
	int x = l->left;

	if (r->sysv || r->posix)
		perms(mode, r->sysv ? r->sysv->mode : r->posix->mode, l->octal);
	canvas_put(l->c, x, y, name, objects_kind_name(r->kind));
	x = draw_identity(l, x + TYPE + (l->one_line ? 2 : 1), y, r, name, plain);
	if (x + (int)strlen(mode) <= l->right)
		canvas_put(l->c, x, y, plain, mode);
	x += PERMS + 2;
	if (l->one_line) {
		if (l->name_width)
			canvas_put_cut(l->c, x, y, l->name_width, name, own);
		draw_detail(l, x + (l->name_width ? l->name_width + 2 : 0), y, plain, r);
		return;
	}
	x = l->left + 2;
	if (*own)
		x = canvas_put_cut(l->c, x, y + 1, (l->right - l->left) / 3, name, own) + 2;
	draw_detail(l, x, y + 1, changed ? STYLE_CHANGED : STYLE_DIM, r);
}

/* ---- the table ------------------------------------------------------------------------------ */

static int between(int least, int n, int most)
{
	return n < least ? least : n > most ? most : n;
}

static void measure_row(struct layout *l, const struct objects_row *r)
{
	struct text t = { 0 };
	int name = r->known ? width_text(r->known->name) : 0, width;

	objects_name(r, &t);
	width = width_text(text_string(&t));
	text_free(&t);
	if (r->sysv)
		l->id_width = width > l->id_width ? width : l->id_width;
	else
		l->key_width = width > l->key_width ? width : l->key_width;
	l->posix |= !r->sysv;
	if (name)
		l->name_width = between(NAME_FEWEST, name > l->name_width ? name : l->name_width, NAME_MOST);
}

static void measure(struct layout *l, struct area a)
{
	int rest;

	l->left = a.x + 1;
	l->right = a.x + a.width - 1;
	l->one_line = a.width >= ONE_LINE;
	l->id_width = 2;
	l->key_width = KEY;
	for (int i = 0; i < l->n; i++)
		measure_row(l, &l->row[i]);
	rest = l->right - l->left - (TYPE + 2 + l->id_width + 2 + 2 + PERMS + 2 + l->name_width + 2 + DETAIL_FEWEST);
	l->key_width = l->one_line ? between(KEY, l->key_width, between(KEY, rest, NAMED_MOST)) : KEY;
	l->octal = !l->one_line && TYPE + 1 + l->id_width + 1 + KEY + 1 + PERMS > l->right - l->left;
}

static void draw_heading(const struct layout *l, int y)
{
	int gap = l->one_line ? 2 : 1, x = l->left;

	canvas_put(l->c, x, y, STYLE_DIM, "type");
	x += TYPE + gap + l->id_width;
	canvas_put_right(l->c, x, y, STYLE_DIM, "id");
	canvas_put(l->c, x + gap, y, STYLE_DIM, l->posix ? "key/name" : "key");
	x += gap + l->key_width + gap;
	if (x + 5 <= l->right)
		canvas_put(l->c, x, y, STYLE_DIM, "perms");
	x += PERMS + 2;
	if (l->one_line && l->name_width)
		x = canvas_put(l->c, x, y, STYLE_DIM, "name") - NAME_FEWEST + l->name_width + 2;
	if (l->one_line)
		canvas_put(l->c, x, y, STYLE_DIM, "detail");
}

/* Returns how many lines it takes. */
static int draw_none(struct canvas *c, struct area a)
{
	struct area text = { a.x + 1, a.y, a.width - 2, a.height };

	return canvas_put_wrapped(c, text, STYLE_DIM,
				  "No queues, segments or semaphores: ipcs in another terminal shows none either.");
}

/* The line of row i: those that are not ours come below a rule. */
static int line_of(const struct layout *l, const struct objects_memory *m, int i)
{
	return i * (l->one_line ? 1 : 2) + (i >= m->n_ours);
}

/* Draws what falls into `a` when the list begins `scroll` lines further up. */
static void draw_list(const struct layout *l, struct area a, const struct objects_memory *m, int64_t now, int scroll,
		      bool focused)
{
	struct area before = canvas_clip(l->c, a);
	int lines = l->one_line ? 1 : 2;

	if (m->n_ours < l->n)
		canvas_rule(l->c, l->left, a.y + line_of(l, m, m->n_ours) - 1 - scroll, l->right - l->left, STYLE_FRAME,
			    "not of this stage", STYLE_DIM, NULL);
	for (int i = 0; i < l->n; i++) {
		bool changed = m->list[i].changed != INT64_MIN && now - m->list[i].changed < highlighted;
		int y = a.y + line_of(l, m, i) - scroll;

		if (y + lines <= a.y || y >= a.y + a.height)
			continue;
		draw_row(l, &l->row[i], y, changed);
		if (focused && objects_is_chosen(m, &l->row[i]))
			canvas_select(l->c, (struct area){ a.x, y, a.width, lines });
	}
	canvas_unclip(l->c, before);
}

/* Scrolls so that the row that was just chosen is in view, the rule above the first of the others too. */
static void follow(const struct layout *l, struct objects_memory *m, int height, int *scroll)
{
	int each = l->one_line ? 1 : 2;

	for (int i = 0; m->follow && i < l->n; i++) {
		int line = line_of(l, m, i);

		if (!objects_is_chosen(m, &l->row[i]))
			continue;
		if (*scroll > line - (i == m->n_ours))
			*scroll = line - (i == m->n_ours);
		if (*scroll < line + each - height)
			*scroll = line + each - height;
	}
	m->follow = false;
}

/* Why POSIX queues are missing is told where one looks closely, and where nothing else needs the line.
 * Returns how many lines it takes behind `lines` others, the empty one above it included. */
static int note_lines(const struct layout *l, const struct objects_memory *m, int lines, int height)
{
	struct area text = { l->left, 0, l->right - l->left, 0 };
	int n = canvas_put_wrapped(l->c, text, STYLE_DIM, not_mounted);

	return m->zoomed || (l->n && n == 1 && lines + 2 <= height) ? n + 1 : 0;
}

static void draw_table(const struct layout *l, struct area a, struct objects_memory *m, int64_t now, int *scroll,
		       bool focused, bool noted)
{
	int each = l->one_line ? 1 : 2, bottom = a.y + a.height - 1;
	int lines = l->n ? line_of(l, m, l->n - 1) + each : draw_none(l->c, a);
	int note = noted ? note_lines(l, m, lines, a.height) : 0, all = lines + note;
	struct area before;

	if ((focused || *scroll > 0) && all > a.height && a.height >= 3)
		a.height--;
	follow(l, m, a.height, scroll);
	*scroll = between(0, *scroll, all > a.height ? all - a.height : 0);
	m->shown = a;
	m->scrolled = *scroll;
	m->lines_each = each;
	draw_list(l, a, m, now, *scroll, focused);
	before = canvas_clip(l->c, a);
	if (note)
		canvas_put_wrapped(l->c, (struct area){ l->left, a.y + lines + 1 - *scroll, l->right - l->left, note },
				   STYLE_DIM, not_mounted);
	canvas_unclip(l->c, before);
	if (a.y + a.height <= bottom && all > *scroll + a.height)
		canvas_putf(l->c, l->left, bottom, STYLE_DIM, "%s %d more", canvas_glyph(l->c, GLYPH_DOWN),
			    all - *scroll - a.height);
}

void objects_draw(struct canvas *c, struct area a, const struct picture *p, struct objects_memory *m, int64_t now,
		  int *scroll, bool focused)
{
	struct area before = canvas_clip(c, a), inside = a;
	struct objects_row *row;
	struct layout l = { .c = c, .n = objects_rows(p, &row) };

	l.row = row;
	objects_remember(m, row, l.n, now);
	measure(&l, a);
	if (l.n && a.height >= 3) {
		draw_heading(&l, a.y);
		inside.y++;
		inside.height--;
	}
	draw_table(&l, inside, m, now, scroll, focused, !p->queues_listed);
	free(row);
	canvas_unclip(c, before);
}

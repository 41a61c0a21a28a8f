/* SPDX-License-Identifier: MIT */
/* The objects pane: System V objects as ipcs(1) lists them, and what changed a moment ago. */
#include "ui/panes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/width.h"

enum { ONE_LINE = 64 /* columns from which a row takes one line */, TYPE = 5, KEY = 10, PERMS = 9,
       NAME_FEWEST = 4 /* its heading */, NAME_MOST = 16 };

static const int64_t highlighted = 3 * CLOCK_S / 2;

void objects_forget(struct objects_memory *m)
{
	free(m->list);
	*m = (struct objects_memory){ 0 };
}

/* The stage's own picture of a listed object: its name and what the listing does not tell; NULL. */
static const struct picture_object *known(const struct picture *p, const struct sysv_object *o)
{
	static const enum object_kind kind[] = {
		[SYSV_QUEUE] = OBJECT_QUEUE, [SYSV_SEGMENT] = OBJECT_SEGMENT, [SYSV_SEMAPHORES] = OBJECT_SEMAPHORES,
	};

	for (int i = 0; i < p->n_objects; i++)
		if (p->object[i].kind == kind[o->kind] && !p->object[i].gone &&
		    p->object[i].identity == (uint64_t)o->id)
			return &p->object[i];
	return NULL;
}

/* ---- what changed ------------------------------------------------------------------------- */

static void mix(uint64_t *hash, uint64_t number)
{
	for (int i = 0; i < 8; i++, number >>= 8)
		*hash = (*hash ^ (number & 0xff)) * UINT64_C(0x100000001b3); /* FNV-1a */
}

static uint64_t fingerprint(const struct sysv_object *o, const struct picture_object *own)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	mix(&hash, o->key);
	mix(&hash, o->mode);
	switch (o->kind) {
	case SYSV_QUEUE:
		mix(&hash, o->queue.messages);
		mix(&hash, o->queue.bytes);
		mix(&hash, o->queue.limit);
		break;
	case SYSV_SEGMENT:
		mix(&hash, o->segment.size);
		mix(&hash, o->segment.attached);
		mix(&hash, o->segment.marked);
		break;
	case SYSV_SEMAPHORES:
		mix(&hash, o->semaphores.count);
		for (unsigned i = 0; own && i < o->semaphores.count && i < PICTURE_SEMAPHORES; i++) {
			mix(&hash, (uint64_t)own->semaphore[i].value);
			mix(&hash, (uint64_t)(own->semaphore[i].waiting_increase + own->semaphore[i].waiting_zero));
		}
		break;
	}
	return hash;
}

/* Where an object stands among those remembered; both lists have the same order most of the time, so
 * the search begins behind the one found last. -1: it was not there. */
static int find_seen(const struct objects_memory *m, const struct sysv_object *o, size_t begin)
{
	for (size_t i = 0; i < m->count; i++) {
		size_t k = (begin + i) % m->count;

		if (m->list[k].kind == (int)o->kind && m->list[k].id == o->id)
			return (int)k;
	}
	return -1;
}

/* Compares with what was there before; what is no longer there is forgotten. */
static void remember(struct objects_memory *m, const struct picture *p, int64_t now)
{
	struct objects_memory old = *m;
	int k = -1;

	*m = (struct objects_memory){ .primed = true };
	m->list = memory_grow(NULL, &m->room, (size_t)p->n_sysv + 1, sizeof *m->list);
	m->count = (size_t)p->n_sysv;
	for (int i = 0; i < p->n_sysv; i++) {
		const struct sysv_object *o = &p->sysv[i];
		uint64_t seen = fingerprint(o, known(p, o));

		k = find_seen(&old, o, (size_t)(k + 1));
		m->list[i].kind = (int)o->kind;
		m->list[i].id = o->id;
		m->list[i].seen = seen;
		m->list[i].changed = k >= 0 && old.list[k].seen == seen ? old.list[k].changed : old.primed ? now : INT64_MIN;
	}
	free(old.list);
}

/* ---- a row ---------------------------------------------------------------------------------- */

struct layout {
	struct canvas *c;
	const struct picture *p;
	int left, right;
	int id_width, name_width; /* name_width 0: nothing here has a name */
	bool one_line, octal;     /* octal: there is no room for rw-r--r-- */
};

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
		if (s->waiting_increase + s->waiting_zero)
			text_addf(t, " (%d wait%s)", s->waiting_increase + s->waiting_zero,
				  s->waiting_increase + s->waiting_zero == 1 ? "s" : "");
	}
	if (n > PICTURE_SEMAPHORES)
		text_addf(t, "  of %u", n);
}

static void detail(struct text *t, const struct sysv_object *o, const struct picture_object *own)
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

static void draw_detail(const struct layout *l, int x, int y, enum style s, const struct sysv_object *o,
			const struct picture_object *own)
{
	bool dest = o->kind == SYSV_SEGMENT && o->segment.marked;
	struct text t = { 0 };
	int room = l->right - x - (dest ? 6 : 0);

	detail(&t, o, own);
	x = canvas_put_cut(l->c, x, y, room, s, text_string(&t));
	if (dest) /* as ipcs says it: it goes with the last detach */
		canvas_put_cut(l->c, x + 2, y, l->right - x - 2, STYLE_WARN, "dest");
	text_free(&t);
}

/* Draws row `i` of the listing at y; its lines are layout_lines. */
static void draw_row(const struct layout *l, int i, int y, bool changed)
{
	const struct sysv_object *o = &l->p->sysv[i];
	const struct picture_object *own = l->p->sysv_ours[i] ? known(l->p, o) : NULL;
	bool ours = l->p->sysv_ours[i];
	enum style plain = changed ? STYLE_CHANGED : ours ? STYLE_TEXT : STYLE_DIM;
	enum style name = changed ? STYLE_CHANGED : ours ? STYLE_STRONG : STYLE_DIM;
	char key[KEY + 1] = "private", mode[PERMS + 1], id[16];
	int x = l->left;

	perms(mode, o->mode, l->octal);
	if (o->key)
		snprintf(key, sizeof key, "0x%08x", (unsigned)o->key);
	canvas_put(l->c, x, y, name, sysv_kind_name(o->kind));
	x += TYPE + (l->one_line ? 2 : 1);
	snprintf(id, sizeof id, "%d", o->id);
	canvas_put_right(l->c, x + l->id_width, y, name, id);
	x += l->id_width + (l->one_line ? 2 : 1);
	canvas_put(l->c, x, y, plain, key);
	x += KEY + (l->one_line ? 2 : 1);
	if (x + (int)strlen(mode) <= l->right)
		canvas_put(l->c, x, y, plain, mode);
	x += PERMS + 2;
	if (l->one_line) {
		if (own && l->name_width)
			canvas_put_cut(l->c, x, y, l->name_width, name, own->name);
		draw_detail(l, x + (l->name_width ? l->name_width + 2 : 0), y, plain, o, own);
		return;
	}
	x = l->left + 2;
	if (own)
		x = canvas_put_cut(l->c, x, y + 1, (l->right - l->left) / 3, name, own->name) + 2;
	draw_detail(l, x, y + 1, changed ? STYLE_CHANGED : STYLE_DIM, o, own);
}

static void measure(struct layout *l, struct area a)
{
	l->left = a.x + 1;
	l->right = a.x + a.width - 1;
	l->one_line = a.width >= ONE_LINE;
	l->id_width = 2;
	for (int i = 0; i < l->p->n_sysv; i++) {
		const struct picture_object *own = l->p->sysv_ours[i] ? known(l->p, &l->p->sysv[i]) : NULL;
		int digits = snprintf(NULL, 0, "%d", l->p->sysv[i].id);
		int name = own ? width_text(own->name) : 0;

		if (digits > l->id_width)
			l->id_width = digits;
		if (name > l->name_width)
			l->name_width = name < NAME_MOST ? name : NAME_MOST;
		if (name && l->name_width < NAME_FEWEST)
			l->name_width = NAME_FEWEST;
	}
	l->octal = !l->one_line && TYPE + 1 + l->id_width + 1 + KEY + 1 + PERMS > l->right - l->left;
}

static void draw_heading(const struct layout *l, int y)
{
	int gap = l->one_line ? 2 : 1, x = l->left;

	canvas_put(l->c, x, y, STYLE_DIM, "type");
	x += TYPE + gap + l->id_width;
	canvas_put_right(l->c, x, y, STYLE_DIM, "id");
	canvas_put(l->c, x + gap, y, STYLE_DIM, "key");
	x += gap + KEY + gap;
	if (x + 5 <= l->right)
		canvas_put(l->c, x, y, STYLE_DIM, "perms");
	x += PERMS + 2;
	if (l->one_line && l->name_width)
		x = canvas_put(l->c, x, y, STYLE_DIM, "name") - NAME_FEWEST + l->name_width + 2;
	if (l->one_line)
		canvas_put(l->c, x, y, STYLE_DIM, "detail");
}

static void draw_none(struct canvas *c, struct area a)
{
	struct area text = { a.x + 1, a.y, a.width - 2, a.height };

	canvas_put_wrapped(c, text, STYLE_DIM,
			   "No queues, segments or semaphores: ipcs in another terminal shows none either.");
}

/* Draws what falls into `a` when the list begins `scroll` lines further up; returns how many lines it
 * has in all. Ours, then the others below a rule. */
static int draw_list(const struct layout *l, struct area a, const struct objects_memory *m, int64_t now, int scroll)
{
	struct area before = canvas_clip(l->c, a);
	int line = 0;

	for (int round = 0; round < 2; round++) {
		bool ruled = false;

		for (int i = 0; i < l->p->n_sysv; i++) {
			bool changed = m->list[i].changed != INT64_MIN && now - m->list[i].changed < highlighted;

			if (l->p->sysv_ours[i] != (round == 0))
				continue;
			if (round && !ruled)
				canvas_rule(l->c, l->left, a.y + line++ - scroll, l->right - l->left, STYLE_FRAME,
					    "not of this stage", STYLE_DIM, NULL);
			ruled = true;
			draw_row(l, i, a.y + line - scroll, changed);
			line += l->one_line ? 1 : 2;
		}
	}
	canvas_unclip(l->c, before);
	return line;
}

void objects_draw(struct canvas *c, struct area a, const struct picture *p, struct objects_memory *m, int64_t now,
		  int *scroll, bool focused)
{
	struct area before = canvas_clip(c, a), inside = a;
	struct layout l = { .c = c, .p = p };
	int lines, bottom = a.y + a.height - 1;

	remember(m, p, now);
	measure(&l, a);
	if (p->n_sysv && a.height >= 3) {
		draw_heading(&l, a.y);
		inside.y++;
		inside.height--;
	}
	if (!p->n_sysv)
		draw_none(c, a);
	lines = draw_list(&l, (struct area){ a.x, a.y, a.width, 0 }, m, now, 0);
	if ((focused || *scroll > 0) && lines > inside.height && inside.height >= 3)
		inside.height--;
	if (*scroll > lines - inside.height)
		*scroll = lines - inside.height;
	if (*scroll < 0)
		*scroll = 0;
	draw_list(&l, inside, m, now, *scroll);
	if (inside.y + inside.height <= bottom && lines > *scroll + inside.height)
		canvas_putf(c, l.left, bottom, STYLE_DIM, "%s %d more", canvas_glyph(c, GLYPH_DOWN),
			    lines - *scroll - inside.height);
	canvas_unclip(c, before);
}

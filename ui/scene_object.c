/* SPDX-License-Identifier: MIT */
/* An object between the processes: its name, and what is in it. Pipes: scene_pipe.c. */
#include "ui/scene_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/width.h"

int scene_thing_height(const struct picture_object *o)
{
	static const int height[] = {
		[OBJECT_PIPE] = 11, [OBJECT_FIFO] = 11, [OBJECT_PAIR] = 5,
		[OBJECT_QUEUE] = 3, [OBJECT_SEGMENT] = 4, [OBJECT_SEMAPHORES] = 6,
	};
	enum { BAR_ONLY = 8 };

	if (o->gone)
		return 2;
	if (o->kind <= OBJECT_FIFO && (!o->slots.known || o->slots_capacity.number > PICTURE_SLOTS))
		return BAR_ONLY;
	return height[o->kind];
}

void scene_object_title(const struct picture_object *o, struct text *out)
{
	if (o->kind != OBJECT_PIPE || strncmp(o->name, "pipe:", 5))
		text_addf(out, "%s ", object_kind_word(o->kind));
	text_add(out, o->name);
}

/* Returns the column behind. */
static int draw_name(struct canvas *c, const struct scene_thing *t)
{
	const struct picture_object *o = t->object;
	enum style style = o->gone ? STYLE_DIM : STYLE_STRONG;
	struct text name = { 0 };
	int x;

	scene_object_title(o, &name);
	x = canvas_put_cut(c, t->area.x, t->area.y, t->area.width, style, text_string(&name));
	text_free(&name);
	return x;
}

/* At the right end of the name's row, if it fits. */
static void draw_beside(struct canvas *c, const struct scene_thing *t, int x, const char *what)
{
	int end = t->area.x + t->area.width;

	if (end - x > width_text(what) + 1)
		canvas_put_right(c, end, t->area.y, STYLE_DIM, what);
}

/* One after the other in the rows below y; those that have no row are left out. */
struct rows { struct canvas *c; struct area left; };

static void put_row(struct rows *r, enum style s, const char *text)
{
	if (r->left.height <= 0)
		return;
	canvas_put_cut(r->c, r->left.x, r->left.y, r->left.width, s, text);
	r->left.y++;
	r->left.height--;
}

static void key_text(const struct sysv_object *o, char *buf, size_t size)
{
	if (o->key)
		snprintf(buf, size, "key 0x%x", o->key);
	else
		snprintf(buf, size, "private");
}

static void draw_queue(struct rows *r, const struct sysv_object *o)
{
	struct area *a = &r->left;
	char text[80];
	int x;

	if (a->height >= 2) {
		canvas_bar(r->c, a->x, a->y, a->width, (int64_t)o->queue.bytes, (int64_t)o->queue.limit);
		a->y++;
		a->height--;
	}
	if (a->height < 1)
		return;
	x = canvas_putf(r->c, a->x, a->y, STYLE_STRONG, "%llu msg%s", (unsigned long long)o->queue.messages,
			o->queue.messages == 1 ? "" : "s");
	snprintf(text, sizeof text, "%llu of %llu B", (unsigned long long)o->queue.bytes, (unsigned long long)o->queue.limit);
	canvas_put_cut(r->c, x + 2, a->y, a->x + a->width - x - 2, STYLE_TEXT, text);
	a->y++;
	a->height--;
}

static void draw_segment(struct rows *r, const struct sysv_object *o)
{
	char text[64];

	snprintf(text, sizeof text, "%llu B", (unsigned long long)o->segment.size);
	put_row(r, STYLE_STRONG, text);
	snprintf(text, sizeof text, "attached %llu", (unsigned long long)o->segment.attached);
	put_row(r, STYLE_TEXT, text);
	if (o->segment.marked)
		put_row(r, STYLE_WARN, "marked for removal");
}

/* "1 waits for more", "2 wait for 0" below a semaphore's value. */
static void draw_waiters(struct rows *r, const struct picture_object *o, int n)
{
	struct text t = { 0 };

	for (int i = 0; i < n; i++) {
		const struct sysv_semaphore *s = &o->semaphore[i];
		const struct { int count; const char *what; } kind[] = {
			{ s->waiting_increase, "more" }, { s->waiting_zero, "0" },
		};

		for (int k = 0; k < 2; k++)
			if (kind[k].count) {
				text_clear(&t);
				text_addf(&t, "[%d] %d wait%s for %s", i, kind[k].count, kind[k].count == 1 ? "s" : "", kind[k].what);
				put_row(r, STYLE_WARN, text_string(&t));
			}
	}
	text_free(&t);
}

static bool anybody_waits(const struct picture_object *o, int n)
{
	for (int i = 0; i < n; i++)
		if (o->semaphore[i].waiting_increase || o->semaphore[i].waiting_zero)
			return true;
	return false;
}

static void draw_semaphores(struct rows *r, const struct picture_object *o)
{
	int n = (int)o->sysv.semaphores.count < PICTURE_SEMAPHORES ? (int)o->sysv.semaphores.count : PICTURE_SEMAPHORES;
	bool boxes = r->left.height >= 3 + (anybody_waits(o, n) ? 1 : 0);
	int x = r->left.x, end = x + r->left.width;
	char value[16];

	if (r->left.height < 1)
		return;
	for (int i = 0; i < n; i++) {
		int width;

		snprintf(value, sizeof value, "%d", o->semaphore[i].value);
		width = (int)strlen(value) + (boxes ? 4 : 2);
		if (x + width > end)
			break;
		if (boxes)
			canvas_box(r->c, (struct area){ x, r->left.y, width, 3 }, STYLE_FRAME, NULL, STYLE_TEXT, NULL);
		else
			canvas_putf(r->c, x, r->left.y, STYLE_DIM, "[%*s]", (int)strlen(value), "");
		canvas_put(r->c, x + (boxes ? 2 : 1), r->left.y + boxes, STYLE_STRONG, value);
		x += width + 1;
	}
	if ((unsigned)n < o->sysv.semaphores.count && end - x > 6)
		canvas_putf(r->c, x, r->left.y + boxes, STYLE_DIM, "+%u", o->sysv.semaphores.count - (unsigned)n);
	r->left.y += boxes ? 3 : 1;
	r->left.height -= boxes ? 3 : 1;
	draw_waiters(r, o, n);
}

static void draw_sysv(struct canvas *c, const struct scene_thing *t, int x)
{
	struct rows r = { c, { t->area.x, t->area.y + 1, t->area.width, t->area.height - 1 } };
	char id[40], key[24];

	key_text(&t->object->sysv, key, sizeof key);
	snprintf(id, sizeof id, "id %llu  %s", (unsigned long long)t->object->identity, key);
	if (x + (int)strlen(id) + 2 > t->area.x + t->area.width)
		snprintf(id, sizeof id, "id %llu", (unsigned long long)t->object->identity);
	draw_beside(c, t, x, id);
	if (t->object->kind == OBJECT_QUEUE)
		draw_queue(&r, &t->object->sysv);
	else if (t->object->kind == OBJECT_SEGMENT)
		draw_segment(&r, &t->object->sysv);
	else
		draw_semaphores(&r, t->object);
}

/* A tube that data go through both ways. */
static void draw_pair(struct canvas *c, const struct scene_thing *t)
{
	struct area a = t->area, tube = { a.x, a.y + 1, a.width, a.height - 1 };
	int y = tube.y + tube.height / 2;

	if (tube.height >= 3) {
		canvas_box(c, tube, STYLE_FRAME, NULL, STYLE_TEXT, NULL);
		tube.x += 2;
		tube.width -= 4;
	}
	if (tube.height < 1 || tube.width < 3)
		return;
	for (int x = tube.x + 1; x < tube.x + tube.width - 1; x++)
		canvas_put_glyph(c, x, y, STYLE_DIM, GLYPH_HEAVY);
	canvas_put_glyph(c, tube.x, y, STYLE_DIM, GLYPH_LEFT);
	canvas_put_glyph(c, tube.x + tube.width - 1, y, STYLE_DIM, GLYPH_RIGHT);
}

void scene_draw_thing(struct canvas *c, struct scene_thing *t)
{
	struct area before = canvas_clip(c, t->area);
	const struct picture_object *o = t->object;
	int x = draw_name(c, t);

	t->port_y = t->area.y;
	t->port_height = t->area.height;
	if (t->area.height > 2) {
		t->port_y++;
		t->port_height--;
	}
	if (o->gone)
		canvas_put(c, x + 2, t->area.y, STYLE_DIM, "gone");
	else if (o->kind <= OBJECT_FIFO)
		scene_draw_pipe(c, t, x);
	else if (o->kind == OBJECT_PAIR)
		draw_pair(c, t);
	else
		draw_sysv(c, t, x);
	if (t->chosen)
		canvas_select(c, (struct area){ t->area.x, t->area.y, t->area.width, 1 });
	canvas_unclip(c, before);
}

/* SPDX-License-Identifier: MIT */
/* An object between the processes: its name, below it what scene_kind.c says; and what the
 * pictures share. */
#include "ui/scene_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/width.h"

int scene_thing_height(const struct scene_thing *t, int width)
{
	return t->object->gone ? 2 : scene_kind(t->object->kind)->height(t, width);
}

void scene_object_summary(const struct picture_object *o, int width, struct text *out)
{
	scene_kind(o->kind)->summary(o, width, out);
}

/* Names that nobody gave tell the kind: "pipe:[27408]", "memory at 0x7f12a09fe000". */
void scene_object_title(const struct picture_object *o, struct text *out)
{
	const char *word = scene_kind_word(o);
	size_t length = strlen(word);

	if (strncmp(o->name, word, length) || (o->name[length] != ':' && o->name[length] != ' '))
		text_addf(out, "%s%s", word, o->name[0] ? " " : "");
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

void scene_draw_thing(struct canvas *c, struct scene_thing *t)
{
	struct area before = canvas_clip(c, t->area);
	int x = draw_name(c, t);

	t->port_y = t->area.y;
	t->port_height = t->area.height;
	if (t->area.height > 2) {
		t->port_y++;
		t->port_height--;
	}
	if (t->object->gone)
		canvas_put(c, x + 2, t->area.y, STYLE_DIM, "gone");
	else
		scene_kind(t->object->kind)->draw(c, t, x);
	if (t->chosen)
		canvas_select(c, (struct area){ t->area.x, t->area.y, t->area.width, 1 });
	canvas_unclip(c, before);
}

/* ---- what the pictures share ---------------------------------------------------------------- */

void scene_draw_beside(struct canvas *c, const struct scene_thing *t, int x, ...)
{
	int end = t->area.x + t->area.width;
	const char *text;
	va_list list;

	va_start(list, x);
	while ((text = va_arg(list, const char *)))
		if (text[0] && end - x > width_text(text) + 1) {
			canvas_put_right(c, end, t->area.y, STYLE_DIM, text);
			break;
		}
	va_end(list);
}

/* "queue 5": what lessons give no name. */
static bool is_named_by_id(const struct picture_object *o)
{
	char id[24];
	size_t n = (size_t)snprintf(id, sizeof id, " %llu", (unsigned long long)o->identity), all = strlen(o->name);

	return all > n && !strcmp(o->name + all - n, id);
}

void scene_draw_sysv_id(struct canvas *c, const struct scene_thing *t, int x)
{
	const struct picture_object *o = t->object;
	char id[40], key[24], both[72];

	snprintf(id, sizeof id, "id %llu", (unsigned long long)o->identity);
	snprintf(key, sizeof key, "private");
	if (o->sysv.key)
		snprintf(key, sizeof key, "key 0x%x", o->sysv.key);
	snprintf(both, sizeof both, "%s  %s", id, key);
	if (is_named_by_id(o))
		scene_draw_beside(c, t, x, key, NULL);
	else
		scene_draw_beside(c, t, x, both, id, NULL);
}

void scene_draw_summary(struct canvas *c, const struct scene_thing *t, int x, enum style s)
{
	int width = t->area.x + t->area.width - x - 2;
	struct text all = { 0 };

	if (width > 0) {
		scene_object_summary(t->object, width, &all);
		canvas_put_cut(c, x + 2, t->area.y, width, s, text_string(&all));
	}
	text_free(&all);
}

struct scene_rows scene_rows_of(struct canvas *c, const struct scene_thing *t)
{
	return (struct scene_rows){ c, { t->area.x, t->area.y + 1, t->area.width, t->area.height - 1 } };
}

void scene_put_row(struct scene_rows *r, enum style s, const char *text)
{
	if (r->left.height <= 0)
		return;
	canvas_put_cut(r->canvas, r->left.x, r->left.y, r->left.width, s, text);
	r->left.y++;
	r->left.height--;
}

/* ---- who waits ------------------------------------------------------------------------------ */

static bool listed(const char *word, const char *words)
{
	size_t length = strlen(word);

	while (*words) {
		size_t n = strcspn(words, " ");

		if (n == length && !strncmp(words, word, n))
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

int scene_waiters(const struct scene_thing *t, int index, const char *calls, struct text *out)
{
	enum { NAMED = 3 };
	const struct picture *p = t->picture;
	int n = 0;

	for (int i = 0; i < p->n_processes; i++) {
		if (!picture_waits(p, i, t->index, index) || (calls && !listed(p->process[i].call_name, calls)))
			continue;
		if (n < NAMED)
			text_addf(out, "%s%s", n ? ", " : "", p->process[i].name);
		n++;
	}
	if (n > NAMED)
		text_addf(out, " and %d more", n - NAMED);
	return n;
}

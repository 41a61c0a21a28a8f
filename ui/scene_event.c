/* SPDX-License-Identifier: MIT */
/* What is a descriptor and nothing else: eventfd(2), signalfd(2), timerfd_create(2), epoll(7),
 * pidfd_open(2). */
#include "ui/scene_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"
#include "call/symbols.h"

enum { SHOWN = 8 }; /* rows of a list that are wished for */

static bool is(const struct picture_object *o, const char *what)
{
	return !strcmp(o->event.what, what);
}

/* The nth piece of a list with commas; how long it is, -1: there is none. */
static int piece_of(const char *list, int n, const char **start)
{
	for (; n > 0; n--) {
		list = strstr(list, ", ");
		if (!list)
			return -1;
		list += 2;
	}
	*start = list;
	return list[0] ? (int)strcspn(list, ",") : -1;
}

static int count_pieces(const char *list)
{
	const char *start;
	int n = 0;

	while (piece_of(list, n, &start) >= 0)
		n++;
	return n;
}

/* "USR1 TERM". */
static void signals_text(uint64_t set, struct text *out)
{
	bool first = true;

	for (int n = 1; n <= 64; n++)
		if (set & UINT64_C(1) << (n - 1)) {
			const char *name = symbol_signal(n);

			text_addf(out, "%s", first ? "" : " ");
			if (name)
				text_add(out, strncmp(name, "SIG", 3) ? name : name + 3);
			else
				text_addf(out, "%d", n);
			first = false;
		}
	if (first)
		text_add(out, "no signal");
}

static void count_text(const struct reading *r, const char *one, const char *many, struct text *out)
{
	if (r->known)
		text_addf(out, "%lld %s", (long long)r->number, r->number == 1 ? one : many);
	else
		text_addf(out, "? %s", many);
}

static void timer_text(const struct picture_event *e, struct text *out)
{
	int64_t ms = e->remaining.number < INT64_MAX / CLOCK_MS ? e->remaining.number : INT64_MAX / CLOCK_MS;
	char time[24];

	if (!e->remaining.known)
		return;
	if (e->remaining.number == 0)
		text_add(out, "not set");
	else
		text_addf(out, "next in %s", clock_duration(ms * CLOCK_MS, time, sizeof time));
}

/* In a few words, what a read of it would tell. */
void scene_event_summary(const struct picture_object *o, int width, struct text *out)
{
	const struct picture_event *e = &o->event;
	size_t all;

	if (is(o, "eventfd")) {
		if (e->count.known)
			text_addf(out, "count %lld", (long long)e->count.number);
		else
			text_add(out, "count ?");
	} else if (is(o, "signalfd")) {
		text_add(out, "takes ");
		signals_text(e->signals, out);
	} else if (is(o, "timerfd")) {
		count_text(&e->count, "expiration", "expirations", out);
		all = out->length;
		text_add(out, "  ");
		timer_text(e, out);
		if (out->length == all + 2 || width_text(text_string(out)) > width) {
			text_clear(out);
			count_text(&e->count, "expiration", "expirations", out);
		}
	} else if (is(o, "epoll")) {
		text_add(out, "watches ");
		count_text(&e->count, "descriptor", "descriptors", out);
	} else {
		text_addf(out, "%s%s", strncmp(e->detail, "ended", 5) ? "of " : "", e->detail[0] ? e->detail : "?");
	}
}

/* Its counter as so many tokens; nothing where they would not fit. */
static void draw_tokens(struct scene_rows *r, const struct reading *count)
{
	struct area *a = &r->left;

	if (!count->known || a->height < 1 || count->number > (a->width + 1) / 2)
		return;
	for (int i = 0; i < count->number; i++)
		canvas_put_glyph(r->canvas, a->x + 2 * i, a->y, STYLE_LEVEL, GLYPH_RUNNING);
	a->y++;
	a->height--;
}

static void draw_list(struct scene_rows *r, const char *list)
{
	const char *start;
	char row[PICTURE_CALL];
	int length;

	for (int i = 0; r->left.height > 0 && (length = piece_of(list, i, &start)) >= 0; i++) {
		snprintf(row, sizeof row, "%.*s", length, start);
		scene_put_row(r, STYLE_TEXT, row);
	}
}

/* Who sleeps in a call on it. */
static void draw_waiters(struct scene_rows *r, const struct scene_thing *t)
{
	struct text who = { 0 };
	int n = scene_waiters(t, -1, NULL, &who);

	if (n > 0) {
		text_addf(&who, " wait%s", n == 1 ? "s" : "");
		scene_put_row(r, STYLE_WARN, text_string(&who));
	}
	text_free(&who);
}

int scene_event_height(const struct scene_thing *t, int width)
{
	const struct picture_object *o = t->object;
	struct text who = { 0 };
	int rows = 2 + (scene_waiters(t, -1, NULL, &who) > 0);

	text_free(&who);
	if (is(o, "eventfd"))
		rows += o->event.count.known && o->event.count.number <= (width + 1) / 2;
	else if (is(o, "timerfd"))
		rows++;
	else if (is(o, "epoll"))
		rows += count_pieces(o->event.detail) < SHOWN ? count_pieces(o->event.detail) : SHOWN;
	return rows;
}

void scene_draw_event(struct canvas *c, struct scene_thing *t, int x)
{
	const struct picture_object *o = t->object;
	struct scene_rows r = scene_rows_of(c, t);
	struct text text = { 0 };

	if (t->area.height < 2) {
		scene_draw_summary(c, t, x, STYLE_TEXT);
		return;
	}
	if (is(o, "timerfd")) {
		count_text(&o->event.count, "expiration", "expirations", &text);
		scene_put_row(&r, STYLE_STRONG, text_string(&text));
		text_clear(&text);
		timer_text(&o->event, &text);
		scene_put_row(&r, STYLE_TEXT, text_string(&text));
	} else {
		scene_event_summary(o, r.left.width, &text);
		scene_put_row(&r, STYLE_STRONG, text_string(&text));
	}
	text_free(&text);
	if (is(o, "eventfd"))
		draw_tokens(&r, &o->event.count);
	else if (is(o, "epoll"))
		draw_list(&r, o->event.detail);
	draw_waiters(&r, t);
}

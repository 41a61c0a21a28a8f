/* SPDX-License-Identifier: MIT */
/* Two sockets that are connected, or the two sides of a terminal: the two ways through them, each as
 * a buffer whose data wait at the side that will read them.
 *
 * What fills a way depends on who pays for it: of Unix sockets the sender's buffer (in memory,
 * not bytes: unix(7)), of TCP both buffers with the window between them (tcp(7)), of all others
 * the receiver's. */
#include "ui/scene_socket.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/width.h"

/* From one side to the other. */
struct way {
	const struct picture_object *object;
	const struct picture_side *from, *to;
	const char *sender, *reader; /* how the lesson calls them */
	int towards;                 /* SOCKET_LEFT or SOCKET_RIGHT */
};

static struct way way_from(const struct picture_object *o, int side, int towards)
{
	return (struct way){ o, &o->socket.side[side], &o->socket.side[!side], scene_socket_side(o, side), scene_socket_side(o, !side), towards };
}

static bool is_tcp(const struct picture_sockets *s)
{
	return (s->family == AF_INET || s->family == AF_INET6) && s->type == SOCK_STREAM;
}

static bool is_full(const struct reading *part, const struct reading *whole)
{
	return part->known && whole->known && whole->number > 0 && part->number >= whole->number;
}

/* ---- words ---------------------------------------------------------------------------------- */

/* Why nothing more will come this way: "a sends no more"; "" when more may. */
static void end_text(const struct way *w, bool brief, char *buf, size_t size)
{
	const struct { bool is; const char *who, *what, *brief; } why[] = {
		{ w->to->closed, w->reader, "is closed", "closed" },
		{ w->from->closed, w->sender, "is closed", "closed" },
		{ w->from->shut_write, w->sender, "sends no more", "shut" },
		{ w->to->shut_read, w->reader, "reads no more", "shut" },
	};

	buf[0] = '\0';
	for (size_t i = 0; i < sizeof why / sizeof *why && !buf[0]; i++)
		if (why[i].is)
			snprintf(buf, size, "%s%s%s", brief ? "" : why[i].who, brief ? "" : " ", brief ? why[i].brief : why[i].what);
}

/* What waits at its end. alone: no second row will say why it stands still. */
static struct scene_words reader_words(const struct way *w, bool alone)
{
	struct scene_words words = { .n = 0 };
	char what[PICTURE_WORD], text[PICTURE_CALL];

	if (w->to->closed) { /* there is nobody who could find anything */
		end_text(w, false, text, sizeof text);
		scene_words_add(&words, STYLE_WARN, text);
		return words;
	}
	scene_socket_unread(&w->object->socket, w->to, what, sizeof what);
	snprintf(text, sizeof text, "%s for %s", what, w->reader);
	scene_words_add(&words, STYLE_STRONG, text);
	if (alone) {
		end_text(w, true, text, sizeof text);
		scene_words_add(&words, STYLE_WARN, text);
		if (w->from->window.known && w->from->window.number == 0 && is_tcp(&w->object->socket))
			scene_words_add(&words, STYLE_WARN, "window 0");
		else if (is_full(&w->from->in_flight, &w->from->send_buffer))
			scene_words_add(&words, STYLE_WARN, "FULL");
	}
	scene_socket_drops(&words, w->to);
	return words;
}

static void add_window(struct scene_words *words, const struct picture_side *from)
{
	char text[40];

	if (!from->window.known)
		return;
	scene_words_number(&from->window, "", text, sizeof text);
	if (from->window.number == 0)
		scene_words_add(words, STYLE_WARN, "WINDOW CLOSED");
	else {
		char whole[56];

		snprintf(whole, sizeof whole, "window %s", text);
		scene_words_add(words, STYLE_TEXT, whole);
	}
}

/* What stands on the way: memory of its limit, or bytes that TCP has not got rid of. */
static struct scene_words flight_words(const struct way *w, int width)
{
	static const char *const forms[] = { "memory %lld of %lld", "mem %lld/%lld", "%lld/%lld" };
	const struct picture_side *from = w->from;
	struct scene_words words = { .n = 0 };
	char text[PICTURE_CALL];

	end_text(w, false, text, sizeof text);
	if (text[0]) {
		scene_words_add(&words, STYLE_WARN, w->to->closed ? "" : text);
		return words;
	}
	if (is_tcp(&w->object->socket)) {
		add_window(&words, from); /* the reason why nothing moves comes first */
		scene_words_number(&from->in_flight, " B under way", text, sizeof text);
		if (from->in_flight.known)
			scene_words_add(&words, STYLE_TEXT, text);
		return words;
	}
	if (!from->in_flight.known || !from->send_buffer.known)
		return words;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		words.n = 0;
		snprintf(text, sizeof text, i == 0 ? "memory %lld of %lld" : i == 1 ? "mem %lld/%lld" : "%lld/%lld",
			 (long long)from->in_flight.number, (long long)from->send_buffer.number);
		scene_words_add(&words, STYLE_DIM, text);
		if (is_full(&from->in_flight, &from->send_buffer))
			scene_words_add(&words, STYLE_WARN, "FULL");
		if (scene_words_width(&words) <= width)
			break;
	}
	return words;
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* The buffers of a way in `width` columns. */
static void draw_buffers(struct canvas *c, int x, int y, int width, const struct way *w)
{
	const struct picture_sockets *s = &w->object->socket;
	bool closed = w->from->window.known && w->from->window.number == 0 && !w->to->closed;
	bool right = w->towards == SOCKET_RIGHT;

	if (is_tcp(s) && width >= 7) { /* the receiver's stands at the reader's end, the sender's behind it */
		int each = (width - 1) / 2, rest = width - 1 - each, first = right ? rest : each;

		scene_socket_bar(c, right ? x : x + each + 1, y, rest, w->towards, &w->from->in_flight, &w->from->send_buffer);
		scene_socket_bar(c, right ? x + rest + 1 : x, y, each, w->towards, &w->to->unread, &w->to->receive_buffer);
		canvas_put_glyph(c, x + first, y, closed ? STYLE_WARN : STYLE_FLOW,
				 closed ? GLYPH_V : right ? GLYPH_RIGHT : GLYPH_LEFT);
	} else if (s->family == AF_UNIX && w->from->in_flight.known) {
		scene_socket_bar(c, x, y, width, w->towards, &w->from->in_flight, &w->from->send_buffer);
	} else {
		scene_socket_bar(c, x, y, width, w->towards, &w->to->unread, &w->to->receive_buffer);
	}
}

/* One row of a way, with a head where the data go on; a cross where none go in any more, or out. */
static void draw_way(struct canvas *c, int x, int y, int width, const struct way *w)
{
	bool right = w->towards == SOCKET_RIGHT, no_reader = w->to->closed || w->to->shut_read;
	bool no_writer = !no_reader && (w->from->closed || w->from->shut_write);
	int head = right ? x + width - 1 : x, tail = right ? x : x + width - 1;

	draw_buffers(c, right ? x + no_writer : x + 1, y, width - 1 - no_writer, w);
	if (no_writer)
		canvas_put_glyph(c, tail, y, STYLE_WARN, GLYPH_DEAD);
	canvas_put_glyph(c, head, y, no_reader ? STYLE_WARN : STYLE_FLOW, no_reader ? GLYPH_DEAD : right ? GLYPH_RIGHT : GLYPH_LEFT);
}

/* "c 127.0.0.1:4711 ESTABLISHED", or less where that is too wide; "" when there is no more to say
 * than that it is connected. */
static void side_text(const struct picture_object *o, int side, int width, struct text *out)
{
	const struct picture_side *s = &o->socket.side[side];
	bool usual = !s->state[0] || !strcmp(s->state, "connected");

	for (int form = 0; form < 2; form++) {
		text_clear(out);
		if (!s->address[0] && (usual || s->closed || form == 1))
			return;
		text_addf(out, "%s", scene_socket_side(o, side));
		if (s->address[0])
			text_addf(out, " %s", s->address);
		if (!usual && form == 0)
			text_addf(out, " %s", s->state);
		if (width_text(text_string(out)) <= width)
			return;
	}
}

int scene_sockets_feet(const struct picture_object *o)
{
	int n = 0;

	for (int i = 0; i < 2; i++) {
		struct text t = { 0 };

		side_text(o, i, INT_MAX, &t);
		n += t.length > 0;
		text_free(&t);
	}
	return n;
}

/* How many rows each part of the picture of two gets. */
struct plan { int thick, words, gap, foot; };

static struct plan plan_two(const struct scene_thing *t, int rows)
{
	struct plan p = { .thick = 1, .words = rows >= 6 ? 2 : rows >= 4 ? 1 : 0 };
	int left = rows - 2 * (1 + p.words);

	p.foot = scene_sockets_feet(t->object);
	if (p.foot > left)
		p.foot = left < 0 ? 0 : left;
	left -= p.foot;
	p.gap = left > 0;
	if (left - p.gap >= 2)
		p.thick = left - p.gap >= 4 ? 3 : 2;
	return p;
}

/* Number and buffer in one row. */
static void draw_brief_way(struct canvas *c, int x, int y, int width, const struct way *w)
{
	char what[PICTURE_WORD];
	int number, gap = 1;

	scene_socket_unread(&w->object->socket, w->to, what, sizeof what);
	number = width_text(what);
	if (width - number - gap < 6)
		number = gap = 0;
	if (w->towards == SOCKET_RIGHT) {
		canvas_put_cut(c, x, y, number, STYLE_STRONG, what);
		draw_way(c, x + number + gap, y, width - number - gap, w);
	} else {
		draw_way(c, x, y, width - number - gap, w);
		canvas_put_cut(c, x + width - number, y, number, STYLE_STRONG, what);
	}
}

static int draw_whole_way(struct canvas *c, struct area a, const struct plan *plan, const struct way *w)
{
	struct scene_words words;

	if (plan->words == 0) {
		draw_brief_way(c, a.x, a.y, a.width, w);
		return a.y + 1;
	}
	for (int i = 0; i < plan->thick; i++)
		draw_way(c, a.x, a.y + i, a.width, w);
	a.y += plan->thick;
	words = reader_words(w, plan->words == 1);
	scene_words_put(c, a.x, a.y, a.width, &words);
	if (plan->words > 1) {
		words = flight_words(w, a.width);
		scene_words_put(c, a.x, a.y + 1, a.width, &words);
	}
	return a.y + plan->words;
}

static void draw_feet(struct canvas *c, struct area a, const struct picture_object *o, int first)
{
	struct text t = { 0 };

	for (int i = 0; i < 2 && a.height > 0; i++) {
		side_text(o, i ? !first : first, a.width, &t);
		if (!t.length)
			continue;
		canvas_put_cut(c, a.x, a.y, a.width, STYLE_DIM, text_string(&t));
		a.y++;
		a.height--;
	}
	text_free(&t);
}

/* The outermost columns are left to the letters of the arrows' ends. */
void scene_draw_sockets(struct canvas *c, struct scene_thing *t)
{
	const struct picture_object *o = t->object;
	struct plan plan = plan_two(t, t->area.height - 1);
	struct area a = { t->area.x + 2, t->area.y + 1, t->area.width - 4, t->area.height - 1 };
	int left = t->lean[0] > t->lean[1]; /* whoever has it open stands at the left, or most of them */
	struct way right_way = way_from(o, left, SOCKET_RIGHT), left_way = way_from(o, !left, SOCKET_LEFT);

	t->port_y = a.y;
	a.y = draw_whole_way(c, a, &plan, &right_way);
	t->port_height = a.y - t->port_y;
	if (t->area.y + t->area.height - a.y < 1 + plan.words)
		return;
	a.y = draw_whole_way(c, (struct area){ a.x, a.y + plan.gap, a.width, 0 }, &plan, &left_way);
	t->port_height = a.y - t->port_y;
	draw_feet(c, (struct area){ a.x, a.y, a.width, plan.foot }, o, left);
}

/* SPDX-License-Identifier: MIT */
/* A socket or a terminal: what all have in common; and one socket alone: what waits in it, of a
 * listener the places for connections. Two that are connected: scene_sockets.c. */
#include "ui/scene_socket.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/width.h"

const char *scene_socket_side(const struct picture_object *o, int side)
{
	const char *own = o->socket.side[side].name;

	return own[0] ? own : side ? "b" : "a";
}

/* The only side that it has; -1: it has two. */
static int only_side(const struct picture_sockets *s)
{
	if (s->side[0].inode && !s->side[1].inode)
		return 0;
	return s->side[1].inode && !s->side[0].inode ? 1 : -1;
}

bool scene_socket_packets(const struct picture_sockets *s)
{
	return s->type == SOCK_DGRAM || s->type == SOCK_SEQPACKET;
}

bool scene_socket_listens(const struct picture_side *s)
{
	return !strcmp(s->state, "listening") || !strcmp(s->state, "LISTEN");
}

/* "300 B", "3 datagrams": what a reader of this side would find. */
void scene_socket_unread(const struct picture_sockets *s, const struct picture_side *side, char *buf, size_t size)
{
	const char *word = s->type == SOCK_DGRAM ? " datagram" : " packet";

	if (side->closed) { /* there is nobody who could find anything */
		snprintf(buf, size, "closed");
		return;
	}
	if (!scene_socket_packets(s) || !side->datagrams.known) {
		scene_words_number(&side->unread, " B", buf, size);
		return;
	}
	snprintf(buf, size, "%lld%s%s", (long long)side->datagrams.number, word, side->datagrams.number == 1 ? "" : "s");
}

void scene_socket_drops(struct scene_words *w, const struct picture_side *side)
{
	char text[40];

	if (!side->drops.known || side->drops.number == 0)
		return;
	scene_words_number(&side->drops, " dropped", text, sizeof text);
	scene_words_add(w, STYLE_WARN, text);
}

/* ---- bars ----------------------------------------------------------------------------------- */

/* Data that wait at the right end: halves of a cell exact (ASCII: whole cells). Nonzero never
 * looks empty, and short of whole never looks full. */
static void bar_to_right(struct canvas *c, int x, int y, int width, int64_t part, int64_t whole)
{
	int64_t unit = c->ascii ? 1 : 2, cells = width * unit, fill;

	part = part > whole ? whole : part < 0 ? 0 : part;
	fill = whole > 0 ? (int64_t)((double)part * (double)cells / (double)whole) : 0;
	if (part > 0 && fill == 0)
		fill = 1;
	if (part < whole && fill == cells)
		fill--;
	for (int i = 0; i < width; i++) {
		int64_t have = fill - (width - 1 - i) * unit;

		if (have == 1 && unit == 2)
			canvas_put(c, x + i, y, STYLE_LEVEL, "▐");
		else
			canvas_put_glyph(c, x + i, y, have > 0 ? STYLE_LEVEL : STYLE_LEVEL_EMPTY, have > 0 ? GLYPH_FULL : GLYPH_SHADE);
	}
}

/* Where a limit is not known only whether there is anything can be shown. */
void scene_socket_bar(struct canvas *c, int x, int y, int width, int towards, const struct reading *part, const struct reading *whole)
{
	int64_t n = part->known ? part->number : 0, of = whole->known && whole->number > 0 ? whole->number : 0;

	if (width < 1)
		return;
	if (!of) {
		n = n > 0;
		of = width;
	}
	if (towards == SOCKET_RIGHT)
		bar_to_right(c, x, y, width, n, of);
	else
		canvas_bar(c, x, y, width, n, of);
}

/* ---- one ------------------------------------------------------------------------------------ */

/* Places as boxes from the end at which they are taken first; as a level where there are many. */
static void draw_places(struct canvas *c, int x, int y, int width, int towards, int64_t taken, int64_t all)
{
	int each = all > width ? 0 : all * 3 - 1 <= width ? 2 : all * 2 - 1 <= width ? 1 : 0;
	struct reading part = { .known = true, .number = taken }, whole = { .known = true, .number = all };

	if (!each) {
		scene_socket_bar(c, x, y, width, towards, &part, &whole);
		return;
	}
	for (int i = 0; i < all; i++)
		for (int k = 0; k < each; k++) {
			int at = i * (each + 1) + k;

			canvas_put_glyph(c, towards == SOCKET_RIGHT ? x + width - 1 - at : x + at, y,
					 i < taken ? STYLE_LEVEL : STYLE_LEVEL_EMPTY, i < taken ? GLYPH_FULL : GLYPH_SHADE);
		}
}

/* What waits: connections, datagrams where only their number is known, or bytes. */
static void draw_waiting(struct canvas *c, struct area a, const struct picture_sockets *s, const struct picture_side *side, int towards)
{
	const struct reading *n = scene_socket_listens(side) ? &side->pending : &side->datagrams;
	int64_t taken = n->known ? n->number : 0, all = side->backlog.known ? side->backlog.number : 0;

	all = taken > all ? taken : all; /* the kernel takes one more than was asked for: listen(2) */
	if (scene_socket_listens(side) || (s->type == SOCK_DGRAM && s->family == AF_UNIX && n->known))
		draw_places(c, a.x, a.y, a.width, towards, taken, all);
	else
		scene_socket_bar(c, a.x, a.y, a.width, towards, &side->unread, &side->receive_buffer);
}

static struct scene_words waiting_words(const struct picture_side *s)
{
	struct scene_words words = { .n = 0 };
	char text[PICTURE_WORD];

	scene_words_number(&s->pending, s->pending.known && s->pending.number == 1 ? " waits" : " wait", text, sizeof text);
	scene_words_add(&words, STYLE_STRONG, text);
	if (s->backlog.known) {
		snprintf(text, sizeof text, "backlog %lld", (long long)s->backlog.number);
		scene_words_add(&words, STYLE_TEXT, text);
	}
	/* full when more wait than the backlog says, not as many: sk_acceptq_is_full */
	if (s->pending.known && s->backlog.known && s->pending.number > s->backlog.number)
		scene_words_add(&words, STYLE_WARN, "FULL");
	return words;
}

static struct scene_words alone_words(const struct picture_sockets *s, const struct picture_side *side)
{
	struct scene_words words = { .n = 0 };
	char text[PICTURE_WORD];

	if (scene_socket_listens(side))
		return waiting_words(side);
	scene_socket_unread(s, side, text, sizeof text);
	if (side->unread.known || side->datagrams.known)
		scene_words_add(&words, STYLE_STRONG, text);
	if (scene_socket_packets(s) && side->datagrams.known && side->unread.known) {
		scene_words_number(&side->unread, " B", text, sizeof text);
		scene_words_add(&words, STYLE_TEXT, text);
	}
	scene_socket_drops(&words, side);
	return words;
}

static void place_words(struct scene_words *words, const struct picture_side *side)
{
	scene_words_add(words, STYLE_STRONG, side->address);
	scene_words_add(words, scene_socket_listens(side) ? STYLE_GOOD : STYLE_DIM, side->state);
}

/* Whether anything could ever wait in it: not in a stream that is not connected. */
static bool has_level(const struct picture_sockets *s, const struct picture_side *side)
{
	return scene_socket_listens(side) || scene_socket_packets(s) || (side->unread.known && strcmp(side->state, "unconnected"));
}

static void draw_one(struct canvas *c, struct scene_thing *t, int only)
{
	const struct picture_sockets *s = &t->object->socket;
	const struct picture_side *side = &s->side[only];
	struct area a = { t->area.x, t->area.y + 1, t->area.width, t->area.height - 1 };
	bool level = has_level(s, side) && a.height >= 3;
	int thick = level && t->large && a.height >= 6 ? 2 : 1, towards = t->lean[only] > 0 ? SOCKET_RIGHT : SOCKET_LEFT;
	struct scene_words words = { .n = 0 };
	char text[PICTURE_CALL];

	t->port_y = a.y;
	t->port_height = a.height < 1 ? 1 : a.height;
	place_words(&words, side);
	if (words.n && a.height >= 2) {
		scene_words_put(c, a.x, a.y++, a.width, &words);
		a.height--;
	}
	for (int i = 0; level && i < thick; i++, a.y++, a.height--)
		draw_waiting(c, a, s, side, towards);
	words = alone_words(s, side);
	if (words.n) {
		scene_words_put(c, a.x, a.y++, a.width, &words);
		a.height--;
	}
	if (side->peer[0] && a.height > 0) {
		snprintf(text, sizeof text, "to %s", side->peer);
		canvas_put_cut(c, a.x, a.y, a.width, STYLE_DIM, text);
	}
}

/* ---- all ------------------------------------------------------------------------------------ */

int scene_socket_height(const struct scene_thing *t, int width)
{
	const struct picture_sockets *s = &t->object->socket;
	int only = only_side(s);

	(void)width;
	if (only < 0)
		return 7 + scene_sockets_feet(t->object) + (t->large ? 5 : 0);
	return 3 + has_level(s, &s->side[only]) * (t->large ? 2 : 1) + (s->side[only].peer[0] != '\0');
}

/* "5 B for a", "a closed"; without the names "5 B". */
static void add_side(const struct picture_object *o, int side, bool names, struct text *out)
{
	char unread[PICTURE_WORD];

	scene_socket_unread(&o->socket, &o->socket.side[side], unread, sizeof unread);
	if (!names)
		text_add(out, unread);
	else if (o->socket.side[side].closed)
		text_addf(out, "%s %s", scene_socket_side(o, side), unread);
	else
		text_addf(out, "%s for %s", unread, scene_socket_side(o, side));
}

static void two_summary(const struct picture_object *o, int width, struct text *out)
{
	for (int form = 0; form < 2; form++) {
		text_clear(out);
		add_side(o, 0, form == 0, out);
		text_add(out, form == 0 ? "  " : ", ");
		add_side(o, 1, form == 0, out);
		if (width_text(text_string(out)) <= width)
			return;
	}
}

void scene_socket_summary(const struct picture_object *o, int width, struct text *out)
{
	const struct picture_sockets *s = &o->socket;
	int only = only_side(s);
	struct scene_words words;

	if (only < 0) {
		two_summary(o, width, out);
		return;
	}
	words = alone_words(s, &s->side[only]);
	if (!words.n || scene_words_width(&words) + 2 + width_text(s->side[only].state) <= width)
		scene_words_add(&words, STYLE_DIM, s->side[only].state);
	for (int i = 0; i < words.n; i++)
		text_addf(out, "%s%s", i ? "  " : "", words.part[i].text);
}

/* What it is and how far, where the name leaves room. */
static void draw_what(struct canvas *c, const struct scene_thing *t, int x)
{
	const struct picture_object *o = t->object;
	const struct picture_sockets *s = &o->socket;
	int left = t->lean[0] > t->lean[1], only = only_side(s);
	const char *first = s->side[left].state, *second = s->side[!left].state;
	char whole[PICTURE_WORD + 40], states[40] = "";

	if (o->kind == OBJECT_TERMINAL) {
		scene_draw_beside(c, t, x, "a master  b slave", NULL);
		return;
	}
	if (only < 0 && first[0] && !strcmp(first, second))
		snprintf(states, sizeof states, "%s", first);
	else if (only < 0 && first[0] && second[0])
		snprintf(states, sizeof states, "%s/%s", first, second);
	snprintf(whole, sizeof whole, "%s%s%s", s->what, states[0] ? "  " : "", states);
	scene_draw_beside(c, t, x, whole, strchr(states, '/') ? states : s->what, s->what, NULL);
}

void scene_draw_socket(struct canvas *c, struct scene_thing *t, int x)
{
	int only = only_side(&t->object->socket);
	struct text summary = { 0 };
	struct area a = t->area;

	if (a.height < 2 || (a.height < 3 && only < 0)) {
		int from = a.height < 2 ? x + 2 : a.x, y = a.y + a.height - 1;

		scene_socket_summary(t->object, a.x + a.width - from, &summary);
		canvas_put_cut(c, from, y, a.x + a.width - from, STYLE_TEXT, text_string(&summary));
		text_free(&summary);
		if (a.height < 2)
			return;
	}
	draw_what(c, t, x);
	if (a.height >= 3 && only < 0)
		scene_draw_sockets(c, t);
	else if (only >= 0)
		draw_one(c, t, only);
}

/* SPDX-License-Identifier: MIT */
/* Arrows between boxes and things: heavy lines through the gutters.
 *
 * Wires that end in the same place are one net: they share the row where they end and the
 * column where they turn (the lane). Each net takes the row and the lane where it gets least
 * into the way of those before it; with at most a few dozen places to try that is done by
 * trying them all. Where two nets cross, the vertical one passes below. */
#include "ui/scene_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Directions in a gutter; columns are counted from the boxes towards the things. */
enum { TO_BOX = 1, TO_THING = 2, UP = 4, DOWN = 8, ACROSS = TO_BOX | TO_THING, ALONG = UP | DOWN };

struct spot {
	uint8_t ways, style;
	int8_t net;  /* 0: none, else its number + 1 */
	int8_t from; /* the net that begins here, before it is led anywhere */
	bool below;  /* another passes below it */
};

struct gutter {
	bool right;
	struct area area;
	int stop; /* the column where arrows reach a thing */
	struct spot *spot;
	bool *several; /* a row: more than one net begins there, from a box that has no more rows */
};

struct net {
	int thing;
	enum scene_port port;
	struct scene_wire *wire[SCENE_WIRES];
	int n;
	bool active, to_thing; /* to_thing: there is a head at the thing */
	int row, lane;
};

enum { NETS = 2 * SCENE_THINGS, COST_SHARED = 100, COST_CROSSING = 8, COST_TURN = 6 };

/* Warnings over flow over the rest. */
static int weight(enum style s)
{
	return s == STYLE_WARN ? 2 : s == STYLE_FLOW ? 1 : 0;
}

static struct spot *spot_at(const struct gutter *g, int u, int y)
{
	int row = y - g->area.y;

	if (u < 0 || u >= g->area.width || row < 0 || row >= g->area.height)
		return NULL;
	return &g->spot[row * g->area.width + u];
}

/* What it costs to go through a spot; marks it when `draw`. */
static int touch(const struct gutter *g, int u, int y, int ways, int net, enum style style, bool draw)
{
	struct spot *s = spot_at(g, u, y);
	int owner, theirs;
	bool foreign, crossing;

	if (!s)
		return 0;
	owner = s->net ? s->net : s->from;
	theirs = s->net ? s->ways : ACROSS;
	foreign = owner && owner != net + 1;
	crossing = foreign && ((ways == ACROSS && theirs == ALONG) || (ways == ALONG && theirs == ACROSS));
	if (draw && crossing)
		s->below = true;
	if (draw && !(crossing && ways == ALONG)) {
		if (!s->net || crossing || weight(style) > weight((enum style)s->style))
			s->style = (uint8_t)style;
		s->ways = (uint8_t)(crossing ? ways : s->ways | ways);
		s->net = (int8_t)(net + 1);
	}
	if (crossing)
		return COST_CROSSING;
	return foreign || (s->below && ways != ACROSS) ? COST_SHARED : 0;
}

/* Leads a wire along row, lane and row; returns the cost. */
static int lead(const struct gutter *g, const struct scene_wire *w, int net, int row, int lane, bool draw)
{
	int cost = 0, step = row > w->y ? 1 : -1;
	int there = step > 0 ? DOWN : UP, back = step > 0 ? UP : DOWN;

	if (w->y == row) {
		for (int u = 0; u <= g->stop; u++)
			cost += touch(g, u, row, ACROSS, net, w->style, draw);
		return cost;
	}
	for (int u = 0; u < lane; u++)
		cost += touch(g, u, w->y, ACROSS, net, w->style, draw);
	cost += touch(g, lane, w->y, TO_BOX | there, net, w->style, draw);
	if (g->several[w->y - g->area.y]) /* what these share tells nothing wrong */
		cost = COST_TURN;
	for (int y = w->y + step; y != row; y += step)
		cost += touch(g, lane, y, ALONG, net, w->style, draw);
	cost += touch(g, lane, row, back | TO_THING, net, w->style, draw);
	for (int u = lane + 1; u <= g->stop; u++)
		cost += touch(g, u, row, ACROSS, net, w->style, draw);
	return cost + COST_TURN + abs(row - w->y);
}

/* Whether the wire's head at the box needs a column of the gutter. */
static bool head_outside(const struct scene_wire *w)
{
	int border = w->box->area.x + w->box->area.width - w->box->framed;

	return w->reads && (w->box->right || w->x + 1 >= border);
}

/* Returns the cost. */
static int place_net(const struct gutter *g, const struct scene_layout *l, struct net *n, int number)
{
	const struct scene_thing *t = &l->thing[n->thing];
	int first = 0, last = g->stop - n->to_thing, best = -1;

	for (int i = 0; i < n->n; i++)
		if (head_outside(n->wire[i]))
			first = 1;
	if (last < first)
		first = last = last < 0 ? 0 : last;
	for (int row = t->port_y; row < t->port_y + t->port_height; row++)
		for (int lane = first; lane <= last; lane++) {
			int cost = 0;

			for (int i = 0; i < n->n; i++)
				cost += lead(g, n->wire[i], number, row, lane, false);
			if (best >= 0 && cost >= best)
				continue;
			best = cost;
			n->row = row;
			n->lane = lane;
		}
	/* Wires that cannot be told from another net's would tell lies: left out. */
	for (int i = 0; i < n->n; i++) {
		n->wire[i]->led = lead(g, n->wire[i], number, n->row, n->lane, false) < COST_SHARED;
		if (n->wire[i]->led)
			lead(g, n->wire[i], number, n->row, n->lane, true);
	}
	return best;
}

/* Where each begins is no choice: known to all from the start. */
static void begin_at(struct gutter *g, int y, int net)
{
	struct spot *s = spot_at(g, 0, y);

	if (s->from && s->from != net + 1)
		g->several[y - g->area.y] = true;
	s->from = (int8_t)(net + 1);
}

/* One after the other, beginning with number `first`; those with a call under way before the
 * rest. Returns the cost of all. */
static int route(struct gutter *g, const struct scene_layout *l, struct net *net, int n, int first)
{
	int cost = 0;

	memset(g->spot, 0, sizeof *g->spot * (size_t)g->area.width * (size_t)g->area.height);
	memset(g->several, 0, sizeof *g->several * (size_t)g->area.height);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < net[i].n; k++)
			begin_at(g, net[i].wire[k]->y, i);
	for (int active = 1; active >= 0; active--)
		for (int i = 0; i < n; i++) {
			int at = (first + i) % n;

			if (net[at].active == active)
				cost += place_net(g, l, &net[at], at);
		}
	return cost;
}

/* Tries every net as the first. */
static void route_best(struct gutter *g, const struct scene_layout *l, struct net *net, int n)
{
	int best = 0, least = route(g, l, net, n, 0);

	for (int first = 1; first < n; first++) {
		int cost = route(g, l, net, n, first);

		if (cost < least) {
			least = cost;
			best = first;
		}
	}
	if (n > 1)
		route(g, l, net, n, best);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static enum glyph piece(int ways, bool right)
{
	int left_way = right ? TO_THING : TO_BOX, right_way = right ? TO_BOX : TO_THING;
	bool l = ways & left_way, r = ways & right_way, u = ways & UP, d = ways & DOWN;

	if (u && d)
		return l && r ? GLYPH_HEAVY_PLUS : l ? GLYPH_HEAVY_TEE_R : r ? GLYPH_HEAVY_TEE_L : GLYPH_HEAVY_V;
	if (u)
		return l && r ? GLYPH_HEAVY_TEE_B : l ? GLYPH_HEAVY_BR : GLYPH_HEAVY_BL;
	if (d)
		return l && r ? GLYPH_HEAVY_TEE_T : l ? GLYPH_HEAVY_TR : GLYPH_HEAVY_TL;
	return GLYPH_HEAVY;
}

static int column(const struct gutter *g, int u)
{
	return g->right ? g->area.x + g->area.width - 1 - u : g->area.x + u;
}

/* From the text to the box's border, which only the left ones have on their way. */
static void draw_inside(struct canvas *c, const struct scene_wire *w)
{
	int border = w->box->area.x + w->box->area.width - 1, x = w->x + 1;

	for (int i = x; i < border + !w->box->framed; i++)
		canvas_put_glyph(c, i, w->y, w->style, GLYPH_HEAVY);
	if (w->box->framed)
		canvas_put_glyph(c, border, w->y, w->style, GLYPH_HEAVY_CROSS);
	if (w->reads && !head_outside(w))
		canvas_put_glyph(c, x, w->y, w->style, GLYPH_LEFT);
}

/* Whether an arrow's end needs a letter: that of a socket or terminal that has another side. */
static bool is_side(const struct scene_thing *t, enum scene_port port)
{
	enum object_kind kind = t->object->kind;
	int side = port == PORT_OTHER;

	return (kind == OBJECT_SOCKET || kind == OBJECT_TERMINAL) && t->area.height >= 3 && !t->object->gone &&
	       !t->object->socket.side[side].name[0] && (t->object->socket.side[!side].inode || !t->object->socket.side[side].inode);
}

static void draw_heads(struct canvas *c, const struct gutter *g, const struct scene_layout *l, const struct net *n)
{
	const struct scene_thing *t = &l->thing[n->thing];
	enum style end = (enum style)spot_at(g, g->stop, n->row)->style;
	bool any = false;

	for (int i = 0; i < n->n; i++)
		any |= n->wire[i]->led;
	if (!any)
		return;
	if (n->to_thing)
		canvas_put_glyph(c, column(g, g->stop), n->row, end, g->right ? GLYPH_LEFT : GLYPH_RIGHT);
	for (int i = 0; i < n->n; i++)
		if (n->wire[i]->led && head_outside(n->wire[i]))
			canvas_put_glyph(c, column(g, 0), n->wire[i]->y, n->wire[i]->style, g->right ? GLYPH_RIGHT : GLYPH_LEFT);
	if (is_side(t, n->port)) /* where sides have names the labels in the boxes tell */
		canvas_put(c, g->right ? t->area.x + t->area.width - 1 : t->area.x, n->row, STYLE_STRONG,
			   n->port == PORT_OTHER ? "b" : "a");
}

static void draw_gutter(struct canvas *c, const struct gutter *g)
{
	for (int y = 0; y < g->area.height; y++)
		for (int u = 0; u < g->area.width; u++) {
			const struct spot *s = &g->spot[y * g->area.width + u];

			if (s->ways)
				canvas_put_glyph(c, column(g, u), g->area.y + y, (enum style)s->style, piece(s->ways, g->right));
		}
}

/* ---- nets ----------------------------------------------------------------------------------- */

static int collect(struct scene_layout *l, bool right, struct net *net)
{
	int n = 0;

	for (int i = 0; i < l->n_wires; i++) {
		struct scene_wire *w = &l->wire[i];
		int k = 0;

		if (w->box->right != right)
			continue;
		while (k < n && (net[k].thing != w->thing || net[k].port != w->port))
			k++;
		if (k == NETS)
			continue;
		if (k == n)
			net[n++] = (struct net){ .thing = w->thing, .port = w->port };
		net[k].wire[net[k].n++] = w;
		net[k].active |= weight(w->style) > 0;
		net[k].to_thing |= w->writes;
	}
	return n;
}

static void draw_side(struct canvas *c, struct scene_layout *l, bool right)
{
	struct net *net = memory_new(NETS, sizeof *net);
	struct gutter g = { .right = right, .area = l->all };
	int n = collect(l, right, net);

	g.area.x = right ? l->x + l->width : l->side[0].x + l->side[0].width;
	g.area.width = (right ? l->side[1].x : l->x) - g.area.x;
	g.stop = g.area.width - (g.area.width > 2 ? 2 : 1);
	if (n > 0 && g.area.width > 0) {
		g.spot = memory_new((size_t)g.area.width * (size_t)g.area.height, sizeof *g.spot);
		g.several = memory_new((size_t)g.area.height, sizeof *g.several);
		route_best(&g, l, net, n);
		draw_gutter(c, &g);
		for (int i = 0; i < n; i++)
			draw_heads(c, &g, l, &net[i]);
		free(g.spot);
		free(g.several);
	}
	for (int i = 0; !right && i < l->n_wires; i++)
		if (l->wire[i].led && !l->wire[i].box->right)
			draw_inside(c, &l->wire[i]);
	free(net);
}

void scene_draw_arrows(struct canvas *c, struct scene_layout *l)
{
	draw_side(c, l, false);
	draw_side(c, l, true);
}

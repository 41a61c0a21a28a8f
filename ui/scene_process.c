/* SPDX-License-Identifier: MIT */
/* A process as a box, and where the arrows along its descriptors begin. */
#include "ui/scene_socket.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/width.h"

/* ---- arrows --------------------------------------------------------------------------------- */

/* Where arrows may begin; y -1: that line is not shown. */
struct anchors { struct { int x, y; } end[PICTURE_ENDS], call, any; };

/* Calls by which data come, or go: by the beginning of their names. */
static bool begins(const char *call, const char *const *list)
{
	for (; *list; list++)
		if (!strncmp(call, *list, strlen(*list)))
			return true;
	return false;
}

static bool receives(const char *call)
{
	static const char *const list[] = { "read", "recv", "msgrcv", "accept", "mq_receive", "mq_timedreceive", "pread", NULL };

	return begins(call, list);
}

static bool sends(const char *call)
{
	static const char *const list[] = { "write", "send", "msgsnd", "connect", "mq_send", "mq_timedsend", "pwrite", NULL };

	return begins(call, list);
}

static bool in_call(const struct picture_process *p)
{
	return p->call[0] && (p->state == PROCESS_BLOCKED || p->state == PROCESS_CALLING ||
			      p->state == PROCESS_RUNNING || p->state == PROCESS_STOPPED);
}

static enum style flow(const struct picture_process *p, bool active)
{
	return !active ? STYLE_DIM : p->state == PROCESS_BLOCKED ? STYLE_WARN : STYLE_FLOW;
}

static struct scene_wire *add_wire(struct scene_layout *l, const struct scene_box *b, int thing, int x, int y)
{
	struct scene_wire *w;

	if (l->n_wires == SCENE_WIRES || y < 0)
		return NULL;
	w = &l->wire[l->n_wires++];
	*w = (struct scene_wire){ .box = b, .thing = thing, .x = x, .y = y };
	return w;
}

static int find_thing(const struct scene_layout *l, int object)
{
	for (int i = 0; i < l->n_things; i++)
		if (l->thing[i].index == object)
			return i;
	return -1;
}

static bool is_socket(const struct picture_object *o)
{
	return o->kind == OBJECT_SOCKET || o->kind == OBJECT_TERMINAL;
}

/* A stream that is not connected: nothing comes or goes. */
static bool leads_nowhere(const struct picture_sockets *s, int side)
{
	const char *state = s->side[side].state;

	return s->type == SOCK_STREAM && !s->side[!side].inode && (!strcmp(state, "unconnected") || !strcmp(state, "CLOSE"));
}

/* A side of a socket or terminal: a head for each way that is open, or that the call goes. */
static void wire_side(struct scene_thing *t, struct scene_wire *w, int side, const char *call)
{
	const struct picture_sockets *s = &t->object->socket;
	const struct picture_side *own = &s->side[side], *other = &s->side[!side];
	bool there = other->inode && !other->closed, idle = !receives(call) && !sends(call) && !leads_nowhere(s, side);

	w->port = side ? PORT_OTHER : PORT_BOTH;
	w->reads = receives(call) || (idle && !own->shut_read && !(there && other->shut_write));
	w->writes = sends(call) || (idle && !own->shut_write && !other->closed && !(there && other->shut_read) && !scene_socket_listens(own));
	t->lean[side] += w->box->right ? 1 : -1;
}

static void wire_end(struct scene_layout *l, const struct scene_box *b, int index, const struct anchors *a)
{
	const struct picture_process *p = b->process;
	const struct picture_end *e = &p->ends[index];
	bool active = in_call(p) && p->call_descriptor == e->descriptor;
	int thing = e->object < 0 ? -1 : find_thing(l, e->object);
	bool own = a->end[index].y >= 0, call = active && a->call.y >= 0;
	struct scene_wire *w;

	if (thing < 0)
		return;
	w = add_wire(l, b, thing, own ? a->end[index].x : call ? a->call.x : a->any.x,
		     own ? a->end[index].y : call ? a->call.y : a->any.y);
	if (!w)
		return;
	w->style = flow(p, active);
	if (is_socket(l->thing[thing].object) && (e->end == 'a' || e->end == 'b')) {
		wire_side(&l->thing[thing], w, e->end == 'b', active ? p->call_name : "");
		return;
	}
	if (e->end == 'f') { /* heads only where data move: it has no direction of its own */
		w->port = PORT_BOTH;
		w->reads = active && receives(p->call_name);
		w->writes = active && sends(p->call_name);
		return;
	}
	w->port = e->end == 'r' ? PORT_READ : e->end == 'w' ? PORT_WRITE : PORT_BOTH;
	w->reads = e->end != 'w' && !(w->port == PORT_BOTH && active && !receives(p->call_name));
	w->writes = e->end != 'r' && !(w->port == PORT_BOTH && active && receives(p->call_name));
}

/* What has no descriptors is named by the call; memory is not: those that see it stand in its picture. */
static void wire_call(struct scene_layout *l, const struct scene_box *b, const struct anchors *a)
{
	const struct picture_process *p = b->process;
	int thing = in_call(p) && p->call_object >= 0 ? find_thing(l, p->call_object) : -1;
	enum object_kind kind = thing < 0 ? OBJECT_MEMORY : l->thing[thing].object->kind;
	struct scene_wire *w;

	if (object_kind_has_ends(kind) || kind == OBJECT_MEMORY || kind == OBJECT_SEGMENT)
		return;
	w = add_wire(l, b, thing, a->call.y < 0 ? a->any.x : a->call.x, a->call.y < 0 ? a->any.y : a->call.y);
	if (!w)
		return;
	w->style = flow(p, true);
	w->port = sends(p->call_name) ? PORT_WRITE : receives(p->call_name) ? PORT_READ : PORT_BOTH;
	w->writes = w->port == PORT_WRITE;
	w->reads = w->port == PORT_READ;
}

static void wire_all(struct scene_layout *l, const struct scene_box *b, const struct anchors *a)
{
	if (scene_is_over(b->process))
		return;
	for (int i = 0; i < b->process->n_ends && i < PICTURE_ENDS; i++)
		wire_end(l, b, i, a);
	wire_call(l, b, a);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void draw_frame(struct canvas *c, const struct scene_box *b)
{
	enum style frame = b->chosen ? STYLE_FRAME_FOCUS : STYLE_FRAME;
	char pid[16];

	snprintf(pid, sizeof pid, "%d", (int)b->process->pid);
	canvas_box(c, b->area, frame, b->process->name,
		   b->chosen ? STYLE_SELECTED_STRONG : scene_is_over(b->process) ? STYLE_DIM : STYLE_STRONG, pid);
	if (b->joined) {
		canvas_put_glyph(c, b->area.x, b->area.y, frame, GLYPH_TEE_L);
		canvas_put_glyph(c, b->area.x + b->area.width - 1, b->area.y, frame, GLYPH_TEE_R);
	}
}

/* Two lines, "name pid" and the state, or both in one. Returns the column behind the last. */
static int draw_bare(struct canvas *c, const struct scene *s, const struct scene_box *b)
{
	const struct picture_process *p = b->process;
	enum style style = scene_state_style(p);
	int first = b->area.x + b->right, x = first, y = b->area.y, end = b->area.x + b->area.width - !b->right;
	struct text t = { 0 };
	char time[24] = "";

	canvas_put_glyph(c, x, y, style, scene_state_glyph(p));
	x = canvas_put_cut(c, x + 2, y, end - x - 2, scene_is_over(p) ? STYLE_DIM : STYLE_STRONG, p->name);
	if (b->area.height > 1) {
		if (end - x > 8)
			canvas_putf(c, x + 1, y, STYLE_DIM, "%d", (int)p->pid);
		x = first + 1;
		y++;
	}
	scene_state_fit(p, end - x - 1, &t);
	if (end - x > 4)
		x = canvas_put_cut(c, x + 1, y, end - x - 1, style, text_string(&t));
	text_clear(&t);
	if (p->state == PROCESS_BLOCKED || p->state == PROCESS_STOPPED)
		clock_duration(s->now - p->since, time, sizeof time);
	scene_doing(p, &t);
	if (t.length && end - x > 6)
		x = canvas_put_cut(c, x + 1, y, end - x - 1, p->call[0] ? STYLE_TEXT : STYLE_DIM, text_string(&t));
	else if (time[0] && !t.length && end - x > width_text(time))
		x = canvas_put(c, x + 1, y, style, time);
	text_free(&t);
	if (b->chosen)
		canvas_select(c, (struct area){ b->area.x, b->area.y, b->area.width, 1 });
	return x;
}

static bool shows(const struct scene_box *b, enum scene_line_kind kind)
{
	for (int i = 0; i < b->n_lines; i++)
		if (b->line[i].kind == kind)
			return true;
	return false;
}

static void draw_lines(struct canvas *c, const struct scene *s, const struct scene_box *b, struct anchors *a)
{
	struct scene_pen d = { c, b->process, s->now, b->area.x + 2, b->area.y + 1, b->area.width - 3, !shows(b, LINE_CALL) };

	for (int i = 0; i < b->n_lines; i++, d.y++) {
		const struct scene_line *line = &b->line[i];
		int x = scene_draw_line(&d, line, shows(b, line->kind + 1));

		if (line->kind == LINE_STATE) {
			a->any.x = x;
			a->any.y = d.y;
		} else if (line->kind == LINE_CALL || line->kind == LINE_CALL_MORE) {
			a->call.x = x;
			a->call.y = d.y;
		} else if (line->kind == LINE_END) {
			a->end[line->index].x = x;
			a->end[line->index].y = d.y;
		}
	}
}

void scene_draw_box(struct canvas *c, struct scene_layout *l, struct scene_box *b)
{
	struct anchors a = { .call = { 0, -1 }, .any = { 0, -1 } };

	for (int i = 0; i < PICTURE_ENDS; i++)
		a.end[i].y = -1;
	if (b->framed) {
		struct area before = canvas_clip(c, b->area);

		draw_frame(c, b);
		draw_lines(c, l->scene, b, &a);
		canvas_unclip(c, before);
	} else {
		a.any.x = draw_bare(c, l->scene, b);
		a.any.y = b->area.y + b->area.height - 1;
	}
	wire_all(l, b, &a);
}

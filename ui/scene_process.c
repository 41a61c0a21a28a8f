/* SPDX-License-Identifier: MIT */
/* A process as a box, and where the arrows along its descriptors begin. */
#include "ui/scene_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"

/* ---- arrows --------------------------------------------------------------------------------- */

/* Where arrows may begin; y -1: that line is not shown. */
struct anchors { struct { int x, y; } end[PICTURE_ENDS], call, any; };

static bool receives(const char *call)
{
	return !strncmp(call, "read", 4) || !strncmp(call, "recv", 4) || !strcmp(call, "msgrcv");
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
	if (l->thing[thing].object->kind == OBJECT_PAIR) {
		w->port = e->end == 'b' ? PORT_OTHER : PORT_BOTH;
		w->reads = active && receives(p->call_name);
		w->writes = active && !w->reads;
		return;
	}
	w->port = e->end == 'r' ? PORT_READ : e->end == 'w' ? PORT_WRITE : PORT_BOTH;
	w->reads = e->end != 'w' && !(w->port == PORT_BOTH && active && !receives(p->call_name));
	w->writes = e->end != 'r' && !(w->port == PORT_BOTH && active && receives(p->call_name));
}

/* System V objects have no descriptors: the call names them by number. */
static void wire_call(struct scene_layout *l, const struct scene_box *b, const struct anchors *a)
{
	static const struct { const char *call; enum object_kind kind; enum scene_port port; } calls[] = {
		{ "msgsnd", OBJECT_QUEUE, PORT_WRITE }, { "msgrcv", OBJECT_QUEUE, PORT_READ },
		{ "semop", OBJECT_SEMAPHORES, PORT_BOTH }, { "semtimedop", OBJECT_SEMAPHORES, PORT_BOTH },
	};
	const struct picture_process *p = b->process;
	const char *bracket = strchr(p->call, '(');

	if (!in_call(p) || !bracket)
		return;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		for (int k = 0; !strcmp(p->call_name, calls[i].call) && k < l->n_things; k++) {
			const struct picture_object *o = l->thing[k].object;
			struct scene_wire *w;

			if (o->kind != calls[i].kind || o->identity != strtoull(bracket + 1, NULL, 0))
				continue;
			w = add_wire(l, b, k, a->call.y < 0 ? a->any.x : a->call.x, a->call.y < 0 ? a->any.y : a->call.y);
			if (!w)
				return;
			w->style = flow(p, true);
			w->port = calls[i].port;
			w->writes = w->port == PORT_WRITE;
			w->reads = w->port == PORT_READ;
		}
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
		int x = scene_draw_line(&d, line, shows(b, line->kind == LINE_STATE ? LINE_STATE_MORE : LINE_CALL_MORE));

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

/* SPDX-License-Identifier: MIT */
/* A process as a box: its lines, and where the arrows along its descriptors begin. */
#include "ui/scene_internal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"
#include "call/symbols.h"

#define SIGNAL_BIT(n) (UINT64_C(1) << ((n) - 1))

/* Where and for whom a line is drawn. */
struct pen {
	struct canvas *canvas;
	const struct picture_process *process;
	int64_t now;
	int x, y, width;
};

/* How long it has been so, of a state where that tells something; "" else. */
static const char *how_long(const struct picture_process *p, int64_t now, char *buf, size_t size)
{
	buf[0] = '\0';
	if (p->state == PROCESS_BLOCKED || p->state == PROCESS_STOPPED)
		clock_duration(now - p->since, buf, size);
	return buf;
}

/* The part of a text that a line of two takes: the first or all the rest. */
static const char *part_of(const char *s, int width, int part, struct text *out)
{
	size_t next, length = width_wrap(s, width, &next);

	if (part == 0)
		text_add_bytes(out, s, length);
	else
		text_add(out, s + next);
	return text_string(out);
}

/* ---- one function a kind of line; they return the column behind what they drew ------------- */

/* Glyph and word take two columns more than the word. */
static int draw_state(const struct pen *d, int index)
{
	enum style style = scene_state_style(d->process);
	struct text word = { 0 };
	char time[24];
	int x, left;

	(void)index;
	canvas_put_glyph(d->canvas, d->x, d->y, style, scene_state_glyph(d->process));
	part_of(scene_state_word(d->process), d->width - 2, 0, &word);
	x = canvas_put_cut(d->canvas, d->x + 2, d->y, d->width - 2, style, text_string(&word));
	text_free(&word);
	how_long(d->process, d->now, time, sizeof time);
	left = d->x + d->width - x - width_text(time);
	if (time[0] && left >= 1)
		x = canvas_put(d->canvas, x + (left >= 2 ? 2 : 1), d->y, style, time);
	return x;
}

static int draw_state_more(const struct pen *d, int index)
{
	struct text rest = { 0 };
	int x;

	(void)index;
	part_of(scene_state_word(d->process), d->width - 2, 1, &rest);
	x = canvas_put_cut(d->canvas, d->x + 2, d->y, d->width - 2, scene_state_style(d->process), text_string(&rest));
	text_free(&rest);
	return x;
}

static enum style doing_style(const struct picture_process *p)
{
	if (p->state == PROCESS_ZOMBIE)
		return scene_state_style(p);
	return p->streaming || p->call[0] ? STYLE_TEXT : STYLE_DIM;
}

static int draw_call_part(const struct pen *d, int part)
{
	struct text all = { 0 }, here = { 0 };
	int indent = part ? 2 : 0, x;

	scene_doing(d->process, &all);
	part_of(text_string(&all), d->width, part, &here);
	x = canvas_put_cut(d->canvas, d->x + indent, d->y, d->width - indent, doing_style(d->process), text_string(&here));
	text_free(&all);
	text_free(&here);
	return x;
}

static int draw_call(const struct pen *d, int index)
{
	struct text all = { 0 };
	int x;

	if (index)
		return draw_call_part(d, 0);
	scene_doing(d->process, &all);
	x = canvas_put_cut(d->canvas, d->x, d->y, d->width, doing_style(d->process), text_string(&all));
	text_free(&all);
	return x;
}

static int draw_call_more(const struct pen *d, int index)
{
	return draw_call_part(d, index);
}

static int draw_since(const struct pen *d, int index)
{
	char time[24], text[32];

	(void)index;
	snprintf(text, sizeof text, "for %s", how_long(d->process, d->now, time, sizeof time));
	return canvas_put_cut(d->canvas, d->x, d->y, d->width, STYLE_DIM, text);
}

static int draw_stream(const struct pen *d, int index)
{
	char calls[16], bytes[16], failed[16];
	int x, end = d->x + d->width;

	(void)index;
	x = canvas_putf(d->canvas, d->x, d->y, STYLE_DIM, "%s calls", scene_compact(d->process->stream_calls, calls, sizeof calls));
	scene_compact(d->process->stream_bytes, bytes, sizeof bytes);
	scene_compact(d->process->stream_failed, failed, sizeof failed);
	if (d->process->stream_bytes && end - x >= (int)strlen(bytes) + 2)
		x = canvas_putf(d->canvas, x + 1, d->y, STYLE_DIM, "%s%sB", bytes, d->process->stream_bytes < 1000 ? " " : "");
	if (d->process->stream_failed && end - x >= (int)strlen(failed) + 8)
		x = canvas_putf(d->canvas, x + 1, d->y, STYLE_WARN, "%s failed", failed);
	return x;
}

static int draw_command(const struct pen *d, int index)
{
	(void)index;
	return canvas_put_cut(d->canvas, d->x, d->y, d->width, STYLE_DIM, d->process->command);
}

static int draw_end(const struct pen *d, int index)
{
	const struct picture_end *e = &d->process->ends[index];
	bool leads = e->object >= 0;
	int x, end = d->x + d->width;

	x = canvas_putf(d->canvas, d->x, d->y, leads ? STYLE_TEXT : STYLE_DIM, "%d ", e->descriptor);
	x = canvas_put_cut(d->canvas, x, d->y, end - x, leads ? STYLE_TEXT : STYLE_DIM, e->label);
	if (e->nonblocking && end - x >= 9 + 4)
		x = canvas_put(d->canvas, x + 1, d->y, STYLE_DIM, "nonblock");
	return x;
}

static int draw_no_ends(const struct pen *d, int index)
{
	struct text t = { 0 };
	int x;

	(void)index;
	text_addf(&t, "? %s", d->process->ends_why ? d->process->ends_why : "descriptors");
	x = canvas_put_cut(d->canvas, d->x, d->y, d->width, STYLE_DIM, text_string(&t));
	text_free(&t);
	return x;
}

static int draw_more_ends(const struct pen *d, int index)
{
	(void)index;
	return canvas_putf(d->canvas, d->x, d->y, STYLE_DIM, "+%d more", d->process->ends_more);
}

static int draw_set(const struct pen *d, enum style s, const char *what, uint64_t set)
{
	struct text t = { 0 };
	int x;

	text_addf(&t, "%s ", what);
	symbol_print_signals(&t, set);
	x = canvas_put_cut(d->canvas, d->x, d->y, d->width, s, text_string(&t));
	text_free(&t);
	return x;
}

static int draw_pending(const struct pen *d, int index)
{
	(void)index;
	return draw_set(d, STYLE_WARN, "pending", d->process->pending);
}

static int draw_mask(const struct pen *d, int index)
{
	(void)index;
	return draw_set(d, STYLE_DIM, "blocks", d->process->blocked);
}

/* SIGPIPE has a line of its own. */
static uint64_t caught_others(const struct picture_process *p)
{
	return p->caught & ~SIGNAL_BIT(SIGPIPE);
}

static int draw_caught(const struct pen *d, int index)
{
	(void)index;
	return draw_set(d, STYLE_DIM, "catches", caught_others(d->process));
}

static int draw_sigpipe(const struct pen *d, int index)
{
	const struct picture_process *p = d->process;
	const char *how = p->caught & SIGNAL_BIT(SIGPIPE) ? "caught" : p->ignored & SIGNAL_BIT(SIGPIPE) ? "ignored" : "default";

	(void)index;
	if (d->width < (int)strlen("SIGPIPE default"))
		return canvas_putf(d->canvas, d->x, d->y, STYLE_DIM, "PIPE %s", how);
	return canvas_putf(d->canvas, d->x, d->y, STYLE_DIM, "SIGPIPE %s", how);
}

/* The last line that it printed. */
static int draw_output(const struct pen *d, int index)
{
	const char *s = d->process->output;
	size_t length = strnlen(s, sizeof d->process->output), from;
	struct text t = { 0 };
	int x;

	(void)index;
	while (length && s[length - 1] == '\n')
		length--;
	for (from = length; from && s[from - 1] != '\n'; from--)
		;
	text_add_printable(&t, s + from, length - from);
	canvas_put_glyph(d->canvas, d->x, d->y, STYLE_DIM, GLYPH_INTO);
	x = canvas_put_cut(d->canvas, d->x + 2, d->y, d->width - 2, STYLE_DIM, text_string(&t));
	text_free(&t);
	return x;
}

/* The rank: what is left out first where room is short has the highest. */
static const struct { int rank; int (*draw)(const struct pen *d, int index); } kinds[] = {
	[LINE_STATE] = { 0, draw_state },
	[LINE_STATE_MORE] = { 1, draw_state_more },
	[LINE_CALL] = { 1, draw_call },
	[LINE_CALL_MORE] = { 8, draw_call_more },
	[LINE_SINCE] = { 5, draw_since },
	[LINE_STREAM] = { 4, draw_stream },
	[LINE_COMMAND] = { 8, draw_command },
	[LINE_END] = { 2, draw_end },
	[LINE_NO_ENDS] = { 5, draw_no_ends },
	[LINE_MORE_ENDS] = { 10, draw_more_ends },
	[LINE_PENDING] = { 3, draw_pending },
	[LINE_MASK] = { 4, draw_mask },
	[LINE_CAUGHT] = { 7, draw_caught },
	[LINE_SIGPIPE] = { 6, draw_sigpipe },
	[LINE_OUTPUT] = { 6, draw_output },
};

enum { RANK_OTHER_END = 9, RANK_EMPTY = 20 };

/* ---- which lines there are ------------------------------------------------------------------ */

struct lines { struct scene_line *line; int n; };

static void add(struct lines *l, enum scene_line_kind kind, int index, int rank)
{
	if (l->n < SCENE_LINES)
		l->line[l->n++] = (struct scene_line){ kind, index, rank };
}

static void add_if(struct lines *l, bool there, enum scene_line_kind kind)
{
	if (there)
		add(l, kind, 0, kinds[kind].rank);
}

static void state_lines(struct lines *l, const struct picture_process *p, int64_t now, int width)
{
	const char *word = scene_state_word(p);
	struct text doing = { 0 };
	char time[24];
	bool wraps;

	scene_doing(p, &doing);
	how_long(p, now, time, sizeof time);
	wraps = width_text(text_string(&doing)) > width;
	add(l, LINE_STATE, 0, 0);
	add_if(l, width_text(word) > width - 2, LINE_STATE_MORE);
	/* kept free for the next call, so that what stands below does not move; the first to go */
	if (doing.length || p->state != PROCESS_ENDED)
		add(l, LINE_CALL, 0, doing.length ? kinds[LINE_CALL].rank : RANK_EMPTY);
	add_if(l, wraps, LINE_CALL_MORE);
	if (time[0] && width_text(word) + 2 + 1 + width_text(time) > width)
		add(l, LINE_SINCE, 0, kinds[LINE_SINCE].rank);
	add_if(l, p->streaming, LINE_STREAM);
	add_if(l, p->program && p->call[0] && p->command[0] && !scene_is_over(p), LINE_COMMAND);
	text_free(&doing);
}

int scene_lines(const struct picture_process *p, const struct scene *s, int width, struct scene_line *line)
{
	struct lines l = { line, 0 };

	state_lines(&l, p, s->now, width);
	for (int i = 0; i < p->n_ends && i < PICTURE_ENDS; i++)
		if (p->ends[i].object >= 0)
			add(&l, LINE_END, i, kinds[LINE_END].rank);
		else if (!s->large)
			add(&l, LINE_END, i, RANK_OTHER_END);
	if (!scene_is_over(p)) {
		add_if(&l, !p->ends_known, LINE_NO_ENDS);
		add_if(&l, p->ends_more > 0, LINE_MORE_ENDS);
	}
	if (p->signals_known && !scene_is_over(p)) {
		add_if(&l, p->pending, LINE_PENDING);
		add_if(&l, p->blocked, LINE_MASK);
		add_if(&l, caught_others(p) && !p->program, LINE_CAUGHT);
		add_if(&l, true, LINE_SIGPIPE);
	}
	add_if(&l, p->output[0], LINE_OUTPUT);
	return l.n;
}

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
	bool over = scene_is_over(b->process);
	char pid[16];

	snprintf(pid, sizeof pid, "%d", (int)b->process->pid);
	canvas_box(c, b->area, b->chosen ? STYLE_FRAME_FOCUS : STYLE_FRAME, b->process->name,
		   b->chosen ? STYLE_SELECTED_STRONG : over ? STYLE_DIM : STYLE_STRONG, pid);
}

/* Two lines, "name pid" and the state, or both in one. Returns the column behind the last. */
static int draw_bare(struct canvas *c, const struct scene *s, const struct scene_box *b)
{
	const struct picture_process *p = b->process;
	enum style style = scene_state_style(p);
	int x = b->area.x, y = b->area.y, end = x + b->area.width - 1;
	struct text t = { 0 };
	char time[24];

	canvas_put_glyph(c, x, y, style, scene_state_glyph(p));
	x = canvas_put_cut(c, x + 2, y, end - x - 2, scene_is_over(p) ? STYLE_DIM : STYLE_STRONG, p->name);
	scene_doing(p, &t);
	how_long(p, s->now, time, sizeof time);
	if (b->area.height > 1) {
		if (end - x > 8)
			x = canvas_putf(c, x + 1, y, STYLE_DIM, "%d", (int)p->pid);
		x = b->area.x + 1;
		y++;
	}
	if (end - x > 4)
		x = canvas_put_cut(c, x + 1, y, end - x - 1, style, scene_state_word(p));
	if (t.length && end - x > 6)
		x = canvas_put_cut(c, x + 1, y, end - x - 1, doing_style(p), text_string(&t));
	else if (time[0] && end - x > width_text(time))
		x = canvas_put(c, x + 1, y, style, time);
	text_free(&t);
	if (b->chosen)
		canvas_select(c, (struct area){ b->area.x, b->area.y, b->area.width, 1 });
	return x;
}

static void draw_lines(struct canvas *c, const struct scene *s, const struct scene_box *b, struct anchors *a)
{
	struct pen d = { c, b->process, s->now, b->area.x + 2, b->area.y + 1, b->area.width - 3 };

	for (int i = 0; i < b->n_lines; i++, d.y++) {
		const struct scene_line *line = &b->line[i];
		bool followed = i + 1 < b->n_lines && b->line[i + 1].kind == LINE_CALL_MORE;
		int x = kinds[line->kind].draw(&d, line->kind == LINE_CALL ? followed : line->kind == LINE_CALL_MORE ? 1 : line->index);

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
	struct anchors a;

	for (int i = 0; i < PICTURE_ENDS; i++)
		a.end[i].y = -1;
	a.call.y = a.any.y = -1;
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

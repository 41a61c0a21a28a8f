/* SPDX-License-Identifier: MIT */
/* The lines of a process's box: which there are, and how each is drawn. */
#include "ui/scene_internal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"
#include "call/symbols.h"

/* Columns that "SIGPIPE default" and "PIPE default" need. */
enum { SIGPIPE_WIDTH = 15, PIPE_WIDTH = 12 };

#define SIGNAL_BIT(n) (UINT64_C(1) << ((n) - 1))

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

/* What stands behind the state: for how long, or, where no other line tells it, the call. */
static const char *behind_state(const struct scene_pen *d, char *time, size_t size)
{
	how_long(d->process, d->now, time, size);
	return d->alone && d->process->call_name[0] && !scene_is_over(d->process) ? d->process->call_name : time;
}

/* Glyph and word take two columns more than the word. */
static int draw_state(const struct scene_pen *d, int more)
{
	enum style style = scene_state_style(d->process);
	const char *whole = scene_state_word(d->process), *behind;
	struct text word = { 0 };
	char time[24];
	int x, left;

	if (more)
		part_of(whole, d->width - 2, 0, &word);
	else
		scene_state_fit(d->process, d->width - 2, &word);
	canvas_put_glyph(d->canvas, d->x, d->y, style, scene_state_glyph(d->process));
	x = canvas_put_cut(d->canvas, d->x + 2, d->y, d->width - 2, style, text_string(&word));
	text_free(&word);
	behind = behind_state(d, time, sizeof time);
	left = d->x + d->width - x - width_text(behind);
	if (behind[0] && left >= 1)
		x = canvas_put(d->canvas, x + (left >= 2 ? 2 : 1), d->y, style, behind);
	return x;
}

static int draw_state_more(const struct scene_pen *d, int index)
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

/* Where it does not fit, without what all names of its kind begin with. */
static void doing_fit(const struct picture_process *p, int width, struct text *out)
{
	static const char prefix[] = "pthread_";

	scene_doing(p, out);
	if (width_text(text_string(out)) > width && !strncmp(text_string(out), prefix, strlen(prefix))) {
		text_clear(out);
		text_add(out, p->call + strlen(prefix));
	}
}

static int draw_call_part(const struct scene_pen *d, int part)
{
	struct text all = { 0 }, here = { 0 };
	int indent = part ? 2 : 0, x;

	doing_fit(d->process, d->width, &all);
	part_of(text_string(&all), d->width, part, &here);
	x = canvas_put_cut(d->canvas, d->x + indent, d->y, d->width - indent, doing_style(d->process), text_string(&here));
	text_free(&all);
	text_free(&here);
	return x;
}

static int draw_call(const struct scene_pen *d, int more)
{
	struct text all = { 0 };
	int x;

	if (more)
		return draw_call_part(d, 0);
	doing_fit(d->process, d->width, &all);
	x = canvas_put_cut(d->canvas, d->x, d->y, d->width, doing_style(d->process), text_string(&all));
	text_free(&all);
	return x;
}

static int draw_call_more(const struct scene_pen *d, int index)
{
	(void)index;
	return draw_call_part(d, 1);
}

static int draw_since(const struct scene_pen *d, int index)
{
	char time[24], text[32];

	(void)index;
	snprintf(text, sizeof text, "for %s", how_long(d->process, d->now, time, sizeof time));
	return canvas_put_cut(d->canvas, d->x, d->y, d->width, STYLE_DIM, text);
}

static int draw_stream(const struct scene_pen *d, int index)
{
	const struct picture_process *p = d->process;
	char number[16], part[32];
	int x, end = d->x + d->width;

	(void)index;
	x = canvas_putf(d->canvas, d->x, d->y, STYLE_DIM, "%s calls", scene_compact(p->stream_calls, number, sizeof number));
	scene_compact(p->stream_bytes, number, sizeof number);
	snprintf(part, sizeof part, ", %.*s %sB", (int)strcspn(number, "kMGTPE"), number, number + strcspn(number, "kMGTPE"));
	if (p->stream_bytes && end - x >= (int)strlen(part))
		x = canvas_put(d->canvas, x, d->y, STYLE_DIM, part);
	else if (p->stream_bytes && end - x >= (int)strlen(number) + 2)
		x = canvas_putf(d->canvas, x + 1, d->y, STYLE_DIM, "%sB", number);
	scene_compact(p->stream_failed, number, sizeof number);
	if (p->stream_failed && end - x >= (int)strlen(number) + 8)
		x = canvas_putf(d->canvas, x + 1, d->y, STYLE_WARN, "%s failed", number);
	return x;
}

static int draw_command(const struct scene_pen *d, int index)
{
	(void)index;
	return canvas_put_cut(d->canvas, d->x, d->y, d->width, STYLE_DIM, d->process->command);
}

static int draw_end(const struct scene_pen *d, int index)
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

static int draw_no_ends(const struct scene_pen *d, int index)
{
	struct text t = { 0 };
	int x;

	(void)index;
	text_addf(&t, "? %s", d->process->ends_why ? d->process->ends_why : "descriptors");
	x = canvas_put_cut(d->canvas, d->x, d->y, d->width, STYLE_DIM, text_string(&t));
	text_free(&t);
	return x;
}

static int draw_more_ends(const struct scene_pen *d, int index)
{
	(void)index;
	return canvas_putf(d->canvas, d->x, d->y, STYLE_DIM, "+%d more", d->process->ends_more);
}

/* ---- signals -------------------------------------------------------------------------------- */

/* One of the two rows that a text may take. */
static int draw_part(const struct scene_pen *d, enum style s, const char *all, int part)
{
	struct text here = { 0 };
	int indent = part ? 2 : 0, x;

	x = canvas_put_cut(d->canvas, d->x + indent, d->y, d->width - indent, s, part_of(all, d->width, part, &here));
	text_free(&here);
	return x;
}

static int draw_signals_part(const struct scene_pen *d, int index, int part)
{
	struct scene_signals all[SCENE_SIGNALS];
	struct text t = { 0 };
	int x;

	scene_signals(d->process, all);
	scene_signals_text(&all[index], &t);
	x = draw_part(d, all[index].pending ? STYLE_WARN : all[index].blocked ? STYLE_TEXT : STYLE_DIM, text_string(&t), part);
	text_free(&t);
	return x;
}

static int draw_signals(const struct scene_pen *d, int index)
{
	return draw_signals_part(d, index, 0);
}

static int draw_signals_more(const struct scene_pen *d, int index)
{
	return draw_signals_part(d, index, 1);
}

static int draw_handled_part(const struct scene_pen *d, int part)
{
	struct text t = { 0 };
	int x;

	scene_handled_text(d->process, &t);
	x = draw_part(d, STYLE_GOOD, text_string(&t), part);
	text_free(&t);
	return x;
}

/* Where there is no second row, without the word that is missed least: "USR1 from parent". */
static int draw_handled(const struct scene_pen *d, int more)
{
	struct text t = { 0 };
	const char *all;
	int x;

	if (more)
		return draw_handled_part(d, 0);
	scene_handled_text(d->process, &t);
	all = text_string(&t);
	if (width_text(all) > d->width && strchr(all, ' '))
		all = strchr(all, ' ') + 1;
	x = canvas_put_cut(d->canvas, d->x, d->y, d->width, STYLE_GOOD, all);
	text_free(&t);
	return x;
}

static int draw_handled_more(const struct scene_pen *d, int index)
{
	(void)index;
	return draw_handled_part(d, 1);
}

static int draw_sigpipe(const struct scene_pen *d, int index)
{
	const struct picture_process *p = d->process;
	const char *how = p->caught & SIGNAL_BIT(SIGPIPE) ? "caught" : p->ignored & SIGNAL_BIT(SIGPIPE) ? "ignored" : "default";

	int x;

	(void)index;
	x = canvas_put(d->canvas, d->x, d->y, STYLE_DIM, d->width < SIGPIPE_WIDTH ? "PIPE " : "SIGPIPE ");
	return canvas_put(d->canvas, x, d->y, STYLE_DIM, how);
}

/* The last line that it printed. */
static int draw_output(const struct scene_pen *d, int index)
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
static const struct { int rank; int (*draw)(const struct scene_pen *d, int index); } kinds[] = {
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
	[LINE_SIGNALS] = { 3, draw_signals },
	[LINE_SIGNALS_MORE] = { 8, draw_signals_more },
	[LINE_HANDLED] = { 4, draw_handled },
	[LINE_HANDLED_MORE] = { 7, draw_handled_more },
	[LINE_SIGPIPE] = { 6, draw_sigpipe },
	[LINE_OUTPUT] = { 6, draw_output },
};

enum { RANK_IN_CALL = 3, RANK_BLOCKED = 4, RANK_OTHER_END = 9, RANK_DISPOSITION = 7, RANK_EMPTY = 20 };

/* A line that has a second part must know whether that is shown. */
int scene_draw_line(const struct scene_pen *d, const struct scene_line *line, bool more)
{
	bool asks = line->kind == LINE_STATE || line->kind == LINE_CALL || line->kind == LINE_HANDLED;

	return kinds[line->kind].draw(d, asks ? more : line->index);
}

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

	doing_fit(p, width, &doing);
	how_long(p, now, time, sizeof time);
	wraps = !p->program && width_text(text_string(&doing)) > width; /* of a program: raw numbers */
	add(l, LINE_STATE, 0, 0);
	add_if(l, width_text(word) > width - 2 && scene_state_glyph(p) == GLYPH_DEAD, LINE_STATE_MORE);
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

/* A text that does not fit takes two rows. */
static void add_text(struct lines *l, enum scene_line_kind kind, int index, int rank, const char *text, int width)
{
	if (!text[0])
		return;
	add(l, kind, index, rank);
	if (width_text(text) > width)
		add(l, kind + 1, index, kinds[kind + 1].rank);
}

static void signal_lines(struct lines *l, const struct picture_process *p, int width)
{
	struct scene_signals all[SCENE_SIGNALS];
	int n = scene_signals(p, all);
	struct text t = { 0 };

	for (int i = 0; i < n; i++) {
		text_clear(&t);
		scene_signals_text(&all[i], &t);
		add_text(l, LINE_SIGNALS, i, all[i].pending ? kinds[LINE_SIGNALS].rank : all[i].blocked ? RANK_BLOCKED : RANK_DISPOSITION,
			 text_string(&t), width);
	}
	text_clear(&t);
	scene_handled_text(p, &t);
	add_text(l, LINE_HANDLED, 0, kinds[LINE_HANDLED].rank, text_string(&t), width);
	text_free(&t);
}

/* Who could write to a pipe or socket; and whoever has said what the signal is to do. */
static bool may_meet_sigpipe(const struct picture_process *p)
{
	bool may = (p->caught | p->ignored) & SIGNAL_BIT(SIGPIPE);

	for (int i = 0; i < p->n_ends && i < PICTURE_ENDS; i++)
		may |= p->ends[i].object >= 0 && strchr("rwab", p->ends[i].end);
	return may;
}

int scene_lines(const struct picture_process *p, const struct scene *s, int width, struct scene_line *line)
{
	struct lines l = { line, 0 };

	state_lines(&l, p, s->now, width);
	for (int i = 0; i < p->n_ends && i < PICTURE_ENDS; i++)
		if (p->ends[i].object >= 0) /* the line of the call on it can stand for it */
			add(&l, LINE_END, i, p->call_descriptor == p->ends[i].descriptor ? RANK_IN_CALL : kinds[LINE_END].rank);
		else if (!s->large)
			add(&l, LINE_END, i, RANK_OTHER_END);
	if (!scene_is_over(p)) {
		add_if(&l, !p->ends_known, LINE_NO_ENDS);
		add_if(&l, p->ends_more > 0, LINE_MORE_ENDS);
	}
	if (p->signals_known && !scene_is_over(p)) {
		signal_lines(&l, p, width);
		add_if(&l, width >= PIPE_WIDTH && may_meet_sigpipe(p), LINE_SIGPIPE);
	}
	add_if(&l, p->output[0], LINE_OUTPUT);
	return l.n;
}

/* SPDX-License-Identifier: MIT */
/* The events pane: the trace, a line an event, in columns. */
#include "ui/panes.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"

enum {
	WITH_TIME = 44,           /* narrower areas leave the time out */
	WHO_FEWEST = 6, WHO_MOST = 14,
	CALL_FEWEST = 18,         /* where there is room: so that the results' column seldom moves */
	RESULT_USUAL = 10,        /* kept free for the next ones: "= -1 EPIPE" */
	RESULT_WHOLE = 11,        /* not cut before the call is: "= -1 EAGAIN" */
	GAP = 3                   /* before the call: the glyph of what stands out goes there */
};

/* Where the columns are; a time of width 0 is left out. */
struct columns {
	int time, who, call, result, right;
	int time_width;
};

/* Texts have a pane of their own, and an expectation that held is no news. */
static bool shown(const struct event *e)
{
	return e && e->kind != EVENT_TEXT && !(e->kind == EVENT_EXPECTED && !e->alarming);
}

/* The number of the `n`th shown event before `until`, or of the oldest; *n gets how many there were. */
static uint64_t walk_back(const struct trace *t, uint64_t until, int *n)
{
	uint64_t first = trace_first(t), at = until < trace_count(t) ? until : trace_count(t), found = at;
	int wanted = *n;

	for (*n = 0; at > first && *n < wanted;)
		if (shown(trace_at(t, --at))) {
			found = at;
			++*n;
		}
	return found;
}

static const char *blocked_text(const struct canvas *c)
{
	return c->ascii ? "... blocked" : "… blocked";
}

/* What stands in the who and the call column. Lines of the stage itself ("spawn   reader", "expect
 * p.bytes == 1") have their first word where others have a process. */
static void split(const struct event *e, char who[TRACE_NAME], const char **call)
{
	size_t n;

	snprintf(who, TRACE_NAME, "%s", e->who);
	*call = e->call;
	if (e->who[0] || (e->kind != EVENT_SPAWNED && e->kind != EVENT_EXPECTED))
		return;
	n = strcspn(e->call, " ");
	snprintf(who, TRACE_NAME, "%.*s", (int)n, e->call);
	*call = e->call + n + strspn(e->call + n, " ");
}

static int at_most(int n, int most)
{
	return n < most ? n : most;
}

static int at_least(int n, int least)
{
	return n > least ? n : least;
}

static void measure(struct columns *k, struct area a, const struct trace *t, uint64_t first, uint64_t until,
		    int rows)
{
	int who = WHO_FEWEST, call = 0, result = RESULT_USUAL, time = 5, room, least;

	for (uint64_t i = first; i < until && rows > 0; i++) {
		const struct event *e = trace_at(t, i);
		char name[TRACE_NAME], stamp[32];
		const char *text;

		if (!shown(e))
			continue;
		rows--;
		split(e, name, &text);
		who = at_least(who, width_text(name));
		snprintf(stamp, sizeof stamp, "%.3f", (double)(e->time - t->began) / (double)CLOCK_S);
		time = at_least(time, (int)strlen(stamp));
		if (!e->result[0])
			continue;
		call = at_least(call, width_text(text));
		result = at_least(result, width_text(e->result));
	}
	who = at_most(who, WHO_MOST);
	k->time = a.x + 1;
	k->right = a.x + a.width - 1;
	k->time_width = a.width >= WITH_TIME ? time : 0;
	k->who = k->time + (k->time_width ? k->time_width + 2 : 0);
	k->call = k->who + who + GAP;
	room = k->right - k->call - 2;
	least = at_most(result, at_least(room * 2 / 5, RESULT_WHOLE));
	call = at_least(at_most(call, room - least), 0);
	if (call < CALL_FEWEST && room > call + result)
		call = at_most(CALL_FEWEST, room - result);
	k->result = k->call + call + 2;
}

/* "= -1 EPIPE": the error's name stands out, its process did not get what it asked for. */
static void draw_result(struct canvas *c, const struct columns *k, int y, const struct event *e)
{
	int width = k->right - k->result, x;
	enum style error = STYLE_BAD;

	if (e->kind == EVENT_BLOCKED) {
		canvas_put_cut(c, k->result, y, width, STYLE_WARN, blocked_text(c));
	} else if (!strncmp(e->result, "= -1 ", 5)) {
		x = canvas_put_cut(c, k->result, y, width, e->alarming ? error : STYLE_TEXT, "= -1 ");
		canvas_put_cut(c, x, y, k->right - x, error, e->result + 5);
	} else if (!strcmp(e->result, "= ?") || e->kind == EVENT_CAUGHT) {
		canvas_put_cut(c, k->result, y, width, STYLE_DIM, e->result);
	} else {
		canvas_put_cut(c, k->result, y, width, STYLE_TEXT, e->result);
	}
}

static void draw_call(struct canvas *c, const struct columns *k, int y, const struct event *e, const char *call)
{
	int right = e->result[0] ? k->result - 1 : k->right, x = k->call;
	bool whole = e->alarming && (!e->result[0] || e->kind == EVENT_CAUGHT);
	enum style s = whole ? STYLE_BAD : STYLE_TEXT;

	if (e->kind == EVENT_OUTPUT && !strncmp(call, "wrote ", 6)) {
		x = canvas_put_cut(c, x, y, right - x, STYLE_DIM, "wrote ");
		call += 6;
		s = STYLE_STRONG;
	} else if (e->kind == EVENT_RESUMED && !strncmp(call, "... ", 4)) {
		x = canvas_put_cut(c, x, y, right - x, STYLE_WARN, c->ascii ? "... " : "… ");
		call += 4;
	}
	canvas_put_cut(c, x, y, right - x, s, call);
}

static void draw_event(struct canvas *c, const struct columns *k, int y, const struct trace *t,
		       const struct event *e)
{
	char who[TRACE_NAME], stamp[32];
	const char *call;

	split(e, who, &call);
	if (k->time_width) {
		snprintf(stamp, sizeof stamp, "%*.3f", k->time_width, (double)(e->time - t->began) / (double)CLOCK_S);
		canvas_put(c, k->time, y, STYLE_DIM, stamp);
	}
	if (!who[0]) { /* the stage itself speaks */
		canvas_put_glyph(c, k->who, y, e->alarming ? STYLE_BAD : STYLE_DIM,
				 e->alarming ? GLYPH_DEAD : GLYPH_BULLET);
		canvas_put_cut(c, k->who + 2, y, k->right - k->who - 2, e->alarming ? STYLE_BAD : STYLE_TEXT, call);
		return;
	}
	canvas_put_cut(c, k->who, y, k->call - GAP - k->who, e->who[0] ? STYLE_WHO : STYLE_DIM, who);
	if (e->alarming)
		canvas_put_glyph(c, k->call - 2, y, STYLE_BAD, GLYPH_DEAD);
	draw_call(c, k, y, e, call);
	if (e->result[0])
		draw_result(c, k, y, e);
}

static void draw_hint(struct canvas *c, struct area a, int above, int below)
{
	int y = a.y + a.height - 1, x = a.x + 1;

	if (above)
		x = canvas_putf(c, x, y, STYLE_DIM, "%s %d earlier", canvas_glyph(c, GLYPH_UP), above) + 2;
	if (below)
		canvas_putf(c, x, y, STYLE_DIM, "%s %d later", canvas_glyph(c, GLYPH_DOWN), below);
}

void events_draw(struct canvas *c, struct area a, const struct trace *t, uint64_t until, int *scroll, bool focused)
{
	struct area before = canvas_clip(c, a);
	bool hint = focused || *scroll > 0;
	int rows = a.height, all = hint ? TRACE_KEPT : rows, back;
	uint64_t first;
	struct columns k;

	walk_back(t, until, &all);
	hint = hint && rows >= 3 && all > rows;
	rows -= hint;
	*scroll = at_least(at_most(*scroll, all - rows), 0);
	back = at_least(rows, 0) + *scroll;
	first = walk_back(t, until, &back);
	measure(&k, a, t, first, until, rows);
	for (int y = 0; y < rows && first < until && first < trace_count(t); first++)
		if (shown(trace_at(t, first)))
			draw_event(c, &k, a.y + y++, t, trace_at(t, first));
	if (!all && trace_first(t) > 0 && until <= trace_first(t))
		canvas_put_cut(c, a.x + 1, a.y, a.width - 2, STYLE_DIM, "too long ago: events this old are not kept");
	if (hint)
		draw_hint(c, a, all - rows - *scroll, *scroll);
	canvas_unclip(c, before);
}

/* SPDX-License-Identifier: MIT */
#include "ui/system_cells.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/width.h"
#include "command/paper.h"
#include "command/rates.h"
#include "ui/system_rows.h"

/* ---- names ------------------------------------------------------------------------------------------ */

static void add_name(struct text *t, const struct system_object *o)
{
	const char *kind = system_kind_word(o->kind);

	/* "pipe:[4711]", "shm 5" say themselves what they are. */
	if (strncmp(o->name, kind, strlen(kind)))
		text_addf(t, "%s ", kind);
	text_add_printable(t, o->name, strlen(o->name));
}

/* Of a path that is too long its end is shown: that tells it from others. */
static const char *path_end(const char *path, int columns)
{
	for (const char *slash = path; (slash = strchr(slash + 1, '/')); )
		if (width_text(slash) <= columns)
			return slash;
	return NULL;
}

void system_cell_name(struct canvas *c, int x, int y, int width, const struct system_object *o)
{
	struct text t = { 0 };
	const char *path, *end;

	add_name(&t, o);
	path = strchr(text_string(&t), '/');
	if (path && width_text(text_string(&t)) > width) {
		int before = (int)(path - text_string(&t));

		end = path_end(path, width - before - 1);
		if (end) {
			canvas_putf(c, x, y, STYLE_TEXT, "%.*s%s%s", before, text_string(&t), canvas_glyph(c, GLYPH_ELLIPSIS), end);
			text_free(&t);
			return;
		}
	}
	canvas_put_cut(c, x, y, width, STYLE_TEXT, text_string(&t));
	text_free(&t);
}

/* ---- levels ----------------------------------------------------------------------------------------- */

static double share(const struct system_reading *level, const struct system_reading *limit)
{
	return level->known && limit->known && limit->number > 0 ? (double)level->number / (double)limit->number : 0;
}

/* Of two ways the fuller one is shown, from left to right: whether that is from side a. */
static bool from_a(const struct system_object *o)
{
	return share(&o->level_b, &o->limit_b) > share(&o->level, &o->limit);
}

void system_fuller(const struct system_object *o, const struct system_reading **level, const struct system_reading **limit)
{
	*level = from_a(o) ? &o->level_b : &o->level;
	*limit = from_a(o) ? &o->limit_b : &o->limit;
}

static void add_number(struct text *t, const struct system_object *o, int64_t number)
{
	if (o->kind == SYSTEM_MQUEUE || o->kind == SYSTEM_EVENT || number < 0)
		text_addf(t, "%lld", (long long)number);
	else
		paper_add_size(t, (uint64_t)number);
}

static void add_level(struct text *t, const struct canvas *c, const struct system_object *o,
		      const struct system_reading *level, const struct system_reading *limit)
{
	bool several = o->kind == SYSTEM_SEMAPHORES && o->sysv.semaphores.count != 1;

	if (o->kind == SYSTEM_SEGMENT) {
		paper_add_size(t, o->sysv.segment.size);
		text_addf(t, " %s%llu", c->ascii ? "x" : "×", (unsigned long long)o->sysv.segment.attached);
	} else if (several) {
		text_addf(t, "%u values", o->sysv.semaphores.count);
	} else if (!level->known) {
		text_add(t, level->why ? "?" : "");
	} else if (o->kind == SYSTEM_SEMAPHORES || o->kind == SYSTEM_SEMAPHORE) {
		text_addf(t, "[%lld]", (long long)level->number);
	} else {
		add_number(t, o, level->number);
		if (limit->known && limit->number > 0) {
			text_add(t, "/");
			add_number(t, o, limit->number);
		}
		text_add(t, o->kind == SYSTEM_MQUEUE ? " msgs" : "");
	}
	if ((o->kind == SYSTEM_SEMAPHORES || o->kind == SYSTEM_SEMAPHORE) && o->waiting)
		text_addf(t, " +%d", o->waiting);
}

void system_cell_level(struct canvas *c, int x, int y, int width, int bar, const struct system_object *o)
{
	const struct system_reading *level, *limit;
	struct text t = { 0 };

	system_fuller(o, &level, &limit);
	add_level(&t, c, o, level, limit);
	if (bar && level->known && limit->known && limit->number > 0)
		canvas_bar(c, x, y, bar, level->number, limit->number);
	else if (width_text(text_string(&t)) > width - bar - 1)
		bar = 0; /* its place is free */
	x += bar ? bar + 1 : 0;
	width -= bar ? bar + 1 : 0;
	canvas_put_cut(c, x, y, width, STYLE_TEXT, text_string(&t));
	text_free(&t);
}

/* ---- who -------------------------------------------------------------------------------------------- */

unsigned system_sides(const struct system_object *o, const struct system_end *e)
{
	if (e->side)
		return (e->side == 'a') == from_a(o) ? SYSTEM_WRITES : SYSTEM_READS;
	if (e->access == 'r')
		return SYSTEM_READS;
	if (e->access == 'b' && (o->kind == SYSTEM_PIPE || o->kind == SYSTEM_FIFO || o->kind == SYSTEM_MQUEUE))
		return SYSTEM_WRITES | SYSTEM_READS;
	return SYSTEM_WRITES;
}

enum system_side system_waiter_side(const struct system_thread *t)
{
	return t->wait == WAIT_WRITE || t->wait == WAIT_SEND ? SYSTEM_WRITES : SYSTEM_READS;
}

/* How it stands, as a glyph: 0 nothing worth telling, else GLYPH + 1. */
static int mark_of(const struct system *s, int process, int object, enum style *style)
{
	const struct system_process *p = &s->process[process];
	int thread;

	*style = STYLE_BAD;
	if (p->state == 'Z')
		return GLYPH_DEAD + 1;
	if (p->state == 'T' || p->state == 't')
		return GLYPH_STOPPED + 1;
	*style = STYLE_WARN;
	thread = system_sleeper(s, process, object);
	/* Who polls many is not waiting for this one in particular. */
	if (thread >= 0 && (object < 0 || s->thread[thread].object == object) && s->thread[thread].wait != WAIT_UNKNOWN)
		return GLYPH_BLOCKED + 1;
	return 0;
}

/* A process, its mark, and `more` behind them. The blanks go before letters of its name do; a name is cut before its
 * number is: that is what one types. */
static int put_process(struct canvas *c, int x, int y, int width, const struct system *s, int process, int object,
		       const char *more)
{
	const struct system_process *p = &s->process[process];
	struct text name = { 0 };
	enum style style;
	int mark = mark_of(s, process, object, &style), room, gap;
	char pid[16];

	snprintf(pid, sizeof pid, " %d", (int)p->pid);
	text_add_printable(&name, p->name, strlen(p->name));
	width -= (mark ? 1 : 0) + (int)strlen(more);
	gap = width - (mark ? 1 : 0) - (*more ? 1 : 0) - (int)strlen(pid) >= width_text(text_string(&name));
	width -= gap * ((mark ? 1 : 0) + (*more ? 1 : 0));
	room = width - (int)strlen(pid);
	if (room < 1)
		x = canvas_put_cut(c, x, y, width, STYLE_TEXT, pid + 1);
	else
		x = canvas_put(c, canvas_put_cut(c, x, y, room, STYLE_TEXT, text_string(&name)), y, STYLE_DIM, pid);
	if (mark && width > 0) {
		canvas_put_glyph(c, x + gap, y, style, (enum glyph)(mark - 1));
		x += gap + 1;
	}
	if (*more)
		x = canvas_put(c, x + gap, y, STYLE_DIM, more);
	text_free(&name);
	return x;
}

int system_cell_process(struct canvas *c, int x, int y, int width, const struct system *s, int process, int object)
{
	return put_process(c, x, y, width, s, process, object, "");
}

/* Those who wait or are stopped come first: they are what one looks for. */
static int rank(const struct system *s, int process, int object)
{
	enum style style;

	return mark_of(s, process, object, &style) ? 0 : 1;
}

static void draw_first(struct canvas *c, int x, int y, int width, const struct system *s, int object, int first, int others)
{
	char more[16] = "";

	if (others)
		snprintf(more, sizeof more, "+%d", others);
	put_process(c, x, y, width, s, first, object, more);
}

/* A process once, however many descriptors it has; ends come sorted by process. */
int system_first_user(const struct system *s, int object, enum system_side side, int *others)
{
	const struct system_object *o = &s->object[object];
	int first = -1, count = 0, last = -1;

	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];

		if (!(system_sides(o, e) & side) || e->process == last)
			continue;
		last = e->process;
		count++;
		if (first < 0 || rank(s, last, object) < rank(s, first, object))
			first = last;
	}
	for (int i = -1; (i = system_waiter(s, object, i)) >= 0; ) {
		if (system_waiter_side(&s->thread[i]) != side)
			continue;
		count++;
		if (first < 0 || rank(s, first, object))
			first = s->thread[i].process;
	}
	*others = count - 1;
	return first;
}

void system_cell_users(struct canvas *c, int x, int y, int width, const struct system *s, int object, enum system_side side)
{
	int others, first = system_first_user(s, object, side, &others);

	if (first >= 0)
		draw_first(c, x, y, width - 1, s, object, first, others);
	else if (s->object[object].hidden)
		canvas_put_glyph(c, x, y, STYLE_DIM, GLYPH_QUESTION);
	else
		canvas_put_glyph(c, x, y, STYLE_DIM, GLYPH_DASH);
}

const char *system_cell_wait(const struct system *s, int process, int object)
{
	int thread = system_sleeper(s, process, object);

	return thread < 0 ? "" : system_wait_word(s->thread[thread].wait);
}

/* ---- state ------------------------------------------------------------------------------------------ */

static const struct { const char *word; enum style style; bool lasts; } words[] = {
	[WORD_STUCK] = { "STUCK", STYLE_BAD, true },
	[WORD_LEAKED] = { "LEAKED END", STYLE_BAD, true },
	[WORD_ORPHANED] = { "orphaned", STYLE_WARN, false },
	[WORD_WAITING] = { "waiting", STYLE_WARN, true },
	[WORD_FLOWING] = { "flowing", STYLE_GOOD, false },
	[WORD_IDLE] = { "idle", STYLE_DIM, false },
	[WORD_UNKNOWN] = { "?", STYLE_DIM, false },
};

/* Since it is so, as far as that was watched; else how long the longest sleeper has slept. */
int64_t system_cell_lasted(const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	int64_t longest = -1;

	if (!words[o->word].lasts)
		return -1;
	if (o->since && s->taken > o->since)
		longest = s->taken - o->since;
	for (int i = 0; i < o->n_ends; i++) {
		int thread = system_sleeper(s, s->end[s->by_object[o->first_end + i]].process, object);

		if (thread >= 0 && s->thread[thread].object == object && s->thread[thread].steady &&
		    s->thread[thread].asleep > longest)
			longest = s->thread[thread].asleep;
	}
	for (int i = -1; (i = system_waiter(s, object, i)) >= 0; )
		if (s->thread[i].steady && s->thread[i].asleep > longest)
			longest = s->thread[i].asleep;
	return longest;
}

/* "5 min 8 s", or what of it fits: "5 min", nothing. */
static void add_duration(struct text *t, int width, int64_t ns)
{
	char text[40], *cut;

	clock_duration(ns, text, sizeof text);
	cut = strchr(text, ' '); /* behind the first number, */
	cut = cut ? strchr(cut + 1, ' ') : NULL; /* behind its unit */
	if (cut && width_text(text_string(t)) + 1 + width_text(text) > width)
		*cut = '\0';
	if (width_text(text_string(t)) + 1 + width_text(text) <= width)
		text_addf(t, " %s", text);
}

/* Where there is room for it, "12MB/s" or "12M/s"; a bound is told apart by its sign. */
static void add_rate(struct text *t, int width, const struct system_object *o, bool utf8)
{
	struct text rate = { 0 };
	const char *text, *unit;
	int room = width - width_text(text_string(t)) - 1;

	if (o->rate.moved > 0)
		rates_add(&rate, o, &o->rate, utf8);
	text = text_string(&rate);
	unit = strstr(text, "B/s");
	if (rate.length && width_text(text) <= room)
		text_addf(t, " %s", text);
	else if (unit && width_text(text) - 1 <= room)
		text_addf(t, " %.*s/s", (int)(unit - text), text);
	text_free(&rate);
}

void system_cell_state(struct canvas *c, int x, int y, int width, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	int64_t ns = system_cell_lasted(s, object);
	struct text t = { 0 };

	text_add(&t, words[o->word].word);
	if (o->word == WORD_FLOWING)
		add_rate(&t, width, o, !c->ascii);
	else if (ns > 0)
		add_duration(&t, width, ns);
	canvas_put_cut(c, x, y, width, words[o->word].style, text_string(&t));
	text_free(&t);
}

/* SPDX-License-Identifier: MIT */
#include "command/system_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/width.h"

enum { OBJECT, LEVEL, WRITERS, READERS, STATE, COLUMNS, BAR = 8, GAP = 2 };

static const char *const heading[COLUMNS] = { "OBJECT", "LEVEL", "WRITERS", "READERS", "STATE" };
/* What a column is not made narrower than while others are wider than theirs. */
static const int fewest[COLUMNS] = { 14, 0, 12, 12, 8 };

struct row {
	int object;
	char *cell[COLUMNS];
};

struct table {
	const struct paper *paper;
	const struct system *s;
	int *waits;              /* by object: a thread that waits about it, -1 none */
	int *next;               /* by thread: the next one that waits about the same object */
	struct row *row;
	size_t n, left_out;
	int width[COLUMNS];
};

/* ---- who -------------------------------------------------------------------------------------- */

enum side { WRITES = 1, READS = 2 };

struct user {
	int process;
	char mark;      /* '#' waits about this object, T stopped, Z zombie, D disk; 0 */
	enum side side;
};

struct users {
	struct user *list;
	size_t count, room;
};

static char mark_of(const struct system_process *p)
{
	return p->state == 't' ? 'T' : p->state == 'T' || p->state == 'Z' || p->state == 'D' ? p->state : '\0';
}

static void add_user(struct users *u, const struct system *s, int process, enum side side, bool waits)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->list[i].process == process && u->list[i].side == side) {
			if (waits)
				u->list[i].mark = '#';
			return;
		}
	u->list = memory_grow(u->list, &u->room, u->count + 1, sizeof *u->list);
	u->list[u->count++] = (struct user){ process, waits ? '#' : mark_of(&s->process[process]), side };
}

static bool one_way(enum system_kind k)
{
	return k == SYSTEM_PIPE || k == SYSTEM_FIFO || k == SYSTEM_QUEUE || k == SYSTEM_MQUEUE;
}

/* Whether what side a has sent is the fuller way: then a stands under WRITERS. */
static bool turned(const struct system_object *o)
{
	double a = o->level.known && o->limit.known && o->limit.number > 0 ?
		   (double)o->level.number / (double)o->limit.number : 0;
	double b = o->level_b.known && o->limit_b.known && o->limit_b.number > 0 ?
		   (double)o->level_b.number / (double)o->limit_b.number : 0;

	return b > a;
}

static enum side side_of(const struct system_object *o, const struct system_end *e)
{
	if (e->side)
		return (e->side == 'b') != turned(o) ? WRITES : READS;
	if (e->access == 'r')
		return READS;
	return WRITES;
}

static void add_waiter(struct users *u, const struct system *s, int thread)
{
	const struct system_thread *t = &s->thread[thread];
	bool writes = t->wait == WAIT_WRITE || t->wait == WAIT_SEND;
	bool known = false;

	for (size_t i = 0; i < u->count; i++)
		if (u->list[i].process == t->process) {
			known = true;
			u->list[i].mark = '#';
		}
	if (!known)
		add_user(u, s, t->process, writes ? WRITES : READS, true);
}

/* Those who wait, are stopped or dead come first: they are what one looks for. */
static int by_mark(const void *a, const void *b)
{
	const struct user *x = a, *y = b;
	int rank_x = x->mark == '#' ? 0 : x->mark ? 1 : 2, rank_y = y->mark == '#' ? 0 : y->mark ? 1 : 2;

	return rank_x != rank_y ? rank_x - rank_y : x->process - y->process;
}

static void find_users(struct users *u, const struct system *s, int object, int first_waiting, const int *next)
{
	const struct system_object *o = &s->object[object];

	u->count = 0;
	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];

		add_user(u, s, e->process, side_of(o, e), false);
		if (e->access == 'b' && !e->side && one_way(o->kind))
			add_user(u, s, e->process, READS, false);
	}
	for (int i = first_waiting; i >= 0; i = next[i])
		add_waiter(u, s, i);
	if (u->count)
		qsort(u->list, u->count, sizeof *u->list, by_mark);
}

static void add_name(struct text *t, const struct paper *p, const struct system *s, const struct user *u)
{
	const struct system_process *process = &s->process[u->process];
	struct text name = { 0 };

	text_add_printable(&name, process->name, strlen(process->name));
	paper_add(t, p, text_string(&name));
	text_free(&name);
	text_addf(t, " %d", process->pid);
	if (u->mark == '#')
		text_add(t, p->utf8 ? " ■" : " #");
	else if (u->mark)
		text_addf(t, " %c", u->mark);
}

static void add_users(struct text *t, const struct paper *p, const struct system *s, const struct users *u,
		      unsigned sides, int most)
{
	int told = 0, more = 0;

	for (size_t i = 0; i < u->count; i++) {
		if (!(u->list[i].side & sides))
			continue;
		if (most && told == most) {
			more++;
			continue;
		}
		text_add(t, told++ ? ", " : "");
		add_name(t, p, s, &u->list[i]);
	}
	if (more)
		text_addf(t, " +%d", more);
}

/* The threads that wait about each object, as chains. */
static void chain_waiters(const struct system *s, int **waits, int **next)
{
	*waits = memory_new(s->n_objects + 1, sizeof **waits);
	*next = memory_new(s->n_threads + 1, sizeof **next);
	for (size_t i = 0; i < s->n_objects; i++)
		(*waits)[i] = -1;
	for (size_t i = 0; i < s->n_threads; i++) {
		int object = s->thread[i].object;

		(*next)[i] = -1;
		if (object < 0)
			continue;
		(*next)[i] = (*waits)[object];
		(*waits)[object] = (int)i;
	}
}

void system_table_users(struct text *t, const struct paper *p, const struct system *s, int object, int most)
{
	struct users u = { 0 };
	int *waits, *next;
	size_t kept = 0;

	chain_waiters(s, &waits, &next);
	find_users(&u, s, object, waits[object], next);
	for (size_t i = 0; i < u.count; i++) { /* each once, whichever side */
		bool again = false;

		for (size_t k = 0; k < kept; k++)
			again |= u.list[k].process == u.list[i].process;
		if (!again)
			u.list[kept++] = u.list[i];
	}
	u.count = kept;
	add_users(t, p, s, &u, WRITES | READS, most);
	free(u.list);
	free(waits);
	free(next);
}

/* ---- cells ------------------------------------------------------------------------------------ */

static void add_object(struct text *t, const struct system_object *o)
{
	const char *kind = system_kind_word(o->kind);
	struct text name = { 0 };

	text_add_printable(&name, o->name, strlen(o->name));
	/* "pipe:[4711]", "shm 5" say themselves what they are. */
	if (strncmp(text_string(&name), kind, strlen(kind)))
		text_addf(t, "%s ", kind);
	text_add(t, text_string(&name));
	text_free(&name);
}

static void add_number(struct text *t, const struct system_object *o, int64_t number)
{
	if (o->kind == SYSTEM_MQUEUE || o->kind == SYSTEM_EVENT || o->kind == SYSTEM_SEMAPHORE || number < 0)
		text_addf(t, "%lld", (long long)number);
	else
		paper_add_size(t, (uint64_t)number);
}

static void add_gauge(struct text *t, const struct paper *p, const struct system_object *o)
{
	bool turn = turned(o);
	const struct system_reading *level = turn ? &o->level_b : &o->level;
	const struct system_reading *limit = turn ? &o->limit_b : &o->limit;

	if (!level->known) {
		text_add(t, level->why ? "?" : "");
		return;
	}
	if (limit->known && limit->number > 0) {
		paper_add_bar(t, p, (uint64_t)level->number, (uint64_t)limit->number, BAR);
		text_add(t, " ");
	}
	add_number(t, o, level->number);
	if (limit->known && limit->number > 0) {
		text_add(t, "/");
		add_number(t, o, limit->number);
	}
	if (o->kind == SYSTEM_MQUEUE)
		text_add(t, " msgs");
}

static void add_level(struct text *t, const struct paper *p, const struct system_object *o)
{
	switch (o->kind) {
	case SYSTEM_SEGMENT:
		paper_add_size(t, o->sysv.segment.size);
		text_addf(t, ", attached %llu", (unsigned long long)o->sysv.segment.attached);
		return;
	case SYSTEM_SEMAPHORES:
		if (o->sysv.semaphores.count == 1 && o->level.known)
			text_addf(t, "value %lld", (long long)o->level.number);
		else
			text_addf(t, "%u semaphores", o->sysv.semaphores.count);
		return;
	case SYSTEM_SEMAPHORE:
		text_add(t, "value ");
		break;
	case SYSTEM_PIPE:
	case SYSTEM_FIFO:
	case SYSTEM_UNIX:
	case SYSTEM_TCP:
	case SYSTEM_UDP:
	case SYSTEM_TERMINAL:
	case SYSTEM_EVENT:
	case SYSTEM_MQUEUE:
	case SYSTEM_QUEUE:
	case SYSTEM_MEMORY:
	case SYSTEM_FILE:
	case SYSTEM_KINDS:
		break;
	}
	add_gauge(t, p, o);
}

/* How long: since it is so, as far as that was watched; else how long the longest sleeper has slept. */
static int64_t lasted(const struct table *l, int object)
{
	const struct system_object *o = &l->s->object[object];
	int64_t longest = -1;

	if (o->since && l->s->taken > o->since)
		return l->s->taken - o->since;
	for (int i = l->waits[object]; i >= 0; i = l->next[i])
		if (l->s->thread[i].steady && l->s->thread[i].asleep > longest)
			longest = l->s->thread[i].asleep;
	return longest;
}

static void add_state(struct text *t, const struct table *l, int object)
{
	const struct system_object *o = &l->s->object[object];
	int64_t ns = lasted(l, object);
	char text[40];

	switch (o->word) {
	case WORD_STUCK:
		text_add(t, "STUCK");
		break;
	case WORD_LEAKED:
		text_add(t, "LEAKED END");
		break;
	case WORD_ORPHANED:
	case WORD_WAITING:
	case WORD_FLOWING:
	case WORD_IDLE:
	case WORD_UNKNOWN:
		text_add(t, system_word(o->word));
		break;
	}
	if (o->rate.known && o->rate.number > 0) {
		text_add(t, " ");
		paper_add_size(t, (uint64_t)o->rate.number);
		text_add(t, "B/s");
	}
	if (ns > 0 && o->word != WORD_IDLE)
		text_addf(t, " %s", clock_duration(ns, text, sizeof text));
}

static void add_side(struct text *t, const struct table *l, const struct system_object *o, const struct users *u,
		     enum side side)
{
	size_t before = t->length;

	add_users(t, l->paper, l->s, u, side, 1);
	if (t->length == before)
		text_add(t, o->hidden ? "?" : "-");
}

static void fill(struct table *l, struct row *r, struct users *u)
{
	const struct system_object *o = &l->s->object[r->object];
	struct text t[COLUMNS] = { 0 };

	find_users(u, l->s, r->object, l->waits[r->object], l->next);
	add_object(&t[OBJECT], o);
	add_level(&t[LEVEL], l->paper, o);
	add_side(&t[WRITERS], l, o, u, WRITES);
	add_side(&t[READERS], l, o, u, READS);
	add_state(&t[STATE], l, r->object);
	for (int i = 0; i < COLUMNS; i++)
		r->cell[i] = text_take(&t[i]);
}

/* ---- the table -------------------------------------------------------------------------------- */

/* As wide as the widest cell; then what is too wide for the paper is taken from the column that is
 * widest beyond what it needs at least. */
static void measure(struct table *l)
{
	int total = GAP * (COLUMNS - 1);

	for (int c = 0; c < COLUMNS; c++) {
		l->width[c] = width_text(heading[c]);
		for (size_t i = 0; i < l->n; i++) {
			int w = width_text(l->row[i].cell[c]);

			l->width[c] = w > l->width[c] ? w : l->width[c];
		}
		total += l->width[c];
	}
	for (; total > l->paper->width; total--) {
		int widest = -1;

		for (int c = 0; c < COLUMNS; c++)
			if (fewest[c] && l->width[c] > fewest[c] &&
			    (widest < 0 || l->width[c] - fewest[c] > l->width[widest] - fewest[widest]))
				widest = c;
		if (widest < 0)
			break;
		l->width[widest]--;
	}
}

/* A line is made apart: text_pad looks for the beginning of the last line in all of a text. */
static void add_line(struct text *t, const struct table *l, char *const cell[COLUMNS])
{
	struct text line = { 0 };
	int at = 0;

	for (int c = 0; c < COLUMNS; c++) {
		int room = l->paper->width - at < l->width[c] ? l->paper->width - at : l->width[c];

		if (room > 0)
			paper_add_cut(&line, l->paper, cell[c], room);
		at += l->width[c] + GAP;
		if (c + 1 < COLUMNS && at < l->paper->width)
			text_pad(&line, at);
	}
	text_addf(t, "%s\n", text_string(&line));
	text_free(&line);
}

/* Of what needs attention the sentence stands below. */
static void add_what(struct text *t, const struct paper *p, const struct system_object *o)
{
	struct text line = { 0 };

	if (o->word > WORD_ORPHANED || !o->what[0])
		return;
	text_add(&line, "  ");
	paper_add_wrapped(&line, p, o->what, 2);
	text_add(t, text_string(&line));
	text_free(&line);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void system_table_summary(struct text *t, const struct paper *p, const struct system *s)
{
	size_t count[SYSTEM_KINDS] = { 0 }, sockets, sysv;
	struct text line = { 0 };

	for (size_t i = 0; i < s->n_objects; i++)
		count[s->object[i].kind]++;
	sockets = count[SYSTEM_UNIX] + count[SYSTEM_TCP] + count[SYSTEM_UDP];
	sysv = count[SYSTEM_QUEUE] + count[SYSTEM_SEGMENT] + count[SYSTEM_SEMAPHORES];
	text_addf(&line, "%zu process%s, %zu pipe%s, %zu socket%s, %zu System V", s->n_processes,
		  s->n_processes == 1 ? "" : "es", count[SYSTEM_PIPE] + count[SYSTEM_FIFO],
		  plural(count[SYSTEM_PIPE] + count[SYSTEM_FIFO]), sockets, plural(sockets), sysv);
	paper_add_wrapped(t, p, text_string(&line), 2);
	text_clear(&line);
	if (s->hidden_processes) {
		text_addf(&line, "%zu process%s could not be looked into: %s", s->hidden_processes,
			  s->hidden_processes == 1 ? "" : "es", s->hidden_why ? s->hidden_why : "not permitted");
		paper_add_wrapped(t, p, text_string(&line), 2);
	}
	if (s->unlisted)
		paper_add_wrapped(t, p, "processes of other users are not even listed: /proc is mounted with hidepid", 2);
	text_free(&line);
}

void system_table(struct text *t, const struct paper *p, const struct system *s, const int *order, bool all)
{
	struct table l = { .paper = p, .s = s, .row = memory_new(s->n_objects + 1, sizeof *l.row) };
	struct users u = { 0 };
	char *head[COLUMNS];

	chain_waiters(s, &l.waits, &l.next);
	for (size_t i = 0; i < s->n_objects; i++) {
		if (!all && s->object[order[i]].word == WORD_IDLE) {
			l.left_out++;
			continue;
		}
		l.row[l.n].object = order[i];
		fill(&l, &l.row[l.n++], &u);
	}
	measure(&l);
	for (int c = 0; c < COLUMNS; c++)
		head[c] = memory_text(heading[c]);
	if (l.n)
		add_line(t, &l, head);
	for (size_t i = 0; i < l.n; i++) {
		add_line(t, &l, l.row[i].cell);
		add_what(t, p, &s->object[l.row[i].object]);
		for (int c = 0; c < COLUMNS; c++)
			free(l.row[i].cell[c]);
	}
	if (l.left_out)
		text_addf(t, "%zu idle one%s left out: --all shows %s\n", l.left_out, plural(l.left_out),
			  l.left_out == 1 ? "it" : "them");
	for (int c = 0; c < COLUMNS; c++)
		free(head[c]);
	free(l.row);
	free(l.waits);
	free(l.next);
	free(u.list);
}

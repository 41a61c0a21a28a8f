/* SPDX-License-Identifier: MIT */
#include "command/system_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command/columns.h"

enum { OBJECT, LEVEL, WRITERS, READERS, STATE, COLUMNS };
/* From ROOMY columns on bars are long, below NARROW there is none; where it is WIDE a wait stands there as
 * a sentence. */
enum { NARROW = 76, ROOMY = 100, WIDE = 120, BAR = 10, SHORT_BAR = 4, OBJECT_FEWEST = 17, STATE_FEWEST = 13 };

/* How much of a process's name stands there, the first that leaves room for the rest: comm has 15 bytes. */
static const int name_columns[] = { 15, 11, 8, 6, 4 };

static const char *const heading[COLUMNS] = { "OBJECT", "LEVEL", "WRITERS", "READERS", "STATE" };

/* What cells are made from. */
struct sheet {
	const struct paper *paper;
	const struct system *s;
	int *waits;              /* by object: a thread that waits about it, -1 none */
	int *next;               /* by thread: the next one that waits about the same object */
	int name;                /* columns of a process's name at most */
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

static void add_name(struct text *t, const struct paper *p, const struct system *s, const struct user *u, int columns)
{
	const struct system_process *process = &s->process[u->process];
	struct text name = { 0 };

	text_add_printable(&name, process->name, strlen(process->name));
	paper_add_cut(t, p, text_string(&name), columns);
	text_free(&name);
	text_addf(t, " %d", process->pid);
	if (u->mark == '#')
		text_add(t, p->utf8 ? " ■" : " #");
	else if (u->mark)
		text_addf(t, " %c", u->mark);
}

static void add_users(struct text *t, const struct paper *p, const struct system *s, const struct users *u,
		      unsigned sides, int most, int columns)
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
		add_name(t, p, s, &u->list[i], columns);
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
	add_users(t, p, s, &u, WRITES | READS, most, p->width);
	free(u.list);
	free(waits);
	free(next);
}

/* ---- cells ------------------------------------------------------------------------------------ */

static void add_object(struct text *t, const struct system_object *o)
{
	const char *kind = system_kind_word(o->kind);
	/* "unix socket:[4711]" tells no more than "unix [4711]". */
	size_t known = strncmp(o->name, "socket:", 7) ? 0 : 7;
	struct text name = { 0 };

	text_add_printable(&name, o->name + known, strlen(o->name + known));
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
	if (limit->known && limit->number > 0 && p->width >= NARROW) {
		paper_add_bar(t, p, (uint64_t)level->number, (uint64_t)limit->number, p->width < ROOMY ? SHORT_BAR : BAR);
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
		text_addf(t, " x%llu", (unsigned long long)o->sysv.segment.attached);
		return;
	case SYSTEM_SEMAPHORES:
		if (o->sysv.semaphores.count == 1 && o->level.known)
			text_addf(t, "value %lld", (long long)o->level.number);
		else
			text_addf(t, "%u values", o->sysv.semaphores.count);
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
static int64_t lasted(const struct sheet *l, int object)
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

/* "4 min 5 s" to its first unit: a table has no room for more. */
static void add_duration(struct text *t, int64_t ns)
{
	char text[40], *blank;

	clock_duration(ns, text, sizeof text);
	blank = strchr(text, ' ');
	blank = blank ? strchr(blank + 1, ' ') : NULL;
	if (blank)
		*blank = '\0';
	text_addf(t, " %s", text);
}

static void add_state(struct text *t, const struct sheet *l, int object)
{
	const struct system_object *o = &l->s->object[object];
	int64_t ns = lasted(l, object);

	if (o->word == WORD_WAITING && o->what[0] && l->paper->width >= WIDE) {
		text_add_printable(t, o->what, strlen(o->what));
		return;
	}
	if (o->word == WORD_STUCK || o->word == WORD_LEAKED) /* what one should not overlook */
		text_add(t, o->word == WORD_STUCK ? "STUCK" : "LEAKED END");
	else
		text_add(t, system_word(o->word));
	if (o->rate.known && o->rate.number > 0) {
		text_add(t, " ");
		paper_add_size(t, (uint64_t)o->rate.number);
		text_add(t, "B/s");
	}
	if (ns >= CLOCK_S / 10 && (o->word == WORD_STUCK || o->word == WORD_LEAKED || o->word == WORD_WAITING))
		add_duration(t, ns);
}

static void add_side(struct text *t, const struct sheet *l, const struct system_object *o, const struct users *u,
		     enum side side)
{
	size_t before = t->length;

	add_users(t, l->paper, l->s, u, side, 1, l->name);
	if (t->length == before)
		text_add(t, o->hidden ? "?" : "-");
}

static void fill(char **cell, const struct sheet *l, int object, struct users *u)
{
	const struct system_object *o = &l->s->object[object];
	struct text t[COLUMNS] = { 0 };

	find_users(u, l->s, object, l->waits[object], l->next);
	add_object(&t[OBJECT], o);
	add_level(&t[LEVEL], l->paper, o);
	add_side(&t[WRITERS], l, o, u, WRITES);
	add_side(&t[READERS], l, o, u, READS);
	add_state(&t[STATE], l, object);
	for (int i = 0; i < COLUMNS; i++)
		cell[i] = text_take(&t[i]);
}

/* ---- the table -------------------------------------------------------------------------------- */

/* Of what needs attention the sentence stands below. */
static void add_what(struct text *t, const struct paper *p, const struct system_object *o)
{
	struct text what = { 0 }, line = { 0 };

	if (o->word > WORD_ORPHANED || !o->what[0])
		return;
	text_add_printable(&what, o->what, strlen(o->what));
	text_add(&line, "  ");
	paper_add_wrapped(&line, p, text_string(&what), 2);
	text_add(t, text_string(&line));
	text_free(&line);
	text_free(&what);
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

/* Which objects are shown; returns how many. */
static size_t choose(int *shown, const struct system *s, const int *order, bool all)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_objects; i++)
		if (all || s->object[order[i]].word != WORD_IDLE)
			shown[n++] = order[i];
	return n;
}

static void free_cells(char **cell, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(cell[i]);
}

/* Fills in the cells so that whose they are is not cut off, and the columns' widths. */
static void lay_out(char **cell, struct columns *c, struct sheet *l, const int *shown, size_t n)
{
	size_t tries = sizeof name_columns / sizeof *name_columns;
	struct users u = { 0 };

	for (size_t i = 0; i < tries; i++) {
		int least = 2 * (COLUMNS - 1);

		if (i > 0)
			free_cells(cell + COLUMNS, n * COLUMNS);
		l->name = name_columns[i];
		for (size_t k = 0; k < n; k++)
			fill(&cell[(k + 1) * COLUMNS], l, shown[k], &u);
		columns_measure(c, l->paper, cell, n + 1);
		for (int k = 0; k < COLUMNS; k++)
			least += c->fewest[k] && c->width[k] > c->fewest[k] ? c->fewest[k] : c->width[k];
		if (least <= l->paper->width)
			break;
	}
	free(u.list);
}

void system_table(struct text *t, const struct paper *p, const struct system *s, const int *order, bool all)
{
	struct sheet l = { .paper = p, .s = s };
	struct columns columns = { .n = COLUMNS, .fewest = { [OBJECT] = OBJECT_FEWEST, [STATE] = STATE_FEWEST } };
	int *shown = memory_new(s->n_objects + 1, sizeof *shown);
	size_t n = choose(shown, s, order, all), left_out = s->n_objects - n;
	char **cell = memory_new((n + 1) * COLUMNS, sizeof *cell);

	chain_waiters(s, &l.waits, &l.next);
	for (int c = 0; c < COLUMNS; c++)
		cell[c] = memory_text(heading[c]);
	lay_out(cell, &columns, &l, shown, n);
	for (size_t i = 0; i <= n && n; i++) {
		columns_add(t, &columns, p, &cell[i * COLUMNS]);
		if (i > 0)
			add_what(t, p, &s->object[shown[i - 1]]);
	}
	if (left_out)
		text_addf(t, "%zu idle one%s left out: --all shows %s\n", left_out, plural(left_out), left_out == 1 ? "it" : "them");
	free_cells(cell, (n + 1) * COLUMNS);
	free(cell);
	free(shown);
	free(l.waits);
	free(l.next);
}

/* SPDX-License-Identifier: MIT */
#include "command/system_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command/columns.h"
#include "command/rates.h"
#include "command/users.h"

enum { OBJECT, LEVEL, WRITERS, READERS, STATE, COLUMNS };
/* From ROOMY columns on bars are long, below NARROW there is none; where it is WIDE a wait stands there as
 * a sentence. */
enum { NARROW = 76, ROOMY = 100, WIDE = 120, BAR = 10, SHORT_BAR = 4, OBJECT_FEWEST = 17, STATE_FEWEST = 16 };

/* How much of a process's name stands there, the first that leaves room for the rest: comm has 15 bytes. */
static const int name_columns[] = { 15, 11, 8, 6, 4 };

static const char *const heading[COLUMNS] = { "OBJECT", "LEVEL", "WRITERS", "READERS", "STATE" };

/* What cells are made from. */
struct sheet {
	const struct paper *paper;
	const struct system *s;
	struct waiters waiters;
	int name; /* columns of a process's name at most */
};

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
	bool turn = users_turned(o);
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
	for (int i = l->waiters.first[object]; i >= 0; i = l->waiters.next[i])
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
	/* Of what does not flow for certain a bound says nothing that is of use in a table. */
	if (o->word == WORD_FLOWING && o->rate.how != RATE_UNKNOWN && o->rate.moved > 0) {
		text_add(t, " ");
		rates_add(t, o, &o->rate, l->paper->utf8);
	}
	if (ns >= CLOCK_S / 10 && (o->word == WORD_STUCK || o->word == WORD_LEAKED || o->word == WORD_WAITING))
		add_duration(t, ns);
}

static void add_side(struct text *t, const struct sheet *l, const struct system_object *o, const struct users *u,
		     enum users_side side)
{
	size_t before = t->length;

	users_add(t, l->paper, l->s, u, side, 1, l->name);
	if (t->length == before)
		text_add(t, o->hidden ? "?" : "-");
}

static void fill_users(char **cell, const struct sheet *l, int object, struct users *u)
{
	const struct system_object *o = &l->s->object[object];
	struct text writers = { 0 }, readers = { 0 };

	users_find(u, l->s, &l->waiters, object);
	add_side(&writers, l, o, u, USERS_WRITE);
	add_side(&readers, l, o, u, USERS_READ);
	free(cell[WRITERS]);
	free(cell[READERS]);
	cell[WRITERS] = text_take(&writers);
	cell[READERS] = text_take(&readers);
}

static void fill(char **cell, const struct sheet *l, int object)
{
	const struct system_object *o = &l->s->object[object];
	struct text name = { 0 }, level = { 0 }, state = { 0 };

	add_object(&name, o);
	add_level(&level, l->paper, o);
	add_state(&state, l, object);
	cell[OBJECT] = text_take(&name);
	cell[LEVEL] = text_take(&level);
	cell[STATE] = text_take(&state);
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

void system_table_hidden(struct text *t, const struct paper *p, const struct system *s)
{
	struct text line = { 0 };

	if (s->hidden_processes) {
		text_addf(&line, "%zu process%s could not be looked into: %s", s->hidden_processes,
			  s->hidden_processes == 1 ? "" : "es", s->hidden_why ? s->hidden_why : "not permitted");
		paper_add_wrapped(t, p, text_string(&line), 2);
	}
	if (s->unlisted)
		paper_add_wrapped(t, p, "processes of other users are not even listed: /proc is mounted with hidepid", 2);
	text_free(&line);
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
	system_table_hidden(t, p, s);
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

/* Fills in the cells so that whose they are is not cut off, and the columns' widths. */
static void lay_out(char **cell, struct columns *c, struct sheet *l, const int *shown, size_t n)
{
	size_t tries = sizeof name_columns / sizeof *name_columns;
	struct users u = { 0 };

	for (size_t k = 0; k < n; k++)
		fill(&cell[(k + 1) * COLUMNS], l, shown[k]);
	for (size_t i = 0; i < tries; i++) {
		int least = 2 * (COLUMNS - 1);

		l->name = name_columns[i];
		for (size_t k = 0; k < n; k++)
			fill_users(&cell[(k + 1) * COLUMNS], l, shown[k], &u);
		columns_measure(c, l->paper, cell, n + 1);
		for (int k = 0; k < COLUMNS; k++)
			least += c->fewest[k] && c->width[k] > c->fewest[k] ? c->fewest[k] : c->width[k];
		if (least <= l->paper->width)
			break;
	}
	users_free(&u);
}

void system_table(struct text *t, const struct paper *p, const struct system *s, const int *order, bool all)
{
	struct sheet l = { .paper = p, .s = s };
	struct columns columns = { .n = COLUMNS, .fewest = { [OBJECT] = OBJECT_FEWEST, [STATE] = STATE_FEWEST } };
	int *shown = memory_new(s->n_objects + 1, sizeof *shown);
	size_t n = choose(shown, s, order, all), left_out = s->n_objects - n;
	char **cell = memory_new((n + 1) * COLUMNS, sizeof *cell);

	waiters_find(&l.waiters, s);
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
	for (size_t i = 0; i < (n + 1) * COLUMNS; i++)
		free(cell[i]);
	free(cell);
	free(shown);
	waiters_free(&l.waiters);
}

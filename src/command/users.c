/* SPDX-License-Identifier: MIT */
#include "command/users.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static char mark_of(const struct system_process *p)
{
	return p->state == 't' ? 'T' : p->state == 'T' || p->state == 'Z' || p->state == 'D' ? p->state : '\0';
}

static void add_user(struct users *u, const struct system *s, int process, enum users_side side, bool waits)
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

bool users_turned(const struct system_object *o)
{
	double a = o->level.known && o->limit.known && o->limit.number > 0 ?
		   (double)o->level.number / (double)o->limit.number : 0;
	double b = o->level_b.known && o->limit_b.known && o->limit_b.number > 0 ?
		   (double)o->level_b.number / (double)o->limit_b.number : 0;

	return b > a;
}

static enum users_side side_of(const struct system_object *o, const struct system_end *e)
{
	if (e->side)
		return (e->side == 'b') != users_turned(o) ? USERS_WRITE : USERS_READ;
	if (e->access == 'r')
		return USERS_READ;
	return USERS_WRITE;
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
		add_user(u, s, t->process, writes ? USERS_WRITE : USERS_READ, true);
}

/* Those who wait, are stopped or dead come first: they are what one looks for. */
static int by_mark(const void *a, const void *b)
{
	const struct user *x = a, *y = b;
	int rank_x = x->mark == '#' ? 0 : x->mark ? 1 : 2, rank_y = y->mark == '#' ? 0 : y->mark ? 1 : 2;

	return rank_x != rank_y ? rank_x - rank_y : x->process - y->process;
}

void users_find(struct users *u, const struct system *s, const struct waiters *w, int object)
{
	const struct system_object *o = &s->object[object];

	u->count = 0;
	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];

		add_user(u, s, e->process, side_of(o, e), false);
		if (e->access == 'b' && !e->side && one_way(o->kind))
			add_user(u, s, e->process, USERS_READ, false);
	}
	for (int i = w->first[object]; i >= 0; i = w->next[i])
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

void users_add(struct text *t, const struct paper *p, const struct system *s, const struct users *u,
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

void waiters_find(struct waiters *w, const struct system *s)
{
	w->first = memory_new(s->n_objects + 1, sizeof *w->first);
	w->next = memory_new(s->n_threads + 1, sizeof *w->next);
	for (size_t i = 0; i < s->n_objects; i++)
		w->first[i] = -1;
	for (size_t i = 0; i < s->n_threads; i++) {
		int object = s->thread[i].object;

		w->next[i] = -1;
		if (object < 0)
			continue;
		w->next[i] = w->first[object];
		w->first[object] = (int)i;
	}
}

void waiters_free(struct waiters *w)
{
	free(w->first);
	free(w->next);
	*w = (struct waiters){ 0 };
}

void users_free(struct users *u)
{
	free(u->list);
	*u = (struct users){ 0 };
}

void users_once(struct users *u)
{
	size_t kept = 0;

	for (size_t i = 0; i < u->count; i++) {
		bool again = false;

		for (size_t k = 0; k < kept; k++)
			again |= u->list[k].process == u->list[i].process;
		if (!again)
			u->list[kept++] = u->list[i];
	}
	u->count = kept;
}

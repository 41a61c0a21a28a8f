/* SPDX-License-Identifier: MIT */
#include "ui/system_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

void system_rows_free(struct system_rows *r)
{
	free(r->row);
	free(r->turned);
	*r = (struct system_rows){ 0 };
}

/* ---- who a row is about ------------------------------------------------------------------------ */

static struct system_identity identity_of(const struct system *s, const struct system_row *row)
{
	struct system_identity id;

	memset(&id, 0, sizeof id); /* compared as a whole */
	id.kind = -1;
	id.fd = -2;
	if (row->process >= 0) {
		id.pid = s->process[row->process].pid;
		id.start = s->process[row->process].start;
	}
	if (row->object >= 0) {
		const struct system_object *o = &s->object[row->object];

		id.kind = (int)o->kind;
		id.device = o->device;
		id.inode = o->inode;
		id.inode_b = o->inode_b;
	}
	if (row->end >= 0)
		id.fd = s->end[row->end].fd;
	return id;
}

static bool same(const struct system_identity *a, const struct system_identity *b)
{
	return a->pid == b->pid && a->start == b->start && a->kind == b->kind && a->device == b->device &&
	       a->inode == b->inode && a->inode_b == b->inode_b && a->fd == b->fd;
}

int system_sleeper(const struct system *s, int process, int object)
{
	const struct system_process *p = &s->process[process];

	for (int i = p->first_thread; i < p->first_thread + p->n_threads; i++) {
		const struct system_thread *t = &s->thread[i];

		if (t->wait == WAIT_NONE)
			continue;
		if (object < 0 || t->object == object)
			return i;
		for (int k = t->first_watched; k < t->first_watched + t->n_watched; k++)
			if (s->watched[k].object == object)
				return i;
	}
	return -1;
}

static bool has_end(const struct system *s, int process, int object)
{
	const struct system_object *o = &s->object[object];

	for (int i = 0; i < o->n_ends; i++)
		if (s->end[s->by_object[o->first_end + i]].process == process)
			return true;
	return false;
}

int system_waiter(const struct system *s, int object, int thread)
{
	const struct system_thread *before = thread >= 0 ? &s->thread[thread] : NULL;

	if (!s->object[object].waiting) /* most: there may be ten thousand objects and as many threads */
		return -1;
	for (int i = thread + 1; i < (int)s->n_threads; i++) {
		const struct system_thread *t = &s->thread[i];

		if (t->object == object && !(before && before->process == t->process) && !has_end(s, t->process, object))
			return i;
	}
	return -1;
}

int system_row_process(const struct system *s, const struct system_row *row)
{
	const struct system_object *o = row->object >= 0 ? &s->object[row->object] : NULL;
	int writer = -1, any = -1;

	if (row->process >= 0)
		return row->process;
	for (int i = 0; o && i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];
		int thread = system_sleeper(s, e->process, row->object);

		/* Who polls it waits for others, too. */
		if (thread >= 0 && s->thread[thread].object == row->object)
			return e->process;
		if (writer < 0 && e->access == 'w')
			writer = e->process;
		if (any < 0)
			any = e->process;
	}
	if (any < 0 && o) {
		int thread = system_waiter(s, row->object, -1);

		any = thread < 0 ? -1 : s->thread[thread].process;
	}
	return writer >= 0 ? writer : any;
}

/* ---- what is listed ------------------------------------------------------------------------------ */

static bool holds(const char *text, const char *filter)
{
	return strcasestr(text, filter) != NULL;
}

static bool process_matches(const struct system_process *p, const char *word)
{
	const char *state = p->state == 'Z' ? "zombie" : p->state == 'T' || p->state == 't' ? "stopped" : "";
	char pid[16];

	snprintf(pid, sizeof pid, "%d", (int)p->pid);
	return holds(p->name, word) || !strcmp(pid, word) || holds(p->command, word) || holds(state, word);
}

static bool object_matches(const struct system *s, int object, const char *word)
{
	const struct system_object *o = &s->object[object];

	if (holds(o->name, word) || holds(system_kind_word(o->kind), word) || holds(system_word(o->word), word))
		return true;
	for (int i = 0; i < o->n_ends; i++)
		if (process_matches(&s->process[s->end[s->by_object[o->first_end + i]].process], word))
			return true;
	for (int i = -1; (i = system_waiter(s, object, i)) >= 0; )
		if (process_matches(&s->process[s->thread[i].process], word))
			return true;
	return false;
}

/* Each of the words somewhere: "stuck tar" is what one types, in any order. */
static bool filter_matches(const struct system *s, int object, const char *filter)
{
	char words[sizeof ((struct system_rows *)0)->filter], *rest = NULL;

	snprintf(words, sizeof words, "%s", filter);
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		if (!object_matches(s, object, word))
			return false;
	return true;
}

/* The explorer's own, with its stagehand's: whoever looks is not what is looked at. */
static bool is_own(const struct system *s, const struct system_object *o)
{
	pid_t self = getpid();

	for (int i = 0; i < o->n_ends; i++) {
		const struct system_process *p = &s->process[s->end[s->by_object[o->first_end + i]].process];

		if (p->pid != self && p->parent != self)
			return false;
	}
	return o->n_ends > 0;
}

static bool wanted(struct system_rows *r, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];

	if (is_own(s, o))
		return false;
	if (r->filter[0])
		return filter_matches(s, object, r->filter);
	if (r->all || o->word != WORD_IDLE)
		return true;
	r->idle++;
	return false;
}

static struct system_row *add(struct system_rows *r, int object, int process, int end, int depth)
{
	r->row = memory_grow(r->row, &r->room, r->n + 1, sizeof *r->row);
	r->row[r->n] = (struct system_row){ object, process, end, depth, false, false };
	return &r->row[r->n++];
}

static bool is_turned(const struct system_rows *r, const struct system *s, const struct system_row *row)
{
	struct system_identity id = identity_of(s, row);

	for (size_t i = 0; i < r->n_turned; i++)
		if (same(&r->turned[i], &id))
			return true;
	return false;
}

static bool opens(const struct system_rows *r, const struct system *s, struct system_row *row)
{
	row->folds = true;
	row->open = (r->tree != SYSTEM_FLAT) != is_turned(r, s, row);
	return row->open;
}

static void list_object(struct system_rows *r, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	struct system_row *row = add(r, object, -1, -1, 0);

	if ((!o->n_ends && system_waiter(s, object, -1) < 0) || !opens(r, s, row))
		return;
	for (int i = 0; i < o->n_ends; i++) {
		int end = s->by_object[o->first_end + i];

		add(r, object, s->end[end].process, end, 1);
	}
	for (int i = -1; (i = system_waiter(s, object, i)) >= 0; )
		add(r, object, s->thread[i].process, -1, 1);
}

struct ranked { int rank, end; };

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank) : x->end - y->end;
}

/* Each object once, however many descriptors lead there. */
static void list_process(struct system_rows *r, const struct system *s, int process, const int *rank)
{
	const struct system_process *p = &s->process[process];
	struct ranked *own;
	int n = 0;

	if (!opens(r, s, add(r, -1, process, -1, 0)))
		return;
	own = memory_new((size_t)p->n_ends + 1, sizeof *own);
	for (int i = p->first_end; i < p->first_end + p->n_ends; i++)
		if (rank[s->end[i].object] >= 0)
			own[n++] = (struct ranked){ rank[s->end[i].object], i };
	qsort(own, (size_t)n, sizeof *own, by_rank);
	for (int i = 0; i < n; i++)
		if (i == 0 || own[i].rank != own[i - 1].rank)
			add(r, s->end[own[i].end].object, process, own[i].end, 1);
	free(own);
	for (int i = p->first_thread; i < p->first_thread + p->n_threads; i++) {
		int object = s->thread[i].object;

		if (object >= 0 && rank[object] >= 0 && !has_end(s, process, object))
			add(r, object, process, -1, 1);
	}
}

static void list_first(struct system_rows *r, const struct system *s, int process, const int *rank, bool *done)
{
	if (!done[process])
		list_process(r, s, process, rank);
	done[process] = true;
}

/* Processes in the order in which their first objects come; of each the objects in their order. */
static void list_processes(struct system_rows *r, const struct system *s, const int *shown, size_t n)
{
	bool *done = memory_new(s->n_processes + 1, sizeof *done);
	int *rank = memory_new(s->n_objects + 1, sizeof *rank);

	for (size_t i = 0; i < s->n_objects; i++)
		rank[i] = -1;
	for (size_t i = 0; i < n; i++)
		rank[shown[i]] = (int)i;
	for (size_t i = 0; i < n; i++) {
		const struct system_object *o = &s->object[shown[i]];

		for (int k = 0; k < o->n_ends; k++)
			list_first(r, s, s->end[s->by_object[o->first_end + k]].process, rank, done);
		for (int k = -1; (k = system_waiter(s, shown[i], k)) >= 0; )
			list_first(r, s, s->thread[k].process, rank, done);
	}
	free(done);
	free(rank);
}

static void find_choice(struct system_rows *r, const struct system *s)
{
	for (size_t i = 0; r->has_choice && i < r->n; i++) {
		struct system_identity id = identity_of(s, &r->row[i]);

		if (same(&id, &r->choice)) {
			r->chosen = (int)i;
			return;
		}
	}
	system_rows_choose(r, s, r->chosen);
}

void system_rows_build(struct system_rows *r, const struct system *s, const int *order)
{
	int *shown = memory_new(s->n_objects + 1, sizeof *shown);
	size_t n = 0;

	r->n = r->idle = 0;
	for (size_t i = 0; order && i < s->n_objects; i++)
		if (wanted(r, s, order[i]))
			shown[n++] = order[i];
	r->found = n;
	if (r->tree == SYSTEM_BY_PROCESS)
		list_processes(r, s, shown, n);
	else
		for (size_t i = 0; i < n; i++)
			list_object(r, s, shown[i]);
	free(shown);
	find_choice(r, s);
}

/* ---- choosing and folding -------------------------------------------------------------------------- */

const struct system_row *system_rows_chosen(const struct system_rows *r)
{
	return r->chosen >= 0 && (size_t)r->chosen < r->n ? &r->row[r->chosen] : NULL;
}

void system_rows_choose(struct system_rows *r, const struct system *s, int row)
{
	if (row >= (int)r->n)
		row = (int)r->n - 1;
	r->chosen = row < 0 ? 0 : row;
	r->has_choice = r->n > 0;
	if (r->has_choice)
		r->choice = identity_of(s, &r->row[r->chosen]);
}

void system_rows_fold(struct system_rows *r, const struct system *s, const int *order, bool open)
{
	const struct system_row *row = system_rows_chosen(r);

	if (row && !row->folds && !open) {
		int up = r->chosen;

		while (up > 0 && r->row[up].depth)
			up--;
		system_rows_choose(r, s, up);
		row = system_rows_chosen(r);
	}
	if (!row || !row->folds || row->open == open)
		return;
	if (is_turned(r, s, row)) {
		struct system_identity id = identity_of(s, row);

		for (size_t i = 0; i < r->n_turned; i++)
			if (same(&r->turned[i], &id))
				r->turned[i--] = r->turned[--r->n_turned];
	} else {
		r->turned = memory_grow(r->turned, &r->room_turned, r->n_turned + 1, sizeof *r->turned);
		r->turned[r->n_turned++] = identity_of(s, row);
	}
	system_rows_build(r, s, order);
}

void system_rows_turn(struct system_rows *r, enum system_tree tree)
{
	r->tree = tree;
	r->n_turned = 0;
}

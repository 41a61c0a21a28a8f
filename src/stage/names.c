/* SPDX-License-Identifier: MIT */
/* What names stand for, and the names of numbers.
 *
 * A name that a process gave means, to that process, what it got; to its children what they inherited;
 * to all others the latest. So two processes that attach one segment may both call it `a`. */
#include <fcntl.h>
#include <string.h>

#include "stage/internal.h"

bool stage_resolve_end(const struct stage *s, const char *who, const char *name, const char *end,
		       int64_t *number)
{
	const struct object *o = object_named(s, name, NULL);
	const struct member *m = member_find(s, who);
	int made, lowest = -1;

	if (!o || end[1] || !strchr(o->class->letters, end[0]))
		return false;
	made = end[0] == o->class->letters[0] ? o->made_r : o->made_w;
	for (size_t i = 0; m && i < m->descriptors.count; i++) {
		const struct descriptor *d = &m->descriptors.list[i];
		char e = m->leads[i] == o->serial ? o->class->end(o, d) : '\0';

		if (e != end[0] && !(e == 'b' && o->slots))
			continue;
		if (d->number == made || lowest < 0)
			lowest = d->number;
	}
	*number = lowest >= 0 ? lowest : made;
	return *number >= 0;
}

static const struct bound *bound_by(const struct stage *s, int place, const char *name)
{
	for (int i = s->n_bound - 1; i >= 0; i--)
		if ((place < 0 || s->bound[i].place == place) && !strcmp(s->bound[i].name, name))
			return &s->bound[i];
	return NULL;
}

/* Its own, else of those it came from by fork, else anybody's. */
static const struct bound *bound_for(const struct stage *s, const struct member *m, const char *name)
{
	for (int i = 0; m && i < STAGE_MEMBERS; i++) {
		const struct bound *b = bound_by(s, m->place, name);

		if (b)
			return b;
		m = m->forked_from < 0 ? NULL : member_of_place(s, m->forked_from);
	}
	return bound_by(s, -1, name);
}

bool stage_resolve(const struct stage *s, const char *who, const char *name, int64_t *number)
{
	const struct member *m = member_find(s, name);
	const struct bound *b = bound_for(s, who ? member_find(s, who) : NULL, name);

	if (b)
		*number = b->number;
	else if (m)
		*number = m->pid;
	return b || m;
}

/* ---- and back --------------------------------------------------------------------------------- */

static const char *process_name(void *data, int64_t pid)
{
	const struct member *who = data, *m = member_of_pid(who->stage, pid);

	return m && pid > 0 ? m->name : NULL;
}

/* Whether that is what the name means to the process: 2 because it, or who it came from, gave it; 1 because
 * it is the latest of that name; 0 not at all. */
static int means(const struct member *who, const struct bound *b)
{
	if (bound_for(who->stage, who, b->name) != b)
		return 0;
	return 1 + (member_descends(who, b->place) ? 1 : 0);
}

/* The name that stands for a number of a type, to that process; its own rather than others'. */
static const struct bound *named(const struct member *who, enum result_type type, int kind, int64_t n)
{
	const struct stage *s = who->stage;
	const struct bound *best = NULL;
	int most = 0;

	for (int i = s->n_bound - 1; i >= 0; i--)
		if (s->bound[i].number == n && s->bound[i].type == type && s->bound[i].kind == kind && means(who, &s->bound[i]) > most) {
			best = &s->bound[i];
			most = means(who, best);
		}
	return best;
}

static const char *object_name_of(void *data, const char *what, int64_t id)
{
	const struct bound *b = named(data, RESULT_OBJECT, sysv_kind_of(what), id);

	return b ? b->name : NULL;
}

static const char *number_name(void *data, enum result_type type, int64_t n)
{
	const struct bound *b = named(data, type, 0, n);

	return b ? b->name : NULL;
}

/* What this very call gave the name to: it had none when the call was made. */
static bool named_now(const struct member *who, const struct bound *b)
{
	return b->place == who->place && !strcmp(b->name, who->order.bind);
}

/* The nearest at or before it: "a + 64". Beyond what was mapped there nothing is called after it, unless
 * by a page: the place right behind is what some lessons are about. */
static const char *address_name(void *data, int64_t address, int64_t *offset)
{
	const struct member *who = data;
	const struct stage *s = who->stage;
	const struct bound *best = NULL;
	int most = 0;

	for (int i = 0; i < s->n_bound; i++) {
		const struct bound *b = &s->bound[i];
		int64_t room = (b->length ? b->length : (int64_t)s->page) + (int64_t)s->page;
		bool near = b->type == RESULT_ADDRESS && b->number <= address && address - b->number <= room;
		int how = near && !named_now(who, b) ? means(who, b) : 0;

		if (how > most || (how && how == most && b->number > best->number)) {
			best = b;
			most = how;
		}
	}
	*offset = best ? address - best->number : 0;
	return best ? best->name : NULL;
}

struct call_names stage_names(const struct stage *s, const char *who)
{
	const struct member *m = s ? member_find(s, who) : NULL;

	if (!m)
		return (struct call_names){ 0 };
	return (struct call_names){ .process = process_name, .object = object_name_of, .address = address_name,
				    .number = number_name, .data = (void *)(uintptr_t)m };
}

struct call_names stage_shown_names(const struct stage *s, const char *who)
{
	struct call_names names = stage_names(s, who);

	return (struct call_names){ .object = names.object, .address = names.address, .data = names.data };
}

bool stage_has_pid(const struct stage *s, int64_t pid)
{
	return pid > 0 && member_of_pid(s, pid);
}

const char *stage_nth_name(const struct stage *s, int n)
{
	if (n < s->n_members)
		return s->member[n]->name;
	n -= s->n_members;
	if (n < s->n_objects)
		return s->object[n]->name;
	n -= s->n_objects;
	return n < s->n_bound ? s->bound[n].name : NULL;
}

/* SPDX-License-Identifier: MIT */
/* What names stand for, and the names of numbers. */
#include <fcntl.h>
#include <string.h>

#include "stage/internal.h"

static bool leads(const struct descriptor *d, const struct object *o, char end)
{
	int access = d->flags & O_ACCMODE;

	if (o->kind == OBJECT_PAIR)
		return d->inode == (end == 'a' ? o->identity : o->identity_b);
	return d->inode == o->identity && (end == 'r' ? access != O_WRONLY : access != O_RDONLY);
}

bool stage_resolve_end(const struct stage *s, const char *who, const char *name, const char *end,
		       int64_t *number)
{
	const struct object *o = objects_named(s, name);
	const struct member *m = member_find(s, who);
	char e = end[0];
	bool first = e == 'r' || e == 'a';
	int made, lowest = -1;

	if (!o || o->kind > OBJECT_PAIR || end[1] || !strchr(o->kind == OBJECT_PAIR ? "ab" : "rw", e))
		return false;
	made = first ? o->made_r : o->made_w;
	for (size_t i = 0; m && i < m->descriptors.count; i++) {
		const struct descriptor *d = &m->descriptors.list[i];

		if (!leads(d, o, e))
			continue;
		if (d->number == made || lowest < 0)
			lowest = d->number;
	}
	*number = lowest >= 0 ? lowest : made;
	return *number >= 0;
}

bool stage_resolve(const struct stage *s, const char *name, int64_t *number)
{
	const struct member *m = member_find(s, name);

	for (int i = 0; i < s->n_bound; i++)
		if (!strcmp(s->bound[i].name, name)) {
			*number = s->bound[i].number;
			return true;
		}
	if (m)
		*number = m->pid;
	return m != NULL;
}

static const char *process_name(void *data, int64_t pid)
{
	const struct member *m = member_of_pid(data, pid);

	return m && pid > 0 ? m->name : NULL;
}

static const char *object_name(void *data, int64_t id)
{
	const struct stage *s = data;

	for (int i = s->n_bound - 1; i >= 0; i--)
		if (s->bound[i].number == id &&
		    (s->bound[i].type == RESULT_OBJECT || s->bound[i].type == RESULT_ADDRESS))
			return s->bound[i].name;
	return NULL;
}

struct call_names stage_names(const struct stage *s)
{
	return (struct call_names){ process_name, object_name, (void *)(uintptr_t)s };
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

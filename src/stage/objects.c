/* SPDX-License-Identifier: MIT */
/* The objects between processes: a table of them, and of their kinds. What a kind is made of is
 * in a file of its own, object_KIND.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "probe/fdinfo.h"
#include "stage/internal.h"

static const struct object_class *const classes[OBJECT_KINDS] = {
	[OBJECT_PIPE] = &object_class_pipe, [OBJECT_FIFO] = &object_class_fifo,
	[OBJECT_SOCKET] = &object_class_socket, [OBJECT_TERMINAL] = &object_class_terminal,
	[OBJECT_FILE] = &object_class_file, [OBJECT_EVENT] = &object_class_event,
	[OBJECT_MQUEUE] = &object_class_mqueue, [OBJECT_MEMORY] = &object_class_memory,
	[OBJECT_SEMAPHORE] = &object_class_semaphore, [OBJECT_MUTEX] = &object_class_mutex,
	[OBJECT_QUEUE] = &object_class_queue, [OBJECT_SEGMENT] = &object_class_segment,
	[OBJECT_SEMAPHORES] = &object_class_semaphores,
};

/* ---- the table ----------------------------------------------------------------------------- */

static void release(struct object *o)
{
	free(o->slots);
	free(o);
}

void objects_remove_all(struct stage *s)
{
	for (int i = 0; i < s->n_objects; i++)
		release(s->object[i]);
	s->n_objects = 0;
}

/* Takes off one that is gone, the oldest, when the table is full. */
static void make_room(struct stage *s)
{
	for (int i = 0; i < s->n_objects; i++)
		if (s->object[i]->gone) {
			object_remove(s, s->object[i]);
			return;
		}
}

void object_remove(struct stage *s, struct object *o)
{
	int i = 0;

	while (i < s->n_objects && s->object[i] != o)
		i++;
	if (i == s->n_objects)
		return;
	release(o);
	memmove(&s->object[i], &s->object[i + 1], sizeof *s->object * (size_t)(s->n_objects - i - 1));
	s->n_objects--;
	stage_changed(s);
}

struct object *object_add(struct stage *s, enum object_kind kind, uint64_t identity)
{
	struct object *o;

	if (s->n_objects == STAGE_OBJECTS)
		make_room(s);
	if (s->n_objects == STAGE_OBJECTS)
		return NULL;
	o = memory_new(1, sizeof *o);
	o->serial = ++s->serial;
	o->kind = o->shown.kind = kind;
	o->class = classes[kind];
	o->identity = identity;
	o->made_r = o->made_w = o->holder = -1;
	o->number = -1;
	s->object[s->n_objects++] = o;
	if (o->class->begin)
		o->class->begin(s, o);
	stage_changed(s);
	return o;
}

size_t object_plain_length(const struct stage *s, const char *name)
{
	const char *suffix = board_suffix(s->board);
	size_t n = strlen(name), end = strlen(suffix);

	return n > end && !strcmp(name + n - end, suffix) ? n - end : n;
}

/* ---- finding --------------------------------------------------------------------------------- */

struct object *object_of_serial(const struct stage *s, uint32_t serial)
{
	for (int i = s->n_objects - 1; serial && i >= 0; i--)
		if (s->object[i]->serial == serial)
			return s->object[i];
	return NULL;
}

struct object *object_of_inode(const struct stage *s, uint64_t device, uint64_t inode)
{
	for (int i = s->n_objects - 1; i >= 0; i--) {
		struct object *o = s->object[i];

		if (!o->gone && object_kind_has_ends(o->kind) && o->device == device &&
		    (o->identity == inode || o->identity_b == inode))
			return o;
	}
	return NULL;
}

static bool is_called(const struct object *o, const char *name, int *side)
{
	*side = picture_side_find(&o->shown, name);
	return *side >= 0 || !strcmp(o->name, name) || !strcmp(o->alias[0], name) || !strcmp(o->alias[1], name);
}

struct object *object_named(const struct stage *s, const char *name, int *side)
{
	int which;

	for (int i = s->n_objects - 1; name[0] && i >= 0; i--)
		if (is_called(s->object[i], name, &which)) {
			if (side)
				*side = which;
			return s->object[i];
		}
	return NULL;
}

/* A name goes to whom it is given last. */
static void take_name(struct stage *s, struct object *o, const char *as)
{
	for (int i = 0; i < s->n_objects; i++) {
		struct object *before = s->object[i];

		for (int k = 0; k < 2; k++) {
			if (!strcmp(before->alias[k], as))
				before->alias[k][0] = '\0';
			if (picture_side_find(&before->shown, as) == k)
				before->shown.socket.side[k].name[0] = '\0';
		}
		if (before != o && !strcmp(before->name, as))
			snprintf(before->name, sizeof before->name, "%.18s-%llu", as,
				 (unsigned long long)before->identity % 100000000);
	}
}

void object_name(struct stage *s, struct object *o, const char *as)
{
	if (o->named && !strcmp(o->name, as))
		return;
	take_name(s, o, as);
	if (!o->named) {
		snprintf(o->name, sizeof o->name, "%s", as);
		o->named = true;
	} else {
		snprintf(o->alias[o->alias[0][0] != '\0'], sizeof o->alias[0], "%s", as);
	}
	stage_changed(s);
}

/* ---- from descriptor tables -------------------------------------------------------------------- */

const struct descriptor *object_descriptor(const struct member *m, int64_t fd)
{
	for (size_t i = 0; i < m->descriptors.count; i++)
		if (m->descriptors.list[i].number == fd)
			return &m->descriptors.list[i];
	return NULL;
}

bool object_leads_to(const struct stage *s, const struct object *o, const struct member *m, const struct descriptor *d)
{
	if (o->gone || !object_kind_has_ends(o->kind))
		return false;
	if (o->class->is)
		return o->class->is(s, o, m, d);
	return d->inode && d->device == o->device && (d->inode == o->identity || d->inode == o->identity_b);
}

static struct object *found(struct stage *s, const struct descriptor *d)
{
	const char *slash = strrchr(d->name, '/'), *name = slash ? slash + 1 : d->name;

	for (int kind = 0; kind < OBJECT_KINDS; kind++) {
		struct object *o;

		if (!classes[kind]->finds || !classes[kind]->finds(s, d))
			continue;
		o = object_add(s, (enum object_kind)kind, d->inode);
		if (!o)
			return NULL;
		o->device = d->device;
		if (slash)
			snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, d->name);
		snprintf(o->name, sizeof o->name, "%.*s", (int)object_plain_length(s, name), name);
		return o;
	}
	return NULL;
}

void object_hold(struct object *o, const struct member *m, int64_t fd)
{
	for (int i = 0; i < o->n_hold; i++)
		if (o->hold[i].place == m->place && o->hold[i].fd == fd)
			return;
	if (o->n_hold < HELD)
		o->hold[o->n_hold++] = (struct held){ m->place, (int)fd };
}

void objects_let_go(struct stage *s, const struct member *m, int64_t fd)
{
	for (int i = 0; i < s->n_objects; i++) {
		struct object *o = s->object[i];

		for (int k = o->n_hold - 1; k >= 0; k--)
			if (o->hold[k].place == m->place && o->hold[k].fd == fd)
				o->hold[k] = o->hold[--o->n_hold];
	}
}

bool object_is_held_as(const struct stage *s, const struct object *o, const struct member *m, int fd)
{
	for (int i = 0; i < o->n_hold; i++)
		if (o->hold[i].place == m->place && o->hold[i].fd == fd)
			return true;
	for (int i = 0; i < o->n_hold; i++) {
		const struct member *other = member_of_place(s, o->hold[i].place);
		int same = other && !other->dead ? fdinfo_same_file(other->pid, o->hold[i].fd, m->pid, fd) : -ESRCH;

		if (same >= 0) /* else it has died, or a program closed it: the next one tells */
			return same;
	}
	return false;
}

/* A terminal's slave is told by its inode, not by kcmp. */
static void hold(struct object *o, const struct member *m, const struct descriptor *d)
{
	if (o->class->is && d->inode != o->identity)
		object_hold(o, m, d->number);
}

static uint32_t leads_to(struct stage *s, const struct member *m, const struct descriptor *d)
{
	struct object *o;

	for (int i = s->n_objects - 1; i >= 0; i--)
		if (object_leads_to(s, s->object[i], m, d)) {
			hold(s->object[i], m, d);
			return s->object[i]->serial;
		}
	o = found(s, d);
	return o ? o->serial : 0;
}

void objects_from_descriptors(struct stage *s, struct member *m)
{
	m->leads = memory_grow(m->leads, &m->leads_room, m->descriptors.count + 1, sizeof *m->leads);
	for (size_t i = 0; i < m->descriptors.count; i++)
		m->leads[i] = leads_to(s, m, &m->descriptors.list[i]);
}

struct object *object_of_descriptor(const struct stage *s, const struct member *m, int64_t fd)
{
	for (size_t i = 0; i < m->descriptors.count; i++)
		if (m->descriptors.list[i].number == fd)
			return object_of_serial(s, m->leads[i]);
	return NULL;
}

const struct descriptor *object_holder(const struct stage *s, const struct object *o, const struct member **holder)
{
	for (int i = 0; i < s->n_members; i++)
		for (size_t k = 0; !s->member[i]->dead && k < s->member[i]->descriptors.count; k++)
			if (s->member[i]->leads[k] == o->serial) {
				*holder = s->member[i];
				return &s->member[i]->descriptors.list[k];
			}
	return NULL;
}

/* ---- levels ------------------------------------------------------------------------------------- */

void object_unknown(struct reading *r, const char *why)
{
	*r = (struct reading){ .why = why };
}

void object_known(struct reading *r, int64_t number)
{
	*r = (struct reading){ .known = true, .number = number };
}

const char *object_why(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return "not permitted: needs the same user, or root";
	case ENOSYS:
		return "this kernel has no interface for it";
	default:
		return "could not be read";
	}
}

static void count_holders(struct stage *s, struct object *o)
{
	int readers = 0, writers = 0;

	o->n_hold = 0;
	for (int i = 0; i < s->n_members; i++) {
		const struct member *m = s->member[i];
		bool reads = false, writes = false;

		for (size_t k = 0; k < m->descriptors.count; k++) {
			int access = m->descriptors.list[k].flags & O_ACCMODE;

			if (m->leads[k] != o->serial)
				continue;
			hold(o, m, &m->descriptors.list[k]);
			reads |= access != O_WRONLY;
			writes |= access != O_RDONLY;
		}
		readers += reads;
		writers += writes;
	}
	object_known(&o->shown.readers, readers);
	object_known(&o->shown.writers, writers);
	if (o->others)
		o->shown.readers = o->shown.writers = (struct reading){ .why = OUTSIDE_OTHERS };
	o->held = readers || writers || o->others;
}

void objects_sample(struct stage *s)
{
	static struct picture_object before;

	s->sampling++;
	sockets_gather(s);
	for (int i = 0; i < s->n_objects; i++) {
		struct object *o = s->object[i];

		if (o->gone)
			continue;
		before = o->shown;
		if (object_kind_has_ends(o->kind))
			count_holders(s, o);
		o->class->sample(s, o);
		if (o->gone || memcmp(&before, &o->shown, sizeof before))
			stage_changed(s);
	}
}

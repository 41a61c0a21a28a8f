/* SPDX-License-Identifier: MIT */
/* Which objects are shown where not all have room, and in which order. */
#include "ui/scene_internal.h"

#include <string.h>

/* Nothing to show; there, but nobody's; somebody's; somebody is in a call about it. */
enum worth { GONE, IDLE, HELD, CALLED, WORTHS };

static bool is_held(const struct picture *p, int object)
{
	for (int i = 0; i < p->n_processes; i++)
		for (int k = 0; k < p->process[i].n_ends && k < PICTURE_ENDS; k++)
			if (p->process[i].ends[k].object == object)
				return true;
	return !object_kind_has_ends(p->object[object].kind);
}

static bool is_called(const struct picture *p, int object)
{
	for (int i = 0; i < p->n_processes; i++)
		if (p->process[i].call[0] && p->process[i].call_object == object)
			return true;
	return false;
}

static enum worth worth_of(const struct picture *p, int object)
{
	return p->object[object].gone ? GONE : is_called(p, object) ? CALLED : is_held(p, object) ? HELD : IDLE;
}

/* A file that can be seen in the memory that is mapped from it, all of it: a second picture of the same
 * bytes tells nothing more, unless the file has a cursor. Shared memory has none. */
static bool seen_in_memory(const struct picture *p, int file)
{
	const struct picture_object *f = &p->object[file];

	if (f->kind != OBJECT_FILE || f->gone || f->file.n_locks || (is_held(p, file) && strncmp(f->path, "/dev/shm/", 9)))
		return false;
	for (int i = 0; i < p->n_objects; i++) {
		const struct picture_object *o = &p->object[i];

		if (o->kind == OBJECT_MEMORY && !o->gone && !o->memory.is_private && !strcmp(o->memory.backing, f->name) &&
		    f->file.size.known && f->file.size.number >= (int64_t)o->memory.size)
			return true;
	}
	return false;
}

/* What is worth most is chosen, and stands in the picture's order: nothing changes places while it is
 * used. What is gone is shown when there is nothing else, the latest alone. */
int scene_choose_things(const struct picture *p, int room, int *chosen, int *left_out)
{
	int count[WORTHS] = { 0 }, n = 0, least = WORTHS, some = 0;

	for (int i = 0; i < p->n_objects; i++)
		if (!seen_in_memory(p, i))
			count[worth_of(p, i)]++;
	*left_out = 0;
	if (count[GONE] == p->n_objects) {
		chosen[0] = p->n_objects - 1;
		return p->n_objects > 0;
	}
	/* all of those worth more than `least` have room, and `some` of those that are worth that */
	while (least > IDLE && room > 0) {
		least--;
		some = count[least] < room ? count[least] : room;
		room -= some;
	}
	for (int i = 0; i < p->n_objects; i++) {
		enum worth w = worth_of(p, i);

		if (w == GONE || seen_in_memory(p, i))
			continue;
		if ((int)w > least || ((int)w == least && some-- > 0))
			chosen[n++] = i;
		else
			++*left_out;
	}
	return n;
}

int scene_thing_need(const struct scene_thing *t, int width)
{
	const struct picture_object *o = t->object;

	if (o->gone)
		return 0;
	if (o->kind == OBJECT_SEMAPHORE || o->kind == OBJECT_MUTEX || o->kind == OBJECT_SEMAPHORES)
		return scene_semaphores_need(t);
	return o->kind == OBJECT_FILE && o->file.n_locks > 0 ? scene_file_height(t, width) : 0;
}

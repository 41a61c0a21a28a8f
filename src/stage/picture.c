/* SPDX-License-Identifier: MIT */
#include "stage/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct picture *picture_copy(const struct picture *p)
{
	struct picture *c = memory_copy(p, sizeof *p);

	c->process = memory_copy(p->process, sizeof *p->process * (size_t)p->n_processes);
	c->object = memory_copy(p->object, sizeof *p->object * (size_t)p->n_objects);
	c->sysv = memory_copy(p->sysv, sizeof *p->sysv * (size_t)p->n_sysv);
	c->sysv_ours = memory_copy(p->sysv_ours, sizeof *p->sysv_ours * (size_t)p->n_sysv);
	c->posix = memory_copy(p->posix, sizeof *p->posix * (size_t)p->n_posix);
	c->posix_ours = memory_copy(p->posix_ours, sizeof *p->posix_ours * (size_t)p->n_posix);
	return c;
}

void picture_free(struct picture *p)
{
	if (!p)
		return;
	free(p->process);
	free(p->object);
	free(p->sysv);
	free(p->sysv_ours);
	free(p->posix);
	free(p->posix_ours);
	free(p);
}

int picture_process_find(const struct picture *p, const char *name)
{
	for (int i = 0; i < p->n_processes; i++)
		if (!strcmp(p->process[i].name, name))
			return i;
	return -1;
}

int picture_object_find(const struct picture *p, const char *name)
{
	for (int i = 0; i < p->n_objects; i++)
		if (!strcmp(p->object[i].name, name))
			return i;
	for (int i = 0; name[0] && i < p->n_objects; i++)
		if (!strcmp(p->object[i].alias[0], name) || !strcmp(p->object[i].alias[1], name) ||
		    picture_side_find(&p->object[i], name) >= 0)
			return i;
	return -1;
}

const char *process_state_word(enum process_state s)
{
	static const char *const word[] = {
		[PROCESS_STARTING] = "starting", [PROCESS_READY] = "ready", [PROCESS_CALLING] = "calling",
		[PROCESS_BLOCKED] = "blocked", [PROCESS_RUNNING] = "running", [PROCESS_STOPPED] = "stopped",
		[PROCESS_ZOMBIE] = "zombie", [PROCESS_ENDED] = "ended",
	};

	return word[s];
}

const char *object_kind_word(enum object_kind k)
{
	static const char *const word[] = {
		[OBJECT_PIPE] = "pipe", [OBJECT_FIFO] = "FIFO", [OBJECT_SOCKET] = "socket",
		[OBJECT_TERMINAL] = "terminal", [OBJECT_FILE] = "file", [OBJECT_EVENT] = "event",
		[OBJECT_MQUEUE] = "queue", [OBJECT_MEMORY] = "memory", [OBJECT_SEMAPHORE] = "semaphore",
		[OBJECT_MUTEX] = "mutex", [OBJECT_QUEUE] = "queue", [OBJECT_SEGMENT] = "shared memory",
		[OBJECT_SEMAPHORES] = "semaphores",
	};

	return word[k];
}

bool object_kind_has_ends(enum object_kind k)
{
	return k <= OBJECT_MQUEUE;
}

bool picture_waits(const struct picture *p, int i, int object, int index)
{
	const struct picture_process *m = &p->process[i];

	return m->state == PROCESS_BLOCKED && m->call_object == object && (index < 0 || m->call_index == index);
}

int picture_side_find(const struct picture_object *o, const char *name)
{
	for (int i = 0; i < 2 && (o->kind == OBJECT_SOCKET || o->kind == OBJECT_TERMINAL); i++)
		if (o->socket.side[i].name[0] && !strcmp(o->socket.side[i].name, name))
			return i;
	return -1;
}

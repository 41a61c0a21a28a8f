/* SPDX-License-Identifier: MIT */
/* Pictures made by hand: memory, queues, semaphores. */
#include "tests/ui/sample.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { PAGE = 4096 };

static struct reading number(int64_t n)
{
	return (struct reading){ .known = true, .number = n };
}

/* Asleep in a call about part `index` of object 0. */
static struct picture_process *sleeper(struct picture *p, const char *name, int pid, const char *call, const char *call_name, int index)
{
	struct picture_process *one = sample_process(p, name, pid, PROCESS_BLOCKED);

	sample_call(one, call, call_name, -1);
	one->call_object = 0;
	one->call_index = index;
	one->since = SAMPLE_NOW - (5000 - pid) * CLOCK_MS;
	return one;
}

static struct picture_process *idle(struct picture *p, const char *name, int pid)
{
	struct picture_process *one = sample_process(p, name, pid, PROCESS_READY);

	one->call_object = -1;
	return one;
}

/* ---- memory --------------------------------------------------------------------------------- */

static void word_cell(struct picture_memory *m, uint32_t offset)
{
	m->cell[m->n_cells++] = (struct picture_cell){ .kind = CELL_WORD, .offset = offset, .length = 4 };
}

static struct picture_view *view(struct picture_memory *m, const char *process, uint64_t address, bool shared, const char *pages)
{
	struct picture_view *v = &m->view[m->n_views++];

	snprintf(v->process, sizeof v->process, "%s", process);
	snprintf(v->page, sizeof v->page, "%s", pages);
	v->address = address;
	v->shared = shared;
	v->readable = v->writable = true;
	return v;
}

static void word(struct picture_view *v, int cell, int32_t value)
{
	v->known[cell] = true;
	v->value[cell].word = value;
}

struct picture *sample_shared(void)
{
	struct picture *p = sample_new();
	struct picture_object *o;
	struct picture_memory *m;

	idle(p, "parent", 4710);
	idle(p, "seller", 4711);
	o = sample_object(p, OBJECT_SEGMENT, "m");
	m = &o->memory;
	o->sysv.kind = SYSV_SEGMENT;
	o->sysv.key = 0x6f02a1;
	o->sysv.segment.size = m->size = 4097;
	o->sysv.segment.attached = 2;
	m->resident = number(1);
	m->page_size = PAGE;
	word_cell(m, 0);
	word_cell(m, 4);
	m->cell[m->n_cells++] = (struct picture_cell){ .kind = CELL_TEXT, .offset = 64, .length = 5 };
	m->cell[1].written = true;
	for (int i = 0; i < 2; i++) {
		struct picture_view *v = view(m, i ? "seller" : "parent", i ? 0x7f3c2b4c2000 : 0x7f12a09fe000, true, "s.");

		word(v, 0, 100);
		word(v, 1, 99);
		v->known[2] = true;
		snprintf(v->value[2].text, sizeof v->value[2].text, "hello");
		v->wrote = i;
	}
	return p;
}

struct picture *sample_copied(void)
{
	struct picture *p = sample_new();
	struct picture_object *o;
	struct picture_memory *m;

	idle(p, "parent", 4710);
	idle(p, "child", 4711);
	o = sample_object(p, OBJECT_MEMORY, "m");
	m = &o->memory;
	snprintf(m->backing, sizeof m->backing, "anonymous");
	m->size = 3 * PAGE;
	m->page_size = PAGE;
	m->is_private = true;
	word_cell(m, 0);
	word_cell(m, PAGE);
	m->cell[0].written = true;
	for (int i = 0; i < 2; i++) {
		struct picture_view *v = view(m, i ? "child" : "parent", 0x7f12a09fe000, false, "os.");

		word(v, 0, i ? 6 : 5);
		word(v, 1, 7);
		v->wrote = i;
	}
	return p;
}

struct picture *sample_views(void)
{
	static const char *const name[] = { "parent", "first", "second", "third", "a_long_name", "fifth" };
	struct picture *p = sample_new();
	struct picture_object *o;
	struct picture_memory *m;

	for (int i = 0; i < 6; i++)
		idle(p, name[i], 4710 + i);
	o = sample_object(p, OBJECT_MEMORY, "m");
	m = &o->memory;
	snprintf(m->backing, sizeof m->backing, "m");
	m->size = 1 << 20;
	m->page_size = PAGE;
	m->more_views = 2;
	for (int i = 0; i < PICTURE_CELLS; i++)
		word_cell(m, (uint32_t)i * PAGE * 2);
	for (int i = 0; i < 6; i++) {
		struct picture_view *v = view(m, name[i], 0x7f12a09fe000 + (uint64_t)i * 65536, true, "ssss..ss.w??ss..");

		for (int k = 0; k < PICTURE_CELLS; k++)
			if (k != 5)
				word(v, k, -1000000 * k);
	}
	return p;
}

/* ---- queues --------------------------------------------------------------------------------- */

static void message(struct picture_queue *q, int64_t type, const char *text, uint32_t length)
{
	struct picture_message *m = &q->message[q->n_messages++];

	m->type = type;
	m->length = length;
	snprintf(m->text, sizeof m->text, "%s", text);
	q->messages = number(q->messages.number + 1);
	q->bytes = number(q->bytes.number + length);
}

struct picture *sample_queue(void)
{
	struct picture *p = sample_new();
	struct picture_object *o;

	idle(p, "parent", 4710);
	sleeper(p, "client", 4711, "msgrcv(101, 100, 5, 0)", "msgrcv", 0);
	o = sample_object(p, OBJECT_QUEUE, "q");
	o->sysv.key = 0x6f02a1;
	o->queue.limit = number(16384);
	snprintf(o->queue.last_sender, PICTURE_NAME, "parent");
	message(&o->queue, 1, "hello", 5);
	message(&o->queue, 2, "bbbbbbbbbbbbbbbbbbb", 300); /* how it begins */
	message(&o->queue, 1, "you", 3);
	return p;
}

struct picture *sample_queue_full(void)
{
	struct picture *p = sample_new();
	struct picture_object *o;

	idle(p, "parent", 4710);
	sleeper(p, "client", 4711, "msgsnd(101, 1, 1000, 0)", "msgsnd", 0);
	o = sample_object(p, OBJECT_QUEUE, "q");
	o->queue.limit = number(16000);
	snprintf(o->queue.last_sender, PICTURE_NAME, "client");
	snprintf(o->queue.last_receiver, PICTURE_NAME, "parent");
	for (int i = 0; i < 16; i++)
		message(&o->queue, 1 + i % 3, "", 1000);
	return p;
}

struct picture *sample_mqueue(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = idle(p, "parent", 4710);
	struct picture_object *o;

	sample_end(one, 3, 0, 'f', "q");
	o = sample_object(p, OBJECT_MQUEUE, "q");
	o->queue.limit = number(10);
	o->queue.message_limit = number(8192);
	snprintf(o->queue.notified, PICTURE_NAME, "parent");
	message(&o->queue, 9, "first", 5);
	message(&o->queue, 0, "second", 6);
	return p;
}

/* ---- semaphores ----------------------------------------------------------------------------- */

struct picture *sample_tokens(void)
{
	struct picture *p = sample_new();
	struct picture_object *o;

	idle(p, "parent", 4710);
	o = sample_object(p, OBJECT_SEMAPHORES, "s");
	o->sysv.kind = SYSV_SEMAPHORES;
	o->sysv.semaphores.count = 1;
	o->semaphore[0].value = 3;
	o->semaphore[0].last = 4710;
	return p;
}

struct picture *sample_line(void)
{
	struct picture *p = sample_new();
	struct picture_object *o;

	idle(p, "parent", 4710);
	sleeper(p, "ann", 4713, "semop(101, {1, -2, SEM_UNDO})", "semop", 1);
	sleeper(p, "bob", 4712, "semop(101, {0, -1}, {1, -1})", "semop", 1);
	sleeper(p, "cy", 4714, "semop(101, {2, 0})", "semop", 2);
	o = sample_object(p, OBJECT_SEMAPHORES, "s");
	o->sysv.kind = SYSV_SEMAPHORES;
	o->sysv.semaphores.count = 3;
	o->semaphore[0] = (struct sysv_semaphore){ 3, 0, 0, 4710 };
	o->semaphore[1] = (struct sysv_semaphore){ 0, 3, 0, 4713 };
	o->semaphore[2] = (struct sysv_semaphore){ 1, 0, 1, 99 };
	o->undo[o->n_undos++] = (struct picture_undo){ "parent", 0, 1 };
	return p;
}

static struct picture *lockable(enum object_kind kind, const char *name, const char *where)
{
	struct picture *p = sample_new();
	struct picture_object *o;

	idle(p, "parent", 4710);
	sleeper(p, "child", 4711, kind == OBJECT_MUTEX ? "pthread_mutex_lock(l)" : "sem_wait(s)",
		kind == OBJECT_MUTEX ? "pthread_mutex_lock" : "sem_wait", 0);
	o = sample_object(p, kind, name);
	snprintf(o->lockable.where, sizeof o->lockable.where, "%s", where);
	return p;
}

struct picture *sample_named(void)
{
	struct picture *p = lockable(OBJECT_SEMAPHORE, "s", "named /s");

	p->object->lockable.value = number(0);
	return p;
}

struct picture *sample_mutex(void)
{
	struct picture *p = lockable(OBJECT_MUTEX, "l", "in a + 64");

	snprintf(p->object->lockable.owner, PICTURE_NAME, "parent");
	return p;
}

struct picture *sample_mutex_died(void)
{
	struct picture *p = sample_mutex();

	p->object->lockable.owner_died = true;
	p->process[1].state = PROCESS_READY;
	return p;
}

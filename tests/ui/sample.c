/* SPDX-License-Identifier: MIT */
/* Pictures made by hand. */
#include "tests/ui/sample.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

struct picture *sample_new(void)
{
	struct picture *p = memory_new(1, sizeof *p);

	p->taken = SAMPLE_NOW;
	p->began = 0;
	return p;
}

struct picture_process *sample_process(struct picture *p, const char *name, int pid, enum process_state state)
{
	size_t room = (size_t)p->n_processes;
	struct picture_process *one;

	p->process = memory_grow(p->process, &room, room + 1, sizeof *p->process);
	one = &p->process[p->n_processes++];
	memset(one, 0, sizeof *one);
	snprintf(one->name, sizeof one->name, "%s", name);
	one->pid = pid;
	one->parent = 4710;
	one->state = state;
	one->call_descriptor = one->call_object = -1;
	one->since = SAMPLE_NOW - 3200 * CLOCK_MS;
	one->signals_known = one->ends_known = true;
	return one;
}

struct picture_object *sample_object(struct picture *p, enum object_kind kind, const char *name)
{
	size_t room = (size_t)p->n_objects;
	struct picture_object *one;

	p->object = memory_grow(p->object, &room, room + 1, sizeof *p->object);
	one = &p->object[p->n_objects++];
	memset(one, 0, sizeof *one);
	snprintf(one->name, sizeof one->name, "%s", name);
	one->kind = kind;
	one->identity = 100 + (uint64_t)p->n_objects;
	one->bytes.why = one->capacity.why = one->slots.why = one->slots_capacity.why = "not read";
	one->readers.why = one->writers.why = "not read";
	return one;
}

void sample_call(struct picture_process *p, const char *call, const char *name, int descriptor)
{
	snprintf(p->call, sizeof p->call, "%s", call);
	snprintf(p->call_name, sizeof p->call_name, "%s", name);
	p->call_descriptor = descriptor;
}

void sample_ended(struct picture_process *p, const char *ending, int wait_status)
{
	snprintf(p->ending, sizeof p->ending, "%s", ending);
	p->wait_status = wait_status;
	p->signals_known = false;
	p->n_ends = 0;
}

void sample_end(struct picture_process *p, int descriptor, int object, char end, const char *label)
{
	struct picture_end *e = &p->ends[p->n_ends++];

	*e = (struct picture_end){ .descriptor = descriptor, .object = object, .end = end };
	snprintf(e->label, sizeof e->label, "%s", label);
}

static struct reading number(int64_t n)
{
	return (struct reading){ .known = true, .number = n };
}

void sample_level(struct picture_object *o, int slots, int used, int fill)
{
	o->capacity = number(4096 * slots);
	o->bytes = number(fill * used);
	o->slots_capacity = number(slots);
	o->slots = number(used);
	for (int i = 0; i < used && i < PICTURE_SLOTS; i++)
		o->slot[i] = (struct picture_slot){ .fill = (uint16_t)fill };
}

void sample_unknown(struct picture_object *o, int64_t bytes, int64_t capacity, const char *why)
{
	o->bytes = number(bytes);
	o->capacity = number(capacity);
	o->slots_capacity = number(capacity / 4096);
	o->slots = (struct reading){ .why = why };
}

void sample_holders(struct picture_object *o, int writers, int readers)
{
	o->writers = number(writers);
	o->readers = number(readers);
}

/* A pipe p with a parent that reads and a writer. */
static struct picture *writer_and_parent(enum process_state state)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);

	sample_end(one, 3, 0, 'r', "p.r");
	one = sample_process(p, "writer", 4711, state);
	sample_end(one, 4, 0, 'w', "p.w");
	if (state == PROCESS_BLOCKED)
		sample_call(one, "write(4, 1)", "write", 4);
	sample_object(p, OBJECT_PIPE, "p");
	sample_holders(p->object, 1, 1);
	return p;
}

struct picture *sample_full(void)
{
	struct picture *p = writer_and_parent(PROCESS_BLOCKED);

	sample_level(p->object, 16, 16, 4096);
	return p;
}

struct picture *sample_half(void)
{
	struct picture *p = writer_and_parent(PROCESS_BLOCKED);

	sample_level(p->object, 16, 16, 2049);
	return p;
}

struct picture *sample_fork(void)
{
	struct picture *p = writer_and_parent(PROCESS_READY);

	sample_level(p->object, 16, 3, 4096);
	sample_end(&p->process[0], 4, 0, 'w', "p.w");
	sample_end(&p->process[0], 5, -1, '-', "log.txt");
	p->process[1].n_ends = 0;
	sample_end(&p->process[1], 3, 0, 'r', "p.r");
	sample_end(&p->process[1], 4, 0, 'w', "p.w");
	sample_holders(p->object, 2, 2);
	return p;
}

struct picture *sample_deadlock(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);

	sample_end(one, 3, 0, 'r', "there.r");
	one = sample_process(p, "left", 4711, PROCESS_BLOCKED);
	sample_call(one, "write(4, 100000)", "write", 4);
	sample_end(one, 4, 0, 'w', "there.w");
	sample_end(one, 5, 1, 'r', "back.r");
	one = sample_process(p, "right", 4712, PROCESS_BLOCKED);
	sample_call(one, "write(6, 100000)", "write", 6);
	sample_end(one, 3, 0, 'r', "there.r");
	sample_end(one, 6, 1, 'w', "back.w");
	for (int i = 0; i < 2; i++) {
		struct picture_object *o = sample_object(p, OBJECT_PIPE, i ? "back" : "there");

		sample_level(o, 16, 16, 4096);
		sample_holders(o, 1, i ? 1 : 2);
	}
	return p;
}

struct picture *sample_crowd(void)
{
	static const char *const name[] = { "parent", "first", "second", "third", "fourth", "fifth" };
	struct picture *p = sample_new();

	for (int i = 0; i < 6; i++) {
		struct picture_process *one = sample_process(p, name[i], 4710 + i, i == 2 ? PROCESS_BLOCKED : PROCESS_READY);

		if (i == 2)
			sample_call(one, "read(3, 100)", "read", 3);
		sample_end(one, 3, i % 3, i % 2 ? 'r' : 'w', i % 2 ? "a.r" : "a.w");
		if (i == 2)
			one->ends[0].end = 'r';
	}
	for (int i = 0; i < 3; i++) {
		struct picture_object *o = sample_object(p, OBJECT_PIPE, i == 0 ? "a" : i == 1 ? "b" : "pipe:[27408]");

		sample_level(o, 16, i * 2, 4096);
		sample_holders(o, 1, 1);
	}
	return p;
}

struct picture *sample_sysv(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);
	struct picture_object *o;

	one = sample_process(p, "client", 4711, PROCESS_BLOCKED);
	sample_call(one, "msgrcv(101, 100, 5, 0)", "msgrcv", -1);
	one->call_object = 0;
	o = sample_object(p, OBJECT_QUEUE, "q");
	o->sysv.key = 0x6f02a1;
	o->queue.messages = number(2);
	o->queue.bytes = number(9);
	o->queue.limit = number(16384);
	o = sample_object(p, OBJECT_SEGMENT, "m");
	o->sysv.kind = SYSV_SEGMENT;
	o->sysv.segment.size = 4096;
	o->sysv.segment.attached = 2;
	o->sysv.segment.marked = true;
	o = sample_object(p, OBJECT_SEMAPHORES, "s");
	o->sysv.kind = SYSV_SEMAPHORES;
	o->sysv.semaphores.count = 2;
	o->semaphore[0].value = 1;
	o->semaphore[1].waiting_increase = 1;
	return p;
}

struct picture *sample_fifo(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);
	struct picture_object *o = sample_object(p, OBJECT_FIFO, "f");

	one = sample_process(p, "writer", 4711, PROCESS_BLOCKED);
	sample_call(one, "open(\"f\", O_WRONLY)", "open", -1);
	sample_level(o, 16, 0, 0);
	sample_holders(o, 0, 0);
	return p;
}

struct picture *sample_killed(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);
	struct picture_object *o;

	sample_end(one, 3, 0, 'r', "p.r");
	one = sample_process(p, "writer", 4711, PROCESS_ENDED);
	sample_ended(one, "killed by SIGPIPE", SIGPIPE);
	one = sample_process(p, "reader", 4712, PROCESS_ENDED);
	sample_ended(one, "exited with 0", 0);
	o = sample_object(p, OBJECT_PIPE, "p");
	sample_level(o, 16, 1, 100);
	sample_holders(o, 0, 1);
	return p;
}

struct picture *sample_stream(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "source", 4710, PROCESS_RUNNING);
	struct picture_object *o = sample_object(p, OBJECT_PIPE, "pipe:[27408]");

	sample_call(one, "write(4, 4096)", "write", 4);
	one->streaming = true;
	one->stream_calls = 1234567;
	one->stream_bytes = UINT64_C(4600000000);
	sample_end(one, 4, 0, 'w', "pipe.w");
	one = sample_process(p, "gzip", 4711, PROCESS_BLOCKED);
	one->program = true;
	snprintf(one->command, sizeof one->command, "gzip -9");
	sample_call(one, "read(0, 0x55d0c8e0, 65536)", "read", 0);
	sample_end(one, 0, 0, 'r', "pipe.r");
	sample_end(one, 1, -1, '-', "/dev/null");
	one->ignored = UINT64_C(1) << (SIGPIPE - 1);
	sample_unknown(o, 41000, 65536, "a stream moves data too fast to follow");
	sample_holders(o, 1, 1);
	return p;
}

struct picture *sample_pair(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_BLOCKED);
	struct picture_object *o = sample_object(p, OBJECT_SOCKET, "s");

	sample_call(one, "read(3, 100)", "read", 3);
	sample_end(one, 3, 0, 'a', "s.a");
	one = sample_process(p, "child", 4711, PROCESS_READY);
	sample_end(one, 4, 0, 'b', "s.b");
	sample_holders(o, 2, 2);
	return p;
}

struct picture *sample_signals(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);

	one = sample_process(p, "target", 4711, PROCESS_READY);
	one->pending = one->blocked = UINT64_C(1) << (SIGUSR1 - 1);
	one->caught = one->blocked | UINT64_C(1) << (SIGPIPE - 1);
	one = sample_process(p, "sleeper", 4712, PROCESS_STOPPED);
	one = sample_process(p, "child", 4713, PROCESS_ZOMBIE);
	sample_ended(one, "killed by SIGKILL", SIGKILL);
	return p;
}

struct picture *sample_nth(int n)
{
	static struct picture *(*const make[])(void) = {
		sample_full, sample_half, sample_fork, sample_deadlock, sample_crowd, sample_sysv, sample_fifo,
		sample_killed, sample_stream, sample_pair, sample_signals, sample_new,
		sample_shared, sample_copied, sample_views, sample_queue, sample_queue_full, sample_mqueue,
		sample_tokens, sample_line, sample_named, sample_mutex, sample_mutex_died,
	};

	return n < (int)(sizeof make / sizeof *make) ? make[n]() : NULL;
}

/* SPDX-License-Identifier: MIT */
/* What a finished call means for objects, and the names that lessons give to what it returned. */
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>

#include "stage/internal.h"

/* ---- what calls make, touch and change ------------------------------------------------------------- */

static void after_mkfifo(struct stage *s, struct member *m, const struct outcome *out)
{
	(void)out;
	pipe_made_fifo(s, m->order.argument[0].text);
}

static void after_open(struct stage *s, struct member *m, const struct outcome *out)
{
	file_opened(s, m, out->result, m->order.argument[0].text);
}

static void after_socket(struct stage *s, struct member *m, const struct outcome *out)
{
	socket_made(s, m, out->result);
}

static void after_event(struct stage *s, struct member *m, const struct outcome *out)
{
	event_made(s, m, out->result);
}

/* From now on the number leads elsewhere, or nowhere. */
static void after_close(struct stage *s, struct member *m, const struct outcome *out)
{
	(void)out;
	objects_let_go(s, m, m->order.argument[0].number);
}

static void after_dup2(struct stage *s, struct member *m, const struct outcome *out)
{
	if (m->order.argument[0].number != out->result)
		objects_let_go(s, m, out->result);
}

static void after_semop(struct stage *s, struct member *m, const struct outcome *out)
{
	(void)out;
	sysv_operated(s, m);
}

static void after_semctl(struct stage *s, struct member *m, const struct outcome *out)
{
	(void)out;
	if (m->order.argument[2].number == SETVAL || m->order.argument[2].number == SETALL)
		sysv_set(s, m);
}

static void after_destroy(struct stage *s, struct member *m, const struct outcome *out)
{
	(void)out;
	posix_destroyed(s, m);
}

static void after_mq(struct stage *s, struct member *m, const struct outcome *out)
{
	if (!strcmp(m->order.call->name, "mq_send"))
		posix_sent(s, m);
	else
		posix_received(s, m, out);
}

/* Data that moves between descriptors inside the kernel is not told in slots. */
static void after_moved(struct stage *s, struct member *m, const struct outcome *out)
{
	(void)out;
	for (int i = 0; i < m->order.n && i < 2; i++) {
		struct object *o = object_of_descriptor(s, m, m->order.argument[i].number);

		if (o && o->slots)
			slots_distrust(o->slots, "data moved inside the kernel");
	}
}

static const struct {
	const char *call;
	void (*after)(struct stage *s, struct member *m, const struct outcome *out);
} afters[] = {
	{ "mkfifo", after_mkfifo },       { "open", after_open },           { "shm_open", after_open },
	{ "memfd_create", after_open },
	{ "socket", after_socket },       { "accept", after_socket },
	{ "eventfd", after_event },       { "signalfd", after_event },      { "timerfd_create", after_event },
	{ "epoll_create1", after_event }, { "pidfd_open", after_event },
	{ "close", after_close },         { "dup2", after_dup2 },
	{ "mmap", memory_mapped },        { "shmat", memory_mapped },
	{ "load", memory_touched },       { "store", memory_touched },      { "add", memory_touched },
	{ "futex", memory_touched },
	{ "mq_open", posix_made },        { "sem_open", posix_made },       { "sem_init", posix_made },
	{ "pthread_mutex_init", posix_made },
	{ "sem_destroy", after_destroy }, { "pthread_mutex_destroy", after_destroy },
	{ "mq_send", after_mq },          { "mq_receive", after_mq },
	{ "semop", after_semop },         { "semtimedop", after_semop },    { "semctl", after_semctl },
	{ "sendfile", after_moved },      { "splice", after_moved },        { "tee", after_moved },
	{ "vmsplice", after_moved },      { "copy_file_range", after_moved },
};

void object_after(struct stage *s, struct member *m, const struct outcome *out)
{
	for (size_t i = 0; i < sizeof afters / sizeof *afters; i++)
		if (!strcmp(afters[i].call, m->order.call->name))
			afters[i].after(s, m, out);
}

/* ---- names -------------------------------------------------------------------------------------------- */

/* The two ends that pipe, socketpair and openpty return. */
static void bind_ends(struct stage *s, struct member *m, const char *as, const struct outcome *out)
{
	const struct descriptor *a, *b;
	bool terminal = !strcmp(m->order.call->name, "openpty");
	struct object *o;

	sample_descriptors(s, m);
	a = object_descriptor(m, out->values[0]);
	b = object_descriptor(m, out->values[1]);
	if (!a || !b)
		return;
	o = object_of_descriptor(s, m, out->values[0]);
	if (m->order.call->result == RESULT_PAIR)
		o = socket_made_pair(s, m, (int)out->values[0], (int)out->values[1], terminal);
	if (!o)
		return;
	o->made_r = (int)out->values[0];
	o->made_w = (int)out->values[1];
	if (o->slots)
		slots_check(o->slots, 0, false, false, true); /* it was made empty */
	object_name(s, o, as);
	objects_from_descriptors(s, m);
}

static void bind_sysv(struct stage *s, const char *as, const struct call *c, int64_t id)
{
	enum object_kind kind = sysv_kind_of(c->name);
	struct object *o = NULL;

	for (int i = 0; i < s->n_objects && !o; i++)
		if (s->object[i]->kind == kind && s->object[i]->identity == (uint64_t)id && !s->object[i]->gone)
			o = s->object[i];
	if (!o)
		o = object_add(s, kind, (uint64_t)id);
	if (o)
		object_name(s, o, as);
}

/* A name for a descriptor is one for the object behind it too; files and FIFOs have their path's. */
static void bind_descriptor(struct stage *s, struct member *m, const char *as, int64_t fd)
{
	struct object *o;

	sample_descriptors(s, m);
	o = object_of_descriptor(s, m, fd);
	if (!o)
		return;
	if (o->kind == OBJECT_SOCKET)
		socket_name(s, o, object_descriptor(m, fd)->inode, as);
	else if (o->kind == OBJECT_EVENT || o->kind == OBJECT_MQUEUE)
		object_name(s, o, as);
}

struct object *object_at(struct stage *s, struct member *m, uint64_t address)
{
	struct object *o = posix_object_at(s, m, address);

	return o ? o : memory_object_at(s, m, address, NULL);
}

static void bind_address(struct stage *s, struct member *m, const char *as, int64_t address)
{
	struct object *o = object_at(s, m, (uint64_t)address);

	if (o)
		object_name(s, o, as);
}

static struct bound *bound_of(struct stage *s, const struct member *m, const char *as)
{
	for (int i = 0; i < s->n_bound; i++)
		if (s->bound[i].place == m->place && !strcmp(s->bound[i].name, as)) {
			struct bound b = s->bound[i];

			/* The latest stands last: others mean that one. */
			memmove(&s->bound[i], &s->bound[i + 1], sizeof b * (size_t)(s->n_bound - i - 1));
			s->bound[s->n_bound - 1] = b;
			return &s->bound[s->n_bound - 1];
		}
	return s->n_bound < STAGE_NAMES ? &s->bound[s->n_bound++] : NULL;
}

static int64_t bound_number(const struct order *o, const struct outcome *out)
{
	if (o->call->names_argument)
		return o->argument[o->call->names_argument - 1].number;
	return o->call->result == RESULT_SOCKNAME && out->n_values ? out->values[0] : out->result;
}

static int64_t bound_length(const struct order *o)
{
	if (!strcmp(o->call->name, "mmap"))
		return o->argument[1].number;
	return 0;
}

void object_bind(struct stage *s, struct member *m, const char *as, const struct outcome *out)
{
	const struct call *c = m->order.call;
	struct bound *b;
	bool address = c->result == RESULT_ADDRESS || c->names_argument;

	if (c->result == RESULT_PIPE || c->result == RESULT_PAIR) {
		bind_ends(s, m, as, out);
		return;
	}
	b = bound_of(s, m, as);
	if (!b)
		return;
	*b = (struct bound){ .place = m->place, .number = bound_number(&m->order, out), .type = c->result };
	snprintf(b->name, sizeof b->name, "%s", as);
	if (address) {
		b->type = RESULT_ADDRESS;
		b->length = bound_length(&m->order);
		bind_address(s, m, as, b->number);
	} else if (c->result == RESULT_OBJECT) {
		b->kind = (int)sysv_kind_of(c->name);
		bind_sysv(s, as, c, out->result);
	} else if (c->result == RESULT_DESCRIPTOR) {
		bind_descriptor(s, m, as, out->result);
	}
}

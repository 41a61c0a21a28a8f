/* SPDX-License-Identifier: MIT */
/* POSIX objects: message queues, which are found behind descriptors, and semaphores and mutexes,
 * which are found in memory. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "probe/posix.h"
#include "stage/internal.h"

/* ---- queues --------------------------------------------------------------------------------- */

/* Whether somebody is in a call on it, which may have ended and not been told yet. */
static bool in_use(const struct stage *s, const struct object *o)
{
	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->order.active && s->member[i]->order.object == o->serial)
			return true;
	return false;
}

/* No interface shows the messages: their order is kept from what was sent and received here, and told
 * only while the kernel counts as many. */
static void sample_queue(struct stage *s, struct object *o)
{
	struct picture_queue *q = &o->shown.queue;
	const struct member *m = NULL, *told;
	const struct descriptor *d = object_holder(s, o, &m);
	struct posix_queue got;
	int error = d ? posix_queue_read(m->pidfd, d->number, o->identity, &got) :
		    o->path[0] ? posix_queue_named(o->path, o->identity, &got) : -ENOENT;

	if (error < 0) {
		o->gone = !d && (error == -ENOENT || error == -ESTALE);
		object_unknown(&q->messages, object_why(-error));
		object_unknown(&q->bytes, q->messages.why);
		return;
	}
	if (!got.messages && q->n_messages && !in_use(s, o)) { /* others took them: it begins anew */
		memset(q->message, 0, sizeof q->message);
		q->n_messages = 0;
	}
	object_known(&q->messages, (int64_t)got.messages);
	object_known(&q->limit, (int64_t)got.maximum);
	object_known(&q->message_limit, (int64_t)got.message_size);
	memset(q->notified, 0, sizeof q->notified);
	if (got.detail) {
		object_known(&q->bytes, (int64_t)got.bytes);
		told = got.notify_pid > 0 ? member_of_pid(s, got.notify_pid) : NULL;
		if (told)
			snprintf(q->notified, sizeof q->notified, "%s", told->name);
	} else {
		object_unknown(&q->bytes, "only a queue open for reading tells");
	}
	q->messages_why = q->n_messages == (int)got.messages ? NULL : "not all were sent on this stage";
}

static int64_t priority_of(const struct order *order)
{
	return order->n > 2 ? order->argument[2].number : 0;
}

/* The highest priority first; of one priority the oldest. */
void posix_sent(struct stage *s, struct member *m)
{
	const struct order *order = &m->order;
	struct object *o = object_of_serial(s, order->object);
	struct picture_queue *q = o ? &o->shown.queue : NULL;
	int64_t priority = priority_of(order);
	struct text t = { 0 };
	int at = 0;

	if (!o || o->kind != OBJECT_MQUEUE)
		return;
	snprintf(q->last_sender, sizeof q->last_sender, "%s", m->name);
	if (order->received || q->n_messages == PICTURE_MESSAGES)
		return;
	while (at < q->n_messages && q->message[at].type >= priority)
		at++;
	memmove(&q->message[at + 1], &q->message[at], sizeof *q->message * (size_t)(q->n_messages - at));
	memset(&q->message[at], 0, sizeof *q->message);
	q->n_messages++;
	q->message[at].type = priority;
	q->message[at].length = (uint32_t)order_bytes(order);
	if (order->argument[1].kind == VALUE_TEXT)
		text_add_printable(&t, order->argument[1].text, order->argument[1].length);
	snprintf(q->message[at].text, sizeof q->message[at].text, "%.*s", PICTURE_CELL_TEXT - 1, text_string(&t));
	text_free(&t);
}

/* A sender and a receiver that end together are told of in either order. */
static void received_before_told(struct stage *s, const struct object *o, int64_t priority)
{
	for (int i = 0; i < s->n_members; i++) {
		struct order *order = &s->member[i]->order;

		if (order->active && order->call && !strcmp(order->call->name, "mq_send") && order->object == o->serial &&
		    !order->received && priority_of(order) == priority) {
			order->received = true;
			return;
		}
	}
}

/* What was received is the oldest of its priority, whatever has been sent meanwhile. */
void posix_received(struct stage *s, struct member *m, const struct outcome *out)
{
	struct object *o = object_of_serial(s, m->order.object);
	struct picture_queue *q = o ? &o->shown.queue : NULL;
	int64_t priority = out->n_values > 0 ? out->values[0] : 0;
	int at = 0;

	if (!o || o->kind != OBJECT_MQUEUE)
		return;
	snprintf(q->last_receiver, sizeof q->last_receiver, "%s", m->name);
	while (at < q->n_messages && q->message[at].type != priority)
		at++;
	if (at == q->n_messages) {
		received_before_told(s, o, priority);
		return;
	}
	q->n_messages--;
	memmove(&q->message[at], &q->message[at + 1], sizeof *q->message * (size_t)(q->n_messages - at));
	memset(&q->message[q->n_messages], 0, sizeof *q->message);
}

static void made_queue(struct stage *s, struct member *m, const struct outcome *out)
{
	const struct descriptor *d;
	struct object *o;

	sample_descriptors(s, m);
	d = object_descriptor(m, out->result);
	if (!d || posix_is_queue(m->procdir, d->number) != 1)
		return;
	o = object_of_inode(s, d->device, d->inode);
	if (!o)
		o = object_add(s, OBJECT_MQUEUE, d->inode);
	if (!o)
		return;
	o->device = d->device;
	snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, d->name);
	if (!o->name[0])
		snprintf(o->name, sizeof o->name, "%.*s", PICTURE_NAME - 1, d->name + (d->name[0] == '/'));
	objects_from_descriptors(s, m);
}

static char queue_end(const struct object *o, const struct descriptor *d)
{
	(void)o, (void)d;
	return 'f';
}

/* ---- semaphores and mutexes ---------------------------------------------------------------------- */

/* Its bytes, out of the first process that has touched them; *mapped: whether any has it at all. */
static bool read_bytes(struct stage *s, const struct object *o, void *bytes, size_t size, bool *mapped)
{
	*mapped = false;
	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];
		uint64_t address = memory_where(s, m, &o->key);

		*mapped |= address != 0;
		if (address && memory_peek(m->procdir, m->pid, address, bytes, size) == (ssize_t)size)
			return true;
	}
	return false;
}

/* A named one stays while its name does, also when nobody has it open. */
static bool name_stays(const struct object *o)
{
	struct stat st;

	return o->path[0] && lstat(o->path, &st) == 0 && st.st_ino == o->key.inode && st.st_dev == o->key.device;
}

static void sample_semaphore(struct stage *s, struct object *o)
{
	struct picture_lockable *p = &o->shown.lockable;
	unsigned char bytes[POSIX_SEMAPHORE_BYTES];
	struct posix_semaphore got;
	bool mapped, named;
	int error = -EFAULT;

	if (read_bytes(s, o, bytes, sizeof bytes, &mapped))
		error = posix_semaphore_parse(bytes, sizeof bytes, &got) ? 0 : -ENOTSUP;
	named = error == -EFAULT && name_stays(o);
	if (named) /* its maker wrote it, and has not touched it in memory */
		error = posix_semaphore_file(AT_FDCWD, o->path, &got);
	o->gone = !mapped && !named && !o->others;
	if (error == -ENOTSUP)
		object_unknown(&p->value, "this C library keeps it in a way that is not known");
	else if (error < 0)
		object_unknown(&p->value, object_why(-error));
	else
		object_known(&p->value, got.value);
}

static void sample_mutex(struct stage *s, struct object *o)
{
	struct picture_lockable *p = &o->shown.lockable;
	unsigned char bytes[POSIX_MUTEX_BYTES];
	struct posix_mutex got;
	struct member *owner;
	bool mapped, there = read_bytes(s, o, bytes, sizeof bytes, &mapped);

	o->gone = !mapped;
	memset(p->owner, 0, sizeof p->owner);
	if (!there || !posix_mutex_parse(bytes, sizeof bytes, &got)) {
		object_unknown(&p->value, "could not be read");
		return;
	}
	object_known(&p->value, got.locked);
	p->owner_died = got.owner_died || got.inconsistent;
	owner = got.owner > 0 ? member_of_pid(s, got.owner) : NULL;
	if (owner)
		snprintf(p->owner, sizeof p->owner, "%s", owner->name);
	else if (got.owner > 0)
		snprintf(p->owner, sizeof p->owner, "%d", (int)got.owner);
}

struct object *posix_object_at(struct stage *s, struct member *m, uint64_t address)
{
	for (int i = s->n_objects - 1; i >= 0; i--) {
		struct object *o = s->object[i];

		if ((o->kind == OBJECT_SEMAPHORE || o->kind == OBJECT_MUTEX) && !o->gone &&
		    memory_stands_at(s, m, &o->key, address))
			return o;
	}
	return NULL;
}

static struct object *made_in_memory(struct stage *s, struct member *m, uint64_t address, enum object_kind kind)
{
	struct memory_key key;
	struct object *o;

	m->maps_read = 0;
	if (!memory_key_of(s, m, address, &key))
		return NULL;
	o = posix_object_at(s, m, address);
	if (o && o->kind != kind) { /* made anew as something else */
		o->gone = true;
		o = NULL;
	}
	if (!o)
		o = object_add(s, kind, address);
	if (!o)
		return NULL;
	o->key = key;
	o->key.made = o->serial;
	if (!o->name[0])
		snprintf(o->name, sizeof o->name, "at 0x%llx", (unsigned long long)address);
	return o;
}

/* glibc keeps a named semaphore in a file of its own, sem_overview(7). */
static void made_named(struct stage *s, struct member *m, const struct outcome *out)
{
	struct object *o = made_in_memory(s, m, (uint64_t)out->result, OBJECT_SEMAPHORE);
	const char *name = m->order.argument[0].text;

	if (!o)
		return;
	name += name[0] == '/';
	snprintf(o->path, sizeof o->path, "/dev/shm/sem.%.40s%s", name, board_suffix(s->board));
	snprintf(o->shown.lockable.where, sizeof o->shown.lockable.where, "named /%.40s", name);
}

void posix_destroyed(struct stage *s, struct member *m)
{
	struct object *o = posix_object_at(s, m, (uint64_t)m->order.argument[0].number);

	if (o)
		o->gone = true;
	stage_changed(s);
}

void posix_made(struct stage *s, struct member *m, const struct outcome *out)
{
	const char *call = m->order.call->name;

	if (!strcmp(call, "mq_open"))
		made_queue(s, m, out);
	else if (!strcmp(call, "sem_open"))
		made_named(s, m, out);
	else
		made_in_memory(s, m, (uint64_t)m->order.argument[0].number,
			       strcmp(call, "sem_init") ? OBJECT_MUTEX : OBJECT_SEMAPHORE);
}

const struct object_class object_class_mqueue = { .letters = "f", .end = queue_end, .sample = sample_queue };
const struct object_class object_class_semaphore = { .letters = "", .outside = outside_semaphore_put, .sample = sample_semaphore };
const struct object_class object_class_mutex = { .letters = "", .sample = sample_mutex };

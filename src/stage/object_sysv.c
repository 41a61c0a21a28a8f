/* SPDX-License-Identifier: MIT */
/* System V message queues, segments and sets of semaphores: IPC_STAT and what goes beyond it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>

#include "process/ledger.h"
#include "stage/internal.h"

enum object_kind sysv_kind_of(const char *name)
{
	return !strncmp(name, "ms", 2) ? OBJECT_QUEUE : !strncmp(name, "sh", 2) ? OBJECT_SEGMENT : OBJECT_SEMAPHORES;
}

/* A process by name where it is the stage's, else its number; nobody is nothing. */
static void put_process(const struct stage *s, char *buf, size_t size, pid_t pid)
{
	const struct member *m = pid > 0 ? member_of_pid(s, pid) : NULL;

	memset(buf, 0, size); /* compared as a whole */
	if (m)
		snprintf(buf, size, "%s", m->name);
	else if (pid > 0)
		snprintf(buf, size, "%d", (int)pid);
}

static bool read_object(const struct stage *s, struct object *o, enum sysv_kind kind)
{
	static const char letter[] = { [SYSV_QUEUE] = 'q', [SYSV_SEGMENT] = 'm', [SYSV_SEMAPHORES] = 's' };

	o->ours |= ledger_has(s->board, letter[kind], (int)o->identity);
	int error = sysv_read(kind, (int)o->identity, &o->shown.sysv);

	o->gone = error == -EINVAL || error == -EIDRM;
	return error == 0;
}

/* The messages themselves are copied, not taken: MSG_COPY of msgrcv(2). */
static void peek(struct picture_queue *q, int id)
{
	ssize_t got = 0;

	memset(q->message, 0, sizeof q->message);
	q->n_messages = 0;
	while (q->n_messages < PICTURE_MESSAGES && q->n_messages < q->messages.number) {
		struct picture_message *p = &q->message[q->n_messages];
		char begin[PICTURE_CELL_TEXT];
		struct text t = { 0 };
		long type;

		got = sysv_peek(id, (unsigned)q->n_messages, &type, begin, sizeof begin);
		if (got < 0)
			break;
		q->n_messages++;
		p->type = type;
		p->length = (uint32_t)got;
		text_add_printable(&t, begin, (size_t)got < sizeof begin ? (size_t)got : sizeof begin);
		snprintf(p->text, sizeof p->text, "%.*s", PICTURE_CELL_TEXT - 1, text_string(&t));
		text_free(&t);
	}
	q->messages_why = got >= 0 ? NULL : got == -ENOSYS ? "this kernel cannot show messages (CONFIG_CHECKPOINT_RESTORE)" :
			  object_why((int)-got);
}

static void sample_queue(struct stage *s, struct object *o)
{
	struct picture_queue *q = &o->shown.queue;
	const struct sysv_object *v = &o->shown.sysv;

	if (!read_object(s, o, SYSV_QUEUE))
		return;
	object_known(&q->messages, (int64_t)v->queue.messages);
	object_known(&q->bytes, (int64_t)v->queue.bytes);
	object_known(&q->limit, (int64_t)v->queue.limit);
	put_process(s, q->last_sender, sizeof q->last_sender, v->queue.last_sender);
	put_process(s, q->last_receiver, sizeof q->last_receiver, v->queue.last_receiver);
	peek(q, (int)o->identity);
}

static void sample_segment(struct stage *s, struct object *o)
{
	if (read_object(s, o, SYSV_SEGMENT))
		memory_sample_views(s, o);
}

static void sample_semaphores(struct stage *s, struct object *o)
{
	if (!read_object(s, o, SYSV_SEMAPHORES))
		return;
	for (unsigned i = 0; i < o->shown.sysv.semaphores.count && i < PICTURE_SEMAPHORES; i++)
		sysv_semaphore_read((int)o->identity, i, &o->shown.semaphore[i]);
}

/* ---- what would be undone: no interface tells, so it is kept from the calls made ------------ */

static void undo(struct object *o, const char *process, int number, int64_t operation)
{
	struct picture_object *p = &o->shown;
	int i = 0;

	while (i < p->n_undos && (strcmp(p->undo[i].process, process) || p->undo[i].number != number))
		i++;
	if (i == PICTURE_UNDOS)
		return;
	if (i == p->n_undos) {
		memset(&p->undo[i], 0, sizeof p->undo[i]);
		snprintf(p->undo[i].process, sizeof p->undo[i].process, "%s", process);
		p->undo[i].number = number;
		p->n_undos++;
	}
	p->undo[i].adjust -= (int)operation;
	if (p->undo[i].adjust == 0)
		p->undo[i] = p->undo[--p->n_undos];
}

static struct object *set_of(struct stage *s, int64_t id)
{
	for (int i = 0; i < s->n_objects; i++)
		if (s->object[i]->kind == OBJECT_SEMAPHORES && !s->object[i]->gone && s->object[i]->identity == (uint64_t)id)
			return s->object[i];
	return NULL;
}

void sysv_operated(struct stage *s, struct member *m)
{
	struct object *o = set_of(s, m->order.argument[0].number);

	for (int i = 1; o && i < m->order.n; i++) {
		const struct value *v = &m->order.argument[i];

		if (v->kind == VALUE_TUPLE && value_field(v, 2, 0) & SEM_UNDO)
			undo(o, m->name, (int)value_field(v, 0, 0), value_field(v, 1, 0));
	}
}

/* SETVAL takes away what all would undo to that semaphore, SETALL to every one, semctl(2). */
void sysv_set(struct stage *s, const struct member *m)
{
	struct object *o = set_of(s, m->order.argument[0].number);
	bool all = m->order.argument[2].number == SETALL;

	for (int i = o ? o->shown.n_undos - 1 : -1; i >= 0; i--)
		if (all || o->shown.undo[i].number == m->order.argument[1].number)
			o->shown.undo[i] = o->shown.undo[--o->shown.n_undos];
}

void sysv_died(struct stage *s, const struct member *m)
{
	for (int i = 0; i < s->n_objects; i++) {
		struct picture_object *p = &s->object[i]->shown;

		for (int k = s->object[i]->kind == OBJECT_SEMAPHORES ? p->n_undos - 1 : -1; k >= 0; k--)
			if (!strcmp(p->undo[k].process, m->name))
				p->undo[k] = p->undo[--p->n_undos];
	}
}

const struct object_class object_class_queue = { .letters = "", .sample = sample_queue };
const struct object_class object_class_segment = { .letters = "", .sample = sample_segment };
const struct object_class object_class_semaphores = { .letters = "", .sample = sample_semaphores };

/* SPDX-License-Identifier: MIT */
/* Facts of what processes share beyond pipes and sockets: queues, memory, semaphores, mutexes, files,
 * events. */
#include <string.h>

#include "stage/fact_rows.h"

/* ---- queues ----------------------------------------------------------------------------------- */

GET_OBJECT(get_messages, fact_reading, &o->queue.messages)
GET_OBJECT(get_queue_bytes, fact_reading, &o->queue.bytes)
GET_OBJECT(get_limit, fact_reading, &o->queue.limit)
GET_OBJECT(get_message_limit, fact_reading, &o->queue.message_limit)
GET_OBJECT(get_last_sender, fact_word, o->queue.last_sender)
GET_OBJECT(get_last_receiver, fact_word, o->queue.last_receiver)
GET_OBJECT(get_notified, fact_word, o->queue.notified)

/* Of those who sleep in a call about it: in one of these. */
static int sleeping(const struct picture *p, int object, const char *const calls[])
{
	int n = 0;

	for (int i = 0; i < p->n_processes; i++)
		for (int k = 0; calls[k] && picture_waits(p, i, object, -1); k++)
			n += !strcmp(p->process[i].call_name, calls[k]);
	return n;
}

/* Of real programs the kernel's own calls are told. */
static const char *const sends[] = { "msgsnd", "mq_send", "mq_timedsend", NULL };
static const char *const receives[] = { "msgrcv", "mq_receive", "mq_timedreceive", NULL };

GET(get_senders) { (void)index; fact_number(v, sleeping(p, subject, sends)); }
GET(get_receivers) { (void)index; fact_number(v, sleeping(p, subject, receives)); }

static const struct picture_message *message(const struct picture *p, int subject, int index, struct fact_value *v)
{
	const struct picture_queue *q = &p->object[subject].queue;

	if (!q->messages_why && index >= 0 && index < q->n_messages)
		return &q->message[index];
	fact_unknown(v, q->messages_why ? q->messages_why : "the queue has no such message");
	return NULL;
}

GET(get_type)
{
	const struct picture_message *m = message(p, subject, index, v);

	if (m)
		fact_number(v, m->type);
}

GET(get_length)
{
	const struct picture_message *m = message(p, subject, index, v);

	if (m)
		fact_number(v, m->length);
}

/* ---- memory ------------------------------------------------------------------------------------- */

GET_OBJECT(get_size, fact_number, (int64_t)o->memory.size)
GET_OBJECT(get_attached, fact_number, (int64_t)o->sysv.segment.attached)
GET_OBJECT(get_marked, fact_number, o->sysv.segment.marked)
GET_OBJECT(get_mapped, fact_number, o->memory.n_views + o->memory.more_views)
GET_OBJECT(get_resident, fact_reading, &o->memory.resident)
GET_OBJECT(get_private, fact_number, o->memory.is_private)

/* Over all who have it: how many pages of the first sixteen stand so. */
static int pages(const struct picture_object *o, char letter)
{
	int n = 0;

	for (int i = 0; i < o->memory.n_views; i++)
		for (const char *s = o->memory.view[i].page; *s; s++)
			n += *s == letter;
	return n;
}

GET_OBJECT(get_shared_pages, fact_number, pages(o, 's'))
GET_OBJECT(get_own_pages, fact_number, pages(o, 'o'))

/* A word, of whoever has touched it; of private memory each has its own, so none is told here. */
GET(get_word)
{
	const struct picture_memory *m = &p->object[subject].memory;

	fact_unknown(v, "no process has touched this word");
	for (int c = 0; c < m->n_cells; c++)
		for (int i = 0; (int)m->cell[c].offset == index && m->cell[c].kind == CELL_WORD && i < m->n_views; i++)
			if (m->view[i].known[c])
				fact_number(v, m->view[i].value[c].word);
	if (m->is_private)
		fact_unknown(v, "private memory has one for each process");
}

GET(get_word_waiters)
{
	int n = 0;

	for (int i = 0; i < p->n_processes; i++)
		n += picture_waits(p, i, subject, index);
	fact_number(v, n);
}

/* ---- semaphores and mutexes ------------------------------------------------------------------------ */

static const struct sysv_semaphore *semaphore(const struct picture *p, int subject, int index, struct fact_value *v)
{
	const struct picture_object *o = &p->object[subject];

	if (index >= 0 && index < PICTURE_SEMAPHORES && (unsigned)index < o->sysv.semaphores.count)
		return &o->semaphore[index];
	fact_unknown(v, index >= 0 && (unsigned)index < o->sysv.semaphores.count ? "only the first eight are read" :
										    "the set has no such semaphore");
	return NULL;
}

#define GET_SEMAPHORE(function, expression) \
	GET(function) \
	{ \
		const struct sysv_semaphore *s = semaphore(p, subject, index, v); \
		if (s) \
			fact_number(v, expression); \
	}

GET_OBJECT(get_count, fact_number, o->sysv.semaphores.count)
GET_SEMAPHORE(get_value, s->value)
GET_SEMAPHORE(get_waiters, s->waiting_increase)
GET_SEMAPHORE(get_zero_waiters, s->waiting_zero)

GET(get_last)
{
	const struct sysv_semaphore *s = semaphore(p, subject, index, v);

	if (!s)
		return;
	fact_unknown(v, "nobody has changed it");
	for (int i = 0; s->last > 0 && i < p->n_processes; i++)
		if (p->process[i].pid == s->last)
			fact_word(v, p->process[i].name);
	if (s->last > 0 && !v->known)
		fact_unknown(v, "a process that is not on the stage");
}

GET(get_undo)
{
	const struct picture_object *o = &p->object[subject];
	int64_t sum = 0;

	for (int i = 0; i < o->n_undos; i++)
		if (o->undo[i].number == index)
			sum += o->undo[i].adjust;
	fact_number(v, sum);
}

GET_OBJECT(get_lockable_value, fact_reading, &o->lockable.value)
GET_OBJECT(get_owner, fact_word, o->lockable.owner)
GET_OBJECT(get_owner_died, fact_number, o->lockable.owner_died)

GET(get_sleepers)
{
	int n = 0;

	(void)index;
	for (int i = 0; i < p->n_processes; i++)
		n += picture_waits(p, i, subject, -1);
	fact_number(v, n);
}

/* ---- files and events ------------------------------------------------------------------------------- */

GET_OBJECT(get_file_size, fact_reading, &o->file.size)
GET_OBJECT(get_openings, fact_number, o->file.n_openings + o->file.more_openings)

GET(get_offset)
{
	const struct picture_file *f = &p->object[subject].file;

	if (index >= 0 && index < f->n_openings)
		fact_number(v, f->opening[index].offset);
	else
		fact_unknown(v, "it is not open so often");
}

static int locks(const struct picture_object *o, bool waits)
{
	int n = 0;

	for (int i = 0; i < o->file.n_locks; i++)
		n += o->file.lock[i].waits == waits;
	return n;
}

GET_OBJECT(get_locks, fact_number, locks(o, false))
GET_OBJECT(get_lock_waiters, fact_number, locks(o, true))

GET(get_lock_holder)
{
	const struct picture_file *f = &p->object[subject].file;

	fact_unknown(v, "there is no such lock");
	for (int i = 0, n = 0; i < f->n_locks; i++)
		if (!f->lock[i].waits && n++ == index)
			fact_word(v, f->lock[i].who);
}

GET_OBJECT(get_event_count, fact_reading, &o->event.count)
GET_OBJECT(get_remaining, fact_reading, &o->event.remaining)

GET(get_mask)
{
	(void)index;
	*v = (struct fact_value){ .known = true, .number = (int64_t)p->object[subject].event.signals };
}

#define QUEUES (FACT_OF(OBJECT_QUEUE) | FACT_OF(OBJECT_MQUEUE))
#define MEMORY (FACT_OF(OBJECT_MEMORY) | FACT_OF(OBJECT_SEGMENT))
#define LOCKABLE (FACT_OF(OBJECT_SEMAPHORE) | FACT_OF(OBJECT_MUTEX))
#define SET FACT_OF(OBJECT_SEMAPHORES)
#define MAPS "/proc/PID/maps, proc_pid_maps(5)"
#define PAGEMAP "/proc/PID/pagemap, proc_pid_pagemap(5)"
#define ASLEEP "/proc/PID/syscall, proc_pid_syscall(5), and its arguments"

const struct fact facts_shared[] = {
	{ "messages", QUEUES, FACT_NUMBER, "messages", FACT_SAMPLE, "messages in the queue", "IPC_STAT, msgctl(2); mq_getattr(3)", false, get_messages },
	{ "bytes", QUEUES, FACT_NUMBER, "bytes", FACT_SAMPLE, "bytes of all messages in the queue", "IPC_STAT, msgctl(2); QSIZE, mq_overview(7)", false, get_queue_bytes },
	{ "limit", FACT_OF(OBJECT_QUEUE), FACT_NUMBER, "bytes", FACT_SAMPLE, "bytes the queue may hold", "IPC_STAT, msgctl(2)", false, get_limit },
	{ "limit", FACT_OF(OBJECT_MQUEUE), FACT_NUMBER, "messages", FACT_SAMPLE, "messages the queue may hold", "mq_getattr(3)", false, get_limit },
	{ "message_limit", FACT_OF(OBJECT_MQUEUE), FACT_NUMBER, "bytes", FACT_SAMPLE, "bytes one message may have", "mq_getattr(3)", false, get_message_limit },
	{ "type", FACT_OF(OBJECT_QUEUE), FACT_NUMBER, "", FACT_SAMPLE, "type of message [N], counted from the oldest", "MSG_COPY, msgrcv(2): nothing is taken", true, get_type },
	{ "length", FACT_OF(OBJECT_QUEUE), FACT_NUMBER, "bytes", FACT_SAMPLE, "length of message [N]", "MSG_COPY, msgrcv(2): nothing is taken", true, get_length },
	{ "priority", FACT_OF(OBJECT_MQUEUE), FACT_NUMBER, "", FACT_MODEL, "priority of message [N], in the order they will be received", "kept from the messages sent and received here, told while the kernel counts as many", true, get_type },
	{ "length", FACT_OF(OBJECT_MQUEUE), FACT_NUMBER, "bytes", FACT_MODEL, "length of message [N]", "as priority", true, get_length },
	{ "last_sender", FACT_OF(OBJECT_QUEUE), FACT_WORD, "", FACT_SAMPLE, "the process that sent last", "IPC_STAT, msgctl(2), msg_lspid", false, get_last_sender },
	{ "last_receiver", FACT_OF(OBJECT_QUEUE), FACT_WORD, "", FACT_SAMPLE, "the process that received last", "IPC_STAT, msgctl(2), msg_lrpid", false, get_last_receiver },
	{ "notified", FACT_OF(OBJECT_MQUEUE), FACT_WORD, "", FACT_SAMPLE, "the process that is told of the next message", "NOTIFY_PID, mq_overview(7)", false, get_notified },
	{ "senders", QUEUES, FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait to send", ASLEEP, false, get_senders },
	{ "receivers", QUEUES, FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait to receive", ASLEEP, false, get_receivers },

	{ "size", MEMORY, FACT_NUMBER, "bytes", FACT_SAMPLE, "size as it was asked for", "IPC_STAT, shmctl(2); the length given to mmap(2); watched from outside its file's, stat(2), else how far it is mapped", false, get_size },
	{ "attached", FACT_OF(OBJECT_SEGMENT), FACT_NUMBER, "times", FACT_SAMPLE, "how often it is attached", "IPC_STAT, shmctl(2)", false, get_attached },
	{ "marked", FACT_OF(OBJECT_SEGMENT), FACT_NUMBER, "", FACT_SAMPLE, "1 when it will be removed at the last detach", "IPC_STAT, shmctl(2), SHM_DEST", false, get_marked },
	{ "mapped", MEMORY, FACT_NUMBER, "processes", FACT_SAMPLE, "processes of the stage that have it mapped", MAPS, false, get_mapped },
	{ "resident", MEMORY, FACT_NUMBER, "pages", FACT_SAMPLE, "pages of it that a process of the stage has touched", PAGEMAP, false, get_resident },
	{ "private", MEMORY, FACT_NUMBER, "", FACT_SAMPLE, "1 when it is copied on write", MAPS, false, get_private },
	{ "shared_pages", MEMORY, FACT_NUMBER, "pages", FACT_SAMPLE, "of the first 16 pages, over all who have it mapped: those that are shared", PAGEMAP ", bits 56 and 61", false, get_shared_pages },
	{ "own_pages", MEMORY, FACT_NUMBER, "pages", FACT_SAMPLE, "of the first 16 pages, over all who have it mapped: those that are a process's own copy", PAGEMAP ", bits 56 and 61", false, get_own_pages },
	{ "word", MEMORY, FACT_NUMBER, "", FACT_SAMPLE, "the 32 bits at offset [N] of shared memory, where a call of the stage has touched them; watched from outside the first four, and those that somebody sleeps on", "/proc/PID/mem, proc_pid_mem(5), only of pages that are there", true, get_word },
	{ "waiters", MEMORY, FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait in futex for the word at offset [N]", ASLEEP, true, get_word_waiters },

	{ "count", SET, FACT_NUMBER, "semaphores", FACT_SAMPLE, "semaphores in the set", "IPC_STAT, semctl(2)", false, get_count },
	{ "value", SET, FACT_NUMBER, "", FACT_SAMPLE, "value of semaphore [N]", "GETVAL, semctl(2)", true, get_value },
	{ "waiters", SET, FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait for semaphore [N] to grow", "GETNCNT, semctl(2)", true, get_waiters },
	{ "zero_waiters", SET, FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait for semaphore [N] to become 0", "GETZCNT, semctl(2)", true, get_zero_waiters },
	{ "last", SET, FACT_WORD, "", FACT_SAMPLE, "the process that changed semaphore [N] last", "GETPID, semctl(2)", true, get_last },
	{ "undo", SET, FACT_NUMBER, "", FACT_MODEL, "what would be added to semaphore [N] if all its users ended now", "kept from the calls with SEM_UNDO that were made; no interface tells", true, get_undo },
	{ "value", FACT_OF(OBJECT_SEMAPHORE), FACT_NUMBER, "", FACT_SAMPLE, "its value", "its memory, as glibc lays it out", false, get_lockable_value },
	{ "locked", FACT_OF(OBJECT_MUTEX), FACT_NUMBER, "", FACT_SAMPLE, "1 when somebody holds it", "its memory, as glibc lays it out", false, get_lockable_value },
	{ "owner", FACT_OF(OBJECT_MUTEX), FACT_WORD, "", FACT_SAMPLE, "who holds it", "its memory, as glibc lays it out; FUTEX_TID_MASK, futex(2)", false, get_owner },
	{ "owner_died", FACT_OF(OBJECT_MUTEX), FACT_NUMBER, "", FACT_SAMPLE, "1 when its holder died and nobody has made it consistent", "FUTEX_OWNER_DIED, futex(2)", false, get_owner_died },
	{ "waiters", LOCKABLE, FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait for it", ASLEEP, false, get_sleepers },

	{ "size", FACT_OF(OBJECT_FILE), FACT_NUMBER, "bytes", FACT_SAMPLE, "its size", "stat(2)", false, get_file_size },
	{ "openings", FACT_OF(OBJECT_FILE), FACT_NUMBER, "openings", FACT_SAMPLE, "open file descriptions that lead to it", "/proc/PID/fd; told apart by kcmp(2)", false, get_openings },
	{ "offset", FACT_OF(OBJECT_FILE), FACT_NUMBER, "bytes", FACT_SAMPLE, "the offset of opening [N]", "pos in /proc/PID/fdinfo, proc_pid_fdinfo(5)", true, get_offset },
	{ "locks", FACT_OF(OBJECT_FILE), FACT_NUMBER, "locks", FACT_SAMPLE, "locks that are held", "/proc/locks, proc_locks(5)", false, get_locks },
	{ "lock_waiters", FACT_OF(OBJECT_FILE), FACT_NUMBER, "processes", FACT_SAMPLE, "processes that wait for a lock", "/proc/locks, proc_locks(5)", false, get_lock_waiters },
	{ "lock_holder", FACT_OF(OBJECT_FILE), FACT_WORD, "", FACT_SAMPLE, "who holds lock [N]", "/proc/locks, proc_locks(5); for locks of open file descriptions /proc/PID/fdinfo", true, get_lock_holder },
	{ "count", FACT_OF(OBJECT_EVENT), FACT_NUMBER, "", FACT_SAMPLE, "eventfd: its counter; timerfd: expirations not read, of one that repeats 1, for the kernel counts the others when it is read; epoll: descriptors watched", "/proc/PID/fdinfo, proc_pid_fdinfo(5)", false, get_event_count },
	{ "remaining", FACT_OF(OBJECT_EVENT), FACT_NUMBER, "ms", FACT_SAMPLE, "timerfd: until it expires next; 0: not armed", "/proc/PID/fdinfo, proc_pid_fdinfo(5)", false, get_remaining },
	{ "mask", FACT_OF(OBJECT_EVENT), FACT_SIGNALS, "", FACT_SAMPLE, "signalfd: the signals it takes", "/proc/PID/fdinfo, proc_pid_fdinfo(5)", false, get_mask },
	{ 0 },
};

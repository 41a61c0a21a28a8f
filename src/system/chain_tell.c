/* SPDX-License-Identifier: MIT */
/* What the links of a chain say: one sentence each, with its numbers, printable. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "call/symbols.h"
#include "probe/memory.h"
#include "probe/procfs.h"
#include "probe/status.h"
#include "system/chain.h"

/* At most this much of a name: one of 4,096 bytes shall not push away what there is to say. */
enum { NAME = 100 };

static void add_name(struct text *t, const char *raw)
{
	size_t n = strlen(raw), before = t->length;

	text_add_printable(t, raw, n < NAME ? n : NAME);
	if (n > NAME && t->length > before)
		text_add(t, "...");
}

void chain_name(struct text *t, const struct system *s, int process)
{
	add_name(t, s->process[process].name);
	text_addf(t, " %d", (int)s->process[process].pid);
}

const char *chain_which(const char *relation)
{
	static const char *const prepositions[] = { " by", " with", " end of" };
	size_t n = strlen(relation);

	for (size_t i = 0; i < sizeof prepositions / sizeof *prepositions; i++) {
		size_t length = strlen(prepositions[i]);

		if (n > length && strcmp(relation + n - length, prepositions[i]) == 0)
			return ", which";
	}
	return "";
}

void chain_object(struct text *t, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	const char *word = system_kind_word(o->kind);

	/* "pipe:[5]", "shm 5" have it in their names. */
	if (o->kind == SYSTEM_UNIX)
		text_add(t, strncmp(o->name, "socket:", 7) == 0 ? "unix " : "unix socket ");
	else if (strncmp(o->name, word, strlen(word)) != 0 && o->kind != SYSTEM_TERMINAL)
		text_addf(t, "%s ", o->kind == SYSTEM_MQUEUE ? "message queue" : word);
	add_name(t, o->name);
}

void chain_descriptor(struct text *t, const struct system *s, int process, int fd)
{
	char path[48], link[256];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)s->process[process].pid, fd);
	n = readlink(path, link, sizeof link - 1);
	link[n > 0 ? n : 0] = '\0';
	if (n > 0)
		add_name(t, link);
	else
		text_addf(t, "descriptor %d", fd);
}

/* --- links --------------------------------------------------------------------------------------- */

/* A cut never leaves half a character. */
static void copy(char *out, size_t size, const char *from)
{
	size_t n = strlen(from);

	if (n >= size)
		for (n = size - 1; n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80;)
			n--;
	memcpy(out, from, n);
	out[n] = '\0';
}

int chain_add(struct chain *c, int process, pid_t tid, int object, int depth, const char *source)
{
	struct why_link *link;

	if (c->out->n_links == WHY_LINKS) {
		c->full = true;
		return -1;
	}
	link = &c->out->link[c->out->n_links];
	*link = (struct why_link){ .object = object, .depth = depth };
	if (process >= 0) {
		link->pid = c->s->process[process].pid;
		link->tid = tid ? tid : link->pid;
		memcpy(link->name, c->s->process[process].name, sizeof link->name);
	}
	copy(link->sentence, sizeof link->sentence, text_string(&c->text));
	copy(link->source, sizeof link->source, source);
	return c->out->n_links++;
}

static void format(struct text *t, const char *form, va_list ap) __attribute__((format(printf, 2, 0)));

static void format(struct text *t, const char *form, va_list ap)
{
	char text[640];

	vsnprintf(text, sizeof text, form, ap);
	text_add(t, text);
}

int chain_say(struct chain *c, int object, int depth, const char *source, const char *form, ...)
{
	va_list ap;

	text_clear(&c->text);
	va_start(ap, form);
	format(&c->text, form, ap);
	va_end(ap);
	return chain_add(c, -1, 0, object, depth, source);
}

void chain_extend(struct chain *c, int link, const char *form, ...)
{
	va_list ap;

	if (link < 0)
		return;
	text_clear(&c->text);
	text_add(&c->text, c->out->link[link].sentence);
	va_start(ap, form);
	format(&c->text, form, ap);
	va_end(ap);
	copy(c->out->link[link].sentence, sizeof c->out->link[link].sentence, text_string(&c->text));
}

void chain_remedy(struct chain *c, const char *form, ...)
{
	struct text t = { 0 };
	va_list ap;

	if (c->out->remedy[0])
		return;
	va_start(ap, form);
	format(&t, form, ap);
	va_end(ap);
	copy(c->out->remedy, sizeof c->out->remedy, text_string(&t));
	text_free(&t);
}

/* --- what a thread does ------------------------------------------------------------------------------ */

static bool has_length(const char *call)
{
	static const char *const calls[] = { "read", "write", "pread", "pwrite", "recvfrom", "sendto", "recv", "send",
					     "mq_timedsend", "mq_timedreceive" };

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (strcmp(call, calls[i]) == 0)
			return true;
	return false;
}

/* "write(1, 10240 bytes)". */
static void add_call(struct text *t, const struct system_thread *th)
{
	const char *call = syscall_name(th->call);

	if (!call) {
		text_addf(t, "system call %ld", th->call);
		return;
	}
	text_add(t, call);
	switch (th->wait) {
	case WAIT_READ: case WAIT_WRITE:
		text_addf(t, "(%d", th->fd);
		if (has_length(call))
			text_addf(t, ", %llu byte%s", (unsigned long long)th->argument[2], th->argument[2] == 1 ? "" : "s");
		text_add(t, ")");
		break;
	case WAIT_ACCEPT: case WAIT_CONNECT: case WAIT_LOCK:
		text_addf(t, "(%d)", (int)th->argument[0]);
		break;
	case WAIT_SEND: case WAIT_RECEIVE:
		text_addf(t, "(%d, %llu bytes)", (int)th->argument[0], (unsigned long long)th->argument[2]);
		break;
	case WAIT_SEMAPHORE:
		text_addf(t, "(%d)", (int)th->argument[0]);
		break;
	case WAIT_CHILD:
		if (th->holder > 0)
			text_addf(t, "(%d)", (int)th->holder);
		break;
	case WAIT_POLL:
		/* An epoll's or a ring's: poll and select have none. */
		if (th->fd >= 0 && (th->needs || th->n_watched != 1 || wait_row(th->call)->about == ABOUT_EPOLL))
			text_addf(t, "(%d)", th->fd);
		break;
	case WAIT_NONE: case WAIT_UNKNOWN: case WAIT_OPEN: case WAIT_FUTEX: case WAIT_SIGNAL: case WAIT_TIME:
	case WAIT_DISK: case WAIT_STOPPED: case WAIT_OTHER:
		break;
	}
}

void chain_level(struct chain *c, int process, int fd, int object, bool writes)
{
	struct system_object *o = &c->s->object[object];
	bool b = false;
	const struct system_reading *level, *limit;

	system_levels(c->s, &object, 1);
	/* What is full for the one who writes is what the other side has not read. */
	for (int i = o->first_end; i < o->first_end + o->n_ends; i++) {
		const struct system_end *e = &c->s->end[c->s->by_object[i]];

		if (e->process == process && e->fd == fd)
			b = e->side == (writes ? 'a' : 'b');
	}
	level = b ? &o->level_b : &o->level;
	limit = b ? &o->limit_b : &o->limit;
	if (!writes && level->known && level->number == 0)
		text_add(&c->text, ", empty");
	else if (level->known && limit->known)
		text_addf(&c->text, ", %s%lld of %lld %s", writes ? "full: " : "",
			  (long long)level->number, (long long)limit->number,
			  o->kind == SYSTEM_MQUEUE ? "messages" : "B");
	else if (level->known)
		text_addf(&c->text, ", %lld B unread", (long long)level->number);
}

static void add_open(struct chain *c, const struct system_thread *th)
{
	if (th->object >= 0) {
		text_add(&c->text, " of ");
		chain_object(&c->text, c->s, th->object);
	}
	text_addf(&c->text, " for %s", th->part ? "writing" : "reading");
}

/* Which messages msgrcv(2) takes: others may stand in the queue. */
static void add_type(struct text *t, int64_t type)
{
	if (type > 0)
		text_addf(t, ", for one of type %lld", (long long)type);
	else if (type < 0)
		text_addf(t, ", for one of a type up to %lld", -(long long)type);
}

static void add_word(struct chain *c, const struct system_thread *th)
{
	const struct system_object *o = th->object >= 0 ? &c->s->object[th->object] : NULL;

	if (!o)
		return;
	text_add(&c->text, " on ");
	chain_object(&c->text, c->s, th->object);
	if (o->kind != SYSTEM_SEMAPHORE)
		return;
	system_levels(c->s, &th->object, 1);
	if (o->level.known)
		text_addf(&c->text, ", whose value is %lld", (long long)o->level.number);
}

static void add_about(struct chain *c, const struct system_thread *th)
{
	const struct sysv_object *x = th->object >= 0 ? &c->s->object[th->object].sysv : NULL;

	switch (th->wait) {
	case WAIT_READ: case WAIT_WRITE:
		text_add(&c->text, " on ");
		if (th->object < 0) {
			chain_descriptor(&c->text, c->s, th->process, th->fd);
			break;
		}
		chain_object(&c->text, c->s, th->object);
		chain_level(c, th->process, th->fd, th->object, th->wait == WAIT_WRITE);
		break;
	case WAIT_OPEN:
		add_open(c, th);
		break;
	case WAIT_SEND: case WAIT_RECEIVE:
		text_addf(&c->text, " on queue %d", (int)th->argument[0]);
		if (x)
			text_addf(&c->text, ", %llu messages, %llu of %llu B", (unsigned long long)x->queue.messages,
				  (unsigned long long)x->queue.bytes, (unsigned long long)x->queue.limit);
		if (th->wait == WAIT_RECEIVE)
			add_type(&c->text, (int64_t)th->argument[3]);
		break;
	case WAIT_SEMAPHORE:
		text_addf(&c->text, " for semaphore %d of set %d", th->part, (int)th->argument[0]);
		break;
	case WAIT_LOCK: case WAIT_ACCEPT: case WAIT_CONNECT:
		text_add(&c->text, " on ");
		if (th->object >= 0)
			chain_object(&c->text, c->s, th->object);
		else
			chain_descriptor(&c->text, c->s, th->process, (int)th->argument[0]);
		break;
	case WAIT_CHILD:
		text_add(&c->text, th->holder > 0 ? " for a child" : " for its children");
		break;
	case WAIT_POLL:
		chain_watches(c, th);
		break;
	case WAIT_FUTEX:
		add_word(c, th);
		break;
	case WAIT_NONE: case WAIT_UNKNOWN: case WAIT_SIGNAL: case WAIT_TIME: case WAIT_DISK: case WAIT_STOPPED:
	case WAIT_OTHER:
		break;
	}
}

/* "has waited 4.2 s": only of a sleep that was seen twice, and is told how long. */
static void add_wait(struct chain *c, const struct system_thread *th)
{
	char duration[32];

	if (th->asleep >= 100 * CLOCK_MS)
		text_addf(&c->text, " has waited %s in ", clock_duration(th->asleep, duration, sizeof duration));
	else
		text_add(&c->text, " waits in ");
	add_call(&c->text, th);
	add_about(c, th);
	if (th->timeout >= 0)
		text_addf(&c->text, ", %s at most", clock_duration(th->timeout, duration, sizeof duration));
}

static void add_stopped(struct chain *c, const struct system_thread *th)
{
	const struct system_process *p = &c->s->process[th->process];
	const char *signal = p->signal ? symbol_signal(p->signal) : NULL;
	int procdir = procfs_open(p->pid);
	struct status status = { 0 };
	char duration[32];

	if (procdir >= 0) {
		status_read(procdir, &status);
		close(procdir);
	}
	if (status.tracer > 0) {
		int tracer = system_find_process(c->s, status.tracer);

		text_add(&c->text, " is stopped by its tracer ");
		if (tracer >= 0)
			chain_name(&c->text, c->s, tracer);
		else
			text_addf(&c->text, "%d", (int)status.tracer);
	} else
		text_addf(&c->text, " is stopped%s%s", signal ? " by " : "", signal ? signal : "");
	if (th->asleep >= 100 * CLOCK_MS)
		text_addf(&c->text, ", for %s", clock_duration(th->asleep, duration, sizeof duration));
	if (status.tracer > 0)
		chain_remedy(c, "its tracer %d must let it go on, or detach", (int)status.tracer);
	else
		chain_remedy(c, "kill -CONT %d resumes it", (int)p->pid);
}

static void add_what(struct chain *c, const struct system_thread *th)
{
	char where[64] = "", path[48];

	switch (th->wait) {
	case WAIT_NONE:
		text_add(&c->text, " runs");
		break;
	case WAIT_UNKNOWN:
		text_addf(&c->text, " is asleep, and in which call is not told: %s", th->why ? th->why : "?");
		break;
	case WAIT_STOPPED:
		add_stopped(c, th);
		break;
	case WAIT_DISK:
		snprintf(path, sizeof path, "/proc/%d/wchan", (int)th->tid);
		procfs_read(AT_FDCWD, path, where, sizeof where);
		add_wait(c, th);
		text_add(&c->text, ", uninterruptibly (state D");
		if (where[0] && strcmp(where, "0") != 0) {
			text_add(&c->text, ", ");
			text_add_printable(&c->text, where, strlen(where));
		}
		text_add(&c->text, ")");
		break;
	case WAIT_TIME:
		add_wait(c, th);
		break;
	case WAIT_READ: case WAIT_WRITE: case WAIT_OPEN: case WAIT_ACCEPT: case WAIT_CONNECT: case WAIT_SEMAPHORE:
	case WAIT_SEND: case WAIT_RECEIVE: case WAIT_FUTEX: case WAIT_LOCK: case WAIT_CHILD: case WAIT_POLL:
	case WAIT_SIGNAL: case WAIT_OTHER:
		add_wait(c, th);
		break;
	}
}

static const char *level_source(const struct system_object *o)
{
	if (o->kind == SYSTEM_PIPE || o->kind == SYSTEM_FIFO)
		return ", FIONREAD and F_GETPIPE_SZ";
	return graph_is_socket(o) ? ", sock_diag" : o->kind == SYSTEM_MQUEUE ? ", mq_getattr" : ", /proc/PID/fd";
}

static const char *numbers_source(const struct system *s, const struct system_thread *t)
{
	switch (t->wait) {
	case WAIT_READ: case WAIT_WRITE: return t->object >= 0 ? level_source(&s->object[t->object]) : ", /proc/PID/fd";
	case WAIT_SEMAPHORE: return ", semctl GETVAL, GETPID";
	case WAIT_SEND: case WAIT_RECEIVE: return ", msgctl IPC_STAT";
	case WAIT_LOCK: return ", /proc/locks";
	case WAIT_POLL: return t->needs ? ", the ring's fdinfo and memory" : ", its memory or fdinfo";
	case WAIT_FUTEX: return ", its maps and memory";
	case WAIT_NONE: case WAIT_UNKNOWN: case WAIT_OPEN: case WAIT_ACCEPT: case WAIT_CONNECT: case WAIT_CHILD:
	case WAIT_SIGNAL: case WAIT_TIME: case WAIT_DISK: case WAIT_STOPPED: case WAIT_OTHER: break;
	}
	return "";
}

int chain_thread(struct chain *c, const struct system_thread *t, const char *relation, int depth)
{
	const struct system_process *p = &c->s->process[t->process];
	char source[SYSTEM_TEXT];

	text_clear(&c->text);
	if (*relation)
		text_addf(&c->text, "%s ", relation);
	chain_name(&c->text, c->s, t->process);
	if (t->tid != p->pid)
		text_addf(&c->text, " (its thread %d)", (int)t->tid);
	text_add(&c->text, chain_which(relation));
	add_what(c, t);
	snprintf(source, sizeof source, "/proc/%d/%s%s", (int)t->tid,
		 t->wait == WAIT_STOPPED ? "stat" : t->wait == WAIT_DISK ? "wchan" : "syscall", numbers_source(c->s, t));
	return chain_add(c, t->process, t->tid, t->object, depth, source);
}

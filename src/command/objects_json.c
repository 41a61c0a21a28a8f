/* SPDX-License-Identifier: MIT */
/* Objects and limits as JSON lines. */
#include <stdlib.h>
#include <string.h>

#include "command/json.h"
#include "command/objects_out.h"
#include "system/graph.h"

static void set_group(json_t *o, const char *key, const char *name_key, unsigned gid)
{
	char name[PAPER_USER];

	json_set_number(o, key, gid);
	json_set(o, name_key, paper_group(gid, name));
}

/* Seconds since 1970; null: never. */
static void set_moment(json_t *o, const char *key, int64_t seconds)
{
	json_set_reading(o, key, seconds != 0, seconds, NULL);
}

/* A process that did something last, at `when`: null when nobody did, or one in another PID namespace. A pid that
 * was given again since is nobody's. */
static void set_process(json_t *o, const char *key, const struct system *s, pid_t pid, int64_t when)
{
	int process = pid > 0 && !graph_gone(s, pid, when) ? system_find_process(s, pid) : -1;
	json_t *p;

	if (pid <= 0) {
		json_object_set_new(o, key, json_null());
		return;
	}
	p = json_object();
	json_set_number(p, "pid", pid);
	json_set_bool(p, "alive", process >= 0);
	if (process >= 0) {
		json_set_outside(p, "name", s->process[process].name);
		json_set_outside(p, "command", s->process[process].command);
	}
	json_object_set_new(o, key, p);
}

static void set_queue(json_t *o, const struct system *s, const struct sysv_object *q)
{
	json_set_number(o, "messages", (int64_t)q->queue.messages);
	json_set_number(o, "bytes", (int64_t)q->queue.bytes);
	json_set_number(o, "limit", (int64_t)q->queue.limit);
	set_process(o, "last_sender", s, q->queue.last_sender, q->queue.sent);
	set_process(o, "last_receiver", s, q->queue.last_receiver, q->queue.received);
	set_moment(o, "sent", q->queue.sent);
	set_moment(o, "received", q->queue.received);
}

static void set_segment(json_t *o, const struct system *s, const struct sysv_object *m)
{
	int64_t used = m->segment.attach_time > m->segment.detach_time ? m->segment.attach_time : m->segment.detach_time;

	json_set_number(o, "size", (int64_t)m->segment.size);
	json_set_number(o, "attached", (int64_t)m->segment.attached);
	json_set_bool(o, "marked", m->segment.marked);
	json_set_bool(o, "locked", m->segment.locked);
	set_process(o, "creator_process", s, m->segment.creator, m->changed);
	set_process(o, "last", s, m->segment.last, used);
	set_moment(o, "attach_time", m->segment.attach_time);
	set_moment(o, "detach_time", m->segment.detach_time);
}

static void set_semaphores(json_t *o, const struct system *s, const struct sysv_object *set)
{
	int64_t changed = set->semaphores.operated > set->changed ? set->semaphores.operated : set->changed;
	json_t *list = json_array();

	json_set_number(o, "count", set->semaphores.count);
	set_moment(o, "operated", set->semaphores.operated);
	for (unsigned i = 0; i < set->semaphores.count; i++) {
		struct sysv_semaphore now;
		json_t *x;

		if (sysv_semaphore_read(set->id, i, &now) < 0) { /* not readable, or gone */
			json_decref(list);
			json_object_set_new(o, "semaphores", json_null());
			json_set(o, "semaphores_why", "not permitted to read, or gone");
			return;
		}
		x = json_object();
		json_set_number(x, "value", now.value);
		json_set_number(x, "waiters", now.waiting_increase);
		json_set_number(x, "zero_waiters", now.waiting_zero);
		set_process(x, "last", s, now.last, changed);
		json_array_append_new(list, x);
	}
	json_object_set_new(o, "semaphores", list);
}

static void set_sysv(json_t *o, const struct system *s, const struct sysv_object *x)
{
	char key[16];

	json_set_number(o, "id", x->id);
	snprintf(key, sizeof key, "0x%08x", x->key);
	json_set(o, "key", key);
	json_set_user(o, "creator_uid", "creator", x->creator_uid);
	set_group(o, "creator_gid", "creator_group", x->creator_gid);
	switch (x->kind) {
	case SYSV_QUEUE:
		set_queue(o, s, x);
		break;
	case SYSV_SEGMENT:
		set_segment(o, s, x);
		break;
	case SYSV_SEMAPHORES:
		set_semaphores(o, s, x);
		break;
	}
}

static void set_posix(json_t *o, const struct system *s, const struct facility *f)
{
	const struct system_object *x = f->object >= 0 ? &s->object[f->object] : NULL;
	const char *size = f->kind == 'Q' ? "bytes" : f->kind == 'M' ? "size" : "value";

	json_set_outside(o, "name", f->name);
	json_set_bool(o, "listed", f->listed);
	if (f->kind == 'Q' && x) {
		const struct posix_queue *q = &x->queue;

		json_set_reading(o, "messages", x->level.known, x->level.number, x->level.why);
		json_set_reading(o, "limit", x->limit.known, x->limit.number, x->limit.why);
		json_set_reading(o, "message_size", x->level.known && q->message_size, (int64_t)q->message_size, NULL);
		json_set_reading(o, "bytes", f->size_known || q->detail, f->size_known ? f->size : (int64_t)q->bytes, NULL);
		set_process(o, "notify", s, q->notify_pid, 0);
		return;
	}
	json_set_reading(o, size, f->size_known, f->size, NULL);
	if (f->kind == 'M')
		json_set_reading(o, "allocated", f->allocated >= 0, f->allocated, NULL);
}

static void set_users(json_t *o, const struct system *s, const struct facility *f)
{
	struct facility_users u;
	json_t *list = json_array();

	facility_users(&u, s, f);
	for (size_t i = 0; i < u.count; i++) {
		const struct system_process *p = &s->process[u.process[i]];
		const struct system_thread *sleeper = NULL;
		json_t *x = json_object();

		for (int k = 0; k < p->n_threads && !sleeper; k++)
			if (s->thread[p->first_thread + k].object == f->object)
				sleeper = &s->thread[p->first_thread + k];
		json_set_number(x, "pid", p->pid);
		json_set_outside(x, "name", p->name);
		json_set_number(x, "uid", p->uid);
		json_set_bool(x, "waits", sleeper != NULL);
		if (sleeper && sleeper->asleep >= 0)
			json_object_set_new(x, "asleep", json_real((double)sleeper->asleep / 1e9));
		if (sleeper && sleeper->wait == WAIT_SEMAPHORE)
			json_set_number(x, "semaphore", sleeper->part);
		json_array_append_new(list, x);
	}
	json_object_set_new(o, "users", list);
	json_set_reading(o, "unseen", !u.blind, (int64_t)u.unseen, "the kernel does not count who uses it");
	free(u.process);
}

static json_t *object_json(const struct system *s, const struct facility *f)
{
	const struct system_object *x = f->object >= 0 ? &s->object[f->object] : NULL;
	json_t *o = json_object();
	char mode[8];

	json_set(o, "type", "facility");
	json_set(o, "kind", facility_kind_word(f->kind));
	if (f->sysv)
		set_sysv(o, s, f->sysv);
	else
		set_posix(o, s, f);
	if (f->owned) {
		snprintf(mode, sizeof mode, "%04o", f->mode);
		json_set(o, "mode", mode);
		json_set_user(o, "uid", "user", f->uid);
		set_group(o, "gid", "group", f->gid);
		set_moment(o, "changed", f->changed);
	}
	json_set(o, "state", facility_state(s, f));
	json_set_outside(o, "what", x ? x->what : "");
	if (x && x->since)
		json_object_set_new(o, "lasted", json_real((double)(s->taken - x->since) / 1e9));
	json_set_number(o, "waiting", f->sleepers > (x ? x->waiting : 0) ? f->sleepers : x ? x->waiting : 0);
	set_users(o, s, f);
	return o;
}

void objects_json(FILE *f, const struct system *s, const struct facilities *list)
{
	for (size_t i = 0; i < list->count; i++)
		json_line(f, object_json(s, &list->list[i]));
}

void limits_json(FILE *f, const struct limit *limit, int n)
{
	for (int i = 0; i < n; i++) {
		json_t *o = json_object();

		json_set(o, "type", "limit");
		json_set(o, "name", limit[i].name);
		json_set(o, "what", limit[i].what);
		json_set(o, "unit", limit[i].unit);
		/* Some are as large as 64 bits go, beyond what JSON's integers hold here. */
		json_object_set_new(o, "limit", !limit[i].limited ? json_null() :
			limit[i].limit > INT64_MAX ? json_real((double)limit[i].limit) : json_integer((json_int_t)limit[i].limit));
		json_set_reading(o, "used", limit[i].used_known, (int64_t)limit[i].used, limit[i].why);
		json_line(f, o);
	}
}

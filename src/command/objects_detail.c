/* SPDX-License-Identifier: MIT */
/* What is known of one object beyond its line: whose it is, when what happened, each semaphore of a set, who
 * uses it. */
#include <stdlib.h>
#include <string.h>

#include "command/objects_out.h"
#include "system/graph.h"

enum { SHOWN_SEMAPHORES = 256 };

/* ---- who and when --------------------------------------------------------------------------- */

/* A pid is somebody's as long as he has not begun after `when`, seconds since 1970. */
static void add_process(struct text *t, const struct system *s, pid_t pid, int64_t when)
{
	int process = system_find_process(s, pid);

	if (process < 0 || graph_gone(s, pid, when)) {
		text_addf(t, "%d (gone)", pid);
		return;
	}
	text_add_printable(t, s->process[process].name, strlen(s->process[process].name));
	text_addf(t, " %d", pid);
}

/* "sent 2026-11-28 23:44:39 by feeder 31497": without a pid where the kernel keeps none of it. */
static void add_event(struct text *t, const struct system *s, const char *what, int64_t when, const pid_t *pid)
{
	text_addf(t, "%s%s ", t->length ? "; " : "", what);
	paper_add_moment(t, when);
	if (!pid || !when)
		return;
	text_add(t, " by ");
	if (*pid > 0)
		add_process(t, s, *pid, when);
	else
		text_add(t, "a process of another PID namespace");
}

static void add_ownership(struct text *t, const struct facility *f)
{
	char user[PAPER_USER], group[PAPER_USER];

	text_addf(t, "owner %s:%s", paper_user(f->uid, user), paper_group(f->gid, group));
	if (f->sysv)
		text_addf(t, "; creator %s:%s", paper_user(f->sysv->creator_uid, user), paper_group(f->sysv->creator_gid, group));
	text_add(t, "; changed ");
	paper_add_moment(t, f->changed);
}

/* ---- of each kind --------------------------------------------------------------------------- */

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void add_queue(struct text *t, const struct system *s, const struct sysv_object *q)
{
	text_addf(t, "%llu of %llu bytes, %llu message%s", (unsigned long long)q->queue.bytes,
		  (unsigned long long)q->queue.limit, (unsigned long long)q->queue.messages, plural(q->queue.messages));
	add_event(t, s, "sent", q->queue.sent, &q->queue.last_sender);
	add_event(t, s, "received", q->queue.received, &q->queue.last_receiver);
}

static void add_segment(struct text *t, const struct system *s, const struct sysv_object *m)
{
	int64_t used = m->segment.attach_time > m->segment.detach_time ? m->segment.attach_time : m->segment.detach_time;
	int creator = system_find_process(s, m->segment.creator);

	text_addf(t, "%llu bytes%s", (unsigned long long)m->segment.size,
		  m->segment.marked ? ", goes with the last detach" : "");
	add_event(t, s, "attached", m->segment.attach_time, NULL);
	add_event(t, s, "detached", m->segment.detach_time, NULL);
	if (m->segment.last > 0) {
		text_add(t, "; last by ");
		add_process(t, s, m->segment.last, used);
	}
	text_add(t, "\nmade by ");
	if (m->segment.creator <= 0) {
		text_add(t, "a process of another PID namespace");
		return;
	}
	add_process(t, s, m->segment.creator, m->changed);
	if (creator >= 0 && !graph_gone(s, m->segment.creator, m->changed) && s->process[creator].command[0]) {
		text_add(t, ": ");
		text_add_printable(t, s->process[creator].command, strlen(s->process[creator].command));
	}
}

/* Those who sleep about one semaphore of the set. */
static void add_sleepers(struct text *t, const struct system *s, const struct waiters *w, int object, unsigned index)
{
	int told = 0;

	for (int i = object >= 0 ? w->first[object] : -1; i >= 0; i = w->next[i]) {
		const struct system_thread *thread = &s->thread[i];
		const struct system_process *p = &s->process[thread->process];

		if (thread->wait != WAIT_SEMAPHORE || thread->part != (int)index)
			continue;
		text_add(t, told++ ? ", " : ": ");
		text_add_printable(t, p->name, strlen(p->name));
		text_addf(t, " %d", p->pid);
	}
}

/* "[0] 0, 2 wait for more: a 12, b 13; [1] 5, last by c 14" */
static bool add_semaphore(struct text *t, const struct system *s, const struct waiters *w, const struct facility *f,
			  unsigned i)
{
	const struct sysv_object *set = f->sysv;
	struct sysv_semaphore now;

	if (sysv_semaphore_read(set->id, i, &now) < 0)
		return false;
	text_addf(t, "%s[%u] %d", i ? "; " : "", i, now.value);
	if (now.waiting_increase)
		text_addf(t, ", %d wait%s for more", now.waiting_increase, now.waiting_increase == 1 ? "s" : "");
	if (now.waiting_zero)
		text_addf(t, ", %d wait%s for 0", now.waiting_zero, now.waiting_zero == 1 ? "s" : "");
	if (now.waiting_increase || now.waiting_zero)
		add_sleepers(t, s, w, f->object, i);
	if (now.last > 0) {
		text_add(t, ", last by ");
		add_process(t, s, now.last, set->semaphores.operated > set->changed ? set->semaphores.operated : set->changed);
	}
	return true;
}

static void add_semaphores(struct text *t, const struct system *s, const struct waiters *w, const struct facility *f)
{
	const struct sysv_object *set = f->sysv;

	text_addf(t, "%u semaphore%s", set->semaphores.count, plural(set->semaphores.count));
	add_event(t, s, "operated", set->semaphores.operated, NULL);
	text_add(t, "\n");
	for (unsigned i = 0; i < set->semaphores.count && i < SHOWN_SEMAPHORES; i++)
		if (!add_semaphore(t, s, w, f, i)) {
			text_add(t, "? its values: not permitted to read, or gone");
			return;
		}
	if (set->semaphores.count > SHOWN_SEMAPHORES)
		text_addf(t, "; and %u more", set->semaphores.count - SHOWN_SEMAPHORES);
}

static void add_posix_queue(struct text *t, const struct system *s, const struct system_object *o)
{
	const struct posix_queue *q = &o->queue;

	if (!o->level.known) {
		text_addf(t, "? its messages: %s", o->level.why ? o->level.why : "not known");
		return;
	}
	text_addf(t, "%llu of %llu messages", (unsigned long long)q->messages, (unsigned long long)q->maximum);
	if (q->message_size)
		text_addf(t, " of at most %llu bytes", (unsigned long long)q->message_size);
	if (q->detail)
		text_addf(t, "; %llu bytes in them", (unsigned long long)q->bytes);
	if (q->detail && q->notify_pid) {
		text_add(t, "; the next message is notified to ");
		add_process(t, s, q->notify_pid, 0);
	}
}

static void add_posix(struct text *t, const struct system *s, const struct facility *f)
{
	switch (f->kind) {
	case 'Q':
		if (f->object >= 0)
			add_posix_queue(t, s, &s->object[f->object]);
		break;
	case 'M':
		if (f->size_known)
			text_addf(t, "%lld bytes", (long long)f->size);
		if (f->size_known && f->allocated >= 0)
			text_addf(t, ", %lld allocated", (long long)f->allocated);
		break;
	case 'S':
		if (f->size_known)
			text_addf(t, "value %lld", (long long)f->size);
		break;
	}
}

static void add_facts(struct text *t, const struct system *s, const struct waiters *w, const struct facility *f)
{
	if (!f->sysv) {
		add_posix(t, s, f);
		return;
	}
	switch (f->sysv->kind) {
	case SYSV_QUEUE:
		add_queue(t, s, f->sysv);
		break;
	case SYSV_SEGMENT:
		add_segment(t, s, f->sysv);
		break;
	case SYSV_SEMAPHORES:
		add_semaphores(t, s, w, f);
		break;
	}
}

/* ---- who uses it ---------------------------------------------------------------------------- */

static void add_users(struct text *t, const struct paper *p, const struct system *s, const struct waiters *w,
		      const struct facility *f, bool all)
{
	struct users holders = { 0 };
	struct facility_users u;

	facility_users(&u, s, f);
	if (all && u.count + u.unseen)
		text_add(t, "used by ");
	if (f->object >= 0) {
		users_find(&holders, s, w, f->object);
		users_once(&holders);
		users_add(t, p, s, &holders, USERS_WRITE | USERS_READ, 0, p->width);
	}
	if (u.unseen)
		text_addf(t, "%s%zu %s that cannot be looked into", u.count ? ", " : "", u.unseen,
			  f->kind == 's' ? u.unseen == 1 ? "sleeper" : "sleepers" : u.unseen == 1 ? "attachment" : "attachments");
	if (all && !t->length)
		text_add(t, !u.blind ? f->name ? "nobody has it open" : f->kind == 'm' ? "nobody is attached" : ""
				     : "who uses it cannot be seen");
	users_free(&holders);
	free(u.process);
}

static void end_line(struct text *t, struct text *line)
{
	if (line->length)
		text_addf(t, "%s%s", t->length ? "\n" : "", text_string(line));
	text_clear(line);
}

void objects_detail(struct text *t, const struct paper *p, const struct system *s, const struct waiters *w,
		    const struct facility *f, bool all)
{
	const struct system_object *o = f->object >= 0 ? &s->object[f->object] : NULL;
	struct text line = { 0 };

	if (all && f->owned)
		add_ownership(&line, f);
	end_line(t, &line);
	if (all)
		add_facts(&line, s, w, f);
	end_line(t, &line);
	add_users(&line, p, s, w, f, all && !(o && o->word == WORD_ORPHANED));
	end_line(t, &line);
	if (o && o->word <= WORD_WAITING)
		text_add_printable(&line, o->what, strlen(o->what));
	end_line(t, &line);
	if (all && f->name && !f->listed && !f->unlinked && !facility_is_here(f))
		text_add(&line, "its name is one of another namespace: from here it cannot be removed");
	end_line(t, &line);
	text_free(&line);
}

/* SPDX-License-Identifier: MIT */
/* Reading the kernel about processes. Nothing here changes what is read. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "probe/census.h"
#include "process/actor.h"
#include "stage/internal.h"

static void died_quietly(struct stage *s, struct member *m)
{
	/* No pidfd (a kernel before 5.3): the folder says so. */
	if (m->pidfd < 0 && !m->dead) {
		m->dead = true;
		m->order.active = false;
		m->descriptors.count = 0;
	}
	if (m->dead)
		member_state(s, m, PROCESS_ENDED);
}

/* A real program has no orders: what it does shows in its state and its call alone. */
static void sample_program(struct stage *s, struct member *m)
{
	struct syscall_state now;
	bool slept;

	syscall_read(m->procdir, &now);
	/* Where the call may not be looked at, that it sleeps can be known all the same. */
	slept = (m->status.state == 'S' || m->status.state == 'D') && m->status.voluntary == m->seen_switches &&
		(now.where == SYSCALL_INSIDE ? syscall_same(&now, &m->seen) : now.where == SYSCALL_UNKNOWN);
	m->seen = now;
	m->seen_switches = m->status.voluntary;
	if (slept)
		member_state(s, m, PROCESS_BLOCKED);
	else if (m->status.state == 'R' || m->state != PROCESS_BLOCKED || (now.where != SYSCALL_INSIDE && now.where != SYSCALL_UNKNOWN))
		member_state(s, m, PROCESS_RUNNING);
}

/* One in the middle of an order: stopped, or blocked and perhaps awake again. */
static void sample_actor(struct stage *s, struct member *m)
{
	struct syscall_state now;

	if (!m->order.active) {
		if (m->state == PROCESS_STOPPED)
			member_state(s, m, PROCESS_READY);
		return;
	}
	if (m->order.kind == WIRE_STREAM) {
		sample_program(s, m);
		return;
	}
	syscall_read(m->procdir, &now);
	if (m->state == PROCESS_STOPPED || (m->state == PROCESS_BLOCKED && now.where == SYSCALL_RUNNING))
		member_state(s, m, PROCESS_CALLING);
}

void sample_member(struct stage *s, struct member *m)
{
	struct status before = m->status;
	int got;

	if (m->procdir < 0 || m->state == PROCESS_ENDED)
		return;
	got = status_read(m->procdir, &m->status);
	m->status_error = -got;
	if (got == -ESRCH || got == -ENOENT) {
		died_quietly(s, m);
		return;
	}
	if (got < 0)
		return;
	m->parent = m->status.parent;
	if (memcmp(&m->status, &before, sizeof before))
		stage_changed(s);
	if (m->status.state == 'Z' || m->status.state == 'X') {
		m->descriptors.count = 0;
		member_state(s, m, PROCESS_ZOMBIE);
	} else if (m->status.state == 'T' || m->status.state == 't') {
		member_state(s, m, PROCESS_STOPPED);
	} else if (m->program || m->stranger) {
		sample_program(s, m);
	} else {
		sample_actor(s, m);
	}
}

/* Tells one table from another: numbers, what they lead to, and flags. */
static uint64_t fingerprint(const struct descriptors *d)
{
	uint64_t f = d->count;

	for (size_t i = 0; i < d->count; i++)
		f = f * 1000003 + d->list[i].inode * 31 + (uint64_t)d->list[i].number * 7 + (uint64_t)d->list[i].flags;
	return f;
}

/* A real program has the lifeline along, and so have its children: it is none of theirs. */
static void drop_lifeline(struct member *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->descriptors.count; i++) {
		const struct descriptor *d = &m->descriptors.list[i];

		if (d->kind == DESCRIPTOR_SOCKET && d->number >= actor_reserved() && d->number <= actor_reserved() + 1)
			continue;
		m->descriptors.list[kept++] = *d;
	}
	m->descriptors.count = kept;
}

void sample_descriptors(struct stage *s, struct member *m)
{
	uint64_t before = fingerprint(&m->descriptors);

	if (m->procdir < 0 || m->dead)
		return;
	if (m->outside) {
		outside_descriptors(s, m);
	} else {
		descriptors_read(m->procdir, m->program || m->stranger ? INT32_MAX : actor_reserved(), &m->descriptors);
		drop_lifeline(m);
	objects_from_descriptors(s, m);
	}
	if (fingerprint(&m->descriptors) != before)
		stage_changed(s);
}

/* Children of real programs (a shell's pipeline) hold ends too: they are found, named after
 * what they run and shown. Only when there are real programs: it costs a look at all. */
void sample_strangers(struct stage *s)
{
	static struct census all;
	pid_t found[STAGE_MEMBERS];
	int programs = 0;

	for (int i = 0; i < s->n_members; i++)
		programs += s->member[i]->program && !s->member[i]->dead;
	if (!programs || census_read(&all, NULL) < 0)
		return;
	for (int i = s->n_members - 1; i >= 0; i--) {
		size_t n = s->member[i]->program && !s->member[i]->dead ?
				   census_descendants(&all, s->member[i]->pid, found, STAGE_MEMBERS) : 0;

		for (size_t k = 0; k < n; k++) {
			const struct census_entry *entry = census_find(&all, found[k]);
			char name[PICTURE_NAME];
			struct text shown = { 0 };
			struct member *m;

			if (!entry || member_of_pid(s, found[k]))
				continue;
			text_add_printable(&shown, entry->name, strlen(entry->name));
			snprintf(name, sizeof name, "%.15s-%d", text_string(&shown), (int)found[k]);
			text_free(&shown);
			m = member_add(s, name, NULL);
			if (!m)
				return;
			m->stranger = m->hello = true;
			m->state = PROCESS_RUNNING;
			snprintf(m->command, sizeof m->command, "child of %.60s", s->member[i]->name);
			member_born(s, m, found[k]);
		}
	}
}

/* SPDX-License-Identifier: MIT */
/* The processes of the stage: from being asked for to how they ended. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "probe/ending.h"
#include "probe/procfs.h"
#include "process/actor.h"
#include "stage/internal.h"

enum { CHECK_FIRST = 30 * 1000, CHECK_LAST = 5 * 1000 * 1000 }; /* ns */

struct member *member_find(const struct stage *s, const char *name)
{
	for (int i = 0; i < s->n_members; i++)
		if (!strcmp(s->member[i]->name, name))
			return s->member[i];
	return NULL;
}

struct member *member_of_pid(const struct stage *s, int64_t pid)
{
	for (int i = s->n_members - 1; i >= 0; i--)
		if (s->member[i]->pid == pid)
			return s->member[i];
	return NULL;
}

struct member *member_of_place(const struct stage *s, int place)
{
	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->place == place)
			return s->member[i];
	return NULL;
}

bool member_descends(const struct member *m, int place)
{
	for (int i = 0; m && i < STAGE_MEMBERS; i++) {
		if (m->place == place)
			return true;
		m = m->forked_from < 0 ? NULL : member_of_place(m->stage, m->forked_from);
	}
	return false;
}

/* The first letter of its name where nobody has it yet, else the first that is free: a
 * reader of "w"*4096 sees who wrote. */
static uint8_t choose_letter(const struct stage *s, const char *name)
{
	bool taken[26] = { false };
	int c = name[0] | 0x20;

	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->letter >= 'a') /* '*' is nobody's own */
			taken[s->member[i]->letter - 'a'] = true;
	if (c >= 'a' && c <= 'z' && !taken[c - 'a'])
		return (uint8_t)c;
	for (int i = 0; i < 26; i++)
		if (!taken[i])
			return (uint8_t)('a' + i);
	return '*';
}

struct member *member_add(struct stage *s, const char *name, struct error *e)
{
	struct member *m, *before = member_find(s, name);

	if (before && before->state != PROCESS_ENDED) {
		error_set(e, 0, "there is a process %s already", name);
		return NULL;
	}
	if (s->n_members == STAGE_MEMBERS) {
		error_set(e, 0, "the stage has room for %d processes", STAGE_MEMBERS);
		return NULL;
	}
	if (before) /* the name goes to the new one */
		snprintf(before->name, sizeof before->name, "%.20s-%d", name, (int)before->pid);
	m = memory_new(1, sizeof *m);
	m->stage = s;
	m->forked_from = -1;
	snprintf(m->name, sizeof m->name, "%s", name);
	m->letter = choose_letter(s, name);
	m->pidfd = m->procdir = m->control = m->lifeline = -1;
	m->place = s->n_members; /* members are never taken off before all are */
	m->state = PROCESS_STARTING;
	m->since = clock_now();
	m->check_due = INT64_MAX;
	m->status_error = ENODATA;
	s->member[s->n_members++] = m;
	stage_changed(s);
	return m;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void member_remove_all(struct stage *s)
{
	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];

		shut(&m->lifeline); /* this alone ends it */
		shut(&m->control);
		shut(&m->pidfd);
		shut(&m->procdir);
		descriptors_free(&m->descriptors);
		mappings_free(&m->maps);
		free(m->leads);
		free(m);
	}
	s->n_members = 0;
}

void member_born(struct stage *s, struct member *m, pid_t pid)
{
	if (m->pid > 0)
		return;
	m->pid = pid;
	m->procdir = procfs_open(pid);
#ifdef SYS_pidfd_open
	m->pidfd = (int)syscall(SYS_pidfd_open, pid, 0); /* close-on-exec always */
#endif
	if (m->pidfd >= 0)
		stage_watch(s, m->pidfd, WATCH_DEATH, m);
	if (m->hello) /* before, it has the stagehand's */
		sample_descriptors(s, m);
	stage_changed(s);
}

void member_state(struct stage *s, struct member *m, enum process_state state)
{
	if (m->state == state)
		return;
	m->state = state;
	m->since = clock_now();
	if (state == PROCESS_CALLING) {
		m->check_step = CHECK_FIRST;
		m->check_due = m->since + m->check_step;
		m->seen.where = SYSCALL_UNKNOWN;
	} else {
		m->check_due = INT64_MAX;
	}
	stage_changed(s);
}

static bool in_own_call(const struct member *m, const struct syscall_state *now)
{
	if (now->where != SYSCALL_INSIDE || !m->order.call || !call_sleeps_in(m->order.call, now->number))
		return false;
	/* Between two orders it sleeps too: on its control socket. */
	return now->argument[0] != (uint64_t)actor_reserved();
}

/* Twice the same sleep, and it did not run in between: it has blocked. */
void member_check(struct stage *s, struct member *m, int64_t now)
{
	struct syscall_state call;
	struct status status = { 0 };
	bool asleep;

	m->check_due = INT64_MAX;
	if (m->state != PROCESS_CALLING || !m->order.active || m->procdir < 0)
		return;
	syscall_read(m->procdir, &call);
	if (status_read(m->procdir, &status) == 0 && status.state == 'T') {
		order_stopped(s, m);
		return;
	}
	asleep = in_own_call(m, &call) && status.state == 'S';
	if (asleep && syscall_same(&call, &m->seen) && status.voluntary == m->seen_switches) {
		order_blocked(s, m);
		return;
	}
	m->seen = call;
	m->seen_switches = status.voluntary;
	if (!asleep)
		m->seen.where = SYSCALL_UNKNOWN;
	if (m->check_step < CHECK_LAST)
		m->check_step *= 2;
	m->check_due = now + (asleep ? CHECK_FIRST : m->check_step);
}

/* Whether somebody still has to wait for it. */
static bool is_zombie(const struct member *m)
{
	struct status status;

	return m->procdir >= 0 && status_read(m->procdir, &status) == 0 && status.state == 'Z';
}

void member_ending(struct stage *s, struct member *m, int wait_status)
{
	m->dead = true;
	m->ending_known = true;
	m->wait_status = wait_status;
	order_died(s, m);
	m->descriptors.count = 0;
	sysv_died(s, m);
	if (!m->ending_told)
		tell_ending(s, m);
	m->ending_told = true;
	member_state(s, m, is_zombie(m) ? PROCESS_ZOMBIE : PROCESS_ENDED);
	shut(&m->control);
	shut(&m->lifeline);
	stage_changed(s);
}

/* What it reported before it died comes first; and whether it had become a program. */
static void last_words(struct stage *s, struct member *m)
{
	order_replies(s);
	if (m->order.active && m->order.kind == WIRE_EXEC)
		order_control_closed(s, m);
}

void member_reaped(struct stage *s, struct member *m, int wait_status)
{
	last_words(s, m);
	member_ending(s, m, wait_status);
}

void member_died(struct stage *s, struct member *m)
{
	int status;

	if (m->pidfd < 0)
		return;
	last_words(s, m);
	epoll_ctl(s->epoll, EPOLL_CTL_DEL, m->pidfd, NULL);
	m->dead = true;
	if (m->ending_known)
		return;
	if (ending_read(m->pidfd, m->procdir, &status) == 0) {
		member_ending(s, m, status);
		return;
	}
	/* How is told by the stagehand, or the parent's wait. */
	order_died(s, m);
	m->descriptors.count = 0;
	member_state(s, m, is_zombie(m) ? PROCESS_ZOMBIE : PROCESS_ENDED);
}

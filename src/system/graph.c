/* SPDX-License-Identifier: MIT */
/* The graph of waits: parties of an object, and who is lost. */
#include "system/graph.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

bool graph_is_socket(const struct system_object *o)
{
	return o->kind == SYSTEM_UNIX || o->kind == SYSTEM_TCP || o->kind == SYSTEM_UDP;
}

bool graph_is_listener(const struct system_object *o)
{
	return o->socket && (o->socket[0].state == SOCKET_LISTENING || o->socket[0].state == SOCKET_TCP_LISTEN);
}

bool graph_is_outside(const struct system_object *o)
{
	return (o->kind == SYSTEM_TCP || o->kind == SYSTEM_UDP) && o->inode_b == 0 && !graph_is_listener(o);
}

static char side_of(const struct system *s, int process, int fd)
{
	const struct system_process *p = &s->process[process];

	for (int i = p->first_end; i < p->first_end + p->n_ends; i++)
		if (s->end[i].fd == fd)
			return s->end[i].side;
	return 0;
}

static bool is_party(const struct system_end *e, char own_side, bool writes)
{
	if (own_side && e->side)
		return e->side != own_side;
	return e->access == 'b' || e->access == (writes ? 'r' : 'w');
}

void graph_parties(const struct system *s, int process, int fd, int object, bool writes, struct graph_parties *out)
{
	const struct system_object *o = &s->object[object];
	char side = side_of(s, process, fd);
	int last = -1;

	*out = (struct graph_parties){ .own_fd = -1 };
	for (int i = o->first_end; i < o->first_end + o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[i]];

		if (e->fd < 0 || !is_party(e, side, writes))
			continue;
		if (e->process == process) {
			/* A descriptor open for both is no other side of itself unless it is a FIFO's. */
			if (out->own_fd < 0 && (e->fd != fd || o->kind == SYSTEM_FIFO))
				out->own_fd = e->fd;
			continue;
		}
		if (e->process == last)
			continue;
		last = e->process;
		if (out->n < GRAPH_PARTIES)
			out->who[out->n] = (struct graph_party){ e->process, e->fd };
		out->n++;
	}
}

bool graph_writes(const struct system_thread *t)
{
	return t->wait == WAIT_WRITE || (t->wait == WAIT_OPEN && t->part);
}

int graph_process_of(const struct system *s, pid_t tid, int process)
{
	char path[64];

	if (tid <= 0)
		return -1;
	if (process >= 0) {
		snprintf(path, sizeof path, "/proc/%d/task/%d", (int)s->process[process].pid, (int)tid);
		if (access(path, F_OK) == 0)
			return process;
	}
	return system_find_process(s, tid);
}

/* When a process started, in seconds since 1970: its start counts ticks since the machine did. */
static int64_t started(const struct system_process *p)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return now.tv_sec - up.tv_sec + (int64_t)(p->start / (uint64_t)sysconf(_SC_CLK_TCK));
}

bool graph_gone(const struct system *s, pid_t pid, int64_t since)
{
	int process;

	if (pid <= 0)
		return false;
	process = system_find_process(s, pid);
	if (process >= 0)
		return s->process[process].state == 'Z' || (since && started(&s->process[process]) > since + 1);
	return kill(pid, 0) != 0 && errno == ESRCH;
}

/* --- who is lost -------------------------------------------------------------------------------- */

static bool all_lost(const struct system *s, const bool *lost, int process, int fd, int object, bool writes)
{
	const struct system_object *o = &s->object[object];
	struct graph_parties p;

	if (o->hidden || o->kind == SYSTEM_TERMINAL || o->kind == SYSTEM_EVENT || graph_is_listener(o))
		return false;
	graph_parties(s, process, fd, object, writes, &p);
	if (p.n > GRAPH_PARTIES || (p.n == 0 && p.own_fd < 0))
		return false;
	for (int i = 0; i < p.n; i++)
		if (!lost[p.who[i].process])
			return false;
	return p.n > 0 || lost[process];
}

static bool poll_stuck(const struct system *s, const bool *lost, const struct system_thread *t)
{
	for (int i = t->first_watched; i < t->first_watched + t->n_watched; i++) {
		const struct system_watched *w = &s->watched[i];

		if (w->object < 0)
			return false;
		if (w->events & POLLIN && !all_lost(s, lost, t->process, w->fd, w->object, false))
			return false;
		if (w->events & POLLOUT && !all_lost(s, lost, t->process, w->fd, w->object, true))
			return false;
		if (!(w->events & (POLLIN | POLLOUT)))
			return false;
	}
	return t->n_watched > 0;
}

static bool children_lost(const struct system *s, const bool *lost, const struct system_thread *t)
{
	int process = t->holder > 0 ? system_find_process(s, t->holder) : -1, seen = 0;

	if (t->holder > 0)
		return process >= 0 && lost[process];
	for (size_t i = 0; i < s->n_processes; i++)
		if (s->process[i].parent == s->process[t->process].pid) {
			if (!lost[i])
				return false;
			seen++;
		}
	return seen > 0;
}

/* A poll ends with a signal as well, and SIGCHLD comes from a child that can still act: make(1) waits so
 * on its own pipe of tokens. */
static bool child_may_end(const struct system *s, const bool *lost, const struct system_thread *t)
{
	for (size_t i = 0; i < s->n_processes; i++)
		if (s->process[i].parent == s->process[t->process].pid && !lost[i])
			return true;
	return false;
}

static bool holder_lost(const struct system *s, const bool *lost, const struct system_thread *t)
{
	int process = graph_process_of(s, t->holder, t->wait == WAIT_FUTEX ? t->process : -1);

	return process >= 0 && lost[process];
}

bool graph_stuck(const struct system *s, const bool *lost, const struct system_thread *t)
{
	if (!t->steady || t->timeout != -1)
		return false;
	switch (t->wait) {
	case WAIT_READ:
	case WAIT_WRITE:
		return t->object >= 0 && all_lost(s, lost, t->process, t->fd, t->object, t->wait == WAIT_WRITE);
	case WAIT_POLL:
		return poll_stuck(s, lost, t) && !child_may_end(s, lost, t);
	case WAIT_CHILD:
		return children_lost(s, lost, t);
	case WAIT_SEMAPHORE:
	case WAIT_SEND:
		return t->holder > 0 && (graph_gone(s, t->holder, 0) || holder_lost(s, lost, t));
	case WAIT_RECEIVE:
	case WAIT_LOCK:
	case WAIT_FUTEX:
		return holder_lost(s, lost, t);
	case WAIT_STOPPED:
		return true;
	case WAIT_NONE: case WAIT_UNKNOWN: case WAIT_OPEN: case WAIT_ACCEPT: case WAIT_CONNECT: case WAIT_SIGNAL:
	case WAIT_TIME: case WAIT_DISK: case WAIT_OTHER:
		break;
	}
	return false;
}

static bool may_be_lost(const struct system_process *p)
{
	return p->visible && !p->kernel_thread && p->n_threads > 0 && p->state != 'Z';
}

bool *graph_lost(const struct system *s)
{
	bool *lost = memory_new(s->n_processes ? s->n_processes : 1, sizeof *lost), changed = true;

	for (size_t i = 0; i < s->n_processes; i++)
		lost[i] = may_be_lost(&s->process[i]);
	while (changed) {
		changed = false;
		for (size_t i = 0; i < s->n_processes; i++) {
			const struct system_process *p = &s->process[i];

			for (int k = 0; lost[i] && k < p->n_threads; k++)
				if (!graph_stuck(s, lost, &s->thread[p->first_thread + k])) {
					lost[i] = false;
					changed = true;
				}
		}
	}
	return lost;
}

/* --- leaked ends --------------------------------------------------------------------------------- */

/* Of two sides: from the same one, for who reads from the other waits for what this one sends. */
static bool only_reads(const struct system *s, int process, int object, char side)
{
	const struct system_process *p = &s->process[process];

	for (int i = p->first_thread; i < p->first_thread + p->n_threads; i++)
		if (s->thread[i].object != object || !s->thread[i].steady || s->thread[i].timeout != -1 ||
		    (s->thread[i].wait != WAIT_READ && s->thread[i].wait != WAIT_POLL) ||
		    (side && side_of(s, process, s->thread[i].fd) != side))
			return false;
	return p->n_threads > 0;
}

bool graph_leaked(const struct system *s, const struct system_thread *t)
{
	struct graph_parties p;
	char side = side_of(s, t->process, t->fd);

	if (t->object < 0 || t->wait != WAIT_READ || s->object[t->object].hidden ||
	    !only_reads(s, t->process, t->object, side))
		return false;
	graph_parties(s, t->process, t->fd, t->object, false, &p);
	if (p.n > GRAPH_PARTIES || (p.n == 0 && p.own_fd < 0))
		return false;
	for (int i = 0; i < p.n; i++)
		if (!only_reads(s, p.who[i].process, t->object, side))
			return false;
	return true;
}

/* SPDX-License-Identifier: MIT */
/* Why a process waits: the chain from it to the cause.
 *
 * Who holds what is taken from one scan of all descriptors; sleeps and levels are read of those alone
 * whom the chain meets. All their sleeps are looked at twice, and when one of them ended in between the chain
 * is followed anew: a deadlock is said only of those who slept all at one time. */
#include "system/why.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "system/chain.h"

/* How often the chain is followed when it changes under one's eyes. */
enum { ATTEMPTS = 3 };

#define FUTEX_PRIVATE_BIT 128

/* Of memory that is mapped no descriptor need tell: a word that several processes share. */
static bool wants_maps(const struct system_thread *t)
{
	return t->wait == WAIT_FUTEX && t->object < 0 && !((int)t->argument[1] & FUTEX_PRIVATE_BIT);
}

/* Whether a thread waits for something that system_scan alone does not find: all but pipes and FIFOs. */
static bool wants_join(const struct system *s, const struct system_thread *t)
{
	switch (t->wait) {
	case WAIT_READ: case WAIT_WRITE: case WAIT_SEMAPHORE: case WAIT_SEND: case WAIT_RECEIVE:
	case WAIT_LOCK: case WAIT_ACCEPT: case WAIT_CONNECT:
		return t->object < 0;
	case WAIT_FUTEX:
		return wants_maps(t);
	case WAIT_POLL:
		for (int i = t->first_watched; i < t->first_watched + t->n_watched; i++)
			if (s->watched[i].object < 0)
				return true;
		break;
	case WAIT_NONE: case WAIT_UNKNOWN: case WAIT_OPEN: case WAIT_CHILD: case WAIT_SIGNAL: case WAIT_TIME:
	case WAIT_DISK: case WAIT_STOPPED: case WAIT_OTHER:
		break;
	}
	return false;
}

void chain_look(struct chain *c, int process)
{
	size_t first = c->s->n_threads;

	if (c->state[process] != CHAIN_NEW)
		return;
	c->state[process] = CHAIN_SEEN;
	waits_of(&c->waits, process);
	waits_make_fifos(&c->waits);
	for (size_t i = first; i < c->s->n_threads; i++) {
		c->s->thread[i].steady = c->s->thread[i].mark != 0; /* has_moved asks */
		c->wants_join |= wants_join(c->s, &c->s->thread[i]);
		c->wants_maps |= wants_maps(&c->s->thread[i]);
	}
}

/* Whether somebody on the chain has moved since he was looked at first. */
static bool has_moved(struct chain *c)
{
	struct system *s = c->s;

	for (size_t i = 0; i < s->n_threads; i++) {
		bool told = false;

		for (int k = 0; k < c->out->n_links; k++)
			told |= c->out->link[k].tid == s->thread[i].tid;
		told |= c->circle_of_threads == s->thread[i].process + 1;
		if (told && s->thread[i].wait != WAIT_NONE && s->thread[i].wait != WAIT_UNKNOWN &&
		    !waits_confirm(&c->waits, &s->thread[i]))
			return true;
	}
	return false;
}

/* What one look at the whole chain came to. */
struct look { enum chain_end end; bool moved, wants_join, wants_maps; };

static struct look follow(struct system *s, int process, struct why *out)
{
	struct chain c = { .s = s, .out = out };
	struct look look;

	*out = (struct why){ .cycle = -1 };
	s->n_threads = s->n_watched = 0;
	c.state = memory_new(s->n_processes, sizeof *c.state);
	waits_begin(&c.waits, s, true);
	look.end = chain_process(&c, process, "", 0);
	/* Of an end of which nothing bad is said it does not matter. */
	look.moved = look.end > CHAIN_UNKNOWN && has_moved(&c);
	look.wants_join = c.wants_join;
	look.wants_maps = c.wants_maps;
	if (c.full && look.end > CHAIN_FOUND)
		look.end = CHAIN_FOUND;
	waits_end(&c.waits);
	text_free(&c.text);
	free(c.state);
	return look;
}

/* What caller and judge have in the snapshot is put aside and comes back. */
struct aside {
	struct system_thread *thread;
	struct system_watched *watched;
	size_t n_threads, room_threads, n_watched, room_watched;
	size_t n_processes; /* of a snapshot of one's own there may be others at the end: those have no threads then */
	struct { int first, n; } *of;
};

static void put_aside(struct system *s, struct aside *a)
{
	*a = (struct aside){ s->thread, s->watched, s->n_threads, s->room_threads, s->n_watched, s->room_watched,
			     s->n_processes, NULL };
	a->of = memory_new(s->n_processes ? s->n_processes : 1, sizeof *a->of);
	for (size_t i = 0; i < s->n_processes; i++) {
		a->of[i].first = s->process[i].first_thread;
		a->of[i].n = s->process[i].n_threads;
		s->process[i].first_thread = s->process[i].n_threads = 0;
	}
	s->thread = NULL;
	s->watched = NULL;
	s->n_threads = s->room_threads = s->n_watched = s->room_watched = 0;
}

static void bring_back(struct system *s, struct aside *a)
{
	free(s->thread);
	free(s->watched);
	s->thread = a->thread;
	s->watched = a->watched;
	s->n_threads = a->n_threads;
	s->room_threads = a->room_threads;
	s->n_watched = a->n_watched;
	s->room_watched = a->room_watched;
	for (size_t i = 0; i < s->n_processes && i < a->n_processes; i++) {
		s->process[i].first_thread = a->of[i].first;
		s->process[i].n_threads = a->of[i].n;
	}
	free(a->of);
}

/* A circle that others outside of it could end is none. */
static void conclude(struct why *out, enum chain_end end, bool moved)
{
	static const enum why_end ends[] = {
		[CHAIN_FINE] = WHY_NOTHING, [CHAIN_UNKNOWN] = WHY_UNKNOWN,
		[CHAIN_FOUND] = WHY_FOUND, [CHAIN_DEADLOCK] = WHY_DEADLOCK,
	};

	if (moved)
		end = CHAIN_FINE;
	out->end = ends[end];
	if (end != CHAIN_DEADLOCK)
		out->cycle = -1;
	if (end == CHAIN_FINE || end == CHAIN_UNKNOWN)
		out->remedy[0] = '\0';
}

static void say_moved(struct why *out)
{
	struct why_link *link = &out->link[out->n_links < WHY_LINKS ? out->n_links++ : WHY_LINKS - 1];

	*link = (struct why_link){ .object = -1, .depth = 1 };
	strcpy(link->sentence, "it moves: this chain changed while it was looked at, more than once");
	strcpy(link->source, "/proc/PID/sched");
}

static int scan_links(struct system *s, struct error *e)
{
	int result;

	s->links_only = true;
	result = system_scan(s, NULL, 0, e);
	s->links_only = false;
	return result;
}

/* The other sides of sockets and the like: they cost as much again as the descriptors, and everybody's maps,
 * which are read if need be, more still. */
static void join(struct system *s, bool maps)
{
	s->without_maps = !maps;
	system_join(s);
	s->without_maps = false;
}

/* Most chains are of pipes, of which the descriptors alone tell all. */
static struct look follow_far(struct system *s, int process, bool joined, struct why *out)
{
	pid_t pid = s->process[process].pid;
	struct look look = follow(s, process, out);
	bool maps = look.wants_maps;

	if (look.wants_join && !joined) {
		join(s, maps);
		look = follow(s, process, out);
	}
	/* What was found by that may lead to somebody who waits for memory: once more from the beginning. */
	if (look.wants_maps && !maps && !joined && scan_links(s, NULL) == 0) {
		join(s, true);
		process = system_find_process(s, pid);
		if (process < 0)
			return look;
		look = follow(s, process, out);
	}
	for (int i = 1; i < ATTEMPTS && look.moved; i++)
		look = follow(s, process, out);
	return look;
}

int why_take(struct system *s, pid_t pid, struct why *out, struct error *e)
{
	struct aside aside;
	struct look look;
	bool own = s->taken == 0;
	int process;

	*out = (struct why){ .cycle = -1 };
	if (own && scan_links(s, e) < 0)
		return -1;
	process = system_find_process(s, pid);
	if (process < 0)
		return error_set(e, ESRCH, "process %d", (int)pid);
	put_aside(s, &aside);
	look = follow_far(s, process, !own, out);
	bring_back(s, &aside);
	if (own)
		s->taken = 0; /* not all of a snapshot: the next one begins anew */
	conclude(out, look.end, look.moved);
	if (look.moved)
		say_moved(out);
	return 0;
}

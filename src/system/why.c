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

void chain_look(struct chain *c, int process)
{
	size_t first = c->s->n_threads;

	if (c->state[process] != CHAIN_NEW)
		return;
	c->state[process] = CHAIN_SEEN;
	waits_of(&c->waits, process);
	waits_make_fifos(&c->waits);
	for (size_t i = first; i < c->s->n_threads; i++)
		c->s->thread[i].steady = c->s->thread[i].mark != 0; /* has_moved asks */
}

/* Whether somebody on the chain has moved since he was looked at first. */
static bool has_moved(struct chain *c)
{
	struct system *s = c->s;

	for (size_t i = 0; i < s->n_threads; i++) {
		bool told = false;

		for (int k = 0; k < c->out->n_links; k++)
			told |= c->out->link[k].tid == s->thread[i].tid;
		if (told && s->thread[i].wait != WAIT_NONE && s->thread[i].wait != WAIT_UNKNOWN &&
		    !waits_confirm(&c->waits, &s->thread[i]))
			return true;
	}
	return false;
}

static enum chain_end follow(struct system *s, int process, struct why *out, bool *moved)
{
	struct chain c = { .s = s, .out = out };
	enum chain_end end;

	*out = (struct why){ .cycle = -1 };
	s->n_threads = s->n_watched = 0;
	c.state = memory_new(s->n_processes, sizeof *c.state);
	waits_begin(&c.waits, s, true);
	end = chain_process(&c, process, "", 0);
	*moved = has_moved(&c);
	if (c.full)
		end = end < CHAIN_FOUND ? end : CHAIN_FOUND;
	waits_end(&c.waits);
	text_free(&c.text);
	free(c.state);
	return end;
}

/* What caller and judge have in the snapshot is put aside and comes back. */
struct aside {
	struct system_thread *thread;
	struct system_watched *watched;
	size_t n_threads, room_threads, n_watched, room_watched;
	struct { int first, n; } *of;
};

static void put_aside(struct system *s, struct aside *a)
{
	*a = (struct aside){ s->thread, s->watched, s->n_threads, s->room_threads, s->n_watched, s->room_watched, NULL };
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
	for (size_t i = 0; i < s->n_processes; i++) {
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

int why_take(struct system *s, pid_t pid, struct why *out, struct error *e)
{
	struct aside aside;
	enum chain_end end = CHAIN_FINE;
	bool moved = true;
	int process;

	*out = (struct why){ .cycle = -1 };
	if (s->taken == 0) {
		if (system_scan(s, NULL, 0, e) < 0)
			return -1;
		system_join(s);
	}
	process = system_find_process(s, pid);
	if (process < 0)
		return error_set(e, ESRCH, "process %d", (int)pid);
	put_aside(s, &aside);
	for (int i = 0; i < ATTEMPTS && moved; i++) {
		end = follow(s, process, out, &moved);
		moved = moved && end > CHAIN_UNKNOWN; /* otherwise nothing is said of which it matters */
	}
	bring_back(s, &aside);
	conclude(out, end, moved);
	if (moved)
		say_moved(out);
	return 0;
}

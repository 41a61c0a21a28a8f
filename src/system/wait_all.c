/* SPDX-License-Identifier: MIT */
/* Everybody's sleeps, read on all processors. Each worker has lists of its own, which are put together by process
 * when all have been read; only then comes the second look at those who seem to wait in vain. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "system/graph.h"
#include "system/private.h"
#include "system/wait.h"

struct part {
	struct system s; /* the snapshot, but for the threads and what they watch */
	struct waits w;
	int *moved;      /* by thread: where it stands in the whole */
};

struct all {
	struct waits *w;
	struct part part[PARALLEL_WORKERS];
	unsigned char *worker; /* by process: who read it */
	int *doubtful;         /* threads */
	size_t n_doubtful;
};

static void read_one(void *arg, int worker, size_t i)
{
	struct all *a = arg;

	a->worker[i] = (unsigned char)worker;
	waits_of(&a->part[worker].w, (int)i);
}

static void confirm_one(void *arg, int worker, size_t i)
{
	struct all *a = arg;

	(void)worker;
	waits_confirm(a->w, &a->w->s->thread[a->doubtful[i]]);
}

static void begin(struct all *a, struct waits *w)
{
	struct system_private *v = w->s->private;

	/* All compare with one reading of the clocks, made before anything else: by the scan, as a rule. */
	if (v->compared)
		w->clock = v->clock;
	else
		asleep_compare(&w->clock);
	if (v->compared)
		v->clock = (struct asleep_clock){ .behind = NULL };
	v->compared = false;
	w->compared = true;
	for (int i = 0; i < PARALLEL_WORKERS; i++) {
		struct part *p = &a->part[i];

		p->s = *w->s;
		p->s.thread = NULL;
		p->s.watched = NULL;
		p->s.room_threads = p->s.room_watched = 0;
		p->w = *w;
		p->w.s = &p->s;
	}
}

static void end(struct all *a)
{
	for (int i = 0; i < PARALLEL_WORKERS; i++) {
		struct part *p = &a->part[i];

		p->w.clock = (struct asleep_clock){ .behind = NULL }; /* the whole's */
		waits_end(&p->w);
		free(p->s.thread);
		free(p->s.watched);
		free(p->moved);
	}
	free(a->worker);
	free(a->doubtful);
}

static void take_thread(struct system *s, const struct part *p, int index)
{
	struct system_thread *t;

	s->thread = memory_grow(s->thread, &s->room_threads, s->n_threads + 1, sizeof *s->thread);
	t = &s->thread[s->n_threads++];
	*t = p->s.thread[index];
	s->watched = memory_grow(s->watched, &s->room_watched, s->n_watched + (size_t)t->n_watched, sizeof *s->watched);
	if (t->n_watched)
		memcpy(&s->watched[s->n_watched], &p->s.watched[t->first_watched], (size_t)t->n_watched * sizeof *s->watched);
	t->first_watched = (int)s->n_watched;
	s->n_watched += (size_t)t->n_watched;
}

static int by_thread(const void *a, const void *b)
{
	const struct wait_fifo *x = a, *y = b;

	return x->thread - y->thread;
}

/* By process, as if one had read them all. */
static void put_together(struct all *a)
{
	struct waits *w = a->w;
	struct system *s = w->s;

	for (int i = 0; i < PARALLEL_WORKERS; i++)
		a->part[i].moved = memory_new(a->part[i].s.n_threads + 1, sizeof(int));
	for (size_t i = 0; i < s->n_processes; i++) {
		struct part *p = &a->part[a->worker[i]];
		int first = s->process[i].first_thread;

		s->process[i].first_thread = (int)s->n_threads;
		for (int k = 0; k < s->process[i].n_threads; k++) {
			p->moved[first + k] = (int)s->n_threads;
			take_thread(s, p, first + k);
		}
	}
	for (int i = 0; i < PARALLEL_WORKERS; i++)
		for (size_t k = 0; k < a->part[i].w.n_fifos; k++) {
			w->fifo = memory_grow(w->fifo, &w->room_fifos, w->n_fifos + 1, sizeof *w->fifo);
			w->fifo[w->n_fifos] = a->part[i].w.fifo[k];
			w->fifo[w->n_fifos].thread = a->part[i].moved[w->fifo[w->n_fifos].thread];
			w->n_fifos++;
		}
	if (w->n_fifos)
		qsort(w->fifo, w->n_fifos, sizeof *w->fifo, by_thread);
}

/* Who waits in vain, if all are steady: only of those it matters whether they are. */
static void find_doubtful(struct all *a)
{
	struct system *s = a->w->s;
	bool *lost;

	for (size_t i = 0; i < s->n_threads; i++)
		s->thread[i].steady = s->thread[i].mark != 0;
	lost = graph_lost(s);
	a->doubtful = memory_new(s->n_threads + 1, sizeof *a->doubtful);
	for (size_t i = 0; i < s->n_threads; i++) {
		s->thread[i].doubtful = graph_stuck(s, lost, &s->thread[i]) || graph_leaked(s, &s->thread[i]) ||
					s->thread[i].wait == WAIT_SEND;
		if (s->thread[i].doubtful)
			a->doubtful[a->n_doubtful++] = (int)i;
	}
	free(lost);
	for (size_t i = 0; i < s->n_threads; i++)
		s->thread[i].steady = false;
}

void system_waits(struct system *s)
{
	struct waits w;
	struct all a = { .w = &w };

	s->n_threads = s->n_watched = 0;
	waits_begin(&w, s, false);
	begin(&a, &w);
	a.worker = memory_new(s->n_processes + 1, sizeof *a.worker);
	parallel_run(s->n_processes, parallel_workers(s->n_processes), read_one, &a);
	put_together(&a);
	waits_make_fifos(&w);
	find_doubtful(&a);
	parallel_run(a.n_doubtful, parallel_workers(a.n_doubtful), confirm_one, &a);
	end(&a);
	waits_end(&w);
}

/* SPDX-License-Identifier: MIT */
/* The pieces are handed out by a counter, so that a thread that is held up takes fewer. */
#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

enum { PIECES_A_WORKER = 16, ENOUGH = PARALLEL_WORKERS - 1 };

struct crew {
	atomic_size_t next;
	size_t n;
	void (*work)(void *, int, size_t);
	void *arg;
};

struct worker {
	struct crew *crew;
	int number;
	pthread_t thread;
};

int parallel_workers(size_t n)
{
	cpu_set_t set;
	int processors = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
	int workers = processors < ENOUGH ? processors : ENOUGH;

	if ((size_t)workers > n / PIECES_A_WORKER)
		workers = (int)(n / PIECES_A_WORKER);
	return workers > 1 ? workers : 1;
}

static void *run(void *arg)
{
	struct worker *w = arg;
	struct crew *c = w->crew;
	size_t i;

	while ((i = atomic_fetch_add(&c->next, 1)) < c->n)
		c->work(c->arg, w->number, i);
	return NULL;
}

void parallel_run(size_t n, int workers, void (*work)(void *, int, size_t), void *arg)
{
	struct crew crew = { .n = n, .work = work, .arg = arg };
	struct worker worker[PARALLEL_WORKERS] = { { .crew = &crew } };
	sigset_t all, before;
	int started = 1;

	if (workers > PARALLEL_WORKERS)
		workers = PARALLEL_WORKERS;
	/* A new thread has its maker's mask: a signal is for the thread that is there for good. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; started < workers; started++) {
		struct worker *w = &worker[started];

		*w = (struct worker){ .crew = &crew, .number = started };
		if (pthread_create(&w->thread, NULL, run, w) != 0)
			break;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	run(&worker[0]);
	for (int i = 1; i < started; i++)
		pthread_join(worker[i].thread, NULL);
}

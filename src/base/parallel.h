/* SPDX-License-Identifier: MIT */
/* Many small pieces of work on all processors, over before it returns. */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_WORKERS = 5 };

/* How many workers n pieces get: the processors this thread may use, four at most, and
 * one for every 16 pieces, for a thread costs 60 us. One more may be had for a piece that sleeps. */
int parallel_workers(size_t n);

/* Calls work(arg, worker, i) once for each i below n, in about that order, by `workers` threads with
 * numbers from 0; the calling one is number 0. The others block all signals. The work itself must not
 * fork, and writes only what is its piece's or its worker's own. Where no thread can be had there is one
 * less, down to the caller alone. */
void parallel_run(size_t n, int workers, void (*work)(void *arg, int worker, size_t i), void *arg);

#endif

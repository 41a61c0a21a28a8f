/* SPDX-License-Identifier: MIT */
/* Who waits for whom: what judge.c and why.c both ask of a snapshot with its waits. */
#ifndef SYSTEM_GRAPH_H
#define SYSTEM_GRAPH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "system/system.h"

/* Those on the other side of an object: who could end somebody's wait for it. */
enum { GRAPH_PARTIES = 16 };

struct graph_parties {
	struct graph_party { int process, fd; } who[GRAPH_PARTIES]; /* one end of each process */
	int n;      /* processes, without the one that asks; at most GRAPH_PARTIES of them stand in who */
	int own_fd; /* an end of the other side that the one who asks holds itself; -1 none */
};

/* Of `process`, that waits with descriptor `fd` (-1: in open) for data or, when it writes, for room. */
void graph_parties(const struct system *s, int process, int fd, int object, bool writes, struct graph_parties *out);

/* Whether the wait of a thread is for data (READ, a poll for POLLIN), or for room. */
bool graph_writes(const struct system_thread *t);

/* Whether a descriptor is on an object whose other side is not on this machine, or a listener. */
bool graph_is_listener(const struct system_object *o);
bool graph_is_outside(const struct system_object *o);
bool graph_is_socket(const struct system_object *o);

/* The process of a thread id: a process's own, or one of `process`'s threads; -1 none there. */
int graph_process_of(const struct system *s, pid_t tid, int process);

/* Whether no process has this pid any more, or one that started after `since` (seconds since 1970; 0: not
 * asked): the number was given again. */
bool graph_gone(const struct system *s, pid_t pid, int64_t since);

/* Of each process whether it can do nothing any more for others: it is stopped, or all its threads wait
 * for such. The largest set of that kind, so that a circle counts. For the caller to free. */
bool *graph_lost(const struct system *s);

/* Whether a thread's wait can be ended by lost ones only. */
bool graph_stuck(const struct system *s, const bool *lost, const struct system_thread *t);

/* Whether everybody who could write to what this thread reads from only waits to read from it too. */
bool graph_leaked(const struct system *s, const struct system_thread *t);

#endif

/* SPDX-License-Identifier: MIT */
/* Inside of why_take: the chain as it grows, what its links say, and how it is followed. */
#ifndef SYSTEM_CHAIN_H
#define SYSTEM_CHAIN_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/text.h"
#include "system/graph.h"
#include "system/wait.h"
#include "system/why.h"

/* Of many on the other side, of many descriptors, threads and children, so many are told one by one. */
enum { CHAIN_BRANCHES = 4 };

/* How a branch of the chain ends, from the least to worry about on. */
enum chain_end { CHAIN_FINE, CHAIN_UNKNOWN, CHAIN_FOUND, CHAIN_DEADLOCK };

struct chain {
	struct system *s;
	struct waits waits;
	struct why *out;
	int *state;         /* by process: what has been done with it, CHAIN_* */
	struct { int process, thread, link; pid_t tid; } path[WHY_LINKS];
	int n_path;
	struct text text;   /* of the link that is being written */
	bool full;          /* WHY_LINKS were not enough */
	bool wants_join;    /* somebody waits for what system_join would find, */
	bool wants_maps;    /* and for what everybody's maps are needed for */
	int circle_of_threads; /* 1 and the index of a process all of whose threads were told to wait for each other; 0 none */
};

/* Not looked at; looked at; and explained, with that end (added). */
enum { CHAIN_NEW, CHAIN_SEEN, CHAIN_DONE };

/* Reads the threads of a process, once. */
void chain_look(struct chain *c, int process);

/* --- chain_tell.c ------------------------------------------------------------------------------- */

/* A printable "tar 812". */
void chain_name(struct text *t, const struct system *s, int process);
/* A printable "FIFO /tmp/log", "pipe:[27408]". */
void chain_object(struct text *t, const struct system *s, int object);
/* ", which" behind a name that ends a clause ("the lock is held by tar 812"), or "". */
const char *chain_which(const char *relation);
/* What a descriptor of a process leads to, printable: of those that are no object here. */
void chain_descriptor(struct text *t, const struct system *s, int process, int fd);

/* Appends ", empty", ", full: 65536 of 65536 B": what a process waits for with that descriptor. */
void chain_level(struct chain *c, int process, int fd, int object, bool writes);
/* Appends what a poll waits for: " for 3 descriptors", ": a read on pipe:[5], empty". */
void chain_watches(struct chain *c, const struct system_thread *t);

/* Adds a link with what stands in c->text. Returns its index, -1: there is no room. */
int chain_add(struct chain *c, int process, pid_t tid, int object, int depth, const char *source);
/* The same for what is no process, with a text. */
int chain_say(struct chain *c, int object, int depth, const char *source, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Appends to a link. */
void chain_extend(struct chain *c, int link, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What would resolve it, unless something deeper has been said already. */
void chain_remedy(struct chain *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The link of a thread: who it is to the one before, and what it does: "its only reader gzip 813 has
 * waited 4.2 s in read(0, 4096 bytes) on pipe:[5], empty". */
int chain_thread(struct chain *c, const struct system_thread *t, const char *relation, int depth);

/* --- chain_follow.c, chain_channel.c, chain_holder.c, chain_poll.c ----------------------------------------------------------------- */

enum chain_end chain_process(struct chain *c, int process, const char *relation, int depth);
enum chain_end chain_follow_thread(struct chain *c, int thread, const char *relation, int depth);

/* What the threads of a process but one leave open: DEADLOCK when none of them can act any more. */
enum chain_end chain_other_threads(const struct chain *c, int process, pid_t but);
/* Whether a thread may still do something for others. */
bool chain_may_act(const struct system_thread *t);
/* By what it waits for; the thread's link has been written. */
enum chain_end chain_wait(struct chain *c, const struct system_thread *t, int depth);
/* Waits for whom the kernel tells: semaphores, System V queues, locks, futexes, children. */
enum chain_end chain_semaphore(struct chain *c, const struct system_thread *t, int depth);
enum chain_end chain_queue(struct chain *c, const struct system_thread *t, int depth);
enum chain_end chain_lock(struct chain *c, const struct system_thread *t, int depth);
enum chain_end chain_futex(struct chain *c, const struct system_thread *t, int depth);
enum chain_end chain_child(struct chain *c, const struct system_thread *t, int depth);
/* For data in, or room on, an object. */
enum chain_end chain_channel(struct chain *c, const struct system_thread *t, int fd, int object, bool writes, int depth);
/* The first who has an object. */
enum chain_end chain_holders(struct chain *c, int object, const char *relation, int depth);
/* A descriptor that leads to no object here: what its link and its fdinfo say. */
enum chain_end chain_descriptor_of(struct chain *c, const struct system_thread *t, int fd, int depth);
/* poll, select, epoll, io_uring. */
enum chain_end chain_poll(struct chain *c, const struct system_thread *t, int depth);

#endif

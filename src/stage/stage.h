/* SPDX-License-Identifier: MIT */
/* The stage: processes, the objects between them, and the trace of what happened.
 *
 * Orders go out to processes; their replies (exact events) and what is read from the kernel
 * (samples) come in through stage_dispatch, which never waits. Who wants to know how things
 * stand looks at the picture. The stage neither knows lessons nor screens. */
#ifndef STAGE_STAGE_H
#define STAGE_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "call/call.h"
#include "process/network.h"
#include "stage/picture.h"
#include "stage/trace.h"

struct stage;

/* Starts the stagehand: call before the terminal is taken over and before anything is
 * printed. NULL with e. */
struct stage *stage_new(struct error *e);

/* Ends every process, removes everything. NULL is fine. */
void stage_free(struct stage *s);

/* Ends every process and begins anew with an empty trace. -1 with e when that failed. */
int stage_reset(struct stage *s, struct error *e);

/* ---- time goes on ---- */

/* One descriptor to poll for POLLIN; then, or at stage_due, call stage_dispatch. */
int stage_descriptor(const struct stage *s);
int64_t stage_due(const struct stage *s); /* CLOCK_MONOTONIC ns; INT64_MAX: never */
void stage_dispatch(struct stage *s);

/* For those without a loop of their own: waits until something happens or `until`, dispatches. */
void stage_wait(struct stage *s, int64_t until);

/* Reads the kernel now: states, descriptors, levels. stage_dispatch does so by itself every
 * `interval` ns (0: only after events; what the caller shows decides what it needs). */
void stage_sample(struct stage *s);
void stage_sample_every(struct stage *s, int64_t interval);

/* Counts up whenever something that can be seen has changed. */
uint64_t stage_version(const struct stage *s);

/* The present picture; valid until the next call of a stage function. */
const struct picture *stage_picture(struct stage *s);
struct trace *stage_trace(struct stage *s);

/* ---- orders; all return 0, or -1 with e: no such process, it is blocked, it has ended ---- */

/* An unrelated process; with `command` not NULL it becomes that real program at once. `told`:
 * whether the trace tells of it (parent is there from the start). NETWORK_HERE stands for the first
 * host once any process was put on a host. */
int stage_spawn(struct stage *s, const char *name, const char *command, bool told, enum network_host host,
		struct error *e);
int stage_fork(struct stage *s, const char *who, const char *name, struct error *e);
/* COMMAND is split into words as a shell would, with quotes; $NAME stands for the number that NAME does. */
int stage_exec(struct stage *s, const char *who, const char *command, struct error *e);
/* bind: the name for what it returns; NULL for none. Texts of `argument` are copied. */
int stage_call(struct stage *s, const char *who, const struct call *c, const struct value *argument, int n,
	       const char *bind, struct error *e);
int stage_stream(struct stage *s, const char *who, const struct call *c, const struct value *argument,
		 int n, int64_t every, uint64_t times, struct error *e);
int stage_stop(struct stage *s, const char *who, struct error *e);

/* From now on what goes between the two hosts comes later by `delay` ns (rounded to ms) and `loss` of a
 * hundred packets are lost, each way; -1 leaves one as it is. How that ended: stage_impaired, 0 done,
 * > 0 under way, else -errno (ENOENT: this kernel has no netem). */
int stage_impair(struct stage *s, int64_t delay, int loss, struct error *e);
int stage_impaired(const struct stage *s);

/* ---- removing what outlives processes, at the user's word ---- */

/* A System V object of the listing ('q', 'm', 's' and its id), or a POSIX one ('Q', 'M', 'S' and its name):
 * whoever's it is, as ipcrm(1) and rm(1) would. 0, or -1 with e. */
int stage_remove(struct stage *s, char kind, int id, const char *name, struct error *e);

/* ---- what the stage did not make, watched from outside ---- */

/* An object to be drawn between such processes: only these are, and of their descriptors only those that
 * lead there. Device and inode are as stat(2) has them, of memory as /proc/PID/maps has them (pipes and
 * sockets: device 0; System V: inode is the id; eventfd: the number in fdinfo); inode_b is the other side of
 * a socket, 0 when nobody who is watched has it. */
struct stage_outside {
	enum object_kind kind;
	uint64_t device, inode, inode_b;
	const char *name, *path; /* raw, copied; path "" none. POSIX semaphores and memory: the path may be "/name" */
	int64_t terminal;        /* of a terminal N of /dev/pts/N, -1 another: then the inode says which */
	bool others;             /* others may have it who are not watched: not permitted, or for want of room */
};

/* Puts a process on the stage that is no business of the stage's: it is told nothing, and whatever ends or
 * clears the stage leaves it alone; stage_reset forgets it. `start` is field 22 of /proc/PID/stat, which
 * with the pid says who is meant; name and command are raw. -1 with e when it is gone (ESRCH), or there
 * is no room. */
int stage_watch_outside(struct stage *s, pid_t pid, uint64_t start, const char *name, const char *command,
			struct error *e);
/* -1 when there is no room for it. */
int stage_draw_outside(struct stage *s, const struct stage_outside *what);

/* ---- what became of them ---- */

struct finished {
	uint32_t sequence;         /* 0: the process has not finished any call yet */
	const struct call *call;
	struct value argument[CALL_ARGUMENTS]; /* texts are valid until its next order */
	int n;
	struct outcome outcome;
	bool failed_to_start;      /* exec: the program could not be run */
};

/* The number of the order that `who` was given last, and the last one it finished; NULL and 0
 * when there is no such process. */
uint32_t stage_order_number(const struct stage *s, const char *who);
const struct finished *stage_finished(const struct stage *s, const char *who);
enum process_state stage_state(const struct stage *s, const char *who); /* PROCESS_ENDED for nobody */
/* Whether an order is still under way (also when proved blocked). */
bool stage_busy(const struct stage *s, const char *who);
/* Whether it repeats a call a given number of times and has not done so yet. */
bool stage_counts_down(const struct stage *s, const char *who);
/* How often its handler ran for a signal so far. */
unsigned stage_caught(const struct stage *s, const char *who, int signal);

/* Whether the stagehand was lost since the last reset; the stage is empty then. */
bool stage_lost(const struct stage *s);

/* ---- names ---- */

/* The descriptor that NAME.END means in process `who` now: the number the end was made with
 * while it is that there, else the lowest that leads to it, else that number all the same (it
 * will be EBADF). False when there is no such name or end. */
bool stage_resolve_end(const struct stage *s, const char *who, const char *name, const char *end,
		       int64_t *number);
/* What a bound name or a process's name stands for, to process `who` (NULL: to nobody in particular). */
bool stage_resolve(const struct stage *s, const char *who, const char *name, int64_t *number);
/* The names of numbers as process `who` would write them; valid while it is on the stage. */
struct call_names stage_names(const struct stage *s, const char *who);
/* As on the screen: pids and descriptors stand as they are, addresses and System V ids by name. Those are
 * long, and what matters stands behind them (0x7f3c2b4c2000 + 4096); the numbers are with the object. */
struct call_names stage_shown_names(const struct stage *s, const char *who);
/* Whether a pid is a process of the stage (also a descendant of a real program). */
bool stage_has_pid(const struct stage *s, int64_t pid);
/* The folder where the processes work: relative paths of lessons are in it. */
const char *stage_folder(const struct stage *s);
/* Every name there is, for completion: process, object and bound names; NULL at the end. */
const char *stage_nth_name(const struct stage *s, int n);

#endif

/* SPDX-License-Identifier: MIT */
/* Inside of system_waits: also for why.c, which asks for single processes and wants to know more. */
#ifndef SYSTEM_WAIT_H
#define SYSTEM_WAIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "probe/asleep.h"
#include "probe/locks.h"
#include "probe/syscall.h"
#include "system/system.h"

/* What a call's arguments tell of what it is about. */
enum wait_about {
	ABOUT_NOTHING,
	ABOUT_FD,      /* argument: the descriptor */
	ABOUT_TWO,     /* argument: the one read; the next but `second`: the one written */
	ABOUT_PATH,    /* argument: the path's address; the flags follow */
	ABOUT_QUEUE, ABOUT_SET, /* System V: the first argument is the id */
	ABOUT_WORD,    /* futex */
	ABOUT_POLL, ABOUT_SELECT, ABOUT_EPOLL, ABOUT_URING,
	ABOUT_FCNTL,
	ABOUT_CHILD, ABOUT_CHILD_ID, /* wait4, waitid */
};

enum wait_limit {
	LIMIT_NONE,
	LIMIT_MS,       /* the argument, in ms; negative for ever */
	LIMIT_TIMESPEC, /* its address; NULL for ever */
	LIMIT_TIMEVAL,
	LIMIT_POINT,    /* the address of a point in time on a clock that is not known here */
	LIMIT_REAL,     /* ... on CLOCK_REALTIME */
	LIMIT_FUTEX,    /* futex(2): as its operation says */
	LIMIT_SLEEP,    /* clock_nanosleep(2): as its clock and flags say */
	LIMIT_URING,    /* as the flags of io_uring_enter(2) say, which precede the argument */
};

struct wait_row {
	long number;
	enum system_wait wait;
	enum wait_about about;
	signed char argument, second;
	enum wait_limit limit;
	signed char limit_argument;
};

/* By the number of a call; NULL: none that the table has. */
const struct wait_row *wait_row(long number);

/* One pass over some processes. */
struct waits {
	struct system *s;
	bool thorough;            /* what costs more too: why.c. Private futexes, all marks */
	struct asleep_clock clock;
	bool compared;
	struct locks locks;
	bool locks_read;
	int64_t own_ipc, own_pids; /* namespaces, as inodes; 0 not known */
	struct wait_fifo { int thread; uint64_t device, inode; char access; char name[SYSTEM_TEXT]; } *fifo;
	size_t n_fifos, room_fifos;
};

void waits_begin(struct waits *w, struct system *s, bool thorough);
/* Reads the threads of a process and puts them behind those that there are. */
void waits_of(struct waits *w, int process);
/* Objects for FIFOs that somebody waits to open. */
void waits_make_fifos(struct waits *w);
/* A second look at a thread: whether it is steady, in the sleep that waits_of found. */
bool waits_confirm(struct waits *w, struct system_thread *t);
void waits_end(struct waits *w);

/* The level of an object, anew: but not where everybody is read at one time, just behind system_levels. */
void wait_refresh_level(struct waits *w, int object);

/* What a thread's call is about (wait_about.c), and which descriptors (wait_poll.c). procdir: of its process. */
void wait_find_about(struct waits *w, int procdir, const struct wait_row *row, struct system_thread *t);
void wait_find_watched(struct waits *w, int procdir, const struct wait_row *row, struct system_thread *t);
void wait_watch(struct system *s, struct system_thread *t, const struct system_watched *one);
/* The requests of the io_uring behind a descriptor become what is watched (wait_uring.c); false where it cannot be
 * read. */
bool wait_watch_uring(struct waits *w, int procdir, struct system_thread *t, int fd);
/* The descriptors in an epoll of a process. */
void wait_watch_epoll(struct system *s, int procdir, struct system_thread *t, int epoll);
/* io_uring_enter(2): which ring, how much is wanted of it, and its requests. */
void wait_enter_uring(struct waits *w, int procdir, struct system_thread *t);
/* ns that a call waits at most from now on, or did from its beginning where that is a duration: as
 * system_thread.timeout (wait_limit.c). */
int64_t wait_limit(pid_t pid, const struct wait_row *row, const uint64_t *argument);
/* ns that io_uring_enter(2) waits at most, as system_thread.timeout. */
int64_t wait_limit_uring(pid_t pid, const uint64_t *argument);

/* The object behind a descriptor of a process; -1. */
int wait_object_of_fd(const struct system *s, int process, int fd);
/* A System V object by its id, for a process of our IPC namespace; -1. */
int wait_find_object(const struct system *s, enum system_kind kind, uint64_t device, uint64_t inode);
/* Whether the process of a folder shares a namespace ("ipc", "pid") with us. */
bool wait_same_namespace(int procdir, const char *which, int64_t own);
/* The lock of /proc/locks that a process waits for, as an index; -1. */
int wait_find_lock(struct waits *w, int procdir, const struct system_thread *t);

#endif

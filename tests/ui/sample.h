/* SPDX-License-Identifier: MIT */
/* Pictures made by hand, for the tests of what draws them. */
#ifndef TESTS_UI_SAMPLE_H
#define TESTS_UI_SAMPLE_H

#include "stage/picture.h"

/* An empty picture taken at SAMPLE_NOW; picture_free releases. */
#define SAMPLE_NOW INT64_C(100000000000)
struct picture *sample_new(void);

/* Pointers into the picture, valid until the next one is added. */
struct picture_process *sample_process(struct picture *p, const char *name, int pid, enum process_state state);
struct picture_object *sample_object(struct picture *p, enum object_kind kind, const char *name);

/* In a call, for 3.2 s. descriptor -1: on none. */
void sample_call(struct picture_process *p, const char *call, const char *name, int descriptor);
/* Killed by `status` as a signal below 256, else exited with status - 256. */
void sample_ended(struct picture_process *p, const char *ending, int wait_status);
/* end: 'r', 'w', 'b' ...; object -1: none that is drawn. */
void sample_end(struct picture_process *p, int descriptor, int object, char end, const char *label);
/* A pipe of `slots` slots of 4096 bytes, the first `used` of them holding `fill` bytes each. */
void sample_level(struct picture_object *o, int slots, int used, int fill);
void sample_unknown(struct picture_object *o, int64_t bytes, int64_t capacity, const char *why);
void sample_holders(struct picture_object *o, int writers, int readers);

/* Scenes that lessons show: a writer blocked on a full pipe, and so on. */
struct picture *sample_full(void);
struct picture *sample_half(void);      /* 16 slots of 2049 bytes */
struct picture *sample_fork(void);      /* both hold both ends */
struct picture *sample_deadlock(void);  /* two pipes, two processes that wait for each other, a third */
struct picture *sample_crowd(void);     /* six processes, three objects */
struct picture *sample_sysv(void);
struct picture *sample_fifo(void);      /* waits in open */
struct picture *sample_killed(void);    /* SIGPIPE, and a reader that has exited */
struct picture *sample_stream(void);    /* a stream through a pipe to a real program */
struct picture *sample_pair(void);
struct picture *sample_signals(void);   /* no object; a signal pending; stopped; a zombie */

/* sample_ipc.c: what has no descriptors, and POSIX queues. */
struct picture *sample_shared(void);     /* a segment, two processes, the second has just written */
struct picture *sample_copied(void);     /* private memory after fork, of which the child has copied a page */
struct picture *sample_views(void);      /* six processes see 16 pages of POSIX shared memory */
struct picture *sample_queue(void);      /* messages of several types, one waits for another */
struct picture *sample_queue_full(void); /* and one waits to send */
struct picture *sample_mqueue(void);
struct picture *sample_tokens(void);     /* one semaphore, nobody waits */
struct picture *sample_line(void);       /* three semaphores, for which some wait; one would be undone */
struct picture *sample_named(void);      /* a POSIX semaphore at 0 */
struct picture *sample_mutex(void);
struct picture *sample_mutex_died(void);

/* Every one of them, for tests that take all; NULL at the end. */
struct picture *sample_nth(int n);

#endif

/* SPDX-License-Identifier: MIT */
/* A picture: everything that can be seen of the stage at one moment, as a plain value.
 *
 * The stage takes one after every step; panes, JSON, expectations and facts all read
 * pictures and nothing else, so that an earlier moment is shown by the same code as the
 * present one. A picture holds no descriptors and no pointers but its two arrays. */
#ifndef STAGE_PICTURE_H
#define STAGE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "probe/sysv.h"

enum {
	PICTURE_NAME = 32, PICTURE_CALL = 96, PICTURE_WORD = 48, PICTURE_ENDS = 12,
	PICTURE_SLOTS = 64, PICTURE_SEMAPHORES = 8, PICTURE_OUTPUT = 256
};

/* A number read from the kernel, or why there is none. */
struct reading {
	bool known;
	int64_t number;
	const char *why; /* static text: why it is not known; NULL when known */
};

enum process_state {
	PROCESS_STARTING, /* made, has not reported yet */
	PROCESS_READY,    /* waits for its next call */
	PROCESS_CALLING,  /* in a call, running or not yet proved asleep */
	PROCESS_BLOCKED,  /* proved asleep in a call */
	PROCESS_RUNNING,  /* a real program, or a stream, that is not asleep */
	PROCESS_STOPPED,  /* by a signal: state T */
	PROCESS_ZOMBIE,   /* ended, not yet waited for */
	PROCESS_ENDED,    /* ended and gone */
};

/* A descriptor that leads to an object of the picture. */
struct picture_end {
	int descriptor;
	int object;      /* index into objects; -1: something that the stage does not draw */
	char end;        /* 'r', 'w' or 'b' (both) of a pipe or FIFO; 'a', 'b' of a socket pair; '-' else */
	char label[PICTURE_NAME]; /* "p.r", "/dev/null" */
	bool nonblocking, close_on_exec;
};

struct picture_process {
	char name[PICTURE_NAME];
	pid_t pid, parent;     /* real numbers */
	enum process_state state;
	bool program;          /* a real program, watched from outside */
	char command[PICTURE_CALL]; /* of a program */
	char call[PICTURE_CALL];    /* the call it is in: "write(4, 1)", or "" */
	char call_name[PICTURE_NAME]; /* "write", or "" */
	int call_descriptor;   /* which descriptor that call is on; -1: none */
	int64_t since;         /* when it entered this state, CLOCK_MONOTONIC ns */
	char ending[PICTURE_WORD]; /* "killed by SIGPIPE", "exited with 0"; "" while alive; "?" unknown */
	int wait_status;       /* valid when ending is not "" and not "?" */
	bool signals_known;
	const char *signals_why;
	uint64_t pending, blocked, ignored, caught; /* bit N-1: signal N */
	bool ends_known;
	const char *ends_why;
	struct picture_end ends[PICTURE_ENDS]; /* by descriptor, 0 to 2 left out unless they lead to an object */
	int n_ends, ends_more; /* ends_more: how many did not fit */
	bool streaming;        /* repeats a call in the background */
	uint64_t stream_calls, stream_bytes, stream_failed; /* of its stream, or its last one */
	uint64_t switches;     /* voluntary context switches: how often it went to sleep */
	char output[PICTURE_OUTPUT]; /* what it wrote to its standard output and error, the last of it */
	uint32_t letter;       /* what its pattern is made of */
};

enum object_kind { OBJECT_PIPE, OBJECT_FIFO, OBJECT_PAIR, OBJECT_QUEUE, OBJECT_SEGMENT, OBJECT_SEMAPHORES };

struct picture_slot {
	uint16_t fill;  /* bytes unread in it, of a page */
	uint16_t start; /* where they begin in the page */
};

struct picture_object {
	char name[PICTURE_NAME]; /* "p", the FIFO's path, or "pipe:[27408]" when nobody named it */
	enum object_kind kind;
	uint64_t identity;       /* inode, or System V id */
	char path[PICTURE_CALL]; /* of a FIFO */
	bool gone;               /* no longer exists; shown once more, dimmed */
	/* pipes and FIFOs */
	struct reading bytes, capacity; /* sampled */
	struct reading slots;           /* in use; modelled, see stage/slots.h */
	struct reading slots_capacity;  /* how many there are */
	struct picture_slot slot[PICTURE_SLOTS]; /* valid when slots.known and slots_capacity <= PICTURE_SLOTS; oldest data first */
	struct reading readers, writers;  /* processes that hold such an end */
	/* System V */
	struct sysv_object sysv;
	struct sysv_semaphore semaphore[PICTURE_SEMAPHORES];
};

struct picture {
	int64_t taken;  /* CLOCK_MONOTONIC ns */
	int64_t began;  /* when the stage was set up */
	struct picture_process *process;
	int n_processes;
	struct picture_object *object;
	int n_objects;
	struct sysv_object *sysv;  /* the listing of the whole machine, as ipcs gives it */
	bool *sysv_ours;           /* which of them this stage made */
	int n_sysv;
	uint64_t events;  /* how many events the trace held then: those before this number are shown */
	bool unattended;  /* the stagehand died: the stage was cleared */
};

/* A copy for the caller to release with picture_free; and the release (NULL is fine). */
struct picture *picture_copy(const struct picture *p);
void picture_free(struct picture *p);

/* By name; -1 when there is none. */
int picture_process_find(const struct picture *p, const char *name);
int picture_object_find(const struct picture *p, const char *name);

/* "BLOCKED", "ready", ...: the state as a word, and one letter for small places. */
const char *process_state_word(enum process_state s);
/* "pipe", "FIFO", "queue" ... */
const char *object_kind_word(enum object_kind k);

#endif

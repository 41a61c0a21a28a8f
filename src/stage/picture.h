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

#include "probe/posix_list.h"
#include "probe/sysv.h"

enum {
	PICTURE_NAME = 32, PICTURE_CALL = 96, PICTURE_WORD = 48, PICTURE_ENDS = 12,
	PICTURE_SLOTS = 64, PICTURE_SEMAPHORES = 8, PICTURE_OUTPUT = 256,
	PICTURE_VIEWS = 6, PICTURE_CELLS = 8, PICTURE_CELL_TEXT = 20, PICTURE_PAGES = 16,
	PICTURE_MESSAGES = 32, PICTURE_UNDOS = 6, PICTURE_OPENINGS = 6, PICTURE_LOCKS = 8, PICTURE_FILE_TEXT = 64
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
	char end;        /* 'r', 'w' or 'b' (both) of a pipe or FIFO; 'a', 'b' of a socket or terminal; 'f' of a file, event or queue; '-' else */
	char label[PICTURE_NAME]; /* "p.r", "/dev/null" */
	bool nonblocking, close_on_exec;
};

struct picture_process {
	char name[PICTURE_NAME];
	pid_t pid, parent;     /* real numbers */
	enum process_state state;
	bool program;          /* a real program, watched from outside */
	char command[PICTURE_CALL]; /* of a program */
	char call[PICTURE_CALL];    /* the call it is in: "write(4, 1)", or ""; "? why" when that may not be known */
	char call_name[PICTURE_NAME]; /* "write", or "" */
	int call_descriptor;   /* which descriptor that call is on; -1: none */
	int call_object;       /* which object it is about: index into objects; -1: none that is drawn */
	int call_index;        /* which part of it: the semaphore's number, a socket's side; 0 */
	int64_t since;         /* when it entered this state, CLOCK_MONOTONIC ns */
	char ending[PICTURE_WORD]; /* "killed by SIGPIPE", "exited with 0"; "" while alive; "?" unknown */
	int wait_status;       /* valid when ending is not "" and not "?" */
	bool signals_known;
	const char *signals_why;
	uint64_t pending, blocked, ignored, caught; /* bit N-1: signal N */
	uint64_t pending_thread; /* of pending: those sent to the thread, not the process (tgkill(2)) */
	unsigned signals_queued; /* how many are queued for its user (SigQ) */
	bool has_caught;         /* its handler has run: the latest time with */
	int caught_signal, caught_value;
	char caught_sender[PICTURE_NAME]; /* a process of the stage, a pid, "kernel" */
	unsigned handled;        /* how often its handlers have run, of all signals */
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

enum object_kind {
	OBJECT_PIPE, OBJECT_FIFO,
	OBJECT_SOCKET,     /* one socket, or two that are connected: sides a and b */
	OBJECT_TERMINAL,   /* a pseudo-terminal: sides a (master) and b (slave) */
	OBJECT_FILE,
	OBJECT_EVENT,      /* eventfd, signalfd, timerfd, epoll, pidfd */
	OBJECT_MQUEUE,     /* POSIX */
	/* those above are found behind descriptors, those below are not */
	OBJECT_MEMORY,     /* a mapping: of a file, of nothing, of POSIX shared memory */
	OBJECT_SEMAPHORE,  /* POSIX: named, or in memory */
	OBJECT_MUTEX,
	OBJECT_QUEUE, OBJECT_SEGMENT, OBJECT_SEMAPHORES, /* System V */
	OBJECT_KINDS
};

struct picture_slot {
	uint16_t fill;  /* bytes unread in it, of a page */
	uint16_t start; /* where they begin in the page */
};

/* One of the two sides of a socket object or terminal; inode 0: there is none. */
struct picture_side {
	char name[PICTURE_NAME]; /* its own, when a lesson gave it one: facts are read by it; else "" */
	uint64_t inode;
	bool closed;             /* nobody has it open any more */
	bool shut_read, shut_write;
	char state[16];          /* "listening", "connected", "unconnected", "ESTABLISHED" ... */
	char address[PICTURE_WORD]; /* its own: a path, "@name", "127.0.0.1:4711"; "" none */
	char peer[PICTURE_WORD];    /* whom it is connected to, when that is not the other side; "" */
	struct reading unread;          /* bytes that its reader would find */
	struct reading datagrams;       /* of those that keep boundaries: how many wait */
	struct reading in_flight;       /* memory of what it sent and the other has not taken: not bytes */
	struct reading send_buffer, receive_buffer; /* the limits of in_flight and of what waits */
	struct reading window;          /* TCP: bytes the other says it would take; 0: closed */
	struct reading pending, backlog; /* of a listener: connections that wait, and how many may */
	struct reading drops;           /* datagrams thrown away for want of room */
};

struct picture_sockets {
	int family, type; /* AF_ and SOCK_ */
	char what[PICTURE_WORD]; /* "Unix stream", "TCP", "UDP", "terminal" */
	struct picture_side side[2];
};

/* Memory: what is looked at in it, and who sees it where. */
enum cell_kind { CELL_WORD, CELL_TEXT };

struct picture_cell {
	enum cell_kind kind;
	uint32_t offset, length; /* bytes, from the object's beginning */
	bool written;            /* by the latest call that wrote here */
};

struct picture_view {
	char process[PICTURE_NAME];
	uint64_t address;       /* where the object begins in it */
	bool writable, shared;
	bool readable;          /* values and pages could be read */
	bool wrote;             /* it made the latest change */
	union { int32_t word; char text[PICTURE_CELL_TEXT]; } value[PICTURE_CELLS]; /* by cell */
	bool known[PICTURE_CELLS]; /* false: beyond the file, or could not be read */
	char page[PICTURE_PAGES + 1]; /* a letter a page: '.' not there yet, 's' shared, 'o' its own copy, 'w' swapped, '?' */
};

struct picture_memory {
	char backing[PICTURE_WORD]; /* "anonymous", "System V", or the name of what is mapped: "notes" */
	uint64_t size;          /* bytes */
	struct reading resident; /* pages of it that are in memory, for anybody */
	bool is_private;        /* copy on write */
	uint32_t page_size;
	struct picture_cell cell[PICTURE_CELLS];
	int n_cells;
	struct picture_view view[PICTURE_VIEWS];
	int n_views, more_views;
};

struct picture_message {
	int64_t type;    /* or priority */
	uint32_t length;
	char text[PICTURE_CELL_TEXT]; /* how it begins, printable; "" not known */
};

/* System V and POSIX queues. */
struct picture_queue {
	struct reading messages, bytes;
	struct reading limit;        /* System V: bytes; POSIX: messages */
	struct reading message_limit; /* bytes one message may have */
	struct picture_message message[PICTURE_MESSAGES]; /* in the order they would be received */
	int n_messages;              /* known ones; fewer than messages: the rest is not known */
	const char *messages_why;    /* why none is known; NULL */
	char last_sender[PICTURE_NAME], last_receiver[PICTURE_NAME]; /* names, or pids; "" nobody */
	char notified[PICTURE_NAME]; /* POSIX: who is told of the next message; "" nobody */
};

/* POSIX semaphores and mutexes. */
struct picture_lockable {
	struct reading value;        /* semaphore */
	char owner[PICTURE_NAME];    /* mutex: who holds it; "" nobody */
	bool owner_died;
	char where[PICTURE_WORD];    /* "named /s", "in a + 64" */
};

/* What is given back when a process ends: SEM_UNDO. */
struct picture_undo {
	char process[PICTURE_NAME];
	int number, adjust;
};

struct picture_opening { /* an open file description: whoever shares it shares the offset */
	int64_t offset;
	char holders[PICTURE_WORD]; /* "parent 3, child 3" */
	bool append, reads, writes;
};

struct picture_lock {
	char who[PICTURE_NAME];
	char type;        /* 'f' flock, 'p' fcntl (POSIX), 'o' open file description */
	bool write, waits;
	int64_t start, end; /* end -1: to the end of the file and beyond */
};

struct picture_file {
	struct reading size;
	char begin[PICTURE_FILE_TEXT]; /* its first bytes, made printable one for one ('.'), NUL-terminated */
	int n_begin;
	const char *begin_why; /* why none are known; NULL */
	struct picture_opening opening[PICTURE_OPENINGS];
	int n_openings, more_openings;
	struct picture_lock lock[PICTURE_LOCKS];
	int n_locks;
};

struct picture_event {
	char what[PICTURE_NAME];   /* "eventfd", "signalfd", "timerfd", "epoll", "pidfd" */
	struct reading count;      /* eventfd: its counter; timerfd: expirations; epoll: descriptors watched */
	uint64_t signals;          /* signalfd: which */
	char detail[PICTURE_CALL]; /* epoll: "3 p EPOLLIN, 4 q EPOLLIN|EPOLLET"; pidfd: the process */
	struct reading remaining;  /* timerfd: ms to the next expiration */
};

struct picture_object {
	char name[PICTURE_NAME]; /* "p", the FIFO's path, or "pipe:[27408]" when nobody named it */
	char alias[2][PICTURE_NAME]; /* other names that lessons gave it; "" */
	enum object_kind kind;
	uint64_t identity;       /* inode, or System V id; of memory and what is in it an address */
	char path[PICTURE_CALL]; /* of a FIFO, a file, a POSIX object; "" */
	bool gone;               /* no longer exists; shown once more, dimmed */
	char waiting[PICTURE_CALL]; /* the processes that sleep in a call about it: "ann, bob" */
	/* pipes and FIFOs */
	struct reading bytes, capacity; /* sampled */
	struct reading slots;           /* in use; modelled, see stage/slots.h */
	struct reading slots_capacity;  /* how many there are */
	struct picture_slot slot[PICTURE_SLOTS]; /* valid when slots.known and slots_capacity <= PICTURE_SLOTS; oldest data first */
	struct reading readers, writers;  /* processes that hold such an end */
	/* System V */
	struct sysv_object sysv;
	struct sysv_semaphore semaphore[PICTURE_SEMAPHORES];
	struct picture_undo undo[PICTURE_UNDOS]; /* modelled from the calls made */
	int n_undos;
	/* by kind */
	union {
		struct picture_sockets socket;   /* SOCKET, TERMINAL */
		struct picture_memory memory;    /* MEMORY, SEGMENT */
		struct picture_queue queue;      /* QUEUE, MQUEUE */
		struct picture_lockable lockable; /* SEMAPHORE, MUTEX */
		struct picture_file file;
		struct picture_event event;
	};
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
	struct posix_named *posix; /* likewise the POSIX objects that have names */
	bool *posix_ours;
	int n_posix;
	bool queues_listed;        /* false: /dev/mqueue is not there, POSIX queues cannot be listed */
	uint64_t events;  /* how many events the trace held then: those before this number are shown */
	bool unattended;  /* the stagehand died: the stage was cleared */
};

/* A copy for the caller to release with picture_free; and the release (NULL is fine). */
struct picture *picture_copy(const struct picture *p);
void picture_free(struct picture *p);

/* By name, also that of a socket's side, or an alias; -1 when there is none. */
int picture_process_find(const struct picture *p, const char *name);
int picture_object_find(const struct picture *p, const char *name);

/* "BLOCKED", "ready", ...: the state as a word, and one letter for small places. */
const char *process_state_word(enum process_state s);
/* "pipe", "FIFO", "queue" ... */
const char *object_kind_word(enum object_kind k);
/* Whether descriptors lead to it. */
bool object_kind_has_ends(enum object_kind k);
/* Whether process i of the picture sleeps in a call about object `object`, part `index` (-1: any). */
bool picture_waits(const struct picture *p, int i, int object, int index);
/* The side of an object that has this name: 0 or 1; -1. */
int picture_side_find(const struct picture_object *o, const char *name);

#endif

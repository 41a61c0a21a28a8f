/* SPDX-License-Identifier: MIT */
/* The machine as a whole: which processes communicate, through what, how full it is.
 *
 * A snapshot is a plain value: tables of processes, objects and ends that point at each other by index.
 * It is made in steps that can be had separately, for they cost differently:
 *
 *   system_scan      who there is and what their descriptors lead to (scan.c)
 *   system_join      the two sides of sockets, System V and POSIX objects, memory, locks (join.c)
 *   system_levels    how full: of all objects or of some (level.c)
 *   system_waits     who sleeps in which call, about what (wait.c)
 *   system_rates     how much passed since an earlier snapshot (rate.c)
 *   system_judge     a word for each object, and what needs attention first (judge.c)
 *
 * Nothing is disturbed: links are read and never reopened, levels are read through a duplicate that
 * lives for the moment of reading, System V objects by IPC_STAT. A process that goes away during a scan
 * is left out; one that may not be looked into is there, with the reason.
 *
 * What came from other processes (names, paths, command lines) is kept as raw bytes here: whoever shows
 * it passes it through text_add_printable. */
#ifndef SYSTEM_SYSTEM_H
#define SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "probe/locks.h"
#include "probe/posix.h"
#include "probe/posix_list.h"
#include "probe/socket.h"
#include "probe/sysv.h"

enum { SYSTEM_NAME = 64, SYSTEM_TEXT = 160, SYSTEM_ARGUMENTS = 6 };

/* A number read from the kernel, or why there is none (static text). */
struct system_reading {
	bool known;
	int64_t number;
	const char *why;
};

/* How it is known how much passed. */
enum system_rate_how {
	RATE_UNKNOWN,  /* source says why */
	RATE_EXACT,    /* the kernel counts it: TCP; or who could have moved something was seen not to */
	RATE_MODELLED, /* from what the processes on both sides read and wrote in all, which agree */
	RATE_AT_LEAST, /* of two ways one is known and the other is not */
	RATE_AT_MOST,  /* a bound: what the processes on one side moved in all, through this or through others */
};

/* What passed between two snapshots: bytes, of a POSIX queue messages. */
struct system_rate {
	enum system_rate_how how;
	int64_t moved;         /* or at least, or at most so much; 0 when it is not known */
	int64_t between;       /* ns; 0 when it is not known */
	const char *source;    /* static text: what it rests on, or why it is not known */
};

/* What somebody sleeps in. */
enum system_wait {
	WAIT_NONE,       /* runs, or is between calls */
	WAIT_UNKNOWN,    /* asleep, and nobody may look: why says so */
	WAIT_READ,       /* data from a pipe, FIFO, socket, queue, terminal, eventfd ... */
	WAIT_WRITE,      /* room in one */
	WAIT_OPEN,       /* the other side of a FIFO */
	WAIT_ACCEPT, WAIT_CONNECT,
	WAIT_SEMAPHORE,  /* System V */
	WAIT_SEND, WAIT_RECEIVE, /* System V queues */
	WAIT_FUTEX,      /* a word of memory: POSIX semaphore, mutex, condition, thread join */
	WAIT_LOCK,       /* flock, fcntl */
	WAIT_CHILD,      /* wait4, waitid */
	WAIT_POLL,       /* poll, select, epoll, io_uring: any of several descriptors */
	WAIT_SIGNAL,     /* pause, sigsuspend, sigwait */
	WAIT_TIME,       /* nanosleep, clock_nanosleep, a poll with nothing but a timeout */
	WAIT_DISK,       /* state D */
	WAIT_STOPPED,    /* by a signal, or traced */
	WAIT_OTHER,      /* any other call */
};

/* A thread that sleeps: of most processes there is one, the main thread. */
struct system_thread {
	int process;          /* index */
	pid_t tid;
	char state;           /* as in /proc/TID/stat */
	enum system_wait wait;
	long call;            /* number of the system call; -1 none */
	uint64_t argument[SYSTEM_ARGUMENTS];
	int fd;               /* which descriptor it is about; -1 none, or several: then watched says which */
	int object;           /* which object it is about; -1 none that is known */
	int64_t timeout;      /* ns it will wait at most; -1 for ever, -2 not known */
	const char *why;      /* UNKNOWN: why; POLL: why nothing is watched, where more is known; else NULL */
	int first_watched, n_watched; /* WAIT_POLL: into system.watched */
	int needs, under_way; /* POLL in an io_uring: so many completions it wants yet, of so many requests (-1 not known);
	                       * else 0 */
	pid_t holder;         /* on whom it waits, where the kernel tells: who has the lock or the mutex, changed
	                       * the semaphore last, read or wrote the queue last, the child (-1 any); 0 not known */
	int part;             /* SEMAPHORE: which of the set; else 0 */
	bool steady;          /* two looks showed one and the same sleep: asked of those who seem to wait in vain */
	bool doubtful;        /* they do */
	int64_t asleep;       /* ns it has slept at least; -1 not known */
	uint64_t mark;        /* of this sleep, to compare; 0 not known */
};

/* events 0: none that poll(2) has, or not known. */
struct system_watched {
	int fd;               /* -1 none: a request for a timer, on a registered file, or on what is not told */
	int object;           /* -1 none that is known */
	short events;
	short request;        /* of an io_uring: 1 and its operation's number (probe/uring.h), -1 not told; else 0 */
	bool untold;          /* of an io_uring: on what is not told */
	bool fixed;           /* on a file registered with the ring, which the process has no descriptor of: */
	int index;            /* its number */
};

struct system_process {
	pid_t pid, parent;
	uint64_t start;       /* field 22 of /proc/PID/stat: with the pid it tells who it is */
	uint64_t folder;      /* inode of /proc/PID as it was then: while that stays, it is the same process */
	unsigned uid;         /* effective */
	char state;           /* R S D T t Z */
	char name[SYSTEM_NAME];     /* comm, raw */
	char command[SYSTEM_TEXT];  /* command line, raw, arguments apart by blanks; "" of kernel threads */
	int signal;           /* WAIT_STOPPED: which signal stopped it, 0 not known */
	bool visible;         /* its descriptors could be read */
	const char *why;      /* why not: static text */
	int first_end, n_ends;       /* into system.end */
	int first_thread, n_threads; /* into system.thread; filled by system_waits */
	bool kernel_thread;
	int tasks;            /* threads, by /proc/PID/stat */
	pid_t group;          /* process group */
	unsigned terminal;    /* device number of its controlling terminal, 0 none */
	pid_t foreground;     /* the foreground process group of that, -1 none */
};

enum system_kind {
	SYSTEM_PIPE, SYSTEM_FIFO,
	SYSTEM_UNIX, SYSTEM_TCP, SYSTEM_UDP,  /* one object for both sides where both are on this machine */
	SYSTEM_TERMINAL,
	SYSTEM_EVENT,          /* eventfd; only those that several processes share */
	SYSTEM_MQUEUE,
	SYSTEM_QUEUE, SYSTEM_SEGMENT, SYSTEM_SEMAPHORES, /* System V */
	SYSTEM_MEMORY,         /* a file or nothing, mapped shared by several processes */
	SYSTEM_SEMAPHORE,      /* POSIX, named */
	SYSTEM_FILE,           /* with locks on it */
	SYSTEM_KINDS
};

/* One process's hold on one object. System V queues and semaphores have no holders: their ends are the
 * last sender, the last receiver, who operated last, as long as those live. Of a file with locks: all
 * who have it open; of a lock whose descriptor cannot be seen: fd -1. A datagram socket without a name
 * that sends to a named one is on side b of the named one's object. */
struct system_end {
	int process, object;
	int fd;                /* -1: not a descriptor (an attachment, a mapping, a lock) */
	char access;           /* 'r', 'w', 'b' both, '-' */
	char side;             /* 'a' or 'b' of objects with two sides, else 0 */
	bool nonblocking;      /* filled by system_levels for what it reads; else false */
};

enum system_word {
	WORD_STUCK,            /* somebody waits and nothing will end it: a stopped, waiting or lost other side */
	WORD_LEAKED,           /* an end that keeps EOF or SIGPIPE from coming: somebody waits on what only he himself holds */
	WORD_ORPHANED,         /* memory or queue that nobody uses and whose makers are gone */
	WORD_WAITING,          /* somebody waits, as he should: see waiting */
	WORD_FLOWING,          /* data moved since the snapshot before */
	WORD_IDLE,
	WORD_UNKNOWN,          /* its users may not be looked at */
};

struct system_object {
	enum system_kind kind;
	uint64_t device, inode; /* System V: inode is the id */
	uint64_t inode_b;       /* the second side's; 0 */
	char name[SYSTEM_TEXT]; /* raw: a path, "@name", "127.0.0.1:80 - 127.0.0.1:4711", "pipe:[4711]", "shm 5" */
	int family, type;       /* sockets */
	struct system_reading level, limit; /* bytes; messages for POSIX queues; a semaphore's value: level alone */
	/* Also: of listeners the connections that wait; of UDP memory, of other sockets bytes, their limit being
	 * memory too (the writer's buffer, TCP the reader's), which small pieces fill before their bytes do;
	 * an eventfd's count, a segment's and memory's size: level alone. */
	struct system_reading level_b, limit_b; /* two sides: what b has not read; the first is what a has not */
	bool full;              /* a writer would wait (where that is known) */
	int first_end, n_ends;  /* into system.by_object, which holds indexes of ends */
	int readers, writers;   /* processes; of two-sided objects: holders of side a, of side b */
	bool hidden;            /* others may hold it whom we may not look into */
	int waiting;            /* threads that sleep about it */
	enum system_word word;
	const char *what;       /* the word in a sentence: "tar 812 waits 4.2 s for gzip 813, which is stopped"; "" none.
				   Until the next system_judge of this snapshot */
	int64_t since;          /* CLOCK_MONOTONIC ns since when it has been in this word, as far as it was watched; 0 not known */
	/* What passed since the snapshot before: the larger of what went in and what came out. Of two sides both ways
	 * together; and to side a, and to side b, else not known. */
	struct system_rate rate, rate_a, rate_b;
	union {
		struct sysv_object sysv;     /* of the System V kinds */
		struct posix_queue queue;    /* MQUEUE: as far as its level is known */
	};
	struct socket_info *socket;  /* sockets: two, of side a and of b (found false: none); else NULL. Not
					inside, for that would be 2 KB for each of ten thousand pipes */
};

struct system {
	int64_t taken;          /* CLOCK_MONOTONIC ns */
	struct system_process *process; size_t n_processes, room_processes;
	struct system_object *object; size_t n_objects, room_objects;
	struct system_end *end; size_t n_ends, room_ends;
	int *by_object; size_t room_by_object; /* indexes of ends, grouped by object */
	struct system_thread *thread; size_t n_threads, room_threads;
	struct system_watched *watched; size_t n_watched, room_watched;
	struct posix_names posix;
	struct locks locks;      /* all file locks, read by system_scan; of a file: those with its inode */
	size_t hidden_processes; /* whose descriptors could not be read */
	const char *hidden_why;  /* the most common reason */
	bool unlisted;           /* /proc is mounted with hidepid: other users' processes are not even listed */
	bool with_memory;        /* set by the caller before system_join: look for memory that several map, which
				    takes every process's map (25 us each). Segments and POSIX names are looked at always */
	bool with_rates;         /* set by the caller before system_take, in both snapshots: read what processes have read
				    and written in all, 12 us each of those that ran; without, TCP alone has rates */
	bool without_maps;      /* set by the caller before system_join: nobody's map is read at all, so who has segments and
				    POSIX names by mapping them alone is not found */
	bool links_only;         /* set by the caller before system_scan: who has what, no command lines, and nothing
				    that helps the next scan */
	struct system_private *private; /* what is kept from snapshot to snapshot: netlink sockets, tables of inodes */
};

/* An empty one, and the release of everything (NULL is fine). */
struct system *system_new(void);
void system_free(struct system *s);

/* Each fills in its part anew; memory is reused. system_scan begins a snapshot: the others need it.
 * pids: only these processes, and whoever shares an object with them; n 0: all. 0, or -1 with e when
 * nothing at all could be read (/proc is not mounted). */
int system_scan(struct system *s, const pid_t *pids, size_t n, struct error *e);
void system_join(struct system *s);
/* objects NULL: of all. */
void system_levels(struct system *s, const int *objects, size_t n);
void system_waits(struct system *s);
/* before: an earlier snapshot of system_take, to whose objects it compares; NULL: none. */
void system_rates(struct system *s, const struct system *before);
/* before: an earlier snapshot, for since and what flows; NULL: none. */
void system_judge(struct system *s, const struct system *before);

/* The first four in turn: all that is read from the kernel. May run on a thread of its own, as long as nobody else
 * touches s; of `before` (NULL: none) it reads what processes had read and written, which nothing but the next scan
 * changes. What it lends itself meanwhile a child that is forked would keep. */
int system_read(struct system *s, const pid_t *pids, size_t n, const struct system *before, struct error *e);
/* All six. */
int system_take(struct system *s, const pid_t *pids, size_t n, const struct system *before, struct error *e);

int system_find_process(const struct system *s, pid_t pid); /* index or -1 */
/* Objects in the order in which they need attention: indexes, for the caller to free. */
int *system_order(const struct system *s);

/* Per second, rounded; 0 also when it is not known. */
int64_t system_rate_number(const struct system_rate *r);
/* Whether something passed for certain. */
bool system_rate_flows(const struct system_rate *r);

const char *system_rate_word(enum system_rate_how h); /* "exact", "modelled", "at least", "at most", "?" */
const char *system_kind_word(enum system_kind k);  /* "pipe", "FIFO", "unix" ... */
const char *system_word(enum system_word w);       /* "stuck", "leaked end", "orphaned", "waiting", "flowing", "idle", "?" */
const char *system_wait_word(enum system_wait w);  /* "reads", "writes", "opens" ... */

#endif

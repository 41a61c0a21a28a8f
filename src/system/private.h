/* SPDX-License-Identifier: MIT */
/* What the files of the engine share: links as they were read, the tables that make objects of them. */
#ifndef SYSTEM_PRIVATE_H
#define SYSTEM_PRIVATE_H

#include "base/parallel.h"
#include "base/table.h"
#include "base/text.h"
#include "probe/asleep.h"
#include "probe/io.h"
#include "probe/task_files.h"
#include "system/mounts.h"
#include "system/system.h"

/* A descriptor of interest, by its link's text and stat(2) alone. */
enum link_kind {
	LINK_PIPE, LINK_FIFO, LINK_SOCKET,
	LINK_EVENT,    /* inode: eventfd-id */
	LINK_URING,    /* of io_uring(7); inode 1 */
	LINK_TERMINAL, /* number: N of /dev/pts/N, -1 another */
	LINK_MASTER,   /* number: N of /dev/pts/N */
	LINK_QUEUE,
	LINK_FILE,     /* of interest when it has locks: access is not asked for before */
};

enum { LINK_NOT_ASKED = '?' };

struct link {
	int process, fd;
	enum link_kind kind;
	char access;
	bool nonblocking;      /* as far as it was told with it */
	bool walked;           /* a pipe or FIFO that the walk told of */
	uint64_t device, inode;
	int64_t number;        /* if it was walked: which of the walk's */
	size_t name; /* where its text begins among the names; 0: none */
};

struct links {
	struct link *list;
	size_t count, room;
	struct text names; /* texts with their NULs; the first is "" */
};

/* A mapping that others may have too. */
struct mapped {
	int process;
	uint64_t device, inode;
	bool segment; /* of System V: inode is its id */
	char access;
	size_t name;
};

struct mapped_list {
	struct mapped *list;
	size_t count, room;
	struct text names;
};

/* What a process was like at the scan before: while none of its threads ran, nothing of it has changed. */
struct kept {
	pid_t pid;
	uint64_t start;
	uint64_t ran;          /* of all threads: time on a processor (ns) and times put there; 0 not known */
	size_t first_link, n_links;
	size_t first_mapped, n_mapped;
	bool has_mapped;       /* its maps were read */
	bool splices_not;      /* none of its threads is in a call for which spliced_find looks */
	bool reads_files;      /* the walk found that it has files open which are among no links */
	int before;            /* same: index at the scan before */
	unsigned scans;        /* since it was met */
	bool same;             /* it did not run since the scan before, and was taken over from there */
};

/* What one thread of a scan works with. */
struct worker {
	struct links links;
	struct mapped_list mapped;
	struct text text;      /* of a file below /proc */
	uint64_t queues;       /* device of the POSIX queues' file system, once it is known */
	uint64_t segments;     /* device of the kernel's shared memory, once it is known */
};

/* A pipe's level at the scan before: while none of those who have it ran, nothing went in or out. */
struct kept_level {
	struct system_reading level, limit;
	bool full, nonblocking;
};

/* walk.c: what the kernel found in one walk through all descriptors, at this scan. */
struct walk {
	struct task_files *program; /* NULL: none yet */
	bool refused;               /* it may not be had: not asked for again */
	bool due;                   /* at this scan */
	const struct task_file *file; size_t n;
	struct table first;         /* (0, pid) -> file */
	uint64_t tick;              /* ns, in which starts of processes are told */
	int64_t page;               /* bytes */
};

/* What a process had read and written in all, just before and just after levels were read. Kept by who it is, for
 * indexes of processes change when a snapshot is pruned. */
struct counted {
	pid_t pid;
	uint64_t start, ran;    /* as in struct kept */
	const char *why;        /* why it is not known; NULL: it is */
	struct io_counters first, last;
	struct io_counters dead_first, dead_last; /* of zombies, which become its own when it waits for them */
	bool has_sources;       /* it holds what it could splice(2) from: a pipe, a socket, a file */
	bool evades;            /* it moves data that is not counted: io_uring(7), or seen in splice(2) */
};

/* What was known of an object when it was looked at: levels of shown objects are read again later. */
struct mark {
	int64_t level, level_b;       /* -1 not known */
	int64_t acked[2], received[2]; /* TCP, by side; -1 not known */
	int64_t unfinished;           /* bytes that writes which sleep here have been asked for; -1 not known */
};

struct system_private {
	struct worker worker[PARALLEL_WORKERS];
	struct mounts *mounts;
	struct links links;           /* of all processes, by process */
	struct links links_before;
	struct mapped_list mapped, mapped_before;
	struct kept *kept; size_t room_kept, n_kept;
	struct kept *kept_before; size_t room_kept_before, n_kept_before;
	struct system_process *process_before; size_t room_process_before; /* as kept_before, where whole_before */
	bool whole, whole_before;
	struct table before;          /* (pid, start) -> kept_before */
	struct kept_level *levels; size_t room_levels, n_levels;
	struct table levels_at;       /* (device, inode) -> levels */
	struct walk walk;
	struct asleep_clock clock; bool compared; /* for the system_waits behind this scan */
	char **said; size_t room_said, n_said; /* what judge.c says of objects */
	const struct system *earlier; /* while system_take is at work: the snapshot to compare with */
	struct counted *counted; size_t room_counted, n_counted;
	struct table counted_at;      /* (pid, start) -> counted */
	struct zombie { pid_t pid; int parent; } *zombies; size_t room_zombies, n_zombies; /* parent: into counted */
	uint64_t newest;              /* start of the youngest process */
	struct mark *marks; size_t room_marks, n_marks; /* by object */
	int64_t levels_time, sockets_time; /* CLOCK_MONOTONIC ns when those were read */
	bool just_scanned;            /* no levels were read since */
	struct table objects;         /* (system_key_a, inode) -> object */
	struct table locked;          /* (0, inode) of files with locks; made by system_scan */
	size_t *order; size_t room_order;
	struct system_end *sorted; size_t room_sorted;
	struct socket_list socket_list;
	struct table sockets_at;      /* (0, inode) -> socket_list */
	struct table tcp;             /* hash of addresses -> socket_list */
	struct socket_info *sockets; size_t room_sockets, n_sockets; /* two a socket object */
	struct socket_query *query;   /* NULL: not opened yet */
	struct sysv_list sysv;
	pid_t *wanted; size_t room_wanted, n_wanted; /* system_scan's pids */
};

/* --- system.c: objects and ends ------------------------------------------------------------- */

/* The object of this kind, device and inode, made with an empty name when it is not there yet; *made says
 * so (may be NULL). Valid until the next object is made. */
struct system_object *system_object_at(struct system *s, enum system_kind kind, uint64_t device, uint64_t inode,
				       bool *made);
int system_object_find(const struct system *s, enum system_kind kind, uint64_t device, uint64_t inode);
/* The same object by a second number: a socket's other side. */
void system_object_alias(struct system *s, enum system_kind kind, uint64_t device, uint64_t inode, int object);
void system_end_add(struct system *s, int process, int object, int fd, char access, char side);
/* Sorts the ends by process, groups them by object, counts readers and writers. */
void system_index(struct system *s);
void system_name(char out[SYSTEM_TEXT], const char *text);
void system_name_number(char out[SYSTEM_TEXT], const char *before, uint64_t number, const char *behind);

/* --- process.c -------------------------------------------------------------------------------- */

/* Fills in a process from /proc/PID/stat, any bytes whatever; its pid is there. False for nonsense. */
bool process_parse(const char *text, size_t length, struct system_process *p);
/* Its arguments, apart by blanks. */
void process_command(int procdir, struct system_process *p);
/* How much it has run: time on a processor (ns) and times put there, which never become less. 0 where that cannot be
 * known, or it is not asleep; with several threads each would have to be asked, which soon costs more than links. */
uint64_t process_ran(int procdir, const struct system_process *p);
/* Whether the process behind a folder of procfs_open is the one that was scanned, or has its number only. */
bool process_is_same(const struct system_process *p, int procdir);

/* --- counted.c --------------------------------------------------------------------------------- */

/* Before and after sockets and levels are read; the first while processes' indexes are those of system_scan. */
void counted_begin(struct system *s);
void counted_end(struct system *s);
void counted_free(struct system_private *v);
/* Of a process; NULL when nothing was asked about it. */
struct counted *counted_find(const struct system *s, pid_t pid, uint64_t start);

/* --- links.c ---------------------------------------------------------------------------------- */

/* Calls take for each name in a folder. 0 or -errno. */
int folder_each(int fd, void (*take)(void *arg, const char *name), void *arg);

/* How a descriptor was opened: 'r', 'w', 'b', '-' with O_PATH; by the permission bits of its link `number` in the
 * folder `table`. 0: it is gone. */
char links_access(int table, const char *number);

/* Reads a process's descriptors into w->links: 0 or -errno when its table may not be read. `walked`: what the walk found
 * of it, so that only what that does not tell is read; NULL: all is read. */
int links_read(struct system *s, struct worker *w, int procdir, int process, const struct task_file *walked, size_t n);
const char *links_name(const struct links *l, const struct link *link);
struct link *links_add(struct links *l, const struct link *link, const char *name);
void links_clear(struct links *l);
void links_free(struct links *l);

/* Whether links_read needs the process's folder for what was walked: not for pipes, sockets and files without locks. */
bool links_told(const struct system *s, const struct task_file *walked, size_t n);

/* --- walk.c ------------------------------------------------------------------------------------- */

/* Decides whether there is to be one at this scan: w->due. */
void walk_begin(struct walk *w);
/* Walks; where that cannot be, w->n is 0. */
void walk_take(struct walk *w);
void walk_end(struct walk *w);
/* What it found of this process; NULL nothing. */
const struct task_file *walk_of(const struct walk *w, const struct system_process *p, size_t *n);
/* One without a name; other FIFOs have one. */
bool walk_is_pipe(const struct task_file *f);
/* The level of a pipe or FIFO without one, as it was found through this descriptor of it. */
void walk_level(const struct walk *w, const struct link *link, struct system_object *o);

/* --- spliced.c ---------------------------------------------------------------------------------- */

/* Marks, by object, the pipes that a thread of this process may hold locked while it waits for something else. False:
 * none is in a call that could. */
bool spliced_find(const struct system *s, int process, bool *spliced);

/* --- what system_join is made of ----------------------------------------------------------------- */

void join_sockets(struct system *s);
void join_sysv(struct system *s);
void join_memory(struct system *s); /* segments' attachments, POSIX names, memory that several map */

#endif

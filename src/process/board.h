/* SPDX-License-Identifier: MIT */
/* The board: memory that the front end, the stagehand and the processes of a stage share.
 *
 * It is a mapped file in the stage's own folder, so that it outlives all of them however
 * they end: the next start finds on it what is left to remove. Every process has a place
 * on it, with the counters of its stream and what it is about to create. */
#ifndef PROCESS_BOARD_H
#define PROCESS_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

enum { BOARD_PLACES = 64, BOARD_ENTRIES = 1024, BOARD_NAMES = 128, BOARD_NAME = 64, BOARD_FOLDER = 200 };

/* Who somebody is: a pid alone may be somebody else's by now (proc_pid_stat(5), starttime). */
struct board_who {
	_Atomic int32_t pid;
	_Atomic uint64_t start;
};

/* One process. Only that process writes the counters; cache lines apart, so that counting
 * costs the neighbours nothing. */
struct board_place {
	struct board_who who;
	_Atomic int32_t stop;              /* set by the front end: end the stream after this call */
	_Atomic int32_t intent_kind;       /* 'q' 'm' 's': about to create one; 0: not */
	_Atomic uint32_t intent_key;
	_Atomic int64_t intent_time;       /* seconds since 1970 */
	_Atomic uint32_t lost_signals;     /* caught, but the report found no room */
	_Alignas(64) _Atomic uint64_t calls, bytes, failed; /* of its stream */
};

/* A System V object that the stage made. */
struct board_entry {
	_Atomic int32_t kind; /* 'q' 'm' 's'; 0: free or removed */
	_Atomic int32_t id;
};

/* A POSIX object's name that the stage may have made. */
struct board_name {
	_Atomic int32_t kind; /* 'Q' message queue, 'M' shared memory, 'S' semaphore; 0: free; -1: being written */
	char name[BOARD_NAME]; /* as the kernel has it: "/q-UID-XXXXXX" */
};

/* Where a stage lives: pids and ids mean something only there. */
struct board_world {
	uint64_t pid_namespace, ipc_namespace; /* namespaces(7), as inodes; 0 unknown */
	char boot[40];                         /* /proc/sys/kernel/random/boot_id, random(4) */
};

struct board {
	uint64_t magic;
	struct board_world world;
	struct board_who front, stagehand;
	int32_t lock; /* the descriptor, in both of them, through which they hold a lock on the board */
	char folder[BOARD_FOLDER];
	struct board_place place[BOARD_PLACES];
	struct board_entry entry[BOARD_ENTRIES];
	struct board_name name[BOARD_NAMES];
};

/* Makes the folder ($XDG_RUNTIME_DIR, else $TMPDIR, else /tmp; mode 0700), in it the folder
 * "stage" where processes live, and the board. NULL with e. */
struct board *board_create(struct error *e);

/* Maps the board of another folder read-write, for cleaning up after it; NULL when it is none
 * (wrong owner, size or magic). */
struct board *board_open(const char *folder);
void board_unmap(struct board *b);

/* The base folders where stages may live, most preferred first; NULL at the end. */
const char *board_base(int n);

/* "FOLDER/stage": where the processes work. Writes into buf. */
const char *board_stage_folder(const struct board *b, char *buf, size_t size);

/* "-UID-XXXXXX", the end of the folder's name: what the names of this stage's POSIX objects end with, and
 * nobody else's. Points into the board. */
const char *board_suffix(const struct board *b);

/* Notes who `w` is (start time from /proc/PID/stat; 0 when that cannot be read). */
void board_note(struct board_who *w, pid_t pid);

/* Whether that very process is still there (a zombie is not). */
bool board_alive(const struct board_who *w);

/* How a board's world stands to ours: in the same one its pids and ids can be trusted; after a
 * reboot nothing of it is left but its folder; seen from another PID namespace only its ids mean
 * the same; seen from another IPC namespace, nothing does. */
enum board_place_in_world { BOARD_HERE, BOARD_BEFORE_REBOOT, BOARD_OTHER_PIDS, BOARD_ELSEWHERE };
enum board_place_in_world board_world_is(const struct board *b);

/* Whether the front end or the stagehand of a folder's board still hold their lock on it (flock(2)):
 * that can be told from any namespace. True also when it cannot be told. */
bool board_locked(const char *folder);

#endif

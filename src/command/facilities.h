/* SPDX-License-Identifier: MIT */
/* System V and POSIX objects of a snapshot: what outlives processes, who uses it, who would be hurt if
 * it went; and its removal. */
#ifndef COMMAND_FACILITIES_H
#define COMMAND_FACILITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "system/system.h"

/* Kinds, by the letters of ipcs(1) and lsipc(1): q m s of System V, Q M S of POSIX. */
#define FACILITY_KINDS "qmsQMS"

struct facility {
	char kind;
	int object;                     /* in the snapshot; -1: it knows nothing about it but the name */
	const struct sysv_object *sysv; /* of q m s; else NULL */
	const char *name;               /* of Q M S, raw, with its slash; else NULL */
	bool listed;                    /* its name stands in its folder; System V: always */
	bool unlinked;                  /* POSIX: its name is gone, and it lives as long as somebody has it open */
	bool owned;                     /* whether the four below are known */
	unsigned mode, uid, gid;
	int64_t changed;                /* seconds since 1970 */
	uint64_t device, inode;         /* POSIX */
	bool size_known;                /* POSIX: M bytes of it, Q bytes in all messages, S its value */
	int64_t size;
	int64_t allocated;              /* M: bytes of memory that it takes; -1 not known */
	int sleepers;                   /* s: threads that sleep about it, as the kernel counts them; -1 not known */
};

struct facilities {
	struct facility *list; /* by kind, then by id or name */
	size_t count, room;
};

/* Those of these kinds ("": all). They point into the snapshot. Reuses f's memory. */
void facilities_find(struct facilities *f, const struct system *s, const char *kinds);
void facilities_free(struct facilities *f);
/* By facility_rank first. */
void facilities_order(struct facilities *f, const struct system *s);
/* Adds a POSIX queue that is not listed, for /dev/mqueue is not mounted, and that nobody is seen to have open: the
 * name, which stays the caller's, tells whether it is there. 0 or -errno of mq_open(3). */
int facilities_add_queue(struct facilities *f, const char *name);

/* Takes the part of a snapshot that they need: all processes, but levels of these objects alone. */
int facilities_take(struct system *s, struct error *e);

/* How it stands, as system_word says it of objects, and "unused" of POSIX ones that nobody has open: who made
 * those the kernel does not tell. "?": who uses it may not be looked at. */
const char *facility_state(const struct system *s, const struct facility *f);
/* What needs somebody's attention comes first: stuck ones, orphaned, unused, then all others. */
int facility_rank(const struct system *s, const struct facility *f);

/* "queue", "shm", "sem", and the same for POSIX; "message queue 3 (key 0x6f02)" in words, printable. */
const char *facility_kind_word(char kind);
void facility_describe(struct text *t, const struct facility *f);

/* Who would be hurt by a removal. */
struct facility_users {
	int *process;       /* who waits about it or holds it, in this order, each once: indexes, to be freed */
	size_t count;
	size_t others;      /* of those, how many belong to another user than the caller */
	size_t attachments; /* ends that are seen */
	size_t unseen;      /* attachments, and sleepers about semaphores, of processes that may not be looked into, or
			     * are in another PID namespace */
	bool blind;         /* the kernel counts none, and there are processes that may not be looked into */
};
void facility_users(struct facility_users *u, const struct system *s, const struct facility *f);
/* Whether it is in use by somebody else than the caller, as far as can be told: it should then not be
 * removed without the caller's express word. */
bool facility_is_others(const struct facility *f, const struct facility_users *u);
/* What a removal does, in a sentence: "2 processes are attached: it goes with the last detach".
 * Appends nothing when nobody is hurt and nothing is lost. */
void facility_effect(struct text *t, const struct system *s, const struct facility *f, const struct facility_users *u);

/* A queue's name is asked by opening the queue for the moment, which nobody notices. 0 or -errno. */
struct stat;
int facility_stat_queue(const char *name, struct stat *st);
/* Of POSIX: whether its name stands for it in this program's namespaces. */
bool facility_is_here(const struct facility *f);

/* Removes it, if it is still the same: msgctl(2), shmctl(2), semctl(2) IPC_RMID, mq_unlink(3),
 * shm_unlink(3), sem_unlink(3). 0 or -1 with e. */
int facility_remove(const struct facility *f, struct error *e);

#endif

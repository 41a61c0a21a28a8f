/* SPDX-License-Identifier: MIT */
/* The System tab's rows: what of a snapshot is listed, in which order, and which row is chosen. */
#ifndef UI_SYSTEM_ROWS_H
#define UI_SYSTEM_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "system/system.h"

enum system_tree {
	SYSTEM_FLAT,       /* an object a row, its ends folded */
	SYSTEM_BY_OBJECT,  /* objects, their ends below them */
	SYSTEM_BY_PROCESS, /* processes, their objects below them */
	SYSTEM_TREES
};

/* Who a row is about, from snapshot to snapshot: indexes change, this does not. */
struct system_identity {
	pid_t pid;           /* 0: of no process */
	uint64_t start;
	int kind;            /* enum system_kind; -1: of no object */
	uint64_t device, inode, inode_b;
	int fd;              /* of an end; -2: of none */
};

struct system_row {
	int object, process, end; /* indexes; -1: none. An object's own row has no process and no end; who waits
				     without an end has none, too */
	int depth;
	bool folds, open;         /* it has rows below it, shown or not */
};

struct system_rows {
	struct system_row *row;
	size_t n, room;
	size_t idle;              /* how many idle objects are left out */
	size_t found;             /* how many objects are not */
	enum system_tree tree;
	bool all;                 /* idle ones too */
	char filter[64];          /* words, "" none; what has all of them is shown, idle or not */
	struct system_identity *turned; /* rows folded otherwise than the tree says */
	size_t n_turned, room_turned;
	int chosen;               /* row; 0 when there is none */
	struct system_identity choice; /* whom it was about */
	bool has_choice;
};

void system_rows_free(struct system_rows *r);

/* Lists anew; the chosen row stays with whom it is about, else where it stood. order: of system_order. */
void system_rows_build(struct system_rows *r, const struct system *s, const int *order);
void system_rows_choose(struct system_rows *r, const struct system *s, int row); /* cut to what there is */
/* Folds the chosen row open or shut; from a row inside, shut goes to the one that holds it. */
void system_rows_fold(struct system_rows *r, const struct system *s, const int *order, bool open);
void system_rows_turn(struct system_rows *r, enum system_tree tree);

/* The chosen row, NULL when there is none. */
const struct system_row *system_rows_chosen(const struct system_rows *r);

/* The process that a row is most about: its own; of an object whoever waits on it, else writes to it;
 * -1 none. */
int system_row_process(const struct system *s, const struct system_row *row);

/* The next thread behind `thread` (-1: the first) that sleeps about an object of which its process has no end: nobody
 * holds System V queues and semaphores. -1: there is none. */
int system_waiter(const struct system *s, int object, int thread);

/* The thread of a process that sleeps about an object (-1: about anything at all); -1 none. */
int system_sleeper(const struct system *s, int process, int object);

#endif

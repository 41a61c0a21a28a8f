/* SPDX-License-Identifier: MIT */
/* The ledger: which System V objects the stage made, and their removal.
 *
 * A process writes down what it is about to create before it does, and the id after; if
 * it is killed in between, what it made is found by kind, key, owner and time. Nothing is
 * removed that is not on the ledger or found so beyond doubt. */
#ifndef PROCESS_LEDGER_H
#define PROCESS_LEDGER_H

#include "process/board.h"

/* A process's view: the board and its own place on it. */
struct ledger {
	struct board *board;
	int place;
};

/* For struct call_context; `ledger` is a struct ledger. */
int ledger_creating(void *ledger, char kind, uint32_t key);
void ledger_created(void *ledger, char kind, int id);
bool ledger_may_remove(void *ledger, char kind, int id);
void ledger_removed(void *ledger, char kind, int id);

/* The same for POSIX objects, which go by name: 'Q', 'M', 'S'. The name is noted before the object is
 * made; that it ends with the stage's suffix makes it the stage's own beyond doubt. */
int ledger_naming(void *ledger, char kind, const char *name);
void ledger_unnamed(void *ledger, char kind, const char *name);
/* Removes them all. */
void ledger_sweep_names(struct board *b);

/* Whether this stage made it. */
bool ledger_has(const struct board *b, char kind, int id);

/* Removes everything on the ledger, names too, and what a killed process had just made. Call when no
 * process of the stage lives any more. */
void ledger_sweep(struct board *b);

/* Removes whatever lies in the stage's folder (not the folder itself). */
void ledger_empty_folder(const struct board *b);

/* Removes the folder with the board; the mapping stays valid. */
void ledger_remove_folder(const struct board *b);

/* Cleans up after earlier runs of this user whose front end and stagehand are both gone:
 * kills what is left of their processes, removes their objects and folders. Returns how many
 * folders it removed. */
int ledger_remove_leftovers(void);

/* Whether a process carries the mark of the stage in that folder: real programs and their children
 * have it in their environment. */
bool ledger_marked(pid_t pid, const char *folder);

/* The environment variable that marks the processes of a stage: its value is the folder. */
#define LEDGER_MARK "IPCSCOPE_STAGE"

#endif

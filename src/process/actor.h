/* SPDX-License-Identifier: MIT */
/* A process of the stage: waits for an order, makes the call, reports begin and end. */
#ifndef PROCESS_ACTOR_H
#define PROCESS_ACTOR_H

#include "process/board.h"

struct actor_setup {
	int control;  /* its end of the control socket */
	int lifeline; /* its end of the lifeline: nothing is ever sent; when the front end
	               * is gone the kernel kills the process, whatever it is blocked in */
	int output;   /* what becomes its standard output and error */
	struct board *board;
	int place;
	uint8_t letter;
	const char *name;
	pid_t maker;  /* the stagehand: its death is this process's */
	int network;  /* the network namespace where it is to live; -1: the stagehand's */
};

/* The rest of a process that was just forked by the stagehand; never returns. Resets
 * dispositions and mask (children inherit ignored signals from whoever launched the
 * program), closes everything that is not its own, works in the stage's folder. */
_Noreturn void actor_run(const struct actor_setup *setup);

/* The lowest descriptor number that is the stage's own in every process. */
int actor_reserved(void);

#endif

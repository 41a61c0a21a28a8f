/* SPDX-License-Identifier: MIT */
/* The stagehand: a small child of the front end, started before anything else. It forks the
 * processes of the stage, is their parent and subreaper, tells how they ended, and, when
 * the front end is gone, however it went, ends every process and removes everything. */
#ifndef PROCESS_STAGEHAND_H
#define PROCESS_STAGEHAND_H

#include "base/error.h"
#include "process/board.h"
#include "process/network.h"
#include "process/wire.h"

struct stagehand;

/* Makes the stage's folder and board and forks the stagehand. Call it before any thread, the
 * terminal or buffered output exists. Also removes what earlier runs were prevented from
 * removing. NULL with e. */
struct stagehand *stagehand_start(struct error *e);

/* Ends every process, removes everything, ends the stagehand; waits for that. NULL is fine. */
void stagehand_stop(struct stagehand *s);

int stagehand_socket(const struct stagehand *s); /* to poll for news; -1 when it is gone */
int stagehand_output(const struct stagehand *s); /* to poll for what processes print; a stream
						  * socket with SO_PASSCRED: who wrote is known */
/* The inode of the other end, which processes have as their standard output and error. */
uint64_t stagehand_output_inode(const struct stagehand *s);
struct board *stagehand_board(const struct stagehand *s);

/* Asks for a new process; control and lifeline are its ends and are closed here. News:
 * WIRE_SPAWNED. 0 or -errno. The hosts are made when the first process is to live on one, and
 * anew after the stage was emptied. */
int stagehand_spawn(struct stagehand *s, int place, uint8_t letter, const char *name,
		    enum network_host host, int control, int lifeline);

/* Has what goes between the two hosts, each way, come late and in part not at all. News: WIRE_IMPAIRED.
 * 0 or -errno. */
int stagehand_impair(struct stagehand *s, unsigned delay_ms, unsigned loss_percent);

/* The next piece of news, without waiting: 1; 0 none; -1 the stagehand is gone (its
 * processes were killed and what they left removed by then; stagehand_revive starts a new one). */
int stagehand_news(struct stagehand *s, struct wire_notice *n);

/* Ends every process and empties the stage; waits until it is done. False when the
 * stagehand was gone and had to be started again, or could not be: then *e says why. */
bool stagehand_clear(struct stagehand *s, struct error *e);

#endif

/* SPDX-License-Identifier: MIT */
/* Lessons of a few lines, from strings, played on a real stage. */
#ifndef TESTS_PLAY_H
#define TESTS_PLAY_H

#include "play/player.h"

struct play {
	struct lesson *lesson;
	struct stage *stage;
	struct player *player;
	char failure[1000]; /* of the first step that failed: "line N: expected ... actual ..."; "" */
};

/* Reads and checks the text (a mistake fails the test), sets up the stage; then plays until the
 * first failure or the end. */
void play_open(struct play *p, const char *text);
void play_on(struct play *p);
void play_close(struct play *p);

/* Plays the text from open to close; it must go as it says. */
void play_well(const char *text);
/* It must fail, telling `failure` somewhere in the message. */
void play_badly(const char *text, const char *failure);

/* Whether a lesson of test_play_ipc.c plays this call. */
bool play_ipc_plays(const char *call);

/* What `ipcscope run` would print of its trace; the caller frees. */
char *play_trace(const struct play *p);

/* The process of that name in the present picture; its absence fails the test. */
const struct picture_process *play_process(struct play *p, const char *name);
const struct picture_object *play_object(struct play *p, const char *name);

/* Lets the stage go on until the process is in that state; a test fails that waits in vain. */
void play_until(struct play *p, const char *name, enum process_state state);

#endif

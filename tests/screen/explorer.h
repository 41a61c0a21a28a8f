/* SPDX-License-Identifier: MIT */
/* The explorer itself on a terminal of its own: started with a folder for what it makes, pressed
 * keys on, looked at. Whatever a test waits for in vain ends it with the screen in the message. */
#ifndef TESTS_SCREEN_EXPLORER_H
#define TESTS_SCREEN_EXPLORER_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/screen/screen.h"

struct explorer {
	struct screen *s;
	int width, height;
	char folder[64]; /* its TMPDIR and working folder, HOME too; removed by explorer_free */
	char mark[96];   /* in the environment of everything that it starts */
};

/* The sizes at which the screens are looked at. */
extern const struct explorer_size { int width, height; } explorer_sizes[4];

/* A lesson of eleven steps with a question, a blocked writer and a death; at step 7 the question
 * stands, step 8 blocks, at step 10 the writer is dead. */
extern const char explorer_lesson[];

/* Starts the program; arguments separated by spaces. "LESSON" among them becomes explorer_lesson's
 * file. env as in screen.h. */
struct explorer *explorer_start(int width, int height, const char *const env[], const char *arguments);
/* The same through a shell's script, in which $P is the program and $L explorer_lesson's file. */
struct explorer *explorer_start_shell(int width, int height, const char *const env[], const char *script);
/* The pipe sandbox, set up: writer and reader, an end each. */
struct explorer *explorer_sandbox(int width, int height);
void explorer_free(struct explorer *e);

/* Types a line at the open prompt and enters it. */
void explorer_line(struct explorer *e, const char *line);
/* Presses keys by name, separated by spaces. */
void explorer_press(struct explorer *e, const char *names);
/* Presses a key until the text is there: for keys that are refused while a step is under way. */
void explorer_press_until(struct explorer *e, const char *name, const char *text);

/* Waits for a text, or for its disappearance. */
void explorer_sees(struct explorer *e, const char *text);
void explorer_loses(struct explorer *e, const char *text);
/* Whether it stands there now. */
bool explorer_shows(struct explorer *e, const char *text);
/* Ends the test with the screen in the message. */
_Noreturn void explorer_fail(struct explorer *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Plays on with Space until so many of the steps are done: "7 of 11" is seen. */
void explorer_play(struct explorer *e, int step, int of);
/* Reads the trace for a fork: its result, a real process. 0: not there, and not awaited. */
pid_t explorer_forked(struct explorer *e, const char *name, bool awaited);

/* The style of the cell where a text begins. */
struct screen_cell explorer_cell(struct explorer *e, const char *text);

/* Waits for the end with this exit status, a terminal as before, and nothing left behind. */
void explorer_ended(struct explorer *e, int status);
/* Presses q and waits for the end with status 0. */
void explorer_quit(struct explorer *e);
/* Nothing is left: no process that carries the mark, no file in the folder but those tests made. */
void explorer_nothing_left(struct explorer *e);
/* A path in the folder. */
const char *explorer_path(const struct explorer *e, const char *name);

#endif

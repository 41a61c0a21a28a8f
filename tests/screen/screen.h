/* SPDX-License-Identifier: MIT */
/* A program on a terminal of its own, for tests: started on a pty, seen through an emulator,
 * typed at. Every wait has a deadline and ends as soon as what is waited for is there; nothing
 * waits for time to pass.
 *
 * Not: comparing screens, that is the tests' business. A test that finds something wrong in the
 * harness's own doing (no pty, no such key) fails by ck_abort_msg. */
#ifndef TESTS_SCREEN_SCREEN_H
#define TESTS_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/text.h"
#include "tests/screen/emulator.h"

struct screen;

/* Seconds that any wait without one of its own takes at most: for a loaded machine under
 * valgrind, since none of them is waited for in a test that passes. */
#define SCREEN_DEADLINE 30

/* Starts argv[0] (looked up in PATH) as the leader of a session whose terminal is a new pty.
 * Its environment is the test's without what changes a screen (TERM, LC_*, NO_COLOR, LINES and
 * so on), with TERM=xterm-256color and LC_ALL=C.UTF-8, and then what `env` (NULL: nothing) says:
 * "NAME=VALUE" sets, "NAME" takes away. It dies with the test. screen_free releases. */
struct screen *screen_start(int width, int height, const char *const env[], const char *const argv[]);
void screen_free(struct screen *s); /* and kills what is left */

pid_t screen_pid(const struct screen *s);
pid_t screen_foreground(const struct screen *s); /* the process group in the terminal's foreground */

/* Waits until `text` stands on the screen (within one row), or no longer does. */
bool screen_until(struct screen *s, const char *text, double seconds);
bool screen_until_gone(struct screen *s, const char *text, double seconds);

/* Waits until a condition holds, looked at whenever output has arrived, and every 20 ms for
 * those that make no output. */
bool screen_wait(struct screen *s, bool (*condition)(struct screen *s, void *data), void *data, double seconds);

/* The rows, trailing spaces dropped, separated by newlines; appended. */
void screen_text(struct screen *s, struct text *out);
struct screen_cell screen_cell(const struct screen *s, int x, int y);
/* The first place where `text` stands; false when it does not. */
bool screen_find(struct screen *s, const char *text, int *x, int *y);
bool screen_alternate(const struct screen *s);
bool screen_cursor(const struct screen *s, int *x, int *y); /* false: hidden */
bool screen_mouse_wanted(const struct screen *s);
/* Bytes that came from the program since it was started. */
size_t screen_bytes(const struct screen *s);
/* These bytes, any whatever; valid until more of them come. */
const char *screen_written(const struct screen *s, size_t *length);

/* Whether the terminal's modes (termios) are what they were at the start, and it shows its
 * normal screen, the cursor, and wants no mouse. */
bool screen_as_before(struct screen *s);

/* What a person does. Keys by name: emulator_key; screen_type sends UTF-8 text or any bytes
 * as they are. */
void screen_key(struct screen *s, const char *name);
void screen_type(struct screen *s, const char *text);
/* Waits until the program has read all that was typed (only what a line's end lets through,
 * where the terminal is not raw). */
bool screen_taken(struct screen *s);
void screen_mouse(struct screen *s, int x, int y); /* presses and releases the first button */
void screen_wheel(struct screen *s, int x, int y, bool up);
void screen_resize(struct screen *s, int width, int height);
void screen_hang_up(struct screen *s); /* the terminal disappears; only screen_exit and screen_free after it */

/* Waits until the program has ended: its wait status (wait(2)), -1 when the deadline passed. */
int screen_exit(struct screen *s);

#endif

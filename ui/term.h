/* SPDX-License-Identifier: MIT */
/* The terminal: the one file that includes curses.h. Canvas in, keys out. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>

#include "base/error.h"
#include "ui/canvas.h"
#include "ui/theme.h"

/* Keys as the rest of the program knows them: a Unicode character, or one of these. */
enum key {
	KEY_NONE_ = 0, /* nothing to read */
	TERM_ENTER = 0x110000, TERM_ESCAPE, TERM_TAB, TERM_BACKTAB, TERM_BACKSPACE, TERM_DELETE,
	TERM_UP, TERM_DOWN, TERM_LEFT, TERM_RIGHT, TERM_HOME, TERM_END, TERM_PAGE_UP, TERM_PAGE_DOWN,
	TERM_F1, TERM_MOUSE, TERM_SUSPEND /* Ctrl-Z */, TERM_REDRAW /* Ctrl-L */, TERM_INTERRUPT /* Ctrl-C */,
	TERM_GONE, /* the terminal is no more */
	TERM_RESIZE /* hardly ever: whoever takes SIGWINCH by signalfd asks term_size then */
	/* Ctrl-A ... Ctrl-Z else are 1 ... 26 */
};

struct term_mouse { int x, y; enum { MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } what; };

struct term_options {
	bool mouse;
	const struct theme *theme;
};

/* Takes the terminal over: alternate screen, raw keys, keypad, mouse if asked for. -1 with e
 * when standard input or output is no terminal or TERM is unknown (and says so with a hint). */
int term_open(const struct term_options *o, struct error *e);
/* Gives it back as it was. Safe to call twice and from the memory-exhausted hook. */
void term_close(void);

void term_size(int *width, int *height);
int term_colours(void);       /* 256, 16, 8 or 0 */
bool term_utf8(void);         /* whether the locale's character set is UTF-8 (nl_langinfo) */
bool term_plain(void);        /* whether glyphs must be ASCII: no UTF-8, or the Linux console's font */
void term_theme(const struct theme *t);

/* Shows the canvas: only what changed is sent. (How many bytes that is, curses does not tell.) */
void term_show(const struct canvas *c);
void term_redraw(void);       /* everything again at the next show: Ctrl-L */

/* The descriptor to poll for input; then call term_key until it returns KEY_NONE_: it never
 * waits. An Escape that begins a sequence is told from the key by ESCDELAY (25 ms). */
int term_descriptor(void);
int term_key(struct term_mouse *mouse);

/* Stops the program as the shell's Ctrl-Z does, with the terminal given back; returns when it
 * is continued, with the terminal taken over again (ask for the size and show). Continued in
 * the background (bg), it returns too, and the terminal is taken over by the first term_show or
 * term_key in the foreground: so that a stopped program can be told to end. Take SIGCONT by
 * signalfd(2) and show then, so that fg does not wait for a key. */
void term_suspend(void);
/* Gives the terminal to another program for a while (man, $EDITOR) and takes it back. */
void term_lend(void);
void term_take_back(void);

#endif

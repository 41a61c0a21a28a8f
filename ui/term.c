/* SPDX-License-Identifier: MIT */
/* The terminal by way of curses: what a canvas changed goes out, keys come in.
 *
 * curses would also like to handle signals, decode characters and size the screen. It is not
 * let: the program takes signals by signalfd(2), get_wch loses the first bytes of a character
 * that arrives in two parts, and the size is the kernel's (TIOCGWINSZ). */
#include "ui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/width.h"
#include "ui/job.h"
#include "ui/sequence.h"

#include <term.h> /* last: it makes macros of words like columns */

#define ESCAPE_DELAY 25 /* ms that tell an Escape from a sequence; a slow line may set ESCDELAY */
#define DOUBLE_CLICK (300 * CLOCK_MS)

static struct {
	bool open, lent, cursor;
	bool own_colours; /* -1 may stand for the terminal's own */
	bool stopped;     /* lent since a stop, and not in the foreground yet */
	int refused;      /* how often input was there that was not ours to read */
	SCREEN *screen;
	WINDOW *keys; /* a pad, since wgetch first refreshes anything else */
	struct termios before;
	int colours;
	struct { attr_t attributes; short pair; } look[STYLE_COUNT];
	struct cell *shown; /* what curses was given: only what differs is converted again */
	int width, height;
	struct sequence sequence;
	int unread;         /* a byte read too far; ERR when there is none */
	mbstate_t partial;  /* the first bytes of a character */
	struct { int x, y; int64_t when; } click;
	MEVENT mouse[8];    /* reports that came with one KEY_MOUSE, the latest first */
	int mouse_count;
} term;

static void screen_forget(void)
{
	free(term.shown);
	term.shown = NULL;
	term.width = term.height = 0;
}

bool term_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* The console's fonts have 256 or 512 characters: no round corners, no eighths, no circles. */
bool term_plain(void)
{
	const char *name = getenv("TERM");

	return !term_utf8() || (name && !strncmp(name, "linux", strlen("linux")));
}

int term_colours(void)
{
	return term.colours;
}

/* What the terminal must be able to do, found out before anything is sent to it. */
static int terminal_check(struct error *e)
{
	const char *name = getenv("TERM");
	struct text printable = { 0 };
	int status = 0;
	bool usable;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(e, 0, "standard %s is no terminal", isatty(STDIN_FILENO) ? "output" : "input");
		return error_hint(e, "start it in a terminal; `ipcscope run LESSON` needs none");
	}
	if (!name || !*name) {
		error_set(e, 0, "the terminal's type is not known: TERM is not set");
		return error_hint(e, "set it, for example TERM=xterm-256color");
	}
	usable = setupterm(NULL, STDOUT_FILENO, &status) == OK && cursor_address && clear_screen;
	if (cur_term)
		del_curterm(cur_term);
	if (usable)
		return 0;
	text_add_printable(&printable, name, strlen(name));
	error_set(e, 0, status == 1 ? "a terminal of the type \"%s\" has no screen to draw on"
				    : "the terminal type \"%s\" is not known here", text_string(&printable));
	text_free(&printable);
	return error_hint(e, "set TERM to what your terminal is, for example TERM=xterm-256color");
}

/* newterm(3) installs handlers for these where there are none. */
static SCREEN *newterm_without_handlers(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct sigaction before[sizeof signals / sizeof signals[0]];
	SCREEN *screen;

	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaction(signals[i], NULL, &before[i]);
	screen = newterm(NULL, stdout, stdin);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaction(signals[i], &before[i], NULL);
	return screen;
}

static void keys_prepare(bool mouse)
{
	raw();
	noecho();
	nonl();
	noqiflush();
	typeahead(-1); /* a frame is sent whole, whatever is typed meanwhile */
	term.keys = newpad(1, 1);
	keypad(term.keys, TRUE);
	nodelay(term.keys, TRUE);
	meta(term.keys, TRUE);
	if (!getenv("ESCDELAY"))
		set_escdelay(ESCAPE_DELAY);
	mouseinterval(0); /* else each press is held back to see whether it becomes a click */
	if (mouse)
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	memset(&term.sequence, 0, sizeof term.sequence);
	memset(&term.partial, 0, sizeof term.partial);
	term.unread = ERR;
	term.mouse_count = 0;
	term.click.when = -DOUBLE_CLICK;
}

static int colours_prepare(void)
{
	/* Pairs 1 to STYLE_COUNT are used, and 0 stays the terminal's own. */
	if (!has_colors() || start_color() == ERR || COLOR_PAIRS <= STYLE_COUNT)
		return 0;
	term.own_colours = use_default_colors() == OK;
	return COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 0;
}

int term_open(const struct term_options *o, struct error *e)
{
	if (terminal_check(e) < 0)
		return -1;
	tcgetattr(STDIN_FILENO, &term.before);
	term.screen = newterm_without_handlers();
	if (!term.screen) {
		error_set(e, 0, "curses cannot use this terminal");
		return error_hint(e, "set TERM to what your terminal is, for example TERM=xterm-256color");
	}
	term.open = true;
	term.lent = term.stopped = false;
	keys_prepare(o->mouse);
	term.colours = colours_prepare();
	leaveok(stdscr, TRUE);
	curs_set(0);
	term.cursor = false;
	term_theme(o->theme);
	return 0;
}

void term_close(void)
{
	if (!term.open)
		return;
	term.open = false;
	term_lend();
	/* curses has done so, but for a terminal that changed hands in between */
	if (!term.stopped)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &term.before);
	delwin(term.keys);
	delscreen(term.screen);
	screen_forget();
}

void term_size(int *width, int *height)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row &&
	    (size.ws_col != COLS || size.ws_row != LINES)) {
		/* not resizeterm, which would send KEY_RESIZE after the signal already told */
		resize_term(size.ws_row, size.ws_col);
		erase();
		screen_forget();
		term_redraw();
	}
	*width = COLS;
	*height = LINES;
}

void term_theme(const struct theme *t)
{
	for (int s = 0; s < STYLE_COUNT; s++) {
		struct look look = theme_look(t, term.colours, (enum style)s);

		term.look[s].attributes = (look.bold ? A_BOLD : 0) | (look.dim ? A_DIM : 0) |
					  (look.reverse ? A_REVERSE : 0) | (look.underline ? A_UNDERLINE : 0);
		/* Pair 0 where no colour is meant: with a colour some terminals (ncv of
		 * terminfo: the Linux console) do not show dim and underlined. */
		term.look[s].pair = look.foreground < 0 && look.background < 0 ? 0 : (short)(s + 1);
		if (!term.look[s].pair)
			continue;
		if (look.foreground < 0 && !term.own_colours)
			look.foreground = COLOR_WHITE;
		if (look.background < 0 && !term.own_colours)
			look.background = COLOR_BLACK;
		init_pair(term.look[s].pair, look.foreground, look.background);
	}
	screen_forget();
	term_redraw();
}

/* The cell's characters; false when the locale cannot show them in as many columns. */
static bool cell_characters(const struct cell *cell, wchar_t w[CCHARW_MAX + 1])
{
	const char *text = cell->text;
	size_t left = strlen(text), n = 0, bytes;
	uint32_t c;

	while (n < CCHARW_MAX && (bytes = width_decode(text, left, &c)) > 0) {
		if (wcwidth((wchar_t)c) == (n ? 0 : cell->width))
			w[n++] = (wchar_t)c;
		else if (!n)
			return false;
		text += bytes;
		left -= bytes;
	}
	w[n] = L'\0';
	return n > 0;
}

static void cell_show(int x, int y, const struct cell *cell)
{
	attr_t attributes = term.look[cell->style].attributes;
	short pair = term.look[cell->style].pair;
	wchar_t w[CCHARW_MAX + 1];
	cchar_t out[2];
	int n = 1;

	if (!cell_characters(cell, w)) {
		wcscpy(w, L"?");
		n = cell->width;
	}
	for (int i = 0; i < n; i++)
		setcchar(&out[i], w, attributes, pair, NULL);
	mvadd_wchnstr(y, x, out, n);
}

static void cells_show(const struct canvas *c)
{
	int height = c->height < LINES ? c->height : LINES;
	bool all = !term.shown || term.width != c->width || term.height != c->height;

	if (all) {
		screen_forget();
		term.shown = memory_new((size_t)c->width * (size_t)c->height, sizeof *term.shown);
		term.width = c->width;
		term.height = c->height;
	}
	for (int y = 0; y < height; y++) {
		const struct cell *row = c->cell + (size_t)y * (size_t)c->width;
		struct cell *shown = term.shown + (size_t)y * (size_t)c->width;

		if (!all && !memcmp(row, shown, (size_t)c->width * sizeof *row))
			continue;
		for (int x = 0; x < c->width && x < COLS; x++)
			if (row[x].width && (all || memcmp(&row[x], &shown[x], sizeof *row) != 0))
				cell_show(x, y, &row[x]);
		memcpy(shown, row, (size_t)c->width * sizeof *row);
	}
}

void term_lend(void)
{
	if (term.lent)
		return;
	term.lent = true;
	endwin();
	/* once more: libvterm (Vim, Neovim) hid it again with the alternate screen */
	putp(cursor_normal ? cursor_normal : "");
	fflush(stdout);
}

void term_take_back(void)
{
	int width, height;

	if (!term.lent || !term.open)
		return;
	term.lent = false;
	term_size(&width, &height);
	term_redraw();
	refresh(); /* raw keys, keypad, mouse and the alternate screen come back with it */
	curs_set(term.cursor);
}

/* Takes the terminal back after a stop, if it is ours: a job that is continued in the background
 * must leave the terminal alone, and would be stopped for touching it before it could see that
 * it was told to end. */
static bool take_back_when_in_front(void)
{
	if (!job_in_foreground())
		return false;
	term.stopped = false;
	term.refused = 0;
	/* what the shell's user made of the terminal meanwhile is what to leave it in */
	def_shell_mode();
	tcgetattr(STDIN_FILENO, &term.before);
	term_take_back();
	return true;
}

void term_show(const struct canvas *c)
{
	bool cursor = c->cursor_x >= 0 && c->cursor_y >= 0 && c->cursor_x < COLS && c->cursor_y < LINES;

	if (!term.open || (term.stopped && !take_back_when_in_front()) || term.lent)
		return;
	cells_show(c);
	leaveok(stdscr, !cursor);
	if (cursor)
		move(c->cursor_y, c->cursor_x);
	if (cursor != term.cursor) {
		curs_set(cursor);
		term.cursor = cursor;
	}
	refresh();
}

void term_redraw(void)
{
	clearok(curscr, TRUE);
}

void term_suspend(void)
{
	if (!term.open)
		return;
	term_lend();
	job_stop();
	term.stopped = true;
	take_back_when_in_front();
}

int term_descriptor(void)
{
	return STDIN_FILENO;
}

/* curses makes one KEY_MOUSE of all reports that arrive together, such as the turns of a
 * wheel, and getmouse gives the latest first. It keeps 8. */
static void mouse_collect(void)
{
	const int most = (int)(sizeof term.mouse / sizeof term.mouse[0]);

	for (term.mouse_count = 0; term.mouse_count < most; term.mouse_count++)
		if (getmouse(&term.mouse[term.mouse_count]) == ERR)
			break;
}

/* The earliest of the reports collected. */
static int key_of_mouse(struct term_mouse *mouse)
{
	const MEVENT *event = &term.mouse[--term.mouse_count];
	struct term_mouse m = { event->x, event->y, MOUSE_PRESS };
	int64_t now = clock_now();

	if (event->bstate & BUTTON4_PRESSED) {
		m.what = MOUSE_WHEEL_UP;
	} else if (event->bstate & BUTTON5_PRESSED) {
		m.what = MOUSE_WHEEL_DOWN;
	} else if (!(event->bstate & BUTTON1_PRESSED)) {
		return KEY_NONE_;
	} else if (now - term.click.when < DOUBLE_CLICK && m.x == term.click.x && m.y == term.click.y) {
		m.what = MOUSE_DOUBLE;
		term.click.when = -DOUBLE_CLICK; /* a third press begins anew */
	} else {
		term.click.x = m.x;
		term.click.y = m.y;
		term.click.when = now;
	}
	if (mouse)
		*mouse = m;
	return TERM_MOUSE;
}

static int key_of_curses(int code)
{
	static const struct { int code, key; } keys[] = {
		{ KEY_ENTER, TERM_ENTER }, { KEY_BTAB, TERM_BACKTAB }, { KEY_BACKSPACE, TERM_BACKSPACE },
		{ KEY_DC, TERM_DELETE }, { KEY_UP, TERM_UP }, { KEY_DOWN, TERM_DOWN }, { KEY_LEFT, TERM_LEFT },
		{ KEY_RIGHT, TERM_RIGHT }, { KEY_HOME, TERM_HOME }, { KEY_END, TERM_END }, { KEY_A1, TERM_HOME },
		{ KEY_C1, TERM_END }, { KEY_A3, TERM_PAGE_UP }, { KEY_C3, TERM_PAGE_DOWN },
		{ KEY_FIND, TERM_HOME }, { KEY_SELECT, TERM_END }, { KEY_PPAGE, TERM_PAGE_UP },
		{ KEY_NPAGE, TERM_PAGE_DOWN }, { KEY_F(1), TERM_F1 }, { KEY_RESIZE, TERM_RESIZE },
	};

	if (code == KEY_MOUSE)
		mouse_collect();
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].code == code)
			return keys[i].key;
	return KEY_NONE_;
}

/* Characters beyond ASCII, byte by byte, in the locale's encoding. */
static int key_of_partial(int byte)
{
	char b = (char)byte;
	wchar_t w;
	size_t n = mbrtowc(&w, &b, 1, &term.partial);

	if (n == (size_t)-1) {
		memset(&term.partial, 0, sizeof term.partial);
		n = mbrtowc(&w, &b, 1, &term.partial); /* it may begin the next character */
		if (n == (size_t)-1)
			memset(&term.partial, 0, sizeof term.partial);
	}
	return n == 1 && w >= 0xa0 ? (int)w : KEY_NONE_;
}

static int key_of_escape(void)
{
	int next = wgetch(term.keys);

	if (next != ERR && next < 0x100 && sequence_begin(&term.sequence, next, clock_now()))
		return KEY_NONE_;
	term.unread = next;
	return TERM_ESCAPE;
}

static int key_of_byte(int byte)
{
	static const int control[0x20] = {
		[3] = TERM_INTERRUPT, [8] = TERM_BACKSPACE, ['\t'] = TERM_TAB, ['\n'] = TERM_ENTER,
		[12] = TERM_REDRAW, ['\r'] = TERM_ENTER, [26] = TERM_SUSPEND,
	};

	if (byte >= 0x80)
		return key_of_partial(byte);
	memset(&term.partial, 0, sizeof term.partial);
	if (byte == 27)
		return key_of_escape();
	if (byte == 127)
		return TERM_BACKSPACE;
	if (byte > 26 && byte < 0x20)
		return KEY_NONE_;
	return byte < 0x20 && control[byte] ? control[byte] : byte;
}

/* Input arrived while the terminal was the shell's. It is the shell's, too: stopped as any job
 * that reads in the background. Where nobody can continue us, stopping has no effect. */
static int key_of_background(void)
{
	if (job_terminal_gone())
		return TERM_GONE;
	return job_stop_reading() && ++term.refused > 1000 ? TERM_GONE : KEY_NONE_;
}

int term_key(struct term_mouse *mouse)
{
	int key = KEY_NONE_;

	if (term.stopped && !take_back_when_in_front())
		return key_of_background();
	while (term.open && key == KEY_NONE_) {
		int64_t now = clock_now();
		int code;

		if (term.mouse_count) {
			key = key_of_mouse(mouse);
			continue;
		}
		code = term.unread != ERR ? term.unread : wgetch(term.keys);
		term.unread = ERR;
		if (code == ERR) /* nothing was typed, or nothing ever will be */
			return job_terminal_gone() ? TERM_GONE : KEY_NONE_;
		if (code >= 0x100) {
			term.sequence.state = SEQUENCE_NONE;
			key = key_of_curses(code);
			continue;
		}
		key = sequence_under_way(&term.sequence, now) ? sequence_feed(&term.sequence, code, now)
							       : SEQUENCE_NOT_PART;
		if (key == SEQUENCE_NOT_PART)
			key = key_of_byte(code);
	}
	return key;
}

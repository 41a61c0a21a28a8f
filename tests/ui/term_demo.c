/* SPDX-License-Identifier: MIT */
/* A program for the tests of ui/term.c: draws a canvas with every style, shows the name of
 * each key that arrives, and handles signals the way the real program does.
 *
 * Keys: q ends; T the next theme; C cursor on and off; E twenty frames in which nothing changes;
 * L lends the terminal to a shell that waits for a line. The argument is a theme, and
 * TERM_DEMO_NO_MOUSE in the environment leaves the mouse alone. Exit status 4: no terminal to
 * use; 5: the terminal has gone; 6: SIGHUP or SIGTERM. */
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/width.h"
#include "ui/term.h"

struct demo {
	const struct theme *theme;
	struct canvas *canvas;
	char keys[80]; /* the names of the latest, oldest first */
	bool cursor, done;
	int frames, status;
};

static const char *key_name(int key, const struct term_mouse *m, char buf[32])
{
	static const char *const names[] = {
		"ENTER", "ESCAPE", "TAB", "BACKTAB", "BACKSPACE", "DELETE", "UP", "DOWN", "LEFT", "RIGHT", "HOME",
		"END", "PAGE_UP", "PAGE_DOWN", "F1", "MOUSE", "SUSPEND", "REDRAW", "INTERRUPT", "GONE", "RESIZE",
	};
	static const char *const mouse[] = { "PRESS", "DOUBLE", "WHEEL_UP", "WHEEL_DOWN" };

	if (key == TERM_MOUSE)
		snprintf(buf, 32, "%s@%d,%d", mouse[m->what], m->x, m->y);
	else if (key >= TERM_ENTER)
		return names[key - TERM_ENTER];
	else if (key < 27)
		snprintf(buf, 32, "^%c", key + '@');
	else
		width_encode((uint32_t)key, buf);
	return buf;
}

static void remember(struct demo *d, const char *name)
{
	size_t room = 64;

	while (strlen(d->keys) + strlen(name) + 1 > room) {
		char *next = strchr(d->keys, ' ');

		memmove(d->keys, next ? next + 1 : "", next ? strlen(next + 1) + 1 : 1);
	}
	strcat(d->keys, name);
	strcat(d->keys, " ");
}

static void draw(struct demo *d)
{
	struct canvas *c = d->canvas;
	int x = 1, y = 5, width, height;

	term_size(&width, &height);
	if (c->width != width || c->height != height)
		canvas_resize(c, width, height);
	canvas_clear(c);
	canvas_fill(c, (struct area){ 0, 0, width, 1 }, STYLE_BAR);
	canvas_put(c, 1, 0, STYLE_BAR_STRONG, "term_demo");
	canvas_putf(c, 12, 0, STYLE_BAR, "%dx%d %s %d colours %s", width, height, d->theme->name, term_colours(),
		    term_utf8() ? "UTF-8" : "plain");
	canvas_box(c, (struct area){ 0, 1, width, 3 }, STYLE_FRAME, "keys", STYLE_TITLE, "right");
	canvas_put(c, 2, 2, STYLE_TEXT, d->keys);
	canvas_bar(c, 1, 4, 10, 55, 100);
	canvas_put(c, 12, 4, STYLE_TEXT, "e\xcc\x81 \xe4\xb8\xad\xe6\x96\x87 \xc3\xa9 \xe2\x80\x9cq\xe2\x80\x9d|");
	canvas_putf(c, 26, 4, STYLE_TEXT, "frames %d", d->frames);
	for (int s = 0; s < STYLE_COUNT; s++) {
		if (x + (int)strlen(style_name((enum style)s)) > width) {
			x = 1;
			y++;
		}
		x = canvas_put(c, x, y, (enum style)s, style_name((enum style)s)) + 1;
	}
	canvas_put_right(c, width, height - 1, STYLE_TEXT, "corner");
	if (d->cursor) {
		c->cursor_x = 3;
		c->cursor_y = 2;
	}
	term_show(c);
}

static void lend(void)
{
	term_lend();
	if (system("echo lent; read line") != 0)
		exit(1);
	term_take_back();
}

static void next_theme(struct demo *d)
{
	int n = 0;

	while (theme_nth(n) != d->theme)
		n++;
	d->theme = theme_nth(n + 1) ? theme_nth(n + 1) : theme_nth(0);
	term_theme(d->theme);
}

static void on_key(struct demo *d, int key, const struct term_mouse *m)
{
	char name[32];

	remember(d, key_name(key, m, name));
	if (key == 'q' || key == TERM_GONE)
		d->done = true;
	if (key == TERM_GONE)
		d->status = 5;
	else if (key == 'T')
		next_theme(d);
	else if (key == 'C')
		d->cursor = !d->cursor;
	else if (key == 'E')
		for (draw(d); d->frames < 20; d->frames++)
			term_show(d->canvas);
	else if (key == 'L')
		lend();
	else if (key == TERM_SUSPEND)
		term_suspend();
	else if (key == TERM_REDRAW)
		term_redraw();
}

static void on_signal(struct demo *d, int descriptor)
{
	struct signalfd_siginfo info;

	if (read(descriptor, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == SIGTSTP) {
		term_suspend();
	} else if (info.ssi_signo != SIGWINCH && info.ssi_signo != SIGCONT) {
		d->done = true;
		d->status = 6;
	}
}

static int signals_open(void)
{
	static const int signals[] = { SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void loop(struct demo *d)
{
	struct pollfd p[] = { { term_descriptor(), POLLIN, 0 }, { signals_open(), POLLIN, 0 } };
	struct term_mouse m = { 0 };
	int key;

	while (!d->done) {
		draw(d);
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents)
			on_signal(d, p[1].fd);
		if (p[0].revents)
			while (!d->done && (key = term_key(&m)) != KEY_NONE_)
				on_key(d, key, &m);
	}
}

int main(int argc, char **argv)
{
	const char *unknown;
	struct demo d = { .theme = theme_choose(argc > 1 ? argv[1] : NULL, &unknown) };
	struct term_options o = { .mouse = !getenv("TERM_DEMO_NO_MOUSE"), .theme = d.theme };
	struct error e;

	setlocale(LC_ALL, "");
	if (!d.theme || term_open(&o, &e) < 0) {
		fprintf(stderr, "term_demo: %s\n%s\n", d.theme ? e.text : "no such theme", d.theme ? e.hint : unknown);
		return 4;
	}
	d.canvas = canvas_new(0, 0, !term_utf8());
	loop(&d);
	term_close();
	term_close();
	canvas_free(d.canvas);
	return d.status;
}

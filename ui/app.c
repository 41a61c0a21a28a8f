/* SPDX-License-Identifier: MIT */
#include "ui/app_state.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command/command.h"
#include "ui/help.h"
#include "ui/job.h"
#include "ui/man.h"
#include "ui/term.h"

/* ns: no more than 30 frames a second. Two may follow at once: a key draws one, and what it makes a
 * process do comes a millisecond or two later. */
enum { FRAME = 33 * 1000 * 1000 };

/* ---- what the screens wish for ----------------------------------------------------------------------- */

void app_manual(struct app *a, const char *page)
{
	struct error e = { 0 };

	machine_settle(&a->machine);
	term_lend();
	if (man_show(page, &e) < 0)
		app_say(a, e.text);
	term_take_back();
}

/* ---- keys of the whole program ------------------------------------------------------------------- */

static void next_theme(struct app *a)
{
	int n = 0;

	while (theme_nth(n) && theme_nth(n) != a->theme)
		n++;
	a->theme = theme_nth(n + 1) ? theme_nth(n + 1) : theme_nth(0);
	term_theme(a->theme);
}

static void resize(struct app *a)
{
	int width, height;

	term_size(&width, &height);
	if (width != a->canvas->width || height != a->canvas->height)
		canvas_resize(a->canvas, width, height);
	a->dirty = true;
}

static void scroll_text(int *scroll, enum action action)
{
	int by = action == ACT_UP ? -1 : action == ACT_DOWN ? 1 : action == ACT_PAGE_UP ? -15 : action == ACT_PAGE_DOWN ? 15 : 0;

	*scroll = *scroll + by < 0 ? 0 : *scroll + by;
}

/* Help and a script lie over everything: any key that does not scroll closes them. */
static bool reading_key(struct app *a, int key)
{
	int *scroll = a->help ? &a->help_scroll : &a->script_scroll;
	enum action action = keys_action(key, app_where(a));

	if (!a->help && !a->script)
		return false;
	if (action == ACT_QUIT) {
		a->quit = true;
	} else if (action == ACT_UP || action == ACT_DOWN || action == ACT_PAGE_UP || action == ACT_PAGE_DOWN ||
		   key == TERM_MOUSE) {
		scroll_text(scroll, action);
	} else if (key != TERM_REDRAW) {
		a->help = false;
		free(a->script);
		a->script = NULL;
	}
	return true;
}

static void take_signal(struct app *a);

/* Keys that mean the same everywhere, unless a line is being typed. */
static bool common_key(struct app *a, int key)
{
	bool typing = app_typing(a);

	switch ((int)keys_action(key, app_where(a))) {
	case ACT_QUIT:
		if (typing && key != TERM_INTERRUPT)
			return false;
		a->quit = true;
		return true;
	case ACT_HELP:
		if (typing && key != TERM_F1)
			return false;
		a->help = true;
		a->help_scroll = 0;
		return true;
	case ACT_THEME:
		if (typing)
			return false;
		next_theme(a);
		return true;
	case ACT_TAB:
		if (typing)
			return false;
		app_show_tab(a, (enum app_tab)(key - '1'));
		return true;
	case ACT_REDRAW:
		term_redraw();
		return true;
	case ACT_SUSPEND:
		machine_settle(&a->machine);
		term_suspend();
		take_signal(a); /* before any key: it may have been told to end while it was stopped */
		resize(a);
		return true;
	default:
		return false;
	}
}

static void screen_key(struct app *a, int key, const struct term_mouse *mouse)
{
	switch (stage_screen_key(a->screen, key, mouse)) {
	case WISH_LEAVE:
		app_show(a, NULL);
		stage_reset(a->stage, NULL);
		break;
	case WISH_NEXT_LESSON:
		app_open_next(a);
		break;
	case WISH_MAN:
		app_manual(a, stage_screen_manual(a->screen));
		break;
	case WISH_NONE:
		break;
	}
}

/* A click on what names a key is that key. It ends the typing of a filter as Enter does; of anything else that
 * is typed Enter would be the answer, so there the mouse has to wait. */
static int clicked_key(struct app *a, int key, const struct term_mouse *mouse)
{
	bool press = key == TERM_MOUSE && (mouse->what == MOUSE_PRESS || mouse->what == MOUSE_DOUBLE);
	int place = press && !a->help && !a->script ? canvas_place_at(a->canvas, mouse->x, mouse->y) : 0;

	if (!place || (app_typing(a) && !app_filtering(a)))
		return key;
	if (app_filtering(a))
		app_tab_key(a, TERM_ENTER, NULL);
	return place;
}

static void key_pressed(struct app *a, int key, const struct term_mouse *mouse)
{
	a->dirty = true;
	key = clicked_key(a, key, mouse);
	if (key == TERM_GONE) {
		a->quit = true;
		a->status = STATUS_FAILURE;
	} else if (key == TERM_RESIZE) {
		resize(a);
	} else if (reading_key(a, key) || common_key(a, key)) {
		return;
	} else if (a->screen) {
		screen_key(a, key, mouse);
	} else {
		app_tab_key(a, key, mouse);
	}
}

/* ---- drawing ----------------------------------------------------------------------------------------- */

static void draw(struct app *a)
{
	struct canvas *c = a->canvas;

	canvas_clear(c);
	if (c->width < 40 || c->height < 12) {
		too_small_draw(c);
		term_show(c);
		return;
	}
	if (a->screen)
		stage_screen_draw(a->screen, c);
	else
		app_tab_draw(a);
	if (a->help)
		help_draw(c, app_where(a), &a->help_scroll);
	else if (a->script)
		help_script_draw(c, a->script, &a->script_scroll);
	term_show(c);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t draw_due(struct app *a)
{
	int64_t due = INT64_MAX;

	if (a->screen && stage_version(a->stage) != a->version)
		a->dirty = true;
	if (a->screen)
		due = stage_screen_redraw_due(a->screen, a->shown);
	if (a->dirty)
		due = a->screen ? a->shown_before + 2 * FRAME : most(a->shown_before + 2 * FRAME, app_tab_patience(a));
	return due;
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

/* In the background nobody looks, and one may be stopped there at any moment. */
static bool looks_at_machine(const struct app *a)
{
	return !a->screen && job_in_foreground();
}

static void take_signal(struct app *a)
{
	struct signalfd_siginfo info;

	while (read(a->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGWINCH || info.ssi_signo == SIGCONT) {
			resize(a);
			term_redraw(); /* also when it is as large as before: it may have been smaller in between */
		} else if (info.ssi_signo != SIGPIPE) {
			a->quit = true;
			a->status = info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT ? STATUS_FINE : STATUS_FAILURE;
		}
	}
}

static void wait_for_something(struct app *a)
{
	bool busy = a->screen && stage_screen_busy(a->screen);
	bool looks = looks_at_machine(a);
	struct pollfd p[] = {
		{ .fd = a->signals, .events = POLLIN }, { .fd = busy ? -1 : term_descriptor(), .events = POLLIN },
		{ .fd = stage_descriptor(a->stage), .events = POLLIN },
		{ .fd = looks ? app_tab_descriptor(a) : -1, .events = POLLIN },
	};
	int64_t due = least(draw_due(a), a->screen ? least(stage_due(a->stage), stage_screen_due(a->screen)) :
				       looks ? app_tab_due(a) : INT64_MAX);
	int64_t left = due - clock_now();
	struct timespec t;

	left = left < 0 || (a->keys_wait && !busy) ? 0 : left > 60 * CLOCK_S ? 60 * CLOCK_S : left;
	t = (struct timespec){ left / CLOCK_S, left % CLOCK_S };
	ppoll(p, sizeof p / sizeof *p, &t, NULL);
	if (p[0].revents)
		take_signal(a);
}

void app_loop(struct app *a)
{
	while (!a->quit) {
		struct term_mouse mouse = { 0 };
		int key;

		if (draw_due(a) <= clock_now()) {
			draw(a);
			a->dirty = false;
			a->shown_before = a->shown;
			a->shown = clock_now();
			a->version = stage_version(a->stage);
		}
		wait_for_something(a);
		/* Several lines may be pasted at the prompt: each waits until the one before is played. */
		while (!a->quit && !(a->keys_wait = a->screen && stage_screen_busy(a->screen)) &&
		       (key = term_key(&mouse)) != KEY_NONE_)
			key_pressed(a, key, &mouse);
		stage_dispatch(a->stage);
		if (a->screen) {
			if (stage_screen_tick(a->screen))
				a->dirty = true;
			stage_sample_every(a->stage, stage_screen_interval(a->screen));
		} else {
			stage_sample_every(a->stage, 0);
			if (looks_at_machine(a))
				app_tab_tick(a);
		}
	}
}


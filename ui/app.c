/* SPDX-License-Identifier: MIT */
#include "ui/app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command/command.h"
#include "play/check.h"
#include "play/library.h"
#include "probe/census.h"
#include "ui/help.h"
#include "ui/lessons_screen.h"
#include "ui/man.h"
#include "ui/stage_screen.h"
#include "ui/term.h"

struct app {
	const struct app_options *options;
	struct library *library;
	struct stage *stage;
	struct canvas *canvas;
	const struct theme *theme;
	struct lessons_screen lessons;
	struct stage_screen *screen;        /* NULL: the Lessons tab is shown */
	struct library_lesson *opened;      /* the shipped lesson on the stage; NULL: a file */
	bool help;
	int help_scroll;
	char *script;                       /* a lesson's text being read; NULL: none */
	int script_scroll;
	int signals;
	bool quit, dirty;
	int64_t shown, shown_before;        /* when the last frame was, and the one before it */
	uint64_t version;                   /* of the stage, in that frame */
	int status;
	char language[16];
};

/* ns: no more than 30 frames a second. Two may follow at once: a key draws one, and what it makes a
 * process do comes a millisecond or two later. */
enum { FRAME = 33 * 1000 * 1000 };

/* ---- opening lessons ----------------------------------------------------------------------------- */

static void where_name(const struct app *a, const char *name, char *buf, size_t size)
{
	const char *slash = strrchr(name, '/');
	const char *arrow = canvas_glyph(a->canvas, GLYPH_SEPARATOR);

	if (slash)
		snprintf(buf, size, "%.*s %s %s", (int)(slash - name), name, arrow, slash + 1);
	else
		snprintf(buf, size, "%s", name);
}

static void show_screen(struct app *a, struct stage_screen *v)
{
	stage_screen_close(a->screen);
	a->screen = v;
	a->dirty = true;
	if (!v)
		return;
	v->present = a->options->present;
	v->language = a->language[0] ? a->language : NULL;
}

static bool open_shipped(struct app *a, struct library_lesson *l)
{
	const struct lesson *lesson = library_read(l);
	struct stage_screen *v;
	const char *need, *why;
	char where[96];
	struct error e;

	if (!lesson || l->broken) {
		snprintf(a->lessons.message, sizeof a->lessons.message, "%s has mistakes: `ipcscope check %s` tells them", l->name, l->name);
		return false;
	}
	if (!check_needs(lesson, &need, &why)) {
		snprintf(a->lessons.message, sizeof a->lessons.message, "%s cannot be played here: %s", l->name, why);
		return false;
	}
	where_name(a, l->name, where, sizeof where);
	show_screen(a, NULL);
	v = stage_screen_open(a->stage, lesson, false, where, strstr(l->name, "/sandbox") != NULL, &e);
	if (!v) {
		snprintf(a->lessons.message, sizeof a->lessons.message, "%.290s", e.text);
		return false;
	}
	a->opened = l;
	lessons_screen_choose(&a->lessons, l);
	show_screen(a, v);
	return true;
}

/* A file: what is wrong with it is told before the screen is taken over. */
static int open_file(struct app *a, struct lesson *l)
{
	const char *slash = strrchr(l->file, '/');
	struct stage_screen *v;
	const char *need, *why;
	struct error e;

	if (!check_needs(l, &need, &why)) {
		error_set(&e, 0, "%s cannot be played here: %s", l->file, why);
		command_complain(&e);
		lesson_free(l);
		return STATUS_UNAVAILABLE;
	}
	v = stage_screen_open(a->stage, l, true, slash ? slash + 1 : l->file, false, &e);
	if (!v) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	a->opened = NULL;
	show_screen(a, v);
	return STATUS_FINE;
}

static void next_lesson(struct app *a)
{
	for (size_t g = 0; a->opened && g < a->library->n_groups; g++) {
		struct library_group *group = &a->library->group[g];

		for (size_t k = 0; k < group->n_lessons; k++) {
			if (&group->lesson[k] != a->opened)
				continue;
			if (k + 1 < group->n_lessons)
				open_shipped(a, &group->lesson[k + 1]);
			else if (g + 1 < a->library->n_groups)
				open_shipped(a, &a->library->group[g + 1].lesson[0]);
			else
				show_screen(a, NULL);
			return;
		}
	}
	show_screen(a, NULL);
}

/* ---- what the screens wish for ----------------------------------------------------------------------- */

static void open_manual(struct app *a, const char *page)
{
	struct error e = { 0 };

	term_lend();
	if (man_show(page, &e) < 0)
		snprintf(a->screen ? a->screen->message : a->lessons.message, sizeof a->screen->message, "%.190s", e.text);
	term_take_back();
}

static void read_script(struct app *a, struct library_lesson *l)
{
	const struct lesson *lesson = library_read(l);

	if (!lesson)
		return;
	a->script = memory_text(lesson->source);
	a->script_scroll = 0;
}

static void lessons_key(struct app *a, int key, const struct term_mouse *mouse)
{
	struct library_lesson *l;
	const struct lesson *lesson;

	switch (lessons_screen_key(&a->lessons, key, mouse, lessons_screen_area(a->canvas), &l)) {
	case LESSONS_PLAY:
		open_shipped(a, l);
		break;
	case LESSONS_READ:
		read_script(a, l);
		break;
	case LESSONS_MAN:
		lesson = l ? library_read(l) : NULL;
		open_manual(a, lesson && lesson->n_see ? lesson->see[0] : "ipcscope(1)");
		break;
	case LESSONS_NOTHING:
		break;
	}
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
	enum action action = keys_action(key, KEYS_STAGE);

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
	bool typing = a->screen ? stage_screen_typing(a->screen) : a->lessons.tab.filtering;

	switch ((int)keys_action(key, KEYS_ALL)) {
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
	case ACT_REDRAW:
		term_redraw();
		return true;
	case ACT_SUSPEND:
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
		show_screen(a, NULL);
		stage_reset(a->stage, NULL);
		break;
	case WISH_NEXT_LESSON:
		next_lesson(a);
		break;
	case WISH_MAN:
		open_manual(a, stage_screen_manual(a->screen));
		break;
	case WISH_NONE:
		break;
	}
}

static void key_pressed(struct app *a, int key, const struct term_mouse *mouse)
{
	a->dirty = true;
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
		lessons_key(a, key, mouse);
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
	if (a->screen) {
		stage_screen_draw(a->screen, c);
	} else {
		lessons_screen_draw(&a->lessons, c);
	}
	if (a->help)
		help_draw(c, a->screen ? KEYS_STAGE : KEYS_LESSONS, &a->help_scroll);
	else if (a->script)
		help_script_draw(c, a->script, &a->script_scroll);
	term_show(c);
}

static int64_t draw_due(struct app *a)
{
	int64_t due = INT64_MAX;

	if (a->screen && stage_version(a->stage) != a->version)
		a->dirty = true;
	if (a->screen)
		due = stage_screen_redraw_due(a->screen, a->shown);
	if (a->dirty)
		due = a->shown_before + 2 * FRAME;
	return due;
}

/* ---- the loop ---------------------------------------------------------------------------------------- */

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

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void wait_for_something(struct app *a)
{
	struct pollfd p[3] = { { .fd = term_descriptor(), .events = POLLIN }, { .fd = a->signals, .events = POLLIN },
			       { .fd = stage_descriptor(a->stage), .events = POLLIN } };
	int64_t due = least(draw_due(a), a->screen ? least(stage_due(a->stage), stage_screen_due(a->screen)) : INT64_MAX);
	int64_t left = due - clock_now();
	struct timespec t;

	left = left < 0 ? 0 : left > 60 * CLOCK_S ? 60 * CLOCK_S : left;
	t = (struct timespec){ left / CLOCK_S, left % CLOCK_S };
	ppoll(p, 3, &t, NULL);
	if (p[1].revents)
		take_signal(a);
}

static void loop(struct app *a)
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
		while (!a->quit && (key = term_key(&mouse)) != KEY_NONE_)
			key_pressed(a, key, &mouse);
		stage_dispatch(a->stage);
		if (a->screen) {
			stage_screen_tick(a->screen);
			stage_sample_every(a->stage, stage_screen_interval(a->screen));
		} else {
			stage_sample_every(a->stage, 0);
		}
	}
}

/* Signals come through a descriptor; those that end the program do so in order. */
static int take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGCONT);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void choose_language(struct app *a)
{
	const char *lang = getenv("LC_ALL");

	if (!lang || !lang[0])
		lang = getenv("LC_MESSAGES");
	if (!lang || !lang[0])
		lang = getenv("LANG");
	if (lang && strncmp(lang, "C", 1) && strncmp(lang, "POSIX", 5) && strncmp(lang, "en", 2))
		snprintf(a->language, sizeof a->language, "%.*s", (int)strcspn(lang, ".@"), lang);
}

static int open_terminal(struct app *a, struct error *e)
{
	const struct app_options *o = a->options;
	const char *unknown = NULL;
	struct term_options t = { .mouse = !o->no_mouse };
	int width, height;

	a->theme = theme_choose(o->theme ? o->theme : o->present ? "light" : NULL, &unknown);
	if (!a->theme) {
		error_set(e, 0, "there is no theme %s", unknown);
		error_hint(e, "themes: dark, light, contrast, mono");
		return -1;
	}
	t.theme = a->theme;
	if (term_open(&t, e) < 0)
		return -1;
	memory_on_exhaustion(term_close);
	term_size(&width, &height);
	a->canvas->ascii = o->ascii || term_plain();
	canvas_resize(a->canvas, width, height);
	return 0;
}

/* What must be known before the screen is taken over: the lesson can be read, the stage made. */
static int prepare(struct app *a)
{
	struct mistakes m = { 0 };
	struct text t = { 0 };
	struct lesson *l;
	struct error e;

	a->library = library_open(&e);
	if (!a->library || census_available(&e) < 0) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	lessons_screen_open(&a->lessons, a->library, a->language[0] ? a->language : NULL);
	l = a->options->lesson ? library_load(a->library, a->options->lesson, &m, &e) : NULL;
	if (a->options->lesson && !l) {
		command_complain(&e);
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < m.count; i++)
		mistake_print(&t, l, &m.list[i]);
	fputs(text_string(&t), stderr);
	text_free(&t);
	if (m.count) {
		mistakes_free(&m);
		lesson_free(l);
		return STATUS_USAGE;
	}
	a->stage = stage_new(&e);
	if (!a->stage) {
		command_complain(&e);
		lesson_free(l);
		return STATUS_FAILURE;
	}
	if (!l)
		return STATUS_FINE;
	a->opened = library_find(a->library, a->options->lesson);
	if (!a->opened)
		return open_file(a, l);
	lesson_free(l);
	if (open_shipped(a, a->opened))
		return STATUS_FINE;
	fprintf(stderr, "ipcscope: %s\n", a->lessons.message);
	return STATUS_UNAVAILABLE;
}

static void release(struct app *a)
{
	stage_screen_close(a->screen);
	stage_free(a->stage);
	library_free(a->library);
	canvas_free(a->canvas);
	free(a->script);
	if (a->signals >= 0)
		close(a->signals);
}

int app_run(const struct app_options *o)
{
	struct app a = { .options = o, .signals = -1, .dirty = true };
	struct error e;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(&e, 0, "the explorer needs a terminal");
		error_hint(&e, "without one: ipcscope run LESSON, ipcscope list");
		command_complain(&e);
		return STATUS_USAGE;
	}
	choose_language(&a);
	a.canvas = canvas_new(80, 24, o->ascii);
	a.status = prepare(&a);
	if (a.status == STATUS_FINE) {
		a.signals = take_signals();
		if (open_terminal(&a, &e) < 0) {
			command_complain(&e);
			a.status = STATUS_USAGE;
		} else {
			loop(&a);
			term_close();
		}
	}
	release(&a);
	return a.status;
}

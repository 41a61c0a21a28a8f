/* SPDX-License-Identifier: MIT */
/* Starting and ending the explorer: what must be there before the screen is taken over, and giving all
 * of it back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/memory.h"
#include "command/command.h"
#include "probe/census.h"
#include "process/isolate.h"
#include "ui/app_state.h"
#include "ui/term.h"

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
		return app_open_file(a, l);
	lesson_free(l);
	if (app_open_shipped(a, a->opened))
		return STATUS_FINE;
	fprintf(stderr, "ipcscope: %s\n", a->lessons.message);
	return STATUS_UNAVAILABLE;
}

static void release(struct app *a)
{
	stage_screen_close(a->screen);
	app_tabs_close(a);
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
	if (o->isolate && command_isolate() < 0)
		return STATUS_UNAVAILABLE;
	choose_language(&a);
	a.canvas = canvas_new(80, 24, o->ascii);
	a.status = prepare(&a);
	if (a.status == STATUS_FINE) {
		a.signals = take_signals();
		if (open_terminal(&a, &e) < 0) {
			command_complain(&e);
			a.status = STATUS_USAGE;
		} else {
			if (isolate_shortfall()[0])
				snprintf(a.lessons.message, sizeof a.lessons.message, "%s", isolate_shortfall());
			app_loop(&a);
			term_close();
		}
	}
	release(&a);
	return a.status;
}

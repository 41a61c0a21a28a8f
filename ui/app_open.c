/* SPDX-License-Identifier: MIT */
/* Putting lessons on the stage: shipped ones, files, the next one. */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "play/needs.h"
#include "ui/app_state.h"

static void where_name(const struct app *a, const char *name, char *buf, size_t size)
{
	const char *slash = strrchr(name, '/');
	const char *arrow = canvas_glyph(a->canvas, GLYPH_SEPARATOR);

	if (slash)
		snprintf(buf, size, "%.*s %s %s", (int)(slash - name), name, arrow, slash + 1);
	else
		snprintf(buf, size, "%s", name);
}

void app_show(struct app *a, struct stage_screen *v)
{
	stage_screen_close(a->screen);
	a->screen = v;
	a->dirty = true;
	if (!v)
		return;
	v->present = a->options->present;
	v->language = a->language[0] ? a->language : NULL;
}

bool app_open_shipped(struct app *a, struct library_lesson *l)
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
	if (!needs_met(lesson, &need, &why)) {
		snprintf(a->lessons.message, sizeof a->lessons.message, "%s cannot be played here: %s", l->name, why);
		return false;
	}
	where_name(a, l->name, where, sizeof where);
	app_show(a, NULL);
	machine_settle(&a->machine); /* the stage may need a new stagehand */
	v = stage_screen_open(a->stage, lesson, false, where, strstr(l->name, "/sandbox") != NULL, &e);
	if (!v) {
		snprintf(a->lessons.message, sizeof a->lessons.message, "%.290s", e.text);
		return false;
	}
	a->opened = l;
	lessons_screen_choose(&a->lessons, l);
	app_show(a, v);
	return true;
}

/* A file: what is wrong with it is told before the screen is taken over. */
int app_open_file(struct app *a, struct lesson *l)
{
	const char *slash = strrchr(l->file, '/');
	struct stage_screen *v;
	const char *need, *why;
	struct error e;

	if (!needs_met(l, &need, &why)) {
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
	app_show(a, v);
	return STATUS_FINE;
}

/* The lesson behind this one, over the groups; NULL: it is the last. */
static struct library_lesson *behind(const struct library *l, const struct library_lesson *lesson)
{
	for (size_t g = 0; g < l->n_groups; g++) {
		struct library_group *group = &l->group[g];

		for (size_t k = 0; k < group->n_lessons; k++) {
			if (&group->lesson[k] != lesson)
				continue;
			if (k + 1 < group->n_lessons)
				return &group->lesson[k + 1];
			while (++g < l->n_groups)
				if (l->group[g].n_lessons)
					return &l->group[g].lesson[0];
			return NULL;
		}
	}
	return NULL;
}

/* Those that cannot be played here are passed over, and the latest of them told. */
void app_open_next(struct app *a)
{
	struct library_lesson *l = a->opened;

	a->lessons.message[0] = '\0';
	while (l && (l = behind(a->library, l)))
		if (app_open_shipped(a, l)) {
			snprintf(a->screen->message, sizeof a->screen->message, "%.190s", a->lessons.message);
			a->lessons.message[0] = '\0';
			return;
		}
	app_show(a, NULL);
}

void app_open_watching(struct app *a)
{
	struct watching w;
	struct stage_screen *v;
	struct error e = { 0 };

	if (!system_screen_watching(&a->system, &w)) {
		app_say(a, "nothing is chosen");
		return;
	}
	machine_settle(&a->machine);
	v = stage_screen_watch(a->stage, &w, &e);
	if (!v) {
		stage_reset(a->stage, NULL);
		app_say(a, e.text);
		return;
	}
	a->opened = NULL;
	app_show(a, v);
}

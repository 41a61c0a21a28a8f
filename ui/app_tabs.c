/* SPDX-License-Identifier: MIT */
/* The tabs: lessons, the system, objects; one of them is shown while nothing is on the stage. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ui/app_state.h"
#include "ui/keys.h"

unsigned app_where(const struct app *a)
{
	static const unsigned where[] = {
		[TAB_LESSONS] = KEYS_LESSONS, [TAB_SYSTEM] = KEYS_SYSTEM, [TAB_OBJECTS] = KEYS_OBJECTS,
	};

	return a->screen ? stage_screen_keys(a->screen) : where[a->tab];
}

bool app_typing(const struct app *a)
{
	if (a->screen)
		return stage_screen_typing(a->screen);
	switch (a->tab) {
	case TAB_LESSONS:
		return a->lessons.tab.filtering;
	case TAB_SYSTEM:
		return system_screen_typing(&a->system);
	case TAB_OBJECTS:
		return objects_screen_typing(&a->objects);
	}
	return false;
}

bool app_filtering(const struct app *a)
{
	const bool typed[] = {
		[TAB_LESSONS] = a->lessons.tab.filtering, [TAB_SYSTEM] = a->system.filtering, [TAB_OBJECTS] = a->objects.filtering,
	};

	return !a->screen && typed[a->tab];
}

void app_say(struct app *a, const char *text)
{
	if (a->screen)
		snprintf(a->screen->message, sizeof a->screen->message, "%.190s", text);
	else if (a->tab == TAB_LESSONS)
		snprintf(a->lessons.message, sizeof a->lessons.message, "%.290s", text);
	else if (a->tab == TAB_SYSTEM)
		snprintf(a->system.message, sizeof a->system.message, "%.290s", text);
	else
		snprintf(a->objects.message, sizeof a->objects.message, "%.290s", text);
}

void app_show_tab(struct app *a, enum app_tab tab)
{
	if (tab != TAB_LESSONS && !a->machine.now) {
		machine_open(&a->machine);
		system_screen_open(&a->system, &a->machine);
		objects_screen_open(&a->objects, &a->machine);
	}
	/* The other tab may have been handed another snapshot, and keys come before the next picture. */
	if (tab == TAB_OBJECTS)
		objects_screen_show(&a->objects);
	else if (tab == TAB_SYSTEM)
		system_screen_show(&a->system);
	a->tab = tab;
	a->dirty = true;
}

void app_tabs_close(struct app *a)
{
	if (!a->machine.now)
		return;
	system_screen_close(&a->system);
	objects_screen_close(&a->objects);
	machine_close(&a->machine);
}

/* ---- keys ------------------------------------------------------------------------------------------- */

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
		app_open_shipped(a, l);
		break;
	case LESSONS_READ:
		read_script(a, l);
		break;
	case LESSONS_MAN:
		lesson = l ? library_read(l) : NULL;
		app_manual(a, lesson && lesson->n_see ? lesson->see[0] : "ipcscope(1)");
		break;
	case LESSONS_NOTHING:
		break;
	}
}

static void system_key(struct app *a, int key, const struct term_mouse *mouse)
{
	switch (system_screen_key(&a->system, key, mouse)) {
	case SYSTEM_WATCH:
		app_open_watching(a);
		break;
	case SYSTEM_MAN:
		app_manual(a, "ipcscope(1)");
		break;
	case SYSTEM_NOTHING:
		break;
	}
}

void app_tab_key(struct app *a, int key, const struct term_mouse *mouse)
{
	switch (a->tab) {
	case TAB_LESSONS:
		lessons_key(a, key, mouse);
		break;
	case TAB_SYSTEM:
		system_key(a, key, mouse);
		break;
	case TAB_OBJECTS:
		if (objects_screen_key(&a->objects, key, mouse) == OBJECTS_MAN)
			app_manual(a, objects_screen_manual(&a->objects));
		break;
	}
}

/* ---- drawing, time ------------------------------------------------------------------------------------ */

void app_tab_draw(struct app *a)
{
	switch (a->tab) {
	case TAB_LESSONS:
		lessons_screen_draw(&a->lessons, a->canvas);
		break;
	case TAB_SYSTEM:
		system_screen_draw(&a->system, a->canvas);
		break;
	case TAB_OBJECTS:
		objects_screen_draw(&a->objects, a->canvas);
		break;
	}
}

int64_t app_tab_due(const struct app *a)
{
	return a->tab == TAB_LESSONS ? INT64_MAX : machine_due(&a->machine);
}

int app_tab_descriptor(const struct app *a)
{
	return a->tab == TAB_LESSONS ? -1 : machine_descriptor(&a->machine);
}

int64_t app_tab_patience(const struct app *a)
{
	return a->tab == TAB_LESSONS ? 0 : machine_patience(&a->machine);
}

void app_tab_tick(struct app *a)
{
	if ((a->tab == TAB_SYSTEM && system_screen_tick(&a->system)) ||
	    (a->tab == TAB_OBJECTS && objects_screen_tick(&a->objects)))
		a->dirty = true;
}

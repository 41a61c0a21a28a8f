/* SPDX-License-Identifier: MIT */
/* What the explorer's files share: app_start.c makes it, app.c runs it, app_open.c puts lessons on the
 * stage. Nobody else includes it. */
#ifndef UI_APP_STATE_H
#define UI_APP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "play/library.h"
#include "ui/app.h"
#include "ui/lessons_screen.h"
#include "ui/objects_screen.h"
#include "ui/stage_screen.h"
#include "ui/system_screen.h"
#include "ui/theme.h"

/* In the order of their keys. */
enum app_tab { TAB_LESSONS, TAB_SYSTEM, TAB_OBJECTS };

struct app {
	const struct app_options *options;
	struct library *library;
	struct stage *stage;
	struct canvas *canvas;
	const struct theme *theme;
	struct lessons_screen lessons;
	enum app_tab tab;                   /* which one is shown, or lies under the stage */
	struct machine machine;             /* of the tabs System and Objects; now NULL: neither was shown yet */
	struct system_screen system;
	struct objects_screen objects;
	struct stage_screen *screen;        /* NULL: a tab is shown */
	struct library_lesson *opened;      /* the shipped lesson on the stage; NULL: a file */
	bool help;
	int help_scroll;
	char *script;                       /* a lesson's text being read; NULL: none */
	int script_scroll;
	int signals;
	bool quit, dirty;
	bool keys_wait;                     /* some were perhaps typed while a typed line was being played */
	int64_t shown, shown_before;        /* when the last frame was, and the one before it */
	uint64_t version;                   /* of the stage, in that frame */
	int status;
	char language[16];
};

/* app.c: until the user leaves. */
void app_loop(struct app *a);

/* app_open.c: shows a screen, which becomes the app's; NULL: the tab below. */
void app_show(struct app *a, struct stage_screen *v);
/* Opens a shipped lesson; false with the reason in lessons.message. */
bool app_open_shipped(struct app *a, struct library_lesson *l);
/* Opens a lesson from a file, which becomes the app's; before the terminal is taken over. Returns an
 * exit status. */
int app_open_file(struct app *a, struct lesson *l);
/* The lesson behind the present one in the course; the list when there is none. */
void app_open_next(struct app *a);
/* The System tab's chosen row, watched from outside. */
void app_open_watching(struct app *a);


/* app_tabs.c: which of KEYS_... count now. */
unsigned app_where(const struct app *a);
void app_show_tab(struct app *a, enum app_tab tab);
/* Whether a line is being typed, and whether it is a tab's filter. */
bool app_typing(const struct app *a);
bool app_filtering(const struct app *a);
/* A key of the tab shown, its drawing, and what it does when time has gone by. */
void app_tab_key(struct app *a, int key, const struct term_mouse *mouse);
void app_tab_draw(struct app *a);
void app_tab_tick(struct app *a);
int64_t app_tab_due(const struct app *a);
int app_tab_descriptor(const struct app *a); /* to be polled for input, too; -1 none */
int64_t app_tab_patience(const struct app *a); /* until when what was drawn before may stay */
void app_tabs_close(struct app *a);

/* app_tabs.c: something to say, on what is shown. */
void app_say(struct app *a, const char *text);

/* app.c: a manual page, in place of the screen for a while. */
void app_manual(struct app *a, const char *page);

#endif

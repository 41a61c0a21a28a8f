/* SPDX-License-Identifier: MIT */
/* The stage as a screen: what is shown of a playing lesson, and what keys do to it. */
#ifndef UI_STAGE_SCREEN_H
#define UI_STAGE_SCREEN_H

#include "play/player.h"
#include "ui/keys.h"
#include "ui/offers.h"
#include "ui/panes.h"
#include "ui/prompt.h"
#include "ui/removal.h"
#include "ui/scene.h"
#include "ui/stage_sides.h"
#include "ui/term.h"
#include "ui/watching.h"

enum pane { PANE_SCENE, PANE_EVENTS, PANE_OBJECTS, PANE_LESSON, PANE_COUNT };

/* What lies over the panes; Escape closes it. */
enum layer { LAYER_NONE, LAYER_PROMPT, LAYER_GOTO, LAYER_SAVE, LAYER_MENU, LAYER_MAN, LAYER_SOURCE,
	     LAYER_REMOVE };

struct source_row { char text[64], value[64], detail[400]; };

struct stage_screen {
	struct stage *stage;
	const struct lesson *lesson;
	struct lesson *owned;    /* the lesson, when it is this screen's to free */
	struct watching *watching; /* not a lesson: processes watched from outside; NULL */
	char where[96];          /* "pipe > full", for the header */
	bool sandbox, present;
	const char *language;
	struct player *player;
	int looking;             /* which moment is looked back at; -1: the present */
	int going_to;            /* g: the beat to play on to; -1 */
	bool automatic;
	int pace;                /* index into the paces */
	int64_t automatic_due;
	struct moment *held;     /* p: what is shown while held */
	enum pane focus;
	bool zoom;
	int scroll[PANE_COUNT];
	struct objects_memory objects;
	struct scene scene;
	struct stage_sides sides;
	enum layer layer;
	struct prompt prompt;
	struct offer offer[OFFERS];
	struct source_row *source;
	size_t room_source;
	struct removal removal;
	char (*word)[PROMPT_WORD]; /* what the prompt may complete to now */
	size_t n_words, room_words;
	const char *man[16];     /* what LAYER_MAN offers */
	int n_rows, chosen_row;  /* of the menu, source or man layer */
	struct lesson **typed;   /* what was typed or chosen: its steps must live on */
	size_t n_typed, room_typed;
	char message[200];
	struct area pane_area[PANE_COUNT]; /* where they were drawn: for the mouse */
	struct area layer_area;
	int layer_first;
};

/* A key did something that concerns the program, not the stage. */
enum stage_wish { WISH_NONE, WISH_LEAVE, WISH_NEXT_LESSON, WISH_MAN };

/* Opens a lesson; `owned`: it is freed with the screen. where: "pipe > full". A sandbox plays all
 * its steps at once. NULL with e. */
struct stage_screen *stage_screen_open(struct stage *s, const struct lesson *l, bool owned, const char *where,
				       bool sandbox, struct error *e);
/* The same for processes of the machine, watched from outside: they are shown, and told nothing. NULL with e,
 * when none of them is there any more. */
struct stage_screen *stage_screen_watch(struct stage *s, const struct watching *w, struct error *e);
void stage_screen_close(struct stage_screen *v);

/* Time has gone on: call after every stage_dispatch. True: there is something new to draw. */
bool stage_screen_tick(struct stage_screen *v);
int64_t stage_screen_due(const struct stage_screen *v);
/* Whether keys have to wait: a typed line is being played, and the next is not to be lost. */
bool stage_screen_busy(const struct stage_screen *v);
/* How often the kernel should be read for what is shown now, in ns. */
int64_t stage_screen_interval(const struct stage_screen *v);
/* When the picture that was shown at `shown` changes by itself, because it tells how long something
 * has lasted. */
int64_t stage_screen_redraw_due(struct stage_screen *v, int64_t shown);

/* Which of KEYS_... count. */
unsigned stage_screen_keys(const struct stage_screen *v);

/* Whether a line is being typed, in which q is a letter. */
bool stage_screen_typing(const struct stage_screen *v);
enum stage_wish stage_screen_key(struct stage_screen *v, int key, const struct term_mouse *mouse);
void stage_screen_draw(struct stage_screen *v, struct canvas *c); /* footer included */

/* The manual page that WISH_MAN means: "pipe(7)". */
const char *stage_screen_manual(const struct stage_screen *v);

/* stage_draw.c: what is shown now: the held, the looked-at or the present moment. */
struct moment stage_screen_moment(struct stage_screen *v);

#endif

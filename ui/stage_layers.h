/* SPDX-License-Identifier: MIT */
/* What lies over the stage's panes: the prompt, the menu of calls, the facts' sources, the manual
 * pages to choose from, the questions before something is removed. Private to the stage screen. */
#ifndef UI_STAGE_LAYERS_H
#define UI_STAGE_LAYERS_H

#include "ui/stage_screen.h"

/* Opens what an action asks for. */
enum stage_wish stage_layer_open(struct stage_screen *v, enum action a);
/* Opens the menu of the chosen process, or the facts of the chosen object. */
void stage_layer_menu(struct stage_screen *v);
enum stage_wish stage_layer_key(struct stage_screen *v, int key, const struct term_mouse *mouse);
void stage_layer_draw(struct stage_screen *v, struct canvas *c);

/* stage_sources.c: the facts of the chosen process or object, each with where it comes from. */
void stage_sources_open(struct stage_screen *v);

/* stage_words.c: what the prompt completes to, a prompt_words; data is the stage screen. */
const char *stage_word(void *data, size_t n);

/* stage_screen.c */
void stage_screen_go(struct stage_screen *v, int beat);
void stage_screen_restart(struct stage_screen *v);

#endif

/* SPDX-License-Identifier: MIT */
/* What lies over the stage's panes: the prompt, the menu of calls, the facts' sources, the manual
 * pages to choose from. Private to the stage screen. */
#ifndef UI_STAGE_LAYERS_H
#define UI_STAGE_LAYERS_H

#include "ui/stage_screen.h"

/* Opens what an action asks for. */
enum stage_wish stage_layer_open(struct stage_screen *v, enum action a);
/* Opens the menu of the chosen process, or the facts of the chosen object. */
void stage_layer_menu(struct stage_screen *v);
enum stage_wish stage_layer_key(struct stage_screen *v, int key, const struct term_mouse *mouse);
void stage_layer_draw(struct stage_screen *v, struct canvas *c);

/* stage_screen.c */
void stage_screen_go(struct stage_screen *v, int beat);
void stage_screen_restart(struct stage_screen *v);

#endif

/* SPDX-License-Identifier: MIT */
/* The right side of the Lessons tab: what the chosen lesson or group is about, and what to press. */
#ifndef UI_PANE_ABOUT_H
#define UI_PANE_ABOUT_H

#include "ui/panes.h"

void about_draw(struct canvas *c, struct area a, const struct lessons_tab *t, const struct lessons_row *row);

#endif

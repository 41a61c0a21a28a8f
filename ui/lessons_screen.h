/* SPDX-License-Identifier: MIT */
/* The Lessons tab as a screen: choosing, filtering, folding; what is shown is ui/panes.h's. */
#ifndef UI_LESSONS_SCREEN_H
#define UI_LESSONS_SCREEN_H

#include "ui/panes.h"
#include "ui/term.h"

struct lessons_screen {
	struct lessons_tab tab;
	char filter[64];
	char message[300]; /* something to say now; "" nothing */
};

/* What a key asks of the program; `lesson` says of which. */
enum lessons_wish { LESSONS_NOTHING, LESSONS_PLAY, LESSONS_READ, LESSONS_MAN };

/* The library stays the caller's. language: "zh_CN" or NULL. */
void lessons_screen_open(struct lessons_screen *v, struct library *library, const char *language);

/* Escape in an empty filter does nothing: there is no layer to close. */
enum lessons_wish lessons_screen_key(struct lessons_screen *v, int key, const struct term_mouse *mouse,
				     struct area area, struct library_lesson **lesson);

/* Chooses a lesson, its group unfolded. */
void lessons_screen_choose(struct lessons_screen *v, const struct library_lesson *lesson);

void lessons_screen_draw(struct lessons_screen *v, struct canvas *c);

/* The area of the list, without header and footer. */
struct area lessons_screen_area(const struct canvas *c);

#endif

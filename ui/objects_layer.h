/* SPDX-License-Identifier: MIT */
/* What lies over the Objects tab when it is asked for: all that is known of the chosen object, or all limits. */
#ifndef UI_OBJECTS_LAYER_H
#define UI_OBJECTS_LAYER_H

#include <stdbool.h>

#include "probe/limits.h"
#include "ui/canvas.h"

struct objects_layer {
	enum { OVER_NONE, OVER_DETAIL, OVER_LIMITS } shows;
	int chosen;  /* of the limits */
	int scroll;  /* lines; cut to what there is when it is drawn */
};

/* A key while a layer lies there: moves in it, or closes it. */
void objects_layer_key(struct objects_layer *l, int key);

/* title, detail: of the chosen object, printable. Draws nothing when there is no layer. */
void objects_layer_draw(struct canvas *c, struct objects_layer *l, const char *title, const char *detail,
			const struct limit *limit, int n);

/* "9 of 32000", "16K of 23G", "? of 256"; appended. */
struct text;
void objects_limit_add(struct text *t, const struct limit *l);
/* How near it is, in per cent; 0 where nobody can say. */
int objects_limit_near(const struct limit *l);
enum { LIMIT_IS_NEAR = 80 };

#endif

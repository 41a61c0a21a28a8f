/* SPDX-License-Identifier: MIT */
/* The scene: processes as boxes, objects between them, arrows along the descriptors. Draws a
 * picture into an area of a canvas and knows nothing else. */
#ifndef UI_SCENE_H
#define UI_SCENE_H

#include "stage/picture.h"
#include "ui/canvas.h"

/* What can be chosen in the scene, in the order in which arrow keys walk it. */
struct scene_item {
	bool is_object;
	int index; /* into picture->process or picture->object */
	struct area area; /* where it was drawn: for the mouse */
};

enum { SCENE_ITEMS = 24, SCENE_BELONGS = 2 };

struct scene {
	/* Which side a process belongs on: < 0 left (it writes), > 0 right (it reads), 0 not known; then
	 * its ends decide. SCENE_BELONGS: whatever room there is; 1: it stands there, and may move where
	 * that side has no room. So that boxes do not jump while ends are closed. */
	int (*side)(void *data, const char *process);
	/* Whether the script has no part for a process, so far: then it is not shown as long as it has nothing
	 * and does nothing. NULL: all have. */
	bool (*aside)(void *data, const char *process);
	void *side_data; /* for both */
	bool deserted;     /* and that may be all of them; else the last one stays */
	int64_t now;       /* CLOCK_MONOTONIC: how long something is blocked is told from here */
	bool focused;      /* the pane has the focus: the chosen item is marked */
	int chosen;        /* index into item; -1 none */
	bool large;        /* zoomed or presenting: fewer and larger things */
	struct scene_item item[SCENE_ITEMS]; /* filled in by drawing */
	int n_items;
};

/* Whether a process is left out for now. */
bool scene_leaves_out(const struct scene *s, const struct picture *p, int process);

void scene_draw(struct canvas *c, struct area a, const struct picture *p, struct scene *s);

#endif

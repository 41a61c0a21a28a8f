/* SPDX-License-Identifier: MIT */
/* On which side of the scene a process stands, and who is left out of it. */
#ifndef UI_STAGE_SIDES_H
#define UI_STAGE_SIDES_H

#include "script/lesson.h"
#include "stage/picture.h"
#include "ui/scene.h"

/* Where boxes stood when the scene was drawn last. */
struct stage_sides {
	struct { char process[PICTURE_NAME]; int side; } stood[SCENE_ITEMS];
	int n;
};

/* As scene.h has it. Who mostly writes in the lesson stands left, who mostly reads right, if there are
 * both; those called left and right where their names say. For others the ends of pipes decide, if all that
 * they hold are for reading, or for writing; else they stay where they were. */
int stage_sides_of(const struct stage_sides *s, const struct lesson *l, const struct picture *p, const char *process);

/* Whether the lesson had no part for a process before step `position`: parent is there in every lesson,
 * and in many has nothing to do, or not yet. In one without steps everybody may be told something. */
bool stage_sides_aside(const struct lesson *l, int position, const char *process);

/* Remembers on which side of `width` columns each box was drawn, so that it stays there when its ends
 * are gone. */
void stage_sides_note(struct stage_sides *s, const struct scene *scene, const struct picture *p, int width);

#endif

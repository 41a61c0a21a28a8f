/* SPDX-License-Identifier: MIT */
/* What the tests of the scene share. */
#ifndef TESTS_UI_SCENE_FIXTURE_H
#define TESTS_UI_SCENE_FIXTURE_H

#include "ui/scene.h"

/* As a lesson's script would say it: "writer" left, "parent" right, of others nothing. */
int scene_fixture_side(void *data, const char *name);

/* Nothing chosen, at the time when sample pictures were taken. flags: 'l' large, 'a' ASCII. */
struct scene scene_fixture(const char *flags);

/* Draws all over a canvas of that size; releases the picture. */
struct canvas *scene_fixture_draw(struct picture *p, int width, int height, const char *flags, struct scene *s);

/* What that looks like, against what is expected; and whether in the styled text of canvas_text_styled
 * ("{warn}FULL") there is this. Both release the picture. */
void scene_fixture_check(struct picture *p, int width, int height, const char *flags, const char *expected);
bool scene_fixture_holds(struct picture *p, int width, int height, const char *flags, const char *styled);

#endif

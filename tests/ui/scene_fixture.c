/* SPDX-License-Identifier: MIT */
/* What the tests of the scene share. */
#include "tests/ui/scene_fixture.h"

#include "tests/unit.h"

#include <string.h>

#include "tests/ui/sample.h"

int scene_fixture_side(void *data, const char *name)
{
	(void)data;
	return !strcmp(name, "parent") ? 1 : !strcmp(name, "writer") ? -1 : 0;
}

struct scene scene_fixture(const char *flags)
{
	return (struct scene){ .side = scene_fixture_side, .now = SAMPLE_NOW, .chosen = -1, .large = strchr(flags, 'l') != NULL };
}

struct canvas *scene_fixture_draw(struct picture *p, int width, int height, const char *flags, struct scene *s)
{
	struct canvas *c = canvas_new(width, height, strchr(flags, 'a') != NULL);

	scene_draw(c, (struct area){ 0, 0, width, height }, p, s);
	picture_free(p);
	return c;
}

void scene_fixture_check(struct picture *p, int width, int height, const char *flags, const char *expected)
{
	struct scene s = scene_fixture(flags);
	struct canvas *c = scene_fixture_draw(p, width, height, flags, &s);
	struct text t = { 0 };

	canvas_text(c, &t);
	/* not both: Check's messages have an end (8 KiB) */
	ck_assert_msg(!strcmp(text_string(&t), expected), "this was drawn:\n%s", text_string(&t));
	text_free(&t);
	canvas_free(c);
}

bool scene_fixture_holds(struct picture *p, int width, int height, const char *flags, const char *styled)
{
	struct scene s = scene_fixture(flags);
	struct canvas *c = scene_fixture_draw(p, width, height, flags, &s);
	struct text t = { 0 };
	bool found;

	canvas_text_styled(c, &t);
	found = strstr(text_string(&t), styled) != NULL;
	text_free(&t);
	canvas_free(c);
	return found;
}

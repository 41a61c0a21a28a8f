/* SPDX-License-Identifier: MIT */
/* Where the stage's panes stand, and drawing them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ui/stage_layers.h"

/* Below this the panes become one with tabs. */
enum { FOUR_WIDTH = 76, FOUR_HEIGHT = 22 };

/* Longer lines are hard to read. */
enum { READABLE = 102 };

struct moment stage_screen_moment(struct stage_screen *v)
{
	struct moment m;

	if (v->held)
		return *v->held;
	if (v->looking >= 0)
		return *player_moment(v->player, v->looking);
	m = *player_moment(v->player, player_moments(v->player) - 1);
	m.picture = (struct picture *)(uintptr_t)stage_picture(v->stage);
	return m;
}

static const char *const titles[PANE_COUNT] = { "processes and channel", "events", "objects", "lesson" };

static void rule(const struct stage_screen *v, struct canvas *c, int x, int y, int width, enum pane pane)
{
	bool focused = v->focus == pane;

	canvas_hline(c, x, y, width, focused ? STYLE_FRAME_FOCUS : STYLE_FRAME);
	canvas_putf(c, x + 1, y, focused ? STYLE_FRAME_FOCUS : STYLE_TITLE, " %s ", titles[pane]);
	if (pane == PANE_OBJECTS && width > 26)
		canvas_put_right(c, x + width - 1, y, STYLE_DIM, focused && v->objects.chosen ? " x removes " : " ipcs ");
}

/* In one line the names of the panes that share a place. */
static void tabs(const struct stage_screen *v, struct canvas *c, int y, enum pane shown)
{
	static const enum pane order[] = { PANE_LESSON, PANE_EVENTS, PANE_OBJECTS };
	int x = 1;

	canvas_hline(c, 0, y, c->width, v->focus == PANE_SCENE ? STYLE_FRAME : STYLE_FRAME_FOCUS);
	for (int i = 0; i < 3; i++) {
		bool is = order[i] == shown;

		x = canvas_putf(c, x, y, is ? STYLE_STRONG : STYLE_DIM, " %s ", titles[order[i]]) + 1;
	}
	canvas_put_right(c, c->width - 1, y, STYLE_KEY, " Tab ");
}

/* The question before this moment whose outcome has been seen: shown while it is fresh. */
static void question_before(const struct stage_screen *v, int at, const struct moment *now,
			    struct lesson_pane *pane)
{
	for (int i = at; i >= 0 && i > at - 4; i--) {
		const struct moment *m = player_moment(v->player, i);

		if (!m || !m->asked || m->asked == now->asked)
			continue;
		pane->before = m->asked;
		pane->before_answer = player_answered(v->player, m->asked);
		return;
	}
}

static void draw_lesson(struct stage_screen *v, struct canvas *c, struct area a, const struct moment *m)
{
	int last = player_moments(v->player) - 1;
	struct lesson_pane pane = {
		.lesson = v->lesson, .moment = m, .language = v->language,
		.answer = m->asked ? player_answered(v->player, m->asked) : -1,
		.before_answer = -1,
		.at_end = v->looking < 0 && player_position(v->player) == v->lesson->n_steps,
		.improvising = v->sandbox, .watching = v->watching != NULL, .large = v->present,
		.message = v->message[0] ? v->message : NULL,
	};

	if (a.width > READABLE)
		a.width = READABLE;
	question_before(v, v->looking >= 0 ? v->looking : last, m, &pane);
	lesson_draw(c, a, &pane, &v->scroll[PANE_LESSON], v->focus == PANE_LESSON);
}

static void draw_pane(struct stage_screen *v, struct canvas *c, struct area a, enum pane pane,
		      const struct moment *m)
{
	v->pane_area[pane] = a;
	switch (pane) {
	case PANE_SCENE:
		v->scene.now = v->held || v->looking >= 0 ? m->picture->taken : clock_now();
		v->scene.focused = v->focus == PANE_SCENE;
		v->scene.large = v->zoom || v->present;
		scene_draw(c, a, m->picture, &v->scene);
		stage_sides_note(&v->sides, &v->scene, m->picture, c->width);
		break;
	case PANE_EVENTS:
		events_draw(c, a, stage_trace(v->stage), v->looking >= 0 || v->held ? m->picture->events :
			    trace_count(stage_trace(v->stage)), &v->scroll[pane], v->focus == pane);
		break;
	case PANE_OBJECTS:
		v->objects.zoomed = v->zoom;
		objects_draw(c, a, m->picture, &v->objects, clock_now(), &v->scroll[pane], v->focus == pane);
		break;
	case PANE_LESSON:
		draw_lesson(v, c, a, m);
		break;
	case PANE_COUNT:
		break;
	}
}

static void draw_zoomed(struct stage_screen *v, struct canvas *c, const struct moment *m)
{
	rule(v, c, 0, 1, c->width, v->focus);
	draw_pane(v, c, (struct area){ 0, 2, c->width, c->height - 3 }, v->focus, m);
}

static void draw_two(struct stage_screen *v, struct canvas *c, const struct moment *m)
{
	enum pane below = v->focus == PANE_SCENE ? PANE_LESSON : v->focus;
	int body = c->height - 2, scene = body / 2;

	draw_pane(v, c, (struct area){ 0, 1, c->width, scene }, PANE_SCENE, m);
	tabs(v, c, 1 + scene, below);
	draw_pane(v, c, (struct area){ 0, 2 + scene, c->width, body - scene - 1 }, below, m);
}

/* What others keep in /dev/shm is listed, and worth no room. */
static bool worth_listing(const struct picture *p)
{
	struct objects_row *row;
	bool ours = objects_rows(p, &row) > 0 && row[0].ours; /* which come first */

	free(row);
	return ours || p->n_sysv > 0;
}

static void draw_four(struct stage_screen *v, struct canvas *c, const struct moment *m)
{
	int body = c->height - 2;
	int lesson = body / 4 < 6 ? 6 : body / 4 > 12 ? 12 : body / 4;
	int middle = (body - lesson - 2) * 38 / 100;
	int scene = body - lesson - middle - 2;
	int events = c->width * 3 / 5, y = 1 + scene;

	if (c->width - events > 72) /* the listing needs no more */
		events = c->width - 72;
	if (!worth_listing(m->picture) && c->width < 160 && c->width - events > 26) /* nothing to list */
		events = c->width - 26;
	/* A line of air below the header. */
	draw_pane(v, c, (struct area){ 0, 2, c->width, scene - 1 }, PANE_SCENE, m);
	rule(v, c, 0, y, events, PANE_EVENTS);
	rule(v, c, events, y, c->width - events, PANE_OBJECTS);
	draw_pane(v, c, (struct area){ 0, y + 1, events, middle }, PANE_EVENTS, m);
	draw_pane(v, c, (struct area){ events, y + 1, c->width - events, middle }, PANE_OBJECTS, m);
	rule(v, c, 0, y + 1 + middle, c->width, PANE_LESSON);
	draw_pane(v, c, (struct area){ 0, y + 2 + middle, c->width, lesson }, PANE_LESSON, m);
}

static const char *state_word(const struct stage_screen *v)
{
	if (v->held)
		return v->watching ? "HELD  watched from outside" : "HELD";
	if (v->looking >= 0)
		return "looking back";
	if (v->automatic)
		return "AUTO";
	if (stage_lost(v->stage))
		return "stagehand lost: r";
	return v->watching ? "watched from outside" : "";
}

void stage_screen_draw(struct stage_screen *v, struct canvas *c)
{
	struct moment m = stage_screen_moment(v);
	int done = v->looking >= 0 ? v->looking : player_beat(v->player);

	memset(v->pane_area, 0, sizeof v->pane_area);
	header_draw(c, v->where, done, player_beats(v->player), state_word(v));
	if (v->zoom)
		draw_zoomed(v, c, &m);
	else if (v->present || c->width < FOUR_WIDTH || c->height < FOUR_HEIGHT)
		draw_two(v, c, &m);
	else
		draw_four(v, c, &m);
	keys_footer(c, stage_screen_keys(v));
	stage_layer_draw(v, c);
}

/* SPDX-License-Identifier: MIT */
#include "ui/stage_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "script/parse.h"
#include "ui/stage_layers.h"

/* Automatic: how long a beat stands once it is played, in ns. */
static const int64_t paces[] = { 500 * CLOCK_MS, CLOCK_S, 2 * CLOCK_S, 4 * CLOCK_S, 8 * CLOCK_S };

/* ---- what the scene asks ---------------------------------------------------------------------- */

static int side(void *data, const char *process)
{
	struct stage_screen *v = data;

	return stage_sides_of(&v->sides, v->lesson, stage_screen_moment(v).picture, process);
}

static bool aside(void *data, const char *process)
{
	struct stage_screen *v = data;
	int position = v->held || v->looking >= 0 ? stage_screen_moment(v).position : player_position(v->player);

	if (v->watching) /* the stage has a process of its own there, which has no part in it */
		return !strcmp(process, "parent");
	return !v->sandbox && stage_sides_aside(v->lesson, position, process);
}

/* ---- opening, closing ------------------------------------------------------------------------ */

struct stage_screen *stage_screen_open(struct stage *s, const struct lesson *l, bool owned, const char *where,
				       bool sandbox, struct error *e)
{
	struct stage_screen *v = memory_new(1, sizeof *v);

	v->stage = s;
	v->lesson = l;
	v->owned = owned ? (struct lesson *)(uintptr_t)l : NULL;
	snprintf(v->where, sizeof v->where, "%s", where);
	v->sandbox = sandbox;
	v->looking = v->going_to = -1;
	v->pace = 2;
	v->focus = PANE_SCENE;
	v->scene.side = side;
	v->scene.aside = aside;
	v->scene.side_data = v;
	v->scene.chosen = -1;
	v->player = player_new(s, l, e);
	if (!v->player) {
		stage_screen_close(v);
		return NULL;
	}
	if (sandbox)
		v->going_to = player_beats(v->player);
	return v;
}

struct stage_screen *stage_screen_watch(struct stage *s, const struct watching *w, struct error *e)
{
	static const char nothing[] = "lesson  Watched from outside\n"
		"about   These processes were not started here. They are looked at, and told nothing; what they do goes on "
		"when you leave.\n";
	struct mistakes m = { 0 };
	struct stage_screen *v = stage_screen_open(s, parse_lesson("outside", nothing, sizeof nothing - 1, &m), true, w->where,
						   false, e);

	mistakes_free(&m);
	if (!v)
		return NULL;
	v->watching = memory_copy(w, sizeof *w);
	v->scene.deserted = true;
	snprintf(v->message, sizeof v->message, "%.190s", w->note);
	if (watching_put(w, s, e))
		return v;
	stage_screen_close(v);
	return NULL;
}

static void let_go(struct stage_screen *v)
{
	if (v->held)
		picture_free(v->held->picture);
	free(v->held);
	v->held = NULL;
}

void stage_screen_close(struct stage_screen *v)
{
	if (!v)
		return;
	let_go(v);
	player_free(v->player);
	for (size_t i = 0; i < v->n_typed; i++)
		lesson_free(v->typed[i]);
	free(v->typed);
	free(v->source);
	free(v->word);
	objects_forget(&v->objects);
	prompt_free(&v->prompt);
	lesson_free(v->owned);
	free(v->watching);
	free(v);
}

void stage_screen_restart(struct stage_screen *v)
{
	struct error e;

	let_go(v);
	v->looking = -1;
	v->going_to = v->sandbox ? player_beats(v->player) : -1;
	v->automatic = false;
	v->message[0] = '\0';
	memset(v->scroll, 0, sizeof v->scroll);
	if (player_restart(v->player, &e) < 0 || (v->watching && !watching_put(v->watching, v->stage, &e)))
		snprintf(v->message, sizeof v->message, "%.190s", e.text);
}

/* ---- time -------------------------------------------------------------------------------------- */

static bool waits_for_answer(const struct stage_screen *v)
{
	const struct moment *m = player_moment(v->player, player_moments(v->player) - 1);

	return m && m->asked && player_answered(v->player, m->asked) < 0;
}

static void play_on(struct stage_screen *v, int64_t now)
{
	enum player_state state = player_state(v->player);

	if (state == PLAYER_BUSY)
		return;
	if (v->going_to >= 0) {
		if (state == PLAYER_READY && player_beat(v->player) < v->going_to)
			player_next(v->player);
		else
			v->going_to = -1;
		return;
	}
	if (!v->automatic)
		return;
	if (state != PLAYER_READY) {
		v->automatic = false;
	} else if (!v->automatic_due) {
		/* A beat is over: it stands for a while; a question three times as long, for those who think. */
		v->automatic_due = now + paces[v->pace] * (waits_for_answer(v) ? 3 : 1);
	} else if (now >= v->automatic_due) {
		v->message[0] = '\0';
		v->automatic_due = 0;
		player_next(v->player);
	}
}

bool stage_screen_tick(struct stage_screen *v)
{
	enum player_state state = player_state(v->player);
	int moments = player_moments(v->player), beat = player_beat(v->player);
	bool automatic = v->automatic;
	int64_t now = clock_now();

	player_tick(v->player);
	do
		play_on(v, now);
	while (v->going_to >= 0 && player_state(v->player) != PLAYER_BUSY);
	/* A step that only speaks changes nothing on the stage. */
	return state != player_state(v->player) || moments != player_moments(v->player) ||
	       beat != player_beat(v->player) || automatic != v->automatic;
}

int64_t stage_screen_due(const struct stage_screen *v)
{
	int64_t due = player_due(v->player);

	if (v->going_to >= 0 && player_state(v->player) != PLAYER_BUSY)
		return 0; /* there is more to play at once, such as a sandbox's steps */
	if (v->automatic && v->automatic_due < due && player_state(v->player) != PLAYER_BUSY)
		due = v->automatic_due;
	return due;
}

bool stage_screen_busy(const struct stage_screen *v)
{
	return v->layer == LAYER_PROMPT && player_state(v->player) == PLAYER_BUSY;
}

/* Streams and real programs announce nothing: they are looked at 20 times a second. What waits
 * on the stage changes only by events; somebody outside might still stop or kill it. */
int64_t stage_screen_interval(const struct stage_screen *v)
{
	const struct picture *p = stage_picture(v->stage);

	if (v->watching)
		return 200 * CLOCK_MS;
	for (int i = 0; i < p->n_processes; i++)
		if (p->process[i].state == PROCESS_RUNNING || p->process[i].state == PROCESS_CALLING ||
		    (p->process[i].program && p->process[i].state != PROCESS_ENDED) || p->process[i].streaming)
			return 50 * CLOCK_MS;
	return 500 * CLOCK_MS;
}

int64_t stage_screen_redraw_due(struct stage_screen *v, int64_t shown)
{
	const struct picture *p = stage_picture(v->stage);
	int64_t due = INT64_MAX;

	if (v->held || v->looking >= 0)
		return INT64_MAX;
	for (int i = 0; i < p->n_processes; i++) {
		int64_t lasted = shown - p->process[i].since;
		/* The first two seconds run by in tenths, for one is looking; after that a frame a second
		 * is enough: a wakeup and a write to the terminal cost 0.06 ms each time. */
		int64_t unit = lasted < 2 * CLOCK_S ? 100 * CLOCK_MS : CLOCK_S;

		if (p->process[i].state != PROCESS_BLOCKED && p->process[i].state != PROCESS_STOPPED)
			continue;
		if (shown + unit - lasted % unit < due)
			due = shown + unit - lasted % unit;
	}
	return due;
}

/* ---- keys ----------------------------------------------------------------------------------------- */

static void leave_past(struct stage_screen *v)
{
	v->looking = -1;
	let_go(v);
}

static void next(struct stage_screen *v)
{
	v->message[0] = '\0';
	let_go(v);
	v->scroll[PANE_EVENTS] = v->scroll[PANE_LESSON] = 0;
	if (v->looking >= 0) {
		if (++v->looking >= player_moments(v->player) - 1)
			v->looking = -1;
		return;
	}
	player_next(v->player);
}

static void previous(struct stage_screen *v)
{
	int now = v->looking >= 0 ? v->looking : player_moments(v->player) - 1;

	v->message[0] = '\0';
	v->automatic = false;
	if (now > 0)
		v->looking = now - 1;
}

void stage_screen_go(struct stage_screen *v, int beat)
{
	leave_past(v);
	if (beat < player_moments(v->player) - 1)
		v->looking = beat < 0 ? 0 : beat;
	else
		v->going_to = beat < player_beats(v->player) ? beat : player_beats(v->player);
}

static void answer(struct stage_screen *v, int digit)
{
	struct moment m = stage_screen_moment(v);

	if (m.asked && digit >= 1 && digit <= m.asked->n_answers)
		player_answer(v->player, m.asked, digit - 1);
}

static void hold(struct stage_screen *v)
{
	struct moment now;

	if (v->held) {
		let_go(v);
		return;
	}
	now = stage_screen_moment(v);
	v->held = memory_copy(&now, sizeof now);
	v->held->picture = picture_copy(now.picture);
}

static void choose(struct stage_screen *v, int step)
{
	int n = v->scene.n_items;

	if (n)
		v->scene.chosen = v->scene.chosen < 0 ? 0 : (v->scene.chosen + step + n) % n;
}

static void up_down(struct stage_screen *v, int step)
{
	if (v->focus == PANE_SCENE)
		choose(v, step);
	else if (v->focus == PANE_OBJECTS)
		objects_choose(&v->objects, stage_screen_moment(v).picture, step);
	else if (v->focus == PANE_EVENTS) /* counts from the newest, upwards */
		v->scroll[v->focus] -= step;
	else
		v->scroll[v->focus] += step;
	if (v->scroll[v->focus] < 0)
		v->scroll[v->focus] = 0;
}

static enum stage_wish back(struct stage_screen *v)
{
	if (v->zoom)
		v->zoom = false;
	else if (v->held || v->looking >= 0)
		leave_past(v);
	else if (v->focus == PANE_OBJECTS && v->objects.chosen)
		v->objects.chosen = false;
	else if (v->scene.chosen >= 0)
		v->scene.chosen = -1;
	else
		return WISH_LEAVE;
	return WISH_NONE;
}

static void change_pace(struct stage_screen *v, int step)
{
	int pace = v->pace + step;

	if (pace >= 0 && pace < (int)(sizeof paces / sizeof *paces))
		v->pace = pace;
	snprintf(v->message, sizeof v->message, "automatic: a step every %.1f s", (double)paces[v->pace] / 1e9);
}

static void automatic(struct stage_screen *v)
{
	v->automatic = !v->automatic;
	v->automatic_due = 1; /* the first at once */
	leave_past(v);
}

static void page(struct stage_screen *v, int direction)
{
	int rows = v->pane_area[v->focus].height;

	if (v->focus == PANE_SCENE)
		v->focus = PANE_EVENTS;
	for (int i = 1; i < (rows > 2 ? rows : 2); i++)
		up_down(v, direction);
}

static void open_chosen(struct stage_screen *v)
{
	if (v->focus == PANE_SCENE && v->scene.chosen >= 0)
		stage_layer_menu(v);
	else
		next(v);
}

static void focus_on(struct stage_screen *v, int step)
{
	v->focus = (enum pane)((v->focus + step + PANE_COUNT) % PANE_COUNT);
}

static void zoom(struct stage_screen *v)
{
	v->zoom = !v->zoom;
}

/* What an action does: one of the two. */
static const struct {
	enum action action;
	void (*plain)(struct stage_screen *v);
	void (*by)(struct stage_screen *v, int step);
	int step;
} acts[] = {
	{ ACT_NEXT, next, NULL, 0 }, { ACT_PREVIOUS, previous, NULL, 0 }, { ACT_OPEN, open_chosen, NULL, 0 },
	{ ACT_AUTO, automatic, NULL, 0 }, { ACT_RESTART, stage_screen_restart, NULL, 0 },
	{ ACT_HOLD, hold, NULL, 0 }, { ACT_ZOOM, zoom, NULL, 0 }, { ACT_LAST, leave_past, NULL, 0 },
	{ ACT_FIRST, NULL, stage_screen_go, 0 },
	{ ACT_FASTER, NULL, change_pace, -1 }, { ACT_SLOWER, NULL, change_pace, 1 },
	{ ACT_PANE_BEFORE, NULL, focus_on, -1 }, { ACT_PANE_NEXT, NULL, focus_on, 1 },
	{ ACT_UP, NULL, up_down, -1 }, { ACT_DOWN, NULL, up_down, 1 },
	{ ACT_LEFT, NULL, choose, -1 }, { ACT_RIGHT, NULL, choose, 1 },
	{ ACT_PAGE_UP, NULL, page, -1 }, { ACT_PAGE_DOWN, NULL, page, 1 },
};

static enum stage_wish act(struct stage_screen *v, enum action a, int key)
{
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		if (acts[i].action != a)
			continue;
		if (acts[i].plain)
			acts[i].plain(v);
		else
			acts[i].by(v, acts[i].step);
		return WISH_NONE;
	}
	if (a == ACT_ANSWER)
		answer(v, key - '0');
	else if (a == ACT_NEXT_LESSON)
		return WISH_NEXT_LESSON;
	else if (a == ACT_BACK)
		return back(v);
	return stage_layer_open(v, a); /* the prompt, facts, ...: nothing for other actions */
}

static bool inside(struct area a, const struct term_mouse *m)
{
	return m->x >= a.x && m->x < a.x + a.width && m->y >= a.y && m->y < a.y + a.height;
}

/* The wheel scrolls and chooses nothing. */
static void wheel(struct stage_screen *v, enum pane pane, int step)
{
	if (pane == PANE_SCENE)
		return;
	v->scroll[pane] += pane == PANE_EVENTS ? -step : step;
	if (v->scroll[pane] < 0)
		v->scroll[pane] = 0;
}

static enum stage_wish click(struct stage_screen *v, const struct term_mouse *m)
{
	for (int i = 0; i < PANE_COUNT; i++)
		if (inside(v->pane_area[i], m)) {
			if (m->what == MOUSE_WHEEL_UP || m->what == MOUSE_WHEEL_DOWN) {
				wheel(v, (enum pane)i, m->what == MOUSE_WHEEL_UP ? -3 : 3);
				return WISH_NONE;
			}
			v->focus = (enum pane)i;
			if (i == PANE_OBJECTS)
				objects_click(&v->objects, stage_screen_moment(v).picture, m->y);
		}
	for (int i = 0; i < v->scene.n_items; i++)
		if (inside(v->scene.item[i].area, m)) {
			v->scene.chosen = i;
			if (m->what == MOUSE_DOUBLE)
				stage_layer_menu(v);
		}
	return WISH_NONE;
}

unsigned stage_screen_keys(const struct stage_screen *v)
{
	return v->watching ? KEYS_WATCH : KEYS_STAGE;
}

bool stage_screen_typing(const struct stage_screen *v)
{
	return v->layer == LAYER_PROMPT || v->layer == LAYER_GOTO || v->layer == LAYER_SAVE ||
	       (v->layer == LAYER_REMOVE && removal_typing(&v->removal));
}

enum stage_wish stage_screen_key(struct stage_screen *v, int key, const struct term_mouse *mouse)
{
	if (v->layer != LAYER_NONE)
		return stage_layer_key(v, key, mouse);
	if (key == TERM_MOUSE)
		return click(v, mouse);
	return act(v, keys_action(key, stage_screen_keys(v)), key);
}

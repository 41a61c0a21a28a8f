/* SPDX-License-Identifier: MIT */
#include "ui/lessons_screen.h"

#include <stdio.h>
#include <string.h>

#include "base/width.h"
#include "ui/keys.h"

void lessons_screen_open(struct lessons_screen *v, struct library *library, const char *language)
{
	*v = (struct lessons_screen){ 0 };
	v->tab.library = library;
	v->tab.filter = v->filter;
	v->tab.language = language;
	v->tab.open[0] = true;
	v->tab.chosen = 1; /* the first lesson: Enter plays it */
}

/* The chosen lesson (NULL on a group's own row) and its group (NULL when nothing is shown). */
static struct library_lesson *chosen(struct lessons_screen *v, struct library_group **group)
{
	struct lessons_row rows[LESSONS_ROWS];
	int n = lessons_rows(&v->tab, rows);
	struct lessons_row row;

	*group = NULL;
	if (n == 0)
		return NULL;
	row = rows[v->tab.chosen];
	*group = &v->tab.library->group[row.group];
	return row.lesson < 0 ? NULL : &(*group)->lesson[row.lesson];
}

static bool *unfolded(struct lessons_screen *v, const struct library_group *group)
{
	return &v->tab.open[group - v->tab.library->group];
}

static void choose_row(struct lessons_screen *v, const struct library_group *group,
		       const struct library_lesson *lesson)
{
	struct lessons_row rows[LESSONS_ROWS];
	int n = lessons_rows(&v->tab, rows);

	for (int i = 0; i < n; i++) {
		const struct library_group *g = &v->tab.library->group[rows[i].group];

		if (g == group && (lesson ? rows[i].lesson >= 0 && &g->lesson[rows[i].lesson] == lesson :
					    rows[i].lesson < 0))
			v->tab.chosen = i;
	}
}

void lessons_screen_choose(struct lessons_screen *v, const struct library_lesson *lesson)
{
	for (size_t i = 0; i < v->tab.library->n_groups; i++) {
		struct library_group *g = &v->tab.library->group[i];

		if (lesson < g->lesson || lesson >= g->lesson + g->n_lessons)
			continue;
		*unfolded(v, g) = true;
		choose_row(v, g, lesson);
	}
}

static void move(struct lessons_screen *v, int step)
{
	struct lessons_row rows[LESSONS_ROWS];

	v->tab.chosen += step;
	if (v->tab.chosen < 0)
		v->tab.chosen = 0;
	lessons_rows(&v->tab, rows); /* cuts it to what there is */
}

/* Left on a lesson goes to its group and folds that. */
static void fold(struct lessons_screen *v, bool open)
{
	struct library_group *group;
	struct library_lesson *lesson = chosen(v, &group);

	if (!group)
		return;
	*unfolded(v, group) = open;
	if (!open && lesson)
		choose_row(v, group, NULL);
}

static enum lessons_wish open_chosen(struct lessons_screen *v, struct library_lesson **lesson)
{
	struct library_group *group;

	*lesson = chosen(v, &group);
	if (*lesson)
		return LESSONS_PLAY;
	if (group)
		*unfolded(v, group) = !*unfolded(v, group);
	return LESSONS_NOTHING;
}

static enum lessons_wish open_sandbox(struct lessons_screen *v, struct library_lesson **lesson)
{
	struct library_group *group;

	chosen(v, &group);
	if (group && group->sandbox.path) {
		*lesson = &group->sandbox;
		return LESSONS_PLAY;
	}
	if (group)
		snprintf(v->message, sizeof v->message, "%.100s: there is no sandbox for this group", group->title);
	return LESSONS_NOTHING;
}

static enum lessons_wish with_lesson(struct lessons_screen *v, enum lessons_wish wish,
				     struct library_lesson **lesson)
{
	struct library_group *group;

	*lesson = chosen(v, &group);
	return *lesson || wish == LESSONS_MAN ? wish : LESSONS_NOTHING;
}

/* All lessons again; the one that was found stays the chosen one. */
static void filter_clear(struct lessons_screen *v)
{
	struct library_group *group;
	struct library_lesson *lesson = chosen(v, &group);

	v->filter[0] = '\0';
	if (lesson)
		lessons_screen_choose(v, lesson);
	else
		v->tab.chosen = 1;
}

static void filter_key(struct lessons_screen *v, int key)
{
	size_t n = strlen(v->filter);
	char bytes[5];

	if (key == TERM_ESCAPE)
		filter_clear(v);
	if (key == TERM_ESCAPE || key == TERM_ENTER)
		v->tab.filtering = false;
	else if (key == TERM_UP || key == TERM_DOWN)
		move(v, key == TERM_UP ? -1 : 1);
	else if (key == TERM_BACKSPACE)
		while (n > 0 && (v->filter[--n] & 0xc0) == 0x80)
			;
	if (key == TERM_BACKSPACE)
		v->filter[n] = '\0';
	if (key >= ' ' && key < TERM_ENTER) {
		size_t length = width_encode((uint32_t)key, bytes);

		if (n + length < sizeof v->filter)
			memcpy(v->filter + n, bytes, length + 1);
	}
	if (key == TERM_BACKSPACE || (key >= ' ' && key < TERM_ENTER))
		v->tab.chosen = 1; /* the first that was found: Enter plays it */
}

static enum lessons_wish clicked(struct lessons_screen *v, const struct term_mouse *m, struct area area,
				 struct library_lesson **lesson)
{
	int row, before = v->tab.chosen;

	if (m->what == MOUSE_WHEEL_UP || m->what == MOUSE_WHEEL_DOWN) {
		move(v, m->what == MOUSE_WHEEL_UP ? -1 : 1);
		return LESSONS_NOTHING;
	}
	row = lessons_row_at(&v->tab, area, m->y);
	if (row < 0)
		return LESSONS_NOTHING;
	v->tab.chosen = row;
	return row == before || m->what == MOUSE_DOUBLE ? open_chosen(v, lesson) : LESSONS_NOTHING;
}

static enum lessons_wish act(struct lessons_screen *v, enum action action, int key, struct library_lesson **lesson)
{
	if (action == ACT_UP || action == ACT_DOWN)
		move(v, action == ACT_UP ? -1 : 1);
	else if (action == ACT_PAGE_UP || action == ACT_PAGE_DOWN)
		move(v, action == ACT_PAGE_UP ? -10 : 10);
	else if (action == ACT_FIRST || action == ACT_LAST)
		move(v, action == ACT_FIRST ? -LESSONS_ROWS : LESSONS_ROWS);
	else if (action == ACT_LEFT || action == ACT_RIGHT)
		fold(v, action == ACT_RIGHT);
	else if (action == ACT_FILTER)
		v->tab.filtering = true;
	else if (action == ACT_BACK)
		filter_clear(v);
	else if (action == ACT_SANDBOX)
		return open_sandbox(v, lesson);
	else if (action == ACT_SCRIPT || action == ACT_MAN)
		return with_lesson(v, action == ACT_MAN ? LESSONS_MAN : LESSONS_READ, lesson);
	else if (action == ACT_OPEN || key == ' ') /* Space is what a newcomer tries, too */
		return open_chosen(v, lesson);
	return LESSONS_NOTHING;
}

enum lessons_wish lessons_screen_key(struct lessons_screen *v, int key, const struct term_mouse *mouse,
				     struct area area, struct library_lesson **lesson)
{
	v->message[0] = '\0';
	*lesson = NULL;
	if (key == TERM_MOUSE)
		return clicked(v, mouse, area, lesson);
	if (v->tab.filtering) {
		filter_key(v, key);
		return LESSONS_NOTHING;
	}
	return act(v, keys_action(key, KEYS_LESSONS), key, lesson);
}

struct area lessons_screen_area(const struct canvas *c)
{
	return (struct area){ 0, 1, c->width, c->height - 2 };
}

/* At the bottom, as many lines as it takes: why a lesson cannot be played is to be read to its end. */
static void draw_message(struct canvas *c, const char *message)
{
	struct area a = { 1, c->height, c->width - 2, 0 };

	if (!message[0])
		return;
	a.height = canvas_put_wrapped(c, a, STYLE_BAD, message);
	a.y -= a.height;
	canvas_fill(c, (struct area){ 0, a.y, c->width, a.height }, STYLE_TEXT);
	canvas_put_wrapped(c, a, STYLE_BAD, message);
}

void lessons_screen_draw(struct lessons_screen *v, struct canvas *c)
{
	header_tabs(c, 0);
	lessons_draw(c, lessons_screen_area(c), &v->tab);
	keys_footer(c, KEYS_LESSONS);
	draw_message(c, v->message);
}

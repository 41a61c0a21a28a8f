/* SPDX-License-Identifier: MIT */
/* The scene: arranges, notes what can be chosen, draws. In very small areas a list instead. */
#include "ui/scene_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/width.h"

enum { LIST_BELOW_WIDTH = 40, LIST_BELOW_HEIGHT = 4 };

static bool add_item(struct scene *s, bool is_object, int index, struct area a)
{
	if (s->n_items == SCENE_ITEMS)
		return false;
	s->item[s->n_items++] = (struct scene_item){ is_object, index, a };
	return s->focused && s->chosen == s->n_items - 1;
}

/* In reading order: the left column, the objects, the right column. */
static void note_items(struct scene *s, struct scene_layout *l)
{
	s->n_items = 0;
	for (int right = 0; right < 2; right++) {
		for (int i = 0; i < l->n_boxes; i++)
			if (l->box[i].right == right)
				l->box[i].chosen = add_item(s, false, l->box[i].index, l->box[i].area);
		for (int i = 0; !right && i < l->n_things; i++)
			l->thing[i].chosen = add_item(s, true, l->thing[i].index, l->thing[i].area);
	}
}

static void draw_all(struct canvas *c, struct scene_layout *l)
{
	for (int i = 0; i < l->n_boxes; i++)
		scene_draw_box(c, l, &l->box[i]);
	for (int i = 0; i < l->n_things; i++)
		scene_draw_thing(c, &l->thing[i]);
	scene_draw_arrows(c, l);
	for (int i = 0; i < 2; i++)
		if (l->more[i])
			canvas_putf(c, l->side[i].x + 2, l->more_y[i], STYLE_DIM, "+%d more", l->more[i]);
	if (l->more_things)
		canvas_putf(c, l->x, l->more_things_y, STYLE_DIM, "+%d more", l->more_things);
}

bool scene_leaves_out(const struct scene *s, const struct picture *p, int process)
{
	const struct picture_process *m = &p->process[process];
	struct scene_signals some[SCENE_SIGNALS];

	return s->aside && (p->n_processes > 1 || s->deserted) && m->state == PROCESS_READY && m->n_ends == 0 && scene_signals(m, some) == 0 &&
	       s->aside(s->side_data, m->name);
}

/* ---- the list ------------------------------------------------------------------------------- */

static void list_process(struct canvas *c, int x, int y, int width, const struct picture_process *p)
{
	enum style style = scene_state_style(p);
	struct text t = { 0 };
	int end = x + width;

	canvas_put_glyph(c, x, y, style, scene_state_glyph(p));
	x = canvas_put_cut(c, x + 2, y, end - x - 2, scene_is_over(p) ? STYLE_DIM : STYLE_STRONG, p->name);
	if (end - x > 2)
		x = canvas_put_cut(c, x + 1, y, end - x - 1, style, scene_state_word(p));
	scene_doing(p, &t);
	if (end - x > 2)
		canvas_put_cut(c, x + 1, y, end - x - 1, STYLE_TEXT, text_string(&t));
	text_free(&t);
}

static void list_object(struct canvas *c, int x, int y, int width, const struct picture_object *o)
{
	struct text t = { 0 };
	int end = x + width;

	scene_object_title(o, &t);
	x = canvas_put_cut(c, x + 2, y, end - x - 2, o->gone ? STYLE_DIM : STYLE_STRONG, text_string(&t));
	text_clear(&t);
	if (o->gone)
		text_add(&t, "gone");
	else
		scene_object_summary(o, end - x - 1, &t);
	if (end - x > 2)
		canvas_put_cut(c, x + 1, y, end - x - 1, o->gone ? STYLE_DIM : scene_pipe_full(o) ? STYLE_WARN : STYLE_TEXT,
			       text_string(&t));
	text_free(&t);
}

/* Those that live, then what exists, then the rest. */
static void draw_list(struct canvas *c, struct area a, const struct picture *p, struct scene *s)
{
	int all = p->n_processes + p->n_objects, y = a.y, rows = a.height, left = all;

	s->n_items = 0;
	for (int i = 0; i < p->n_processes; i++)
		left -= scene_leaves_out(s, p, i);
	if (left > rows)
		rows--;
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < all; i++) {
			bool object = i >= p->n_processes;
			int index = object ? i - p->n_processes : i;
			bool over = object ? p->object[index].gone : scene_is_over(&p->process[index]);
			struct area row = { a.x, y, a.width, 1 };
			bool chosen;

			if (over != (pass == 1) || y - a.y >= rows || (!object && scene_leaves_out(s, p, i)))
				continue;
			if (object)
				list_object(c, a.x, y, a.width, &p->object[index]);
			else
				list_process(c, a.x, y, a.width, &p->process[index]);
			chosen = add_item(s, object, index, row);
			if (chosen)
				canvas_select(c, row);
			y++;
			left--;
		}
	if (left && a.height > 0)
		canvas_putf(c, a.x + 2, y, STYLE_DIM, "+%d more", left);
}

/* ---- all ------------------------------------------------------------------------------------ */

void scene_draw(struct canvas *c, struct area a, const struct picture *p, struct scene *s)
{
	struct area before = canvas_clip(c, a), inner = { a.x + 1, a.y, a.width - 2, a.height };

	if (a.width < LIST_BELOW_WIDTH || a.height < LIST_BELOW_HEIGHT) {
		draw_list(c, inner, p, s);
	} else {
		struct scene_layout *l = memory_new(1, sizeof *l);

		scene_arrange(l, inner, p, s);
		note_items(s, l);
		draw_all(c, l);
		free(l);
	}
	canvas_unclip(c, before);
}

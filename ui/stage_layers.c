/* SPDX-License-Identifier: MIT */
#include "ui/stage_layers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "call/call.h"
#include "script/parse.h"
#include "script/print.h"

/* ---- playing a line ------------------------------------------------------------------------------ */

/* Plays a line of the language; false with the reason in `why`. */
static bool play_line(struct stage_screen *v, const char *line, char *why, size_t size)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("prompt", line, strlen(line), &m);
	bool playable = m.count == 0 && l->n_steps == 1;

	if (m.count)
		snprintf(why, size, "%s%s%s", m.list[0].text, m.list[0].hint ? "; " : "", m.list[0].hint ? m.list[0].hint : "");
	else if (!playable)
		snprintf(why, size, "one line at a time, such as: parent p = pipe()");
	mistakes_free(&m);
	if (!playable) {
		lesson_free(l);
		return false;
	}
	v->typed = memory_grow(v->typed, &v->room_typed, v->n_typed + 1, sizeof *v->typed);
	v->typed[v->n_typed++] = l;
	v->looking = -1;
	v->automatic = false;
	v->message[0] = '\0';
	if (!player_improvise(v->player, &l->step[0])) {
		snprintf(why, size, "a step is still being played");
		return false;
	}
	/* What cannot even be asked for is known at once. */
	if (player_state(v->player) != PLAYER_BUSY && player_refused(v->player)) {
		snprintf(why, size, "%s", player_refused(v->player));
		return false;
	}
	return true;
}

/* ---- saving ------------------------------------------------------------------------------------------ */

static void header(const struct stage_screen *v, FILE *f)
{
	struct lesson h = *v->lesson;
	struct text t = { 0 };

	h.n_steps = 0;
	print_lesson(&t, &h);
	fprintf(f, "%s\n", text_string(&t));
	text_free(&t);
}

/* The trace, a lesson that passes when it is played again. */
static bool save(struct stage_screen *v, const char *path, char *why, size_t size)
{
	const struct trace *t = stage_trace(v->stage);
	FILE *f = fopen(path, "wxe"); /* never over something that is there */

	if (!f) {
		snprintf(why, size, "cannot write %.300s: %s", path, strerror(errno));
		return false;
	}
	header(v, f);
	if (trace_first(t))
		fprintf(f, "# The first %llu events are no longer known.\n", (unsigned long long)trace_first(t));
	for (uint64_t i = trace_first(t); i < trace_count(t); i++) {
		const struct event *e = trace_at(t, i);
		struct text line = { 0 };

		/* What did not hold is kept for the reader, not as an expectation. */
		if (e->step && e->kind == EVENT_EXPECTED && e->alarming)
			text_addf(&line, "# did not hold: %s\n", e->line);
		else if (e->step)
			print_step(&line, e->step);
		else
			text_addf(&line, "%s\n", e->line);
		fputs(text_string(&line), f);
		text_free(&line);
	}
	if (fclose(f)) {
		snprintf(why, size, "cannot write %.300s: %s", path, strerror(errno));
		return false;
	}
	snprintf(v->message, sizeof v->message, "saved: ipcscope run %.150s plays it again", path);
	return true;
}

/* ---- removing -------------------------------------------------------------------------------------- */

/* The listed object that a box of the scene stands for. */
static bool row_of_box(const struct picture *p, int object, struct objects_row *row)
{
	struct objects_row *rows;
	int n = objects_rows(p, &rows), i = 0;

	while (i < n && rows[i].known != &p->object[object])
		i++;
	if (i < n)
		*row = rows[i];
	free(rows);
	return i < n;
}

static void open_removal(struct stage_screen *v)
{
	struct moment m = stage_screen_moment(v);
	const struct scene_item *item = v->focus == PANE_SCENE && v->scene.chosen >= 0 && v->scene.chosen < v->scene.n_items ?
						&v->scene.item[v->scene.chosen] : NULL;
	struct objects_row row;

	v->layer = LAYER_REMOVE;
	if (v->looking >= 0 || v->held)
		removal_tell(&v->removal, "This is the past: what stood then cannot be removed. Esc returns to the present.");
	else if (v->focus == PANE_OBJECTS && objects_chosen(&v->objects, m.picture, &row))
		removal_ask(&v->removal, &row);
	else if (item && item->is_object && item->index < m.picture->n_objects && row_of_box(m.picture, item->index, &row))
		removal_ask(&v->removal, &row);
	else if (item && item->is_object)
		removal_tell(&v->removal, "This goes by itself, with the last process that has it.");
	else
		removal_tell(&v->removal, "Choose an object first: Tab leads to the objects, Up and Down choose one.");
}

/* Since it was asked for, somebody else may have removed it, and made another of that name. */
static void do_remove(struct stage_screen *v)
{
	struct removal *r = &v->removal;
	struct objects_row row;
	struct error e = { 0 };
	char name[128] = "", why[300];

	if (!objects_find(stage_picture(v->stage), r->kind, r->identity, &row) || row.ours != r->ours) {
		removal_tell(r, "It is gone already.");
		return;
	}
	if (objects_full_name(&row))
		snprintf(name, sizeof name, "%s", objects_full_name(&row));
	if (stage_remove(v->stage, r->kind, row.sysv ? row.sysv->id : 0, name, &e) < 0) {
		snprintf(why, sizeof why, "%.200s.%s", e.text, e.code == EPERM || e.code == EACCES ?
			 " Only its owner, its creator and root may." : "");
		removal_tell(r, why);
		return;
	}
	snprintf(v->message, sizeof v->message, "removed: %s", r->what);
	v->layer = LAYER_NONE;
}

static void removal_layer_key(struct stage_screen *v, int key)
{
	switch (removal_key(&v->removal, key)) {
	case REMOVAL_GOES_ON:
		return;
	case REMOVAL_LEFT:
		v->layer = LAYER_NONE;
		return;
	case REMOVAL_SURE:
		do_remove(v);
		return;
	}
}

/* ---- opening ----------------------------------------------------------------------------------------- */

void stage_layer_menu(struct stage_screen *v)
{
	struct moment m = stage_screen_moment(v);
	const struct scene_item *item;
	const struct picture_process *p;

	if (v->scene.chosen < 0 || v->scene.chosen >= v->scene.n_items)
		return;
	item = &v->scene.item[v->scene.chosen];
	if (item->is_object || item->index >= m.picture->n_processes) {
		stage_sources_open(v);
		return;
	}
	if (v->looking >= 0 || v->held) {
		snprintf(v->message, sizeof v->message, "this is the past: Esc returns to the present");
		return;
	}
	p = &m.picture->process[item->index];
	v->n_rows = offers_list(m.picture, item->index, v->offer);
	v->chosen_row = 0;
	if (v->n_rows)
		v->layer = LAYER_MENU;
	else if (p->program)
		snprintf(v->message, sizeof v->message, "%s is a real program: it can be watched, not told what to do", p->name);
	else if (p->call[0])
		snprintf(v->message, sizeof v->message, "%s is in %.80s: it takes its next call when that ends", p->name, p->call);
	else
		snprintf(v->message, sizeof v->message, "%s takes no calls now: %s", p->name, process_state_word(p->state));
}

static void open_prompt(struct stage_screen *v)
{
	char text[PICTURE_NAME + 4] = "";
	const struct picture *p = stage_picture(v->stage);
	int i = v->scene.chosen;

	if (v->focus == PANE_SCENE && i >= 0 && i < v->scene.n_items && !v->scene.item[i].is_object &&
	    v->scene.item[i].index < p->n_processes)
		snprintf(text, sizeof text, "%s ", p->process[v->scene.item[i].index].name);
	v->looking = -1;
	v->layer = LAYER_PROMPT;
	prompt_open(&v->prompt, ":", text);
}

static enum stage_wish open_manuals(struct stage_screen *v)
{
	v->n_rows = v->chosen_row = 0;
	for (int i = 0; i < v->lesson->n_see && v->n_rows < 16; i++)
		v->man[v->n_rows++] = v->lesson->see[i];
	if (v->n_rows == 0)
		v->man[v->n_rows++] = "ipcscope(1)";
	if (v->n_rows == 1)
		return WISH_MAN;
	v->layer = LAYER_MAN;
	return WISH_NONE;
}

enum stage_wish stage_layer_open(struct stage_screen *v, enum action a)
{
	if (a == ACT_PROMPT) {
		open_prompt(v);
	} else if (a == ACT_GOTO) {
		v->layer = LAYER_GOTO;
		prompt_open(&v->prompt, "go to step", "");
	} else if (a == ACT_SAVE) {
		v->layer = LAYER_SAVE;
		prompt_open(&v->prompt, "save as", "my.lesson");
	} else if (a == ACT_SOURCE) {
		stage_sources_open(v);
	} else if (a == ACT_REMOVE) {
		open_removal(v);
	} else if (a == ACT_MAN) {
		return open_manuals(v);
	}
	return WISH_NONE;
}

const char *stage_screen_manual(const struct stage_screen *v)
{
	return v->chosen_row < v->n_rows ? v->man[v->chosen_row] : "ipcscope(1)";
}

/* ---- keys -------------------------------------------------------------------------------------------- */

static void entered(struct stage_screen *v)
{
	struct prompt *p = &v->prompt;
	enum layer layer = v->layer;
	bool done = true;
	char *end;

	if (layer == LAYER_GOTO) {
		long n = strtol(p->text, &end, 10);

		done = end != p->text && !*end && n >= 0;
		if (done)
			stage_screen_go(v, (int)n);
		else
			snprintf(p->error, sizeof p->error, "a step is a number, from 0 to %d", player_beats(v->player));
	} else if (layer == LAYER_SAVE) {
		done = save(v, p->text, p->error, sizeof p->error);
	} else if (p->text[strspn(p->text, " ")]) {
		done = play_line(v, p->text, p->error, sizeof p->error);
		if (done) { /* stays open for the next line */
			prompt_open(p, ":", "");
			return;
		}
	}
	if (done)
		v->layer = LAYER_NONE;
}

static void prompt_layer_key(struct stage_screen *v, int key)
{
	enum prompt_result r = prompt_key(&v->prompt, key, v->layer == LAYER_PROMPT ? stage_word : NULL, v);

	if (r == PROMPT_LEFT)
		v->layer = LAYER_NONE;
	else if (r == PROMPT_ENTERED)
		entered(v);
}

static enum stage_wish chosen(struct stage_screen *v)
{
	enum layer layer = v->layer;

	v->layer = LAYER_NONE;
	if (layer == LAYER_MAN)
		return WISH_MAN;
	if (layer == LAYER_MENU && v->chosen_row < v->n_rows &&
	    !play_line(v, v->offer[v->chosen_row].line, v->message, sizeof v->message))
		return WISH_NONE;
	return WISH_NONE;
}

enum stage_wish stage_layer_key(struct stage_screen *v, int key, const struct term_mouse *mouse)
{
	enum action a = keys_action(key, KEYS_STAGE);

	if (v->layer == LAYER_PROMPT || v->layer == LAYER_GOTO || v->layer == LAYER_SAVE) {
		prompt_layer_key(v, key);
		return WISH_NONE;
	}
	if (v->layer == LAYER_REMOVE) {
		removal_layer_key(v, key);
		return WISH_NONE;
	}
	if (key == TERM_MOUSE) {
		int row = v->layer_first + mouse->y - v->layer_area.y - 1;

		if (mouse->what == MOUSE_WHEEL_UP || mouse->what == MOUSE_WHEEL_DOWN)
			a = mouse->what == MOUSE_WHEEL_UP ? ACT_UP : ACT_DOWN;
		else if (row >= 0 && row < v->n_rows) {
			v->chosen_row = row;
			return mouse->what == MOUSE_DOUBLE ? chosen(v) : WISH_NONE;
		}
	}
	if (a == ACT_UP || a == ACT_DOWN)
		v->chosen_row = (v->chosen_row + (a == ACT_UP ? v->n_rows - 1 : 1)) % (v->n_rows ? v->n_rows : 1);
	else if (a == ACT_PAGE_UP || a == ACT_FIRST)
		v->chosen_row = a == ACT_FIRST || v->chosen_row < 10 ? 0 : v->chosen_row - 10;
	else if (a == ACT_PAGE_DOWN || a == ACT_LAST)
		v->chosen_row = a == ACT_LAST || v->chosen_row + 10 >= v->n_rows ? v->n_rows - 1 : v->chosen_row + 10;
	else if (a == ACT_BACK || a == ACT_SOURCE)
		v->layer = LAYER_NONE;
	else if (a == ACT_OPEN || a == ACT_NEXT)
		return chosen(v);
	else if (v->layer == LAYER_MENU && (a == ACT_PROMPT || a == ACT_PANE_NEXT)) {
		/* The line, to be changed before it is played. */
		v->layer = LAYER_PROMPT;
		prompt_open(&v->prompt, ":", v->offer[v->chosen_row].line);
	}
	return WISH_NONE;
}

/* ---- drawing ----------------------------------------------------------------------------------------- */

static struct overlay_choice choice(const struct stage_screen *v, int i)
{
	switch (v->layer) {
	case LAYER_MENU:
		return (struct overlay_choice){ v->offer[i].call, v->offer[i].see, v->offer[i].detail };
	case LAYER_MAN:
		return (struct overlay_choice){ .text = v->man[i] };
	case LAYER_SOURCE:
		return (struct overlay_choice){ v->source[i].text, v->source[i].value, v->source[i].detail };
	case LAYER_NONE:
	case LAYER_PROMPT:
	case LAYER_GOTO:
	case LAYER_SAVE:
	case LAYER_REMOVE:
		break;
	}
	return (struct overlay_choice){ .text = "" };
}

static void draw_list(struct stage_screen *v, struct canvas *c, const char *title)
{
	struct overlay_choice *row = memory_new((size_t)v->n_rows + 1, sizeof *row);

	for (int i = 0; i < v->n_rows; i++)
		row[i] = choice(v, i);
	v->layer_area = overlay_list(c, title, row, v->n_rows, v->chosen_row, &v->layer_first);
	free(row);
}

void stage_layer_draw(struct stage_screen *v, struct canvas *c)
{
	switch (v->layer) {
	case LAYER_NONE:
		return;
	case LAYER_PROMPT:
	case LAYER_GOTO:
	case LAYER_SAVE:
		prompt_draw(c, &v->prompt);
		return;
	case LAYER_REMOVE:
		removal_draw(c, &v->removal);
		return;
	case LAYER_MENU:
		draw_list(v, c, "a call for it to make: Enter makes it, : changes it first");
		return;
	case LAYER_MAN:
		draw_list(v, c, "manual pages");
		return;
	case LAYER_SOURCE:
		draw_list(v, c, "facts, and where they come from");
		return;
	}
}

/* SPDX-License-Identifier: MIT */
#include "ui/objects_screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/width.h"
#include "command/objects_out.h"
#include "ui/keys.h"
#include "ui/panes.h"

enum { DETAIL_WIDTH = 120 };

void objects_screen_open(struct objects_screen *v, struct machine *m)
{
	*v = (struct objects_screen){ .machine = m };
}

void objects_screen_close(struct objects_screen *v)
{
	facilities_free(&v->list);
	free(v->row);
	text_free(&v->detail);
}

bool objects_screen_typing(const struct objects_screen *v)
{
	return v->filtering || v->question.state == QUESTION_WORD;
}

/* ---- what is listed ------------------------------------------------------------------------------------- */

static bool process_matches(const struct objects_screen *v, const struct facility *f, const char *word)
{
	struct facility_users u;
	bool found = false;

	facility_users(&u, v->machine->now, f);
	for (size_t i = 0; i < u.count; i++)
		found |= strcasestr(v->machine->now->process[u.process[i]].name, word) != NULL;
	free(u.process);
	return found;
}

static bool word_matches(const struct objects_screen *v, const struct facility *f, const char *word)
{
	char owner[PAPER_USER], number[64] = "";

	if (f->sysv)
		snprintf(number, sizeof number, "%d 0x%08x", f->sysv->id, f->sysv->key);
	return (f->name && strcasestr(f->name, word)) || strcasestr(number, word) ||
	       strcasestr(facility_kind_word(f->kind), word) || strcasestr(paper_user(f->uid, owner), word) ||
	       strcasestr(facility_state(v->machine->now, f), word) ||
	       process_matches(v, f, word);
}

static bool matches(const struct objects_screen *v, const struct facility *f)
{
	char words[sizeof v->filter], *rest = NULL;

	snprintf(words, sizeof words, "%s", v->filter);
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		if (!word_matches(v, f, word))
			return false;
	return true;
}

static const struct facility *chosen(const struct objects_screen *v)
{
	return v->chosen >= 0 && v->chosen < v->n ? &v->list.list[v->row[v->chosen]] : NULL;
}

static bool is_choice(const struct objects_screen *v, const struct facility *f)
{
	return f->kind == v->choice_kind && (f->sysv ? f->sysv->id == v->choice_id : !strcmp(f->name, v->choice_name));
}

/* What `ipcscope objects --all` prints below its line. */
static void describe(struct objects_screen *v)
{
	static const struct paper paper = { DETAIL_WIDTH, true };
	const struct facility *f = chosen(v);
	struct waiters w;

	text_clear(&v->detail);
	if (!f)
		return;
	waiters_find(&w, v->machine->now);
	objects_detail(&v->detail, &paper, v->machine->now, &w, f, true);
	waiters_free(&w);
}

static void choose(struct objects_screen *v, int row)
{
	const struct facility *f;

	if (row >= v->n)
		row = v->n - 1;
	v->chosen = row < 0 ? 0 : row;
	f = chosen(v);
	v->choice_kind = f ? f->kind : 0;
	v->choice_id = f && f->sysv ? f->sysv->id : 0;
	snprintf(v->choice_name, sizeof v->choice_name, "%s", f && f->name ? f->name : "");
	describe(v);
}

static void list(struct objects_screen *v)
{
	int at = v->chosen;

	v->n = 0;
	v->row = memory_grow(v->row, &v->room_row, v->list.count + 1, sizeof *v->row);
	for (size_t i = 0; i < v->list.count; i++)
		if (matches(v, &v->list.list[i]))
			v->row[v->n++] = (int)i;
	objects_sort(v->row, (size_t)v->n, &v->list, v->machine->now, v->sort);
	for (int i = 0; i < v->n; i++)
		if (is_choice(v, &v->list.list[v->row[i]]))
			at = i;
	choose(v, at);
}

static void build(struct objects_screen *v)
{
	facilities_find(&v->list, v->machine->now, "");
	facilities_order(&v->list, v->machine->now);
	v->n_limits = objects_limits(v->limit, v->machine->now);
	v->built = v->machine->taken;
	list(v);
}

void objects_screen_show(struct objects_screen *v)
{
	build(v);
}

/* The list points into the snapshot, and of the one before the next is made. */
bool objects_screen_tick(struct objects_screen *v)
{
	if (!machine_tick(v->machine, NULL, 0))
		return false;
	if (v->built != v->machine->taken)
		build(v);
	return true;
}

/* ---- keys -------------------------------------------------------------------------------------------------- */

static void ask(struct objects_screen *v)
{
	const struct facility *f = chosen(v);

	if (v->machine->held)
		objects_question_tell(&v->question, "The picture is held: what stood then cannot be removed. p goes on.");
	else if (f)
		objects_question_ask(&v->question, v->machine->now, f);
}

/* Since it was asked for, it may have gone, or changed hands. */
static void remove_it(struct objects_screen *v)
{
	struct error e = { 0 };
	char why[700];

	for (size_t i = 0; i < v->list.count; i++) {
		const struct facility *f = &v->list.list[i];

		if (!objects_question_is_about(&v->question, f))
			continue;
		if (facility_remove(f, &e) == 0) {
			snprintf(v->message, sizeof v->message, "removed: %s", v->question.what);
			machine_again(v->machine);
			return;
		}
		snprintf(why, sizeof why, "%s. %s", e.text, e.hint);
		objects_question_tell(&v->question, why);
		return;
	}
	objects_question_tell(&v->question, "It is gone already.");
}

/* Escape throws the filter away, Enter keeps it. */
static void filter_key(struct objects_screen *v, int key)
{
	size_t n = strlen(v->filter), length;
	char bytes[5];

	if (key == TERM_ESCAPE || key == TERM_ENTER) {
		v->filtering = false;
		if (key == TERM_ESCAPE)
			v->filter[0] = '\0';
	} else if (key == TERM_UP || key == TERM_DOWN) {
		choose(v, v->chosen + (key == TERM_UP ? -1 : 1));
		return;
	} else if (key == TERM_BACKSPACE && n) {
		while (n > 0 && (v->filter[--n] & 0xc0) == 0x80)
			;
		v->filter[n] = '\0';
	} else if (key >= ' ' && key < TERM_ENTER) {
		length = width_encode((uint32_t)key, bytes);
		if (n + length < sizeof v->filter)
			memcpy(v->filter + n, bytes, length + 1);
	}
	list(v);
}

static void clicked(struct objects_screen *v, const struct term_mouse *m)
{
	if (m->what == MOUSE_WHEEL_UP || m->what == MOUSE_WHEEL_DOWN)
		choose(v, v->chosen + (m->what == MOUSE_WHEEL_UP ? -1 : 1));
	else if (m->y >= v->rows.y && m->y < v->rows.y + v->rows.height && v->scroll + m->y - v->rows.y < v->n)
		choose(v, v->scroll + m->y - v->rows.y);
}

static void sort_by(struct objects_screen *v, int sort)
{
	v->sort = (enum objects_sort)((sort + OBJECTS_SORTS) % OBJECTS_SORTS);
	list(v);
	snprintf(v->message, sizeof v->message, "sorted: %s", objects_sort_about((int)v->sort)->words);
}

static enum objects_wish act(struct objects_screen *v, enum action a)
{
	static const struct { enum action action; int direction, by; } moves[] = {
		{ ACT_UP, -1, 0 }, { ACT_DOWN, 1, 0 }, { ACT_PAGE_UP, -1, 1 }, { ACT_PAGE_DOWN, 1, 1 },
		{ ACT_FIRST, -1, 2 }, { ACT_LAST, 1, 2 },
	};
	int far[] = { 1, v->rows.height > 2 ? v->rows.height - 1 : 1, v->n };

	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (moves[i].action == a)
			choose(v, v->chosen + moves[i].direction * far[moves[i].by]);
	if (a == ACT_FILTER) {
		v->filtering = true;
	} else if (a == ACT_SORT || a == ACT_SORT_BACK) {
		sort_by(v, (int)v->sort + (a == ACT_SORT ? 1 : -1));
	} else if (a == ACT_REMOVE) {
		ask(v);
	} else if (a == ACT_LIMITS || (a == ACT_OPEN && v->n)) {
		v->layer = (struct objects_layer){ .shows = a == ACT_OPEN ? OVER_DETAIL : OVER_LIMITS };
	} else if (a == ACT_HOLD) {
		machine_hold(v->machine, !v->machine->held);
	} else if (a == ACT_BACK && v->filter[0]) {
		v->filter[0] = '\0';
		list(v);
	} else if (a == ACT_BACK && v->machine->held) {
		machine_hold(v->machine, false);
	}
	return a == ACT_MAN ? OBJECTS_MAN : OBJECTS_NOTHING;
}

enum objects_wish objects_screen_key(struct objects_screen *v, int key, const struct term_mouse *mouse)
{
	v->message[0] = '\0';
	if (v->question.state != QUESTION_NONE) {
		if (objects_question_key(&v->question, key))
			remove_it(v);
		return OBJECTS_NOTHING;
	}
	if (v->layer.shows != OVER_NONE)
		objects_layer_key(&v->layer, key);
	else if (key == TERM_MOUSE)
		clicked(v, mouse);
	else if (key >= PLACE_FIRST) /* a column's title */
		sort_by(v, sorting_of_column(objects_sort_about, OBJECTS_SORTS, key - PLACE_FIRST, (int)v->sort));
	else if (v->filtering)
		filter_key(v, key);
	else
		return act(v, keys_action(key, KEYS_OBJECTS));
	return OBJECTS_NOTHING;
}

const char *objects_screen_manual(const struct objects_screen *v)
{
	const struct facility *f = chosen(v);

	switch (f ? f->kind : 0) {
	case 'Q':
		return "mq_overview(7)";
	case 'M':
		return "shm_overview(7)";
	case 'S':
		return "sem_overview(7)";
	default:
		return "sysvipc(7)";
	}
}

/* ---- drawing ------------------------------------------------------------------------------------------- */

static void draw_layer(struct objects_screen *v, struct canvas *c)
{
	const struct facility *f = chosen(v);
	struct text title = { 0 };

	if (f)
		facility_describe(&title, f);
	else if (v->layer.shows == OVER_DETAIL)
		v->layer.shows = OVER_NONE;
	objects_layer_draw(c, &v->layer, text_string(&title), text_string(&v->detail), v->limit, v->n_limits);
	text_free(&title);
}

void objects_screen_draw(struct objects_screen *v, struct canvas *c)
{
	struct area a = { 0, 1, c->width, c->height - 2 };
	struct objects_view view;

	view = (struct objects_view){
		.system = v->machine->now, .list = &v->list, .row = v->row, .n = v->n, .chosen = v->chosen, .scroll = &v->scroll,
		.filter = v->filter, .filtering = v->filtering, .taken = v->machine->order != NULL, .limit = v->limit,
		.n_limits = v->n_limits, .detail = text_string(&v->detail), .message = v->message, .sort = v->sort,
	};
	v->rows = objects_tab_rows(a);
	machine_header(v->machine, c, 2);
	objects_tab_draw(c, a, &view);
	keys_footer(c, KEYS_OBJECTS);
	draw_layer(v, c);
	objects_question_draw(c, &v->question);
}

/* SPDX-License-Identifier: MIT */
#include "ui/system_screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/width.h"
#include "command/system_json.h"
#include "ui/keys.h"
#include "ui/panes.h"
#include "ui/system_cells.h"

enum { SHOWN_MOST = 256 /* rows whose levels are read faster */ };

void system_screen_open(struct system_screen *v, struct machine *m)
{
	*v = (struct system_screen){ .machine = m };
}

void system_screen_close(struct system_screen *v)
{
	system_rows_free(&v->rows);
	histories_free(&v->histories);
	free(v->sorted);
}

bool system_screen_typing(const struct system_screen *v)
{
	return v->filtering;
}

/* ---- what was read ------------------------------------------------------------------------------------ */

/* v->sorted NULL: as the machine has it. */
static const int *order_of(const struct system_screen *v)
{
	return v->sorted ? v->sorted : v->machine->order;
}

static void build(struct system_screen *v)
{
	free(v->sorted);
	v->sorted = system_sorted(v->machine->now, v->machine->order, v->sort);
	system_rows_build(&v->rows, v->machine->now, order_of(v));
	if (!v->rows.has_choice)
		system_rows_choose(&v->rows, v->machine->now, 0);
	v->built = v->machine->taken;
}

void system_screen_show(struct system_screen *v)
{
	build(v);
}

static struct history_owner owner_of(const struct system_object *o)
{
	return (struct history_owner){ (uint64_t)o->kind, o->device, o->inode, o->inode_b };
}

/* Of each that is shown, so that whoever goes from row to row and back finds the graph there. */
static void note_levels(struct system_screen *v, const int *shown, size_t n)
{
	const struct system_reading *level, *limit;
	int64_t now = clock_now();

	for (size_t i = 0; i < n && i < HISTORIES; i++) {
		const struct system_object *o = &v->machine->now->object[shown[i]];
		struct history_owner owner = owner_of(o);

		system_fuller(o, &level, &limit);
		if (level->known)
			history_add(histories_at(&v->histories, &owner), now, level->number);
	}
}

static const struct history *chosen_history(const struct system_screen *v)
{
	static const struct history none;
	const struct system_row *row = system_rows_chosen(&v->rows);
	const struct history *h = NULL;

	if (row && row->object >= 0) {
		struct history_owner owner = owner_of(&v->machine->now->object[row->object]);

		h = histories_find(&v->histories, &owner);
	}
	return h ? h : &none;
}

static void ask_why(struct system_screen *v)
{
	const struct system *s = v->machine->now;
	int process = system_find_process(s, v->why_pid);
	struct error e = { 0 };

	v->why.trouble[0] = '\0';
	if (process < 0 || s->process[process].start != v->why_start)
		snprintf(v->why.trouble, sizeof v->why.trouble, "%s is gone", v->why.who);
	else if (why_take(v->machine->now, v->why_pid, &v->why.why, &e) < 0)
		snprintf(v->why.trouble, sizeof v->why.trouble, "%s", e.text[0] ? e.text : "nothing can be known");
}

/* Each object once: in a tree by process several rows may be of one, and those of an object's ends are. */
static size_t shown_objects(const struct system_screen *v, int shown[SHOWN_MOST])
{
	size_t n = 0;

	for (int i = v->scroll; i < (int)v->rows.n && i < v->scroll + v->layout.rows.height && n < SHOWN_MOST; i++) {
		bool there = v->rows.row[i].object < 0;

		for (size_t k = 0; k < n && !there; k++)
			there = shown[k] == v->rows.row[i].object;
		if (!there)
			shown[n++] = v->rows.row[i].object;
	}
	return n;
}

bool system_screen_tick(struct system_screen *v)
{
	int shown[SHOWN_MOST];
	size_t n = shown_objects(v, shown);

	if (!machine_tick(v->machine, shown, n))
		return false;
	if (v->built != v->machine->taken) {
		build(v);
		if (v->why.open)
			ask_why(v);
		n = shown_objects(v, shown);
	}
	note_levels(v, shown, n);
	return true;
}

/* ---- keys ----------------------------------------------------------------------------------------------- */

static void move(struct system_screen *v, int step)
{
	if (v->why.open && v->why.focused)
		v->why.scroll += step;
	else
		system_rows_choose(&v->rows, v->machine->now, v->rows.chosen + step);
}

static void page(struct system_screen *v, int direction)
{
	int rows = v->why.focused ? v->layout.why.height : v->layout.rows.height;

	move(v, direction * (rows > 2 ? rows - 1 : 1));
}

static void far(struct system_screen *v, int direction)
{
	move(v, direction * ((int)v->rows.n + WHY_LINKS * 8));
}

static void fold(struct system_screen *v, int open)
{
	system_rows_fold(&v->rows, v->machine->now, order_of(v), open);
}

static void turn(struct system_screen *v)
{
	static const char *const told[SYSTEM_TREES] = {
		[SYSTEM_FLAT] = "a row for each object", [SYSTEM_BY_OBJECT] = "a tree by object: below each who has it",
		[SYSTEM_BY_PROCESS] = "a tree by process: below each what it has",
	};

	system_rows_turn(&v->rows, (enum system_tree)((v->rows.tree + 1) % SYSTEM_TREES));
	build(v);
	snprintf(v->message, sizeof v->message, "%s", told[v->rows.tree]);
}

static void sort_by(struct system_screen *v, enum system_sort sort)
{
	v->sort = sort;
	build(v);
	snprintf(v->message, sizeof v->message, "sorted: %s", system_sort_about((int)sort)->words);
}

static void sort_on(struct system_screen *v, int step)
{
	sort_by(v, (enum system_sort)(((int)v->sort + step + SYSTEM_SORTS) % SYSTEM_SORTS));
}

static void show_all(struct system_screen *v)
{
	v->rows.all = !v->rows.all;
	build(v);
}

static void hold(struct system_screen *v)
{
	machine_hold(v->machine, !v->machine->held);
}

static void filter(struct system_screen *v)
{
	v->filtering = true;
}

static void why(struct system_screen *v)
{
	const struct system_row *row = system_rows_chosen(&v->rows);
	int process = row ? system_row_process(v->machine->now, row) : -1;
	const struct system_process *p = process >= 0 ? &v->machine->now->process[process] : NULL;
	struct text t = { 0 };

	if (!p) {
		snprintf(v->message, sizeof v->message, row ? "no process of it is known" : "nothing is chosen");
		return;
	}
	if (v->why.open && v->why_pid == p->pid) { /* again: closes it */
		v->why = (struct why_pane){ 0 };
		return;
	}
	v->why = (struct why_pane){ .open = true, .sources = v->why.sources };
	v->why_pid = p->pid;
	v->why_start = p->start;
	text_add_printable(&t, p->name, strlen(p->name));
	snprintf(v->why.who, sizeof v->why.who, "%.70s %d", text_string(&t), (int)p->pid);
	text_free(&t);
	ask_why(v);
}

static void sources(struct system_screen *v)
{
	if (v->why.open)
		v->why.sources = !v->why.sources;
	else
		snprintf(v->message, sizeof v->message, "w first: then i tells where each line of it is known from");
}

static void focus(struct system_screen *v)
{
	v->why.focused = v->why.open && !v->why.focused;
}

/* The top layer: why, the filter, the held picture. */
static void back(struct system_screen *v)
{
	if (v->why.open) {
		v->why = (struct why_pane){ 0 };
	} else if (v->rows.filter[0]) {
		v->rows.filter[0] = '\0';
		build(v);
	} else if (v->machine->held) {
		machine_hold(v->machine, false);
	}
}

/* As `ipcscope system --json --all` prints it, into a file that was not there. */
static void export(struct system_screen *v)
{
	time_t now = time(NULL);
	struct tm tm;
	char name[64];
	FILE *f;

	if (!v->machine->order)
		return;
	strftime(name, sizeof name, "ipcscope-system-%Y%m%d-%H%M%S.json", localtime_r(&now, &tm));
	f = fopen(name, "wxe");
	if (f)
		system_json(f, v->machine->now, v->machine->order, true);
	if (!f || ferror(f) + fclose(f))
		snprintf(v->message, sizeof v->message, "cannot write %s: %s", name, strerror(errno));
	else
		snprintf(v->message, sizeof v->message, "saved as %s", name);
}

/* What an action does: one of the two. */
static const struct {
	enum action action;
	void (*plain)(struct system_screen *v);
	void (*by)(struct system_screen *v, int step);
	int step;
} acts[] = {
	{ ACT_UP, NULL, move, -1 }, { ACT_DOWN, NULL, move, 1 }, { ACT_PAGE_UP, NULL, page, -1 },
	{ ACT_PAGE_DOWN, NULL, page, 1 }, { ACT_FIRST, NULL, far, -1 }, { ACT_LAST, NULL, far, 1 },
	{ ACT_LEFT, NULL, fold, false }, { ACT_RIGHT, NULL, fold, true },
	{ ACT_WHY, why, NULL, 0 }, { ACT_FILTER, filter, NULL, 0 }, { ACT_TREE, turn, NULL, 0 },
	{ ACT_SORT, NULL, sort_on, 1 }, { ACT_SORT_BACK, NULL, sort_on, -1 },
	{ ACT_ALL, show_all, NULL, 0 }, { ACT_HOLD, hold, NULL, 0 }, { ACT_SAVE, export, NULL, 0 },
	{ ACT_SOURCE, sources, NULL, 0 }, { ACT_PANE_NEXT, focus, NULL, 0 }, { ACT_BACK, back, NULL, 0 },
};

static enum system_wish act(struct system_screen *v, enum action a)
{
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		if (acts[i].action != a)
			continue;
		if (acts[i].plain)
			acts[i].plain(v);
		else
			acts[i].by(v, acts[i].step);
	}
	return a == ACT_OPEN ? SYSTEM_WATCH : a == ACT_MAN ? SYSTEM_MAN : SYSTEM_NOTHING;
}

/* Escape throws the filter away, Enter keeps it. */
static void filter_key(struct system_screen *v, int key)
{
	char *text = v->rows.filter, bytes[5];
	size_t n = strlen(text), length;

	if (key == TERM_ESCAPE || key == TERM_ENTER) {
		v->filtering = false;
		if (key == TERM_ESCAPE)
			text[0] = '\0';
	} else if (key == TERM_UP || key == TERM_DOWN) {
		move(v, key == TERM_UP ? -1 : 1);
		return;
	} else if (key == TERM_BACKSPACE && n) {
		while (n > 0 && (text[--n] & 0xc0) == 0x80)
			;
		text[n] = '\0';
	} else if (key >= ' ' && key < TERM_ENTER) {
		length = width_encode((uint32_t)key, bytes);
		if (n + length < sizeof v->rows.filter)
			memcpy(text + n, bytes, length + 1);
	}
	build(v);
}

static enum system_wish clicked(struct system_screen *v, const struct term_mouse *m)
{
	const struct area *a = &v->layout.rows;
	bool in_why = v->layout.why.height && m->y >= v->layout.why.y && m->y < v->layout.why.y + v->layout.why.height;
	int row = v->scroll + m->y - a->y;

	if (m->what == MOUSE_WHEEL_UP || m->what == MOUSE_WHEEL_DOWN) {
		if (in_why)
			v->why.scroll += m->what == MOUSE_WHEEL_UP ? -2 : 2;
		else
			system_rows_choose(&v->rows, v->machine->now, v->rows.chosen + (m->what == MOUSE_WHEEL_UP ? -1 : 1));
		return SYSTEM_NOTHING;
	}
	v->why.focused = in_why;
	if (m->y < a->y || m->y >= a->y + a->height || row >= (int)v->rows.n)
		return SYSTEM_NOTHING;
	system_rows_choose(&v->rows, v->machine->now, row);
	return m->what == MOUSE_DOUBLE ? SYSTEM_WATCH : SYSTEM_NOTHING;
}

enum system_wish system_screen_key(struct system_screen *v, int key, const struct term_mouse *mouse)
{
	v->message[0] = '\0';
	if (key == TERM_MOUSE)
		return clicked(v, mouse);
	if (key >= PLACE_FIRST) { /* a column's title */
		sort_by(v, system_sort_of_column((enum system_column)(key - PLACE_FIRST), v->sort));
		return SYSTEM_NOTHING;
	}
	if (!v->filtering)
		return act(v, keys_action(key, KEYS_SYSTEM));
	filter_key(v, key);
	return SYSTEM_NOTHING;
}

bool system_screen_watching(const struct system_screen *v, struct watching *w)
{
	const struct system_row *row = system_rows_chosen(&v->rows);

	if (!row)
		return false;
	watching_of(w, v->machine->now, row);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------- */

void system_screen_draw(struct system_screen *v, struct canvas *c)
{
	struct area a = { 0, 1, c->width, c->height - 2 };
	struct system_view view = {
		.system = v->machine->now, .rows = &v->rows, .trouble = v->machine->trouble, .taken = v->machine->order != NULL,
		.filtering = v->filtering, .held = v->machine->held, .scroll = &v->scroll, .history = chosen_history(v),
		.why = &v->why, .message = v->message, .sort = v->sort,
	};

	machine_header(v->machine, c, 1);
	v->layout = system_layout(a, &view, c->ascii);
	system_draw(c, a, &view);
	keys_footer(c, KEYS_SYSTEM);
}

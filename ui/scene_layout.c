/* SPDX-License-Identifier: MIT */
/* Who is shown in the scene, on which side and how large. */
#include "ui/scene_internal.h"

#include <stdlib.h>
#include <string.h>

enum { FRAMED = 3 };   /* rows of the smallest box with a frame */
enum { ROOMY = 6 };    /* what the living get before those that ended get more than a line */
enum { GENEROUS = 7 }; /* a box alone in its column does not grow and shrink below that */

/* Hands out `rows` to n of which each has `given` already and wants `want`; from the first on. Returns
 * those that nobody wants. */
static int hand_out(int *given, const int *want, int n, int rows)
{
	for (bool more = true; more;) {
		more = false;
		for (int i = 0; i < n && rows > 0; i++)
			if (given[i] < want[i]) {
				given[i]++;
				rows--;
				more = true;
			}
	}
	return rows;
}

/* ---- columns -------------------------------------------------------------------------------- */

/* The things get a width at which the 16 slots of an ordinary pipe come out even: in one row of
 * columns at least one wide with gaps between, else in two rows. */
static int even_width(int width)
{
	if (width >= 31)
		return (width + 1) / 16 * 16 - 1;
	return width >= 15 ? (width + 1) / 8 * 8 - 1 : width;
}

/* No arrow leads to memory: the processes that see it stand in its picture, which has columns enough
 * to fill. */
static bool without_arrows(const struct scene_layout *l)
{
	for (int i = 0; i < l->n_things; i++)
		if (l->thing[i].object->kind != OBJECT_MEMORY && l->thing[i].object->kind != OBJECT_SEGMENT)
			return false;
	return l->n_things > 0;
}

/* Signals need no object: then the boxes have the room to say what of them is to be said. */
static bool signals_alone(const struct scene_layout *l, const struct picture *p)
{
	struct scene_signals some[SCENE_SIGNALS];

	for (int i = 0; i < p->n_processes && l->n_things == 0; i++)
		if (!scene_is_over(&p->process[i]) && p->process[i].signals_known && scene_signals(&p->process[i], some) > 0)
			return true;
	return false;
}

static void divide_columns(struct scene_layout *l, const struct picture *p)
{
	int all = l->all.width, several = l->n_things > 1;
	int box = all * 26 / 100, gutter = all < 64 ? 2 : all < 100 ? 3 : all < 160 ? 5 : 6;
	int spare;

	if (signals_alone(l, p)) {
		box = all * 40 / 100;
	} else if (without_arrows(l)) {
		box -= 2;
		gutter = 2;
	} else if (several) { /* lanes for arrows that pass each other */
		box -= all < 64 ? 1 : 2;
		gutter += all < 64 ? 1 : 2;
	}
	if (box < 12)
		box = 12;
	if (box > 44)
		box = 44;
	l->width = all - 2 * box - 2 * gutter;
	if (!without_arrows(l))
		l->width = even_width(l->width);
	spare = all - 2 * box - 2 * gutter - l->width;
	if (all < 100) {
		box += spare / 2;
		spare %= 2;
	}
	l->side[0] = l->side[1] = l->all;
	l->side[0].width = box + (all < 64 ? spare : 0);
	l->side[1].width = box;
	l->side[1].x = l->all.x + all - box;
	l->x = l->all.x + l->side[0].width + gutter + (all < 100 ? 0 : spare / 2);
}

/* ---- sides ---------------------------------------------------------------------------------- */

/* < 0 left, > 0 right, 0 either. */
static int side_of(const struct scene *s, const struct picture_process *p)
{
	int side = s->side ? s->side(s->side_data, p->name) : 0;

	if (side)
		return side;
	for (int k = 0; k < p->n_ends && k < PICTURE_ENDS; k++)
		if (p->ends[k].object >= 0)
			side += p->ends[k].end == 'r' ? 1 : p->ends[k].end == 'w' ? -1 : 0;
	return side;
}

/* Those that live come first where not all have room; the order stays that of the picture. */
static int choose_processes(const struct scene *s, const struct picture *p, bool *shown)
{
	int n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < p->n_processes && n < SCENE_BOXES; i++)
			if (scene_is_over(&p->process[i]) == (pass == 1) && !scene_leaves_out(s, p, i)) {
				shown[i] = true;
				n++;
			}
	return n;
}

struct column { int member[SCENE_BOXES]; int n, alive; };

static void remove_member(struct column *c, int at)
{
	memmove(&c->member[at], &c->member[at + 1], sizeof *c->member * (size_t)(c->n - at - 1));
	c->n--;
}

/* In the picture's order. */
static void insert_member(struct column *c, int member)
{
	int at = c->n++;

	for (; at > 0 && c->member[at - 1] > member; at--)
		c->member[at] = c->member[at - 1];
	c->member[at] = member;
}

/* When one side has no room for frames and the other has: those whose side nothing told move. */
static void balance(const struct scene_layout *l, const struct picture *p, struct column side[2])
{
	const struct scene *s = l->scene;

	for (int from = 0; from < 2; from++) {
		struct column *a = &side[from], *b = &side[!from];

		for (int i = a->n - 1; i >= 0 && a->n >= b->n + 2 && a->n * (FRAMED - 1) + 1 > l->all.height; i--)
			if (!s->side || abs(s->side(s->side_data, p->process[a->member[i]].name)) < SCENE_BELONGS) {
				int alive = !scene_is_over(&p->process[a->member[i]]);

				insert_member(b, a->member[i]);
				b->alive += alive;
				a->alive -= alive;
				remove_member(a, i);
			}
	}
}

static void divide_sides(struct scene_layout *l, const struct picture *p, struct column side[2])
{
	enum { CONSIDERED = 256 };
	bool shown[CONSIDERED] = { false };
	struct picture cut = *p;

	if (cut.n_processes > CONSIDERED)
		cut.n_processes = CONSIDERED;
	l->more[1] += p->n_processes - choose_processes(l->scene, &cut, shown);
	for (int i = 0; i < cut.n_processes; i++)
		l->more[1] -= scene_leaves_out(l->scene, p, i);
	for (int i = 0; i < cut.n_processes; i++) {
		int where = shown[i] ? side_of(l->scene, &p->process[i]) : 0;
		bool right = where > 0 || (where == 0 && side[1].alive < side[0].alive);
		struct column *c = &side[right];

		if (shown[i]) {
			c->member[c->n++] = i;
			c->alive += !scene_is_over(&p->process[i]);
		}
	}
	balance(l, p, side);
}

/* ---- heights of boxes ----------------------------------------------------------------------- */

/* Rows that n living ones take together in the best form that finds room, beside two rows for
 * those that ended if there are any. */
static int living_rows(int n, int rows, bool others)
{
	if (others && n * ROOMY - (n - 1) + 2 <= rows)
		return n * ROOMY - (n - 1);
	if (n * 4 - (n - 1) <= rows)
		return n * 4 - (n - 1);
	if (n * FRAMED - (n - 1) <= rows)
		return n * FRAMED - (n - 1);
	return 2 * n <= rows ? 2 * n : n;
}

/* The latest that has ended, else the latest. */
static int least_wanted(const struct column *c, const struct picture *p)
{
	for (int i = c->n - 1; i >= 0; i--)
		if (scene_is_over(&p->process[c->member[i]]))
			return i;
	return c->n - 1;
}

/* Those that ended give way until the living have frames, then the living until there is a row
 * for each; and one to tell of those that have none. */
static int drop_members(struct column *c, const struct picture *p, int rows)
{
	int dropped = 0;

	while (c->n > 0) {
		int over = c->n - c->alive;

		if (living_rows(c->alive, rows, over > 0) + over + (dropped > 0) <= rows)
			break;
		if (over == 0 && c->n + (dropped > 0) <= rows)
			break;
		remove_member(c, least_wanted(c, p));
		c->alive -= over == 0;
		dropped++;
	}
	return dropped;
}

/* Rows that each gets at least: the best form that all find room in. Those that ended are the
 * first to become one line. Boxes with frames share their borders. */
static void least_rows(const struct scene_box *box, const int *want, int n, int rows, int *given)
{
	static const struct { int alive, over; } form[] = { { ROOMY, 3 }, { ROOMY, 1 }, { 4, 1 }, { 3, 1 }, { 2, 1 }, { 1, 1 } };

	for (size_t f = 0; f < sizeof form / sizeof *form; f++) {
		int sum = 0;

		for (int i = 0; i < n; i++) {
			given[i] = scene_is_over(box[i].process) ? form[f].over : form[f].alive;
			if (given[i] > want[i])
				given[i] = want[i];
			sum += given[i] - (i > 0 && given[i] >= FRAMED && given[i - 1] >= FRAMED);
		}
		if (sum <= rows)
			return;
	}
}

/* Drops the lines that matter least until `rows` are left. */
static void fit_lines(struct scene_box *b, int rows)
{
	while (b->n_lines > rows && b->n_lines > 0) {
		int worst = 0;

		for (int i = 1; i < b->n_lines; i++)
			if (b->line[i].rank >= b->line[worst].rank)
				worst = i;
		memmove(&b->line[worst], &b->line[worst + 1], sizeof *b->line * (size_t)(b->n_lines - worst - 1));
		b->n_lines--;
	}
}

/* Rows that n boxes take, and which of them share a border with the one above. */
static int total_rows(struct scene_box *box, const int *given, int n, bool join)
{
	int sum = 0;

	for (int i = 0; i < n; i++) {
		box[i].joined = join && i > 0 && box[i].framed && box[i - 1].framed;
		sum += given[i] - box[i].joined;
	}
	return sum;
}

static void stack_boxes(struct scene_layout *l, bool right, struct scene_box *box, const int *given, int n, int gap)
{
	int y = l->all.y;

	for (int i = 0; i < n; i++) {
		y -= box[i].joined;
		box[i].area = (struct area){ l->side[right].x, y, l->side[right].width, given[i] };
		if (box[i].framed)
			fit_lines(&box[i], given[i] - 2);
		y += given[i] + gap;
	}
}

/* Returns how many rows it wants. */
static int begin_box(const struct scene_layout *l, struct scene_box *b, const struct picture *p, int index, bool right)
{
	*b = (struct scene_box){ .process = &p->process[index], .index = index, .right = right };
	b->n_lines = scene_lines(b->process, l->scene, l->side[right].width - 3, b->line);
	return b->n_lines + 2;
}

static void place_boxes(struct scene_layout *l, const struct picture *p, bool right, struct column *c)
{
	int given[SCENE_BOXES], want[SCENE_BOXES], rows = l->all.height, taken;
	struct scene_box *first = &l->box[l->n_boxes];
	bool join;

	l->more[right] += drop_members(c, p, rows - (l->more[right] > 0));
	rows -= l->more[right] > 0;
	join = rows < GENEROUS * c->n;
	for (int i = 0; i < c->n; i++)
		want[i] = begin_box(l, &first[i], p, c->member[i], right);
	if (c->n == 1 && c->alive && want[0] < GENEROUS)
		want[0] = GENEROUS;
	least_rows(first, want, c->n, rows, given);
	for (int i = 0; i < c->n; i++) {
		first[i].framed = given[i] >= FRAMED;
		if (!first[i].framed)
			want[i] = given[i];
	}
	taken = total_rows(first, given, c->n, join);
	hand_out(given, want, c->n, rows - taken);
	taken = total_rows(first, given, c->n, join);
	stack_boxes(l, right, first, given, c->n, !join && c->n > 1 && rows - taken >= c->n - 1);
	l->more_y[right] = l->all.y + rows;
	l->n_boxes += c->n;
}

/* ---- objects -------------------------------------------------------------------------------- */

static void choose_things(struct scene_layout *l, const struct picture *p)
{
	int room = (l->all.height + 1) / 3, chosen[SCENE_THINGS];

	room = room > SCENE_THINGS ? SCENE_THINGS : room < 1 ? 1 : room;
	l->n_things = scene_choose_things(p, room, chosen, &l->more_things);
	for (int i = 0; i < l->n_things; i++)
		l->thing[i] = (struct scene_thing){
			.picture = p, .object = &p->object[chosen[i]], .index = chosen[i], .large = l->scene->large
		};
}

static void place_things(struct scene_layout *l)
{
	int given[SCENE_THINGS], want[SCENE_THINGS], soon[SCENE_THINGS], n = l->n_things, rows = l->all.height;
	int y = l->all.y, least, sum = 0, gap;

	if (n == 0)
		return;
	rows -= l->more_things > 0;
	gap = n > 1 && rows >= 3 * n - 1 ? 1 : 0;
	least = rows >= 3 * n + n - 1 ? 3 : rows >= 2 * n ? 2 : 1;
	for (int i = 0; i < n; i++) {
		want[i] = scene_thing_height(&l->thing[i], l->width);
		if (n == 1 && rows >= 8 && want[i] > rows - 1)
			want[i] = rows - 1; /* a blank row below, as with the boxes */
		given[i] = want[i] < least ? want[i] : least;
		soon[i] = scene_thing_need(&l->thing[i], l->width);
		if (soon[i] > want[i])
			soon[i] = want[i];
		sum += given[i];
	}
	hand_out(given, want, n, hand_out(given, soon, n, rows - sum - gap * (n - 1)));
	for (int i = 0; i < n; i++) {
		l->thing[i].area = (struct area){ l->x, y, l->width, given[i] };
		y += given[i] + gap;
	}
	l->more_things_y = l->all.y + rows;
}

/* ---- all ------------------------------------------------------------------------------------ */

static int bottom_of(const struct scene_layout *l)
{
	int bottom = l->all.y;

	for (int i = 0; i < l->n_boxes; i++)
		if (l->box[i].area.y + l->box[i].area.height > bottom)
			bottom = l->box[i].area.y + l->box[i].area.height;
	for (int i = 0; i < l->n_things; i++)
		if (l->thing[i].area.y + l->thing[i].area.height > bottom)
			bottom = l->thing[i].area.y + l->thing[i].area.height;
	return bottom;
}

/* With rows to spare the whole stands a little above the middle. */
static void centre(struct scene_layout *l)
{
	int spare = l->all.y + l->all.height - bottom_of(l), down = spare * 2 / 5;

	if (l->all.height < 12 || l->more[0] || l->more[1] || l->more_things)
		return;
	for (int i = 0; i < l->n_boxes; i++)
		l->box[i].area.y += down;
	for (int i = 0; i < l->n_things; i++)
		l->thing[i].area.y += down;
}

void scene_arrange(struct scene_layout *l, struct area inner, const struct picture *p, const struct scene *s)
{
	struct column side[2] = { { .n = 0 }, { .n = 0 } };

	memset(l, 0, sizeof *l);
	l->scene = s;
	l->all = inner;
	choose_things(l, p);
	divide_columns(l, p);
	divide_sides(l, p, side);
	place_boxes(l, p, false, &side[0]);
	place_boxes(l, p, true, &side[1]);
	place_things(l);
	centre(l);
}

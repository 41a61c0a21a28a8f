/* SPDX-License-Identifier: MIT */
/* Semaphores: the value as tokens, and who stands in line for more of them or for none to be left.
 * A System V set has several, a POSIX semaphore is one; a mutex has an owner in the tokens' place. */
#include "ui/scene_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/width.h"

enum { WAITERS = 12, BOXED = 3, BIG = 4 }; /* rows of a semaphore in a box, and zoomed */

/* A process that sleeps in a call about one of them. */
struct waiter {
	const struct picture_process *process;
	int number;
	int amount; /* how many it needs; 0: waits for none to be left */
};

struct set {
	int n, n_waiters, digits; /* digits: of the widest value */
	bool labelled;
	struct waiter waiter[WAITERS];
};

static struct reading value_of(const struct picture_object *o, int i)
{
	if (o->kind != OBJECT_SEMAPHORES)
		return o->lockable.value;
	return (struct reading){ .known = true, .number = o->semaphore[i].value };
}

static void value_text(const struct picture_object *o, int i, char *buf, size_t size)
{
	struct reading r = value_of(o, i);

	if (o->kind == OBJECT_MUTEX)
		buf[0] = '\0';
	else if (r.known)
		snprintf(buf, size, "%lld", (long long)r.number);
	else
		snprintf(buf, size, "?");
}

static int count_of(const struct picture_object *o)
{
	unsigned n = o->sysv.semaphores.count;

	return o->kind != OBJECT_SEMAPHORES ? 1 : n < PICTURE_SEMAPHORES ? (int)n : PICTURE_SEMAPHORES;
}

/* ---- who waits ------------------------------------------------------------------------------ */

/* How many a call needs of semaphore `number`: semop's operations are written {number, operation,
 * flags}, and one that would block is negative, or 0; sem_wait(3) takes one. */
static int amount_of(const char *call, int number)
{
	for (const char *s = strchr(call, '{'); s; s = strchr(s + 1, '{')) {
		char *behind;
		long n = strtol(s + 1, &behind, 0), operation;

		if (*behind != ',' || n != number)
			continue;
		operation = strtol(behind + 1, NULL, 0);
		if (operation <= 0)
			return (int)-operation;
	}
	return 1;
}

/* In the order in which they came, by semaphore. */
static void add_waiter(struct set *s, struct waiter w)
{
	int at = s->n_waiters;

	if (at == WAITERS)
		return;
	while (at > 0 && (s->waiter[at - 1].number > w.number || (s->waiter[at - 1].number == w.number &&
								  s->waiter[at - 1].process->since > w.process->since))) {
		s->waiter[at] = s->waiter[at - 1];
		at--;
	}
	s->waiter[at] = w;
	s->n_waiters++;
}

static void gather(const struct scene_thing *t, struct set *s)
{
	const struct picture_object *o = t->object;
	char value[24];

	*s = (struct set){ .n = count_of(o), .labelled = o->kind == OBJECT_SEMAPHORES && o->sysv.semaphores.count > 1 };
	for (int i = 0; i < t->picture->n_processes; i++) {
		const struct picture_process *p = &t->picture->process[i];
		int number = o->kind == OBJECT_SEMAPHORES ? p->call_index : 0;

		if (picture_waits(t->picture, i, t->index, -1))
			add_waiter(s, (struct waiter){ p, number, amount_of(p->call, number) });
	}
	for (int i = 0; i < s->n; i++) {
		value_text(o, i, value, sizeof value);
		if ((int)strlen(value) > s->digits)
			s->digits = (int)strlen(value);
	}
}

/* Those that the kernel counts and no process of the stage accounts for. */
static int others(const struct scene_thing *t, const struct set *s, int number, bool zero)
{
	const struct sysv_semaphore *k = &t->object->semaphore[number];
	int n = zero ? k->waiting_zero : k->waiting_increase;

	if (t->object->kind != OBJECT_SEMAPHORES)
		return 0;
	for (int i = 0; i < s->n_waiters; i++)
		n -= s->waiter[i].number == number && (s->waiter[i].amount == 0) == zero;
	return n > 0 ? n : 0;
}

/* Line i of those that wait for semaphore `number`; false when there are not so many. */
static bool waiting_line(const struct scene_thing *t, const struct set *s, int number, int i, struct text *out)
{
	bool known = false;

	for (int k = 0; k < s->n_waiters; k++) {
		const struct waiter *w = &s->waiter[k];

		if (w->number != number)
			continue;
		known = true;
		if (i-- > 0)
			continue;
		text_add(out, w->process->name);
		if (t->object->kind == OBJECT_MUTEX)
			text_add(out, " waits");
		else if (w->amount)
			text_addf(out, " needs %d", w->amount);
		else
			text_add(out, " waits for 0");
		return true;
	}
	for (int zero = 0; zero < 2; zero++) {
		int n = others(t, s, number, zero);

		if (n == 0 || i-- > 0)
			continue;
		text_addf(out, "%d%s wait%s for %s", n, !known ? "" : n == 1 ? " other" : " others", n == 1 ? "s" : "",
			  zero ? "0" : "more");
		return true;
	}
	return false;
}

static int waiting_lines(const struct scene_thing *t, const struct set *s, int number)
{
	struct text unused = { 0 };
	int n = 0;

	while (waiting_line(t, s, number, n, &unused))
		n++;
	text_free(&unused);
	return n;
}

/* ---- how high ------------------------------------------------------------------------------- */

/* Where there is no token the first that waits stands in their place. */
static bool shares_row(const struct picture_object *o, int i)
{
	return o->kind != OBJECT_MUTEX && value_of(o, i).known && value_of(o, i).number == 0;
}

/* Rows below the name when each has `rows` of its own. */
static int needed(const struct scene_thing *t, const struct set *s, int rows)
{
	int sum = t->object->n_undos;

	for (int i = 0; i < s->n; i++) {
		int lines = waiting_lines(t, s, i);

		sum += rows + lines - (rows == 1 && lines && shares_row(t->object, i));
	}
	return sum;
}

int scene_semaphores_height(const struct scene_thing *t, int width)
{
	struct set s;

	(void)width;
	gather(t, &s);
	return 1 + needed(t, &s, t->large ? BIG : BOXED);
}

int scene_semaphores_need(const struct scene_thing *t)
{
	struct set s;

	gather(t, &s);
	return 1 + needed(t, &s, 1);
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* Tokens of that height: as wide as they find room, up to three columns; more than that, and the
 * number alone has to do. */
static void draw_tokens(struct canvas *c, struct area a, int64_t n)
{
	enum { WIDEST = 3 };

	if (n < 0)
		return;
	for (int width = a.height > 1 ? WIDEST : 1; width > 0; width--)
		for (int gap = 1; gap >= 0; gap--) {
			if (n * (width + gap) - gap > a.width || (!gap && width > 1))
				continue;
			for (int k = 0; k < (int)n; k++)
				for (int i = 0; i < width * a.height; i++)
					canvas_put_glyph(c, a.x + k * (width + gap) + i % width, a.y + i / width, STYLE_LEVEL,
							 a.height > 1 ? GLYPH_FULL : GLYPH_RUNNING);
			return;
		}
}

static void owner_text(const struct picture_object *o, struct text *out)
{
	/* Whoever gets it after an owner that died has to mend what it guards, and to say so. */
	if (o->lockable.owner[0] && o->lockable.owner_died)
		text_addf(out, "%s, inconsistent", o->lockable.owner);
	else if (o->lockable.owner[0])
		text_addf(out, "held by %s", o->lockable.owner);
	else
		text_add(out, o->lockable.owner_died ? "its owner died" : "free");
}

static void draw_owner(struct canvas *c, struct area a, const struct picture_object *o)
{
	struct text t = { 0 };
	enum style s = o->lockable.owner_died ? STYLE_BAD : o->lockable.owner[0] ? STYLE_STRONG : STYLE_GOOD;

	owner_text(o, &t);
	canvas_put_glyph(c, a.x, a.y, s, s == STYLE_BAD ? GLYPH_DEAD : s == STYLE_STRONG ? GLYPH_RUNNING : GLYPH_READY);
	canvas_put_cut(c, a.x + 2, a.y, a.width - 2, s, text_string(&t));
	text_free(&t);
}

static void draw_waiter(struct canvas *c, int x, int y, int end, const char *line)
{
	canvas_put_glyph(c, x, y, STYLE_WARN, GLYPH_BLOCKED);
	canvas_put_cut(c, x + 2, y, end - x - 2, STYLE_WARN, line);
}

/* "last ann": who changed it last. */
static void last_text(const struct scene_thing *t, int i, char *buf, size_t size)
{
	pid_t pid = t->object->kind == OBJECT_SEMAPHORES ? t->object->semaphore[i].last : 0;

	buf[0] = '\0';
	if (pid <= 0)
		return;
	snprintf(buf, size, "last %d", (int)pid);
	for (int k = 0; k < t->picture->n_processes; k++)
		if (t->picture->process[k].pid == pid)
			snprintf(buf, size, "last %s", t->picture->process[k].name);
}

/* Its label, value and tokens, in `rows` rows. Returns the column of the tokens. */
static int draw_value(struct scene_rows *r, const struct scene_thing *t, const struct set *s, int i, int rows)
{
	const struct picture_object *o = t->object;
	int label = s->labelled ? 4 : 0, middle = r->left.y + (rows - 1) / 2;
	int x = r->left.x, end = x + r->left.width;
	struct area body = { x + label, r->left.y, r->left.width - label, rows };
	char value[24], last[PICTURE_NAME + 8];

	if (s->labelled)
		canvas_putf(r->canvas, x, middle, STYLE_DIM, "[%d]", i);
	value_text(o, i, value, sizeof value);
	last_text(t, i, last, sizeof last);
	if (rows > 1) {
		body.width -= s->digits ? s->digits + 1 : 0;
		canvas_box(r->canvas, body, STYLE_FRAME, NULL, STYLE_TEXT,
			   last[0] && body.width > width_text(last) + 6 ? last : NULL);
		body = (struct area){ body.x + 2, body.y + 1, body.width - 4, rows - 2 };
		canvas_put_right(r->canvas, end, middle, STYLE_STRONG, value);
	} else {
		canvas_putf(r->canvas, body.x, middle, STYLE_STRONG, "%*s", s->digits, value);
		body.x += s->digits ? s->digits + 2 : 0;
		body.width = end - body.x;
	}
	if (o->kind == OBJECT_MUTEX)
		draw_owner(r->canvas, body, o);
	else if (value_of(o, i).known)
		draw_tokens(r->canvas, body, value_of(o, i).number);
	else if (value_of(o, i).why)
		canvas_put_cut(r->canvas, body.x, body.y, body.width, STYLE_DIM, value_of(o, i).why);
	return body.x;
}

static void take_rows(struct scene_rows *r, int n)
{
	r->left.y += n;
	r->left.height -= n;
}

static void draw_one(struct scene_rows *r, const struct scene_thing *t, const struct set *s, int i, int rows)
{
	struct text line = { 0 };
	bool shares = rows == 1 && shares_row(t->object, i);
	int x, end = r->left.x + r->left.width;

	if (r->left.height < rows)
		return;
	x = draw_value(r, t, s, i, rows);
	take_rows(r, rows - shares);
	for (int k = 0; waiting_line(t, s, i, k, &line) && r->left.height > 0; k++) {
		draw_waiter(r->canvas, x, r->left.y, end, text_string(&line));
		take_rows(r, 1);
		text_clear(&line);
		shares = false;
	}
	take_rows(r, shares && r->left.height > 0);
	text_free(&line);
}

/* What semop(2) with SEM_UNDO will do when the process ends. */
static void draw_undos(struct scene_rows *r, const struct scene_thing *t, const struct set *s)
{
	struct text line = { 0 };

	for (int i = 0; i < t->object->n_undos; i++) {
		const struct picture_undo *u = &t->object->undo[i];

		text_clear(&line);
		text_addf(&line, "undo: %s %s %d", u->process, u->adjust < 0 ? "takes back" : "gives back", abs(u->adjust));
		if (s->labelled)
			text_addf(&line, " [%d]", u->number);
		scene_put_row(r, STYLE_DIM, text_string(&line));
	}
	text_free(&line);
}

/* All values in one row, all that wait below it. */
static void draw_flat(struct scene_rows *r, const struct scene_thing *t, const struct set *s)
{
	struct text line = { 0 };
	int end = r->left.x + r->left.width;

	scene_semaphores_summary(t->object, r->left.width, &line);
	scene_put_row(r, STYLE_STRONG, text_string(&line));
	for (int i = 0; i < s->n; i++) {
		text_clear(&line);
		for (int k = 0; r->left.height > 0 && waiting_line(t, s, i, k, &line); k++) {
			if (s->labelled)
				text_addf(&line, " [%d]", i);
			draw_waiter(r->canvas, r->left.x, r->left.y, end, text_string(&line));
			take_rows(r, 1);
			text_clear(&line);
		}
	}
	text_free(&line);
}

void scene_draw_semaphores(struct canvas *c, struct scene_thing *t, int x)
{
	struct scene_rows r = scene_rows_of(c, t);
	struct set s;
	int rows = 1;

	if (t->area.height <= 1) {
		scene_draw_summary(c, t, x, STYLE_TEXT);
		return;
	}
	if (t->object->kind == OBJECT_SEMAPHORES)
		scene_draw_sysv_id(c, t, x);
	else
		scene_draw_beside(c, t, x, t->object->lockable.where, NULL);
	gather(t, &s);
	if (needed(t, &s, BOXED) <= r.left.height)
		rows = t->large && needed(t, &s, BIG) <= r.left.height ? BIG : BOXED;
	if (rows == 1 && s.n > r.left.height) {
		draw_flat(&r, t, &s);
		return;
	}
	for (int i = 0; i < s.n; i++)
		draw_one(&r, t, &s, i, rows);
	draw_undos(&r, t, &s);
}

void scene_semaphores_summary(const struct picture_object *o, int width, struct text *out)
{
	char value[24];

	(void)width;
	if (o->kind == OBJECT_MUTEX) {
		owner_text(o, out);
		return;
	}
	text_add(out, count_of(o) > 1 ? "values" : "value");
	for (int i = 0; i < count_of(o); i++) {
		value_text(o, i, value, sizeof value);
		text_addf(out, " %s", value);
	}
	if (o->kind == OBJECT_SEMAPHORES && (int)o->sysv.semaphores.count > count_of(o))
		text_addf(out, " +%d", (int)o->sysv.semaphores.count - count_of(o));
}

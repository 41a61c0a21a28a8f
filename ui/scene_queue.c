/* SPDX-License-Identifier: MIT */
/* A queue of messages, System V or POSIX: each a box with its type or priority, the next to be
 * received at the right as in a pipe; how much of the limit they take; who waits to send and to
 * receive. */
#include "ui/scene_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/width.h"

enum { BOX_ROWS = 3, BIG_ROWS = 4 };

static bool is_posix(const struct picture_object *o)
{
	return o->kind == OBJECT_MQUEUE;
}

/* Of System V the limit counts bytes, of POSIX messages. */
static struct reading level(const struct picture_object *o)
{
	return is_posix(o) ? o->queue.messages : o->queue.bytes;
}

static const char *fullness(const struct picture_object *o)
{
	const struct reading *limit = &o->queue.limit;
	struct reading now = level(o);

	if (limit->known && now.known && now.number >= limit->number)
		return "FULL";
	return o->queue.messages.known && o->queue.messages.number == 0 ? "EMPTY" : "";
}

/* ---- the rows below the messages ------------------------------------------------------------ */

static const struct { const char *calls, *what; } waits[] = {
	{ "msgsnd mq_send mq_timedsend", "to send" },
	{ "msgrcv mq_receive mq_timedreceive", "to receive" },
};

/* What msgrcv(2) asks for, its third argument here: 0 is the first of any type, -N the lowest up to N.
 * False where several wait. */
static bool wanted_type(const struct scene_thing *t, long long *type)
{
	const char *comma = NULL;
	int n = 0;

	for (int i = 0; i < t->picture->n_processes; i++) {
		const struct picture_process *p = &t->picture->process[i];

		if (!picture_waits(t->picture, i, t->index, -1) || strcmp(p->call_name, "msgrcv"))
			continue;
		comma = strchr(p->call, ',');
		n++;
	}
	comma = comma ? strchr(comma + 1, ',') : NULL;
	if (comma)
		*type = strtoll(comma + 1, NULL, 0);
	return n == 1 && comma;
}

/* "ann waits to send", "ann awaits type 5"; false when nobody does. */
static bool waiting_line(const struct scene_thing *t, int way, struct text *out)
{
	int n = scene_waiters(t, -1, waits[way].calls, out);
	long long type = 0;

	if (n == 0)
		return false;
	if (way == 1 && wanted_type(t, &type) && type)
		text_addf(out, " awaits type %s%lld", type < 0 ? "up to " : "", type < 0 ? -type : type);
	else
		text_addf(out, " wait%s %s", n == 1 ? "s" : "", waits[way].what);
	return true;
}

/* Who sent and received last: in the longer form that fits. */
static void last_text(const struct picture_object *o, int width, struct text *out)
{
	const struct picture_queue *q = &o->queue;
	bool both = q->last_sender[0] && q->last_receiver[0];

	for (int brief = 0; brief < 2; brief++) {
		text_clear(out);
		if (q->last_sender[0])
			text_addf(out, brief ? "%s sent" : "last sent by %s", q->last_sender);
		if (q->last_receiver[0])
			text_addf(out, brief ? "%s%s received" : both ? "%sreceived by %s" : "%slast received by %s", both ? ", " : "",
				  q->last_receiver);
		if (width_text(text_string(out)) <= width)
			return;
	}
}

static void reading_text(const struct reading *r, struct text *out)
{
	if (r->known)
		text_addf(out, "%lld", (long long)r->number);
	else
		text_add(out, "?");
}

static void words(const struct picture_object *o, int width, struct text *out)
{
	const struct picture_queue *q = &o->queue;

	for (int form = 0; form < 3; form++) {
		bool posix = is_posix(o), of = form < 2 && q->limit.known;

		text_clear(out);
		reading_text(&q->messages, out);
		if (posix && of)
			text_addf(out, " of %lld", (long long)q->limit.number);
		text_addf(out, " %s%s", form ? "msg" : "message",
			  (posix && of ? q->limit.number : q->messages.number) == 1 && q->messages.known ? "" : "s");
		if (form < 2 || !posix) {
			text_add(out, posix ? ", " : "  ");
			reading_text(&q->bytes, out);
			if (!posix && of)
				text_addf(out, " of %lld", (long long)q->limit.number);
			text_add(out, " B");
		}
		if (fullness(o)[0])
			text_addf(out, " %s", fullness(o));
		if (width_text(text_string(out)) <= width)
			return;
	}
}

void scene_queue_summary(const struct picture_object *o, int width, struct text *out)
{
	words(o, width, out);
}

static void put_words(struct scene_rows *r, const struct picture_object *o)
{
	const char *word = fullness(o);
	struct area row = { r->left.x, r->left.y, width_text(word), 1 };
	struct text t = { 0 };
	int all;

	words(o, r->left.width, &t);
	all = width_text(text_string(&t));
	if (r->left.height > 0) {
		scene_put_row(r, STYLE_TEXT, text_string(&t));
		row.x += all - row.width;
		if (all <= r->left.width)
			canvas_style(r->canvas, row, !strcmp(word, "FULL") ? STYLE_WARN : STYLE_DIM);
	}
	text_free(&t);
}

static void put_bar(struct scene_rows *r, const struct picture_object *o)
{
	if (r->left.height < 1 || !level(o).known || !o->queue.limit.known)
		return;
	canvas_bar(r->canvas, r->left.x, r->left.y, r->left.width, level(o).number, o->queue.limit.number);
	r->left.y++;
	r->left.height--;
}

/* ---- messages ------------------------------------------------------------------------------- */

/* What stands in a box: "hello" if that is all of it and fits, else 300 B. */
static void content_text(const struct picture_message *m, int width, struct text *out)
{
	size_t known = strlen(m->text); /* escapes make it longer than what it stands for, never shorter */
	bool whole = known > 0 && known >= m->length && known < PICTURE_CELL_TEXT - 1;

	text_clear(out);
	text_addf(out, "\"%s\"", m->text);
	if (whole && width_text(text_string(out)) <= width)
		return;
	text_clear(out);
	text_addf(out, "%u B", m->length);
}

/* "type 1", "prio 9"; the number alone where that is too wide. */
static void type_text(const struct picture_object *o, const struct picture_message *m, int width, char *buf, size_t size)
{
	snprintf(buf, size, "%s %lld", is_posix(o) ? "prio" : "type", (long long)m->type);
	if ((int)strlen(buf) > width)
		snprintf(buf, size, "%lld", (long long)m->type);
}

/* How the messages stand: as words long or short, all as wide. */
struct boxes {
	int n;           /* how many there are */
	int form, width; /* form: of box_text */
	bool framed;
};

enum { FORM_ALL, FORM_BRIEF, FORM_CUT, FORM_SIZES, FORMS };

/* Above and in box i: with the word "type" and the text, without the word, the text cut, without it. */
static void box_text(const struct picture_object *o, int i, int form, char *type, size_t size, struct text *content)
{
	const struct picture_message *m = &o->queue.message[i];

	text_clear(content);
	snprintf(type, size, "?");
	if (i >= o->queue.n_messages) {
		text_add(content, "?");
		return;
	}
	type_text(o, m, form == FORM_ALL ? PICTURE_NAME : 0, type, size);
	content_text(m, form == FORM_SIZES ? 0 : PICTURE_CELL_TEXT + 2, content);
}

static int box_width(const struct picture_object *o, int n, int form, bool framed)
{
	struct text content = { 0 };
	char type[PICTURE_NAME];
	int widest = 0;

	for (int i = 0; i < n && i < PICTURE_MESSAGES; i++) {
		int inside, title;

		box_text(o, i, form, type, sizeof type, &content);
		inside = width_text(text_string(&content));
		title = width_text(type);
		if (!framed) /* [1 "hello"] and a space */
			inside += title + 4;
		else
			inside += form == FORM_ALL ? 4 : 2;
		if (framed && inside < title + 4) /* ╭ 1 ─╮ */
			inside = title + 4;
		if (inside > widest)
			widest = inside;
	}
	text_free(&content);
	return widest;
}

static int count_of(const struct picture_queue *q)
{
	int n = !q->messages.known ? 0 : q->messages.number < PICTURE_MESSAGES ? (int)q->messages.number : PICTURE_MESSAGES;

	return n > q->n_messages ? n : q->n_messages;
}

/* The first form in which all find room, else the last. */
static struct boxes fit_boxes(const struct picture_object *o, int width, bool framed)
{
	enum { CUT = 9 }; /* columns of a box in which a text that is cut tells something */
	struct boxes b = { .n = count_of(&o->queue), .framed = framed };

	for (b.form = 0; b.form < FORMS; b.form++) {
		b.width = box_width(o, b.n, b.form, framed);
		if (b.form == FORM_CUT && framed && b.n && width / b.n >= CUT)
			b.width = width / b.n;
		if (b.n * b.width <= width)
			return b;
	}
	b.form = FORMS - 1;
	return b;
}

static void draw_box(struct canvas *c, struct area a, const struct picture_object *o, int i, const struct boxes *b)
{
	struct text content = { 0 };
	char type[PICTURE_NAME];

	box_text(o, i, b->form, type, sizeof type, &content);
	if (!b->framed) {
		int x = canvas_put(c, a.x, a.y, STYLE_DIM, "[");

		x = canvas_put(c, x, a.y, STYLE_TEXT, type);
		x = canvas_put(c, x + 1, a.y, STYLE_STRONG, text_string(&content));
		canvas_put(c, x, a.y, STYLE_DIM, "]");
	} else {
		int pad = (a.width - 2 - width_text(text_string(&content))) / 2;

		if (pad < 0)
			pad = 0;

		canvas_box(c, a, STYLE_LEVEL, NULL, STYLE_TEXT, NULL);
		canvas_putf(c, a.x + 1, a.y, STYLE_TEXT, " %s ", type);
		canvas_put_cut(c, a.x + 1 + pad, a.y + 1, a.width - 2, STYLE_STRONG, text_string(&content));
		if (a.height >= BIG_ROWS && i < o->queue.n_messages && strchr(text_string(&content), '"'))
			canvas_putf(c, a.x + 2, a.y + 2, STYLE_DIM, "%u B", o->queue.message[i].length);
	}
	text_free(&content);
}

/* A channel that they stand in, the next to be received at its right end. */
static void draw_messages(struct canvas *c, struct area a, const struct picture_object *o)
{
	enum { MOUTH = 2, MORE = 5 }; /* columns: of the sign where they leave, and of "+12" */
	struct boxes b = fit_boxes(o, a.width - MOUTH, a.height > 1);
	int end = a.x + a.width - MOUTH, shown = b.n, y = a.y + (a.height - 1) / 2;
	int64_t all = o->queue.messages.known && o->queue.messages.number > b.n ? o->queue.messages.number : b.n;

	if (b.framed)
		for (int i = 0; i < 2; i++)
			canvas_hline(c, a.x, i ? a.y + a.height - 1 : a.y, a.width - MOUTH, STYLE_LEVEL_EMPTY);
	while (shown > 0 && shown * b.width + (all > shown ? MORE : 0) > a.width - MOUTH)
		shown--;
	for (int i = 0; i < shown; i++)
		draw_box(c, (struct area){ end - (i + 1) * b.width, a.y, b.width, a.height }, o, i, &b);
	if (all > shown)
		canvas_putf(c, a.x, y, STYLE_DIM, "+%lld", (long long)(all - shown));
	canvas_put_glyph(c, a.x + a.width - 1, y, STYLE_DIM, GLYPH_RIGHT);
}

/* ---- all ------------------------------------------------------------------------------------ */

/* Which rows there are, by what matters most; `rows` is how many the messages take. */
struct plan {
	int rows;
	bool bar, notified, last, why;
	struct text send, receive;
};

static bool take(int *left, int n, bool wanted)
{
	if (!wanted || *left < n)
		return false;
	*left -= n;
	return true;
}

static void drop(struct text *line, int *left)
{
	if (line->length && !take(left, 1, true))
		text_clear(line);
}

/* Below the name there are `left` rows. Returns how many are not used. */
static int plan_rows(const struct scene_thing *t, int left, struct plan *p)
{
	const struct picture_queue *q = &t->object->queue;
	bool empty = count_of(q) == 0;

	*p = (struct plan){ .rows = 0 };
	waiting_line(t, 0, &p->send);
	waiting_line(t, 1, &p->receive);
	take(&left, 1, true); /* the words */
	p->rows = take(&left, 1, !empty);
	p->bar = take(&left, 1, empty);
	drop(&p->send, &left);
	drop(&p->receive, &left);
	if (take(&left, BOX_ROWS - p->rows, true))
		p->rows = BOX_ROWS;
	p->bar |= take(&left, 1, !p->bar);
	p->notified = take(&left, 1, q->notified[0]);
	p->last = take(&left, 1, q->last_sender[0] || q->last_receiver[0]);
	p->why = take(&left, 1, q->n_messages == 0 && !empty && q->messages_why);
	if (p->rows == BOX_ROWS && take(&left, BIG_ROWS - BOX_ROWS, t->large))
		p->rows = BIG_ROWS;
	return left;
}

static void free_plan(struct plan *p)
{
	text_free(&p->send);
	text_free(&p->receive);
}

int scene_queue_height(const struct scene_thing *t, int width)
{
	enum { PLENTY = 20 };
	struct plan p;
	int used = PLENTY - plan_rows(t, PLENTY, &p);

	(void)width;
	free_plan(&p);
	return 1 + used;
}

static void put_waiter(struct scene_rows *r, const struct text *line)
{
	struct text t = { 0 };

	if (!line->length)
		return;
	text_addf(&t, "%s %s", canvas_glyph(r->canvas, GLYPH_BLOCKED), line->s);
	scene_put_row(r, STYLE_WARN, text_string(&t));
	text_free(&t);
}

static void put_rest(struct scene_rows *r, const struct picture_object *o, const struct plan *p)
{
	struct text line = { 0 };

	if (p->notified) {
		text_addf(&line, "notifies %s", o->queue.notified);
		scene_put_row(r, STYLE_TEXT, text_string(&line));
	}
	if (p->last) {
		last_text(o, r->left.width, &line);
		scene_put_row(r, STYLE_DIM, text_string(&line));
	}
	if (p->why)
		scene_put_row(r, STYLE_DIM, o->queue.messages_why);
	text_free(&line);
}

void scene_draw_queue(struct canvas *c, struct scene_thing *t, int x)
{
	struct scene_rows r = scene_rows_of(c, t);
	struct plan p;

	if (t->area.height <= 1) {
		scene_draw_summary(c, t, x, STYLE_TEXT);
		return;
	}
	if (!is_posix(t->object))
		scene_draw_sysv_id(c, t, x);
	plan_rows(t, r.left.height, &p);
	if (p.rows > 0) {
		draw_messages(c, (struct area){ r.left.x, r.left.y, r.left.width, p.rows }, t->object);
		r.left.y += p.rows;
		r.left.height -= p.rows;
	}
	if (p.bar)
		put_bar(&r, t->object);
	put_words(&r, t->object);
	put_waiter(&r, &p.send);
	put_waiter(&r, &p.receive);
	put_rest(&r, t->object, &p);
	free_plan(&p);
}

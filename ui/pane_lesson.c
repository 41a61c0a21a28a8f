/* SPDX-License-Identifier: MIT */
/* The lesson pane: what is told, what is asked, what was predicted and what came of it. */
#include "ui/panes.h"

#include <stdio.h>

#include "base/width.h"
#include "ui/flow.h"
#include "ui/wording.h"

/* While the pane is put together. */
struct telling {
	struct flow f;
	const struct canvas *c;
	const struct lesson_pane *l;
	int width;
	bool airy;  /* blank lines between the parts */
	bool brief; /* there is no room: leave out what was seen before */
};

/* Each part begins on a line of its own. */
static void part(struct telling *t)
{
	if (t->airy && t->f.lines)
		flow_line(&t->f);
	flow_line(&t->f);
}

static const struct step *said(const struct telling *t)
{
	return t->l->moment ? t->l->moment->said : NULL;
}

/* Whether what is said is from before the question that was answered: then the outcome is the news. */
static bool said_before(const struct telling *t)
{
	const struct lesson *l = t->l->lesson;
	const struct step *say = said(t), *ask = t->l->before;

	for (int i = 0; say && ask && i < l->n_steps && &l->step[i] != ask; i++)
		if (&l->step[i] == say)
			return true;
	return false;
}

static void tell_message(struct telling *t)
{
	if (!t->l->message)
		return;
	part(t);
	flow_wrap(&t->f, 0, t->width, STYLE_GOOD, t->l->message);
}

/* Expected and actual below each other, aligned: that is how differences are seen. */
static void tell_failure(struct telling *t)
{
	const struct player_failure *failure = t->l->moment ? t->l->moment->failure : NULL;
	int x;

	if (!failure)
		return;
	part(t);
	x = flow_put(&t->f, 0, STYLE_BAD, canvas_glyph(t->c, GLYPH_WRONG)) + 1;
	flow_wrap(&t->f, x, t->width, STYLE_BAD,
		  failure->unplayable ? "this cannot be played" : "the kernel did otherwise");
	if (failure->expected[0]) {
		flow_line(&t->f);
		flow_put(&t->f, 2, STYLE_DIM, "expected");
		flow_wrap(&t->f, 12, t->width, STYLE_TEXT, failure->expected);
	}
	if (failure->actual[0]) {
		flow_line(&t->f);
		flow_put(&t->f, 2, STYLE_DIM, failure->unplayable ? "because" : "actual");
		flow_wrap(&t->f, 12, t->width, STYLE_STRONG, failure->actual);
	}
}

static int right_answer(const struct step *ask)
{
	for (int i = 0; i < ask->n_answers; i++)
		if (ask->answer[i].right)
			return i;
	return -1;
}

/* "you said  2 no, not one slot is free yet" and the verdict on it (GLYPH_COUNT: none). */
static void tell_answer(struct telling *t, const char *who, const struct step *ask, int n, enum style s,
			enum glyph verdict, enum style verdict_style, const char *word)
{
	int x, indent;

	flow_line(&t->f);
	flow_put(&t->f, 0, STYLE_DIM, who);
	indent = flow_putf(&t->f, t->l->before_answer < 0 ? 6 : 10, STYLE_DIM, "%d", n + 1) + 1;
	x = flow_wrap(&t->f, indent, t->width, s, wording_answer(&ask->answer[n], t->l->language));
	if (verdict == GLYPH_COUNT)
		return;
	if (x + 3 + 2 + width_text(word) > t->width) {
		flow_line(&t->f);
		x = indent - 3;
	}
	x = flow_put(&t->f, x + 3, verdict_style, canvas_glyph(t->c, verdict));
	flow_put(&t->f, x + 1, verdict_style, word);
}

/* The prediction beside its outcome. Who answered aloud, not with a key, sees what it is. */
static void tell_outcome(struct telling *t)
{
	const struct step *ask = t->l->before;
	int given = t->l->before_answer, right = ask ? right_answer(ask) : -1;

	if (!ask || (right < 0 && given < 0))
		return;
	if (!t->brief) {
		part(t);
		flow_put(&t->f, 0, STYLE_DIM, canvas_glyph(t->c, GLYPH_QUESTION));
		flow_wrap(&t->f, 2, t->width, STYLE_DIM, wording_step(ask, t->l->language));
	}
	if (given >= 0 && given < ask->n_answers) {
		bool ok = ask->answer[given].right;

		tell_answer(t, "you said", ask, given, ok ? STYLE_STRONG : STYLE_TEXT, ok ? GLYPH_OK : GLYPH_WRONG,
			    ok ? STYLE_GOOD : STYLE_WARN, ok ? "right" : "not so");
		if (ok)
			return;
	}
	if (right >= 0)
		tell_answer(t, "it is", ask, right, STYLE_STRONG, GLYPH_COUNT, STYLE_TEXT, "");
}

/* What the lesson says, or what it is about while it has not said anything. */
static void tell_text(struct telling *t)
{
	const struct step *say = said(t);
	const struct lesson *lesson = t->l->lesson;
	const char *title, *about;

	if (say) {
		part(t);
		flow_wrap(&t->f, 0, t->width, said_before(t) ? STYLE_DIM : t->l->large ? STYLE_STRONG : STYLE_TEXT,
			  wording_step(say, t->l->language));
		return;
	}
	title = lesson ? wording_title(lesson, t->l->language) : "";
	about = lesson ? wording_about(lesson, t->l->language) : "";
	if (*title) {
		part(t);
		flow_wrap(&t->f, 0, t->width, STYLE_STRONG, title);
	}
	if (*about) {
		flow_line(&t->f);
		flow_wrap(&t->f, 0, t->width, STYLE_TEXT, about);
	}
}

/* Whether all answers fit on one line, each with its number and the room between them. */
static bool side_by_side(const struct telling *t, const struct step *ask)
{
	int width = 2 + 5 * (ask->n_answers - 1);

	for (int i = 0; i < ask->n_answers; i++)
		width += 2 + width_text(wording_answer(&ask->answer[i], t->l->language));
	return !t->l->large && width <= t->width;
}

static void tell_answers(struct telling *t, const struct step *ask)
{
	bool beside = side_by_side(t, ask);
	int x = 2;

	for (int i = 0; i < ask->n_answers; i++) {
		bool chosen = i == t->l->answer;

		if (!beside || i == 0) {
			flow_line(&t->f);
			x = t->l->large ? 4 : 2;
		}
		if (chosen)
			flow_put(&t->f, x - 2, STYLE_QUESTION, canvas_glyph(t->c, GLYPH_CLOSED));
		x = flow_putf(&t->f, x, STYLE_KEY, "%d", i + 1) + (t->l->large ? 2 : 1);
		x = flow_wrap(&t->f, x, t->width, chosen ? STYLE_STRONG : STYLE_TEXT,
			      wording_answer(&ask->answer[i], t->l->language)) + 5;
	}
}

static void tell_question(struct telling *t)
{
	const struct step *ask = t->l->moment ? t->l->moment->asked : NULL;
	int x;

	if (!ask)
		return;
	part(t);
	flow_put(&t->f, 0, STYLE_QUESTION, canvas_glyph(t->c, GLYPH_QUESTION));
	flow_wrap(&t->f, 2, t->width, STYLE_STRONG, wording_step(ask, t->l->language));
	if (t->airy && t->l->large)
		flow_line(&t->f);
	tell_answers(t, ask);
	if (t->l->answer < 0 || t->l->answer >= ask->n_answers)
		return;
	flow_line(&t->f);
	x = flow_putf(&t->f, 2, STYLE_DIM, "you say %d;", t->l->answer + 1) + 1;
	x = flow_put(&t->f, x, STYLE_KEY, "Space");
	flow_put(&t->f, x + 1, STYLE_DIM, "shows");
}

/* What to press, where the lesson itself does not tell. */
static void tell_keys(struct telling *t)
{
	struct flow *f = &t->f;
	int x = 0, w = t->width;

	if (t->l->watching) {
		part(t);
		x = flow_key(f, x, 0, w, "Up Down", "chooses");
		x = flow_key(f, x, 0, w, "i", "its facts");
		flow_key(f, x, 0, w, "Esc", "back");
	} else if (t->l->improvising) {
		part(t);
		x = flow_key(f, x, 0, w, "Enter", "on a process: its calls");
		x = flow_key(f, x, 0, w, ":", "any line");
		flow_key(f, x, 0, w, "r", "from the start");
	} else if (t->l->at_end) {
		part(t);
		x = flow_put(f, 0, STYLE_STRONG, "The end.");
		x = flow_key(f, x, 0, w, "r", "again");
		x = flow_key(f, x, 0, w, "n", "next lesson");
		flow_key(f, x, 0, w, "Esc", "back");
	} else if (!said(t) && !(t->l->moment && (t->l->moment->asked || t->l->moment->played))) {
		part(t);
		flow_key(f, 0, 0, w, "Space", "begins");
	}
}

typedef void tell_function(struct telling *t);

static void tell(struct telling *t, tell_function *const *order, bool airy, bool brief)
{
	flow_free(&t->f);
	t->airy = airy;
	t->brief = brief;
	for (; *order; order++)
		(*order)(t);
}

/* Airy where there is room; without blank lines; at last what must be seen before what is nice to read. */
static void tell_fitting(struct telling *t, int height)
{
	static tell_function *const text_first[] = {
		tell_message, tell_failure, tell_text, tell_outcome, tell_question, tell_keys, NULL
	};
	static tell_function *const outcome_first[] = {
		tell_message, tell_failure, tell_outcome, tell_text, tell_question, tell_keys, NULL
	};
	static tell_function *const urgent[] = {
		tell_failure, tell_question, tell_outcome, tell_message, tell_keys, tell_text, NULL
	};
	tell_function *const *pleasant = said_before(t) ? outcome_first : text_first;

	tell(t, pleasant, true, false);
	if (t->f.lines > height)
		tell(t, pleasant, false, false);
	if (t->f.lines > height)
		tell(t, pleasant, false, true);
	if (t->f.lines > height)
		tell(t, urgent, false, true);
}

/* Manual pages, in the last line where that leaves them room. */
static void draw_see(struct canvas *c, struct area a, const struct telling *t)
{
	const struct lesson *l = t->l->lesson;
	struct text see = { 0 };
	int used = t->f.lines == a.height ? flow_width(&t->f, t->f.lines - 1) + 4 : 0;

	for (int i = 0; l && i < l->n_see; i++)
		text_addf(&see, "%s%s", i ? "  " : "", l->see[i]);
	if (t->f.lines <= a.height && used + width_text(text_string(&see)) <= a.width)
		canvas_put_right(c, a.x + a.width, a.y + a.height - 1, STYLE_DIM, text_string(&see));
	text_free(&see);
}

void lesson_draw(struct canvas *c, struct area a, const struct lesson_pane *l, int *scroll, bool focused)
{
	struct area before = canvas_clip(c, a);
	int margin = l->large && a.width >= 40 ? 2 : 1;
	struct area inside = { a.x + margin, a.y, a.width - 2 * margin, a.height };
	struct telling t = { .c = c, .l = l, .width = inside.width };
	int rows = inside.height;

	(void)focused; /* what does not fit is always told: it is what the lesson is about */
	if (inside.width > 0 && rows > 0) {
		tell_fitting(&t, rows);
		if (t.f.lines > rows && rows >= 4)
			rows = --inside.height;
		if (*scroll > t.f.lines - rows)
			*scroll = t.f.lines - rows;
		if (*scroll < 0)
			*scroll = 0;
		flow_draw(&t.f, c, inside, *scroll);
		if (t.f.lines > *scroll + rows && rows < a.height)
			canvas_putf(c, inside.x, a.y + rows, STYLE_DIM, "%s %d more", canvas_glyph(c, GLYPH_DOWN),
				    t.f.lines - *scroll - rows);
		if (rows == a.height)
			draw_see(c, inside, &t);
		flow_free(&t.f);
	}
	canvas_unclip(c, before);
}

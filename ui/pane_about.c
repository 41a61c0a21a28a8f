/* SPDX-License-Identifier: MIT */
/* What a lesson is about, how long it takes, which claims it judges, whether it can be played
 * here, and the keys. The keys always have their lines: texts give way. */
#include "ui/pane_about.h"

#include <stdio.h>
#include <string.h>

#include "base/width.h"
#include "play/needs.h"
#include "ui/flow.h"
#include "ui/wording.h"

enum { SECONDS_A_STEP = 10, KEYS = 7 /* column behind the keys */ };

/* While it is put together: the text, and the keys below it. */
struct about {
	struct flow text, keys;
	const struct canvas *c;
	const char *language;
	int width;
};

static void paragraph(struct about *a, enum style s, const char *text)
{
	if (!*text)
		return;
	flow_line(&a->text);
	flow_wrap(&a->text, 0, a->width, s, text);
}

static void key(struct about *a, const char *name, const char *what)
{
	flow_line(&a->keys);
	flow_put(&a->keys, 0, STYLE_KEY, name);
	flow_wrap(&a->keys, KEYS, a->width, STYLE_TEXT, what);
}

/* ---- a lesson ------------------------------------------------------------------------------- */

static void tell_length(struct about *a, const struct lesson *l)
{
	int steps = 0, questions = 0, minutes;
	struct text t = { 0 };

	for (int i = 0; i < l->n_steps; i++) {
		steps += !player_follows(&l->step[i]);
		questions += l->step[i].kind == STEP_ASK;
	}
	minutes = (steps * SECONDS_A_STEP + 30) / 60;
	text_addf(&t, "%d step%s", steps, steps == 1 ? "" : "s");
	if (questions)
		text_addf(&t, ", %d question%s", questions, questions == 1 ? "" : "s");
	text_addf(&t, ", about %d minute%s", minutes > 1 ? minutes : 1, minutes > 1 ? "s" : "");
	paragraph(a, STYLE_DIM, text_string(&t));
	text_free(&t);
}

static void tell_see(struct about *a, const struct lesson *l)
{
	struct text t = { 0 };

	for (int i = 0; i < l->n_see; i++)
		text_addf(&t, "%s%s", i ? "  " : "", l->see[i]);
	paragraph(a, STYLE_DIM, text_string(&t));
	text_free(&t);
}

static const struct verdict {
	const char *word;
	enum glyph glyph;
	enum style style;
} verdicts[] = {
	{ "true", GLYPH_OK, STYLE_GOOD },
	{ "false", GLYPH_WRONG, STYLE_BAD },
	{ "partly", GLYPH_PARTLY, STYLE_WARN },
};

/* What is claimed, in quotes, then the verdict: behind it where `column` leaves room for that, else
 * below. */
static void tell_claim(struct about *a, const struct step *claim, int number_width, int column)
{
	struct flow *f = &a->text;
	struct text quoted = { 0 };
	int x;

	x = flow_putf(f, 8, STYLE_TEXT, "%*d", number_width, claim->number) + 2;
	text_addf(&quoted, "“%s”", wording_step(claim, a->language));
	flow_wrap(f, x, a->width, STYLE_TEXT, text_string(&quoted));
	text_free(&quoted);
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		if (claim->verdict && !strcmp(claim->verdict, verdicts[i].word)) {
			if (column < 0)
				flow_line(f);
			x = flow_put(f, column < 0 ? x : column, verdicts[i].style, canvas_glyph(a->c, verdicts[i].glyph));
			flow_put(f, x + 1, verdicts[i].style, verdicts[i].word);
		}
}

static void tell_claims(struct about *a, const struct lesson *l)
{
	int number = 1, widest = 0, column;
	bool first = true;

	for (int i = 0; i < l->n_steps; i++)
		if (l->step[i].kind == STEP_CLAIM) {
			int digits = snprintf(NULL, 0, "%d", l->step[i].number);
			int text = width_text(wording_step(&l->step[i], a->language)) + 2;

			number = digits > number ? digits : number;
			widest = text > widest ? text : widest;
		}
	column = 8 + number + 2 + widest + 2;
	if (column + 8 > a->width)
		column = -1;
	for (int i = 0; i < l->n_steps; i++)
		if (l->step[i].kind == STEP_CLAIM) {
			if (first)
				flow_line(&a->text);
			flow_line(&a->text);
			if (first)
				flow_put(&a->text, 0, STYLE_DIM, "judges");
			tell_claim(a, &l->step[i], number, column);
			first = false;
		}
}

static void tell_missing(struct about *a, const struct lesson *l)
{
	const char *need, *why;
	int x;

	if (needs_met(l, &need, &why))
		return;
	flow_line(&a->text);
	x = flow_put(&a->text, 0, STYLE_WARN, canvas_glyph(a->c, GLYPH_WRONG)) + 1;
	x = flow_put(&a->text, x, STYLE_WARN, "not here:") + 1;
	flow_wrap(&a->text, x, a->width, STYLE_TEXT, why);
}

static void tell_broken(struct about *a, const struct library_lesson *x)
{
	struct text t = { 0 };

	paragraph(a, STYLE_STRONG, x->name);
	flow_line(&a->text);
	text_addf(&t, "%s This lesson cannot be read. `ipcscope check %s` tells why.",
		  canvas_glyph(a->c, GLYPH_WRONG), x->name);
	paragraph(a, STYLE_BAD, text_string(&t));
	text_free(&t);
}

static void tell_sandbox(struct about *a, struct library_group *g)
{
	const struct lesson *l = g->sandbox.path ? library_read(&g->sandbox) : NULL;
	struct text t = { 0 };

	if (!l)
		return;
	text_addf(&t, "a sandbox: %s", *l->title ? wording_title(l, a->language) : "processes to play with");
	key(a, "s", text_string(&t));
	text_free(&t);
}

static void tell_lesson(struct about *a, struct library_group *g, struct library_lesson *x)
{
	const struct lesson *l = library_read(x);
	const char *need, *why;

	if (!l || x->broken) {
		tell_broken(a, x);
		key(a, "e", "read the script");
		return;
	}
	paragraph(a, STYLE_STRONG, wording_title(l, a->language));
	tell_missing(a, l); /* first, for texts may be cut */
	flow_line(&a->text);
	if (*l->about) {
		paragraph(a, STYLE_TEXT, wording_about(l, a->language));
		flow_line(&a->text);
	}
	tell_length(a, l);
	tell_see(a, l);
	tell_claims(a, l);
	if (needs_met(l, &need, &why))
		key(a, "Enter", "play it");
	tell_sandbox(a, g);
	key(a, "e", "read the script");
}

/* ---- a group -------------------------------------------------------------------------------- */

static void tell_group(struct about *a, struct library_group *g, bool open, bool filtered)
{
	paragraph(a, STYLE_STRONG, g->title);
	flow_line(&a->text);
	for (size_t i = 0; i < g->n_lessons; i++) {
		const struct lesson *l = library_read(&g->lesson[i]);

		flow_line(&a->text);
		flow_put(&a->text, 0, STYLE_DIM, canvas_glyph(a->c, GLYPH_BULLET));
		flow_wrap(&a->text, 2, a->width, STYLE_TEXT, l ? wording_title(l, a->language) : g->lesson[i].name);
	}
	if (!filtered)
		key(a, "Enter", open ? "close it" : "open it");
	tell_sandbox(a, g);
}

void about_draw(struct canvas *c, struct area a, const struct lessons_tab *t, const struct lessons_row *row)
{
	struct library_group *g = &t->library->group[row->group];
	struct about about = { .c = c, .language = t->language, .width = a.width };
	bool open = row->group < (int)(sizeof t->open / sizeof t->open[0]) && t->open[row->group];
	int text, keys;

	if (a.width < 8)
		return;
	if (row->lesson < 0)
		tell_group(&about, g, open, t->filter[0]);
	else
		tell_lesson(&about, g, &g->lesson[row->lesson]);
	keys = about.keys.lines < a.height ? about.keys.lines : a.height;
	text = a.height - keys - 1;
	if (about.text.lines + 1 < text)
		text = about.text.lines + 1; /* so the keys stand below the text, not at the bottom */
	if (text > 0) {
		bool cut = about.text.lines > text;

		flow_draw(&about.text, c, (struct area){ a.x, a.y, a.width, text - cut }, 0);
		if (cut)
			canvas_put_glyph(c, a.x, a.y + text - 1, STYLE_DIM, GLYPH_ELLIPSIS);
	}
	flow_draw(&about.keys, c, (struct area){ a.x, a.y + (text > 0 ? text + 1 : 0), a.width, keys }, 0);
	flow_free(&about.text);
	flow_free(&about.keys);
}

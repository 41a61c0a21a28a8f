/* SPDX-License-Identifier: MIT */
#include "ui/objects_layer.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "command/paper.h"
#include "ui/keys.h"
#include "ui/panes.h"

void objects_layer_key(struct objects_layer *l, int key)
{
	static const struct { enum action action; int by; } moves[] = {
		{ ACT_UP, -1 }, { ACT_DOWN, 1 }, { ACT_PAGE_UP, -10 }, { ACT_PAGE_DOWN, 10 }, { ACT_FIRST, -LIMITS_MOST * 100 },
		{ ACT_LAST, LIMITS_MOST * 100 },
	};
	enum action a = keys_action(key, KEYS_OBJECTS);

	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (moves[i].action == a) {
			l->chosen += moves[i].by;
			l->scroll += moves[i].by;
			return;
		}
	if (a == ACT_BACK || a == ACT_OPEN || a == ACT_LIMITS)
		l->shows = OVER_NONE;
}

/* ---- limits ------------------------------------------------------------------------------------------ */

static const uint64_t unlimited = UINT64_MAX / 4; /* as the kernel says it: 2^64 less a little */

static void add_amount(struct text *t, const struct limit *l, uint64_t amount)
{
	if (!strcmp(l->unit, "bytes"))
		paper_add_size(t, amount);
	else
		text_addf(t, "%llu%s", (unsigned long long)amount, !strcmp(l->unit, "pages") ? " pages" : "");
}

void objects_limit_add(struct text *t, const struct limit *l)
{
	bool limited = l->limited && l->limit <= unlimited;

	if (l->used_known)
		add_amount(t, l, l->used);
	else if (l->why)
		text_add(t, "?");
	if (limited) {
		text_add(t, l->used_known || l->why ? " of " : "at most ");
		add_amount(t, l, l->limit);
	} else if (*l->name) {
		text_add(t, l->used_known || l->why ? ", no limit" : "no limit");
	}
}

int objects_limit_near(const struct limit *l)
{
	return l->limited && l->used_known && l->limit ? (int)((double)l->used * 100 / (double)l->limit) : 0;
}

static void describe_limit(struct text *right, struct text *below, const struct limit *l)
{
	objects_limit_add(right, l);
	if (l->limited && l->used_known && l->limit && l->limit <= unlimited)
		text_addf(right, "  %6.2f %%", (double)l->used * 100 / (double)l->limit);
	else
		text_add(right, "          ");
	text_add(below, *l->name ? l->name : "in all of them");
	if (objects_limit_near(l) >= LIMIT_IS_NEAR)
		text_add(below, ": near");
	if (!l->used_known && l->why)
		text_addf(below, ": what is used is not known: %s", l->why);
}

static void draw_limits(struct canvas *c, struct objects_layer *l, const struct limit *limit, int n)
{
	struct overlay_choice row[LIMITS_MOST];
	struct text right[LIMITS_MOST] = { 0 }, below[LIMITS_MOST] = { 0 };
	int first;

	for (int i = 0; i < n; i++) {
		describe_limit(&right[i], &below[i], &limit[i]);
		row[i] = (struct overlay_choice){ limit[i].what, text_string(&right[i]), text_string(&below[i]) };
	}
	l->chosen = l->chosen >= n ? n - 1 : l->chosen < 0 ? 0 : l->chosen;
	overlay_list(c, "limits", row, n, l->chosen, &first);
	for (int i = 0; i < n; i++) {
		text_free(&right[i]);
		text_free(&below[i]);
	}
}

/* ---- one object --------------------------------------------------------------------------------------- */

static void draw_detail(struct canvas *c, struct objects_layer *l, const char *title, const char *detail)
{
	enum { LINES = 16 };
	struct overlay_row row[LINES] = { 0 };
	char text[8192], *rest = NULL;
	int n = 0;

	snprintf(text, sizeof text, "%s", detail);
	for (char *line = strtok_r(text, "\n", &rest); line && n < LINES; line = strtok_r(NULL, "\n", &rest))
		row[n++].left = line;
	overlay_table(c, title, row, n, &l->scroll);
}

void objects_layer_draw(struct canvas *c, struct objects_layer *l, const char *title, const char *detail,
			const struct limit *limit, int n)
{
	switch (l->shows) {
	case OVER_NONE:
		return;
	case OVER_DETAIL:
		draw_detail(c, l, title, detail);
		return;
	case OVER_LIMITS:
		draw_limits(c, l, limit, n);
		return;
	}
}

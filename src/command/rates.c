/* SPDX-License-Identifier: MIT */
#include "command/rates.h"

#include <string.h>

#include "command/paper.h"

static void add_number(struct text *t, const struct system_object *o, const struct system_rate *r)
{
	int64_t number = system_rate_number(r);

	if (number == 0 && r->moved > 0) {
		text_add(t, "<");
		number = 1;
	}
	if (o->kind == SYSTEM_MQUEUE) {
		text_addf(t, "%lld msg%s/s", (long long)number, number == 1 ? "" : "s");
	} else {
		paper_add_size(t, (uint64_t)number);
		text_add(t, "B/s");
	}
}

void rates_add(struct text *t, const struct system_object *o, const struct system_rate *r, bool utf8)
{
	if (r->how == RATE_UNKNOWN)
		return;
	if (r->how == RATE_AT_MOST)
		text_add(t, utf8 ? "≤" : "<=");
	else if (r->how == RATE_AT_LEAST)
		text_add(t, utf8 ? "≥" : ">=");
	add_number(t, o, r);
}

static const struct system_process *first_on(const struct system *s, const struct system_object *o, char side)
{
	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];

		if (e->side == side)
			return &s->process[e->process];
	}
	return NULL;
}

/* " (to db 90: 9MB/s, to app 77: 3MB/s)", of ways on which something moved. */
static void add_ways(struct text *t, const struct system *s, const struct system_object *o, bool utf8)
{
	const struct { char side; const struct system_rate *rate; } way[] = { { 'a', &o->rate_a }, { 'b', &o->rate_b } };
	int told = 0;

	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		const struct system_process *p = way[i].rate->moved > 0 ? first_on(s, o, way[i].side) : NULL;

		if (!p)
			continue;
		text_add(t, told++ ? ", to " : " (to ");
		text_add_printable(t, p->name, strlen(p->name));
		text_addf(t, " %d: ", (int)p->pid);
		rates_add(t, o, way[i].rate, utf8);
	}
	text_add(t, told ? ")" : "");
}

void rates_add_about(struct text *t, const struct system *s, const struct system_object *o, bool utf8)
{
	const struct system_rate *r = &o->rate;

	if (r->how == RATE_UNKNOWN) {
		text_add(t, "rate not known");
	} else if (r->moved == 0) {
		text_add(t, "nothing passed");
	} else if (r->how == RATE_AT_MOST || r->how == RATE_AT_LEAST) {
		text_addf(t, "%s ", system_rate_word(r->how));
		add_number(t, o, r);
		text_add(t, " passed");
	} else {
		rates_add(t, o, r, utf8);
		text_addf(t, " passed%s", r->how == RATE_MODELLED ? ", modelled" : "");
	}
	add_ways(t, s, o, utf8);
	if (r->source)
		text_addf(t, ": %s", r->source);
}

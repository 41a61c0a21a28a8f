/* SPDX-License-Identifier: MIT */
/* The signals of a process as rows: what waits to be delivered, what is blocked, caught, ignored.
 * Sources: SigPnd, ShdPnd, SigBlk, SigCgt, SigIgn of /proc/PID/status (proc_pid_status(5)). */
#include "ui/scene_internal.h"

#include <signal.h>
#include <string.h>

#include "call/symbols.h"

enum { NAMED = 3 }; /* of more that are alike only the number is told */

#define SIGNAL_BIT(n) (UINT64_C(1) << ((n) - 1))

void scene_signal_names(uint64_t set, struct text *out)
{
	int n = __builtin_popcountll(set), shown = 0;

	if (n > NAMED) {
		text_addf(out, "%d signals", n);
		return;
	}
	for (int i = 1; i <= 64 && shown < n; i++) {
		const char *name = symbol_signal(i);

		if (!(set & SIGNAL_BIT(i)))
			continue;
		text_add(out, shown++ ? " " : "");
		if (name)
			text_add(out, strncmp(name, "SIG", 3) ? name : name + 3);
		else
			text_addf(out, "%d", i);
	}
}

/* Of a real program only what waits and what is blocked: that it catches some is nobody's concern. */
static struct scene_signals state_of(const struct picture_process *p, int signal)
{
	uint64_t bit = SIGNAL_BIT(signal);
	struct scene_signals s = {
		.set = bit, .pending = p->pending & bit, .blocked = p->blocked & bit,
		.caught = !p->program && p->caught & bit, .ignored = !p->program && p->ignored & bit,
	};

	if (signal == SIGPIPE && !s.pending && !s.blocked)
		s.caught = s.ignored = false; /* a line of its own tells it */
	return s;
}

static bool alike(const struct scene_signals *a, const struct scene_signals *b)
{
	return a->pending == b->pending && a->blocked == b->blocked && a->caught == b->caught && a->ignored == b->ignored;
}

/* What matters most has the highest. */
static int weight(const struct scene_signals *s)
{
	return s->pending * 8 + s->blocked * 4 + s->caught * 2 + s->ignored;
}

int scene_signals(const struct picture_process *p, struct scene_signals *out)
{
	struct scene_signals all[16]; /* as many as there are combinations */
	int n = 0;

	for (int i = 1; i <= 64; i++) {
		struct scene_signals s = state_of(p, i);
		int k = 0;

		if (!weight(&s))
			continue;
		while (k < n && !alike(&all[k], &s))
			k++;
		if (k == n)
			all[n++] = s;
		else
			all[k].set |= s.set;
	}
	for (int i = 0; i < n && i < SCENE_SIGNALS; i++) {
		int first = i;

		for (int k = i + 1; k < n; k++)
			if (weight(&all[k]) > weight(&all[first]))
				first = k;
		out[i] = all[first];
		all[first] = all[i];
	}
	return n < SCENE_SIGNALS ? n : SCENE_SIGNALS;
}

void scene_signals_text(const struct scene_signals *s, struct text *out)
{
	scene_signal_names(s->set, out);
	text_add(out, s->pending ? " pending" : "");
	text_add(out, s->blocked ? " blocked" : "");
	text_add(out, s->caught ? " caught" : "");
	text_add(out, s->ignored ? " ignored" : "");
}

void scene_handled_text(const struct picture_process *p, struct text *out)
{
	if (!p->has_caught || p->caught_signal < 1 || p->caught_signal > 64 || p->caught_signal == SIGPIPE)
		return;
	text_add(out, "caught ");
	scene_signal_names(SIGNAL_BIT(p->caught_signal), out);
	if (p->caught_sender[0])
		text_addf(out, " from %s", p->caught_sender);
	if (p->caught_value)
		text_addf(out, " value %d", p->caught_value);
}

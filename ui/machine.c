/* SPDX-License-Identifier: MIT */
#include "ui/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"
#include "ui/panes.h"

/* ns. A scan of 10,000 pipes takes 100 ms: at most an eighth of the time goes into scans, and as much
 * into levels. */
static const int64_t every = CLOCK_S, levels_every = 200 * CLOCK_MS, pause = 120 * CLOCK_MS;
enum { SHARE = 8 };

void machine_open(struct machine *m)
{
	*m = (struct machine){ .now = system_new(), .other = system_new() };
	m->levels_due = INT64_MAX;
}

void machine_close(struct machine *m)
{
	system_free(m->now);
	system_free(m->other);
	free(m->order);
	*m = (struct machine){ 0 };
}

int64_t machine_due(const struct machine *m)
{
	if (m->held)
		return INT64_MAX;
	return m->due < m->levels_due ? m->due : m->levels_due;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool take(struct machine *m, int64_t began)
{
	struct system *next = m->other;
	struct error e;
	int64_t ended;

	next->with_memory = true;
	if (system_take(next, NULL, 0, m->order ? m->now : NULL, &e) < 0) {
		snprintf(m->trouble, sizeof m->trouble, "%s", e.text);
		m->due = began + every;
		return true;
	}
	m->trouble[0] = '\0';
	m->other = m->now;
	m->now = next;
	free(m->order);
	m->order = system_order(next);
	m->taken++;
	ended = clock_now();
	m->took = ended - began;
	m->due = most(began + every, ended + m->took * SHARE);
	m->levels_due = ended + levels_every;
	return true;
}

bool machine_tick(struct machine *m, const int *shown, size_t n)
{
	int64_t began = clock_now(), ended;

	if (m->held)
		return false;
	if (began >= m->due)
		return take(m, began);
	if (began < m->levels_due)
		return false;
	if (n)
		system_levels(m->now, shown, n);
	ended = clock_now();
	m->levels_due = most(began + levels_every, ended + (ended - began) * SHARE);
	return n > 0;
}

void machine_later(struct machine *m)
{
	int64_t now = clock_now();

	/* Whoever keeps a key pressed sees a snapshot now and then all the same. */
	if (m->order && m->due < now + pause && now - m->now->taken < 3 * every)
		m->due = now + pause;
	if (m->levels_due < now + pause)
		m->levels_due = now + pause;
}

void machine_again(struct machine *m)
{
	m->due = 0;
}

void machine_hold(struct machine *m, bool held)
{
	m->held = held;
	if (!held)
		machine_again(m);
}

static void count(const struct machine *m, int columns, char *out, size_t size)
{
	static const struct { const char *one, *many; unsigned kinds; } part[] = {
		{ "process", "processes", 0 },
		{ "pipe", "pipes", 1u << SYSTEM_PIPE | 1u << SYSTEM_FIFO },
		{ "socket", "sockets", 1u << SYSTEM_UNIX | 1u << SYSTEM_TCP | 1u << SYSTEM_UDP },
		{ "SysV", "SysV", 1u << SYSTEM_QUEUE | 1u << SYSTEM_SEGMENT | 1u << SYSTEM_SEMAPHORES },
	};

	out[0] = '\0';
	for (size_t i = 0; m->order && i < sizeof part / sizeof *part; i++) {
		size_t n = part[i].kinds ? 0 : m->now->n_processes, at = strlen(out);
		char piece[64];

		for (size_t k = 0; part[i].kinds && k < m->now->n_objects; k++)
			n += part[i].kinds >> m->now->object[k].kind & 1;
		snprintf(piece, sizeof piece, "%s%zu %s", at ? "  " : "", n, n == 1 ? part[i].one : part[i].many);
		if (width_text(out) + width_text(piece) > columns)
			return;
		snprintf(out + at, size - at, "%s", piece);
	}
}

void machine_header(const struct machine *m, struct canvas *c, int tab)
{
	int x = header_tabs(c, tab), end = c->width - 1;
	char text[200];

	if (m->held) {
		canvas_put_right(c, end, 0, STYLE_BAR_STRONG, "HELD");
		end -= 6;
	}
	count(m, end - x, text, sizeof text);
	canvas_put_right(c, end, 0, STYLE_BAR_DIM, text);
}

void machine_unseen(const struct system *s, char *out, size_t size)
{
	const char *also = s->unlisted ? "; those of other users are not listed (hidepid)" : "";

	if (s->hidden_processes)
		snprintf(out, size, "%zu of %zu processes could not be looked into: %s%s", s->hidden_processes, s->n_processes,
			 s->hidden_why ? s->hidden_why : "?", also);
	else
		snprintf(out, size, "%s", s->unlisted ? also + 2 : "");
}

/* SPDX-License-Identifier: MIT */
#include "ui/machine.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/width.h"
#include "ui/panes.h"

/* ns. A scan of 10,000 pipes takes 100 ms: at most an eighth of the time goes into scans, and as much
 * into levels. */
static const int64_t every = CLOCK_S, levels_every = 200 * CLOCK_MS, patience = 150 * CLOCK_MS;
enum { SHARE = 8 };

void machine_open(struct machine *m)
{
	*m = (struct machine){ .now = system_new(), .other = system_new(), .levels_due = INT64_MAX };
	m->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	m->patience = clock_now() + patience;
}

void machine_close(struct machine *m)
{
	machine_settle(m);
	system_free(m->now);
	system_free(m->other);
	free(m->order);
	if (m->bell >= 0)
		close(m->bell);
	*m = (struct machine){ 0 };
}

int machine_descriptor(const struct machine *m)
{
	return m->scan == MACHINE_UNDER_WAY ? m->bell : -1;
}

int64_t machine_due(const struct machine *m)
{
	int64_t scan = m->scan == MACHINE_ENDED ? 0 : m->scan == MACHINE_UNDER_WAY ? INT64_MAX : m->due;

	if (m->held)
		return INT64_MAX;
	return scan < m->levels_due ? scan : m->levels_due;
}

int64_t machine_patience(const struct machine *m)
{
	return m->order || m->trouble[0] ? 0 : m->patience;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* ---- the scan ------------------------------------------------------------------------------------------ */

/* Works on `other` alone, and on the four fields about its end; of `now` it reads what nobody changes. */
static void *scan(void *arg)
{
	struct machine *m = arg;
	uint64_t one = 1;

	m->error = (struct error){ 0 };
	m->result = system_read(m->other, NULL, 0, m->order ? m->now : NULL, &m->error);
	m->ended = clock_now();
	/* Fails only where there is no bell: then it runs inline. */
	if (write(m->bell, &one, sizeof one) != (ssize_t)sizeof one)
		m->ended = clock_now();
	return NULL;
}

static void begin(struct machine *m)
{
	sigset_t all, before;

	m->began = clock_now();
	m->due = INT64_MAX; /* machine_again may make it less meanwhile */
	m->other->with_memory = m->other->with_rates = true;
	/* Signals are for the thread that is there for good, and a new one has its maker's mask. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	m->scan = m->bell >= 0 && pthread_create(&m->thread, NULL, scan, m) == 0 ? MACHINE_UNDER_WAY : MACHINE_ENDED;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (m->scan == MACHINE_ENDED) /* no thread, or no descriptor, is to be had */
		scan(m);
}

void machine_settle(struct machine *m)
{
	if (m->scan != MACHINE_UNDER_WAY)
		return;
	pthread_join(m->thread, NULL);
	m->scan = MACHINE_ENDED;
}

/* Takes note of its end, if it has come. */
static void answer_bell(struct machine *m)
{
	uint64_t rung;

	if (m->scan == MACHINE_UNDER_WAY && read(m->bell, &rung, sizeof rung) == (ssize_t)sizeof rung)
		machine_settle(m);
}

/* What it found becomes what is shown, and what was shown the next one's room. */
static void adopt(struct machine *m)
{
	struct system *next = m->other;
	int64_t ended;

	if (m->result < 0) {
		snprintf(m->trouble, sizeof m->trouble, "%s", m->error.text);
		m->due = m->due == INT64_MAX ? m->began + every : m->due;
		return;
	}
	m->trouble[0] = '\0';
	/* Needs the snapshot that is shown, so not on the thread: 2 ms with 10,000 pipes, 8 with 55,000. */
	system_rates(next, m->order ? m->now : NULL);
	system_judge(next, m->order ? m->now : NULL);
	m->other = m->now;
	m->now = next;
	free(m->order);
	m->order = system_order(next);
	m->taken++;
	ended = clock_now();
	m->took = m->ended - m->began;
	if (m->due == INT64_MAX)
		m->due = most(m->began + every, ended + m->took * SHARE);
	m->levels_due = ended + levels_every;
}

/* False: there is nothing new. Held, it is thrown away, and so is what was found before one came back. */
static bool take_over(struct machine *m)
{
	uint64_t rung;
	bool old = clock_now() - m->ended > every;

	m->scan = MACHINE_NONE;
	/* After machine_settle it has rung, and nobody has heard it. */
	if (read(m->bell, &rung, sizeof rung) < 0)
		rung = 0;
	if (m->held || old) {
		m->due = 0;
		return false;
	}
	adopt(m);
	return true;
}

/* Levels of what is shown. Of all who have a pipe is first asked whether they keep it locked (spliced.c), 8 us each: where
 * they are many, the next scan is soon enough. */
static void refresh(struct machine *m, const int *shown, size_t n)
{
	enum { AT_ONCE = 64, FEW = 16 };
	int few[AT_ONCE];
	size_t k = 0;

	for (size_t i = 0; i < n && k < AT_ONCE; i++)
		if (m->now->object[shown[i]].n_ends <= FEW)
			few[k++] = shown[i];
	if (k)
		system_levels(m->now, few, k);
}

bool machine_tick(struct machine *m, const int *shown, size_t n)
{
	int64_t began = clock_now(), ended;

	answer_bell(m);
	if (m->scan == MACHINE_ENDED && take_over(m))
		return true;
	if (m->held)
		return false;
	if (m->scan == MACHINE_NONE && began >= m->due)
		begin(m);
	if (m->scan == MACHINE_ENDED)
		return take_over(m);
	if (began < m->levels_due)
		return false;
	refresh(m, shown, n);
	ended = clock_now();
	m->levels_due = most(began + levels_every, ended + (ended - began) * SHARE);
	return n > 0;
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

/* ---- what is told of it ---------------------------------------------------------------------------------- */

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

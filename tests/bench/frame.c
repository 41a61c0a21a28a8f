/* SPDX-License-Identifier: MIT */
/* A frame of a large screen: what is sent to the terminal, and how long it takes to compose on
 * the canvas, pictures included and the terminal not. */
#include <stdio.h>

#include "base/clock.h"
#include "play/library.h"
#include "tests/bench/bench.h"
#include "ui/stage_screen.h"

static const char what[] = "a frame of 200 x 60";

enum { WIDTH = 200, HEIGHT = 60, BEATS = 10, UPDATES = 5, FRAMES = 500 };

/* ---- bytes ------------------------------------------------------------------------------------- */

static void bytes(void)
{
	struct screen *s = bench_stage(WIDTH, HEIGHT, "pipe/full", 0);
	struct screen *const one[] = { s };
	double update[UPDATES];
	size_t before, first;
	bool blocked;

	if (!s) {
		bench_missing(what, "pipe/full did not open");
		return;
	}
	bench_pass(one, 1, 0.3);
	first = screen_bytes(s);
	for (int i = 0; i < UPDATES; i++) {
		before = screen_bytes(s);
		screen_key(s, "Space");
		bench_pass(one, 1, 0.3);
		update[i] = (double)(screen_bytes(s) - before);
	}
	blocked = bench_play_until(s, "BLOCKED", UPDATES, BEATS);
	bench_pass(one, 1, 0.5);
	before = screen_bytes(s);
	bench_pass(one, 1, 2);
	bench_note("%zu bytes for the first, %.0f for a step (median of %d)", first, bench_median(update, UPDATES),
		   UPDATES);
	if (blocked)
		bench_note("%.1f bytes for a tenth of a second more that a call is blocked",
			   (double)(screen_bytes(s) - before) / 20);
	else
		bench_missing("  and while a call is blocked", "the screen does not say BLOCKED");
	bench_quit(s);
}

/* ---- composing --------------------------------------------------------------------------------- */

static void play(struct stage *s, struct stage_screen *v, int beats)
{
	int64_t deadline = clock_now() + 10 * CLOCK_S;

	for (int i = 0; i < beats; i++) {
		stage_screen_key(v, ' ', NULL);
		while (player_state(v->player) == PLAYER_BUSY && clock_now() < deadline) {
			stage_wait(s, stage_screen_due(v) < deadline ? stage_screen_due(v) : deadline);
			stage_screen_tick(v);
		}
	}
}

/* Milliseconds, median. */
static double compose(struct stage_screen *v, int width, int height)
{
	struct canvas *c = canvas_new(width, height, false);
	static double took[FRAMES];

	for (int i = 0; i < FRAMES; i++) {
		int64_t began = clock_now();

		canvas_clear(c);
		stage_screen_draw(v, c);
		took[i] = (double)(clock_now() - began) / 1e6;
	}
	canvas_free(c);
	return bench_median(took, FRAMES);
}

void bench_frame(void)
{
	struct stage_screen *v = NULL;
	struct library *library;
	struct lesson *l = NULL;
	struct mistakes m = { 0 };
	struct stage *s;
	struct error e = { 0 };

	bench_without(what, "");
	bytes();
	library = library_open(&e);
	l = library ? library_load(library, "pipe/full", &m, &e) : NULL;
	s = l ? stage_new(&e) : NULL;
	v = s ? stage_screen_open(s, l, false, "pipe > full", false, &e) : NULL;
	if (v) {
		play(s, v, BEATS);
		bench_note("%.2f ms to compose (80 x 24: %.2f ms), median of %d", compose(v, WIDTH, HEIGHT),
			   compose(v, 80, 24), FRAMES);
	} else {
		bench_missing("  to compose it", "%s", e.text);
	}
	stage_screen_close(v);
	stage_free(s);
	lesson_free(l);
	mistakes_free(&m);
	library_free(library);
}

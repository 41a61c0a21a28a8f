/* SPDX-License-Identifier: MIT */
/* From being started to the first whole frame on the screen: the footer and the list are there.
 * Beside htop, each in its turn. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tests/bench/bench.h"

static const char what[] = "start to the first whole frame, of htop's";

enum { RUNS = 20 };

/* What a whole frame shows: its last row, and the list. */
struct frame {
	const char *footer, *list, *row;
};

static bool whole(struct screen *s, void *data)
{
	const struct frame *f = data;
	struct text t = { 0 };
	const char *shown, *last, *list;
	bool is;

	screen_text(s, &t);
	shown = text_string(&t);
	last = strrchr(shown, '\n');
	list = strstr(shown, f->list);
	/* below the list's heading at least one row of it */
	is = last && strstr(last, f->footer) && list && strstr(list, f->row);
	text_free(&t);
	return is;
}

/* Milliseconds; negative when it never came. */
static double start(const char *const argv[], const struct frame *f)
{
	int64_t began = clock_now();
	struct screen *s = screen_start(80, 24, NULL, argv);
	bool came = screen_wait(s, whole, (void *)(uintptr_t)f, 5);
	double took = (double)(clock_now() - began) / 1e6;

	bench_quit(s);
	return came ? took : -1;
}

void bench_startup(void)
{
	static const struct frame ours = { "quit", "Pipes", "first" }, theirs = { "Quit", "PID USER", "\n" };
	const char *const us[] = { bench_program(), NULL }, *const htop[] = { "htop", NULL };
	double took[RUNS], against[RUNS], own, other;
	bool has = bench_has("htop");

	/* the first run of each brings the files into memory */
	for (int i = -1; i < RUNS; i++) {
		double a = start(us, &ours), b = has ? start(htop, &theirs) : 0;

		if (a < 0 || b < 0) {
			bench_missing(what, "no whole frame of %s within 5 s", a < 0 ? "ipcscope" : "htop");
			return;
		}
		if (i >= 0) {
			took[i] = a;
			against[i] = b;
		}
	}
	own = bench_median(took, RUNS);
	other = bench_median(against, RUNS);
	if (has)
		bench_row(what, own / other, "", AT_MOST, 0.7);
	else
		bench_without(what, "no htop");
	bench_note("ipcscope %.1f ms (%.1f to %.1f), median of %d", own, took[0], took[RUNS - 1], RUNS);
	if (has) /* it sleeps for 75 ms of them, to have two readings to subtract */
		bench_note("htop     %.1f ms (%.1f to %.1f)", other, against[0], against[RUNS - 1]);
}

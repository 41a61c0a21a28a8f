/* SPDX-License-Identifier: MIT */
/* How long it takes until the screen says that a writer is BLOCKED. The key that makes it write is
 * the beginning, so that this is an upper bound of the time from its falling asleep. */
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/bench/bench.h"

static const char what[] = "from a writer blocking to BLOCKED on the screen";

enum { ROUNDS = 50, BEFORE = 5, PATIENCE = 5 };

/* The pipe is full at the end of every round: a page more must wait, until a page is read. */
static const char *write_lesson(void)
{
	struct text t = { 0 };
	const char *path;

	text_add(&t, "lesson  Blocked again and again\n"
		     "parent  p = pipe()\n"
		     "parent  fork writer\n"
		     "parent  close(p.w)\n"
		     "writer  close(p.r)\n"
		     "writer  write(p.w, 64K)\n");
	for (int i = 0; i <= ROUNDS; i++) /* one to warm up */
		text_add(&t, "writer  write(p.w, 4K) ...\n"
			     "parent  read(p.r, 4K) = 4K\n"
			     "writer  ... write = 4K\n");
	path = bench_lesson(text_string(&t));
	text_free(&t);
	return path;
}

void bench_blocked(void)
{
	const char *path = write_lesson();
	struct screen *s = path ? bench_stage(80, 24, path, BEFORE) : NULL;
	double took[ROUNDS];
	bool came = s != NULL;

	for (int i = -1; came && i < ROUNDS; i++) {
		struct screen *const one[] = { s };
		int64_t began;

		/* What was drawn last is well behind: a person does not press keys as fast as frames come. */
		bench_pass(one, 1, 0.05);
		began = clock_now();
		screen_key(s, "Space");
		came = screen_until(s, "BLOCKED", PATIENCE);
		if (i >= 0)
			took[i] = (double)(clock_now() - began) / 1e6;
		screen_key(s, "Space");
		came = came && screen_until_gone(s, "BLOCKED", PATIENCE);
	}
	bench_quit(s);
	if (!came) {
		bench_missing(what, "%s", s ? "the screen does not say BLOCKED" : "the lesson did not play");
		return;
	}
	bench_row(what, bench_median(took, ROUNDS), "ms", AT_MOST, 50);
	bench_note("median of %d, from the key press; %.1f to %.1f ms", ROUNDS, took[0], took[ROUNDS - 1]);
}

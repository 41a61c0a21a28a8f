/* SPDX-License-Identifier: MIT */
/* What watching costs those who are watched: a pair on the stage streams pages through a pipe,
 * and its counters are read from the board. Watched, the program runs as always: it samples, builds
 * pictures and draws. Unwatched, it is stopped, so that nobody looks; the pair never is. The two
 * take turns, A B B A, so that what drifts meets both alike. Writer and reader have a processor
 * each, for where the kernel puts them changes the rate by half; whoever watches must take his
 * share from them where there are no more than two. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/bench/bench.h"

static const char what[] = "4 KiB writes, watched / unwatched";

enum { TURNS = 60, BEATS = 6 };
static const double window = 0.2, settle = 0.02; /* seconds */

static const char lesson[] =
	"lesson  A pair that streams\n"
	"parent  p = pipe()\n"
	"parent  fork writer\n"
	"parent  close(p.w)\n"
	"writer  close(p.r)\n"
	"writer  repeat write(p.w, 4K)\n"
	"parent  repeat read(p.r, 4K)\n";

/* The board of the one program that runs now. */
static struct board *find_board(void)
{
	DIR *d = opendir(getenv("XDG_RUNTIME_DIR"));
	struct board *b = NULL;
	struct dirent *entry;

	while (d && !b && (entry = readdir(d))) {
		char path[4096 + 256];

		if (entry->d_name[0] == '.' || strncmp(entry->d_name, "ipcscope", 8) != 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", getenv("XDG_RUNTIME_DIR"), entry->d_name);
		b = board_open(path);
	}
	if (d)
		closedir(d);
	return b;
}

/* What both ends have moved. */
static uint64_t moved(const struct board *b)
{
	uint64_t bytes = 0;

	for (int i = 0; i < BOARD_PLACES; i++)
		bytes += atomic_load_explicit(&b->place[i].bytes, memory_order_relaxed);
	return bytes;
}

static void pin_both(const struct board *b)
{
	int n = 0;

	for (int i = 0; i < BOARD_PLACES; i++)
		if (b->place[i].bytes && b->place[i].who.pid > 0)
			bench_pin(b->place[i].who.pid, n++);
}

/* Bytes a second that passed through the pipe in one window. */
static double rate(struct screen *s, const struct board *b, bool watched)
{
	struct screen *const one[] = { s };
	uint64_t bytes;
	int64_t began;

	kill(screen_pid(s), watched ? SIGCONT : SIGSTOP);
	bench_pass(one, 1, settle);
	began = clock_now();
	bytes = moved(b);
	bench_pass(one, 1, window);
	return (double)(moved(b) - bytes) / 2 * 1e9 / (double)(clock_now() - began);
}

/* A plain pair, under `tracer` ("" for none), for two seconds: bytes a second, 0 when it failed. */
static double plain(const char *tracer)
{
	char command[4096 + 128];
	double got = 0;
	FILE *f;

	snprintf(command, sizeof command, "%s '%s/tests/bench/pair' 2 2>/dev/null", tracer, getenv("top_builddir"));
	f = popen(command, "r");
	if (!f)
		return 0;
	if (fscanf(f, "%lf", &got) != 1)
		got = 0;
	pclose(f);
	return got;
}

static void compare_strace(void)
{
	double alone = plain(""), traced = bench_has("strace") ? plain("strace -f -o /dev/null") : 0;

	if (alone <= 0) {
		bench_missing("  a plain pair", "tests/bench/pair failed");
		return;
	}
	if (traced > 0)
		bench_note("a plain pair under strace -f: %.3f of its %.2f GB/s alone", traced / alone, alone / 1e9);
	else
		bench_note("a plain pair under strace -f: no strace");
}

void bench_throughput(void)
{
	const char *file = bench_lesson(lesson);
	struct screen *s = file ? bench_stage(80, 24, file, BEATS) : NULL;
	struct board *b = s ? find_board() : NULL;
	double watched = 0, unwatched = 0, turn[TURNS];

	if (b)
		pin_both(b);
	for (int i = 0; b && i < TURNS; i++) {
		double first = rate(s, b, i % 2 == 0), second = rate(s, b, i % 2 != 0);
		double with = i % 2 == 0 ? first : second, without = i % 2 == 0 ? second : first;

		watched += with / TURNS;
		unwatched += without / TURNS;
		turn[i] = without > 0 ? with / without : 0;
	}
	if (s)
		kill(screen_pid(s), SIGCONT);
	bench_quit(s);
	if (!b || unwatched <= 0) {
		bench_missing(what, "%s", !s ? "the lesson did not play" : !b ? "no board was found" : "nothing was streamed");
		return;
	}
	board_unmap(b);
	bench_row(what, bench_median(turn, TURNS), "", AT_LEAST, 0.97);
	bench_note("median of %d turns (middle half %.3f to %.3f); %.2f and %.2f GB/s in all", TURNS, turn[TURNS / 4],
		   turn[TURNS * 3 / 4], watched / 1e9, unwatched / 1e9);
	compare_strace();
}

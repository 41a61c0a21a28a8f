/* SPDX-License-Identifier: MIT */
/* What every figure needs: programs played on a pty, and what processes have used. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "probe/census.h"

/* Seconds that anything here may take to appear. */
enum { PATIENCE = 5 };

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *value, int n)
{
	qsort(value, (size_t)n, sizeof *value, ascending);
	return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

const char *bench_program(void)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/ipcscope", getenv("top_builddir"));
	return path;
}

const char *bench_path(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", getenv("BENCH_FOLDER"), name);
	return path;
}

bool bench_has(const char *program)
{
	char *all = strdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"), *rest = all, path[4096];
	bool found = false;

	for (const char *folder; !found && (folder = strsep(&rest, ":"));) {
		snprintf(path, sizeof path, "%s/%s", *folder ? folder : ".", program);
		found = access(path, X_OK) == 0;
	}
	free(all);
	return found;
}

const char *bench_lesson(const char *text)
{
	const char *path = bench_path("bench.lesson");
	FILE *f = fopen(path, "w");
	bool written;

	if (!f)
		return NULL;
	written = fputs(text, f) >= 0;
	return fclose(f) == 0 && written ? path : NULL;
}

static bool play(struct screen *s, int beat)
{
	char progress[32];

	snprintf(progress, sizeof progress, "%d of ", beat);
	if (beat)
		screen_key(s, "Space");
	return screen_until(s, progress, PATIENCE);
}

struct screen *bench_stage(int width, int height, const char *lesson, int beats)
{
	const char *const argv[] = { bench_program(), lesson, NULL };
	struct screen *s = screen_start(width, height, NULL, argv);
	bool there = lesson ? true : screen_until(s, "quit", PATIENCE);

	for (int beat = 0; lesson && there && beat <= beats; beat++)
		there = play(s, beat);
	if (there)
		return s;
	screen_free(s);
	return NULL;
}

bool bench_play_until(struct screen *s, const char *text, int from, int to)
{
	for (int beat = from + 1; beat <= to; beat++) {
		if (!play(s, beat))
			return false;
		/* a call is proved blocked some milliseconds after the beat began */
		if (screen_until(s, text, 0.2))
			return true;
	}
	return false;
}

static bool never(struct screen *s, void *data)
{
	(void)s, (void)data;
	return false;
}

/* A slice is short enough that no program fills its terminal and has to wait. */
void bench_pass(struct screen *const s[], int n, double seconds)
{
	int64_t end = clock_now() + (int64_t)(seconds * 1e9);

	for (double left = seconds; left > 0; left = (double)(end - clock_now()) / 1e9) {
		screen_wait(s[0], never, NULL, left < 0.1 ? left : 0.1);
		for (int i = 1; i < n; i++)
			screen_wait(s[i], never, NULL, 0);
	}
}

void bench_quit(struct screen *s)
{
	if (!s)
		return;
	screen_key(s, "q");
	screen_exit(s);
	screen_free(s);
}

size_t bench_family(pid_t pid, pid_t out[BENCH_PROCESSES])
{
	struct census all = { 0 };
	size_t n = 1;

	out[0] = pid;
	if (census_read(&all, NULL) == 0)
		n += census_descendants(&all, pid, out + 1, BENCH_PROCESSES - 1);
	census_free(&all);
	return n;
}

int64_t bench_cpu(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
		return 0;
	return t.tv_sec * CLOCK_S + t.tv_nsec;
}

int64_t bench_wakeups(pid_t pid)
{
	char path[64], line[256];
	long long n = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "voluntary_ctxt_switches: %lld", &n) == 1)
			break;
	if (f)
		fclose(f);
	return n;
}

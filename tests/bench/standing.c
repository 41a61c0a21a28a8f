/* SPDX-License-Identifier: MIT */
/* What the program uses while it shows a blocked writer and nothing happens: CPU time
 * beside that of `htop -d 10` in the same seconds; and then its memory. */
#include <stdio.h>

#include "tests/bench/bench.h"

static const char what[] = "CPU time showing a blocked lesson, of htop -d 10's";

/* Seconds. How long a call has lasted is told in tenths for ten seconds, so that they cost more. */
static const double tenths = 9, settle = 2, settled = 20;

enum { BEATS = 30 };

struct use {
	int64_t cpu, wakeups;
};

static struct use used(const pid_t *pid, size_t n)
{
	struct use u = { 0 };

	for (size_t i = 0; i < n; i++) {
		u.cpu += bench_cpu(pid[i]);
		u.wakeups += bench_wakeups(pid[i]);
	}
	return u;
}

static void cpu_window(struct screen *const s[], bool htop, double seconds, struct use out[2])
{
	pid_t family[BENCH_PROCESSES], other = htop ? screen_pid(s[1]) : 0;
	size_t n = bench_family(screen_pid(s[0]), family);
	struct use before[2] = { used(family, n), used(&other, htop) };

	bench_pass(s, htop ? 2 : 1, seconds);
	out[0] = used(family, n);
	out[1] = used(&other, htop);
	for (int i = 0; i < 2; i++) {
		out[i].cpu -= before[i].cpu;
		out[i].wakeups -= before[i].wakeups;
	}
}

static void tell_cpu(const char *when, const struct use u[2], double seconds, bool htop)
{
	bench_note("%-20s ipcscope %.2f ms a second, %.1f wakeups", when, (double)u[0].cpu / 1e6 / seconds,
		   (double)u[0].wakeups / seconds);
	if (htop)
		bench_note("%-20s htop     %.2f ms a second, %.1f wakeups: ratio %.3f", "", (double)u[1].cpu / 1e6 / seconds,
			   (double)u[1].wakeups / seconds, (double)u[0].cpu / (double)u[1].cpu);
}

void bench_standing(void)
{
	static const char *const argv[] = { "htop", "-d", "10", NULL };
	bool htop = bench_has("htop");
	struct screen *s[2] = { bench_stage(80, 24, "pipe/full", 0), NULL };
	struct use early[2], late[2];

	if (!s[0] || !bench_play_until(s[0], "BLOCKED", 0, BEATS)) {
		bench_missing(what, "%s", s[0] ? "the screen does not say BLOCKED" : "pipe/full did not open");
		bench_quit(s[0]);
		return;
	}
	if (htop)
		s[1] = screen_start(80, 24, NULL, argv);
	if (htop && !screen_until(s[1], "Quit", 5)) {
		bench_quit(s[1]);
		htop = false;
	}
	cpu_window(s, htop, tenths, early);
	bench_pass(s, htop ? 2 : 1, settle);
	cpu_window(s, htop, settled, late);
	if (htop)
		bench_row(what, (double)late[0].cpu / (double)late[1].cpu, "", AT_MOST, 0.25);
	else
		bench_without(what, "no htop");
	tell_cpu("settled", late, settled, htop);
	tell_cpu("the first 10 s", early, tenths, htop);
	bench_memory(screen_pid(s[0]), htop ? screen_pid(s[1]) : 0);
	bench_quit(s[0]);
	if (htop)
		bench_quit(s[1]);
}

/* SPDX-License-Identifier: MIT */
/* What the System tab uses with 10,000 pipes at one scan a second, beside `htop -d 10` in the same seconds; and what
 * it costs a pair that streams and that it shows, against the same pair while it is stopped, in turns A B B A. */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "probe/bpf.h"
#include "tests/bench/bench.h"

static const double settle = 4, window = 15; /* seconds */

static struct screen *open_tab(const char *bpf)
{
	const char *const env[] = { bpf, NULL }, *const argv[] = { bench_program(), NULL };
	struct screen *s = screen_start(120, 40, env, argv);

	if (!screen_until(s, "quit", SCREEN_DEADLINE)) {
		screen_free(s);
		return NULL;
	}
	screen_type(s, "2");
	if (screen_until(s, "OBJECT", SCREEN_DEADLINE))
		return s;
	screen_free(s);
	return NULL;
}

/* --- processor time ---------------------------------------------------------------------------------------- */

static void compare_htop(const char *what, const char *bpf, double limit)
{
	static const char *const argv[] = { "htop", "-d", "10", NULL };
	struct screen *s[2] = { open_tab(bpf), NULL };
	pid_t family[BENCH_PROCESSES];
	int64_t used = 0, theirs;
	size_t n;

	if (!s[0]) {
		bench_missing(what, "the tab did not open");
		return;
	}
	s[1] = screen_start(120, 40, NULL, argv);
	bench_pass(s, 2, settle);
	n = bench_family(screen_pid(s[0]), family);
	for (size_t i = 0; i < n; i++)
		used -= bench_cpu(family[i]);
	theirs = -bench_cpu(screen_pid(s[1]));
	bench_pass(s, 2, window);
	for (size_t i = 0; i < n; i++)
		used += bench_cpu(family[i]);
	theirs += bench_cpu(screen_pid(s[1]));
	if (theirs > 0)
		bench_row(what, (double)used / (double)theirs, "", AT_MOST, limit);
	else
		bench_missing(what, "htop used no time");
	bench_note("ipcscope %.1f ms a second, htop %.1f", (double)used / 1e6 / window, (double)theirs / 1e6 / window);
	bench_quit(s[0]);
	bench_quit(s[1]);
}

static void compare_tabs(void)
{
	static const char links[] = "System tab, 10,000 pipes, of htop -d 10's time", walk[] = "the same, walked by the kernel";

	if (!bench_has("htop")) {
		bench_without(links, "no htop");
		return;
	}
	if (!bench_crowd()) {
		bench_missing(links, "the pipes could not be made");
	} else {
		compare_htop(links, "IPCSCOPE_BPF=0", 3);
		if (bpf_permitted())
			compare_htop(walk, "IPCSCOPE_BPF=1", 1);
		else
			bench_without(walk, "it is not permitted");
	}
	bench_crowd_end();
}

/* --- a pair that streams ------------------------------------------------------------------------------------- */

static atomic_ulong *bytes; /* read so far, shared with the reader */

static void stream(int side, const int end[2])
{
	static char page[4096];
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bench_pin(0, side);
	close(end[side == 0 ? 0 : 1]);
	while ((n = side == 0 ? write(end[1], page, sizeof page) : read(end[0], page, sizeof page)) > 0)
		if (side == 1)
			atomic_fetch_add_explicit(bytes, (unsigned long)n, memory_order_relaxed);
	_exit(0);
}

static bool fork_stream(pid_t pid[2])
{
	int end[2];

	if (pipe(end) != 0)
		return false;
	for (int side = 0; side < 2; side++)
		if ((pid[side] = fork()) == 0)
			stream(side, end);
	close(end[0]);
	close(end[1]);
	return pid[0] > 0 && pid[1] > 0;
}

/* Bytes a second while the tab looks on, or stands still. */
static double rate(struct screen *s, bool watched)
{
	struct screen *const one[] = { s };
	unsigned long before;
	int64_t began;

	kill(screen_pid(s), watched ? SIGCONT : SIGSTOP);
	bench_pass(one, 1, 0.1);
	before = atomic_load(bytes);
	began = clock_now();
	bench_pass(one, 1, 2); /* two scans, ten readings of levels */
	return (double)(atomic_load(bytes) - before) * 1e9 / (double)(clock_now() - began);
}

static void compare_streams(void)
{
	enum { TURNS = 11 };
	static const char what[] = "a pair that streams, shown in the tab / not";
	struct screen *s = NULL;
	double turn[TURNS];
	pid_t pid[2] = { 0 };

	bytes = mmap(NULL, sizeof *bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (bytes == MAP_FAILED || !fork_stream(pid) || !(s = open_tab("IPCSCOPE_BPF"))) {
		bench_missing(what, "it could not be set up");
	} else {
		for (int i = 0; i < TURNS; i++) {
			double first = rate(s, i % 2 == 0), second = rate(s, i % 2 != 0);

			turn[i] = i % 2 == 0 ? first / second : second / first;
		}
		kill(screen_pid(s), SIGCONT);
		bench_row(what, bench_median(turn, TURNS), "", AT_LEAST, 0.97);
		bench_note("median of %d turns, %.3f to %.3f", TURNS, turn[0], turn[TURNS - 1]);
	}
	bench_quit(s);
	for (int side = 0; side < 2; side++)
		if (pid[side] > 0) {
			kill(pid[side], SIGKILL);
			waitpid(pid[side], NULL, 0);
		}
}

void bench_system_tab(void)
{
	compare_tabs();
	compare_streams();
}

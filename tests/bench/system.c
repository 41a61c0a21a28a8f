/* SPDX-License-Identifier: MIT */
/* A snapshot of 10,000 pipes in 200 processes, with levels and states, beside lsof +E and lsfd, which have
 * neither: read by links as any user can, and as the kernel itself walks where that is permitted. And the chain of
 * five processes that wait for each other, beside lsof of those five. Each program in its turn. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "probe/bpf.h"
#include "tests/bench/bench.h"

enum { RUNS = 9, PROGRAMS = 5 };

extern char **environ;

struct program {
	const char *name;
	const char *argv[6];
	const char *bpf;    /* IPCSCOPE_BPF; NULL none of ours */
	bool there;
	double took[RUNS], cpu[RUNS], median; /* ms */
};

/* Processor time of all children so far, in ms. */
static double spent(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

/* Milliseconds that a program took, whose output nobody reads; negative when it failed. */
static double run(const struct program *p)
{
	posix_spawn_file_actions_t quiet;
	int64_t began = clock_now();
	int status = -1;
	pid_t pid;

	if (p->bpf)
		setenv("IPCSCOPE_BPF", p->bpf, 1);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, p->argv[0], &quiet, NULL, (char *const *)(uintptr_t)p->argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&quiet);
	unsetenv("IPCSCOPE_BPF");
	/* lsof and lsfd complain of what they may not see; only one that does not run at all has failed */
	return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? (double)(clock_now() - began) / 1e6 : -1;
}

/* Every program in each round; the first round brings the files into memory. False, and said, when one fails. */
static bool run_all(struct program *p, int n, const char *what)
{
	for (int i = -1; i < RUNS; i++)
		for (int k = 0; k < n; k++) {
			double before = spent(), ms = p[k].there ? run(&p[k]) : 0;

			if (ms < 0) {
				bench_missing(what, "%s does not run", p[k].name);
				return false;
			}
			if (i >= 0) {
				p[k].took[i] = ms;
				p[k].cpu[i] = spent() - before;
			}
		}
	for (int k = 0; k < n; k++)
		p[k].median = bench_median(p[k].took, RUNS);
	return true;
}

static void tell(struct program *p, int n)
{
	for (int k = 0; k < n; k++)
		if (p[k].there)
			bench_note("%-26s %6.1f ms (%.1f to %.1f), %.1f of processor; median of %d", p[k].name, p[k].median,
				   p[k].took[0], p[k].took[RUNS - 1], bench_median(p[k].cpu, RUNS), RUNS);
}

/* --- the whole machine --------------------------------------------------------------------------------- */

static void compare_snapshots(void)
{
	static const char links[] = "10,000 pipes in 200 processes, of the faster one's",
			  walk[] = "the same, walked by the kernel";
	struct program p[PROGRAMS] = {
		{ .name = "ipcscope system", .argv = { bench_program(), "system", "--json" }, .bpf = "0", .there = true },
		{ .name = "ipcscope system, walked", .argv = { bench_program(), "system", "--json" }, .bpf = "1",
		  .there = bpf_permitted() },
		{ .name = "lsof +E", .argv = { "lsof", "+E" }, .there = bench_has("lsof") },
		{ .name = "lsfd", .argv = { "lsfd" }, .there = bench_has("lsfd") },
		{ .name = "ipcscope system --all", .argv = { bench_program(), "system", "--json", "--all" }, .bpf = "1",
		  .there = true },
	};
	double faster = 0;

	if (!run_all(p, PROGRAMS, links))
		return;
	for (int k = 2; k < 4; k++)
		if (p[k].there && (faster == 0 || p[k].median < faster))
			faster = p[k].median;
	if (faster > 0)
		bench_row(links, p[0].median / faster, "", AT_MOST, 0.25);
	else
		bench_without(links, "neither lsof nor lsfd");
	if (faster > 0 && p[1].there)
		bench_row(walk, p[1].median / faster, "", AT_MOST, 0.05);
	else
		bench_without(walk, "it is not permitted, or there is nothing to compare it with");
	tell(p, PROGRAMS);
}

/* --- a chain --------------------------------------------------------------------------------------------- */

enum { LINKS = 5 };

/* Reads from its left, writes to its right until that is full: the last one is stopped, and so nobody goes on. */
static void link_of_chain(int pipes[][2], int which)
{
	char page[4096] = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < LINKS - 1; i++) {
		if (i != which)
			close(pipes[i][1]);
		if (i != which - 1)
			close(pipes[i][0]);
	}
	if (which == LINKS - 1)
		raise(SIGSTOP);
	while (write(pipes[which][1], page, sizeof page) > 0)
		;
	_exit(1);
}

static bool is_asleep(pid_t pid, bool stopped)
{
	char path[32], state = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(f);
	return state == (stopped ? 'T' : 'S');
}

static bool fork_chain(pid_t pid[LINKS])
{
	int64_t deadline = clock_now() + 5 * CLOCK_S;
	int pipes[LINKS - 1][2], asleep = 0;

	for (int i = 0; i < LINKS - 1; i++)
		if (pipe(pipes[i]) != 0)
			return false;
	for (int i = 0; i < LINKS; i++)
		if ((pid[i] = fork()) == 0)
			link_of_chain(pipes, i);
	for (int i = 0; i < LINKS - 1; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	while (asleep < LINKS && clock_now() < deadline)
		asleep += is_asleep(pid[asleep], asleep == LINKS - 1);
	return asleep == LINKS;
}

static void compare_chains(void)
{
	static const char what[] = "why of a chain of five, of lsof -p of the five";
	char first[16], all[64] = "";
	struct program p[] = {
		{ .name = "ipcscope why", .argv = { bench_program(), "why", first }, .there = true },
		{ .name = "lsof -p", .argv = { "lsof", "-p", all }, .there = bench_has("lsof") },
	};
	pid_t pid[LINKS] = { 0 };

	if (!fork_chain(pid)) {
		bench_missing(what, "the chain does not wait");
	} else {
		snprintf(first, sizeof first, "%d", (int)pid[0]);
		for (int i = 0; i < LINKS; i++)
			snprintf(all + strlen(all), sizeof all - strlen(all), "%s%d", i ? "," : "", (int)pid[i]);
		if (!p[1].there)
			bench_without(what, "no lsof");
		else if (run_all(p, 2, what))
			bench_row(what, p[0].median / p[1].median, "", AT_MOST, 0.5);
		tell(p, p[1].there ? 2 : 0);
	}
	for (int i = 0; i < LINKS; i++)
		if (pid[i] > 0) {
			kill(pid[i], SIGKILL);
			waitpid(pid[i], NULL, 0);
		}
}

void bench_system(void)
{
	if (bench_crowd())
		compare_snapshots();
	else
		bench_missing("10,000 pipes", "they could not be made");
	bench_crowd_end();
	compare_chains();
}

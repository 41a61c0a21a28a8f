/* SPDX-License-Identifier: MIT */
/* A snapshot of 10,000 pipes in 200 processes, with levels and states, beside lsof +E and lsfd, which have
 * neither; each in its turn. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/bench/bench.h"

static const char what[] = "10,000 pipes in 200 processes, of the faster one's";

enum { PAIRS = 100, PIPES = 100, RUNS = 9, PROGRAMS = 3 };

extern char **environ;

/* Keeps one end of each pipe, with a byte or two in some, and waits. */
static void hold(int pipes[][2], int side, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < PIPES; i++) {
		if (side == 0 && i % 2 && write(pipes[i][1], "ab", 2) != 2)
			_exit(1);
		close(pipes[i][side]);
	}
	while (getppid() == parent)
		pause();
	_exit(0);
}

static bool fork_pair(pid_t pid[2])
{
	static int pipes[PIPES][2];
	pid_t parent = getpid();
	int made = 0;

	pid[0] = pid[1] = -1;
	while (made < PIPES && pipe(pipes[made]) == 0)
		made++;
	for (int side = 0; side < 2 && made == PIPES; side++)
		if ((pid[side] = fork()) == 0)
			hold(pipes, side, parent);
	while (made-- > 0) {
		close(pipes[made][0]);
		close(pipes[made][1]);
	}
	return pid[0] > 0 && pid[1] > 0;
}

/* Milliseconds that a program took, whose output nobody reads; negative when it failed. */
static double run(const char *const argv[])
{
	posix_spawn_file_actions_t quiet;
	int64_t began = clock_now();
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &quiet, NULL, (char *const *)(uintptr_t)argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&quiet);
	/* lsof and lsfd complain of what they may not see; only one that does not run at all has failed */
	return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? (double)(clock_now() - began) / 1e6 : -1;
}

/* Processor time of all children so far, in ms. */
static double spent(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void compare(void)
{
	const char *const us[] = { bench_program(), "system", "--json", NULL };
	static const char *const lsof[] = { "lsof", "+E", NULL }, *const lsfd[] = { "lsfd", NULL };
	const char *const *const program[PROGRAMS] = { us, lsof, lsfd };
	bool there[PROGRAMS] = { true, bench_has("lsof"), bench_has("lsfd") };
	double took[PROGRAMS][RUNS], cpu[PROGRAMS][RUNS], faster = 0;

	/* the first run of each brings the files into memory */
	for (int i = -1; i < RUNS; i++)
		for (int k = 0; k < PROGRAMS; k++) {
			double before = spent(), ms = there[k] ? run(program[k]) : 0;

			if (ms < 0) {
				bench_missing(what, "%s does not run", program[k][0]);
				return;
			}
			if (i >= 0) {
				took[k][i] = ms;
				cpu[k][i] = spent() - before;
			}
		}
	for (int k = 0; k < PROGRAMS; k++) {
		double median = bench_median(took[k], RUNS);

		if (k > 0 && there[k] && (faster == 0 || median < faster))
			faster = median;
	}
	if (faster > 0)
		bench_row(what, bench_median(took[0], RUNS) / faster, "", AT_MOST, 0.25);
	else
		bench_without(what, "neither lsof nor lsfd");
	for (int k = 0; k < PROGRAMS; k++)
		if (there[k])
			bench_note("%-8s %6.1f ms (%.1f to %.1f), %.1f of processor; median of %d", k ? program[k][0] : "ipcscope",
				   bench_median(took[k], RUNS), took[k][0], took[k][RUNS - 1],
				   bench_median(cpu[k], RUNS), RUNS);
}

void bench_system(void)
{
	pid_t pid[PAIRS][2];
	int pairs = 0;

	while (pairs < PAIRS && fork_pair(pid[pairs]))
		pairs++;
	if (pairs == PAIRS)
		compare();
	else
		bench_missing(what, "the pipes could not be made");
	for (int i = 0; i < pairs; i++)
		for (int side = 0; side < 2; side++) {
			kill(pid[i][side], SIGKILL);
			waitpid(pid[i][side], NULL, 0);
		}
}

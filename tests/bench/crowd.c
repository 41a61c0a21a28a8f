/* SPDX-License-Identifier: MIT */
/* Many processes with many pipes, that do nothing. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

enum { PAIRS = BENCH_CROWD / 2, PIPES = 100 };

static pid_t member[PAIRS][2];

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

bool bench_crowd(void)
{
	for (int i = 0; i < PAIRS; i++)
		if (!fork_pair(member[i]))
			return false;
	return true;
}

void bench_crowd_end(void)
{
	for (int i = 0; i < PAIRS; i++)
		for (int side = 0; side < 2; side++)
			if (member[i][side] > 0) {
				kill(member[i][side], SIGKILL);
				waitpid(member[i][side], NULL, 0);
				member[i][side] = 0;
			}
}

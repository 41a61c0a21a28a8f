/* SPDX-License-Identifier: MIT */
/* pair SECONDS: a plain writer and a plain reader that stream pages through a pipe, as a lesson's
 * pair does; prints bytes a second as the reader saw them. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"

static volatile sig_atomic_t over;

static void alarmed(int signal)
{
	(void)signal;
	over = 1;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static _Noreturn void writer(int out)
{
	static char page[4096];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bench_pin(0, 1);
	while (write(out, page, sizeof page) > 0)
		;
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = alarmed };
	int seconds = argc == 2 ? atoi(argv[1]) : 0, ends[2];
	static char page[4096];
	uint64_t bytes = 0;
	double began;
	ssize_t got;

	if (seconds <= 0 || pipe(ends) < 0) {
		fputs("usage: pair SECONDS\n", stderr);
		return 2;
	}
	switch (fork()) {
	case -1:
		return 1;
	case 0:
		close(ends[0]);
		writer(ends[1]);
	}
	close(ends[1]);
	sigaction(SIGALRM, &action, NULL);
	alarm((unsigned)seconds);
	bench_pin(0, 0);
	began = now();
	while (!over && (got = read(ends[0], page, sizeof page)) > 0)
		bytes += (uint64_t)got;
	printf("%.0f\n", (double)bytes / (now() - began));
	return 0;
}

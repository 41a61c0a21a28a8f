/* SPDX-License-Identifier: MIT */
/* Processes kept on a processor each. */
#include <sched.h>

#include "tests/bench/bench.h"

void bench_pin(pid_t pid, int nth)
{
	cpu_set_t may, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof may, &may) < 0 || CPU_COUNT(&may) <= nth)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &may) && nth-- == 0)
			CPU_SET(cpu, &one);
	sched_setaffinity(pid, sizeof one, &one);
}

/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

int64_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * CLOCK_S + t.tv_nsec;
}

const char *clock_duration(int64_t ns, char *buf, size_t size)
{
	long s = (long)(ns / CLOCK_S);

	if (ns < 0)
		ns = s = 0;
	if (s < 10)
		snprintf(buf, size, "%ld.%ld s", s, (long)(ns / (100 * CLOCK_MS) % 10));
	else if (s < 60)
		snprintf(buf, size, "%ld s", s);
	else if (s < 3600)
		snprintf(buf, size, "%ld min %ld s", s / 60, s % 60);
	else
		snprintf(buf, size, "%ld h %ld min", s / 3600, s / 60 % 60);
	return buf;
}

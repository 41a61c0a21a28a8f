/* SPDX-License-Identifier: MIT */
/* How long a call waits at most, by its arguments: what is left, where it ends at a point in time. */
#include "system/wait.h"

#include <linux/futex.h>
#include <time.h>

#include "base/clock.h"
#include "probe/memory.h"

/* A timespec or timeval of the process in ns; -2: it cannot be read. */
static int64_t read_time(pid_t pid, uint64_t address, int64_t unit)
{
	int64_t pair[2];

	if (memory_read(pid, address, pair, sizeof pair) != (ssize_t)sizeof pair || pair[0] < 0 ||
	    pair[0] > INT64_MAX / CLOCK_S - 1)
		return -2;
	return pair[0] * CLOCK_S + pair[1] * unit;
}

/* What is left until a point in time on a clock. */
static int64_t until(clockid_t clock, int64_t point)
{
	struct timespec now;

	if (point < 0 || clock_gettime(clock, &now) != 0)
		return -2;
	point -= now.tv_sec * CLOCK_S + now.tv_nsec;
	return point < 0 ? 0 : point;
}

/* futex(2): FUTEX_WAIT alone has a duration. */
static int64_t limit_of_futex(const uint64_t *argument, int64_t time)
{
	int operation = (int)argument[1] & FUTEX_CMD_MASK;
	bool real = (int)argument[1] & FUTEX_CLOCK_REALTIME || operation == FUTEX_LOCK_PI;

	return operation == FUTEX_WAIT ? time : until(real ? CLOCK_REALTIME : CLOCK_MONOTONIC, time);
}

int64_t wait_limit(pid_t pid, const struct wait_row *row, const uint64_t *argument)
{
	uint64_t value = argument[row->limit_argument];

	switch (row->limit) {
	case LIMIT_NONE:
		return -1;
	case LIMIT_MS:
		return (int)value < 0 ? -1 : (int)value * CLOCK_MS;
	case LIMIT_URING:
		return wait_limit_uring(pid, argument);
	case LIMIT_POINT:
		return value == 0 ? -1 : -2;
	case LIMIT_TIMESPEC: case LIMIT_TIMEVAL: case LIMIT_REAL: case LIMIT_FUTEX: case LIMIT_SLEEP:
		break;
	}
	if (value == 0)
		return -1;
	switch (row->limit) {
	case LIMIT_TIMEVAL:
		return read_time(pid, value, CLOCK_US);
	case LIMIT_REAL:
		return until(CLOCK_REALTIME, read_time(pid, value, 1));
	case LIMIT_FUTEX:
		return limit_of_futex(argument, read_time(pid, value, 1));
	case LIMIT_SLEEP:
		/* Other clocks are those of a process. */
		if (argument[1] & TIMER_ABSTIME)
			return (int)argument[0] < 0 ? -2 : until((clockid_t)argument[0], read_time(pid, value, 1));
		return read_time(pid, value, 1);
	case LIMIT_NONE: case LIMIT_MS: case LIMIT_URING: case LIMIT_POINT: case LIMIT_TIMESPEC:
		break;
	}
	return read_time(pid, value, 1);
}

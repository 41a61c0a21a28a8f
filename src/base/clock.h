/* SPDX-License-Identifier: MIT */
/* Time: nanoseconds of CLOCK_MONOTONIC, and how durations read. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_US INT64_C(1000)
#define CLOCK_MS INT64_C(1000000)
#define CLOCK_S INT64_C(1000000000)

/* Now, in ns; never goes back (clock_gettime(2), CLOCK_MONOTONIC). */
int64_t clock_now(void);

/* "0.3 s", "3.2 s", "14 s", "2 min 5 s", "1 h 4 min": tenths below ten seconds.
 * Writes into buf and returns it. */
const char *clock_duration(int64_t ns, char *buf, size_t size);

#endif

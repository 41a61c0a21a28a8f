/* SPDX-License-Identifier: MIT */
/* All processes of the machine, or some of them, through libproc2 (libprocps where that
 * is what the system has): what ps(1) would show of them. */
#ifndef PROBE_CENSUS_H
#define PROBE_CENSUS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct census_entry {
	pid_t pid, parent;
	char state;
	unsigned uid;
	uint64_t start; /* clock ticks since boot: with the pid, who it is (proc_pid_stat(5)) */
	char name[64];  /* comm; raw bytes: make it printable before showing */
};

struct census {
	struct census_entry *list; /* by pid */
	size_t count, room;
};

/* Reads all processes. Reuses out's memory. Returns 0 or -1 with e. */
int census_read(struct census *out, struct error *e);
void census_free(struct census *c);

/* One entry of the list by pid, or NULL. */
const struct census_entry *census_find(const struct census *c, pid_t pid);

/* Fills `out` with the pids of all descendants of `root`, parents before children;
 * at most `max`. Returns how many. */
size_t census_descendants(const struct census *c, pid_t root, pid_t *out, size_t max);

/* Call once before the terminal is taken over: libproc ends the program with a message
 * when /proc is not mounted; this asks first. 0 or -1 with e and a hint. */
int census_available(struct error *e);

#endif

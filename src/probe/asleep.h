/* SPDX-License-Identifier: MIT */
/* How long a thread has been asleep, from one look: /proc/TID/sched.
 *
 * No interface says when a sleep began. But se.exec_start is the time at which the scheduler last
 * charged a thread for running, so of a sleeping one the moment it fell asleep; and as it changes
 * whenever the thread runs, two looks with the same value prove that it slept in between.
 *
 * That time is of the processor's own clock, which stands still during interrupts and while a
 * hypervisor had the processor, as the kernel was built: so what is told is a lower bound, found by
 * comparing with this thread's own reading and with what /proc/stat tells of the processors.
 * Everybody may read it; kernels without CONFIG_SCHED_DEBUG (before 6.15) have none. */
#ifndef PROBE_ASLEEP_H
#define PROBE_ASLEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asleep_clock {
	bool usable;
	int processors;
	int64_t *behind; /* ns, by processor: its clock is at most so much behind CLOCK_MONOTONIC */
	int64_t most;    /* of them all; -1 when they differ much, and the processor must be asked for */
};

/* Compares the clocks by reading up to sixty processes: 1 ms at most. It holds for some seconds.
 * asleep_release frees what it took. */
void asleep_compare(struct asleep_clock *c);
void asleep_release(struct asleep_clock *c);

/* The mark of the sleep of a thread: its exec_start in ns. `folder` is of procfs_open; `prefix` "" or
 * "task/TID/". False where it cannot be read. 10 us. */
bool asleep_mark(int folder, const char *prefix, uint64_t *mark);

/* ns that a thread with this mark has been asleep at least by `now`; -1 not known. Reads which
 * processor it ran on, where that matters. */
int64_t asleep_for(const struct asleep_clock *c, int folder, const char *prefix, uint64_t mark, int64_t now);

/* Parsers: of /proc/TID/sched, and of one processor's line of /proc/stat (proc_stat(5)), ns that went
 * into interrupts and to a hypervisor. */
bool asleep_parse_sched(const char *text, size_t length, uint64_t *mark);
bool asleep_parse_processor(const char *line, size_t length, int *processor, int64_t *interrupts, int64_t *stolen);

#endif

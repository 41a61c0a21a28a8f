/* SPDX-License-Identifier: MIT */
/* /proc/PID/status: state, signal sets, context switches (proc_pid_status(5)).
 *
 * libproc2 offers most of these, but not the context switches that prove a process
 * stayed asleep, and costs fifteen times as much; see probe/census.h for what it is
 * used for. */
#ifndef PROBE_STATUS_H
#define PROBE_STATUS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct status {
	char name[64];   /* as the kernel shows it (escaped by the kernel: \n, \\) */
	char state;      /* R S D T t Z X I, or 0 when the text does not say */
	pid_t parent, tracer;
	unsigned uid;    /* effective */
	/* Signal sets: bit N-1 stands for signal N. */
	uint64_t pending_thread, pending_process, blocked, ignored, caught;
	uint64_t queued, queue_limit; /* SigQ: real-time and other queued signals of this user */
	uint64_t voluntary, involuntary; /* context switches */
	unsigned has; /* which of the fields the text held, STATUS_HAS_* */
};

enum { STATUS_HAS_STATE = 1, STATUS_HAS_SIGNALS = 2, STATUS_HAS_SWITCHES = 4, STATUS_HAS_PARENT = 8 };

/* Parses the file's text, any bytes whatever. Returns 0, or -1 when not even the
 * state could be found. Fields that are missing or malformed are 0 and not in `has`. */
int status_parse(const char *text, size_t length, struct status *out);

/* Reads and parses through a folder of procfs_open. 0 or -errno. */
int status_read(int procdir, struct status *out);

#endif

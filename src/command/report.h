/* SPDX-License-Identifier: MIT */
/* How a run is reported: as text that is a lesson again, or as JSON, one object a line. */
#ifndef COMMAND_REPORT_H
#define COMMAND_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "play/player.h"

struct report {
	bool json, quiet;
	uint64_t told; /* events of the trace that were reported */
	int64_t began;
};

/* A lesson begins: its name as given, its title. */
void report_begin(struct report *r, const char *name, const struct lesson *l);
/* Whatever is new in the trace. */
void report_events(struct report *r, const struct trace *t);
/* A lesson ended; failure NULL: the kernel did as it says. */
void report_end(struct report *r, const char *name, const struct lesson *l,
		const struct player_failure *failure);
/* It was not played: "mistake" or "unavailable". */
void report_skip(struct report *r, const char *name, const char *outcome, const char *why);

#endif

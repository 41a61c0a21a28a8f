/* SPDX-License-Identifier: MIT */
/* What rate.c and rate_side.c share: those on one side of an object, and what they moved between two snapshots. */
#ifndef SYSTEM_RATE_H
#define SYSTEM_RATE_H

#include "system/private.h"

/* A way through an object: who writes and who reads. */
struct way {
	int object, before;   /* indexes, in the snapshot and in the one before; before -1: not there then */
	char from, to;        /* sides of objects with two; else 0 */
};

struct side {
	int n;                /* processes */
	const char *why;      /* why what they moved is not known; NULL: it is */
	bool slept;           /* all that have had it are known, and none of them ran: nothing was moved */
	int64_t least, most;  /* bytes they wrote, or read, in all */
	int64_t calls;        /* in how many calls, at least */
	bool trusted;         /* nothing speaks for their moving data otherwise, which would not be counted */
};

struct rates {
	struct system *s;
	const struct system *before;
	int64_t between;      /* ns between the levels of both */
	int *earlier;         /* by object: index in the snapshot before, -1 */
	unsigned *stamp, now; /* by process: who is in the set that was made last */
	bool *pending;        /* by object, twice: to side a (or the only way), to side b: sleep does not tell */
	bool *active;         /* the same: counted bytes may pass there */
	int *sinks, *sources; /* by process: how many of those it writes to, reads from */
};

void side_of(struct rates *r, const struct way *w, bool writes, struct side *out);
/* Whether one process is on both. */
bool side_common(struct rates *r, const struct way *w);
/* Whether those on both sides have a way for what they moved but this. */
bool side_others(struct rates *r, const struct way *w);
void side_count_active(struct rates *r);
/* Whether those on the side still have not run: for who slept while the other side moved. */
bool side_still(struct rates *r, const struct way *w, bool writes);

#endif

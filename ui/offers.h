/* SPDX-License-Identifier: MIT */
/* The calls that make sense for a process now, filled in: from the table of calls and the
 * picture. */
#ifndef UI_OFFERS_H
#define UI_OFFERS_H

#include "stage/picture.h"

struct offer {
	char line[160];     /* "writer write(p.w, 4096)": a line of the language */
	const char *call;   /* "write(p.w, 4096)": points into line */
	const char *detail; /* the call's summary */
	const char *see;
};

enum { OFFERS = 96 };

/* Fills `list`, at most OFFERS; returns how many. A blocked process is offered nothing that it
 * could not take: only what others can do to it (kill from another process). */
int offers_list(const struct picture *p, int process, struct offer list[OFFERS]);

#endif

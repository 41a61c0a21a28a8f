/* SPDX-License-Identifier: MIT */
/* The questions before an object is removed: one for what the stage made, a second for what is somebody
 * else's, which says whose. */
#ifndef UI_REMOVAL_H
#define UI_REMOVAL_H

#include "ui/objects.h"

struct removal {
	enum { REMOVAL_TELLS, REMOVAL_ASKS, REMOVAL_ASKS_AGAIN } state;
	char kind;           /* what is to be removed, as struct objects_row has it */
	uint64_t identity;
	bool ours;
	char what[120];      /* "queue q (id 3)" */
	char whose[80];      /* "user bob" */
	char effect[160];    /* what comes of it; "" nothing worth telling */
	char typed[8];       /* of the second answer */
	char told[300];      /* why not */
};

enum removal_result { REMOVAL_GOES_ON, REMOVAL_LEFT, REMOVAL_SURE };

void removal_ask(struct removal *r, const struct objects_row *row);
/* Says why nothing is removed. */
void removal_tell(struct removal *r, const char *why);

enum removal_result removal_key(struct removal *r, int key);
/* Whether letters are taken as they are. */
bool removal_typing(const struct removal *r);
void removal_draw(struct canvas *c, const struct removal *r);

#endif

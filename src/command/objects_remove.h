/* SPDX-License-Identifier: MIT */
/* ipcscope objects rm: which objects are meant, whom their removal hurts, and the removal. */
#ifndef COMMAND_OBJECTS_REMOVE_H
#define COMMAND_OBJECTS_REMOVE_H

#include <stdbool.h>

#include "command/facilities.h"

struct removal_wanted {
	const char *kinds;    /* of -q -m -s -Q -M -S; "" all */
	const char *pattern;  /* NULL none */
	bool yes, force, json;
};

/* Removes what the operands (a NULL behind the last) and the pattern name; says on standard output what
 * went (as JSON: what did not, too), on standard error what did not. Returns an exit status. */
int objects_remove(const struct system *s, char *const *operand, const struct removal_wanted *w);

#endif

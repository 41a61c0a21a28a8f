/* SPDX-License-Identifier: MIT */
/* Rates of a snapshot as text, for the table and the System tab. */
#ifndef COMMAND_RATES_H
#define COMMAND_RATES_H

#include "base/text.h"
#include "system/system.h"

/* "12MB/s", "<1B/s", of a POSIX queue "3 msgs/s"; a bound as "<=12MB/s", with the sign of utf8 where that may be.
 * Nothing when it is not known. */
void rates_add(struct text *t, const struct system_object *o, const struct system_rate *r, bool utf8);

/* What passed and how that is known, or why it is not: "12MB/s passed, modelled: what its writers ...". Names are raw. */
void rates_add_about(struct text *t, const struct system *s, const struct system_object *o, bool utf8);

#endif

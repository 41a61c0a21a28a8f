/* SPDX-License-Identifier: MIT */
/* What the mechanisms' files share: filling in outcomes, data and its pattern.
 * Only files of this folder include it. */
#ifndef CALL_MAKE_H
#define CALL_MAKE_H

#include <errno.h>

#include "call/call.h"

/* Every make function looks so. */
#define MAKE(function) \
	static void function(const struct value *a, int n, struct call_context *c, struct outcome *out)
#define UNUSED(x) (void)(x)

/* The result of a call that follows errno(3)'s convention. */
static inline void make_result(struct outcome *out, int64_t result)
{
	out->result = result;
	out->error = result == -1 ? errno : 0;
}

static inline void make_error(struct outcome *out, int error)
{
	out->result = -1;
	out->error = error;
}

/* Bytes to write: the text itself, or the process's letter that many times. Sets *data and
 * *length; false with EINVAL or E2BIG in out when there are too many. */
bool make_data(const struct value *v, struct call_context *c, struct outcome *out,
	       const void **data, size_t *length);

/* Tells what was read: its length, its runs of equal bytes, how it begins. */
void make_told(struct call_context *c, struct outcome *out, const uint8_t *data, size_t length);

/* Checks a number of bytes to read; false with an error in out. */
bool make_room(const struct value *v, struct outcome *out);

/* The rows of each mechanism, ended by a row without a name. */
extern const struct call calls_pipe[], calls_file[], calls_process[], calls_signal[], calls_stdio[],
	calls_socket[], calls_sysv[];

#endif

/* SPDX-License-Identifier: MIT */
/* What the mechanisms' files share: filling in outcomes, data and its pattern.
 * Only files of this folder include it. */
#ifndef CALL_MAKE_H
#define CALL_MAKE_H

#include <errno.h>
#include <signal.h>
#include <time.h>

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

/* One that cannot fail any more, and may be -1. */
static inline void make_value(struct outcome *out, int64_t result)
{
	out->result = result;
	out->error = 0;
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

static inline void *make_address(const struct value *v)
{
	return (void *)(intptr_t)v->number;
}

/* Touches memory at an address of the lesson's, which need not be there: calls access(data). False
 * with EFAULT in out when that raised a SIGSEGV or SIGBUS that the lesson catches; when it does not,
 * the process ends as any would. */
bool make_touch(struct call_context *c, struct outcome *out, void (*access)(void *), void *data);

/* So many ms; what the kernel makes of a negative time stays its matter. */
static inline struct timespec make_time(int64_t ms)
{
	return (struct timespec){ .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
}

/* A set of signals, bit N-1 for signal N, as sigset_t. */
void make_signals(const struct value *v, sigset_t *set);

/* Whether a command of fcntl(2) takes a lock {type, start, length}; and the call with one. */
bool make_locks(int64_t command);
void make_lock(const struct value *a, struct outcome *out);

/* What waits on a futex sleeps here. Where futex(2) is asked for times of 64 bits, 32-bit systems have
 * another call. */
#if defined SYS_futex && defined SYS_futex_time64
#define FUTEX_SLEEPS { CALL_SLEEPS(SYS_futex), CALL_SLEEPS(SYS_futex_time64) }
#elif defined SYS_futex
#define FUTEX_SLEEPS { CALL_SLEEPS(SYS_futex) }
#else
#define FUTEX_SLEEPS { CALL_SLEEPS(SYS_futex_time64) }
#endif

/* The rows of each mechanism, ended by a row without a name. */
extern const struct call calls_pipe[], calls_file[], calls_process[], calls_signal[], calls_stdio[],
	calls_socket[], calls_sysv[], calls_sysv_queue[], calls_sysv_memory[], calls_sysv_semaphore[],
	calls_memory[], calls_signal_wait[], calls_lock[], calls_socket_data[], calls_socket_option[],
	calls_posix[], calls_posix_queue[], calls_posix_semaphore[], calls_posix_mutex[], calls_memory_more[],
	calls_event[], calls_terminal[], calls_zero_copy[];

#endif

/* SPDX-License-Identifier: MIT */
/* Mutexes in memory that processes share, robust ones too: pthread_mutexattr_setrobust(3). These
 * calls return their error number; it is told like everybody else's. */
#include <pthread.h>
#include <sys/syscall.h>

#include "call/posix.h"

struct at {
	pthread_mutex_t *mutex;
	int64_t flags;
	int error;
};

static int kind_of(int64_t flags)
{
	return flags & CALL_MUTEX_RECURSIVE ? PTHREAD_MUTEX_RECURSIVE :
	       flags & CALL_MUTEX_ERRORCHECK ? PTHREAD_MUTEX_ERRORCHECK : PTHREAD_MUTEX_NORMAL;
}

static void init(void *data)
{
	struct at *m = data;
	pthread_mutexattr_t attributes;

	m->error = pthread_mutexattr_init(&attributes);
	if (m->error)
		return;
	if (m->flags & CALL_MUTEX_SHARED)
		m->error = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	if (!m->error && m->flags & CALL_MUTEX_ROBUST)
		m->error = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	if (!m->error)
		m->error = pthread_mutexattr_settype(&attributes, kind_of(m->flags));
	if (!m->error)
		m->error = pthread_mutex_init(m->mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

static void lock(void *data)
{
	struct at *m = data;

	m->error = pthread_mutex_lock(m->mutex);
}

static void try(void *data)
{
	struct at *m = data;

	m->error = pthread_mutex_trylock(m->mutex);
}

static void unlock(void *data)
{
	struct at *m = data;

	m->error = pthread_mutex_unlock(m->mutex);
}

static void repair(void *data)
{
	struct at *m = data;

	m->error = pthread_mutex_consistent(m->mutex);
}

static void destroy(void *data)
{
	struct at *m = data;

	m->error = pthread_mutex_destroy(m->mutex);
}

static void use(void (*how)(void *), const struct value *address, int64_t flags, struct call_context *c,
		struct outcome *out)
{
	struct at m = { .mutex = make_address(address), .flags = flags };

	if (!make_touch(c, out, how, &m))
		return;
	if (m.error)
		make_error(out, m.error);
	else
		make_result(out, 0);
}

MAKE(make_pthread_mutex_init)
{
	UNUSED(n);
	if (a[1].number & ~(int64_t)(CALL_MUTEX_SHARED | CALL_MUTEX_ROBUST | CALL_MUTEX_ERRORCHECK | CALL_MUTEX_RECURSIVE))
		make_error(out, EINVAL);
	else
		use(init, &a[0], a[1].number, c, out);
}

#define MAKE_WITH(function, how) \
	MAKE(function) \
	{ \
		UNUSED(n); \
		use(how, &a[0], 0, c, out); \
	}

MAKE_WITH(make_pthread_mutex_lock, lock)
MAKE_WITH(make_pthread_mutex_trylock, try)
MAKE_WITH(make_pthread_mutex_unlock, unlock)
MAKE_WITH(make_pthread_mutex_consistent, repair)
MAKE_WITH(make_pthread_mutex_destroy, destroy)

#define MUTEX { "mutex", ARGUMENT_ADDRESS, NULL, false, 0 }
#define ROW(call, manual, ...) \
	{ .name = #call, .make = make_##call, .mechanism = "posix", .see = manual, .result = RESULT_ZERO, __VA_ARGS__ }

const struct call calls_posix_mutex[] = {
	ROW(pthread_mutex_init, "pthread_mutex_init(3)",
	    .argument = { MUTEX, { "attr", ARGUMENT_SYMBOLS, &symbols_mutex, true, 0 } },
	    .names_argument = 1, .summary = "a mutex in memory: PTHREAD_PROCESS_SHARED|PTHREAD_MUTEX_ROBUST"),
	ROW(pthread_mutex_lock, "pthread_mutex_lock(3)", .argument = { MUTEX }, .sleeps_in = FUTEX_SLEEPS,
	    .summary = "takes it; waits while another has it; EOWNERDEAD: that one died"),
	ROW(pthread_mutex_trylock, "pthread_mutex_lock(3)", .argument = { MUTEX },
	    .summary = "takes it, or EBUSY"),
	ROW(pthread_mutex_unlock, "pthread_mutex_lock(3)", .argument = { MUTEX },
	    .summary = "gives it back; whoever waits goes on"),
	ROW(pthread_mutex_consistent, "pthread_mutex_consistent(3)", .argument = { MUTEX },
	    .summary = "after EOWNERDEAD: what it guards is in order again"),
	ROW(pthread_mutex_destroy, "pthread_mutex_init(3)", .argument = { MUTEX }, .summary = "its end"),
	{ 0 },
};

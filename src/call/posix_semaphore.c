/* SPDX-License-Identifier: MIT */
/* POSIX semaphores, by name or in the lesson's own memory: sem_overview(7). */
#include <fcntl.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <time.h>

#include "call/posix.h"

MAKE(make_sem_open)
{
	char name[POSIX_NAME];

	UNUSED(n);
	if (posix_naming(&a[0], a[1].number, 'S', c, name, out)) {
		sem_t *s = sem_open(name, (int)a[1].number, (mode_t)a[2].number, (unsigned)a[3].number);

		make_result(out, s == SEM_FAILED ? -1 : (int64_t)(intptr_t)s);
	}
}

MAKE(make_sem_unlink)
{
	UNUSED(n);
	posix_unlink(sem_unlink, 'S', &a[0], c, out);
}

/* glibc frees its note of a name it opened; any other address is EINVAL and not touched. */
MAKE(make_sem_close)
{
	UNUSED(n), UNUSED(c);
	make_result(out, sem_close(make_address(&a[0])));
}

/* ---- what touches the semaphore: the address is a lesson's, and nothing need be there ------------ */

struct at {
	sem_t *semaphore;
	int pshared;
	unsigned number;
	int64_t ms;
	int result, error, value;
};

static void did(struct at *s, int result)
{
	s->result = result;
	s->error = errno;
}

static void init(void *data)
{
	struct at *s = data;

	did(s, sem_init(s->semaphore, s->pshared, s->number));
}

static void take(void *data)
{
	struct at *s = data;

	did(s, sem_wait(s->semaphore));
}

static void try(void *data)
{
	struct at *s = data;

	did(s, sem_trywait(s->semaphore));
}

/* sem_timedwait(3) wants a moment of CLOCK_REALTIME. */
static void take_until(void *data)
{
	struct at *s = data;
	struct timespec until, wait = make_time(s->ms);

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += wait.tv_sec;
	until.tv_nsec += wait.tv_nsec;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	did(s, sem_timedwait(s->semaphore, &until));
}

static void post(void *data)
{
	struct at *s = data;

	did(s, sem_post(s->semaphore));
}

static void look(void *data)
{
	struct at *s = data;

	did(s, sem_getvalue(s->semaphore, &s->value));
}

static void destroy(void *data)
{
	struct at *s = data;

	did(s, sem_destroy(s->semaphore));
}

static void use(void (*how)(void *), struct at *s, struct call_context *c, struct outcome *out)
{
	if (!make_touch(c, out, how, s))
		return;
	errno = s->error;
	make_result(out, s->result);
}

MAKE(make_sem_init)
{
	struct at s = { .semaphore = make_address(&a[0]), .pshared = (int)a[1].number, .number = (unsigned)a[2].number };

	UNUSED(n);
	use(init, &s, c, out);
}

MAKE(make_sem_wait)
{
	struct at s = { .semaphore = make_address(&a[0]) };

	UNUSED(n);
	use(take, &s, c, out);
}

MAKE(make_sem_trywait)
{
	struct at s = { .semaphore = make_address(&a[0]) };

	UNUSED(n);
	use(try, &s, c, out);
}

MAKE(make_sem_timedwait)
{
	struct at s = { .semaphore = make_address(&a[0]), .ms = a[1].number };

	UNUSED(n);
	use(take_until, &s, c, out);
}

MAKE(make_sem_post)
{
	struct at s = { .semaphore = make_address(&a[0]) };

	UNUSED(n);
	use(post, &s, c, out);
}

MAKE(make_sem_getvalue)
{
	struct at s = { .semaphore = make_address(&a[0]) };

	UNUSED(n);
	use(look, &s, c, out);
	out->n_values = out->result == 0;
	out->values[0] = s.value;
}

MAKE(make_sem_destroy)
{
	struct at s = { .semaphore = make_address(&a[0]) };

	UNUSED(n);
	use(destroy, &s, c, out);
}

#define SEM { "sem", ARGUMENT_ADDRESS, NULL, false, 0 }
#define ROW(call, manual, ...) { .name = #call, .make = make_##call, .mechanism = "posix", .see = manual, __VA_ARGS__ }

const struct call calls_posix_semaphore[] = {
	ROW(sem_open, "sem_open(3)",
	    .argument = { POSIX_ARGUMENT, POSIX_FLAGS, POSIX_MODE, { "value", ARGUMENT_NUMBER, NULL, true, 0 } },
	    .result = RESULT_ADDRESS, .summary = "a semaphore by name, in memory that the kernel maps",
	    .offers = "s = sem_open(\"/s\", O_RDWR|O_CREAT, 0600, 1)"),
	ROW(sem_init, "sem_init(3)",
	    .argument = { SEM, { "pshared", ARGUMENT_NUMBER, NULL, false, 0 }, { "value", ARGUMENT_NUMBER, NULL, false, 0 } },
	    .result = RESULT_ZERO, .names_argument = 1, .summary = "makes one in memory; pshared 1: for other processes too"),
	ROW(sem_wait, "sem_wait(3)", .argument = { SEM }, .result = RESULT_ZERO, .sleeps_in = FUTEX_SLEEPS,
	    .summary = "takes one; waits while there is none", .offers = "sem_wait({psem})"),
	ROW(sem_trywait, "sem_wait(3)", .argument = { SEM }, .result = RESULT_ZERO,
	    .summary = "takes one, or EAGAIN when there is none"),
	ROW(sem_timedwait, "sem_wait(3)", .argument = { SEM, { "timeout", ARGUMENT_NUMBER, NULL, false, 0 } },
	    .result = RESULT_ZERO, .sleeps_in = FUTEX_SLEEPS, .summary = "takes one; gives up after so many ms: ETIMEDOUT"),
	ROW(sem_post, "sem_post(3)", .argument = { SEM }, .result = RESULT_ZERO,
	    .summary = "gives one; whoever waits goes on", .offers = "sem_post({psem})"),
	ROW(sem_getvalue, "sem_getvalue(3)", .argument = { SEM }, .result = RESULT_VALUE,
	    .summary = "how many there are: 0 [1]", .offers = "sem_getvalue({psem})"),
	ROW(sem_destroy, "sem_destroy(3)", .argument = { SEM }, .result = RESULT_ZERO,
	    .summary = "the end of one that sem_init made"),
	ROW(sem_close, "sem_close(3)", .argument = { SEM }, .result = RESULT_ZERO,
	    .summary = "unmaps one that sem_open opened; it stays"),
	ROW(sem_unlink, "sem_unlink(3)", .argument = { POSIX_ARGUMENT }, .result = RESULT_ZERO,
	    .summary = "removes the name; it goes when nobody has it open"),
	{ 0 },
};

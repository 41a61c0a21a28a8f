/* SPDX-License-Identifier: MIT */
/* The table of calls: which mechanisms there are, in the manual's order. */
#include <stdlib.h>
#include <string.h>

#include "base/alike.h"
#include "call/make.h"

static const struct call *const mechanisms[] = {
	calls_pipe, calls_file, calls_lock, calls_process, calls_signal, calls_signal_wait, calls_stdio,
	calls_socket, calls_socket_data, calls_socket_option, calls_sysv, calls_sysv_queue, calls_sysv_memory,
	calls_sysv_semaphore, calls_memory, calls_memory_more, calls_posix, calls_posix_queue,
	calls_posix_semaphore, calls_posix_mutex, calls_event, calls_terminal, calls_zero_copy,
};

const struct call *call_nth(size_t n)
{
	for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
		for (const struct call *c = mechanisms[i]; c->name; c++)
			if (n-- == 0)
				return c;
	return NULL;
}

const struct call *call_find(const char *name)
{
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

size_t call_number(const struct call *c)
{
	size_t n = 0;

	while (call_nth(n) && call_nth(n) != c)
		n++;
	return n;
}

int call_most(const struct call *c)
{
	int n = 0;

	while (n < CALL_ARGUMENTS && c->argument[n].type != ARGUMENT_NONE)
		n++;
	return n;
}

int call_fewest(const struct call *c)
{
	int n = 0;

	while (n < CALL_ARGUMENTS && c->argument[n].type != ARGUMENT_NONE && !c->argument[n].optional)
		n++;
	return n;
}

const struct tuple_type *call_tuple(enum argument_type type)
{
	static const struct tuple_type semop = { 2, 3, { { "number", NULL }, { "operation", NULL },
							 { "flags", &symbols_semop } } };
	static const struct tuple_type lock = { 3, 3, { { "type", &symbols_lock }, { "start", NULL },
							{ "length", NULL } } };

	return type == ARGUMENT_SEMOP ? &semop : type == ARGUMENT_LOCK ? &lock : NULL;
}

bool call_sleeps_in(const struct call *c, long number)
{
	for (int i = 0; i < 3 && c->sleeps_in[i]; i++)
		if (c->sleeps_in[i] == CALL_SLEEPS(number))
			return true;
	return false;
}

const struct call *call_nearest(const char *name)
{
	const struct call *c, *best = NULL;
	int least = ALIKE_FAR;

	for (size_t i = 0; (c = call_nth(i)); i++)
		if (alike_distance(name, c->name) < least) {
			least = alike_distance(name, c->name);
			best = c;
		}
	return best;
}

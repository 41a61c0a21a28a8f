/* SPDX-License-Identifier: MIT */
/* Looking at everything, again and again. */
#include "tests/system/observe.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "system/why.h"
#include "tests/unit.h"

static int ready[2], go[2];

static void look(struct system *s, const pid_t *pids, size_t n)
{
	struct error e;
	struct why why;

	ck_assert_msg(system_take(s, NULL, 0, NULL, &e) == 0, "%s", e.text);
	for (size_t i = 0; i < n; i++)
		why_take(s, pids[i], &why, NULL);
}

void observe(int times, const pid_t *pids, size_t n)
{
	struct system *kept = system_new();

	kept->with_memory = true;
	for (int i = 0; i < times; i++) {
		/* A second snapshot takes over what cannot have changed; a first one asks for all. */
		struct system *s = i % 2 ? system_new() : kept;

		look(s, pids, n);
		if (s != kept)
			system_free(s);
	}
	system_free(kept);
}

void observe_one(pid_t pid)
{
	observe(OBSERVE_TIMES, &pid, 1);
}

uint64_t observe_sleeps(pid_t pid)
{
	unsigned long long n = 0;
	char path[64], line[128];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	ck_assert_ptr_nonnull(f);
	while (!found && fgets(line, sizeof line, f))
		found = sscanf(line, "voluntary_ctxt_switches: %llu", &n) == 1;
	fclose(f);
	ck_assert(found);
	return n;
}

void observe_begin(void)
{
	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(go, O_CLOEXEC), 0);
}

bool observe_ready_and_wait(void)
{
	char c;

	alarm(120);
	return write(ready[1], "r", 1) == 1 && read(go[0], &c, 1) == 1;
}

void observe_await_ready(void)
{
	char c;

	/* Whoever fails before it is ready closes the last end but ours. */
	close(ready[1]);
	ck_assert_msg(read(ready[0], &c, 1) == 1, "the child could not make what it should");
}

void observe_let_go(void)
{
	ck_assert_int_eq(write(go[1], "g", 1), 1);
}

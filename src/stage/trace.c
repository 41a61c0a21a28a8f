/* SPDX-License-Identifier: MIT */
#include "stage/trace.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"

void trace_init(struct trace *t)
{
	ring_init(&t->ring, sizeof(struct event), TRACE_KEPT);
	t->began = clock_now();
}

void trace_free(struct trace *t)
{
	ring_free(&t->ring);
}

void trace_clear(struct trace *t)
{
	ring_clear(&t->ring);
	t->began = clock_now();
}

struct event *trace_append(struct trace *t, enum event_kind kind, int64_t time, const char *who)
{
	struct event *e = ring_push(&t->ring);

	e->kind = kind;
	e->time = time;
	snprintf(e->who, sizeof e->who, "%s", who);
	return e;
}

const struct event *trace_at(const struct trace *t, uint64_t number)
{
	return ring_at(&t->ring, number);
}

uint64_t trace_first(const struct trace *t)
{
	return ring_first(&t->ring);
}

uint64_t trace_count(const struct trace *t)
{
	return t->ring.pushed;
}

void trace_line(struct event *e, const char *call, const char *result)
{
	struct text line = { 0 };

	text_add(&line, e->who);
	if (e->who[0])
		text_pad(&line, 8);
	text_add(&line, call);
	if (result[0]) {
		text_pad(&line, 35);
		text_add(&line, result);
	}
	snprintf(e->line, sizeof e->line, "%s", text_string(&line));
	text_free(&line);
}

const char *event_kind_name(enum event_kind k)
{
	static const char *const name[] = {
		[EVENT_SPAWNED] = "spawned", [EVENT_FORKED] = "forked", [EVENT_EXECED] = "execed",
		[EVENT_CALLED] = "called", [EVENT_BLOCKED] = "blocked", [EVENT_RESUMED] = "resumed",
		[EVENT_CAUGHT] = "caught", [EVENT_ENDED] = "ended", [EVENT_STREAM] = "stream",
		[EVENT_STREAMED] = "streamed", [EVENT_OUTPUT] = "output", [EVENT_TEXT] = "text",
		[EVENT_EXPECTED] = "expected", [EVENT_TROUBLE] = "trouble",
	};

	return name[k];
}

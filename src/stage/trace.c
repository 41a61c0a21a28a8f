/* SPDX-License-Identifier: MIT */
#include "stage/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

void trace_init(struct trace *t)
{
	ring_init(&t->ring, sizeof(struct event), TRACE_KEPT);
	t->began = clock_now();
}

static void release_lines(struct trace *t)
{
	for (uint64_t i = trace_first(t); i < trace_count(t); i++)
		free(((struct event *)ring_at(&t->ring, i))->line);
}

void trace_free(struct trace *t)
{
	release_lines(t);
	ring_free(&t->ring);
}

void trace_clear(struct trace *t)
{
	release_lines(t);
	ring_clear(&t->ring);
	t->began = clock_now();
}

struct event *trace_append(struct trace *t, enum event_kind kind, int64_t time, const char *who)
{
	struct event *e;

	if (trace_count(t) - trace_first(t) == TRACE_KEPT) /* the oldest makes room */
		free(((struct event *)ring_at(&t->ring, trace_first(t)))->line);
	e = ring_push(&t->ring);
	e->kind = kind;
	e->time = time;
	e->line = memory_text("");
	snprintf(e->who, sizeof e->who, "%s", who);
	return e;
}

void trace_move(struct trace *from, struct trace *to)
{
	for (uint64_t i = trace_first(from); i < trace_count(from); i++) {
		struct event *e = ring_at(&from->ring, i), *moved = trace_append(to, e->kind, e->time, e->who);

		free(moved->line);
		*moved = *e;
		e->line = NULL;
	}
	trace_clear(from);
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
	free(e->line);
	e->line = text_take(&line);
}

void trace_line_set(struct event *e, const char *text)
{
	struct text line = { 0 };

	text_add_bytes(&line, text, strcspn(text, "\n"));
	free(e->line);
	e->line = text_take(&line);
}

void trace_fit(char field[TRACE_TEXT], const char *text)
{
	size_t n = strlen(text);

	if (n < TRACE_TEXT) {
		memcpy(field, text, n + 1);
		return;
	}
	n = TRACE_TEXT - 4;
	while (n > 0 && (text[n] & 0xc0) == 0x80)
		n--;
	memcpy(field, text, n);
	strcpy(field + n, "...");
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

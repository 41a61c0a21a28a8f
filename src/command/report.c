/* SPDX-License-Identifier: MIT */
#include "command/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "command/json.h"
#include "script/print.h"

void report_begin(struct report *r, const char *name, const struct lesson *l)
{
	r->told = 0;
	r->began = clock_now();
	if (r->json) {
		json_t *o = json_object();

		json_set(o, "event", "lesson");
		json_set(o, "lesson", name);
		json_set(o, "title", l->title);
		json_line(stdout, o);
	} else if (!r->quiet) {
		struct lesson header = *l;
		struct text t = { 0 };

		header.n_steps = 0;
		print_lesson(&t, &header);
		fputs(text_string(&t), stdout);
		if (t.length)
			putchar('\n');
		text_free(&t);
	}
}

static void event_json(const struct report *r, const struct event *e)
{
	json_t *o = json_object();

	json_set(o, "event", event_kind_name(e->kind));
	json_object_set_new(o, "time", json_real((double)(e->time - r->began) / 1e9));
	if (e->who[0])
		json_set(o, "process", e->who);
	if (e->call[0])
		json_set(o, "call", e->call);
	if (e->result[0])
		json_set(o, "result", e->result);
	json_set(o, "line", e->line);
	json_line(stdout, o);
}

static void event_text(const struct event *e)
{
	struct text t = { 0 };

	if (e->step)
		print_step(&t, e->step);
	else
		text_addf(&t, "%s\n", e->line);
	fputs(text_string(&t), stdout);
	text_free(&t);
}

void report_events(struct report *r, const struct trace *t)
{
	if (r->told < trace_first(t))
		r->told = trace_first(t);
	for (; r->told < trace_count(t); r->told++) {
		const struct event *e = trace_at(t, r->told);

		if (r->json)
			event_json(r, e);
		else if (!r->quiet)
			event_text(e);
	}
	fflush(stdout);
}

static void end_json(const char *name, const struct player_failure *failure)
{
	json_t *o = json_object();

	json_set(o, "event", "end");
	json_set(o, "lesson", name);
	json_set(o, "outcome", !failure ? "as it says" : failure->unplayable ? "unplayable" : "otherwise");
	if (failure) {
		json_object_set_new(o, "line_number", json_integer(failure->step->place.line));
		json_set(o, "expected", failure->expected);
		json_set(o, "actual", failure->actual);
	}
	json_line(stdout, o);
}

void report_end(struct report *r, const char *name, const struct lesson *l,
		const struct player_failure *failure)
{
	if (r->json)
		end_json(name, failure);
	fflush(stdout);
	if (failure)
		fprintf(stderr, "%s:%d: %s\n    expected  %s\n    actual    %s\n",
			failure->step->setup ? failure->step->file : l->file,
			failure->step->setup ? failure->step->line : failure->step->place.line,
			failure->unplayable ? "this cannot be played" : "the kernel did otherwise",
			failure->expected, failure->actual);
}

void report_skip(struct report *r, const char *name, const char *outcome, const char *why)
{
	if (r->json) {
		json_t *o = json_object();

		json_set(o, "event", "end");
		json_set(o, "lesson", name);
		json_set(o, "outcome", outcome);
		json_set(o, "why", why);
		json_line(stdout, o);
	}
	fprintf(stderr, "ipcscope: %s: %s: %s\n", name, outcome, why);
}

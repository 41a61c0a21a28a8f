/* SPDX-License-Identifier: MIT */
#include "command/report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "script/print.h"

static void print_json(json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));

	if (line)
		puts(line);
	free(line);
	json_decref(object);
}

static void set(json_t *object, const char *key, const char *text)
{
	json_t *string = json_string(text);

	if (!string) { /* no UTF-8: a file's name, a text that was cut within a character */
		struct text t = { 0 };

		text_add_printable(&t, text, strlen(text));
		string = json_string(text_string(&t));
		text_free(&t);
	}
	json_object_set_new(object, key, string);
}

void report_begin(struct report *r, const char *name, const struct lesson *l)
{
	r->told = 0;
	r->began = clock_now();
	if (r->json) {
		json_t *o = json_object();

		set(o, "event", "lesson");
		set(o, "lesson", name);
		set(o, "title", l->title);
		print_json(o);
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

	set(o, "event", event_kind_name(e->kind));
	json_object_set_new(o, "time", json_real((double)(e->time - r->began) / 1e9));
	if (e->who[0])
		set(o, "process", e->who);
	if (e->call[0])
		set(o, "call", e->call);
	if (e->result[0])
		set(o, "result", e->result);
	set(o, "line", e->line);
	print_json(o);
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

	set(o, "event", "end");
	set(o, "lesson", name);
	set(o, "outcome", !failure ? "as it says" : failure->unplayable ? "unplayable" : "otherwise");
	if (failure) {
		json_object_set_new(o, "line_number", json_integer(failure->step->place.line));
		set(o, "expected", failure->expected);
		set(o, "actual", failure->actual);
	}
	print_json(o);
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

		set(o, "event", "end");
		set(o, "lesson", name);
		set(o, "outcome", outcome);
		set(o, "why", why);
		print_json(o);
	}
	fprintf(stderr, "ipcscope: %s: %s: %s\n", name, outcome, why);
}

/* SPDX-License-Identifier: MIT */
/* What happened, as events of the trace: once with the real numbers, for the screen, and once
 * as a line of the lesson language, so that a trace is a lesson. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "stage/internal.h"

/* Waiting for its end would be in vain when the process is stopped in its call or runs on and
 * on: hence the second. */
static bool call_under_way(const struct stage *s)
{
	int64_t recent = clock_now() - CLOCK_S;

	for (int i = 0; i < s->n_members; i++) {
		const struct order *o = &s->member[i]->order;

		if (o->active && o->kind == WIRE_CALL && !o->blocked && o->began > recent)
			return true;
	}
	return false;
}

/* A call that wakes somebody, sends a signal or kills may report its end after what it brought
 * about. Its line must come first nevertheless, or the trace played again would wait for what
 * nothing has caused yet: so all else is held back meanwhile. */
static struct event *append(struct stage *s, enum event_kind kind, int64_t time, const char *who)
{
	tell_held(s);
	return trace_append(call_under_way(s) ? &s->held : &s->trace, kind, time, who);
}

void tell_held(struct stage *s)
{
	if (!trace_count(&s->held) || call_under_way(s))
		return;
	trace_move(&s->held, &s->trace);
	stage_changed(s);
}

static bool alarming(const struct outcome *out)
{
	return out->result == -1 && out->error == EPIPE;
}

static void names_line(const struct stage *s, const struct member *m, struct text *t, bool named)
{
	struct call_names names = named ? stage_names(s, m->name) : stage_shown_names(s, m->name);
	const struct order *o = &m->order;

	if (o->bind[0])
		text_addf(t, "%s = ", o->bind);
	if (o->call)
		call_print(t, o->call, o->argument, o->n, &names);
}

/* Ids, addresses and times differ from run to run: as a line of a lesson they are named or not told. */
static void lesson_result(const struct stage *s, const struct member *m, const struct outcome *out,
			  struct text *t)
{
	struct call_names names = stage_names(s, m->name);
	const struct order *o = &m->order;
	bool varies = o->call->result == RESULT_OBJECT || o->call->result == RESULT_ADDRESS ||
		      o->call->result == RESULT_SOCKNAME || o->call->result == RESULT_KEY || o->call->timed;

	names.again = true;
	if (varies && out->result != -1) {
		if (!o->bind[0])
			text_add(t, "= ?");
		return;
	}
	text_add(t, "= ");
	call_print_result(t, o->call, o->argument, o->n, out, &names);
}

/* What no lesson can ask for again stands in the trace as a comment. */
static void comment(struct event *e, const char *who, const char *what, const char *more)
{
	struct text t = { 0 };

	text_addf(&t, "#%s%s %s%s%s", who[0] ? " " : "", who, what, more[0] ? " " : "", more);
	trace_line_set(e, text_string(&t));
	text_free(&t);
}

void tell_spawn(struct stage *s, const char *name, const char *command, bool second_host)
{
	struct event *event = trace_append(&s->trace, EVENT_SPAWNED, clock_now(), "");
	struct text line = { 0 };

	text_addf(&line, "%-7s %s", second_host ? "host" : "spawn", name);
	if (command)
		text_addf(&line, " = %s", command);
	trace_line_set(event, text_string(&line));
	trace_fit(event->call, text_string(&line));
	text_free(&line);
}

static void every_times(struct text *t, const struct order *o)
{
	if (o->every && o->every % CLOCK_MS == 0)
		text_addf(t, " every %lldms", (long long)(o->every / CLOCK_MS));
	else if (o->every)
		text_addf(t, " every %lldus", (long long)(o->every / CLOCK_US));
	if (o->times)
		text_addf(t, " %llu times", (unsigned long long)o->times);
}

void tell_stream(struct stage *s, const struct member *m)
{
	struct event *e = trace_append(&s->trace, EVENT_STREAM, clock_now(), m->name);
	struct text t = { 0 };

	text_add(&t, "repeat ");
	names_line(s, m, &t, true);
	every_times(&t, &m->order);
	trace_line(e, text_string(&t), "");
	trace_fit(e->call, text_string(&t));
	text_free(&t);
}

void tell_stop(struct stage *s, const struct member *m)
{
	struct event *e = trace_append(&s->trace, EVENT_STREAM, clock_now(), m->name);

	trace_line(e, "stop", "");
	snprintf(e->call, sizeof e->call, "stop");
}

void tell_streamed(struct stage *s, const struct member *m, const struct wire_reply *r)
{
	struct event *e = append(s, EVENT_STREAMED, r->outcome.ended, m->name);
	struct text t = { 0 };

	e->alarming = alarming(&r->outcome);
	text_add(&t, "= ");
	call_print_result(&t, m->order.call, m->order.argument, m->order.n, &r->outcome, NULL);
	snprintf(e->call, sizeof e->call, "%s, %llu times", m->order.call->name, (unsigned long long)r->calls);
	trace_fit(e->result, text_string(&t));
	comment(e, m->name, e->call, e->result);
	text_free(&t);
}

void tell_call(struct stage *s, const struct member *m, const struct outcome *out)
{
	const struct order *o = &m->order;
	struct text call = { 0 }, result = { 0 };
	struct event *e = o->blocked ? append(s, EVENT_RESUMED, o->began, m->name) :
				       trace_append(&s->trace, EVENT_CALLED, o->began, m->name);

	e->alarming = out && alarming(out);
	text_add(&result, "= ");
	if (out)
		call_print_result(&result, o->call, o->argument, o->n, out, NULL);
	else
		text_add(&result, "?");
	if (o->blocked)
		text_addf(&call, "... %s", o->call->name);
	else
		names_line(s, m, &call, false);
	trace_fit(e->call, text_string(&call));
	trace_fit(e->result, text_string(&result));
	if (!o->blocked) {
		text_clear(&call);
		names_line(s, m, &call, true);
	} else {
		e->time = out ? out->ended : clock_now();
	}
	if (out) {
		text_clear(&result);
		lesson_result(s, m, out, &result);
	}
	trace_line(e, text_string(&call), text_string(&result));
	text_free(&call);
	text_free(&result);
}

void tell_blocked(struct stage *s, const struct member *m)
{
	struct event *e = trace_append(&s->trace, EVENT_BLOCKED, m->order.began, m->name);
	struct text call = { 0 };

	names_line(s, m, &call, false);
	trace_fit(e->call, text_string(&call));
	snprintf(e->result, sizeof e->result, "... blocked");
	text_clear(&call);
	names_line(s, m, &call, true);
	trace_line(e, text_string(&call), "...");
	text_free(&call);
}

void tell_caught(struct stage *s, const struct member *m, const struct wire_reply *r)
{
	struct event *e = append(s, EVENT_CAUGHT, r->outcome.began, m->name);
	struct member *sender = member_of_pid(s, r->sender);
	const char *name = symbol_signal(r->signal);
	char line[64];

	e->alarming = r->signal == SIGPIPE;
	snprintf(line, sizeof line, "--- %s ---", name ? name : "?");
	trace_fit(e->call, line);
	if (r->code <= 0) /* sent by a process: SI_USER, SI_QUEUE, SI_TKILL */
		snprintf(e->result, sizeof e->result, "from %s %d", sender ? sender->name : "", (int)r->sender);
	trace_line(e, line, "");
}

void tell_fork(struct stage *s, const struct member *m, const struct outcome *out)
{
	struct event *e = trace_append(&s->trace, EVENT_FORKED, out->began, m->name);

	snprintf(e->call, sizeof e->call, "fork %s", m->order.child);
	if (out->result < 0)
		snprintf(e->result, sizeof e->result, "= -1 %s", symbol_error(out->error));
	else
		snprintf(e->result, sizeof e->result, "= %d", (int)out->result);
	trace_line(e, e->call, "");
}

void tell_exec(struct stage *s, const struct member *m)
{
	struct event *e = trace_append(&s->trace, EVENT_EXECED, m->order.began, m->name);

	snprintf(e->call, sizeof e->call, "exec %.100s", m->command);
	trace_line(e, e->call, "");
}

void tell_exec_failed(struct stage *s, const struct member *m, const struct outcome *out)
{
	struct event *e = trace_append(&s->trace, EVENT_EXECED, out->began, m->name);
	const char *name = symbol_error(out->error);

	e->alarming = true;
	snprintf(e->call, sizeof e->call, "exec %.100s", m->order.text);
	snprintf(e->result, sizeof e->result, "= -1 %s", name ? name : "?");
	comment(e, m->name, e->call, e->result);
}

void tell_ending(struct stage *s, const struct member *m)
{
	struct event *e = append(s, EVENT_ENDED, clock_now(), m->name);
	struct text how = { 0 };

	text_add(&how, "+++ ");
	call_print_ending(&how, m->wait_status);
	text_add(&how, " +++");
	e->alarming = WIFSIGNALED(m->wait_status);
	trace_fit(e->call, text_string(&how));
	if (m->stranger) /* no line of a lesson made it */
		comment(e, m->name, text_string(&how), "");
	else
		trace_line(e, text_string(&how), "");
	text_free(&how);
}

void tell_output(struct stage *s, const struct member *m, const char *bytes, size_t length)
{
	struct event *e = append(s, EVENT_OUTPUT, clock_now(), m ? m->name : "");
	struct text t = { 0 };

	text_add(&t, "wrote \"");
	text_add_printable(&t, bytes, length < 80 ? length : 80);
	text_add(&t, length < 80 ? "\"" : "\"...");
	trace_fit(e->call, text_string(&t));
	comment(e, e->who, text_string(&t), "");
	text_free(&t);
}

void tell_trouble(struct stage *s, const char *what)
{
	struct event *e = trace_append(&s->trace, EVENT_TROUBLE, clock_now(), "");

	e->alarming = true;
	trace_fit(e->call, what);
	comment(e, "", what, "");
}

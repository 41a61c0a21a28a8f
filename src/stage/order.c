/* SPDX-License-Identifier: MIT */
/* Orders to processes, and what they report back. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stage/internal.h"

/* ---- giving them ------------------------------------------------------------------------ */

static struct member *free_member(struct stage *s, const char *who, struct error *e)
{
	struct member *m = member_find(s, who);

	if (!m)
		error_set(e, 0, "there is no process %s on the stage", who);
	else if (m->dead || m->state == PROCESS_ENDED || m->state == PROCESS_ZOMBIE)
		error_set(e, 0, "%s has ended", who);
	else if (m->program || m->stranger)
		error_set(e, 0, "%s is a real program: it can be watched, not told what to do", who);
	else if (m->order.active && m->order.kind == WIRE_STREAM)
		error_set(e, 0, "%s repeats a call: tell it to stop first", who);
	else if (m->order.active)
		error_set(e, 0, "%s is still in %s: it takes its next call when that has ended", who,
			  m->order.call ? m->order.call->name : "its last call");
	else if (m->control < 0)
		error_set(e, 0, "%s is not there yet", who);
	else
		return m;
	return NULL;
}

static void remember(struct order *o, const struct wire_request *r, const struct call *c,
		     const struct value *argument, int n)
{
	memcpy(o->text, r->text, r->length);
	o->call = c;
	o->n = n;
	for (int i = 0; i < n; i++) {
		o->argument[i] = argument[i];
		if (argument[i].kind == VALUE_TEXT)
			o->argument[i].text = o->text + r->argument[i].offset;
	}
}

static int give(struct stage *s, struct member *m, struct wire_request *r, const int descriptors[2],
		struct error *e)
{
	int sent;

	r->sequence = ++s->sequence;
	sent = wire_send(m->control, r, wire_request_size(r), descriptors);
	if (sent < 0)
		return error_set(e, -sent, "cannot reach %s", m->name);
	m->order.active = true;
	m->order.begun = m->order.blocked = false;
	m->order.unwritten = 0;
	m->order.kind = (enum wire_order)r->order;
	m->order.sequence = r->sequence;
	m->order.began = clock_now();
	member_state(s, m, r->order == WIRE_STREAM ? PROCESS_RUNNING : PROCESS_CALLING);
	return 0;
}

/* A control socket and a lifeline; ours are kept in m, the other ends returned. */
static int channels(struct stage *s, struct member *m, int theirs[2], struct error *e)
{
	int control[2], line[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
		return error_set(e, errno, "cannot make a socket pair");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0) {
		close(control[0]);
		close(control[1]);
		return error_set(e, errno, "cannot make a socket pair");
	}
	m->control = control[0];
	m->lifeline = line[0];
	theirs[0] = control[1];
	theirs[1] = line[1];
	stage_watch(s, m->control, WATCH_CONTROL, m);
	return 0;
}

static void tell_spawn(struct stage *s, const char *name, const char *command)
{
	struct event *event = trace_append(&s->trace, EVENT_SPAWNED, clock_now(), "");
	struct text line = { 0 };

	text_addf(&line, "spawn   %s", name);
	if (command)
		text_addf(&line, " = %s", command);
	snprintf(event->line, sizeof event->line, "%s", text_string(&line));
	snprintf(event->call, sizeof event->call, "%.*s", TRACE_TEXT - 1, text_string(&line));
	text_free(&line);
}

int stage_spawn(struct stage *s, const char *name, const char *command, bool told, struct error *e)
{
	struct member *m;
	int theirs[2], sent;

	if (s->lost)
		return error_set(e, 0, "the stagehand was killed: begin anew");
	m = member_add(s, name, e);
	if (!m || channels(s, m, theirs, e) < 0)
		return -1;
	if (command) {
		m->spawned_as_program = true;
		snprintf(m->order.text, sizeof m->order.text, "%s", command);
	}
	if (told)
		tell_spawn(s, name, command);
	sent = stagehand_spawn(s->hand, m->place, m->letter, name, theirs[0], theirs[1]);
	return sent < 0 ? error_set(e, -sent, "cannot reach the stagehand") : 0;
}

int stage_fork(struct stage *s, const char *who, const char *name, struct error *e)
{
	struct member *m = free_member(s, who, e), *child;
	struct wire_request r = { .order = WIRE_FORK };
	int theirs[2], given;

	if (!m)
		return -1;
	child = member_add(s, name, e);
	if (!child || channels(s, child, theirs, e) < 0)
		return -1;
	child->parent = m->pid;
	r.place = child->place;
	r.letter = child->letter;
	snprintf(r.name, sizeof r.name, "%s", name);
	m->order.call = call_find("fork");
	m->order.n = 0;
	m->order.bind[0] = '\0';
	snprintf(m->order.child, sizeof m->order.child, "%s", name);
	given = give(s, m, &r, theirs, e);
	close(theirs[0]);
	close(theirs[1]);
	return given;
}

/* Words between blanks; quotes hold words together, a backslash takes the next as it is. */
static int split(const char *command, struct wire_request *r, struct error *e)
{
	const char *s = command;
	char quote = 0;
	bool word = false;

	for (;; s++) {
		if (!*s || (!quote && (*s == ' ' || *s == '\t'))) {
			if (word)
				r->text[r->length++] = '\0';
			word = false;
			if (!*s)
				break;
			continue;
		}
		if (r->length + 2 >= sizeof r->text)
			return error_set(e, 0, "the command is too long");
		word = true;
		if (quote ? *s == quote : *s == '\'' || *s == '"')
			quote = quote ? 0 : *s;
		else if (*s == '\\' && quote != '\'' && s[1])
			r->text[r->length++] = *++s;
		else
			r->text[r->length++] = *s;
	}
	if (quote)
		return error_set(e, 0, "a quote is not closed: %s", command);
	return r->length ? 0 : error_set(e, 0, "there is no command");
}

static int give_exec(struct stage *s, struct member *m, const char *command, struct error *e)
{
	struct wire_request r = { .order = WIRE_EXEC };

	if (split(command, &r, e) < 0)
		return -1;
	m->order.call = NULL;
	m->order.n = 0;
	m->order.bind[0] = '\0';
	memmove(m->order.text, command, strlen(command) + 1); /* split saw that it fits */
	return give(s, m, &r, NULL, e);
}

int stage_exec(struct stage *s, const char *who, const char *command, struct error *e)
{
	struct member *m = free_member(s, who, e);

	return m ? give_exec(s, m, command, e) : -1;
}

static int give_call(struct stage *s, struct member *m, enum wire_order kind, const struct call *c,
		     const struct value *argument, int n, int64_t every, uint64_t times, struct error *e)
{
	struct wire_request r = { .order = (int32_t)kind, .every = every, .times = times };

	if (!wire_pack(&r, c, argument, n))
		return error_set(e, 0, "the texts of %s are too long: %d bytes at most", c->name, CALL_TEXT);
	remember(&m->order, &r, c, argument, n);
	m->order.every = every;
	m->order.times = times;
	m->order.object = n > 0 && c->argument[0].type == ARGUMENT_DESCRIPTOR ?
				  objects_of_descriptor(m, argument[0].number) : 0;
	return give(s, m, &r, NULL, e);
}

int stage_call(struct stage *s, const char *who, const struct call *c, const struct value *argument, int n,
	       const char *bind, struct error *e)
{
	struct member *m = free_member(s, who, e);

	if (!m)
		return -1;
	if (s->n_bound == STAGE_NAMES && bind)
		return error_set(e, 0, "the stage keeps %d names at most", STAGE_NAMES);
	snprintf(m->order.bind, sizeof m->order.bind, "%s", bind ? bind : "");
	return give_call(s, m, WIRE_CALL, c, argument, n, 0, 0, e);
}

static void names_line(const struct stage *s, const struct order *o, struct text *t, bool named)
{
	struct call_names names = stage_names(s);

	if (o->bind[0])
		text_addf(t, "%s = ", o->bind);
	if (o->call)
		call_print(t, o->call, o->argument, o->n, named ? &names : NULL);
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

int stage_stream(struct stage *s, const char *who, const struct call *c, const struct value *argument,
		 int n, int64_t every, uint64_t times, struct error *e)
{
	struct member *m = free_member(s, who, e);
	struct text t = { 0 };
	struct event *event;

	if (!m)
		return -1;
	if (!c->make)
		return error_set(e, 0, "%s cannot be repeated", c->name);
	m->order.bind[0] = '\0';
	s->board->place[m->place].stop = 0;
	s->board->place[m->place].calls = s->board->place[m->place].bytes = 0;
	s->board->place[m->place].failed = 0;
	if (give_call(s, m, WIRE_STREAM, c, argument, n, every, times, e) < 0)
		return -1;
	event = trace_append(&s->trace, EVENT_STREAM, clock_now(), who);
	text_add(&t, "repeat ");
	names_line(s, &m->order, &t, true);
	every_times(&t, &m->order);
	trace_line(event, text_string(&t), "");
	snprintf(event->call, sizeof event->call, "%s", text_string(&t));
	text_free(&t);
	return 0;
}

int stage_stop(struct stage *s, const char *who, struct error *e)
{
	struct member *m = member_find(s, who);
	struct wire_request wake = { .order = WIRE_WAKE };
	struct event *event;

	if (!m)
		return error_set(e, 0, "there is no process %s on the stage", who);
	event = trace_append(&s->trace, EVENT_STREAM, clock_now(), who);
	trace_line(event, "stop", "");
	snprintf(event->call, sizeof event->call, "stop");
	if (m->order.active && m->order.kind == WIRE_STREAM) {
		s->board->place[m->place].stop = 1;
		wire_send(m->control, &wake, wire_request_size(&wake), NULL);
	}
	return 0;
}

/* ---- what they report ------------------------------------------------------------------- */

static bool alarming(const struct outcome *out)
{
	return out->result == -1 && out->error == EPIPE;
}

/* Ids and addresses differ from run to run: as a line of a lesson they are named or not told. */
static void lesson_result(const struct stage *s, const struct order *o, const struct outcome *out,
			  struct text *t)
{
	struct call_names names = stage_names(s);
	bool varies = o->call->result == RESULT_OBJECT || o->call->result == RESULT_ADDRESS;

	if (varies && out->result != -1) {
		if (!o->bind[0])
			text_add(t, "= ?");
		return;
	}
	text_add(t, "= ");
	call_print_result(t, o->call, o->argument, o->n, out, &names);
}

/* out NULL: the call never returned, for the process died in it. */
static void tell_call(struct stage *s, struct member *m, const struct outcome *out)
{
	struct order *o = &m->order;
	struct text call = { 0 }, result = { 0 };
	struct event *e = trace_append(&s->trace, o->blocked ? EVENT_RESUMED : EVENT_CALLED, o->began, m->name);

	e->alarming = out && alarming(out);
	text_add(&result, "= ");
	if (out)
		call_print_result(&result, o->call, o->argument, o->n, out, NULL);
	else
		text_add(&result, "?");
	if (o->blocked)
		text_addf(&call, "... %s", o->call->name);
	else
		names_line(s, o, &call, false);
	snprintf(e->call, sizeof e->call, "%s", text_string(&call));
	snprintf(e->result, sizeof e->result, "%s", text_string(&result));
	if (!o->blocked) {
		text_clear(&call);
		names_line(s, o, &call, true);
	} else {
		e->time = out ? out->ended : clock_now();
	}
	if (out) {
		text_clear(&result);
		lesson_result(s, o, out, &result);
	}
	trace_line(e, text_string(&call), text_string(&result));
	text_free(&call);
	text_free(&result);
}

static void tell_caught(struct stage *s, const struct member *m, const struct wire_reply *r)
{
	struct event *e = trace_append(&s->trace, EVENT_CAUGHT, r->outcome.began, m->name);
	struct member *sender = member_of_pid(s, r->sender);
	const char *name = symbol_signal(r->signal);
	char line[64];

	e->alarming = r->signal == SIGPIPE;
	snprintf(line, sizeof line, "--- %s ---", name ? name : "?");
	snprintf(e->call, sizeof e->call, "%s", line);
	if (r->code <= 0) /* sent by a process: SI_USER, SI_QUEUE, SI_TKILL */
		snprintf(e->result, sizeof e->result, "from %s %d", sender ? sender->name : "", (int)r->sender);
	trace_line(e, line, "");
	stage_changed(s);
}

static void tell_held(struct stage *s, struct member *m)
{
	for (int i = 0; i < m->n_held; i++)
		tell_caught(s, m, &m->held[i]);
	m->n_held = 0;
}

void order_died(struct stage *s, struct member *m)
{
	if (m->order.active && m->order.kind == WIRE_CALL && m->order.call)
		tell_call(s, m, NULL);
	tell_held(s, m);
	m->order.active = false;
}

static void tell_fork(struct stage *s, struct member *m, const struct outcome *out)
{
	struct event *e = trace_append(&s->trace, EVENT_FORKED, out->began, m->name);

	snprintf(e->call, sizeof e->call, "fork %s", m->order.child);
	if (out->result < 0)
		snprintf(e->result, sizeof e->result, "= -1 %s", symbol_error(out->error));
	else
		snprintf(e->result, sizeof e->result, "= %d", (int)out->result);
	trace_line(e, e->call, "");
}

/* What no lesson can ask for again stands in the trace as a comment. */
static void comment(struct event *e, const char *who, const char *what, const char *more)
{
	struct text t = { 0 };

	text_addf(&t, "# %s %s %s", who, what, more);
	snprintf(e->line, sizeof e->line, "%s", text_string(&t));
	text_free(&t);
}

static void tell_exec_failed(struct stage *s, struct member *m, const struct outcome *out)
{
	struct event *e = trace_append(&s->trace, EVENT_EXECED, out->began, m->name);
	const char *name = symbol_error(out->error);

	e->alarming = true;
	snprintf(e->call, sizeof e->call, "exec %.100s", m->order.text);
	snprintf(e->result, sizeof e->result, "= -1 %s", name ? name : "?");
	comment(e, m->name, e->call, e->result);
}

/* What a finished call means for pipes, names and files. */
static void consequences(struct stage *s, struct member *m, const struct outcome *out)
{
	struct order *o = &m->order;
	const char *name = o->call->name;
	bool success = !(out->result == -1 && out->error);

	if (o->call->result == RESULT_COUNT)
		objects_wrote(s, m, success ? out->result : 0, true);
	if (o->call->result == RESULT_DATA && success)
		objects_read(s, m, out->result);
	if (success && !strcmp(name, "mkfifo"))
		objects_made_fifo(s, o->argument[0].text);
	if (success && o->bind[0])
		objects_bind(s, m, o->bind, out);
	if (!strcmp(o->call->mechanism, "sysv"))
		s->sysv_due = 0;
	/* A wait that reaped somebody of ours knows how it ended. */
	if (success && o->call->result == RESULT_WAIT && out->result > 0) {
		struct member *child = member_of_pid(s, out->result);
		int status = (int)out->values[0];

		if (child && (WIFEXITED(status) || WIFSIGNALED(status))) {
			member_ending(s, child, status);
			member_state(s, child, PROCESS_ENDED);
		}
	}
}

static void finish(struct stage *s, struct member *m, const struct outcome *out)
{
	struct order *o = &m->order;

	m->last.sequence = o->sequence;
	m->last.call = o->call;
	m->last.n = o->n;
	m->last.outcome = *out;
	m->last.failed_to_start = o->kind == WIRE_EXEC;
	memcpy(m->last_text, o->text, sizeof m->last_text);
	for (int i = 0; i < o->n; i++) {
		m->last.argument[i] = o->argument[i];
		if (o->argument[i].kind == VALUE_TEXT)
			m->last.argument[i].text = m->last_text + (o->argument[i].text - o->text);
	}
	o->active = false;
	member_state(s, m, PROCESS_READY);
}

static void ended(struct stage *s, struct member *m, const struct outcome *out)
{
	struct order *o = &m->order;

	if (o->kind == WIRE_FORK) {
		struct member *child = member_find(s, o->child);

		tell_fork(s, m, out);
		if (child && out->result > 0)
			member_born(s, child, (pid_t)out->result);
		else if (child)
			member_ending(s, child, 127 << 8);
	} else if (o->kind == WIRE_EXEC) {
		tell_exec_failed(s, m, out);
	} else if (o->call) {
		consequences(s, m, out);
		tell_call(s, m, out);
	}
	tell_held(s, m);
	finish(s, m, out);
	sample_descriptors(s, m);
	sample_member(s, m);
	objects_sample(s);
}

static void streamed(struct stage *s, struct member *m, const struct wire_reply *r)
{
	struct event *e = trace_append(&s->trace, EVENT_STREAMED, r->outcome.ended, m->name);
	struct text t = { 0 };

	e->alarming = alarming(&r->outcome);
	text_add(&t, "= ");
	call_print_result(&t, m->order.call, m->order.argument, m->order.n, &r->outcome, NULL);
	snprintf(e->call, sizeof e->call, "%s, %llu times", m->order.call->name, (unsigned long long)r->calls);
	snprintf(e->result, sizeof e->result, "%s", text_string(&t));
	comment(e, m->name, e->call, e->result);
	text_free(&t);
	finish(s, m, &r->outcome);
	sample_descriptors(s, m);
	objects_sample(s);
}

/* A handler that runs while raise(3) makes the call is told behind it, for the line that makes
 * the call again comes first. */
static void caught(struct stage *s, struct member *m, const struct wire_reply *r)
{
	const struct order *o = &m->order;

	if (r->signal > 0 && r->signal < 65)
		m->caught[r->signal]++;
	if (o->active && o->kind == WIRE_CALL && o->begun && !o->blocked && m->n_held < STAGE_HELD)
		m->held[m->n_held++] = *r;
	else
		tell_caught(s, m, r);
}

static void become_program(struct stage *s, struct member *m)
{
	char command[CALL_TEXT];
	struct error e;

	memcpy(command, m->order.text, sizeof command);
	if (give_exec(s, m, command, &e) == 0)
		return;
	m->last.failed_to_start = true;
	m->last.sequence = ++s->sequence;
}

static void act(struct stage *s, struct member *m, const struct wire_reply *r)
{
	struct order *o = &m->order;

	switch ((enum wire_event)r->event) {
	case WIRE_HELLO:
		m->hello = true;
		if (m->state == PROCESS_STARTING)
			member_state(s, m, PROCESS_READY);
		if (m->spawned_as_program && !m->program)
			become_program(s, m);
		break;
	case WIRE_BEGAN:
		if (o->active && o->sequence == r->sequence) {
			o->begun = true;
			o->began = r->outcome.began;
		}
		break;
	case WIRE_CAUGHT:
		caught(s, m, r);
		break;
	case WIRE_ENDED:
		if (o->active && o->sequence == r->sequence)
			ended(s, m, &r->outcome);
		break;
	case WIRE_STREAMED:
		if (o->active && o->sequence == r->sequence)
			streamed(s, m, r);
		break;
	}
	stage_changed(s);
}

/* exec closed its control socket: from now on it is watched from outside. */
void order_control_closed(struct stage *s, struct member *m)
{
	struct event *e;

	if (m->control >= 0)
		close(m->control);
	m->control = -1;
	if (!m->order.active || m->order.kind != WIRE_EXEC)
		return;
	m->program = true;
	snprintf(m->command, sizeof m->command, "%.*s", PICTURE_CALL - 1, m->order.text);
	m->order.active = false;
	if (!m->spawned_as_program) {
		e = trace_append(&s->trace, EVENT_EXECED, m->order.began, m->name);
		snprintf(e->call, sizeof e->call, "exec %.100s", m->command);
		trace_line(e, e->call, "");
	}
	member_state(s, m, PROCESS_RUNNING);
	sample_descriptors(s, m);
	objects_sample(s);
}

struct gathered {
	struct member *from;
	struct wire_reply reply;
	int64_t time;
	size_t order;
};

static int by_time(const void *a, const void *b)
{
	const struct gathered *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Gather, then act: replies of several processes are acted on in the order in which the
 * calls ended, not in that in which sockets happened to be read. */
void order_replies(struct stage *s)
{
	static struct gathered list[128];
	size_t n = 0;
	bool closed[STAGE_MEMBERS] = { false };

	for (int i = 0; i < s->n_members && n < 128; i++) {
		struct member *m = s->member[i];
		ssize_t got = -EAGAIN;

		while (m->control >= 0 && n < 128 &&
		       (got = wire_receive(m->control, &list[n].reply, sizeof list[n].reply, NULL,
					   MSG_DONTWAIT)) == sizeof list[n].reply) {
			const struct outcome *out = &list[n].reply.outcome;

			list[n].from = m;
			list[n].time = out->ended ? out->ended : out->began;
			list[n].order = n;
			n++;
		}
		closed[i] = m->control >= 0 && n < 128 && got != -EAGAIN && got != -EINTR;
	}
	qsort(list, n, sizeof *list, by_time);
	for (size_t i = 0; i < n; i++)
		act(s, list[i].from, &list[i].reply);
	for (int i = 0; i < s->n_members; i++)
		if (closed[i])
			order_control_closed(s, s->member[i]);
}

void order_blocked(struct stage *s, struct member *m)
{
	struct order *o = &m->order;
	struct text call = { 0 };
	struct event *e;

	member_state(s, m, PROCESS_BLOCKED);
	m->since = o->began;
	if (o->blocked) /* it was stopped, or was awake for a moment: not news */
		return;
	o->blocked = true;
	if (o->call->result == RESULT_COUNT)
		objects_wrote(s, m, o->argument[1].kind == VALUE_TEXT ? o->argument[1].length :
							      o->argument[1].number, false);
	e = trace_append(&s->trace, EVENT_BLOCKED, o->began, m->name);
	names_line(s, o, &call, false);
	snprintf(e->call, sizeof e->call, "%s", text_string(&call));
	snprintf(e->result, sizeof e->result, "... blocked");
	text_clear(&call);
	names_line(s, o, &call, true);
	trace_line(e, text_string(&call), "...");
	text_free(&call);
	tell_held(s, m);
	objects_sample(s);
}

/* ---- asking ----------------------------------------------------------------------------- */

uint32_t stage_order_number(const struct stage *s, const char *who)
{
	const struct member *m = member_find(s, who);

	return m ? m->order.sequence : 0;
}

const struct finished *stage_finished(const struct stage *s, const char *who)
{
	const struct member *m = member_find(s, who);

	return m ? &m->last : NULL;
}

enum process_state stage_state(const struct stage *s, const char *who)
{
	const struct member *m = member_find(s, who);

	return m ? m->state : PROCESS_ENDED;
}

bool stage_busy(const struct stage *s, const char *who)
{
	const struct member *m = member_find(s, who);

	return m && m->order.active;
}

unsigned stage_caught(const struct stage *s, const char *who, int signal)
{
	const struct member *m = member_find(s, who);

	return m && signal > 0 && signal < 65 ? m->caught[signal] : 0;
}

bool stage_has(const struct stage *s, const char *who)
{
	return member_find(s, who) != NULL;
}

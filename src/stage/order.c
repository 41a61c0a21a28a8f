/* SPDX-License-Identifier: MIT */
/* Orders to processes: who may take one, and sending it. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "stage/internal.h"

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
	m->order.begun = m->order.blocked = m->order.received = false;
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

int stage_spawn(struct stage *s, const char *name, const char *command, bool told, enum network_host host,
		struct error *e)
{
	struct member *m;
	const char *why;
	int theirs[2], sent;

	if (s->lost)
		return error_set(e, 0, "the stagehand was killed: begin anew");
	if (host != NETWORK_HERE && !network_available(&why))
		return error_set(e, 0, "%s", why);
	s->hosts = s->hosts || host != NETWORK_HERE;
	m = member_add(s, name, e);
	if (!m || channels(s, m, theirs, e) < 0)
		return -1;
	if (command) {
		m->spawned_as_program = true;
		snprintf(m->order.text, sizeof m->order.text, "%s", command);
	}
	if (told)
		tell_spawn(s, name, command, host == NETWORK_SECOND);
	sent = stagehand_spawn(s->hand, m->place, m->letter, name,
			       host == NETWORK_HERE && s->hosts ? NETWORK_FIRST : host, theirs[0], theirs[1]);
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
	child->forked_from = m->place;
	child->forked_at = s->serial;
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

/* The digits of what the name behind `$` stands for, to that process. Returns how long the name is, 0 when
 * it stands for nothing: then `$` is left to the program, which may be a shell. */
static size_t add_number(const struct member *m, const char *at, struct wire_request *r)
{
	char name[PICTURE_NAME], digits[24];
	size_t length = 0, n;
	int64_t number;

	while (length + 1 < sizeof name && (isalnum((unsigned char)at[length]) || at[length] == '_')) {
		name[length] = at[length];
		length++;
	}
	name[length] = '\0';
	if (!length || !stage_resolve(m->stage, m->name, name, &number))
		return 0;
	n = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)number);
	if (r->length + n + 2 >= sizeof r->text)
		return 0;
	memcpy(r->text + r->length, digits, n);
	r->length += (uint32_t)n;
	return length;
}

/* Words between blanks; quotes hold words together, a backslash takes the next as it is, $NAME is a
 * number, but not between single quotes. */
static int split(const struct member *m, const char *command, struct wire_request *r, struct error *e)
{
	const char *s = command;
	size_t length;
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
		else if (*s == '$' && quote != '\'' && (length = add_number(m, s + 1, r)))
			s += length;
		else
			r->text[r->length++] = *s;
	}
	if (quote)
		return error_set(e, 0, "a quote is not closed: %s", command);
	return r->length ? 0 : error_set(e, 0, "there is no command");
}

int order_exec(struct stage *s, struct member *m, const char *command, struct error *e)
{
	struct wire_request r = { .order = WIRE_EXEC };

	if (strlen(command) >= sizeof m->order.text)
		return error_set(e, 0, "the command is too long");
	if (split(m, command, &r, e) < 0)
		return -1;
	m->order.call = NULL;
	m->order.n = 0;
	m->order.bind[0] = '\0';
	memmove(m->order.text, command, strlen(command) + 1); /* it may be its own text: spawn put it there */
	return give(s, m, &r, NULL, e);
}

int stage_exec(struct stage *s, const char *who, const char *command, struct error *e)
{
	struct member *m = free_member(s, who, e);

	return m ? order_exec(s, m, command, e) : -1;
}

/* The object that its first argument, a descriptor, leads to. */
static uint32_t object_behind(const struct stage *s, const struct member *m, const struct call *c,
			      const struct value *argument, int n)
{
	const struct object *o = n > 0 && c->argument[0].type == ARGUMENT_DESCRIPTOR ?
					 object_of_descriptor(s, m, argument[0].number) : NULL;

	return o ? o->serial : 0;
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
	m->order.object = object_behind(s, m, c, argument, n);
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

int stage_stream(struct stage *s, const char *who, const struct call *c, const struct value *argument,
		 int n, int64_t every, uint64_t times, struct error *e)
{
	struct member *m = free_member(s, who, e);

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
	tell_stream(s, m);
	return 0;
}

int stage_stop(struct stage *s, const char *who, struct error *e)
{
	struct member *m = member_find(s, who);
	struct wire_request wake = { .order = WIRE_WAKE };

	if (!m)
		return error_set(e, 0, "there is no process %s on the stage", who);
	tell_stop(s, m);
	if (m->order.active && m->order.kind == WIRE_STREAM) {
		s->board->place[m->place].stop = 1;
		wire_send(m->control, &wake, wire_request_size(&wake), NULL);
	}
	return 0;
}

int stage_impair(struct stage *s, int64_t delay, int loss, struct error *e)
{
	struct event *event = trace_append(&s->trace, EVENT_SPAWNED, clock_now(), "");
	struct text line = { 0 };
	int sent;

	if (delay >= 0) {
		s->delay_ms = delay / CLOCK_MS;
		text_addf(&line, "delay   %lldms", (long long)s->delay_ms);
	} else {
		s->loss_percent = loss;
		text_addf(&line, "loss    %d", loss);
	}
	trace_line_set(event, text_string(&line));
	trace_fit(event->call, text_string(&line));
	text_free(&line);
	s->impaired = 1;
	sent = stagehand_impair(s->hand, (unsigned)s->delay_ms, (unsigned)s->loss_percent);
	return sent < 0 ? error_set(e, -sent, "cannot reach the stagehand") : 0;
}

int stage_impaired(const struct stage *s)
{
	return s->impaired;
}

/* ---- what became of them -------------------------------------------------------------------- */

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

bool stage_counts_down(const struct stage *s, const char *who)
{
	const struct member *m = member_find(s, who);

	return m && m->order.active && m->order.kind == WIRE_STREAM && m->order.times;
}

unsigned stage_caught(const struct stage *s, const char *who, int signal)
{
	const struct member *m = member_find(s, who);

	return m && signal > 0 && signal < 65 ? m->caught[signal] : 0;
}


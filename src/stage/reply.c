/* SPDX-License-Identifier: MIT */
/* What processes report back: gathered, put in order, acted on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage/internal.h"

/* What a finished call means for pipes, names and files. */
static void consequences(struct stage *s, struct member *m, const struct outcome *out)
{
	struct order *o = &m->order;
	bool success = !(out->result == -1 && out->error);

	if (o->call->result == RESULT_COUNT)
		pipe_wrote(s, m, success ? out->result : 0, true);
	if (o->call->result == RESULT_DATA && success)
		pipe_read(s, m, out->result);
	if (success)
		object_after(s, m, out);
	if (success && o->bind[0])
		object_bind(s, m, o->bind, out);
	if (!strcmp(o->call->mechanism, "sysv") || !strcmp(o->call->mechanism, "posix"))
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
	finish(s, m, out);
	sample_descriptors(s, m);
	sample_member(s, m);
	objects_sample(s);
}

static void streamed(struct stage *s, struct member *m, const struct wire_reply *r)
{
	tell_streamed(s, m, r);
	finish(s, m, &r->outcome);
	sample_descriptors(s, m);
	objects_sample(s);
}

static void caught(struct stage *s, struct member *m, const struct wire_reply *r)
{
	if (r->signal > 0 && r->signal < 65)
		m->caught[r->signal]++;
	m->handled++;
	m->caught_signal = r->signal;
	m->caught_value = r->value;
	m->caught_sender = r->code <= 0 ? r->sender : 0;
	tell_caught(s, m, r);
}

static void become_program(struct stage *s, struct member *m)
{
	char command[CALL_TEXT];
	struct error e;

	memcpy(command, m->order.text, sizeof command);
	if (order_exec(s, m, command, &e) == 0)
		return;
	m->last.failed_to_start = true;
	m->last.sequence = ++s->sequence;
}

static void act(struct stage *s, struct member *m, const struct wire_reply *r)
{
	struct order *o = &m->order;

	m->maps_read = 0;
	switch ((enum wire_event)r->event) {
	case WIRE_HELLO:
		member_born(s, m, r->pid); /* the stagehand's or the parent's word may come later */
		m->hello = true;
		sample_descriptors(s, m);
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
	if (m->control >= 0)
		close(m->control);
	m->control = -1;
	if (!m->order.active || m->order.kind != WIRE_EXEC)
		return;
	m->program = true;
	snprintf(m->command, sizeof m->command, "%.*s", PICTURE_CALL - 1, m->order.text);
	m->order.active = false;
	if (!m->spawned_as_program)
		tell_exec(s, m);
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

	member_state(s, m, PROCESS_BLOCKED);
	m->since = o->began;
	if (o->blocked) /* it was stopped, or was awake for a moment: not news */
		return;
	o->blocked = true;
	if (o->call->result == RESULT_COUNT)
		pipe_wrote(s, m, order_bytes(o), false);
	tell_blocked(s, m);
	objects_sample(s);
}

/* raise(SIGSTOP), for one: the call will not end before somebody continues the process, so it is
 * told like one that waits. */
void order_stopped(struct stage *s, struct member *m)
{
	member_state(s, m, PROCESS_STOPPED);
	if (m->order.blocked)
		return;
	m->order.blocked = true;
	tell_blocked(s, m);
	tell_held(s);
}

void order_died(struct stage *s, struct member *m)
{
	if (m->order.active && m->order.kind == WIRE_CALL && m->order.call)
		tell_call(s, m, NULL);
	m->order.active = false;
}

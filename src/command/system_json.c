/* SPDX-License-Identifier: MIT */
#include "command/system_json.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "command/json.h"
#include "probe/syscall.h"

static void set_letter(json_t *o, const char *key, char letter)
{
	char text[2] = { letter, '\0' };

	json_set(o, key, letter ? text : "");
}

/* ---- processes ------------------------------------------------------------------------------ */

static json_t *watched_json(const struct system *s, const struct system_thread *t)
{
	json_t *list = json_array();

	for (int i = 0; i < t->n_watched; i++) {
		const struct system_watched *w = &s->watched[t->first_watched + i];
		json_t *o = json_object();

		json_set_number(o, "fd", w->fd);
		json_set_reading(o, "object", w->object >= 0, w->object, NULL);
		json_set_number(o, "events", w->events);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *thread_json(const struct system *s, const struct system_thread *t)
{
	const char *call = t->call >= 0 ? syscall_name(t->call) : NULL;
	json_t *o = json_object();

	json_set_number(o, "tid", t->tid);
	set_letter(o, "state", t->state);
	json_set(o, "wait", system_wait_word(t->wait));
	if (call)
		json_set(o, "call", call);
	else
		json_set_reading(o, "call", t->call >= 0, t->call, t->why);
	if (t->fd >= 0)
		json_set_number(o, "fd", t->fd);
	if (t->object >= 0)
		json_set_number(o, "object", t->object);
	if (t->timeout >= 0)
		json_object_set_new(o, "timeout", json_real((double)t->timeout / 1e9));
	if (t->asleep >= 0)
		json_object_set_new(o, "asleep", json_real((double)t->asleep / 1e9));
	if (t->holder > 0)
		json_set_number(o, "holder", t->holder);
	if (t->n_watched)
		json_object_set_new(o, "watched", watched_json(s, t));
	return o;
}

json_t *system_json_process(const struct system *s, int process)
{
	const struct system_process *p = &s->process[process];
	json_t *o = json_object(), *threads = json_array();

	json_set(o, "type", "process");
	json_set_number(o, "process", process);
	json_set_number(o, "pid", p->pid);
	json_set_number(o, "parent", p->parent);
	json_set_user(o, "uid", "user", p->uid);
	json_set_outside(o, "name", p->name);
	json_set_outside(o, "command", p->command);
	set_letter(o, "state", p->state);
	json_set_number(o, "start", (int64_t)p->start);
	json_set_bool(o, "visible", p->visible);
	if (!p->visible && p->why)
		json_set(o, "why", p->why);
	if (p->signal)
		json_set_number(o, "signal", p->signal);
	for (int i = 0; i < p->n_threads; i++)
		json_array_append_new(threads, thread_json(s, &s->thread[p->first_thread + i]));
	json_object_set_new(o, "threads", threads);
	return o;
}

/* ---- objects -------------------------------------------------------------------------------- */

static json_t *end_json(const struct system *s, const struct system_end *e)
{
	const struct system_process *p = &s->process[e->process];
	json_t *o = json_object();

	json_set_number(o, "process", e->process);
	json_set_number(o, "pid", p->pid);
	json_set_outside(o, "name", p->name);
	json_set_reading(o, "fd", e->fd >= 0, e->fd, NULL);
	set_letter(o, "access", e->access);
	if (e->side)
		set_letter(o, "side", e->side);
	if (e->nonblocking)
		json_set_bool(o, "nonblocking", 1);
	return o;
}

static void set_reading(json_t *o, const char *key, const struct system_reading *r)
{
	json_set_reading(o, key, r->known, r->number, r->why);
}

static json_t *socket_json(const struct socket_info *i)
{
	json_t *o = json_object();

	json_set_number(o, "inode", (int64_t)i->inode);
	json_set(o, "family", socket_family_name(i->family));
	json_set(o, "socket", socket_type_name(i->type));
	json_set(o, "state", socket_state_name(i->state));
	json_set(o, "local", i->local);
	json_set(o, "remote", i->remote);
	json_set_reading(o, "unread", i->unread_known, (int64_t)i->unread, NULL);
	json_set_reading(o, "in_flight", i->in_flight_known, (int64_t)i->in_flight, NULL);
	json_set_reading(o, "send_buffer", i->memory_known, i->send_buffer, NULL);
	json_set_reading(o, "receive_buffer", i->memory_known, i->receive_buffer, NULL);
	json_set_reading(o, "drops", i->memory_known, i->drops, NULL);
	if (i->backlog_known) {
		json_set_number(o, "connections", i->pending);
		json_set_number(o, "backlog", i->pending_limit);
	}
	return o;
}

static void set_sockets(json_t *o, const struct system_object *x)
{
	if (!x->socket)
		return;
	if (x->socket[0].found)
		json_object_set_new(o, "a", socket_json(&x->socket[0]));
	if (x->socket[1].found)
		json_object_set_new(o, "b", socket_json(&x->socket[1]));
}

static bool is_rate(const struct system_rate *r)
{
	return r->how == RATE_EXACT || r->how == RATE_MODELLED;
}

/* A bound has a key of its own: who looks for the rate must not take it for that. */
static void set_rate(json_t *o, const struct system_object *x)
{
	const struct system_rate *r = &x->rate;

	json_set_reading(o, "rate", is_rate(r), system_rate_number(r), r->how == RATE_UNKNOWN ? r->source : NULL);
	json_set(o, "rate_how", system_rate_word(r->how));
	if (r->how == RATE_AT_MOST)
		json_set_number(o, "rate_at_most", system_rate_number(r));
	if (r->how == RATE_AT_LEAST)
		json_set_number(o, "rate_at_least", system_rate_number(r));
	if (r->how != RATE_UNKNOWN && r->source)
		json_set(o, "rate_source", r->source);
	if (is_rate(&x->rate_a))
		json_set_number(o, "rate_to_a", system_rate_number(&x->rate_a));
	if (is_rate(&x->rate_b))
		json_set_number(o, "rate_to_b", system_rate_number(&x->rate_b));
}

static void set_levels(json_t *o, const struct system_object *x)
{
	set_reading(o, "level", &x->level);
	set_reading(o, "limit", &x->limit);
	if (x->inode_b) {
		set_reading(o, "level_b", &x->level_b);
		set_reading(o, "limit_b", &x->limit_b);
	}
	json_set_bool(o, "full", x->full);
	set_rate(o, x);
}

json_t *system_json_object(const struct system *s, int object)
{
	const struct system_object *x = &s->object[object];
	json_t *o = json_object(), *ends = json_array();

	json_set(o, "type", "object");
	json_set_number(o, "object", object);
	json_set(o, "kind", system_kind_word(x->kind));
	json_set_outside(o, "name", x->name);
	json_set(o, "state", system_word(x->word));
	json_set_outside(o, "what", x->what);
	if (x->since)
		json_object_set_new(o, "lasted", json_real((double)(s->taken - x->since) / 1e9));
	json_set_number(o, "device", (int64_t)x->device);
	json_set_number(o, "inode", (int64_t)x->inode);
	if (x->inode_b)
		json_set_number(o, "inode_b", (int64_t)x->inode_b);
	set_levels(o, x);
	json_set_number(o, "writers", x->writers);
	json_set_number(o, "readers", x->readers);
	json_set_number(o, "waiting", x->waiting);
	json_set_bool(o, "hidden", x->hidden);
	for (int i = 0; i < x->n_ends; i++)
		json_array_append_new(ends, end_json(s, &s->end[s->by_object[x->first_end + i]]));
	json_object_set_new(o, "ends", ends);
	set_sockets(o, x);
	return o;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void summary(FILE *f, const struct system *s, size_t left_out)
{
	json_t *o = json_object();

	json_set(o, "type", "system");
	json_set_number(o, "time", time(NULL) - (clock_now() - s->taken) / CLOCK_S);
	json_set_number(o, "processes", (int64_t)s->n_processes);
	json_set_number(o, "objects", (int64_t)s->n_objects);
	json_set_number(o, "idle_left_out", (int64_t)left_out);
	json_set_number(o, "hidden_processes", (int64_t)s->hidden_processes);
	if (s->hidden_processes && s->hidden_why)
		json_set(o, "why", s->hidden_why);
	json_set_bool(o, "unlisted", s->unlisted);
	json_line(f, o);
}

void system_json(FILE *f, const struct system *s, const int *order, bool all)
{
	size_t left_out = 0;

	for (size_t i = 0; i < s->n_objects; i++)
		left_out += !all && s->object[i].word == WORD_IDLE;
	summary(f, s, left_out);
	for (size_t i = 0; i < s->n_processes; i++)
		json_line(f, system_json_process(s, (int)i));
	for (size_t i = 0; i < s->n_objects; i++)
		if (all || s->object[order[i]].word != WORD_IDLE)
			json_line(f, system_json_object(s, order[i]));
}

/* SPDX-License-Identifier: MIT */
/* From the stage to its picture. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "process/ledger.h"
#include "stage/internal.h"

static int index_of(const struct stage *s, uint32_t serial)
{
	for (int i = s->n_objects - 1; serial && i >= 0; i--)
		if (s->object[i]->serial == serial && !s->object[i]->gone)
			return i;
	return -1;
}

/* What a descriptor that leads to nothing of the picture is called. */
static const char *plain_name(const struct descriptor *d)
{
	const char *slash = strrchr(d->name, '/');

	if (d->kind == DESCRIPTOR_SOCKET)
		return "socket";
	return slash && slash[1] ? slash + 1 : d->name;
}

static void label(struct picture_end *end, const struct descriptor *d, const struct object *o)
{
	const char *name = !o ? plain_name(d) : o->named ? o->name : object_kind_word(o->kind);
	const struct picture_side *side;
	struct text shown = { 0 };

	if (o)
		end->end = o->class->end(o, d);
	side = o && (end->end == 'a' || end->end == 'b') && !o->slots ? &o->shown.socket.side[end->end - 'a'] : NULL;
	if (side && side->name[0]) { /* a socket with a name of its own */
		snprintf(end->label, sizeof end->label, "%s", side->name);
		return;
	}
	text_add_printable(&shown, name, strlen(name));
	if (!o || end->end == 'f')
		snprintf(end->label, sizeof end->label, "%.*s", PICTURE_NAME - 1, text_string(&shown));
	else if (end->end == 'b' && o->slots)
		snprintf(end->label, sizeof end->label, "%.26s.rw", text_string(&shown));
	else
		snprintf(end->label, sizeof end->label, "%.28s.%c", text_string(&shown), end->end);
	text_free(&shown);
}

static void view_ends(const struct stage *s, const struct member *m, struct picture_process *p)
{
	p->ends_known = m->descriptors.error == 0;
	p->ends_why = p->ends_known ? NULL : "not permitted: needs the same user, or root";
	p->ends_more = m->left_out;
	for (size_t i = 0; i < m->descriptors.count; i++) {
		const struct descriptor *d = &m->descriptors.list[i];
		int object = index_of(s, m->leads[i]);
		struct picture_end *end = &p->ends[p->n_ends];

		if (d->number < 3 && object < 0)
			continue;
		if (p->n_ends == PICTURE_ENDS) {
			p->ends_more++;
			continue;
		}
		p->n_ends++;
		*end = (struct picture_end){ .descriptor = d->number, .object = object, .end = '-' };
		end->nonblocking = d->flags >= 0 && d->flags & O_NONBLOCK;
		end->close_on_exec = d->flags >= 0 && d->flags & O_CLOEXEC;
		label(end, d, object < 0 ? NULL : s->object[object]);
	}
}

static void program_call(const struct member *m, struct picture_process *p)
{
	const char *name = m->seen.where == SYSCALL_INSIDE ? syscall_name(m->seen.number) : NULL;
	bool fd = false;
	int n = name ? syscall_arguments(m->seen.number, &fd) : 0;
	struct text t = { 0 };

	if (m->state == PROCESS_BLOCKED && m->seen.where == SYSCALL_UNKNOWN)
		snprintf(p->call, sizeof p->call, "? %s", object_why(m->seen.error));
	if (m->state != PROCESS_BLOCKED || m->seen.where != SYSCALL_INSIDE)
		return;
	if (!name) {
		snprintf(p->call, sizeof p->call, "system call %ld", m->seen.number);
		return;
	}
	snprintf(p->call_name, sizeof p->call_name, "%s", name);
	p->call_descriptor = fd ? (int)m->seen.argument[0] : -1;
	text_addf(&t, "%s(", name);
	for (int i = 0; i < n; i++) {
		uint64_t a = m->seen.argument[i];

		text_addf(&t, a > 0xffffff ? "%s0x%llx" : "%s%lld", i ? ", " : "", (unsigned long long)a);
	}
	text_add(&t, ")");
	snprintf(p->call, sizeof p->call, "%.*s", PICTURE_CALL - 1, text_string(&t));
	text_free(&t);
}

/* What a call that sleeps is about: the object its first argument leads to, and which part of it. */
static void view_waited_for(struct stage *s, struct member *m, struct picture_process *p)
{
	const struct order *o = &m->order;
	enum argument_type type = o->n > 0 ? o->call->argument[0].type : ARGUMENT_NONE;
	const struct object *object = NULL;
	uint64_t base = 0;

	if (type == ARGUMENT_DESCRIPTOR)
		object = object_of_descriptor(s, m, o->argument[0].number);
	else if (type == ARGUMENT_ADDRESS && m->state == PROCESS_BLOCKED)
		object = object_at(s, m, (uint64_t)o->argument[0].number);
	for (int i = 0; type == ARGUMENT_OBJECT && !object && i < s->n_objects; i++)
		if (s->object[i]->kind == sysv_kind_of(o->call->name) && s->object[i]->identity == (uint64_t)o->argument[0].number)
			object = s->object[i];
	p->call_object = object ? index_of(s, object->serial) : -1;
	if (object && (object->kind == OBJECT_MEMORY || object->kind == OBJECT_SEGMENT) &&
	    memory_object_at(s, m, (uint64_t)o->argument[0].number, &base))
		p->call_index = (int)((uint64_t)o->argument[0].number - base);
	else if (object && object->kind == OBJECT_SEMAPHORES && o->n > 1 && o->argument[1].kind == VALUE_TUPLE)
		p->call_index = (int)value_field(&o->argument[1], 0, 0);
	else if (object && object->kind == OBJECT_SOCKET && p->call_descriptor >= 0)
		p->call_index = object->class->end(object, object_descriptor(m, p->call_descriptor)) == 'b';
}

/* The object that a program's call sleeps about: behind its descriptor, or of System V. */
static const struct object *program_waits_for(const struct stage *s, const struct member *m, const struct picture_process *p)
{
	bool sysv = !strncmp(p->call_name, "msg", 3) || !strncmp(p->call_name, "sem", 3);

	if (p->call_descriptor >= 0)
		return object_of_descriptor(s, m, p->call_descriptor);
	for (int i = 0; sysv && i < s->n_objects; i++)
		if (s->object[i]->kind == sysv_kind_of(p->call_name) && s->object[i]->identity == m->seen.argument[0])
			return s->object[i];
	return NULL;
}

static void view_call(struct stage *s, struct member *m, struct picture_process *p)
{
	struct call_names names = stage_shown_names(s, m->name);
	struct text t = { 0 };

	p->call_descriptor = p->call_object = -1;
	if (m->program || m->stranger) {
		const struct object *o;

		program_call(m, p);
		o = m->outside ? outside_waits_for(s, m, p) : program_waits_for(s, m, p);
		p->call_object = o ? index_of(s, o->serial) : -1;
		return;
	}
	if (!m->order.active || !m->order.call)
		return;
	call_print(&t, m->order.call, m->order.argument, m->order.n, &names);
	snprintf(p->call, sizeof p->call, "%.*s", PICTURE_CALL - 1, text_string(&t));
	snprintf(p->call_name, sizeof p->call_name, "%s", m->order.call->name);
	if (m->order.n > 0 && m->order.call->argument[0].type == ARGUMENT_DESCRIPTOR)
		p->call_descriptor = (int)m->order.argument[0].number;
	view_waited_for(s, m, p);
	text_free(&t);
}

static void view_sender(const struct stage *s, const struct member *m, struct picture_process *p)
{
	const struct member *sender = m->caught_sender > 0 ? member_of_pid(s, m->caught_sender) : NULL;

	if (sender)
		snprintf(p->caught_sender, sizeof p->caught_sender, "%s", sender->name);
	else if (m->caught_sender > 0)
		snprintf(p->caught_sender, sizeof p->caught_sender, "%d", m->caught_sender);
	else if (m->caught_signal)
		snprintf(p->caught_sender, sizeof p->caught_sender, "kernel");
}

static void view_signals(const struct stage *s, const struct member *m, struct picture_process *p)
{
	bool gone = m->state == PROCESS_ENDED;

	p->signals_known = !gone && m->status_error == 0 && m->status.has & STATUS_HAS_SIGNALS;
	p->signals_why = p->signals_known ? NULL : gone ? "the process has ended" : "could not be read";
	p->pending = m->status.pending_thread | m->status.pending_process;
	p->blocked = m->status.blocked;
	p->ignored = m->status.ignored;
	p->caught = m->status.caught;
	p->switches = m->status.voluntary;
	p->pending_thread = m->status.pending_thread;
	p->signals_queued = (unsigned)m->status.queued;
	p->has_caught = m->caught_signal != 0;
	p->handled = m->handled;
	p->caught_signal = m->caught_signal;
	p->caught_value = m->caught_value;
	view_sender(s, m, p);
}

static void view_ending(const struct member *m, struct picture_process *p)
{
	struct text t = { 0 };

	if (m->ending_known) {
		call_print_ending(&t, m->wait_status);
		snprintf(p->ending, sizeof p->ending, "%s", text_string(&t));
		p->wait_status = m->wait_status;
	} else if (m->dead) {
		snprintf(p->ending, sizeof p->ending, "?");
	}
	text_free(&t);
}

static void view_member(struct stage *s, struct member *m, struct picture_process *p)
{
	const struct board_place *place = &s->board->place[m->place];

	memset(p, 0, sizeof *p);
	snprintf(p->name, sizeof p->name, "%s", m->name);
	p->pid = m->pid;
	p->parent = m->parent;
	p->state = m->state;
	p->since = m->since;
	p->program = m->program || m->stranger;
	memcpy(p->command, m->command, sizeof p->command);
	p->letter = m->letter;
	memcpy(p->output, m->output, sizeof p->output);
	p->streaming = m->order.active && m->order.kind == WIRE_STREAM;
	p->stream_calls = atomic_load_explicit(&place->calls, memory_order_relaxed);
	p->stream_bytes = atomic_load_explicit(&place->bytes, memory_order_relaxed);
	p->stream_failed = atomic_load_explicit(&place->failed, memory_order_relaxed);
	view_call(s, m, p);
	view_signals(s, m, p);
	view_ending(m, p);
	view_ends(s, m, p);
}

/* What its class has read; and names, which came from outside, made printable. */
static void view_object(const struct object *o, struct picture_object *p)
{
	struct text shown = { 0 };

	*p = o->shown;
	text_add_printable(&shown, o->name, strlen(o->name));
	snprintf(p->name, sizeof p->name, "%.*s", PICTURE_NAME - 1, text_string(&shown));
	text_clear(&shown);
	text_add_printable(&shown, o->path, strlen(o->path));
	snprintf(p->path, sizeof p->path, "%.*s", PICTURE_CALL - 1, text_string(&shown));
	text_free(&shown);
	memcpy(p->alias, o->alias, sizeof p->alias);
	p->kind = o->kind;
	p->identity = o->identity;
	memset(p->waiting, 0, sizeof p->waiting);
	p->gone = o->gone;
	if (!o->slots)
		p->slots = p->slots_capacity = (struct reading){ .why = "only pipes and FIFOs have them" };
	if (!object_kind_has_ends(o->kind))
		p->readers = p->writers = (struct reading){ .why = "no descriptor leads to it" };
}

/* Whose name ends with the stage's suffix is its own. */
static bool is_ours(const struct stage *s, const char *name)
{
	const char *suffix = board_suffix(s->board);
	size_t n = strlen(name), end = strlen(suffix);

	return n > end && !strcmp(name + n - end, suffix);
}

static void view_posix(struct stage *s)
{
	struct picture *p = &s->picture;

	p->n_posix = (int)s->posix.count;
	p->queues_listed = s->posix.queues_listed;
	p->posix = memory_grow(p->posix, &s->picture_posix, s->posix.count + 1, sizeof *p->posix);
	p->posix_ours = memory_grow(p->posix_ours, &s->picture_posix_ours, s->posix.count + 1, sizeof *p->posix_ours);
	for (int i = 0; i < p->n_posix; i++) {
		p->posix[i] = s->posix.list[i];
		p->posix_ours[i] = is_ours(s, p->posix[i].name);
	}
}

/* A segment that is marked for removal is off the ledger, and still there. */
static bool was_ours(const struct stage *s, const struct sysv_object *o)
{
	static const enum object_kind kind[] = {
		[SYSV_QUEUE] = OBJECT_QUEUE, [SYSV_SEGMENT] = OBJECT_SEGMENT, [SYSV_SEMAPHORES] = OBJECT_SEMAPHORES,
	};

	for (int i = 0; i < s->n_objects; i++)
		if (s->object[i]->ours && s->object[i]->kind == kind[o->kind] && s->object[i]->identity == (uint64_t)o->id)
			return true;
	return false;
}

/* Only when the listing was read anew: thousands of objects are looked up on the ledger. */
static void view_sysv(struct stage *s)
{
	struct picture *p = &s->picture;

	if (s->sysv_seen == s->sysv_read)
		return;
	s->sysv_seen = s->sysv_read;

	p->n_sysv = (int)s->sysv.count;
	p->sysv = memory_grow(p->sysv, &s->picture_sysv, s->sysv.count + 1, sizeof *p->sysv);
	p->sysv_ours = memory_grow(p->sysv_ours, &s->picture_ours, s->sysv.count + 1, sizeof *p->sysv_ours);
	for (int i = 0; i < p->n_sysv; i++) {
		static const char letter[] = { [SYSV_QUEUE] = 'q', [SYSV_SEGMENT] = 'm', [SYSV_SEMAPHORES] = 's' };

		p->sysv[i] = s->sysv.list[i];
		p->sysv_ours[i] = ledger_has(s->board, letter[p->sysv[i].kind], p->sysv[i].id) || was_ours(s, &p->sysv[i]);
	}
	view_posix(s);
}

static void view_waiting(struct picture *p, const struct picture_process *m)
{
	struct picture_object *o = m->state == PROCESS_BLOCKED && m->call_object >= 0 ? &p->object[m->call_object] : NULL;
	size_t n = o ? strlen(o->waiting) : 0;

	if (o)
		snprintf(o->waiting + n, sizeof o->waiting - n, "%s%s", n ? ", " : "", m->name);
}

static bool streams(const struct stage *s)
{
	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->order.active && s->member[i]->order.kind == WIRE_STREAM)
			return true;
	return false;
}

void view_build(struct stage *s)
{
	struct picture *p = &s->picture;

	p->taken = clock_now();
	/* Counters of streams change without a word. */
	if (s->viewed == s->version && !streams(s))
		return;
	s->viewed = s->version;
	p->began = s->began;
	p->unattended = s->lost;
	p->events = trace_count(&s->trace);
	p->process = memory_grow(p->process, &s->picture_processes, (size_t)s->n_members + 1, sizeof *p->process);
	p->object = memory_grow(p->object, &s->picture_objects, (size_t)s->n_objects + 1, sizeof *p->object);
	p->n_processes = s->n_members;
	p->n_objects = s->n_objects;
	for (int i = 0; i < s->n_members; i++)
		view_member(s, s->member[i], &p->process[i]);
	for (int i = 0; i < s->n_objects; i++)
		view_object(s->object[i], &p->object[i]);
	for (int i = 0; i < s->n_members; i++)
		view_waiting(p, &p->process[i]);
	view_sysv(s);
}

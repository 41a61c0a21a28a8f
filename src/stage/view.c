/* SPDX-License-Identifier: MIT */
/* From the stage to its picture. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "process/ledger.h"
#include "stage/internal.h"

static int object_index(const struct stage *s, uint64_t inode)
{
	for (int i = s->n_objects - 1; i >= 0; i--)
		if (s->object[i]->kind <= OBJECT_PAIR && !s->object[i]->gone &&
		    (s->object[i]->identity == inode || s->object[i]->identity_b == inode))
			return i;
	return -1;
}

static void label(struct picture_end *end, const struct descriptor *d, const struct object *o)
{
	int access = d->flags & O_ACCMODE;
	struct text shown = { 0 };

	if (!o) {
		const char *slash = strrchr(d->name, '/');

		text_add_printable(&shown, d->kind == DESCRIPTOR_SOCKET ? "socket" : slash && slash[1] ? slash + 1 : d->name,
				   strlen(d->kind == DESCRIPTOR_SOCKET ? "socket" : slash && slash[1] ? slash + 1 : d->name));
		snprintf(end->label, sizeof end->label, "%.*s", PICTURE_NAME - 1, text_string(&shown));
		text_free(&shown);
		return;
	}
	if (o->kind == OBJECT_PAIR)
		end->end = d->inode == o->identity ? 'a' : 'b';
	else
		end->end = access == O_RDONLY ? 'r' : access == O_WRONLY ? 'w' : 'b';
	text_add_printable(&shown, o->named ? o->name : object_kind_word(o->kind),
			   strlen(o->named ? o->name : object_kind_word(o->kind)));
	if (end->end == 'b' && o->kind != OBJECT_PAIR)
		snprintf(end->label, sizeof end->label, "%.26s.rw", text_string(&shown));
	else
		snprintf(end->label, sizeof end->label, "%.28s.%c", text_string(&shown), end->end);
	text_free(&shown);
}

static void view_ends(const struct stage *s, const struct member *m, struct picture_process *p)
{
	p->ends_known = m->descriptors.error == 0;
	p->ends_why = p->ends_known ? NULL : "not permitted: needs the same user, or root";
	for (size_t i = 0; i < m->descriptors.count; i++) {
		const struct descriptor *d = &m->descriptors.list[i];
		int object = object_index(s, d->inode);
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

static void view_call(const struct member *m, struct picture_process *p)
{
	struct text t = { 0 };

	p->call_descriptor = -1;
	if (m->program || m->stranger) {
		program_call(m, p);
		return;
	}
	if (!m->order.active || !m->order.call)
		return;
	call_print(&t, m->order.call, m->order.argument, m->order.n, NULL);
	snprintf(p->call, sizeof p->call, "%.*s", PICTURE_CALL - 1, text_string(&t));
	snprintf(p->call_name, sizeof p->call_name, "%s", m->order.call->name);
	if (m->order.n > 0 && m->order.call->argument[0].type == ARGUMENT_DESCRIPTOR)
		p->call_descriptor = (int)m->order.argument[0].number;
	text_free(&t);
}

static void view_signals(const struct member *m, struct picture_process *p)
{
	bool gone = m->state == PROCESS_ENDED;

	p->signals_known = !gone && m->status_error == 0 && m->status.has & STATUS_HAS_SIGNALS;
	p->signals_why = p->signals_known ? NULL : gone ? "the process has ended" : "could not be read";
	p->pending = m->status.pending_thread | m->status.pending_process;
	p->blocked = m->status.blocked;
	p->ignored = m->status.ignored;
	p->caught = m->status.caught;
	p->switches = m->status.voluntary;
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

static void view_member(const struct stage *s, const struct member *m, struct picture_process *p)
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
	view_call(m, p);
	view_signals(m, p);
	view_ending(m, p);
	view_ends(s, m, p);
}

static struct reading number(int64_t n)
{
	return (struct reading){ .known = true, .number = n };
}

static void view_slots(const struct object *o, struct picture_object *p)
{
	if (!o->capacity.known || !o->bytes.known) {
		p->slots = p->slots_capacity = (struct reading){ .why = o->bytes.known ? o->capacity.why : o->bytes.why };
		return;
	}
	p->slots_capacity = number(o->capacity.number / o->slots->page);
	if (!o->slots->trusted || o->slots->bytes != o->bytes.number) {
		p->slots = (struct reading){ .why = o->slots->trusted ? "data is on the move" : o->slots->why };
		return;
	}
	p->slots = number(o->slots->count);
	for (unsigned i = 0; i < o->slots->count && i < PICTURE_SLOTS; i++) {
		p->slot[i].fill = (uint16_t)slots_at(o->slots, i)->fill;
		p->slot[i].start = (uint16_t)slots_at(o->slots, i)->start;
	}
}

static void view_object(const struct object *o, struct picture_object *p)
{
	struct text shown = { 0 };

	memset(p, 0, sizeof *p);
	text_add_printable(&shown, o->name, strlen(o->name));
	snprintf(p->name, sizeof p->name, "%.*s", PICTURE_NAME - 1, text_string(&shown));
	text_clear(&shown);
	text_add_printable(&shown, o->path, strlen(o->path));
	snprintf(p->path, sizeof p->path, "%.*s", PICTURE_CALL - 1, text_string(&shown));
	text_free(&shown);
	p->kind = o->kind;
	p->identity = o->identity;
	p->gone = o->gone;
	p->bytes = o->bytes;
	p->capacity = o->capacity;
	p->sysv = o->sysv;
	memcpy(p->semaphore, o->semaphore, sizeof p->semaphore);
	p->slots = p->slots_capacity = p->readers = p->writers =
		(struct reading){ .why = "only pipes and FIFOs have them" };
	if (o->kind > OBJECT_PAIR)
		return;
	p->readers = number(o->readers);
	p->writers = number(o->writers);
	if (o->slots)
		view_slots(o, p);
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
		p->sysv_ours[i] = ledger_has(s->board, letter[p->sysv[i].kind], p->sysv[i].id);
	}
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
	view_sysv(s);
}

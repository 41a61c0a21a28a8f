/* SPDX-License-Identifier: MIT */
/* Pipes and FIFOs: their level, their slots, which the model in slots.c follows. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/memory.h"
#include "probe/pipe.h"
#include "probe/syscall.h"
#include "stage/internal.h"

static void begin(struct stage *s, struct object *o)
{
	o->slots = memory_new(1, sizeof *o->slots);
	slots_init(o->slots, s->page, 16 * (int64_t)s->page);
	slots_distrust(o->slots, "not seen empty yet");
	o->shown.bytes.why = o->shown.capacity.why = "nobody has it open";
}

static bool finds_pipe(const struct stage *s, const struct descriptor *d)
{
	(void)s;
	return d->kind == DESCRIPTOR_PIPE;
}

static bool finds_fifo(const struct stage *s, const struct descriptor *d)
{
	(void)s;
	return d->kind == DESCRIPTOR_FIFO;
}

static char end_of(const struct object *o, const struct descriptor *d)
{
	int access = d->flags & O_ACCMODE;

	(void)o;
	return access == O_RDONLY ? 'r' : access == O_WRONLY ? 'w' : 'b';
}

/* ---- slots -------------------------------------------------------------------------------- */

static bool packets(const struct member *m)
{
	for (size_t i = 0; i < m->descriptors.count; i++)
		if (m->leads[i] == m->order.object && (m->descriptors.list[i].flags & O_ACCMODE) != O_RDONLY)
			return m->descriptors.list[i].flags & O_DIRECT;
	return false;
}

int64_t order_bytes(const struct order *o)
{
	if (o->n > 2 && o->call->argument[2].type == ARGUMENT_SIZE && o->argument[2].number >= 0)
		return o->argument[2].number; /* write(fd, ADDRESS, COUNT) */
	return o->argument[1].kind == VALUE_TEXT ? o->argument[1].length : o->argument[1].number;
}

void pipe_wrote(struct stage *s, struct member *m, int64_t bytes, bool ended)
{
	struct object *o = object_of_serial(s, m->order.object);
	bool packet = packets(m);

	if (!o || !o->slots)
		return;
	if (!ended) { /* it waits: what fitted has been written */
		m->order.unwritten = bytes - slots_write(o->slots, bytes, packet);
		return;
	}
	if (m->order.blocked) {
		int64_t asked = order_bytes(&m->order);

		if (bytes < asked && m->order.unwritten) /* cut short, by a signal perhaps */
			m->order.unwritten -= asked - bytes;
		if (m->order.unwritten > 0)
			slots_resume(o->slots, m->order.unwritten, packet);
		m->order.unwritten = 0;
	} else if (bytes > 0 && slots_write(o->slots, bytes, packet) < bytes) {
		slots_distrust(o->slots, "more was written than fits by the model");
	}
}

void pipe_read(struct stage *s, struct member *m, int64_t bytes)
{
	struct object *o = object_of_serial(s, m->order.object);

	if (o && o->slots)
		slots_read(o->slots, bytes, true);
}

/* A write that waits may have gone on in part: what the kernel holds beyond the model is its. */
static void waiting_writer_goes_on(struct stage *s, struct object *o)
{
	struct member *writer = NULL;
	int64_t more = o->shown.bytes.number - o->slots->bytes;

	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];

		if (m->order.active && m->order.blocked && m->order.object == o->serial && m->order.unwritten > 0) {
			if (writer)
				return; /* two: whose bytes they are cannot be told */
			writer = m;
		}
	}
	if (!writer || more <= 0 || more > writer->order.unwritten || !o->slots->trusted)
		return;
	slots_resume(o->slots, more, packets(writer));
	writer->order.unwritten -= more;
}

/* Whether nobody is in the middle of a call on it; and nobody moves data unheard. */
static bool settled(struct stage *s, struct object *o)
{
	bool quiet = true;

	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];

		if (m->order.active && m->order.object == o->serial) {
			if (m->order.kind == WIRE_STREAM)
				slots_distrust(o->slots, "a stream moves data too fast to follow");
			if (m->state == PROCESS_CALLING || m->order.kind == WIRE_STREAM)
				quiet = false;
		}
		for (size_t k = 0; (m->program || m->stranger) && k < m->descriptors.count; k++)
			if (m->leads[k] == o->serial)
				slots_distrust(o->slots, "a real program moves data here, which the model does not hear");
	}
	return quiet;
}

/* Between which two descriptors it may be splicing. */
static bool splices(const struct member *m, int64_t fd[2])
{
	struct syscall_state now;

	if (!m->program && !m->stranger) {
		if (!m->order.active || !m->order.call || strcmp(m->order.call->name, "splice"))
			return false;
		fd[0] = m->order.argument[0].number;
		fd[1] = m->order.argument[1].number;
		return true;
	}
	syscall_read(m->procdir, &now);
	fd[0] = (int64_t)now.argument[0];
	fd[1] = (int64_t)now.argument[2];
	return now.where == SYSCALL_INSIDE && now.number == SYS_splice;
}

/* Whether splice(2) may be waiting for a socket or a terminal: it does so with the pipe locked, and then
 * F_GETPIPE_SZ and FIONREAD wait for the lock, asleep so that no signal ends it. */
static bool locked(const struct stage *s, const struct object *o)
{
	for (int i = 0; i < s->n_members; i++) {
		const struct member *m = s->member[i];
		int64_t fd[2];
		bool splicing = !m->dead && !m->outside && splices(m, fd), leads = false, waits = false;

		for (size_t k = 0; splicing && k < m->descriptors.count; k++) {
			const struct descriptor *d = &m->descriptors.list[k];

			leads |= m->leads[k] == o->serial;
			waits |= (d->number == fd[0] || d->number == fd[1]) && d->kind != DESCRIPTOR_PIPE && d->kind != DESCRIPTOR_FIFO &&
				 d->kind != DESCRIPTOR_FILE;
		}
		if ((leads && waits) || (m->outside && !m->dead && outside_locks(m, o)))
			return true;
	}
	return false;
}

/* Through any process that holds an end, a write end best: only that can be asked for POLLOUT. */
static void read_level(struct stage *s, struct object *o)
{
	struct pipe_level level;
	int error = 0;

	if (locked(s, o)) {
		o->writable_known = false;
		object_unknown(&o->shown.bytes, "splice, waiting, has the pipe locked");
		object_unknown(&o->shown.capacity, o->shown.bytes.why);
		return;
	}
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < s->n_members; i++) {
			struct member *m = s->member[i];

			for (size_t k = 0; !m->dead && k < m->descriptors.count; k++) {
				const struct descriptor *d = &m->descriptors.list[k];
				bool writes = (d->flags & O_ACCMODE) == O_WRONLY;
				int got;

				if (m->leads[k] != o->serial || writes != (pass == 0))
					continue;
				got = m->pidfd < 0 ? -ENOSYS : pipe_level_read(m->pidfd, d->number, d->inode, &level);
				error = -got;
				if (got < 0)
					continue;
				if (!o->shown.capacity.known || o->shown.capacity.number != level.capacity)
					slots_resize(o->slots, level.capacity);
				object_known(&o->shown.bytes, level.bytes);
				object_known(&o->shown.capacity, level.capacity);
				o->writable_known = level.writable_known;
				o->writable = level.writable;
				return;
			}
		}
	o->writable_known = false;
	object_unknown(&o->shown.bytes, error ? object_why(error) : o->others ? OUTSIDE_OTHERS : "nobody has it open");
	object_unknown(&o->shown.capacity, o->shown.bytes.why);
	if (o->kind == OBJECT_FIFO && !error && !o->others)
		object_known(&o->shown.bytes, 0); /* a FIFO that nobody has open holds nothing */
}

static bool fifo_exists(const struct stage *s, const struct object *o)
{
	char path[BOARD_FOLDER + 16 + PICTURE_CALL + 2];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", o->path[0] == '/' ? "" : s->folder, o->path);
	return lstat(path, &st) == 0 && st.st_ino == o->identity;
}

/* Slots are told only while the model agrees with what the kernel does tell. */
static void show_slots(struct object *o)
{
	struct picture_object *p = &o->shown;

	memset(p->slot, 0, sizeof p->slot);
	if (!p->capacity.known || !p->bytes.known) {
		p->slots = p->slots_capacity = (struct reading){ .why = p->bytes.known ? p->capacity.why : p->bytes.why };
		return;
	}
	object_known(&p->slots_capacity, p->capacity.number / o->slots->page);
	if (!o->slots->trusted || o->slots->bytes != p->bytes.number) {
		object_unknown(&p->slots, o->slots->trusted ? "data is on the move" : o->slots->why);
		return;
	}
	object_known(&p->slots, o->slots->count);
	for (unsigned i = 0; i < o->slots->count && i < PICTURE_SLOTS; i++) {
		p->slot[i].fill = (uint16_t)slots_at(o->slots, i)->fill;
		p->slot[i].start = (uint16_t)slots_at(o->slots, i)->start;
	}
}

static void sample(struct stage *s, struct object *o)
{
	bool quiet;

	if (!o->held && (o->kind == OBJECT_PIPE || !fifo_exists(s, o)))
		o->gone = true;
	read_level(s, o);
	quiet = settled(s, o);
	if (o->shown.bytes.known) {
		waiting_writer_goes_on(s, o);
		slots_check(o->slots, o->shown.bytes.number, o->writable_known, o->writable, quiet);
	}
	show_slots(o);
}

/* A FIFO is named after the last part of its path. */
void pipe_made_fifo(struct stage *s, const char *path)
{
	char whole[BOARD_FOLDER + CALL_TEXT];
	const char *slash = strrchr(path, '/');
	struct object *o;
	struct stat st;

	snprintf(whole, sizeof whole, "%s/%s", path[0] == '/' ? "" : s->folder, path);
	if (lstat(whole, &st) < 0 || !S_ISFIFO(st.st_mode))
		return;
	o = object_of_inode(s, st.st_dev, st.st_ino);
	if (!o)
		o = object_add(s, OBJECT_FIFO, st.st_ino);
	if (!o)
		return;
	o->device = st.st_dev;
	snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, path);
	object_name(s, o, slash ? slash + 1 : path);
	slots_check(o->slots, 0, false, false, true); /* it was made empty */
}

const struct object_class object_class_pipe = {
	.letters = "rw", .begin = begin, .finds = finds_pipe, .end = end_of, .sample = sample,
};
const struct object_class object_class_fifo = {
	.letters = "rw", .begin = begin, .finds = finds_fifo, .end = end_of, .sample = sample,
};

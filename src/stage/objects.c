/* SPDX-License-Identifier: MIT */
/* The objects between processes: found in descriptor tables, named by the lesson. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/pipe.h"
#include "stage/internal.h"

struct object *objects_find(const struct stage *s, uint64_t inode)
{
	for (int i = s->n_objects - 1; i >= 0; i--) {
		struct object *o = s->object[i];

		if (!o->gone && o->kind <= OBJECT_PAIR && (o->identity == inode || o->identity_b == inode))
			return o;
	}
	return NULL;
}

struct object *objects_named(const struct stage *s, const char *name)
{
	for (int i = s->n_objects - 1; i >= 0; i--)
		if (!strcmp(s->object[i]->name, name))
			return s->object[i];
	return NULL;
}

void objects_remove_all(struct stage *s)
{
	for (int i = 0; i < s->n_objects; i++) {
		free(s->object[i]->slots);
		free(s->object[i]);
	}
	s->n_objects = 0;
}

/* Takes off those that are gone, oldest first, when the table is full. */
static void make_room(struct stage *s)
{
	for (int i = 0; i < s->n_objects; i++)
		if (s->object[i]->gone) {
			free(s->object[i]->slots);
			free(s->object[i]);
			memmove(&s->object[i], &s->object[i + 1],
				sizeof *s->object * (size_t)(s->n_objects - i - 1));
			s->n_objects--;
			return;
		}
}

static struct object *add(struct stage *s, enum object_kind kind, uint64_t identity)
{
	struct object *o;

	if (s->n_objects == STAGE_OBJECTS)
		make_room(s);
	if (s->n_objects == STAGE_OBJECTS)
		return NULL;
	o = memory_new(1, sizeof *o);
	o->kind = kind;
	o->identity = identity;
	o->made_r = o->made_w = -1;
	if (kind == OBJECT_PIPE || kind == OBJECT_FIFO) {
		o->slots = memory_new(1, sizeof *o->slots);
		slots_init(o->slots, s->page, 16 * (int64_t)s->page);
		slots_distrust(o->slots, "not seen empty yet");
		o->bytes.why = o->capacity.why = "nobody has it open";
	} else {
		o->bytes.why = o->capacity.why = "not read for this kind";
	}
	s->object[s->n_objects++] = o;
	stage_changed(s);
	return o;
}

static void name(struct stage *s, struct object *o, const char *as)
{
	struct object *before = objects_named(s, as);

	if (before && before != o) /* the name goes to the new one */
		snprintf(before->name, sizeof before->name, "%.18s-%llu", as,
			 (unsigned long long)before->identity % 100000000);
	snprintf(o->name, sizeof o->name, "%s", as);
	o->named = true;
}

/* ---- names that a call's result is bound to -------------------------------------------- */

static uint64_t inode_of(const struct member *m, int64_t fd)
{
	for (size_t i = 0; i < m->descriptors.count; i++)
		if (m->descriptors.list[i].number == fd)
			return m->descriptors.list[i].inode;
	return 0;
}

static void bind_ends(struct stage *s, struct member *m, const char *as, const struct outcome *out, bool pair)
{
	struct object *o;

	sample_descriptors(s, m);
	if (pair)
		o = add(s, OBJECT_PAIR, inode_of(m, out->values[0]));
	else
		o = objects_find(s, inode_of(m, out->values[0]));
	if (!o)
		return;
	o->made_r = (int)out->values[0];
	o->made_w = (int)out->values[1];
	if (pair)
		o->identity_b = inode_of(m, out->values[1]);
	else
		slots_check(o->slots, 0, false, false, true); /* it was made empty */
	name(s, o, as);
	objects_from_descriptors(s, m);
}

static void bind_sysv(struct stage *s, const char *as, const struct call *c, int64_t id)
{
	enum object_kind kind = c->name[0] == 'm' ? OBJECT_QUEUE :
				!strncmp(c->name, "shm", 3) ? OBJECT_SEGMENT : OBJECT_SEMAPHORES;
	struct object *o = NULL;

	for (int i = 0; i < s->n_objects && !o; i++)
		if (s->object[i]->kind == kind && s->object[i]->identity == (uint64_t)id)
			o = s->object[i];
	if (!o)
		o = add(s, kind, (uint64_t)id);
	if (o)
		name(s, o, as);
}

void objects_bind(struct stage *s, struct member *m, const char *as, const struct outcome *out)
{
	const struct call *c = m->order.call;
	struct bound *b = NULL;

	if (c->result == RESULT_PIPE || c->result == RESULT_PAIR) {
		bind_ends(s, m, as, out, c->result == RESULT_PAIR);
		return;
	}
	if (c->result == RESULT_OBJECT)
		bind_sysv(s, as, c, out->result);
	for (int i = 0; i < s->n_bound && !b; i++)
		if (!strcmp(s->bound[i].name, as))
			b = &s->bound[i];
	if (!b && s->n_bound < STAGE_NAMES)
		b = &s->bound[s->n_bound++];
	if (!b)
		return;
	snprintf(b->name, sizeof b->name, "%s", as);
	b->number = out->result;
	b->type = c->result;
}

/* A FIFO is named after the last part of its path. */
void objects_made_fifo(struct stage *s, const char *path)
{
	char whole[BOARD_FOLDER + CALL_TEXT];
	const char *slash = strrchr(path, '/');
	struct object *o;
	struct stat st;

	snprintf(whole, sizeof whole, "%s/%s", path[0] == '/' ? "" : s->folder, path);
	if (lstat(whole, &st) < 0 || !S_ISFIFO(st.st_mode))
		return;
	o = objects_find(s, st.st_ino);
	if (!o)
		o = add(s, OBJECT_FIFO, st.st_ino);
	if (!o)
		return;
	o->device = st.st_dev;
	snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, path);
	name(s, o, slash ? slash + 1 : path);
	slots_check(o->slots, 0, false, false, true);
}

/* ---- from descriptor tables -------------------------------------------------------------- */

static void found(struct stage *s, const struct descriptor *d)
{
	struct object *o = objects_find(s, d->inode);
	const char *slash;

	if (o)
		return;
	o = add(s, d->kind == DESCRIPTOR_PIPE ? OBJECT_PIPE : OBJECT_FIFO, d->inode);
	if (!o)
		return;
	o->device = d->device;
	if (d->kind == DESCRIPTOR_PIPE) {
		snprintf(o->name, sizeof o->name, "pipe:[%llu]", (unsigned long long)d->inode);
		return;
	}
	slash = strrchr(d->name, '/');
	snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, d->name);
	snprintf(o->name, sizeof o->name, "%.*s", PICTURE_NAME - 1, slash ? slash + 1 : d->name);
}

void objects_from_descriptors(struct stage *s, struct member *m)
{
	for (size_t i = 0; i < m->descriptors.count; i++) {
		const struct descriptor *d = &m->descriptors.list[i];

		if (d->kind == DESCRIPTOR_PIPE || d->kind == DESCRIPTOR_FIFO)
			found(s, d);
	}
}

uint64_t objects_of_descriptor(const struct member *m, int64_t fd)
{
	for (size_t i = 0; i < m->descriptors.count; i++) {
		const struct descriptor *d = &m->descriptors.list[i];

		if (d->number == fd && (d->kind == DESCRIPTOR_PIPE || d->kind == DESCRIPTOR_FIFO))
			return d->inode;
	}
	return 0;
}

/* ---- slots -------------------------------------------------------------------------------- */

static bool packets(const struct member *m)
{
	for (size_t i = 0; i < m->descriptors.count; i++)
		if (m->descriptors.list[i].inode == m->order.object &&
		    (m->descriptors.list[i].flags & O_ACCMODE) != O_RDONLY)
			return m->descriptors.list[i].flags & O_DIRECT;
	return false;
}

void objects_wrote(struct stage *s, struct member *m, int64_t bytes, bool ended)
{
	struct object *o = m->order.object ? objects_find(s, m->order.object) : NULL;
	bool packet = packets(m);

	if (!o || !o->slots)
		return;
	if (!ended) { /* it waits: what fitted has been written */
		m->order.unwritten = bytes - slots_write(o->slots, bytes, packet);
		return;
	}
	if (m->order.blocked) {
		int64_t asked = m->order.argument[1].kind == VALUE_TEXT ? m->order.argument[1].length :
									  m->order.argument[1].number;

		if (bytes < asked && m->order.unwritten) /* cut short, by a signal perhaps */
			m->order.unwritten -= asked - bytes;
		if (m->order.unwritten > 0)
			slots_resume(o->slots, m->order.unwritten, packet);
		m->order.unwritten = 0;
	} else if (bytes > 0 && slots_write(o->slots, bytes, packet) < bytes) {
		slots_distrust(o->slots, "more was written than fits by the model");
	}
}

void objects_read(struct stage *s, struct member *m, int64_t bytes)
{
	struct object *o = m->order.object ? objects_find(s, m->order.object) : NULL;

	if (o && o->slots)
		slots_read(o->slots, bytes, true);
}

/* A write that waits may have gone on in part: what the kernel holds beyond the model is its. */
static void waiting_writer_goes_on(struct stage *s, struct object *o)
{
	struct member *writer = NULL;
	int64_t more = o->bytes.number - o->slots->bytes;

	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];

		if (m->order.active && m->order.blocked && m->order.object == o->identity && m->order.unwritten > 0) {
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

		if (m->order.active && m->order.object == o->identity) {
			if (m->order.kind == WIRE_STREAM)
				slots_distrust(o->slots, "a stream moves data too fast to follow");
			if (m->state == PROCESS_CALLING || m->order.kind == WIRE_STREAM)
				quiet = false;
		}
		for (size_t k = 0; (m->program || m->stranger) && k < m->descriptors.count; k++)
			if (m->descriptors.list[k].inode == o->identity)
				slots_distrust(o->slots, "a real program moves data here, which the model does not hear");
	}
	return quiet;
}

/* ---- levels -------------------------------------------------------------------------------- */

static void unknown(struct reading *r, const char *why)
{
	*r = (struct reading){ .why = why };
}

static void known(struct reading *r, int64_t number)
{
	*r = (struct reading){ .known = true, .number = number };
}

static const char *why_not(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return "not permitted: needs the same user, or root";
	case ENOSYS:
		return "this kernel has no pidfd_getfd (Linux 5.6)";
	default:
		return "could not be read";
	}
}

/* Through any process that holds an end, a write end best: only that can be asked for POLLOUT. */
static void read_level(struct stage *s, struct object *o)
{
	struct pipe_level level;
	int error = 0;

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < s->n_members; i++) {
			struct member *m = s->member[i];

			for (size_t k = 0; !m->dead && k < m->descriptors.count; k++) {
				const struct descriptor *d = &m->descriptors.list[k];
				bool writes = (d->flags & O_ACCMODE) == O_WRONLY;
				int got;

				if (d->inode != o->identity || writes != (pass == 0))
					continue;
				got = m->pidfd < 0 ? -ENOSYS : pipe_level_read(m->pidfd, d->number, d->inode, &level);
				error = -got;
				if (got < 0)
					continue;
				if (o->bytes.number != level.bytes || !o->bytes.known)
					stage_changed(s);
				if (o->capacity.known && o->capacity.number != level.capacity)
					slots_resize(o->slots, level.capacity);
				else if (!o->capacity.known)
					slots_resize(o->slots, level.capacity);
				known(&o->bytes, level.bytes);
				known(&o->capacity, level.capacity);
				o->writable_known = level.writable_known;
				o->writable = level.writable;
				return;
			}
		}
	o->writable_known = false;
	unknown(&o->bytes, error ? why_not(error) : "nobody has it open");
	unknown(&o->capacity, o->bytes.why);
	if (o->kind == OBJECT_FIFO && !error)
		known(&o->bytes, 0); /* a FIFO that nobody has open holds nothing */
}

static void count_holders(struct stage *s, struct object *o)
{
	int readers = 0, writers = 0;

	for (int i = 0; i < s->n_members; i++) {
		bool reads = false, writes = false;

		for (size_t k = 0; k < s->member[i]->descriptors.count; k++) {
			const struct descriptor *d = &s->member[i]->descriptors.list[k];
			int access = d->flags & O_ACCMODE;

			if (d->inode != o->identity && (!o->identity_b || d->inode != o->identity_b))
				continue;
			reads |= access != O_WRONLY;
			writes |= access != O_RDONLY;
		}
		readers += reads;
		writers += writes;
	}
	if (readers != o->readers || writers != o->writers)
		stage_changed(s);
	o->readers = readers;
	o->writers = writers;
	o->held = readers || writers;
}

static bool fifo_exists(const struct stage *s, const struct object *o)
{
	char path[BOARD_FOLDER + 16 + PICTURE_CALL + 2];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", o->path[0] == '/' ? "" : s->folder, o->path);
	return lstat(path, &st) == 0 && st.st_ino == o->identity;
}

static void sample_pipe(struct stage *s, struct object *o)
{
	bool trusted = o->slots->trusted, quiet;

	count_holders(s, o);
	if (!o->held && (o->kind == OBJECT_PIPE || !fifo_exists(s, o))) {
		o->gone = true;
		stage_changed(s);
	}
	read_level(s, o);
	quiet = settled(s, o);
	if (!o->bytes.known)
		return;
	waiting_writer_goes_on(s, o);
	slots_check(o->slots, o->bytes.number, o->writable_known, o->writable, quiet);
	if (trusted != o->slots->trusted)
		stage_changed(s);
}

static void sample_sysv(struct stage *s, struct object *o)
{
	enum sysv_kind kind = o->kind == OBJECT_QUEUE ? SYSV_QUEUE :
			      o->kind == OBJECT_SEGMENT ? SYSV_SEGMENT : SYSV_SEMAPHORES;
	struct sysv_object before = o->sysv;

	if (sysv_read(kind, (int)o->identity, &o->sysv) < 0) {
		o->gone = true;
		stage_changed(s);
		return;
	}
	if (kind == SYSV_SEMAPHORES)
		for (unsigned i = 0; i < o->sysv.semaphores.count && i < PICTURE_SEMAPHORES; i++)
			sysv_semaphore_read((int)o->identity, i, &o->semaphore[i]);
	if (memcmp(&before, &o->sysv, sizeof before) || kind == SYSV_SEMAPHORES)
		stage_changed(s);
}

void objects_sample(struct stage *s)
{
	for (int i = 0; i < s->n_objects; i++) {
		struct object *o = s->object[i];

		if (o->gone)
			continue;
		if (o->kind == OBJECT_PIPE || o->kind == OBJECT_FIFO) {
			sample_pipe(s, o);
		} else if (o->kind == OBJECT_PAIR) {
			count_holders(s, o);
			if (!o->held)
				o->gone = true;
		} else {
			sample_sysv(s, o);
		}
	}
}

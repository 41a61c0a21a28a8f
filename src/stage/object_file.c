/* SPDX-License-Identifier: MIT */
/* Files: size, first bytes, who has them open at which offset, locks and who waits for them. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/fdinfo.h"
#include "probe/lend.h"
#include "stage/internal.h"

/* Files that lessons make: in the stage's folder, or shared memory with or without a name. Others (a
 * program's libraries, /etc/passwd) are not drawn. */
static bool finds(const struct stage *s, const struct descriptor *d)
{
	if (d->kind != DESCRIPTOR_FILE)
		return false;
	return (!strncmp(d->name, s->folder, strlen(s->folder)) && d->name[strlen(s->folder)] == '/') ||
	       !strncmp(d->name, "/memfd:", 7) || (!strncmp(d->name, "/dev/shm/", 9) && strstr(d->name, board_suffix(s->board)));
}

static char end_of(const struct object *o, const struct descriptor *d)
{
	(void)o, (void)d;
	return 'f';
}

/* Whether its path still leads to it: it may have been renamed or unlinked, or never have been a path. */
static bool is_at(const struct stage *s, const struct object *o, const char *path)
{
	char whole[BOARD_FOLDER + 16 + PICTURE_CALL + 2];
	struct stat st;

	snprintf(whole, sizeof whole, "%s/%s", path[0] == '/' ? "" : s->folder, path);
	return lstat(whole, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == o->identity && st.st_dev == o->device;
}

/* Named as the lesson wrote it: the last part of the path. What shm_open and memfd_create are given is none;
 * then the kernel's name stays. */
void file_opened(struct stage *s, struct member *m, int64_t fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct object *o;

	sample_descriptors(s, m);
	o = object_of_descriptor(s, m, fd);
	if (o && o->kind == OBJECT_FILE && !o->named) {
		if (is_at(s, o, path))
			snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, path);
		object_name(s, o, slash ? slash + 1 : path);
	}
}

/* ---- openings ------------------------------------------------------------------------------------ */

enum { OPENINGS_TOLD_APART = 32 }; /* more are not counted: each takes a kcmp against all before it */

struct opening { const struct member *member; int fd; };

static void add_holder(struct picture_opening *p, const struct member *m, int fd)
{
	size_t n = strlen(p->holders);

	snprintf(p->holders + n, sizeof p->holders - n, "%s%s %d", n ? ", " : "", m->name, fd);
}

/* Which of those found so far it is: they are `count`, so that number for another one. Descriptors that are
 * one open file description share its offset: told apart by kcmp(2); where that is not permitted, each
 * counts for itself. */
static int opening_of(const struct opening *first, int count, const struct member *m, int fd)
{
	int n = 0;

	while (n < count && fdinfo_same_file(first[n].member->pid, first[n].fd, m->pid, fd) != 1)
		n++;
	return n;
}

static void show_opening(struct picture_opening *p, const struct member *m, const struct descriptor *d)
{
	struct fdinfo info;

	p->append = d->flags & O_APPEND;
	p->reads = (d->flags & O_ACCMODE) != O_WRONLY;
	p->writes = (d->flags & O_ACCMODE) != O_RDONLY;
	if (fdinfo_read(m->procdir, d->number, &info) == 0)
		p->offset = info.position;
}

static void sample_openings(struct stage *s, struct object *o)
{
	struct picture_file *f = &o->shown.file;
	struct opening first[OPENINGS_TOLD_APART];
	int count = 0;

	memset(f->opening, 0, sizeof f->opening);
	for (int i = 0; i < s->n_members; i++) {
		const struct member *m = s->member[i];

		for (size_t k = 0; !m->dead && k < m->descriptors.count; k++) {
			const struct descriptor *d = &m->descriptors.list[k];
			int n;

			if (m->leads[k] != o->serial)
				continue;
			n = opening_of(first, count, m, d->number);
			if (n == count && count < OPENINGS_TOLD_APART) {
				first[count++] = (struct opening){ m, d->number };
				if (n < PICTURE_OPENINGS)
					show_opening(&f->opening[n], m, d);
			}
			if (n < PICTURE_OPENINGS)
				add_holder(&f->opening[n], m, d->number);
		}
	}
	f->n_openings = count < PICTURE_OPENINGS ? count : PICTURE_OPENINGS;
	f->more_openings = count - f->n_openings;
}

/* ---- locks ------------------------------------------------------------------------------------------- */

/* A lock of an open file description shows no process: whoever's descriptor bears it; NULL. */
static const char *owner_of_description(const struct stage *s, const struct object *o, const struct lock *l)
{
	for (int i = 0; i < s->n_members; i++) {
		const struct member *m = s->member[i];

		for (size_t k = 0; !m->dead && k < m->descriptors.count; k++) {
			struct fdinfo info;

			if (m->leads[k] != o->serial || fdinfo_read(m->procdir, m->descriptors.list[k].number, &info) < 0)
				continue;
			for (size_t n = 0; n < info.lock_count && n < FDINFO_LOCKS; n++)
				if (info.locks[n].kind == l->kind && info.locks[n].start == l->start &&
				    info.locks[n].access == l->access)
					return m->name;
		}
	}
	return NULL;
}

/* Nor does who waits for one: whoever sleeps in a call that asks for it. */
static const char *waiter_for(const struct stage *s, const struct object *o, const struct lock *l)
{
	for (int i = 0; i < s->n_members; i++) {
		const struct order *order = &s->member[i]->order;

		if (order->active && order->object == o->serial && order->n > 2 && !strcmp(order->call->name, "fcntl") &&
		    order->argument[2].kind == VALUE_TUPLE && value_field(&order->argument[2], 1, 0) == l->start)
			return s->member[i]->name;
	}
	return NULL;
}

static bool holds(const struct object *o, const struct member *m)
{
	for (size_t k = 0; m && !m->dead && k < m->descriptors.count; k++)
		if (m->leads[k] == o->serial)
			return true;
	return false;
}

/* NULL: nobody of the stage. A lock of flock(2) shows who asked for it, who may have left it to a child. */
static const char *owner_of(const struct stage *s, const struct object *o, const struct lock *l)
{
	const struct member *m = l->pid > 0 ? member_of_pid(s, l->pid) : NULL;
	const char *owner = NULL;

	if (l->pid > 0 && !m)
		return NULL; /* same inode on another device, or somebody else's */
	if (l->kind == LOCK_OFD)
		owner = l->depth ? waiter_for(s, o, l) : owner_of_description(s, o, l);
	else if (l->kind == LOCK_FLOCK && !l->depth && !holds(o, m))
		owner = owner_of_description(s, o, l);
	if (!owner && l->kind == LOCK_OFD && l->device == o->device)
		owner = "?";
	return owner ? owner : m ? m->name : NULL;
}

static void sample_locks(struct stage *s, struct object *o)
{
	struct picture_file *f = &o->shown.file;

	memset(f->lock, 0, sizeof f->lock);
	f->n_locks = 0;
	locks_read(&s->locks);
	for (size_t i = 0; i < s->locks.count && f->n_locks < PICTURE_LOCKS; i++) {
		const struct lock *l = &s->locks.list[i];
		struct picture_lock *p = &f->lock[f->n_locks];
		const char *who;

		if (l->inode != o->identity || l->kind == LOCK_LEASE || l->kind == LOCK_OTHER)
			continue;
		who = owner_of(s, o, l);
		if (!who)
			continue;
		f->n_locks++;
		snprintf(p->who, sizeof p->who, "%s", who);
		p->type = l->kind == LOCK_FLOCK ? 'f' : l->kind == LOCK_OFD ? 'o' : 'p';
		p->write = l->access == LOCK_FOR_WRITING;
		p->waits = l->depth > 0;
		p->start = l->start;
		p->end = l->end;
	}
}

/* ---- what is in it -------------------------------------------------------------------------------------- */

/* A descriptor of our own to read by: of the file that a process has open, wherever it is by now (lent for a
 * moment, so that it is this file for certain), else of what stands at its path. The time of access stays
 * (O_NOATIME). */
static int open_content(const struct stage *s, const struct object *o)
{
	const int how = O_RDONLY | O_CLOEXEC | O_NOATIME | O_NONBLOCK;
	char path[BOARD_FOLDER + 16 + PICTURE_CALL + 2];
	const struct member *m = NULL;
	const struct descriptor *d = object_holder(s, o, &m);
	int lent = d ? lend_descriptor(m->pidfd, d->number) : -1, fd = -1;
	struct stat st;

	if (lent >= 0) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", lent);
		if (fstat(lent, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == o->identity)
			fd = open(path, how);
		close(lent);
	} else if (is_at(s, o, o->path)) {
		snprintf(path, sizeof path, "%s/%s", o->path[0] == '/' ? "" : s->folder, o->path);
		fd = open(path, how | O_NOFOLLOW);
	}
	return fd;
}

static void sample_content(const struct stage *s, struct object *o)
{
	char bytes[PICTURE_FILE_TEXT - 1];
	struct picture_file *f = &o->shown.file;
	/* To open somebody's file ends a lease on it (fcntl(2)), and inotify(7) tells of it. */
	int fd = o->outside ? -1 : open_content(s, o);
	ssize_t got = fd < 0 ? 0 : pread(fd, bytes, sizeof bytes, 0);

	memset(f->begin, 0, sizeof f->begin);
	f->begin_why = o->outside ? "not read: others would notice" : NULL;
	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < got; i++)
		f->begin[i] = bytes[i] >= ' ' && bytes[i] < 127 ? bytes[i] : '.';
	f->n_begin = got > 0 ? (int)got : 0;
}

static void sample_size(const struct stage *s, struct object *o)
{
	const struct member *m = NULL;
	const struct descriptor *d = object_holder(s, o, &m);
	char path[BOARD_FOLDER + 16 + PICTURE_CALL + 2];
	bool there = is_at(s, o, o->path);
	struct stat st;

	o->gone = !d && !there;
	if (d && !there) /* renamed perhaps: the kernel knows */
		snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, d->name);
	if (o->gone)
		return;
	if (d) /* stat through the link opens nothing */
		snprintf(path, sizeof path, "fd/%d", d->number);
	else
		snprintf(path, sizeof path, "%s/%s", o->path[0] == '/' ? "" : s->folder, o->path);
	if (fstatat(d ? m->procdir : AT_FDCWD, path, &st, 0) == 0)
		object_known(&o->shown.file.size, st.st_size);
	else
		object_unknown(&o->shown.file.size, "could not be read");
}

static void sample(struct stage *s, struct object *o)
{
	sample_size(s, o);
	if (o->gone)
		return;
	sample_openings(s, o);
	sample_locks(s, o);
	sample_content(s, o);
}

const struct object_class object_class_file = { .letters = "f", .finds = finds, .end = end_of, .sample = sample };

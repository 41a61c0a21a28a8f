/* SPDX-License-Identifier: MIT */
/* Files: size, first bytes, who has them open at which offset, locks and who waits for them. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/fdinfo.h"
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

/* Named as the lesson wrote it: the last part of the path. */
void file_opened(struct stage *s, struct member *m, int64_t fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct object *o;

	sample_descriptors(s, m);
	o = object_of_descriptor(s, m, fd);
	if (o && o->kind == OBJECT_FILE && !o->named) {
		snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, path);
		object_name(s, o, slash ? slash + 1 : path);
	}
}

/* ---- openings ------------------------------------------------------------------------------------ */

struct opening { const struct member *member; int fd; };

static void add_holder(struct picture_opening *p, const struct member *m, int fd)
{
	size_t n = strlen(p->holders);

	snprintf(p->holders + n, sizeof p->holders - n, "%s%s %d", n ? ", " : "", m->name, fd);
}

/* Descriptors that are one open file description share its offset: told apart by kcmp(2); where that is
 * not permitted, each counts for itself. */
static void sample_openings(struct stage *s, struct object *o)
{
	struct picture_file *f = &o->shown.file;
	struct opening first[PICTURE_OPENINGS];

	memset(f->opening, 0, sizeof f->opening);
	f->n_openings = 0;
	for (int i = 0; i < s->n_members; i++) {
		const struct member *m = s->member[i];

		for (size_t k = 0; !m->dead && k < m->descriptors.count; k++) {
			const struct descriptor *d = &m->descriptors.list[k];
			struct fdinfo info;
			int n = 0;

			if (m->leads[k] != o->serial)
				continue;
			while (n < f->n_openings &&
			       fdinfo_same_file(first[n].member->pid, first[n].fd, m->pid, d->number) != 1)
				n++;
			if (n == PICTURE_OPENINGS)
				continue;
			if (n == f->n_openings) {
				first[f->n_openings++] = (struct opening){ m, d->number };
				f->opening[n].append = d->flags & O_APPEND;
				f->opening[n].reads = (d->flags & O_ACCMODE) != O_WRONLY;
				f->opening[n].writes = (d->flags & O_ACCMODE) != O_RDONLY;
				if (fdinfo_read(m->procdir, d->number, &info) == 0)
					f->opening[n].offset = info.position;
			}
			add_holder(&f->opening[n], m, d->number);
		}
	}
}

/* ---- locks ------------------------------------------------------------------------------------------- */

/* A lock of an open file description shows no process: whoever's descriptor bears it. */
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
	return "?";
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
		const struct member *m = l->pid > 0 ? member_of_pid(s, l->pid) : NULL;

		if (l->inode != o->identity || l->kind == LOCK_LEASE || l->kind == LOCK_OTHER)
			continue;
		if (l->pid > 0 && !m)
			continue; /* same inode on another device, or somebody else's */
		f->n_locks++;
		snprintf(p->who, sizeof p->who, "%s", m ? m->name : owner_of_description(s, o, l));
		p->type = l->kind == LOCK_FLOCK ? 'f' : l->kind == LOCK_OFD ? 'o' : 'p';
		p->write = l->access == LOCK_FOR_WRITING;
		p->waits = l->depth > 0;
		p->start = l->start;
		p->end = l->end;
	}
}

/* ---- what is in it -------------------------------------------------------------------------------------- */

/* Of the stage's own folder, by a descriptor of our own for a moment; the time of access stays (O_NOATIME). */
static void sample_content(const struct stage *s, struct object *o)
{
	char path[BOARD_FOLDER + 16 + PICTURE_CALL + 2], bytes[PICTURE_FILE_TEXT - 1];
	struct picture_file *f = &o->shown.file;
	struct stat st;
	ssize_t got;
	int fd;

	memset(f->begin, 0, sizeof f->begin);
	f->n_begin = 0;
	snprintf(path, sizeof path, "%s/%s", o->path[0] == '/' ? "" : s->folder, o->path);
	fd = lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_ino == o->identity ?
		     open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOATIME | O_NONBLOCK) : -1;
	if (fd < 0)
		return;
	got = pread(fd, bytes, sizeof bytes, 0);
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
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", o->path[0] == '/' ? "" : s->folder, o->path);
	if (d) { /* stat through the link opens nothing */
		snprintf(path, sizeof path, "fd/%d", d->number);
		if (fstatat(m->procdir, path, &st, 0) < 0) {
			object_unknown(&o->shown.file.size, "could not be read");
			return;
		}
	} else if (lstat(path, &st) < 0 || st.st_ino != o->identity) {
		o->gone = true;
		return;
	}
	object_known(&o->shown.file.size, st.st_size);
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

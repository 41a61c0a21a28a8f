/* SPDX-License-Identifier: MIT */
/* Pseudo-terminals: side a is the master, side b the slave; and other terminals, which have the one side
 * that programs read and write, b. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/lend.h"
#include "probe/procfs.h"
#include "stage/internal.h"

/* ---- which one it is --------------------------------------------------------------------------- */

static uint64_t device_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_dev : 0;
}

/* N of /dev/pts/N of the terminal that /dev/tty stands for in that process, -1 another or none: field 7 of
 * /proc/PID/stat, proc_pid_stat(5). */
static int64_t controlling(const struct member *m)
{
	char text[1024], *at;
	unsigned number, first;

	if (procfs_read(m->procdir, "stat", text, sizeof text) < 0)
		return -1;
	at = strrchr(text, ')');
	for (int field = 2; at && field < 7; field++)
		at = strchr(at + 1, ' ');
	number = at ? (unsigned)strtol(at, NULL, 10) : 0;
	first = number >> 8 & 0xfff; /* 136 to 143, Documentation/admin-guide/devices.txt */
	return first >= 136 && first <= 143 ? (int64_t)((first - 136) * 256 + ((number & 0xff) | (number >> 12 & 0xfff00))) : -1;
}

/* By its number, which each mount of devpts gives out anew. A master that was opened as /dev/ptmx does not
 * show which: the usual one. */
static bool has_number(const struct object *o, const struct member *m, const struct descriptor *d)
{
	bool usual = o->device == device_of("/dev/pts");

	if (!strcmp(d->name, "/dev/tty"))
		return usual && controlling(m) == o->number;
	if (d->id != o->number)
		return false;
	return d->device == o->device || (d->master && usual && d->device == device_of("/dev/ptmx"));
}

/* Every master has the inode of /dev/ptmx: which one it is, of the stage's own kcmp(2) tells. */
static bool is(const struct stage *s, const struct object *o, const struct member *m, const struct descriptor *d)
{
	if (d->kind != DESCRIPTOR_DEVICE)
		return false;
	if (o->number >= 0)
		return has_number(o, m, d);
	if (d->inode == o->identity && d->device == o->device)
		return true;
	return d->inode == o->shown.socket.side[0].inode && object_is_held_as(s, o, m, d->number);
}

static char end_of(const struct object *o, const struct descriptor *d)
{
	if (o->number >= 0)
		return d->master ? 'a' : 'b';
	return d->inode == o->shown.socket.side[0].inode ? 'a' : 'b';
}

/* ---- watched from outside ------------------------------------------------------------------------ */

static void outside(struct stage *s, struct object *o, const struct stage_outside *what)
{
	struct picture_side *side = o->shown.socket.side;
	char path[32];
	struct stat st;

	(void)s;
	o->number = what->terminal;
	side[1].inode = what->inode;
	if (o->number < 0)
		return;
	snprintf(path, sizeof path, "/dev/pts/%lld", (long long)o->number);
	if (lstat(path, &st) == 0 && st.st_dev == what->device)
		side[1].inode = o->identity = st.st_ino;
	side[0].inode = side[1].inode;
	if (lstat("/dev/pts/ptmx", &st) == 0 && st.st_dev == what->device)
		side[0].inode = st.st_ino;
}

/* A slave's node is there as long as its master is open: then somebody has that who is not watched. */
static bool has_master(const struct object *o)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof path, "/dev/pts/%lld", (long long)o->number);
	return o->number >= 0 && (o->device != device_of("/dev/pts") || lstat(path, &st) == 0);
}

/* ---- reading ------------------------------------------------------------------------------------- */

static void read_side(const struct member *m, const struct descriptor *d, struct picture_side *side)
{
	int fd = lend_descriptor(m->pidfd, d->number), n = 0;
	struct stat st;

	/* The number may mean something else by now. */
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_ino == d->inode && ioctl(fd, FIONREAD, &n) == 0)
		object_known(&side->unread, n);
	else
		object_unknown(&side->unread, fd < 0 ? object_why(-fd) : "could not be read");
	if (fd >= 0)
		close(fd);
}

static void sample(struct stage *s, struct object *o)
{
	struct picture_sockets *p = &o->shown.socket;

	snprintf(p->what, sizeof p->what, "terminal");
	p->side[0].closed = p->side[1].closed = true;
	for (int i = 0; i < s->n_members; i++)
		for (size_t k = 0; !s->member[i]->dead && k < s->member[i]->descriptors.count; k++) {
			const struct descriptor *d = &s->member[i]->descriptors.list[k];
			struct picture_side *side = &p->side[end_of(o, d) == 'b'];

			if (s->member[i]->leads[k] != o->serial || !side->closed)
				continue;
			side->closed = false;
			read_side(s->member[i], d, side);
		}
	snprintf(p->side[0].state, sizeof p->side[0].state, "master");
	snprintf(p->side[1].state, sizeof p->side[1].state, "slave");
	for (int i = 0; i < 2; i++)
		if (p->side[i].closed) {
			p->side[i].closed = !o->others && (i == 1 || !has_master(o));
			object_unknown(&p->side[i].unread, p->side[i].closed ? "it is closed" : OUTSIDE_OTHERS);
		}
	o->gone = p->side[0].closed && p->side[1].closed;
}

const struct object_class object_class_terminal = {
	.letters = "ab", .is = is, .end = end_of, .outside = outside, .sample = sample,
};

/* SPDX-License-Identifier: MIT */
/* Reader of a process's descriptor table: the names in /proc/PID/fd are the numbers, each
 * link's text tells what is behind it, fdinfo tells how it was opened. */
#include "probe/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/fdinfo.h"
#include "probe/procfs.h"

static void set_name(struct descriptor *out, const char *text, size_t length)
{
	if (length >= sizeof out->name)
		length = sizeof out->name - 1;
	memcpy(out->name, text, length);
	out->name[length] = '\0';
}

/* All of the text as a number in `base`; false when it is anything else. */
static bool whole_number(const char *text, size_t length, unsigned base, uint64_t max,
			 uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned char)text[i] - (unsigned)'0';

		if (digit >= base || value > (max - digit) / base)
			return false;
		value = value * base + digit;
	}
	*out = value;
	return length > 0;
}

static bool begins(const char *text, size_t length, const char *prefix)
{
	size_t n = strlen(prefix);

	return length >= n && memcmp(text, prefix, n) == 0;
}

/* "anon_inode:[eventfd]", in some kernels "anon_inode:inotify" without brackets. */
static bool parse_anon(const char *text, size_t length, struct descriptor *out)
{
	if (length > 1 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	if (length == 0)
		return false;
	out->kind = DESCRIPTOR_ANON;
	set_name(out, text, length);
	return true;
}

/* "pipe:[4711]", "socket:[4712]", "net:[4026531840]". */
static bool parse_numbered(const char *text, size_t length, struct descriptor *out)
{
	const char *bracket = memchr(text, '[', length);
	size_t before = bracket ? (size_t)(bracket - text) : 0;

	if (before < 2 || text[before - 1] != ':' || text[length - 1] != ']' ||
	    !whole_number(bracket + 1, length - before - 2, 10, UINT64_MAX, &out->inode))
		return false;
	out->kind = begins(text, length, "pipe:") ? DESCRIPTOR_PIPE :
		    begins(text, length, "socket:") ? DESCRIPTOR_SOCKET : DESCRIPTOR_OTHER;
	set_name(out, text, length);
	return true;
}

bool descriptor_parse_link(const char *text, size_t length, struct descriptor *out)
{
	static const char anon[] = "anon_inode:";

	out->kind = DESCRIPTOR_UNKNOWN;
	out->inode = 0;
	out->name[0] = '\0';
	if (length == 0 || memchr(text, '\0', length))
		return false;
	/* A path outside the reader's root begins so, see proc(5) and d_path in the kernel. */
	if (text[0] == '/' || begins(text, length, "(unreachable)")) {
		out->kind = DESCRIPTOR_OTHER;
		set_name(out, text, length);
		return true;
	}
	if (begins(text, length, anon))
		return parse_anon(text + strlen(anon), length - strlen(anon), out);
	return parse_numbered(text, length, out);
}

bool descriptor_parse_info(const char *text, size_t length, struct descriptor *out)
{
	struct fdinfo info;

	fdinfo_parse(text, length, &info);
	out->flags = info.flags;
	out->offset = info.position;
	if (info.has & FDINFO_HAS_NUMBER)
		out->id = info.number;
	out->master = info.has & FDINFO_HAS_TERMINAL;
	if (out->master)
		out->id = info.terminal;
	return info.has & (FDINFO_HAS_FLAGS | FDINFO_HAS_POSITION);
}

/* N of /dev/pts/N by its numbers, Documentation/admin-guide/devices.txt; -1: another device. */
static int64_t slave_number(const struct statx *st)
{
	enum { FIRST_SLAVE = 136, LAST_SLAVE = 143 };

	if (st->stx_rdev_major < FIRST_SLAVE || st->stx_rdev_major > LAST_SLAVE)
		return -1;
	return (int64_t)(st->stx_rdev_major - FIRST_SLAVE) * 256 + st->stx_rdev_minor;
}

/* What a path stands for, by statx(2) through the link: it follows the link to the open file
 * itself, even a deleted one, and opens nothing. Nobody is asked who might take his time to answer
 * (AT_STATX_DONT_SYNC). */
static void look_at_path(int table, const char *number, struct descriptor *out)
{
	struct statx st;

	if (statx(table, number, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &st) != 0)
		return;
	out->inode = st.stx_ino;
	out->device = makedev(st.stx_dev_major, st.stx_dev_minor);
	if (S_ISFIFO(st.stx_mode)) {
		out->kind = DESCRIPTOR_FIFO;
	} else if (S_ISREG(st.stx_mode)) {
		out->kind = DESCRIPTOR_FILE;
	} else if (S_ISCHR(st.stx_mode) || S_ISBLK(st.stx_mode)) {
		out->kind = DESCRIPTOR_DEVICE;
		if (S_ISCHR(st.stx_mode))
			out->id = slave_number(&st);
	}
}

static bool is_path(const struct descriptor *d)
{
	return d->kind == DESCRIPTOR_OTHER && (d->name[0] == '/' || d->name[0] == '(');
}

/* Fills in one descriptor; false when it was closed meanwhile. */
static bool look(int procdir, int table, const char *number, struct descriptor *out)
{
	char text[PATH_MAX + 16], name[32];
	ssize_t n = readlinkat(table, number, text, sizeof text);

	if (n < 0)
		return false;
	descriptor_parse_link(text, (size_t)n, out);
	if (is_path(out))
		look_at_path(table, number, out);
	snprintf(name, sizeof name, "fdinfo/%d", out->number);
	n = procfs_read(procdir, name, text, sizeof text);
	if (n < 0)
		out->flags = -1;
	else
		descriptor_parse_info(text, (size_t)n, out);
	return n != -ENOENT;
}

static int by_number(const void *a, const void *b)
{
	int x = ((const struct descriptor *)a)->number, y = ((const struct descriptor *)b)->number;

	return (x > y) - (x < y);
}

static void read_table(int procdir, DIR *dir, int below, struct descriptors *out)
{
	struct dirent *entry;

	for (;;) {
		struct descriptor *d;
		uint64_t number;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (!whole_number(entry->d_name, strlen(entry->d_name), 10, INT_MAX, &number) ||
		    (int)number >= below)
			continue; /* "." and "..", or the stage's own */
		out->list = memory_grow(out->list, &out->room, out->count + 1, sizeof *out->list);
		d = &out->list[out->count];
		*d = (struct descriptor){ .number = (int)number, .flags = -1, .id = -1 };
		out->count += look(procdir, dirfd(dir), entry->d_name, d);
	}
	out->error = errno;
}

int descriptors_read(int procdir, int below, struct descriptors *out)
{
	int fd = openat(procdir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	out->count = 0;
	out->error = 0;
	if (!dir) {
		out->error = errno;
		if (fd >= 0)
			close(fd);
		return -out->error;
	}
	read_table(procdir, dir, below, out);
	closedir(dir);
	if (out->count)
		qsort(out->list, out->count, sizeof *out->list, by_number);
	return -out->error;
}

void descriptors_free(struct descriptors *d)
{
	free(d->list);
	*d = (struct descriptors){ 0 };
}

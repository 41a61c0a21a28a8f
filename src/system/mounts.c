/* SPDX-License-Identifier: MIT */
/* Mounts of each mount namespace, read once a scan (45 us for 25 of them). */
#include "system/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "probe/procfs.h"
#include "probe/scan.h"

/* What is not named here may ask somebody. */
static const char *const local_types[] = {
	"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs", "zfs", "jfs", "reiserfs", "nilfs2",
	"vfat", "msdos", "exfat", "ntfs3", "hfs", "hfsplus", "udf", "iso9660", "minix", "ufs",
	"squashfs", "erofs", "cramfs", "romfs", "overlay", "tmpfs", "ramfs", "rootfs", "devtmpfs", "devpts",
	"proc", "sysfs", "mqueue", "hugetlbfs", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs",
	"pstore", "bpf", "configfs", "binfmt_misc", "efivarfs", "selinuxfs", "nsfs", NULL,
};

struct mount { char *point; size_t length; bool local; };

/* One namespace's. */
struct space {
	uint64_t id; /* inode of ns/mnt */
	struct mount *list;
	size_t count, room;
	size_t strange; /* how many of them are not local; those come first */
};

struct mounts {
	pthread_mutex_t lock;
	struct space *list;
	size_t count, room;
};

static bool is_local(const struct scan *type)
{
	for (size_t i = 0; local_types[i]; i++)
		if (scan_is(type, local_types[i]))
			return true;
	return false;
}

/* "\040" for a blank: in place. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
static bool parse_line(struct scan *r, struct mount *out)
{
	struct scan word = { NULL, NULL }, point = { NULL, NULL };

	for (int i = 0; i < 5; i++) {
		scan_blanks(r);
		if (!scan_word(r, &word))
			return false;
		point = word;
	}
	do {
		scan_blanks(r);
		if (!scan_word(r, &word))
			return false;
	} while (!scan_is(&word, "-"));
	scan_blanks(r);
	if (!scan_word(r, &word))
		return false;
	out->local = is_local(&word);
	out->point = memory_new((size_t)(point.end - point.s) + 1, 1);
	memcpy(out->point, point.s, (size_t)(point.end - point.s));
	unescape(out->point);
	out->length = strcmp(out->point, "/") == 0 ? 0 : strlen(out->point);
	return true;
}

static void parse(const char *text, size_t length, struct space *out)
{
	struct scan r = { text, text + length }, line;
	struct mount m;

	while (scan_line(&r, &line)) {
		if (!parse_line(&line, &m))
			continue;
		out->list = memory_grow(out->list, &out->room, out->count + 1, sizeof *out->list);
		out->list[out->count++] = m;
		out->strange += !m.local;
	}
}

static void clear(struct space *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->list[i].point);
	free(p->list);
	*p = (struct space){ 0 };
}

static bool holds(const struct mount *m, const char *path)
{
	return strncmp(path, m->point, m->length) == 0 && (path[m->length] == '/' || path[m->length] == '\0');
}

/* The longest mount point that leads to the path decides, of two the later one, which lies over it. */
static bool local_in(const struct space *p, const char *path)
{
	const struct mount *best = NULL;

	if (p->count == 0 || path[0] != '/')
		return false;
	if (p->strange == 0)
		return true;
	for (size_t i = 0; i < p->count; i++)
		if (holds(&p->list[i], path) && (!best || p->list[i].length >= best->length))
			best = &p->list[i];
	return best && best->local;
}

bool mounts_local_in(const char *mountinfo, size_t length, const char *path)
{
	struct space p = { 0 };
	bool local;

	parse(mountinfo, length, &p);
	local = local_in(&p, path);
	clear(&p);
	return local;
}

struct mounts *mounts_new(void)
{
	struct mounts *m = memory_new(1, sizeof *m);

	pthread_mutex_init(&m->lock, NULL);
	return m;
}

void mounts_forget(struct mounts *m)
{
	for (size_t i = 0; i < m->count; i++)
		clear(&m->list[i]);
	m->count = 0;
}

void mounts_free(struct mounts *m)
{
	if (!m)
		return;
	mounts_forget(m);
	pthread_mutex_destroy(&m->lock);
	free(m->list);
	free(m);
}

/* The namespace with this id, as this process shows it. */
static const struct space *space_of(struct mounts *m, int procdir, uint64_t id)
{
	struct text text = { 0 };
	struct space *p;

	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].id == id)
			return &m->list[i];
	m->list = memory_grow(m->list, &m->room, m->count + 1, sizeof *m->list);
	p = &m->list[m->count++];
	*p = (struct space){ .id = id };
	procfs_read_text(procdir, "mountinfo", &text);
	parse(text_string(&text), text.length, p);
	text_free(&text);
	return p;
}

bool mounts_local(struct mounts *m, int procdir, uint64_t *space, const char *path)
{
	struct stat st;
	bool local;

	if (*space == 0) {
		if (fstatat(procdir, "ns/mnt", &st, 0) != 0)
			return false;
		*space = st.st_ino;
	}
	pthread_mutex_lock(&m->lock);
	local = local_in(space_of(m, procdir, *space), path);
	pthread_mutex_unlock(&m->lock);
	return local;
}

/* SPDX-License-Identifier: MIT */
/* Reading a ring: its fdinfo, and copies of its memory. */
#include "probe/uring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/lend.h"
#include "probe/memory.h"
#include "probe/procfs.h"

void uring_free(struct uring *u)
{
	text_free(&u->text);
}

#if defined __has_include
#if __has_include(<linux/io_uring.h>) && defined SYS_io_uring_setup
#define HAS_RINGS
#include <linux/io_uring.h>
#endif
#endif

#ifdef HAS_RINGS

/* Where the kernel puts what: told to whoever makes a ring, the same for all. */
struct layout { bool known; struct io_sqring_offsets sq; struct io_cqring_offsets cq; size_t line; };

static struct layout layout_of_own(void)
{
	struct io_uring_params p = { 0 };
	struct layout layout = { 0 };
	int fd = (int)syscall(SYS_io_uring_setup, 1, &p);

	if (fd < 0)
		return layout;
	close(fd);
	/* The order begins behind the completions, of which there are two here, at a line of the cache. */
	layout = (struct layout){ true, p.sq_off, p.cq_off, p.sq_off.array - p.cq_off.cqes };
	layout.known = layout.line > 0 && layout.line <= 4096;
	return layout;
}

/* --- the ring's memory ----------------------------------------------------------------------------- */

/* Addresses in the process, or a duplicate of its descriptor. */
struct source {
	pid_t pid;
	int lent; /* -1: by the addresses */
	uint64_t rings, entries;
};

static bool copy(const struct source *from, bool entries, uint64_t offset, void *out, size_t size)
{
	off_t where = entries ? (off_t)IORING_OFF_SQES : (off_t)IORING_OFF_SQ_RING;
	char *map;

	if (from->lent < 0)
		return memory_read(from->pid, (entries ? from->entries : from->rings) + offset, out, size) == (ssize_t)size;
	map = mmap(NULL, offset + size, PROT_READ, MAP_SHARED | MAP_POPULATE, from->lent, where);
	if (map == MAP_FAILED)
		return false;
	memcpy(out, map + offset, size);
	munmap(map, offset + size);
	return true;
}

static bool is_size(uint32_t n)
{
	return n && (n & (n - 1)) == 0 && n <= UINT32_C(1) << 16;
}

/* The numbers at the beginning stand in places that the kernel told. */
static bool copy_head(const struct source *from, const struct layout *l, struct uring_memory *m)
{
	const struct { uint32_t place; uint32_t *out; } rows[] = {
		{ l->sq.head, &m->taken }, { l->cq.tail, &m->posted },
		{ l->sq.tail, &m->queued }, { l->cq.head, &m->seen }, { l->sq.flags, &m->flags },
		{ l->sq.ring_entries, &m->entries }, { l->cq.ring_entries, &m->completions },
	};
	unsigned char head[512];

	if (l->cq.cqes > sizeof head || !copy(from, false, 0, head, l->cq.cqes))
		return false;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].place > l->cq.cqes - sizeof *rows[i].out)
			return false;
		memcpy(rows[i].out, head + rows[i].place, sizeof *rows[i].out);
	}
	return is_size(m->entries) && is_size(m->completions);
}

/* False when it cannot be read this way. What was copied is for the caller to free. */
static bool copy_ring(const struct source *from, const struct layout *l, struct uring_memory *m, void *part[3])
{
	size_t cqes, place;

	if (!copy_head(from, l, m))
		return false;
	cqes = (size_t)m->completions * 16;
	place = l->cq.cqes + (cqes + l->line - 1) / l->line * l->line;
	part[0] = memory_new(m->entries, 64);
	part[1] = memory_new(1, cqes);
	part[2] = memory_new(m->entries, sizeof *m->order);
	m->sqe = part[0];
	m->cqe = part[1];
	/* With IORING_SETUP_NO_SQARRAY there is no order, nor room for it. */
	m->order = copy(from, false, place, part[2], m->entries * sizeof *m->order) ? part[2] : NULL;
	return copy(from, true, 0, part[0], (size_t)m->entries * 64) && copy(from, false, l->cq.cqes, part[1], cqes);
}

/* --- both ways to it --------------------------------------------------------------------------------- */

static bool is_ring(const struct mapping *m, const void *inode)
{
	return m->shared && m->inode == *(const uint64_t *)inode && strstr(m->name, "[io_uring]");
}

/* Each ring has an inode of its own wherever its mapping can be read (Linux 6.10). */
static bool find_mappings(int procdir, const struct uring_info *info, struct source *out)
{
	struct mappings maps = { 0 };

	if (!(info->has & URING_HAS_INODE) || mappings_read(procdir, is_ring, &info->inode, &maps) != 0)
		return false;
	for (size_t i = 0; i < maps.count; i++)
		if (maps.list[i].offset == IORING_OFF_SQ_RING)
			out->rings = maps.list[i].start;
		else if (maps.list[i].offset == IORING_OFF_SQES)
			out->entries = maps.list[i].start;
	mappings_free(&maps);
	return out->rings && out->entries;
}

static bool copy_lent(struct source *from, int fd, const struct layout *l, struct uring_memory *m, void *part[3])
{
	int pidfd = lend_pidfd(from->pid);
	bool good = false;

	if (pidfd < 0)
		return false;
	from->lent = lend_descriptor(pidfd, fd);
	if (from->lent >= 0) {
		good = copy_ring(from, l, m, part);
		close(from->lent);
	}
	close(pidfd);
	return good;
}

static void release(void *part[3])
{
	for (int i = 0; i < 3; i++) {
		free(part[i]);
		part[i] = NULL;
	}
}

/* The same as long as the kernel runs; threads may ask for it at one time. */
static struct layout layout;

static void learn_layout(void)
{
	layout = layout_of_own();
}

static void look(int procdir, pid_t pid, int fd, struct uring *out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct source from = { .pid = pid, .lent = -1 };
	struct uring_memory m = { 0 };
	void *part[3] = { NULL };
	bool good;

	pthread_once(&once, learn_layout);
	good = layout.known && find_mappings(procdir, &out->info, &from) && copy_ring(&from, &layout, &m, part);
	if (layout.known && !good) {
		release(part);
		m = (struct uring_memory){ 0 };
		good = copy_lent(&from, fd, &layout, &m, part);
	}
	uring_pending(good ? &m : NULL, out);
	release(part);
}

#else

static void look(int procdir, pid_t pid, int fd, struct uring *out)
{
	(void)procdir;
	(void)pid;
	(void)fd;
	uring_pending(NULL, out);
}

#endif

static bool is_uring(int procdir, const char *number)
{
	char name[32], link[64];
	ssize_t n;

	snprintf(name, sizeof name, "fd/%s", number);
	n = readlinkat(procdir, name, link, sizeof link - 1);
	link[n > 0 ? n : 0] = '\0';
	return strcmp(link, "anon_inode:[io_uring]") == 0;
}

int uring_only(int procdir)
{
	int fd = openat(procdir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC), found = -1, n = 0;
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (fd >= 0 && !folder)
		close(fd);
	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' && is_uring(procdir, entry->d_name)) {
			found = atoi(entry->d_name);
			n++;
		}
	if (folder)
		closedir(folder);
	return n == 1 ? found : -1;
}

int uring_read(int procdir, pid_t pid, int fd, struct uring *out)
{
	char name[32];
	int error;

	*out = (struct uring){ .under_way = -1 };
	snprintf(name, sizeof name, "%d", fd);
	if (!is_uring(procdir, name))
		return -EINVAL;
	snprintf(name, sizeof name, "fdinfo/%d", fd);
	error = procfs_read_text(procdir, name, &out->text);
	if (error)
		return error;
	uring_parse(text_string(&out->text), out->text.length, &out->info);
	look(procdir, pid, fd, out);
	return 0;
}

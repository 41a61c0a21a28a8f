/* SPDX-License-Identifier: MIT */
#include "probe/posix_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/posix.h"

enum { MQUEUE_MAGIC = 0x19800202 };

/* A queue's file tells its bytes to whoever may read the queue. */
static void look_at_queue(int folder, const char *name, struct posix_named *o)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char text[128];
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text);
	struct posix_queue queue;

	if (fd >= 0)
		close(fd);
	if (got > 0 && posix_queue_parse(text, (size_t)got, &queue)) {
		o->size_known = true;
		o->size = (int64_t)queue.bytes;
	}
}

static void look_at_semaphore(int folder, const char *name, struct posix_named *o)
{
	struct posix_semaphore semaphore;

	o->size_known = posix_semaphore_file(folder, name, &semaphore) == 0;
	o->size = o->size_known ? semaphore.value : 0;
}

static bool look(int folder, const char *name, bool queues, struct posix_named *o)
{
	bool semaphore = !queues && !strncmp(name, "sem.", 4) && name[4];
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return false;
	memset(o, 0, sizeof *o);
	o->kind = queues ? 'Q' : semaphore ? 'S' : 'M';
	snprintf(o->name, sizeof o->name, "/%.*s", (int)sizeof o->name - 2, name + (semaphore ? 4 : 0));
	o->mode = st.st_mode & 0777;
	o->uid = st.st_uid;
	o->gid = st.st_gid;
	o->changed = st.st_ctime;
	o->device = st.st_dev;
	o->inode = st.st_ino;
	if (queues) {
		look_at_queue(folder, name, o);
	} else if (semaphore) {
		look_at_semaphore(folder, name, o);
	} else {
		o->size_known = true;
		o->size = st.st_size;
		o->pages = st.st_blocks * 512 / 4096;
	}
	return true;
}

static int read_folder(const char *path, bool queues, struct posix_names *out)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	if (!d)
		return -errno;
	while ((entry = readdir(d))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		out->list = memory_grow(out->list, &out->room, out->count + 1, sizeof *out->list);
		out->count += look(dirfd(d), entry->d_name, queues, &out->list[out->count]);
	}
	closedir(d);
	return 0;
}

static int by_kind_and_name(const void *a, const void *b)
{
	const struct posix_named *x = a, *y = b;
	static const char order[] = "QMS";
	int kind = (int)(strchr(order, x->kind) - strchr(order, y->kind));

	return kind ? kind : strcmp(x->name, y->name);
}

/* An ordinary folder of that name is no list of queues. */
static bool is_mqueue(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == MQUEUE_MAGIC;
}

int posix_names_read(const char *mqueue, const char *shm, struct posix_names *out)
{
	int queues, rest;

	out->count = 0;
	queues = is_mqueue(mqueue) ? read_folder(mqueue, true, out) : -ENOENT;
	rest = read_folder(shm, false, out);
	out->queues_listed = queues == 0;
	if (out->count)
		qsort(out->list, out->count, sizeof *out->list, by_kind_and_name);
	return queues < 0 && rest < 0 ? rest : 0;
}

void posix_names_free(struct posix_names *n)
{
	free(n->list);
	*n = (struct posix_names){ 0 };
}

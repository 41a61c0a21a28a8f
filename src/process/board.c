/* SPDX-License-Identifier: MIT */
#include "process/board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/procfs.h"

#define MAGIC UINT64_C(0x6970637363707635) /* changes with the layout */

const char *board_base(int n)
{
	static const char *const variable[] = { "XDG_RUNTIME_DIR", "TMPDIR" };

	for (size_t i = 0; i < 2; i++) {
		const char *dir = getenv(variable[i]);

		if (dir && dir[0] == '/' && access(dir, W_OK | X_OK) == 0 && n-- == 0)
			return dir;
	}
	return n == 0 ? "/tmp" : NULL;
}

static void this_world(struct board_world *w)
{
	struct stat st;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	memset(w, 0, sizeof *w);
	if (fd >= 0 && read(fd, w->boot, sizeof w->boot - 1) < 0)
		w->boot[0] = '\0';
	if (fd >= 0)
		close(fd);
	if (stat("/proc/self/ns/pid", &st) == 0)
		w->pid_namespace = st.st_ino;
	if (stat("/proc/self/ns/ipc", &st) == 0)
		w->ipc_namespace = st.st_ino;
}

enum board_place_in_world board_world_is(const struct board *b)
{
	struct board_world here;

	this_world(&here);
	if (memcmp(here.boot, b->world.boot, sizeof here.boot))
		return BOARD_BEFORE_REBOOT;
	if (here.ipc_namespace != b->world.ipc_namespace)
		return BOARD_ELSEWHERE;
	return here.pid_namespace == b->world.pid_namespace ? BOARD_HERE : BOARD_OTHER_PIDS;
}

/* The lock belongs to the open file, which the stagehand inherits: it is free when the last of the
 * two is gone. */
static int take_lock(const char *folder)
{
	char path[BOARD_FOLDER + 16];
	int fd;

	snprintf(path, sizeof path, "%s/board", folder);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0)
		flock(fd, LOCK_SH | LOCK_NB);
	return fd;
}

bool board_locked(const char *folder)
{
	char path[BOARD_FOLDER + 16];
	bool locked;
	int fd;

	snprintf(path, sizeof path, "%s/board", folder);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	locked = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0;
	if (fd >= 0)
		close(fd);
	return locked;
}

static struct board *map(const char *folder, int flags)
{
	char path[BOARD_FOLDER + 16];
	struct board *b;
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "%s/board", folder);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	if (fd < 0)
		return NULL;
	if ((flags & O_CREAT && ftruncate(fd, sizeof *b) < 0) || fstat(fd, &st) < 0 ||
	    st.st_size != sizeof *b || st.st_uid != geteuid()) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return b == MAP_FAILED ? NULL : b;
}

struct board *board_create(struct error *e)
{
	const char *base = board_base(0);
	char folder[BOARD_FOLDER] = "", stage[BOARD_FOLDER + 16];
	struct board *b;

	if (strlen(base) > BOARD_FOLDER - 64)
		base = "/tmp";
	snprintf(folder, sizeof folder, "%s/ipcscope-%u-XXXXXX", base, (unsigned)geteuid());
	if (!mkdtemp(folder)) {
		error_set(e, errno, "cannot make a folder in %s", base);
		error_hint(e, "set TMPDIR to a folder where you may write");
		return NULL;
	}
	snprintf(stage, sizeof stage, "%s/stage", folder);
	b = mkdir(stage, 0700) == 0 ? map(folder, O_CREAT | O_EXCL) : NULL;
	if (!b) {
		error_set(e, errno, "cannot use %s", folder);
		rmdir(stage);
		rmdir(folder);
		return NULL;
	}
	memcpy(b->folder, folder, sizeof b->folder);
	this_world(&b->world);
	board_note(&b->front, getpid());
	b->lock = take_lock(folder);
	b->magic = MAGIC;
	return b;
}

struct board *board_open(const char *folder)
{
	struct board *b = map(folder, 0);

	if (b && b->magic != MAGIC) {
		board_unmap(b);
		return NULL;
	}
	return b;
}

void board_unmap(struct board *b)
{
	if (b)
		munmap(b, sizeof *b);
}

const char *board_stage_folder(const struct board *b, char *buf, size_t size)
{
	snprintf(buf, size, "%s/stage", b->folder);
	return buf;
}

const char *board_suffix(const struct board *b)
{
	const char *slash = strrchr(b->folder, '/');

	return slash ? slash + strlen("/ipcscope") : "";
}

/* Field 22 counted behind the last bracket, for the name before it may hold anything;
 * *state gets field 3. */
static uint64_t start_time(pid_t pid, char *state)
{
	char text[1024], *p;
	unsigned long long start = 0;
	int dir = procfs_open(pid);

	*state = 0;
	if (dir < 0)
		return 0;
	if (procfs_read(dir, "stat", text, sizeof text) > 0 && (p = strrchr(text, ')')) && p[1] == ' ') {
		*state = p[2];
		if (sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
				  "%*d %*d %llu", &start) != 1)
			start = 0;
	}
	close(dir);
	return start;
}

void board_note(struct board_who *w, pid_t pid)
{
	char state;

	w->start = start_time(pid, &state);
	w->pid = pid;
}

bool board_alive(const struct board_who *w)
{
	char state;

	if (w->pid <= 0)
		return false;
	return start_time(w->pid, &state) == w->start && state && state != 'Z' && state != 'X';
}

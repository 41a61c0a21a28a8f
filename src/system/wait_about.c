/* SPDX-License-Identifier: MIT */
/* What a call that somebody sleeps in is about: the descriptor, the object, and on whom it waits
 * where the kernel or the memory it waits for tell. */
#include "system/wait.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/fdinfo.h"
#include "probe/memory.h"
#include "probe/posix.h"
#include "probe/procfs.h"
#include "probe/sysv.h"
#include "system/private.h"

#ifndef P_PIDFD_NUMBER
#define P_PIDFD_NUMBER 3 /* waitid(2); an enum of glibc from 2.36 on, so not to be asked for by #ifdef */
#endif

int wait_object_of_fd(const struct system *s, int process, int fd)
{
	const struct system_process *p = &s->process[process];

	for (int i = p->first_end; i < p->first_end + p->n_ends; i++)
		if (s->end[i].fd == fd)
			return s->end[i].object;
	return -1;
}

/* device 0: any. */
int wait_find_object(const struct system *s, enum system_kind kind, uint64_t device, uint64_t inode)
{
	int known = system_object_find(s, kind, device, inode);

	/* Not in the table are FIFOs that were found by who waits to open them, and where the device is not given. */
	if (known >= 0)
		return known;
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->object[i].kind == kind && s->object[i].inode == inode &&
		    (device == 0 || s->object[i].device == device))
			return (int)i;
	return -1;
}

/* --- FIFOs ----------------------------------------------------------------------------------- */

/* The path as the process gave it; false when it cannot be read. */
static bool path_of(pid_t pid, uint64_t address, char *out, size_t size)
{
	ssize_t n = memory_read(pid, address, out, size - 1);

	out[n > 0 ? n : 0] = '\0';
	return n > 0 && memchr(out, '\0', (size_t)n + 1) != NULL && *out;
}

/* Only for a FIFO does the kernel wait in this function: stat(2) on any other path might wait too,
 * for a dead server, and a FUSE file system would be told. */
static bool waits_for_partner(int procdir)
{
	char where[64];

	return procfs_read(procdir, "wchan", where, sizeof where) > 0 &&
	       (strstr(where, "partner") || strstr(where, "fifo_open"));
}

/* The path seen from here: through the process's root or folder, which are links that only lead. */
static void seen_from_here(pid_t pid, int dirfd, const char *path, char *out, size_t size)
{
	if (*path == '/')
		snprintf(out, size, "/proc/%d/root%s", (int)pid, path);
	else if (dirfd == AT_FDCWD)
		snprintf(out, size, "/proc/%d/cwd/%s", (int)pid, path);
	else
		snprintf(out, size, "/proc/%d/fd/%d/%s", (int)pid, dirfd, path);
}

static void name_of(int procdir, int dirfd, const char *path, char out[SYSTEM_TEXT])
{
	char link[32], whole[SYSTEM_TEXT + 4100];
	ssize_t n = 0;

	snprintf(link, sizeof link, dirfd == AT_FDCWD ? "cwd" : "fd/%d", dirfd);
	if (*path != '/')
		n = readlinkat(procdir, link, whole, SYSTEM_TEXT);
	snprintf(whole + (n > 0 ? n : 0), sizeof whole - SYSTEM_TEXT, "%s%s", n > 0 ? "/" : "", path);
	memcpy(out, whole, SYSTEM_TEXT - 1);
	out[SYSTEM_TEXT - 1] = '\0';
}

static char access_of(uint64_t flags)
{
	return (flags & O_ACCMODE) == O_WRONLY ? 'w' : (flags & O_ACCMODE) == O_RDONLY ? 'r' : 'b';
}

static void about_path(struct waits *w, int procdir, const struct wait_row *row, struct system_thread *t)
{
	const struct system_process *p = &w->s->process[t->process];
	const char *call = syscall_name(t->call);
	int dirfd = row->argument == 1 ? (int)t->argument[0] : AT_FDCWD;
	uint64_t flags = t->argument[row->argument + 1];
	char path[4096], here[4200];
	struct wait_fifo f = { .thread = (int)w->s->n_threads };
	struct stat st;

	t->wait = WAIT_OTHER;
	if (!waits_for_partner(procdir))
		return;
	t->wait = WAIT_OPEN;
	if (call && strcmp(call, "openat2") == 0 &&
	    memory_read(p->pid, flags, &flags, sizeof flags) != (ssize_t)sizeof flags)
		return;
	f.access = call && strcmp(call, "creat") == 0 ? 'w' : access_of(flags);
	t->part = f.access == 'w';
	if (!path_of(p->pid, t->argument[(int)row->argument], path, sizeof path))
		return;
	seen_from_here(p->pid, dirfd, path, here, sizeof here);
	if (stat(here, &st) != 0 || !S_ISFIFO(st.st_mode))
		return;
	f.device = st.st_dev;
	f.inode = st.st_ino;
	name_of(procdir, dirfd, path, f.name);
	w->fifo = memory_grow(w->fifo, &w->room_fifos, w->n_fifos + 1, sizeof *w->fifo);
	w->fifo[w->n_fifos++] = f;
}

/* --- System V ------------------------------------------------------------------------------------ */

static void about_queue(struct waits *w, int procdir, struct system_thread *t)
{
	struct sysv_object queue;
	int id = (int)t->argument[0];

	if (!wait_same_namespace(procdir, "ipc", w->own_ipc))
		return;
	t->object = wait_find_object(w->s, SYSTEM_QUEUE, 0, (uint64_t)id);
	if (sysv_read(SYSV_QUEUE, id, &queue) == 0)
		t->holder = t->wait == WAIT_SEND ? queue.queue.last_receiver : queue.queue.last_sender;
}

/* Of several operations the first that cannot be done is the one that it waits for (semop(2)). */
static void about_set(struct waits *w, int procdir, struct system_thread *t)
{
	enum { MOST = 32 };
	struct sembuf operation[MOST];
	size_t n = t->argument[2] < MOST ? (size_t)t->argument[2] : MOST;
	int id = (int)t->argument[0];

	if (!wait_same_namespace(procdir, "ipc", w->own_ipc))
		return;
	t->object = wait_find_object(w->s, SYSTEM_SEMAPHORES, 0, (uint64_t)id);
	if (memory_read(w->s->process[t->process].pid, t->argument[1], operation, n * sizeof *operation) !=
	    (ssize_t)(n * sizeof *operation))
		return;
	for (size_t i = 0; i < n; i++) {
		struct sysv_semaphore now;

		if (sysv_semaphore_read(id, operation[i].sem_num, &now) != 0)
			return;
		if (operation[i].sem_op == 0 ? now.value != 0 : now.value + operation[i].sem_op < 0) {
			t->part = operation[i].sem_num;
			t->holder = now.last;
			return;
		}
	}
}

/* --- futexes ---------------------------------------------------------------------------------------- */

#define FUTEX_PRIVATE_BIT 128

static bool is_thread_of(int procdir, pid_t tid)
{
	char name[32];

	snprintf(name, sizeof name, "task/%d", (int)tid);
	return tid > 0 && faccessat(procdir, name, F_OK, 0) == 0;
}

/* Who has what the word stands for. glibc waits for a mutex with the value 2 in the word, for a robust or
 * inheriting one with the owner's id in it, and for the end of a thread with that thread's id. */
static pid_t holder_of_word(struct waits *w, int procdir, const struct system_thread *t)
{
	pid_t pid = w->s->process[t->process].pid;
	uint32_t expected = (uint32_t)t->argument[2], word;
	int operation = (int)t->argument[1] & FUTEX_CMD_MASK;
	bool inherits = operation == FUTEX_LOCK_PI || operation == 13; /* FUTEX_LOCK_PI2 */
	struct posix_mutex mutex;

	if (!wait_same_namespace(procdir, "pid", w->own_pids) ||
	    memory_read(pid, t->argument[0], &word, sizeof word) != (ssize_t)sizeof word)
		return 0;
	/* All bits of the mask are no thread's number: the word is no mutex. */
	if (inherits || (expected & FUTEX_WAITERS && word & FUTEX_WAITERS))
		return (word & FUTEX_TID_MASK) == FUTEX_TID_MASK ? 0 : (pid_t)(word & FUTEX_TID_MASK);
	if (expected == 2 && word == 2 && posix_mutex_read(pid, t->argument[0], &mutex) == 0 && mutex.locked)
		return mutex.owner;
	return word == expected && is_thread_of(procdir, (pid_t)word) ? (pid_t)word : 0;
}

static void about_word(struct waits *w, int procdir, struct system_thread *t)
{
	bool own = (int)t->argument[1] & FUTEX_PRIVATE_BIT;
	struct mappings maps = { 0 };
	const struct mapping *m;

	if (own && !w->thorough)
		return;
	t->holder = holder_of_word(w, procdir, t);
	if (!own && mappings_read(procdir, mapping_holds, &t->argument[0], &maps) == 0 && maps.count > 0) {
		int id;

		m = &maps.list[0];
		if (m->shared && mapping_is_segment(m, &id))
			t->object = wait_find_object(w->s, SYSTEM_SEGMENT, 0, (uint64_t)id);
		else if (m->shared) {
			t->object = wait_find_object(w->s, SYSTEM_SEMAPHORE, m->device, m->inode);
			if (t->object < 0)
				t->object = wait_find_object(w->s, SYSTEM_MEMORY, m->device, m->inode);
		}
	}
	mappings_free(&maps);
}

/* --- locks -------------------------------------------------------------------------------------------- */

static bool is_this_lock(const struct lock *l, const struct system_thread *t, pid_t pid, uint64_t inode)
{
	const char *call = syscall_name(t->call);
	bool by_flock = call && strcmp(call, "flock") == 0;

	if (l->depth == 0)
		return false;
	if (by_flock)
		return l->kind == LOCK_FLOCK && l->pid == pid;
	return (l->kind == LOCK_POSIX && l->pid == pid) ||
	       (l->kind == LOCK_OFD && inode && l->inode == inode && (int)t->argument[1] == F_OFD_SETLKW);
}

int wait_find_lock(struct waits *w, int procdir, const struct system_thread *t)
{
	pid_t pid = w->s->process[t->process].pid;
	struct fdinfo info;
	uint64_t inode = 0;

	if (!w->locks_read)
		locks_read(&w->locks);
	w->locks_read = true;
	if (fdinfo_read(procdir, (int)t->argument[0], &info) == 0 && info.has & FDINFO_HAS_INODE)
		inode = info.inode;
	for (size_t i = 0; i < w->locks.count; i++) {
		const struct lock *l = &w->locks.list[i];

		if (is_this_lock(l, t, pid, inode) && (inode == 0 || l->inode == inode))
			return (int)i;
	}
	return -1;
}

static void about_lock(struct waits *w, int procdir, struct system_thread *t)
{
	int i = wait_find_lock(w, procdir, t);

	if (i < 0)
		return;
	t->object = wait_find_object(w->s, SYSTEM_FILE, w->locks.list[i].device, w->locks.list[i].inode);
	while (w->locks.list[i].waits_for >= 0 && w->locks.list[i].depth > 0)
		i = w->locks.list[i].waits_for;
	t->holder = w->locks.list[i].pid > 0 ? w->locks.list[i].pid : 0;
}

static void about_fcntl(struct waits *w, int procdir, struct system_thread *t)
{
	int command = (int)t->argument[1];

	t->fd = (int)t->argument[0];
	t->object = wait_object_of_fd(w->s, t->process, t->fd);
#ifdef F_SETLKW64
	if (command != F_SETLKW && command != F_OFD_SETLKW && command != F_SETLKW64)
		return;
#else
	if (command != F_SETLKW && command != F_OFD_SETLKW)
		return;
#endif
	t->wait = WAIT_LOCK;
	about_lock(w, procdir, t);
}

/* --- the rest -------------------------------------------------------------------------------------------- */

static void about_child(struct waits *w, int procdir, const struct wait_row *row, struct system_thread *t)
{
	int64_t which = (int32_t)t->argument[0], id = (int32_t)t->argument[1];
	struct fdinfo info;

	t->holder = -1;
	if (row->about == ABOUT_CHILD_ID && which == P_PIDFD_NUMBER) {
		if (fdinfo_read(procdir, (int)id, &info) == 0 && info.has & FDINFO_HAS_PID && info.pid > 0)
			t->holder = info.pid;
		return;
	}
	if (!wait_same_namespace(procdir, "pid", w->own_pids))
		return;
	if (row->about == ABOUT_CHILD && which > 0)
		t->holder = (pid_t)which;
	else if (row->about == ABOUT_CHILD_ID && which == P_PID)
		t->holder = (pid_t)id;
}

void wait_refresh_level(struct waits *w, int object)
{
	if (w->thorough)
		system_levels(w->s, &object, 1);
}

/* Of splice(2) and tee(2) it waits for data where the pipe read from is empty, else for room. */
static void about_two(struct waits *w, const struct wait_row *row, struct system_thread *t)
{
	int from = (int)t->argument[(int)row->argument], to = (int)t->argument[(int)row->second];
	int object = wait_object_of_fd(w->s, t->process, from);
	bool reads = object >= 0;

	if (reads && (w->s->object[object].kind == SYSTEM_PIPE || w->s->object[object].kind == SYSTEM_FIFO)) {
		wait_refresh_level(w, object);
		reads = !w->s->object[object].level.known || w->s->object[object].level.number == 0;
	}
	t->wait = reads ? WAIT_READ : WAIT_WRITE;
	t->fd = reads ? from : to;
	t->object = wait_object_of_fd(w->s, t->process, t->fd);
}

void wait_find_about(struct waits *w, int procdir, const struct wait_row *row, struct system_thread *t)
{
	switch (row->about) {
	case ABOUT_FD:
		t->fd = (int)t->argument[(int)row->argument];
		t->object = wait_object_of_fd(w->s, t->process, t->fd);
		if (t->wait == WAIT_LOCK)
			about_lock(w, procdir, t);
		break;
	case ABOUT_TWO:
		about_two(w, row, t);
		break;
	case ABOUT_PATH:
		about_path(w, procdir, row, t);
		break;
	case ABOUT_QUEUE:
		about_queue(w, procdir, t);
		break;
	case ABOUT_SET:
		about_set(w, procdir, t);
		break;
	case ABOUT_WORD:
		about_word(w, procdir, t);
		break;
	case ABOUT_FCNTL:
		about_fcntl(w, procdir, t);
		break;
	case ABOUT_CHILD:
	case ABOUT_CHILD_ID:
		about_child(w, procdir, row, t);
		break;
	case ABOUT_EPOLL:
		t->fd = (int)t->argument[0];
		break;
	case ABOUT_NOTHING:
		t->holder = t->wait == WAIT_CHILD ? -1 : 0;
		break;
	case ABOUT_POLL:
	case ABOUT_SELECT:
	case ABOUT_URING:
		break;
	}
}

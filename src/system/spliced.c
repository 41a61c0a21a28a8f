/* SPDX-License-Identifier: MIT */
/* Pipes that must not be asked how full they are.
 *
 * splice(2) and sendfile(2) between a pipe and a socket or terminal may sleep with the pipe's lock held;
 * FIONREAD and F_GETPIPE_SZ then wait for it, asleep so that no signal ends them (seen on Linux 6.18). So
 * who sleeps in such a call is looked up first. Between that and the reading a window remains. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "probe/syscall.h"
#include "system/private.h"

/* Of the pipe kind, or of files, which are there at once. */
static bool waits_for_nobody(const struct system *s, const struct system_end *e)
{
	enum system_kind kind = s->object[e->object].kind;

	return kind == SYSTEM_PIPE || kind == SYSTEM_FIFO || kind == SYSTEM_FILE;
}

static const struct system_end *end_of(const struct system *s, const struct system_process *p, int64_t fd)
{
	for (int i = 0; i < p->n_ends; i++)
		if (s->end[p->first_end + i].fd == fd)
			return &s->end[p->first_end + i];
	return NULL;
}

/* What a call that moves data inside the kernel moves it from and to; false for other calls. */
static bool moves(const struct syscall_state *now, int64_t *from, int64_t *to)
{
	if (now->where != SYSCALL_INSIDE)
		return false;
	if (now->number == SYS_splice) {
		*from = (int64_t)now->argument[0];
		*to = (int64_t)now->argument[2];
		return true;
	}
	if (now->number != SYS_sendfile)
		return false;
	*from = (int64_t)now->argument[1];
	*to = (int64_t)now->argument[0];
	return true;
}

static bool look_at_thread(const struct system *s, const struct system_process *p, int folder, bool *spliced)
{
	struct syscall_state now;
	int64_t fd[2];

	syscall_read(folder, &now);
	if (!moves(&now, &fd[0], &fd[1]))
		return now.where == SYSCALL_UNKNOWN;
	for (int i = 0; i < 2; i++) {
		const struct system_end *pipe = end_of(s, p, fd[i]), *other = end_of(s, p, fd[!i]);

		if (pipe && waits_for_nobody(s, pipe) && !(other && waits_for_nobody(s, other)))
			spliced[pipe->object] = true;
	}
	return true;
}

struct threads {
	const struct system *s;
	const struct system_process *process;
	int folder;
	bool *spliced;
	bool any;
};

static void take_thread(void *arg, const char *name)
{
	struct threads *t = arg;
	char path[32];
	int folder;

	snprintf(path, sizeof path, "task/%.20s", name);
	folder = openat(t->folder, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return;
	t->any |= look_at_thread(t->s, t->process, folder, t->spliced);
	close(folder);
}

bool spliced_find(const struct system *s, int process, bool *spliced)
{
	const struct system_process *p = &s->process[process];
	int folder = p->visible ? procfs_open(p->pid) : -1;
	struct threads t = { s, p, folder, spliced, false };
	int tasks;

	if (folder < 0)
		return true;
	if (p->tasks <= 1) {
		t.any = look_at_thread(s, p, folder, spliced);
	} else if ((tasks = openat(folder, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
		folder_each(tasks, take_thread, &t);
		close(tasks);
	}
	close(folder);
	return t.any;
}

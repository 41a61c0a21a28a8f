/* SPDX-License-Identifier: MIT */
/* Which descriptors somebody waits for in poll(2), select(2) and epoll(7): the first two are read
 * from its memory, an epoll's set stands in its fdinfo (proc_pid_fdinfo(5)). */
#include "system/wait.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "probe/memory.h"
#include "probe/procfs.h"
#include "probe/scan.h"

/* More than these are not looked at. */
enum { MOST = 1024 };

void wait_watch(struct system *s, struct system_thread *t, const struct system_watched *one)
{
	s->watched = memory_grow(s->watched, &s->room_watched, s->n_watched + 1, sizeof *s->watched);
	s->watched[s->n_watched++] = *one;
	t->n_watched++;
}

static void watch(struct system *s, struct system_thread *t, int fd, int object, unsigned events)
{
	wait_watch(s, t, &(struct system_watched){ .fd = fd, .object = object, .events = (short)(events & SHRT_MAX) });
}

static void watch_poll(struct system *s, struct system_thread *t)
{
	struct pollfd list[MOST];
	size_t n = t->argument[1] < MOST ? (size_t)t->argument[1] : MOST;
	ssize_t got = n ? memory_read(s->process[t->process].pid, t->argument[0], list, n * sizeof *list) : 0;

	for (ssize_t i = 0; i < got / (ssize_t)sizeof *list; i++)
		if (list[i].fd >= 0)
			watch(s, t, list[i].fd, wait_object_of_fd(s, t->process, list[i].fd),
			      (unsigned short)list[i].events);
}

/* The kernel's sets are arrays of long, in the processor's order of bytes. */
static void watch_select(struct system *s, struct system_thread *t)
{
	enum { BITS = CHAR_BIT * sizeof(unsigned long) };
	static const short meaning[3] = { POLLIN, POLLOUT, POLLPRI };
	unsigned long set[3][MOST / BITS] = { 0 };
	int n = (int)t->argument[0] < MOST ? (int)t->argument[0] : MOST;
	size_t words = n > 0 ? ((size_t)n + BITS - 1) / BITS : 0;

	for (int i = 0; i < 3 && words; i++)
		if (t->argument[i + 1])
			memory_read(s->process[t->process].pid, t->argument[i + 1], set[i], words * sizeof(long));
	for (int fd = 0; fd < n; fd++) {
		unsigned events = 0;

		for (int i = 0; i < 3; i++)
			if (set[i][fd / BITS] >> (fd % BITS) & 1)
				events |= (unsigned)meaning[i];
		if (events)
			watch(s, t, fd, wait_object_of_fd(s, t->process, fd), events);
	}
}

/* "tfd: 5 events: 19 data: ... pos:0 ino:61 sdev:f". The number is what it was when it was added, and
 * may stand for something else by now: the inode decides (Linux 4.14). */
static bool parse_watch(struct scan *line, int *fd, uint64_t *events, uint64_t *inode)
{
	uint64_t n;
	bool has_inode = false;

	if (!scan_text(line, "tfd:"))
		return false;
	scan_blanks(line);
	if (!scan_number(line, 10, INT_MAX, &n))
		return false;
	*fd = (int)n;
	scan_blanks(line);
	if (!scan_text(line, "events:"))
		return false;
	scan_blanks(line);
	if (!scan_number(line, 16, UINT32_MAX, events))
		return false;
	for (; line->s < line->end && !has_inode; line->s++)
		if (scan_text(line, "ino:"))
			has_inode = scan_number(line, 16, UINT64_MAX, inode);
	if (!has_inode)
		*inode = 0;
	return true;
}

static int object_with(const struct system *s, int process, int fd, uint64_t inode)
{
	const struct system_process *p = &s->process[process];
	int object = wait_object_of_fd(s, process, fd);

	if (object >= 0 && (inode == 0 || s->object[object].inode == inode || s->object[object].inode_b == inode))
		return object;
	for (int i = p->first_end; inode && i < p->first_end + p->n_ends; i++) {
		const struct system_object *o = &s->object[s->end[i].object];

		if (s->end[i].fd >= 0 && (o->inode == inode || o->inode_b == inode))
			return s->end[i].object;
	}
	/* Things that are no object here (timers, signals ...) have one inode all together. */
	return object >= 0 && s->object[object].kind == SYSTEM_EVENT ? object : -1;
}

void wait_watch_epoll(struct system *s, int procdir, struct system_thread *t, int epoll)
{
	struct text text = { 0 };
	struct scan rest, line;
	char name[32];
	int fd;
	uint64_t events, inode;

	snprintf(name, sizeof name, "fdinfo/%d", epoll);
	procfs_read_text(procdir, name, &text);
	rest = (struct scan){ text_string(&text), text_string(&text) + text.length };
	while (t->n_watched < MOST && scan_line(&rest, &line))
		if (parse_watch(&line, &fd, &events, &inode))
			watch(s, t, fd, object_with(s, t->process, fd, inode), (unsigned)events);
	text_free(&text);
}

void wait_find_watched(struct waits *w, int procdir, const struct wait_row *row, struct system_thread *t)
{
	t->first_watched = (int)w->s->n_watched;
	if (row->about == ABOUT_POLL)
		watch_poll(w->s, t);
	else if (row->about == ABOUT_SELECT)
		watch_select(w->s, t);
	else if (row->about == ABOUT_URING)
		wait_enter_uring(w, procdir, t);
	else
		wait_watch_epoll(w->s, procdir, t, (int)t->argument[0]);
	if (t->n_watched == 1) {
		t->fd = row->about == ABOUT_EPOLL || row->about == ABOUT_URING ? t->fd : w->s->watched[t->first_watched].fd;
		t->object = w->s->watched[t->first_watched].object;
	}
}

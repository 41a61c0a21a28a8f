/* SPDX-License-Identifier: MIT */
/* Waiting for completions of an io_uring: its requests, as if they were polled (probe/uring.h). */
#include "system/wait.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "probe/descriptors.h"
#include "probe/memory.h"
#include "probe/uring.h"

/* IORING_ENTER_..., io_uring_enter(2): newer than the headers of many a system. */
enum { ENTER_GETEVENTS = 1, ENTER_SQ_WAIT = 4, ENTER_EXT_ARG = 8, ENTER_REGISTERED_RING = 16, ENTER_ABS_TIMER = 32,
       ENTER_EXT_ARG_REG = 64 };

int64_t wait_limit_uring(pid_t pid, const uint64_t *argument)
{
	unsigned flags = (unsigned)argument[3];
	struct { uint64_t mask; uint32_t size, least; uint64_t time; } extended;
	int64_t pair[2];

	if (!(flags & ENTER_EXT_ARG))
		return -1;
	if (flags & (ENTER_ABS_TIMER | ENTER_EXT_ARG_REG) ||
	    memory_read(pid, argument[4], &extended, sizeof extended) != (ssize_t)sizeof extended)
		return -2;
	if (extended.time == 0)
		return -1;
	if (memory_read(pid, extended.time, pair, sizeof pair) != (ssize_t)sizeof pair || pair[0] < 0 ||
	    pair[0] > INT64_MAX / CLOCK_S - 1)
		return -2;
	return pair[0] * CLOCK_S + pair[1];
}

/* --- what requests are about ----------------------------------------------------------------------- */

/* A registered file by what the kernel writes of it: a descriptor of the process on the same object serves as
 * well as the index; where it closed all of them the object alone. */
static void find_registered(const struct system *s, int process, const struct uring *u, int index,
			    struct system_watched *out)
{
	static const struct { enum descriptor_kind link; enum system_kind kind; } kinds[] = {
		{ DESCRIPTOR_PIPE, SYSTEM_PIPE }, { DESCRIPTOR_SOCKET, SYSTEM_UNIX },
		{ DESCRIPTOR_SOCKET, SYSTEM_TCP }, { DESCRIPTOR_SOCKET, SYSTEM_UDP },
	};
	const struct system_process *p = &s->process[process];
	struct descriptor link = { 0 };
	char name[256];

	out->fd = -1;
	out->fixed = true;
	out->index = index;
	if (index < 0 || !uring_file(text_string(&u->text), u->text.length, (unsigned)index, name, sizeof name))
		return;
	descriptor_parse_link(name, strlen(name), &link);
	for (int i = p->first_end; i < p->first_end + p->n_ends; i++) {
		const struct system_object *o = &s->object[s->end[i].object];
		bool same = link.inode ? o->inode == link.inode || o->inode_b == link.inode : strcmp(o->name, name) == 0;

		/* Of a pipe the end: who has both does not register the one to read with for writing. */
		if (s->end[i].fd < 0 || !same || (o->kind == SYSTEM_PIPE && s->end[i].access == (out->events & POLLOUT ? 'r' : 'w')))
			continue;
		out->fd = s->end[i].fd;
		out->fixed = false;
		out->object = s->end[i].object;
		return;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && link.inode && out->object < 0; i++)
		if (kinds[i].link == link.kind)
			out->object = wait_find_object(s, kinds[i].kind, 0, link.inode);
}

static void find_object(const struct system *s, int process, const struct uring *u, int fd, bool fixed,
			struct system_watched *out)
{
	out->fd = fd;
	if (fixed)
		find_registered(s, process, u, fd, out);
	else
		out->object = fd < 0 ? -1 : wait_object_of_fd(s, process, fd);
}

/* Of splice and tee it is the data that is waited for, unless there are some. */
static void find_both(struct waits *w, int process, const struct uring *u, const struct uring_request *r,
		      struct system_watched *out)
{
	struct system_watched to = *out;
	struct system *s = w->s;

	out->events = POLLIN;
	to.events = POLLOUT;
	find_object(s, process, u, r->from, r->from_fixed, out);
	find_object(s, process, u, r->fd, r->fixed, &to);
	if (out->object < 0 || to.object < 0)
		return;
	wait_refresh_level(w, out->object);
	if (s->object[out->object].level.known && s->object[out->object].level.number > 0)
		*out = to;
}

static void watch(struct waits *w, struct system_thread *t, const struct uring *u, const struct uring_request *r)
{
	struct system *s = w->s;
	struct system_watched one = { .fd = -1, .object = -1, .request = (short)(r->operation + 1) };

	one.request = r->operation < 0 ? -1 : one.request;
	one.untold = !r->known;
	switch (uring_operation(r->operation)->wants) {
	case URING_DATA:
		one.events = POLLIN;
		break;
	case URING_ROOM:
	case URING_CONNECT:
		one.events = POLLOUT;
		break;
	case URING_EVENTS:
		one.events = (short)(r->events & (POLLIN | POLLOUT | POLLPRI));
		break;
	case URING_BOTH:
		if (r->known)
			find_both(w, t->process, u, r, &one);
		break;
	case URING_TIME: case URING_FILE: case URING_OTHER:
		break;
	}
	if (r->known && r->from < 0)
		find_object(s, t->process, u, r->fd, r->fixed, &one);
	wait_watch(s, t, &one);
}

static bool watch_all(struct waits *w, int procdir, struct system_thread *t, int fd, struct uring *u)
{
	if (uring_read(procdir, w->s->process[t->process].pid, fd, u) != 0)
		return false;
	for (size_t i = 0; i < u->n; i++)
		if (!u->request[i].behind)
			watch(w, t, u, &u->request[i]);
	return true;
}

bool wait_watch_uring(struct waits *w, int procdir, struct system_thread *t, int fd)
{
	struct uring u;
	bool good = watch_all(w, procdir, t, fd, &u);

	uring_free(&u);
	return good;
}

/* --- who waits in it ------------------------------------------------------------------------------------ */

static const char *why_nothing(const struct uring *u)
{
	if (u->queued && u->info.poller > 0 && u->asleep)
		return "its entries stand in the queue, and the kernel's thread that takes them sleeps: it was not woken "
		       "(IORING_ENTER_SQ_WAKEUP)";
	if (u->queued)
		return "its entries stand in the queue, and were not handed over to the kernel";
	return "no request of it is under way: there is nothing to complete";
}

void wait_enter_uring(struct waits *w, int procdir, struct system_thread *t)
{
	unsigned flags = (unsigned)t->argument[3];
	int64_t wanted = (int64_t)(uint32_t)t->argument[2];
	struct uring u;

	t->fd = flags & ENTER_REGISTERED_RING ? uring_only(procdir) : (int)t->argument[0];
	t->under_way = -1;
	t->needs = 1;
	if (!(flags & ENTER_GETEVENTS)) {
		t->why = flags & ENTER_SQ_WAIT ? "it waits until the kernel's thread has taken entries from the queue" :
			 "it hands over requests, and waits for no completion";
		return;
	}
	if (t->fd < 0)
		t->why = "it has several rings, and uses one by its registered number: which, the kernel does not tell";
	else if (!watch_all(w, procdir, t, t->fd, &u))
		t->why = "the ring may not be looked into";
	else {
		t->under_way = u.under_way < 0 || u.under_way > URING_REQUESTS ? -1 : (int)u.under_way;
		t->needs = wanted > u.ready ? (int)(wanted - u.ready) : 1;
		if (u.n == 0 && u.under_way == 0)
			t->why = why_nothing(&u);
	}
	if (t->fd >= 0)
		uring_free(&u);
}

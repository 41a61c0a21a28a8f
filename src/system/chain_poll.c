/* SPDX-License-Identifier: MIT */
/* Following a chain through waits for any of several descriptors: polls, and requests of an io_uring; and through
 * descriptors that lead to nothing that is an object here. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "call/symbols.h"
#include "probe/fdinfo.h"
#include "probe/procfs.h"
#include "probe/uring.h"
#include "system/chain.h"

enum { WATCHED = 64, NESTED = 4, ACCEPT = 13 };

/* --- what is waited for ------------------------------------------------------------------------------ */

static bool is_writing(const struct system_watched *w)
{
	return w->events & POLLOUT && !(w->events & POLLIN);
}

static enum uring_wants wants_of(const struct system_watched *w)
{
	return uring_operation(w->request - 1)->wants;
}

/* "pipe:[5], empty". */
static void add_target(struct chain *c, int process, const struct system_watched *w)
{
	if (w->object >= 0) {
		chain_object(&c->text, c->s, w->object);
		if (!graph_is_listener(&c->s->object[w->object]) && w->events & (POLLIN | POLLOUT))
			chain_level(c, process, w->fd, w->object, is_writing(w));
	} else if (w->fixed) {
		text_addf(&c->text, "its registered file %d", w->index);
	} else {
		chain_descriptor(&c->text, c->s, process, w->fd);
	}
}

/* "a read on pipe:[5], empty". */
static void add_request(struct chain *c, int process, const struct system_watched *w)
{
	text_add(&c->text, uring_operation(w->request - 1)->name);
	if (w->untold)
		text_add(&c->text, ", on what is not told");
	else if (w->object >= 0 || w->fd >= 0 || w->fixed) {
		text_add(&c->text, " on ");
		add_target(c, process, w);
	}
}

static void add_requests(struct chain *c, const struct system_thread *t)
{
	int n = t->under_way > t->n_watched ? t->under_way : t->n_watched;

	if (n == 1 && t->n_watched == 1) {
		text_add(&c->text, ": ");
		add_request(c, t->process, &c->s->watched[t->first_watched]);
		return;
	}
	if (t->needs > 1)
		text_addf(&c->text, " for %d completions", t->needs);
	else if (n == 0)
		text_add(&c->text, " for a completion");
	if (n == 0)
		return;
	text_addf(&c->text, "%s %s%d request%s", t->needs > 1 ? "," : " for one of", t->under_way < 0 ? "at least " : "", n,
		  n == 1 ? "" : "s");
	text_add(&c->text, t->needs > 1 ? " are under way" : "");
}

void chain_watches(struct chain *c, const struct system_thread *t)
{
	if (t->needs > 0) {
		add_requests(c, t);
	} else if (t->n_watched != 1) {
		text_addf(&c->text, " for %d descriptors", t->n_watched);
	} else {
		const struct system_watched *w = &c->s->watched[t->first_watched];

		text_add(&c->text, " for ");
		if (w->object < 0)
			text_addf(&c->text, "descriptor %d, ", w->fd);
		add_target(c, t->process, w);
	}
}

/* --- descriptors that are no objects: what their links say ------------------------------------------------ */

struct kind { const char *piece, *what; enum chain_end end; };

static const struct kind kinds[] = {
	{ "[timerfd]", "a timer has not expired yet", CHAIN_FINE },
	{ "[signalfd]", "it waits for a signal", CHAIN_FINE },
	{ "inotify", "it waits for changes of files", CHAIN_FINE },
	{ "[fanotify]", "it waits for what others do with files", CHAIN_FINE },
	{ "[eventfd]", "only it itself has this eventfd, and it has no other thread: but for a signal's handler nobody can "
		       "write to it", CHAIN_FOUND },
	{ "[eventpoll]", "an epoll without descriptors", CHAIN_FOUND },
	{ "[io_uring]", "an io_uring without requests", CHAIN_FOUND },
	{ "[pidfd]", "it waits for the end of a process, which is not to be seen from here", CHAIN_UNKNOWN },
	{ "[userfaultfd]", "it waits for page faults of who gave it that", CHAIN_FINE },
	{ "/dev/fuse", "it serves a file system: it waits for requests", CHAIN_FINE },
	{ "/dev/", "it waits for a device", CHAIN_FOUND },
	{ "/proc/", "it waits for the kernel", CHAIN_FOUND },
	{ "socket:", "a socket of a kind that tells nothing (netlink, packet, vsock ...): it waits for the kernel, or for "
		     "somebody outside", CHAIN_FOUND },
	{ "/", "a file: the disk, or who serves the file system, has not answered", CHAIN_FOUND },
};

static const struct kind *kind_of(const struct chain *c, int process, int fd)
{
	static const struct kind any = { "", "what it waits for there cannot be known from outside", CHAIN_UNKNOWN };
	struct text name = { 0 };
	const struct kind *found = &any;

	chain_descriptor(&name, c->s, process, fd);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && found == &any; i++)
		if (strstr(text_string(&name), kinds[i].piece))
			found = &kinds[i];
	text_free(&name);
	return found;
}

static void add_timer(struct text *t, const struct fdinfo *info)
{
	char duration[32];

	if (info->timer.value > 0)
		text_addf(t, "a timer, which expires in %s", clock_duration(info->timer.value, duration, sizeof duration));
	else
		text_add(t, "a timer that is not set: nothing comes from it");
}

static void add_signals(struct text *t, uint64_t signals)
{
	int n = 0;

	text_add(t, "it waits for a signal:");
	for (int i = 1; i <= 64; i++)
		if (signals >> (i - 1) & 1 && n++ < 4)
			text_addf(t, "%s %s", n > 1 ? "," : "", symbol_signal(i) ? symbol_signal(i) : "?");
	if (n > 4)
		text_addf(t, " and %d more", n - 4);
}

/* The end of another process: that is the one to follow. */
static enum chain_end follow_pidfd(struct chain *c, const struct kind *k, pid_t pid, int depth)
{
	int process = pid > 0 ? system_find_process(c->s, pid) : -1;

	if (process >= 0 && c->s->process[process].state != 'Z')
		return chain_process(c, process, "for the end of", depth);
	chain_say(c, -1, depth, "/proc/PID/fdinfo", "%s", pid < 0 || process >= 0 ? "that process has ended" : k->what);
	return process >= 0 || pid < 0 ? CHAIN_FINE : CHAIN_UNKNOWN;
}

static enum chain_end follow_all(struct chain *c, const struct system_thread *t, int depth, int nested);

/* An epoll or a ring that is waited for like any descriptor: it becomes ready with one of its own. False: it has
 * none, or they are not told. */
static bool follow_set(struct chain *c, const struct system_thread *t, int fd, bool ring, int depth, int nested,
		       enum chain_end *end)
{
	struct system_thread inner = *t;
	int procdir = nested < NESTED ? procfs_open(c->s->process[t->process].pid) : -1;

	if (procdir < 0)
		return false;
	inner.first_watched = (int)c->s->n_watched;
	inner.n_watched = inner.needs = inner.under_way = 0;
	inner.fd = fd;
	if (ring)
		wait_watch_uring(&c->waits, procdir, &inner, fd);
	else
		wait_watch_epoll(c->s, procdir, &inner, fd);
	close(procdir);
	if (inner.n_watched == 0)
		return false;
	inner.needs = inner.under_way = ring;
	*end = follow_all(c, &inner, depth, nested + 1);
	return true;
}

static enum chain_end follow_descriptor(struct chain *c, const struct system_thread *t, int fd, int depth, int nested)
{
	const struct kind *k = kind_of(c, t->process, fd);
	bool ring = strcmp(k->piece, "[io_uring]") == 0;
	int procdir = procfs_open(c->s->process[t->process].pid);
	struct fdinfo info = { 0 };
	struct text what = { 0 };
	enum chain_end end = k->end;

	if (procdir >= 0) {
		fdinfo_read(procdir, fd, &info);
		close(procdir);
	}
	if ((ring || strcmp(k->piece, "[eventpoll]") == 0) && follow_set(c, t, fd, ring, depth, nested, &end))
		return end;
	if (strcmp(k->piece, "[pidfd]") == 0 && info.has & FDINFO_HAS_PID)
		return follow_pidfd(c, k, info.pid, depth);
	if (info.has & FDINFO_HAS_TIMER && info.timer.value == 0 && info.timer.ticks == 0)
		end = CHAIN_FOUND;
	if (info.has & FDINFO_HAS_COUNT && c->s->process[t->process].n_threads > 1) {
		text_addf(&what, "only it itself has this eventfd: one of its other %d threads must write to it",
			  c->s->process[t->process].n_threads - 1);
		end = CHAIN_UNKNOWN;
	} else if (info.has & FDINFO_HAS_TIMER)
		add_timer(&what, &info);
	else if (info.has & FDINFO_HAS_SIGNALS && info.signals)
		add_signals(&what, info.signals);
	else
		text_add(&what, k->what);
	chain_say(c, -1, depth, info.has & (FDINFO_HAS_TIMER | FDINFO_HAS_SIGNALS) ? "/proc/PID/fdinfo" : "/proc/PID/fd", "%s",
		  text_string(&what));
	text_free(&what);
	return end;
}

enum chain_end chain_descriptor_of(struct chain *c, const struct system_thread *t, int fd, int depth)
{
	return follow_descriptor(c, t, fd, depth, 0);
}

/* --- one of them ------------------------------------------------------------------------------------------- */

static enum chain_end follow_request(struct chain *c, const struct system_watched *w, int depth)
{
	switch (wants_of(w)) {
	case URING_TIME:
		chain_say(c, -1, depth, "the ring's memory", "it waits for a timer");
		return CHAIN_FINE;
	case URING_FILE:
		chain_say(c, -1, depth, "the ring's memory", "a disk, or a server of files, has not answered: the end of what can "
			  "be known here");
		return CHAIN_FOUND;
	case URING_DATA: case URING_ROOM: case URING_EVENTS: case URING_BOTH: case URING_CONNECT: case URING_OTHER:
		break;
	}
	if (w->request - 1 == ACCEPT) {
		chain_say(c, -1, depth, "/proc/PID/fdinfo", "it serves: it waits for new connections");
		return CHAIN_FINE;
	}
	chain_say(c, -1, depth, "/proc/PID/fdinfo", w->untold ? "on what, this kernel does not tell" :
		  "what it waits for there cannot be known from outside");
	return CHAIN_UNKNOWN;
}

static enum chain_end poll_one(struct chain *c, const struct system_thread *t, const struct system_watched *w, int depth,
			       bool named, int nested)
{
	if (named) {
		text_clear(&c->text);
		if (w->request) {
			add_request(c, t->process, w);
		} else {
			text_addf(&c->text, "descriptor %d, ", w->fd);
			add_target(c, t->process, w);
			text_add(&c->text, is_writing(w) ? ", to write" : ", to read");
		}
		chain_add(c, -1, 0, w->object, depth, w->request ? "the ring's fdinfo and memory" : "/proc/PID/fd");
		depth++;
	}
	if (w->object >= 0 && !w->untold)
		return chain_channel(c, t, w->fd, w->object, is_writing(w), depth);
	if (w->request && (w->fd < 0 || wants_of(w) == URING_FILE || wants_of(w) == URING_OTHER))
		return follow_request(c, w, depth);
	return follow_descriptor(c, t, w->fd, depth, nested);
}

/* --- any of them --------------------------------------------------------------------------------------------- */

/* What a server waits for: then it is well, whatever else it waits for too. */
static const struct system_watched *serves(const struct chain *c, const struct system_thread *t)
{
	for (int i = t->first_watched; i < t->first_watched + t->n_watched && t->needs <= 1; i++) {
		int object = c->s->watched[i].object;

		if (object >= 0 && (graph_is_listener(&c->s->object[object]) ||
				    c->s->object[object].kind == SYSTEM_TERMINAL))
			return &c->s->watched[i];
	}
	return NULL;
}

static void tell_service(struct chain *c, const struct system_watched *w, int others, int depth)
{
	bool terminal = c->s->object[w->object].kind == SYSTEM_TERMINAL;
	struct text name = { 0 };

	chain_object(&name, c->s, w->object);
	chain_say(c, w->object, depth, "/proc/PID/fd", "it %s %s%s", terminal ? "waits for its terminal" :
		  "serves: it waits for new connections on", text_string(&name),
		  others == 0 ? "" : w->request ? ", or for one of its other requests" : ", or for one of its other descriptors");
	text_free(&name);
}

/* It goes on when so many of them have come: the ends sorted from the best on. */
static enum chain_end end_of(enum chain_end *end, int n, int needs)
{
	int place = (needs < 1 ? 1 : needs > n ? n : needs) - 1;

	for (int i = 1; i < n; i++)
		for (int k = i; k > 0 && end[k] < end[k - 1]; k--) {
			enum chain_end one = end[k];

			end[k] = end[k - 1];
			end[k - 1] = one;
		}
	return end[place];
}

/* A timer and an accept need no descriptor to be told. */
static bool is_told(const struct system_watched *w)
{
	return !w->untold || wants_of(w) == URING_TIME || w->request - 1 == ACCEPT;
}

static enum chain_end follow_all(struct chain *c, const struct system_thread *t, int depth, int nested)
{
	const struct system_watched *served = serves(c, t);
	enum chain_end end[WATCHED];
	int n = t->n_watched < WATCHED ? t->n_watched : WATCHED, told = 0;
	/* One alone was told by the link above. */
	bool named = t->n_watched > 1 || nested || (t->needs && t->under_way > 1);

	if (served) {
		tell_service(c, served, t->n_watched - 1, depth);
		return CHAIN_FINE;
	}
	for (int i = 0; i < n; i++) {
		struct system_watched w = c->s->watched[t->first_watched + i];

		end[i] = CHAIN_UNKNOWN;
		if (!is_told(&w))
			continue;
		if (told++ < CHAIN_BRANCHES)
			end[i] = poll_one(c, t, &w, depth, named, nested);
	}
	if (told > CHAIN_BRANCHES)
		chain_say(c, -1, depth, "/proc/PID/fd", "or for one of %d more %s", told - CHAIN_BRANCHES,
			  t->needs ? "requests" : "descriptors");
	return end_of(end, n, t->needs);
}

/* Requests of which not all is told, together. */
static void tell_untold(struct chain *c, const struct system_thread *t, int depth)
{
	int n = 0;

	for (int i = t->first_watched; i < t->first_watched + t->n_watched; i++)
		n += !is_told(&c->s->watched[i]);
	if (n == 1 && t->n_watched == 1)
		chain_say(c, -1, depth, "/proc/PID/fdinfo", "on what, this kernel does not tell");
	else if (n)
		chain_say(c, -1, depth, "/proc/PID/fdinfo", "%d request%s under way of which this kernel does not tell on what",
			  n, n == 1 ? " is" : "s are");
}

/* More completions than there are requests: nobody but another thread could submit more. */
static enum chain_end follow_vain(struct chain *c, const struct system_thread *t, int depth)
{
	bool alone = c->s->process[t->process].n_threads == 1;
	int pid = (int)c->s->process[t->process].pid;

	if (t->n_watched == 0)
		chain_say(c, -1, depth, "the ring's fdinfo and memory", "%s", t->why);
	else
		chain_say(c, -1, depth, "the ring's fdinfo and memory", "it wants %d completions, and %d request%s under way: no "
			  "more can come", t->needs, t->under_way, t->under_way == 1 ? " is" : "s are");
	if (!alone) {
		chain_say(c, -1, depth, "/proc/PID/task", "unless another of its threads hands over more requests");
		return CHAIN_UNKNOWN;
	}
	if (t->n_watched)
		chain_remedy(c, "%d must hand over more requests, or want fewer completions (io_uring_enter(2))", pid);
	else if (t->why && strstr(t->why, "SQ_WAKEUP"))
		chain_remedy(c, "%d must wake that thread when IORING_SQ_NEED_WAKEUP is set (io_uring_enter(2))", pid);
	else
		chain_remedy(c, "%d must hand over its requests before it waits (io_uring_enter(2))", pid);
	return CHAIN_FOUND;
}

enum chain_end chain_poll(struct chain *c, const struct system_thread *t, int depth)
{
	enum chain_end end, vain;

	if (t->n_watched == 0 && t->under_way == 0 && t->needs)
		return follow_vain(c, t, depth);
	if (t->n_watched == 0) {
		chain_say(c, -1, depth, "/proc/PID/syscall", "%s", t->why ? t->why : "which descriptors it waits for is not told");
		return CHAIN_UNKNOWN;
	}
	end = follow_all(c, t, depth, 0);
	tell_untold(c, t, depth);
	if (t->under_way < 0 || t->needs <= t->under_way || t->timeout != -1)
		return end;
	vain = follow_vain(c, t, depth);
	return vain == CHAIN_FOUND && end < CHAIN_FOUND ? CHAIN_FOUND : end;
}

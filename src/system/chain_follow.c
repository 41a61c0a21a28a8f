/* SPDX-License-Identifier: MIT */
/* Following a chain from process to process, and through what they share. */
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "probe/memory.h"
#include "probe/socket.h"
#include "system/chain.h"

/* Of many on the other side, of many descriptors and threads, so many are told one by one. */
enum { BRANCHES = 4 };

static enum chain_end least(enum chain_end a, enum chain_end b)
{
	return a < b ? a : b;
}

static enum chain_end most(enum chain_end a, enum chain_end b)
{
	return a > b ? a : b;
}

/* --- processes ----------------------------------------------------------------------------------- */

/* It is on the path already: a circle. */
static enum chain_end close_circle(struct chain *c, int at, const char *relation, int depth)
{
	int process = c->path[at].process, first = c->path[at].link;

	text_clear(&c->text);
	if (*relation)
		text_addf(&c->text, "%s ", relation);
	chain_name(&c->text, c->s, process);
	text_add(&c->text, " waits itself, see above: a circle");
	chain_add(c, process, c->path[at].tid, -1, depth, "the links above");
	if (c->out->cycle < 0 && first >= 0)
		c->out->cycle = first;
	chain_remedy(c, "none of them goes on by itself: end one (kill %d), or have one give way first",
		     (int)c->s->process[process].pid);
	return CHAIN_DEADLOCK;
}

static bool tells(const struct system_thread *t)
{
	switch (t->wait) {
	case WAIT_READ: case WAIT_WRITE:
		return t->object >= 0;
	case WAIT_OPEN: case WAIT_SEMAPHORE: case WAIT_SEND: case WAIT_RECEIVE: case WAIT_LOCK: case WAIT_CONNECT:
	case WAIT_CHILD:
		return true;
	case WAIT_FUTEX:
		return t->holder != 0;
	case WAIT_NONE: case WAIT_UNKNOWN: case WAIT_ACCEPT: case WAIT_POLL: case WAIT_SIGNAL: case WAIT_TIME:
	case WAIT_DISK: case WAIT_STOPPED: case WAIT_OTHER:
		break;
	}
	return false;
}

/* The main thread, and others that wait for something that another process can end. */
static enum chain_end follow_threads(struct chain *c, int process, const char *relation, int depth)
{
	struct system_process p = c->s->process[process];
	enum chain_end end;
	int told = 1, main = p.first_thread;

	for (int i = 0; i < p.n_threads; i++)
		if (c->s->thread[p.first_thread + i].tid == p.pid)
			main = p.first_thread + i;
	end = chain_follow_thread(c, main, relation, depth);
	for (int i = p.first_thread; i < p.first_thread + p.n_threads && told < BRANCHES; i++) {
		bool followed = i == main;

		for (int k = 0; k < c->out->n_links; k++)
			followed |= c->out->link[k].tid == c->s->thread[i].tid;
		if (followed || !tells(&c->s->thread[i]) || c->s->thread[main].wait == WAIT_STOPPED)
			continue;
		end = most(end, chain_follow_thread(c, i, "another thread of", depth));
		told++;
	}
	return end;
}

static enum chain_end follow_zombie(struct chain *c, int process, const char *relation, int depth)
{
	int parent = system_find_process(c->s, c->s->process[process].parent);

	text_clear(&c->text);
	if (*relation)
		text_addf(&c->text, "%s ", relation);
	chain_name(&c->text, c->s, process);
	text_add(&c->text, " has ended (a zombie); its parent has not asked for its status yet");
	chain_add(c, process, 0, -1, depth, "/proc/PID/stat");
	chain_remedy(c, "its parent %d must wait for it (wait4); it vanishes too when that ends",
		     (int)c->s->process[process].parent);
	return parent >= 0 ? most(CHAIN_FOUND, chain_process(c, parent, "its parent", depth + 1)) : CHAIN_FOUND;
}

static enum chain_end unseen(struct chain *c, int process, const char *relation, int depth)
{
	const struct system_process *p = &c->s->process[process];

	text_clear(&c->text);
	if (*relation)
		text_addf(&c->text, "%s ", relation);
	chain_name(&c->text, c->s, process);
	if (p->state == 'T')
		text_add(&c->text, " is stopped");
	else
		text_addf(&c->text, " may not be looked into: %s", p->why ? p->why : "it went away");
	chain_add(c, process, 0, -1, depth, "/proc/PID/stat");
	if (p->state != 'T')
		return CHAIN_UNKNOWN;
	chain_remedy(c, "kill -CONT %d resumes it", (int)p->pid);
	return CHAIN_FOUND;
}

enum chain_end chain_process(struct chain *c, int process, const char *relation, int depth)
{
	const struct system_process *p = &c->s->process[process];
	enum chain_end end;

	for (int i = 0; i < c->n_path; i++)
		if (c->path[i].process == process)
			return close_circle(c, i, relation, depth);
	if (c->n_path == WHY_LINKS || c->full)
		return CHAIN_UNKNOWN;
	if (c->state[process] >= CHAIN_DONE) {
		text_clear(&c->text);
		text_addf(&c->text, "%s ", relation);
		chain_name(&c->text, c->s, process);
		text_add(&c->text, ", see above");
		chain_add(c, process, 0, -1, depth, "the links above");
		return (enum chain_end)(c->state[process] - CHAIN_DONE);
	}
	chain_look(c, process);
	if (p->kernel_thread) {
		chain_say(c, -1, depth, "/proc/PID/stat", "%s %d is a thread of the kernel itself", relation, (int)p->pid);
		return CHAIN_FINE;
	}
	if (p->n_threads == 0 && p->state == 'Z')
		return follow_zombie(c, process, relation, depth);
	if (p->n_threads == 0)
		return unseen(c, process, relation, depth);
	end = follow_threads(c, process, relation, depth);
	c->state[process] = CHAIN_DONE + (int)end;
	return end;
}

enum chain_end chain_follow_thread(struct chain *c, int thread, const char *relation, int depth)
{
	/* A copy: those that are met later may move the array. */
	struct system_thread t = c->s->thread[thread];
	enum chain_end end;

	if (c->n_path == WHY_LINKS)
		return CHAIN_UNKNOWN;
	c->path[c->n_path].process = t.process;
	c->path[c->n_path].thread = thread;
	c->path[c->n_path].tid = t.tid;
	c->path[c->n_path].link = chain_thread(c, &t, relation, depth);
	if (c->path[c->n_path].link < 0)
		return CHAIN_UNKNOWN;
	c->n_path++;
	end = chain_wait(c, &t, depth + 1);
	c->n_path--;
	return end;
}

/* --- channels -------------------------------------------------------------------------------------- */

/* Data and room come from the other side. */
static const char *role(const struct system_object *o, bool writes, int n, char *out, size_t size)
{
	bool two = graph_is_socket(o) || o->kind == SYSTEM_TERMINAL;
	const char *word = two ? "peer" : writes ? "reader" : "writer";

	if (n == 1)
		snprintf(out, size, "its %s%s", two ? "" : "only ", word);
	else
		snprintf(out, size, "one of its %d %ss,", n, word);
	return out;
}

/* Everybody who could write only waits to read from it, too. */
static enum chain_end tell_leaked(struct chain *c, const struct system_thread *t, const struct graph_parties *p,
				  int object, int depth)
{
	struct text who = { 0 };

	for (int i = 0; i < p->n; i++) {
		text_add(&who, i ? ", " : "");
		chain_name(&who, c->s, p->who[i].process);
		text_addf(&who, " (descriptor %d)", p->who[i].fd);
	}
	if (p->n == 0)
		chain_say(c, object, depth, "/proc/PID/fd",
			  "the only write end left is its own, descriptor %d: as long as that is open there is neither data "
			  "nor an end of file", p->own_fd);
	else
		chain_say(c, object, depth, "/proc/PID/fd",
			  "all write ends are held by such as only wait to read from it: %s%s", text_string(&who),
			  p->own_fd >= 0 ? ", and itself" : "");
	if (p->own_fd >= 0)
		chain_remedy(c, "close descriptor %d (the write end) in %d, where it is not needed%s", p->own_fd,
			     (int)c->s->process[t->process].pid, p->n ? ", and so in the others" : "");
	else
		chain_remedy(c, "close descriptor %d (the write end) in %d%s", p->who[0].fd,
			     (int)c->s->process[p->who[0].process].pid, p->n > 1 ? ", and so in the others" : "");
	text_free(&who);
	return CHAIN_FOUND;
}

/* A server's backlog, in which a connection waits. */
static int backlog_with(const struct system *s, uint64_t inode)
{
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct socket_info *l = s->object[i].socket;

		for (size_t k = 0; l && k < l->pending_named && k < SOCKET_PENDING; k++)
			if (l->pending_from[k] == inode)
				return (int)i;
	}
	return -1;
}

static enum chain_end follow_holders(struct chain *c, int object, const char *relation, int depth)
{
	const struct system_object o = c->s->object[object];

	for (int i = o.first_end; i < o.first_end + o.n_ends; i++)
		return chain_process(c, c->s->end[c->s->by_object[i]].process, relation, depth);
	return CHAIN_UNKNOWN;
}

/* Nobody is to be seen on the other side. */
static enum chain_end nobody(struct chain *c, int object, bool writes, int depth)
{
	const struct system_object *o = &c->s->object[object];
	int server = o->kind == SYSTEM_UNIX ? backlog_with(c->s, o->inode) : -1;

	if (server >= 0)
		return most(CHAIN_FOUND, follow_holders(c, server, "its server, which has not accepted it yet,", depth));
	if (graph_is_outside(o) && o->socket && o->socket[0].remote[0]) {
		chain_say(c, object, depth, "sock_diag", "its peer %s is not on this host, or in another network namespace: "
			  "the end of what can be known here", o->socket[0].remote);
		return CHAIN_FOUND;
	}
	if (graph_is_socket(o) && !writes && (!o->socket || !o->socket[0].remote[0])) {
		chain_say(c, object, depth, "sock_diag", "it is connected to nobody: it waits for data from anybody");
		return CHAIN_FINE;
	}
	if (o->hidden) {
		chain_say(c, object, depth, "/proc/PID/fd", "its other side is not to be seen: %zu processes may not be "
			  "looked into (%s)", c->s->hidden_processes, c->s->hidden_why ? c->s->hidden_why : "hidepid");
		return CHAIN_UNKNOWN;
	}
	if (o->kind == SYSTEM_MQUEUE) {
		chain_say(c, object, depth, "/proc/PID/fd", "nobody has the queue open for %s", writes ? "reading" : "writing");
		chain_remedy(c, "a process that %s resolves it", writes ? "reads from the queue" : "writes to the queue");
		return CHAIN_FOUND;
	}
	chain_say(c, object, depth, "/proc/PID/fd", "nobody has its other side open: what is not sent on its way "
		  "(SCM_RIGHTS) ends this wait now");
	return CHAIN_UNKNOWN;
}

/* A terminal is waited for as a rule; only when who serves it is stuck is that worth telling. */
static enum chain_end follow_terminal(struct chain *c, const struct graph_parties *p, bool writes, int depth)
{
	int links = c->out->n_links;
	enum chain_end end = CHAIN_FINE;

	if (p->n > 0)
		end = chain_process(c, p->who[0].process, "who serves it,", depth);
	if (end >= CHAIN_FOUND)
		return end;
	c->out->n_links = links;
	c->out->remedy[0] = '\0';
	if (!writes) {
		chain_say(c, -1, depth, "/proc/PID/fd", "it waits for its terminal: for somebody to type");
		return CHAIN_FINE;
	}
	chain_say(c, -1, depth, "/proc/PID/fd", "its terminal takes nothing: it was stopped (Ctrl-S), or is slow");
	chain_remedy(c, "Ctrl-Q on that terminal lets it go on");
	return CHAIN_FOUND;
}

/* A process that waits for its child, while that waits for it: what it should have done before. */
static void advise_parent(struct chain *c, const struct graph_party *p, bool writes)
{
	int at = -1;

	for (int i = 0; i < c->n_path; i++)
		if (c->path[i].process == p->process)
			at = c->path[i].thread;
	if (at < 0 || c->s->thread[at].wait != WAIT_CHILD)
		return;
	if (writes)
		chain_remedy(c, "%d must read from descriptor %d before it waits for the end of who writes to it",
			     (int)c->s->process[p->process].pid, p->fd);
	else
		chain_remedy(c, "close descriptor %d (a write end) in %d before it waits: then the end of file comes", p->fd,
			     (int)c->s->process[p->process].pid);
}

static enum chain_end follow_parties(struct chain *c, const struct graph_parties *p, int object, bool writes, int depth)
{
	enum chain_end end = CHAIN_DEADLOCK;
	int n = p->n < GRAPH_PARTIES ? p->n : GRAPH_PARTIES, own = c->out->n_links - 1;
	char text[64];

	if (p->own_fd >= 0 && !writes)
		chain_extend(c, own, " (it holds a write end itself, descriptor %d: no end of file while that is open)",
			     p->own_fd);
	for (int i = 0; i < n && i < BRANCHES; i++) {
		advise_parent(c, &p->who[i], writes);
		end = least(end, chain_process(c, p->who[i].process,
					       role(&c->s->object[object], writes, p->n, text, sizeof text), depth));
	}
	if (p->n > BRANCHES)
		chain_say(c, object, depth, "/proc/PID/fd", "and %d more", p->n - BRANCHES);
	return p->n > BRANCHES ? least(end, CHAIN_UNKNOWN) : end;
}

enum chain_end chain_channel(struct chain *c, const struct system_thread *t, int fd, int object, bool writes, int depth)
{
	const struct system_object *o = &c->s->object[object];
	struct graph_parties p;

	if (graph_is_listener(o)) {
		chain_say(c, object, depth, "sock_diag", "it serves: it waits for new connections");
		return CHAIN_FINE;
	}
	graph_parties(c->s, t->process, fd, object, writes, &p);
	if (o->kind == SYSTEM_TERMINAL)
		return follow_terminal(c, &p, writes, depth);
	if (p.n == 0 && p.own_fd < 0)
		return nobody(c, object, writes, depth);
	if (writes && p.n == 0) {
		chain_say(c, object, depth, "/proc/PID/fd", "the only one who could make room is it itself, by descriptor %d",
			  p.own_fd);
		chain_remedy(c, "somebody else must read from it, or %d must not write more than it holds",
			     (int)c->s->process[t->process].pid);
		return CHAIN_FOUND;
	}
	for (int i = 0; i < p.n && i < GRAPH_PARTIES; i++)
		chain_look(c, p.who[i].process);
	if (!writes && (p.n == 0 || graph_leaked(c->s, t)))
		return tell_leaked(c, t, &p, object, depth);
	return follow_parties(c, &p, object, writes, depth);
}

/* --- polls ------------------------------------------------------------------------------------------------ */

static enum chain_end poll_one(struct chain *c, const struct system_thread *t, const struct system_watched *w, int depth,
			       bool named)
{
	bool writes = w->events & POLLOUT && !(w->events & POLLIN);

	if (named) {
		text_clear(&c->text);
		text_addf(&c->text, "descriptor %d, ", w->fd);
		if (w->object >= 0)
			chain_object(&c->text, c->s, w->object);
		else
			chain_descriptor(&c->text, c->s, t->process, w->fd);
		text_add(&c->text, writes ? ", to write" : ", to read");
		chain_add(c, -1, 0, w->object, depth, "/proc/PID/fd");
		depth++;
	}
	if (w->object >= 0)
		return chain_channel(c, t, w->fd, w->object, writes, depth);
	return CHAIN_FINE; /* a timer, signals, files that change: they come or do not */
}

/* What a server waits for: then it is well, whatever else it waits for too. */
static const struct system_watched *serves(const struct chain *c, const struct system_thread *t)
{
	for (int i = t->first_watched; i < t->first_watched + t->n_watched; i++) {
		int object = c->s->watched[i].object;

		if (object >= 0 && (graph_is_listener(&c->s->object[object]) ||
				    c->s->object[object].kind == SYSTEM_TERMINAL))
			return &c->s->watched[i];
	}
	return NULL;
}

enum chain_end chain_poll(struct chain *c, const struct system_thread *t, int depth)
{
	const struct system_watched *served = serves(c, t);
	enum chain_end end = CHAIN_DEADLOCK;
	int n = t->n_watched;

	if (n == 0) {
		chain_say(c, -1, depth, "/proc/PID/syscall", "which descriptors it waits for is not told");
		return CHAIN_UNKNOWN;
	}
	if (served) {
		struct text name = { 0 };
		bool terminal = c->s->object[served->object].kind == SYSTEM_TERMINAL;

		chain_object(&name, c->s, served->object);
		chain_say(c, served->object, depth, "/proc/PID/fd", "it %s %s%s", terminal ? "waits for its terminal" :
			  "serves: it waits for new connections on", text_string(&name),
			  n > 1 ? ", or for one of its other descriptors" : "");
		text_free(&name);
		return CHAIN_FINE;
	}
	for (int i = 0; i < n && i < BRANCHES; i++) {
		struct system_watched w = c->s->watched[t->first_watched + i];

		end = least(end, poll_one(c, t, &w, depth, n > 1 || w.object < 0));
	}
	if (n > BRANCHES) {
		chain_say(c, -1, depth, "/proc/PID/fd", "or for one of %d more descriptors", n - BRANCHES);
		end = least(end, CHAIN_UNKNOWN);
	}
	return end;
}

/* --- by kind ------------------------------------------------------------------------------------------------- */

/* Descriptors that are no objects: what their links say. */
static enum chain_end other_descriptor(struct chain *c, const struct system_thread *t, int depth)
{
	static const struct { const char *piece, *what; enum chain_end end; } rows[] = {
		{ "timerfd", "a timer has not expired yet", CHAIN_FINE },
		{ "signalfd", "it waits for a signal", CHAIN_FINE },
		{ "inotify", "it waits for changes of files", CHAIN_FINE },
		{ "fanotify", "it waits for what others do with files", CHAIN_FINE },
		{ "eventfd", "only it itself has this eventfd: another of its threads must write to it", CHAIN_FOUND },
		{ "userfaultfd", "it waits for page faults of who gave it that", CHAIN_FINE },
		{ "/dev/fuse", "it serves a file system: it waits for requests", CHAIN_FINE },
		{ "/dev/", "it waits for a device", CHAIN_FOUND },
		{ "/proc/", "it waits for the kernel", CHAIN_FOUND },
		{ "socket:", "a socket of a kind that tells nothing (netlink, packet, vsock ...): it waits for the kernel, or "
			     "for somebody outside", CHAIN_FOUND },
	};
	struct text name = { 0 };
	enum chain_end end = CHAIN_UNKNOWN;
	const char *what = "what it waits for there cannot be known from outside";

	chain_descriptor(&name, c->s, t->process, t->fd);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strstr(text_string(&name), rows[i].piece)) {
			what = rows[i].what;
			end = rows[i].end;
			break;
		}
	text_free(&name);
	chain_say(c, -1, depth, "/proc/PID/fd", "%s", what);
	return end;
}

/* Where it wants to connect to, from the address in its memory. */
static enum chain_end follow_connect(struct chain *c, const struct system_thread *t, int depth)
{
	char raw[128] = { 0 }, address[SOCKET_ADDRESS] = "";
	size_t length = t->argument[2] < sizeof raw ? (size_t)t->argument[2] : sizeof raw;

	if (memory_read(c->s->process[t->process].pid, t->argument[1], raw, length) == (ssize_t)length)
		socket_parse_address(raw, length, address, NULL);
	for (size_t i = 0; i < c->s->n_objects && address[0]; i++) {
		const struct system_object *o = &c->s->object[i];

		if (graph_is_listener(o) && strcmp(o->socket[0].local, address) == 0) {
			chain_say(c, (int)i, depth, "sock_diag", "%.200s: %u connections wait to be accepted there already, "
				  "of %u", address, o->socket[0].pending, o->socket[0].pending_limit);
			return most(CHAIN_FOUND, follow_holders(c, (int)i, "its server", depth));
		}
	}
	chain_say(c, -1, depth, "its memory", "%.200s has not answered yet: the end of what can be known here",
		  address[0] ? address : "the other side");
	return CHAIN_FOUND;
}

static enum chain_end leaf(struct chain *c, int depth, enum chain_end end, const char *source, const char *what)
{
	chain_say(c, -1, depth, source, "%s", what);
	return end;
}

static enum chain_end follow_open(struct chain *c, const struct system_thread *t, int depth)
{
	chain_say(c, t->object, depth, "/proc/PID/fd of all", "nobody has it open for %s%s", t->part ? "reading" : "writing",
		  c->s->hidden_processes ? ", of those who may be looked into" : "");
	chain_remedy(c, "a process that opens it for %s lets it go on", t->part ? "reading" : "writing");
	return CHAIN_FOUND;
}

enum chain_end chain_wait(struct chain *c, const struct system_thread *t, int depth)
{
	switch (t->wait) {
	case WAIT_NONE:
		return CHAIN_FINE;
	case WAIT_UNKNOWN:
		return CHAIN_UNKNOWN;
	case WAIT_STOPPED:
		return CHAIN_FOUND;
	case WAIT_READ: case WAIT_WRITE:
		return t->object < 0 ? other_descriptor(c, t, depth) :
		       chain_channel(c, t, t->fd, t->object, t->wait == WAIT_WRITE, depth);
	case WAIT_OPEN:
		return follow_open(c, t, depth);
	case WAIT_ACCEPT:
		return leaf(c, depth, CHAIN_FINE, "/proc/PID/syscall", "it serves: it waits for new connections");
	case WAIT_CONNECT:
		return follow_connect(c, t, depth);
	case WAIT_SEMAPHORE:
		return chain_semaphore(c, t, depth);
	case WAIT_SEND: case WAIT_RECEIVE:
		return chain_queue(c, t, depth);
	case WAIT_FUTEX:
		return chain_futex(c, t, depth);
	case WAIT_LOCK:
		return chain_lock(c, t, depth);
	case WAIT_CHILD:
		return chain_child(c, t, depth);
	case WAIT_POLL:
		return chain_poll(c, t, depth);
	case WAIT_SIGNAL:
		return leaf(c, depth, CHAIN_FINE, "/proc/PID/syscall", "it waits for a signal");
	case WAIT_TIME:
		return leaf(c, depth, CHAIN_FINE, "/proc/PID/syscall", "it waits for a timer");
	case WAIT_DISK:
		return leaf(c, depth, CHAIN_FOUND, "/proc/PID/stat",
			    "a disk, or a server of files, has not answered: the end of what can be known here");
	case WAIT_OTHER:
		break;
	}
	return leaf(c, depth, CHAIN_UNKNOWN, "/proc/PID/syscall", "what this call waits for cannot be known from outside");
}

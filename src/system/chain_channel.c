/* SPDX-License-Identifier: MIT */
/* Following a chain through what two sides share: pipes, sockets, queues, terminals. */
#include <stdio.h>
#include <string.h>

#include "system/chain.h"

static enum chain_end least(enum chain_end a, enum chain_end b)
{
	return a < b ? a : b;
}

static enum chain_end most(enum chain_end a, enum chain_end b)
{
	return a > b ? a : b;
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

/* Both sides of a socket are its own: as event loops wake themselves, or a side that should have been closed. */
static enum chain_end tell_own(struct chain *c, const struct system_thread *t, int own_fd, int object, int depth)
{
	if (t->wait == WAIT_POLL) {
		chain_say(c, object, depth, "/proc/PID/fd", "its other side is its own too, descriptor %d: it is woken by it from a "
			  "signal's handler, or by another of its threads", own_fd);
		return CHAIN_FINE;
	}
	chain_say(c, object, depth, "/proc/PID/fd", "the only other side left is its own, descriptor %d: as long as that is open "
		  "there is neither data nor an end", own_fd);
	chain_remedy(c, "close descriptor %d (the other side) in %d, where it is not needed", own_fd,
		     (int)c->s->process[t->process].pid);
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

enum chain_end chain_holders(struct chain *c, int object, const char *relation, int depth)
{
	const struct system_object o = c->s->object[object];

	if (o.n_ends == 0)
		return CHAIN_UNKNOWN;
	return chain_process(c, c->s->end[c->s->by_object[o.first_end]].process, relation, depth);
}

/* Nobody is to be seen on the other side. */
static enum chain_end nobody(struct chain *c, int object, bool writes, int depth)
{
	const struct system_object *o = &c->s->object[object];
	int server = o->kind == SYSTEM_UNIX ? backlog_with(c->s, o->inode) : -1;

	if (server >= 0)
		return most(CHAIN_FOUND, chain_holders(c, server, "its server, which has not accepted it yet,", depth));
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
	for (int i = 0; i < n && i < CHAIN_BRANCHES; i++) {
		advise_parent(c, &p->who[i], writes);
		end = least(end, chain_process(c, p->who[i].process,
					       role(&c->s->object[object], writes, p->n, text, sizeof text), depth));
	}
	if (p->n > CHAIN_BRANCHES)
		chain_say(c, object, depth, "/proc/PID/fd", "and %d more", p->n - CHAIN_BRANCHES);
	return p->n > CHAIN_BRANCHES ? least(end, CHAIN_UNKNOWN) : end;
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
	if (p.n == 0 && graph_is_socket(o))
		return tell_own(c, t, p.own_fd, object, depth);
	for (int i = 0; i < p.n && i < GRAPH_PARTIES; i++)
		chain_look(c, p.who[i].process);
	if (!writes && (p.n == 0 || graph_leaked(c->s, t)))
		return tell_leaked(c, t, &p, object, depth);
	return follow_parties(c, &p, object, writes, depth);
}

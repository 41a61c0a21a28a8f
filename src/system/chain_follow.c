/* SPDX-License-Identifier: MIT */
/* Following a chain from process to process, and through what they share. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/memory.h"
#include "probe/socket.h"
#include "system/chain.h"

#define FUTEX_PRIVATE_BIT 128

static enum chain_end least(enum chain_end a, enum chain_end b)
{
	return a < b ? a : b;
}

static enum chain_end most(enum chain_end a, enum chain_end b)
{
	return a > b ? a : b;
}

/* --- processes ----------------------------------------------------------------------------------- */

/* Whether it waits for something that only others end. */
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

/* Whether a thread may still do something for others, whatever the rest of its process waits for. */
bool chain_may_act(const struct system_thread *t)
{
	bool own = t->wait == WAIT_FUTEX && t->argument[1] & FUTEX_PRIVATE_BIT && t->timeout == -1;

	return t->wait != WAIT_STOPPED && !own && !tells(t);
}

/* What others of a process's threads than the one on the path leave open. */
enum chain_end chain_other_threads(const struct chain *c, int process, pid_t but)
{
	const struct system_process *p = &c->s->process[process];
	enum chain_end end = CHAIN_DEADLOCK;

	for (int i = p->first_thread; i < p->first_thread + p->n_threads; i++) {
		const struct system_thread *t = &c->s->thread[i];

		if (t->tid != but && chain_may_act(t))
			end = least(end, t->wait == WAIT_NONE ? CHAIN_FINE : CHAIN_UNKNOWN);
	}
	return end;
}

/* It is on the path already: a circle, unless others of its threads can end it. */
static enum chain_end close_circle(struct chain *c, int at, const char *relation, int depth)
{
	int process = c->path[at].process, first = c->path[at].link;
	enum chain_end end = chain_other_threads(c, process, c->path[at].tid);

	text_clear(&c->text);
	if (*relation)
		text_addf(&c->text, "%s ", relation);
	chain_name(&c->text, c->s, process);
	text_addf(&c->text, "%s waits itself, see above", chain_which(relation));
	text_add(&c->text, end == CHAIN_DEADLOCK ? ": a circle" : ", but others of its threads may go on");
	chain_add(c, process, c->path[at].tid, -1, depth, "the links above");
	if (end != CHAIN_DEADLOCK)
		return end;
	if (c->out->cycle < 0 && first >= 0)
		c->out->cycle = first;
	chain_remedy(c, "none of them goes on by itself: end one (kill %d), or have one give way first",
		     (int)c->s->process[process].pid);
	return CHAIN_DEADLOCK;
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
	for (int i = p.first_thread; i < p.first_thread + p.n_threads && told < CHAIN_BRANCHES; i++) {
		bool followed = i == main;

		for (int k = 0; k < c->out->n_links; k++)
			followed |= c->out->link[k].tid == c->s->thread[i].tid;
		if (followed || !tells(&c->s->thread[i]) || c->s->thread[main].wait == WAIT_STOPPED)
			continue;
		end = most(end, chain_follow_thread(c, i, "another thread of", depth));
		told++;
	}
	/* Of one that others wait for, any thread may be the one that does what they wait for. */
	if (c->n_path > 0 && c->s->thread[main].wait != WAIT_NONE &&
	    chain_other_threads(c, process, c->s->thread[main].tid) == CHAIN_FINE) {
		chain_say(c, -1, depth + 1, "/proc/PID/task", "but another of its threads runs");
		end = CHAIN_FINE;
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
	text_addf(&c->text, "%s has ended (a zombie); its parent has not asked for its status yet", chain_which(relation));
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
		text_addf(&c->text, "%s is stopped", chain_which(relation));
	else
		text_addf(&c->text, "%s may not be looked into: %s", chain_which(relation), p->why ? p->why : "it went away");
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
	if (p->pid == getpid()) {
		chain_say(c, -1, depth, "getpid", "%s this program, %d, which asks", relation, (int)p->pid);
		return CHAIN_FINE;
	}
	chain_look(c, process);
	if (p->kernel_thread) {
		text_clear(&c->text);
		text_addf(&c->text, "%s%s", relation, relation[0] ? " " : "");
		chain_name(&c->text, c->s, process);
		text_addf(&c->text, "%s is a thread of the kernel itself", chain_which(relation));
		chain_add(c, process, 0, -1, depth, "/proc/PID/stat");
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

/* --- by kind ------------------------------------------------------------------------------------------------- */

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
			chain_say(c, (int)i, depth, "sock_diag", "%.200s: %u connection%s to be accepted there already, "
				  "of %u", address, o->socket[0].pending, o->socket[0].pending == 1 ? " waits" : "s wait",
				  o->socket[0].pending_limit);
			return most(CHAIN_FOUND, chain_holders(c, (int)i, "its server", depth));
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
		return t->object < 0 ? chain_descriptor_of(c, t, t->fd, depth) :
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

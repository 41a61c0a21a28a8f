/* SPDX-License-Identifier: MIT */
/* Waits for somebody whom the kernel or the memory names: who changed a semaphore last, has a lock or a
 * mutex, reads a queue; and waits for children. */
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe/fdinfo.h"
#include "probe/memory.h"
#include "probe/posix.h"
#include "probe/procfs.h"
#include "probe/sysv.h"
#include "system/chain.h"

#define FUTEX_PRIVATE_BIT 128

/* --- System V ------------------------------------------------------------------------------------ */

enum chain_end chain_semaphore(struct chain *c, const struct system_thread *t, int depth)
{
	int id = (int)t->argument[0], link = c->out->n_links - 1, process;
	struct sysv_semaphore now;

	if (sysv_semaphore_read(id, (unsigned)t->part, &now) != 0) {
		chain_say(c, t->object, depth, "semctl", "semaphore %d of set %d may not be read", t->part, id);
		return CHAIN_UNKNOWN;
	}
	chain_extend(c, link, now.value ? ", whose value is %d, to become 0" : ", whose value is %d", now.value);
	if (t->holder == 0) {
		chain_say(c, t->object, depth, "semctl GETPID", "nobody has changed it since it was made");
		chain_remedy(c, "somebody must %s it: semaphore %d of set %d", now.value ? "take from" : "raise", t->part, id);
		return CHAIN_FOUND;
	}
	if (graph_gone(c->s, t->holder, 0)) {
		chain_say(c, t->object, depth, "semctl GETPID", "%d, who changed it last, is gone: what it took without "
			  "SEM_UNDO nobody gives back", (int)t->holder);
		chain_remedy(c, "raise semaphore %d of set %d by hand, or remove the set: ipcrm -s %d", t->part, id, id);
		return CHAIN_FOUND;
	}
	process = graph_process_of(c->s, t->holder, -1);
	if (process == t->process) {
		chain_say(c, t->object, depth, "semctl GETPID", "it changed it last itself: it waits for what it has");
		chain_remedy(c, "raise semaphore %d of set %d by hand: %d does not", t->part, id, (int)t->holder);
		return CHAIN_FOUND;
	}
	return process < 0 ? CHAIN_UNKNOWN : chain_process(c, process, "who changed it last,", depth);
}

enum chain_end chain_queue(struct chain *c, const struct system_thread *t, int depth)
{
	bool sends = t->wait == WAIT_SEND;
	const char *other = sends ? "received from" : "sent to";
	int process;

	if (t->holder == 0 || graph_gone(c->s, t->holder, 0)) {
		if (t->holder)
			chain_say(c, t->object, depth, "msgctl IPC_STAT", "%d, who %s it last, is gone", (int)t->holder, other);
		else
			chain_say(c, t->object, depth, "msgctl IPC_STAT", "nobody has ever %s it", other);
		chain_remedy(c, "a process that %s queue %d lets it go on", sends ? "receives from" : "sends to",
			     (int)t->argument[0]);
		return CHAIN_FOUND;
	}
	process = graph_process_of(c->s, t->holder, -1);
	if (process == t->process) {
		chain_say(c, t->object, depth, "msgctl IPC_STAT", "who %s it last is it itself", other);
		return CHAIN_FOUND;
	}
	return process < 0 ? CHAIN_UNKNOWN :
	       chain_process(c, process, sends ? "its last reader" : "its last sender", depth);
}

/* --- locks ----------------------------------------------------------------------------------------- */

/* Who has the file open through which the lock is held: of OFD locks, and of flock(2) ones whose taker
 * is gone while others go on with its descriptor, /proc/locks does not tell. */
static int find_owner(struct chain *c, const struct system_thread *t)
{
	const struct system_object *o = t->object >= 0 ? &c->s->object[t->object] : NULL;

	for (int i = 0; o && i < o->n_ends; i++) {
		const struct system_end *e = &c->s->end[c->s->by_object[o->first_end + i]];
		int procdir = e->fd < 0 ? -1 : procfs_open(c->s->process[e->process].pid);
		struct fdinfo info = { 0 };

		if (procdir < 0)
			continue;
		fdinfo_read(procdir, e->fd, &info);
		close(procdir);
		if (info.lock_count > 0)
			return e->process;
	}
	return -1;
}

enum chain_end chain_lock(struct chain *c, const struct system_thread *t, int depth)
{
	int process = t->holder > 0 && !graph_gone(c->s, t->holder, 0) ? graph_process_of(c->s, t->holder, -1) : -1;
	const char *relation = "the lock is held by";

	if (process < 0)
		process = find_owner(c, t);
	if (process < 0) {
		chain_say(c, t->object, depth, "/proc/locks", "who holds the lock is not told");
		return CHAIN_UNKNOWN;
	}
	if (process == t->process) {
		chain_say(c, t->object, depth, "/proc/locks", "it holds the lock itself, through another descriptor");
		chain_remedy(c, "%d must unlock or close that descriptor", (int)c->s->process[process].pid);
		return CHAIN_FOUND;
	}
	return chain_process(c, process, relation, depth);
}

/* --- futexes ----------------------------------------------------------------------------------------- */

struct word { uint64_t device, inode, place; bool shared; };

/* Where the word is: the same place of the same object is the same word in every process. */
static bool find_word(pid_t pid, uint64_t address, struct word *out)
{
	int procdir = procfs_open(pid);
	struct mappings maps = { 0 };
	bool found;

	if (procdir < 0)
		return false;
	found = mappings_read(procdir, mapping_holds, &address, &maps) == 0 && maps.count > 0;
	if (found)
		*out = (struct word){ maps.list[0].device, maps.list[0].inode,
				      maps.list[0].offset + (address - maps.list[0].start), maps.list[0].shared };
	mappings_free(&maps);
	close(procdir);
	return found;
}

static bool holds_word(const struct mapping *m, const void *arg)
{
	const struct word *w = arg;

	return m->shared && m->device == w->device && m->inode == w->inode && w->place >= m->offset &&
	       w->place - m->offset < m->end - m->start;
}

static bool maps_word(const struct system_process *p, const struct word *w)
{
	int procdir = p->kernel_thread ? -1 : procfs_open(p->pid);
	struct mappings maps = { 0 };
	bool found;

	if (procdir < 0)
		return false;
	found = mappings_read(procdir, holds_word, w, &maps) == 0 && maps.count > 0;
	mappings_free(&maps);
	close(procdir);
	return found;
}

/* No owner stands in it: a semaphore or a condition. Anybody who maps it may end the wait. */
static enum chain_end follow_sharers(struct chain *c, const struct system_thread *t, const struct word *w, int depth)
{
	enum chain_end end = CHAIN_DEADLOCK;
	int n = 0;

	for (size_t i = 0; i < c->s->n_processes; i++) {
		if ((int)i == t->process || !maps_word(&c->s->process[i], w))
			continue;
		if (n < CHAIN_BRANCHES) {
			enum chain_end one = chain_process(c, (int)i, "it shares the memory with", depth);

			end = one < end ? one : end;
		}
		n++;
	}
	if (n == 0 && t->object >= 0 && c->s->object[t->object].kind == SYSTEM_SEMAPHORE) {
		struct text name = { 0 };

		chain_object(&name, c->s, t->object);
		chain_say(c, t->object, depth, "/proc/PID/maps", "nobody else has it: who took it last is gone");
		chain_remedy(c, "a process that raises %s lets it go on (sem_open(3), sem_post(3))", text_string(&name));
		text_free(&name);
		return CHAIN_FOUND;
	}
	if (n > 0)
		/* In a circle or not: who of them would wake it is not known. */
		return end == CHAIN_DEADLOCK ? CHAIN_FOUND : end;
	chain_say(c, t->object, depth, "/proc/PID/maps", "nobody else maps that memory any more: nobody is left to wake it");
	chain_remedy(c, "only its end helps (kill %d)", (int)c->s->process[t->process].pid);
	return CHAIN_FOUND;
}

static enum chain_end follow_owner(struct chain *c, const struct system_thread *t, int depth)
{
	int process = graph_process_of(c->s, t->holder, t->process);

	/* The lock of one that has ended, a zombie too, would have been passed on if it were robust. */
	if (process < 0 || c->s->process[process].state == 'Z') {
		chain_say(c, t->object, depth, "its memory", "thread %d, which holds the mutex, is gone: it was not robust "
			  "(pthread_mutexattr_setrobust(3))", (int)t->holder);
		chain_remedy(c, "nobody can unlock it any more: the processes that share it must be started anew");
		return CHAIN_FOUND;
	}
	if (process != t->process)
		return chain_process(c, process, "the mutex is held by", depth);
	if (t->holder == t->tid) {
		chain_say(c, -1, depth, "its memory", "it holds the mutex itself: it locked it twice");
		chain_remedy(c, "only its end helps (kill %d)", (int)c->s->process[process].pid);
		return CHAIN_FOUND;
	}
	for (int i = 0; i < c->n_path; i++)
		if (c->path[i].process == process && c->path[i].tid == t->holder) {
			chain_say(c, -1, depth, "its memory", "its thread %d waits itself, see above: a circle of threads",
				  (int)t->holder);
			c->out->cycle = c->path[i].link;
			chain_remedy(c, "its threads lock in different orders: only its end helps (kill %d)",
				     (int)c->s->process[process].pid);
			return CHAIN_DEADLOCK;
		}
	for (int i = 0; i < c->s->process[process].n_threads; i++)
		if (c->s->thread[c->s->process[process].first_thread + i].tid == t->holder)
			return chain_follow_thread(c, c->s->process[process].first_thread + i, "for a thread of its own,",
						   depth);
	return CHAIN_UNKNOWN;
}

static bool waits_for_own(const struct system_thread *t)
{
	return t->wait == WAIT_FUTEX && (int)t->argument[1] & FUTEX_PRIVATE_BIT && t->timeout == -1;
}

/* The other threads, of which one would have to wake it: those that may, or all when none may. */
static void tell_threads(struct chain *c, const struct system_thread *t, bool all, int depth)
{
	const struct system_process p = c->s->process[t->process];
	int told = 0, n = 0;

	for (int i = p.first_thread; i < p.first_thread + p.n_threads; i++) {
		struct system_thread other = c->s->thread[i];

		if (other.tid == t->tid || !(all || chain_may_act(&other)))
			continue;
		if (n++ < CHAIN_BRANCHES && chain_thread(c, &other, all ? "and" : "perhaps by", depth) >= 0)
			told++;
	}
	if (n > told)
		chain_say(c, -1, depth, "/proc/PID/task", "and %d more threads", n - told);
}

/* A word of its own memory in which no owner stands: a semaphore, a condition, a lock as Python has it. */
static enum chain_end follow_own_threads(struct chain *c, const struct system_thread *t, int depth)
{
	const struct system_process p = c->s->process[t->process];
	enum chain_end others = chain_other_threads(c, t->process, t->tid);
	bool all = waits_for_own(t);

	for (int i = p.first_thread; i < p.first_thread + p.n_threads; i++)
		all = all && waits_for_own(&c->s->thread[i]);
	if (all) {
		chain_say(c, -1, depth, "/proc/PID/task/*/syscall", "all of its %d threads wait for words of its own memory: nobody "
			  "is left to wake them, but a signal's handler", p.n_threads);
		tell_threads(c, t, true, depth);
		c->circle_of_threads = t->process + 1;
		c->out->cycle = c->path[c->n_path - 1].link;
		chain_remedy(c, "its threads wait for each other: only its end helps (kill %d)", (int)p.pid);
		return CHAIN_DEADLOCK;
	}
	if (p.n_threads == 2)
		chain_say(c, -1, depth, "/proc/PID/syscall", "a condition or semaphore of its own: its other thread must wake it");
	else
		chain_say(c, -1, depth, "/proc/PID/syscall", "a condition or semaphore of its own: one of its other %d threads "
			  "must wake it", p.n_threads - 1);
	tell_threads(c, t, false, depth);
	return t->timeout != -1 || others == CHAIN_FINE ? CHAIN_FINE : CHAIN_UNKNOWN;
}

enum chain_end chain_futex(struct chain *c, const struct system_thread *t, int depth)
{
	struct word word;

	if (t->holder > 0)
		return follow_owner(c, t, depth);
	if (!(t->argument[1] & FUTEX_PRIVATE_BIT) && find_word(c->s->process[t->process].pid, t->argument[0], &word) &&
	    word.shared)
		return follow_sharers(c, t, &word, depth);
	if (c->s->process[t->process].n_threads > 1)
		return follow_own_threads(c, t, depth);
	chain_say(c, -1, depth, "/proc/PID/task", "a mutex, condition or semaphore of its own, and it has no other thread: "
		  "nobody can wake it, but a signal's handler");
	return t->timeout == -1 ? CHAIN_FOUND : CHAIN_FINE;
}

/* --- children -------------------------------------------------------------------------------------------- */

/* Whose end it waits for. A shell at a terminal waits for the job in the foreground: others run on. */
static bool is_awaited(const struct chain *c, const struct system_thread *t, const struct system_process *child)
{
	const struct system_process *p = &c->s->process[t->process];

	if (child->parent != p->pid)
		return false;
	if (t->holder > 0)
		return child->pid == t->holder;
	return p->foreground <= 0 || p->foreground == p->group || child->group == p->foreground;
}

enum chain_end chain_child(struct chain *c, const struct system_thread *t, int depth)
{
	enum chain_end end = CHAIN_FINE;
	int n = 0;

	for (size_t i = 0; i < c->s->n_processes; i++) {
		enum chain_end one;

		if (!is_awaited(c, t, &c->s->process[i]) || c->s->process[i].state == 'Z')
			continue;
		if (n++ >= CHAIN_BRANCHES)
			continue;
		one = chain_process(c, (int)i, "its child", depth);
		end = one > end ? one : end;
	}
	if (n > CHAIN_BRANCHES)
		chain_say(c, -1, depth, "/proc/PID/stat", "and %d more children", n - CHAIN_BRANCHES);
	if (n == 0)
		chain_say(c, -1, depth, "/proc/PID/stat", "the child was not there any more a moment later");
	return end;
}

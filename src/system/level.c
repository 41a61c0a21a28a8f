/* SPDX-License-Identifier: MIT */
/* How full things are. Pipes, FIFOs and POSIX queues through a duplicate that lives for the moment of
 * reading (2.6 us; one pidfd for all of a process's), sockets by what the kernel told when they were joined, the
 * rest by asking for it. What nobody who has it could have changed since the scan before, and what the scan itself
 * was told (walk.c), is not read again. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "probe/fdinfo.h"
#include "probe/lend.h"
#include "probe/pipe.h"
#include "probe/procfs.h"
#include "system/level.h"

static const char no_limit[] = "it has no limit";
/* Before anything is read. */
enum how_known { TO_BE_READ, TAKEN_OVER, WALKED };

static const char nobody[] = "nobody who has it may be looked into";

/* --- through a descriptor -------------------------------------------------------------------------- */

static int read_pipe(struct system_object *o, struct system_end *end, int pidfd)
{
	struct pipe_level level;
	int error = pipe_level_read(pidfd, end->fd, o->inode, &level);

	if (error)
		return error;
	o->level = level_number(level.bytes);
	o->limit = level_number(level.capacity);
	/* Only a write end tells whether a slot is free; a pipe whose bytes reach its limit has none. */
	o->full = level.writable_known ? !level.writable : level.bytes >= level.capacity;
	end->nonblocking = level.flags >= 0 && (level.flags & O_NONBLOCK);
	return 0;
}

static int read_queue(struct system_object *o, struct system_end *end, int pidfd)
{
	struct posix_queue queue;
	int error = posix_queue_read(pidfd, end->fd, o->inode, &queue);

	if (error)
		return error;
	level_take_queue(o, &queue);
	end->nonblocking = queue.nonblocking;
	return 0;
}

/* pidfd is not needed: fdinfo tells it. */
static int read_event(const struct system *s, struct system_object *o, const struct system_end *end)
{
	int procdir = procfs_open(s->process[end->process].pid), error;
	struct fdinfo info;

	if (procdir < 0)
		return procdir;
	error = fdinfo_read(procdir, end->fd, &info);
	close(procdir);
	if (error)
		return error;
	if (!(info.has & FDINFO_HAS_NUMBER) || (uint64_t)info.number != o->inode)
		return -ESTALE;
	o->level = level_number(info.count < INT64_MAX ? (int64_t)info.count : INT64_MAX);
	o->limit = level_unknown(no_limit);
	o->full = info.count == UINT64_MAX - 1;
	return 0;
}

/* Through this end: 0 or -errno. */
static int read_through(struct system *s, struct system_object *o, struct system_end *end, int pidfd)
{
	if (o->kind == SYSTEM_EVENT)
		return read_event(s, o, end);
	if (pidfd < 0)
		return pidfd;
	return o->kind == SYSTEM_MQUEUE ? read_queue(o, end, pidfd) : read_pipe(o, end, pidfd);
}

/* The descriptors of an object: first those to write with, which tell more of a pipe; first a POSIX queue's to
 * read with. The nth of them, or -1. */
static int nth_end(const struct system *s, const struct system_object *o, int n)
{
	char better = o->kind == SYSTEM_MQUEUE ? 'r' : 'w';

	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < o->n_ends; i++) {
			const struct system_end *e = &s->end[s->by_object[o->first_end + i]];
			bool good = e->access == better || e->access == 'b';

			if (e->fd >= 0 && e->access != '-' && good == (pass == 0) && n-- == 0)
				return s->by_object[o->first_end + i];
		}
	return -1;
}

/* Objects to be read, chained by the process through which that is done. */
struct jobs {
	struct system *s;
	struct job { int object, end, next, error; } *job;
	size_t n;
	int *chain;   /* by process: its first job, -1 none */
	int *process; /* those that have jobs */
	size_t n_processes;
};

static void do_process(void *arg, int worker, size_t i)
{
	struct jobs *j = arg;
	int process = j->process[i];
	int pidfd = lend_pidfd(j->s->process[process].pid);

	(void)worker;
	for (int k = j->chain[process]; k >= 0; k = j->job[k].next)
		j->job[k].error = read_through(j->s, &j->s->object[j->job[k].object], &j->s->end[j->job[k].end], pidfd);
	if (pidfd >= 0)
		close(pidfd);
}

static void add_job(struct jobs *j, int object)
{
	int end = nth_end(j->s, &j->s->object[object], 0);
	int process;

	if (end < 0) {
		level_set_unknown(&j->s->object[object], nobody);
		return;
	}
	process = j->s->end[end].process;
	if (j->chain[process] < 0)
		j->process[j->n_processes++] = process;
	j->job[j->n] = (struct job){ .object = object, .end = end, .next = j->chain[process] };
	j->chain[process] = (int)j->n++;
}

/* Through who else has it, where the first would or could not. */
static void try_others(struct system *s, const struct job *job)
{
	enum { TRIES = 8 };
	struct system_object *o = &s->object[job->object];
	int error = job->error, end;

	for (int n = 1; error && n < TRIES && (end = nth_end(s, o, n)) >= 0; n++) {
		int pidfd = lend_pidfd(s->process[s->end[end].process].pid);

		error = read_through(s, o, &s->end[end], pidfd);
		if (pidfd >= 0)
			close(pidfd);
	}
	if (error)
		level_set_unknown(o, level_why_not(error));
}

/* Whether none of those who have it has run since the scan before, as far as that was looked at. Whoever may not be
 * looked into might have it, too. */
static bool all_slept(const struct system *s, const struct system_object *o)
{
	if (!s->private->just_scanned || s->hidden_processes || s->unlisted || s->private->n_wanted || (o->kind != SYSTEM_PIPE && o->kind != SYSTEM_FIFO))
		return false;
	for (int i = 0; i < o->n_ends; i++)
		if (!s->private->kept[s->end[s->by_object[o->first_end + i]].process].same)
			return false;
	return o->n_ends > 0;
}

/* The level it had, if it can only have that still. */
static bool take_over(struct system *s, struct system_object *o)
{
	const struct kept_level *k;
	int at, end;

	if (!all_slept(s, o) || (at = table_find(&s->private->levels_at, o->device, o->inode)) < 0)
		return false;
	k = &s->private->levels[at];
	if (!k->level.known)
		return false;
	o->level = k->level;
	o->limit = k->limit;
	o->full = k->full;
	end = nth_end(s, o, 0);
	if (end >= 0)
		s->end[end].nonblocking |= k->nonblocking;
	return true;
}

/* What was taken over stands there. Of pipes that are gone something stays, until that is most of it. */
static void keep_levels(struct system *s, const enum how_known *known)
{
	struct system_private *v = s->private;
	bool anew = v->n_levels > 2 * s->n_objects + 1024;

	if (anew) {
		table_clear(&v->levels_at);
		v->n_levels = 0;
	}
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct system_object *o = &s->object[i];
		int end = o->kind == SYSTEM_PIPE || o->kind == SYSTEM_FIFO ? nth_end(s, o, 0) : -1, *at;

		if (end < 0 || (known[i] == TAKEN_OVER && !anew))
			continue;
		at = table_at(&v->levels_at, o->device, o->inode);
		if (*at < 0) {
			v->levels = memory_more(v->levels, &v->room_levels, v->n_levels + 1, sizeof *v->levels);
			*at = (int)v->n_levels++;
		}
		v->levels[*at] = (struct kept_level){
			.level = o->level, .limit = o->limit, .full = o->full, .nonblocking = s->end[end].nonblocking,
		};
	}
}

static void do_jobs(struct jobs *j)
{
	parallel_run(j->n_processes, parallel_workers(j->n / 8), do_process, j);
	for (size_t i = 0; i < j->n; i++)
		if (j->job[i].error)
			try_others(j->s, &j->job[i]);
}

/* --- all of them ----------------------------------------------------------------------------------- */

/* True when it must be read through a descriptor. */
static bool by_descriptor(struct system *s, int object)
{
	struct system_object *o = &s->object[object];

	switch (o->kind) {
	case SYSTEM_PIPE:
	case SYSTEM_FIFO:
	case SYSTEM_EVENT:
		return true;
	case SYSTEM_MQUEUE:
		if (nth_end(s, o, 0) >= 0)
			return true;
		level_queue_by_name(o);
		break;
	case SYSTEM_UNIX:
	case SYSTEM_TCP:
	case SYSTEM_UDP:
		level_socket(o);
		break;
	case SYSTEM_QUEUE:
	case SYSTEM_SEGMENT:
	case SYSTEM_SEMAPHORES:
		level_sysv(o);
		break;
	case SYSTEM_MEMORY:
	case SYSTEM_SEMAPHORE:
		level_named(o);
		break;
	case SYSTEM_TERMINAL:
		level_set_unknown(o, "a terminal's buffers are not looked at");
		break;
	case SYSTEM_FILE:
	case SYSTEM_KINDS:
		level_set_unknown(o, "a file has no level");
		break;
	}
	return false;
}

/* Sockets of some objects anew; of all they are new already. */
static void refresh_sockets(struct system *s, const int *objects, size_t n)
{
	enum { AT_ONCE = 64 };
	struct system_private *v = s->private;
	struct socket_info info[AT_ONCE];
	uint64_t inode[AT_ONCE];
	struct socket_info *to[AT_ONCE];
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		bool is = objects[i] >= 0 && (size_t)objects[i] < s->n_objects;
		struct system_object *o = is ? &s->object[objects[i]] : NULL;

		for (int side = 0; o && o->socket && side < 2 && count < AT_ONCE; side++)
			if (o->socket[side].found) {
				to[count] = &o->socket[side];
				inode[count++] = o->socket[side].inode;
			}
	}
	if (count == 0 || (!v->query && socket_query_open(-1, &v->query) < 0))
		return;
	if (sockets_read(v->query, inode, count, info) < 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (info[i].found)
			*to[i] = info[i];
}

/* As at the scan before, since when it did not run. Indexes change when a snapshot is pruned. */
static bool still_splices_not(const struct system *s, int process)
{
	const struct system_private *v = s->private;
	struct kept *k = &v->kept[process];

	if (v->n_wanted == 0 && k->same && v->kept_before[k->before].splices_not)
		k->splices_not = true;
	return v->n_wanted == 0 && k->splices_not;
}

static void look_for_splices(const struct system *s, int process, bool *spliced)
{
	const struct system_private *v = s->private;
	bool found = spliced_find(s, process, spliced);

	if (v->n_wanted == 0)
		v->kept[process].splices_not = !found && v->just_scanned;
}

/* By object: those that must not be asked, among the ones that are to be. For the caller to free. */
static bool *spliced_pipes(const struct system *s, const int *objects, size_t count, const enum how_known *known)
{
	bool *spliced = memory_new(s->n_objects + 1, sizeof *spliced);
	bool *holds = memory_new(s->n_processes + 1, sizeof *holds);

	for (size_t i = 0; i < count; i++) {
		int object = objects ? objects[i] : (int)i;
		const struct system_object *o = object >= 0 && (size_t)object < s->n_objects ? &s->object[object] : NULL;

		if (!o || known[object] || (o->kind != SYSTEM_PIPE && o->kind != SYSTEM_FIFO))
			continue;
		for (int k = 0; k < o->n_ends; k++)
			holds[s->end[s->by_object[o->first_end + k]].process] = true;
	}
	for (size_t i = 0; i < s->n_processes; i++)
		if (!(s->private->just_scanned && still_splices_not(s, (int)i)) && holds[i])
			look_for_splices(s, (int)i, spliced);
	free(holds);
	return spliced;
}

void system_levels(struct system *s, const int *objects, size_t n)
{
	size_t count = objects ? n : s->n_objects;
	struct jobs j = { .s = s };
	enum how_known *known = memory_new(s->n_objects + 1, sizeof *known);
	bool *spliced;

	if (objects)
		refresh_sockets(s, objects, n);
	/* Of a new object only the walk has told. */
	for (size_t i = 0; !objects && i < count; i++)
		known[i] = s->private->just_scanned && s->object[i].level.known ? WALKED :
			   take_over(s, &s->object[i]) ? TAKEN_OVER : TO_BE_READ;
	j.job = memory_new(count, sizeof *j.job);
	j.chain = memory_new(s->n_processes, sizeof *j.chain);
	j.process = memory_new(s->n_processes, sizeof *j.process);
	for (size_t i = 0; i < s->n_processes; i++)
		j.chain[i] = -1;
	spliced = spliced_pipes(s, objects, count, known);
	for (size_t i = 0; i < count; i++) {
		int object = objects ? objects[i] : (int)i;

		if (object < 0 || (size_t)object >= s->n_objects || known[object] || !by_descriptor(s, object))
			continue;
		if (spliced[object])
			level_set_unknown(&s->object[object], "a splice that waits has the pipe locked");
		else
			add_job(&j, object);
	}
	do_jobs(&j);
	/* After a first walk there is a second one: many have only one. */
	if (!objects && (s->private->walk.n == 0 || s->private->n_kept_before))
		keep_levels(s, known);
	s->private->just_scanned &= objects != NULL;
	free(known);
	free(spliced);
	free(j.job);
	free(j.chain);
	free(j.process);
}

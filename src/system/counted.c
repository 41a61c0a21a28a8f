/* SPDX-License-Identifier: MIT */
/* What processes have read and written in all, for rates: /proc/PID/io of those that hold pipes, FIFOs or sockets.
 *
 * It is read twice, before and after the levels are, so that what it was at that moment is known to lie between.
 * Who did not run since the snapshot before is not asked again. A snapshot with 200 processes that all ran, each with
 * five pipes, takes 1 to 2 ms of processor more than without, of 70; with 50 pipes each, 10 of 190. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "system/private.h"

static const char not_permitted[] = "not permitted: needs the same user, or root";
static const char not_told[] = "what a process that has it read and wrote could not be read";
static const char not_counted[] = "this kernel does not count what processes read and write (CONFIG_TASK_IO_ACCOUNTING)";

struct counted *counted_find(const struct system *s, pid_t pid, uint64_t start)
{
	int at = table_find(&s->private->counted_at, (uint64_t)pid, start);

	return at >= 0 ? &s->private->counted[at] : NULL;
}

static const char *why_not(int error)
{
	if (error == -EACCES || error == -EPERM)
		return not_permitted;
	if (error == -ENOENT && access("/proc/self/io", F_OK) != 0)
		return not_counted;
	return not_told;
}

/* --- of whom --------------------------------------------------------------------------------------- */

static struct counted *add(struct system *s, int process)
{
	struct system_private *v = s->private;
	const struct system_process *p = &s->process[process];
	int *at = table_at(&v->counted_at, (uint64_t)p->pid, p->start);

	if (*at < 0) {
		*at = (int)v->n_counted;
		v->counted = memory_more(v->counted, &v->room_counted, v->n_counted + 1, sizeof *v->counted);
		v->counted[v->n_counted++] = (struct counted){ .pid = p->pid, .start = p->start, .ran = v->kept[process].ran,
							   .has_sources = v->kept[process].reads_files };
	}
	return &v->counted[*at];
}

static bool can_be_read(const struct link *link)
{
	return link->access != 'w' && link->access != '-';
}

static void take_link(struct system *s, const struct link *link)
{
	struct counted *c;

	switch (link->kind) {
	case LINK_PIPE: case LINK_FIFO: case LINK_SOCKET:
		c = add(s, link->process);
		c->has_sources |= can_be_read(link);
		break;
	case LINK_URING:
		add(s, link->process)->evades = true;
		break;
	case LINK_QUEUE: /* for whether it ran */
		add(s, link->process);
		break;
	case LINK_FILE: case LINK_EVENT: case LINK_TERMINAL: case LINK_MASTER:
		break;
	}
}

/* Files tell something of those alone who are counted for another reason. */
static void take_files(struct system *s)
{
	const struct links *l = &s->private->links;

	for (size_t i = 0; i < l->count; i++) {
		const struct system_process *p = &s->process[l->list[i].process];
		struct counted *c = l->list[i].kind == LINK_FILE ? counted_find(s, p->pid, p->start) : NULL;

		if (c)
			c->has_sources |= can_be_read(&l->list[i]);
	}
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* Who did not run has read and written nothing. */
static bool take_over(const struct system *s, struct counted *c)
{
	const struct system *earlier = s->private->earlier;
	const struct counted *before = c->ran && earlier && earlier->with_rates ? counted_find(earlier, c->pid, c->start) : NULL;

	if (!before || before->why || before->ran != c->ran)
		return false;
	c->first = c->last = before->last;
	return true;
}

static void read_first(void *arg, int worker, size_t i)
{
	struct system *s = arg;
	struct counted *c = &s->private->counted[i];
	int error;

	(void)worker;
	if (take_over(s, c))
		return;
	error = io_read(c->pid, &c->first);
	c->last = c->first;
	c->why = error ? why_not(error) : NULL;
}

static void read_last(void *arg, int worker, size_t i)
{
	struct system *s = arg;
	struct counted *c = &s->private->counted[i];
	const struct system *earlier = s->private->earlier;
	const struct counted *before = earlier ? counted_find(earlier, c->pid, c->start) : NULL;
	struct io_counters now;

	(void)worker;
	if (c->why || (before && !before->why && c->ran && before->ran == c->ran))
		return;
	if (io_read(c->pid, &now) == 0)
		c->last = now;
	else
		c->why = not_told;
}

static void find_zombies(struct system *s)
{
	struct system_private *v = s->private;

	v->n_zombies = 0;
	for (size_t i = 0; i < s->n_processes; i++) {
		const struct system_process *p = &s->process[i];
		int parent = p->state == 'Z' ? system_find_process(s, p->parent) : -1;
		int at = parent >= 0 ? table_find(&v->counted_at, (uint64_t)p->parent, s->process[parent].start) : -1;

		if (at < 0)
			continue;
		v->zombies = memory_more(v->zombies, &v->room_zombies, v->n_zombies + 1, sizeof *v->zombies);
		v->zombies[v->n_zombies++] = (struct zombie){ p->pid, at };
	}
}

/* What a zombie had counted becomes its parent's when that waits for it: to be read behind the parents first, and
 * before them last, so that who is waited for just then is rather missing first and there twice last. */
static void read_zombies(struct system_private *v, bool last)
{
	for (size_t i = 0; i < v->n_zombies; i++) {
		struct counted *c = &v->counted[v->zombies[i].parent];
		struct io_counters its, *sum = last ? &c->dead_last : &c->dead_first;

		if (io_read(v->zombies[i].pid, &its) != 0)
			continue;
		sum->read += its.read;
		sum->written += its.written;
		sum->reads += its.reads;
		sum->writes += its.writes;
	}
}

void counted_begin(struct system *s)
{
	struct system_private *v = s->private;

	table_clear(&v->counted_at);
	v->n_counted = 0;
	v->newest = 0;
	for (size_t i = 0; i < s->n_processes; i++)
		if (s->process[i].start > v->newest)
			v->newest = s->process[i].start;
	for (size_t i = 0; i < v->links.count; i++)
		take_link(s, &v->links.list[i]);
	take_files(s);
	find_zombies(s);
	v->levels_time = clock_now();
	parallel_run(v->n_counted, parallel_workers(v->n_counted), read_first, s);
	read_zombies(v, false);
}

void counted_end(struct system *s)
{
	struct system_private *v = s->private;

	read_zombies(v, true);
	parallel_run(v->n_counted, parallel_workers(v->n_counted), read_last, s);
	v->levels_time += (clock_now() - v->levels_time) / 2;
}

void counted_free(struct system_private *v)
{
	free(v->counted);
	table_free(&v->counted_at);
	free(v->zombies);
	free(v->marks);
}

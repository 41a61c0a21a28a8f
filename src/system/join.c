/* SPDX-License-Identifier: MIT */
/* What descriptors' links lead to beside pipes: eventfds that several have, terminals and their masters,
 * POSIX queues, files with locks. And what of it all is wanted. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/memory.h"
#include "system/private.h"

static void add_end(struct system *s, const struct link *link, const struct system_object *o, char side)
{
	system_end_add(s, link->process, (int)(o - s->object), link->fd, link->access, side);
}

/* --- eventfds ------------------------------------------------------------------------------------ */

static void join_events(struct system *s)
{
	enum { SEVERAL = -2 };
	const struct links *l = &s->private->links;
	struct table holder = { 0 };

	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].kind == LINK_EVENT) {
			int *at = table_at(&holder, 0, l->list[i].inode);

			*at = *at == -1 || *at == l->list[i].process ? l->list[i].process : SEVERAL;
		}
	for (size_t i = 0; i < l->count && holder.count; i++)
		if (l->list[i].kind == LINK_EVENT && table_find(&holder, 0, l->list[i].inode) == SEVERAL) {
			struct system_object *o = system_object_at(s, SYSTEM_EVENT, 0, l->list[i].inode, NULL);

			system_name_number(o->name, "eventfd:[", o->inode, "]");
			add_end(s, &l->list[i], o, 0);
		}
	table_free(&holder);
}

/* --- terminals ------------------------------------------------------------------------------------- */

/* N of /dev/pts/N by the number in field 7 of /proc/PID/stat; -1 another terminal. */
static int64_t pts_of(unsigned terminal)
{
	unsigned major_number = terminal >> 8 & 0xfff, minor_number = (terminal & 0xff) | (terminal >> 12 & 0xfff00);

	return major_number >= 136 && major_number <= 143 ? (int64_t)((major_number - 136) * 256 + minor_number) : -1;
}

/* Each mount of devpts numbers its own terminals. A master that was opened as /dev/ptmx does not show
 * which: then it is one that has such a terminal open, first the usual one. */
static uint64_t device_of(const struct system *s, const struct link *link, int64_t number, uint64_t usual)
{
	if (system_object_find(s, SYSTEM_TERMINAL, link->device, (uint64_t)number) >= 0)
		return link->device;
	return usual;
}

static void name_terminal(struct system_object *o, int64_t number, const char *path)
{
	if (number >= 0)
		system_name_number(o->name, "/dev/pts/", (uint64_t)number, "");
	else
		system_name(o->name, path);
}

static void join_terminals(struct system *s)
{
	const struct links *l = &s->private->links;
	struct stat st;
	uint64_t usual = stat("/dev/pts", &st) == 0 ? st.st_dev : 0;

	for (size_t i = 0; i < l->count; i++) {
		const struct link *link = &l->list[i];
		const char *path = links_name(l, link);
		int64_t number = link->number;
		struct system_object *o;

		if (link->kind != LINK_TERMINAL)
			continue;
		if (number < 0 && strcmp(path, "/dev/tty") == 0)
			number = pts_of(s->process[link->process].terminal);
		o = system_object_at(s, SYSTEM_TERMINAL, number < 0 || link->number >= 0 ? link->device : usual,
				     number < 0 ? link->inode : (uint64_t)number, NULL);
		if (!o->name[0])
			name_terminal(o, number, path);
		add_end(s, link, o, 'b');
	}
	for (size_t i = 0; i < l->count; i++) {
		const struct link *link = &l->list[i];
		struct system_object *o;

		if (link->kind != LINK_MASTER)
			continue;
		o = system_object_at(s, SYSTEM_TERMINAL, device_of(s, link, link->number, usual),
				     (uint64_t)link->number, NULL);
		if (!o->name[0])
			name_terminal(o, link->number, "");
		add_end(s, link, o, 'a');
	}
}

/* --- queues ------------------------------------------------------------------------------------------ */

static void join_queues(struct system *s)
{
	const struct links *l = &s->private->links;

	for (size_t i = 0; i < l->count; i++) {
		struct system_object *o;
		bool made;

		if (l->list[i].kind != LINK_QUEUE)
			continue;
		o = system_object_at(s, SYSTEM_MQUEUE, l->list[i].device, l->list[i].inode, &made);
		if (made)
			system_name(o->name, links_name(l, &l->list[i]));
		add_end(s, &l->list[i], o, 0);
	}
}

/* --- files ------------------------------------------------------------------------------------------- */

/* Whether a lock is on the file that a link leads to. The device alone does not tell: /proc/locks and
 * stat(2) differ about it on btrfs and overlayfs. */
static bool locks_file(const struct lock *lock, const struct link *link, pid_t pid)
{
	return lock->inode == link->inode && (lock->device == link->device || lock->pid == pid);
}

static char access_of(pid_t pid, int fd)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
	return links_access(AT_FDCWD, path);
}

static void join_files(struct system *s)
{
	struct links *l = &s->private->links;
	const struct table *locked = &s->private->locked;

	for (size_t i = 0; i < l->count; i++) {
		struct link *link = &l->list[i];
		struct system_object *o = NULL;
		bool made;

		if (link->kind != LINK_FILE || table_find(locked, 0, link->inode) < 0)
			continue;
		if (link->access == LINK_NOT_ASKED)
			link->access = access_of(s->process[link->process].pid, link->fd);
		for (size_t k = 0; k < s->locks.count && link->access; k++) {
			const struct lock *lock = &s->locks.list[k];

			if (!locks_file(lock, link, s->process[link->process].pid))
				continue;
			o = system_object_at(s, SYSTEM_FILE, link->device, link->inode, &made);
			if (made)
				system_name(o->name, links_name(l, link));
			if (lock->device != link->device)
				system_object_alias(s, SYSTEM_FILE, lock->device, lock->inode, (int)(o - s->object));
		}
		if (o)
			add_end(s, link, o, 0);
	}
}

static bool has_end(const struct system *s, size_t from, int process, int object)
{
	for (size_t i = from; i < s->n_ends; i++)
		if (s->end[i].process == process && s->end[i].object == object)
			return true;
	return false;
}

/* Who has a lock, or waits for one, on a file that he is not seen to have open; from: where files' ends begin. */
static void join_locks(struct system *s, size_t from)
{
	for (size_t i = 0; i < s->locks.count; i++) {
		const struct lock *lock = &s->locks.list[i];
		int process = lock->pid > 0 ? system_find_process(s, lock->pid) : -1;
		struct system_object *o;
		bool made;

		if (!lock->inode)
			continue;
		o = system_object_at(s, SYSTEM_FILE, lock->device, lock->inode, &made);
		if (made)
			snprintf(o->name, sizeof o->name, "inode %llu on device %u:%u", (unsigned long long)lock->inode,
				 major(lock->device), minor(lock->device));
		if (process >= 0 && !has_end(s, from, process, (int)(o - s->object)))
			system_end_add(s, process, (int)(o - s->object), -1,
				       lock->access == LOCK_FOR_WRITING ? 'w' : 'r', 0);
	}
}

/* --- what is wanted ------------------------------------------------------------------------------------ */

static bool is_wanted(const struct system_private *v, pid_t pid)
{
	for (size_t i = 0; i < v->n_wanted; i++)
		if (v->wanted[i] == pid)
			return true;
	return false;
}

static void keep_objects(struct system *s, int *new_object, const bool *keep)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_objects; i++) {
		new_object[i] = keep[i] ? (int)n : -1;
		if (keep[i])
			s->object[n++] = s->object[i];
	}
	s->n_objects = n;
	table_clear(&s->private->objects); /* its indexes are not true any more, and nothing is joined later */
}

static void keep_processes(struct system *s, int *new_process)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_processes; i++) {
		bool keep = new_process[i] > 0 || is_wanted(s->private, s->process[i].pid);

		new_process[i] = keep ? (int)n : -1;
		if (keep)
			s->process[n++] = s->process[i];
	}
	s->n_processes = n;
}

/* Leaves out everything that has nothing to do with the pids of system_scan. */
static void prune(struct system *s)
{
	bool *keep = memory_new(s->n_objects, sizeof *keep);
	int *new_object = memory_new(s->n_objects, sizeof *new_object);
	int *new_process = memory_new(s->n_processes, sizeof *new_process);
	size_t n = 0;

	for (size_t i = 0; i < s->n_ends; i++)
		if (is_wanted(s->private, s->process[s->end[i].process].pid))
			keep[s->end[i].object] = true;
	for (size_t i = 0; i < s->n_ends; i++)
		if (keep[s->end[i].object])
			new_process[s->end[i].process] = 1;
	keep_objects(s, new_object, keep);
	keep_processes(s, new_process);
	for (size_t i = 0; i < s->n_ends; i++) {
		struct system_end e = s->end[i];

		if (new_object[e.object] < 0)
			continue;
		e.object = new_object[e.object];
		e.process = new_process[e.process];
		s->end[n++] = e;
	}
	s->n_ends = n;
	free(keep);
	free(new_object);
	free(new_process);
}

void system_join(struct system *s)
{
	size_t from;

	join_sysv(s);
	join_memory(s);
	join_events(s);
	join_terminals(s);
	join_queues(s);
	from = s->n_ends;
	join_files(s);
	join_locks(s, from);
	if (s->with_rates) /* as near to the levels as may be: those of sockets are read right here */
		counted_begin(s);
	join_sockets(s);
	if (s->private->n_wanted)
		prune(s);
	system_index(s);
}

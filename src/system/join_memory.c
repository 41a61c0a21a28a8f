/* SPDX-License-Identifier: MIT */
/* System V objects, POSIX names, and who has which memory: by the maps of all processes, read on all
 * processors (25 us each) and only where something is there that can be mapped. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "probe/memory.h"
#include "probe/procfs.h"
#include "probe/scan.h"
#include "system/private.h"

/* --- System V ------------------------------------------------------------------------------------ */

/* When the machine was started, in seconds since 1970: times of processes count from there. */
static double boot_time(void)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (double)(now.tv_sec - up.tv_sec) + (double)(now.tv_nsec - up.tv_nsec) / 1e9;
}

/* Who did something to an object at `when` (seconds since 1970), if the pid is still his. */
static void add_doer(struct system *s, int object, pid_t pid, int64_t when, char access)
{
	int process = pid > 0 ? system_find_process(s, pid) : -1;

	if (process < 0)
		return;
	/* One second more: both are rounded. */
	if (boot_time() + (double)s->process[process].start / (double)sysconf(_SC_CLK_TCK) > (double)when + 1)
		return;
	system_end_add(s, process, object, -1, access, 0);
}

static void add_operators(struct system *s, int object, const struct sysv_object *o)
{
	enum { LOOKED_AT = 16 };
	struct sysv_semaphore semaphore;
	pid_t last = 0;

	for (unsigned i = 0; i < o->semaphores.count && i < LOOKED_AT; i++) {
		if (sysv_semaphore_read(o->id, i, &semaphore) != 0 || semaphore.last == last)
			continue;
		last = semaphore.last;
		add_doer(s, object, last, o->semaphores.operated, 'b');
	}
}

static void add_sysv(struct system *s, const struct sysv_object *from)
{
	static const enum system_kind kinds[] = {
		[SYSV_QUEUE] = SYSTEM_QUEUE, [SYSV_SEGMENT] = SYSTEM_SEGMENT, [SYSV_SEMAPHORES] = SYSTEM_SEMAPHORES,
	};
	struct system_object *o = system_object_at(s, kinds[from->kind], 0, (uint64_t)from->id, NULL);
	int object = (int)(o - s->object);

	o->sysv = *from;
	system_name_number(o->name, from->kind == SYSV_QUEUE ? "queue " : from->kind == SYSV_SEGMENT ? "shm " : "sem ",
			   (uint64_t)from->id, "");
	if (from->kind == SYSV_QUEUE) {
		add_doer(s, object, from->queue.last_sender, from->queue.sent, 'w');
		if (from->queue.last_receiver != from->queue.last_sender)
			add_doer(s, object, from->queue.last_receiver, from->queue.received, 'r');
	} else if (from->kind == SYSV_SEMAPHORES && from->semaphores.operated) {
		add_operators(s, object, from);
	}
}

void join_sysv(struct system *s)
{
	struct sysv_list *l = &s->private->sysv;

	if (sysv_list_read(l) != 0)
		l->count = 0;
	for (size_t i = 0; i < l->count; i++)
		add_sysv(s, &l->list[i]);
}

/* --- POSIX names ----------------------------------------------------------------------------------- */

static void add_posix(struct system *s, const struct posix_named *n)
{
	enum system_kind kind = n->kind == 'Q' ? SYSTEM_MQUEUE : n->kind == 'S' ? SYSTEM_SEMAPHORE : SYSTEM_MEMORY;
	bool made;
	struct system_object *o = system_object_at(s, kind, n->device, n->inode, &made);

	if (made || kind == SYSTEM_MQUEUE)
		system_name(o->name, n->name);
}

/* --- maps ------------------------------------------------------------------------------------------ */

static void append(struct mapped_list *l, struct mapped *m, const char *name)
{
	if (l->names.length == 0)
		text_add_bytes(&l->names, "", 1);
	m->name = l->names.length;
	text_add_bytes(&l->names, name, strlen(name) + 1);
	l->list = memory_grow(l->list, &l->room, l->count + 1, sizeof *l->list);
	l->list[l->count++] = *m;
}

static void add_mapped(struct mapped_list *l, struct mapped *m, const char *name)
{
	struct mapped *last = l->count ? &l->list[l->count - 1] : NULL;

	/* Pieces of one thing follow each other. */
	if (last && last->process == m->process && last->device == m->device && last->inode == m->inode &&
	    last->segment == m->segment && !m->segment) {
		if (last->access != m->access)
			last->access = 'b';
		return;
	}
	append(l, m, name);
}

/* What maps shared but is no memory that two have in common: devices, rings and the like, which the kernel
 * shows with one inode for all. */
static bool is_memory(const char *name)
{
	if (strncmp(name, "/dev/", 5) == 0)
		return strncmp(name, "/dev/shm/", 9) == 0 || strncmp(name, "/dev/zero", 9) == 0 ||
		       strncmp(name, "/dev/hugepages/", 15) == 0;
	return name[0] == '/' && strncmp(name, "/[aio]", 6) != 0;
}

static void take_mapping(struct worker *w, int process, const struct mapping *m)
{
	struct mapped out = { .process = process, .device = m->device, .inode = m->inode };
	bool reads = m->protection & PROT_READ, writes = m->protection & PROT_WRITE;
	int id;

	if (!m->shared || !is_memory(m->name))
		return;
	out.access = reads && writes ? 'b' : writes ? 'w' : reads ? 'r' : '-';
	if (strncmp(m->name, "/SYSV", 5) == 0) {
		if (!w->segments && mapping_is_segment(m, &id))
			w->segments = m->device;
		out.segment = w->segments && m->device == w->segments;
	}
	add_mapped(&w->mapped, &out, m->name);
}

/* "7fa70dc9d000-7fa70dc9f000 rw-s ...": most are private, which one letter tells. */
static bool is_shared(const struct scan *line)
{
	const char *blank = memchr(line->s, ' ', (size_t)(line->end - line->s));

	return blank && line->end - blank > 4 && blank[4] == 's';
}

/* Of a process that did not run since the scan before nothing has changed. */
static bool take_over(const struct system *s, struct worker *w, int process)
{
	const struct system_private *v = s->private;
	const struct kept *k = &v->kept[process], *old = k->same ? &v->kept_before[k->before] : NULL;

	if (!old || !old->has_mapped)
		return false;
	for (size_t i = 0; i < old->n_mapped; i++) {
		struct mapped m = v->mapped_before.list[old->first_mapped + i];

		m.process = process;
		add_mapped(&w->mapped, &m, text_string(&v->mapped_before.names) + m.name);
	}
	return true;
}

static void read_maps(void *arg, int worker, size_t i)
{
	struct system *s = arg;
	struct worker *w = &s->private->worker[worker];
	const struct system_process *p = &s->process[i];
	struct mapping m;
	struct scan r, line;
	int procdir;

	if (!p->visible || p->kernel_thread || p->state == 'Z' || take_over(s, w, (int)i) || (procdir = procfs_open(p->pid)) < 0)
		return;
	if (procfs_read_text(procdir, "maps", &w->text) == 0) {
		r = (struct scan){ text_string(&w->text), text_string(&w->text) + w->text.length };
		while (scan_line(&r, &line))
			if (is_shared(&line) && mapping_parse(line.s, (size_t)(line.end - line.s), &m))
				take_mapping(w, (int)i, &m);
	}
	close(procdir);
}

/* Ids of segments are those of an IPC namespace. */
static bool same_ipc(pid_t pid)
{
	struct stat own, other;
	char path[32];

	snprintf(path, sizeof path, "/proc/%d/ns/ipc", (int)pid);
	return stat("/proc/self/ns/ipc", &own) != 0 || stat(path, &other) != 0 || own.st_ino == other.st_ino;
}

static void attach(struct system *s, const struct mapped *m)
{
	int object = system_object_find(s, SYSTEM_SEGMENT, 0, m->inode);

	if (object >= 0 && same_ipc(s->process[m->process].pid))
		system_end_add(s, m->process, object, -1, m->access, 0);
}

/* Memory with a name is an object as it is; other memory when several have it and one may write. */
static void map(struct system *s, const struct mapped_list *l)
{
	struct table seen = { 0 };

	for (size_t i = 0; i < l->count && s->with_memory; i++) {
		const struct mapped *m = &l->list[i];
		int *at = m->segment ? NULL : table_at(&seen, m->device, m->inode);
		int first = at ? *at >> 2 : 0, writes = m->access == 'b' || m->access == 'w';

		if (at && *at < 0)
			*at = m->process << 2 | writes;
		else if (at)
			*at |= writes | (first != m->process ? 2 : 0);
	}
	for (size_t i = 0; i < l->count; i++) {
		const struct mapped *m = &l->list[i];
		int object = system_object_find(s, SYSTEM_MEMORY, m->device, m->inode);

		if (m->segment) {
			attach(s, m);
			continue;
		}
		if (object < 0)
			object = system_object_find(s, SYSTEM_SEMAPHORE, m->device, m->inode);
		if (object < 0 && s->with_memory && (table_find(&seen, m->device, m->inode) & 3) == 3) {
			struct system_object *o = system_object_at(s, SYSTEM_MEMORY, m->device, m->inode, NULL);

			system_name(o->name, text_string(&l->names) + m->name);
			object = (int)(o - s->object);
		}
		if (object >= 0)
			system_end_add(s, m->process, object, -1, m->access, 0);
	}
	table_free(&seen);
}

static bool is_worth_it(const struct system *s)
{
	bool found = s->with_memory;

	for (size_t i = 0; i < s->private->sysv.count; i++) {
		const struct sysv_object *o = &s->private->sysv.list[i];

		found |= o->kind == SYSV_SEGMENT && o->segment.attached > 0;
	}
	for (size_t i = 0; i < s->posix.count; i++)
		found |= s->posix.list[i].kind != 'Q';
	return found;
}

/* The workers' lists become one, and it is noted where each process's begin. */
static void put_together(struct system *s)
{
	struct system_private *v = s->private;

	v->mapped.count = 0;
	text_clear(&v->mapped.names);
	for (size_t i = 0; i < s->n_processes; i++)
		v->kept[i].has_mapped = true;
	for (int i = 0; i < PARALLEL_WORKERS; i++) {
		const struct mapped_list *l = &v->worker[i].mapped;

		for (size_t k = 0; k < l->count; k++) {
			struct mapped m = l->list[k];
			struct kept *kept = &v->kept[m.process];

			if (kept->n_mapped++ == 0)
				kept->first_mapped = v->mapped.count;
			append(&v->mapped, &m, text_string(&l->names) + m.name);
		}
	}
}

void join_memory(struct system *s)
{
	struct system_private *v = s->private;

	posix_names_read(POSIX_MQUEUE, POSIX_SHM, &s->posix);
	for (size_t i = 0; i < s->posix.count; i++)
		add_posix(s, &s->posix.list[i]);
	if (s->without_maps || !is_worth_it(s))
		return;
	for (int i = 0; i < PARALLEL_WORKERS; i++) {
		v->worker[i].mapped.count = 0;
		text_clear(&v->worker[i].mapped.names);
	}
	parallel_run(s->n_processes, parallel_workers(s->n_processes), read_maps, s);
	put_together(s);
	map(s, &v->mapped);
}

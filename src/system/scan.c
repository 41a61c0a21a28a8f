/* SPDX-License-Identifier: MIT */
/* Who there is: every process of /proc with its descriptors, on all processors.
 *
 * Of a process that did not run since the scan before, nothing has changed: its descriptors are taken over.
 * That it did not run, its times in /proc/PID/schedstat tell (5 us; ten links cost 30). With 10,000 pipes in
 * 200 processes the first scan takes 95 ms of processor, 70 of them in readlink and stat, later ones 16.  */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "probe/procfs.h"
#include "system/private.h"

/* Every so many scans a process is looked at again even if it did not run, not all in the same: descriptors
 * that two processes share (CLONE_FILES) change behind one's back. */
enum { TAKE_OVER = 64 };

static const char not_same_user[] = "not permitted: needs the same user, or root";
static const char not_dumpable[] = "not permitted: it may not be looked into by its own user, needs root";
static const char not_listed[] = "not permitted: /proc is mounted with hidepid";
static const char not_told[] = "its descriptors could not be read";

/* Whether it did not run since the scan before. */
static void compare(struct system_private *v, const struct system_process *p, struct kept *k)
{
	int before = k->ran ? table_find(&v->before, (uint64_t)p->pid, p->start) : -1;
	const struct kept *old = before >= 0 ? &v->kept_before[before] : NULL;

	if (!old)
		return;
	k->scans = old->scans + 1;
	k->same = old->ran == k->ran && (k->scans + (unsigned)p->pid) % TAKE_OVER != 0;
	k->before = before;
}

/* What is known of its descriptors from the scan before. */
static void take_over(struct system_private *v, struct worker *w, int process, const struct kept *k)
{
	const struct kept *old = &v->kept_before[k->before];

	for (size_t i = 0; i < old->n_links; i++) {
		const struct link *link = &v->links_before.list[old->first_link + i];
		struct link *taken = links_add(&w->links, link, links_name(&v->links_before, link));

		taken->process = process;
		taken->walked = false; /* that walk is over */
	}
}

/* Why a process's table may not be read. */
static const char *why_not(int error, const struct system_process *p)
{
	if (error != -EACCES && error != -EPERM)
		return not_told;
	return p->uid == geteuid() ? not_dumpable : not_same_user;
}

static bool has_none(const struct system_process *p)
{
	return p->kernel_thread || p->state == 'Z' || p->state == 'X';
}

static void look(struct system *s, struct worker *w, int procdir, int process)
{
	struct system_process *p = &s->process[process];
	struct kept *k = &s->private->kept[process];
	const struct task_file *walked;
	size_t before = w->links.count, n;
	int error = 0;

	p->visible = true;
	if (has_none(p))
		return;
	walked = walk_of(&s->private->walk, p, &n);
	if (k->same && !walked)
		take_over(s->private, w, process, k);
	else
		error = links_read(s, w, procdir, process, walked, n);
	if (error == 0)
		return;
	w->links.count = before;
	k->ran = 0; /* nothing is known that could be taken over */
	k->same = false;
	if (error == -ESRCH || error == -ENOENT) {
		p->pid = 0;
		return;
	}
	p->visible = false;
	p->why = why_not(error, p);
}

/* Whether what is read now may help the next scan: with a walk that takes more than one. */
static bool compares(const struct system *s)
{
	return !s->links_only && (!s->private->walk.due || s->with_rates || s->private->n_kept_before);
}

/* Its command line is in its own memory. */
static void read_command(const struct system *s, int procdir, struct system_process *p, const struct kept *k)
{
	const struct system_private *v = s->private;

	if (s->links_only || p->kernel_thread)
		return;
	if (k->same && v->whole_before)
		memcpy(p->command, v->process_before[k->before].command, sizeof p->command);
	else
		process_command(procdir, p);
}

/* One process of the list; its pid becomes 0 when it is gone. */
static void read_process(struct system *s, int worker, size_t i)
{
	struct system_process *p = &s->process[i];
	struct kept *k = &s->private->kept[i];
	int procdir = procfs_open(p->pid);
	char text[1024];
	struct stat st;
	ssize_t n = procdir < 0 ? procdir : procfs_read(procdir, "stat", text, sizeof text);

	*k = (struct kept){ .pid = p->pid };
	if (n == -EPERM || n == -EACCES) {
		p->why = not_listed;
	} else if (n <= 0 || !process_parse(text, (size_t)n, p) || fstat(procdir, &st) != 0) {
		p->pid = 0;
	} else {
		p->uid = st.st_uid; /* the effective one, whether it is dumpable or not */
		p->folder = st.st_ino;
		k->start = p->start;
		k->ran = has_none(p) || !compares(s) ? 0 : process_ran(procdir, p);
		compare(s->private, p, k);
		read_command(s, procdir, p, k);
		if (!s->private->walk.due)
			look(s, &s->private->worker[worker], procdir, (int)i);
	}
	if (procdir >= 0)
		close(procdir);
}

/* Once the walk is over, or is not wanted: of most processes everything is known. */
static void look_later(void *arg, int worker, size_t i)
{
	struct system *s = arg;
	struct system_process *p = &s->process[i];
	const struct task_file *walked;
	int procdir = -1;
	bool known;
	size_t n;

	if (p->pid == 0 || p->why == not_listed)
		return;
	walked = walk_of(&s->private->walk, p, &n);
	known = has_none(p) || (walked ? links_told(s, walked, n) : s->private->kept[i].same);
	if (!known && ((procdir = procfs_open(p->pid)) < 0 || !process_is_same(p, procdir)))
		p->pid = 0;
	else
		look(s, &s->private->worker[worker], procdir, (int)i);
	if (procdir >= 0)
		close(procdir);
}

static void note_locked(struct system *s)
{
	table_clear(&s->private->locked);
	for (size_t i = 0; i < s->locks.count; i++)
		*table_at(&s->private->locked, 0, s->locks.list[i].inode) = (int)i;
}

/* The locks are a piece of their own, and one that sleeps: who reads /proc/locks waits for all processors to
 * pass through the kernel once, 5 to 10 ms (percpu_down_write in fs/locks.c). So is the walk; and what system_waits
 * will compare sleeps with. */
enum { PIECE_LOCKS, PIECE_WALK, PIECE_CLOCK, PIECE_PROCESSES };

static void compare_clocks(struct system_private *v)
{
	asleep_release(&v->clock);
	asleep_compare(&v->clock);
	v->compared = true;
}

static void read_piece(void *arg, int worker, size_t i)
{
	struct system *s = arg;

	if (i >= PIECE_PROCESSES)
		read_process(s, worker, i - PIECE_PROCESSES);
	else if (i == PIECE_LOCKS && locks_read(&s->locks) != 0)
		s->locks.count = 0;
	else if (i == PIECE_WALK && s->private->walk.due && !s->private->n_levels)
		walk_take(&s->private->walk);
	else if (i == PIECE_CLOCK && !s->links_only)
		compare_clocks(s->private);
}

/* Whether those who ran since the scan before have so many descriptors that a walk through all costs less: a link and
 * its level take 7 us, a step of the walk half a one. */
static bool many_ran(const struct system *s)
{
	enum { STEPS = 12, OF_A_NEW_ONE = 16 };
	const struct system_private *v = s->private;
	size_t n = 0;

	for (size_t i = 0; i < s->n_processes; i++) {
		const struct system_process *p = &s->process[i];
		int before = table_find(&v->before, (uint64_t)p->pid, p->start);

		if (p->pid && !has_none(p) && !v->kept[i].same)
			n += before >= 0 ? v->kept_before[before].n_links : OF_A_NEW_ONE;
	}
	return n * STEPS > v->links_before.count;
}

static void read_all(struct system *s)
{
	struct walk *w = &s->private->walk;

	walk_begin(w);
	parallel_run(s->n_processes + PIECE_PROCESSES, parallel_workers(s->n_processes) + 1, read_piece, s);
	note_locked(s);
	if (!w->due)
		return;
	if (s->private->n_levels && many_ran(s))
		walk_take(w);
	parallel_run(s->n_processes, parallel_workers(s->n_processes), look_later, s);
}

static void take_pid(void *arg, const char *name)
{
	struct system *s = arg;

	if (name[0] < '1' || name[0] > '9')
		return;
	s->process = memory_more(s->process, &s->room_processes, s->n_processes + 1, sizeof *s->process);
	s->process[s->n_processes++] = (struct system_process){ .pid = atoi(name) };
}

/* For their command lines. */
static void keep_processes(struct system *s)
{
	struct system_private *v = s->private;
	struct system_process *before = v->process_before;
	size_t room = v->room_process_before;

	v->process_before = s->process;
	v->room_process_before = s->room_processes;
	v->whole_before = v->whole;
	v->whole = v->n_wanted == 0 && !s->links_only; /* system_join leaves out processes that are not wanted */
	s->process = before;
	s->room_processes = room;
	s->n_processes = 0;
}

/* The pids of /proc, ascending as the kernel lists them. */
static int list_pids(struct system *s, struct error *e)
{
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	keep_processes(s);
	if (fd < 0)
		return error_set(e, errno, "/proc");
	folder_each(fd, take_pid, s);
	close(fd);
	if (s->n_processes)
		return 0;
	error_set(e, 0, "/proc shows no processes");
	return error_hint(e, "is it mounted? mount -t proc proc /proc");
}

/* Whether a line of mountinfo is a mount of proc(5) at /proc. */
static bool is_proc(const char *line, size_t length)
{
	return memmem(line, length, " /proc ", 7) && memmem(line, length, " - proc ", 8);
}

/* Whether /proc is mounted so that it does not list other users' processes, proc(5). Of several mounts the last lies
 * over the others. */
static bool proc_hides(void)
{
	static const char *const ways[] = { "hidepid=2", "hidepid=4", "hidepid=invisible", "hidepid=ptraceable" };
	struct text text = { 0 };
	bool hides = false;

	if (geteuid() == 0 || procfs_read_text(AT_FDCWD, "/proc/self/mountinfo", &text) != 0)
		return false;
	for (const char *line = text_string(&text), *end; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (!is_proc(line, (size_t)(end - line)))
			continue;
		hides = false;
		for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
			hides |= memmem(line, (size_t)(end - line), ways[i], strlen(ways[i])) != NULL;
	}
	text_free(&text);
	return hides;
}

/* What is known becomes what was known. */
static void begin(struct system *s)
{
	struct system_private *v = s->private;
	struct links links = v->links_before;
	struct kept *kept = v->kept_before;
	size_t room = v->room_kept_before;
	struct mapped_list mapped = v->mapped_before;

	v->links_before = v->links;
	v->links = links;
	v->mapped_before = v->mapped;
	v->mapped = mapped;
	v->kept_before = v->kept;
	v->room_kept_before = v->room_kept;
	v->n_kept_before = v->n_kept;
	v->kept = kept;
	v->room_kept = room;
	table_clear(&v->before);
	for (size_t i = 0; i < v->n_kept_before; i++)
		*table_at(&v->before, (uint64_t)v->kept_before[i].pid, v->kept_before[i].start) = (int)i;
	for (int i = 0; i < PARALLEL_WORKERS; i++) {
		links_clear(&v->worker[i].links);
		v->worker[i].queues = 0;
	}
	links_clear(&v->links);
	mounts_forget(v->mounts);
}

/* Puts one worker's links where their processes' begin; map: a process's index before and after. */
static void place(struct system_private *v, const size_t *map, const struct links *from)
{
	size_t base;

	if (v->links.names.length == 0)
		text_add_bytes(&v->links.names, "", 1);
	base = v->links.names.length;
	text_add_bytes(&v->links.names, text_string(&from->names), from->names.length);
	for (size_t i = 0; i < from->count; i++) {
		struct kept *k = &v->kept[map[from->list[i].process]];
		struct link *to = &v->links.list[k->first_link + k->n_links++];

		*to = from->list[i];
		to->process = (int)map[to->process];
		to->name += to->name ? base : 0;
	}
}

/* Leaves out who went away, and puts the workers' links together, by process. */
static void merge(struct system *s)
{
	struct system_private *v = s->private;
	size_t n = 0, at = 0;

	for (int w = 0; w < PARALLEL_WORKERS; w++)
		for (size_t i = 0; i < v->worker[w].links.count; i++)
			v->kept[v->worker[w].links.list[i].process].n_links++;
	v->order = memory_more(v->order, &v->room_order, s->n_processes, sizeof *v->order);
	for (size_t i = 0; i < s->n_processes; i++) {
		v->order[i] = n;
		if (s->process[i].pid == 0)
			continue;
		s->process[n] = s->process[i];
		v->kept[n] = v->kept[i];
		v->kept[n].first_link = at;
		at += v->kept[n].n_links;
		v->kept[n++].n_links = 0;
	}
	s->n_processes = v->n_kept = n;
	v->links.list = memory_more(v->links.list, &v->links.room, at, sizeof *v->links.list);
	v->links.count = at;
	for (int w = 0; w < PARALLEL_WORKERS; w++)
		place(v, v->order, &v->worker[w].links);
}

/* Objects of those whose link tells all about them. */
static void make_pipes(struct system *s)
{
	const struct links *l = &s->private->links;

	table_reserve(&s->private->objects, l->count / 2); /* two ends each, as a rule */
	for (size_t i = 0; i < l->count; i++) {
		const struct link *link = &l->list[i];
		enum system_kind kind = link->kind == LINK_FIFO ? SYSTEM_FIFO : SYSTEM_PIPE;
		struct system_object *o;
		bool made;

		if (link->kind != LINK_FIFO && link->kind != LINK_PIPE)
			continue;
		o = system_object_at(s, kind, link->device, link->inode, &made);
		if (made && kind == SYSTEM_PIPE)
			system_name_number(o->name, "pipe:[", link->inode, "]");
		else if (made)
			system_name(o->name, links_name(l, link));
		system_end_add(s, link->process, (int)(o - s->object), link->fd, link->access, 0);
		s->end[s->n_ends - 1].nonblocking = link->nonblocking;
		if (link->walked)
			walk_level(&s->private->walk, link, o);
	}
}

static void count_hidden(struct system *s)
{
	static const char *const reasons[] = { not_same_user, not_dumpable, not_listed, not_told };
	size_t count[4] = { 0 }, most = 0;

	s->hidden_processes = 0;
	s->hidden_why = NULL;
	for (size_t i = 0; i < s->n_processes; i++)
		for (size_t k = 0; !s->process[i].visible && k < 4; k++)
			if (s->process[i].why == reasons[k] && (s->hidden_processes++, ++count[k] > most)) {
				most = count[k];
				s->hidden_why = reasons[k];
			}
	s->unlisted = proc_hides();
}

int system_scan(struct system *s, const pid_t *pids, size_t n, struct error *e)
{
	struct system_private *v = s->private;

	s->taken = clock_now();
	s->n_objects = s->n_ends = s->n_threads = s->n_watched = 0;
	s->posix.count = 0;
	table_clear(&v->objects);
	v->wanted = memory_more(v->wanted, &v->room_wanted, n, sizeof *v->wanted);
	v->n_wanted = n;
	if (n)
		memcpy(v->wanted, pids, n * sizeof *pids);
	v->just_scanned = true;
	begin(s);
	if (list_pids(s, e) < 0)
		return -1;
	v->kept = memory_more(v->kept, &v->room_kept, s->n_processes, sizeof *v->kept);
	read_all(s);
	merge(s);
	count_hidden(s);
	make_pipes(s);
	system_index(s);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Processes that the stage did not make: looked at, and nothing else. The stagehand never hears of them and
 * there is no line to them, so that nothing the stage ends or clears can end them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/width.h"
#include "probe/procfs.h"
#include "stage/internal.h"

/* Reading a descriptor table takes 10 us a descriptor: at most a tenth of the time goes into it. */
enum { TABLE_EVERY = 200 * 1000 * 1000 /* ns */, TABLE_SHARE = 10 };

/* Field 22 of /proc/PID/stat, proc_pid_stat(5); the name in brackets may hold anything. 0: not known. */
static uint64_t start_of(int procdir)
{
	char text[1024], *at;

	if (procdir < 0 || procfs_read(procdir, "stat", text, sizeof text) < 0)
		return 0;
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

/* As much of a text as fits, in whole characters: raw bytes stay what they are. */
static void put_cut(char *out, size_t size, const char *text)
{
	size_t n = 0;

	while (text[n]) {
		uint32_t c;
		size_t more = width_decode(text + n, strlen(text + n), &c);

		more = more ? more : 1;
		if (n + more >= size)
			break;
		memcpy(out + n, text + n, more);
		n += more;
	}
	out[n] = '\0';
}

/* The same made printable: no escape is cut either. */
static void put_printable(char *out, size_t size, const char *raw)
{
	size_t n = strlen(raw), room = size - 1;
	struct text t = { 0 };

	*out = '\0';
	for (size_t i = 0, more; i < n; i += more) {
		uint32_t c;

		more = width_decode(raw + i, n - i, &c);
		more = more ? more : 1;
		text_clear(&t);
		text_add_printable(&t, raw + i, more);
		if (t.length > room)
			break;
		room -= t.length;
		strcat(out, text_string(&t));
	}
	text_free(&t);
}

/* Ids of System V objects are those of an IPC namespace. */
static bool has_other_ipc(int procdir)
{
	struct stat own, other;

	return stat("/proc/self/ns/ipc", &own) == 0 && fstatat(procdir, "ns/ipc", &other, 0) == 0 && own.st_ino != other.st_ino;
}

/* "/usr/bin/python3 x.py" says more in a narrow box as "python3 x.py". */
static const char *without_folder(const char *command)
{
	const char *end = strchrnul(command, ' '), *slash = memrchr(command, '/', (size_t)(end - command));

	return slash && slash + 1 < end ? slash + 1 : command;
}

int stage_watch_outside(struct stage *s, pid_t pid, uint64_t start, const char *name, const char *command,
			struct error *e)
{
	int procdir = procfs_open(pid);
	enum { NAME = 16 }; /* bytes of it and the NUL: a pid comes behind */
	char shown[NAME], called[PICTURE_NAME];
	struct member *m;
	bool same = start_of(procdir) == start;

	if (procdir >= 0)
		close(procdir);
	if (!same)
		return error_set(e, ESRCH, "%d", (int)pid);
	if (member_of_pid(s, pid))
		return 0;
	put_printable(shown, sizeof shown, name);
	snprintf(called, sizeof called, "%s-%d", shown, (int)pid);
	m = member_add(s, called, e);
	if (!m)
		return -1;
	m->outside = m->stranger = m->hello = true;
	m->state = PROCESS_RUNNING;
	put_printable(m->command, sizeof m->command, without_folder(command));
	member_born(s, m, pid);
	m->other_ipc = has_other_ipc(m->procdir);
	/* Between the first look and the pidfd it may have ended, and its number have been given away. */
	if (start_of(m->procdir) != start)
		member_died(s, m);
	return 0;
}

int stage_draw_outside(struct stage *s, const struct stage_outside *what)
{
	struct object *o = s->n_outside < OUTSIDE_OBJECTS ? object_add(s, what->kind, what->inode) : NULL;

	if (!o)
		return -1;
	o->outside = true;
	o->others = what->others;
	o->device = what->device;
	o->identity_b = what->inode_b;
	put_cut(o->name, sizeof o->name, what->name);
	put_cut(o->path, sizeof o->path, what->path);
	o->named = true;
	if (what->kind == OBJECT_SOCKET)
		o->shown.socket.side[1].inode = what->inode_b;
	if (o->class->outside)
		o->class->outside(s, o, what);
	s->outside[s->n_outside++] = o->serial;
	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->outside) {
			s->member[i]->table_due = 0;
			outside_descriptors(s, s->member[i]);
		}
	return 0;
}

static bool is_wanted(const struct stage *s, const struct member *m, const struct descriptor *d)
{
	for (int i = 0; i < s->n_outside; i++) {
		const struct object *o = object_of_serial(s, s->outside[i]);

		if (o && !o->gone && object_leads_to(s, o, m, d))
			return true;
	}
	return false;
}

/* A server may have a thousand, of all kinds: those that lead to what is to be drawn are kept, the others
 * counted. */
static void keep_wanted(struct stage *s, struct member *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->descriptors.count; i++)
		if (is_wanted(s, m, &m->descriptors.list[i]))
			m->descriptors.list[kept++] = m->descriptors.list[i];
	m->left_out = (int)(m->descriptors.count - kept);
	m->descriptors.count = kept;
}

void outside_descriptors(struct stage *s, struct member *m)
{
	int64_t began = clock_now(), took;

	if (began < m->table_due)
		return;
	descriptors_read(m->procdir, INT32_MAX, &m->descriptors);
	keep_wanted(s, m);
	objects_from_descriptors(s, m);
	took = clock_now() - began;
	m->table_due = began + (took * TABLE_SHARE > TABLE_EVERY ? took * TABLE_SHARE : TABLE_EVERY);
}

/* ---- pipes that must not be asked ------------------------------------------------------------------- */

static bool is_pipe(const struct member *m, uint64_t fd)
{
	char name[32], text[6];

	snprintf(name, sizeof name, "fd/%d", (int)fd);
	return readlinkat(m->procdir, name, text, sizeof text) == sizeof text && !memcmp(text, "pipe:[", sizeof text);
}

/* Whether a call moves data between a pipe's descriptor and what is not known to be of the pipe kind: it may
 * wait for that with the pipe locked. The descriptors of others than what is drawn were not kept. */
static bool moves(const struct member *m, const struct syscall_state *now, const struct object *pipe)
{
	uint64_t fd[2] = { now->argument[0], now->argument[1] };
	bool leads = false, other = false;

	if (now->where != SYSCALL_INSIDE || (now->number != SYS_splice && now->number != SYS_sendfile))
		return false;
	if (now->number == SYS_splice)
		fd[1] = now->argument[2];
	for (int i = 0; i < 2; i++) {
		const struct descriptor *d = object_descriptor(m, (int)fd[i]);
		size_t k = d ? (size_t)(d - m->descriptors.list) : 0;

		leads |= d && m->leads[k] == pipe->serial;
		other |= d ? d->kind != DESCRIPTOR_PIPE && d->kind != DESCRIPTOR_FIFO && d->kind != DESCRIPTOR_FILE :
			     !is_pipe(m, fd[i]);
	}
	return leads && other;
}

bool outside_locks(const struct member *m, const struct object *pipe)
{
	int tasks = openat(m->procdir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = tasks < 0 ? NULL : fdopendir(tasks);
	struct syscall_state now;
	struct dirent *entry;
	bool locks = false;

	if (tasks >= 0 && !folder)
		close(tasks);
	while (folder && !locks && (entry = readdir(folder))) {
		int task = entry->d_name[0] == '.' ? -1 : openat(tasks, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (task < 0)
			continue;
		syscall_read(task, &now);
		close(task);
		locks = moves(m, &now, pipe);
	}
	if (folder)
		closedir(folder);
	return locks;
}

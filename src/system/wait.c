/* SPDX-License-Identifier: MIT */
/* Who sleeps in which call, about what: from /proc/PID/task and /proc/TID/syscall.
 *
 * One reading tells the call. That a thread waits in vain is said only after a second look found it in
 * the same sleep (probe/asleep.h). Everybody's first look is over before anybody's second: those who are
 * steady slept all at one time. Of most processes one folder is opened and one file read: 11 us. All of the
 * machine at once: wait_all.c. */
#include "system/wait.h"

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
#include "base/memory.h"
#include "probe/procfs.h"
#include "probe/status.h"
#include "system/private.h"

/* More threads of one process than these are not looked at one by one. */
enum { THREADS = 4096 };

const char *system_wait_word(enum system_wait wait)
{
	static const char *const words[] = {
		[WAIT_NONE] = "runs", [WAIT_UNKNOWN] = "?", [WAIT_READ] = "reads", [WAIT_WRITE] = "writes",
		[WAIT_OPEN] = "opens", [WAIT_ACCEPT] = "accepts", [WAIT_CONNECT] = "connects",
		[WAIT_SEMAPHORE] = "waits for a semaphore", [WAIT_SEND] = "sends", [WAIT_RECEIVE] = "receives",
		[WAIT_FUTEX] = "waits for a futex", [WAIT_LOCK] = "waits for a lock",
		[WAIT_CHILD] = "waits for a child", [WAIT_POLL] = "polls", [WAIT_SIGNAL] = "waits for a signal",
		[WAIT_TIME] = "sleeps", [WAIT_DISK] = "waits for a disk", [WAIT_STOPPED] = "stopped",
		[WAIT_OTHER] = "sleeps in another call",
	};

	return wait >= 0 && wait < (int)(sizeof words / sizeof *words) ? words[wait] : "?";
}

static int64_t own_namespace(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_ino : 0;
}

bool wait_same_namespace(int procdir, const char *which, int64_t own)
{
	char name[24], text[64];
	long long inode;
	ssize_t n;

	snprintf(name, sizeof name, "ns/%s", which);
	n = readlinkat(procdir, name, text, sizeof text - 1);
	if (n <= 0 || own == 0)
		return n <= 0 && own == 0; /* a kernel without such namespaces */
	text[n] = '\0';
	return strchr(text, '[') && sscanf(strchr(text, '[') + 1, "%lld", &inode) == 1 && inode == own;
}

void waits_begin(struct waits *w, struct system *s, bool thorough)
{
	*w = (struct waits){ .s = s, .thorough = thorough };
	w->own_ipc = own_namespace("/proc/self/ns/ipc");
	w->own_pids = own_namespace("/proc/self/ns/pid");
}

void waits_end(struct waits *w)
{
	asleep_release(&w->clock);
	locks_free(&w->locks);
	free(w->fifo);
}

/* --- sleeps, and the second look at them ----------------------------------------------------------------------- */

/* The kernel's workers of an io_uring stand among a process's threads, and have registers as their maker
 * had: PF_IO_WORKER in the ninth field of /proc/TID/stat tells them (5.12). Those of other kinds
 * (PF_USER_WORKER alone, of vhost) work on by themselves too. */
enum { IO_WORKER = 0x10, USER_WORKER = 0x4000 };

static bool is_worker(const char *behind_name)
{
	unsigned flags;

	return sscanf(behind_name, " %*c %*d %*d %*d %*d %*d %u", &flags) == 1 && flags & (IO_WORKER | USER_WORKER);
}

/* '\0': it is gone. worker may be NULL. */
static char state_of(int procdir, const char *prefix, bool *worker)
{
	char text[512], name[48];
	const char *bracket;

	snprintf(name, sizeof name, "%sstat", prefix);
	if (procfs_read(procdir, name, text, sizeof text) <= 0)
		return '\0';
	bracket = strrchr(text, ')');
	if (worker)
		*worker = bracket && is_worker(bracket + 1);
	return bracket && bracket[1] == ' ' ? bracket[2] : '\0';
}

static void prefix_of(const struct system_thread *t, const struct system_process *p, char *out, size_t size)
{
	out[0] = '\0';
	if (t->tid != p->pid)
		snprintf(out, size, "task/%d/", (int)t->tid);
}

/* The mark of a sleep: by the scheduler's time, else by how often the thread went to sleep. */
static uint64_t mark_of(int procdir, const char *prefix, bool *timed)
{
	char text[4096], name[48];
	struct status status;
	uint64_t mark;
	ssize_t n;

	*timed = asleep_mark(procdir, prefix, &mark);
	if (*timed)
		return mark;
	snprintf(name, sizeof name, "%sstatus", prefix);
	n = procfs_read(procdir, name, text, sizeof text);
	if (n <= 0 || status_parse(text, (size_t)n, &status) != 0 || !(status.has & STATUS_HAS_SWITCHES))
		return 0;
	return status.voluntary + status.involuntary + 1;
}

/* Whether it matters that this one sleeps steadily: those of whom a judgement may be made. */
static bool matters(const struct waits *w, const struct system_thread *t)
{
	switch (t->wait) {
	case WAIT_NONE: case WAIT_UNKNOWN:
		return false;
	case WAIT_READ: case WAIT_WRITE:
		return w->thorough || t->object >= 0;
	case WAIT_FUTEX:
		return w->thorough || t->holder || t->object >= 0;
	case WAIT_OPEN: case WAIT_SEMAPHORE: case WAIT_SEND: case WAIT_RECEIVE: case WAIT_LOCK: case WAIT_CHILD:
	case WAIT_CONNECT: case WAIT_STOPPED:
		return true;
	case WAIT_POLL:
		return w->thorough || t->n_watched == 1;
	case WAIT_ACCEPT: case WAIT_SIGNAL: case WAIT_TIME: case WAIT_DISK: case WAIT_OTHER:
		break;
	}
	return w->thorough;
}

static bool same_call(int procdir, const char *prefix, const struct system_thread *t)
{
	char text[256], name[48];
	struct syscall_state now;
	ssize_t n;

	if (t->wait == WAIT_STOPPED)
		return strchr("Tt", state_of(procdir, prefix, NULL)) != NULL;
	snprintf(name, sizeof name, "%ssyscall", prefix);
	n = procfs_read(procdir, name, text, sizeof text);
	if (n <= 0)
		return false;
	syscall_parse(text, (size_t)n, &now);
	if (now.where == SYSCALL_OUTSIDE)
		return t->call < 0;
	return now.where == SYSCALL_INSIDE && (now.number == t->call || now.number == SYS_restart_syscall) &&
	       memcmp(now.argument, t->argument, sizeof now.argument) == 0;
}

/* Before anything else is asked: the mark of the sleep, and how long it lasts. */
static void mark(struct waits *w, int procdir, const char *prefix, struct system_thread *t)
{
	bool timed;

	if (!matters(w, t))
		return;
	if (!w->compared)
		asleep_compare(&w->clock);
	w->compared = true;
	t->mark = mark_of(procdir, prefix, &timed);
	if (timed)
		t->asleep = asleep_for(&w->clock, procdir, prefix, t->mark, clock_now());
}

/* It slept from the first look to this one if it is still in its call, and has not run in between (the mark). In that
 * order: who was woken and has not run yet still has its mark, and soon may sleep in the same call again. */
static bool still_sleeps(const struct system_process *p, const struct system_thread *t)
{
	int procdir = procfs_open(p->pid);
	char prefix[32];
	bool timed, still;

	if (procdir < 0)
		return false;
	if (!process_is_same(p, procdir)) {
		close(procdir);
		return false;
	}
	prefix_of(t, p, prefix, sizeof prefix);
	still = same_call(procdir, prefix, t) && mark_of(procdir, prefix, &timed) == t->mark;
	close(procdir);
	return still;
}

bool waits_confirm(struct waits *w, struct system_thread *t)
{
	t->steady = t->mark && still_sleeps(&w->s->process[t->process], t);
	return t->steady;
}

/* --- one thread ---------------------------------------------------------------------------- */

/* After SIGSTOP and SIGCONT calls with a timeout go on as restart_syscall(2), whose number says
 * nothing; the arguments are still there. Only poll(2), futex(2) and the sleeps by a timer do so, and the
 * first two tell by wchan. */
static long restarted(int procdir, const char *prefix)
{
	char name[48], where[64];

	snprintf(name, sizeof name, "%swchan", prefix);
	if (procfs_read(procdir, name, where, sizeof where) <= 0 || strcmp(where, "0") == 0)
		return SYS_restart_syscall;
#ifdef SYS_poll
	if (strstr(where, "poll"))
		return SYS_poll;
#endif
	return strstr(where, "futex") ? SYS_futex : SYS_clock_nanosleep;
}

static const char *why_not(int error)
{
	if ((error == EACCES || error == EPERM) && geteuid() == 0)
		return "not permitted, even to root here";
	return error == EACCES || error == EPERM ? "not permitted: needs the same user, or root" :
	       error == ENOENT || error == ESRCH ? "it is gone" : "the kernel does not tell the call";
}

/* A program of 32 bits on a kernel of 64 numbers its calls differently, and nothing says so but
 * where its stack is. */
static bool is_foreign(const struct syscall_state *now)
{
	return sizeof(void *) == 8 && now->where == SYSCALL_INSIDE && now->stack < (UINT64_C(1) << 32);
}

static void classify(struct waits *w, int procdir, const char *prefix, const struct syscall_state *now,
		     struct system_thread *t)
{
	const struct system_process *p = &w->s->process[t->process];
	const struct wait_row *row;

	t->call = now->number;
	memcpy(t->argument, now->argument, sizeof t->argument);
	if (t->call == SYS_restart_syscall)
		t->call = restarted(procdir, prefix);
	row = wait_row(t->call);
	t->wait = row ? row->wait : WAIT_OTHER;
	/* In state D is also who waits for its vfork(2) child. */
	if (t->state == 'D' && t->wait != WAIT_CHILD) {
		t->wait = WAIT_DISK;
		return;
	}
	if (!row)
		return;
	/* Which of several calls was restarted is a guess: their limits are not at one place. */
	t->timeout = now->number == SYS_restart_syscall ? -2 : wait_limit(p->pid, row, t->argument);
	wait_find_about(w, procdir, row, t);
	if (t->wait == WAIT_POLL)
		wait_find_watched(w, procdir, row, t);
	if (t->wait == WAIT_POLL && t->n_watched == 0 && t->timeout != -1 && row->about != ABOUT_EPOLL &&
	    row->about != ABOUT_URING)
		t->wait = WAIT_TIME;
}

/* One thread behind the others; state 0: to be read. */
static void add(struct waits *w, int procdir, int process, pid_t tid, const char *prefix, char state)
{
	struct system *s = w->s;
	struct syscall_state now;
	struct system_thread t = { .process = process, .tid = tid, .call = -1, .fd = -1, .object = -1,
				   .timeout = -1, .first_watched = (int)s->n_watched, .asleep = -1 };
	char name[48];
	int task = procdir;
	bool worker = false;

	t.state = state ? state : state_of(procdir, prefix, &worker);
	/* What a worker does is told by the request that it works on. */
	if (t.state == '\0' || t.state == 'Z' || t.state == 'X' || worker)
		return;
	if (*prefix) {
		snprintf(name, sizeof name, "task/%d", (int)tid);
		task = openat(procdir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	syscall_read(task, &now);
	if (task != procdir && task >= 0)
		close(task);
	if (t.state == 'T' || t.state == 't') {
		t.wait = WAIT_STOPPED;
	} else if (now.where == SYSCALL_UNKNOWN && (now.error == ESRCH || now.error == ENOENT)) {
		return;
	} else if (now.where == SYSCALL_UNKNOWN || is_foreign(&now)) {
		t.wait = t.state == 'R' ? WAIT_NONE : t.state == 'D' ? WAIT_DISK : WAIT_UNKNOWN;
		t.why = now.where == SYSCALL_UNKNOWN ? why_not(now.error) :
			"a 32-bit program, whose calls are numbered differently";
	} else if (now.where == SYSCALL_RUNNING) {
		t.state = 'R';
	} else if (now.where == SYSCALL_OUTSIDE) {
		t.wait = t.state == 'D' ? WAIT_DISK : t.state == 'R' ? WAIT_NONE : WAIT_OTHER;
	} else {
		classify(w, procdir, prefix, &now, &t);
	}
	mark(w, procdir, prefix, &t);
	s->thread = memory_grow(s->thread, &s->room_threads, s->n_threads + 1, sizeof *s->thread);
	s->thread[s->n_threads++] = t;
}

static void add_all(struct waits *w, int procdir, int process)
{
	int fd = openat(procdir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int seen = 0;

	if (fd >= 0 && !folder)
		close(fd);
	while (folder && seen < THREADS && (entry = readdir(folder))) {
		char prefix[32];
		pid_t tid = (pid_t)atoi(entry->d_name);

		if (tid <= 0)
			continue;
		snprintf(prefix, sizeof prefix, "task/%d/", (int)tid);
		add(w, procdir, process, tid, prefix, '\0');
		seen++;
	}
	if (folder)
		closedir(folder);
}

void waits_of(struct waits *w, int process)
{
	struct system_process *p = &w->s->process[process];
	int procdir = p->kernel_thread ? -1 : procfs_open(p->pid);
	struct stat st;

	p->first_thread = (int)w->s->n_threads;
	p->n_threads = 0;
	if (procdir < 0)
		return;
	if (!process_is_same(p, procdir)) {
		close(procdir); /* it is gone, and its number another's */
		return;
	}
	/* The folder has a link from each thread's folder, and two of its own. */
	if (w->thorough && fstatat(procdir, "task", &st, 0) == 0)
		p->tasks = (int)st.st_nlink - 2;
	if (p->tasks > 1)
		add_all(w, procdir, process);
	else
		add(w, procdir, process, p->pid, "", w->thorough ? '\0' : p->state);
	close(procdir);
	p->n_threads = (int)w->s->n_threads - p->first_thread;
	if (w->thorough && p->n_threads && w->s->thread[p->first_thread].tid == p->pid)
		p->state = w->s->thread[p->first_thread].state;
}

/* --- FIFOs that nobody has open yet ----------------------------------------------------------- */

/* Who waits in open(2) has no descriptor: such a FIFO becomes an object here, with ends that have
 * no number. */
static int add_object(struct system *s, const struct wait_fifo *f)
{
	struct system_object *o;

	s->object = memory_grow(s->object, &s->room_objects, s->n_objects + 1, sizeof *s->object);
	o = &s->object[s->n_objects];
	*o = (struct system_object){ .kind = SYSTEM_FIFO, .device = f->device, .inode = f->inode,
				     .first_end = (int)s->n_ends, .what = "",
				     .level = { true, 0, NULL },
				     .limit = { false, 0, "nobody has it open" } };
	snprintf(o->name, sizeof o->name, "%s", f->name);
	return (int)s->n_objects++;
}

static void add_end(struct system *s, int object, const struct wait_fifo *f)
{
	struct system_object *o = &s->object[object];
	int process = s->thread[f->thread].process;

	s->end = memory_grow(s->end, &s->room_ends, s->n_ends + 1, sizeof *s->end);
	s->by_object = memory_grow(s->by_object, &s->room_by_object, s->n_ends + 1, sizeof *s->by_object);
	s->end[s->n_ends] = (struct system_end){ .process = process, .object = object, .fd = -1, .access = f->access };
	s->by_object[s->n_ends] = (int)s->n_ends;
	s->n_ends++;
	o->n_ends++;
	o->readers += f->access != 'w';
	o->writers += f->access != 'r';
}

/* An object that was there keeps its ends; of a new one all who wait stand side by side. */
void waits_make_fifos(struct waits *w)
{
	struct system *s = w->s;

	for (size_t i = 0; i < w->n_fifos; i++) {
		const struct wait_fifo *f = &w->fifo[i];
		int object;

		if (s->thread[f->thread].object >= 0)
			continue;
		object = wait_find_object(s, SYSTEM_FIFO, f->device, f->inode);
		if (object >= 0) {
			s->thread[f->thread].object = object;
			continue;
		}
		object = add_object(s, f);
		for (size_t j = i; j < w->n_fifos; j++)
			if (w->fifo[j].device == f->device && w->fifo[j].inode == f->inode) {
				s->thread[w->fifo[j].thread].object = object;
				add_end(s, object, &w->fifo[j]);
			}
	}
	w->n_fifos = 0;
}

/* SPDX-License-Identifier: MIT */
/* Who there is and what descriptors lead to: made worlds, compared. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "probe/syscall.h"
#include "system/mounts.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

START_TEST(both_ends_of_a_pipe_are_found)
{
	struct system *s = system_new();
	struct system_object *o;
	struct child child;
	uint64_t inode;
	int end[2];

	ck_assert_int_eq(pipe(end), 0);
	inode = snapshot_inode(end[0]);
	child_start(&child, child_idle, NULL);
	close(end[0]);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_PIPE, inode);
	ck_assert_int_eq(o->n_ends, 3);
	ck_assert_int_eq(o->readers, 1);
	ck_assert_int_eq(o->writers, 2);
	ck_assert_int_eq(snapshot_end(s, o, child.pid, end[0])->access, 'r');
	ck_assert_int_eq(snapshot_end(s, o, child.pid, end[1])->access, 'w');
	ck_assert_int_eq(snapshot_end(s, o, getpid(), end[1])->access, 'w');
	ck_assert_ptr_null(snapshot_end(s, o, getpid(), end[0]));
	ck_assert(!o->hidden || s->hidden_processes > 0);
	child_stop(&child);
	close(end[1]);
	snapshot_take(s);
	ck_assert_ptr_null(snapshot_find(s, SYSTEM_PIPE, inode));
	system_free(s);
}
END_TEST

/* Closed, opened and exchanged between two scans by a process that then sleeps again. */
static int exchange(void *arg)
{
	int *end = arg, other[2];
	sigset_t set;
	int signal_number;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (write(end[1], "r", 1) != 1 || sigwait(&set, &signal_number) != 0 || pipe(other) != 0)
		return 1;
	dup2(other[0], end[0]);
	dup2(other[1], end[1]);
	return child_idle(NULL);
}

static uint64_t leads_to(pid_t pid, int fd)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_ino;
}

START_TEST(what_changed_since_the_scan_before_is_seen)
{
	struct system *s = system_new();
	int64_t deadline = 0;
	struct child child;
	uint64_t inode;
	int end[2];
	char c;

	ck_assert_int_eq(pipe(end), 0);
	inode = snapshot_inode(end[0]);
	child_start(&child, exchange, end);
	ck_assert_int_eq(read(end[0], &c, 1), 1);
	for (int i = 0; i < 3; i++) {
		snapshot_take(s);
		ck_assert_ptr_nonnull(snapshot_end(s, snapshot_object(s, SYSTEM_PIPE, inode), child.pid, end[0]));
	}
	kill(child.pid, SIGUSR1);
	while ((leads_to(child.pid, end[0]) == inode || leads_to(child.pid, end[1]) == inode) && child_wait(&deadline))
		;
	snapshot_take(s);
	ck_assert_ptr_null(snapshot_end(s, snapshot_object(s, SYSTEM_PIPE, inode), child.pid, -2));
	child_stop(&child);
	close(end[0]);
	close(end[1]);
	system_free(s);
}
END_TEST

static const char hostile[] = "evil) S 1\n\033[31m\xff\xe2\x80\xae(x";

static int with_hostile_name(void *ready)
{
	prctl(PR_SET_NAME, ") Z 0 (\n\xff");
	if (write(*(int *)ready, "x", 1) != 1)
		return 1;
	return child_idle(NULL);
}

START_TEST(names_are_kept_as_they_are)
{
	struct system *s = system_new();
	const struct system_process *p;
	struct system_object *o;
	struct child child;
	char path[512], c;
	int fifo, ready[2];

	snprintf(path, sizeof path, "%s/%s", folder, hostile);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	fifo = open(path, O_RDWR);
	ck_assert_int_ge(fifo, 0);
	ck_assert_int_eq(pipe(ready), 0);
	child_start(&child, with_hostile_name, &ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_FIFO, snapshot_inode(fifo));
	ck_assert_str_eq(o->name, path);
	ck_assert_int_eq(snapshot_end(s, o, child.pid, fifo)->access, 'b');
	p = snapshot_process(s, child.pid);
	ck_assert_str_eq(p->name, ") Z 0 (\n\xff");
	ck_assert_int_eq(p->parent, getpid());
	ck_assert(p->state == 'S' || p->state == 'R');
	ck_assert(p->start > 0);
	ck_assert_uint_eq(p->uid, geteuid());
	child_stop(&child);
	close(fifo);
	close(ready[0]);
	close(ready[1]);
	system_free(s);
}
END_TEST

START_TEST(a_stopped_process_shows_its_signal)
{
	struct system *s = system_new();
	int64_t deadline = 0;
	struct child child;

	if (unit_valgrind())
		unit_skip("valgrind has this signal to itself");
	child_start(&child, child_idle, NULL);
	kill(child.pid, SIGTSTP);
	do {
		snapshot_take(s);
	} while (snapshot_process(s, child.pid)->state != 'T' && child_wait(&deadline));
	ck_assert_int_eq(snapshot_process(s, child.pid)->state, 'T');
	/* 0 where the kernel does not tell, before Linux 5.17 */
	if (snapshot_process(s, child.pid)->signal)
		ck_assert_int_eq(snapshot_process(s, child.pid)->signal, SIGTSTP);
	child_stop(&child);
	system_free(s);
}
END_TEST

START_TEST(a_zombie_has_nothing_and_is_there)
{
	struct system *s = system_new();
	struct child child;

	child_start(&child, child_idle, NULL);
	kill(child.pid, SIGKILL);
	child_await_end(&child);
	snapshot_take(s);
	ck_assert_int_eq(snapshot_process(s, child.pid)->state, 'Z');
	ck_assert_int_eq(snapshot_process(s, child.pid)->n_ends, 0);
	ck_assert(snapshot_process(s, child.pid)->visible);
	child_stop(&child);
	system_free(s);
}
END_TEST

/* --- others' processes ----------------------------------------------------------------------------- */

enum { NOBODY = 65534 };

/* What an ordinary user sees of a process of root's, and of the pipe that they share. Not by ck_assert: in a
 * child that would not be told. 0 or the number of what was wrong. */
static int look_as_nobody(void *arg)
{
	int *world = arg, wrong = 0; /* root's process, the pipe's read end, what only root has */
	struct system *s;
	const struct system_process *p;
	const struct system_object *o;
	int root;

	close(world[2]);
	if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0)
		return 1;
	s = system_new();
	/* The second time much is taken over from the first, and this is not. */
	if (system_scan(s, NULL, 0, NULL) < 0 || system_scan(s, NULL, 0, NULL) < 0)
		return 2;
	system_join(s);
	system_levels(s, NULL, 0);
	root = system_find_process(s, world[0]);
	p = root < 0 ? NULL : &s->process[root];
	o = snapshot_find(s, SYSTEM_PIPE, snapshot_inode(world[1]));
	if (!p || p->visible || !p->why || !strstr(p->why, "not permitted") || p->uid != 0 || p->n_ends != 0)
		wrong = 3;
	else if (s->hidden_processes < 1 || !s->hidden_why)
		wrong = 4;
	else if (!o || o->readers != 1 || o->writers != 0 || !o->hidden)
		wrong = 5;
	else if (!o->level.known || o->level.number != 3)
		wrong = 6;
	system_free(s);
	return wrong;
}

START_TEST(another_users_process_is_there_with_the_reason)
{
	struct child root, user;
	int end[2], world[3], status;

	if (geteuid() != 0)
		unit_skip("needs root, to have somebody else's processes");
	child_must_lend();
	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_eq(write(end[1], "abc", 3), 3);
	child_start(&root, child_idle, NULL);
	world[0] = root.pid;
	world[1] = end[0];
	world[2] = end[1];
	child_start(&user, look_as_nobody, world);
	status = child_reap(&user);
	ck_assert_msg(WIFEXITED(status), "ended by a signal: %d", status);
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	child_stop(&root);
	child_stop(&user);
	close(end[0]);
	close(end[1]);
}
END_TEST

/* --- numbers that are given again --------------------------------------------------------------------- */

#if !defined SYS_clone3 && defined __NR_clone3
#define SYS_clone3 __NR_clone3
#endif

/* A child with this pid, clone3(2) since Linux 5.5; -1. */
static pid_t fork_as(pid_t pid)
{
#ifdef SYS_clone3
	/* struct clone_args, which older headers do not have: flags, five that are not used, exit_signal ... */
	uint64_t arguments[10] = { [4] = SIGCHLD, [8] = (uintptr_t)&pid, [9] = 1 };

	return (pid_t)syscall(SYS_clone3, arguments, sizeof arguments);
#else
	(void)pid;
	return -1;
#endif
}

static int shared_pipe[2];

static pid_t fork_reader(pid_t pid)
{
	pid_t child = pid ? fork_as(pid) : fork();
	char c;

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!pid) {
			pause();
			_exit(0);
		}
		_exit(read(shared_pipe[0], &c, 1) != 1);
	}
	return child;
}

enum { NOT_HERE = 77 };

static uint64_t ticks_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * (uint64_t)sysconf(_SC_CLK_TCK) +
	       (uint64_t)now.tv_nsec / (uint64_t)(CLOCK_S / sysconf(_SC_CLK_TCK));
}

/* Between two steps of a snapshot a process ends and another gets its number, which sleeps in another call. */
static int number_given_again(void *unused)
{
	int64_t deadline = 0;
	struct system *s;
	struct syscall_state now = { .where = SYSCALL_UNKNOWN };
	pid_t first, second;
	int at, procdir;

	(void)unused;
	if (pipe(shared_pipe) != 0 || mount("proc", "/proc", "proc", 0, NULL) != 0 || (first = fork_reader(0)) < 0)
		return NOT_HERE;
	s = system_new();
	if (system_scan(s, NULL, 0, NULL) < 0 || (at = system_find_process(s, first)) < 0)
		return 1;
	system_join(s);
	kill(first, SIGKILL);
	waitpid(first, NULL, 0);
	/* The start is told in ticks: who came in the same one could not be told apart. */
	while (ticks_now() <= s->process[at].start + 1 && child_wait(&deadline))
		;
	second = fork_reader(first);
	if (second != first)
		return NOT_HERE;
	procdir = procfs_open(second);
	do
		syscall_read(procdir, &now);
	while (!(now.where == SYSCALL_INSIDE && now.number == SYS_read) && child_wait(&deadline));
	system_waits(s);
	if (s->process[at].n_threads != 0)
		return 2; /* the other's sleep is told of the first */
	if (system_scan(s, NULL, 0, NULL) < 0 || (at = system_find_process(s, second)) < 0)
		return 3;
	system_join(s);
	system_waits(s);
	if (s->process[at].n_threads != 1 || s->thread[s->process[at].first_thread].wait != WAIT_READ)
		return 4;
	system_free(s);
	close(procdir);
	kill(second, SIGKILL);
	return 0;
}

/* The first process of a PID namespace, in which a number can be asked for. */
static int in_own_namespace(void *unused)
{
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
		return NOT_HERE;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(number_given_again(unused));
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 5;
}

START_TEST(who_has_the_number_of_another_is_not_taken_for_him)
{
	struct child child;
	int status;

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	child_start(&child, in_own_namespace, NULL);
	status = child_reap(&child);
	child_stop(&child);
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == NOT_HERE)
		unit_skip("no PID namespace of our own, or no pid may be asked for");
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

/* --- which paths may be looked at ------------------------------------------------------------------------------ */

START_TEST(paths_of_others_are_left_alone)
{
	static const char mounts[] =
		"27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
		"30 27 0:40 / /home rw - nfs4 server:/home rw\n"
		"31 30 254:1 / /home/local rw - xfs /dev/vdb rw\n"
		"32 27 0:41 / /mnt/two\\040words rw - fuse.sshfs host: rw\n"
		"33 27 0:42 / /auto rw - autofs none rw\n"
		"34 27 0:43 / /tmp rw - nfs server:/tmp rw\n"
		"35 27 0:44 / /tmp rw - tmpfs tmpfs rw\n"
		"nonsense\n36 27 0:45 / /cut rw - nf";
	static const struct { const char *path; bool local; } paths[] = {
		{ "/", true }, { "/x", true }, { "/homes/x", true }, { "/home", false }, { "/home/x", false },
		{ "/home/local/x", true }, { "/home/locals", false }, { "/mnt/two words/x", false },
		{ "/mnt/two", true }, { "/auto/x", false }, { "/tmp/x", true }, { "/tmp/x (deleted)", true },
		{ "relative", false }, { "", false },
	};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		ck_assert_msg(mounts_local_in(mounts, sizeof mounts - 1, paths[i].path) == paths[i].local,
			      "%s", paths[i].path);
	ck_assert(!mounts_local_in("", 0, "/x"));
	ck_assert(!mounts_local_in("27 1 254:0 / / rw - 9p host rw\n", 30, "/x"));
}
END_TEST

static void add_tests(TCase *world)
{
	folder_use(world);
	tcase_set_timeout(world, 60);
	tcase_add_test(world, both_ends_of_a_pipe_are_found);
	tcase_add_test(world, what_changed_since_the_scan_before_is_seen);
	tcase_add_test(world, names_are_kept_as_they_are);
	tcase_add_test(world, a_stopped_process_shows_its_signal);
	tcase_add_test(world, a_zombie_has_nothing_and_is_there);
	tcase_add_test(world, another_users_process_is_there_with_the_reason);
	tcase_add_test(world, who_has_the_number_of_another_is_not_taken_for_him);
}

Suite *suite_system_scan(void)
{
	Suite *suite = suite_create("system_scan");
	TCase *text = tcase_create("text");

	tcase_add_test(text, paths_of_others_are_left_alone);
	suite_add_tcase(suite, text);
	snapshot_both_ways(suite, add_tests);
	return suite;
}

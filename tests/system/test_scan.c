/* SPDX-License-Identifier: MIT */
/* Who there is and what descriptors lead to: made worlds, compared. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/procfs.h"
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

/* --- what comes and goes ------------------------------------------------------------------------------ */

/* Forks and ends, or becomes another program, as fast as it can. */
static int storm(void *unused)
{
	(void)unused;
	alarm(60);
	for (int i = 0;; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			if (i % 4 == 0)
				execl("/bin/true", "true", (char *)NULL);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
	return 0;
}

START_TEST(a_scan_in_a_storm_of_processes_is_complete)
{
	enum { STANDING = 20, SCANS = 40 };
	struct child standing, wind[2];
	struct system *s = system_new();
	int end[STANDING][2];
	uint64_t inode[STANDING];

	for (int i = 0; i < STANDING; i++) {
		ck_assert_int_eq(pipe2(end[i], O_CLOEXEC), 0);
		inode[i] = snapshot_inode(end[i][0]);
	}
	child_start(&standing, child_idle, NULL);
	for (int i = 0; i < STANDING; i++)
		close(end[i][0]);
	for (int i = 0; i < 2; i++)
		child_start(&wind[i], storm, NULL);
	for (int n = 0; n < SCANS; n++) {
		snapshot_take(s);
		for (int i = 0; i < STANDING; i++) {
			const struct system_object *o = snapshot_object(s, SYSTEM_PIPE, inode[i]);

			ck_assert_ptr_nonnull(snapshot_end(s, o, standing.pid, end[i][0]));
			ck_assert_ptr_nonnull(snapshot_end(s, o, getpid(), end[i][1]));
			ck_assert(o->level.known);
		}
	}
	for (int i = 0; i < 2; i++)
		child_stop(&wind[i]);
	child_stop(&standing);
	for (int i = 0; i < STANDING; i++)
		close(end[i][1]);
	system_free(s);
}
END_TEST

/* --- harm ------------------------------------------------------------------------------------------------- */

/* Each round a writer's end is closed, and the reader, in the same process, must see the end of it; and a
 * reader's, and the writer must get EPIPE. */
static int open_and_close(void *unused)
{
	enum { ROUNDS = 4000 };
	char c = 0;

	(void)unused;
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < ROUNDS; i++) {
		int end[2];

		if (pipe(end) != 0 || write(end[1], &c, 1) != 1)
			return 1;
		if (i % 2) {
			close(end[1]);
			if (read(end[0], &c, 1) != 1 || read(end[0], &c, 1) != 0)
				return 2;
			close(end[0]);
		} else {
			close(end[0]);
			while (write(end[1], &c, 1) == 1)
				;
			if (errno != EPIPE)
				return 3;
			close(end[1]);
		}
	}
	return 0;
}

START_TEST(nobody_loses_the_end_of_a_pipe_by_being_looked_at)
{
	struct system *s = system_new();
	siginfo_t ended = { 0 };
	int64_t deadline = 0;
	struct child child;
	int before, status;

	snapshot_take(s); /* what is opened once is open from now on */
	before = snapshot_open_descriptors();
	child_start(&child, open_and_close, NULL);
	do {
		snapshot_take(s);
		ck_assert_int_eq(waitid(P_PID, (id_t)child.pid, &ended, WEXITED | WNOWAIT | WNOHANG), 0);
	} while (ended.si_pid == 0 && child_wait(&deadline));
	status = child_reap(&child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	child_stop(&child);
	ck_assert_int_eq(snapshot_open_descriptors(), before);
	system_free(s);
}
END_TEST

/* --- many --------------------------------------------------------------------------------------------------- */

enum { HOLDERS = 100, PIPES_EACH = 100 };

struct one_pipe { uint64_t inode; int end[2]; };

/* Makes its pipes, the nth with n + 1 bytes in it, says what it made, and waits. */
static int hold_pipes(void *arg)
{
	static const char bytes[PIPES_EACH];
	struct one_pipe made[PIPES_EACH];
	int say = *(int *)arg;

	for (int i = 0; i < PIPES_EACH; i++) {
		struct stat st;

		if (pipe(made[i].end) != 0 || fstat(made[i].end[0], &st) != 0 ||
		    write(made[i].end[1], bytes, (size_t)i + 1) != i + 1)
			return 1;
		made[i].inode = st.st_ino;
	}
	if (write(say, made, sizeof made) != sizeof made)
		return 1;
	return child_idle(NULL);
}

static int by_inode(const void *a, const void *b)
{
	const struct system_object *const *x = a, *const *y = b;

	return ((*x)->inode > (*y)->inode) - ((*x)->inode < (*y)->inode);
}

/* The pipes of a snapshot by their inodes; for the caller to free. */
static const struct system_object **sorted_pipes(const struct system *s, size_t *n)
{
	const struct system_object **list = calloc(s->n_objects + 1, sizeof *list);

	*n = 0;
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->object[i].kind == SYSTEM_PIPE)
			list[(*n)++] = &s->object[i];
	qsort(list, *n, sizeof *list, by_inode);
	return list;
}

static void check_pipe(const struct system *s, const struct system_object *o, pid_t pid, const struct one_pipe *made, int i)
{
	ck_assert_int_eq(o->n_ends, 2);
	ck_assert_int_eq(snapshot_end(s, o, pid, made->end[0])->access, 'r');
	ck_assert_int_eq(snapshot_end(s, o, pid, made->end[1])->access, 'w');
	ck_assert(o->level.known);
	ck_assert_int_eq(o->level.number, i + 1);
	ck_assert_int_ge(o->limit.number, 4096);
	ck_assert(!o->full || o->limit.number == 4096); /* who has very many gets one page for each */
}

static void check_pipes(const struct system *s, const struct child *holder, struct one_pipe made[][PIPES_EACH])
{
	size_t n;
	const struct system_object **list = sorted_pipes(s, &n);

	for (int h = 0; h < HOLDERS; h++)
		for (int i = 0; i < PIPES_EACH; i++) {
			struct system_object wanted = { .inode = made[h][i].inode }, *at = &wanted;
			const struct system_object **found = bsearch(&at, list, n, sizeof *list, by_inode);

			ck_assert_ptr_nonnull(found);
			check_pipe(s, *found, holder[h].pid, &made[h][i], i);
		}
	free(list);
}

START_TEST(ten_thousand_pipes_are_complete_and_correct)
{
	static struct one_pipe made[HOLDERS][PIPES_EACH];
	struct child holder[HOLDERS];
	struct system *s = system_new();
	int say[2];

	ck_assert_int_eq(pipe2(say, O_CLOEXEC), 0);
	for (int h = 0; h < HOLDERS; h++) {
		size_t got = 0;

		child_start(&holder[h], hold_pipes, &say[1]);
		while (got < sizeof made[h]) {
			ssize_t n = read(say[0], (char *)made[h] + got, sizeof made[h] - got);

			ck_assert_int_gt(n, 0);
			got += (size_t)n;
		}
	}
	for (int round = 0; round < 3; round++) {
		snapshot_take(s);
		check_pipes(s, holder, made);
	}
	for (int h = 0; h < HOLDERS; h++)
		child_stop(&holder[h]);
	close(say[0]);
	close(say[1]);
	system_free(s);
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

Suite *suite_system_scan(void)
{
	Suite *suite = suite_create("system_scan");
	TCase *world = tcase_create("world"), *many = tcase_create("many"), *text = tcase_create("text");

	folder_use(world);
	tcase_set_timeout(world, 60);
	tcase_add_test(world, both_ends_of_a_pipe_are_found);
	tcase_add_test(world, what_changed_since_the_scan_before_is_seen);
	tcase_add_test(world, names_are_kept_as_they_are);
	tcase_add_test(world, a_stopped_process_shows_its_signal);
	tcase_add_test(world, a_zombie_has_nothing_and_is_there);
	tcase_add_test(world, another_users_process_is_there_with_the_reason);
	suite_add_tcase(suite, world);
	tcase_set_timeout(many, 120);
	tcase_add_test(many, a_scan_in_a_storm_of_processes_is_complete);
	tcase_add_test(many, nobody_loses_the_end_of_a_pipe_by_being_looked_at);
	tcase_add_test(many, ten_thousand_pipes_are_complete_and_correct);
	suite_add_tcase(suite, many);
	tcase_add_test(text, paths_of_others_are_left_alone);
	suite_add_tcase(suite, text);
	return suite;
}

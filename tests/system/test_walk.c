/* SPDX-License-Identifier: MIT */
/* Snapshots with the kernel's own walk through all descriptors: the same as by their links. */
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/task_files.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

enum { THINGS = 12 };

/* One descriptor of each kind that the engine knows, two of some. */
struct things {
	struct { int fd; enum system_kind kind; } of[THINGS];
	int n;
};

static void skip_without_walks(void)
{
	int error;
	struct task_files *t = task_files_open(&error, NULL, 0);

	if (!t)
		unit_skip("iterators of the kernel are not permitted or not there");
	task_files_close(t);
}

static void add(struct things *t, int fd, enum system_kind kind)
{
	ck_assert_int_ge(fd, 0);
	t->of[t->n].fd = fd;
	t->of[t->n++].kind = kind;
}

static void make(struct things *t)
{
	char path[128];
	int fd[2];

	*t = (struct things){ .n = 0 };
	ck_assert_int_eq(pipe2(fd, O_NONBLOCK), 0);
	ck_assert_int_eq(write(fd[1], "12345", 5), 5);
	add(t, fd[0], SYSTEM_PIPE);
	add(t, fd[1], SYSTEM_PIPE);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	add(t, fd[0], SYSTEM_UNIX);
	add(t, fd[1], SYSTEM_UNIX);
	snprintf(path, sizeof path, "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	add(t, open(path, O_RDWR), SYSTEM_FIFO);
	ck_assert_int_eq(write(t->of[4].fd, "123", 3), 3);
	add(t, eventfd(7, 0), SYSTEM_EVENT);
	snprintf(path, sizeof path, "%s/locked", folder);
	add(t, open(path, O_RDWR | O_CREAT, 0600), SYSTEM_FILE);
	ck_assert_int_eq(flock(t->of[6].fd, LOCK_EX), 0);
	if (openpty(&fd[0], &fd[1], NULL, NULL, NULL) == 0) {
		add(t, fd[0], SYSTEM_TERMINAL);
		add(t, fd[1], SYSTEM_TERMINAL);
	}
}

/* The object behind a descriptor: a process's first such end. */
static const struct system_object *object_of(const struct system *s, pid_t pid, int fd, const struct system_end **end)
{
	const struct system_process *p = snapshot_process(s, pid);

	for (int i = p->first_end; i < p->first_end + p->n_ends; i++)
		if (s->end[i].fd == fd) {
			*end = &s->end[i];
			return &s->object[s->end[i].object];
		}
	return NULL;
}

static void same_reading(const struct system_reading *a, const struct system_reading *b)
{
	ck_assert_int_eq(a->known, b->known);
	ck_assert_int_eq(a->number, b->number);
}

static void compare(const struct system *links, const struct system *walked, pid_t pid, int fd, enum system_kind kind)
{
	const struct system_end *x, *y;
	const struct system_object *a = object_of(links, pid, fd, &x), *b = object_of(walked, pid, fd, &y);

	ck_assert_msg(a && b, "descriptor %d", fd);
	ck_assert_int_eq(a->kind, kind);
	ck_assert_int_eq(b->kind, kind);
	ck_assert_uint_eq(a->inode, b->inode);
	ck_assert_uint_eq(a->device, b->device);
	ck_assert_str_eq(a->name, b->name);
	ck_assert_int_eq(a->n_ends, b->n_ends);
	ck_assert_int_eq(a->readers, b->readers);
	ck_assert_int_eq(a->writers, b->writers);
	ck_assert_int_eq(a->full, b->full);
	ck_assert_int_eq(x->access, y->access);
	ck_assert_int_eq(x->side, y->side);
	same_reading(&a->level, &b->level);
	same_reading(&a->limit, &b->limit);
	same_reading(&a->level_b, &b->level_b);
}

START_TEST(it_is_as_by_links)
{
	struct system *links = system_new(), *walked = system_new();
	struct child child;
	struct things t;

	skip_without_walks();
	make(&t);
	child_start(&child, child_idle, NULL);
	for (int round = 0; round < 3; round++) {
		setenv("IPCSCOPE_BPF", "0", 1);
		snapshot_take(links);
		setenv("IPCSCOPE_BPF", "1", 1);
		snapshot_take(walked);
		snapshot_check(walked);
		for (int i = 0; i < t.n; i++) {
			compare(links, walked, getpid(), t.of[i].fd, t.of[i].kind);
			compare(links, walked, child.pid, t.of[i].fd, t.of[i].kind);
		}
	}
	child_stop(&child);
	for (int i = 0; i < t.n; i++)
		close(t.of[i].fd);
	system_free(links);
	system_free(walked);
}
END_TEST

START_TEST(a_change_is_seen_by_the_next_walk)
{
	struct system *s = system_new();
	const struct system_object *o;
	int end[2];

	skip_without_walks();
	setenv("IPCSCOPE_BPF", "1", 1);
	ck_assert_int_eq(pipe(end), 0);
	for (int i = 1; i < 20; i++) {
		ck_assert_int_eq(write(end[1], "x", 1), 1);
		snapshot_take(s);
		o = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(end[0]));
		ck_assert_int_eq(o->level.number, i);
		ck_assert_ptr_nonnull(snapshot_end(s, o, getpid(), end[0]));
	}
	close(end[0]);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(end[1]));
	ck_assert_int_eq(o->n_ends, 1);
	ck_assert_int_eq(o->readers, 0);
	close(end[1]);
	system_free(s);
}
END_TEST

struct way { int in, out; };

static int splicing(void *data)
{
	const struct way *w = data;

	return (int)splice(w->in, NULL, w->out, NULL, 100, 0);
}

/* Which asking for it would wait for, see test_level.c: the walk takes no lock. */
START_TEST(the_level_of_a_pipe_that_a_splice_holds_is_told)
{
	struct system *s = system_new();
	const struct system_object *o;
	int sockets[2], own[2];
	struct child child;
	struct way way;

	skip_without_walks();
	setenv("IPCSCOPE_BPF", "1", 1);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	ck_assert_int_eq(pipe(own), 0);
	ck_assert_int_eq(write(own[1], "abc", 3), 3);
	way = (struct way){ sockets[0], own[1] };
	child_start(&child, splicing, &way);
	child_await_call(&child, SYS_splice, NULL);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(own[0]));
	ck_assert(o->level.known);
	ck_assert_int_eq(o->level.number, 3);
	child_stop(&child);
	for (int i = 0; i < 2; i++) {
		close(sockets[i]);
		close(own[i]);
	}
	system_free(s);
}
END_TEST

/* Who is not permitted has all that was his before. */
static int look_as_another(void *arg)
{
	struct system *s = system_new();
	const struct system_process *p;
	struct error e;
	int *fd = arg, seen = 0;

	setenv("IPCSCOPE_BPF", "1", 1);
	if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
		return 2;
	if (system_take(s, NULL, 0, NULL, &e) != 0)
		return 3;
	p = &s->process[system_find_process(s, getpid())];
	for (int i = p->first_end; i < p->first_end + p->n_ends; i++)
		seen += s->end[i].fd == fd[0] || s->end[i].fd == fd[1];
	system_free(s);
	return seen == 2 ? 0 : 4;
}

START_TEST(an_ordinary_user_sees_by_links)
{
	struct child child;
	int end[2], status;

	if (geteuid() != 0)
		unit_skip("needs root, to be somebody else");
	ck_assert_int_eq(pipe(end), 0);
	child_start(&child, look_as_another, end);
	child_await_end(&child);
	status = child_reap(&child);
	child_stop(&child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	close(end[0]);
	close(end[1]);
}
END_TEST

Suite *suite_system_walk(void)
{
	Suite *suite = suite_create("system_walk");
	TCase *walk = tcase_create("walk");

	folder_use(walk);
	tcase_set_timeout(walk, 60);
	tcase_add_test(walk, it_is_as_by_links);
	tcase_add_test(walk, a_change_is_seen_by_the_next_walk);
	tcase_add_test(walk, the_level_of_a_pipe_that_a_splice_holds_is_told);
	tcase_add_test(walk, an_ordinary_user_sees_by_links);
	suite_add_tcase(suite, walk);
	return suite;
}

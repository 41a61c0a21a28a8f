/* SPDX-License-Identifier: MIT */
/* How full things are, of all and of some. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/lend.h"
#include "tests/probe/child.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

static struct system *s;

/* Pipes' levels are lent by another process than the one that looks: so a child has them, too. */
static struct child holder;
static int end[2];
static uint64_t inode;

static void setup(void)
{
	s = system_new();
	ck_assert_int_eq(pipe2(end, O_NONBLOCK), 0);
	inode = snapshot_inode(end[0]);
	child_start(&holder, child_idle, NULL);
	if (holder.pidfd < 0) {
		child_stop(&holder);
		unit_skip("no pidfd_open here, so nothing is lent");
	}
}

static void teardown(void)
{
	child_stop(&holder);
	close(end[0]);
	close(end[1]);
	system_free(s);
}

static const struct system_object *pipe_now(void)
{
	snapshot_take(s);
	return snapshot_object(s, SYSTEM_PIPE, inode);
}

START_TEST(a_pipes_level_and_limit)
{
	const struct system_object *o = pipe_now();
	char bytes[5000] = "";

	ck_assert(o->level.known && o->limit.known);
	ck_assert_int_eq(o->level.number, 0);
	ck_assert_int_eq(o->limit.number, fcntl(end[0], F_GETPIPE_SZ));
	ck_assert(!o->full);
	ck_assert_int_eq(write(end[1], bytes, sizeof bytes), sizeof bytes);
	ck_assert_int_eq(pipe_now()->level.number, sizeof bytes);
	ck_assert_int_eq(fcntl(end[0], F_SETPIPE_SZ, 8192), 8192);
	ck_assert_int_eq(pipe_now()->limit.number, 8192);
	ck_assert_int_eq(read(end[0], bytes, sizeof bytes), sizeof bytes);
	ck_assert_int_eq(pipe_now()->level.number, 0);
}
END_TEST

/* Pieces of half a page and a bit take a slot each: full is a matter of slots, pipe(7). */
START_TEST(a_pipe_is_full_with_few_bytes)
{
	size_t piece = (size_t)sysconf(_SC_PAGESIZE) / 2 + 1;
	char bytes[40000] = "";
	const struct system_object *o;

	ck_assert_uint_le(piece, sizeof bytes);
	while (write(end[1], bytes, piece) > 0)
		;
	ck_assert_int_eq(errno, EAGAIN);
	o = pipe_now();
	ck_assert_int_lt(o->level.number, o->limit.number);
	ck_assert(o->full);
	ck_assert_int_eq(read(end[0], bytes, piece), (ssize_t)piece);
	ck_assert(!pipe_now()->full);
}
END_TEST

START_TEST(who_reads_without_waiting_is_known_of_what_was_read)
{
	const struct system_object *o = pipe_now();
	bool told = false;

	for (int i = 0; i < o->n_ends; i++)
		told |= s->end[s->by_object[o->first_end + i]].nonblocking;
	ck_assert(told);
}
END_TEST

START_TEST(some_are_read_and_the_others_stay)
{
	struct system_object *o = snapshot_find(s, SYSTEM_PIPE, inode), *other;
	int second[2], index;
	struct child child;

	ck_assert_ptr_null(o);
	ck_assert_int_eq(pipe(second), 0);
	child_start(&child, child_idle, NULL);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_PIPE, inode);
	other = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(second[0]));
	ck_assert_int_eq(write(end[1], "abc", 3), 3);
	ck_assert_int_eq(write(second[1], "abc", 3), 3);
	index = (int)(o - s->object);
	system_levels(s, &index, 1);
	ck_assert_int_eq(o->level.number, 3);
	ck_assert_int_eq(other->level.number, 0);
	system_levels(s, NULL, 0);
	ck_assert_int_eq(other->level.number, 3);
	index = (int)s->n_objects;
	system_levels(s, &index, 1); /* there is none */
	child_stop(&child);
	close(second[0]);
	close(second[1]);
}
END_TEST

/* Levels of who sleeps are taken over from the scan before; without a scan between they are not. */
START_TEST(levels_without_a_scan_are_read)
{
	int second[2], lent;
	struct system_object *o;
	struct child child;

	ck_assert_int_eq(pipe(second), 0);
	child_start(&child, child_idle, NULL);
	snapshot_take(s);
	close(second[0]);
	close(second[1]);
	for (int i = 0; i < 3; i++)
		snapshot_take(s);
	for (int i = 1; i <= 3; i++) {
		lent = lend_descriptor(child.pidfd, second[1]);
		ck_assert_int_ge(lent, 0);
		o = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(lent));
		ck_assert_int_eq(o->level.number, i - 1);
		ck_assert_int_eq(write(lent, "x", 1), 1);
		close(lent);
		system_levels(s, NULL, 0);
		ck_assert_int_eq(o->level.number, i);
	}
	child_stop(&child);
}
END_TEST

START_TEST(another_holder_is_asked_when_the_first_went_away)
{
	struct system_object *o;
	struct child child[2];
	int second[2], index, first;
	uint64_t number;

	ck_assert_int_eq(pipe(second), 0);
	number = snapshot_inode(second[0]);
	ck_assert_int_eq(write(second[1], "abc", 3), 3);
	for (int i = 0; i < 2; i++)
		child_start(&child[i], child_idle, NULL);
	close(second[0]);
	close(second[1]);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_PIPE, number);
	/* The ends come by pid, and those of the lower are asked first. */
	first = child[0].pid < child[1].pid ? 0 : 1;
	kill(child[first].pid, SIGKILL);
	child_await_end(&child[first]);
	o->level = (struct system_reading){ 0 };
	index = (int)(o - s->object);
	system_levels(s, &index, 1);
	ck_assert(o->level.known);
	ck_assert_int_eq(o->level.number, 3);
	for (int i = 0; i < 2; i++)
		child_stop(&child[i]);
}
END_TEST

START_TEST(what_is_gone_has_no_level)
{
	int second[2], index;
	struct system_object *o;
	struct child child;

	ck_assert_int_eq(pipe(second), 0);
	child_start(&child, child_idle, NULL);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(second[0]));
	index = (int)(o - s->object);
	child_stop(&child);
	close(second[0]);
	close(second[1]);
	ck_assert_int_eq(pipe(second), 0); /* the same numbers lead elsewhere now */
	ck_assert_int_eq(write(second[1], "abc", 3), 3);
	system_levels(s, &index, 1);
	ck_assert(!o->level.known);
	ck_assert_ptr_nonnull(o->level.why);
	ck_assert(!o->full);
	close(second[0]);
	close(second[1]);
}
END_TEST

START_TEST(a_socket_has_a_level_for_each_side)
{
	struct system_object *o;
	char bytes[700] = "";
	int pair[2], index;
	bool first;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	ck_assert_int_eq(write(pair[0], bytes, sizeof bytes), sizeof bytes);
	ck_assert_int_eq(write(pair[1], bytes, 9), 9);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_UNIX, snapshot_inode(pair[0]));
	first = o->inode == snapshot_inode(pair[0]);
	ck_assert_int_eq(first ? o->level.number : o->level_b.number, 9);
	ck_assert_int_eq(first ? o->level_b.number : o->level.number, sizeof bytes);
	ck_assert(!o->full);
	while (write(pair[0], bytes, 1) > 0)
		;
	index = (int)(o - s->object);
	system_levels(s, &index, 1);
	ck_assert(o->full); /* with a few hundred bytes, each in a piece of memory of its own */
	ck_assert_int_lt(first ? o->level_b.number : o->level.number, 10000);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

START_TEST(of_datagrams_the_bytes_are_not_known)
{
	struct system_object *o;
	int pair[2];
	bool first;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	ck_assert_int_eq(write(pair[0], "abc", 3), 3);
	ck_assert_int_eq(write(pair[0], "defg", 4), 4);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_UNIX, snapshot_inode(pair[0]));
	first = o->inode == snapshot_inode(pair[0]);
	ck_assert((first ? o->level : o->level_b).known);
	ck_assert_int_eq((first ? o->level : o->level_b).number, 0);
	ck_assert(!(first ? o->level_b : o->level).known);
	ck_assert_ptr_nonnull((first ? o->level_b : o->level).why);
	close(pair[0]);
	close(pair[1]);
}
END_TEST

START_TEST(a_set_of_semaphores_has_no_single_value)
{
	int one = semget(IPC_PRIVATE, 1, 0600), two = semget(IPC_PRIVATE, 2, 0600);

	if (one < 0 || two < 0)
		unit_skip("no System V semaphores");
	snapshot_take(s);
	ck_assert(snapshot_object(s, SYSTEM_SEMAPHORES, (uint64_t)one)->level.known);
	ck_assert(!snapshot_object(s, SYSTEM_SEMAPHORES, (uint64_t)two)->level.known);
	semctl(one, 0, IPC_RMID);
	semctl(two, 0, IPC_RMID);
}
END_TEST

struct way { int in, out; };

static int splicing(void *data)
{
	const struct way *w = data;

	return (int)splice(w->in, NULL, w->out, NULL, 100, 0);
}

/* The kernel would have us wait for the splice, asleep so that no signal ends it; its own walk does not. */
START_TEST(a_pipe_that_a_splice_holds_is_not_asked)
{
	int sockets[2], own[2];
	const struct system_object *o;
	struct child child;
	struct way way;

	setenv("IPCSCOPE_BPF", "0", 1);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	ck_assert_int_eq(pipe(own), 0);
	way = (struct way){ sockets[0], own[1] };
	child_start(&child, splicing, &way);
	child_await_call(&child, SYS_splice, NULL);
	snapshot_take(s);
	o = snapshot_object(s, SYSTEM_PIPE, snapshot_inode(own[0]));
	ck_assert(!o->level.known);
	ck_assert_str_eq(o->level.why, "a splice that waits has the pipe locked");
	ck_assert(snapshot_object(s, SYSTEM_PIPE, inode)->level.known);
	child_stop(&child);
	for (int i = 0; i < 2; i++) {
		close(sockets[i]);
		close(own[i]);
	}
}
END_TEST

Suite *suite_system_level(void)
{
	Suite *suite = suite_create("system_level");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, a_pipes_level_and_limit);
	tcase_add_test(all, a_pipe_is_full_with_few_bytes);
	tcase_add_test(all, who_reads_without_waiting_is_known_of_what_was_read);
	tcase_add_test(all, some_are_read_and_the_others_stay);
	tcase_add_test(all, levels_without_a_scan_are_read);
	tcase_add_test(all, another_holder_is_asked_when_the_first_went_away);
	tcase_add_test(all, what_is_gone_has_no_level);
	tcase_add_test(all, a_pipe_that_a_splice_holds_is_not_asked);
	tcase_add_test(all, a_socket_has_a_level_for_each_side);
	tcase_add_test(all, of_datagrams_the_bytes_are_not_known);
	tcase_add_test(all, a_set_of_semaphores_has_no_single_value);
	suite_add_tcase(suite, all);
	return suite;
}

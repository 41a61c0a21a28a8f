/* SPDX-License-Identifier: MIT */
/* The words for objects: made worlds, each with the word that it must get, and a world in which
 * everything is well, of which nothing bad may be said. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/system.h"
#include "tests/probe/child.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

static int ends[4]; /* two pipes */

static void make_pipes(void)
{
	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(ends + 2, O_CLOEXEC), 0);
}

static void close_pipes(void)
{
	for (int i = 0; i < 4; i++)
		close(ends[i]);
}

/* Closes all but one or two of the ends. */
static void keep(int a, int b)
{
	for (int i = 0; i < 4; i++)
		if (i != a && i != b)
			close(ends[i]);
	alarm(120);
}

/* Takes snapshots until the object has this word; fails when it does not get it. */
static const struct system_object *await_word(struct system *s, enum system_kind kind, uint64_t inode, enum system_word word)
{
	const struct system_object *o;
	struct error e;
	int64_t deadline = 0;

	do {
		ck_assert_msg(system_take(s, NULL, 0, NULL, &e) == 0, "%s", e.text);
		o = snapshot_find(s, kind, inode);
	} while ((!o || o->word != word) && child_wait(&deadline));
	ck_assert_msg(o && o->word == word, "the word is %s: %s", o ? system_word(o->word) : "(not there)", o ? o->what : "");
	return o;
}

static int write_for_ever(void *unused)
{
	static char much[65536];

	(void)unused;
	keep(1, 1);
	while (write(ends[1], much, sizeof much) > 0)
		;
	return 0;
}

static int hold_reader(void *unused)
{
	(void)unused;
	keep(0, 0);
	return child_idle(NULL);
}

START_TEST(a_stopped_reader_is_stuck)
{
	struct system *s = system_new();
	const struct system_object *o;
	struct child writer, reader;
	uint64_t inode;
	char stopped[64];

	make_pipes();
	inode = snapshot_inode(ends[0]);
	child_start(&writer, write_for_ever, NULL);
	child_start(&reader, hold_reader, NULL);
	close_pipes();
	child_await_name(&reader, "pause", NULL);
	/* It may yet read. */
	o = await_word(s, SYSTEM_PIPE, inode, WORD_WAITING);
	ck_assert_int_eq(o->waiting, 1);
	kill(reader.pid, SIGSTOP);
	o = await_word(s, SYSTEM_PIPE, inode, WORD_STUCK);
	snprintf(stopped, sizeof stopped, "%d, which is stopped", (int)reader.pid);
	ck_assert_msg(strstr(o->what, stopped) && strstr(o->what, "to write"), "%s", o->what);
	kill(reader.pid, SIGCONT);
	await_word(s, SYSTEM_PIPE, inode, WORD_WAITING);
	child_stop(&writer);
	child_stop(&reader);
	system_free(s);
}
END_TEST

static int read_own(void *unused)
{
	char byte;

	(void)unused;
	keep(0, 1);
	return (int)read(ends[0], &byte, 1);
}

START_TEST(a_reader_alone_with_itself_is_a_leaked_end)
{
	struct system *s = system_new();
	const struct system_object *o;
	struct child c, other;
	uint64_t inode;

	make_pipes();
	inode = snapshot_inode(ends[0]);
	child_start(&c, read_own, NULL);
	child_start(&other, read_own, NULL);
	/* Somebody else who might write: this test. */
	child_await_name(&c, "read", NULL);
	child_await_name(&other, "read", NULL);
	await_word(s, SYSTEM_PIPE, inode, WORD_WAITING);
	close_pipes();
	o = await_word(s, SYSTEM_PIPE, inode, WORD_LEAKED);
	ck_assert_msg(strstr(o->what, "all who hold a write end read from it too"), "%s", o->what);
	child_stop(&other);
	await_word(s, SYSTEM_PIPE, inode, WORD_LEAKED);
	o = snapshot_find(s, SYSTEM_PIPE, inode);
	child_stop(&c);
	system_free(s);
}
END_TEST

static int read_other(void *first)
{
	char byte;
	bool one = first != NULL;

	keep(one ? 0 : 2, one ? 3 : 1);
	return (int)read(ends[one ? 0 : 2], &byte, 1);
}

START_TEST(two_that_wait_for_each_other_are_stuck)
{
	struct system *s = system_new();
	struct child a, b;
	uint64_t inodes[2];
	char yes;

	make_pipes();
	inodes[0] = snapshot_inode(ends[0]);
	inodes[1] = snapshot_inode(ends[2]);
	child_start(&a, read_other, &yes);
	child_start(&b, read_other, NULL);
	close_pipes();
	await_word(s, SYSTEM_PIPE, inodes[0], WORD_STUCK);
	await_word(s, SYSTEM_PIPE, inodes[1], WORD_STUCK);
	child_stop(&a);
	child_stop(&b);
	system_free(s);
}
END_TEST

static int pair[2];

static int read_from_peer(void *first)
{
	char byte;

	close(pair[first != NULL]);
	alarm(120);
	return (int)read(pair[first == NULL], &byte, 1);
}

/* Who reads from one side of a pair has no end of the other's that is left open by mistake. */
START_TEST(two_that_wait_for_each_other_at_a_pair_of_sockets_are_stuck)
{
	struct system *s = system_new();
	const struct system_object *o;
	struct child a, b;
	uint64_t inode;
	char yes;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	inode = snapshot_inode(pair[0]);
	child_start(&a, read_from_peer, &yes);
	child_start(&b, read_from_peer, NULL);
	close(pair[0]);
	close(pair[1]);
	o = await_word(s, SYSTEM_UNIX, inode, WORD_STUCK);
	ck_assert_int_eq(o->waiting, 2);
	child_stop(&a);
	child_stop(&b);
	system_free(s);
}
END_TEST

static int answer_for_ever(void *first)
{
	char byte = 0;
	bool one = first != NULL;

	keep(one ? 0 : 2, one ? 3 : 1);
	if (one && write(ends[3], &byte, 1) != 1)
		return 1;
	while (read(ends[one ? 0 : 2], &byte, 1) == 1 && write(ends[one ? 3 : 1], &byte, 1) == 1)
		;
	return 0;
}

/* At every moment one of them waits for the other, and at two moments they seem to do so both. */
START_TEST(question_and_answer_are_no_deadlock)
{
	enum { LOOKS = 300 };
	struct system *s = system_new();
	struct child a, b;
	uint64_t inode;
	char yes;

	make_pipes();
	inode = snapshot_inode(ends[0]);
	child_start(&a, answer_for_ever, &yes);
	child_start(&b, answer_for_ever, NULL);
	close_pipes();
	for (int i = 0; i < LOOKS; i++) {
		const struct system_object *o;

		ck_assert_int_eq(system_take(s, &a.pid, 1, NULL, NULL), 0);
		o = snapshot_object(s, SYSTEM_PIPE, inode);
		ck_assert_msg(o->word != WORD_STUCK && o->word != WORD_LEAKED, "look %d: %s", i, o->what);
	}
	child_stop(&a);
	child_stop(&b);
	system_free(s);
}
END_TEST

static int read_for_ever(void *unused)
{
	static char much[65536];

	(void)unused;
	keep(0, 0);
	while (read(ends[0], much, sizeof much) > 0)
		;
	return 0;
}

START_TEST(what_moves_flows)
{
	struct system *before = system_new(), *now = system_new();
	struct child writer, reader;
	const struct system_object *o = NULL;
	uint64_t inode;
	int64_t deadline = 0;

	make_pipes();
	inode = snapshot_inode(ends[0]);
	child_start(&writer, write_for_ever, NULL);
	child_start(&reader, read_for_ever, NULL);
	close_pipes();
	ck_assert_int_eq(system_take(now, NULL, 0, NULL, NULL), 0);
	do {
		struct system *swap = before;

		before = now;
		now = swap;
		ck_assert_int_eq(system_take(now, NULL, 0, before, NULL), 0);
		o = snapshot_object(now, SYSTEM_PIPE, inode);
		ck_assert_int_ne(o->word, WORD_STUCK);
	} while (o->word != WORD_FLOWING && child_wait(&deadline));
	ck_assert_int_eq(o->word, WORD_FLOWING);
	child_stop(&writer);
	child_stop(&reader);
	system_free(before);
	system_free(now);
}
END_TEST

static int make_segment(void *id)
{
	*(int *)id = shmget(IPC_PRIVATE, 4096, 0600);
	return *(int *)id < 0;
}

static int make_message(void *id)
{
	struct { long type; char c; } message = { 1, 'x' };

	*(int *)id = msgget(IPC_PRIVATE, 0600);
	return msgsnd(*(int *)id, &message, 1, 0);
}

START_TEST(what_nobody_is_left_to_use_is_orphaned)
{
	struct system *s = system_new();
	const struct system_object *o;
	struct child c;
	int place = shmget(IPC_PRIVATE, 4096, 0600), *id, segment, queue;
	void *here;

	ck_assert_int_ge(place, 0);
	id = shmat(place, NULL, 0);
	shmctl(place, IPC_RMID, NULL);
	ck_assert_ptr_ne(id, (void *)-1);
	child_start(&c, make_segment, id);
	child_reap(&c);
	child_stop(&c);
	segment = *id;
	child_start(&c, make_message, id);
	child_reap(&c);
	child_stop(&c);
	queue = *id;
	o = await_word(s, SYSTEM_SEGMENT, (uint64_t)segment, WORD_ORPHANED);
	ck_assert_msg(strstr(o->what, "is gone"), "%s", o->what);
	await_word(s, SYSTEM_QUEUE, (uint64_t)queue, WORD_ORPHANED);
	here = shmat(segment, NULL, 0);
	await_word(s, SYSTEM_SEGMENT, (uint64_t)segment, WORD_IDLE);
	shmdt(here);
	/* Now one who lives has used it last. */
	await_word(s, SYSTEM_SEGMENT, (uint64_t)segment, WORD_IDLE);
	shmctl(segment, IPC_RMID, NULL);
	msgctl(queue, IPC_RMID, NULL);
	shmdt(id);
	system_free(s);
}
END_TEST

START_TEST(what_needs_attention_comes_first)
{
	struct system *s = system_new();
	struct child c;
	int *order;

	make_pipes();
	child_start(&c, read_own, NULL);
	await_word(s, SYSTEM_PIPE, snapshot_inode(ends[0]), WORD_WAITING);
	order = system_order(s);
	for (size_t i = 1; i < s->n_objects; i++)
		ck_assert_int_le(s->object[order[i - 1]].word, s->object[order[i]].word);
	free(order);
	child_stop(&c);
	close_pipes();
	system_free(s);
}
END_TEST

START_TEST(since_stays_while_the_word_does)
{
	struct system *before = system_new(), *now = system_new();
	const struct system_object *o;
	struct child c;
	uint64_t inode;
	int64_t since;

	make_pipes();
	inode = snapshot_inode(ends[0]);
	child_start(&c, read_own, NULL);
	await_word(before, SYSTEM_PIPE, inode, WORD_WAITING);
	ck_assert_int_eq(system_take(before, NULL, 0, NULL, NULL), 0);
	ck_assert_int_eq(system_take(now, NULL, 0, before, NULL), 0);
	o = snapshot_object(now, SYSTEM_PIPE, inode);
	ck_assert_int_eq(o->word, WORD_WAITING);
	since = snapshot_object(before, SYSTEM_PIPE, inode)->since;
	/* Its sleep began before both; told from two looks, it may differ by the clocks' steps. */
	ck_assert_int_le(o->since, before->taken);
	ck_assert_int_le(llabs((long long)(o->since - since)), CLOCK_S);
	child_stop(&c);
	close_pipes();
	system_free(before);
	system_free(now);
}
END_TEST

Suite *suite_system_judge(void)
{
	Suite *s = suite_create("system_judge");
	TCase *t = tcase_create("system_judge");

	tcase_set_timeout(t, 100);
	tcase_add_test(t, a_stopped_reader_is_stuck);
	tcase_add_test(t, a_reader_alone_with_itself_is_a_leaked_end);
	tcase_add_test(t, two_that_wait_for_each_other_are_stuck);
	tcase_add_test(t, two_that_wait_for_each_other_at_a_pair_of_sockets_are_stuck);
	tcase_add_test(t, question_and_answer_are_no_deadlock);
	tcase_add_test(t, what_moves_flows);
	tcase_add_test(t, what_nobody_is_left_to_use_is_orphaned);
	tcase_add_test(t, what_needs_attention_comes_first);
	tcase_add_test(t, since_stays_while_the_word_does);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* System V semaphores of a real stage, beside what semctl(2) says, and what is undone when a process ends. */
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#include "tests/stage/objects.h"

union semctl_argument { int value; struct semid_ds *set; unsigned short *values; };

static int id_of(struct play *p, const char *name)
{
	return (int)play_object(p, name)->identity;
}

static int set_of(struct play *p, const char *name, int number, int op)
{
	return semctl(id_of(p, name), number, op);
}

START_TEST(a_set_is_as_semctl_says)
{
	struct play p;

	part_open(&p, "parent s = semget(IPC_PRIVATE, 3, 0600)\nparent semctl(s, 1, SETVAL, 5) = 0\nspawn a\n"
		      "spawn b\nspawn c\n"
		      "a semop(s, {0, -1}) ...\nb semop(s, {0, -2}) ...\nc semop(s, {1, 0}) ...\nsay waiting\n"
		      "parent semop(s, {0, 1}) = 0\na ... semop = 0\nsay one\n");
	for (int pass = 0; pass < 2; pass++) {
		part_is(&p, "s", "count", 3);
		for (int i = 0; i < 3; i++) {
			part_is_at(&p, "s", "value", i, set_of(&p, "s", i, GETVAL));
			part_is_at(&p, "s", "waiters", i, set_of(&p, "s", i, GETNCNT));
			part_is_at(&p, "s", "zero_waiters", i, set_of(&p, "s", i, GETZCNT));
		}
		part_is_at(&p, "s", "waiters", 0, 2 - pass);
		part_is_at(&p, "s", "zero_waiters", 1, 1);
		part_is_at(&p, "s", "value", 1, 5);
		if (!pass)
			part_next(&p);
	}
	part_says(&p, "s", "waiting", "b, c");
	ck_assert_str_eq(part_word_at(&p, "s", "last", 0), "a");
	ck_assert_int_eq(set_of(&p, "s", 0, GETPID), part_pid(&p, "a"));
	part_why(&p, "s", "last", 2);
	part_why(&p, "s", "value", 3);
	part_kill(&p, "b");
	part_is_at(&p, "s", "waiters", 0, 0);
	play_close(&p);
}
END_TEST

/* What was foretold is what the kernel gives back. */
START_TEST(undo_comes_true)
{
	struct play p;
	int64_t before[2], undo[2];

	part_open(&p, "parent s = semget(IPC_PRIVATE, 2, 0600)\nparent semctl(s, 0, SETVAL, 5) = 0\n"
		      "parent fork child\n"
		      "child semop(s, {0, -3, SEM_UNDO}, {1, 2, SEM_UNDO}) = 0\nchild semop(s, {0, -1}) = 0\n"
		      "parent semop(s, {0, -1, SEM_UNDO}) = 0\n"
		      "child semop(s, {0, 1, SEM_UNDO}) = 0\nsay held\n");
	for (int i = 0; i < 2; i++) {
		before[i] = set_of(&p, "s", i, GETVAL);
		undo[i] = part_number_at(&p, "s", "undo", i);
	}
	ck_assert_int_eq(undo[0], 3);
	ck_assert_int_eq(undo[1], -2);
	part_kill(&p, "child");
	part_is_at(&p, "s", "undo", 0, 1);
	part_is_at(&p, "s", "undo", 1, 0);
	ck_assert_int_eq(set_of(&p, "s", 0, GETVAL), before[0] + undo[0] - 1);
	ck_assert_int_eq(set_of(&p, "s", 1, GETVAL), before[1] + undo[1]);
	play_close(&p);
}
END_TEST

/* SETVAL takes away what would be undone to that semaphore, SETALL to all. */
START_TEST(setting_forgets_what_would_be_undone)
{
	struct play p;

	part_open(&p, "parent s = semget(IPC_PRIVATE, 2, 0600)\nparent semctl(s, 0, SETALL, 5) = 0\n"
		      "parent fork child\n"
		      "child semop(s, {0, -3, SEM_UNDO}, {1, -2, SEM_UNDO}) = 0\nsay held\n"
		      "parent semctl(s, 1, SETVAL, 7) = 0\nsay one\n"
		      "child semop(s, {1, -1, SEM_UNDO}) = 0\nsay again\nparent semctl(s, 0, SETALL, 1) = 0\n"
		      "say none\n");
	part_is_at(&p, "s", "undo", 0, 3);
	part_is_at(&p, "s", "undo", 1, 2);
	part_next(&p);
	part_is_at(&p, "s", "undo", 0, 3);
	part_is_at(&p, "s", "undo", 1, 0);
	part_next(&p);
	part_is_at(&p, "s", "undo", 1, 1);
	part_next(&p);
	part_is_at(&p, "s", "undo", 0, 0);
	part_is_at(&p, "s", "undo", 1, 0);
	part_kill(&p, "child");
	ck_assert_int_eq(set_of(&p, "s", 0, GETVAL), 1);
	ck_assert_int_eq(set_of(&p, "s", 1, GETVAL), 1);
	play_close(&p);
}
END_TEST

START_TEST(more_semaphores_than_are_shown)
{
	struct play p;

	part_open(&p, "parent s = semget(IPC_PRIVATE, 20, 0600)\nparent semctl(s, 19, SETVAL, 3) = 0\n"
		      "parent semop(s, {19, -1, SEM_UNDO}) = 0\nsay made\n");
	part_is(&p, "s", "count", 20);
	part_is_at(&p, "s", "value", 7, 0);
	ck_assert_str_ne(part_why(&p, "s", "value", 19), part_why(&p, "s", "value", 20));
	part_is_at(&p, "s", "undo", 19, 1);
	play_close(&p);
}
END_TEST

START_TEST(looking_at_a_set_changes_nothing)
{
	struct semid_ds before, after;
	union semctl_argument to = { .set = &before };
	struct play p;

	part_open(&p, "parent s = semget(IPC_PRIVATE, 1, 0600)\nspawn a\na semop(s, {0, -1}) ...\nsay waiting\n");
	ck_assert_int_eq(semctl(id_of(&p, "s"), 0, IPC_STAT, to), 0);
	part_look(&p, 100);
	to.set = &after;
	ck_assert_int_eq(semctl(id_of(&p, "s"), 0, IPC_STAT, to), 0);
	ck_assert_mem_eq(&before, &after, sizeof before);
	ck_assert_int_eq(set_of(&p, "s", 0, GETPID), 0);
	play_close(&p);
}
END_TEST

Suite *suite_objects_semaphores(void)
{
	Suite *s = suite_create("objects_semaphores");
	TCase *set = tcase_create("sets");

	tcase_add_test(set, a_set_is_as_semctl_says);
	tcase_add_test(set, undo_comes_true);
	tcase_add_test(set, setting_forgets_what_would_be_undone);
	tcase_add_test(set, more_semaphores_than_are_shown);
	tcase_add_test(set, looking_at_a_set_changes_nothing);
	suite_add_tcase(s, set);
	return s;
}

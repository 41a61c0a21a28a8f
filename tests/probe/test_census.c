/* SPDX-License-Identifier: MIT */
/* The census against processes we know, and its walks over made-up lists. */
#include "probe/census.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/unit.h"

START_TEST(it_is_available)
{
	struct error e = { 0 };

	ck_assert_msg(census_available(&e) == 0, "%s", e.text);
}
END_TEST

START_TEST(we_are_in_it)
{
	struct census c = { 0 };
	struct error e;
	const struct census_entry *self, *first;

	prctl(PR_SET_NAME, "a (b) c");
	ck_assert_msg(census_read(&c, &e) == 0, "%s", e.text);
	self = census_find(&c, getpid());
	ck_assert_ptr_nonnull(self);
	ck_assert_int_eq(self->pid, getpid());
	ck_assert_int_eq(self->parent, getppid());
	ck_assert_uint_eq(self->uid, geteuid());
	ck_assert_int_eq(self->state, 'R');
	ck_assert_uint_gt(self->start, 0);
	ck_assert_str_eq(self->name, "a (b) c");
	first = census_find(&c, 1);
	ck_assert(!first || first->start <= self->start);
	for (size_t i = 1; i < c.count; i++)
		ck_assert_int_lt(c.list[i - 1].pid, c.list[i].pid);
	census_free(&c);
	ck_assert_ptr_null(census_find(&c, getpid()));
}
END_TEST

START_TEST(a_child_comes_and_goes)
{
	struct census c = { 0 };
	struct child child;

	child_start(&child, child_idle, NULL);
	ck_assert_int_eq(census_read(&c, NULL), 0);
	ck_assert_ptr_nonnull(census_find(&c, child.pid));
	ck_assert_int_eq(census_find(&c, child.pid)->parent, getpid());
	kill(child.pid, SIGKILL);
	child_await_end(&child);
	ck_assert_int_eq(census_read(&c, NULL), 0);
	ck_assert_ptr_nonnull(census_find(&c, child.pid));
	ck_assert_int_eq(census_find(&c, child.pid)->state, 'Z');
	child_reap(&child);
	ck_assert_int_eq(census_read(&c, NULL), 0);
	ck_assert_ptr_null(census_find(&c, child.pid));
	child_stop(&child);
	census_free(&c);
}
END_TEST

/* For `run`: has a child of its own, and says so through a pipe. */
static int with_child(void *fd)
{
	if (child_fork_idle() < 0 || write(*(int *)fd, "x", 1) != 1)
		return 1;
	return child_idle(NULL);
}

START_TEST(descendants_are_found)
{
	struct census c = { 0 };
	struct child child;
	pid_t found[10];
	int end[2];
	char byte;

	ck_assert_int_eq(pipe(end), 0);
	child_start(&child, with_child, &end[1]);
	ck_assert_int_eq(read(end[0], &byte, 1), 1);
	ck_assert_int_eq(census_read(&c, NULL), 0);
	ck_assert_uint_eq(census_descendants(&c, getpid(), found, 10), 2);
	ck_assert_int_eq(found[0], child.pid);
	ck_assert_int_eq(census_find(&c, found[1])->parent, child.pid);
	ck_assert_uint_eq(census_descendants(&c, child.pid, found, 10), 1);
	ck_assert_uint_eq(census_descendants(&c, getpid(), found, 1), 1);
	ck_assert_uint_eq(census_descendants(&c, getpid(), found, 0), 0);
	child_stop(&child);
	census_free(&c);
	close(end[0]);
	close(end[1]);
}
END_TEST

START_TEST(no_family_tree_is_too_strange)
{
	/* 10 -> 5 -> 20 and 10 -> 30; 40 and 41 are each other's parent; 50 is its own;
	 * 60 was used twice. */
	struct census_entry list[] = {
		{ .pid = 5, .parent = 10 },  { .pid = 10, .parent = 1 },  { .pid = 20, .parent = 5 },
		{ .pid = 30, .parent = 10 }, { .pid = 40, .parent = 41 }, { .pid = 41, .parent = 40 },
		{ .pid = 50, .parent = 50 }, { .pid = 60, .parent = 59 }, { .pid = 60, .parent = 59 },
	};
	struct census c = { .list = list, .count = sizeof list / sizeof *list };
	pid_t found[10];

	ck_assert_uint_eq(census_descendants(&c, 10, found, 10), 3);
	ck_assert_int_eq(found[0], 5);
	ck_assert_int_eq(found[1], 30);
	ck_assert_int_eq(found[2], 20);
	ck_assert_uint_eq(census_descendants(&c, 1, found, 10), 4);
	ck_assert_uint_eq(census_descendants(&c, 1, found, 2), 2);
	ck_assert_uint_eq(census_descendants(&c, 40, found, 10), 1);
	ck_assert_uint_eq(census_descendants(&c, 50, found, 10), 0);
	ck_assert_uint_eq(census_descendants(&c, 59, found, 10), 1);
	ck_assert_uint_eq(census_descendants(&c, 99, found, 10), 0);
	ck_assert_int_eq(census_find(&c, 30)->parent, 10);
	ck_assert_ptr_null(census_find(&c, 31));
}
END_TEST

START_TEST(no_descriptor_stays_behind)
{
	struct census c = { 0 };
	int before, after;

	ck_assert_int_eq(census_read(&c, NULL), 0);
	before = dup(0);
	close(before);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(census_read(&c, NULL), 0);
	after = dup(0);
	close(after);
	ck_assert_int_eq(before, after);
	census_free(&c);
}
END_TEST

Suite *suite_census(void)
{
	Suite *suite = suite_create("census");
	TCase *tcase = tcase_create("census");

	tcase_add_test(tcase, it_is_available);
	tcase_add_test(tcase, we_are_in_it);
	tcase_add_test(tcase, a_child_comes_and_goes);
	tcase_add_test(tcase, descendants_are_found);
	tcase_add_test(tcase, no_family_tree_is_too_strange);
	tcase_add_test(tcase, no_descriptor_stays_behind);
	suite_add_tcase(suite, tcase);
	return suite;
}

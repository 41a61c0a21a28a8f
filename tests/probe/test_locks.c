/* SPDX-License-Identifier: MIT */
/* /proc/locks: its lines, and locks that children hold and wait for. */
#include "probe/locks.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

/* As Linux 6.18 wrote it. */
static const char text[] =
	"1: POSIX  ADVISORY  READ 5569 fe:00:11011562 50 EOF\n"
	"1: -> POSIX  ADVISORY  WRITE 5576 fe:00:11011562 60 60\n"
	"1:  -> POSIX  ADVISORY  WRITE 5577 fe:00:11011562 60 60\n"
	"1: -> POSIX  ADVISORY  WRITE 5578 fe:00:11011562 70 70\n"
	"2: OFDLCK ADVISORY  WRITE -1 fe:00:11011562 5 14\n"
	"3: FLOCK  ADVISORY  WRITE 5569 fe:00:11011562 0 EOF\n"
	"3: -> FLOCK  ADVISORY  READ 5578 fe:00:11011562 0 EOF\n"
	"4: LEASE  BREAKING  UNLCK 5569 fe:00:11011568 0 EOF\n"
	"4: -> LEASE  BREAKER   WRITE 5668 <none>:0 0 EOF\n";

START_TEST(lines_are_read)
{
	static const struct lock wanted[] = {
		{ 1, LOCK_POSIX, LOCK_FOR_READING, false, 5569, 0, 11011562, 50, -1, 0, -1 },
		{ 1, LOCK_POSIX, LOCK_FOR_WRITING, false, 5576, 0, 11011562, 60, 60, 1, 0 },
		{ 1, LOCK_POSIX, LOCK_FOR_WRITING, false, 5577, 0, 11011562, 60, 60, 2, 1 },
		{ 1, LOCK_POSIX, LOCK_FOR_WRITING, false, 5578, 0, 11011562, 70, 70, 1, 0 },
		{ 2, LOCK_OFD, LOCK_FOR_WRITING, false, -1, 0, 11011562, 5, 14, 0, -1 },
		{ 3, LOCK_FLOCK, LOCK_FOR_WRITING, false, 5569, 0, 11011562, 0, -1, 0, -1 },
		{ 3, LOCK_FLOCK, LOCK_FOR_READING, false, 5578, 0, 11011562, 0, -1, 1, 5 },
		{ 4, LOCK_LEASE, LOCK_FOR_NOTHING, true, 5569, 0, 11011568, 0, -1, 0, -1 },
		{ 4, LOCK_LEASE, LOCK_FOR_WRITING, false, 5668, 0, 0, 0, -1, 1, 7 },
	};
	struct locks l = { 0 };

	locks_parse(text, strlen(text), &l);
	ck_assert_uint_eq(l.count, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < l.count; i++) {
		const struct lock *a = &l.list[i], *b = &wanted[i];

		ck_assert_msg(a->number == b->number && a->kind == b->kind && a->access == b->access &&
			      a->breaking == b->breaking && a->pid == b->pid && a->inode == b->inode &&
			      a->start == b->start && a->end == b->end && a->depth == b->depth &&
			      a->waits_for == b->waits_for, "line %zu", i);
		ck_assert_uint_eq(a->device, b->inode ? makedev(0xfe, 0) : 0);
	}
	locks_free(&l);
}
END_TEST

/* So it is when the holder's PID namespace is not ours. */
START_TEST(a_waiter_may_stand_without_what_it_waits_for)
{
	static const char lone[] = "1: POSIX  ADVISORY  READ 5569 fe:00:11011562 50 EOF\n"
				   "2: -> POSIX  ADVISORY  WRITE 5576 fe:00:11011562 60 60\n";
	struct locks l = { 0 };

	locks_parse(lone, strlen(lone), &l);
	ck_assert_uint_eq(l.count, 2);
	ck_assert_int_eq(l.list[1].depth, 1);
	ck_assert_int_eq(l.list[1].waits_for, -1);
	locks_free(&l);
}
END_TEST

START_TEST(lines_without_sense_are_refused)
{
	static const char *const cases[] = {
		"", "1", "1:", "1: ", "1: ->", "1: POSIX", "1: POSIX ADVISORY", "1: POSIX ADVISORY READ",
		"1: POSIX ADVISORY READ 7", "1: POSIX ADVISORY READ 7 fe:00:1",
		"1: POSIX ADVISORY READ 7 fe:00:1 0", "x: POSIX ADVISORY READ 7 fe:00:1 0 EOF",
		"1: POSIX ADVISORY READ x fe:00:1 0 EOF", "1: POSIX ADVISORY READ -2 fe:00:1 0 EOF",
		"1: POSIX ADVISORY READ 7 fe:00 0 EOF", "1: POSIX ADVISORY READ 7 fe:00:1 -1 EOF",
		"1: POSIX ADVISORY READ 7 fe:00:1 0 -1", "1: POSIX ADVISORY READ 7 fe:00:1 0 EOF x",
		"1: POSIX ADVISORY SING 7 fe:00:1 0 EOF", "1: POSIX ADVISORY READ 7 none:0 0 EOF",
		"1: POSIX ADVISORY READ 99999999999 fe:00:1 0 EOF",
	};
	static const char good[] = "1: NEWISH ADVISORY READ 7 fe:00:1 0 EOF";
	struct lock lock;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(!lock_parse(cases[i], strlen(cases[i]), &lock), "%s", cases[i]);
	ck_assert(lock_parse(good, strlen(good), &lock));
	ck_assert_int_eq(lock.kind, LOCK_OTHER);
}
END_TEST

static void is_sane(const char *bytes, size_t length)
{
	struct locks l = { 0 };

	locks_parse(bytes, length, &l);
	for (size_t i = 0; i < l.count; i++) {
		ck_assert_int_lt(l.list[i].waits_for, (int)i);
		ck_assert_int_ge(l.list[i].waits_for, -1);
		ck_assert_int_ge(l.list[i].start, 0);
		ck_assert_int_ge(l.list[i].end, -1);
	}
	locks_free(&l);
}

START_TEST(any_bytes_are_borne)
{
	hostile_beginnings(text, strlen(text), is_sane);
	hostile_noise(text, strlen(text), is_sane);
}
END_TEST

static char path[80];

/* Opens the test's file anew. */
static int file(void)
{
	int fd;

	snprintf(path, sizeof path, "%s/file", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* The locks on the test's file, in order; the list is theirs alone afterwards. */
static void of_file(int fd, struct locks *l)
{
	struct stat st;
	size_t kept = 0;

	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(locks_read(l), 0);
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].inode == st.st_ino && l->list[i].device == st.st_dev) {
			if (l->list[i].waits_for >= 0)
				l->list[i].waits_for -= (int)(i - kept);
			l->list[kept++] = l->list[i];
		}
	l->count = kept;
}

static void must_see(int fd)
{
	struct locks l = { 0 };

	if (access("/proc/locks", R_OK) != 0)
		unit_skip("no /proc/locks");
	ck_assert_int_eq(flock(fd, LOCK_SH), 0);
	of_file(fd, &l);
	if (l.count == 0)
		unit_skip("the file system shows other numbers in /proc/locks than in stat");
	ck_assert_int_eq(flock(fd, LOCK_UN), 0);
	locks_free(&l);
}

struct wish {
	int fd, command;
	struct flock lock;
};

/* For `run`: takes the lock or waits for it, and holds it. */
static int take(void *arg)
{
	struct wish *w = arg;

	return fcntl(w->fd, w->command, &w->lock) || child_idle(NULL);
}

/* Waits until there are `count` locks on the file, of which the last one is at `depth`. */
static void await(int fd, struct locks *l, size_t count, int depth)
{
	int64_t deadline = 0;

	do
		of_file(fd, l);
	while ((l->count != count || (count && l->list[count - 1].depth != depth)) &&
	       child_wait(&deadline));
	ck_assert_uint_eq(l->count, count);
	ck_assert_int_eq(count ? l->list[count - 1].depth : depth, depth);
}

START_TEST(record_locks_and_their_waiters_are_seen)
{
	int fd = file();
	struct wish holder = { fd, F_SETLKW, { .l_type = F_WRLCK, .l_start = 10, .l_len = 5 } };
	struct wish waiter = { fd, F_SETLKW, { .l_type = F_RDLCK, .l_start = 12, .l_len = 0 } };
	struct flock asked = { .l_type = F_RDLCK, .l_start = 14, .l_len = 1 };
	struct locks l = { 0 };
	struct child a, b;

	must_see(fd);
	child_start(&a, take, &holder);
	await(fd, &l, 1, 0);
	child_start(&b, take, &waiter);
	await(fd, &l, 2, 1);
	ck_assert_int_eq(l.list[0].kind, LOCK_POSIX);
	ck_assert_int_eq(l.list[0].access, LOCK_FOR_WRITING);
	ck_assert_int_eq(l.list[0].pid, a.pid);
	ck_assert_int_eq(l.list[0].waits_for, -1);
	ck_assert_int_eq(l.list[1].access, LOCK_FOR_READING);
	ck_assert_int_eq(l.list[1].pid, b.pid);
	ck_assert_int_eq(l.list[1].start, 12);
	ck_assert_int_eq(l.list[1].end, -1);
	ck_assert_int_eq(l.list[1].waits_for, 0);
	/* The system's own answer to the same question. */
	ck_assert_int_eq(fcntl(fd, F_GETLK, &asked), 0);
	ck_assert_int_eq(asked.l_type, F_WRLCK);
	ck_assert_int_eq(asked.l_pid, l.list[0].pid);
	ck_assert_int_eq(asked.l_start, l.list[0].start);
	ck_assert_int_eq(asked.l_start + asked.l_len - 1, l.list[0].end);
	child_stop(&a);
	await(fd, &l, 1, 0);
	ck_assert_int_eq(l.list[0].pid, b.pid);
	child_stop(&b);
	await(fd, &l, 0, 0);
	locks_free(&l);
	close(fd);
}
END_TEST

START_TEST(locks_of_descriptions_are_told_apart)
{
	int fd = file();
	struct flock range = { .l_type = F_RDLCK, .l_start = 0, .l_len = 100 };
	struct locks l = { 0 };
	bool ofd = false, whole = false;

	must_see(fd);
	ck_assert_int_eq(fcntl(fd, F_OFD_SETLK, &range), 0);
	ck_assert_int_eq(flock(fd, LOCK_SH), 0);
	of_file(fd, &l);
	ck_assert_uint_eq(l.count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct lock *k = &l.list[i];

		ofd |= k->kind == LOCK_OFD && k->pid == -1 && k->start == 0 && k->end == 99;
		whole |= k->kind == LOCK_FLOCK && k->pid == getpid() && k->start == 0 && k->end == -1;
		ck_assert_int_eq(k->access, LOCK_FOR_READING);
	}
	ck_assert(ofd && whole);
	close(fd);
	fd = file();
	of_file(fd, &l);
	ck_assert_uint_eq(l.count, 0);
	close(fd);
	locks_free(&l);
}
END_TEST

Suite *suite_locks(void)
{
	Suite *suite = suite_create("locks");
	TCase *lines = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(lines, lines_are_read);
	tcase_add_test(lines, a_waiter_may_stand_without_what_it_waits_for);
	tcase_add_test(lines, lines_without_sense_are_refused);
	tcase_add_test(lines, any_bytes_are_borne);
	suite_add_tcase(suite, lines);
	folder_use(live);
	tcase_add_test(live, record_locks_and_their_waiters_are_seen);
	tcase_add_test(live, locks_of_descriptions_are_told_apart);
	suite_add_tcase(suite, live);
	return suite;
}

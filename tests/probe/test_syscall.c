/* SPDX-License-Identifier: MIT */
/* Parser of /proc/PID/syscall, on texts and on live processes. */
#include "probe/syscall.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

static const char reading[] = "0 0x3 0x7f0ccaa69000 0x20000 0x7f0ccaafab60 0xffffffff 0x0 "
			      "0x7ffcbfa18a68 0x7f0ccabe32ad\n";

START_TEST(a_call_is_read)
{
	struct syscall_state s;

	syscall_parse(reading, strlen(reading), &s);
	ck_assert_int_eq(s.where, SYSCALL_INSIDE);
	ck_assert_int_eq(s.number, 0);
	ck_assert_uint_eq(s.argument[0], 3);
	ck_assert_uint_eq(s.argument[1], 0x7f0ccaa69000);
	ck_assert_uint_eq(s.argument[2], 0x20000);
	ck_assert_uint_eq(s.argument[4], 0xffffffff);
	ck_assert_uint_eq(s.argument[5], 0);
	ck_assert_uint_eq(s.stack, 0x7ffcbfa18a68);
	ck_assert_uint_eq(s.counter, 0x7f0ccabe32ad);
	ck_assert_int_eq(s.error, 0);
}
END_TEST

START_TEST(other_states_are_told_apart)
{
	static const struct {
		const char *text;
		enum syscall_where where;
		int error;
	} cases[] = {
		{ "running\n", SYSCALL_RUNNING, 0 },
		{ "-1 0x7ffcbfa18a68 0x7f0ccabe32ad\n", SYSCALL_OUTSIDE, 0 },
		{ "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_INSIDE, 0 },
		{ "999 0x0 0x0 0x0 0x0 0x0 0xffffffffffffffff 0x0 0x0\n", SYSCALL_INSIDE, 0 },
		{ "", SYSCALL_UNKNOWN, EINVAL },
		{ "\n", SYSCALL_UNKNOWN, EINVAL },
		{ "running", SYSCALL_UNKNOWN, EINVAL },
		{ "running \n", SYSCALL_UNKNOWN, EINVAL },
		{ "running\n\n", SYSCALL_UNKNOWN, EINVAL },
		{ "-1 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "- 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "0 0x 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "0 3 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "0  0x3 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "0 0x3 0x0 0x0 0x0 0x0 0x0 0x0 0x10000000000000000\n", SYSCALL_UNKNOWN, EINVAL },
		{ "9999999999999999999999 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
		{ "0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n", SYSCALL_UNKNOWN, EINVAL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct syscall_state s;

		syscall_parse(cases[i].text, strlen(cases[i].text), &s);
		ck_assert_msg(s.where == cases[i].where && s.error == cases[i].error,
			      "number %zu: %d, error %d", i, (int)s.where, s.error);
	}
}
END_TEST

static void is_nonsense_or_whole(const char *text, size_t length)
{
	struct syscall_state s;

	syscall_parse(text, length, &s);
	ck_assert_int_eq(s.where, length == strlen(reading) ? SYSCALL_INSIDE : SYSCALL_UNKNOWN);
}

START_TEST(a_text_cut_short_tells_nothing_wrong)
{
	hostile_beginnings(reading, strlen(reading), is_nonsense_or_whole);
}
END_TEST

static void is_sane(const char *text, size_t length)
{
	struct syscall_state s;

	syscall_parse(text, length, &s);
	ck_assert_int_eq(s.error, s.where == SYSCALL_UNKNOWN ? EINVAL : 0);
	ck_assert(s.where == SYSCALL_INSIDE ? s.number >= 0 : s.number < 0);
}

START_TEST(any_bytes_are_borne)
{
	hostile_noise(reading, strlen(reading), is_sane);
	hostile_noise("running\n", 8, is_sane);
}
END_TEST

START_TEST(the_same_sleep_is_known_by_all_numbers)
{
	struct syscall_state a, b;

	syscall_parse(reading, strlen(reading), &a);
	b = a;
	ck_assert(syscall_same(&a, &b));
	b.argument[5]++;
	ck_assert(!syscall_same(&a, &b));
	b = a;
	b.stack++;
	ck_assert(!syscall_same(&a, &b));
	b = a;
	b.counter++;
	ck_assert(!syscall_same(&a, &b));
	b = a;
	b.number++;
	ck_assert(!syscall_same(&a, &b));
	syscall_parse("running\n", 8, &a);
	ck_assert(!syscall_same(&a, &a));
	syscall_parse("", 0, &a);
	ck_assert(!syscall_same(&a, &a));
}
END_TEST

START_TEST(calls_have_names)
{
	bool descriptor;

	ck_assert_str_eq(syscall_name(SYS_read), "read");
	ck_assert_int_eq(syscall_arguments(SYS_read, &descriptor), 3);
	ck_assert(descriptor);
	ck_assert_str_eq(syscall_name(SYS_openat), "openat");
	ck_assert_int_eq(syscall_arguments(SYS_openat, &descriptor), 3);
	ck_assert(!descriptor);
	ck_assert_str_eq(syscall_name(SYS_clock_nanosleep), "clock_nanosleep");
	ck_assert_str_eq(syscall_name(SYS_rt_sigsuspend), "sigsuspend");
	ck_assert_ptr_null(syscall_name(SYS_getpid));
	ck_assert_ptr_null(syscall_name(-1));
	ck_assert_int_eq(syscall_arguments(-1, &descriptor), 0);
	ck_assert(!descriptor);
	for (long number = -10; number < 10000; number++) {
		const char *name = syscall_name(number);
		int arguments = syscall_arguments(number, &descriptor);

		ck_assert(arguments >= 0 && arguments <= 6);
		ck_assert(name || arguments == 0);
		ck_assert(!descriptor || arguments > 0);
		ck_assert(!name || name[0]);
	}
}
END_TEST

static int read_pipe(void *arg)
{
	char buf[77];

	return read(*(int *)arg, buf, sizeof buf) == 0 ? 0 : 1;
}

START_TEST(a_child_in_read_is_seen_there)
{
	struct syscall_state first, second;
	struct child c;
	int end[2];

	if (!child_shows_calls())
		unit_skip("/proc/PID/syscall cannot be read here");
	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, read_pipe, &end[0]);
	child_await_call(&c, SYS_read, &first);
	ck_assert_uint_eq(first.argument[0], (unsigned)end[0]);
	ck_assert_uint_eq(first.argument[2], 77);
	syscall_read(c.procdir, &second);
	ck_assert(syscall_same(&first, &second));
	kill(c.pid, SIGKILL);
	child_reap(&c);
	syscall_read(c.procdir, &second);
	ck_assert_int_eq(second.where, SYSCALL_UNKNOWN);
	ck_assert_msg(second.error == ESRCH || second.error == ENOENT, "%d", second.error);
	child_stop(&c);
	close(end[0]);
	close(end[1]);
}
END_TEST

/* Not even the owner's reader may look behind a change of user. */
START_TEST(what_is_not_permitted_is_unknown)
{
	struct syscall_state s;
	struct child c;
	int fd[2];

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	ck_assert_int_eq(pipe(fd), 0);
	child_start(&c, child_idle, NULL);
	if (fork() == 0) {
		if (setgid(65534) || setuid(65534))
			_exit(1);
		syscall_read(c.procdir, &s);
		_exit(write(fd[1], &s, sizeof s) != sizeof s);
	}
	close(fd[1]);
	ck_assert_int_eq(read(fd[0], &s, sizeof s), sizeof s);
	ck_assert_int_eq(s.where, SYSCALL_UNKNOWN);
	ck_assert_msg(s.error == EACCES || s.error == EPERM, "%d", s.error);
	close(fd[0]);
	child_stop(&c);
}
END_TEST

Suite *suite_syscall(void)
{
	Suite *suite = suite_create("syscall");
	TCase *text = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(text, a_call_is_read);
	tcase_add_test(text, other_states_are_told_apart);
	tcase_add_test(text, a_text_cut_short_tells_nothing_wrong);
	tcase_add_test(text, any_bytes_are_borne);
	tcase_add_test(text, the_same_sleep_is_known_by_all_numbers);
	tcase_add_test(text, calls_have_names);
	suite_add_tcase(suite, text);
	tcase_add_test(live, a_child_in_read_is_seen_there);
	tcase_add_test(live, what_is_not_permitted_is_unknown);
	suite_add_tcase(suite, live);
	return suite;
}

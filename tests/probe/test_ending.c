/* SPDX-License-Identifier: MIT */
/* How children ended, before and after they were reaped. */
#include "probe/ending.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

/* Linux 6.18, a zombie killed by signal 13. */
static const char zombie[] =
	"7652 (sl) Z (eep) Z 7646 7646 2752 0 -1 4194316 130 0 1 0 0 0 0 0 20 0 1 0 151119 0 0 "
	"18446744073709551615 0 0 0 0 0 0 0 6 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 13\n";

static int parse(const char *text, int *status)
{
	return ending_parse_stat(text, strlen(text), status);
}

START_TEST(a_zombies_line_tells_its_end)
{
	char text[400];
	int status = -1;

	ck_assert_int_eq(parse(zombie, &status), 0);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGPIPE);
	/* A field more, as a later kernel may have. */
	snprintf(text, sizeof text, "%.*s 4711\n", (int)strlen(zombie) - 1, zombie);
	ck_assert_int_eq(parse(text, &status), 0);
	ck_assert_int_eq(WTERMSIG(status), SIGPIPE);
}
END_TEST

START_TEST(hostile_names_do_not_deceive)
{
	static const char *const names[] = { "", ")", "(", ") Z 1", ") S 1 2 3", "a\nb", ")\n) R ", " ",
					     "\xff\xfe" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char text[400];
		int status = -1;

		snprintf(text, sizeof text, "1 (%s%s", names[i], strrchr(zombie, ')'));
		ck_assert_msg(parse(text, &status) == 0, "%s", names[i]);
		ck_assert_int_eq(status, 13);
		strrchr(text, ')')[2] = 'S';
		ck_assert_msg(parse(text, &status) == -EAGAIN, "%s", names[i]);
	}
}
END_TEST

START_TEST(nonsense_is_refused)
{
	static const char *const cases[] = {
		"", "\n", "1\n", "1 (x)\n", "1 (x) \n", "1 (x) Z\n", "1 (x) Z \n", "1 (x) Z 1 2 3\n",
		"1 (x) Q 1 2 3\n", "1 (x)Z 1 2\n", "Z Z Z Z\n",
	};
	char text[400];
	int status = -1;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(parse(cases[i], &status) == -EINVAL, "number %zu", i);
	snprintf(text, sizeof text, "%.*s5536\n", (int)strlen(zombie) - 1, zombie);
	ck_assert_int_eq(parse(text, &status), -EINVAL);
	snprintf(text, sizeof text, "%.*s-13\n", (int)strlen(zombie) - 3, zombie);
	ck_assert_int_eq(parse(text, &status), -EINVAL);
	ck_assert_int_eq(status, -1);
}
END_TEST

static void is_nonsense_or_whole(const char *text, size_t length)
{
	int status = -1;
	bool whole = length == strlen(zombie);

	ck_assert_int_eq(ending_parse_stat(text, length, &status), whole ? 0 : -EINVAL);
	ck_assert_int_eq(status, whole ? 13 : -1);
}

static void is_sane(const char *text, size_t length)
{
	int status = -1, result = ending_parse_stat(text, length, &status);

	ck_assert(result == 0 || result == -EAGAIN || result == -EINVAL);
	ck_assert(result == 0 ? status >= 0 && status <= 0xffff : status == -1);
}

START_TEST(any_line_is_borne)
{
	hostile_beginnings(zombie, strlen(zombie), is_nonsense_or_whole);
	hostile_noise(zombie, strlen(zombie), is_sane);
}
END_TEST

static int end_so(void *arg)
{
	int end = *(int *)arg;

	if (end < 0)
		raise(-end);
	return end;
}

/* Exit codes, and signals as negative numbers. Not those that write a core file. */
static const int ends[] = { 0, 1, 42, 255, -SIGPIPE, -SIGKILL, -SIGTERM, -SIGUSR1 };

enum { ENDS = sizeof ends / sizeof *ends };

START_TEST(a_zombie_tells_its_end)
{
	int end = ends[_i], status = -1;
	struct child c;

	child_start(&c, end_so, &end);
	child_await_end(&c);
	ck_assert_int_eq(ending_read(c.pidfd, c.procdir, &status), 0);
	ck_assert_int_eq(status, end < 0 ? -end : end << 8);
	status = -1;
	ck_assert_int_eq(ending_read(-1, c.procdir, &status), 0);
	ck_assert_int_eq(status, end < 0 ? -end : end << 8);
	ck_assert_int_eq(child_reap(&c), status);
	child_stop(&c);
}
END_TEST

START_TEST(a_reaped_child_still_tells_it)
{
	int end = ends[_i], status = -1, result, waited;
	struct child c;

	child_start(&c, end_so, &end);
	waited = child_reap(&c);
	ck_assert_int_eq(waited, end < 0 ? -end : end << 8);
	ck_assert_int_eq(ending_read(-1, c.procdir, &status), -ENODATA);
	ck_assert_int_eq(status, -1);
	result = ending_read(c.pidfd, c.procdir, &status);
	child_stop(&c);
	if (result == -ENODATA)
		unit_skip("a pidfd remembers no exit status here (before Linux 6.15)");
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(status, waited);
}
END_TEST

START_TEST(the_living_have_not_ended)
{
	struct child c;
	int status = -1;

	child_start(&c, child_idle, NULL);
	ck_assert_int_eq(ending_read(c.pidfd, c.procdir, &status), -EAGAIN);
	ck_assert_int_eq(ending_read(-1, c.procdir, &status), -EAGAIN);
	if (c.pidfd >= 0)
		ck_assert_int_eq(ending_read(c.pidfd, -1, &status), -EAGAIN);
	kill(c.pid, SIGSTOP);
	ck_assert_int_eq(waitpid(c.pid, NULL, WUNTRACED), c.pid);
	ck_assert_int_eq(ending_read(c.pidfd, c.procdir, &status), -EAGAIN);
	ck_assert_int_eq(ending_read(-1, c.procdir, &status), -EAGAIN);
	ck_assert_int_eq(status, -1);
	child_stop(&c);
	ck_assert_int_eq(ending_read(-1, -1, &status), -ENODATA);
}
END_TEST

/* The kernel shows exit code 0 to whoever may not know it: that must not pass for success. */
START_TEST(who_may_not_know_is_not_told_0)
{
	int end = 42, status;
	struct child c;
	pid_t stranger;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	child_start(&c, end_so, &end);
	child_await_end(&c);
	stranger = fork();
	ck_assert_int_ge(stranger, 0);
	if (stranger == 0) {
		if (setgid(65534) || setuid(65534))
			_exit(1);
		_exit(-ending_read(-1, c.procdir, &status));
	}
	ck_assert_int_eq(waitpid(stranger, &status, 0), stranger);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), ENODATA);
	child_stop(&c);
}
END_TEST

Suite *suite_ending(void)
{
	Suite *suite = suite_create("ending");
	TCase *text = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(text, a_zombies_line_tells_its_end);
	tcase_add_test(text, hostile_names_do_not_deceive);
	tcase_add_test(text, nonsense_is_refused);
	tcase_add_test(text, any_line_is_borne);
	suite_add_tcase(suite, text);
	tcase_add_loop_test(live, a_zombie_tells_its_end, 0, ENDS);
	tcase_add_loop_test(live, a_reaped_child_still_tells_it, 0, ENDS);
	tcase_add_test(live, the_living_have_not_ended);
	tcase_add_test(live, who_may_not_know_is_not_told_0);
	suite_add_tcase(suite, live);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* Parser of /proc/PID/status, on texts and on live processes. */
#include "probe/status.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

enum {
	ALL = STATUS_HAS_STATE | STATUS_HAS_SIGNALS | STATUS_HAS_SWITCHES | STATUS_HAS_PARENT,
};

/* Linux 6.18; the lines about memory left out but for two. */
static const char linux_6_18[] =
	"Name:\ta b:\\nc)\n"
	"Umask:\t0022\n"
	"State:\tS (sleeping)\n"
	"Tgid:\t7648\n"
	"Ngid:\t0\n"
	"Pid:\t7648\n"
	"PPid:\t7646\n"
	"TracerPid:\t12\n"
	"Uid:\t1000\t1001\t1002\t1003\n"
	"Gid:\t100\t100\t100\t100\n"
	"FDSize:\t256\n"
	"Groups:\t4 24 27 \n"
	"NSpid:\t7648\n"
	"Kthread:\t0\n"
	"VmPeak:\t    3060 kB\n"
	"untag_mask:\t0xffffffffffffffff\n"
	"Threads:\t1\n"
	"SigQ:\t3/96365\n"
	"SigPnd:\t0000000000000200\n"
	"ShdPnd:\t0000000000000800\n"
	"SigBlk:\t0000000000000a00\n"
	"SigIgn:\t0000000000001000\n"
	"SigCgt:\tfffffffe7ffbfeff\n"
	"CapInh:\t0000000000000000\n"
	"Cpus_allowed_list:\t0-1\n"
	"voluntary_ctxt_switches:\t875\n"
	"nonvoluntary_ctxt_switches:\t18446744073709551615\n";

static struct status full;

START_TEST(every_field_is_read)
{
	ck_assert_int_eq(status_parse(linux_6_18, strlen(linux_6_18), &full), 0);
	ck_assert_str_eq(full.name, "a b:\\nc)");
	ck_assert_int_eq(full.state, 'S');
	ck_assert_int_eq(full.parent, 7646);
	ck_assert_int_eq(full.tracer, 12);
	ck_assert_uint_eq(full.uid, 1001);
	ck_assert_uint_eq(full.queued, 3);
	ck_assert_uint_eq(full.queue_limit, 96365);
	ck_assert_uint_eq(full.pending_thread, 1u << (SIGUSR1 - 1));
	ck_assert_uint_eq(full.pending_process, 1u << (SIGUSR2 - 1));
	ck_assert_uint_eq(full.blocked, 0xa00);
	ck_assert_uint_eq(full.ignored, 1u << (SIGPIPE - 1));
	ck_assert_uint_eq(full.caught, UINT64_C(0xfffffffe7ffbfeff));
	ck_assert_uint_eq(full.voluntary, 875);
	ck_assert_uint_eq(full.involuntary, UINT64_MAX);
	ck_assert_uint_eq(full.has, ALL);
}
END_TEST

/* What a part of the text tells is what the whole tells, or nothing. */
static void is_part_of_full(const char *text, size_t length)
{
	struct status s;
	int result = status_parse(text, length, &s);

	ck_assert_int_eq(result, s.has & STATUS_HAS_STATE ? 0 : -1);
	ck_assert(s.name[0] == '\0' || strcmp(s.name, full.name) == 0);
	ck_assert(s.state == 0 || s.state == full.state);
	ck_assert(s.parent == 0 || s.parent == full.parent);
	ck_assert(s.uid == 0 || s.uid == full.uid);
	ck_assert(s.queue_limit == 0 || s.queue_limit == full.queue_limit);
	ck_assert(s.pending_thread == 0 || s.pending_thread == full.pending_thread);
	ck_assert(s.caught == 0 || s.caught == full.caught);
	ck_assert(s.voluntary == 0 || s.voluntary == full.voluntary);
	ck_assert(s.involuntary == 0 || s.involuntary == full.involuntary);
	ck_assert_uint_eq(s.has & STATUS_HAS_SWITCHES,
			  length == strlen(linux_6_18) ? STATUS_HAS_SWITCHES : 0);
}

START_TEST(a_text_cut_short_tells_nothing_wrong)
{
	ck_assert_int_eq(status_parse(linux_6_18, strlen(linux_6_18), &full), 0);
	hostile_beginnings(linux_6_18, strlen(linux_6_18), is_part_of_full);
}
END_TEST

START_TEST(malformed_fields_are_missing)
{
	static const struct {
		const char *text;
		unsigned has;
		int result;
	} cases[] = {
		{ "", 0, -1 },
		{ "\n\n\n", 0, -1 },
		{ "State:\n", 0, -1 },
		{ "State:\tQ (quite new)\n", 0, -1 },
		{ "state:\tS\n", 0, -1 },
		{ "XState:\tS\n", 0, -1 },
		{ "State:\tS", 0, -1 },
		{ "State:\tS\n", STATUS_HAS_STATE, 0 },
		{ "State:\tI (idle)\n", STATUS_HAS_STATE, 0 },
		{ "State:\tS\nPPid:\t-1\n", STATUS_HAS_STATE, 0 },
		{ "State:\tS\nPPid:\t1x\n", STATUS_HAS_STATE, 0 },
		{ "State:\tS\nPPid:\t99999999999999999999\n", STATUS_HAS_STATE, 0 },
		{ "State:\tS\nPPid:\t2147483648\n", STATUS_HAS_STATE, 0 },
		{ "State:\tS\nPPid:\t2147483647\n", STATUS_HAS_STATE | STATUS_HAS_PARENT, 0 },
		{ "PPid:\t5\n", STATUS_HAS_PARENT, -1 },
		{ "State:\tS\nvoluntary_ctxt_switches:\t1\n", STATUS_HAS_STATE, 0 },
		{ "voluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t18446744073709551616\n", 0,
		  -1 },
		{ "voluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t2\n",
		  STATUS_HAS_SWITCHES, -1 },
		{ "SigPnd:\t0\nShdPnd:\t0\nSigBlk:\t0\nSigIgn:\t0\nSigCgt:\t10000000000000000\n", 0,
		  -1 },
		{ "SigPnd:\t0\nShdPnd:\t0\nSigBlk:\t0\nSigIgn:\t0\nSigCgt:\tg\n", 0, -1 },
		{ "SigPnd:\t0\nShdPnd:\t0\nSigBlk:\t0\nSigIgn:\t0\nSigCgt:\tf\n",
		  STATUS_HAS_SIGNALS, -1 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct status s;

		ck_assert_msg(status_parse(cases[i].text, strlen(cases[i].text), &s) ==
				      cases[i].result, "result of number %zu", i);
		ck_assert_msg(s.has == cases[i].has, "number %zu has %#x", i, s.has);
	}
}
END_TEST

START_TEST(the_first_of_two_lines_counts)
{
	static const char text[] = "Name:\tx\nState:\tS\nState:\tR\nPPid:\t5\nPPid:\t6\n";
	struct status s;

	ck_assert_int_eq(status_parse(text, strlen(text), &s), 0);
	ck_assert_int_eq(s.state, 'S');
	ck_assert_int_eq(s.parent, 5);
}
END_TEST

START_TEST(a_long_name_is_cut)
{
	char text[300] = "Name:\t";
	struct status s;

	memset(text + 6, 'n', 200);
	strcpy(text + 206, "\nState:\tZ (zombie)\n");
	ck_assert_int_eq(status_parse(text, strlen(text), &s), 0);
	ck_assert_uint_eq(strlen(s.name), sizeof s.name - 1);
	ck_assert_int_eq(s.state, 'Z');
}
END_TEST

static void is_sane(const char *text, size_t length)
{
	struct status s;
	int result = status_parse(text, length, &s);

	ck_assert_ptr_nonnull(memchr(s.name, '\0', sizeof s.name));
	ck_assert_int_eq(result, s.state ? 0 : -1);
	ck_assert_int_ge(s.parent, 0);
}

START_TEST(any_bytes_are_borne)
{
	hostile_noise(linux_6_18, strlen(linux_6_18), is_sane);
}
END_TEST

/* Blocks SIGUSR1, has it pending, ignores SIGPIPE, catches SIGHUP. */
static void on_hangup(int number)
{
	(void)number;
}

static int with_signals(void *unused)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	kill(getpid(), SIGUSR1);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, on_hangup);
	return child_idle(unused);
}

START_TEST(a_live_child_shows_its_signals)
{
	struct child c;
	struct status s;
	int64_t deadline = 0;

	child_start(&c, with_signals, NULL);
	do
		ck_assert_int_eq(status_read(c.procdir, &s), 0);
	while ((s.state != 'S' || !s.pending_process || !(s.caught & 1u << (SIGHUP - 1))) &&
	       child_wait(&deadline));
	ck_assert_int_eq(s.state, 'S');
	ck_assert_int_eq(s.parent, getpid());
	ck_assert_uint_eq(s.uid, geteuid());
	ck_assert_uint_eq(s.blocked, 1u << (SIGUSR1 - 1));
	ck_assert_uint_eq(s.pending_thread, 1u << (SIGUSR1 - 1));
	ck_assert_uint_eq(s.pending_process, 1u << (SIGUSR1 - 1));
	ck_assert_uint_eq(s.ignored, 1u << (SIGPIPE - 1));
	ck_assert(s.caught & 1u << (SIGHUP - 1)); /* valgrind catches others, too */
	ck_assert_uint_gt(s.queue_limit, 0);
	ck_assert_uint_eq(s.has, ALL);
	kill(c.pid, SIGKILL);
	child_await_end(&c);
	ck_assert_int_eq(status_read(c.procdir, &s), 0);
	ck_assert_int_eq(s.state, 'Z');
	child_stop(&c);
}
END_TEST

START_TEST(a_dead_child_has_no_status)
{
	struct child c;
	struct status s;
	int error;

	child_start(&c, child_idle, NULL);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	error = status_read(c.procdir, &s);
	ck_assert_msg(error == -ESRCH || error == -ENOENT, "%d", error);
	ck_assert_uint_eq(s.has, 0);
	child_stop(&c);
}
END_TEST

Suite *suite_status(void)
{
	Suite *suite = suite_create("status");
	TCase *text = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(text, every_field_is_read);
	tcase_add_test(text, a_text_cut_short_tells_nothing_wrong);
	tcase_add_test(text, malformed_fields_are_missing);
	tcase_add_test(text, the_first_of_two_lines_counts);
	tcase_add_test(text, a_long_name_is_cut);
	tcase_add_test(text, any_bytes_are_borne);
	suite_add_tcase(suite, text);
	tcase_add_test(live, a_live_child_shows_its_signals);
	tcase_add_test(live, a_dead_child_has_no_status);
	suite_add_tcase(suite, live);
	return suite;
}

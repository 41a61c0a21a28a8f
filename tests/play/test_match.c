/* SPDX-License-Identifier: MIT */
/* What is wanted against what was: results, data in runs, endings, facts. */
#include "tests/unit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "call/call.h"
#include "play/match.h"
#include "script/parse.h"

static struct lesson *parsed(const char *line)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("test", line, strlen(line), &m);

	ck_assert_msg(m.count == 0, "%s: %s", line, m.count ? m.list[0].text : "");
	return l;
}

static bool matches(const char *call, const char *want, const struct outcome *out)
{
	struct finished f = { .sequence = 1, .call = call_find(call), .outcome = *out };
	char line[400];
	struct lesson *l;
	bool is;

	snprintf(line, sizeof line, "parent %s() = %s\n", call, want);
	l = parsed(line);
	is = match_result(NULL, "parent", &f, &l->step[0].want);
	lesson_free(l);
	return is;
}

static struct outcome data(const char *bytes, uint32_t length)
{
	struct outcome out = { .result = length, .data_length = length };

	memcpy(out.data, bytes, length < CALL_DATA_SHOWN ? length : CALL_DATA_SHOWN);
	for (uint32_t i = 0; i < length; out.n_runs++) {
		uint32_t begin = i;

		while (i < length && bytes[i] == bytes[begin])
			i++;
		if (out.n_runs < CALL_RUNS)
			out.runs[out.n_runs] = (struct data_run){ (uint8_t)bytes[begin], i - begin };
	}
	return out;
}

#define NUMBER(n) { .result = n }
#define ERROR(e) { .result = -1, .error = e }

static const struct { const char *call, *want; struct outcome out; bool yes; } results[] = {
	{ "write", "64K", NUMBER(65536), true }, { "write", "64K", NUMBER(65535), false },
	{ "write", "60K + 4096", NUMBER(65536), true }, { "write", "?", NUMBER(1), true }, { "write", "?", ERROR(EPIPE), true },
	{ "write", ">0", NUMBER(1), true }, { "write", ">0", NUMBER(0), false }, { "write", ">=0", NUMBER(0), true },
	{ "write", "<5", NUMBER(5), false }, { "write", ">0", ERROR(EPIPE), false },
	{ "write", "-1 EPIPE", ERROR(EPIPE), true }, { "write", "-1 EPIPE", ERROR(EAGAIN), false },
	{ "write", "-1 EPIPE", NUMBER(1), false }, { "write", "-1", ERROR(EPIPE), true }, { "write", "0", ERROR(EPIPE), false },
	{ "lseek", "-1", NUMBER(0), false },
	{ "pipe", "[3, 4]", { .n_values = 2, .values = { 3, 4 } }, true },
	{ "pipe", "[3, 4]", { .n_values = 2, .values = { 4, 3 } }, false },
	{ "pipe", "[3]", { .n_values = 2, .values = { 3, 4 } }, false }, { "pipe", "[3, 4]", ERROR(EMFILE), false },
	{ "ioctl", "0 [17]", { .n_values = 1, .values = { 17 } }, true },
	{ "ioctl", "0 [17]", { .n_values = 1, .values = { 16 } }, false }, { "ioctl", "0 [17]", NUMBER(0), false },
	{ "poll", "1 POLLIN|POLLHUP", { .result = 1, .n_values = 1, .values = { POLLIN | POLLHUP } }, true },
	{ "poll", "1 POLLIN", { .result = 1, .n_values = 1, .values = { POLLIN | POLLHUP } }, false },
	{ "poll", "1", { .result = 1, .n_values = 1, .values = { POLLIN } }, true },
	{ "stat", "0 {st_mode=S_IFIFO|0644, st_size=0}", { .n_values = 2, .values = { S_IFIFO | 0644, 0 } }, true },
	{ "stat", "0 {st_mode=S_IFIFO|0600, st_size=0}", { .n_values = 2, .values = { S_IFIFO | 0644, 0 } }, false },
	{ "wait", "5 exited with 3", { .result = 5, .n_values = 1, .values = { 3 << 8 } }, true },
	{ "wait", "5 exited with 4", { .result = 5, .n_values = 1, .values = { 3 << 8 } }, false },
	{ "wait", "5 killed by SIGPIPE", { .result = 5, .n_values = 1, .values = { SIGPIPE } }, true },
	{ "wait", "5 killed by SIGPIPE", { .result = 5, .n_values = 1, .values = { SIGTERM } }, false },
	{ "wait", "6 killed by SIGPIPE", { .result = 5, .n_values = 1, .values = { SIGPIPE } }, false },
	{ "wait", "5 killed by SIGPIPE", NUMBER(5), false },
};

START_TEST(results_match)
{
	ck_assert_msg(matches(results[_i].call, results[_i].want, &results[_i].out) == results[_i].yes, "%s = %s", results[_i].call,
		      results[_i].want);
}
END_TEST

START_TEST(data_matches)
{
	static const struct { const char *want; bool yes; } rows[] = {
		{ "200", true }, { "200 \"a\"*150 \"b\"*50", true }, { "200 \"a\"*149 \"b\"*51", false }, { "200 \"a\"*150 \"b\"*49", false },
		{ "200 \"a\"*150 \"b\"*51", false }, { "200 \"a\"*200", false }, { "200 \"aaaaa\"*30 \"b\"*50", true },
		{ "200 \"a\"*10...", true }, { "200 \"b\"...", false }, { "200 \"a\"*150 \"bc\"...", false }, { "199 \"a\"*150 \"b\"*50", false },
	};
	char bytes[200];
	struct outcome out;

	memset(bytes, 'a', sizeof bytes);
	memset(bytes + 150, 'b', 50);
	out = data(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_msg(matches("read", rows[i].want, &out) == rows[i].yes, "%s", rows[i].want);
	out = data("hello", 5);
	ck_assert(matches("read", "5 \"hello\"", &out));
	ck_assert(matches("read", "5 \"he\" \"llo\"", &out));
	ck_assert(!matches("read", "5 \"hellO\"", &out));
	ck_assert(!matches("read", "5 \"hello!\"", &out));
	ck_assert(!matches("read", "5 \"hell\"", &out));
	out = (struct outcome){ .result = 0 };
	ck_assert(matches("read", "0", &out));
	ck_assert(!matches("read", "0 \"x\"", &out));
}
END_TEST

/* So many runs that only the beginning is told: it is compared, and the length. */
START_TEST(wild_data_matches_by_its_beginning)
{
	char bytes[200], want[400];
	struct outcome out;

	for (int i = 0; i < 200; i++)
		bytes[i] = (char)('a' + i % 26);
	out = data(bytes, sizeof bytes);
	snprintf(want, sizeof want, "200 \"%.200s\"", bytes);
	ck_assert(matches("read", want, &out));
	snprintf(want, sizeof want, "200 \"%.199s\"", bytes);
	ck_assert(!matches("read", want, &out));
	snprintf(want, sizeof want, "200 \"%.40s\"...", bytes);
	ck_assert(matches("read", want, &out));
	snprintf(want, sizeof want, "200 \"b%.199s\"", bytes + 1);
	ck_assert(!matches("read", want, &out));
}
END_TEST

/* A count that would take ages is no reason to hang. */
START_TEST(a_huge_count_ends)
{
	struct outcome out = data("aaaa", 4);

	ck_assert(!matches("read", "4 \"a\"*9000000000000000000", &out));
	ck_assert(!matches("read", "4 \"\"*9000000000000000000 \"b\"", &out));
}
END_TEST

static bool died(const char *want, int status)
{
	char line[100];
	struct lesson *l;
	bool is;

	snprintf(line, sizeof line, "parent write(4, 1) %s\n", want);
	l = parsed(line);
	is = match_died(&l->step[0].want, status);
	lesson_free(l);
	return is;
}

START_TEST(death_in_a_call)
{
	ck_assert(died("= ?", SIGKILL));
	ck_assert(died("", SIGKILL));
	ck_assert(died("= -1 EPIPE", SIGPIPE));
	ck_assert(!died("= -1 EPIPE", SIGKILL));
	ck_assert(!died("= -1 EPIPE", 0));
	ck_assert(!died("= -1 EAGAIN", SIGPIPE));
	ck_assert(!died("= 1", SIGPIPE));
}
END_TEST

/* ---- facts -------------------------------------------------------------------------------------- */

static struct picture_process process = { .name = "w", .pid = 4711, .state = PROCESS_BLOCKED, .call_name = "write",
					  .signals_known = true, .pending = 1u << (SIGUSR1 - 1), .output = "a\"b\n" };
static struct picture_process ended = { .name = "e", .state = PROCESS_ZOMBIE, .ending = "killed by SIGPIPE",
					.wait_status = SIGPIPE, .signals_why = "the process has ended" };
static struct picture_object pipe_object = { .name = "p", .bytes = { .known = true, .number = 65535 },
					     .slots = { .why = "data is on the move" } };

static const struct { const char *fact, *actual; bool yes; } facts[] = {
	{ "p.bytes == 65535", "p.bytes is 65535", true }, { "p.bytes == 64K - 1", "p.bytes is 65535", true },
	{ "p.bytes == 64K", "p.bytes is 65535", false }, { "p.bytes < 64K", "p.bytes is 65535", true },
	{ "p.bytes >= 64K", "p.bytes is 65535", false }, { "p.bytes != 64K", "p.bytes is 65535", true },
	{ "p.bytes != 65535", "p.bytes is 65535", false }, { "p.bytes > 0", "p.bytes is 65535", true },
	{ "p.bytes <= 65535", "p.bytes is 65535", true },
	/* What is not known holds nothing, not even that it differs. */
	{ "p.slots == 0", "p.slots is ?: data is on the move", false }, { "p.slots != 16", "p.slots is ?: data is on the move", false },
	{ "e.pending == 0", "e.pending is ?: the process has ended", false },
	{ "w blocked", "w is blocked in write", true }, { "w blocked in write", "w is blocked in write", true },
	{ "w blocked in read", "w is blocked in write", false }, { "w ready", "w is blocked in write", false },
	{ "e ended", "e is zombie, killed by SIGPIPE", true }, { "e zombie", "e is zombie, killed by SIGPIPE", true },
	{ "e killed by SIGPIPE", "e is zombie, killed by SIGPIPE", true }, { "e killed by SIGTERM", "e is zombie, killed by SIGPIPE", false },
	{ "e exited with 0", "e is zombie, killed by SIGPIPE", false }, { "w exited with 0", "w is blocked in write", false },
	{ "w.state == blocked", "w.state is blocked", true }, { "w.state != blocked", "w.state is blocked", false },
	{ "w.state == ready", "w.state is blocked", false }, { "w.pending == SIGUSR1", "w.pending is SIGUSR1", true },
	{ "w.pending == 0", "w.pending is SIGUSR1", false }, { "w.pending != SIGUSR2", "w.pending is SIGUSR1", true },
	{ "w.pending == SIGUSR1|SIGUSR2", "w.pending is SIGUSR1", false }, { "w.pid == 4711", "w.pid is 4711", true },
	{ "w.output == \"a\\\"b\\n\"", "w.output is \"a\\\"b\\n\"", true }, { "w.output == \"a\"", "w.output is \"a\\\"b\\n\"", false },
	{ "x.bytes == 1", "there is no x.bytes", false }, { "x ready", "there is no process x", false },
	{ "p.messages == 1", "there is no p.messages", false },
};

START_TEST(facts_match)
{
	struct picture_process both[2] = { process, ended };
	struct picture picture = { .process = both, .n_processes = 2, .object = &pipe_object, .n_objects = 1 };
	struct text actual = { 0 };
	char line[200];
	struct lesson *l;

	snprintf(line, sizeof line, "expect %s\n", facts[_i].fact);
	l = parsed(line);
	ck_assert_msg(match_fact(NULL, &picture, &l->step[0].fact[0], &actual) == facts[_i].yes, "%s: %s", facts[_i].fact,
		      text_string(&actual));
	ck_assert_str_eq(text_string(&actual), facts[_i].actual);
	text_free(&actual);
	lesson_free(l);
}
END_TEST

Suite *suite_match(void)
{
	Suite *s = suite_create("match");
	TCase *t = tcase_create("results");

	tcase_add_loop_test(t, results_match, 0, sizeof results / sizeof *results);
	tcase_add_test(t, data_matches);
	tcase_add_test(t, wild_data_matches_by_its_beginning);
	tcase_add_test(t, a_huge_count_ends);
	tcase_add_test(t, death_in_a_call);
	suite_add_tcase(s, t);
	t = tcase_create("facts");
	tcase_add_loop_test(t, facts_match, 0, sizeof facts / sizeof *facts);
	suite_add_tcase(s, t);
	return s;
}

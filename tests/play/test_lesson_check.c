/* SPDX-License-Identifier: MIT */
/* Each mistake of meaning that a lesson can have: found before anything runs, at its place, with
 * what would be right. Mistakes of form are tests/script's. */
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "play/check.h"
#include "play/needs.h"
#include "script/parse.h"

/* `told`: "LINE:COLUMN text (hint)" for each, in order, a newline behind each. */
static const struct { const char *text, *told; } kinds[] = {
	{ "parent raed(3, 4)\n", "1:8 there is no call raed (did you mean read?)\n" },
	{ "parent frobnicate()\n", "1:8 there is no call frobnicate\n" },
	{ "parent p = pipe()\nparent read(p.r)\n", "2:8 read takes 2 arguments, not 1 (read(fd, count))\n" },
	{ "parent pipe(1)\n", "1:8 pipe takes 0 arguments, not 1 (pipe())\n" },
	{ "parent open(\"f\")\n", "1:8 open takes 2 arguments, not 1 (open(path, flags, mode?))\n" },
	{ "parent fork()\n", "1:8 fork is written without brackets: parent fork child\n" },
	{ "writer pipe()\n", "1:1 there is no process writer\n" },
	{ "spawn writer\nwirter pipe()\n", "2:1 there is no process wirter (did you mean writer?)\n" },
	{ "parent p = pipe()\np close(3)\n", "2:1 p is no process\n" },
	{ "parent read(p.r, 1)\nparent p = pipe()\n", "1:13 nothing is called p\n" },
	{ "parent pq = pipe()\nparent read(pp.r, 1)\n", "2:13 nothing is called pp (did you mean pq?)\n" },
	{ "parent close(fd)\n", "1:14 nothing is called fd\n" },
	{ "parent open(\"f\", O_RDONYL)\n", "1:18 nothing is called O_RDONYL (did you mean O_RDONLY?)\n" },
	{ "parent open(f, O_RDONLY)\n", "1:13 path must be a text (write it in quotes: \"f\")\n" },
	{ "parent close(\"3\")\n", "1:14 fd is no text\n" },
	{ "parent p = pipe()\nparent read(p.r, \"4\")\n", "2:18 count is no text\n" },
	{ "parent p = pipe()\nparent read(p.x, 1)\n", "2:13 p has no end x (its ends are p.r and p.w)\n" },
	{ "parent s = socketpair(AF_UNIX, SOCK_STREAM)\nparent read(s.r, 1)\n", "2:13 s has no end r (its ends are s.a and s.b)\n" },
	{ "parent f = open(\"f\", O_RDONLY)\nparent read(f.r, 1)\n", "2:13 f is no pipe, FIFO or pair: it has no ends\n" },
	{ "parent p = pipe()\nparent read(p.r, 1) ...\nparent close(p.w)\n",
	  "3:1 parent is blocked in read (it takes its next call after: parent ... read = RESULT)\n" },
	{ "parent p = pipe()\nparent read(p.r, 1) ...\nparent fork c\n",
	  "3:1 parent is blocked in read (it takes its next call after: parent ... read = RESULT)\n" },
	{ "parent ... read = 1\n", "1:12 parent is not blocked in a call (a call that must block is written: PROCESS CALL ...)\n" },
	{ "parent p = pipe()\nparent read(p.r, 1) ...\nparent ... write = 1\n", "3:12 parent is blocked in read, not in write\n" },
	{ "parent pipe() ...\n", "1:8 pipe never blocks\n" },
	{ "parent _exit(0)\nparent pipe()\n", "2:1 parent has ended\n" },
	{ "parent fork c\nc +++ killed by SIGKILL +++\nc pipe()\n", "3:1 c has ended\n" },
	{ "spawn x = sleep 1\nx pipe()\n", "2:1 x is a real program: it can be watched, not told what to do\n" },
	{ "parent exec sleep 1\nparent pipe()\n", "2:1 parent is a real program: it can be watched, not told what to do\n" },
	{ "parent p = pipe()\nparent repeat write(p.w, 1)\nparent close(p.w)\n", "3:1 parent repeats a call (tell it to stop first)\n" },
	{ "spawn a\nspawn a\n", "2:7 there is a process a already\n" },
	{ "spawn a\nparent fork a\n", "2:13 there is a process a already\n" },
	{ "spawn a\nparent a = pipe()\n", "2:8 a is a process already\n" },
	{ "parent p = pipe()\nexpect p.bites == 1\n", "2:8 there is no fact bites (did you mean bytes?)\n" },
	{ "expect parent.bytes == 1\n", "1:8 parent is a process and has no bytes\n" },
	{ "expect q.bytes == 1\n", "1:8 nothing is called q\n" },
	{ "parent p = pipe()\nexpect p blocked\n", "2:8 p is no process\n" },
	{ "expect parent blokced\n", "1:15 'blokced' is no state of a process (a process is ready, running, blocked, stopped, zombie or ended)\n" },
	{ "expect parent blocked in raed\n", "1:8 there is no call raed (did you mean read?)\n" },
	{ "parent close(3) = -1 EBADFF\n", "1:19 there is no error EBADFF (did you mean EBADF?)\n" },
	{ "parent --- SIGUSR3 ---\n", "1:1 there is no signal SIGUSR3 (did you mean SIGUSR1?)\n" },
	{ "other --- SIGUSR1 ---\n", "1:1 there is no process other\n" },
	{ "parent kill(nobody, SIGTERM)\n", "1:13 nothing is called nobody\n" },
	{ "parent close(3) = x\n", "1:19 nothing is called x\n" },
	{ "needs mqeue\nparent pipe()\n", "1:7 nothing is known of mqeue (did you mean mqueue?)\n" },
	{ "needs rot\nparent pipe()\n", "1:7 nothing is known of rot (did you mean root?)\n" },
	{ "other stop\n", "1:1 there is no process other\n" },
	{ "other +++ exited with 0 +++\n", "1:1 there is no process other\n" },
	{ "other exec sleep 1\n", "1:1 there is no process other\n" },
	{ "parent read(0, {1})\n", "1:16 count is one value, without braces\n" },
	{ "parent open({\"f\", 1}, O_RDONLY)\n", "1:13 path is one value, without braces\n" },
	{ "parent fcntl(0, F_GETFL, {1, 2})\n", "1:26 arg takes 3 values in its braces, not 2 ({type, start, length})\n" },
	{ "parent fcntl(0, F_GETFL, {1, 2, 3, 4})\n", "1:26 arg takes 3 values in its braces, not 4 ({type, start, length})\n" },
	{ "parent fcntl(0, F_GETFL, {1, \"2\", x})\n", "1:30 start is no text\n1:35 nothing is called x\n" },
	{ "parent pipe() = [?, x]\n", "1:21 nothing is called x\n" },
	{ "host a\nspawn a\n", "2:7 there is a process a already\n" },
	/* Every one is reported, not the first alone. */
	{ "parent raed(3, 4)\nwriter close(3)\nexpect parent.bites == 1\n",
	  "1:8 there is no call raed (did you mean read?)\n2:1 there is no process writer\n3:8 there is no fact bites (did you mean bytes?)\n" },
};

static void check_text(const char *text, struct text *told)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("test", text, strlen(text), &m);

	check_lesson(l, &m);
	mistakes_sort(&m);
	for (size_t i = 0; i < m.count; i++) {
		text_addf(told, "%d:%d %s", m.list[i].place.line, m.list[i].place.column, m.list[i].text);
		if (m.list[i].hint)
			text_addf(told, " (%s)", m.list[i].hint);
		text_add(told, "\n");
	}
	mistakes_free(&m);
	lesson_free(l);
}

START_TEST(mistake_is_told)
{
	struct text told = { 0 };

	check_text(kinds[_i].text, &told);
	ck_assert_msg(!strcmp(text_string(&told), kinds[_i].told), "\n%sinstead of\n%sin\n%s", text_string(&told),
		      kinds[_i].told, kinds[_i].text);
	text_free(&told);
}
END_TEST

static const char *const right[] = {
	"parent p = pipe()\nparent read(p.r, 1) ...\nparent ... read = 1\nparent close(p.r)\n",
	"parent p = pipe()\nparent repeat write(p.w, 1)\nparent stop\nparent close(p.w)\n",
	"parent p = pipe()\nparent repeat write(p.w, 1) 3 times\nexpect parent ready\nparent close(p.w)\n",
	"parent mkfifo(\"dir/f\", 0600)\nexpect f.readers == 0\nparent read(f.r, 1)\n",
	"parent fork c\nc _exit(0)\nparent wait() = c exited with 0\nparent fork c\nc pipe()\n",
	"parent waitpid(ANY, WNOHANG)\nparent sigaction(SIGPIPE, ignore)\nparent sigprocmask(SIG_BLOCK, SIGUSR1|SIGUSR2)\n",
	"expect parent.state == ready, parent.sigpipe == default, parent.ending == \"\"\n",
	"spawn x = cat\nexpect x blocked in clock_nanosleep\n",
	"parent fd = dup(0)\nparent close(fd)\nparent close(fd + 1)\n",
	"parent kill(parent, SIGRTMIN+2)\n",
	"parent fcntl(0, F_GETFL, {F_WRLCK, 0, 10})\n",
	"parent p = pipe() = [?, ?]\n",
	"host a\na fork b\nb pipe()\n",
};

START_TEST(what_is_right_is_left_alone)
{
	struct text told = { 0 };

	check_text(right[_i], &told);
	ck_assert_msg(told.length == 0, "%s\n%s", text_string(&told), right[_i]);
	text_free(&told);
}
END_TEST

START_TEST(needs_are_asked)
{
	static const struct { const char *text; bool root; } rows[] = { { "needs root\n", true }, { "needs user\n", false } };

	for (int i = 0; i < 2; i++) {
		struct mistakes m = { 0 };
		struct lesson *l = parse_lesson("test", rows[i].text, strlen(rows[i].text), &m);
		const char *need = NULL, *why = NULL;
		bool there = needs_met(l, &need, &why);

		ck_assert_int_eq(there, (geteuid() == 0) == rows[i].root);
		if (!there) {
			ck_assert_ptr_nonnull(strstr(rows[i].text, need));
			ck_assert(why && why[0]);
		}
		mistakes_free(&m);
		lesson_free(l);
	}
}
END_TEST

/* Whatever the lines of all these lessons become when bytes change, are lost or come twice. */
START_TEST(hostile_lessons_are_checked)
{
	unsigned seed = (unsigned)time(NULL) + (unsigned)_i;

	for (int i = 0; i < 1500; i++) {
		struct text t = { 0 }, told = { 0 };

		for (int k = rand_r(&seed) % 4; k >= 0; k--) {
			const char *from = kinds[(size_t)rand_r(&seed) % (sizeof kinds / sizeof *kinds)].text;

			for (const char *s = from; *s; s++) {
				int chance = rand_r(&seed) % 60;

				if (chance == 0)
					continue;
				if (chance == 1)
					text_addf(&t, "%c", 1 + rand_r(&seed) % 127);
				text_add_bytes(&t, s, 1);
			}
		}
		check_text(text_string(&t), &told);
		text_free(&t);
		text_free(&told);
	}
}
END_TEST

Suite *suite_lesson_check(void)
{
	Suite *s = suite_create("lesson_check");
	TCase *t = tcase_create("mistakes");

	tcase_add_loop_test(t, mistake_is_told, 0, sizeof kinds / sizeof *kinds);
	tcase_add_loop_test(t, what_is_right_is_left_alone, 0, sizeof right / sizeof *right);
	tcase_add_test(t, needs_are_asked);
	tcase_add_loop_test(t, hostile_lessons_are_checked, 0, 4);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* What a row of the System tab puts on the stage: whom, what, and what is said of the rest. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/system_fixture.h"
#include "ui/watching.h"

static struct machine m;
static struct watching w;

static void watch_object(int object)
{
	watching_of(&w, &m.s, &(struct system_row){ .object = object, .process = -1, .end = -1 });
}

static void watch_process(int process)
{
	watching_of(&w, &m.s, &(struct system_row){ .object = -1, .process = process, .end = -1 });
}

/* "tar gzip". */
static const char *processes(void)
{
	static char names[200];

	names[0] = '\0';
	for (int i = 0; i < w.n_processes; i++)
		snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", i ? " " : "", w.process[i].name);
	return names;
}

/* With pids in their order, as a snapshot has them. */
static void make_machine(void)
{
	system_fixture(&m);
	for (int i = 0; i < FIXTURE_PROCESSES; i++)
		m.process[i].pid = 700 + i;
}

START_TEST(an_object)
{
	make_machine();
	watch_object(FULL_PIPE);
	ck_assert_str_eq(w.where, "pipe:[27408]");
	ck_assert_str_eq(processes(), "tar gzip");
	ck_assert_int_eq(w.n_objects, 1); /* what tar reads from somebody else is not between the two */
	ck_assert_int_eq(w.object[0].kind, OBJECT_PIPE);
	ck_assert_str_eq(w.note, "");
}
END_TEST

/* What else is between them comes along, and who may have it too is told. */
START_TEST(what_is_between)
{
	make_machine();
	watch_object(CONNECTION);
	ck_assert_str_eq(processes(), "app db");
	ck_assert_int_eq(w.n_objects, 2);
	ck_assert_int_eq(w.object[0].kind, OBJECT_SOCKET);
	ck_assert_int_eq(w.object[1].kind, OBJECT_SEGMENT);
	ck_assert_str_eq(w.object[1].name, "shared memory 8");
	ck_assert(!w.object[0].others && w.object[1].others);
	watch_object(PICTURES);
	ck_assert_msg(strstr(w.note, "Others may have it. 2 of 6 processes could not be looked into") != NULL, "%s", w.note);
}
END_TEST

/* A log that both write to is nothing between them, nor the terminal that both run in. */
START_TEST(only_in_common)
{
	int a, b, pipe, log, terminal;

	machine_init(&m);
	a = machine_process(&m, 1000, "a", 'S', 0);
	b = machine_process(&m, 1001, "b", 'S', 0);
	pipe = machine_object(&m, SYSTEM_PIPE, "pipe:[1]", 0, 65536, WORD_IDLE);
	machine_end(&m, a, pipe, 1, 'w', 0);
	log = machine_object(&m, SYSTEM_PIPE, "pipe:[2]", 0, 65536, WORD_IDLE);
	machine_end(&m, a, log, 2, 'w', 0);
	terminal = machine_object(&m, SYSTEM_TERMINAL, "/dev/pts/3", -1, 0, WORD_IDLE);
	machine_end(&m, a, terminal, 0, 'b', 'b');
	m.process[a].n_ends = 3;
	m.process[b].first_end = 3;
	m.process[b].n_ends = 3;
	for (int i = 0; i < 3; i++) {
		m.end[3 + i] = m.end[i];
		m.end[3 + i].process = b;
	}
	m.end[3].access = 'r';
	m.s.n_ends = 6;
	for (int i = 0; i < 3; i++) {
		m.by_object[2 * i] = i;
		m.by_object[2 * i + 1] = 3 + i;
		m.object[i].first_end = 2 * i;
		m.object[i].n_ends = 2;
	}
	watch_object(pipe);
	ck_assert_str_eq(processes(), "a b");
	ck_assert_int_eq(w.n_objects, 1);
	watch_object(terminal); /* which was chosen itself; the pipe is between the two */
	ck_assert_int_eq(w.n_objects, 2);
	ck_assert_int_eq(w.object[0].kind, OBJECT_TERMINAL);
	ck_assert_str_eq(w.object[0].name, "pts/3");
	watch_process(a); /* its terminal comes last */
	ck_assert_int_eq(w.n_objects, 3);
	ck_assert_int_eq(w.object[2].kind, OBJECT_TERMINAL);
}
END_TEST

START_TEST(a_process)
{
	make_machine();
	watch_process(APP);
	ck_assert_str_eq(w.where, "app 703");
	ck_assert_str_eq(processes(), "app db tar");
	ck_assert_int_eq(w.n_objects, 3);
}
END_TEST

/* The only reader comes among the first. */
START_TEST(very_many)
{
	enum { WRITERS = 9 };
	int pipe, reader;

	machine_init(&m);
	for (int i = 0; i < WRITERS; i++)
		machine_process(&m, 1000 + i, "writer", 'S', 0);
	reader = machine_process(&m, 2000, "reader", 'S', 0);
	pipe = machine_object(&m, SYSTEM_PIPE, "pipe:[1]", 0, 65536, WORD_IDLE);
	for (int i = 0; i <= WRITERS; i++) {
		machine_end(&m, i, pipe, 1, i == reader ? 'r' : 'w', 0);
		m.process[i].first_end = i;
		m.process[i].n_ends = 1;
	}
	watch_object(pipe);
	ck_assert_int_eq(w.n_processes, WRITERS + 1);
	ck_assert_str_eq(w.process[1].name, "reader");
}
END_TEST

/* Not emptiness, but why there is nothing. */
START_TEST(hidden)
{
	make_machine();
	m.process[JOB].visible = false;
	m.process[JOB].why = "not permitted: needs the same user, or root";
	watch_process(JOB);
	ck_assert_str_eq(w.note, "What job 705 has open is not known: not permitted: needs the same user, or root.");
	m.object[IDLE_PIPE].n_ends = 0;
	watch_object(IDLE_PIPE);
	ck_assert_str_eq(w.note, "No process has it.");
}
END_TEST

/* Every kind has its picture. */
START_TEST(kinds)
{
	static const struct { enum system_kind kind; enum object_kind shown; const char *name, *called; } kind[] = {
		{ SYSTEM_PIPE, OBJECT_PIPE, "pipe:[7]", "pipe:[7]" }, { SYSTEM_FIFO, OBJECT_FIFO, "/tmp/log", "log" },
		{ SYSTEM_UNIX, OBJECT_SOCKET, "@x", "@x" }, { SYSTEM_UDP, OBJECT_SOCKET, "127.0.0.1:7", "127.0.0.1:7" },
		{ SYSTEM_TCP, OBJECT_SOCKET, "127.0.0.1:80 - 127.0.0.1:4711", "127.0.0.1:80" },
		{ SYSTEM_TERMINAL, OBJECT_TERMINAL, "/dev/pts/3", "pts/3" },
		{ SYSTEM_TERMINAL, OBJECT_TERMINAL, "/dev/tty1", "tty1" },
		{ SYSTEM_EVENT, OBJECT_EVENT, "eventfd:[7]", "eventfd:[7]" }, { SYSTEM_MQUEUE, OBJECT_MQUEUE, "/q", "q" },
		{ SYSTEM_QUEUE, OBJECT_QUEUE, "queue 4711", "queue 4711" },
		{ SYSTEM_SEMAPHORES, OBJECT_SEMAPHORES, "sem 4711", "semaphores 4711" },
		{ SYSTEM_MEMORY, OBJECT_MEMORY, "/m", "m" }, { SYSTEM_SEMAPHORE, OBJECT_SEMAPHORE, "/s", "s" },
		{ SYSTEM_FILE, OBJECT_FILE, "/tmp/a", "a" },
	};

	for (size_t i = 0; i < sizeof kind / sizeof *kind; i++) {
		machine_init(&m);
		watch_object(machine_object(&m, kind[i].kind, kind[i].name, 0, 0, WORD_IDLE));
		ck_assert_int_eq(w.n_objects, 1);
		ck_assert_int_eq(w.object[0].kind, kind[i].shown);
		ck_assert_str_eq(w.object[0].name, kind[i].called);
	}
}
END_TEST

Suite *suite_watching(void)
{
	Suite *suite = suite_create("watching");
	TCase *tc = tcase_create("watching");

	tcase_add_test(tc, an_object);
	tcase_add_test(tc, what_is_between);
	tcase_add_test(tc, only_in_common);
	tcase_add_test(tc, a_process);
	tcase_add_test(tc, very_many);
	tcase_add_test(tc, hidden);
	tcase_add_test(tc, kinds);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* The table of facts, and the values it takes from a picture made by hand. */
#include "tests/unit.h"

#include <signal.h>
#include <string.h>

#include "stage/facts.h"

static struct picture_process processes[2];
static struct picture_object objects[5];
static struct picture picture = { .process = processes, .n_processes = 2, .object = objects, .n_objects = 5 };

static void make_picture(void)
{
	struct picture_process *w = &processes[0], *dead = &processes[1];

	memset(processes, 0, sizeof processes);
	memset(objects, 0, sizeof objects);
	strcpy(w->name, "writer");
	w->pid = 4711;
	w->state = PROCESS_BLOCKED;
	strcpy(w->call, "write(4, 1)");
	strcpy(w->call_name, "write");
	w->signals_known = true;
	w->pending = 1u << (SIGUSR1 - 1);
	w->blocked = 1u << (SIGUSR1 - 1) | 1u << (SIGUSR2 - 1);
	w->ignored = 1u << (SIGPIPE - 1);
	w->caught = 1u << (SIGTERM - 1);
	w->switches = 7;
	w->ends_known = true;
	w->n_ends = 2;
	w->ends_more = 1;
	w->stream_calls = 10;
	w->stream_bytes = 40960;
	w->stream_failed = 3;
	strcpy(w->output, "hi\n");
	strcpy(dead->name, "dead");
	dead->state = PROCESS_ENDED;
	strcpy(dead->ending, "killed by SIGPIPE");
	dead->wait_status = SIGPIPE;
	dead->signals_why = "the process has ended";
	dead->ends_why = "gone";
	strcpy(objects[0].name, "p");
	objects[0].bytes = (struct reading){ .known = true, .number = 65535 };
	objects[0].capacity = (struct reading){ .known = true, .number = 65536 };
	objects[0].slots = (struct reading){ .why = "poll says otherwise" };
	objects[0].slots_capacity = (struct reading){ .known = true, .number = 16 };
	objects[0].readers = (struct reading){ .known = true, .number = 1 };
	objects[0].writers = (struct reading){ .known = true, .number = 2 };
	strcpy(objects[1].name, "q");
	objects[1].kind = OBJECT_QUEUE;
	objects[1].queue.messages = (struct reading){ .known = true, .number = 2 };
	objects[1].queue.bytes = (struct reading){ .known = true, .number = 10 };
	objects[1].queue.limit = (struct reading){ .known = true, .number = 16384 };
	strcpy(objects[2].name, "m");
	objects[2].kind = OBJECT_SEGMENT;
	objects[2].memory.size = 4097;
	objects[2].sysv.segment.attached = 1;
	objects[2].sysv.segment.marked = true;
	strcpy(objects[3].name, "s");
	objects[3].kind = OBJECT_SEMAPHORES;
	objects[3].sysv.semaphores.count = 2;
	objects[3].semaphore[1].value = 5;
	objects[3].semaphore[1].waiting_increase = 4;
	strcpy(objects[4].name, "old");
	objects[4].kind = OBJECT_FIFO;
	objects[4].gone = true;
	objects[4].bytes = (struct reading){ .known = true, .number = 1 };
}

START_TEST(rows_are_whole)
{
	const struct fact *f;

	for (size_t i = 0; (f = fact_nth(i)); i++) {
		ck_assert(f->name && f->name[0]);
		ck_assert_msg(f->meaning && f->meaning[0], "%s has no meaning", f->name);
		ck_assert_msg(f->source && f->source[0], "%s has no source", f->name);
		ck_assert_msg(f->unit != NULL, "%s has no unit", f->name);
		ck_assert_msg(f->get != NULL, "%s cannot be read", f->name);
		ck_assert(fact_exists(f->name));
		ck_assert_ptr_nonnull(fact_exactness_word(f->exactness));
	}
	ck_assert_ptr_nonnull(fact_nth(10));
	ck_assert(!fact_exists("bites"));
	ck_assert_str_eq(fact_nearest("bites"), "bytes");
	ck_assert_ptr_null(fact_nearest("frobnication"));
}
END_TEST

START_TEST(a_name_is_unique_for_its_kind)
{
	const struct fact *f, *g;

	for (size_t i = 0; (f = fact_nth(i)); i++)
		for (size_t k = 0; k < i; k++) {
			g = fact_nth(k);
			if (!strcmp(f->name, g->name))
				ck_assert_msg(f->of != g->of && !(f->of & g->of), "%s stands twice for one kind", f->name);
		}
	ck_assert_ptr_ne(fact_of_object(OBJECT_PIPE, "bytes"), fact_of_object(OBJECT_QUEUE, "bytes"));
	ck_assert_ptr_null(fact_of_object(OBJECT_PIPE, "messages"));
	ck_assert_ptr_null(fact_of_object(OBJECT_PIPE, "state"));
	ck_assert_ptr_null(fact_of_process("bytes"));
	ck_assert_ptr_eq(fact_of_object(OBJECT_FIFO, "slots"), fact_of_object(OBJECT_PIPE, "slots"));
}
END_TEST

/* The design's names, which lessons and JSON rely on. */
START_TEST(promised_facts_are_there)
{
	static const char *const of_pipe[] = { "bytes", "capacity", "slots", "readers", "writers" };
	static const char *const of_process[] = { "state", "call", "pending", "blocked_signals", "ignored", "caught", "ending" };

	for (size_t i = 0; i < sizeof of_pipe / sizeof *of_pipe; i++) {
		ck_assert_msg(fact_of_object(OBJECT_PIPE, of_pipe[i]) != NULL, "no %s", of_pipe[i]);
		ck_assert_msg(fact_of_object(OBJECT_FIFO, of_pipe[i]) != NULL, "no %s", of_pipe[i]);
	}
	for (size_t i = 0; i < sizeof of_process / sizeof *of_process; i++)
		ck_assert_msg(fact_of_process(of_process[i]) != NULL, "no %s", of_process[i]);
}
END_TEST

#define BIT(s) (INT64_C(1) << ((s) - 1))

START_TEST(numbers_come_from_the_picture)
{
	static const struct { const char *subject, *name; int index; int64_t number; } rows[] = {
		{ "writer", "pid", 0, 4711 }, { "writer", "pending", 0, BIT(SIGUSR1) },
		{ "writer", "blocked_signals", 0, BIT(SIGUSR1) | BIT(SIGUSR2) }, { "writer", "ignored", 0, BIT(SIGPIPE) },
		{ "writer", "caught", 0, BIT(SIGTERM) }, { "writer", "descriptors", 0, 3 }, { "writer", "switches", 0, 7 },
		{ "writer", "calls", 0, 10 }, { "writer", "moved", 0, 40960 }, { "writer", "failed", 0, 3 },
		{ "p", "bytes", 0, 65535 }, { "p", "capacity", 0, 65536 }, { "p", "slots_capacity", 0, 16 },
		{ "p", "readers", 0, 1 }, { "p", "writers", 0, 2 }, { "p", "gone", 0, 0 }, { "q", "messages", 0, 2 },
		{ "q", "bytes", 0, 10 }, { "q", "limit", 0, 16384 }, { "m", "size", 0, 4097 }, { "m", "attached", 0, 1 },
		{ "m", "marked", 0, 1 }, { "s", "count", 0, 2 }, { "s", "value", 1, 5 }, { "s", "waiters", 1, 4 },
		{ "old", "gone", 0, 1 },
	};

	make_picture();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct fact *f = NULL;
		struct fact_value v;

		ck_assert_msg(fact_read(&picture, rows[i].subject, rows[i].name, rows[i].index, &f, &v), "no %s.%s",
			      rows[i].subject, rows[i].name);
		ck_assert_msg(v.known && v.number == rows[i].number, "%s.%s is %lld", rows[i].subject, rows[i].name,
			      (long long)v.number);
		ck_assert_str_eq(f->name, rows[i].name);
		ck_assert(f->type == FACT_NUMBER || f->type == FACT_SIGNALS);
	}
}
END_TEST

START_TEST(words_come_from_the_picture)
{
	static const struct { const char *subject, *name, *text; } rows[] = {
		{ "writer", "state", "blocked" }, { "writer", "call", "write" }, { "writer", "sigpipe", "ignored" },
		{ "writer", "output", "hi\n" }, { "dead", "state", "ended" }, { "dead", "ending", "killed by SIGPIPE" },
	};

	make_picture();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct fact *f;
		struct fact_value v;

		ck_assert(fact_read(&picture, rows[i].subject, rows[i].name, 0, &f, &v));
		ck_assert(v.known);
		ck_assert_str_eq(v.text, rows[i].text);
	}
	processes[0].ignored = 0;
	processes[0].caught = BIT(SIGPIPE);
	for (int k = 0; k < 2; k++) {
		const struct fact *f;
		struct fact_value v;

		ck_assert(fact_read(&picture, "writer", "sigpipe", 0, &f, &v));
		ck_assert_str_eq(v.text, k ? "default" : "caught");
		processes[0].caught = 0;
	}
}
END_TEST

/* What could not be read is ? with a reason, never 0. */
START_TEST(unknown_has_a_reason)
{
	static const struct { const char *subject, *name; int index; } rows[] = {
		{ "p", "slots", 0 }, { "dead", "pending", 0 }, { "dead", "sigpipe", 0 }, { "dead", "switches", 0 },
		{ "dead", "descriptors", 0 }, { "old", "bytes", 0 }, { "old", "readers", 0 }, { "s", "value", 2 },
		{ "s", "value", -1 }, { "s", "waiters", 8 },
	};

	make_picture();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct fact *f;
		struct fact_value v;

		ck_assert(fact_read(&picture, rows[i].subject, rows[i].name, rows[i].index, &f, &v));
		ck_assert_msg(!v.known, "%s.%s is known", rows[i].subject, rows[i].name);
		ck_assert_msg(v.why && v.why[0], "%s.%s has no reason", rows[i].subject, rows[i].name);
	}
}
END_TEST

START_TEST(nobody_has_no_facts)
{
	const struct fact *f;
	struct fact_value v;

	make_picture();
	ck_assert(!fact_read(&picture, "nobody", "state", 0, &f, &v));
	ck_assert(!fact_read(&picture, "writer", "bytes", 0, &f, &v));
	ck_assert(!fact_read(&picture, "p", "messages", 0, &f, &v));
	ck_assert(!fact_read(&picture, "p", "", 0, &f, &v));
}
END_TEST

Suite *suite_facts(void)
{
	Suite *s = suite_create("facts");
	TCase *t = tcase_create("table");

	tcase_add_test(t, rows_are_whole);
	tcase_add_test(t, a_name_is_unique_for_its_kind);
	tcase_add_test(t, promised_facts_are_there);
	suite_add_tcase(s, t);
	t = tcase_create("values");
	tcase_add_test(t, numbers_come_from_the_picture);
	tcase_add_test(t, words_come_from_the_picture);
	tcase_add_test(t, unknown_has_a_reason);
	tcase_add_test(t, nobody_has_no_facts);
	suite_add_tcase(s, t);
	return s;
}

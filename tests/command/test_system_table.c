/* SPDX-License-Identifier: MIT */
/* The table and the JSON of a snapshot, made by hand. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"
#include "command/system_json.h"
#include "command/system_table.h"
#include "command/users.h"
#include "tests/command/machine.h"
#include "tests/unit.h"

static const struct paper roomy = { 100, true }, ascii = { 100, false };

/* A full pipe with a stopped reader, a FIFO without a writer, a joined socket, memory of two, an idle pipe. */
static void make(struct machine *m)
{
	int tar, gzip, cat, app, db, o;

	machine_init(m);
	tar = machine_process(m, 812, "tar", 'S', 1000);
	gzip = machine_process(m, 813, "gzip", 'T', 1000);
	cat = machine_process(m, 901, "cat", 'S', 1000);
	app = machine_process(m, 77, "app", 'R', 1000);
	db = machine_process(m, 90, "db", 'S', 1000);
	o = machine_object(m, SYSTEM_PIPE, "pipe:[27408]", 65536, 65536, WORD_STUCK);
	m->object[o].what = "tar 812 waits 4.2 s to write: gzip 813, which is stopped";
	m->object[o].since = m->s.taken - 42 * CLOCK_S / 10;
	machine_end(m, tar, o, 1, 'w', 0);
	machine_end(m, gzip, o, 0, 'r', 0);
	machine_wait(m, tar, o, WAIT_WRITE, 4 * CLOCK_S);
	o = machine_object(m, SYSTEM_FIFO, "/tmp/log", 0, 65536, WORD_WAITING);
	machine_end(m, cat, o, 3, 'r', 0);
	machine_wait(m, cat, o, WAIT_READ, 31 * CLOCK_S);
	o = machine_object(m, SYSTEM_UNIX, "@/run/x", 40960, 212992, WORD_FLOWING);
	m->object[o].inode_b = 5000;
	m->object[o].rate = (struct system_rate){ RATE_EXACT, 12 << 20, CLOCK_S, "counted" };
	machine_end(m, app, o, 5, 'b', 'b');
	machine_end(m, db, o, 6, 'b', 'a');
	o = machine_object(m, SYSTEM_PIPE, "pipe:[1]", 0, 65536, WORD_IDLE);
	machine_end(m, app, o, 7, 'w', 0);
}

static char *table(const struct machine *m, const struct paper *p, bool all)
{
	struct text t = { 0 };

	system_table(&t, p, &m->s, m->order, all);
	return text_take(&t);
}

START_TEST(rows_say_who_and_how_full)
{
	struct machine m;
	char *t;

	make(&m);
	t = table(&m, &roomy, false);
	ck_assert_str_eq(t,
		"OBJECT         LEVEL                WRITERS    READERS     STATE\n"
		"pipe:[27408]   ██████████ 64K/64K   tar 812 ■  gzip 813 T  STUCK 4.2 s\n"
		"  tar 812 waits 4.2 s to write: gzip 813, which is stopped\n"
		"FIFO /tmp/log  ░░░░░░░░░░ 0/64K     -          cat 901 ■   waiting 31 s\n"
		"unix @/run/x   █▉░░░░░░░░ 40K/208K  app 77     db 90       flowing 12MB/s\n"
		"1 idle one left out: --all shows it\n");
	free(t);
	t = table(&m, &ascii, true);
	ck_assert_ptr_nonnull(strstr(t, "pipe:[27408]   ########## 64K/64K   tar 812 #  gzip 813 T  STUCK 4.2 s\n"));
	ck_assert_ptr_nonnull(strstr(t, "pipe:[1] "));
	ck_assert_ptr_null(strstr(t, "left out"));
	free(t);
}
END_TEST

START_TEST(the_fuller_way_of_two_is_shown)
{
	struct machine m;
	char *t;

	make(&m);
	m.object[2].level_b = (struct system_reading){ true, 212992, NULL };
	m.object[2].limit_b = (struct system_reading){ true, 212992, NULL };
	t = table(&m, &ascii, false);
	ck_assert_ptr_nonnull(strstr(t, "########## 208K/208K  db 90      app 77 "));
	free(t);
}
END_TEST

START_TEST(a_bound_is_no_rate)
{
	static const struct { struct system_rate rate; const char *cell, *ascii; } cases[] = {
		{ { RATE_MODELLED, 6 << 20, CLOCK_S / 2, "s" }, "flowing 12MB/s\n", "flowing 12MB/s\n" },
		{ { RATE_AT_MOST, 12 << 20, CLOCK_S, "s" }, "flowing ≤12MB/s\n", "flowing <=12MB/s\n" },
		{ { RATE_AT_LEAST, 12 << 20, CLOCK_S, "s" }, "flowing ≥12MB/s\n", "flowing >=12MB/s\n" },
		{ { RATE_EXACT, 1, 100 * CLOCK_S, "s" }, "flowing <1B/s\n", "flowing <1B/s\n" },
		{ { RATE_UNKNOWN, 0, 0, "s" }, "flowing\n", "flowing\n" },
	};
	struct machine m;

	make(&m);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int k = 0; k < 2; k++) {
			char *t;

			m.object[2].rate = cases[i].rate;
			t = table(&m, k ? &ascii : &roomy, false);
			ck_assert_msg(strstr(t, k ? cases[i].ascii : cases[i].cell), "%s", t);
			free(t);
		}
}
END_TEST

START_TEST(what_is_not_known_is_a_question_mark)
{
	struct machine m;
	int o;
	char *t;

	machine_init(&m);
	o = machine_object(&m, SYSTEM_PIPE, "pipe:[9]", -1, 0, WORD_UNKNOWN);
	m.object[o].hidden = true;
	t = table(&m, &ascii, false);
	ck_assert_str_eq(t, "OBJECT    LEVEL  WRITERS  READERS  STATE\npipe:[9]  ?      ?        ?        ?\n");
	free(t);
}
END_TEST

START_TEST(those_who_wait_come_first)
{
	struct machine m;
	char *t;

	make(&m);
	m.s.n_ends = 0;
	m.object[0].n_ends = 0;
	machine_end(&m, 4, 0, 1, 'w', 0);
	machine_end(&m, 3, 0, 1, 'w', 0);
	machine_end(&m, 0, 0, 1, 'w', 0);
	machine_end(&m, 0, 0, 4, 'w', 0);
	machine_end(&m, 1, 0, 0, 'r', 0);
	m.s.n_objects = 1;
	t = table(&m, &ascii, false);
	ck_assert_ptr_nonnull(strstr(t, "tar 812 # +2  gzip 813 T"));
	free(t);
}
END_TEST

static void fits(const char *t, int width)
{
	for (; *t; t += strcspn(t, "\n") + 1) {
		char line[600];

		snprintf(line, sizeof line, "%.*s", (int)strcspn(t, "\n"), t);
		ck_assert_msg(width_text(line) <= width, "%d columns instead of %d: %s", width_text(line), width, line);
	}
}

START_TEST(hostile_names_are_harmless_and_fit)
{
	static const char evil[] = "\033[2J\n\t\"\\\xff\xe2\x80\xae管";
	struct machine m;

	make(&m);
	for (int i = 0; i < 5; i++)
		snprintf(m.process[i].name, SYSTEM_NAME, "%s%s", evil, evil);
	for (int i = 0; i < 4; i++) {
		memset(m.object[i].name, 'x', SYSTEM_TEXT - 1);
		memcpy(m.object[i].name, evil, sizeof evil - 1);
		m.object[i].what = evil;
	}
	for (int width = 60; width <= 200; width += 20)
		for (int utf8 = 0; utf8 < 2; utf8++) {
			char *t = table(&m, &(struct paper){ width, utf8 }, true);

			for (const char *c = t; *c; c++)
				ck_assert_msg(*c == '\n' || (unsigned char)*c >= ' ', "a control character reaches the terminal");
			ck_assert_ptr_null(strstr(t, "\xe2\x80\xae"));
			ck_assert_ptr_nonnull(strstr(t, "\\x1b[2J"));
			ck_assert_ptr_nonnull(strstr(t, " 812 ")); /* a number is not cut off with the name */
			fits(t, width);
			free(t);
		}
}
END_TEST

START_TEST(the_summary_says_what_was_not_visible)
{
	struct machine m;
	struct text t = { 0 };

	make(&m);
	m.s.hidden_processes = 17;
	m.s.hidden_why = "not permitted: needs the same user, or root";
	m.s.unlisted = true;
	system_table_summary(&t, &roomy, &m.s);
	ck_assert_str_eq(text_string(&t),
		"5 processes, 3 pipes, 1 socket, 0 System V\n"
		"17 processes could not be looked into: not permitted: needs the same user, or root\n"
		"processes of other users are not even listed: /proc is mounted with hidepid\n");
	text_free(&t);
}
END_TEST

START_TEST(waiters_without_an_end_are_users)
{
	struct machine m;
	struct users u = { 0 };
	struct waiters w;
	struct text t = { 0 };
	int o;

	make(&m);
	o = machine_object(&m, SYSTEM_SEMAPHORES, "sem 1", 0, 0, WORD_WAITING);
	m.object[o].sysv.semaphores.count = 1;
	m.thread[1].object = o;
	waiters_find(&w, &m.s);
	users_find(&u, &m.s, &w, o);
	users_add(&t, &ascii, &m.s, &u, USERS_WRITE | USERS_READ, 0, 80);
	ck_assert_str_eq(text_string(&t), "cat 901 #");
	users_free(&u);
	waiters_free(&w);
	text_free(&t);
}
END_TEST

/* Each line of the JSON, to be freed. */
static json_t *lines(const struct machine *m, bool all)
{
	json_t *list = json_array();
	char *text, *line, *rest;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	system_json(f, &m->s, m->order, all);
	fclose(f);
	rest = text;
	while ((line = strsep(&rest, "\n")) && *line) {
		json_error_t e;
		json_t *o = json_loads(line, 0, &e);

		ck_assert_msg(json_is_object(o), "%s: %s", e.text, line);
		json_array_append_new(list, o);
	}
	free(text);
	return list;
}

START_TEST(json_has_a_line_for_each)
{
	struct machine m;
	json_t *list, *o;

	make(&m);
	list = lines(&m, false);
	ck_assert_uint_eq(json_array_size(list), 1 + 5 + 3);
	o = json_array_get(list, 0);
	ck_assert_int_eq(json_integer_value(json_object_get(o, "idle_left_out")), 1);
	o = json_array_get(list, 6);
	ck_assert_str_eq(json_string_value(json_object_get(o, "kind")), "pipe");
	ck_assert_int_eq(json_integer_value(json_object_get(o, "level")), 65536);
	ck_assert_uint_eq(json_array_size(json_object_get(o, "ends")), 2);
	ck_assert_str_eq(json_string_value(json_object_get(o, "state")), "stuck");
	json_decref(list);
	list = lines(&m, true);
	ck_assert_uint_eq(json_array_size(list), 1 + 5 + 4);
	json_decref(list);
}
END_TEST

START_TEST(json_of_hostile_names_is_json)
{
	struct machine m;
	json_t *list;

	make(&m);
	snprintf(m.process[0].name, SYSTEM_NAME, "\033]0;x\a\xff\xe2\x80\xae\"\\");
	snprintf(m.process[0].command, SYSTEM_TEXT, "\xf0\x9f");
	snprintf(m.object[0].name, SYSTEM_TEXT, "a\nb");
	list = lines(&m, true);
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 1), "name")),
			 "\\x1b]0;x\\a\\xff\\u202e\\\"\\\\");
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 6), "name")), "a\\nb");
	json_decref(list);
}
END_TEST

START_TEST(what_is_not_known_is_null_with_a_reason)
{
	struct machine m;
	json_t *list, *o;

	machine_init(&m);
	machine_object(&m, SYSTEM_PIPE, "pipe:[9]", -1, 0, WORD_UNKNOWN);
	list = lines(&m, false);
	o = json_array_get(list, 1);
	ck_assert(json_is_null(json_object_get(o, "level")));
	ck_assert_str_eq(json_string_value(json_object_get(o, "level_why")), "not permitted");
	json_decref(list);
}
END_TEST

static json_t *rate_line(struct machine *m, const struct system_rate *r)
{
	json_t *list, *o;

	m->object[2].rate = *r;
	list = lines(m, false);
	o = json_incref(json_array_get(list, 8));
	json_decref(list);
	ck_assert_str_eq(json_string_value(json_object_get(o, "kind")), "unix");
	return o;
}

START_TEST(json_of_rates)
{
	struct machine m;
	json_t *o;

	make(&m);
	m.object[2].rate_a = (struct system_rate){ RATE_EXACT, 1000, CLOCK_S / 2, "counted" };
	o = rate_line(&m, &(struct system_rate){ RATE_MODELLED, 4000, 2 * CLOCK_S, "counts agree" });
	ck_assert_int_eq(json_integer_value(json_object_get(o, "rate")), 2000);
	ck_assert_str_eq(json_string_value(json_object_get(o, "rate_how")), "modelled");
	ck_assert_str_eq(json_string_value(json_object_get(o, "rate_source")), "counts agree");
	ck_assert_int_eq(json_integer_value(json_object_get(o, "rate_to_a")), 2000);
	ck_assert_ptr_null(json_object_get(o, "rate_to_b"));
	json_decref(o);
	o = rate_line(&m, &(struct system_rate){ RATE_AT_MOST, 4000, 2 * CLOCK_S, "a side" });
	ck_assert(json_is_null(json_object_get(o, "rate")));
	ck_assert_int_eq(json_integer_value(json_object_get(o, "rate_at_most")), 2000);
	ck_assert_ptr_null(json_object_get(o, "rate_at_least"));
	json_decref(o);
	o = rate_line(&m, &(struct system_rate){ RATE_UNKNOWN, 0, 0, "not counted" });
	ck_assert(json_is_null(json_object_get(o, "rate")));
	ck_assert_str_eq(json_string_value(json_object_get(o, "rate_why")), "not counted");
	ck_assert_ptr_null(json_object_get(o, "rate_source"));
	ck_assert_ptr_null(json_object_get(o, "rate_at_most"));
	json_decref(o);
}
END_TEST

Suite *suite_system_table(void)
{
	Suite *s = suite_create("system_table");
	TCase *t = tcase_create("system_table");

	tcase_add_test(t, rows_say_who_and_how_full);
	tcase_add_test(t, the_fuller_way_of_two_is_shown);
	tcase_add_test(t, a_bound_is_no_rate);
	tcase_add_test(t, what_is_not_known_is_a_question_mark);
	tcase_add_test(t, those_who_wait_come_first);
	tcase_add_test(t, hostile_names_are_harmless_and_fit);
	tcase_add_test(t, the_summary_says_what_was_not_visible);
	tcase_add_test(t, waiters_without_an_end_are_users);
	tcase_add_test(t, json_has_a_line_for_each);
	tcase_add_test(t, json_of_rates);
	tcase_add_test(t, json_of_hostile_names_is_json);
	tcase_add_test(t, what_is_not_known_is_null_with_a_reason);
	suite_add_tcase(s, t);
	return s;
}

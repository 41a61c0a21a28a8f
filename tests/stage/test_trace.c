/* SPDX-License-Identifier: MIT */
/* The trace: the newest events, by number; its lines stand in columns. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "stage/trace.h"

START_TEST(events_have_numbers_for_ever)
{
	struct trace t;

	trace_init(&t);
	ck_assert_uint_eq(trace_count(&t), 0);
	ck_assert_ptr_null(trace_at(&t, 0));
	for (int i = 0; i < TRACE_KEPT + 100; i++)
		snprintf(trace_append(&t, EVENT_CALLED, i, "parent")->call, TRACE_TEXT, "%d", i);
	ck_assert_uint_eq(trace_count(&t), TRACE_KEPT + 100);
	ck_assert_uint_eq(trace_first(&t), 100);
	ck_assert_ptr_null(trace_at(&t, 99));
	ck_assert_ptr_null(trace_at(&t, TRACE_KEPT + 100));
	for (uint64_t i = 100; i < TRACE_KEPT + 100; i++) {
		char text[16];

		snprintf(text, sizeof text, "%d", (int)i);
		ck_assert_str_eq(trace_at(&t, i)->call, text);
		ck_assert_int_eq(trace_at(&t, i)->time, (int64_t)i);
	}
	trace_clear(&t);
	ck_assert_uint_eq(trace_count(&t), 0);
	ck_assert_uint_eq(trace_first(&t), 0);
	ck_assert_ptr_null(trace_at(&t, 0));
	trace_free(&t);
}
END_TEST

/* A million events cost no more than the last few thousand. */
START_TEST(a_million_events_are_bounded)
{
	struct trace t;

	trace_init(&t);
	for (int i = 0; i < 1000000; i++)
		trace_append(&t, EVENT_CALLED, i, "parent");
	ck_assert_uint_eq(trace_count(&t), 1000000);
	ck_assert_uint_le(t.ring.room, TRACE_KEPT);
	ck_assert_int_eq(trace_at(&t, 999999)->time, 999999);
	trace_free(&t);
}
END_TEST

START_TEST(new_events_are_empty)
{
	struct trace t;
	struct event *e;

	trace_init(&t);
	for (int i = 0; i < TRACE_KEPT + 1; i++) {
		e = trace_append(&t, EVENT_CALLED, 5, "a process with a name that is far too long for it");
		ck_assert_uint_eq(strlen(e->who), TRACE_NAME - 1);
		ck_assert(!e->alarming && !e->call[0] && !e->result[0] && !e->line[0] && !e->step);
		memset(e->call, 'x', sizeof e->call);
		e->alarming = true;
		e->step = &t;
	}
	trace_free(&t);
}
END_TEST

START_TEST(lines_have_columns)
{
	static const struct { const char *who, *call, *result, *line; } rows[] = {
		{ "parent", "p = pipe()", "= [3, 4]", "parent  p = pipe()                 = [3, 4]" },
		{ "parent", "fork writer", "", "parent  fork writer" },
		{ "", "spawn   reader", "", "spawn   reader" },
		{ "writer-of-data", "close(3)", "= 0", "writer-of-data close(3)            = 0" },
		{ "parent", "write(3, \"a long text that goes beyond\")", "= 27",
		  "parent  write(3, \"a long text that goes beyond\") = 27" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trace t;
		struct event *e;

		trace_init(&t);
		e = trace_append(&t, EVENT_CALLED, 0, rows[i].who);
		trace_line(e, rows[i].call, rows[i].result);
		ck_assert_str_eq(e->line, rows[i].line);
		trace_free(&t);
	}
}
END_TEST

START_TEST(kinds_have_names)
{
	for (int k = EVENT_SPAWNED; k <= EVENT_TROUBLE; k++) {
		ck_assert_ptr_nonnull(event_kind_name((enum event_kind)k));
		for (int j = EVENT_SPAWNED; j < k; j++)
			ck_assert_str_ne(event_kind_name((enum event_kind)k), event_kind_name((enum event_kind)j));
	}
}
END_TEST

Suite *suite_trace(void)
{
	Suite *s = suite_create("trace");
	TCase *t = tcase_create("trace");

	tcase_add_test(t, events_have_numbers_for_ever);
	tcase_add_test(t, a_million_events_are_bounded);
	tcase_add_test(t, new_events_are_empty);
	tcase_add_test(t, lines_have_columns);
	tcase_add_test(t, kinds_have_names);
	suite_add_tcase(s, t);
	return s;
}

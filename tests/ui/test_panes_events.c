/* SPDX-License-Identifier: MIT */
/* The events pane: columns, what stands out, what is cut, scrolling. */
#include "tests/unit.h"

#include <string.h>

#include "tests/ui/panes_fixture.h"
#include "ui/panes.h"

static struct trace trace;
static int scroll;

static void setup(void)
{
	fixture_trace(&trace);
	scroll = 0;
}

static void teardown(void)
{
	trace_free(&trace);
}

static struct canvas *drawn(int width, int height, bool ascii, bool focused)
{
	struct canvas *c = canvas_new(width, height, ascii);

	events_draw(c, AREA(0, 0, width, height), &trace, trace_count(&trace), &scroll, focused);
	return c;
}

START_TEST(all_in_columns)
{
	struct canvas *c = drawn(60, 12, false, false);

	fixture_expect(c,
		       " 0.000  parent   p = pipe()               = [3, 4]\n"
		       " 0.004  parent   fork writer              = 4711\n"
		       " 0.006  writer   close(3)                 = 0\n"
		       " 0.010  writer   write(4, 65536)          = 65536\n"
		       " 0.011  writer   write(4, 1)              … blocked\n"
		       " 0.012  parent   read(3, 4096)            = 4096 \"w\"*4096\n"
		       " 0.013  writer   … write                  = 1\n"
		       " 0.014  parent   open(\"/none\", O_RDONLY)  = -1 ENOENT\n"
		       " 0.015  parent   close(3)                 = 0\n"
		       " 0.016  writer   write(4, 1)              = ?\n"
		       " 0.016  writer ✗ +++ killed by SIGPIPE +++\n");
	canvas_free(c);
}
END_TEST

START_TEST(narrow_has_no_time)
{
	struct canvas *c = drawn(40, 3, true, false);

	fixture_expect(c,
		       " parent   close(3)           = 0\n"
		       " writer   write(4, 1)        = ?\n"
		       " writer x +++ killed by SIGPIPE +++");
	canvas_free(c);
}
END_TEST

START_TEST(styles)
{
	struct canvas *c = canvas_new(60, 3, false);

	events_draw(c, AREA(0, 0, 60, 3), &trace, 10, &scroll, false);
	fixture_expect_styled(c,
			      " {dim}0.012{text}  {who}parent{text}   read(3, 4096)            = 4096 \"w\"*4096\n"
			      " {dim}0.013{text}  {who}writer{text}   {warn}… {text}write                  = 1\n"
			      " {dim}0.014{text}  {who}parent{text}   open(\"/none\", O_RDONLY)  = -1 {bad}ENOENT");
	events_draw(c, AREA(0, 0, 60, 3), &trace, 7, &scroll, false);
	ck_assert(fixture_holds(c, "write(4, 1)         {warn}… blocked"));
	canvas_clear(c);
	events_draw(c, AREA(0, 0, 60, 3), &trace, 13, &scroll, false);
	ck_assert(fixture_holds(c, "{who}writer{text} {bad}✗{text} {bad}+++ killed by SIGPIPE +++"));
	canvas_free(c);
}
END_TEST

START_TEST(the_stage_speaks)
{
	struct canvas *c;

	trace_clear(&trace);
	fixture_event(&trace, EVENT_SPAWNED, 1, "", "spawn   reader = cat", "");
	fixture_event(&trace, EVENT_OUTPUT, 2, "reader", "wrote \"5\\n\"", "");
	fixture_event(&trace, EVENT_EXPECTED, 3, "", "expect  p.bytes == 1", "")->alarming = true;
	fixture_event(&trace, EVENT_CAUGHT, 4, "reader", "--- SIGPIPE ---", "from parent 4710")->alarming = true;
	fixture_event(&trace, EVENT_CALLED, 5, "reader", "write(4, 1)", "= -1 EPIPE")->alarming = true;
	fixture_event(&trace, EVENT_TROUBLE, 6, "", "the stagehand was killed; the stage was cleared", "")->alarming = true;
	c = drawn(62, 6, false, false);
	fixture_expect_styled(c,
			      " {dim}0.001{text}  {dim}spawn{text}    reader = cat\n"
			      " {dim}0.002{text}  {who}reader{text}   {dim}wrote {strong}\"5\\n\"\n"
			      " {dim}0.003{text}  {dim}expect{text} {bad}✗{text} {bad}p.bytes == 1\n"
			      " {dim}0.004{text}  {who}reader{text} {bad}✗{text} {bad}--- SIGPIPE ---{text}     {dim}from parent 4710\n"
			      " {dim}0.005{text}  {who}reader{text} {bad}✗{text} write(4, 1)         {bad}= -1 EPIPE\n"
			      " {dim}0.006{text}  {bad}✗{text} {bad}the stagehand was killed; the stage was cleared");
	canvas_free(c);
}
END_TEST

START_TEST(looks_back)
{
	struct canvas *c = canvas_new(50, 4, false);

	events_draw(c, AREA(0, 0, 50, 4), &trace, 2, &scroll, false);
	fixture_expect(c, " 0.000  parent   p = pipe()          = [3, 4]\n"
			  " 0.004  parent   fork writer         = 4711\n\n");
	canvas_free(c);
}
END_TEST

START_TEST(scrolls)
{
	struct canvas *c;

	scroll = 2;
	c = drawn(50, 4, false, true);
	fixture_expect(c,
		       " 0.013  writer   … write              = 1\n"
		       " 0.014  parent   open(\"/none\", O_RDO… = -1 ENOENT\n"
		       " 0.015  parent   close(3)             = 0\n"
		       " ▲ 6 earlier  ▼ 2 later");
	canvas_free(c);
	scroll = 1000;
	c = drawn(50, 4, false, true);
	ck_assert_int_eq(scroll, 8);
	fixture_expect(c, " 0.000  parent   p = pipe()          = [3, 4]\n"
			  " 0.004  parent   fork writer         = 4711\n"
			  " 0.006  writer   close(3)            = 0\n"
			  " ▼ 8 later");
	canvas_free(c);
	scroll = -5;
	c = drawn(50, 20, false, true);
	ck_assert_int_eq(scroll, 0);
	canvas_free(c);
}
END_TEST

/* Scrolled by one each time, every event comes by. */
START_TEST(nothing_is_skipped)
{
	static const char *const text[] = { "p = pipe()", "fork writer", "close(3)", "65536", "blocked",
					    "4096", "write  ", "ENOENT", "close(3)" };

	for (int i = 0; i < 9; i++) {
		struct canvas *c;

		scroll = 8 - i;
		c = drawn(60, 4, false, true);
		ck_assert_int_eq(scroll, 8 - i);
		ck_assert(fixture_holds(c, text[i]));
		canvas_free(c);
	}
}
END_TEST

START_TEST(wide_names_line_up)
{
	struct canvas *c;

	trace_clear(&trace);
	fixture_event(&trace, EVENT_CALLED, 1, "parent", "mkfifo(\"管道\", 0600)", "= 0");
	fixture_event(&trace, EVENT_CALLED, 12345, "parent", "open(\"管道管道管道管道管道\", O_RDONLY)", "= 3");
	c = drawn(50, 2, false, false);
	fixture_expect(c,
		       "  0.001  parent   mkfifo(\"管道\", 0600) = 0\n"
		       " 12.345  parent   open(\"管道管道管道…  = 3");
	canvas_free(c);
}
END_TEST

START_TEST(old_events_are_gone)
{
	struct canvas *c;
	int zero = 0;

	for (int i = 0; i < TRACE_KEPT + 100; i++)
		fixture_event(&trace, EVENT_CALLED, i, "parent", "pause()", "= -1 EINTR");
	scroll = TRACE_KEPT;
	c = drawn(60, 5, false, true);
	ck_assert(fixture_holds(c, "0.100"));
	canvas_clear(c);
	events_draw(c, AREA(0, 0, 60, 5), &trace, 10, &zero, false);
	fixture_expect(c, " too long ago: events this old are not kept\n\n\n\n");
	canvas_free(c);
}
END_TEST

START_TEST(stays_inside)
{
	static const char *const text[] = { "", "管道管道", "write(4, 1)", "+++ killed +++", "... x", "e\xcc\x81\xff\x1b[m", "wrote \"\"" };

	for (int i = 0; i < 3000; i++) {
		struct canvas *c = canvas_new(1 + (int)fixture_random(70), 1 + (int)fixture_random(20), i % 2);
		struct area a = { (int)fixture_random(40) - 5, (int)fixture_random(12) - 3, (int)fixture_random(70) - 2,
				  (int)fixture_random(15) - 2 };

		if (fixture_random(4) == 0)
			trace_clear(&trace);
		fixture_event(&trace, (enum event_kind)fixture_random(EVENT_TROUBLE + 1), (int)fixture_random(100000),
			      text[fixture_random(7)], text[fixture_random(7)], text[fixture_random(7)])->alarming = fixture_random(2);
		scroll = (int)fixture_random(40) - 10;
		fixture_mark(c);
		events_draw(c, a, &trace, fixture_random(20), &scroll, fixture_random(2));
		fixture_untouched(c, a);
		canvas_free(c);
	}
}
END_TEST

Suite *suite_panes_events(void)
{
	Suite *s = suite_create("panes_events");
	TCase *t = tcase_create("events");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, all_in_columns);
	tcase_add_test(t, narrow_has_no_time);
	tcase_add_test(t, styles);
	tcase_add_test(t, the_stage_speaks);
	tcase_add_test(t, looks_back);
	tcase_add_test(t, scrolls);
	tcase_add_test(t, nothing_is_skipped);
	tcase_add_test(t, wide_names_line_up);
	tcase_add_test(t, old_events_are_gone);
	tcase_add_test(t, stays_inside);
	suite_add_tcase(s, t);
	return s;
}

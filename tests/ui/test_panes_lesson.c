/* SPDX-License-Identifier: MIT */
/* The lesson pane: what is said and asked, the prediction beside its outcome, what did not hold. */
#include "tests/unit.h"

#include <stdio.h>

#include "tests/ui/panes_fixture.h"
#include "ui/panes.h"

enum { SAID = 2, ASKED = 5, SAID_LATER = 9 }; /* steps of fixture_full */

static struct lesson *lesson;
static struct moment moment;
static struct lesson_pane pane;
static struct player_failure failure;
static int scroll;

static void setup(void)
{
	lesson = fixture_lesson(fixture_full);
	moment = (struct moment){ .said = &lesson->step[SAID], .played = &lesson->step[SAID] };
	pane = (struct lesson_pane){ .lesson = lesson, .moment = &moment, .answer = -1, .before_answer = -1 };
	failure = (struct player_failure){ .expected = "writer blocked in write", .actual = "writer is ready" };
	scroll = 0;
}

static void teardown(void)
{
	lesson_free(lesson);
}

static struct canvas *drawn(int width, int height)
{
	struct canvas *c = canvas_new(width, height, false);

	lesson_draw(c, AREA(0, 0, width, height), &pane, &scroll, false);
	return c;
}

START_TEST(begins_with_title)
{
	struct canvas *c;

	moment = (struct moment){ 0 };
	c = drawn(60, 6);
	fixture_expect_styled(c,
			      " {strong}A full pipe blocks its writer\n"
			      " A pipe holds 64 KiB in 16 slots of one page. When does its\n"
			      " writer wake? Not when you think.\n"
			      "\n"
			      " {key}Space{text} begins\n"
			      "                                          {dim}pipe(7)  write(2)");
	canvas_free(c);
	pane.moment = NULL;
	c = drawn(60, 8);
	ck_assert(fixture_holds(c, "{key}Space"));
	canvas_free(c);
	moment.played = &lesson->step[0]; /* under way, and still silent */
	pane.moment = &moment;
	c = drawn(60, 8);
	ck_assert(fixture_holds(c, "A full pipe") && !fixture_holds(c, "Space"));
	canvas_free(c);
}
END_TEST

START_TEST(asks)
{
	struct canvas *c;

	moment.asked = &lesson->step[ASKED];
	c = drawn(80, 6);
	fixture_expect_styled(c,
			      " Nobody reads. The writer fills the pipe to its last slot.\n"
			      "\n"
			      " {question}?{text} {strong}The reader takes 4095 bytes. Does the writer wake?\n"
			      "   {key}1{text} yes, there is room     {key}2{text} no, not one slot is free yet\n"
			      "\n"
			      "                                                              {dim}pipe(7)  write(2)");
	canvas_free(c);
	c = drawn(44, 8);
	fixture_expect(c,
		       " Nobody reads. The writer fills the pipe to\n"
		       " its last slot.\n"
		       "\n"
		       " ? The reader takes 4095 bytes. Does the\n"
		       "   writer wake?\n"
		       "   1 yes, there is room\n"
		       "   2 no, not one slot is free yet\n"
		       "                          pipe(7)  write(2)");
	canvas_free(c);
}
END_TEST

START_TEST(marks_the_answer)
{
	struct canvas *c;

	moment.asked = &lesson->step[ASKED];
	pane.answer = 1;
	c = drawn(70, 7);
	ck_assert(fixture_holds(c, "{key}1{text} yes, there is room   {question}▸{text} {key}2{text} {strong}no, not one slot is free yet\n"
				   "   {dim}you say 2;{text} {key}Space{text} {dim}shows\n"));
	canvas_free(c);
}
END_TEST

START_TEST(presents_large)
{
	struct canvas *c;

	moment.asked = &lesson->step[ASKED];
	pane.large = true;
	c = drawn(60, 8);
	fixture_expect_styled(c,
			      "  {strong}Nobody reads. The writer fills the pipe to its last\n"
			      "  {strong}slot.\n"
			      "\n"
			      "  {question}?{text} {strong}The reader takes 4095 bytes. Does the writer wake?\n"
			      "\n"
			      "      {key}1{text}  yes, there is room\n"
			      "      {key}2{text}  no, not one slot is free yet\n"
			      "                                         {dim}pipe(7)  write(2)");
	canvas_free(c);
}
END_TEST

START_TEST(right_prediction)
{
	struct canvas *c;

	pane.before = &lesson->step[ASKED];
	pane.before_answer = 1;
	c = drawn(70, 5);
	fixture_expect_styled(c,
			      " {dim}?{text} {dim}The reader takes 4095 bytes. Does the writer wake?\n"
			      " {dim}you said{text}  {dim}2{text} {strong}no, not one slot is free yet{text}   {good}✓{text} {good}right\n"
			      "\n"
			      " {dim}Nobody reads. The writer fills the pipe to its last slot.\n"
			      "                                                    {dim}pipe(7)  write(2)");
	canvas_free(c);
}
END_TEST

START_TEST(wrong_prediction)
{
	struct canvas *c;

	pane.before = &lesson->step[ASKED];
	pane.before_answer = 0;
	moment.said = &lesson->step[SAID_LATER];
	c = drawn(72, 5);
	fixture_expect_styled(c,
			      " A slot is freed only when its last byte is read.\n"
			      "\n"
			      " {dim}?{text} {dim}The reader takes 4095 bytes. Does the writer wake?\n"
			      " {dim}you said{text}  {dim}1{text} yes, there is room   {warn}✗{text} {warn}not so\n"
			      " {dim}it is{text}     {dim}2{text} {strong}no, not one slot is free yet{text}             {dim}pipe(7)  write(2)");
	canvas_free(c);
}
END_TEST

START_TEST(no_prediction)
{
	struct canvas *c;

	pane.before = &lesson->step[ASKED];
	c = drawn(70, 7);
	ck_assert(fixture_holds(c, " {dim}it is{text} {dim}2{text} {strong}no, not one slot is free yet\n"));
	ck_assert(!fixture_holds(c, "you said"));
	canvas_free(c);
}
END_TEST

START_TEST(what_did_not_hold)
{
	struct canvas *c;

	moment.failure = &failure;
	c = drawn(60, 6);
	fixture_expect_styled(c,
			      " {bad}✗{text} {bad}the kernel did otherwise\n"
			      "   {dim}expected{text}  writer blocked in write\n"
			      "   {dim}actual{text}    {strong}writer is ready\n"
			      "\n"
			      " Nobody reads. The writer fills the pipe to its last slot.\n"
			      "                                          {dim}pipe(7)  write(2)");
	canvas_free(c);
	failure.unplayable = true;
	failure.expected[0] = '\0';
	c = drawn(60, 6);
	ck_assert(fixture_holds(c, "this cannot be played\n   {dim}because{text}   {strong}writer is ready\n"));
	canvas_free(c);
}
END_TEST

START_TEST(ends)
{
	struct canvas *c;

	pane.at_end = true;
	pane.message = "saved to mine.lesson";
	c = drawn(60, 6);
	ck_assert(fixture_holds(c, "{good}saved to mine.lesson\n"));
	ck_assert(fixture_holds(c, "{strong}The end.{text}  {key}r{text} again  {key}n{text} next lesson  {key}Esc{text} back"));
	canvas_free(c);
	pane.improvising = true;
	c = drawn(60, 6);
	ck_assert(fixture_holds(c, "{key}Enter{text} on a process: its calls  {key}:{text} any line"));
	ck_assert(!fixture_holds(c, "The end"));
	canvas_free(c);
}
END_TEST

START_TEST(translates)
{
	struct canvas *c;

	pane.language = "zh_CN";
	c = drawn(60, 3);
	fixture_expect(c, " 没有人读。写进程把管道写满。\n\n                                          pipe(7)  write(2)");
	canvas_free(c);
	pane.language = "zh"; /* the country is left open */
	c = drawn(60, 3);
	ck_assert(fixture_holds(c, "没有人读"));
	canvas_free(c);
	pane.language = "de_DE";
	c = drawn(60, 3);
	ck_assert(fixture_holds(c, "Nobody reads"));
	canvas_free(c);
}
END_TEST

/* Where there is no room the question comes before the text, and scrolling shows the rest. */
START_TEST(too_small)
{
	struct canvas *c;

	moment.asked = &lesson->step[ASKED];
	c = drawn(30, 5);
	fixture_expect(c,
		       " ? The reader takes 4095\n"
		       "   bytes. Does the writer\n"
		       "   wake?\n"
		       "   1 yes, there is room\n"
		       " ▼ 5 more");
	canvas_free(c);
	scroll = 99;
	c = drawn(30, 5);
	ck_assert_int_eq(scroll, 5);
	ck_assert(fixture_holds(c, "slot."));
	canvas_free(c);
}
END_TEST

START_TEST(stays_inside)
{
	for (int i = 0; i < 2000; i++) {
		struct canvas *c = canvas_new(1 + (int)fixture_random(90), 1 + (int)fixture_random(20), i % 2);
		struct area a = { (int)fixture_random(40) - 5, (int)fixture_random(12) - 3, (int)fixture_random(90) - 2,
				  (int)fixture_random(15) - 2 };

		moment = (struct moment){
			.said = fixture_random(2) ? &lesson->step[fixture_random(2) ? SAID : SAID_LATER] : NULL,
			.asked = fixture_random(2) ? &lesson->step[ASKED] : NULL,
			.failure = fixture_random(2) ? &failure : NULL,
		};
		pane = (struct lesson_pane){
			.lesson = lesson, .moment = fixture_random(9) ? &moment : NULL, .answer = (int)fixture_random(5) - 2,
			.before = fixture_random(2) ? &lesson->step[ASKED] : NULL, .before_answer = (int)fixture_random(5) - 2,
			.at_end = fixture_random(2), .improvising = fixture_random(2), .large = fixture_random(2),
			.language = fixture_random(2) ? "zh_CN" : NULL, .message = fixture_random(2) ? "已保存 saved" : NULL,
		};
		scroll = (int)fixture_random(40) - 10;
		fixture_mark(c);
		lesson_draw(c, a, &pane, &scroll, fixture_random(2));
		fixture_untouched(c, a);
		canvas_free(c);
	}
}
END_TEST

Suite *suite_panes_lesson(void)
{
	Suite *s = suite_create("panes_lesson");
	TCase *t = tcase_create("lesson");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, begins_with_title);
	tcase_add_test(t, asks);
	tcase_add_test(t, marks_the_answer);
	tcase_add_test(t, presents_large);
	tcase_add_test(t, right_prediction);
	tcase_add_test(t, wrong_prediction);
	tcase_add_test(t, no_prediction);
	tcase_add_test(t, what_did_not_hold);
	tcase_add_test(t, ends);
	tcase_add_test(t, translates);
	tcase_add_test(t, too_small);
	tcase_add_test(t, stays_inside);
	suite_add_tcase(s, t);
	return s;
}

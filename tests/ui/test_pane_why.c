/* SPDX-License-Identifier: MIT */
/* Why somebody waits, drawn: links, what they rest on, the end, what would help. */
#include "tests/unit.h"

#include <stdio.h>

#include "tests/ui/panes_fixture.h"
#include "ui/pane_system.h"

static struct why_pane pane;

static void link_add(int depth, const char *sentence, const char *source)
{
	struct why_link *l = &pane.why.link[pane.why.n_links++];

	l->depth = depth;
	snprintf(l->sentence, sizeof l->sentence, "%s", sentence);
	snprintf(l->source, sizeof l->source, "%s", source);
}

static void setup(void)
{
	pane = (struct why_pane){ .open = true };
	link_add(0, "tar 812 has waited 4.2 s in write(1, 10240 bytes) on pipe:[27408], full: 65536 of 65536 B",
		 "/proc/812/syscall, FIONREAD");
	link_add(1, "its only reader gzip 813 is stopped by SIGTSTP", "/proc/813/status");
	snprintf(pane.why.remedy, sizeof pane.why.remedy, "kill -CONT 813 resumes it");
}

static void expect(int width, int height, bool ascii, const char *text)
{
	struct canvas *c = canvas_new(width, height, ascii);

	ck_assert_int_eq(why_draw(c, AREA(0, 0, width, height), &pane), why_lines(&pane, width, ascii));
	fixture_expect(c, text);
	canvas_free(c);
}

START_TEST(a_stopped_reader)
{
	expect(100, 4, false,
	       " tar 812 has waited 4.2 s in write(1, 10240 bytes) on pipe:[27408], full: 65536 of 65536 B\n"
	       " ↳ its only reader gzip 813 is stopped by SIGTSTP\n"
	       " ✓ kill -CONT 813 resumes it\n");
}
END_TEST

START_TEST(narrow)
{
	expect(60, 5, true,
	       " tar 812 has waited 4.2 s in write(1, 10240 bytes) on\n"
	       " pipe:[27408], full: 65536 of 65536 B\n"
	       " ` its only reader gzip 813 is stopped by SIGTSTP\n"
	       " + kill -CONT 813 resumes it\n");
}
END_TEST

START_TEST(with_sources)
{
	pane.sources = true;
	expect(100, 6, false,
	       " tar 812 has waited 4.2 s in write(1, 10240 bytes) on pipe:[27408], full: 65536 of 65536 B\n"
	       "   /proc/812/syscall, FIONREAD\n"
	       " ↳ its only reader gzip 813 is stopped by SIGTSTP\n"
	       "     /proc/813/status\n"
	       " ✓ kill -CONT 813 resumes it\n");
}
END_TEST

START_TEST(a_deadlock)
{
	pane.why.end = WHY_DEADLOCK;
	pane.why.remedy[0] = '\0';
	link_add(2, "tar 812 again", "");
	expect(80, 6, false,
	       " tar 812 has waited 4.2 s in write(1, 10240 bytes) on pipe:[27408], full: 65536\n"
	       " of 65536 B\n"
	       " ↳ its only reader gzip 813 is stopped by SIGTSTP\n"
	       "   ↳ tar 812 again\n"
	       " Deadlock: each waits for the next, and the last for the first.\n");
}
END_TEST

START_TEST(other_ends)
{
	pane.why.n_links = 0;
	pane.why.remedy[0] = '\0';
	link_add(0, "cat 901 waits for its terminal", "");
	pane.why.end = WHY_NOTHING;
	expect(60, 3, false, " cat 901 waits for its terminal\n Nothing is wrong.\n");
	pane.why.end = WHY_UNKNOWN;
	expect(60, 3, false, " cat 901 waits for its terminal\n No more can be known.\n");
	snprintf(pane.trouble, sizeof pane.trouble, "process 901: No such process");
	expect(60, 3, false, " process 901: No such process\n\n");
}
END_TEST

/* What does not fit is reached by scrolling, no further than to its end. */
START_TEST(scrolls)
{
	pane.scroll = 100;
	expect(60, 2, false, " ↳ its only reader gzip 813 is stopped by SIGTSTP          ▲\n ✓ kill -CONT 813 resumes it");
	ck_assert_int_eq(pane.scroll, 2);
	pane.scroll = -3;
	expect(60, 2, false, " tar 812 has waited 4.2 s in write(1, 10240 bytes) on\n pipe:[27408], full: 65536 of 65536 B                      ▼");
}
END_TEST

/* As deep as it comes, as narrow as it comes. */
START_TEST(any_depth)
{
	for (int i = pane.why.n_links; i < WHY_LINKS; i++)
		link_add(i, "one waits for the next, which waits for another one", "somewhere");
	for (int width = 1; width < 120; width += 3) {
		struct canvas *c = canvas_new(width + 2, 12, false);
		struct area a = { 1, 1, width, 10 };

		fixture_mark(c);
		pane.scroll = width;
		pane.sources = width % 2;
		why_draw(c, a, &pane);
		fixture_untouched(c, a);
		canvas_free(c);
	}
}
END_TEST

Suite *suite_pane_why(void)
{
	Suite *suite = suite_create("pane_why");
	TCase *tc = tcase_create("pane_why");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, a_stopped_reader);
	tcase_add_test(tc, narrow);
	tcase_add_test(tc, with_sources);
	tcase_add_test(tc, a_deadlock);
	tcase_add_test(tc, other_ends);
	tcase_add_test(tc, scrolls);
	tcase_add_test(tc, any_depth);
	suite_add_tcase(suite, tc);
	return suite;
}

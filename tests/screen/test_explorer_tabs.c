/* SPDX-License-Identifier: MIT */
/* The tabs System and Objects under the hand: clicked, sorted, filtered, scrolled through hundreds of rows while
 * these come and go, made larger and smaller, left in the middle of a scan. The FIFOs are the test's own. */
#include "tests/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/screen/explorer.h"

enum { MANY = 300 };

static int many[MANY];

/* Without a name any more, so that nothing is left of it. */
static void name_of(int fifo, char name[60])
{
	snprintf(name, 60, "/tmp/tabs-%d-%d", (int)getpid(), fifo);
}

static void make_fifos(int n)
{
	struct rlimit limit;
	char name[60];

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max < 2048 ? limit.rlim_max : 2048;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < n; i++) {
		name_of(i, name);
		ck_assert_int_eq(mkfifo(name, 0600), 0);
		many[i] = open(name, O_RDWR | O_CLOEXEC | O_NONBLOCK);
		unlink(name);
		ck_assert_int_ge(many[i], 0);
	}
}

static void close_fifos(int from, int to)
{
	for (int i = from; i < to; i++)
		close(many[i]);
}

/* The System tab with the test's own FIFOs, `n` of them. */
static void find_own(struct explorer *e, int n)
{
	char filter[40], found[24];

	snprintf(filter, sizeof filter, "fifo tabs-%d-", (int)getpid());
	snprintf(found, sizeof found, " %d found", n);
	explorer_sees(e, "Pipes");
	explorer_press(e, "2");
	explorer_sees(e, "OBJECT");
	explorer_press(e, "/");
	explorer_sees(e, "words: a process, a pid");
	screen_type(e->s, filter);
	explorer_press(e, "Enter");
	explorer_sees(e, "Esc shows all");
	explorer_sees(e, found);
}

/* A key, and the name of whom the line below the rows is then about. */
static void chooses(struct explorer *e, const char *keys, int fifo)
{
	char name[60], title[80];

	name_of(fifo, name);
	snprintf(title, sizeof title, "─ %s (deleted) ─", name);
	explorer_press(e, keys);
	explorer_sees(e, title);
}

static void click(struct explorer *e, const char *text)
{
	int x, y;

	explorer_sees(e, text);
	ck_assert(screen_find(e->s, text, &x, &y));
	screen_mouse(e->s, x, y);
}

/* ---- clicks and orders ------------------------------------------------------------------------------- */

START_TEST(clicks)
{
	const struct explorer_size *size = &explorer_sizes[_i];
	struct explorer *e = explorer_start(size->width, size->height, NULL, "");

	click(e, "2 System");
	explorer_sees(e, "STATE ▼");
	click(e, "LEVEL");
	explorer_sees(e, "LEVEL ▼");
	explorer_sees(e, "sorted: the fullest first");
	click(e, "OBJECT");
	explorer_sees(e, "OBJECT ▲");
	click(e, "STATE");
	explorer_sees(e, "STATE ▼");
	click(e, "/ filter");
	explorer_sees(e, "words: a process");
	screen_type(e->s, "zzz2");
	explorer_sees(e, "/zzz2");
	click(e, "3 Objects"); /* a click is no letter of the filter */
	explorer_sees(e, "KIND");
	explorer_sees(e, "STATE ▼");
	click(e, "OWNER");
	explorer_sees(e, "OWNER ▲");
	click(e, "2 System");
	explorer_sees(e, "Nothing has this");
	explorer_press(e, "Escape");
	explorer_loses(e, "Nothing has this");
	click(e, "? help");
	explorer_sees(e, "puts the object");
	screen_mouse(e->s, 3, size->height - 1); /* what lies under it is not reached */
	explorer_press(e, "Escape");
	explorer_loses(e, "puts the object");
	click(e, "1 Lessons");
	/* The whole footer: "q quit" stood elsewhere in the other tab's. */
	explorer_sees(e, size->width == 60 ? "e script  ? help  q quit" : "e script  m man  ? help  q quit");
	click(e, "q quit");
	explorer_ended(e, 0);
	explorer_free(e);
}
END_TEST

START_TEST(no_mouse)
{
	struct explorer *e = explorer_start(80, 24, NULL, "--no-mouse");

	explorer_sees(e, "2 System");
	ck_assert(!screen_mouse_wanted(e->s));
	explorer_press(e, "2 o");
	explorer_sees(e, "LEVEL ▼");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* On the stage the footer plays, too; while a line is typed a click does not enter it. */
START_TEST(clicks_on_the_stage)
{
	struct explorer *e = explorer_start(80, 24, NULL, "LESSON");

	explorer_sees(e, "0 of 11");
	click(e, "Space next");
	explorer_sees(e, "1 of 11");
	explorer_press(e, ":");
	screen_type(e->s, "parent getpi");
	explorer_sees(e, "getpi");
	if (explorer_shows(e, "q quit"))
		click(e, "q quit");
	screen_type(e->s, "dx");
	explorer_sees(e, "getpidx");
	explorer_press(e, "Escape");
	explorer_loses(e, "getpidx");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(orders)
{
	static char page[4096];
	struct explorer *e;

	make_fifos(6);
	ck_assert_int_eq(write(many[4], page, sizeof page), (int)sizeof page);
	e = explorer_start(80, 24, NULL, "");
	find_own(e, 6);
	explorer_press(e, "o");
	explorer_sees(e, "by level: o");
	explorer_sees(e, "4K/64K");
	chooses(e, "Home", 4);
	explorer_press(e, "O");
	explorer_sees(e, "STATE ▼");
	explorer_press(e, "O");
	explorer_sees(e, "READERS ▲");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

START_TEST(words)
{
	struct explorer *e;
	char filter[60];

	make_fifos(2);
	e = explorer_start(60, 20, NULL, "");
	find_own(e, 2);
	snprintf(filter, sizeof filter, "idle tabs-%d-", (int)getpid());
	explorer_press(e, "Escape /");
	screen_type(e->s, filter);
	explorer_sees(e, " 2 found");
	screen_type(e->s, " stuck");
	explorer_sees(e, "Nothing has this");
	explorer_press(e, "Escape");
	explorer_loses(e, "Nothing has this");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* ---- rows that come and go ------------------------------------------------------------------------- */

/* Sorted by name they stand in the order in which they were made. */
START_TEST(hundreds)
{
	struct explorer *e;

	make_fifos(MANY);
	e = explorer_start(100, 30, NULL, "");
	find_own(e, MANY);
	explorer_press(e, "O O O");
	explorer_sees(e, "OBJECT ▲");
	chooses(e, "Home", 0);
	chooses(e, "Down", 1);
	chooses(e, "End", MANY - 1);
	chooses(e, "Up", MANY - 2);
	chooses(e, "Home", 0);
	chooses(e, "PageDown PageDown PageDown PageDown PageDown Down", 5 * 19 + 1); /* of 20 rows one stays */
	close_fifos(0, 40); /* rows above and below go; it stays the chosen one */
	close_fifos(250, MANY);
	explorer_sees(e, " 210 found");
	chooses(e, "Up", 95);
	chooses(e, "Down", 96);
	explorer_press(e, "PageUp PageUp PageUp PageUp PageUp PageUp PageUp");
	chooses(e, "Home", 40);
	chooses(e, "End", 249);
	close_fifos(40, 250);
	explorer_sees(e, " 0 found");
	explorer_press(e, "Up Down PageDown Home End w T T T");
	explorer_sees(e, "Nothing has this");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* A process that has hundreds of them is killed. */
START_TEST(killed_meanwhile)
{
	struct explorer *e;
	struct child c;
	char filter[32];

	make_fifos(MANY);
	child_start(&c, child_idle, NULL);
	close_fifos(0, MANY);
	snprintf(filter, sizeof filter, "%d", (int)c.pid);
	e = explorer_start(80, 24, NULL, "");
	explorer_sees(e, "Pipes");
	explorer_press(e, "2 /");
	screen_type(e->s, filter);
	explorer_press(e, "Enter");
	explorer_sees(e, "0/64K");
	explorer_press(e, "T T End w");
	child_stop(&c);
	explorer_press(e, "Up Down Right Left");
	explorer_sees(e, " 0 found");
	explorer_press(e, "Enter Escape Escape");
	explorer_loses(e, " 0 found");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* How many columns of the graph in its last row are drawn. */
static int columns(struct explorer *e)
{
	int n = 0, y = e->height - 2;

	for (int x = 0; x < e->width; x++)
		n += !strcmp(screen_cell(e->s, x, y).text, "█");
	return n;
}

static bool has_columns(struct screen *s, void *data)
{
	(void)s;
	return columns(data) >= 8;
}

/* Who goes to another row and comes back finds the graph there. */
START_TEST(graph_stays)
{
	static char page[4096];
	struct explorer *e;

	make_fifos(2);
	while (write(many[0], page, sizeof page) > 0)
		;
	e = explorer_start(120, 40, NULL, "");
	find_own(e, 2);
	explorer_press(e, "O O O");
	chooses(e, "Home", 0);
	explorer_sees(e, "level, last 60 s");
	if (!screen_wait(e->s, has_columns, e, 60))
		explorer_fail(e, "the graph does not grow");
	chooses(e, "Down", 1);
	chooses(e, "Up", 0);
	/* a new one would take four seconds for eight columns */
	if (!screen_wait(e->s, has_columns, e, 3))
		explorer_fail(e, "the graph has not stayed");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* ---- sizes, and leaving ----------------------------------------------------------------------------- */

START_TEST(resized)
{
	static const int sizes[][2] = { { 200, 50 }, { 60, 20 }, { 120, 40 }, { 80, 24 } };
	struct explorer *e;

	make_fifos(MANY);
	e = explorer_start(80, 24, NULL, "");
	find_own(e, MANY);
	explorer_press(e, "w End");
	for (int i = 0; i < 4; i++) {
		screen_resize(e->s, sizes[i][0], sizes[i][1]);
		e->width = sizes[i][0];
		e->height = sizes[i][1];
		explorer_sees(e, "READERS");
		explorer_press(e, "PageUp T");
	}
	/* Too small to be drawn, and keys are taken all the same. */
	screen_resize(e->s, 30, 10);
	explorer_sees(e, "here are 30 x 10");
	close_fifos(0, MANY);
	explorer_press(e, "Home w Down T 3 Down End o 2 Up End T");
	screen_resize(e->s, 80, 24);
	explorer_sees(e, "Nothing has this");
	explorer_quit(e);
	explorer_free(e);
}
END_TEST

/* Keys come faster than pictures and snapshots: whatever is under way, it ends, and nothing is left. */
START_TEST(left_at_once)
{
	static const char *const keys[] = {
		"2 q", "3 q", "2 3 2 3 1 q", "2 p p p q", "2 w Enter q", "3 x q", "2 / Escape q", "2 1 Enter Escape 2 q", "2 C-c",
	};
	struct explorer *e = explorer_start(80, 24, NULL, "");

	explorer_sees(e, "Pipes");
	explorer_press(e, keys[_i]);
	if (_i == 5) { /* a question may stand there, which takes q as a letter */
		explorer_press(e, "Escape Escape");
		explorer_press(e, "q");
	}
	explorer_ended(e, 0);
	explorer_free(e);
}
END_TEST

/* Stopped in the middle of scans, and continued: it goes on. */
START_TEST(stopped_meanwhile)
{
	struct explorer *e = explorer_start_shell(80, 24, NULL, NULL);

	screen_type(e->s, "$P\n");
	explorer_sees(e, "Pipes");
	explorer_press(e, "2");
	explorer_sees(e, "OBJECT");
	for (int i = 0; i < 3; i++) {
		explorer_press(e, "o C-z");
		explorer_loses(e, "OBJECT");
		explorer_sees(e, "Stopped");
		screen_type(e->s, "fg\n");
		explorer_sees(e, "OBJECT");
	}
	explorer_press(e, "q");
	explorer_loses(e, "OBJECT");
	screen_type(e->s, "exit\n");
	ck_assert_int_ne(screen_exit(e->s), -1);
	explorer_nothing_left(e);
	explorer_free(e);
}
END_TEST

Suite *suite_explorer_tabs(void)
{
	Suite *suite = suite_create("explorer_tabs");
	TCase *tc = tcase_create("explorer_tabs");

	tcase_set_timeout(tc, 240);
	tcase_add_loop_test(tc, clicks, 0, 4);
	tcase_add_test(tc, no_mouse);
	tcase_add_test(tc, clicks_on_the_stage);
	tcase_add_test(tc, orders);
	tcase_add_test(tc, words);
	tcase_add_test(tc, hundreds);
	tcase_add_test(tc, killed_meanwhile);
	tcase_add_test(tc, graph_stays);
	tcase_add_test(tc, resized);
	tcase_add_loop_test(tc, left_at_once, 0, 9);
	tcase_add_test(tc, stopped_meanwhile);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* The System tab drawn from a snapshot made by hand: sizes, trees, the filter, hostile names. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/width.h"
#include "tests/ui/panes_fixture.h"
#include "tests/ui/system_fixture.h"
#include "ui/pane_system.h"

static struct machine m;
static struct system_rows rows;
static struct history history;
static struct why_pane why;
static struct system_view view;
static int scroll;

static void setup(void)
{
	system_fixture(&m);
	rows = (struct system_rows){ 0 };
	why = (struct why_pane){ 0 };
	history_clear(&history);
	scroll = 0;
	view = (struct system_view){ .system = &m.s, .rows = &rows, .trouble = "", .taken = true, .scroll = &scroll,
				     .history = &history, .why = &why, .message = "" };
}

static void teardown(void)
{
	system_rows_free(&rows);
}

static struct canvas *drawn(int width, int height, bool ascii)
{
	struct canvas *c = canvas_new(width, height, ascii);

	system_rows_build(&rows, &m.s, m.order);
	system_draw(c, AREA(0, 0, width, height), &view);
	return c;
}

static void expect(int width, int height, bool ascii, const char *text)
{
	struct canvas *c = drawn(width, height, ascii);

	fixture_expect(c, text);
	canvas_free(c);
}

static bool holds(int width, int height, const char *styled)
{
	struct canvas *c = drawn(width, height, false);
	bool found = fixture_holds(c, styled);

	canvas_free(c);
	return found;
}

static bool shows(const char *text)
{
	struct canvas *c = drawn(100, 15, false);
	struct text t = { 0 };
	bool found;

	canvas_text(c, &t);
	found = strstr(text_string(&t), text) != NULL;
	text_free(&t);
	canvas_free(c);
	return found;
}

START_TEST(at_100)
{
	expect(100, 15, false,
	       " 2 of 6 processes could not be looked into: not permitted: needs the same user, or root   1 idle: A\n"
	       " OBJECT                  LEVEL                WRITERS          READERS          STATE ▼\n"
	       " pipe:[27408]            ██████████ 64K/64K   tar 812 ■        gzip 813 ‖       STUCK 4.2 s\n"
	       " FIFO /tmp/log           ░░░░░░░░░░ 0/64K     –                cat 901 ■        waiting 31 s\n"
	       " unix @/run/db           █▉░░░░░░░░ 41K/208K  app 77           db 90            flowing 12MB/s\n"
	       " sem 5                              [0] +1    –                job 640 ■        waiting 2.0 s\n"
	       " shm 8                              4M ×2     app 77           db 90            ?\n"
	       "\n"
	       "\n"
	       "\n"
	       "\n"
	       "\n"
	       "\n"
	       "─ pipe:[27408] ─────────────────────────────────────────────────────────────────────────────────────\n"
	       " tar 812 waits 4.2 s for gzip 813, which is stopped");
}
END_TEST

START_TEST(at_80)
{
	expect(80, 13, false,
	       " 2 of 6 processes could not be looked into: not permitted: needs th…  1 idle: A\n"
	       " OBJECT           LEVEL          WRITERS         READERS         STATE ▼\n"
	       " pipe:[27408]     ████ 64K/64K   tar 812 ■       gzip 813 ‖      STUCK 4.2 s\n"
	       " FIFO /tmp/log    ░░░░ 0/64K     –               cat 901 ■       waiting 31 s\n"
	       " unix @/run/db    ▊░░░ 41K/208K  app 77          db 90           flowing 12MB/s\n"
	       " sem 5                 [0] +1    –               job 640 ■       waiting 2.0 s\n"
	       " shm 8                 4M ×2     app 77          db 90           ?\n"
	       "\n"
	       "\n"
	       "\n"
	       "\n"
	       "\n");
}
END_TEST

START_TEST(at_60)
{
	expect(60, 12, true,
	       " 2 of 6 processes could not be looked into: not~  1 idle: A\n"
	       " OBJECT         LEVEL    WRITERS      READERS      STATE v\n"
	       " pipe:[27408]   64K/64K  tar 812 #    gzip 813 =   STUCK\n"
	       " FIFO /tmp/log  0/64K    -            cat 901 #    waiting\n"
	       " unix @/run/db  41K/208K app 77       db 90        flowing\n"
	       " sem 5          [0] +1   -            job 640 #    waiting\n"
	       " shm 8          4M x2    app 77       db 90        ?\n"
	       "\n"
	       "\n"
	       "\n"
	       "\n");
}
END_TEST


/* What of it fits: the detail below has it, and how it is known. */
START_TEST(rates)
{
	m.object[CONNECTION].rate = (struct system_rate){ RATE_AT_LEAST, 28 << 20, 10 * CLOCK_S, "counts agree" };
	m.object[CONNECTION].rate_b = m.object[CONNECTION].rate;
	ck_assert(shows(" flowing ≥2.7MB/s"));
	ck_assert(holds(80, 13, "flowing ≥2.7M/s"));
	ck_assert(!holds(60, 12, "flowing ≥"));
	system_rows_build(&rows, &m.s, m.order);
	system_rows_choose(&rows, &m.s, 2);
	ck_assert(shows(" at least 2.7MB/s passed (to db 90: ≥2.7MB/s): counts agree"));
	m.object[CONNECTION].rate = m.object[CONNECTION].rate_b = (struct system_rate){ RATE_UNKNOWN, 0, 0, "not counted" };
	ck_assert(shows(" rate not known: not counted"));
	m.object[CONNECTION].rate = (struct system_rate){ RATE_MODELLED, 28 << 20, 10 * CLOCK_S, "counts agree" };
	ck_assert(shows(" 2.7MB/s passed, modelled: counts agree"));
}
END_TEST

START_TEST(a_tree_by_object)
{
	system_rows_turn(&rows, SYSTEM_BY_OBJECT);
	expect(80, 12, false,
	       " 2 of 6 processes could not be looked into: not permitted: needs th…  1 idle: A\n"
	       " OBJECT           LEVEL          WRITERS         READERS         STATE ▼\n"
	       " ▾ pipe:[27408]   ████ 64K/64K   tar 812 ■       gzip 813 ‖      STUCK 4.2 s\n"
	       "   ↳ fd 1                        tar 812 ■                       writes\n"
	       "   ↳ fd 0                                        gzip 813 ‖\n"
	       " ▾ FIFO /tmp/log  ░░░░ 0/64K     –               cat 901 ■       waiting 31 s\n"
	       "   ↳ fd 3                                        cat 901 ■       reads\n"
	       " ▾ unix @/run/db  ▊░░░ 41K/208K  app 77          db 90           flowing 12MB/s\n"
	       "   ↳ fd 5                        app 77\n"
	       "   ↳ fd 9                                        db 90\n"
	       " ▾ sem 5               [0] +1    –               job 640 ■       waiting 2.0 s\n"
	       "   ↳                                             job 640 ■       waits for a se▼");
}
END_TEST

START_TEST(a_tree_by_process)
{
	system_rows_turn(&rows, SYSTEM_BY_PROCESS);
	expect(80, 13, false,
	       " 2 of 6 processes could not be looked into: not permitted: needs th…  1 idle: A\n"
	       " OBJECT           LEVEL          WRITERS         READERS         STATE ▼\n"
	       " ▾ tar 812 ■      tar -c /home                                   writes\n"
	       "    pipe:[27408]  ████ 64K/64K   tar 812 ■       gzip 813 ‖      STUCK 4.2 s\n"
	       " ▾ gzip 813 ‖\n"
	       "    pipe:[27408]  ████ 64K/64K   tar 812 ■       gzip 813 ‖      STUCK 4.2 s\n"
	       " ▾ cat 901 ■                                                     reads\n"
	       "    FIFO /tmp/log ░░░░ 0/64K     –               cat 901 ■       waiting 31 s\n"
	       " ▾ app 77\n"
	       "    unix @/run/db ▊░░░ 41K/208K  app 77          db 90           flowing 12MB/s\n"
	       "    shm 8              4M ×2     app 77          db 90           ?\n"
	       " ▾ db 90\n"
	       "    unix @/run/db ▊░░░ 41K/208K  app 77          db 90           flowing 12MB/s▼");
}
END_TEST

/* Folded open by hand in the plain table; shut again from a row inside. */
START_TEST(folds)
{
	system_rows_build(&rows, &m.s, m.order);
	ck_assert_uint_eq(rows.n, 5);
	system_rows_fold(&rows, &m.s, m.order, true);
	ck_assert_uint_eq(rows.n, 7);
	system_rows_choose(&rows, &m.s, 2);
	ck_assert_int_eq(rows.row[2].process, GZIP);
	system_rows_fold(&rows, &m.s, m.order, false);
	ck_assert_uint_eq(rows.n, 5);
	ck_assert_int_eq(rows.chosen, 0);
	ck_assert(!rows.row[0].open);
}
END_TEST

/* The row stays chosen though others come in front of it, and where it stood when it is gone. */
START_TEST(a_choice_stays)
{
	system_rows_build(&rows, &m.s, m.order);
	system_rows_choose(&rows, &m.s, 2);
	ck_assert_int_eq(system_rows_chosen(&rows)->object, CONNECTION);
	m.order[0] = CONNECTION;
	m.order[2] = FULL_PIPE;
	system_rows_build(&rows, &m.s, m.order);
	ck_assert_int_eq(rows.chosen, 0);
	m.object[CONNECTION].word = WORD_IDLE;
	system_rows_build(&rows, &m.s, m.order);
	ck_assert_int_eq(rows.chosen, 0);
	ck_assert_int_eq(system_rows_chosen(&rows)->object, LOG_FIFO);
	ck_assert_uint_eq(rows.idle, 2);
}
END_TEST

START_TEST(idle_ones)
{
	ck_assert(holds(80, 12, "1 idle: A"));
	ck_assert(holds(120, 12, "1 idle left out: A shows them"));
	ck_assert(!holds(80, 12, "27511"));
	rows.all = true;
	ck_assert(!holds(80, 12, "1 idle"));
	ck_assert(holds(80, 12, "27511"));
}
END_TEST

/* By process, its number, kind, name, state; idle ones are found, too. */
START_TEST(filters)
{
	static const struct { const char *filter; size_t n; int first; } wanted[] = {
		{ "GZIP", 1, FULL_PIPE }, { "813", 1, FULL_PIPE }, { "fifo", 1, LOG_FIFO }, { "run/d", 1, CONNECTION },
		{ "stuck", 1, FULL_PIPE }, { "pipe", 2, FULL_PIPE }, { "27511", 1, IDLE_PIPE }, { "-c /home", 2, FULL_PIPE },
		{ "81", 0, -1 }, { "no such", 0, -1 },
		/* several words: all of them, in any order; a process that is stopped; a word and half of another */
		{ "stuck tar", 1, FULL_PIPE }, { "tar pipe", 2, FULL_PIPE }, { "pipe idle", 1, IDLE_PIPE }, { "stuck cat", 0, -1 },
		{ "stopped", 1, FULL_PIPE }, { "  db   unix ", 1, CONNECTION }, { "job", 1, LIMITER }, { " ", 6, FULL_PIPE },
	};

	snprintf(rows.filter, sizeof rows.filter, "%s", wanted[_i].filter);
	system_rows_build(&rows, &m.s, m.order);
	ck_assert_uint_eq(rows.n, wanted[_i].n);
	ck_assert_uint_eq(rows.found, wanted[_i].n);
	if (rows.n)
		ck_assert_int_eq(rows.row[0].object, wanted[_i].first);
	else
		ck_assert(holds(80, 12, "Nothing has this"));
	ck_assert(holds(80, 12, "{strong}") || !rows.filter[0]);
}
END_TEST

START_TEST(nothing_to_show)
{
	m.s.n_objects = 0;
	ck_assert(holds(80, 12, "No process communicates"));
	view.taken = false;
	ck_assert(holds(80, 12, "Looking at the machine"));
	view.trouble = "/proc is not mounted";
	ck_assert(holds(80, 12, "{bad}/proc is not mounted"));
}
END_TEST

START_TEST(what_was_not_seen)
{
	ck_assert(holds(100, 12, "{warn}2 of 6 processes could not be looked into: not permitted: needs the same"));
	m.s.hidden_processes = 0;
	ck_assert(!holds(100, 12, "could not be looked into"));
	m.s.unlisted = true;
	ck_assert(holds(100, 12, "hidepid"));
	view.message = "saved as x";
	ck_assert(holds(100, 12, "saved as x"));
}
END_TEST

/* States are told by words and glyphs, not by colour alone. */
START_TEST(states)
{
	ck_assert(holds(100, 15, "{selected-bad}STUCK 4.2 s"));
	ck_assert(holds(100, 15, "{warn}waiting 31 s"));
	ck_assert(holds(100, 15, "{good}flowing 12MB/s"));
	ck_assert(holds(100, 15, "cat{dim} 901{text} {warn}■"));
	ck_assert(holds(100, 15, "gzip{selected-dim} 813{selected} {selected-bad}‖"));
}
END_TEST

/* Data goes from left to right: of two ways the fuller one is shown, whoever made the connection. */
START_TEST(the_fuller_way)
{
	ck_assert(shows("41K/208K  app 77           db 90"));
	m.object[CONNECTION].level.number = 100000;
	ck_assert(shows("97K/208K  db 90            app 77"));
}
END_TEST

START_TEST(hostile_names)
{
	static const char evil[] = "\033[2J\n\xff\xe2\x80\xae" "x";
	struct text t = { 0 };

	for (int tree = 0; tree < SYSTEM_TREES; tree++)
		for (int width = 40; width <= 200; width += 7) {
			struct canvas *c;

			memcpy(m.process[TAR].name, evil, sizeof evil);
			memcpy(m.process[TAR].command, evil, sizeof evil);
			memcpy(m.object[FULL_PIPE].name, evil, sizeof evil);
			m.object[FULL_PIPE].what = evil;
			system_rows_turn(&rows, (enum system_tree)tree);
			c = drawn(width, 30, width % 2);
			canvas_text(c, &t);
			ck_assert(!strchr(text_string(&t), '\033') && !strstr(text_string(&t), "\xe2\x80\xae") &&
				  !strchr(text_string(&t), '\xff'));
			canvas_free(c);
			text_clear(&t);
		}
	ck_assert(holds(100, 20, "\\x1b[2J\\n"));
	text_free(&t);
}
END_TEST

/* No size draws outside of its area, whatever is open. */
START_TEST(any_size)
{
	snprintf(why.who, sizeof why.who, "tar 812");
	for (int width = 10; width <= 210; width += 10)
		for (int height = 3; height <= 52; height += 7)
			for (int open = 0; open < 2; open++) {
				struct canvas *c = canvas_new(width + 4, height + 4, false);
				struct area a = { 2, 2, width, height };

				why.open = open;
				why.why.n_links = 1;
				history_add(&history, m.s.taken, 4096);
				snprintf(why.why.link[0].sentence, sizeof why.why.link[0].sentence, "tar 812 has waited 4.2 s in write");
				fixture_mark(c);
				system_rows_build(&rows, &m.s, m.order);
				system_draw(c, a, &view);
				fixture_untouched(c, a);
				canvas_free(c);
			}
}
END_TEST

/* The chosen row is in view, wherever it is. */
START_TEST(scrolls)
{
	system_rows_turn(&rows, SYSTEM_BY_OBJECT);
	system_rows_build(&rows, &m.s, m.order);
	for (int i = 0; i < (int)rows.n; i++) {
		system_rows_choose(&rows, &m.s, i);
		canvas_free(drawn(80, 6, false));
		ck_assert_int_le(scroll, i);
		ck_assert_int_gt(scroll + 4, i);
	}
}
END_TEST

/* ---- orders ------------------------------------------------------------------------------------------ */

START_TEST(sorts)
{
	static const int wanted[SYSTEM_SORTS][FIXTURE_OBJECTS] = {
		[SORT_ATTENTION] = { FULL_PIPE, LOG_FIFO, CONNECTION, LIMITER, PICTURES, IDLE_PIPE },
		[SORT_LEVEL] = { FULL_PIPE, CONNECTION, LOG_FIFO, IDLE_PIPE, LIMITER, PICTURES },
		[SORT_SINCE] = { LOG_FIFO, FULL_PIPE, LIMITER, CONNECTION, PICTURES, IDLE_PIPE },
		[SORT_RATE] = { CONNECTION, FULL_PIPE, LOG_FIFO, LIMITER, PICTURES, IDLE_PIPE },
		[SORT_NAME] = { LOG_FIFO, FULL_PIPE, IDLE_PIPE, LIMITER, PICTURES, CONNECTION },
		[SORT_WRITERS] = { CONNECTION, PICTURES, IDLE_PIPE, FULL_PIPE, LOG_FIFO, LIMITER },
		[SORT_READERS] = { LOG_FIFO, CONNECTION, PICTURES, FULL_PIPE, LIMITER, IDLE_PIPE },
	};
	int *sorted = system_sorted(&m.s, m.order, (enum system_sort)_i);
	const int *order = sorted ? sorted : m.order;

	if (_i == SORT_READERS) /* the idle pipe's is tar, too */
		ck_assert_int_eq(order[5], IDLE_PIPE);
	for (int i = 0; i < FIXTURE_OBJECTS; i++)
		ck_assert_msg(order[i] == wanted[_i][i], "%s: %d is %d", system_sort_about(_i)->word, i, order[i]);
	ck_assert_ptr_null(system_sorted(&m.s, NULL, (enum system_sort)_i));
	free(sorted);
}
END_TEST

/* A pipe that is full of slots is full, however few bytes that are. */
START_TEST(full_of_slots)
{
	int *sorted;

	m.object[IDLE_PIPE].full = true;
	m.object[FULL_PIPE].level.number--;
	sorted = system_sorted(&m.s, m.order, SORT_LEVEL);
	ck_assert_int_eq(sorted[0], IDLE_PIPE);
	free(sorted);
}
END_TEST

/* Each order is told by a column; a click on a title goes through those that it tells. */
START_TEST(columns_and_orders)
{
	enum system_sort at = SORT_LEVEL;

	ck_assert_int_eq(system_sort_of_column(COLUMN_STATE, at), SORT_ATTENTION);
	ck_assert_int_eq(system_sort_of_column(COLUMN_STATE, SORT_ATTENTION), SORT_SINCE);
	ck_assert_int_eq(system_sort_of_column(COLUMN_STATE, SORT_SINCE), SORT_RATE);
	ck_assert_int_eq(system_sort_of_column(COLUMN_STATE, SORT_RATE), SORT_ATTENTION);
	ck_assert_int_eq(system_sort_of_column(COLUMN_LEVEL, SORT_LEVEL), SORT_LEVEL);
	ck_assert_int_eq(system_sort_of_column(COLUMN_OBJECT, at), SORT_NAME);
	ck_assert_int_eq(system_sort_of_column(COLUMN_WRITERS, at), SORT_WRITERS);
	ck_assert_int_eq(system_sort_of_column(COLUMN_READERS, at), SORT_READERS);
}
END_TEST

START_TEST(the_order_is_told)
{
	struct canvas *c;
	int x, y = 1;

	ck_assert(holds(80, 12, "{strong}STATE{text} {strong}▼"));
	view.sort = SORT_LEVEL;
	ck_assert(holds(80, 12, "{strong}LEVEL{text} {strong}▼"));
	ck_assert(holds(80, 12, "by level: o"));
	ck_assert(holds(120, 12, "the fullest first: o"));
	view.sort = SORT_WRITERS;
	ck_assert(holds(60, 12, "{strong}WRITERS{text} {strong}▲"));
	c = drawn(80, 12, false);
	for (x = 1; x < 80 && canvas_place_at(c, x, y) != PLACE_FIRST + COLUMN_READERS; x++)
		;
	ck_assert_int_eq(x, 49); /* as in at_80 */
	ck_assert_int_eq(canvas_place_at(c, x - 1, y), 0);
	ck_assert_int_eq(canvas_place_at(c, x, y + 1), 0);
	canvas_free(c);
}
END_TEST

/* Long pids take their room from the bars: seven letters of a name are left beside one of seven digits. */
START_TEST(names_have_room)
{
	snprintf(m.process[JOB].name, sizeof m.process[JOB].name, "stuckwriter");
	m.process[JOB].pid = 4194304;
	ck_assert(holds(80, 12, "stuckwr…{dim} 4194304{warn}■"));
	ck_assert(!holds(80, 12, "{level}"));
	m.process[JOB].pid = 99999;
	ck_assert(holds(80, 12, "stuckwr…{dim} 99999{warn}■"));
}
END_TEST

START_TEST(says_what_to_type)
{
	view.filtering = true;
	ck_assert(holds(60, 12, "words: a process, a pid, a kind, a name"));
	snprintf(rows.filter, sizeof rows.filter, "pipe");
	ck_assert(holds(60, 12, "Enter keeps it"));
	ck_assert(holds(60, 12, "2 found"));
	view.filtering = false;
	ck_assert(holds(60, 12, "Esc shows all"));
}
END_TEST

Suite *suite_pane_system(void)
{
	Suite *suite = suite_create("pane_system");
	TCase *tc = tcase_create("pane_system");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, at_100);
	tcase_add_test(tc, at_80);
	tcase_add_test(tc, at_60);
	tcase_add_test(tc, rates);
	tcase_add_test(tc, a_tree_by_object);
	tcase_add_test(tc, a_tree_by_process);
	tcase_add_test(tc, folds);
	tcase_add_test(tc, a_choice_stays);
	tcase_add_test(tc, idle_ones);
	tcase_add_loop_test(tc, filters, 0, 18);
	tcase_add_test(tc, nothing_to_show);
	tcase_add_test(tc, what_was_not_seen);
	tcase_add_test(tc, states);
	tcase_add_test(tc, the_fuller_way);
	tcase_add_test(tc, hostile_names);
	tcase_add_test(tc, any_size);
	tcase_add_test(tc, scrolls);
	tcase_add_loop_test(tc, sorts, 0, SYSTEM_SORTS);
	tcase_add_test(tc, full_of_slots);
	tcase_add_test(tc, columns_and_orders);
	tcase_add_test(tc, the_order_is_told);
	tcase_add_test(tc, names_have_room);
	tcase_add_test(tc, says_what_to_type);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* The Objects tab drawn from a snapshot made by hand, and the question before a removal. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/paper.h"
#include "tests/ui/panes_fixture.h"
#include "tests/ui/system_fixture.h"
#include "ui/objects_layer.h"
#include "ui/objects_question.h"
#include "ui/pane_objects_tab.h"
#include "ui/term.h"

static struct machine m;
static struct facilities list;
static struct objects_view view;
static struct objects_question question;
static int row[] = { 0, 1, 2 }, scroll;
static struct posix_named posix;
static struct limit limits[] = {
	{ "MSGMNI", "message queues", "", true, true, 32000, 3, NULL },
	{ "SEMMNI", "sets of semaphores", "", true, true, 10, 9, NULL },
	{ "MSGMAX", "longest message", "bytes", true, false, 8192, 0, NULL },
};

static void setup(void)
{
	system_fixture(&m);
	for (int i = 0; i < FIXTURE_PROCESSES; i++)
		m.process[i].uid = geteuid();
	m.object[LIMITER].sysv.uid = m.object[PICTURES].sysv.uid = geteuid();
	/* A name that no folder of this machine has. */
	posix = (struct posix_named){ .kind = 'M', .name = "/ipcscope-no-such-memory", .mode = 0600, .uid = geteuid(),
				      .size_known = true, .size = 8192, .pages = 2 };
	m.s.posix = (struct posix_names){ &posix, 1, 1, true };
	m.s.n_objects = IDLE_PIPE;
	facilities_find(&list, &m.s, "");
	scroll = 0;
	question = (struct objects_question){ 0 };
	view = (struct objects_view){ .system = &m.s, .list = &list, .row = row, .n = 3, .scroll = &scroll, .filter = "",
				      .taken = true, .limit = limits, .n_limits = 3, .detail = "made by cat 901", .message = "" };
}

static void teardown(void)
{
	facilities_free(&list);
}

static struct canvas *drawn(int width, int height, bool ascii)
{
	struct canvas *c = canvas_new(width, height, ascii);

	ck_assert_uint_eq(list.count, 3);
	objects_tab_draw(c, AREA(0, 0, width, height), &view);
	return c;
}

static bool holds(int width, int height, const char *styled)
{
	struct canvas *c = drawn(width, height, false);
	bool found = fixture_holds(c, styled);

	canvas_free(c);
	return found;
}

START_TEST(at_sizes)
{
	static const int width[] = { 60, 80, 100, 200 };
	static const char *const words[] = { "KIND", "shm", "sem", "pshm", "/ipcscope", "OWNER", "STATE", "app", "made by cat 901" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		ck_assert_msg(holds(width[_i], 20, words[i]), "no %s at %d", words[i], width[_i]);
	ck_assert_int_eq(holds(width[_i], 20, "0x00005101"), width[_i] >= 96);
	ck_assert_int_eq(holds(width[_i], 20, "rw-r--r--"), width[_i] >= 76);
}
END_TEST

START_TEST(at_100)
{
	struct canvas *c = drawn(100, 14, false);
	char owner[PAPER_USER];

	if (strcmp(paper_user(geteuid(), owner), "root")) {
		canvas_free(c);
		unit_skip("the user's name is in the picture");
	}
	fixture_expect(c,
		       " sets of semaphores 9 of 10  message queues 3 of 32000\n"
		       " KIND   ID NAME           KEY         OWNER     PERM       HOLDS         USED BY           STATE ▼\n"
		       " shm    8                 private     root      rw-r--r--  4M ×2         app 77 +1         ?\n"
		       " sem    5                 0x00005101  root      rw-------  [0] +1        job 640 ■         waiting\n"
		       " pshm   /ipcscope-no-suc…             root      rw-------  8K            ?                 ?\n"
		       "\n"
		       "\n"
		       "\n"
		       "─ shared memory 8 ──────────────────────────────────────────────────────────────── Enter all of it ─\n"
		       " made by cat 901\n"
		       "\n"
		       "\n"
		       "\n");
	canvas_free(c);
}
END_TEST

/* What is near its limit comes first, and stands out. */
START_TEST(limits_are_told)
{
	ck_assert(holds(100, 14, "{bad}sets of semaphores 9 of 10{text}  {dim}message queues 3 of 32000"));
	ck_assert(!holds(100, 14, "longest"));
	view.filter = "q";
	ck_assert(!holds(100, 14, "3 of 32000"));
}
END_TEST

START_TEST(nothing_there)
{
	view.n = 0;
	ck_assert(holds(80, 14, "There are no System V and no POSIX objects"));
	view.filter = "zzz";
	ck_assert(holds(80, 14, "None has this"));
	view.taken = false;
	ck_assert(holds(80, 14, "Looking"));
}
END_TEST

START_TEST(sorts)
{
	static const char *const wanted[OBJECTS_SORTS] = {
		[OBJECTS_BY_KIND] = "msM", [OBJECTS_BY_STATE] = "msM", [OBJECTS_BY_SIZE] = "mMs", [OBJECTS_BY_USERS] = "msM",
		[OBJECTS_BY_NAME] = "smM", [OBJECTS_BY_OWNER] = "smM",
	};
	int sorted[] = { 0, 1, 2 };

	m.object[PICTURES].sysv.uid = geteuid() + 1;
	facilities_find(&list, &m.s, "");
	for (size_t i = 0; i < 3; i++)
		if (list.list[i].kind == 'M' && _i == OBJECTS_BY_OWNER)
			list.list[i].uid = geteuid() + 2;
	facilities_order(&list, &m.s);
	objects_sort(sorted, 3, &list, &m.s, (enum objects_sort)_i);
	for (size_t i = 0; i < 3; i++)
		ck_assert_msg(list.list[sorted[i]].kind == wanted[_i][i], "%s: %zu is %c", objects_sort_about(_i)->word, i,
			      list.list[sorted[i]].kind);
}
END_TEST

START_TEST(the_order_is_told)
{
	struct canvas *c;

	view.sort = OBJECTS_BY_SIZE;
	ck_assert(holds(80, 14, "{strong}HOLDS{text} {strong}▼"));
	ck_assert(holds(80, 14, "by bytes: o"));
	ck_assert(holds(120, 14, "what holds most bytes first: o"));
	c = drawn(80, 14, false);
	ck_assert_int_eq(canvas_place_at(c, 1, 1), PLACE_FIRST + OBJECTS_KIND);
	ck_assert_int_eq(canvas_place_at(c, 8, 1), PLACE_FIRST + OBJECTS_NAME);
	ck_assert_int_eq(canvas_place_at(c, 1, 2), 0);
	canvas_free(c);
}
END_TEST

START_TEST(any_size)
{
	snprintf(posix.name, sizeof posix.name, "/\033[2J\xff");
	for (int width = 8; width <= 210; width += 9)
		for (int height = 3; height < 50; height += 5) {
			struct canvas *c = canvas_new(width + 2, height + 2, width % 2);
			struct area a = { 1, 1, width, height };
			struct text t = { 0 };

			view.chosen = height % 3;
			fixture_mark(c);
			objects_tab_draw(c, a, &view);
			fixture_untouched(c, a);
			canvas_text(c, &t);
			ck_assert(!strchr(text_string(&t), '\033'));
			text_free(&t);
			canvas_free(c);
		}
}
END_TEST

/* ---- what lies over it ------------------------------------------------------------------------------ */

static bool layer_holds(struct objects_layer *l, int width, int height, const char *detail, const char *styled)
{
	struct canvas *c = canvas_new(width, height, false);
	bool found;

	objects_layer_draw(c, l, "semaphores 5", detail, limits, 3);
	found = fixture_holds(c, styled);
	canvas_free(c);
	return found;
}

START_TEST(all_limits)
{
	struct objects_layer l = { .shows = OVER_LIMITS };

	ck_assert(layer_holds(&l, 80, 24, "", "message queues"));
	ck_assert(layer_holds(&l, 80, 24, "", "3 of 32000    0.01 %"));
	ck_assert(layer_holds(&l, 80, 24, "", "at most 8K"));
	ck_assert(layer_holds(&l, 80, 24, "", "MSGMNI"));
	objects_layer_key(&l, TERM_DOWN);
	ck_assert(layer_holds(&l, 80, 24, "", "SEMMNI: near"));
	objects_layer_key(&l, TERM_END);
	limits[2].why = "nobody counts";
	ck_assert(layer_holds(&l, 80, 24, "", "MSGMAX: what is used is not known: nobody counts"));
	ck_assert(layer_holds(&l, 80, 24, "", "? of 8K"));
	limits[2].why = NULL;
	objects_layer_key(&l, 'x'); /* does nothing here: one must see what one removes */
	ck_assert_int_eq(l.shows, OVER_LIMITS);
	objects_layer_key(&l, TERM_ESCAPE);
	ck_assert_int_eq(l.shows, OVER_NONE);
}
END_TEST

START_TEST(all_details)
{
	struct objects_layer l = { .shows = OVER_DETAIL };
	struct text t = { 0 };

	text_add(&t, "the first line\n");
	for (int i = 0; i < 200; i++)
		text_addf(&t, "%s[%d] 0", i ? "; " : "", i);
	ck_assert(layer_holds(&l, 60, 20, text_string(&t), "the first line"));
	ck_assert(!layer_holds(&l, 60, 20, text_string(&t), "[199]"));
	objects_layer_key(&l, TERM_END);
	ck_assert(layer_holds(&l, 60, 20, text_string(&t), "[199]"));
	objects_layer_key(&l, TERM_HOME);
	ck_assert(layer_holds(&l, 60, 20, text_string(&t), "the first line"));
	objects_layer_key(&l, TERM_ENTER);
	ck_assert_int_eq(l.shows, OVER_NONE);
	text_free(&t);
}
END_TEST

/* What is stuck, orphaned or unused stands first, the rest by kind. */
START_TEST(what_needs_attention_first)
{
	m.s.hidden_processes = 0;
	m.object[LIMITER].word = WORD_STUCK;
	facilities_order(&list, &m.s);
	ck_assert_int_eq(list.list[0].kind, 's');
	ck_assert_int_eq(list.list[1].kind, 'M');
	ck_assert_int_eq(list.list[2].kind, 'm');
	ck_assert(holds(100, 14, "{warn}unused"));
	m.object[PICTURES].word = WORD_ORPHANED;
	m.object[LIMITER].word = WORD_WAITING;
	facilities_order(&list, &m.s);
	ck_assert_int_eq(list.list[0].kind, 'm');
	ck_assert_int_eq(list.list[2].kind, 's');
	m.object[PICTURES].sysv.segment.marked = true;
	view.chosen = 2;
	ck_assert(holds(200, 14, "{warn}goes with the last detach"));
	ck_assert(holds(80, 14, "{warn}marked"));
}
END_TEST

/* ---- the question ----------------------------------------------------------------------------------- */

static const struct facility *find(char kind)
{
	for (size_t i = 0; i < list.count; i++)
		if (list.list[i].kind == kind)
			return &list.list[i];
	ck_abort_msg("there is no %c", kind);
}

static bool asks(const char *text)
{
	struct canvas *c = canvas_new(100, 24, false);
	struct text t = { 0 };
	bool found;

	objects_question_draw(c, &question);
	canvas_text(c, &t);
	found = strstr(text_string(&t), text) != NULL;
	text_free(&t);
	canvas_free(c);
	return found;
}

START_TEST(says_who_is_hurt)
{
	objects_question_ask(&question, &m.s, find('m'));
	ck_assert_int_eq(question.state, QUESTION_ASKS);
	ck_assert(asks("Remove shared memory 8"));
	ck_assert(asks("app 77"));
	ck_assert(asks("db 90"));
	ck_assert(asks("last detach"));
	ck_assert(!objects_question_key(&question, TERM_ENTER)); /* which one presses by habit */
	ck_assert(!objects_question_key(&question, 'x'));
	ck_assert(!objects_question_key(&question, 'n'));
	ck_assert_int_eq(question.state, QUESTION_NONE);
	objects_question_ask(&question, &m.s, find('s'));
	ck_assert(asks("job 640"));
	ck_assert(asks("EIDRM"));
	ck_assert(objects_question_key(&question, 'y'));
	ck_assert(objects_question_is_about(&question, find('s')));
	ck_assert(!objects_question_is_about(&question, find('m')));
}
END_TEST

/* What another user's process has attached takes a word. */
START_TEST(of_others)
{
	m.process[DB].uid = geteuid() + 1;
	objects_question_ask(&question, &m.s, find('m'));
	ck_assert_int_eq(question.state, QUESTION_WORD);
	ck_assert(asks("in use by others"));
	ck_assert(!objects_question_key(&question, 'y'));
	ck_assert(!objects_question_key(&question, TERM_ENTER)); /* "y" is not the word */
	ck_assert_int_eq(question.state, QUESTION_NONE);
	objects_question_ask(&question, &m.s, find('m'));
	for (const char *s = "yex"; *s; s++)
		ck_assert(!objects_question_key(&question, *s));
	ck_assert(!objects_question_key(&question, TERM_BACKSPACE));
	ck_assert(!objects_question_key(&question, 's'));
	ck_assert(asks("yes"));
	ck_assert(objects_question_key(&question, TERM_ENTER));
}
END_TEST

START_TEST(another_with_that_id)
{
	objects_question_ask(&question, &m.s, find('s'));
	ck_assert(objects_question_key(&question, 'y'));
	m.object[LIMITER].sysv.key = 0x5102;
	ck_assert(!objects_question_is_about(&question, find('s')));
}
END_TEST

Suite *suite_pane_objects_tab(void)
{
	Suite *suite = suite_create("pane_objects_tab");
	TCase *tc = tcase_create("pane_objects_tab");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, at_sizes, 0, 4);
	tcase_add_test(tc, at_100);
	tcase_add_test(tc, limits_are_told);
	tcase_add_test(tc, nothing_there);
	tcase_add_loop_test(tc, sorts, 0, OBJECTS_SORTS);
	tcase_add_test(tc, the_order_is_told);
	tcase_add_test(tc, any_size);
	tcase_add_test(tc, all_limits);
	tcase_add_test(tc, all_details);
	tcase_add_test(tc, what_needs_attention_first);
	tcase_add_test(tc, says_who_is_hurt);
	tcase_add_test(tc, of_others);
	tcase_add_test(tc, another_with_that_id);
	suite_add_tcase(suite, tc);
	return suite;
}

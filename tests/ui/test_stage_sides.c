/* SPDX-License-Identifier: MIT */
/* Sides from lessons: boxes stand where the lesson says, from its first step to its last; and who has
 * no part in it. */
#include "tests/unit.h"

#include <signal.h>
#include <string.h>

#include "tests/ui/panes_fixture.h"
#include "tests/ui/sample.h"
#include "ui/stage_sides.h"

static struct stage_sides sides;
static struct picture *picture;

static void setup(void)
{
	memset(&sides, 0, sizeof sides);
	picture = sample_new();
}

static void teardown(void)
{
	picture_free(picture);
}

static int side(const char *lesson, const char *process)
{
	struct lesson *l = fixture_lesson(lesson);
	int is = stage_sides_of(&sides, l, picture, process);

	lesson_free(l);
	return is;
}

/* The scene as it was drawn: ann left, bob right, a thing between them. */
static void note(int width)
{
	struct scene s = { .n_items = 3, .item = { { false, 0, { 0, 0, 20, 7 } }, { true, 0, { 24, 0, 32, 7 } },
						   { false, 1, { 60, 0, 20, 7 } } } };

	sample_process(picture, "ann", 1, PROCESS_READY);
	sample_process(picture, "bob", 2, PROCESS_READY);
	stage_sides_note(&sides, &s, picture, width);
}

START_TEST(who_writes_stands_left)
{
	static const char lesson[] = "parent  p = pipe()\nparent  fork ann\nann  write(p.w, 1)\nann  write(p.w, 1)\n"
				     "ann  read(p.r, 1)\nparent  read(p.r, 1)\n";

	ck_assert_int_eq(side(lesson, "ann"), -SCENE_BELONGS);
	ck_assert_int_eq(side(lesson, "parent"), SCENE_BELONGS);
	ck_assert_int_eq(side(lesson, "bob"), 0);
	ck_assert_int_eq(side("spawn ann\nspawn bob\nann  msgsnd(1, 1, \"x\")\nbob  msgrcv(1, 9, 0)\n", "ann"), -SCENE_BELONGS);
	ck_assert_int_eq(side("spawn ann\nspawn bob\nann  msgsnd(1, 1, \"x\")\nbob  msgrcv(1, 9, 0)\n", "bob"), SCENE_BELONGS);
}
END_TEST

/* Only the ends of pipes differ: who shares something else faces the others. */
START_TEST(where_all_write_nobody_belongs)
{
	static const char file[] = "spawn ann\nspawn bob\nann  f = open(\"f\", O_CREAT|O_WRONLY, 0600)\nann  write(f, 1)\nbob  write(f, 1)\n";
	static const char fifo[] = "spawn ann\nspawn bob\nann  mkfifo(\"f\", 0600)\nann  f = open(\"f\", O_RDWR)\nann  write(f, 1)\n";

	ck_assert_int_eq(side(file, "ann"), 0);
	ck_assert_int_eq(side(file, "bob"), 0);
	ck_assert_int_eq(side(fifo, "ann"), -SCENE_BELONGS);
}
END_TEST

START_TEST(names_tell)
{
	ck_assert_int_eq(side("spawn left\nspawn right\n", "left"), -SCENE_BELONGS);
	ck_assert_int_eq(side("spawn left\nspawn right\n", "right"), SCENE_BELONGS);
}
END_TEST

START_TEST(they_stay_where_they_stood)
{
	note(80);
	ck_assert_int_eq(side("spawn ann\nspawn bob\n", "ann"), -1);
	ck_assert_int_eq(side("spawn ann\nspawn bob\n", "bob"), 1);
	ck_assert_int_eq(side("spawn ann\nspawn bob\n", "carl"), 0);
	/* unless it has the end of a pipe, which decides; that of a file does not */
	sample_object(picture, OBJECT_PIPE, "p");
	sample_end(&picture->process[0], 3, 0, 'f', "f");
	ck_assert_int_eq(side("spawn ann\nspawn bob\n", "ann"), -1);
	sample_end(&picture->process[0], 4, 0, 'r', "p.r");
	ck_assert_int_eq(side("spawn ann\nspawn bob\n", "ann"), 0);
	/* nor do both, of which it may close either */
	sample_end(&picture->process[0], 5, 0, 'w', "p.w");
	sample_end(&picture->process[0], 6, 0, 'w', "p.w");
	ck_assert_int_eq(side("spawn ann\nspawn bob\n", "ann"), -1);
	/* a list has no sides */
	note(30);
	ck_assert_int_eq(side("spawn ann\nspawn bob\n", "bob"), 0);
}
END_TEST

static bool aside(const char *lesson, int position, const char *process)
{
	struct lesson *l = fixture_lesson(lesson);
	bool is = stage_sides_aside(l, position, process);

	lesson_free(l);
	return is;
}

START_TEST(parent_is_aside_until_it_has_a_part)
{
	static const char lesson[] = "spawn ann\nann  getpid()\nparent  getpid()\n";

	ck_assert(aside(lesson, 0, "parent"));
	ck_assert(aside(lesson, 2, "parent"));
	ck_assert(!aside(lesson, 3, "parent"));
	ck_assert(!aside(lesson, 0, "ann")); /* nobody is there without having been made for something */
	ck_assert(!aside("", 0, "parent"));
	/* a part is also to be looked at, and to be sent a signal */
	ck_assert(aside("spawn ann\nexpect ann ready\n", 2, "parent"));
	ck_assert(!aside("spawn ann\nexpect parent ready\n", 2, "parent"));
	ck_assert(!aside("spawn ann\nann  kill(parent, SIGTERM)\n", 2, "parent"));
	ck_assert(aside("spawn ann\nann  kill(ann, SIGTERM)\n", 2, "parent"));
}
END_TEST

Suite *suite_stage_sides(void)
{
	Suite *s = suite_create("stage_sides");
	TCase *t = tcase_create("sides");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, who_writes_stands_left);
	tcase_add_test(t, where_all_write_nobody_belongs);
	tcase_add_test(t, names_tell);
	tcase_add_test(t, they_stay_where_they_stood);
	tcase_add_test(t, parent_is_aside_until_it_has_a_part);
	suite_add_tcase(s, t);
	return s;
}

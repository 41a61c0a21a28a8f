/* SPDX-License-Identifier: MIT */
/* The objects pane: as ipcs lists them, ours first, changes for a moment. */
#include "tests/unit.h"

#include "base/clock.h"
#include "tests/ui/panes_fixture.h"
#include "ui/panes.h"

static struct picture picture;
static struct objects_memory memory;
static int scroll;

static void setup(void)
{
	struct sysv_object *o;

	scroll = 0;
	o = fixture_object(&picture, SYSV_QUEUE, 3, 0x6f02a1, "q");
	o->queue.messages = 1;
	o->queue.bytes = 9;
	o->queue.limit = 16384;
	o = fixture_object(&picture, SYSV_SEGMENT, 5, 0x52000012, NULL);
	o->segment.size = 1048576;
	o->segment.attached = 4;
	o->mode = 0644;
	o = fixture_object(&picture, SYSV_SEGMENT, 8, 0, "m");
	o->segment.size = 4096;
	o->segment.attached = 1;
	o->segment.marked = true;
	o = fixture_object(&picture, SYSV_SEMAPHORES, 1, 0x5101, "s");
	o->semaphores.count = 2;
	picture.object[2].semaphore[0].waiting_increase = 1;
	picture.object[2].semaphore[1].value = 7;
}

static void teardown(void)
{
	fixture_picture_free(&picture);
	objects_forget(&memory);
}

static struct canvas *drawn(int width, int height, int64_t now, bool focused)
{
	struct canvas *c = canvas_new(width, height, false);

	objects_draw(c, AREA(0, 0, width, height), &picture, &memory, now, &scroll, focused);
	return c;
}

START_TEST(narrow)
{
	struct canvas *c = drawn(34, 10, 0, false);

	fixture_expect(c,
		       " type  id key        perms\n"
		       " queue  3 0x006f02a1 rw-------\n"
		       "   q  1 msg  9 of 16384 B\n"
		       " shm    8 private    rw-------\n"
		       "   m  4096 B  attached 1  dest\n"
		       " sem    1 0x00005101 rw-------\n"
		       "   s  [0] 0 (1 waits)  [1] 7\n"
		       " ─ not of this stage ────────────\n"
		       " shm    5 0x52000012 rw-r--r--\n"
		       "   1048576 B  attached 4");
	canvas_free(c);
}
END_TEST

START_TEST(wide)
{
	struct canvas *c = drawn(80, 6, 0, false);

	fixture_expect_styled(c,
			      " {dim}type{text}   {dim}id{text}  {dim}key{text}         {dim}perms{text}      {dim}name{text}  {dim}detail\n"
			      " {strong}queue{text}   {strong}3{text}  0x006f02a1  rw-------  {strong}q{text}     1 msg  9 of 16384 B\n"
			      " {strong}shm{text}     {strong}8{text}  private     rw-------  {strong}m{text}     4096 B  attached 1  {warn}dest\n"
			      " {strong}sem{text}     {strong}1{text}  0x00005101  rw-------  {strong}s{text}     [0] 0 (1 waits)  [1] 7\n"
			      " {frame}─{dim} not of this stage {frame}──────────────────────────────────────────────────────────\n"
			      " {dim}shm{text}     {dim}5{text}  {dim}0x52000012{text}  {dim}rw-r--r--{text}        {dim}1048576 B  attached 4");
	canvas_free(c);
}
END_TEST

START_TEST(long_ids_leave_octal_perms)
{
	struct canvas *c;

	picture.sysv[1].id = 1179650;
	c = drawn(32, 10, 0, false);
	ck_assert(fixture_holds(c, "1179650{text} {dim}0x52000012{text} {dim}644"));
	ck_assert(fixture_holds(c, "{strong}3{text} 0x006f02a1 600"));
	canvas_free(c);
}
END_TEST

START_TEST(nothing)
{
	struct canvas *c;

	fixture_picture_free(&picture);
	c = drawn(40, 4, 0, false);
	fixture_expect(c, " No queues, segments or semaphores:\n ipcs in another terminal shows none\n either.\n");
	canvas_free(c);
}
END_TEST

static bool highlighted(int64_t now, const char *what)
{
	struct canvas *c = drawn(80, 8, now, false);
	bool is = fixture_holds(c, what);

	canvas_free(c);
	return is;
}

START_TEST(changes_stand_out_for_a_moment)
{
	ck_assert(!highlighted(0, "{changed}"));
	picture.sysv[0].queue.messages = 2;
	ck_assert(highlighted(CLOCK_S, "{changed}2 msgs"));
	ck_assert(!highlighted(CLOCK_S, "{changed}shm"));
	ck_assert(highlighted(2 * CLOCK_S, "{changed}2 msgs"));
	ck_assert(!highlighted(5 * CLOCK_S / 2, "{changed}"));
	picture.object[2].semaphore[1].value = 8;
	ck_assert(highlighted(4 * CLOCK_S, "{changed}sem"));
	ck_assert(!highlighted(6 * CLOCK_S, "{changed}"));
	fixture_object(&picture, SYSV_SEMAPHORES, 4, 0, NULL)->semaphores.count = 1;
	ck_assert(highlighted(7 * CLOCK_S, "{changed}1 semaphore"));
	ck_assert(!highlighted(9 * CLOCK_S, "{changed}"));
}
END_TEST

/* What leaves the listing moves no highlight to its neighbours; what comes back is new. */
START_TEST(removal_is_no_change_of_others)
{
	struct sysv_object first = picture.sysv[0];

	ck_assert(!highlighted(0, "{changed}"));
	picture.sysv[0] = picture.sysv[2];
	picture.n_sysv = 1;
	ck_assert(!highlighted(1, "{changed}"));
	picture.sysv[0] = first;
	ck_assert(highlighted(2, "{changed}queue"));
}
END_TEST

START_TEST(scrolls)
{
	struct canvas *c;

	scroll = 1;
	c = drawn(34, 5, 0, true);
	fixture_expect(c,
		       " type  id key        perms\n"
		       "   q  1 msg  9 of 16384 B\n"
		       " shm    8 private    rw-------\n"
		       "   m  4096 B  attached 1  dest\n"
		       " ▼ 5 more");
	canvas_free(c);
	scroll = 99;
	c = drawn(34, 5, 0, true);
	ck_assert_int_eq(scroll, 6);
	ck_assert(fixture_holds(c, "1048576 B"));
	canvas_free(c);
}
END_TEST

START_TEST(stays_inside)
{
	for (int i = 0; i < 2000; i++) {
		struct canvas *c = canvas_new(1 + (int)fixture_random(90), 1 + (int)fixture_random(20), i % 2);
		struct area a = { (int)fixture_random(40) - 5, (int)fixture_random(12) - 3, (int)fixture_random(90) - 2,
				  (int)fixture_random(15) - 2 };
		struct sysv_object *o;

		if (fixture_random(10) == 0)
			fixture_picture_free(&picture);
		o = fixture_object(&picture, (enum sysv_kind)fixture_random(3), (int)fixture_random(1u << 31), fixture_random(2) * fixture_random(~0u),
				   fixture_random(2) ? "管道名字很长很长很长" : NULL);
		if (o->kind == SYSV_SEMAPHORES)
			o->semaphores.count = fixture_random(32000);
		scroll = (int)fixture_random(40) - 10;
		fixture_mark(c);
		objects_draw(c, a, &picture, &memory, i, &scroll, fixture_random(2));
		fixture_untouched(c, a);
		canvas_free(c);
	}
}
END_TEST

Suite *suite_panes_objects(void)
{
	Suite *s = suite_create("panes_objects");
	TCase *t = tcase_create("objects");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, narrow);
	tcase_add_test(t, wide);
	tcase_add_test(t, long_ids_leave_octal_perms);
	tcase_add_test(t, nothing);
	tcase_add_test(t, changes_stand_out_for_a_moment);
	tcase_add_test(t, removal_is_no_change_of_others);
	tcase_add_test(t, scrolls);
	tcase_add_test(t, stays_inside);
	suite_add_tcase(s, t);
	return s;
}

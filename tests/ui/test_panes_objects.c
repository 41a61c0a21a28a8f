/* SPDX-License-Identifier: MIT */
/* The objects pane: as ipcs lists them, ours first, changes for a moment. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>

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

/* ---- POSIX objects --------------------------------------------------------------------------- */

static void add_posix(void)
{
	struct picture_object *o;

	picture.queues_listed = true;
	fixture_posix(&picture, 'Q', "/orders", true, 12);
	o = fixture_on_stage(&picture, OBJECT_MQUEUE, "pq");
	snprintf(o->path, sizeof o->path, "/orders-1000-aB3xYz");
	o->queue.messages = (struct reading){ .known = true, .number = 2 };
	o->queue.limit = (struct reading){ .known = true, .number = 10 };
	snprintf(o->waiting, sizeof o->waiting, "ann, bob");
	fixture_posix(&picture, 'M', "/m", true, 4097);
	fixture_posix(&picture, 'M', "/pulse-shm-2910480112-with-a-long-name", false, 67108904);
	fixture_posix(&picture, 'S', "/s", true, 3);
	o = fixture_on_stage(&picture, OBJECT_SEMAPHORE, "door");
	snprintf(o->path, sizeof o->path, "/dev/shm/sem.s-1000-aB3xYz");
	snprintf(o->waiting, sizeof o->waiting, "ann");
	fixture_posix(&picture, 'S', "/locked", false, 0)->size_known = false;
}

START_TEST(posix_narrow)
{
	struct canvas *c;

	add_posix();
	c = drawn(36, 18, 0, false);
	fixture_expect(c,
		       " type  id key/name   perms\n"
		       " queue  3 0x006f02a1 rw-------\n"
		       "   q  1 msg  9 of 16384 B\n"
		       " shm    8 private    rw-------\n"
		       "   m  4096 B  attached 1  dest\n"
		       " sem    1 0x00005101 rw-------\n"
		       "   s  [0] 0 (1 waits)  [1] 7\n"
		       " mq    /orders       rw-r--r--\n"
		       "   pq  2 of 10 msgs  12 B (2 wait)\n"
		       " shm   /m            rw-r--r--\n"
		       "   4097 B\n"
		       " sem   /s            rw-r--r--\n"
		       "   door  value 3 (1 waits)\n"
		       " ─ not of this stage ──────────────\n"
		       " shm    5 0x52000012 rw-r--r--\n"
		       "   1048576 B  attached 4\n"
		       " shm   /pulse-shm-2… rw-r--r--\n"
		       "   67108904 B");
	canvas_free(c);
}
END_TEST

START_TEST(posix_wide)
{
	struct canvas *c;

	add_posix();
	c = drawn(80, 11, 0, false);
	fixture_expect_styled(c,
			      " {dim}type{text}   {dim}id{text}  {dim}key/name{text}              {dim}perms{text}      {dim}name{text}  {dim}detail\n"
			      " {strong}queue{text}   {strong}3{text}  0x006f02a1            rw-------  {strong}q{text}     1 msg  9 of 16384 B\n"
			      " {strong}shm{text}     {strong}8{text}  private               rw-------  {strong}m{text}     4096 B  attached 1  {warn}dest\n"
			      " {strong}sem{text}     {strong}1{text}  0x00005101            rw-------  {strong}s{text}     [0] 0 (1 waits)  [1] 7\n"
			      " {strong}mq{text}         {strong}/orders{text}               rw-r--r--  {strong}pq{text}    2 of 10 msgs  12 B (2 wait)\n"
			      " {strong}shm{text}        {strong}/m{text}                    rw-r--r--        4097 B\n"
			      " {strong}sem{text}        {strong}/s{text}                    rw-r--r--  {strong}door{text}  value 3 (1 waits)\n"
			      " {frame}─{dim} not of this stage {frame}──────────────────────────────────────────────────────────\n"
			      " {dim}shm{text}     {dim}5{text}  {dim}0x52000012{text}            {dim}rw-r--r--{text}        {dim}1048576 B  attached 4\n"
			      " {dim}shm{text}        {dim}/pulse-shm-29104801…{text}  {dim}rw-r--r--{text}        {dim}67108904 B\n"
			      " {dim}sem{text}        {dim}/locked{text}               {dim}rw-r--r--{text}        {dim}not readable");
	canvas_free(c);
}
END_TEST

START_TEST(posix_very_wide)
{
	struct canvas *c;

	add_posix();
	c = drawn(120, 11, 0, false);
	fixture_expect(c,
		       " type   id  key/name                                perms      name  detail\n"
		       " queue   3  0x006f02a1                              rw-------  q     1 msg  9 of 16384 B\n"
		       " shm     8  private                                 rw-------  m     4096 B  attached 1  dest\n"
		       " sem     1  0x00005101                              rw-------  s     [0] 0 (1 waits)  [1] 7\n"
		       " mq         /orders                                 rw-r--r--  pq    2 of 10 msgs  12 B (2 wait)\n"
		       " shm        /m                                      rw-r--r--        4097 B\n"
		       " sem        /s                                      rw-r--r--  door  value 3 (1 waits)\n"
		       " ─ not of this stage ──────────────────────────────────────────────────────────────────────────────────────────────────\n"
		       " shm     5  0x52000012                              rw-r--r--        1048576 B  attached 4\n"
		       " shm        /pulse-shm-2910480112-with-a-long-name  rw-r--r--        67108904 B\n"
		       " sem        /locked                                 rw-r--r--        not readable");
	canvas_free(c);
}
END_TEST

/* The note takes no line that a row needs, unless one looks closely. */
START_TEST(queues_not_listed)
{
	struct canvas *c = drawn(80, 8, 0, false);

	ck_assert(fixture_holds(c, "/dev/mqueue is not mounted"));
	canvas_free(c);
	c = drawn(80, 7, 0, false);
	ck_assert(!fixture_holds(c, "mqueue"));
	canvas_free(c);
	c = drawn(50, 20, 0, false);
	ck_assert(!fixture_holds(c, "mqueue"));
	canvas_free(c);
	memory.zoomed = true;
	scroll = 99;
	c = drawn(40, 7, 0, true);
	fixture_expect(c,
		       " type  id key        perms\n"
		       " shm    5 0x52000012 rw-r--r--\n"
		       "   1048576 B  attached 4\n"
		       "\n"
		       " POSIX queues cannot be listed:\n"
		       " /dev/mqueue is not mounted\n");
	canvas_free(c);
	picture.queues_listed = true;
	c = drawn(80, 20, 0, false);
	ck_assert(!fixture_holds(c, "mqueue"));
	canvas_free(c);
}
END_TEST

/* What the stage holds open is there all the same; once. */
START_TEST(a_queue_that_no_folder_lists)
{
	struct objects_row *row;

	snprintf(fixture_on_stage(&picture, OBJECT_MQUEUE, "pq")->path, PICTURE_CALL, "/orders-1000-aB3xYz");
	ck_assert_int_eq(objects_rows(&picture, &row), 5);
	ck_assert(row[3].kind == 'Q' && row[3].ours);
	ck_assert_str_eq(objects_full_name(&row[3]), "/orders-1000-aB3xYz");
	free(row);
	picture.queues_listed = true;
	fixture_posix(&picture, 'Q', "/orders", true, 0);
	ck_assert_int_eq(objects_rows(&picture, &row), 5);
	ck_assert_ptr_nonnull(row[3].known);
	free(row);
}
END_TEST

START_TEST(posix_changes)
{
	add_posix();
	ck_assert(!highlighted(0, "{changed}"));
	picture.posix[3].size = 2;
	ck_assert(highlighted(CLOCK_S, "{changed}value 2"));
	ck_assert(!highlighted(CLOCK_S, "{changed}mq"));
	picture.object[3].queue.messages.number = 3;
	ck_assert(highlighted(2 * CLOCK_S, "{changed}3 of 10"));
}
END_TEST

/* ---- choosing -------------------------------------------------------------------------------- */

static int chosen_id(void)
{
	struct objects_row row;

	return objects_chosen(&memory, &picture, &row) ? row.sysv->id : -1;
}

START_TEST(choosing)
{
	static const int ids[] = { 3, 8, 1, 5, 5 };

	ck_assert_int_eq(chosen_id(), -1);
	for (size_t i = 0; i < 5; i++) {
		objects_choose(&memory, &picture, 1);
		ck_assert_int_eq(chosen_id(), ids[i]);
	}
	objects_choose(&memory, &picture, -1);
	ck_assert_int_eq(chosen_id(), 1);
	/* it is gone: the choice goes on from there */
	picture.n_sysv--;
	picture.sysv_ours[3] = false;
	ck_assert_int_eq(chosen_id(), -1);
	objects_choose(&memory, &picture, 1);
	ck_assert_int_eq(chosen_id(), 5);
	/* the choice stays with the object, wherever it moves to */
	objects_choose(&memory, &picture, -9);
	ck_assert_int_eq(chosen_id(), 3);
	picture.sysv_ours[0] = false;
	ck_assert_int_eq(chosen_id(), 3);
	picture.n_sysv = 0;
	objects_choose(&memory, &picture, 1);
	ck_assert_int_eq(chosen_id(), -1);
}
END_TEST

START_TEST(chosen_is_shown)
{
	struct canvas *c;

	for (int i = 0; i < 4; i++)
		objects_choose(&memory, &picture, 1);
	c = drawn(34, 5, 0, true); /* it scrolls there, to the rule above it */
	fixture_expect(c,
		       " type  id key        perms\n"
		       " ─ not of this stage ────────────\n"
		       " shm    5 0x52000012 rw-r--r--\n"
		       "   1048576 B  attached 4\n");
	canvas_free(c);
	c = drawn(34, 10, 0, true);
	ck_assert(fixture_holds(c, "{selected-dim}shm"));
	canvas_free(c);
	c = drawn(34, 10, 0, false); /* not where keys go elsewhere */
	ck_assert(!fixture_holds(c, "{selected"));
	canvas_free(c);
	objects_choose(&memory, &picture, -9);
	c = drawn(34, 5, 0, true);
	ck_assert(fixture_holds(c, "queue"));
	canvas_free(c);
}
END_TEST

/* Of two lines either; the rule is nobody's. */
START_TEST(clicking)
{
	static const int narrow_ids[] = { -1, 3, 3, 8, 8, 1, 1, -1, 5, 5, -1 }, wide_ids[] = { -1, 3, 8, 1, -1, 5, -1 };

	for (int is_wide = 0; is_wide < 2; is_wide++) {
		canvas_free(drawn(is_wide ? 80 : 34, 12, 0, true));
		for (int y = 0; y < (is_wide ? 7 : 11); y++) {
			memory.chosen = false;
			objects_click(&memory, &picture, y);
			ck_assert_int_eq(chosen_id(), is_wide ? wide_ids[y] : narrow_ids[y]);
		}
	}
	scroll = 3;
	canvas_free(drawn(34, 5, 0, true));
	memory.chosen = false;
	objects_click(&memory, &picture, 1);
	ck_assert_int_eq(chosen_id(), 8);
	memory.chosen = false;
	objects_click(&memory, &picture, 4); /* "4 more" */
	ck_assert_int_eq(chosen_id(), -1);
}
END_TEST

START_TEST(names)
{
	static const struct { const char *name; bool ours; const char *shown; } row[] = {
		{ "/q", true, "/q" }, { "/a-b-c", true, "/a-b-c" }, { "/q-1000-aB3xYz", false, "/q-1000-aB3xYz" },
		{ "/\x1b[2J", false, "/\\x1b[2J" }, { "/管道", true, "/管道" },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct objects_row *rows;
		struct text t = { 0 };

		fixture_picture_free(&picture);
		fixture_posix(&picture, 'M', row[i].name, row[i].ours, 0);
		ck_assert_int_eq(objects_rows(&picture, &rows), 1);
		objects_name(&rows[0], &t);
		ck_assert_str_eq(text_string(&t), row[i].shown);
		text_free(&t);
		free(rows);
	}
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
		if (fixture_random(3) == 0)
			fixture_posix(&picture, "QMS"[fixture_random(3)], fixture_random(2) ? "/管道名字很长很长很长" : "/x",
				      fixture_random(2), (int64_t)fixture_random(1u << 30));
		picture.queues_listed = fixture_random(2);
		memory.zoomed = fixture_random(2);
		if (fixture_random(2))
			objects_choose(&memory, &picture, (int)fixture_random(7) - 3);
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
	tcase_add_test(t, posix_narrow);
	tcase_add_test(t, posix_wide);
	tcase_add_test(t, posix_very_wide);
	tcase_add_test(t, queues_not_listed);
	tcase_add_test(t, a_queue_that_no_folder_lists);
	tcase_add_test(t, posix_changes);
	tcase_add_test(t, choosing);
	tcase_add_test(t, chosen_is_shown);
	tcase_add_test(t, clicking);
	tcase_add_test(t, names);
	tcase_add_test(t, stays_inside);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* What is in the scene and what is not: processes without a part, objects without room, what is seen
 * twice; and lines that only some need. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

#define SIGNAL_BIT(n) (UINT64_C(1) << ((n) - 1))

/* ---- processes aside ------------------------------------------------------------------------ */

static bool parent_aside(void *data, const char *process)
{
	(void)data;
	return !strcmp(process, "parent");
}

static bool holds(struct picture *p, int width, int height, const char *flags, const char *what, bool with_aside)
{
	struct scene s = scene_fixture(flags);
	struct canvas *c;
	struct text t = { 0 };
	bool found;

	if (with_aside)
		s.aside = parent_aside;
	c = scene_fixture_draw(p, width, height, flags, &s);
	canvas_text(c, &t);
	found = strstr(text_string(&t), what) != NULL;
	text_free(&t);
	canvas_free(c);
	return found;
}

/* parent and ann, who have nothing and do nothing. */
static struct picture *two(void)
{
	struct picture *p = sample_new();

	for (int i = 0; i < 2; i++)
		sample_process(p, i ? "ann" : "parent", 4710 + i, PROCESS_READY)->call_object = -1;
	return p;
}

START_TEST(aside_is_left_out)
{
	static const struct { int width, height; } size[] = { { 80, 8 }, { 60, 8 }, { 120, 16 }, { 39, 6 } /* a list */ };

	for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
		ck_assert(!holds(two(), size[i].width, size[i].height, "", "parent", true));
		ck_assert(holds(two(), size[i].width, size[i].height, "", "ann", true));
		ck_assert(!holds(two(), size[i].width, size[i].height, "", "more", true));
		ck_assert(holds(two(), size[i].width, size[i].height, "", "parent", false));
	}
	/* in a list that is too short, too, it is not among those that are missing */
	ck_assert(!holds(two(), 39, 1, "", "more", true));
	ck_assert(holds(two(), 39, 1, "", "+2 more", false));
}
END_TEST

/* Watching from outside there may be nobody but the stage's own. */
START_TEST(aside_may_be_all)
{
	for (int i = 0; i < 2; i++) {
		struct scene s = scene_fixture("");
		struct picture *p = two();
		struct text text = { 0 };
		struct canvas *c;

		p->n_processes = 1;
		s.aside = parent_aside;
		s.deserted = i;
		c = scene_fixture_draw(p, 80, 8, "", &s);
		canvas_text(c, &text);
		ck_assert_int_eq(strstr(text_string(&text), "parent") == NULL, i);
		text_free(&text);
		canvas_free(c);
	}
}
END_TEST

/* With something, or doing something, or alone, it is shown. */
START_TEST(aside_comes_back)
{
	for (int what = 0; what < 6; what++)
		for (int list = 0; list < 2; list++) {
			struct picture *p = two();
			struct picture_process *parent = &p->process[0];

			if (what == 0)
				sample_end(parent, 3, -1, '-', "/dev/null");
			else if (what == 1)
				parent->state = PROCESS_BLOCKED;
			else if (what == 2)
				parent->state = PROCESS_ENDED;
			else if (what == 3)
				parent->caught = SIGNAL_BIT(SIGUSR1);
			else if (what == 4)
				parent->state = PROCESS_STOPPED;
			else
				p->n_processes = 1;
			ck_assert_msg(holds(p, list ? 39 : 80, 8, "", "parent", true), "%d", what);
		}
}
END_TEST

/* ---- SIGPIPE -------------------------------------------------------------------------------- */

/* Whether parent's box tells what SIGPIPE would do. */
static bool tells_sigpipe(enum object_kind kind, char end, uint64_t caught, uint64_t ignored)
{
	struct picture *p = two();

	sample_object(p, kind, "x");
	p->process[0].signals_known = true;
	p->process[0].caught = caught;
	p->process[0].ignored = ignored;
	if (end)
		sample_end(&p->process[0], 3, 0, end, "x");
	return holds(p, 80, 9, "", "SIGPIPE", false);
}

START_TEST(sigpipe)
{
	ck_assert(!tells_sigpipe(OBJECT_PIPE, 0, 0, 0));
	ck_assert(tells_sigpipe(OBJECT_PIPE, 'r', 0, 0)); /* it stays while it closes one end after the other */
	ck_assert(tells_sigpipe(OBJECT_PIPE, 'w', 0, 0));
	ck_assert(tells_sigpipe(OBJECT_FIFO, 'b', 0, 0));
	ck_assert(tells_sigpipe(OBJECT_SOCKET, 'a', 0, 0));
	ck_assert(tells_sigpipe(OBJECT_TERMINAL, 'b', 0, 0));
	ck_assert(!tells_sigpipe(OBJECT_FILE, 'f', 0, 0));
	ck_assert(!tells_sigpipe(OBJECT_EVENT, 'f', 0, 0));
	ck_assert(!tells_sigpipe(OBJECT_MQUEUE, 'f', 0, 0));
	ck_assert(tells_sigpipe(OBJECT_FILE, 'f', SIGNAL_BIT(SIGPIPE), 0));
	ck_assert(tells_sigpipe(OBJECT_FILE, 0, 0, SIGNAL_BIT(SIGPIPE)));
	ck_assert(!tells_sigpipe(OBJECT_FILE, 0, SIGNAL_BIT(SIGUSR1), SIGNAL_BIT(SIGTERM)));
}
END_TEST

/* ---- objects -------------------------------------------------------------------------------- */

static void file(struct picture *p, const char *name, const char *path, int64_t size)
{
	struct picture_object *o = sample_object(p, OBJECT_FILE, name);

	snprintf(o->path, sizeof o->path, "%s", path);
	o->file.size = (struct reading){ .known = true, .number = size };
}

static struct picture_memory *memory(struct picture *p, const char *name, const char *backing, uint64_t size)
{
	struct picture_object *o = sample_object(p, OBJECT_MEMORY, name);

	snprintf(o->memory.backing, sizeof o->memory.backing, "%s", backing);
	o->memory.size = size;
	o->memory.page_size = 4096;
	return &o->memory;
}

/* A file of shared memory, open if `open`, and what is mapped from it. */
static struct picture *mapped(const char *path, bool open, int64_t size, bool is_private)
{
	struct picture *p = two();

	file(p, "data", path, size);
	memory(p, "m", "data", 4096)->is_private = is_private;
	if (open)
		sample_end(&p->process[0], 3, 0, 'f', "data");
	return p;
}

START_TEST(seen_in_memory)
{
	/* of shared memory one picture is enough, */
	ck_assert(!holds(mapped("/dev/shm/data-0-x", true, 4096, false), 80, 9, "", "shared memory data", false));
	ck_assert(holds(mapped("/dev/shm/data-0-x", true, 4096, false), 80, 9, "", "maps data", false));
	ck_assert(!holds(mapped("/dev/shm/data-0-x", true, 4096, false), 80, 9, "", "more", false));
	/* unless the mapping shows what is not in it, or copies, or something else */
	ck_assert(holds(mapped("/dev/shm/data-0-x", true, 0, false), 80, 9, "", "shared memory data", false));
	ck_assert(holds(mapped("/dev/shm/data-0-x", true, 4096, true), 80, 9, "", "shared memory data", false));
	/* a file that is open has a cursor, one that is not has none */
	ck_assert(holds(mapped("data", true, 4096, false), 80, 9, "", "file data", false));
	ck_assert(!holds(mapped("data", false, 4096, false), 80, 9, "", "file data", false));
	ck_assert(holds(mapped("/memfd:data (deleted)", true, 4096, false), 80, 9, "", "memfd data", false));
}
END_TEST

static int where(struct picture *p, const char *what)
{
	struct scene s = scene_fixture("");
	struct canvas *c = scene_fixture_draw(p, 80, 9, "", &s);
	struct text t = { 0 };
	const char *found;
	int at;

	canvas_text(c, &t);
	found = strstr(text_string(&t), what);
	at = found ? (int)(found - text_string(&t)) : -1;
	text_free(&t);
	canvas_free(c);
	return at;
}

static struct picture *files(int n, int open, int called)
{
	static const char *const name[] = { "one", "two", "six", "ten", "all" };
	struct picture *p = two();

	for (int i = 0; i < n; i++)
		file(p, name[i], name[i], 10);
	if (open >= 0)
		sample_end(&p->process[0], 3, open, 'f', name[open]);
	if (called >= 0) {
		sample_call(&p->process[1], "flock(3, LOCK_EX)", "flock", 3);
		p->process[1].call_object = called;
	}
	return p;
}

/* Who opens or closes what does not make things change places. */
START_TEST(order_is_the_pictures)
{
	for (int open = -1; open < 3; open++) {
		int one = where(files(3, open, -1), "file one"), two_ = where(files(3, open, -1), "file two");

		ck_assert_int_ge(one, 0);
		ck_assert_int_lt(one, two_);
		ck_assert_int_lt(two_, where(files(3, open, -1), "file six"));
	}
}
END_TEST

/* What is used comes first where not all have room, and what a call is about before that. */
START_TEST(worth_its_room)
{
	ck_assert_int_lt(where(files(5, -1, -1), "file all"), 0);
	ck_assert_int_gt(where(files(5, -1, -1), "+2 more"), 0);
	ck_assert_int_gt(where(files(5, 4, -1), "file all"), 0);
	ck_assert_int_lt(where(files(5, 4, -1), "file six"), 0);
	ck_assert_int_gt(where(files(5, -1, 3), "file ten"), 0);
	for (int i = 0; i < 5; i++) {
		struct picture *p = files(5, -1, -1);

		for (int k = 0; k < 5; k++)
			p->object[k].gone = k != i;
		ck_assert_int_gt(where(p, "10 B"), 0);
	}
}
END_TEST

/* ---- locks and memory in a single row ------------------------------------------------------- */

/* bank is locked, and awaited; beside it there are others. */
static struct picture *deadlock(void)
{
	static const char *const name[] = { "bank", "one", "two" };
	struct picture *p = two();

	for (int i = 0; i < 3; i++) {
		struct picture_object *o;

		file(p, name[i], name[i], 0);
		o = &p->object[i];
		o->file.lock[o->file.n_locks++] = (struct picture_lock){ .who = "parent", .type = 'f', .write = true, .end = -1 };
		if (i == 1)
			o->file.lock[o->file.n_locks++] =
				(struct picture_lock){ .who = "ann", .type = 'f', .write = true, .waits = true, .end = -1 };
	}
	return p;
}

START_TEST(locks_in_a_single_row)
{
	scene_fixture_check(deadlock(), 80, 8, "",
		" ╭─ ann ──── 4711 ╮     file bank                   0 B      ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │     █████▶ parent write all flock        │ ○ ready        │\n"
		" │                │                                          │                │\n"
		" │                │     file one                    0 B      │                │\n"
		" │                │     ░░░░░▶ ann waits for parent          │                │\n"
		" │                │                                          │                │\n"
		" ╰────────────────╯     file two                    0 B      ╰────────────────╯\n"
		"                        █████▶ parent write all flock");
}
END_TEST

START_TEST(mutex_before_its_memory)
{
	struct picture *p = sample_shared();

	strcpy(sample_object(p, OBJECT_MUTEX, "x")->lockable.owner, "seller");
	scene_fixture_check(p, 80, 9, "",
		" ╭─ seller ─ 4711 ╮     shared memory m          id 101      ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │              +0     +4    +64            │ ○ ready        │\n"
		" │                │     parent   100    99    \"hello\"        │                │\n"
		" │                │     seller   100    99*   \"hello\"        │                │\n"
		" │                │                                          │                │\n"
		" │                │     mutex x                              │                │\n"
		" ╰────────────────╯     ╭─────────────────────────────╮      ╰────────────────╯\n"
		"                        │ ● held by seller            │\n"
		"                        ╰─────────────────────────────╯");
}
END_TEST

/* One row for two who see it: whoever wrote last, and how many others. */
START_TEST(views_in_a_single_row)
{
	struct picture *p = sample_shared();

	for (int i = 0; i < 2; i++)
		sample_object(p, OBJECT_SEMAPHORE, i ? "t" : "s")->lockable.value = (struct reading){ .known = true, .number = 1 };
	scene_fixture_check(p, 80, 8, "",
		" ╭─ seller ─ 4711 ╮     shared memory m          id 101      ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │     seller +1   100   99*  \"hello\"       │ ○ ready        │\n"
		" │                │                                          │                │\n"
		" │                │     semaphore s                          │                │\n"
		" │                │     1  ●                                 │                │\n"
		" │                │                                          │                │\n"
		" ╰────────────────╯     semaphore t                          ╰────────────────╯\n"
		"                        1  ●");
}
END_TEST

/* A segment outlives those who were attached; how much of it is in memory is not read then. */
START_TEST(nobody_attached)
{
	struct picture *p = sample_shared();

	p->object->memory.n_views = 0;
	p->object->sysv.segment.attached = 0;
	p->object->sysv.segment.marked = true;
	scene_fixture_check(picture_copy(p), 80, 8, "",
		" ╭─ seller ─ 4711 ╮  shared memory m   id 101  key 0x6f02a1  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │  ╭────────────────────────────────────╮  │ ○ ready        │\n"
		" │                │  │         nobody is attached         │  │                │\n"
		" │                │  ╰────────────────────────────────────╯  │                │\n"
		" │                │  4097 B  attached 0  marked for removal  │                │\n"
		" │                │                                          │                │\n"
		" ╰────────────────╯                                          ╰────────────────╯\n");
	scene_fixture_check(p, 60, 8, "a",
		" +- seller --+  shared memory m       id 101  +- parent --+\n"
		" | o ready   |  +--------------------------+  | o ready   |\n"
		" |           |  |    nobody is attached    |  |           |\n"
		" |           |  +--------------------------+  |           |\n"
		" |           |  4097 B  attached 0    marked  |           |\n"
		" |           |                                |           |\n"
		" +-----------+                                +-----------+\n");
}
END_TEST

/* Four cells where offsets in bytes are too wide. */
START_TEST(offsets_in_kib)
{
	struct picture *p = sample_copied();
	struct picture_memory *m = &p->object->memory;

	for (int i = 2; i < 4; i++) {
		m->cell[m->n_cells++] = (struct picture_cell){ .kind = CELL_WORD, .offset = 4096u * (unsigned)i, .length = 4 };
		for (int v = 0; v < 2; v++)
			m->view[v].known[i] = true;
	}
	m->view[0].value[0].word = 123456;
	scene_fixture_check(p, 80, 9, "",
		" ╭─ child ── 4711 ╮  memory m                     anonymous  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │           +0       +4K  +8K  +12K        │ ○ ready        │\n"
		" │                │         ╭────────┬────┬────┬─────╮       │                │\n"
		" │                │  parent │ 123456 │ 7  │ 0  │ 0   │ os.   │                │\n"
		" │                │         ├────────┤    │    │     │       │                │\n"
		" │                │  child  │ 6*     │ 7  │ 0  │ 0   │ os.   │                │\n"
		" ╰────────────────╯         ╰────────┴────┴────┴─────╯       ╰────────────────╯\n"
		"                     12288 B  private\n");
}
END_TEST

Suite *suite_scene_things(void)
{
	Suite *s = suite_create("scene_things");
	TCase *t = tcase_create("things");

	tcase_add_test(t, aside_is_left_out);
	tcase_add_test(t, aside_may_be_all);
	tcase_add_test(t, aside_comes_back);
	tcase_add_test(t, sigpipe);
	tcase_add_test(t, seen_in_memory);
	tcase_add_test(t, order_is_the_pictures);
	tcase_add_test(t, worth_its_room);
	tcase_add_test(t, locks_in_a_single_row);
	tcase_add_test(t, mutex_before_its_memory);
	tcase_add_test(t, views_in_a_single_row);
	tcase_add_test(t, nobody_attached);
	tcase_add_test(t, offsets_in_kib);
	suite_add_tcase(s, t);
	return s;
}

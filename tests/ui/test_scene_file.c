/* SPDX-License-Identifier: MIT */
/* Files in the scene: bytes, offsets as cursors, locks as ranges. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

static void contents(struct picture_object *o, const char *text)
{
	struct picture_file *f = &o->file;

	f->n_begin = snprintf(f->begin, sizeof f->begin, "%s", text);
	f->size = (struct reading){ .known = true, .number = f->n_begin };
	if (f->n_begin >= PICTURE_FILE_TEXT)
		f->n_begin = PICTURE_FILE_TEXT - 1;
}

static struct picture_opening *opening(struct picture_object *o, int64_t offset, const char *holders)
{
	struct picture_opening *one = &o->file.opening[o->file.n_openings++];

	*one = (struct picture_opening){ .offset = offset, .reads = true, .writes = true };
	snprintf(one->holders, sizeof one->holders, "%s", holders);
	return one;
}

static void lock(struct picture_object *o, const char *who, char type, bool write, bool waits, int64_t start, int64_t end)
{
	struct picture_lock *l = &o->file.lock[o->file.n_locks++];

	*l = (struct picture_lock){ .type = type, .write = write, .waits = waits, .start = start, .end = end };
	snprintf(l->who, sizeof l->who, "%s", who);
}

static struct picture *two_processes(void)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);

	sample_end(one, 3, 0, 'f', "notes");
	one = sample_process(p, "child", 4711, PROCESS_READY);
	sample_end(one, 3, 0, 'f', "notes");
	sample_object(p, OBJECT_FILE, "notes");
	return p;
}

/* fork shares the offset. */
static struct picture *a_shared_offset(void)
{
	struct picture *p = two_processes();

	contents(p->object, "hello world");
	opening(p->object, 5, "parent 3, child 3");
	return p;
}

/* Two opens do not. */
static struct picture *two_offsets(void)
{
	struct picture *p = two_processes();

	contents(p->object, "hello world");
	opening(p->object, 11, "parent 3")->append = true;
	opening(p->object, 0, "child 3")->writes = false;
	return p;
}

/* Longer than what can be shown, and an offset behind that. */
static struct picture *a_long_file(void)
{
	struct picture *p = two_processes();

	contents(p->object, "............................................................");
	p->object->file.size.number = 100000;
	opening(p->object, 70000, "parent 3, child 3");
	opening(p->object, 2, "child 4");
	return p;
}

static struct picture *an_empty_file(void)
{
	struct picture *p = two_processes();

	contents(p->object, "");
	opening(p->object, 0, "parent 3, child 3");
	return p;
}

static struct picture *a_locked_file(void)
{
	struct picture *p = two_processes();

	p->process[1].state = PROCESS_BLOCKED;
	sample_call(&p->process[1], "fcntl(3, F_SETLKW, {F_WRLCK, 5, 5})", "fcntl", 3);
	contents(p->object, "0123456789");
	lock(p->object, "parent", 'p', true, false, 0, 7);
	lock(p->object, "child", 'p', true, true, 5, 9);
	return p;
}

static struct picture *flocked(void)
{
	struct picture *p = two_processes();

	contents(p->object, "0123456789");
	opening(p->object, 0, "parent 3");
	opening(p->object, 0, "child 3");
	lock(p->object, "parent", 'f', false, false, 0, -1);
	lock(p->object, "child", 'f', false, false, 0, -1);
	return p;
}

/* ---- tests ---------------------------------------------------------------------------------- */

/* One cursor for two processes. */
START_TEST(shared_offset)
{
	scene_fixture_check(a_shared_offset(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   file notes                 11 B    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   h e l l o   w o r l d              │ ○ ready          │\n"
		" │                  │┏━           ▲ 5 parent 3, child 3 ━━┓│                  │\n"
		" │ 3 notes ━━━━━━━━━┿┛                                    ┗│ 3 notes          │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(a_shared_offset(), 60, 9, "",
		" ╭─ child  4711 ╮  file notes         11 B  ╭─ parent ────╮\n"
		" │ ○ ready      │  h e l l o   w o r l d    │ ○ ready     │\n"
		" │              │┏━          ▲ 5 parent, …━┓│             │\n"
		" │ 3 notes ━━━━━┿┛                         ┗│ 3 notes     │\n"
		" │              │                           │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(a_shared_offset(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     file notes                                 11 B      ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │     h e l l o   w o r l d                                │ ○ ready                    │\n"
		" │                            │┏━━━           ▲ 5 parent 3, child 3                 ━━━━┓│                            │\n"
		" │ 3 notes ━━━━━━━━━━━━━━━━━━━┿┛                                                        ┗│ 3 notes                    │\n"
		" │                            │                                                          │                            │\n"
		" │                            │                                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(a_shared_offset(), 80, 8, "a",
		" +- child ---- 4711 +   file notes                 11 B    +- parent --- 4710 +\n"
		" | o ready          |   h e l l o   w o r l d              | o ready          |\n"
		" |                  |+=           ^ 5 parent 3, child 3 ==+|                  |\n"
		" | 3 notes ==========+                                    +| 3 notes          |\n"
		" |                  |                                      |                  |\n"
		" |                  |                                      |                  |\n"
		" +------------------+                                      +------------------+\n");
}
END_TEST

/* A cursor each. */
START_TEST(offsets)
{
	scene_fixture_check(two_offsets(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   file notes                 11 B    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   h e l l o   w o r l d              │ ○ ready          │\n"
		" │                  │      11 parent 3 append ▲            │                  │\n"
		" │ 3 notes ━━━━━━━━━┿━━ ▲ 0 child 3 reads               ━━━│ 3 notes          │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(two_offsets(), 60, 9, "",
		" ╭─ child  4711 ╮  file notes         11 B  ╭─ parent ────╮\n"
		" │ ○ ready      │  h e l l o   w o r l d    │ ○ ready     │\n"
		" │              │     11 parent 3 append ▲  │             │\n"
		" │ 3 notes ━━━━━┿━━▲ 0 child 3 reads      ━━│ 3 notes     │\n"
		" │              │                           │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(two_offsets(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     file notes                                 11 B      ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │     h e l l o   w o r l d                                │ ○ ready                    │\n"
		" │                            │                           ▲ 11 parent 3 append           │                            │\n"
		" │ 3 notes ━━━━━━━━━━━━━━━━━━━┿━━━━ ▲ 0 child 3 reads                               ━━━━━│ 3 notes                    │\n"
		" │                            │                                                          │                            │\n"
		" │                            │                                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
}
END_TEST

/* What is behind the part that is shown is told by a number. */
START_TEST(long_file)
{
	scene_fixture_check(a_long_file(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   file notes             100000 B    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   ..............................…    │ ○ ready          │\n"
		" │                  │         70000 parent 3, child 3 ▶    │                  │\n"
		" │ 3 notes ━━━━━━━━━┿━━   ▲ 2 child 4                   ━━━│ 3 notes          │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(a_long_file(), 60, 9, "",
		" ╭─ child  4711 ╮  file notes     100000 B  ╭─ parent ────╮\n"
		" │ ○ ready      │  ......................…  │ ○ ready     │\n"
		" │              │    70000 parent, child ▶  │             │\n"
		" │ 3 notes ━━━━━┿━━  ▲ 2 child 4          ━━│ 3 notes     │\n"
		" │              │                           │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(a_long_file(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     file notes                             100000 B      ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │     ..............................................…      │ ○ ready                    │\n"
		" │                            │                           70000 parent 3, child 3 ▶      │                            │\n"
		" │ 3 notes ━━━━━━━━━━━━━━━━━━━┿━━━━   ▲ 2 child 4                                   ━━━━━│ 3 notes                    │\n"
		" │                            │                                                          │                            │\n"
		" │                            │                                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(empty)
{
	scene_fixture_check(an_empty_file(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   file notes                  0 B    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   empty                              │ ○ ready          │\n"
		" │                  │┏━ ▲ 0 parent 3, child 3           ━━┓│                  │\n"
		" │ 3 notes ━━━━━━━━━┿┛                                    ┗│ 3 notes          │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
}
END_TEST

/* Ranges over the bytes; one waits for the other. */
START_TEST(locked)
{
	scene_fixture_check(a_locked_file(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   file notes                 10 B    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   0123456789                         │ ○ ready          │\n"
		" │ fcntl(3,         │   ████████     parent write 0-7      │                  │\n"
		" │   F_SETLKW, {F_W…│┏━      ░░░░░   child waits        ━━━│ 3 notes          │\n"
		" │ 3 notes ━━━━━━━━━┿┛                                     │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(a_locked_file(), 60, 9, "",
		" ╭─ child  4711 ╮  file notes         10 B  ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  0123456789               │ ○ ready     │\n"
		" │ fcntl(3,     │  ████████    parent       │             │\n"
		" │   F_SETLKW, …│┏━     ░░░░░  child waits━━│ 3 notes     │\n"
		" │ for 3.2 s    │┃                          │             │\n"
		" │ 3 notes ━━━━━┿┛                          │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(a_locked_file(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     file notes                                 10 B      ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s           │     0123456789                                           │ ○ ready                    │\n"
		" │ fcntl(3, F_SETLKW,         │     ████████     parent write 0-7 fcntl                  │                            │\n"
		" │   {F_WRLCK, 5, 5})         │┏━━━      ░░░░░   child waits for parent to write    ━━━━━│ 3 notes                    │\n"
		" │ 3 notes ━━━━━━━━━━━━━━━━━━━┿┛                                                         │                            │\n"
		" │                            │                                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(a_locked_file(), 80, 8, "a",
		" +- child ---- 4711 +   file notes                 10 B    +- parent --- 4710 +\n"
		" | # BLOCKED  3.2 s |   0123456789                         | o ready          |\n"
		" | fcntl(3,         |   ########     parent write 0-7      |                  |\n"
		" |   F_SETLKW, {F_W~|+=      .....   child waits        ===| 3 notes          |\n"
		" | 3 notes ==========+                                     |                  |\n"
		" |                  |                                      |                  |\n"
		" +------------------+                                      +------------------+\n");
	scene_fixture_check(a_locked_file(), 80, 21, "l",
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		" ╭─ child ──── 4711 ╮   file notes                 10 B    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │                                      │ ○ ready          │\n"
		" │ fcntl(3,         │   0123456789                         │                  │\n"
		" │   F_SETLKW, {F_W…│   ████████     parent write 0-7   ━━━│ 3 notes          │\n"
		" │ 3 notes ━━━━━━━━━┿━━      ░░░░░   child waits           │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(whole_file_locked)
{
	scene_fixture_check(flocked(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   file notes                 10 B    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   0123456789                         │ ○ ready          │\n"
		" │                  │   ▲ 0 parent 3                       │                  │\n"
		" │ 3 notes ━━━━━━━━━┿━━ ▲ 0 child 3                     ━━━│ 3 notes          │\n"
		" │                  │   ━━━━━━━━━━━▶ parent read all       │                  │\n"
		" │                  │   ━━━━━━━━━━━▶ child read all        │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(flocked(), 60, 9, "",
		" ╭─ child  4711 ╮  file notes         10 B  ╭─ parent ────╮\n"
		" │ ○ ready      │  0123456789               │ ○ ready     │\n"
		" │              │  ▲ 0 parent 3             │             │\n"
		" │ 3 notes ━━━━━┿━━▲ 0 child 3            ━━│ 3 notes     │\n"
		" │              │  ━━━━━━━━━━▶ parent read  │             │\n"
		" │              │  ━━━━━━━━━━▶ child read   │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(flocked(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     file notes                                 10 B      ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │     0123456789                                           │ ○ ready                    │\n"
		" │                            │     ▲ 0 parent 3                                         │                            │\n"
		" │ 3 notes ━━━━━━━━━━━━━━━━━━━┿━━━━ ▲ 0 child 3                                     ━━━━━│ 3 notes                    │\n"
		" │                            │     ━━━━━━━━━━━▶ parent read all flock                   │                            │\n"
		" │                            │     ━━━━━━━━━━━▶ child read all flock                    │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(little_room)
{
	scene_fixture_check(flocked(), 80, 4, "",
		" ╭─ child ──── 4711 ╮   file notes                 10 B    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   0123456789                         │ ○ ready          │\n"
		" │ 3 notes ━━━━━━━━━┿━━ ━━━━━━━━━━━▶ parent read all    ━━━│ 3 notes          │\n"
		" ╰──────────────────╯   ━━━━━━━━━━━▶ child read all        ╰──────────────────╯");
	scene_fixture_check(a_locked_file(), 39, 4, "",
		" ○ parent ready\n"
		" ■ child BLOCKED fcntl(3, F_SETLKW, {…\n"
		"   file notes 10 B  1 waits for a lock\n");
}
END_TEST

START_TEST(styles)
{
	ck_assert(scene_fixture_holds(a_locked_file(), 80, 8, "", "{warn}child waits"));
	ck_assert(!scene_fixture_holds(a_locked_file(), 80, 8, "", "{warn}parent"));
	ck_assert(scene_fixture_holds(a_shared_offset(), 80, 8, "", "{changed}▲"));
}
END_TEST

/* Watched from outside it is not opened, and that is said in the bytes' place. */
START_TEST(not_read)
{
	for (int i = 0; i < 2; i++) {
		struct picture *p = two_processes();

		p->object[0].file.size = (struct reading){ .known = true, .number = 25 };
		p->object[0].file.begin_why = "not read: others would notice";
		lock(p->object, "parent", 'p', true, false, 0, 9);
		ck_assert(scene_fixture_holds(p, i ? 60 : 80, 8, "", i ? "not read: others" : "not read: others would notice"));
	}
}
END_TEST

Suite *suite_scene_file(void)
{
	Suite *s = suite_create("scene_file");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, shared_offset);
	tcase_add_test(t, not_read);
	tcase_add_test(t, offsets);
	tcase_add_test(t, long_file);
	tcase_add_test(t, empty);
	tcase_add_test(t, locked);
	tcase_add_test(t, whole_file_locked);
	tcase_add_test(t, little_room);
	tcase_add_test(t, styles);
	suite_add_tcase(s, t);
	return s;
}

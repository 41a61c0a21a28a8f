/* SPDX-License-Identifier: MIT */
/* Memory in the scene: the same cells as each process sees them. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

/* The address differs, the memory is the same; what was written is marked where it was written. */
START_TEST(shared)
{
	scene_fixture_check(sample_shared(), 80, 8, "",
		" ╭─ seller ─ 4711 ╮  shared memory m   id 101  key 0x6f02a1  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │                 +0    +4   +64           │ ○ ready        │\n"
		" │                │               ╭─────┬────┬─────────╮     │                │\n"
		" │                │  parent …e000 │ 100 │ 99 │ \"hello\" │ s.  │                │\n"
		" │                │  seller …2000 │ 100 │ 99*│ \"hello\" │ s.  │                │\n"
		" │                │               ╰─────┴────┴─────────╯     │                │\n"
		" ╰────────────────╯  4097 B  attached 2  resident 1          ╰────────────────╯\n"
		"");
}
END_TEST

START_TEST(shared_narrow)
{
	scene_fixture_check(sample_shared(), 60, 8, "",
		" ╭─ seller ──╮  shared memory m       id 101  ╭─ parent ──╮\n"
		" │ ○ ready   │           +0    +4   +64       │ ○ ready   │\n"
		" │           │         ╭─────┬────┬────────╮  │           │\n"
		" │           │  parent │ 100 │ 99 │ \"hello\"│  │           │\n"
		" │           │  seller │ 100 │ 99*│ \"hello\"│  │           │\n"
		" │           │         ╰─────┴────┴────────╯  │           │\n"
		" ╰───────────╯  4097 B  attached 2            ╰───────────╯\n"
		"");
}
END_TEST

START_TEST(shared_wide)
{
	scene_fixture_check(sample_shared(), 120, 16, "",
		"\n"
		"\n"
		" ╭─ seller ─────────── 4711 ╮  shared memory m                       id 101  key 0x6f02a1  ╭─ parent ─────────── 4710 ╮\n"
		" │ ○ ready                  │                   +0        +4        +64       pages        │ ○ ready                  │\n"
		" │                          │                 ╭─────────┬─────────┬─────────╮              │                          │\n"
		" │                          │  parent         │ 100     │ 99      │ \"hello\" │ s.           │                          │\n"
		" │                          │  0x7f12a09fe000 │         │         │         │              │                          │\n"
		" │                          │  seller         │ 100     │ 99*     │ \"hello\" │ s.           │                          │\n"
		" ╰──────────────────────────╯  0x7f3c2b4c2000 │         │         │         │              ╰──────────────────────────╯\n"
		"                                              ╰─────────┴─────────┴─────────╯\n"
		"                               4097 B  attached 2  resident 1\n"
		"                               s shared  . not there\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(shared_plain)
{
	scene_fixture_check(sample_shared(), 60, 8, "a",
		" +- seller --+  shared memory m       id 101  +- parent --+\n"
		" | o ready   |           +0    +4   +64       | o ready   |\n"
		" |           |         +-----+----+--------+  |           |\n"
		" |           |  parent | 100 | 99 | \"hello\"|  |           |\n"
		" |           |  seller | 100 | 99*| \"hello\"|  |           |\n"
		" |           |         +-----+----+--------+  |           |\n"
		" +-----------+  4097 B  attached 2            +-----------+\n"
		"");
}
END_TEST

START_TEST(shared_zoomed)
{
	scene_fixture_check(sample_shared(), 80, 20, "l",
		"\n"
		"\n"
		"\n"
		" ╭─ seller ─ 4711 ╮  shared memory m   id 101  key 0x6f02a1  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │           +0     +4    +64        pages  │ ○ ready        │\n"
		" │                │         ╭──────┬─────┬──────────╮        │                │\n"
		" │                │         │      │     │          │        │                │\n"
		" │                │  parent │ 100  │ 99  │ \"hello\"  │ s.     │                │\n"
		" │                │  …e000  │      │     │          │        │                │\n"
		" ╰────────────────╯         │      │     │          │        ╰────────────────╯\n"
		"                     seller │ 100  │ 99* │ \"hello\"  │ s.\n"
		"                     …2000  │      │     │          │\n"
		"                            ╰──────┴─────┴──────────╯\n"
		"                     4097 B  attached 2  resident 1\n"
		"                     s shared  . not there\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

/* After fork, the child has written: a line parts what is no longer the same. */
START_TEST(copied)
{
	scene_fixture_check(sample_copied(), 80, 8, "",
		" ╭─ child ── 4711 ╮  memory m                     anonymous  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │                 +0      +4096     pages  │ ○ ready        │\n"
		" │                │               ╭───────┬─────────╮        │                │\n"
		" │                │  parent …e000 │ 5     │ 7       │ os.    │                │\n"
		" │                │               ├───────┤         │        │                │\n"
		" │                │  child  …e000 │ 6*    │ 7       │ os.    │                │\n"
		" ╰────────────────╯               ╰───────┴─────────╯        ╰────────────────╯\n"
		"");
}
END_TEST

START_TEST(copied_narrow)
{
	scene_fixture_check(sample_copied(), 60, 8, "",
		" ╭─ child ───╮  memory m           anonymous  ╭─ parent ──╮\n"
		" │ ○ ready   │           +0    +4096   pages  │ ○ ready   │\n"
		" │           │         ╭─────┬───────╮        │           │\n"
		" │           │  parent │ 5   │ 7     │ os.    │           │\n"
		" │           │         ├─────┤       │        │           │\n"
		" │           │  child  │ 6*  │ 7     │ os.    │           │\n"
		" ╰───────────╯         ╰─────┴───────╯        ╰───────────╯\n"
		"");
}
END_TEST

START_TEST(copied_wide)
{
	scene_fixture_check(sample_copied(), 120, 16, "",
		"\n"
		"\n"
		" ╭─ child ──────────── 4711 ╮  memory m                                         anonymous  ╭─ parent ─────────── 4710 ╮\n"
		" │ ○ ready                  │                   +0        +4096     pages                  │ ○ ready                  │\n"
		" │                          │                 ╭─────────┬─────────╮                        │                          │\n"
		" │                          │  parent         │ 5       │ 7       │ os.                    │                          │\n"
		" │                          │  0x7f12a09fe000 │         │         │                        │                          │\n"
		" │                          │                 ├─────────┤         │                        │                          │\n"
		" ╰──────────────────────────╯  child          │ 6*      │ 7       │ os.                    ╰──────────────────────────╯\n"
		"                               0x7f12a09fe000 │         │         │\n"
		"                                              ╰─────────┴─────────╯\n"
		"                               12288 B  private\n"
		"                               s shared  o own copy  . not there\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(copied_plain)
{
	scene_fixture_check(sample_copied(), 80, 8, "a",
		" +- child -- 4711 +  memory m                     anonymous  +- parent - 4710 +\n"
		" | o ready        |                 +0      +4096     pages  | o ready        |\n"
		" |                |               +-------+---------+        |                |\n"
		" |                |  parent ~e000 | 5     | 7       | os.    |                |\n"
		" |                |               +-------+         |        |                |\n"
		" |                |  child  ~e000 | 6*    | 7       | os.    |                |\n"
		" +----------------+               +-------+---------+        +----------------+\n"
		"");
}
END_TEST

/* Numbers are never cut; what finds no room is left out and said so. */
START_TEST(many_views)
{
	scene_fixture_check(sample_views(), 80, 8, "",
		" ╭─ first ── 4711 ╮  memory m                        maps m  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │  parent        0         -1000000        │ ○ ready        │\n"
		" │                │  first         0         -1000000        │                │\n"
		" ├─ second ─ 4712 ┤  second        0         -1000000        ├─ third ── 4713 ┤\n"
		" │ ○ ready        │  third         0         -1000000        │ ○ ready        │\n"
		" ├─ a_long_name ──┤  a_long_name   0         -1000000        ├─ fifth ── 4715 ┤\n"
		" │ ○ ready        │  +3 more                                 │ ○ ready        │\n"
		" ╰────────────────╯                                          ╰────────────────╯");
}
END_TEST

START_TEST(many_views_wide)
{
	scene_fixture_check(sample_views(), 120, 16, "",
		" ╭─ first ──────────── 4711 ╮  memory m                                            maps m  ╭─ parent ─────────── 4710 ╮\n"
		" │ ○ ready                  │  +2 more       +0        +8K        +16K       +24K      …   │ ○ ready                  │\n"
		" │                          │              ╭─────────┬──────────┬──────────┬──────────╮    │                          │\n"
		" ├─ second ─────────── 4712 ┤  parent      │ 0       │ -1000000 │ -2000000 │ -3000000 │    ├─ third ──────────── 4713 ┤\n"
		" │ ○ ready                  │  first       │ 0       │ -1000000 │ -2000000 │ -3000000 │    │ ○ ready                  │\n"
		" │                          │  second      │ 0       │ -1000000 │ -2000000 │ -3000000 │    │                          │\n"
		" ├─ a_long_name ────── 4714 ┤  third       │ 0       │ -1000000 │ -2000000 │ -3000000 │    ├─ fifth ──────────── 4715 ┤\n"
		" │ ○ ready                  │  a_long_name │ 0       │ -1000000 │ -2000000 │ -3000000 │    │ ○ ready                  │\n"
		" │                          │  fifth       │ 0       │ -1000000 │ -2000000 │ -3000000 │    │                          │\n"
		" ╰──────────────────────────╯              ╰─────────┴──────────┴──────────┴──────────╯    ╰──────────────────────────╯\n"
		"                               1 MiB\n"
		"                               s shared  . not there  w swapped\n"
		"\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(low)
{
	scene_fixture_check(sample_shared(), 80, 4, "",
		" ╭─ seller ─ 4711 ╮  shared memory m   id 101  key 0x6f02a1  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │                 +0    +4   +64           │ ○ ready        │\n"
		" │                │  parent …e000   100   99   \"hello\"   s.  │                │\n"
		" ╰────────────────╯  seller …2000   100   99*  \"hello\"   s.  ╰────────────────╯");
}
END_TEST

START_TEST(one_line)
{
	scene_fixture_check(sample_shared(), 39, 6, "",
		" ○ parent ready\n"
		" ○ seller ready\n"
		"   shared memory m 4097 B  attached 2\n"
		"\n"
		"\n"
		"");
}
END_TEST

/* Colour never alone: the mark, and the style of what changed wherever it is seen. */
START_TEST(written)
{
	ck_assert(scene_fixture_holds(sample_shared(), 80, 8, "", "{changed}99*"));
	ck_assert(scene_fixture_holds(sample_shared(), 80, 8, "", "{changed}99{text} "));
	ck_assert(scene_fixture_holds(sample_shared(), 80, 8, "", "{strong}100"));
	ck_assert(scene_fixture_holds(sample_copied(), 80, 8, "", "{changed}6*"));
	ck_assert(scene_fixture_holds(sample_copied(), 80, 8, "", "{strong}5")); /* the parent's is as before */
}
END_TEST

/* A private page that is still shared is one box; every page copied, a line all through. */
START_TEST(joined_and_apart)
{
	struct picture *p = sample_copied();

	for (int i = 0; i < 2; i++)
		strcpy(p->object->memory.view[i].page, "ss.");
	ck_assert(!scene_fixture_holds(p, 80, 8, "", "├────"));
	p = sample_copied();
	for (int i = 0; i < 2; i++)
		strcpy(p->object->memory.view[i].page, "oo.");
	ck_assert(scene_fixture_holds(p, 80, 8, "", "─┼─"));
	p = sample_copied();
	for (int i = 0; i < 2; i++)
		p->object->memory.view[i].shared = true; /* nothing is copied of what is shared */
	ck_assert(!scene_fixture_holds(p, 80, 8, "", "├────"));
}
END_TEST

/* Never a 0 for what is not known. */
START_TEST(not_known)
{
	struct picture *p = sample_shared();

	p->object->memory.view[0].known[1] = false;
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "{dim}?"));
	p = sample_shared();
	p->object->memory.view[0].known[1] = false;
	strcpy(p->object->memory.view[0].page, ".."); /* not there yet: as the letter says */
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "{text} {dim}."));
}
END_TEST

START_TEST(marked)
{
	struct picture *p = sample_shared();

	p->object->sysv.segment.marked = true;
	ck_assert(scene_fixture_holds(p, 80, 8, "", "{warn}marked"));
	p = sample_shared();
	p->object->sysv.segment.marked = true;
	ck_assert(scene_fixture_holds(p, 120, 16, "", "attached 2"));
	p = sample_shared();
	p->object->sysv.segment.marked = true;
	ck_assert(scene_fixture_holds(p, 120, 16, "", "{warn}marked for removal"));
	p = sample_shared();
	p->object->sysv.segment.marked = true;
	ck_assert(scene_fixture_holds(p, 39, 6, "", "marked"));
	p = sample_shared();
	p->object->sysv.segment.marked = true;
	sample_object(p, OBJECT_SEMAPHORE, "s"); /* less room: both views, and in the name's row */
	ck_assert(scene_fixture_holds(p, 80, 6, "a", "{warn}marked"));
	p = sample_shared();
	p->object->sysv.segment.marked = true;
	sample_object(p, OBJECT_SEMAPHORE, "s");
	ck_assert(scene_fixture_holds(p, 80, 6, "a", "{who}seller"));
}
END_TEST

/* Addresses are cut to as many digits as tell them apart. */
START_TEST(digits)
{
	struct picture *p = sample_shared();

	p->object->memory.view[0].address = 0x7f3c2aa02000;
	ck_assert(scene_fixture_holds(p, 120, 8, "", "…02000"));
}
END_TEST

/* Watched from outside: one may only read, and the first of it is no number; the id is the name. */
static struct picture *sample_outside(void)
{
	struct picture *p = sample_shared();
	struct picture_object *o = &p->object[0];

	snprintf(o->name, sizeof o->name, "shared memory 101");
	o->memory.view[1].writable = false;
	return p;
}

START_TEST(read_only)
{
	scene_fixture_check(sample_outside(), 80, 8, "",
		" ╭─ seller ─ 4711 ╮  shared memory 101         key 0x6f02a1  ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │                    +0    +4   +64        │ ○ ready        │\n"
		" │                │                  ╭─────┬────┬─────────╮  │                │\n"
		" │                │  parent    …e000 │ 100 │ 99 │ \"hello\" │  │                │\n"
		" │                │  seller …2000 ro │ 100 │ 99*│ \"hello\" │  │                │\n"
		" │                │                  ╰─────┴────┴─────────╯  │                │\n"
		" ╰────────────────╯  4097 B  attached 2  resident 1          ╰────────────────╯\n"
		"");
	ck_assert(scene_fixture_holds(sample_outside(), 60, 8, "", "{dim}ro"));
	ck_assert(scene_fixture_holds(sample_outside(), 60, 8, "a", "{dim}ro"));
	ck_assert(scene_fixture_holds(sample_outside(), 120, 16, "", "0x7f3c2b4c2000 ro"));
}
END_TEST

/* Others have it, who are not shown. */
START_TEST(of_others)
{
	for (int i = 0; i < 3; i++) {
		struct picture *p = sample_outside();
		struct picture_object *o = &p->object[0];

		o->memory.n_views = 0;
		o->sysv.segment.attached = i == 1 ? 2 : 0;
		if (i == 2)
			o->kind = OBJECT_MEMORY;
		ck_assert(scene_fixture_holds(p, 80, 8, "", i == 0 ? "nobody is attached" : i == 1 ? "attached by others" :
					      "mapped by nobody shown"));
	}
}
END_TEST

Suite *suite_scene_memory(void)
{
	Suite *s = suite_create("scene_memory");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, shared);
	tcase_add_test(t, shared_narrow);
	tcase_add_test(t, shared_wide);
	tcase_add_test(t, shared_plain);
	tcase_add_test(t, read_only);
	tcase_add_test(t, of_others);
	tcase_add_test(t, shared_zoomed);
	tcase_add_test(t, copied);
	tcase_add_test(t, copied_narrow);
	tcase_add_test(t, copied_wide);
	tcase_add_test(t, copied_plain);
	tcase_add_test(t, many_views);
	tcase_add_test(t, many_views_wide);
	tcase_add_test(t, low);
	tcase_add_test(t, one_line);
	tcase_add_test(t, written);
	tcase_add_test(t, joined_and_apart);
	tcase_add_test(t, not_known);
	tcase_add_test(t, marked);
	tcase_add_test(t, digits);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* Semaphores and mutexes in the scene. */
#include "tests/unit.h"

#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

START_TEST(tokens)
{
	scene_fixture_check(sample_tokens(), 80, 8, "",
		"                        semaphores s    id 101  private    ╭─ parent ─── 4710 ╮\n"
		"                        ╭────────────── last parent ╮      │ ○ ready          │\n"
		"                        │ ● ● ●                     │ 3    │                  │\n"
		"                        ╰───────────────────────────╯      │                  │\n"
		"                                                           │                  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(tokens_narrow)
{
	scene_fixture_check(sample_tokens(), 60, 8, "",
		"                   semaphores s     id 101  ╭─ parent ────╮\n"
		"                   ╭────── last parent ╮    │ ○ ready     │\n"
		"                   │ ● ● ●             │ 3  │             │\n"
		"                   ╰───────────────────╯    │             │\n"
		"                                            │             │\n"
		"                                            │             │\n"
		"                                            ╰─────────────╯\n"
		"");
}
END_TEST

START_TEST(tokens_wide)
{
	scene_fixture_check(sample_tokens(), 120, 16, "",
		"\n"
		"\n"
		"\n"
		"                                    semaphores s                    id 101  private      ╭─ parent ───────────── 4710 ╮\n"
		"                                    ╭────────────────────────────── last parent ╮        │ ○ ready                    │\n"
		"                                    │ ● ● ●                                     │ 3      │                            │\n"
		"                                    ╰───────────────────────────────────────────╯        │                            │\n"
		"                                                                                         │                            │\n"
		"                                                                                         │                            │\n"
		"                                                                                         ╰────────────────────────────╯\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(tokens_plain)
{
	scene_fixture_check(sample_tokens(), 60, 8, "a",
		"                   semaphores s     id 101  +- parent ----+\n"
		"                   +------ last parent +    | o ready     |\n"
		"                   | * * *             | 3  |             |\n"
		"                   +-------------------+    |             |\n"
		"                                            |             |\n"
		"                                            |             |\n"
		"                                            +-------------+\n"
		"");
}
END_TEST

START_TEST(tokens_zoomed)
{
	scene_fixture_check(sample_tokens(), 80, 20, "l",
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"                        semaphores s    id 101  private    ╭─ parent ─── 4710 ╮\n"
		"                        ╭────────────── last parent ╮      │ ○ ready          │\n"
		"                        │ ███ ███ ███               │ 3    │                  │\n"
		"                        │ ███ ███ ███               │      │                  │\n"
		"                        ╰───────────────────────────╯      │                  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

/* In the order in which they came, each with what it needs; others as the kernel counts them. */
START_TEST(in_line)
{
	scene_fixture_check(sample_line(), 80, 9, "",
		" ╭─ ann ────── 4713 ╮   semaphores s    id 101  private    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s │   [0] 3  ● ● ●                       │ ○ ready          │\n"
		" │ semop(101, {1,   │   [1] 0  ■ bob needs 1               │                  │\n"
		" │   -2, SEM_UNDO}) ┿┳━        ■ ann needs 2               ├─ cy ─────── 4714 ┤\n"
		" ├─ bob ────── 4712 ┤┃         ■ 1 other waits for more    │ ■ BLOCKED  0.2 s │\n"
		" │ ■ BLOCKED  0.2 s │┃  [2] 1  ●                           │ semop(101, {2,   │\n"
		" │ semop(101, {0,   │┃         ■ cy waits for 0         ━━━│   0})            │\n"
		" │   -1}, {1, -1}) ━┿┛  undo: parent gives back 1 [0]      ╰──────────────────╯\n"
		" ╰──────────────────╯");
}
END_TEST

START_TEST(in_line_narrow)
{
	scene_fixture_check(sample_line(), 60, 8, "",
		" ╭─ ann ── 4713 ╮  semaphores s     id 101  ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  [0] 3  ● ● ●             │ ○ ready     │\n"
		" │ semop(101, {…┿┳━[1] 0  ■ bob needs 1     │             │\n"
		" │ for 0.2 s    │┃        ■ ann needs 2     ├─ cy ── 4714 ┤\n"
		" ├─ bob ── 4712 ┤┃        ■ 1 other waits…  │ ■ BLOCKED   │\n"
		" │ ■ BLOCKED    │┃ [2] 1  ●               ━━│ semop(101, …│\n"
		" │ semop(101, {…┿┛        ■ cy waits for 0  │ for 0.2 s   │\n"
		" ╰──────────────╯                           ╰─────────────╯");
}
END_TEST

START_TEST(in_line_wide)
{
	scene_fixture_check(sample_line(), 120, 20, "",
		"\n"
		"\n"
		" ╭─ ann ──────────────── 4713 ╮     semaphores s                    id 101  private      ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s           │         ╭────────────────────────── last parent ╮        │ ○ ready                    │\n"
		" │ semop(101, {1, -2,         │     [0] │ ● ● ●                                 │ 3      │                            │\n"
		" │   SEM_UNDO}) ━━━━━━━━━━━━━━┿┳━━━     ╰───────────────────────────────────────╯        ╰────────────────────────────╯\n"
		" ╰────────────────────────────╯┃        ╭───────────────────────────── last ann ╮\n"
		"                               ┃    [1] │                                       │ 0      ╭─ cy ───────────────── 4714 ╮\n"
		" ╭─ bob ──────────────── 4712 ╮┃        ╰───────────────────────────────────────╯        │ ■ BLOCKED  0.2 s           │\n"
		" │ ■ BLOCKED  0.2 s           │┃          ■ bob needs 1                             ━━━━━│ semop(101, {2, 0})         │\n"
		" │ semop(101, {0, -1}, {1,    │┃          ■ ann needs 2                                  ╰────────────────────────────╯\n"
		" │   -1}) ━━━━━━━━━━━━━━━━━━━━┿┛          ■ 1 other waits for more\n"
		" ╰────────────────────────────╯         ╭────────────────────────────── last 99 ╮\n"
		"                                    [2] │ ●                                     │ 1\n"
		"                                        ╰───────────────────────────────────────╯\n"
		"                                          ■ cy waits for 0\n"
		"                                    undo: parent gives back 1 [0]\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(in_line_plain)
{
	scene_fixture_check(sample_line(), 80, 9, "a",
		" +- ann ------ 4713 +   semaphores s    id 101  private    +- parent --- 4710 +\n"
		" | # BLOCKED  0.2 s |   [0] 3  * * *                       | o ready          |\n"
		" | semop(101, {1,   |   [1] 0  # bob needs 1               |                  |\n"
		" |   -2, SEM_UNDO}) =+=        # ann needs 2               +- cy ------- 4714 +\n"
		" +- bob ------ 4712 +|         # 1 other waits for more    | # BLOCKED  0.2 s |\n"
		" | # BLOCKED  0.2 s ||  [2] 1  *                           | semop(101, {2,   |\n"
		" | semop(101, {0,   ||         # cy waits for 0         ===|   0})            |\n"
		" |   -1}, {1, -1}) ==+  undo: parent gives back 1 [0]      +------------------+\n"
		" +------------------+");
}
END_TEST

START_TEST(named)
{
	scene_fixture_check(sample_named(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   semaphore s            named /s    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s │   ╭───────────────────────────╮      │ ○ ready          │\n"
		" │ sem_wait(s) ━━━━━┿━━ │                           │ 0    │                  │\n"
		" │                  │   ╰───────────────────────────╯      │                  │\n"
		" │                  │     ■ child needs 1                  │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(named_narrow)
{
	scene_fixture_check(sample_named(), 60, 8, "",
		" ╭─ child  4711 ╮  semaphore s    named /s  ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  ╭───────────────────╮    │ ○ ready     │\n"
		" │ sem_wait(s) ━┿━━│                   │ 0  │             │\n"
		" │ for 0.2 s    │  ╰───────────────────╯    │             │\n"
		" │              │    ■ child needs 1        │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"");
}
END_TEST

START_TEST(mutex)
{
	scene_fixture_check(sample_mutex(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   mutex l               in a + 64    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s │   ╭─────────────────────────────╮    │ ○ ready          │\n"
		" │ mutex_lock(l) ━━━┿━━ │ ● held by parent            │    │                  │\n"
		" │                  │   ╰─────────────────────────────╯    │                  │\n"
		" │                  │     ■ child waits                    │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
}
END_TEST

START_TEST(mutex_narrow_plain)
{
	scene_fixture_check(sample_mutex(), 60, 8, "a",
		" +- child  4711 +  mutex l       in a + 64  +- parent ----+\n"
		" | # BLOCKED    |  +---------------------+  | o ready     |\n"
		" | mutex_lock(l)===| * held by parent    |  |             |\n"
		" | for 0.2 s    |  +---------------------+  |             |\n"
		" |              |    # child waits          |             |\n"
		" |              |                           |             |\n"
		" +--------------+                           +-------------+\n");
}
END_TEST

START_TEST(mutex_wide)
{
	scene_fixture_check(sample_mutex(), 120, 16, "",
		"\n"
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     mutex l                               in a + 64      ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s           │     ╭─────────────────────────────────────────────╮      │ ○ ready                    │\n"
		" │ pthread_mutex_lock(l) ━━━━━┿━━━━ │ ● held by parent                            │      │                            │\n"
		" │                            │     ╰─────────────────────────────────────────────╯      │                            │\n"
		" │                            │       ■ child waits                                      │                            │\n"
		" │                            │                                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(owner_died)
{
	scene_fixture_check(sample_mutex_died(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   mutex l               in a + 64    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   ╭─────────────────────────────╮    │ ○ ready          │\n"
		" │ mutex_lock(l)    │   │ ✗ parent, inconsistent      │    │                  │\n"
		" │                  │   ╰─────────────────────────────╯    │                  │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
}
END_TEST

START_TEST(low)
{
	scene_fixture_check(sample_line(), 80, 4, "",
		" ■ ann 4713             semaphores s    id 101  private     ○ parent 4710\n"
		"   BLOCKED semop(10… ┳━ [0] 3  ● ● ●                          ready\n"
		" ■ bob 4712          ┃  [1] 0  ■ bob needs 1                ■ cy 4714\n"
		"   BLOCKED semop(10… ┛         ■ ann needs 2            ━━━   BLOCKED semop(10…");
}
END_TEST

START_TEST(one_line)
{
	scene_fixture_check(sample_line(), 39, 8, "",
		" ○ parent ready\n"
		" ■ ann BLOCKED semop(101, {1, -2, SEM…\n"
		" ■ bob BLOCKED semop(101, {0, -1}, {1…\n"
		" ■ cy BLOCKED semop(101, {2, 0})\n"
		"   semaphores s values 3 0 1\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(styles)
{
	ck_assert(scene_fixture_holds(sample_line(), 80, 9, "", "{warn}■{text} {warn}bob needs 1"));
	ck_assert(scene_fixture_holds(sample_mutex_died(), 80, 8, "", "{bad}✗{text} {bad}parent, inconsistent"));
	ck_assert(scene_fixture_holds(sample_tokens(), 80, 8, "a", "{level}*"));
}
END_TEST

/* More tokens than columns: closer, then the number alone. Of what is not known, why. */
START_TEST(many)
{
	struct picture *p = sample_tokens();

	p->object->semaphore[0].value = 20;
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "********************"));
	p = sample_tokens();
	p->object->semaphore[0].value = 32767;
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "{strong}32767"));
	p = sample_tokens();
	p->object->semaphore[0].value = 32767;
	ck_assert(!scene_fixture_holds(p, 80, 8, "a", "*"));
	p = sample_named();
	p->object->lockable.value = (struct reading){ .why = "not permitted" };
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "{strong}?"));
	p = sample_named();
	p->object->lockable.value = (struct reading){ .why = "not permitted" };
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "{dim}not permitted"));
}
END_TEST

/* A mutex that nobody holds, and one whose owner is told. */
START_TEST(freed)
{
	struct picture *p = sample_mutex();

	p->object->lockable.owner[0] = '\0';
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "{good}o{text} {good}free"));
}
END_TEST

/* Ten in a set: a row for all, and who waits with the number of its semaphore. */
START_TEST(crowded)
{
	struct picture *p = sample_line();

	p->object->sysv.semaphores.count = 10;
	ck_assert(scene_fixture_holds(p, 80, 7, "a", "values 3 0 1 0 0 0 0 0 +2"));
	p = sample_line();
	p->object->sysv.semaphores.count = 10;
	ck_assert(scene_fixture_holds(p, 80, 7, "a", "bob needs 1 [1]"));
}
END_TEST

START_TEST(undone)
{
	struct picture *p = sample_tokens();

	p->object->undo[0] = (struct picture_undo){ "ann", 0, 1 };
	p->object->undo[1] = (struct picture_undo){ "bob", 0, -2 };
	p->object->n_undos = 2;
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "undo: ann gives back 1{"));
	p = sample_tokens();
	p->object->undo[0] = (struct picture_undo){ "bob", 0, -2 };
	p->object->n_undos = 1;
	ck_assert(scene_fixture_holds(p, 80, 8, "a", "undo: bob takes back 2"));
}
END_TEST

Suite *suite_scene_semaphores(void)
{
	Suite *s = suite_create("scene_semaphores");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, tokens);
	tcase_add_test(t, tokens_narrow);
	tcase_add_test(t, tokens_wide);
	tcase_add_test(t, tokens_plain);
	tcase_add_test(t, tokens_zoomed);
	tcase_add_test(t, in_line);
	tcase_add_test(t, in_line_narrow);
	tcase_add_test(t, in_line_wide);
	tcase_add_test(t, in_line_plain);
	tcase_add_test(t, named);
	tcase_add_test(t, named_narrow);
	tcase_add_test(t, mutex);
	tcase_add_test(t, mutex_narrow_plain);
	tcase_add_test(t, mutex_wide);
	tcase_add_test(t, owner_died);
	tcase_add_test(t, low);
	tcase_add_test(t, one_line);
	tcase_add_test(t, styles);
	tcase_add_test(t, many);
	tcase_add_test(t, freed);
	tcase_add_test(t, crowded);
	tcase_add_test(t, undone);
	suite_add_tcase(s, t);
	return s;
}

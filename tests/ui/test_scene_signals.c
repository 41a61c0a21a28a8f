/* SPDX-License-Identifier: MIT */
/* The signals of a process in its box. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

#define BIT(n) (UINT64_C(1) << ((n) - 1))

static struct picture *two(void)
{
	struct picture *p = sample_new();

	sample_process(p, "parent", 4710, PROCESS_READY);
	sample_process(p, "target", 4711, PROCESS_READY);
	return p;
}

/* Blocked and sent: it waits. */
static struct picture *pending(void)
{
	struct picture *p = two();
	struct picture_process *one = &p->process[1];

	one->blocked = BIT(SIGUSR1) | BIT(SIGUSR2);
	one->pending = BIT(SIGUSR1);
	one->caught = BIT(SIGUSR1) | BIT(SIGTERM);
	return p;
}

/* Unblocked: its handler has run. */
static struct picture *handled(void)
{
	struct picture *p = two();
	struct picture_process *one = &p->process[1];

	one->caught = BIT(SIGUSR1) | BIT(SIGPIPE);
	one->ignored = BIT(SIGINT);
	one->has_caught = true;
	one->caught_signal = SIGUSR1;
	one->caught_value = 7;
	strcpy(one->caught_sender, "parent");
	return p;
}

/* Many at once, and real-time ones. */
static struct picture *many(void)
{
	struct picture *p = two();
	struct picture_process *one = &p->process[1];

	one->blocked = ~UINT64_C(0) & ~BIT(SIGKILL) & ~BIT(SIGSTOP) & ~BIT(32) & ~BIT(33);
	one->pending = BIT(SIGRTMIN + 1) | BIT(SIGCHLD);
	return p;
}

/* A shell catches and ignores what it likes. */
static struct picture *program(void)
{
	struct picture *p = two();
	struct picture_process *one = &p->process[1];

	one->program = true;
	strcpy(one->command, "sh -c true");
	one->caught = BIT(SIGINT) | BIT(SIGCHLD);
	one->ignored = BIT(SIGQUIT);
	one->blocked = BIT(SIGCHLD);
	return p;
}

static struct picture *beside_a_pipe(void)
{
	struct picture *p = pending();

	sample_end(&p->process[1], 4, 0, 'w', "p.w");
	sample_level(sample_object(p, OBJECT_PIPE, "p"), 16, 0, 0);
	return p;
}

/* ---- tests ---------------------------------------------------------------------------------- */

/* What is pending comes first. */
START_TEST(waits)
{
	scene_fixture_check(pending(), 80, 8, "",
		" ╭─ target ────────────── 4711 ╮                ╭─ parent ────────────── 4710 ╮\n"
		" │ ○ ready                     │                │ ○ ready                     │\n"
		" │                             │                │                             │\n"
		" │ USR1 pending blocked caught │                │                             │\n"
		" │ USR2 blocked                │                │                             │\n"
		" │ TERM caught                 │                │                             │\n"
		" ╰─────────────────────────────╯                ╰─────────────────────────────╯\n");
	scene_fixture_check(pending(), 60, 9, "",
		" ╭─ target ────── 4711 ╮            ╭─ parent ────── 4710 ╮\n"
		" │ ○ ready             │            │ ○ ready             │\n"
		" │                     │            │                     │\n"
		" │ USR1 pending blocked│            │                     │\n"
		" │   caught            │            │                     │\n"
		" │ USR2 blocked        │            │                     │\n"
		" │ TERM caught         │            ╰─────────────────────╯\n"
		" ╰─────────────────────╯\n");
	scene_fixture_check(pending(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ target ─────────────────────────── 4711 ╮                              ╭─ parent ─────────────────────────── 4710 ╮\n"
		" │ ○ ready                                  │                              │ ○ ready                                  │\n"
		" │                                          │                              │                                          │\n"
		" │ USR1 pending blocked caught              │                              │                                          │\n"
		" │ USR2 blocked                             │                              │                                          │\n"
		" │ TERM caught                              │                              │                                          │\n"
		" ╰──────────────────────────────────────────╯                              ╰──────────────────────────────────────────╯\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(has_run)
{
	scene_fixture_check(handled(), 80, 8, "",
		" ╭─ target ────────────── 4711 ╮                ╭─ parent ────────────── 4710 ╮\n"
		" │ ○ ready                     │                │ ○ ready                     │\n"
		" │ USR1 caught                 │                │                             │\n"
		" │ INT ignored                 │                │                             │\n"
		" │ caught USR1 from parent     │                │                             │\n"
		" │   value 7                   │                │                             │\n"
		" │ SIGPIPE caught              │                ╰─────────────────────────────╯\n"
		" ╰─────────────────────────────╯");
	scene_fixture_check(handled(), 60, 9, "",
		" ╭─ target ────── 4711 ╮            ╭─ parent ────── 4710 ╮\n"
		" │ ○ ready             │            │ ○ ready             │\n"
		" │                     │            │                     │\n"
		" │ USR1 caught         │            │                     │\n"
		" │ INT ignored         │            │                     │\n"
		" │ caught USR1 from    │            │                     │\n"
		" │   parent value 7    │            ╰─────────────────────╯\n"
		" │ SIGPIPE caught      │\n"
		" ╰─────────────────────╯");
	scene_fixture_check(handled(), 120, 12, "",
		"\n"
		" ╭─ target ─────────────────────────── 4711 ╮                              ╭─ parent ─────────────────────────── 4710 ╮\n"
		" │ ○ ready                                  │                              │ ○ ready                                  │\n"
		" │                                          │                              │                                          │\n"
		" │ USR1 caught                              │                              │                                          │\n"
		" │ INT ignored                              │                              │                                          │\n"
		" │ caught USR1 from parent value 7          │                              │                                          │\n"
		" │ SIGPIPE caught                           │                              ╰──────────────────────────────────────────╯\n"
		" ╰──────────────────────────────────────────╯\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(has_run_in_little_room)
{
	scene_fixture_check(handled(), 60, 6, "",
		" ╭─ target ────── 4711 ╮            ╭─ parent ────── 4710 ╮\n"
		" │ ○ ready             │            │ ○ ready             │\n"
		" │ USR1 caught         │            │                     │\n"
		" │ USR1 from parent va…│            │                     │\n"
		" │ SIGPIPE caught      │            │                     │\n"
		" ╰─────────────────────╯            ╰─────────────────────╯");
	scene_fixture_check(handled(), 60, 7, "",
		" ╭─ target ────── 4711 ╮            ╭─ parent ────── 4710 ╮\n"
		" │ ○ ready             │            │ ○ ready             │\n"
		" │ USR1 caught         │            │                     │\n"
		" │ INT ignored         │            │                     │\n"
		" │ USR1 from parent va…│            │                     │\n"
		" │ SIGPIPE caught      │            │                     │\n"
		" ╰─────────────────────╯            ╰─────────────────────╯");
}
END_TEST

/* Those alike share a row; of many only the number. */
START_TEST(alike)
{
	scene_fixture_check(many(), 80, 8, "",
		" ╭─ target ────────────── 4711 ╮                ╭─ parent ────────────── 4710 ╮\n"
		" │ ○ ready                     │                │ ○ ready                     │\n"
		" │                             │                │                             │\n"
		" │ CHLD RTMIN+1 pending blocked│                │                             │\n"
		" │ 58 signals blocked          │                │                             │\n"
		" │                             │                │                             │\n"
		" ╰─────────────────────────────╯                ╰─────────────────────────────╯\n");
	scene_fixture_check(many(), 60, 9, "",
		" ╭─ target ────── 4711 ╮            ╭─ parent ────── 4710 ╮\n"
		" │ ○ ready             │            │ ○ ready             │\n"
		" │                     │            │                     │\n"
		" │ CHLD RTMIN+1 pending│            │                     │\n"
		" │   blocked           │            │                     │\n"
		" │ 58 signals blocked  │            │                     │\n"
		" ╰─────────────────────╯            ╰─────────────────────╯\n"
		"\n");
	scene_fixture_check(many(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ target ─────────────────────────── 4711 ╮                              ╭─ parent ─────────────────────────── 4710 ╮\n"
		" │ ○ ready                                  │                              │ ○ ready                                  │\n"
		" │                                          │                              │                                          │\n"
		" │ CHLD RTMIN+1 pending blocked             │                              │                                          │\n"
		" │ 58 signals blocked                       │                              │                                          │\n"
		" │                                          │                              │                                          │\n"
		" ╰──────────────────────────────────────────╯                              ╰──────────────────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(many(), 80, 8, "a",
		" +- target -------------- 4711 +                +- parent -------------- 4710 +\n"
		" | o ready                     |                | o ready                     |\n"
		" |                             |                |                             |\n"
		" | CHLD RTMIN+1 pending blocked|                |                             |\n"
		" | 58 signals blocked          |                |                             |\n"
		" |                             |                |                             |\n"
		" +-----------------------------+                +-----------------------------+\n");
}
END_TEST

START_TEST(of_a_program)
{
	scene_fixture_check(program(), 80, 8, "",
		" ╭─ target ────────────── 4711 ╮                ╭─ parent ────────────── 4710 ╮\n"
		" │ ○ ready                     │                │ ○ ready                     │\n"
		" │ sh -c true                  │                │                             │\n"
		" │ CHLD blocked                │                │                             │\n"
		" │                             │                │                             │\n"
		" │                             │                │                             │\n"
		" ╰─────────────────────────────╯                ╰─────────────────────────────╯\n");
}
END_TEST

/* With an object between them the boxes are as narrow as ever: rows that do not fit go on below. */
START_TEST(beside_an_object)
{
	scene_fixture_check(beside_a_pipe(), 80, 8, "",
		" ╭─ target ─── 4711 ╮   pipe p     writers ?  readers ?    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷    │ ○ ready          │\n"
		" │ 4 p.w ━━━━━━━━━━━┿━▶                                    │                  │\n"
		" │ USR1 pending     │                                      │                  │\n"
		" │ USR2 blocked     │   ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵    │                  │\n"
		" │ TERM caught      │   0 B of 65536                       │                  │\n"
		" │ SIGPIPE default  │   0 of 16 slots  EMPTY               ╰──────────────────╯\n"
		" ╰──────────────────╯");
	scene_fixture_check(beside_a_pipe(), 60, 9, "",
		" ╭─ target 4711 ╮  pipe p                   ╭─ parent ────╮\n"
		" │ ○ ready      │  ░░ ░░ ░░ ░░ ░░ ░░ ░░ ░░  │ ○ ready     │\n"
		" │ 4 p.w ━━━━━━━┿━▶                         │             │\n"
		" │ USR1 pending │  ░░ ░░ ░░ ░░ ░░ ░░ ░░ ░░  │             │\n"
		" │   blocked ca…│                           │             │\n"
		" │ USR2 blocked │  0 B of 65536             │             │\n"
		" │ TERM caught  │  0 of 16 slots  EMPTY     ╰─────────────╯\n"
		" │ PIPE default │  writers ?  readers ?\n"
		" ╰──────────────╯");
	scene_fixture_check(beside_a_pipe(), 120, 12, "",
		" ╭─ target ───────────── 4711 ╮     pipe p                     writers ?  readers ?      ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │     ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ──      │ ○ ready                    │\n"
		" │                            │                                                          │                            │\n"
		" │ 4 p.w ━━━━━━━━━━━━━━━━━━━━━┿━━━▶                                                      │                            │\n"
		" │ USR1 pending blocked caught│                                                          │                            │\n"
		" │ USR2 blocked               │                                                          │                            │\n"
		" │ TERM caught                │                                                          ╰────────────────────────────╯\n"
		" │ SIGPIPE default            │\n"
		" ╰────────────────────────────╯     ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ──\n"
		"                                    0 B of 65536\n"
		"                                    0 of 16 slots  EMPTY\n");
}
END_TEST

START_TEST(styles)
{
	ck_assert(scene_fixture_holds(pending(), 80, 8, "", "{warn}USR1 pending blocked caught"));
	ck_assert(scene_fixture_holds(pending(), 80, 8, "", "{text} USR2 blocked"));
	ck_assert(scene_fixture_holds(pending(), 80, 8, "", "{dim}TERM caught"));
	ck_assert(scene_fixture_holds(handled(), 80, 8, "", "{good}caught USR1 from parent"));
	ck_assert(!scene_fixture_holds(pending(), 80, 8, "", "from"));
}
END_TEST

Suite *suite_scene_signals(void)
{
	Suite *s = suite_create("scene_signals");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, waits);
	tcase_add_test(t, has_run);
	tcase_add_test(t, has_run_in_little_room);
	tcase_add_test(t, alike);
	tcase_add_test(t, of_a_program);
	tcase_add_test(t, beside_an_object);
	tcase_add_test(t, styles);
	suite_add_tcase(s, t);
	return s;
}

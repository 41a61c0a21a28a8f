/* SPDX-License-Identifier: MIT */
/* Message queues in the scene, System V and POSIX. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

/* The next to be received at the right; the type that somebody waits for is not there. */
START_TEST(types)
{
	scene_fixture_check(sample_queue(), 80, 8, "",
		" ╭─ client ─── 4711 ╮   queue q    id 101  key 0x6f02a1    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s │   ──╭ 1 ────╮╭ 2 ────╮╭ 1 ────╮      │ ○ ready          │\n"
		" │ msgrcv(101, 100, │     │ \"you\" ││ 300 B ││\"hello\"│ ▶    │                  │\n"
		" │   5, 0) ◀━━━━━━━━┿━━ ──╰───────╯╰───────╯╰───────╯      │                  │\n"
		" │                  │   ▌░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    │                  │\n"
		" │                  │   3 messages  308 of 16384 B         │                  │\n"
		" ╰──────────────────╯   ■ client awaits type 5             ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(types_narrow)
{
	scene_fixture_check(sample_queue(), 60, 8, "",
		" ╭─ client 4711 ╮  queue q          id 101  ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  ╭ 1 ──╮╭ 2 ──╮╭ 1 ──╮    │ ○ ready     │\n"
		" │ msgrcv(101,  │  │ 3 B ││300 B││ 5 B │ ▶  │             │\n"
		" │   100, 5, 0) ┿◀━╰─────╯╰─────╯╰─────╯    │             │\n"
		" │ for 0.2 s    │  ▍░░░░░░░░░░░░░░░░░░░░░░  │             │\n"
		" │              │  3 msgs  308 of 16384 B   │             │\n"
		" ╰──────────────╯  ■ client awaits type 5   ╰─────────────╯\n"
		"");
}
END_TEST

START_TEST(types_wide)
{
	scene_fixture_check(sample_queue(), 120, 16, "",
		"\n"
		"\n"
		"\n"
		" ╭─ client ───────────── 4711 ╮     queue q                    id 101  key 0x6f02a1      ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s           │     ────────────╭ type 1 ─╮╭ type 2 ─╮╭ type 1 ─╮        │ ○ ready                    │\n"
		" │ msgrcv(101, 100, 5, 0) ◀━━━┿━━━━             │  \"you\"  ││  300 B  ││ \"hello\" │ ▶      │                            │\n"
		" │                            │     ────────────╰─────────╯╰─────────╯╰─────────╯        │                            │\n"
		" │                            │     ▉░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░      │                            │\n"
		" │                            │     3 messages  308 of 16384 B                           │                            │\n"
		" ╰────────────────────────────╯     ■ client awaits type 5                               ╰────────────────────────────╯\n"
		"                                    last sent by parent\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(types_plain)
{
	scene_fixture_check(sample_queue(), 80, 8, "a",
		" +- client --- 4711 +   queue q    id 101  key 0x6f02a1    +- parent --- 4710 +\n"
		" | # BLOCKED  0.2 s |   --+ 1 ----++ 2 ----++ 1 ----+      | o ready          |\n"
		" | msgrcv(101, 100, |     | \"you\" || 300 B ||\"hello\"| >    |                  |\n"
		" |   5, 0) <=========== --+-------++-------++-------+      |                  |\n"
		" |                  |   #..............................    |                  |\n"
		" |                  |   3 messages  308 of 16384 B         |                  |\n"
		" +------------------+   # client awaits type 5             +------------------+\n"
		"");
}
END_TEST

START_TEST(types_zoomed)
{
	scene_fixture_check(sample_queue(), 80, 20, "l",
		"\n"
		"\n"
		"\n"
		"\n"
		" ╭─ client ─── 4711 ╮   queue q    id 101  key 0x6f02a1    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s │   ──╭ 1 ────╮╭ 2 ────╮╭ 1 ────╮      │ ○ ready          │\n"
		" │ msgrcv(101, 100, │     │ \"you\" ││ 300 B ││\"hello\"│ ▶    │                  │\n"
		" │   5, 0) ◀━━━━━━━━┿━━   │ 3 B   ││       ││ 5 B   │      │                  │\n"
		" │                  │   ──╰───────╯╰───────╯╰───────╯      │                  │\n"
		" │                  │   ▌░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    │                  │\n"
		" ╰──────────────────╯   3 messages  308 of 16384 B         ╰──────────────────╯\n"
		"                        ■ client awaits type 5\n"
		"                        last sent by parent\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(full)
{
	scene_fixture_check(sample_queue_full(), 80, 8, "",
		" ╭─ client ─── 4711 ╮   queue q         id 101  private    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s │   ─────╭ 3 ───╮╭ 2 ───╮╭ 1 ───╮      │ ○ ready          │\n"
		" │ msgsnd(101, 1,   │   +13  │1000 B││1000 B││1000 B│ ▶    │                  │\n"
		" │   1000, 0) ━━━━━━┿━▶ ─────╰──────╯╰──────╯╰──────╯      │                  │\n"
		" │                  │   ███████████████████████████████    │                  │\n"
		" │                  │   16 msgs  16000 of 16000 B FULL     │                  │\n"
		" ╰──────────────────╯   ■ client waits to send             ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(full_narrow)
{
	scene_fixture_check(sample_queue_full(), 60, 8, "",
		" ╭─ client 4711 ╮  queue q          id 101  ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  ─────╭ 2 ───╮╭ 1 ───╮    │ ○ ready     │\n"
		" │ msgsnd(101,  │  +14  │1000 B││1000 B│ ▶  │             │\n"
		" │   1, 1000, 0)┿━▶─────╰──────╯╰──────╯    │             │\n"
		" │ for 0.2 s    │  ███████████████████████  │             │\n"
		" │              │  16 msgs  16000 B FULL    │             │\n"
		" ╰──────────────╯  ■ client waits to send   ╰─────────────╯\n"
		"");
}
END_TEST

START_TEST(full_wide)
{
	scene_fixture_check(sample_queue_full(), 120, 16, "",
		"\n"
		"\n"
		"\n"
		" ╭─ client ───────────── 4711 ╮     queue q                         id 101  private      ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s           │     ─────╭ 2 ───╮╭ 1 ───╮╭ 3 ───╮╭ 2 ───╮╭ 1 ───╮        │ ○ ready                    │\n"
		" │ msgsnd(101, 1, 1000, 0) ━━━┿━━━▶ +11  │1000 B││1000 B││1000 B││1000 B││1000 B│ ▶      │                            │\n"
		" │                            │     ─────╰──────╯╰──────╯╰──────╯╰──────╯╰──────╯        │                            │\n"
		" │                            │     ███████████████████████████████████████████████      │                            │\n"
		" │                            │     16 messages  16000 of 16000 B FULL                   │                            │\n"
		" ╰────────────────────────────╯     ■ client waits to send                               ╰────────────────────────────╯\n"
		"                                    last sent by client, received by parent\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(priorities)
{
	scene_fixture_check(sample_mqueue(), 80, 8, "",
		"                        queue q                            ╭─ parent ─── 4710 ╮\n"
		"                        ─────╭ prio 0 ──╮╭ prio 9 ──╮      │ ○ ready          │\n"
		"                             │ \"second\" ││ \"first\"  │ ▶    │                  │\n"
		"                        ─────╰──────────╯╰──────────╯   ━━━│ 3 q              │\n"
		"                        ██████▏░░░░░░░░░░░░░░░░░░░░░░░░    │                  │\n"
		"                        2 of 10 messages, 11 B             │                  │\n"
		"                        notifies parent                    ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(priorities_narrow)
{
	scene_fixture_check(sample_mqueue(), 60, 8, "",
		"                   queue q                  ╭─ parent ────╮\n"
		"                   ─╭ 0 ─────╮╭ 9 ─────╮    │ ○ ready     │\n"
		"                    │\"second\"││\"first\" │ ▶  │             │\n"
		"                   ─╰────────╯╰────────╯  ━━│ 3 q         │\n"
		"                   ████▌░░░░░░░░░░░░░░░░░░  │             │\n"
		"                   2 of 10 messages, 11 B   │             │\n"
		"                   notifies parent          ╰─────────────╯\n"
		"");
}
END_TEST

START_TEST(priorities_plain)
{
	scene_fixture_check(sample_mqueue(), 60, 8, "a",
		"                   queue q                  +- parent ----+\n"
		"                   -+ 0 -----++ 9 -----+    | o ready     |\n"
		"                    |\"second\"||\"first\" | >  |             |\n"
		"                   -+--------++--------+  ==| 3 q         |\n"
		"                   ####...................  |             |\n"
		"                   2 of 10 messages, 11 B   |             |\n"
		"                   notifies parent          +-------------+\n"
		"");
}
END_TEST

START_TEST(low)
{
	scene_fixture_check(sample_queue(), 80, 4, "",
		" ╭─ client ─── 4711 ╮   queue q    id 101  key 0x6f02a1    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  0.2 s │   +1       [2 300 B] [1 5 B]    ▶    │ ○ ready          │\n"
		" │ msgrcv(101, 100,…┿◀━ 3 messages  308 of 16384 B         │                  │\n"
		" ╰──────────────────╯   ■ client awaits type 5             ╰──────────────────╯");
}
END_TEST

START_TEST(one_line)
{
	scene_fixture_check(sample_queue_full(), 39, 6, "",
		" ○ parent ready\n"
		" ■ client BLOCKED msgsnd(101, 1, 1000…\n"
		"   queue q 16 msgs  16000 B FULL\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(fullness)
{
	struct picture *p = sample_mqueue();

	ck_assert(scene_fixture_holds(sample_queue_full(), 80, 8, "", "{warn}FULL"));
	ck_assert(!scene_fixture_holds(sample_queue(), 80, 8, "", "FULL"));
	p->object->queue.messages.number = p->object->queue.n_messages = 0;
	ck_assert(scene_fixture_holds(p, 80, 8, "", "{dim}EMPTY"));
}
END_TEST

/* How many there are is known, what they are is not: boxes without words, and why. */
START_TEST(not_known)
{
	struct picture *p = sample_queue();

	p->object->queue.n_messages = 0;
	p->object->queue.messages_why = "not all were sent on this stage";
	ck_assert(scene_fixture_holds(p, 80, 20, "a", "{strong}?{text} {level}||"));
	p = sample_queue();
	p->object->queue.n_messages = 0;
	p->object->queue.messages_why = "not all were sent on this stage";
	ck_assert(scene_fixture_holds(p, 80, 20, "", "not all were sent on this stage"));
	p = sample_queue();
	p->object->queue.n_messages = 0;
	p->object->queue.messages = p->object->queue.bytes = (struct reading){ .why = "not permitted" };
	ck_assert(scene_fixture_holds(p, 80, 8, "", "? messages  ? of 16384 B"));
}
END_TEST

/* msgrcv's types: none in particular, the lowest up to one, several who wait. */
START_TEST(awaited)
{
	static const struct { const char *call, *said; } calls[] = {
		{ "msgrcv(101, 100, 0, 0)", "client waits to receive" },
		{ "msgrcv(101, 100, -7, 0)", "client awaits type up to 7" },
		{ "msgrcv(101)", "client waits to receive" },
	};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		struct picture *p = sample_queue();

		strcpy(p->process[1].call, calls[i].call);
		ck_assert_msg(scene_fixture_holds(p, 80, 8, "", calls[i].said), "%s", calls[i].call);
	}
	for (int same = 0; same < 2; same++) {
		struct picture *p = sample_queue();
		struct picture_process *one = sample_process(p, "other", 4712, PROCESS_BLOCKED);

		*one = p->process[1];
		strcpy(one->name, "other");
		one->call_object = same ? 0 : -1;
		ck_assert(scene_fixture_holds(p, 80, 12, "", same ? "client, other wait to receive" : "client awaits type 5"));
	}
}
END_TEST

/* Texts that have no room beside each other are cut, as long as there is something left of them. */
START_TEST(texts_cut)
{
	static const char *const text[] = { "second letter", "parcel" };

	for (int narrow = 0; narrow < 2; narrow++) {
		struct picture *p = sample_queue();
		struct picture_queue *q = &p->object->queue;

		q->n_messages = 2;
		q->messages = (struct reading){ .known = true, .number = 2 };
		for (int i = 0; i < 2; i++) {
			q->message[i] = (struct picture_message){ .type = i + 1, .length = (uint32_t)strlen(text[i]) };
			snprintf(q->message[i].text, sizeof q->message[i].text, "%s", text[i]);
		}
		if (narrow)
			scene_fixture_check(p, 60, 8, "",
				" ╭─ client 4711 ╮  queue q          id 101  ╭─ parent ────╮\n"
				" │ ■ BLOCKED    │  ─╭ 2 ─────╮╭ 1 ─────╮    │ ○ ready     │\n"
				" │ msgrcv(101,  │   │\"parcel\"││\"second…│ ▶  │             │\n"
				" │   100, 5, 0) ┿◀━─╰────────╯╰────────╯    │             │\n"
				" │ for 0.2 s    │  ▍░░░░░░░░░░░░░░░░░░░░░░  │             │\n"
				" │              │  2 msgs  308 of 16384 B   │             │\n"
				" ╰──────────────╯  ■ client awaits type 5   ╰─────────────╯\n");
		else
			scene_fixture_check(p, 80, 8, "",
				" ╭─ client ─── 4711 ╮   queue q    id 101  key 0x6f02a1    ╭─ parent ─── 4710 ╮\n"
				" │ ■ BLOCKED  0.2 s │   ─╭ 2 ─────────╮╭ 1 ─────────╮      │ ○ ready          │\n"
				" │ msgrcv(101, 100, │    │  \"parcel\"  ││\"second let…│ ▶    │                  │\n"
				" │   5, 0) ◀━━━━━━━━┿━━ ─╰────────────╯╰────────────╯      │                  │\n"
				" │                  │   ▌░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    │                  │\n"
				" │                  │   2 messages  308 of 16384 B         │                  │\n"
				" ╰──────────────────╯   ■ client awaits type 5             ╰──────────────────╯\n");
	}
}
END_TEST

Suite *suite_scene_queue(void)
{
	Suite *s = suite_create("scene_queue");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, types);
	tcase_add_test(t, types_narrow);
	tcase_add_test(t, types_wide);
	tcase_add_test(t, types_plain);
	tcase_add_test(t, types_zoomed);
	tcase_add_test(t, full);
	tcase_add_test(t, full_narrow);
	tcase_add_test(t, full_wide);
	tcase_add_test(t, priorities);
	tcase_add_test(t, priorities_narrow);
	tcase_add_test(t, priorities_plain);
	tcase_add_test(t, low);
	tcase_add_test(t, one_line);
	tcase_add_test(t, fullness);
	tcase_add_test(t, not_known);
	tcase_add_test(t, awaited);
	tcase_add_test(t, texts_cut);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* What is a descriptor and nothing else, in the scene. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

static struct picture *an_event(const char *what, const char *name)
{
	struct picture *p = sample_new();
	struct picture_process *one = sample_process(p, "parent", 4710, PROCESS_READY);
	struct picture_object *o;

	sample_end(one, 3, 0, 'f', name);
	one = sample_process(p, "child", 4711, PROCESS_BLOCKED);
	sample_end(one, 3, 0, 'f', name);
	sample_call(one, "read(3)", "read", 3);
	one->call_object = 0;
	o = sample_object(p, OBJECT_EVENT, name);
	snprintf(o->event.what, sizeof o->event.what, "%s", what);
	return p;
}

static struct picture *a_counter(int64_t count)
{
	struct picture *p = an_event("eventfd", "e");

	p->object->event.count = (struct reading){ .known = true, .number = count };
	if (count) {
		p->process[1].state = PROCESS_READY;
		sample_call(&p->process[1], "", "", -1);
	}
	return p;
}

static struct picture *a_signalfd(void)
{
	struct picture *p = an_event("signalfd", "s");

	p->object->event.signals = UINT64_C(1) << (SIGUSR1 - 1) | UINT64_C(1) << (SIGTERM - 1);
	return p;
}

static struct picture *a_timer(int64_t remaining)
{
	struct picture *p = an_event("timerfd", "t");

	p->object->event.count = (struct reading){ .known = true, .number = 1 };
	p->object->event.remaining = (struct reading){ .known = true, .number = remaining };
	return p;
}

static struct picture *an_epoll(void)
{
	struct picture *p = an_event("epoll", "ep");

	p->object->event.count = (struct reading){ .known = true, .number = 2 };
	strcpy(p->object->event.detail, "p.r POLLIN, q.r POLLIN");
	return p;
}

static struct picture *a_pidfd(void)
{
	struct picture *p = an_event("pidfd", "c");

	strcpy(p->object->event.detail, "child");
	return p;
}

/* ---- tests ---------------------------------------------------------------------------------- */

/* Its value as tokens. */
START_TEST(counter)
{
	scene_fixture_check(a_counter(3), 80, 8, "",
		" ╭─ child ──── 4711 ╮   eventfd e                          ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   count 3                            │ ○ ready          │\n"
		" │                  │┏━ ● ● ●                           ━━┓│                  │\n"
		" │ 3 e ━━━━━━━━━━━━━┿┛                                    ┗│ 3 e              │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(a_counter(3), 60, 9, "",
		" ╭─ child  4711 ╮  eventfd e                ╭─ parent ────╮\n"
		" │ ○ ready      │  count 3                  │ ○ ready     │\n"
		" │              │┏━● ● ●                  ━┓│             │\n"
		" │ 3 e ━━━━━━━━━┿┛                         ┗│ 3 e         │\n"
		" │              │                           │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(a_counter(3), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     eventfd e                                            ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │     count 3                                              │ ○ ready                    │\n"
		" │                            │┏━━━ ● ● ●                                           ━━━━┓│                            │\n"
		" │ 3 e ━━━━━━━━━━━━━━━━━━━━━━━┿┛                                                        ┗│ 3 e                        │\n"
		" │                            │                                                          │                            │\n"
		" │                            │                                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(a_counter(3), 80, 8, "a",
		" +- child ---- 4711 +   eventfd e                          +- parent --- 4710 +\n"
		" | o ready          |   count 3                            | o ready          |\n"
		" |                  |+= * * *                           ==+|                  |\n"
		" | 3 e ==============+                                    +| 3 e              |\n"
		" |                  |                                      |                  |\n"
		" |                  |                                      |                  |\n"
		" +------------------+                                      +------------------+\n");
	scene_fixture_check(a_counter(1000), 80, 8, "",
		" ╭─ child ──── 4711 ╮   eventfd e                          ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │┏━ count 1000                      ━━┓│ ○ ready          │\n"
		" │                  │┃                                    ┃│                  │\n"
		" │ 3 e ━━━━━━━━━━━━━┿┛                                    ┗│ 3 e              │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
}
END_TEST

START_TEST(counter_waits)
{
	scene_fixture_check(a_counter(0), 80, 8, "",
		" ╭─ child ──── 4711 ╮   eventfd e                          ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   count 0                            │ ○ ready          │\n"
		" │ read(3)          │                                      │                  │\n"
		" │ 3 e ◀━━━━━━━━━━━━┿━━ child waits                     ━━━│ 3 e              │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
}
END_TEST

START_TEST(signals)
{
	scene_fixture_check(a_signalfd(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   signalfd s                         ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   takes USR1 TERM                    │ ○ ready          │\n"
		" │ read(3)          │┏━ child waits                     ━━┓│                  │\n"
		" │ 3 s ◀━━━━━━━━━━━━┿┛                                    ┗│ 3 s              │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(a_signalfd(), 60, 9, "",
		" ╭─ child  4711 ╮  signalfd s               ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  takes USR1 TERM          │ ○ ready     │\n"
		" │ read(3)      │┏━child waits            ━┓│             │\n"
		" │ for 3.2 s    │┃                         ┗│ 3 s         │\n"
		" │ 3 s ◀━━━━━━━━┿┛                          │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
}
END_TEST

START_TEST(timer)
{
	scene_fixture_check(a_timer(1500), 80, 8, "",
		" ╭─ child ──── 4711 ╮   timerfd t                          ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   1 expiration                       │ ○ ready          │\n"
		" │ read(3)          │   next in 1.5 s                      │                  │\n"
		" │ 3 t ◀━━━━━━━━━━━━┿━━ child waits                     ━━━│ 3 t              │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(a_timer(0), 60, 9, "",
		" ╭─ child  4711 ╮  timerfd t                ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  1 expiration             │ ○ ready     │\n"
		" │ read(3)      │  not set                  │             │\n"
		" │ for 3.2 s    │┏━child waits            ━━│ 3 t         │\n"
		" │ 3 t ◀━━━━━━━━┿┛                          │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
}
END_TEST

START_TEST(epoll)
{
	scene_fixture_check(an_epoll(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   epoll ep                           ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   watches 2 descriptors              │ ○ ready          │\n"
		" │ read(3)          │   p.r POLLIN                         │                  │\n"
		" │ 3 ep ◀━━━━━━━━━━━┿━━ q.r POLLIN                      ━━━│ 3 ep             │\n"
		" │                  │   child waits                        │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(an_epoll(), 60, 9, "",
		" ╭─ child  4711 ╮  epoll ep                 ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  watches 2 descriptors    │ ○ ready     │\n"
		" │ read(3)      │  p.r POLLIN               │             │\n"
		" │ for 3.2 s    │  q.r POLLIN             ━━│ 3 ep        │\n"
		" │ 3 ep ◀━━━━━━━┿━━child waits              │             │\n"
		" │              │                           │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(an_epoll(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     epoll ep                                             ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s           │     watches 2 descriptors                                │ ○ ready                    │\n"
		" │ read(3)                    │     p.r POLLIN                                           │                            │\n"
		" │ 3 ep ◀━━━━━━━━━━━━━━━━━━━━━┿━━━━ q.r POLLIN                                      ━━━━━│ 3 ep                       │\n"
		" │                            │     child waits                                          │                            │\n"
		" │                            │                                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(pidfd)
{
	scene_fixture_check(a_pidfd(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   pidfd c                            ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   of child                           │ ○ ready          │\n"
		" │ read(3)          │┏━ child waits                     ━━┓│                  │\n"
		" │ 3 c ◀━━━━━━━━━━━━┿┛                                    ┗│ 3 c              │\n"
		" │                  │                                      │                  │\n"
		" │                  │                                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
}
END_TEST

START_TEST(list)
{
	scene_fixture_check(an_epoll(), 39, 4, "",
		" ○ parent ready\n"
		" ■ child BLOCKED read(3)\n"
		"   epoll ep watches 2 descriptors\n");
	scene_fixture_check(a_timer(1500), 39, 4, "",
		" ○ parent ready\n"
		" ■ child BLOCKED read(3)\n"
		"   timerfd t 1 expiration\n");
	scene_fixture_check(a_counter(3), 39, 4, "",
		" ○ parent ready\n"
		" ○ child ready\n"
		"   eventfd e count 3\n");
}
END_TEST

START_TEST(styles)
{
	ck_assert(scene_fixture_holds(a_counter(0), 80, 8, "", "{warn}child waits"));
	ck_assert(!scene_fixture_holds(a_counter(3), 80, 8, "", "waits"));
	ck_assert(scene_fixture_holds(a_counter(3), 80, 8, "", "{level}●"));
}
END_TEST

Suite *suite_scene_event(void)
{
	Suite *s = suite_create("scene_event");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, counter);
	tcase_add_test(t, counter_waits);
	tcase_add_test(t, signals);
	tcase_add_test(t, timer);
	tcase_add_test(t, epoll);
	tcase_add_test(t, pidfd);
	tcase_add_test(t, list);
	tcase_add_test(t, styles);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* Two connected sockets in the scene: what each way holds. */
#include "tests/unit.h"

#include "tests/ui/sample_socket.h"
#include "tests/ui/scene_fixture.h"

/* ---- tests ---------------------------------------------------------------------------------- */

/* Each way piles up at the side that will read it. */
START_TEST(pair)
{
	scene_fixture_check(sample_connected(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   sockets s           Unix stream    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │     ░░░░░░░░░░░░░░░░░░░░░░░░░▐▶      │ ○ ready          │\n"
		" │                  │     12 B for a                       │                  │\n"
		" │ 4 s.b ◀━━━━━━━━━━┿━▶ b memory 2304 of 212992       a ◀━▶│ 3 s.a            │\n"
		" │ SIGPIPE default  │     ◀▏░░░░░░░░░░░░░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     300 B for b                      │                  │\n"
		" ╰──────────────────╯     memory 768 of 212992             ╰──────────────────╯\n");
	scene_fixture_check(sample_connected(), 60, 9, "",
		" ╭─ child  4711 ╮  sockets s   Unix stream  ╭─ parent ────╮\n"
		" │ ○ ready      │    ░░░░░░░░░░░░░░░░░▐▶    │ ○ ready     │\n"
		" │              │    12 B for a             │             │\n"
		" │ 4 s.b ◀━━━━━━┿━▶b mem 2304/212992     a◀▶│ 3 s.a       │\n"
		" │ PIPE default │    ◀▏░░░░░░░░░░░░░░░░░    │ PIPE default│\n"
		" │              │    300 B for b            │             │\n"
		" ╰──────────────╯    mem 768/212992         ╰─────────────╯\n"
		"\n");
	scene_fixture_check(sample_connected(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     sockets s                Unix stream  connected      ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▐▶        │ ○ ready                    │\n"
		" │                            │       12 B for a                                         │                            │\n"
		" │ 4 s.b ◀━━━━━━━━━━━━━━━━━━━━┿━━━▶ b memory 2304 of 212992                       a ◀━━━▶│ 3 s.a                      │\n"
		" │ SIGPIPE default            │       ◀▏░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░        │ SIGPIPE default            │\n"
		" │                            │       300 B for b                                        │                            │\n"
		" ╰────────────────────────────╯       memory 768 of 212992                               ╰────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(sample_connected(), 80, 8, "a",
		" +- child ---- 4711 +   sockets s           Unix stream    +- parent --- 4710 +\n"
		" | o ready          |     .........................#>      | o ready          |\n"
		" |                  |     12 B for a                       |                  |\n"
		" | 4 s.b <============> b memory 2304 of 212992       a <=>| 3 s.a            |\n"
		" | SIGPIPE default  |     <#.........................      | SIGPIPE default  |\n"
		" |                  |     300 B for b                      |                  |\n"
		" +------------------+     memory 768 of 212992             +------------------+\n");
}
END_TEST

START_TEST(full)
{
	scene_fixture_check(sample_connected_full(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   sockets s           Unix stream    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │     ██████████████████████████▶      │ ○ ready          │\n"
		" │ write(4, 1)      │     278 B for a                      │                  │\n"
		" │ 4 s.b ━━━━━━━━━━━┿━▶ b mem 213504/212992  FULL     a ◀━▶│ 3 s.a            │\n"
		" │ SIGPIPE default  │     ◀░░░░░░░░░░░░░░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     0 B for b                        │                  │\n"
		" ╰──────────────────╯     memory 0 of 212992               ╰──────────────────╯\n");
	scene_fixture_check(sample_connected_full(), 60, 9, "",
		" ╭─ child  4711 ╮  sockets s   Unix stream  ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │    ██████████████████▶    │ ○ ready     │\n"
		" │ write(4, 1)  │    278 B for a            │             │\n"
		" │ for 3.2 s    │    213504/212992  FULL a◀▶│ 3 s.a       │\n"
		" │ 4 s.b ━━━━━━━┿━▶b ◀░░░░░░░░░░░░░░░░░░    │ PIPE default│\n"
		" │ PIPE default │    0 B for b              │             │\n"
		" ╰──────────────╯    memory 0 of 212992     ╰─────────────╯\n"
		"\n");
	scene_fixture_check(sample_connected_full(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     sockets s                Unix stream  connected      ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s           │       ██████████████████████████████████████████▶        │ ○ ready                    │\n"
		" │ write(4, 1)                │       278 B for a                                        │                            │\n"
		" │ 4 s.b ━━━━━━━━━━━━━━━━━━━━━┿━━━▶ b memory 213504 of 212992  FULL               a ◀━━━▶│ 3 s.a                      │\n"
		" │ SIGPIPE default            │       ◀░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░        │ SIGPIPE default            │\n"
		" │                            │       0 B for b                                          │                            │\n"
		" ╰────────────────────────────╯       memory 0 of 212992                                 ╰────────────────────────────╯\n"
		"\n"
		"\n");
}
END_TEST

/* A cross where nothing goes in any more; what was sent may still be read. */
START_TEST(half_closed)
{
	scene_fixture_check(sample_half_closed(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   sockets s           Unix stream    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │     ░░░░░░░░░░░░░░░░░░░░░░░░░▐▶      │ ○ ready          │\n"
		" │                  │     12 B for a                       │                  │\n"
		" │ 4 s.b ━━━━━━━━━━━┿━▶ b memory 2304 of 212992       a ━━▶│ 3 s.a            │\n"
		" │ SIGPIPE default  │     ◀▏░░░░░░░░░░░░░░░░░░░░░░░░✗      │ SIGPIPE default  │\n"
		" │                  │     300 B for b                      │                  │\n"
		" ╰──────────────────╯     a sends no more                  ╰──────────────────╯\n");
	scene_fixture_check(sample_half_closed(), 60, 9, "a",
		" +- child  4711 +  sockets s   Unix stream  +- parent ----+\n"
		" | o ready      |    .................#>    | o ready     |\n"
		" |              |    12 B for a             |             |\n"
		" | 4 s.b =========>b mem 2304/212992     a=>| 3 s.a       |\n"
		" | PIPE default |    <#................x    | PIPE default|\n"
		" |              |    300 B for b            |             |\n"
		" +--------------+    a sends no more        +-------------+\n"
		"\n");
}
END_TEST

START_TEST(closed)
{
	scene_fixture_check(sample_other_closed(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   sockets s           Unix stream    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │     ✗░░░░░░░░░░░░░░░░░░░░░░░░▐▶      │ ○ ready          │\n"
		" │                  │     12 B for a                       │                  │\n"
		" │                  │     b is closed                 a ━━▶│ 3 s.a            │\n"
		" │                  │     ✗▏░░░░░░░░░░░░░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     b is closed                      │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
}
END_TEST

/* Two buffers a way, the window between them. */
START_TEST(tcp)
{
	scene_fixture_check(sample_tcp(false), 80, 8, "",
		" ╭─ client ─── 4711 ╮   sockets c      TCP  ESTABLISHED    ╭─ server ─── 4712 ╮\n"
		" │ ○ ready          │     ░░░░░░░░░░░░░▶░░░░░░░░░░░▐▶      │ ○ ready          │\n"
		" │                  │     5000 B for s                     │                  │\n"
		" │ 3 c ◀━━━━━━━━━━━━┿━▶   window 65483  0 B under way   ◀━▶│ 5 s              │\n"
		" │ SIGPIPE default  │     ◀░░░░░░░░░░░░◀░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     0 B for c                        │                  │\n"
		" ╰──────────────────╯     window 65536  0 B under way      ╰──────────────────╯\n");
	scene_fixture_check(sample_tcp(false), 60, 9, "",
		" ╭─ client 4711 ╮  sockets c           TCP  ╭─ server ────╮\n"
		" │ ○ ready      │    ░░░░░░░░░▶░░░░░░░▐▶    │ ○ ready     │\n"
		" │              │    5000 B for s           │             │\n"
		" │ 3 c ◀━━━━━━━━┿━▶  window 65483         ◀▶│ 5 s         │\n"
		" │ PIPE default │    ◀░░░░░░░░◀░░░░░░░░░    │ PIPE default│\n"
		" │              │    0 B for c              │             │\n"
		" ╰──────────────╯    window 65536           ╰─────────────╯\n"
		"                     c 127.0.0.1:40212\n");
	scene_fixture_check(sample_tcp(false), 120, 12, "",
		"\n"
		" ╭─ client ───────────── 4711 ╮     sockets c                      TCP  ESTABLISHED      ╭─ server ───────────── 4712 ╮\n"
		" │ ○ ready                    │       ░░░░░░░░░░░░░░░░░░░░░▶░░░░░░░░░░░░░░░░░░░▐▶        │ ○ ready                    │\n"
		" │                            │       5000 B for s                                       │                            │\n"
		" │ 3 c ◀━━━━━━━━━━━━━━━━━━━━━━┿━━━▶   window 65483  0 B under way                   ◀━━━▶│ 5 s                        │\n"
		" │ SIGPIPE default            │       ◀░░░░░░░░░░░░░░░░░░░░◀░░░░░░░░░░░░░░░░░░░░░        │ SIGPIPE default            │\n"
		" │                            │       0 B for c                                          │                            │\n"
		" ╰────────────────────────────╯       window 65536  0 B under way                        ╰────────────────────────────╯\n"
		"                                      c 127.0.0.1:40212 ESTABLISHED\n"
		"                                      s 127.0.0.1:4711 ESTABLISHED\n"
		"\n");
}
END_TEST

START_TEST(window_closed)
{
	scene_fixture_check(sample_tcp(true), 80, 8, "",
		" ╭─ client ─── 4711 ╮   sockets c      TCP  ESTABLISHED    ╭─ server ─── 4712 ╮\n"
		" │ ■ BLOCKED  3.2 s │     ▐████████████│░░░░░░░░░███▶      │ ○ ready          │\n"
		" │ send(3, 64K)     │     1718304 B for s                  │                  │\n"
		" │ 3 c ━━━━━━━━━━━━━┿━▶   WINDOW CLOSED                 ◀━▶│ 5 s              │\n"
		" │ SIGPIPE default  │     ◀░░░░░░░░░░░░◀░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     0 B for c                        │                  │\n"
		" ╰──────────────────╯     window 65536  0 B under way      ╰──────────────────╯\n");
	scene_fixture_check(sample_tcp(true), 60, 9, "",
		" ╭─ client 4711 ╮  sockets c           TCP  ╭─ server ────╮\n"
		" │ ■ BLOCKED    │    ▐████████│░░░░░░██▶    │ ○ ready     │\n"
		" │ send(3, 64K) │    1718304 B for s        │             │\n"
		" │ for 3.2 s    │    WINDOW CLOSED        ◀▶│ 5 s         │\n"
		" │ 3 c ━━━━━━━━━┿━▶  ◀░░░░░░░░◀░░░░░░░░░    │ PIPE default│\n"
		" │ PIPE default │    0 B for c              │             │\n"
		" ╰──────────────╯    window 65536           ╰─────────────╯\n"
		"                     c 127.0.0.1:40212\n");
	scene_fixture_check(sample_tcp(true), 120, 12, "",
		"\n"
		" ╭─ client ───────────── 4711 ╮     sockets c                      TCP  ESTABLISHED      ╭─ server ───────────── 4712 ╮\n"
		" │ ■ BLOCKED  3.2 s           │       ▐████████████████████│░░░░░░░░░░░░░░░█████▶        │ ○ ready                    │\n"
		" │ send(3, 64K)               │       1718304 B for s                                    │                            │\n"
		" │ 3 c ━━━━━━━━━━━━━━━━━━━━━━━┿━━━▶   WINDOW CLOSED  2565888 B under way            ◀━━━▶│ 5 s                        │\n"
		" │ SIGPIPE default            │       ◀░░░░░░░░░░░░░░░░░░░░◀░░░░░░░░░░░░░░░░░░░░░        │ SIGPIPE default            │\n"
		" │                            │       0 B for c                                          │                            │\n"
		" ╰────────────────────────────╯       window 65536  0 B under way                        ╰────────────────────────────╯\n"
		"                                      c 127.0.0.1:40212 ESTABLISHED\n"
		"                                      s 127.0.0.1:4711 ESTABLISHED\n"
		"\n");
	scene_fixture_check(sample_tcp(true), 80, 8, "a",
		" +- client --- 4711 +   sockets c      TCP  ESTABLISHED    +- server --- 4712 +\n"
		" | # BLOCKED  3.2 s |     .############|.........###>      | o ready          |\n"
		" | send(3, 64K)     |     1718304 B for s                  |                  |\n"
		" | 3 c ===============>   WINDOW CLOSED                 <=>| 5 s              |\n"
		" | SIGPIPE default  |     <............<.............      | SIGPIPE default  |\n"
		" |                  |     0 B for c                        |                  |\n"
		" +------------------+     window 65536  0 B under way      +------------------+\n");
}
END_TEST

START_TEST(closing)
{
	scene_fixture_check(sample_tcp_closing(), 80, 8, "",
		" ╭─ client ─── 4711 ╮   sockets c  FIN_WAIT2/CLOSE_WAIT    ╭─ server ─── 4712 ╮\n"
		" │ ○ ready          │     ✗░░░░░░░░░░░░▶░░░░░░░░░░░▐▶      │ ○ ready          │\n"
		" │                  │     5000 B for s                     │                  │\n"
		" │ 3 c ◀━━━━━━━━━━━━┿━━   c sends no more               ◀━━│ 5 s              │\n"
		" │ SIGPIPE default  │     ◀░░░░░░░░░░░░◀░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     0 B for c                        │                  │\n"
		" ╰──────────────────╯     window 65536  0 B under way      ╰──────────────────╯\n");
	scene_fixture_check(sample_tcp_closing(), 120, 12, "",
		"\n"
		" ╭─ client ───────────── 4711 ╮     sockets c             TCP  FIN_WAIT2/CLOSE_WAIT      ╭─ server ───────────── 4712 ╮\n"
		" │ ○ ready                    │       ✗░░░░░░░░░░░░░░░░░░░░▶░░░░░░░░░░░░░░░░░░░▐▶        │ ○ ready                    │\n"
		" │                            │       5000 B for s                                       │                            │\n"
		" │ 3 c ◀━━━━━━━━━━━━━━━━━━━━━━┿━━━━   c sends no more                               ◀━━━━│ 5 s                        │\n"
		" │ SIGPIPE default            │       ◀░░░░░░░░░░░░░░░░░░░░◀░░░░░░░░░░░░░░░░░░░░░        │ SIGPIPE default            │\n"
		" │                            │       0 B for c                                          │                            │\n"
		" ╰────────────────────────────╯       window 65536  0 B under way                        ╰────────────────────────────╯\n"
		"                                      c 127.0.0.1:40212 FIN_WAIT2\n"
		"                                      s 127.0.0.1:4711 CLOSE_WAIT\n"
		"\n");
}
END_TEST

START_TEST(zoomed)
{
	scene_fixture_check(sample_tcp(true), 80, 21, "l",
		"\n"
		"\n"
		" ╭─ client ─── 4711 ╮   sockets c      TCP  ESTABLISHED    ╭─ server ─── 4712 ╮\n"
		" │ ■ BLOCKED  3.2 s │     ▐████████████│░░░░░░░░░███▶      │ ○ ready          │\n"
		" │ send(3, 64K)     │     ▐████████████│░░░░░░░░░███▶      │                  │\n"
		" │ 3 c ━━━━━━━━━━━━━┿━▶   ▐████████████│░░░░░░░░░███▶   ◀━▶│ 5 s              │\n"
		" │ SIGPIPE default  │     1718304 B for s                  │ SIGPIPE default  │\n"
		" │                  │     WINDOW CLOSED                    │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n"
		"                          ◀░░░░░░░░░░░░◀░░░░░░░░░░░░░\n"
		"                          ◀░░░░░░░░░░░░◀░░░░░░░░░░░░░\n"
		"                          ◀░░░░░░░░░░░░◀░░░░░░░░░░░░░\n"
		"                          0 B for c\n"
		"                          window 65536  0 B under way\n"
		"                          c 127.0.0.1:40212\n"
		"                          s 127.0.0.1:4711\n"
		"\n"
		"\n"
		"\n"
		"\n");
}
END_TEST

START_TEST(little_room)
{
	scene_fixture_check(sample_tcp(true), 80, 5, "",
		" ╭─ client ─── 4711 ╮   sockets c      TCP  ESTABLISHED    ╭─ server ─── 4712 ╮\n"
		" │ ■ BLOCKED  3.2 s │     ▐████████████│░░░░░░░░░███▶      │ ○ ready          │\n"
		" │ send(3, 64K)     │     1718304 B for s  window 0     ◀━▶│ 5 s              │\n"
		" │ 3 c ━━━━━━━━━━━━━┿━▶   ◀░░░░░░░░░░░░◀░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" ╰──────────────────╯     0 B for c                        ╰──────────────────╯");
	scene_fixture_check(sample_connected(), 80, 4, "",
		" ╭─ child ──── 4711 ╮   sockets s           Unix stream    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │     12 B ░░░░░░░░░░░░░░░░░░░░▐▶      │ ○ ready          │\n"
		" │ 4 s.b ◀━━━━━━━━━━┿━▶ b                             a ◀━▶│ 3 s.a            │\n"
		" ╰──────────────────╯     ◀▏░░░░░░░░░░░░░░░░░░░ 300 B      ╰──────────────────╯");
	scene_fixture_check(sample_connected(), 39, 4, "",
		" ○ parent ready\n"
		" ○ child ready\n"
		"   sockets s 12 B for a  300 B for b\n");
}
END_TEST

START_TEST(styles)
{
	ck_assert(scene_fixture_holds(sample_tcp(true), 80, 8, "", "{warn}WINDOW CLOSED"));
	ck_assert(!scene_fixture_holds(sample_tcp(false), 80, 8, "", "CLOSED"));
	ck_assert(scene_fixture_holds(sample_connected_full(), 80, 8, "", "{warn}FULL"));
	ck_assert(!scene_fixture_holds(sample_connected(), 80, 8, "", "FULL"));
	ck_assert(scene_fixture_holds(sample_half_closed(), 80, 8, "", "{warn}a sends no more"));
}
END_TEST

/* What is closed holds nothing that anybody could read: no "?". */
START_TEST(closed_in_little_room)
{
	for (int height = 4; height < 9; height++) {
		ck_assert(!scene_fixture_holds(sample_other_closed(), 80, height, "", "?"));
		ck_assert(scene_fixture_holds(sample_other_closed(), 80, height, "", "closed"));
	}
}
END_TEST

Suite *suite_scene_sockets(void)
{
	Suite *s = suite_create("scene_sockets");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, pair);
	tcase_add_test(t, full);
	tcase_add_test(t, half_closed);
	tcase_add_test(t, closed);
	tcase_add_test(t, tcp);
	tcase_add_test(t, window_closed);
	tcase_add_test(t, closing);
	tcase_add_test(t, zoomed);
	tcase_add_test(t, little_room);
	tcase_add_test(t, styles);
	tcase_add_test(t, closed_in_little_room);
	suite_add_tcase(s, t);
	return s;
}

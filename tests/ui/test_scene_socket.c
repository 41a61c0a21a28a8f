/* SPDX-License-Identifier: MIT */
/* One socket alone and a terminal in the scene. */
#include "tests/unit.h"

#include "tests/ui/sample_socket.h"
#include "tests/ui/scene_fixture.h"

/* ---- tests ---------------------------------------------------------------------------------- */

START_TEST(listener)
{
	scene_fixture_check(sample_listener(2, 5), 80, 8, "",
		"                        socket l            Unix stream    ╭─ parent ─── 4710 ╮\n"
		"                        server.sock  listening             │ ■ BLOCKED  3.2 s │\n"
		"                                         ░░ ░░ ░░ ██ ██    │ accept(3)        │\n"
		"                        2 wait  backlog 5               ━━▶│ 3 l              │\n"
		"                                                           │ SIGPIPE default  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n");
	scene_fixture_check(sample_listener(2, 5), 60, 9, "",
		"                   socket l    Unix stream  ╭─ parent ────╮\n"
		"                   server.sock  listening   │ ■ BLOCKED   │\n"
		"                            ░░ ░░ ░░ ██ ██  │ accept(3)   │\n"
		"                   2 wait  backlog 5      ┓ │ for 3.2 s   │\n"
		"                                          ┗▶│ 3 l         │\n"
		"                                            │ PIPE default│\n"
		"                                            ╰─────────────╯\n"
		"\n");
	scene_fixture_check(sample_listener(2, 5), 120, 12, "",
		"\n"
		"\n"
		"                                    socket l                            Unix stream      ╭─ parent ───────────── 4710 ╮\n"
		"                                    server.sock  listening                               │ ■ BLOCKED  3.2 s           │\n"
		"                                                                     ░░ ░░ ░░ ██ ██      │ accept(3)                  │\n"
		"                                    2 wait  backlog 5                               ━━━━▶│ 3 l                        │\n"
		"                                                                                         │ SIGPIPE default            │\n"
		"                                                                                         │                            │\n"
		"                                                                                         ╰────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(sample_listener(1, 5), 80, 8, "a",
		"                        socket l            Unix stream    +- parent --- 4710 +\n"
		"                        server.sock  listening             | # BLOCKED  3.2 s |\n"
		"                                         .. .. .. .. ##    | accept(3)        |\n"
		"                        1 waits  backlog 5              ==>| 3 l              |\n"
		"                                                           | SIGPIPE default  |\n"
		"                                                           |                  |\n"
		"                                                           +------------------+\n");
}
END_TEST

/* More wait than the backlog says: then it is full. */
START_TEST(backlog_full)
{
	scene_fixture_check(sample_listener(2, 1), 80, 8, "",
		"                        socket l            Unix stream    ╭─ parent ─── 4710 ╮\n"
		"                        server.sock  listening             │ ■ BLOCKED  3.2 s │\n"
		"                                                  ██ ██    │ accept(3)        │\n"
		"                        2 wait  backlog 1  FULL         ━━▶│ 3 l              │\n"
		"                                                           │ SIGPIPE default  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n");
	scene_fixture_check(sample_listener(100, 128), 80, 8, "",
		"                        socket l            Unix stream    ╭─ parent ─── 4710 ╮\n"
		"                        server.sock  listening             │ ■ BLOCKED  3.2 s │\n"
		"                        ░░░░░░░████████████████████████    │ accept(3)        │\n"
		"                        100 wait  backlog 128           ━━▶│ 3 l              │\n"
		"                                                           │ SIGPIPE default  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n");
	scene_fixture_check(sample_listener(2, 5), 80, 4, "",
		"                        socket l            Unix stream    ╭─ parent ─── 4710 ╮\n"
		"                        server.sock  listening             │ ■ BLOCKED  3.2 s │\n"
		"                                         ░░ ░░ ░░ ██ ██ ━━▶│ accept(3)        │\n"
		"                        2 wait  backlog 5                  ╰──────────────────╯");
}
END_TEST

START_TEST(datagrams)
{
	scene_fixture_check(sample_udp(), 80, 8, "",
		"                        socket u                    UDP    ╭─ parent ─── 4710 ╮\n"
		"                        127.0.0.1:5353  unconnected        │ ○ ready          │\n"
		"                        ░░░▐███████████████████████████    │                  │\n"
		"                        190000 B  991 dropped           ◀━▶│ 3 u              │\n"
		"                        to 127.0.0.1:40001                 │ SIGPIPE default  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n");
	scene_fixture_check(sample_udp(), 60, 9, "",
		"                   socket u            UDP  ╭─ parent ────╮\n"
		"                   127.0.0.1:5353           │ ○ ready     │\n"
		"                   ░░▐████████████████████  │             │\n"
		"                   190000 B  991 dropped  ◀▶│ 3 u         │\n"
		"                   to 127.0.0.1:40001       │ PIPE default│\n"
		"                                            │             │\n"
		"                                            ╰─────────────╯\n"
		"\n");
	scene_fixture_check(sample_udp(), 120, 12, "",
		"\n"
		"\n"
		"                                    socket u                                    UDP      ╭─ parent ───────────── 4710 ╮\n"
		"                                    127.0.0.1:5353  unconnected                          │ ○ ready                    │\n"
		"                                    ░░░░░▐█████████████████████████████████████████      │                            │\n"
		"                                    190000 B  991 dropped                           ◀━━━▶│ 3 u                        │\n"
		"                                    to 127.0.0.1:40001                                   │ SIGPIPE default            │\n"
		"                                                                                         │                            │\n"
		"                                                                                         ╰────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(sample_mailbox(), 80, 8, "",
		"                        socket l          Unix datagram    ╭─ parent ─── 4710 ╮\n"
		"                        @box  unconnected                  │ ○ ready          │\n"
		"                                  ░ ░ ░ ░ ░ ░ ░ ░ █ █ █    │                  │\n"
		"                        3 datagrams                     ◀━▶│ 3 l              │\n"
		"                                                           │ SIGPIPE default  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n");
}
END_TEST

START_TEST(unbound)
{
	scene_fixture_check(sample_unbound(), 80, 8, "",
		"                        socket u                    TCP    ╭─ parent ─── 4710 ╮\n"
		"                        CLOSE                              │ ○ ready          │\n"
		"                                                        ━━┓│                  │\n"
		"                                                          ┗│ 3 u              │\n"
		"                                                           │ SIGPIPE default  │\n"
		"                                                           │                  │\n"
		"                                                           ╰──────────────────╯\n");
}
END_TEST

START_TEST(terminal)
{
	scene_fixture_check(sample_terminal(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   terminal t    a master  b slave    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │     ░░░░░░░░░░░░░░░░░░░░░░░░░░▶      │ ○ ready          │\n"
		" │                  │     0 B for a                        │                  │\n"
		" │ 4 s.b ◀━━━━━━━━━━┿━▶ b                             a ◀━▶│ 3 s.a            │\n"
		" │ SIGPIPE default  │     ◀▏░░░░░░░░░░░░░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     6 B for b                        │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n");
	scene_fixture_check(sample_terminal(), 60, 9, "",
		" ╭─ child  4711 ╮  terminal t               ╭─ parent ────╮\n"
		" │ ○ ready      │    ░░░░░░░░░░░░░░░░░░▶    │ ○ ready     │\n"
		" │              │    0 B for a              │             │\n"
		" │ 4 s.b ◀━━━━━━┿━▶b                     a◀▶│ 3 s.a       │\n"
		" │ PIPE default │    ◀▏░░░░░░░░░░░░░░░░░    │ PIPE default│\n"
		" │              │    6 B for b              │             │\n"
		" ╰──────────────╯                           ╰─────────────╯\n"
		"\n");
	scene_fixture_check(sample_terminal(), 120, 12, "",
		"\n"
		"\n"
		" ╭─ child ────────────── 4711 ╮     terminal t                    a master  b slave      ╭─ parent ───────────── 4710 ╮\n"
		" │ ○ ready                    │       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▶        │ ○ ready                    │\n"
		" │                            │       0 B for a                                          │                            │\n"
		" │ 4 s.b ◀━━━━━━━━━━━━━━━━━━━━┿━━━▶ b                                             a ◀━━━▶│ 3 s.a                      │\n"
		" │ SIGPIPE default            │       ◀▏░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░        │ SIGPIPE default            │\n"
		" │                            │       6 B for b                                          │                            │\n"
		" ╰────────────────────────────╯                                                          ╰────────────────────────────╯\n"
		"\n"
		"\n");
	scene_fixture_check(sample_terminal(), 60, 9, "a",
		" +- child  4711 +  terminal t               +- parent ----+\n"
		" | o ready      |    ..................>    | o ready     |\n"
		" |              |    0 B for a              |             |\n"
		" | 4 s.b <========>b                     a<>| 3 s.a       |\n"
		" | PIPE default |    <#.................    | PIPE default|\n"
		" |              |    6 B for b              |             |\n"
		" +--------------+                           +-------------+\n"
		"\n");
}
END_TEST

START_TEST(styles)
{
	ck_assert(scene_fixture_holds(sample_listener(2, 1), 80, 8, "", "{warn}FULL"));
	ck_assert(!scene_fixture_holds(sample_listener(1, 1), 80, 8, "", "FULL"));
	ck_assert(scene_fixture_holds(sample_udp(), 80, 8, "", "{warn}991 dropped"));
}
END_TEST

Suite *suite_scene_socket(void)
{
	Suite *s = suite_create("scene_socket");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, listener);
	tcase_add_test(t, backlog_full);
	tcase_add_test(t, datagrams);
	tcase_add_test(t, unbound);
	tcase_add_test(t, terminal);
	tcase_add_test(t, styles);
	suite_add_tcase(s, t);
	return s;
}

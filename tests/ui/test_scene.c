/* SPDX-License-Identifier: MIT */
/* The scene, as text: what it shows of pictures made by hand, at several sizes. */
#include "tests/unit.h"

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

START_TEST(full)
{
	scene_fixture_check(sample_full(), 80, 8, "",
		" ╭─ writer ─── 4711 ╮   pipe p     writers 1  readers 1    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷    │ ○ ready          │\n"
		" │ write(4, 1)      │   █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █    │                  │\n"
		" │ 4 p.w ━━━━━━━━━━━┿━▶ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ ━━▶│ 3 p.r            │\n"
		" │ SIGPIPE default  │   ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵    │ SIGPIPE default  │\n"
		" │                  │   65536 B of 65536                   │                  │\n"
		" ╰──────────────────╯   16 of 16 slots  FULL               ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(half)
{
	scene_fixture_check(sample_half(), 80, 8, "",
		" ╭─ writer ─── 4711 ╮   pipe p     writers 1  readers 1    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷    │ ○ ready          │\n"
		" │ write(4, 1)      │                                      │                  │\n"
		" │ 4 p.w ━━━━━━━━━━━┿━▶ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ ━━▶│ 3 p.r            │\n"
		" │ SIGPIPE default  │   ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵    │ SIGPIPE default  │\n"
		" │                  │   32784 B of 65536                   │                  │\n"
		" ╰──────────────────╯   16 of 16 slots  FULL               ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(both_ends)
{
	scene_fixture_check(sample_fork(), 80, 8, "",
		" ╭─ writer ─── 4711 ╮   pipe p     writers 2  readers 2    ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │   ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷    │ ○ ready          │\n"
		" │                  │                             █ █ █    │                  │\n"
		" │ 3 p.r ◀━━━━━━━━━━┿━━                           █ █ █ ━━▶│ 3 p.r            │\n"
		" │ 4 p.w ━━━━━━━━━━━┿━▶ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ◀━━│ 4 p.w            │\n"
		" │ SIGPIPE default  │   12288 B of 65536                   │ 5 log.txt        │\n"
		" ╰──────────────────╯   3 of 16 slots                      │ SIGPIPE default  │\n"
		"                                                           ╰──────────────────╯");
}
END_TEST

START_TEST(fifo_open)
{
	scene_fixture_check(sample_fifo(), 80, 8, "",
		" ╭─ writer ─── 4711 ╮   FIFO f     writers 0  readers 0    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷    │ ○ ready          │\n"
		" │ open(\"f\",        │                                      │                  │\n"
		" │   O_WRONLY)      │                                      │                  │\n"
		" │                  │   ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵    │                  │\n"
		" │                  │   0 B of 65536                       │                  │\n"
		" ╰──────────────────╯   0 of 16 slots  EMPTY               ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(killed)
{
	scene_fixture_check(sample_killed(), 80, 8, "",
		" ╭─ writer ─── 4711 ╮   pipe p     writers 0  readers 1    ╭─ parent ─── 4710 ╮\n"
		" │ ✗ killed by      │   ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷    │ ○ ready          │\n"
		" │   SIGPIPE        │                                      │                  │\n"
		" ├─ reader ─── 4712 ┤                                 ▁ ━━▶│ 3 p.r            │\n"
		" │ – exited with 0  │   ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵    │ SIGPIPE default  │\n"
		" ╰──────────────────╯   100 B of 65536                     │                  │\n"
		"                        1 of 16 slots                      ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(stream)
{
	scene_fixture_check(sample_stream(), 80, 8, "",
		" ╭─ source ─── 4710 ╮   pipe:[27408]                       ╭─ gzip ───── 4711 ╮\n"
		" │ ● running        │   ███████████████████▍░░░░░░░░░░░    │ ■ BLOCKED  3.2 s │\n"
		" │ repeats write    │┏▶ ███████████████████▍░░░░░░░░░░░ ━┓ │ read(0, 0x55d0c8…│\n"
		" │ 1.2M calls 4.6GB │┃  41000 B of 65536                 ┃ │ gzip -9          │\n"
		" │ 4 pipe.w ━━━━━━━━┿┛  ? of 16 slots: a stream moves    ┗▶│ 0 pipe.r         │\n"
		" │ SIGPIPE default  │   data too fast to follow            │ 1 /dev/null      │\n"
		" ╰──────────────────╯   writers 1  readers 1               │ SIGPIPE ignored  │\n"
		"                                                           ╰──────────────────╯");
}
END_TEST

START_TEST(pair)
{
	scene_fixture_check(sample_pair(), 80, 8, "",
		" ╭─ child ──── 4711 ╮   socket s                           ╭─ parent ─── 4710 ╮\n"
		" │ ○ ready          │     ░░░░░░░░░░░░░░░░░░░░░░░░░░▶      │ ■ BLOCKED  3.2 s │\n"
		" │                  │     ? B for a                        │ read(3, 100)     │\n"
		" │ 4 s.b ◀━━━━━━━━━━┿━▶ b                             a ━━▶│ 3 s.a            │\n"
		" │ SIGPIPE default  │     ◀░░░░░░░░░░░░░░░░░░░░░░░░░░      │ SIGPIPE default  │\n"
		" │                  │     ? B for b                        │                  │\n"
		" ╰──────────────────╯                                      ╰──────────────────╯\n"
		"");
}
END_TEST

START_TEST(signals)
{
	scene_fixture_check(sample_signals(), 80, 8, "",
		" ╭─ target ────────────── 4711 ╮                ╭─ parent ────────────── 4710 ╮\n"
		" │ ○ ready                     │                │ ○ ready                     │\n"
		" │ USR1 pending blocked caught │                │                             │\n"
		" │ SIGPIPE caught              │                ├─ child ─────────────── 4713 ┤\n"
		" ├─ sleeper ───────────── 4712 ┤                │ ✗ zombie                    │\n"
		" │ ‖ stopped  3.2 s            │                │ killed by SIGKILL           │\n"
		" │                             │                ╰─────────────────────────────╯\n"
		" ╰─────────────────────────────╯");
}
END_TEST

START_TEST(sysv)
{
	scene_fixture_check(sample_sysv(), 80, 8, "",
		" ╭─ client ─ 4711 ╮     queue q    id 101  key 0x6f02a1      ╭─ parent ─ 4710 ╮\n"
		" │ ■ BLOCKED 3.2 s│┏━━━ 2 messages  9 of 16384 B             │ ○ ready        │\n"
		" │ msgrcv(101,    │┃                                         │                │\n"
		" │   100, 5, 0) ◀━┿┛    shared memory m          id 102      │                │\n"
		" │                │     4096 B  attached 2       marked      │                │\n"
		" │                │                                          │                │\n"
		" ╰────────────────╯     semaphores s    id 103  private      ╰────────────────╯\n"
		"                        values 1 0");
}
END_TEST

START_TEST(deadlock)
{
	scene_fixture_check(sample_deadlock(), 80, 9, "",
		" ╭─ left ─── 4711 ╮     pipe there writers 1  readers 2      ╭─ parent ─ 4710 ╮\n"
		" │ ■ BLOCKED 3.2 s│┏━━━ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █      │ ○ ready        │\n"
		" │ write(4, 10000…┿━━━▶ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ ━━━┓ │                │\n"
		" │ 5 back.r ◀━━━━━┿━┓   65536 of 65536 B  16/16 FULL       ┗▶│ 3 there.r      │\n"
		" ├─ right ── 4712 ┤┃┃                                        │ SIGPIPE default│\n"
		" │ ■ BLOCKED 3.2 s│┃┃   pipe back  writers 1  readers 1      │                │\n"
		" │ write(6, 10000…┿━━━▶ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █      ╰────────────────╯\n"
		" │ 3 there.r ◀━━━━┿┛┗━━ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █\n"
		" ╰────────────────╯     65536 of 65536 B  16/16 FULL");
}
END_TEST

START_TEST(presenting)
{
	scene_fixture_check(sample_full(), 60, 8, "l",
		" ╭─ writer 4711 ╮  pipe p                   ╭─ parent ────╮\n"
		" │ ■ BLOCKED    │  ██ ██ ██ ██ ██ ██ ██ ██  │ ○ ready     │\n"
		" │ write(4, 1)  │                           │             │\n"
		" │ for 3.2 s    │┏▶██ ██ ██ ██ ██ ██ ██ ██━▶│ 3 p.r       │\n"
		" │ 4 p.w ━━━━━━━┿┛ 65536 B of 65536         │ PIPE default│\n"
		" │ PIPE default │  16 of 16 slots  FULL     │             │\n"
		" ╰──────────────╯  writers 1  readers 1     ╰─────────────╯\n"
		"");
}
END_TEST

START_TEST(narrow)
{
	scene_fixture_check(sample_fork(), 60, 8, "",
		" ╭─ writer 4711 ╮  pipe p                   ╭─ parent ────╮\n"
		" │ ○ ready      │  ░░ ░░ ░░ ░░ ░░ ░░ ░░ ░░  │ ○ ready     │\n"
		" │              │┏▶                       ◀┓│             │\n"
		" │ 3 p.r ◀━━━━━━┿━━░░ ░░ ░░ ░░ ░░ ██ ██ ██━▶│ 3 p.r       │\n"
		" │ 4 p.w ━━━━━━━┿┛ 12288 B of 65536        ┗│ 4 p.w       │\n"
		" │ PIPE default │  3 of 16 slots            │ 5 log.txt   │\n"
		" ╰──────────────╯  writers 2  readers 2     │ PIPE default│\n"
		"                                            ╰─────────────╯");
}
END_TEST

START_TEST(plain)
{
	scene_fixture_check(sample_fork(), 60, 8, "a",
		" +- writer 4711 +  pipe p                   +- parent ----+\n"
		" | o ready      |  .. .. .. .. .. .. .. ..  | o ready     |\n"
		" |              |+>                       <+|             |\n"
		" | 3 p.r <=========.. .. .. .. .. ## ## ##=>| 3 p.r       |\n"
		" | 4 p.w ========+ 12288 B of 65536        +| 4 p.w       |\n"
		" | PIPE default |  3 of 16 slots            | 5 log.txt   |\n"
		" +--------------+  writers 2  readers 2     | PIPE default|\n"
		"                                            +-------------+");
}
END_TEST

START_TEST(large_screen)
{
	scene_fixture_check(sample_full(), 120, 16, "",
		"\n"
		"\n"
		" ╭─ writer ───────────── 4711 ╮     pipe p                     writers 1  readers 1      ╭─ parent ───────────── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s           │     ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ──      │ ○ ready                    │\n"
		" │ write(4, 1)                │     ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██      │                            │\n"
		" │ 4 p.w ━━━━━━━━━━━━━━━━━━━━━┿━━━▶ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ━━━━▶│ 3 p.r                      │\n"
		" │ SIGPIPE default            │     ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██      │ SIGPIPE default            │\n"
		" │                            │     ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██      │                            │\n"
		" ╰────────────────────────────╯     ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██      ╰────────────────────────────╯\n"
		"                                    ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██ ██\n"
		"                                    ── ── ── ── ── ── ── ── ── ── ── ── ── ── ── ──\n"
		"                                    65536 B of 65536\n"
		"                                    16 of 16 slots  FULL\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(zoomed)
{
	scene_fixture_check(sample_half(), 80, 22, "l",
		"\n"
		"\n"
		"\n"
		"\n"
		" ╭─ writer ─── 4711 ╮   pipe p     writers 1  readers 1    ╭─ parent ─── 4710 ╮\n"
		" │ ■ BLOCKED  3.2 s │   ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷ ╷    │ ○ ready          │\n"
		" │ write(4, 1)      │                                      │                  │\n"
		" │ 4 p.w ━━━━━━━━━━━┿━▶                                 ━━▶│ 3 p.r            │\n"
		" │ SIGPIPE default  │                                      │ SIGPIPE default  │\n"
		" │                  │   █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █    │                  │\n"
		" ╰──────────────────╯   █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █    ╰──────────────────╯\n"
		"                        █ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █\n"
		"                        ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵ ╵\n"
		"                        32784 B of 65536\n"
		"                        16 of 16 slots  FULL\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(list)
{
	scene_fixture_check(sample_killed(), 39, 8, "",
		" ○ parent ready\n"
		"   pipe p 100 of 65536 B  1/16\n"
		" ✗ writer killed by SIGPIPE\n"
		" – reader exited with 0\n"
		"\n"
		"\n"
		"\n"
		"");
}
END_TEST

START_TEST(low)
{
	scene_fixture_check(sample_crowd(), 80, 3, "",
		" ○ parent ready\n"
		" ○ first ready\n"
		"   +7 more");
}
END_TEST

START_TEST(crowd)
{
	scene_fixture_check(sample_crowd(), 80, 8, "",
		" ╭─ third ── 4713 ╮     pipe a     writers 1  readers 1      ╭─ parent ─ 4710 ╮\n"
		" │ ○ ready        │┏━━━ ░░░░░░░░░░ 0 B  0/16 EMPTY      ◀━━━┓│ ○ ready        │\n"
		" │ 3 a.r ◀━━━━━━━━┿┛                                        ┗│ 3 a.w          │\n"
		" ├─ fourth ─ 4714 ┤     pipe b     writers 1  readers 1      ├─ first ── 4711 ┤\n"
		" │ ○ ready ━━━━━━━┿━━━▶ █▎░░░░░░░░ 8192 B  2/16         ━━━━▶│ ○ ready        │\n"
		" ├─ fifth ── 4715 ┤                                          ├─ second ─ 4712 ┤\n"
		" │ ○ ready ◀━━━━━━┿━━━━ pipe:[27408]                    ━━━━▶│ ■ BLOCKED  read│\n"
		" ╰────────────────╯     ██▌░░░░░░░ 16384 B  4/16             ╰────────────────╯");
}
END_TEST

Suite *suite_scene(void)
{
	Suite *s = suite_create("scene");
	TCase *t = tcase_create("pictures");

	tcase_add_test(t, full);
	tcase_add_test(t, half);
	tcase_add_test(t, both_ends);
	tcase_add_test(t, fifo_open);
	tcase_add_test(t, killed);
	tcase_add_test(t, stream);
	tcase_add_test(t, pair);
	tcase_add_test(t, signals);
	tcase_add_test(t, sysv);
	tcase_add_test(t, deadlock);
	tcase_add_test(t, presenting);
	tcase_add_test(t, narrow);
	tcase_add_test(t, plain);
	tcase_add_test(t, large_screen);
	tcase_add_test(t, zoomed);
	tcase_add_test(t, list);
	tcase_add_test(t, low);
	tcase_add_test(t, crowd);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* The scene in detail: how it looks, what it says of what is not known, who is shown when not all
 * have room, and what can be chosen. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

/* ---- styles ----------------------------------------------------------------------------------- */

/* The style of the first place where `what` stands. */
static enum style style_of(const struct canvas *c, const char *what)
{
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++) {
			const struct cell *cell = &c->cell[y * c->width + x];
			char row[1024] = "";

			for (int k = 0; x + k < c->width && strlen(row) < strlen(what); k++)
				strcat(row, cell[k].text);
			if (!strncmp(row, what, strlen(what)))
				return (enum style)cell->style;
		}
	ck_abort_msg("there is no \"%s\"", what);
	return STYLE_COUNT;
}

static bool holds(const struct canvas *c, const char *what)
{
	struct text t = { 0 };
	bool found;

	canvas_text(c, &t);
	found = strstr(text_string(&t), what) != NULL;
	text_free(&t);
	return found;
}

START_TEST(blocked_stands_out)
{
	struct scene s = scene_fixture("");
	struct canvas *c = scene_fixture_draw(sample_full(), 80, 8, "", &s);

	ck_assert_int_eq(style_of(c, "BLOCKED  3.2 s"), STYLE_WARN);
	ck_assert_int_eq(style_of(c, "■"), STYLE_WARN);
	ck_assert_int_eq(style_of(c, "━━━┿━▶"), STYLE_WARN); /* its arrow too */
	ck_assert_int_eq(style_of(c, "━━▶│"), STYLE_DIM);    /* and not that of the other */
	ck_assert_int_eq(style_of(c, "FULL"), STYLE_WARN);
	ck_assert_int_eq(style_of(c, "ready"), STYLE_GOOD);
	ck_assert_int_eq(style_of(c, "writer ─"), STYLE_STRONG);
	ck_assert_int_eq(style_of(c, "65536 B"), STYLE_STRONG);
	ck_assert_int_eq(style_of(c, "█"), STYLE_LEVEL);
	canvas_free(c);
}
END_TEST

START_TEST(a_call_under_way_flows)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	p->process[1].state = PROCESS_CALLING;
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert_int_eq(style_of(c, "━━━┿━▶"), STYLE_FLOW);
	canvas_free(c);
}
END_TEST

/* What a process is ready for is no call: its last one must not light the arrow up. */
START_TEST(no_call_no_flow)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	p->process[1].state = PROCESS_READY;
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert_int_eq(style_of(c, "━━━┿━▶"), STYLE_DIM);
	canvas_free(c);
}
END_TEST

START_TEST(endings)
{
	struct scene s = scene_fixture("");
	struct canvas *c = scene_fixture_draw(sample_killed(), 80, 8, "", &s);

	ck_assert_int_eq(style_of(c, "✗ killed by"), STYLE_BAD);
	ck_assert_int_eq(style_of(c, "– exited with 0"), STYLE_DIM);
	ck_assert_int_eq(style_of(c, "reader ─"), STYLE_DIM);
	ck_assert_int_eq(style_of(c, "parent ─"), STYLE_STRONG);
	ck_assert_int_eq(style_of(c, "0  readers 1"), STYLE_STRONG); /* nobody writes any more */
	canvas_free(c);
}
END_TEST

START_TEST(pending_stands_out)
{
	struct scene s = scene_fixture("");
	struct canvas *c = scene_fixture_draw(sample_signals(), 80, 8, "", &s);

	ck_assert_int_eq(style_of(c, "USR1 pending blocked"), STYLE_WARN);
	ck_assert_int_eq(style_of(c, "‖ stopped"), STYLE_WARN);
	ck_assert_int_eq(style_of(c, "killed by SIGKILL"), STYLE_BAD);
	canvas_free(c);
}
END_TEST

/* ---- SIGPIPE, levels, what is not known --------------------------------------------------------- */

START_TEST(sigpipe_dispositions)
{
	for (int i = 0; i < 3; i++) {
		struct scene s = scene_fixture("");
		struct picture *p = sample_full();
		uint64_t bit = UINT64_C(1) << (SIGPIPE - 1);
		struct canvas *c;

		p->process[1].ignored = i == 1 ? bit : 0;
		p->process[1].caught = i == 2 ? bit : 0;
		c = scene_fixture_draw(p, 80, 8, "", &s);
		ck_assert(holds(c, i == 0 ? "│ SIGPIPE default  │   ╵" : i == 1 ? "│ SIGPIPE ignored  │" : "│ SIGPIPE caught   │"));
		canvas_free(c);
	}
}
END_TEST

/* What was read of a slot is missing at its bottom; the newest slot is the leftmost. */
START_TEST(slots_partly_read)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	sample_level(p->object, 4, 2, 4096);
	p->object->slot[0] = (struct picture_slot){ .start = 2048, .fill = 2048 };
	p->object->slot[1].fill = 1024;
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert(holds(c, " ─────── ─────── ─────── ───────    │"));
	ck_assert(holds(c, "│                           ███████    │"));
	ck_assert(holds(c, "┿━▶                 ▄▄▄▄▄▄▄         ━━▶│"));
	ck_assert(holds(c, "2 of 4 slots"));
	canvas_free(c);
}
END_TEST

/* 256 slots have no columns: a bar of the bytes, and the number all the same. */
START_TEST(many_slots)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	sample_level(p->object, 256, 128, 4096);
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert(holds(c, "███████████████▌░░░░░░░░░░░░░░░"));
	ck_assert(holds(c, "524288 B of 1048576"));
	ck_assert(holds(c, "128 of 256 slots"));
	canvas_free(c);
}
END_TEST

START_TEST(thirty_two_slots)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	sample_level(p->object, 32, 17, 4096);
	c = scene_fixture_draw(p, 80, 9, "", &s);
	ck_assert(holds(c, "░ ░ ░ ░ ░ ░ ░ ░ ░ ░ ░ ░ ░ ░ ░ █"));
	ck_assert(holds(c, "█ █ █ █ █ █ █ █ █ █ █ █ █ █ █ █"));
	canvas_free(c);
}
END_TEST

/* Never 0 for what could not be read. */
START_TEST(unknown_level)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	p->object->bytes = p->object->capacity = p->object->slots = p->object->slots_capacity =
		(struct reading){ .why = "not permitted" };
	p->object->readers = (struct reading){ .why = "not read" };
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert(holds(c, "? B  not permitted"));
	ck_assert(holds(c, "readers ?"));
	ck_assert(!holds(c, "0 B"));
	ck_assert(!holds(c, "EMPTY"));
	ck_assert(!holds(c, "FULL"));
	canvas_free(c);
}
END_TEST

START_TEST(unknown_slots)
{
	struct scene s = scene_fixture("");
	struct canvas *c = scene_fixture_draw(sample_stream(), 80, 8, "", &s);

	ck_assert_int_eq(style_of(c, "? of 16 slots: a stream moves"), STYLE_DIM);
	canvas_free(c);
}
END_TEST

START_TEST(unknown_descriptors)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	p->process[1].n_ends = 0;
	p->process[1].ends_known = false;
	p->process[1].ends_why = "not permitted";
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert_int_eq(style_of(c, "? not permitted"), STYLE_DIM);
	canvas_free(c);
}
END_TEST

/* ---- who is shown ------------------------------------------------------------------------------ */

START_TEST(gone_objects)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_killed();
	struct canvas *c;

	p->object->gone = true;
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert_int_eq(style_of(c, "pipe p  gone"), STYLE_DIM);
	canvas_free(c);
	p = sample_deadlock();
	p->object->gone = true;
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert(!holds(c, "gone"));
	ck_assert(!holds(c, "pipe there"));
	ck_assert(holds(c, "pipe back"));
	canvas_free(c);
}
END_TEST

/* Those that ended become a line each, then give way to those that live. */
START_TEST(ended_give_way)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;

	s.side = NULL;
	for (int i = 0; i < 12; i++) {
		char name[16];

		snprintf(name, sizeof name, "old%d", i);
		sample_ended(sample_process(p, name, 5000 + i, PROCESS_ENDED), "exited with 0", 0);
	}
	c = scene_fixture_draw(p, 80, 8, "", &s);
	ck_assert(holds(c, "╭─ writer ─── 4711 ╮"));
	ck_assert(holds(c, "╭─ parent ─── 4710 ╮"));
	ck_assert(holds(c, "– old0 exit 0"));
	ck_assert(holds(c, "+5 more"));
	ck_assert(!holds(c, "old1 "));
	canvas_free(c);
}
END_TEST

/* Without a script: who writes stands left, who reads right, the first of others left. */
START_TEST(sides)
{
	struct scene s = scene_fixture("");
	struct canvas *c;

	s.side = NULL;
	c = scene_fixture_draw(sample_full(), 80, 8, "", &s);
	ck_assert(holds(c, " ╭─ writer"));
	ck_assert_int_eq(s.item[0].index, 1);
	canvas_free(c);
	c = scene_fixture_draw(sample_fork(), 80, 8, "", &s);
	ck_assert_int_eq(s.item[0].index, 0);
	ck_assert_int_eq(s.item[2].index, 1);
	canvas_free(c);
}
END_TEST

START_TEST(without_objects)
{
	struct scene s = scene_fixture("");
	struct canvas *c = scene_fixture_draw(sample_new(), 80, 8, "", &s);
	struct text t = { 0 };

	canvas_text(c, &t);
	ck_assert_str_eq(text_string(&t), "\n\n\n\n\n\n\n");
	ck_assert_int_eq(s.n_items, 0);
	text_free(&t);
	canvas_free(c);
}
END_TEST

/* Wide names are cut where they must be, and the borders stay in line. */
START_TEST(wide_names)
{
	struct scene s = scene_fixture("");
	struct picture *p = sample_full();
	struct canvas *c;
	struct text t = { 0 };

	snprintf(p->process[1].name, sizeof p->process[1].name, "写入者写入者写入者");
	snprintf(p->object->name, sizeof p->object->name, "管道");
	s.side = NULL;
	c = scene_fixture_draw(p, 80, 8, "", &s);
	canvas_text(c, &t);
	ck_assert(!strncmp(text_string(&t), " ╭─ 写入者写入者写… ╮   pipe 管道", strlen(" ╭─ 写入者写入者写… ╮   pipe 管道")));
	for (int y = 1; y < 6; y++)
		ck_assert_str_eq(c->cell[y * 80 + 1].text, "│");
	text_free(&t);
	canvas_free(c);
}
END_TEST

/* ---- choosing ---------------------------------------------------------------------------------- */

/* Left column, objects, right column; each where it was drawn. */
START_TEST(items)
{
	struct scene s = scene_fixture("");
	struct canvas *c = scene_fixture_draw(sample_deadlock(), 80, 9, "", &s);
	static const struct { bool object; int index, x, y; } expected[] = {
		{ false, 1, 1, 0 }, { false, 2, 1, 4 }, { true, 0, 24, 0 }, { true, 1, 24, 5 }, { false, 0, 61, 0 },
	};

	ck_assert_int_eq(s.n_items, 5);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(s.item[i].is_object, expected[i].object);
		ck_assert_int_eq(s.item[i].index, expected[i].index);
		ck_assert_int_eq(s.item[i].area.x, expected[i].x);
		ck_assert_int_eq(s.item[i].area.y, expected[i].y);
	}
	canvas_free(c);
}
END_TEST

START_TEST(chosen)
{
	struct scene s = scene_fixture("");
	struct canvas *c;

	s.focused = true;
	s.chosen = 0;
	c = scene_fixture_draw(sample_full(), 80, 8, "", &s);
	ck_assert_int_eq(style_of(c, "╭─ writer"), STYLE_FRAME_FOCUS);
	ck_assert_int_eq(style_of(c, "writer ─"), STYLE_SELECTED_STRONG);
	ck_assert_int_eq(style_of(c, "╭─ parent"), STYLE_FRAME);
	canvas_free(c);
	s.chosen = 1;
	c = scene_fixture_draw(sample_full(), 80, 8, "", &s);
	ck_assert_int_eq(style_of(c, "pipe p"), STYLE_SELECTED_STRONG);
	ck_assert_int_eq(style_of(c, "╭─ writer"), STYLE_FRAME);
	canvas_free(c);
	s.focused = false;
	c = scene_fixture_draw(sample_full(), 80, 8, "", &s);
	ck_assert_int_eq(style_of(c, "pipe p"), STYLE_STRONG);
	canvas_free(c);
}
END_TEST

START_TEST(chosen_in_the_list)
{
	struct scene s = scene_fixture("");
	struct canvas *c;

	s.focused = true;
	s.chosen = 1;
	c = scene_fixture_draw(sample_full(), 39, 8, "", &s);
	ck_assert_int_eq(s.n_items, 3);
	ck_assert_int_eq(style_of(c, "BLOCKED"), STYLE_SELECTED_WARN);
	ck_assert_int_eq(style_of(c, "ready"), STYLE_GOOD);
	canvas_free(c);
}
END_TEST

Suite *suite_scene_details(void)
{
	Suite *s = suite_create("scene_details");
	TCase *t;

	t = tcase_create("styles");
	tcase_add_test(t, blocked_stands_out);
	tcase_add_test(t, a_call_under_way_flows);
	tcase_add_test(t, no_call_no_flow);
	tcase_add_test(t, endings);
	tcase_add_test(t, pending_stands_out);
	suite_add_tcase(s, t);
	t = tcase_create("facts");
	tcase_add_test(t, sigpipe_dispositions);
	tcase_add_test(t, slots_partly_read);
	tcase_add_test(t, many_slots);
	tcase_add_test(t, thirty_two_slots);
	tcase_add_test(t, unknown_level);
	tcase_add_test(t, unknown_slots);
	tcase_add_test(t, unknown_descriptors);
	suite_add_tcase(s, t);
	t = tcase_create("who");
	tcase_add_test(t, gone_objects);
	tcase_add_test(t, ended_give_way);
	tcase_add_test(t, sides);
	tcase_add_test(t, without_objects);
	tcase_add_test(t, wide_names);
	suite_add_tcase(s, t);
	t = tcase_create("choosing");
	tcase_add_test(t, items);
	tcase_add_test(t, chosen);
	tcase_add_test(t, chosen_in_the_list);
	suite_add_tcase(s, t);
	return s;
}

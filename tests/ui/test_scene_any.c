/* SPDX-License-Identifier: MIT */
/* Any picture in any area: the scene stays inside and names nothing that is not there. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

static unsigned seed;

static int any(int below)
{
	seed = seed * 1103515245 + 12345;
	return (int)(seed >> 8 & 0xffff) % below;
}

static void any_text(char *s, int size)
{
	static const char *const part[] = { "a", "writer", "管", "(", ", ", "\"x y\"", "é", "0x7ffd", " ", "msgrcv(1", "" };
	int room = any(size);

	s[0] = '\0';
	while ((int)strlen(s) + 12 < room)
		strcat(s, part[any((int)(sizeof part / sizeof *part))]);
}

static struct reading any_reading(int below)
{
	return any(4) ? (struct reading){ .known = true, .number = any(below) } : (struct reading){ .why = "not permitted: needs root" };
}

static void any_process(struct picture *p)
{
	struct picture_process *one = sample_process(p, "", any(100000), (enum process_state)any(PROCESS_ENDED + 1));
	static const char *const call[] = { "read", "write", "msgrcv", "semop", "open", "mq_send", "" };

	any_text(one->name, PICTURE_NAME);
	any_text(one->call, PICTURE_CALL);
	any_text(one->command, PICTURE_CALL);
	any_text(one->output, PICTURE_OUTPUT);
	snprintf(one->call_name, sizeof one->call_name, "%s", call[any(7)]);
	one->call_descriptor = any(8) - 1;
	one->call_object = any(p->n_objects + 1) - 1;
	one->call_index = any(3);
	one->program = any(2);
	one->streaming = any(3) == 0;
	one->stream_calls = (uint64_t)any(60000) << any(48);
	one->stream_bytes = (uint64_t)any(60000) << any(48);
	one->stream_failed = (uint64_t)any(3);
	one->since = (int64_t)any(60000) << 24;
	if (one->state >= PROCESS_ZOMBIE)
		sample_ended(one, any(3) ? "killed by SIGPIPE" : any(2) ? "?" : "exited with 255", any(3) ? SIGPIPE : 255 << 8);
	one->pending = any(3) ? 0 : (uint64_t)any(65536) << any(48);
	one->blocked = any(3) ? 0 : (uint64_t)any(65536) << any(48);
	one->caught = any(3) ? 0 : (uint64_t)any(65536) << any(48);
	one->ends_known = any(6);
	one->ends_more = any(5) ? 0 : 7;
	for (int n = any(PICTURE_ENDS + 1); one->n_ends < n;)
		sample_end(one, any(20), any(p->n_objects + 1) - 1, "rwb-a"[any(5)], any(2) ? "p.r" : "一个很长的名字.w");
}

static void any_memory(struct picture_memory *m)
{
	any_text(m->backing, PICTURE_WORD);
	m->size = (uint64_t)any(60000) << any(40);
	m->resident = any_reading(300);
	m->is_private = any(2);
	m->page_size = any(4) ? 4096 : 0;
	m->n_cells = any(PICTURE_CELLS + 1);
	m->n_views = any(PICTURE_VIEWS + 1);
	m->more_views = any(4) ? 0 : any(9);
	for (int i = 0; i < m->n_cells; i++)
		m->cell[i] = (struct picture_cell){ (enum cell_kind)any(2), (uint32_t)any(60000) << any(16), 4, any(2) };
	for (int i = 0; i < m->n_views; i++) {
		struct picture_view *v = &m->view[i];

		any_text(v->process, PICTURE_NAME);
		v->address = (uint64_t)any(60000) << any(48);
		v->shared = any(2);
		v->wrote = any(2);
		for (int k = any(PICTURE_PAGES + 1); k > 0; k--)
			v->page[k - 1] = "so.w?-"[any(6)];
		for (int k = 0; k < m->n_cells; k++) {
			v->known[k] = any(4);
			if (m->cell[k].kind == CELL_TEXT)
				any_text(v->value[k].text, PICTURE_CELL_TEXT);
			else
				v->value[k].word = any(65536) << any(16);
		}
	}
}

static void any_queue(struct picture_queue *q)
{
	q->messages = any_reading(any(2) ? 5 : 3000);
	q->bytes = any_reading(60000);
	q->limit = any_reading(20000);
	q->n_messages = any(PICTURE_MESSAGES + 1);
	q->messages_why = any(2) ? "not permitted" : NULL;
	for (int i = 0; i < q->n_messages; i++) {
		q->message[i] = (struct picture_message){ .type = (int64_t)any(65536) << any(40), .length = (uint32_t)any(9000) };
		any_text(q->message[i].text, PICTURE_CELL_TEXT);
	}
	any_text(q->last_sender, PICTURE_NAME);
	any_text(q->last_receiver, PICTURE_NAME);
	any_text(q->notified, PICTURE_NAME);
}

static void any_lockable(struct picture_lockable *l)
{
	l->value = any_reading(any(2) ? 5 : 40000);
	any_text(l->owner, PICTURE_NAME);
	any_text(l->where, PICTURE_WORD);
	l->owner_died = any(2);
}

static void any_details(struct picture_object *o)
{
	o->n_undos = any(4) ? 0 : any(PICTURE_UNDOS + 1);
	for (int i = 0; i < o->n_undos; i++) {
		any_text(o->undo[i].process, PICTURE_NAME);
		o->undo[i].adjust = any(9) - 4;
	}
	if (o->kind == OBJECT_MEMORY || o->kind == OBJECT_SEGMENT)
		any_memory(&o->memory);
	else if (o->kind == OBJECT_QUEUE || o->kind == OBJECT_MQUEUE)
		any_queue(&o->queue);
	else if (o->kind == OBJECT_SEMAPHORE || o->kind == OBJECT_MUTEX)
		any_lockable(&o->lockable);
}

static void any_object(struct picture *p)
{
	struct picture_object *o = sample_object(p, (enum object_kind)any(OBJECT_KINDS), "");

	any_text(o->name, PICTURE_NAME);
	o->gone = any(5) == 0;
	o->bytes = any_reading(70000);
	o->capacity = any_reading(70000);
	o->slots_capacity = any_reading(any(2) ? 20 : 300);
	o->slots = any_reading(300);
	o->readers = any_reading(5);
	o->writers = any_reading(500);
	for (int i = 0; i < PICTURE_SLOTS; i++)
		o->slot[i] = (struct picture_slot){ (uint16_t)any(5000), (uint16_t)any(5000) };
	o->sysv.semaphores.count = (unsigned)any(40);
	for (int i = 0; i < PICTURE_SEMAPHORES; i++)
		o->semaphore[i] = (struct sysv_semaphore){ any(40000), any(3), any(3), 1 };
	any_details(o);
}

static struct picture *any_picture(void)
{
	struct picture *p = sample_new();

	for (int n = any(5) ? any(5) : any(12); n > 0; n--)
		any_object(p);
	for (int n = any(5) ? any(7) : any(48); n > 0; n--)
		any_process(p);
	return p;
}

static void draw_within_frame(const struct picture *p, int round)
{
	int width = any(5) ? any(130) : any(20), height = any(5) ? any(30) : any(6);
	struct area a = { any(6), any(4), any(width + 3), any(height + 3) };
	struct canvas *c = canvas_new(width + 1, height + 1, any(4) == 0);
	struct scene s = { .side = any(2) ? scene_fixture_side : NULL, .now = SAMPLE_NOW, .focused = any(2), .chosen = any(8) - 1, .large = any(2) };

	for (int i = 0; i < c->width * c->height; i++)
		strcpy(c->cell[i].text, "~");
	scene_draw(c, a, p, &s);
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++)
			if (x < a.x || x >= a.x + a.width || y < a.y || y >= a.y + a.height)
				ck_assert_msg(!strcmp(c->cell[y * c->width + x].text, "~"), "round %d: %d,%d", round, x, y);
	ck_assert_int_le(s.n_items, SCENE_ITEMS);
	for (int i = 0; i < s.n_items; i++) {
		ck_assert_int_lt(s.item[i].index, s.item[i].is_object ? p->n_objects : p->n_processes);
		ck_assert_int_ge(s.item[i].area.y, a.y);
		ck_assert_int_le(s.item[i].area.y + s.item[i].area.height, a.y + a.height);
	}
	canvas_free(c);
}

START_TEST(stays_inside)
{
	for (int round = 0; round < 3000; round++) {
		struct picture *p;

		seed = (unsigned)round;
		p = any_picture();
		draw_within_frame(p, round);
		picture_free(p);
	}
}
END_TEST

/* Every hand-made picture at every size up to a large terminal's. */
START_TEST(every_size)
{
	struct picture *p;

	for (int n = 0; (p = sample_nth(n)); n++) {
		for (int width = 0; width < 210; width += 7)
			for (int height = 0; height < 30; height++) {
				struct canvas *c = canvas_new(width + 1, height + 1, false);
				struct scene s = scene_fixture(height % 2 ? "l" : "");

				scene_draw(c, (struct area){ 0, 0, width, height }, p, &s);
				for (int i = 0; i < s.n_items; i++)
					ck_assert_int_gt(s.item[i].area.height, 0);
				canvas_free(c);
			}
		picture_free(p);
	}
}
END_TEST

Suite *suite_scene_any(void)
{
	Suite *s = suite_create("scene_any");
	TCase *t = tcase_create("any");

	tcase_add_test(t, stays_inside);
	tcase_add_test(t, every_size);
	suite_add_tcase(s, t);
	return s;
}

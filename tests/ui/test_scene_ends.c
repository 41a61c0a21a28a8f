/* SPDX-License-Identifier: MIT */
/* Any socket, terminal, file or event in any area: its picture stays inside. */
#include "tests/unit.h"

#include <string.h>
#include <sys/socket.h>

#include "tests/ui/sample.h"
#include "tests/ui/scene_fixture.h"

static unsigned seed;

static int any(int below)
{
	seed = seed * 1103515245 + 12345;
	return (int)(seed >> 8 & 0xffff) % below;
}

static void any_text(char *s, size_t size)
{
	static const char *const part[] = { "a", "parent 3, child 3", "管", "listening", ", ", "é", "127.0.0.1:65535", "@x" };
	size_t room = (size_t)any((int)size);

	s[0] = '\0';
	while (strlen(s) + 20 < room)
		strcat(s, part[any(8)]);
}

/* From nothing to more than any buffer holds. */
static struct reading any_reading(void)
{
	return any(4) ? (struct reading){ .known = true, .number = (int64_t)any(60000) << any(48) } : (struct reading){ .why = "not permitted" };
}

static void any_socket(struct picture_sockets *s)
{
	static const char *const states[] = { "", "listening", "LISTEN", "connected", "unconnected", "CLOSE", "ESTABLISHED", "CLOSE_WAIT" };
	static const int families[] = { 0, AF_UNIX, AF_INET, AF_INET6 }, types[] = { 0, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };

	s->family = families[any(4)];
	s->type = types[any(4)];
	any_text(s->what, sizeof s->what);
	for (int i = 0; i < 2; i++) {
		struct picture_side *one = &s->side[i];

		one->inode = (uint64_t)any(3);
		one->closed = any(5) == 0;
		one->shut_read = any(4) == 0;
		one->shut_write = any(4) == 0;
		strcpy(one->state, states[any(8)]);
		any_text(one->name, any(3) ? 1 : sizeof one->name);
		any_text(one->address, any(2) ? 1 : sizeof one->address);
		any_text(one->peer, any(2) ? 1 : sizeof one->peer);
		one->unread = any_reading();
		one->datagrams = any_reading();
		one->in_flight = any_reading();
		one->send_buffer = any_reading();
		one->receive_buffer = any_reading();
		one->window = any(3) ? any_reading() : (struct reading){ .known = true };
		one->pending = any_reading();
		one->backlog = any(2) ? any_reading() : (struct reading){ .known = true, .number = any(9) };
		one->drops = any_reading();
	}
}

static void any_file(struct picture_file *f)
{
	f->size = any_reading();
	f->n_begin = any(PICTURE_FILE_TEXT);
	memset(f->begin, '.', (size_t)f->n_begin);
	f->n_openings = any(PICTURE_OPENINGS + 1);
	for (int i = 0; i < f->n_openings; i++) {
		f->opening[i] = (struct picture_opening){ any(2) ? any(70) : (int64_t)any(60000) << any(46), "", any(2), any(2), any(2) };
		any_text(f->opening[i].holders, sizeof f->opening[i].holders);
	}
	f->n_locks = any(2) ? 0 : any(PICTURE_LOCKS + 1);
	for (int i = 0; i < f->n_locks; i++) {
		struct picture_lock *l = &f->lock[i];

		*l = (struct picture_lock){ .type = "fpo"[any(3)], .write = any(2), .waits = any(2), .start = any(2) ? any(70) : (int64_t)any(60000) << any(46) };
		l->end = any(3) ? l->start + ((int64_t)any(100) << any(40)) : -1;
		any_text(l->who, sizeof l->who);
	}
}

static void any_event(struct picture_event *e)
{
	static const char *const what[] = { "eventfd", "signalfd", "timerfd", "epoll", "pidfd", "" };

	strcpy(e->what, what[any(6)]);
	e->count = any(2) ? any_reading() : (struct reading){ .known = true, .number = any(30) };
	e->remaining = any_reading();
	e->signals = any(3) ? (uint64_t)any(65536) << any(49) : ~UINT64_C(0);
	any_text(e->detail, sizeof e->detail);
}

static struct picture *any_picture(void)
{
	static const enum object_kind kinds[] = { OBJECT_SOCKET, OBJECT_SOCKET, OBJECT_TERMINAL, OBJECT_FILE, OBJECT_EVENT };
	struct picture *p = sample_new();

	for (int n = any(3) + 1; n > 0; n--) {
		struct picture_object *o = sample_object(p, kinds[any(5)], "x");

		any_text(o->name, sizeof o->name);
		if (o->kind == OBJECT_FILE)
			any_file(&o->file);
		else if (o->kind == OBJECT_EVENT)
			any_event(&o->event);
		else
			any_socket(&o->socket);
	}
	for (int n = any(4); n > 0; n--) {
		static const char *const calls[] = { "read", "send", "accept", "connect", "poll", "" };
		struct picture_process *one = sample_process(p, n % 2 ? "parent" : "child", 4710, any(2) ? PROCESS_READY : PROCESS_BLOCKED);

		for (int k = any(4); k > 0; k--)
			sample_end(one, k, any(p->n_objects), "abf"[any(3)], "s.a");
		sample_call(one, calls[any(6)], calls[any(6)], any(4));
		one->call_object = any(p->n_objects + 1) - 1;
		one->pending = any(3) ? 0 : (uint64_t)any(65536) << any(49);
		one->blocked = any(3) ? 0 : (uint64_t)any(65536) << any(49);
		one->has_caught = any(2);
		one->caught_signal = any(70);
		any_text(one->caught_sender, sizeof one->caught_sender);
	}
	return p;
}

START_TEST(stays_inside)
{
	for (int round = 0; round < 1500; round++) {
		int width = 1, height = 1;
		struct picture *p;
		struct canvas *c;
		struct scene s = scene_fixture(round % 3 ? "" : "l");
		struct area a;

		seed = (unsigned)round;
		p = any_picture();
		width += any(130);
		height += any(30);
		a = (struct area){ any(6), any(4), any(width + 3), any(height + 3) };
		c = canvas_new(width, height, any(4) == 0);
		for (int i = 0; i < width * height; i++)
			strcpy(c->cell[i].text, "~");
		scene_draw(c, a, p, &s);
		for (int y = 0; y < height; y++)
			for (int x = 0; x < width; x++)
				if (x < a.x || x >= a.x + a.width || y < a.y || y >= a.y + a.height)
					ck_assert_msg(!strcmp(c->cell[y * width + x].text, "~"), "round %d: %d,%d", round, x, y);
		canvas_free(c);
		picture_free(p);
	}
}
END_TEST

Suite *suite_scene_ends(void)
{
	Suite *s = suite_create("scene_ends");
	TCase *t = tcase_create("any");

	tcase_add_test(t, stays_inside);
	suite_add_tcase(s, t);
	return s;
}

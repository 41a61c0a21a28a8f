/* SPDX-License-Identifier: MIT */
/* Hand-made traces, pictures, lessons and libraries for the tests of panes. */
#include "tests/ui/panes_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "script/parse.h"

void fixture_expect(struct canvas *c, const char *expected)
{
	struct text t = { 0 };

	canvas_text(c, &t);
	ck_assert_str_eq(text_string(&t), expected);
	text_free(&t);
	canvas_clear(c);
}

void fixture_expect_styled(struct canvas *c, const char *expected)
{
	struct text t = { 0 };

	canvas_text_styled(c, &t);
	ck_assert_str_eq(text_string(&t), expected);
	text_free(&t);
	canvas_clear(c);
}

bool fixture_holds(const struct canvas *c, const char *styled)
{
	struct text t = { 0 };
	bool holds;

	canvas_text_styled(c, &t);
	holds = strstr(text_string(&t), styled);
	text_free(&t);
	return holds;
}

void fixture_mark(struct canvas *c)
{
	canvas_clear(c);
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++)
			canvas_put(c, x, y, STYLE_LEVEL_EMPTY, "@");
}

void fixture_untouched(const struct canvas *c, struct area a)
{
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++) {
			const struct cell *cell = &c->cell[(size_t)y * (size_t)c->width + (size_t)x];

			if (x >= a.x && x < a.x + a.width && y >= a.y && y < a.y + a.height)
				continue;
			ck_assert_msg(!strcmp(cell->text, "@") && cell->style == STYLE_LEVEL_EMPTY,
				      "drawn outside of %d,%d %dx%d: at %d,%d", a.x, a.y, a.width, a.height, x, y);
		}
}

struct event *fixture_event(struct trace *t, enum event_kind kind, int ms, const char *who, const char *call,
			    const char *result)
{
	struct event *e = trace_append(t, kind, t->began + ms * CLOCK_MS, who);

	snprintf(e->call, sizeof e->call, "%s", call);
	snprintf(e->result, sizeof e->result, "%s", result);
	return e;
}

void fixture_trace(struct trace *t)
{
	trace_init(t);
	fixture_event(t, EVENT_CALLED, 0, "parent", "p = pipe()", "= [3, 4]");
	fixture_event(t, EVENT_FORKED, 4, "parent", "fork writer", "= 4711");
	fixture_event(t, EVENT_CALLED, 6, "writer", "close(3)", "= 0");
	fixture_event(t, EVENT_TEXT, 7, "", "say     Nobody reads.", "");
	fixture_event(t, EVENT_CALLED, 10, "writer", "write(4, 65536)", "= 65536");
	fixture_event(t, EVENT_EXPECTED, 10, "", "expect  p.bytes == 64K", "");
	fixture_event(t, EVENT_BLOCKED, 11, "writer", "write(4, 1)", "... blocked");
	fixture_event(t, EVENT_CALLED, 12, "parent", "read(3, 4096)", "= 4096 \"w\"*4096");
	fixture_event(t, EVENT_RESUMED, 13, "writer", "... write", "= 1");
	fixture_event(t, EVENT_CALLED, 14, "parent", "open(\"/none\", O_RDONLY)", "= -1 ENOENT");
	fixture_event(t, EVENT_CALLED, 15, "parent", "close(3)", "= 0");
	fixture_event(t, EVENT_CALLED, 16, "writer", "write(4, 1)", "= ?");
	fixture_event(t, EVENT_ENDED, 16, "writer", "+++ killed by SIGPIPE +++", "")->alarming = true;
}

struct lesson *fixture_lesson(const char *text)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("test", text, strlen(text), &m);

	ck_assert_msg(m.count == 0, "line %d: %s", m.count ? m.list[0].place.line : 0, m.count ? m.list[0].text : "");
	mistakes_free(&m);
	return l;
}

const char fixture_full[] =
	"lesson  A full pipe blocks its writer\n"
	"lesson[zh_CN]  写满的管道会阻塞写进程\n"
	"about   A pipe holds 64 KiB in 16 slots of one page. When does its writer wake? Not when you think.\n"
	"see     pipe(7) write(2)\n"
	"parent  p = pipe()\n"
	"parent  fork writer\n"
	"say     Nobody reads. The writer fills the pipe to its last slot.\n"
	"say[zh_CN]  没有人读。写进程把管道写满。\n"
	"writer  write(p.w, 64K)            = 64K\n"
	"writer  write(p.w, 1)              ...\n"
	"ask     The reader takes 4095 bytes. Does the writer wake?\n"
	"        - yes, there is room\n"
	"        * no, not one slot is free yet\n"
	"parent  read(p.r, 4095)            = 4095\n"
	"claim   3 false: a pipe holds 4 KiB\n"
	"claim   66 partly: wakes after 4 KiB\n"
	"say     A slot is freed only when its last byte is read.\n";

static struct library_lesson *add_lesson(struct library_group *g, const char *name, const char *text)
{
	struct library_lesson *x;

	g->lesson = memory_grow(g->lesson, &g->room, g->n_lessons + 1, sizeof *g->lesson);
	x = &g->lesson[g->n_lessons++];
	x->name = memory_text(name);
	x->path = memory_text("/nowhere/at/all.lesson");
	x->lesson = text ? fixture_lesson(text) : NULL;
	return x;
}

static struct library_group *add_group(struct library *l, const char *name, const char *title)
{
	l->group = memory_grow(l->group, &l->room, l->n_groups + 1, sizeof *l->group);
	l->group[l->n_groups].name = memory_text(name);
	l->group[l->n_groups].title = memory_text(title);
	return &l->group[l->n_groups++];
}

void fixture_group(struct library *l, const char *name, const char *title, int n)
{
	struct library_group *g = add_group(l, name, title);

	for (int i = 0; i < n; i++) {
		char path[60], text[80];

		snprintf(path, sizeof path, "%s/lesson-%d", name, i);
		snprintf(text, sizeof text, "lesson  What is told in %d\nparent  pipe()\n", i);
		add_lesson(g, path, text);
	}
}

struct library *fixture_library(void)
{
	struct library *l = memory_new(1, sizeof *l);
	struct library_group *g = add_group(l, "pipe", "Pipes");

	add_lesson(g, "pipe/first", "lesson  One writes, one reads\nparent  pipe()\n");
	add_lesson(g, "pipe/full", fixture_full);
	add_lesson(g, "pipe/broken", NULL);
	g->sandbox.name = memory_text("pipe/sandbox");
	g->sandbox.path = memory_text("/nowhere/sandbox.lesson");
	g->sandbox.lesson = fixture_lesson("lesson  pipes to play with\nparent  pipe()\n");
	g = add_group(l, "fifo", "FIFOs");
	add_lesson(g, "fifo/open", "lesson  Opening waits for the other end\nparent  pipe()\n");
	return l;
}

struct picture_object *fixture_on_stage(struct picture *p, enum object_kind kind, const char *name)
{
	size_t room = (size_t)p->n_objects;

	p->object = memory_grow(p->object, &room, room + 1, sizeof *p->object);
	p->object[p->n_objects] = (struct picture_object){ .kind = kind };
	snprintf(p->object[p->n_objects].name, PICTURE_NAME, "%s", name);
	return &p->object[p->n_objects++];
}

struct sysv_object *fixture_object(struct picture *p, enum sysv_kind kind, int id, uint32_t key, const char *name)
{
	static const enum object_kind kinds[] = { OBJECT_QUEUE, OBJECT_SEGMENT, OBJECT_SEMAPHORES };
	size_t room = (size_t)p->n_sysv, flags = room;
	struct sysv_object *o;

	p->sysv = memory_grow(p->sysv, &room, room + 1, sizeof *p->sysv);
	p->sysv_ours = memory_grow(p->sysv_ours, &flags, flags + 1, sizeof *p->sysv_ours);
	o = &p->sysv[p->n_sysv];
	*o = (struct sysv_object){ .kind = kind, .id = id, .key = key, .mode = 0600 };
	p->sysv_ours[p->n_sysv++] = name;
	if (name)
		fixture_on_stage(p, kinds[kind], name)->identity = (uint64_t)id;
	return o;
}

struct posix_named *fixture_posix(struct picture *p, char kind, const char *name, bool ours, int64_t size)
{
	size_t room = (size_t)p->n_posix, flags = room;
	struct posix_named *o;

	p->posix = memory_grow(p->posix, &room, room + 1, sizeof *p->posix);
	p->posix_ours = memory_grow(p->posix_ours, &flags, flags + 1, sizeof *p->posix_ours);
	o = &p->posix[p->n_posix];
	*o = (struct posix_named){ .kind = kind, .mode = 0644, .size_known = true, .size = size };
	snprintf(o->name, sizeof o->name, "%s%s", name, ours ? "-1000-aB3xYz" : "");
	p->posix_ours[p->n_posix++] = ours;
	return o;
}

void fixture_picture_free(struct picture *p)
{
	free(p->sysv);
	free(p->sysv_ours);
	free(p->posix);
	free(p->posix_ours);
	free(p->object);
	*p = (struct picture){ 0 };
}

unsigned fixture_random(unsigned below)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13; /* xorshift */
	state ^= state >> 7;
	state ^= state << 17;
	return below ? (unsigned)(state >> 11) % below : 0;
}

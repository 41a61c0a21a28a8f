/* SPDX-License-Identifier: MIT */
#include "ui/offers.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "call/call.h"

enum { FILLINGS = 16 };

struct fillings {
	char text[FILLINGS][PICTURE_NAME + 2];
	int n;
};

static void add(struct fillings *f, const char *text)
{
	for (int i = 0; i < f->n; i++)
		if (!strcmp(f->text[i], text))
			return;
	if (f->n < FILLINGS)
		snprintf(f->text[f->n++], sizeof f->text[0], "%s", text);
}

/* Whether the lesson can write it: not the kernel's "pipe:[27408]", nor "memory at 0x7f12a09fe000". */
static bool named(const struct picture_object *o)
{
	return o->name[0] && !strpbrk(o->name, ": ");
}

/* A descriptor as the lesson would write it: p.r; its number where that is not clear. Files are called
 * by their paths, which stand for no descriptor. */
static void add_end(struct fillings *f, const struct picture *p, const struct picture_end *end)
{
	const struct picture_object *o = end->object >= 0 ? &p->object[end->object] : NULL;
	char number[16];

	snprintf(number, sizeof number, "%d", end->descriptor);
	if (o && named(o) && end->end != 'b' && o->kind != OBJECT_FILE)
		add(f, end->label);
	else
		add(f, number);
}

/* Whether an end can fill a hole. */
static bool end_fits(const struct picture *p, const struct picture_end *end, const char *what)
{
	enum { R = 1, W = 2, S = 4, Q = 8 };
	static const struct { const char *what; int can; } holes[] = { { "r", R }, { "w", W }, { "s", S }, { "mq", Q } };
	static const int kinds[OBJECT_KINDS] = { /* pipes and FIFOs by the end's letter */
		[OBJECT_SOCKET] = R | W | S, [OBJECT_TERMINAL] = R | W, [OBJECT_FILE] = R | W, [OBJECT_EVENT] = R,
		[OBJECT_MQUEUE] = Q,
	};
	int can = end->object >= 0 ? kinds[p->object[end->object].kind] : 0;

	if (end->end == 'r' || end->end == 'b')
		can |= R;
	if (end->end == 'w' || end->end == 'b')
		can |= W;
	for (size_t i = 0; i < sizeof holes / sizeof *holes; i++)
		if (!strcmp(what, holes[i].what))
			return can & holes[i].can;
	return !strcmp(what, "fd");
}

static void fill_ends(struct fillings *f, const struct picture *p, const struct picture_process *m,
		      const char *what)
{
	for (int i = 0; i < m->n_ends; i++)
		if (end_fits(p, &m->ends[i], what))
			add_end(f, p, &m->ends[i]);
}

/* Where the process has it: by name, if the name's owner has it at the same address. The name of a
 * segment is its id, which is no address. */
static void add_address(struct fillings *f, const struct picture_object *o, const struct picture_process *m)
{
	const struct picture_memory *memory = &o->memory;
	char address[24];

	for (int i = 0; i < memory->n_views && i < PICTURE_VIEWS; i++) {
		const struct picture_view *v = &memory->view[i];

		if (strcmp(v->process, m->name))
			continue;
		snprintf(address, sizeof address, "0x%llx", (unsigned long long)v->address);
		add(f, o->kind == OBJECT_MEMORY && named(o) && v->address == memory->view[0].address ? o->name : address);
	}
}

static void fill_objects(struct fillings *f, const struct picture *p, const struct picture_process *m, const char *what)
{
	static const struct { const char *what; enum object_kind kind; } holes[] = {
		{ "q", OBJECT_QUEUE }, { "m", OBJECT_SEGMENT }, { "sem", OBJECT_SEMAPHORES }, { "psem", OBJECT_SEMAPHORE },
	};

	for (int i = 0; i < p->n_objects; i++) {
		const struct picture_object *o = &p->object[i];
		char path[PICTURE_NAME + 2];

		if (o->gone)
			continue;
		if (!strcmp(what, "a") && (o->kind == OBJECT_MEMORY || o->kind == OBJECT_SEGMENT))
			add_address(f, o, m);
		for (size_t k = 0; k < sizeof holes / sizeof *holes; k++)
			if (!strcmp(what, holes[k].what) && o->kind == holes[k].kind && named(o))
				add(f, o->name);
		if (!strcmp(what, "fifo") && o->kind == OBJECT_FIFO && named(o)) {
			snprintf(path, sizeof path, "\"%.*s\"", PICTURE_NAME - 1, o->path);
			add(f, path);
		}
	}
}

static void fill(struct fillings *f, const struct picture *p, int process, const char *what)
{
	const struct picture_process *me = &p->process[process];

	fill_ends(f, p, me, what);
	fill_objects(f, p, me, what);
	if (!strcmp(what, "p") || !strcmp(what, "child"))
		for (int i = 0; i < p->n_processes; i++)
			if (i != process && p->process[i].state != PROCESS_ENDED)
				add(f, p->process[i].name);
}

static int offer(struct offer *list, int n, const char *who, const char *call, const struct call *c)
{
	struct offer *o = &list[n];

	if (n >= OFFERS)
		return n;
	snprintf(o->line, sizeof o->line, "%s  %.120s", who, call);
	for (int i = 0; i < n; i++) /* both ends of a socket pair read and write */
		if (!strcmp(list[i].line, o->line))
			return n;
	o->call = o->line + strlen(who) + 2;
	o->detail = c->summary;
	o->see = c->see;
	return n + 1;
}

/* One alternative of a row's offers, with every way to fill its {hole}. */
static int expand(const struct picture *p, int process, const struct call *c, const char *form, size_t length,
		  struct offer *list, int n)
{
	const char *open = memchr(form, '{', length), *close = open ? strchr(open, '}') : NULL;
	struct fillings f = { .n = 0 };
	char what[16], call[256];

	if (!open) {
		snprintf(call, sizeof call, "%.*s", (int)length, form);
		return offer(list, n, p->process[process].name, call, c);
	}
	snprintf(what, sizeof what, "%.*s", (int)(close - open - 1), open + 1);
	fill(&f, p, process, what);
	for (int i = 0; i < f.n; i++) {
		snprintf(call, sizeof call, "%.*s%s%.*s", (int)(open - form), form, f.text[i],
			 (int)(form + length - close - 1), close + 1);
		n = offer(list, n, p->process[process].name, call, c);
	}
	return n;
}

static int fork_offer(const struct picture *p, int process, struct offer *list, int n)
{
	static const char *const names[] = { "child", "writer", "reader", "helper", "other" };
	char call[64];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (picture_process_find(p, names[i]) < 0) {
			snprintf(call, sizeof call, "fork %s", names[i]);
			n = offer(list, n, p->process[process].name, call, call_find("fork"));
			break;
		}
	return n;
}

/* Of the first of several forms: "|" stands between them, and inside brackets between constants. */
static size_t form_length(const char *form)
{
	size_t n = 0;

	for (int depth = 0; form[n] && (depth > 0 || form[n] != '|'); n++)
		depth += (form[n] == '(') - (form[n] == ')');
	return n;
}

/* Those with something to fill in, or those without. */
static int offer_calls(const struct picture *p, int process, bool holes, struct offer *list, int n)
{
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++) {
		const char *form = c->offers;

		while (form && *form) {
			size_t length = form_length(form);

			if ((memchr(form, '{', length) != NULL) == holes)
				n = expand(p, process, c, form, length, list, n);
			form += length + (form[length] == '|');
		}
	}
	return n;
}

/* What can be done with what is there comes first; making more of it last. */
int offers_list(const struct picture *p, int process, struct offer list[OFFERS])
{
	int n;

	if (p->process[process].state != PROCESS_READY)
		return 0;
	n = offer_calls(p, process, true, list, 0);
	n = fork_offer(p, process, list, n);
	return offer_calls(p, process, false, list, n);
}

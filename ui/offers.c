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

static bool named(const struct picture_object *o)
{
	return !strchr(o->name, ':');
}

/* A descriptor as the lesson would write it: p.r; its number where that is not clear. */
static void add_end(struct fillings *f, const struct picture *p, const struct picture_end *end)
{
	char number[16];

	snprintf(number, sizeof number, "%d", end->descriptor);
	if (end->object >= 0 && named(&p->object[end->object]) && end->end != 'b')
		add(f, end->label);
	else
		add(f, number);
}

static bool reads(const struct picture_end *end) { return end->end == 'r' || end->end == 'b'; }
static bool writes(const struct picture_end *end) { return end->end == 'w' || end->end == 'b'; }

static void fill_ends(struct fillings *f, const struct picture *p, const struct picture_process *m,
		      const char *what)
{
	for (int i = 0; i < m->n_ends; i++) {
		const struct picture_end *end = &m->ends[i];
		bool socket = end->object >= 0 && p->object[end->object].kind == OBJECT_PAIR;

		if (!strcmp(what, "fd") || (!strcmp(what, "r") && (reads(end) || socket)) ||
		    (!strcmp(what, "w") && (writes(end) || socket)) || (!strcmp(what, "s") && socket))
			add_end(f, p, end);
	}
}

static void fill_objects(struct fillings *f, const struct picture *p, const char *what)
{
	for (int i = 0; i < p->n_objects; i++) {
		const struct picture_object *o = &p->object[i];
		char path[PICTURE_NAME + 2];

		if (o->gone || !named(o))
			continue;
		if (!strcmp(what, "fifo") && o->kind == OBJECT_FIFO) {
			snprintf(path, sizeof path, "\"%.*s\"", PICTURE_NAME - 1, o->path);
			add(f, path);
		} else if ((!strcmp(what, "q") && o->kind == OBJECT_QUEUE) ||
			   (!strcmp(what, "m") && o->kind == OBJECT_SEGMENT) ||
			   (!strcmp(what, "sem") && o->kind == OBJECT_SEMAPHORES)) {
			add(f, o->name);
		}
	}
}

static void fill(struct fillings *f, const struct picture *p, int process, const char *what)
{
	const struct picture_process *me = &p->process[process];

	fill_ends(f, p, me, what);
	fill_objects(f, p, what);
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

/* Those with something to fill in, or those without. */
static int offer_calls(const struct picture *p, int process, bool holes, struct offer *list, int n)
{
	const struct call *c;

	for (size_t i = 0; (c = call_nth(i)); i++) {
		const char *form = c->offers;

		while (form && *form) {
			size_t length = strcspn(form, "|");

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

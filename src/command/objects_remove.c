/* SPDX-License-Identifier: MIT */
#include "command/objects_remove.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "command/command.h"
#include "command/json.h"
#include "command/objects_out.h"

struct chosen {
	const struct facility **list;
	size_t count, room;
};

static void choose(struct chosen *c, const struct facility *f)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i] == f)
			return;
	c->list = memory_grow(c->list, &c->room, c->count + 1, sizeof *c->list);
	c->list[c->count++] = f;
}

/* ---- which ---------------------------------------------------------------------------------- */

/* An operand, taken apart: "q:3", "3", "0x6f02", "m:0x6f02", "key:28418", "q:key:28418", "/name", "Q:/name".
 * A number alone is an id and never a key: what was meant may be gone, and another object have that key. */
struct operand {
	char kind;        /* 0: any of those wanted */
	const char *name; /* of a POSIX object; else NULL */
	bool by_key;
	unsigned long number;
};

static bool read_operand(const char *text, struct operand *o)
{
	bool hexadecimal;
	char *end;

	*o = (struct operand){ 0 };
	if (text[0] && text[1] == ':' && strchr(FACILITY_KINDS, text[0])) {
		o->kind = text[0];
		text += 2;
	}
	if (*text == '/') {
		o->name = text;
		return true;
	}
	o->by_key = !strncmp(text, "key:", 4);
	text += o->by_key ? 4 : 0;
	if (*text < '0' || *text > '9')
		return false;
	hexadecimal = !strncmp(text, "0x", 2) || !strncmp(text, "0X", 2);
	o->by_key |= hexadecimal;
	errno = 0;
	o->number = strtoul(text, &end, hexadecimal ? 16 : 10);
	return !*end && !errno && o->number <= UINT32_MAX && !(o->by_key && !o->number);
}

static bool is_meant(const struct facility *f, const struct operand *o)
{
	if (o->kind && f->kind != o->kind)
		return false;
	if (o->name)
		/* A queue has its name even where /dev/mqueue is not mounted; it may be one of another namespace. */
		return f->name && !strcmp(f->name, o->name) && (f->listed || facility_is_here(f));
	return f->sysv && (o->by_key ? f->sysv->key == o->number : (unsigned long)f->sysv->id == o->number);
}

static const struct facility *find(const struct facilities *all, const struct operand *o,
				   const struct facility *behind)
{
	for (size_t i = behind ? (size_t)(behind - all->list) + 1 : 0; i < all->count; i++)
		if (is_meant(&all->list[i], o))
			return &all->list[i];
	return NULL;
}

static int not_found(const struct facilities *all, const struct operand *o, const char *text, struct error *e)
{
	struct operand as_key = { .kind = o->kind, .by_key = true, .number = o->number };
	const struct facility *f = o->name || o->by_key || !o->number ? NULL : find(all, &as_key, NULL);
	struct text shown = { 0 }, what = { 0 };

	text_add_printable(&shown, text, strlen(text));
	error_set(e, 0, "%.120s: there is no such object", text_string(&shown));
	if (f) {
		facility_describe(&what, f);
		error_hint(e, "It is the key of %.100s: key:%lu means that one.", text_string(&what), o->number);
	} else {
		error_hint(e, "ipcscope objects lists them.");
	}
	text_free(&what);
	text_free(&shown);
	return -1;
}

static int ambiguous(const struct facility *a, const struct facility *b, const char *text, struct error *e)
{
	struct text one = { 0 }, other = { 0 }, shown = { 0 };

	facility_describe(&one, a);
	facility_describe(&other, b);
	text_add_printable(&shown, text, strlen(text));
	error_set(e, 0, "%.60s: is it %.100s or %.100s?", text_string(&shown), text_string(&one), text_string(&other));
	error_hint(e, "Say which: %c:%.60s or %c:%.60s.", a->kind, text_string(&shown), b->kind, text_string(&shown));
	text_free(&one);
	text_free(&other);
	text_free(&shown);
	return -1;
}

static int choose_operand(struct chosen *c, const struct facilities *all, const char *text, struct error *e)
{
	const struct facility *found, *other;
	struct operand o;

	if (!read_operand(text, &o)) {
		struct text shown = { 0 };

		text_add_printable(&shown, text, strlen(text));
		error_set(e, 0, "%.120s: no id, key or name of an object", text_string(&shown));
		text_free(&shown);
		return error_hint(e, "As in: q:3, m:8, s:1, 0x6f02, key:28418, /name.");
	}
	found = find(all, &o, NULL);
	if (!found)
		return not_found(all, &o, text, e);
	other = find(all, &o, found);
	if (other)
		return ambiguous(found, other, text, e);
	choose(c, found);
	return 0;
}

/* Queues that are named and that nothing lists. The list grows: before anything of it is chosen. */
static void add_queues(struct facilities *all, const struct system *s, char *const *operand, const char *kinds)
{
	for (; *operand && !s->posix.queues_listed; operand++) {
		struct operand o;

		if (!read_operand(*operand, &o) || !o.name || (o.kind && o.kind != 'Q') || (*kinds && !strchr(kinds, 'Q')))
			continue;
		o.kind = 'Q';
		if (!find(all, &o, NULL))
			facilities_add_queue(all, o.name);
	}
}

/* A pattern of fnmatch(3) is compared with POSIX names, keys as they are listed, and KIND:ID. */
static void choose_pattern(struct chosen *c, const struct facilities *all, const char *pattern)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct facility *f = &all->list[i];
		char key[16] = "private", id[32];

		if (f->name) {
			if (f->listed && !fnmatch(pattern, f->name, 0))
				choose(c, f);
			continue;
		}
		if (f->sysv->key)
			snprintf(key, sizeof key, "0x%08x", f->sysv->key);
		snprintf(id, sizeof id, "%c:%d", f->kind, f->sysv->id);
		if (!fnmatch(pattern, key, 0) || !fnmatch(pattern, id, 0))
			choose(c, f);
	}
}

/* ---- whether -------------------------------------------------------------------------------- */

static void name_users(struct text *t, const struct system *s, const struct facility_users *u)
{
	char name[PAPER_USER];

	for (size_t i = 0; i < u->count; i++) {
		const struct system_process *p = &s->process[u->process[i]];

		text_addf(t, "%s", i ? ", " : "");
		text_add_printable(t, p->name, strlen(p->name));
		text_addf(t, " %d of %s", p->pid, paper_user(p->uid, name));
	}
	if (u->unseen)
		text_addf(t, "%s%zu that cannot be looked into", u->count ? ", " : "", u->unseen);
}

/* Reads a line of the answer. */
static bool agreed(void)
{
	char line[16];

	return fgets(line, sizeof line, stdin) && (line[0] == 'y' || line[0] == 'Y');
}

static bool ask(const char *what, const char *who, const char *effect)
{
	if (*who)
		fprintf(stderr, "In use by %s.\n", who);
	if (*effect)
		fprintf(stderr, "Then %s.\n", effect);
	fprintf(stderr, "Remove %s? y/n ", what);
	return agreed();
}

/* Whether it may go: what it would do is told, and asked about where somebody can answer. 0, or -1 with e; its text
 * is empty when the answer was no. */
static int consent(const char *what, const char *who, const char *effect, bool others, const struct removal_wanted *w,
		   struct error *e)
{
	*e = (struct error){ 0 };
	if (others && !w->force) {
		error_set(e, 0, "%.120s: in use by %.250s", what, who);
		return error_hint(e, "Another user's: --force removes it all the same.");
	}
	if (w->yes) {
		if (*who)
			fprintf(stderr, "ipcscope: %s is in use by %s\n", what, who);
		return 0;
	}
	if (!isatty(STDIN_FILENO)) {
		error_set(e, 0, "%.120s: not removed: nobody can be asked", what);
		return error_hint(e, "--yes removes it without a question.");
	}
	return ask(what, who, effect) ? 0 : -1;
}

/* ---- the removal ---------------------------------------------------------------------------- */

/* A line of JSON; f is NULL when the operand names none. */
static void tell_json(const struct facility *f, const char *operand, const char *who, const char *effect,
		      const struct error *e)
{
	json_t *o = json_object();

	json_set(o, "type", "removal");
	if (operand)
		json_set_outside(o, "operand", operand);
	if (f) {
		json_set(o, "kind", facility_kind_word(f->kind));
		if (f->sysv)
			json_set_number(o, "id", f->sysv->id);
		else
			json_set_outside(o, "name", f->name);
		json_set(o, "used_by", who);
		json_set(o, "effect", effect);
	}
	json_set_bool(o, "removed", !e);
	if (e)
		json_set(o, "why", *e->text ? e->text : "the answer was no");
	if (e && *e->hint)
		json_set(o, "hint", e->hint);
	json_line(stdout, o);
}

/* A segment that is attached is only marked. */
static void tell(const struct facility *f, const char *what)
{
	if (f->kind != 'm' || !f->sysv->segment.attached)
		printf("removed %s\n", what);
	else if (f->sysv->segment.marked)
		printf("%s was marked already: it goes with the last detach\n", what);
	else
		printf("marked %s: it goes with the last detach\n", what);
}

static int remove_one(const struct system *s, const struct facility *f, const struct removal_wanted *w)
{
	struct text what = { 0 }, who = { 0 }, effect = { 0 };
	struct facility_users u;
	struct error e;
	int error;

	facility_users(&u, s, f);
	facility_describe(&what, f);
	name_users(&who, s, &u);
	facility_effect(&effect, s, f, &u);
	error = consent(text_string(&what), text_string(&who), text_string(&effect), facility_is_others(f, &u), w, &e);
	if (error == 0)
		error = facility_remove(f, &e);
	if (error < 0 && *e.text)
		command_complain(&e);
	if (w->json)
		tell_json(f, NULL, text_string(&who), text_string(&effect), error < 0 ? &e : NULL);
	else if (error == 0)
		tell(f, text_string(&what));
	text_free(&effect);
	text_free(&who);
	text_free(&what);
	free(u.process);
	return error < 0 ? STATUS_FAILURE : STATUS_FINE;
}

static void show(const struct system *s, const struct chosen *c, bool json)
{
	struct facilities some = { 0 };
	struct paper paper = paper_of(stdout);
	struct text t = { 0 };

	for (size_t i = 0; i < c->count; i++) {
		some.list = memory_grow(some.list, &some.room, some.count + 1, sizeof *some.list);
		some.list[some.count++] = *c->list[i];
	}
	if (json)
		objects_json(stdout, s, &some);
	else
		objects_table(&t, &paper, s, &some, false);
	fputs(text_string(&t), stdout);
	fflush(stdout);
	text_free(&t);
	facilities_free(&some);
}

/* The list of a pattern is shown before anything of it goes. Whether it may. */
static bool show_pattern(const struct system *s, const struct chosen *c, const struct removal_wanted *w)
{
	struct error e;

	if (c->count)
		show(s, c, w->json);
	if (c->count && w->yes)
		return true;
	if (c->count) {
		error_set(&e, 0, "nothing was removed: %zu object%s like the pattern", c->count,
			  c->count == 1 ? " is" : "s are");
		error_hint(&e, "--yes removes them.");
	} else {
		error_set(&e, 0, "no object is like the pattern");
	}
	command_complain(&e);
	if (w->json)
		tell_json(NULL, w->pattern, NULL, NULL, &e);
	return false;
}

static int choose_all(struct chosen *c, const struct facilities *all, char *const *operand,
		      const struct removal_wanted *w)
{
	struct error e;

	for (; *operand; operand++)
		if (choose_operand(c, all, *operand, &e) < 0) {
			command_complain(&e);
			if (w->json)
				tell_json(NULL, *operand, NULL, NULL, &e);
			return -1;
		}
	if (w->pattern)
		choose_pattern(c, all, w->pattern);
	return 0;
}

int objects_remove(const struct system *s, char *const *operand, const struct removal_wanted *w)
{
	struct facilities all = { 0 };
	struct chosen c = { 0 };
	int status = STATUS_FINE;

	facilities_find(&all, s, w->kinds);
	add_queues(&all, s, operand, w->kinds);
	if (choose_all(&c, &all, operand, w) < 0 || (w->pattern && !show_pattern(s, &c, w))) {
		status = STATUS_FAILURE;
		c.count = 0;
	}
	for (size_t i = 0; i < c.count; i++)
		if (remove_one(s, c.list[i], w) != STATUS_FINE)
			status = STATUS_FAILURE;
	free(c.list);
	facilities_free(&all);
	return status;
}

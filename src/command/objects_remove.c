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

/* An operand, taken apart: "q:3", "3", "0x6f02", "m:0x6f02", "/name", "Q:/name". */
struct operand {
	char kind;        /* 0: any of those wanted */
	const char *name; /* of a POSIX object; else NULL */
	bool by_key;
	unsigned long number;
};

static bool read_operand(const char *text, struct operand *o)
{
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
	if (*text < '0' || *text > '9')
		return false;
	o->by_key = !strncmp(text, "0x", 2) || !strncmp(text, "0X", 2);
	errno = 0;
	o->number = strtoul(text, &end, o->by_key ? 16 : 10);
	return !*end && !errno && o->number <= (o->by_key ? UINT32_MAX : INT32_MAX) && !(o->by_key && !o->number);
}

static bool is_meant(const struct facility *f, const struct operand *o)
{
	if (o->kind && f->kind != o->kind)
		return false;
	if (o->name)
		/* Queues may not be listed, with /dev/mqueue not mounted, and have their names nevertheless. */
		return f->name && (f->listed || f->kind == 'Q') && !strcmp(f->name, o->name);
	return f->sysv && (o->by_key ? f->sysv->key == o->number : f->sysv->id == (int)o->number);
}

static int not_found(const char *text, struct error *e)
{
	struct text shown = { 0 };

	text_add_printable(&shown, text, strlen(text));
	error_set(e, 0, "%.120s: there is no such object", text_string(&shown));
	text_free(&shown);
	return error_hint(e, "ipcscope objects lists them.");
}

static int ambiguous(const struct facility *a, const struct facility *b, const char *text, struct error *e)
{
	struct text one = { 0 }, other = { 0 };

	facility_describe(&one, a);
	facility_describe(&other, b);
	error_set(e, 0, "%.40s: is it %.100s or %.100s?", text, text_string(&one), text_string(&other));
	text_free(&one);
	text_free(&other);
	return error_hint(e, "Say which: %c:%.40s or %c:%.40s.", a->kind, text, b->kind, text);
}

static int choose_operand(struct chosen *c, const struct facilities *all, const char *text, struct error *e)
{
	const struct facility *found = NULL;
	struct operand o;

	if (!read_operand(text, &o)) {
		struct text shown = { 0 };

		text_add_printable(&shown, text, strlen(text));
		error_set(e, 0, "%.120s: no id, key or name of an object", text_string(&shown));
		text_free(&shown);
		return error_hint(e, "As in: q:3, m:8, s:1, 0x6f02, /name.");
	}
	for (size_t i = 0; i < all->count; i++) {
		if (!is_meant(&all->list[i], &o))
			continue;
		if (found)
			return ambiguous(found, &all->list[i], text, e);
		found = &all->list[i];
	}
	if (!found)
		return not_found(text, e);
	choose(c, found);
	return 0;
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
		text_addf(t, "%s%zu attachment%s that cannot be looked into", u->count ? ", " : "", u->unseen, u->unseen == 1 ? "" : "s");
}

static void complain(const struct text *what, const char *why, const char *hint)
{
	struct error e;

	error_set(&e, 0, "%.120s: %.250s", text_string(what), why);
	error_hint(&e, "%s", hint);
	command_complain(&e);
}

/* Reads a line of the answer. */
static bool agreed(void)
{
	char line[16];

	return fgets(line, sizeof line, stdin) && (line[0] == 'y' || line[0] == 'Y');
}

/* Whether it may go: what it would do is told, and asked about where somebody can answer. */
static bool consent(const struct system *s, const struct facility *f, const struct removal_wanted *w)
{
	struct facility_users u;
	struct text what = { 0 }, who = { 0 }, effect = { 0 };
	bool may = false;

	facility_users(&u, s, f);
	facility_describe(&what, f);
	name_users(&who, s, &u);
	facility_effect(&effect, s, f, &u);
	if (facility_is_others(f, &u) && !w->force) {
		struct text why = { 0 };

		text_addf(&why, "in use by %s", text_string(&who));
		complain(&what, text_string(&why), "Another user's: --force removes it all the same.");
		text_free(&why);
	} else if (w->yes) {
		if (who.length)
			fprintf(stderr, "ipcscope: %s is in use by %s\n", text_string(&what), text_string(&who));
		may = true;
	} else if (!isatty(STDIN_FILENO)) {
		complain(&what, "not removed: nobody can be asked", "--yes removes it without a question.");
	} else {
		if (who.length)
			fprintf(stderr, "In use by %s.\n", text_string(&who));
		if (effect.length)
			fprintf(stderr, "Then %s.\n", text_string(&effect));
		fprintf(stderr, "Remove %s? y/n ", text_string(&what));
		may = agreed();
	}
	text_free(&effect);
	text_free(&who);
	text_free(&what);
	free(u.process);
	return may;
}

/* ---- the removal ---------------------------------------------------------------------------- */

static int remove_one(const struct system *s, const struct facility *f, const struct removal_wanted *w)
{
	struct text what = { 0 };
	struct error e;

	if (!consent(s, f, w))
		return STATUS_FAILURE;
	if (facility_remove(f, &e) < 0) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	facility_describe(&what, f);
	printf("removed %s\n", text_string(&what));
	text_free(&what);
	return STATUS_FINE;
}

static void show(const struct system *s, const struct chosen *c)
{
	struct facilities some = { 0 };
	struct paper paper = paper_of(stdout);
	struct text t = { 0 };

	for (size_t i = 0; i < c->count; i++) {
		some.list = memory_grow(some.list, &some.room, some.count + 1, sizeof *some.list);
		some.list[some.count++] = *c->list[i];
	}
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
		show(s, c);
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
	return false;
}

static int choose_all(struct chosen *c, const struct facilities *all, char *const *operand, const struct removal_wanted *w)
{
	struct error e;

	for (; *operand; operand++)
		if (choose_operand(c, all, *operand, &e) < 0) {
			command_complain(&e);
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

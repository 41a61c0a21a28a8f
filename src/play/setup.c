/* SPDX-License-Identifier: MIT */
/* Putting the steps of used lessons in place, and finding these. */
#include "play/setup.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alike.h"
#include "base/memory.h"
#include "base/text.h"
#include "script/parse.h"

/* Lessons that use each other can multiply: there are bounds to it. */
enum { DEEPEST = 8, MOST_USES = 100, MOST_STEPS = 5000 };

/* Who uses whom, from the innermost outwards. */
struct chain {
	const struct chain *above;
	dev_t device;
	ino_t inode;
	int depth;
};

struct expansion {
	struct lesson *lesson;
	const char *folder;
	struct mistakes *m;
	struct step *step; /* what the lesson's steps become */
	size_t count, room;
	struct place line, name; /* the outermost use line, and the name in it */
	int uses;
	bool failed;
};

/* ---- finding ------------------------------------------------------------------------------- */

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = memory_text(slash ? path : ".");

	if (slash)
		folder[slash > path ? slash - path : 1] = '\0';
	return folder;
}

static char *if_there(const char *folder, const char *name)
{
	struct text path = { 0 };

	if (!strcmp(folder, "."))
		text_addf(&path, "%s.lesson", name);
	else
		text_addf(&path, "%s/%s.lesson", folder, name);
	if (access(text_string(&path), F_OK) == 0)
		return text_take(&path);
	text_free(&path);
	return NULL;
}

static char *find(const struct expansion *x, const char *from, const char *name)
{
	char *folder = folder_of(from), *path = if_there(folder, name);

	free(folder);
	return path || !x->folder ? path : if_there(x->folder, name);
}

struct near {
	char name[128];
	int least;
};

static void look_in(struct near *near, const char *folder, const char *group, const char *wanted)
{
	DIR *d = opendir(folder);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		size_t length = strlen(entry->d_name);
		char name[128];
		int distance;

		if (length <= 7 || length > 60 || strcmp(entry->d_name + length - 7, ".lesson") != 0)
			continue;
		snprintf(name, sizeof name, "%.60s%.*s", group, (int)length - 7, entry->d_name);
		distance = alike_distance(wanted, name);
		if (distance < near->least) {
			near->least = distance;
			snprintf(near->name, sizeof near->name, "%s", name);
		}
	}
	if (d)
		closedir(d);
}

/* What might have been meant: in the same folder, then in the library's groups. */
static void find_near(const struct expansion *x, const char *from, const char *wanted, struct near *near)
{
	char *folder = folder_of(from);
	DIR *d = x->folder ? opendir(x->folder) : NULL;
	struct dirent *entry;

	near->least = ALIKE_FAR;
	look_in(near, folder, "", wanted);
	free(folder);
	while (d && (entry = readdir(d))) {
		struct text path = { 0 }, group = { 0 };

		text_addf(&path, "%s/%s", x->folder, entry->d_name);
		text_addf(&group, "%s/", entry->d_name);
		if (entry->d_name[0] != '.')
			look_in(near, text_string(&path), text_string(&group), wanted);
		text_free(&path);
		text_free(&group);
	}
	if (d)
		closedir(d);
}

/* ---- putting in place ------------------------------------------------------------------------ */

static void fail(struct expansion *x, const char *hint, const char *what, const char *name, const char *why)
{
	struct text shown = { 0 };

	text_add_printable(&shown, name, strlen(name));
	mistakes_add(x->m, x->name, hint, "%s%.200s%s", what, text_string(&shown), why);
	text_free(&shown);
	x->failed = true;
}

static void add_step(struct expansion *x, const struct step *s)
{
	x->step = memory_grow(x->step, &x->room, x->count + 1, sizeof *x->step);
	x->step[x->count++] = *s;
}

static bool is_for_people(enum step_kind kind)
{
	return kind == STEP_SAY || kind == STEP_NOTE || kind == STEP_ASK || kind == STEP_CLAIM;
}

static void use(struct expansion *x, const char *from, const char *name, const struct chain *above);

/* Takes over the steps of a used lesson. */
static void take_steps(struct expansion *x, struct lesson *used, const struct chain *chain)
{
	for (int i = 0; i < used->n_steps && !x->failed; i++) {
		struct step *s = &used->step[i];

		if (s->kind == STEP_USE) {
			use(x, used->file, s->text, chain);
			continue;
		}
		if (is_for_people(s->kind))
			continue;
		s->setup = true;
		s->file = memory_text(used->file);
		s->line = s->place.line;
		s->place = x->line;
		add_step(x, s);
		*s = (struct step){ .kind = STEP_NOTE };
	}
	if (x->count > MOST_STEPS && !x->failed)
		fail(x, NULL, "", used->file, " and what was used before make too many steps");
	for (int i = 0; i < used->n_needs; i++)
		lesson_need(x->lesson, used->needs[i], x->name);
}

/* Whether the lesson at path is already being put in place; else begins its link of the chain. */
static bool is_circle(const char *path, struct chain *chain)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	for (const struct chain *c = chain->above; c; c = c->above)
		if (c->device == st.st_dev && c->inode == st.st_ino)
			return true;
	chain->device = st.st_dev;
	chain->inode = st.st_ino;
	return false;
}

static void read_and_take(struct expansion *x, const char *path, const struct chain *chain)
{
	struct mistakes found = { 0 };
	struct error e = { 0 };
	struct lesson *used = parse_file(path, &found, &e);
	struct text why = { 0 };

	if (!used) {
		fail(x, e.hint[0] ? e.hint : NULL, "", e.text, "");
	} else if (found.count) {
		text_addf(&why, ":%d: %s", found.list[0].place.line, found.list[0].text);
		fail(x, found.list[0].hint, "", path, text_string(&why));
	} else {
		take_steps(x, used, chain);
	}
	text_free(&why);
	mistakes_free(&found);
	lesson_free(used);
}

static void use(struct expansion *x, const char *from, const char *name, const struct chain *above)
{
	struct chain chain = { .above = above, .depth = above->depth + 1 };
	char *path = find(x, from, name), hint[160];
	struct near near = { 0 };

	if (!path) {
		find_near(x, from, name, &near);
		snprintf(hint, sizeof hint, "did you mean %s?", near.name);
		fail(x, near.name[0] ? hint : NULL, "there is no lesson ", name, " to be used");
	} else if (is_circle(path, &chain)) {
		fail(x, NULL, "", name, " uses itself");
	} else if (chain.depth > DEEPEST) {
		fail(x, NULL, "", name, " is too deep: lessons use lessons 8 deep at most");
	} else if (++x->uses > MOST_USES) {
		fail(x, NULL, "", name, " is one too many: a lesson uses 100 others at most");
	} else {
		read_and_take(x, path, &chain);
	}
	free(path);
}

static bool uses_any(const struct lesson *l)
{
	for (int i = 0; i < l->n_steps; i++)
		if (l->step[i].kind == STEP_USE)
			return true;
	return false;
}

void setup_expand(struct lesson *l, const char *folder, struct mistakes *m)
{
	struct expansion x = { .lesson = l, .folder = folder, .m = m };
	struct chain chain = { 0 };

	if (!uses_any(l))
		return;
	is_circle(l->file, &chain);
	for (int i = 0; i < l->n_steps; i++) {
		struct step *s = &l->step[i];
		size_t at = x.count;

		add_step(&x, s);
		if (s->kind != STEP_USE || x.failed)
			continue;
		x.line = s->place;
		x.name = s->name_place;
		use(&x, l->file, s->text, &chain);
		x.step[at].number = (int)(x.count - at - 1);
		if (!x.failed && x.count == at + 1)
			fail(&x, "what is said and asked there is left out", "", s->text, " has no steps to be used");
		x.failed &= x.count > MOST_STEPS || x.uses > MOST_USES;
	}
	free(l->step);
	l->step = x.step;
	l->n_steps = (int)x.count;
}

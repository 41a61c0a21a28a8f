/* SPDX-License-Identifier: MIT */
#include "play/library.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alike.h"
#include "base/memory.h"
#include "base/text.h"
#include "play/check.h"
#include "play/setup.h"
#include "script/parse.h"

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/share/ipcscope"
#endif

static char *joined(const char *a, const char *b)
{
	struct text t = { 0 };

	text_addf(&t, "%s/%s", a, b);
	return text_take(&t);
}

/* The folder's path if it holds an index; else frees it. */
static char *if_there(char *folder)
{
	char *index = joined(folder, "index");
	bool there = access(index, R_OK) == 0;

	free(index);
	if (there)
		return folder;
	free(folder);
	return NULL;
}

static char *find_folder(void)
{
	const char *told = getenv("IPCSCOPE_LESSONS");
	char exe[4096], *slash, *found = NULL;
	ssize_t n;

	if (told && told[0])
		return if_there(memory_text(told));
	n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (n > 0) {
		exe[n] = '\0';
		slash = strrchr(exe, '/');
		*slash = '\0';
		found = if_there(joined(exe, "lessons"));
		if (!found)
			found = if_there(joined(exe, "../share/ipcscope/lessons"));
	}
	return found ? found : if_there(joined(PKGDATADIR, "lessons"));
}

static void add_lesson(const struct library *l, struct library_group *g, const char *name)
{
	struct text path = { 0 }, full = { 0 };
	struct library_lesson *lesson;

	g->lesson = memory_grow(g->lesson, &g->room, g->n_lessons + 1, sizeof *g->lesson);
	lesson = &g->lesson[g->n_lessons++];
	text_addf(&full, "%s/%s", g->name, name);
	text_addf(&path, "%s/%s/%s.lesson", l->folder, g->name, name);
	lesson->folder = l->folder;
	lesson->name = text_take(&full);
	lesson->path = text_take(&path);
}

static void add_group(struct library *l, const char *name, const char *title)
{
	struct text path = { 0 }, full = { 0 };
	struct library_group *g;

	l->group = memory_grow(l->group, &l->room, l->n_groups + 1, sizeof *l->group);
	g = &l->group[l->n_groups++];
	g->name = memory_text(name);
	g->title = memory_text(title[0] ? title : name);
	text_addf(&path, "%s/%s/sandbox.lesson", l->folder, name);
	if (access(text_string(&path), R_OK) == 0) {
		text_addf(&full, "%s/sandbox", name);
		g->sandbox.folder = l->folder;
		g->sandbox.name = text_take(&full);
		g->sandbox.path = text_take(&path);
	}
	text_free(&path);
}

static void index_line(struct library *l, char *line)
{
	bool indented = line[0] == ' ' || line[0] == '\t';
	char *save, *word;

	line[strcspn(line, "#\n")] = '\0';
	word = strtok_r(line, " \t", &save);
	if (!word)
		return;
	if (!indented) {
		const char *title = save ? save + strspn(save, " \t") : "";

		add_group(l, word, title);
		return;
	}
	for (; word && l->n_groups; word = strtok_r(NULL, " \t", &save))
		add_lesson(l, &l->group[l->n_groups - 1], word);
}

struct library *library_open(struct error *e)
{
	struct library *l = memory_new(1, sizeof *l);
	char line[512], *index;
	FILE *f;

	l->folder = find_folder();
	if (!l->folder) {
		error_set(e, 0, "the lessons were not found");
		error_hint(e, "IPCSCOPE_LESSONS names their folder");
		library_free(l);
		return NULL;
	}
	index = joined(l->folder, "index");
	f = fopen(index, "re");
	free(index);
	if (!f) {
		error_set(e, errno, "cannot read the lessons in %s", l->folder);
		library_free(l);
		return NULL;
	}
	while (fgets(line, sizeof line, f))
		index_line(l, line);
	fclose(f);
	return l;
}

static void free_lesson(struct library_lesson *l)
{
	free(l->name);
	free(l->path);
	lesson_free(l->lesson);
}

void library_free(struct library *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_groups; i++) {
		struct library_group *g = &l->group[i];

		for (size_t k = 0; k < g->n_lessons; k++)
			free_lesson(&g->lesson[k]);
		free_lesson(&g->sandbox);
		free(g->lesson);
		free(g->name);
		free(g->title);
	}
	free(l->group);
	free(l->folder);
	free(l);
}

/* Every lesson, sandboxes included; NULL at the end. */
static struct library_lesson *nth(struct library *l, size_t n)
{
	for (size_t i = 0; i < l->n_groups; i++) {
		struct library_group *g = &l->group[i];

		if (n < g->n_lessons)
			return &g->lesson[n];
		n -= g->n_lessons;
		if (g->sandbox.path && n-- == 0)
			return &g->sandbox;
	}
	return NULL;
}

struct library_lesson *library_find(struct library *l, const char *name)
{
	struct library_lesson *x, *found = NULL;
	int alike = 0;

	for (size_t i = 0; (x = nth(l, i)); i++) {
		if (!strcmp(x->name, name))
			return x;
		if (!strcmp(strchr(x->name, '/') + 1, name)) {
			found = x;
			alike++;
		}
	}
	return alike == 1 ? found : NULL;
}

const char *library_nearest(struct library *l, const char *name)
{
	struct library_lesson *x;
	const char *best = NULL, *part = strchr(name, '/') ? strchr(name, '/') + 1 : name;
	int least = ALIKE_FAR;

	for (size_t i = 0; (x = nth(l, i)); i++) {
		int whole = alike_distance(name, x->name), last = alike_distance(part, strchr(x->name, '/') + 1);
		int d = whole < last ? whole : last;

		if (d < least) {
			least = d;
			best = x->name;
		}
	}
	return best;
}

static struct lesson *load(const char *path, const char *folder, struct mistakes *m, struct error *e)
{
	struct lesson *l = parse_file(path, m, e);

	if (!l)
		return NULL;
	setup_expand(l, folder, m);
	for (int i = 0; i < l->n_steps; i++) {
		if (l->step[i].host)
			lesson_need(l, "hosts", l->step[i].place);
		if (l->step[i].kind == STEP_DELAY || l->step[i].kind == STEP_LOSS)
			lesson_need(l, "netem", l->step[i].place);
	}
	check_lesson(l, m);
	mistakes_sort(m);
	return l;
}

const struct lesson *library_read(struct library_lesson *l)
{
	struct mistakes m = { 0 };

	if (!l->lesson && !l->broken) {
		l->lesson = load(l->path, l->folder, &m, NULL);
		l->broken = !l->lesson || m.count > 0;
		mistakes_free(&m);
	}
	return l->lesson;
}

static bool is_file(const char *name)
{
	struct stat st;
	size_t n = strlen(name);

	return name[0] == '.' || name[0] == '/' || (n > 7 && !strcmp(name + n - 7, ".lesson")) ||
	       (stat(name, &st) == 0 && !S_ISDIR(st.st_mode));
}

struct lesson *library_load(struct library *l, const char *name, struct mistakes *m, struct error *e)
{
	struct library_lesson *shipped = l ? library_find(l, name) : NULL;
	const char *near;

	if (shipped)
		return load(shipped->path, l->folder, m, e);
	if (is_file(name))
		return load(name, l ? l->folder : NULL, m, e);
	error_set(e, 0, "%s: no such lesson", name);
	near = l ? library_nearest(l, name) : NULL;
	if (near)
		error_hint(e, "did you mean %s? `ipcscope list` shows them all", near);
	else
		error_hint(e, "`ipcscope list` shows them all; a file is named by its path: ./my.lesson");
	return NULL;
}

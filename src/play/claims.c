/* SPDX-License-Identifier: MIT */
#include "play/claims.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static struct claim *find(struct claims *c, int number)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].number == number)
			return &c->list[i];
	return NULL;
}

/* The claim of that number, made when there is none. */
static struct claim *claim(struct claims *c, int number)
{
	struct claim *x = find(c, number);

	if (x)
		return x;
	c->list = memory_grow(c->list, &c->room, c->count + 1, sizeof *c->list);
	x = &c->list[c->count++];
	*x = (struct claim){ .number = number, .text = memory_text("") };
	return x;
}

/* "18<tab>TEXT"; all else is comment. */
static void read_line(struct claims *c, char *line)
{
	char *tab;
	long number = strtol(line, &tab, 10);
	struct claim *x;

	line[strcspn(line, "\n")] = '\0';
	if (*tab != '\t' || number < 1 || number > 9999)
		return;
	x = claim(c, (int)number);
	free(x->text);
	x->text = memory_text(tab + 1);
}

static bool read_file(struct claims *c, const struct library *l, struct error *e)
{
	struct text path = { 0 };
	char line[512];
	FILE *f;

	text_addf(&path, "%s/claims", l->folder);
	f = fopen(text_string(&path), "re");
	if (!f)
		error_set(e, errno, "%s", text_string(&path));
	text_free(&path);
	if (!f)
		return false;
	while (fgets(line, sizeof line, f))
		read_line(c, line);
	fclose(f);
	return true;
}

static void judge(struct claim *x, const char *lesson, const struct step *s)
{
	bool known = false;

	if (!x->verdict)
		x->verdict = s->verdict;
	else if (strcmp(x->verdict, s->verdict) != 0)
		x->verdict = "disputed";
	for (size_t i = 0; i < x->n_lines; i++)
		known |= !strcmp(x->line[i].lesson, lesson);
	if (known)
		return;
	x->line = memory_grow(x->line, &x->room, x->n_lines + 1, sizeof *x->line);
	x->line[x->n_lines++] = (struct claim_line){ lesson, s->verdict, s->text };
}

static void read_lesson(struct claims *c, struct library_lesson *x)
{
	const struct lesson *l = library_read(x);

	for (int i = 0; l && i < l->n_steps; i++)
		if (l->step[i].kind == STEP_CLAIM && l->step[i].verdict)
			judge(claim(c, l->step[i].number), x->name, &l->step[i]);
}

struct claims *claims_read(struct library *l, struct error *e)
{
	struct claims *c = memory_new(1, sizeof *c);

	if (!read_file(c, l, e)) {
		free(c);
		return NULL;
	}
	for (size_t i = 0; i < l->n_groups; i++)
		for (size_t k = 0; k < l->group[i].n_lessons; k++)
			read_lesson(c, &l->group[i].lesson[k]);
	return c;
}

void claims_free(struct claims *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++) {
		free(c->list[i].text);
		free(c->list[i].line);
	}
	free(c->list);
	free(c);
}

const char *claims_why(const char *words)
{
	const char *end = strstr(words, ". ");

	return end ? end + 2 : "";
}

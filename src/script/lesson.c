/* SPDX-License-Identifier: MIT */
/* Releasing a lesson and its parts; adding a need. */
#include "script/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "script/reader.h"

static void expressions_free(struct expression **list, int n)
{
	for (int i = 0; i < n; i++)
		expression_free(list[i]);
	free(list);
}

void expression_free(struct expression *x)
{
	if (!x)
		return;
	/* As deep as one expression has operators: the parser allows few. */
	expression_free(x->left);
	expression_free(x->right);
	expressions_free(x->list, x->n_list);
	free(x->text);
	free(x->member);
	free(x);
}

static void translations_free(struct translation *list, int n)
{
	for (int i = 0; i < n; i++) {
		free(list[i].language);
		free(list[i].text);
	}
	free(list);
}

void call_text_free(struct call_text *c)
{
	if (!c)
		return;
	free(c->name);
	expressions_free(c->argument, c->n_arguments);
	*c = (struct call_text){ 0 };
}

void result_text_free(struct result_text *r)
{
	if (!r)
		return;
	expression_free(r->value);
	free(r->symbol);
	expressions_free(r->list, r->n_list);
	for (int i = 0; i < r->n_data; i++)
		free(r->data[i].text);
	free(r->data);
	expression_free(r->extra);
	free(r->braces);
	expression_free(r->ending.value);
	*r = (struct result_text){ 0 };
}

void fact_text_free(struct fact_text *f)
{
	if (!f)
		return;
	free(f->subject);
	free(f->fact);
	expression_free(f->index);
	expression_free(f->value);
	free(f->state);
	free(f->in_call);
	expression_free(f->ending.value);
	*f = (struct fact_text){ 0 };
}

void step_free(struct step *s)
{
	if (!s)
		return;
	free(s->process);
	free(s->name);
	free(s->text);
	translations_free(s->translation, s->n_translations);
	for (int i = 0; i < s->n_answers; i++) {
		free(s->answer[i].text);
		translations_free(s->answer[i].translation, s->answer[i].n_translations);
	}
	free(s->answer);
	free(s->verdict);
	call_text_free(&s->call);
	result_text_free(&s->want);
	expression_free(s->ending.value);
	free(s->signal);
	for (int i = 0; i < s->n_facts; i++)
		fact_text_free(&s->fact[i]);
	free(s->fact);
	free(s->file);
	*s = (struct step){ 0 };
}

void lesson_need(struct lesson *l, const char *need, struct place place)
{
	int count = l->n_needs;

	for (int i = 0; i < l->n_needs; i++)
		if (!strcmp(l->needs[i], need))
			return;
	l->needs = reader_append(l->needs, &l->n_needs, sizeof *l->needs);
	l->needs_place = reader_append(l->needs_place, &count, sizeof *l->needs_place);
	l->needs[l->n_needs - 1] = memory_text(need);
	l->needs_place[l->n_needs - 1] = place;
}

static void strings_free(char **list, int n)
{
	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void lesson_free(struct lesson *l)
{
	if (!l)
		return;
	free(l->file);
	free(l->source);
	free(l->title);
	translations_free(l->title_translation, l->n_title_translations);
	free(l->about);
	translations_free(l->about_translation, l->n_about_translations);
	strings_free(l->see, l->n_see);
	strings_free(l->needs, l->n_needs);
	free(l->needs_place);
	for (int i = 0; i < l->n_steps; i++)
		step_free(&l->step[i]);
	free(l->step);
	free(l);
}

/* SPDX-License-Identifier: MIT */
/* Whether two lessons say the same: all of what was read but the places. */
#include <string.h>

#include "script/print.h"

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
	return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

static bool same_expressions(struct expression **a, int n_a, struct expression **b, int n_b);

static bool same_expression(const struct expression *a, const struct expression *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || !same_expression(a->left, b->left) || !same_expression(a->right, b->right) ||
	    !same_expressions(a->list, a->n_list, b->list, b->n_list))
		return false;
	if (a->kind == EXPRESSION_NUMBER)
		return a->number == b->number && a->format == b->format;
	return same_bytes(a->text, a->length, b->text, b->length) && same_text(a->member, b->member);
}

static bool same_expressions(struct expression **a, int n_a, struct expression **b, int n_b)
{
	bool same = n_a == n_b;

	for (int i = 0; same && i < n_a; i++)
		same = same_expression(a[i], b[i]);
	return same;
}

static bool same_call(const struct call_text *a, const struct call_text *b)
{
	return same_text(a->name, b->name) &&
	       same_expressions(a->argument, a->n_arguments, b->argument, b->n_arguments);
}

static bool same_ending(const struct ending_text *a, const struct ending_text *b)
{
	return a->kind == b->kind && same_expression(a->value, b->value);
}

static bool same_result(const struct result_text *a, const struct result_text *b)
{
	bool same = a->kind == b->kind && same_expression(a->value, b->value) &&
		    (a->kind != WANT_COMPARE || a->compare == b->compare) &&
		    same_text(a->symbol, b->symbol) &&
		    same_expressions(a->list, a->n_list, b->list, b->n_list) && a->n_data == b->n_data &&
		    a->data_open == b->data_open && same_expression(a->extra, b->extra) &&
		    same_text(a->braces, b->braces) && same_ending(&a->ending, &b->ending);

	for (int i = 0; same && i < a->n_data; i++)
		same = a->data[i].times == b->data[i].times &&
		       same_bytes(a->data[i].text, a->data[i].length, b->data[i].text, b->data[i].length);
	return same;
}

static bool same_fact(const struct fact_text *a, const struct fact_text *b)
{
	return same_text(a->subject, b->subject) && same_text(a->fact, b->fact) &&
	       same_expression(a->index, b->index) && (!a->fact || a->compare == b->compare) &&
	       same_expression(a->value, b->value) && same_text(a->state, b->state) &&
	       same_text(a->in_call, b->in_call) && same_ending(&a->ending, &b->ending);
}

static bool same_translations(const struct translation *a, int n_a, const struct translation *b, int n_b)
{
	bool same = n_a == n_b;

	for (int i = 0; same && i < n_a; i++)
		same = same_text(a[i].language, b[i].language) && same_text(a[i].text, b[i].text);
	return same;
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
	return a->right == b->right && same_text(a->text, b->text) &&
	       same_translations(a->translation, a->n_translations, b->translation, b->n_translations);
}

static bool same_step(const struct step *a, const struct step *b)
{
	bool same = a->kind == b->kind && same_text(a->process, b->process) && same_text(a->name, b->name) &&
		    same_text(a->text, b->text) && a->n_answers == b->n_answers &&
		    same_translations(a->translation, a->n_translations, b->translation,
				      b->n_translations) &&
		    a->number == b->number && same_text(a->verdict, b->verdict) &&
		    same_call(&a->call, &b->call) && a->blocks == b->blocks &&
		    same_result(&a->want, &b->want) && same_ending(&a->ending, &b->ending) &&
		    same_text(a->signal, b->signal) && a->every == b->every && a->times == b->times &&
		    a->n_facts == b->n_facts && a->limit == b->limit && a->host == b->host &&
		    a->setup == b->setup;

	for (int i = 0; same && i < a->n_answers; i++)
		same = same_answer(&a->answer[i], &b->answer[i]);
	for (int i = 0; same && i < a->n_facts; i++)
		same = same_fact(&a->fact[i], &b->fact[i]);
	return same;
}

static bool same_words(char **a, int n_a, char **b, int n_b)
{
	bool same = n_a == n_b;

	for (int i = 0; same && i < n_a; i++)
		same = same_text(a[i], b[i]);
	return same;
}

bool lesson_same(const struct lesson *a, const struct lesson *b)
{
	bool same = same_text(a->title, b->title) && same_text(a->about, b->about) &&
		    same_translations(a->title_translation, a->n_title_translations,
				      b->title_translation, b->n_title_translations) &&
		    same_translations(a->about_translation, a->n_about_translations,
				      b->about_translation, b->n_about_translations) &&
		    same_words(a->see, a->n_see, b->see, b->n_see) &&
		    same_words(a->needs, a->n_needs, b->needs, b->n_needs) && a->n_steps == b->n_steps;

	for (int i = 0; same && i < a->n_steps; i++)
		same = same_step(&a->step[i], &b->step[i]);
	return same;
}

/* SPDX-License-Identifier: MIT */
/* Checking names, values, calls and results. */
#include "play/checker.h"

#include <stdio.h>
#include <string.h>

#include "base/alike.h"
#include "base/memory.h"
#include "base/text.h"

struct known *checker_find(const struct checker *c, const char *name)
{
	for (size_t i = c->count; name && i-- > 0;)
		if (!strcmp(c->list[i].name, name))
			return &c->list[i];
	return NULL;
}

struct known *checker_add(struct checker *c, const char *name, enum known_kind kind)
{
	struct known *k = checker_find(c, name);

	if (!k || k->kind == KNOWN_PROCESS) {
		c->list = memory_grow(c->list, &c->room, c->count + 1, sizeof *c->list);
		k = &c->list[c->count++];
	}
	*k = (struct known){ .name = name, .kind = kind };
	return k;
}

void checker_unknown(struct checker *c, struct place at, const char *what, const char *name, const char *near)
{
	char hint[96];

	if (near)
		snprintf(hint, sizeof hint, "did you mean %.60s?", near);
	mistakes_add(c->m, at, near ? hint : NULL, "%s %.80s", what, name);
}

const char *checker_near(const struct checker *c, const char *name, bool processes)
{
	const char *best = NULL;
	int least = ALIKE_FAR;

	for (size_t i = 0; i < c->count; i++)
		if ((!processes || c->list[i].kind == KNOWN_PROCESS) &&
		    alike_distance(name, c->list[i].name) < least) {
			least = alike_distance(name, c->list[i].name);
			best = c->list[i].name;
		}
	return best;
}

/* ---- expressions ------------------------------------------------------------------------- */

const char *checker_near_symbol(const char *name)
{
	const char *best = NULL, *s;
	int least = ALIKE_FAR;

	for (size_t i = 0; (s = symbol_nth(i)); i++)
		if (alike_distance(name, s) < least) {
			least = alike_distance(name, s);
			best = s;
		}
	return best;
}

static void check_name(struct checker *c, const struct expression *x)
{
	int64_t n;
	const char *near;

	if (checker_find(c, x->text) || symbol_find(x->text, &n))
		return;
	near = checker_near(c, x->text, false);
	checker_unknown(c, x->place, "nothing is called", x->text, near ? near : checker_near_symbol(x->text));
}

static void check_end(struct checker *c, const struct expression *x)
{
	const struct known *k = checker_find(c, x->text);
	const char *ends = k && k->ends ? k->ends : "rw";
	char hint[64];

	if (!k) {
		checker_unknown(c, x->place, "nothing is called", x->text, checker_near(c, x->text, false));
	} else if (k->kind != KNOWN_ENDS) {
		mistakes_add(c->m, x->place, NULL, "%s is no pipe, FIFO or pair: it has no ends", x->text);
	} else if (strlen(x->member) != 1 || !strchr(ends, x->member[0])) {
		snprintf(hint, sizeof hint, "its ends are %.20s.%c and %.20s.%c", x->text, ends[0], x->text, ends[1]);
		mistakes_add(c->m, x->place, hint, "%s has no end %s", x->text, x->member);
	}
}

void checker_expression(struct checker *c, const struct expression *x)
{
	if (!x)
		return;
	switch (x->kind) {
	case EXPRESSION_NAME:
		check_name(c, x);
		break;
	case EXPRESSION_END:
		check_end(c, x);
		break;
	case EXPRESSION_OR:
	case EXPRESSION_ADD:
	case EXPRESSION_SUBTRACT:
	case EXPRESSION_NEGATE:
		checker_expression(c, x->left);
		checker_expression(c, x->right);
		break;
	case EXPRESSION_TUPLE:
		for (int i = 0; i < x->n_list; i++)
			checker_expression(c, x->list[i]);
		break;
	case EXPRESSION_NUMBER:
	case EXPRESSION_STRING:
	case EXPRESSION_ANY:
		break;
	}
}

/* "{number, operation, flags?}" */
static void check_tuple(struct checker *c, const struct expression *x, const struct call_argument *what,
			const struct tuple_type *type)
{
	struct text form = { 0 };
	int64_t n;

	for (int i = 0; i < type->most; i++)
		text_addf(&form, "%s%s%s", i ? ", " : "{", type->field[i].name, i < type->fewest ? "" : "?");
	text_add(&form, "}");
	if (x->kind != EXPRESSION_TUPLE)
		mistakes_add(c->m, x->place, text_string(&form), "%s is written in braces", what->name);
	else if (x->n_list < type->fewest || x->n_list > type->most)
		mistakes_add(c->m, x->place, text_string(&form), "%s takes %d values in its braces, not %d", what->name,
			     type->fewest, x->n_list);
	else
		for (int i = 0; i < x->n_list; i++) {
			const struct expression *field = x->list[i];
			const struct symbol_set *symbols = type->field[i].symbols;

			if (field->kind == EXPRESSION_STRING)
				mistakes_add(c->m, field->place, NULL, "%s is no text", type->field[i].name);
			else if (!symbols || field->kind != EXPRESSION_NAME || !symbol_find_in(symbols, field->text, &n))
				checker_expression(c, field);
		}
	text_free(&form);
}

static void check_argument(struct checker *c, const struct expression *x, const struct call_argument *what)
{
	bool text = what->type == ARGUMENT_PATH || what->type == ARGUMENT_STRING;
	const struct tuple_type *tuple = call_tuple(what->type);
	int64_t n;

	if (what->type == ARGUMENT_FCNTL && x->kind == EXPRESSION_TUPLE) /* of F_SETLK and its like */
		tuple = call_tuple(ARGUMENT_LOCK);
	if (tuple)
		check_tuple(c, x, what, tuple);
	else if (x->kind == EXPRESSION_TUPLE)
		mistakes_add(c->m, x->place, NULL, "%s is one value, without braces", what->name);
	else if (x->kind == EXPRESSION_STRING && !text && what->type != ARGUMENT_DATA && what->type != ARGUMENT_WORD)
		mistakes_add(c->m, x->place, NULL, "%s is no text", what->name);
	else if (x->kind != EXPRESSION_STRING && text)
		mistakes_add(c->m, x->place, "write it in quotes: \"f\"", "%s must be a text", what->name);
	else if (what->symbols && x->kind == EXPRESSION_NAME && symbol_find_in(what->symbols, x->text, &n))
		return; /* dispositions and ANY are constants here alone */
	else
		checker_expression(c, x);
}

const struct call *checker_call(struct checker *c, const struct call_text *t)
{
	const struct call *row = call_find(t->name);
	struct text form = { 0 };

	if (!row) {
		const struct call *near = call_nearest(t->name);

		checker_unknown(c, t->place, "there is no call", t->name, near ? near->name : NULL);
		return NULL;
	}
	if (row->special != CALL_PLAIN) {
		mistakes_add(c->m, t->place, NULL, "%s is written without brackets: parent fork child", t->name);
		return NULL;
	}
	text_addf(&form, "%s(", row->name);
	for (int i = 0; i < call_most(row); i++)
		text_addf(&form, "%s%s%s", i ? ", " : "", row->argument[i].name, row->argument[i].optional ? "?" : "");
	text_add(&form, ")");
	if (t->n_arguments < call_fewest(row) || t->n_arguments > call_most(row))
		mistakes_add(c->m, t->place, text_string(&form), "%s takes %d argument%s, not %d", row->name,
			     call_fewest(row), call_fewest(row) == 1 ? "" : "s", t->n_arguments);
	else
		for (int i = 0; i < t->n_arguments; i++)
			check_argument(c, t->argument[i], &row->argument[i]);
	text_free(&form);
	return row;
}

void checker_want(struct checker *c, const struct result_text *w)
{
	int64_t n;

	checker_expression(c, w->value);
	checker_expression(c, w->extra);
	checker_expression(c, w->ending.value);
	for (int i = 0; i < w->n_list; i++)
		checker_expression(c, w->list[i]);
	if (w->kind == WANT_ERROR && !symbol_find_in(&symbols_errno, w->symbol, &n))
		checker_unknown(c, w->place, "there is no error", w->symbol, checker_near_symbol(w->symbol));
}

/* SPDX-License-Identifier: MIT */
#include "play/bind.h"

#include <string.h>

static int name_number(const struct stage *s, const char *who, const struct expression *x,
		       const struct symbol_set *symbols, int64_t *n, struct error *e)
{
	if (symbols && symbol_find_in(symbols, x->text, n))
		return 0;
	if (s && stage_resolve(s, who, x->text, n))
		return 0;
	if (symbol_find(x->text, n))
		return 0;
	return error_set(e, 0, "%s stands for nothing here", x->text);
}

static int number(const struct stage *s, const char *who, const struct expression *x,
		  const struct symbol_set *symbols, int64_t *n, struct error *e)
{
	int64_t a, b = 0;

	switch (x->kind) {
	case EXPRESSION_NUMBER:
		*n = x->number;
		return 0;
	case EXPRESSION_STRING:
		return error_set(e, 0, "a number was expected, not a text");
	case EXPRESSION_TUPLE:
	case EXPRESSION_ANY:
		return error_set(e, 0, "a number was expected");
	case EXPRESSION_NAME:
		return name_number(s, who, x, symbols, n, e);
	case EXPRESSION_END:
		if (s && stage_resolve_end(s, who, x->text, x->member, n))
			return 0;
		return error_set(e, 0, "%s.%s is no descriptor here", x->text, x->member);
	case EXPRESSION_OR:
	case EXPRESSION_ADD:
	case EXPRESSION_SUBTRACT:
	case EXPRESSION_NEGATE:
		break;
	}
	if (number(s, who, x->left, symbols, &a, e) < 0 ||
	    (x->right && number(s, who, x->right, symbols, &b, e) < 0))
		return -1;
	if (x->kind == EXPRESSION_OR)
		*n = a | b;
	else if (x->kind == EXPRESSION_NEGATE ? __builtin_sub_overflow(0, a, n) :
		 x->kind == EXPRESSION_ADD ? __builtin_add_overflow(a, b, n) : __builtin_sub_overflow(a, b, n))
		return error_set(e, 0, "the number is too large");
	return 0;
}

int bind_number(const struct stage *s, const char *who, const struct expression *x, int64_t *n,
		struct error *e)
{
	return number(s, who, x, NULL, n, e);
}

int bind_signals(const struct expression *x, uint64_t *set, struct error *e)
{
	uint64_t left, right;
	int64_t n;

	if (x->kind == EXPRESSION_OR) {
		if (bind_signals(x->left, &left, e) < 0 || bind_signals(x->right, &right, e) < 0)
			return -1;
		*set = left | right;
		return 0;
	}
	if (x->kind == EXPRESSION_NAME && !strcmp(x->text, "none"))
		n = 0;
	else if (number(NULL, NULL, x, &symbols_signal, &n, e) < 0)
		return -1;
	if (n < 0 || n > 64)
		return error_set(e, 0, "%lld is no signal", (long long)n);
	*set = n ? UINT64_C(1) << (n - 1) : 0;
	return 0;
}

/* Only processes of the stage may be sent signals: a slip must not reach anybody else. */
static int check_process(const struct stage *s, const struct call_argument *what, int64_t pid,
			 struct error *e)
{
	if (stage_has_pid(s, pid) || (what->symbols && pid == -1))
		return 0;
	return error_set(e, 0, "%lld is no process of this stage", (long long)pid);
}

static int bind_tuple(const struct stage *s, const char *who, const struct expression *x,
		      const struct tuple_type *type, struct value *v, struct error *e)
{
	if (x->n_list < type->fewest || x->n_list > type->most)
		return error_set(e, 0, "it takes %d values in braces", type->fewest);
	*v = (struct value){ .kind = VALUE_TUPLE, .length = (uint32_t)x->n_list };
	for (int i = 0; i < x->n_list; i++)
		if (number(s, who, x->list[i], type->field[i].symbols, &v->field[i], e) < 0)
			return -1;
	return 0;
}

int bind_value(const struct stage *s, const char *who, const struct expression *x,
	       const struct call_argument *what, struct value *v, struct error *e)
{
	uint64_t set;

	*v = (struct value){ .kind = VALUE_NUMBER };
	if (what && what->type == ARGUMENT_SIGNALS) {
		if (bind_signals(x, &set, e) < 0)
			return -1;
		v->number = (int64_t)set;
		return 0;
	}
	if (x->kind == EXPRESSION_TUPLE) {
		const struct tuple_type *type = !what ? NULL : call_tuple(what->type == ARGUMENT_FCNTL ? ARGUMENT_LOCK : what->type);

		return type ? bind_tuple(s, who, x, type, v, e) :
			      error_set(e, 0, "%s is not written in braces", what ? what->name : "this");
	}
	if (what && call_tuple(what->type))
		return error_set(e, 0, "%s is written in braces, such as {0, -1}", what->name);
	if (x->kind == EXPRESSION_STRING) {
		if (!what || (what->type != ARGUMENT_DATA && what->type != ARGUMENT_PATH &&
			      what->type != ARGUMENT_STRING && what->type != ARGUMENT_WORD))
			return error_set(e, 0, "%s is no text", what ? what->name : "this");
		if (what->type == ARGUMENT_PATH && memchr(x->text, '\0', x->length))
			return error_set(e, 0, "a path cannot hold a NUL byte");
		*v = (struct value){ .kind = VALUE_TEXT, .text = x->text, .length = (uint32_t)x->length };
		return 0;
	}
	if (what && (what->type == ARGUMENT_PATH || what->type == ARGUMENT_STRING))
		return error_set(e, 0, "%s must be a \"text\"", what->name);
	if (number(s, who, x, what ? what->symbols : NULL, &v->number, e) < 0)
		return -1;
	return what && what->type == ARGUMENT_PROCESS ? check_process(s, what, v->number, e) : 0;
}

int bind_call(const struct stage *s, const char *who, const struct call_text *text,
	      const struct call **c, struct value argument[CALL_ARGUMENTS], struct error *e)
{
	*c = call_find(text->name);
	if (!*c) {
		error_set(e, 0, "there is no call %s", text->name);
		return call_nearest(text->name) ? error_hint(e, "did you mean %s?", call_nearest(text->name)->name) : -1;
	}
	if ((*c)->special != CALL_PLAIN)
		return error_set(e, 0, "%s is written %s %s NAME", text->name, who, text->name);
	if (text->n_arguments < call_fewest(*c) || text->n_arguments > call_most(*c))
		return error_set(e, 0, "%s takes %d arguments", text->name, call_most(*c));
	for (int i = 0; i < text->n_arguments; i++)
		if (bind_value(s, who, text->argument[i], &(*c)->argument[i], &argument[i], e) < 0)
			return -1;
	return text->n_arguments;
}

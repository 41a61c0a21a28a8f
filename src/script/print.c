/* SPDX-License-Identifier: MIT */
/* Prints values, calls, results and facts, in the form in which they are read. */
#include "script/print.h"

#include <string.h>

static void print_number(struct text *t, const struct expression *x)
{
	static const struct {
		char letter;
		int shift;
	} suffix[] = { [NUMBER_K] = { 'K', 10 }, [NUMBER_M] = { 'M', 20 }, [NUMBER_G] = { 'G', 30 } };
	long long n = x->number;

	switch (x->format) {
	case NUMBER_K:
	case NUMBER_M:
	case NUMBER_G:
		if (n >= 0 && n % (1LL << suffix[x->format].shift) == 0) {
			text_addf(t, "%lld%c", n >> suffix[x->format].shift, suffix[x->format].letter);
			return;
		}
		break;
	case NUMBER_OCTAL:
		if (n >= 0) {
			text_addf(t, "0%llo", n);
			return;
		}
		break;
	case NUMBER_HEX:
		if (n >= 0) {
			text_addf(t, "0x%llx", n);
			return;
		}
		break;
	case NUMBER_DECIMAL:
		break;
	}
	text_addf(t, "%lld", n);
}

static void print_quoted(struct text *t, const char *s, size_t length)
{
	text_add(t, "\"");
	text_add_printable(t, s, length);
	text_add(t, "\"");
}

static void print_list(struct text *t, struct expression **list, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			text_add(t, ", ");
		print_expression(t, list[i]);
	}
}

void print_expression(struct text *t, const struct expression *x)
{
	static const char *const sign[] = {
		[EXPRESSION_OR] = "|", [EXPRESSION_ADD] = " + ", [EXPRESSION_SUBTRACT] = " - ",
	};

	switch (x->kind) {
	case EXPRESSION_NUMBER:
		print_number(t, x);
		return;
	case EXPRESSION_STRING:
		print_quoted(t, x->text, x->length);
		return;
	case EXPRESSION_NAME:
		text_add(t, x->text);
		return;
	case EXPRESSION_END:
		text_addf(t, "%s.%s", x->text, x->member);
		return;
	case EXPRESSION_OR:
	case EXPRESSION_ADD:
	case EXPRESSION_SUBTRACT:
		print_expression(t, x->left);
		text_add(t, sign[x->kind]);
		print_expression(t, x->right);
		return;
	case EXPRESSION_NEGATE:
		text_add(t, "-");
		print_expression(t, x->left);
		return;
	case EXPRESSION_TUPLE:
		text_add(t, "{");
		print_list(t, x->list, x->n_list);
		text_add(t, "}");
		return;
	case EXPRESSION_ANY:
		text_add(t, "?");
		return;
	}
}

void print_call(struct text *t, const struct call_text *c)
{
	text_addf(t, "%s(", c->name);
	print_list(t, c->argument, c->n_arguments);
	text_add(t, ")");
}

void print_comparison(struct text *t, enum comparison c)
{
	static const char *const sign[] = {
		[COMPARE_EQ] = "==", [COMPARE_NE] = "!=", [COMPARE_LT] = "<",
		[COMPARE_LE] = "<=", [COMPARE_GT] = ">",  [COMPARE_GE] = ">=",
	};

	text_add(t, sign[c]);
}

void print_ending(struct text *t, const struct ending_text *e)
{
	static const char *const words[] = {
		[ENDING_NONE] = "", [ENDING_EXITED] = "exited with ", [ENDING_KILLED] = "killed by ",
		[ENDING_STOPPED] = "stopped by ", [ENDING_CONTINUED] = "continued",
	};

	text_add(t, words[e->kind]);
	if (e->value)
		print_expression(t, e->value);
}

/* What may stand behind a value, each part with a space before it. */
static void print_tail(struct text *t, const struct result_text *r)
{
	for (int i = 0; i < r->n_data; i++) {
		text_add(t, " ");
		print_quoted(t, r->data[i].text, r->data[i].length);
		if (r->data[i].times != 1)
			text_addf(t, "*%lld", (long long)r->data[i].times);
	}
	if (r->data_open)
		text_add(t, " ...");
	if (r->list) {
		text_add(t, " [");
		print_list(t, r->list, r->n_list);
		text_add(t, "]");
	}
	if (r->extra) {
		text_add(t, " ");
		print_expression(t, r->extra);
	}
	if (r->braces)
		text_addf(t, " {%s}", r->braces);
	if (r->ending.kind != ENDING_NONE) {
		text_add(t, " ");
		print_ending(t, &r->ending);
	}
}

void print_want(struct text *t, const struct result_text *r)
{
	switch (r->kind) {
	case WANT_NOTHING:
		return;
	case WANT_ANYTHING:
		text_add(t, "?");
		return;
	case WANT_VALUE:
		print_expression(t, r->value);
		print_tail(t, r);
		return;
	case WANT_COMPARE:
		print_comparison(t, r->compare);
		print_expression(t, r->value);
		return;
	case WANT_ERROR:
		text_addf(t, "-1 %s", r->symbol);
		return;
	case WANT_LIST:
		text_add(t, "[");
		print_list(t, r->list, r->n_list);
		text_add(t, "]");
		return;
	}
}

void print_fact(struct text *t, const struct fact_text *f)
{
	text_add(t, f->subject);
	if (f->fact) {
		text_addf(t, ".%s", f->fact);
		if (f->index) {
			text_add(t, "[");
			print_expression(t, f->index);
			text_add(t, "]");
		}
		text_add(t, " ");
		print_comparison(t, f->compare);
		text_add(t, " ");
		print_expression(t, f->value);
	} else if (f->state) {
		text_addf(t, " %s", f->state);
		if (f->in_call)
			text_addf(t, " in %s", f->in_call);
	} else {
		text_add(t, " ");
		print_ending(t, &f->ending);
	}
}

void print_time(struct text *t, int64_t ns)
{
	static const struct {
		int64_t ns;
		const char *unit;
	} units[] = {
		{ 60000000000, "min" }, { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" },
	};
	size_t i = 0;

	if (ns == 0)
		i = 1;
	while (ns % units[i].ns != 0)
		i++;
	text_addf(t, "%lld%s", (long long)(ns / units[i].ns), units[i].unit);
}

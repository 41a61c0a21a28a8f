/* SPDX-License-Identifier: MIT */
/* What grammar rules make: expressions, data, facts, empty steps. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "script/reader.h"

/* Operators of one expression: keeps its tree shallow, so that walking it may recurse. */
enum { OPERATORS = 64 };

static struct expression *new_expression(enum expression_kind kind, struct place p)
{
	struct expression *x = memory_new(1, sizeof *x);

	x->kind = kind;
	x->place = p;
	return x;
}

struct expression *build_number(struct place p, struct scanned_number n)
{
	struct expression *x = new_expression(EXPRESSION_NUMBER, p);

	x->number = n.value;
	x->format = n.format;
	return x;
}

struct expression *build_string(struct place p, struct scanned_string s)
{
	struct expression *x = new_expression(EXPRESSION_STRING, p);

	x->text = s.text;
	x->length = s.length;
	return x;
}

struct expression *build_name(struct place p, char *name, char *member)
{
	struct expression *x = new_expression(member ? EXPRESSION_END : EXPRESSION_NAME, p);

	x->text = name;
	x->length = strlen(name);
	x->member = member;
	return x;
}

/* Operators repeat to the left. */
static int operators(const struct expression *x)
{
	int n = 0;

	for (; x; x = x->left)
		n += x->right != NULL;
	return n;
}

struct expression *build_operation(struct reader *r, enum expression_kind kind, struct place p,
				   struct expression *left, struct expression *right)
{
	struct expression *x;

	if (operators(left) >= OPERATORS) {
		if (r->told_line != p.line)
			mistakes_add(r->mistakes, p, NULL, "more than %d operators in one value", OPERATORS);
		r->told_line = p.line;
		expression_free(right);
		return left;
	}
	x = new_expression(kind, p);
	x->left = left;
	x->right = right;
	return x;
}

struct expression_list build_list(struct expression_list l, struct expression *x)
{
	l.list = reader_append(l.list, &l.count, sizeof *l.list);
	l.list[l.count - 1] = x;
	return l;
}

struct data_list build_data(struct reader *r, struct data_list l, struct scanned_string s,
			    const struct scanned_number *times, struct place p)
{
	if (times && times->value == 0)
		mistakes_add(r->mistakes, p, NULL, "data is repeated at least once");
	l.list = reader_append(l.list, &l.count, sizeof *l.list);
	l.list[l.count - 1] = (struct data_piece){ s.text, s.length, times ? times->value : 1 };
	return l;
}

struct word_list build_words(struct word_list l, char *word, struct place p)
{
	int count = l.count;

	l.list = reader_append(l.list, &l.count, sizeof *l.list);
	l.place = reader_append(l.place, &count, sizeof *l.place);
	l.list[l.count - 1] = word;
	l.place[l.count - 1] = p;
	return l;
}

struct fact_list build_facts(struct fact_list l, struct fact_text *f)
{
	if (!f->subject) /* it had a mistake */
		return l;
	l.list = reader_append(l.list, &l.count, sizeof *l.list);
	l.list[l.count - 1] = *f;
	return l;
}

struct expression *build_tuple(struct place p, struct expression_list l)
{
	struct expression *x = new_expression(EXPRESSION_TUPLE, p);

	x->list = l.list;
	x->n_list = l.count;
	return x;
}

struct expression *build_any(struct place p)
{
	return new_expression(EXPRESSION_ANY, p);
}

/* pipe/two: words of letters, digits, _ and -, joined by slashes; nothing leads out of the folder. */
static bool is_lesson_name(const char *s)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t n;

	for (; (n = strspn(s, word)) > 0; s += n + 1)
		if (s[n] != '/')
			return s[n] == '\0';
	return false;
}

struct step *build_use(struct reader *r, struct word_list l)
{
	struct step *s = NULL;

	if (l.count > 1)
		mistakes_add(r->mistakes, l.place[1], "each stands on a line of its own", "one lesson at a time is used");
	else if (!is_lesson_name(l.list[0]))
		mistakes_add(r->mistakes, l.place[0], "lessons are called GROUP/NAME, or NAME in the same folder",
			     "this is no lesson's name");
	else
		s = build_step(STEP_USE);
	if (s) {
		s->text = l.list[0];
		l.list[0] = NULL;
		s->name_place = l.place[0];
	}
	build_release_words(l);
	return s;
}

void build_result_error(struct result_text *r)
{
	const struct expression *v = r->value;

	if (v->kind != EXPRESSION_NEGATE || v->left->kind != EXPRESSION_NUMBER || v->left->number != 1)
		return;
	if (!r->extra || r->extra->kind != EXPRESSION_NAME || r->list || r->braces || r->ending.kind)
		return;
	r->kind = WANT_ERROR;
	r->symbol = r->extra->text;
	r->extra->text = NULL;
	expression_free(r->extra);
	r->extra = NULL;
	expression_free(r->value);
	r->value = NULL;
}

struct fact_text build_state(struct reader *r, char *subject, char *state, struct place state_place,
			     char *in_call, struct place p)
{
	static const char *const states[] = { "starting", "ready", "calling", "running", "blocked", "stopped",
					      "zombie", "ended" };
	struct fact_text f = { .place = p, .subject = subject, .state = state, .in_call = in_call };
	bool known = false;

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		known |= strcmp(states[i], state) == 0;
	if (!known)
		mistakes_add(r->mistakes, state_place,
			     "a process is ready, running, blocked, stopped, zombie or ended",
			     "'%.40s' is no state of a process", state);
	else if (in_call && strcmp(state, "blocked") != 0)
		mistakes_add(r->mistakes, state_place, NULL, "only a process that is blocked is so in a call");
	return f;
}

struct step *build_loss(struct reader *r, struct scanned_number n, struct place p)
{
	struct step *s = build_step(STEP_LOSS);

	if (n.value > 100)
		mistakes_add(r->mistakes, p, "of a hundred packets, so many are lost", "%lld is more than a hundred",
			     (long long)n.value);
	s->number = n.value > 100 ? 100 : (int)n.value;
	return s;
}

struct step *build_step(enum step_kind kind)
{
	struct step *s = memory_new(1, sizeof *s);

	s->kind = kind;
	return s;
}

void build_name_check(struct reader *r, const char *name, struct place p, const char *what)
{
	if (reader_is_keyword(name))
		mistakes_add(r->mistakes, p, "choose another name",
			     "'%s' is a word of the language and cannot name a %s", name, what);
}

struct step *build_new(struct reader *r, enum step_kind kind, char *name, struct place p)
{
	struct step *s = build_step(kind);

	build_name_check(r, name, p, "process");
	s->name = name;
	s->name_place = p;
	return s;
}

void build_release_list(struct expression_list l)
{
	for (int i = 0; i < l.count; i++)
		expression_free(l.list[i]);
	free(l.list);
}

void build_release_data(struct data_list l)
{
	for (int i = 0; i < l.count; i++)
		free(l.list[i].text);
	free(l.list);
}

void build_release_words(struct word_list l)
{
	for (int i = 0; i < l.count; i++)
		free(l.list[i]);
	free(l.list);
	free(l.place);
}

void build_release_facts(struct fact_list l)
{
	for (int i = 0; i < l.count; i++)
		fact_text_free(&l.list[i]);
	free(l.list);
}

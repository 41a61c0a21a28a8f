/* SPDX-License-Identifier: MIT */
#include "play/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alike.h"
#include "base/memory.h"
#include "base/text.h"
#include "call/call.h"
#include "play/needs.h"
#include "stage/facts.h"

enum known_kind { KNOWN_PROCESS, KNOWN_ENDS, KNOWN_VALUE };

struct known {
	const char *name;
	enum known_kind kind;
	bool blocked, ended, program, streaming; /* of a process */
	const char *in_call;
	const char *ends; /* "rw" or "ab" */
};

struct checker {
	struct known *list;
	size_t count, room;
	struct mistakes *m;
};

static struct known *find(const struct checker *c, const char *name)
{
	for (size_t i = c->count; name && i-- > 0;)
		if (!strcmp(c->list[i].name, name))
			return &c->list[i];
	return NULL;
}

static struct known *add(struct checker *c, const char *name, enum known_kind kind)
{
	struct known *k = find(c, name);

	if (!k || k->kind == KNOWN_PROCESS) {
		c->list = memory_grow(c->list, &c->room, c->count + 1, sizeof *c->list);
		k = &c->list[c->count++];
	}
	*k = (struct known){ .name = name, .kind = kind };
	return k;
}

/* "did you mean NAME?" among the names there are; frees nothing: the hint is copied. */
static void unknown(struct checker *c, struct place at, const char *what, const char *name, const char *near)
{
	char hint[96];

	if (near)
		snprintf(hint, sizeof hint, "did you mean %.60s?", near);
	mistakes_add(c->m, at, near ? hint : NULL, "%s %.80s", what, name);
}

static const char *near_name(const struct checker *c, const char *name, bool processes)
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

static const char *near_symbol(const char *name)
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

	if (find(c, x->text) || symbol_find(x->text, &n))
		return;
	near = near_name(c, x->text, false);
	unknown(c, x->place, "nothing is called", x->text, near ? near : near_symbol(x->text));
}

static void check_end(struct checker *c, const struct expression *x)
{
	const struct known *k = find(c, x->text);
	const char *ends = k && k->ends ? k->ends : "rw";
	char hint[64];

	if (!k) {
		unknown(c, x->place, "nothing is called", x->text, near_name(c, x->text, false));
	} else if (k->kind != KNOWN_ENDS) {
		mistakes_add(c->m, x->place, NULL, "%s is no pipe, FIFO or pair: it has no ends", x->text);
	} else if (strlen(x->member) != 1 || !strchr(ends, x->member[0])) {
		snprintf(hint, sizeof hint, "its ends are %.20s.%c and %.20s.%c", x->text, ends[0], x->text, ends[1]);
		mistakes_add(c->m, x->place, hint, "%s has no end %s", x->text, x->member);
	}
}

static void check_expression(struct checker *c, const struct expression *x)
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
		check_expression(c, x->left);
		check_expression(c, x->right);
		break;
	case EXPRESSION_NUMBER:
	case EXPRESSION_STRING:
		break;
	}
}

static void check_argument(struct checker *c, const struct expression *x, const struct call_argument *what)
{
	bool text = what->type == ARGUMENT_PATH || what->type == ARGUMENT_STRING;
	int64_t n;

	if (x->kind == EXPRESSION_STRING && !text && what->type != ARGUMENT_DATA)
		mistakes_add(c->m, x->place, NULL, "%s is no text", what->name);
	else if (x->kind != EXPRESSION_STRING && text)
		mistakes_add(c->m, x->place, "write it in quotes: \"f\"", "%s must be a text", what->name);
	else if (what->symbols && x->kind == EXPRESSION_NAME && symbol_find_in(what->symbols, x->text, &n))
		return; /* dispositions and ANY are constants here alone */
	else
		check_expression(c, x);
}

static const struct call *check_call(struct checker *c, const struct call_text *t)
{
	const struct call *row = call_find(t->name);
	struct text form = { 0 };

	if (!row) {
		const struct call *near = call_nearest(t->name);

		unknown(c, t->place, "there is no call", t->name, near ? near->name : NULL);
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

static void check_want(struct checker *c, const struct result_text *w)
{
	int64_t n;

	check_expression(c, w->value);
	check_expression(c, w->extra);
	check_expression(c, w->ending.value);
	for (int i = 0; i < w->n_list; i++)
		check_expression(c, w->list[i]);
	if (w->kind == WANT_ERROR && !symbol_find_in(&symbols_errno, w->symbol, &n))
		unknown(c, w->place, "there is no error", w->symbol, near_symbol(w->symbol));
}

/* ---- steps ------------------------------------------------------------------------------- */

static struct known *check_process(struct checker *c, const struct step *s)
{
	struct known *k = find(c, s->process);

	if (k && k->kind == KNOWN_PROCESS)
		return k;
	if (k)
		mistakes_add(c->m, s->process_place, NULL, "%s is no process", s->process);
	else
		unknown(c, s->process_place, "there is no process", s->process, near_name(c, s->process, true));
	return NULL;
}

/* Who may take a call now. */
static struct known *check_free(struct checker *c, const struct step *s)
{
	struct known *k = check_process(c, s);

	if (!k)
		return NULL;
	if (k->ended)
		mistakes_add(c->m, s->process_place, NULL, "%s has ended", k->name);
	else if (k->program)
		mistakes_add(c->m, s->process_place, NULL, "%s is a real program: it can be watched, not told what to do", k->name);
	else if (k->streaming)
		mistakes_add(c->m, s->process_place, "tell it to stop first", "%s repeats a call", k->name);
	else if (k->blocked) {
		char hint[96];

		snprintf(hint, sizeof hint, "it takes its next call after: %.20s ... %.20s = RESULT", k->name,
			 k->in_call ? k->in_call : "call");
		mistakes_add(c->m, s->process_place, hint, "%s is blocked in %s", k->name, k->in_call ? k->in_call : "a call");
	}
	return k;
}

static void check_new(struct checker *c, const struct step *s)
{
	struct known *k = find(c, s->name);

	if (k && k->kind == KNOWN_PROCESS && !k->ended)
		mistakes_add(c->m, s->name_place, NULL, "there is a process %s already", s->name);
	k = add(c, s->name, KNOWN_PROCESS);
	k->program = s->kind == STEP_SPAWN && s->text;
}

/* A FIFO is named after the last part of its path. */
static void learn_path(struct checker *c, const struct step *s)
{
	const struct expression *path = s->call.n_arguments ? s->call.argument[0] : NULL;
	const char *slash;

	if (!path || path->kind != EXPRESSION_STRING || strcmp(s->call.name, "mkfifo"))
		return;
	slash = strrchr(path->text, '/');
	add(c, slash ? slash + 1 : path->text, KNOWN_ENDS)->ends = "rw";
}

static void learn_name(struct checker *c, const struct step *s, const struct call *row)
{
	struct known *k = find(c, s->name);

	if (k && k->kind == KNOWN_PROCESS) {
		mistakes_add(c->m, s->name_place, NULL, "%s is a process already", s->name);
		return;
	}
	if (row->result == RESULT_PIPE)
		add(c, s->name, KNOWN_ENDS)->ends = "rw";
	else if (row->result == RESULT_PAIR)
		add(c, s->name, KNOWN_ENDS)->ends = "ab";
	else
		add(c, s->name, KNOWN_VALUE);
}

static void check_step_call(struct checker *c, const struct step *s)
{
	struct known *k = check_free(c, s);
	const struct call *row = check_call(c, &s->call);

	check_want(c, &s->want);
	if (!row)
		return;
	if (s->blocks && !row->sleeps_in[0] && strcmp(row->mechanism, "signal"))
		mistakes_add(c->m, s->call.place, NULL, "%s never blocks", row->name);
	if (k && s->blocks) {
		k->blocked = true;
		k->in_call = row->name;
	}
	if (k && row->result == RESULT_NONE)
		k->ended = true;
	learn_path(c, s);
	if (s->name)
		learn_name(c, s, row);
}

static void check_resume(struct checker *c, const struct step *s)
{
	struct known *k = check_process(c, s);

	check_want(c, &s->want);
	if (!k)
		return;
	if (!k->blocked)
		mistakes_add(c->m, s->call.place, "a call that must block is written: PROCESS CALL ...",
			     "%s is not blocked in a call", k->name);
	else if (strcmp(k->in_call, s->call.name))
		mistakes_add(c->m, s->call.place, NULL, "%s is blocked in %s, not in %s", k->name, k->in_call, s->call.name);
	k->blocked = false;
}

static const char *const states[] = { "starting", "ready", "calling", "blocked", "running", "stopped",
				      "zombie", "ended", NULL };
static const char *const dispositions[] = { "default", "ignored", "caught", NULL };

static void check_word(struct checker *c, struct place at, const char *what, const char *word,
		       const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], word))
			return;
	unknown(c, at, what, word, alike_nearest(word, words));
}

/* What a fact is compared with must be of its kind. */
static void check_fact_value(struct checker *c, const struct fact_text *f, const struct fact *fact)
{
	const struct expression *x = f->value;
	bool word = fact->type == FACT_WORD || fact->type == FACT_TEXT;

	if (fact->type == FACT_NUMBER && x->kind == EXPRESSION_STRING)
		mistakes_add(c->m, x->place, NULL, "%s is a number, not a text", fact->name);
	else if (word && x->kind != EXPRESSION_STRING && x->kind != EXPRESSION_NAME)
		mistakes_add(c->m, x->place, "write it in quotes", "%s is a text", fact->name);
	else if (word && !strcmp(fact->name, "state") && x->kind == EXPRESSION_NAME)
		check_word(c, x->place, "there is no state", x->text, states);
	else if (word && !strcmp(fact->name, "sigpipe") && x->kind == EXPRESSION_NAME)
		check_word(c, x->place, "no signal is", x->text, dispositions);
	else if (!word && !(fact->type == FACT_SIGNALS && x->kind == EXPRESSION_NAME && !strcmp(x->text, "none")))
		check_expression(c, x);
}

/* The row of a fact asked of something known; NULL, with what is wrong said, when there is none. */
static const struct fact *check_fact_name(struct checker *c, const struct fact_text *f, const struct known *k)
{
	const struct fact *fact = k && k->kind == KNOWN_PROCESS ? fact_of_process(f->fact) :
				  !k ? NULL : k->ends ? fact_of_object(k->ends[0] == 'a' ? OBJECT_PAIR : OBJECT_PIPE, f->fact) :
				  fact_of_object(OBJECT_QUEUE, f->fact);

	for (int kind = OBJECT_QUEUE; k && !k->ends && k->kind == KNOWN_VALUE && !fact && kind <= OBJECT_SEMAPHORES; kind++)
		fact = fact_of_object((enum object_kind)kind, f->fact);
	if (!fact_exists(f->fact))
		unknown(c, f->place, "there is no fact", f->fact, fact_nearest(f->fact));
	else if (k && !fact)
		mistakes_add(c->m, f->place, NULL, k->kind == KNOWN_PROCESS ? "%s is a process and has no %s" :
			     "%s is no process and has no %s", f->subject, f->fact);
	return fact;
}

static void check_fact(struct checker *c, const struct fact_text *f)
{
	const struct known *k = find(c, f->subject);
	const struct fact *fact = NULL;

	if (!k && !strchr(f->subject, ':'))
		unknown(c, f->place, "nothing is called", f->subject, near_name(c, f->subject, false));
	if (f->fact)
		fact = check_fact_name(c, f, k);
	else if (k && k->kind != KNOWN_PROCESS)
		mistakes_add(c->m, f->place, NULL, "%s is no process", f->subject);
	if (f->state)
		check_word(c, f->place, "there is no state", f->state, states);
	if (f->in_call && !call_find(f->in_call) && !strchr(f->in_call, '_') && (!k || !k->program))
		unknown(c, f->place, "there is no call", f->in_call, call_nearest(f->in_call) ? call_nearest(f->in_call)->name : NULL);
	if (f->index)
		check_expression(c, f->index);
	if (f->value && fact)
		check_fact_value(c, f, fact);
}

static void check_ending(struct checker *c, const struct step *s)
{
	struct known *k = check_process(c, s);

	check_expression(c, s->ending.value);
	if (k)
		k->ended = true, k->blocked = k->streaming = false;
}

static void check_signal(struct checker *c, const struct step *s)
{
	int64_t n;

	check_process(c, s);
	if (!symbol_find_in(&symbols_signal, s->signal, &n))
		unknown(c, s->place, "there is no signal", s->signal, near_symbol(s->signal));
}

static void check_repeat(struct checker *c, const struct step *s)
{
	struct known *k = check_free(c, s);

	check_call(c, &s->call);
	if (k)
		k->streaming = s->times == 0;
}

static void check_step(struct checker *c, const struct step *s)
{
	struct known *k;

	switch (s->kind) {
	case STEP_SAY:
	case STEP_NOTE:
	case STEP_ASK:
	case STEP_CLAIM:
	case STEP_WITHIN:
		break;
	case STEP_SPAWN:
		check_new(c, s);
		break;
	case STEP_FORK:
		check_free(c, s);
		check_new(c, s);
		break;
	case STEP_EXEC:
		k = check_free(c, s);
		if (k)
			k->program = true;
		break;
	case STEP_CALL:
		check_step_call(c, s);
		break;
	case STEP_RESUME:
		check_resume(c, s);
		break;
	case STEP_REPEAT:
		check_repeat(c, s);
		break;
	case STEP_STOP:
		k = check_process(c, s);
		if (k)
			k->streaming = false;
		break;
	case STEP_SIGNAL:
		check_signal(c, s);
		break;
	case STEP_ENDING:
		check_ending(c, s);
		break;
	case STEP_EXPECT:
		for (int i = 0; i < s->n_facts; i++)
			check_fact(c, &s->fact[i]);
		break;
	}
}

/* ---- what must be there -------------------------------------------------------------------- */

static void check_known_needs(struct checker *c, const struct lesson *l)
{
	const char *words[32] = { NULL };

	for (size_t k = 0; k < 31 && needs_nth(k); k++)
		words[k] = needs_nth(k);
	for (int i = 0; i < l->n_needs; i++)
		check_word(c, l->needs_place[i], "nothing is known of", l->needs[i], words);
}

void check_lesson(const struct lesson *l, struct mistakes *m)
{
	struct mistakes told = { 0 };
	struct checker c = { .m = m };

	add(&c, "parent", KNOWN_PROCESS);
	check_known_needs(&c, l);
	for (int i = 0; i < l->n_steps; i++) {
		/* A line whose mistake was told still makes names known. */
		c.m = l->step[i].broken ? &told : m;
		check_step(&c, &l->step[i]);
	}
	mistakes_free(&told);
	free(c.list);
}

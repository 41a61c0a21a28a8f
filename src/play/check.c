/* SPDX-License-Identifier: MIT */
/* Checking steps: who is blocked when, facts, needs. */
#include "play/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alike.h"
#include "call/call.h"
#include "play/checker.h"
#include "play/needs.h"
#include "stage/facts.h"

/* ---- steps ------------------------------------------------------------------------------- */

static struct known *check_process(struct checker *c, const struct step *s)
{
	struct known *k = checker_find(c, s->process);

	if (k && k->kind == KNOWN_PROCESS)
		return k;
	if (k)
		mistakes_add(c->m, s->process_place, NULL, "%s is no process", s->process);
	else
		checker_unknown(c, s->process_place, "there is no process", s->process, checker_near(c, s->process, true));
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
	struct known *k = checker_find(c, s->name);

	if (k && k->kind == KNOWN_PROCESS && !k->ended)
		mistakes_add(c->m, s->name_place, NULL, "there is a process %s already", s->name);
	k = checker_add(c, s->name, KNOWN_PROCESS);
	k->program = s->kind == STEP_SPAWN && s->text;
}

/* FIFOs and files are named after the last part of their path. */
static void learn_path(struct checker *c, const struct step *s)
{
	static const char *const files[] = { "open", "shm_open", "memfd_create", NULL };
	const struct expression *path = s->call.n_arguments ? s->call.argument[0] : NULL;
	const char *slash, *name;
	bool fifo = !strcmp(s->call.name, "mkfifo"), file = false;

	for (int i = 0; files[i]; i++)
		file |= !strcmp(s->call.name, files[i]);
	if (!path || path->kind != EXPRESSION_STRING || (!fifo && !file))
		return;
	slash = strrchr(path->text, '/');
	name = slash ? slash + 1 : path->text;
	if (fifo)
		checker_add(c, name, KNOWN_ENDS)->ends = "rw";
	else if (!checker_find(c, name))
		checker_add(c, name, KNOWN_VALUE);
}

static void learn_name(struct checker *c, const struct step *s, const struct call *row)
{
	struct known *k = checker_find(c, s->name);

	if (k && k->kind == KNOWN_PROCESS) {
		mistakes_add(c->m, s->name_place, NULL, "%s is a process already", s->name);
		return;
	}
	if (row->result == RESULT_PIPE)
		checker_add(c, s->name, KNOWN_ENDS)->ends = "rw";
	else if (row->result == RESULT_PAIR)
		checker_add(c, s->name, KNOWN_ENDS)->ends = "ab";
	else
		checker_add(c, s->name, KNOWN_VALUE);
}

static void check_step_call(struct checker *c, const struct step *s)
{
	struct known *k = check_free(c, s);
	const struct call *row = checker_call(c, &s->call);

	checker_want(c, &s->want);
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

	checker_want(c, &s->want);
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
	checker_unknown(c, at, what, word, alike_nearest(word, words));
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
		checker_expression(c, x);
}

/* The row of a fact asked of something known; NULL, with what is wrong said, when there is none. */
static const struct fact *check_fact_name(struct checker *c, const struct fact_text *f, const struct known *k)
{
	const struct fact *fact = k && k->kind == KNOWN_PROCESS ? fact_of_process(f->fact) : NULL;

	if (k && k->ends)
		fact = fact_of_object(k->ends[0] == 'a' ? OBJECT_SOCKET : OBJECT_PIPE, f->fact);
	/* What a value leads to is seen when it is there. */
	for (int kind = 0; k && !k->ends && k->kind == KNOWN_VALUE && !fact && kind < OBJECT_KINDS; kind++)
		fact = fact_of_object((enum object_kind)kind, f->fact);
	if (!fact_exists(f->fact))
		checker_unknown(c, f->place, "there is no fact", f->fact, fact_nearest(f->fact));
	else if (k && !fact)
		mistakes_add(c->m, f->place, NULL, k->kind == KNOWN_PROCESS ? "%s is a process and has no %s" :
			     "%s is no process and has no %s", f->subject, f->fact);
	return fact;
}

static void check_fact(struct checker *c, const struct fact_text *f)
{
	const struct known *k = checker_find(c, f->subject);
	const struct fact *fact = NULL;

	if (!k && !strchr(f->subject, ':'))
		checker_unknown(c, f->place, "nothing is called", f->subject, checker_near(c, f->subject, false));
	if (f->fact)
		fact = check_fact_name(c, f, k);
	else if (k && k->kind != KNOWN_PROCESS)
		mistakes_add(c->m, f->place, NULL, "%s is no process", f->subject);
	if (f->state)
		check_word(c, f->place, "there is no state", f->state, states);
	if (f->in_call && !call_find(f->in_call) && !strchr(f->in_call, '_') && (!k || !k->program))
		checker_unknown(c, f->place, "there is no call", f->in_call, call_nearest(f->in_call) ? call_nearest(f->in_call)->name : NULL);
	if (f->index)
		checker_expression(c, f->index);
	if (f->value && fact)
		check_fact_value(c, f, fact);
}

static void check_ending(struct checker *c, const struct step *s)
{
	struct known *k = check_process(c, s);

	checker_expression(c, s->ending.value);
	if (k)
		k->ended = true, k->blocked = k->streaming = false;
}

static void check_signal(struct checker *c, const struct step *s)
{
	int64_t n;

	check_process(c, s);
	if (!symbol_find_in(&symbols_signal, s->signal, &n))
		checker_unknown(c, s->place, "there is no signal", s->signal, checker_near_symbol(s->signal));
}

static void check_repeat(struct checker *c, const struct step *s)
{
	struct known *k = check_free(c, s);

	checker_call(c, &s->call);
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
	case STEP_DELAY:
	case STEP_LOSS:
	case STEP_USE:
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

/* What is wrong with a step of another lesson is told at the line that uses it. */
static void tell_of_setup(const struct step *s, const struct mistakes *told, struct mistakes *m)
{
	for (size_t i = 0; i < told->count; i++)
		mistakes_add(m, s->place, told->list[i].hint, "%.200s:%d: %s", s->file, s->line, told->list[i].text);
}

void check_lesson(const struct lesson *l, struct mistakes *m)
{
	struct checker c = { .m = m };

	checker_add(&c, "parent", KNOWN_PROCESS);
	check_known_needs(&c, l);
	for (int i = 0; i < l->n_steps; i++) {
		const struct step *s = &l->step[i];
		struct mistakes told = { 0 };

		/* A line whose mistake was told still makes names known. */
		c.m = s->broken || s->setup ? &told : m;
		check_step(&c, s);
		if (s->setup)
			tell_of_setup(s, &told, m);
		mistakes_free(&told);
	}
	free(c.list);
}

/* SPDX-License-Identifier: MIT */
#include "play/match.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "play/bind.h"
#include "stage/facts.h"

static bool compare(int64_t a, enum comparison c, int64_t b)
{
	switch (c) {
	case COMPARE_EQ:
		return a == b;
	case COMPARE_NE:
		return a != b;
	case COMPARE_LT:
		return a < b;
	case COMPARE_LE:
		return a <= b;
	case COMPARE_GT:
		return a > b;
	case COMPARE_GE:
		return a >= b;
	}
	return false;
}

/* ---- results ----------------------------------------------------------------------------- */

static bool same_list(const struct stage *s, const char *who, const struct outcome *out,
		      const struct result_text *want)
{
	if (want->n_list != out->n_values && !(want->n_list == 0 && out->n_values == 0))
		return false;
	for (int i = 0; i < want->n_list; i++) {
		int64_t n;

		if (want->list[i]->kind == EXPRESSION_ANY)
			continue;
		if (bind_number(s, who, want->list[i], &n, NULL) < 0 || n != out->values[i])
			return false;
	}
	return true;
}

/* Walks through the wanted pieces and what was read side by side, in runs: data may be long. */
static bool same_data(const struct outcome *out, const struct result_text *want)
{
	bool runs = out->n_runs <= CALL_RUNS;
	uint32_t run = 0, in_run = 0;
	uint64_t at = 0;

	for (int i = 0; i < want->n_data; i++)
		for (int64_t k = 0; want->data[i].length && k < want->data[i].times; k++)
			for (size_t j = 0; j < want->data[i].length; j++, at++) {
				uint8_t byte = (uint8_t)want->data[i].text[j];

				if (at >= out->data_length)
					return false;
				if (!runs) { /* told by its beginning alone */
					if (at < CALL_DATA_SHOWN && out->data[at] != byte)
						return false;
					continue;
				}
				if (out->runs[run].byte != byte)
					return false;
				if (++in_run == out->runs[run].count) {
					run++;
					in_run = 0;
				}
			}
	return want->data_open || at == out->data_length;
}

/* Behind a number stand constants that are joined, or a set of signals. */
static int extra_number(const struct stage *s, const char *who, const struct finished *f,
			const struct expression *x, int64_t *n)
{
	uint64_t set;

	if (!f->call || f->call->result != RESULT_SIGNALS)
		return bind_number(s, who, x, n, NULL);
	if (bind_signals(x, &set, NULL) < 0)
		return -1;
	*n = (int64_t)set;
	return 0;
}

static bool same_value(const struct stage *s, const char *who, const struct finished *f,
		       const struct result_text *want)
{
	const struct outcome *out = &f->outcome;
	int64_t n, extra;

	if (bind_number(s, who, want->value, &n, NULL) < 0)
		return false;
	if (!compare(out->result, want->kind == WANT_COMPARE ? want->compare : COMPARE_EQ, n))
		return false;
	if (want->n_data && !same_data(out, want))
		return false;
	if (want->n_list && !same_list(s, who, out, want))
		return false;
	if (want->extra && (extra_number(s, who, f, want->extra, &extra) < 0 || out->n_values < 1 ||
			    out->values[0] != extra))
		return false;
	if (want->ending.kind != ENDING_NONE &&
	    (out->n_values < 1 || !match_ending(s, &want->ending, (int)out->values[0])))
		return false;
	return true;
}

static bool same_braces(const struct stage *s, const char *who, const struct finished *f,
			const struct result_text *want)
{
	struct call_names names = stage_names(s, who); /* F_GETLK tells a process */
	struct text t = { 0 };
	const char *open;
	bool same;

	call_print_result(&t, f->call, f->argument, f->n, &f->outcome, &names);
	open = strchr(text_string(&t), '{');
	same = open && strlen(open) == strlen(want->braces) + 2 &&
	       !strncmp(open + 1, want->braces, strlen(want->braces));
	text_free(&t);
	return same;
}

bool match_result(const struct stage *s, const char *who, const struct finished *f,
		  const struct result_text *want)
{
	const struct outcome *out = &f->outcome;
	bool failed = out->result == -1 && out->error;
	int64_t error;

	switch (want->kind) {
	case WANT_NOTHING:
	case WANT_ANYTHING:
		return true;
	case WANT_ERROR:
		return failed && symbol_find_in(&symbols_errno, want->symbol, &error) && error == out->error;
	case WANT_LIST:
		return !failed && same_list(s, who, out, want);
	case WANT_VALUE:
	case WANT_COMPARE:
		if (failed) /* "= -1" without saying which error */
			return out->result == -1 && same_value(s, who, f, want);
		return same_value(s, who, f, want) && (!want->braces || same_braces(s, who, f, want));
	}
	return false;
}

bool match_died(const struct result_text *want, int wait_status)
{
	if (want->kind == WANT_NOTHING || want->kind == WANT_ANYTHING)
		return true;
	return want->kind == WANT_ERROR && !strcmp(want->symbol, "EPIPE") && WIFSIGNALED(wait_status) &&
	       WTERMSIG(wait_status) == SIGPIPE;
}

bool match_ending(const struct stage *s, const struct ending_text *want, int status)
{
	int64_t n = 0;

	if (want->value && bind_number(s, "", want->value, &n, NULL) < 0)
		return false;
	switch (want->kind) {
	case ENDING_NONE:
		return true;
	case ENDING_EXITED:
		return WIFEXITED(status) && WEXITSTATUS(status) == n;
	case ENDING_KILLED:
		return WIFSIGNALED(status) && WTERMSIG(status) == n;
	case ENDING_STOPPED:
		return WIFSTOPPED(status) && WSTOPSIG(status) == n;
	case ENDING_CONTINUED:
		return WIFCONTINUED(status);
	}
	return false;
}

/* ---- facts ------------------------------------------------------------------------------- */

static bool match_state(const struct stage *s, const struct picture *p, const struct fact_text *f,
			struct text *actual)
{
	int i = picture_process_find(p, f->subject);
	const struct picture_process *m;
	bool holds;

	if (i < 0) {
		text_addf(actual, "there is no process %s", f->subject);
		return false;
	}
	m = &p->process[i];
	if (f->ending.kind != ENDING_NONE)
		holds = m->ending[0] && m->ending[0] != '?' && match_ending(s, &f->ending, m->wait_status);
	else if (!strcmp(f->state, "ended"))
		holds = m->state == PROCESS_ENDED || m->state == PROCESS_ZOMBIE;
	else
		holds = !strcmp(f->state, process_state_word(m->state));
	if (holds && f->in_call)
		holds = !strcmp(f->in_call, m->call_name);
	text_addf(actual, "%s is %s", f->subject, process_state_word(m->state));
	if (m->call_name[0])
		text_addf(actual, " in %s", m->call_name);
	if (m->ending[0])
		text_addf(actual, ", %s", m->ending);
	return holds;
}

static bool same_word(const struct expression *x, const char *word)
{
	if (x->kind == EXPRESSION_STRING)
		return strlen(word) == x->length && !memcmp(word, x->text, x->length);
	return x->kind == EXPRESSION_NAME && !strcmp(x->text, word[0] ? word : "none");
}

static bool match_value(const struct stage *s, const struct fact *fact, const struct fact_value *v,
			const struct fact_text *f)
{
	uint64_t set;
	int64_t n;

	switch (fact->type) {
	case FACT_WORD:
	case FACT_TEXT:
		return same_word(f->value, v->text) == (f->compare == COMPARE_EQ);
	case FACT_SIGNALS:
		return bind_signals(f->value, &set, NULL) == 0 &&
		       compare((int64_t)((uint64_t)v->number == set), f->compare, 1);
	case FACT_NUMBER:
		return bind_number(s, f->subject, f->value, &n, NULL) == 0 && compare(v->number, f->compare, n);
	}
	return false;
}

static void tell_value(struct text *t, const struct fact *fact, const struct fact_value *v,
		       const struct fact_text *f)
{
	text_addf(t, "%s.%s is ", f->subject, f->fact);
	if (!v->known)
		text_addf(t, "?: %s", v->why ? v->why : "not known");
	else if (fact->type == FACT_SIGNALS)
		symbol_print_signals(t, (uint64_t)v->number);
	else if (fact->type == FACT_NUMBER)
		text_addf(t, "%lld", (long long)v->number);
	else if (fact->type == FACT_WORD)
		text_add(t, v->text[0] ? v->text : "none");
	else {
		text_add(t, "\"");
		text_add_printable(t, v->text, strlen(v->text));
		text_add(t, "\"");
	}
}

bool match_fact(const struct stage *s, const struct picture *p, const struct fact_text *f,
		struct text *actual)
{
	const struct fact *fact;
	struct fact_value v;
	int64_t index = 0;

	if (!f->fact)
		return match_state(s, p, f, actual);
	if (f->index && bind_number(s, f->subject, f->index, &index, NULL) < 0)
		index = -1;
	if (!fact_read(p, f->subject, f->fact, (int)index, &fact, &v)) {
		text_addf(actual, "there is no %s.%s", f->subject, f->fact);
		return false;
	}
	tell_value(actual, fact, &v, f);
	return v.known && match_value(s, fact, &v, f);
}

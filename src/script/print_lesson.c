/* SPDX-License-Identifier: MIT */
/* Prints steps and whole lessons, aligned in columns; long texts go on in indented lines. */
#include <stdlib.h>
#include <string.h>

#include "base/width.h"
#include "script/print.h"

enum { COLUMN_CALL = 8, COLUMN_RESULT = 35, COLUMN_ANSWER = 10, COLUMNS = 78 };

/* ---- free text ---------------------------------------------------------------------------- */

/* Where the text's next word ends: at a space where the line may be broken, for the break reads
 * as one space. Not where there are several, nor (among answers) before what would look like
 * one. */
static size_t word_length(const char *s, bool among_answers)
{
	for (size_t i = 1; s[0] && s[i]; i++) {
		if (s[i] != ' ' || strchr(" \t", s[i - 1]) || strchr(" \t", s[i + 1]))
			continue;
		if (among_answers && (s[i + 1] == '*' || s[i + 1] == '-'))
			continue;
		return i;
	}
	return strlen(s);
}

/* A copy without what would end the line or be refused when read. The caller frees. */
static char *one_line(const char *s)
{
	struct text t = { 0 };

	for (; *s; s++)
		text_add_bytes(&t, ((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f ? " " : s, 1);
	return text_take(&t);
}

/* Appends a text and its newline to the line in t, going on in lines indented by `indent`. */
static void add_wrapped(struct text *t, const char *text, int indent, bool among_answers)
{
	char *copy = one_line(text), *s = copy;
	const char *line = strrchr(text_string(t), '\n');
	int column = width_text(line ? line + 1 : text_string(t));
	bool first = true;

	while (*s) {
		size_t length = word_length(s, among_answers);
		char end = s[length];
		int w;

		s[length] = '\0';
		w = width_text(s);
		if (!first && column + 1 + w > COLUMNS) {
			text_addf(t, "\n%*s", indent, "");
			column = indent;
		} else if (!first) {
			text_add(t, " ");
			column++;
		}
		text_add(t, s);
		column += w;
		first = false;
		s += length + (end == ' ');
	}
	text_add(t, "\n");
	free(copy);
}

static void print_text(struct text *t, const char *word, const char *language, const char *text)
{
	struct text line = { 0 };

	text_add(&line, word);
	if (language)
		text_addf(&line, "[%s]", language);
	text_pad(&line, COLUMN_CALL);
	add_wrapped(&line, text, COLUMN_CALL, strcmp(word, "ask") == 0);
	text_add(t, text_string(&line));
	text_free(&line);
}

static void print_texts(struct text *t, const char *word, const char *text,
			const struct translation *translation, int n)
{
	print_text(t, word, NULL, text);
	for (int i = 0; i < n; i++)
		print_text(t, word, translation[i].language, translation[i].text);
}

static void print_answer(struct text *t, bool right, const char *text)
{
	struct text line = { 0 };

	text_addf(&line, "%*s%c ", COLUMN_CALL, "", right ? '*' : '-');
	add_wrapped(&line, text, COLUMN_ANSWER, true);
	text_add(t, text_string(&line));
	text_free(&line);
}

static void print_ask(struct text *t, const struct step *s)
{
	print_text(t, "ask", NULL, s->text);
	for (int i = 0; i < s->n_answers; i++)
		print_answer(t, s->answer[i].right, s->answer[i].text);
	for (int k = 0; k < s->n_translations; k++) {
		const char *language = s->translation[k].language;

		print_text(t, "ask", language, s->translation[k].text);
		for (int i = 0; i < s->n_answers; i++)
			for (int n = 0; n < s->answer[i].n_translations; n++)
				if (strcmp(s->answer[i].translation[n].language, language) == 0)
					print_answer(t, s->answer[i].right,
						     s->answer[i].translation[n].text);
	}
}

static void print_claim(struct text *t, const struct step *s)
{
	struct text line = { 0 };

	text_addf(&line, "claim   %d %s: ", s->number, s->verdict);
	add_wrapped(&line, s->text, COLUMN_CALL, false);
	text_add(t, text_string(&line));
	text_free(&line);
	for (int i = 0; i < s->n_translations; i++)
		print_text(t, "claim", s->translation[i].language, s->translation[i].text);
}

/* ---- lines --------------------------------------------------------------------------------- */

static void add_result(struct text *line, const struct step *s)
{
	if (s->blocks) {
		text_pad(line, COLUMN_RESULT);
		text_add(line, "...");
	} else if (s->want.kind != WANT_NOTHING) {
		text_pad(line, COLUMN_RESULT);
		text_add(line, "= ");
		print_want(line, &s->want);
	}
}

static void add_call(struct text *line, const struct step *s)
{
	if (s->name)
		text_addf(line, "%s = ", s->name);
	print_call(line, &s->call);
	add_result(line, s);
}

static void add_repeat(struct text *line, const struct step *s)
{
	text_add(line, "repeat ");
	print_call(line, &s->call);
	if (s->every) {
		text_add(line, " every ");
		print_time(line, s->every);
	}
	if (s->times)
		text_addf(line, " %lld times", (long long)s->times);
}

/* What stands behind the first word of a line that is no text. */
static void add_line(struct text *line, const struct step *s)
{
	switch (s->kind) {
	case STEP_SAY:
	case STEP_NOTE:
	case STEP_ASK:
	case STEP_CLAIM:
		return;
	case STEP_SPAWN:
		text_addf(line, s->text ? "%s = %s" : "%s", s->name, s->text);
		return;
	case STEP_FORK:
		text_addf(line, "fork %s", s->name);
		return;
	case STEP_EXEC:
		text_addf(line, "exec %s", s->text);
		return;
	case STEP_CALL:
		add_call(line, s);
		return;
	case STEP_RESUME:
		text_addf(line, "... %s", s->call.name);
		add_result(line, s);
		return;
	case STEP_REPEAT:
		add_repeat(line, s);
		return;
	case STEP_STOP:
		text_add(line, "stop");
		return;
	case STEP_SIGNAL:
		text_addf(line, "--- %s ---", s->signal);
		return;
	case STEP_ENDING:
		text_add(line, "+++ ");
		print_ending(line, &s->ending);
		text_add(line, " +++");
		return;
	case STEP_EXPECT:
		for (int i = 0; i < s->n_facts; i++) {
			text_add(line, i ? ", " : "");
			print_fact(line, &s->fact[i]);
		}
		return;
	case STEP_LOSS:
		text_addf(line, "%d", s->number);
		return;
	case STEP_DELAY:
	case STEP_WITHIN:
		print_time(line, s->limit);
		return;
	case STEP_USE:
		text_add(line, s->text);
		return;
	}
}

static const char *first_word(const struct step *s)
{
	if (s->process)
		return s->process;
	if (s->kind == STEP_SPAWN)
		return s->host ? "host" : "spawn";
	return s->kind == STEP_EXPECT ? "expect" : s->kind == STEP_USE ? "use" : s->kind == STEP_DELAY ? "delay" :
	       s->kind == STEP_LOSS ? "loss" : "within";
}

void print_step(struct text *t, const struct step *s)
{
	struct text line = { 0 }; /* of its own: text_pad looks back to the line's begin */

	if (s->kind == STEP_SAY || s->kind == STEP_NOTE) {
		print_texts(t, s->kind == STEP_SAY ? "say" : "note", s->text, s->translation, s->n_translations);
		return;
	}
	if (s->kind == STEP_ASK || s->kind == STEP_CLAIM) {
		(s->kind == STEP_ASK ? print_ask : print_claim)(t, s);
		return;
	}
	text_add(&line, first_word(s));
	text_pad(&line, COLUMN_CALL);
	add_line(&line, s);
	text_add(t, text_string(&line));
	text_add(t, "\n");
	text_free(&line);
}

/* Words of see and needs, in as many lines as they take. */
static void print_words(struct text *t, const char *word, char **list, int n)
{
	int column = 0;

	for (int i = 0; i < n; i++) {
		int w = width_text(list[i]);

		if (i && column + 1 + w <= COLUMNS) {
			text_addf(t, " %s", list[i]);
			column += 1 + w;
		} else {
			text_addf(t, "%s%-*s%s", i ? "\n" : "", COLUMN_CALL, word, list[i]);
			column = COLUMN_CALL + w;
		}
	}
	if (n)
		text_add(t, "\n");
}

void print_lesson(struct text *t, const struct lesson *l)
{
	size_t before = t->length;

	if (*l->title)
		print_texts(t, "lesson", l->title, l->title_translation, l->n_title_translations);
	if (*l->about)
		print_texts(t, "about", l->about, l->about_translation, l->n_about_translations);
	print_words(t, "see", l->see, l->n_see);
	print_words(t, "needs", l->needs, l->n_needs);
	if (t->length > before && l->n_steps)
		text_add(t, "\n");
	for (int i = 0; i < l->n_steps; i++)
		if (!l->step[i].setup)
			print_step(t, &l->step[i]);
}

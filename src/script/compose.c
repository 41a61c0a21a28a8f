/* SPDX-License-Identifier: MIT */
/* Puts a lesson together: texts with their translations and answers, header lines, steps. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "script/reader.h"

static struct step *add_step(struct reader *r, enum step_kind kind, struct place p)
{
	struct lesson *l = r->lesson;
	struct step *s;

	l->step = reader_append(l->step, &l->n_steps, sizeof *l->step);
	s = &l->step[l->n_steps - 1];
	s->kind = kind;
	s->place = p;
	r->last = LAST_STEP;
	return s;
}

static struct step *last_step(struct reader *r)
{
	return &r->lesson->step[r->lesson->n_steps - 1];
}

/* The answers of a translated question are those of the question, in its order. */
static void end_answers(struct reader *r)
{
	if (r->language && r->n_answers && r->n_answers < last_step(r)->n_answers)
		mistakes_add(r->mistakes, r->language_place, "translate every answer, in the same order",
			     "the question has %d answers, its translation %d",
			     last_step(r)->n_answers, r->n_answers);
	free(r->language);
	r->language = NULL;
	r->n_answers = 0;
}

/* Whatever else follows, translations and answers no longer belong to what was last. */
static void end_text(struct reader *r)
{
	end_answers(r);
	r->last = LAST_NONE;
}

static bool has_text(struct reader *r, const char *word, const char *text, struct place p)
{
	if (*text)
		return true;
	mistakes_add(r->mistakes, p, NULL, "%s has no text", word);
	return false;
}

/* ---- texts ---------------------------------------------------------------------------------- */

static const struct {
	const char *word, *quoted;
	enum step_kind kind; /* of those that are steps */
} text_words[] = {
	[TEXT_LESSON] = { "lesson", "'lesson'", STEP_SAY }, [TEXT_ABOUT] = { "about", "'about'", STEP_SAY },
	[TEXT_SAY] = { "say", "'say'", STEP_SAY },          [TEXT_NOTE] = { "note", "'note'", STEP_NOTE },
	[TEXT_ASK] = { "ask", "'ask'", STEP_ASK },          [TEXT_CLAIM] = { "claim", "'claim'", STEP_CLAIM },
};

/* Where translations of the last text go; NULL when it is not of this word. */
static struct translation **translations_of_last(struct reader *r, enum text_word word, int **count)
{
	struct lesson *l = r->lesson;

	if (word == TEXT_LESSON && r->last == LAST_TITLE) {
		*count = &l->n_title_translations;
		return &l->title_translation;
	}
	if (word == TEXT_ABOUT && r->last == LAST_ABOUT) {
		*count = &l->n_about_translations;
		return &l->about_translation;
	}
	if (word != TEXT_LESSON && word != TEXT_ABOUT && r->last == LAST_STEP &&
	    last_step(r)->kind == text_words[word].kind) {
		*count = &last_step(r)->n_translations;
		return &last_step(r)->translation;
	}
	return NULL;
}

/* One text is in so many languages at most: they are looked through for doubles. */
enum { TRANSLATIONS = 64 };

/* Adds a translation; false, having told, when there is one in this language. Takes the texts. */
static bool add_translation(struct reader *r, struct translation **list, int *count, char *language,
			    char *text, struct place p)
{
	int i = 0;

	while (i < *count && strcmp((*list)[i].language, language) != 0)
		i++;
	if (i < *count || *count == TRANSLATIONS) {
		if (i < *count)
			mistakes_add(r->mistakes, p, NULL, "there is a translation to %.40s already", language);
		else
			mistakes_add(r->mistakes, p, NULL, "more than %d translations", TRANSLATIONS);
		free(language);
		free(text);
		return false;
	}
	*list = reader_append(*list, count, sizeof **list);
	(*list)[*count - 1] = (struct translation){ language, text };
	return true;
}

static void compose_translation(struct reader *r, struct text_keyword k, struct place keyword_place,
				char *text)
{
	int *count;
	struct translation **list = translations_of_last(r, k.word, &count);
	char *language = memory_text(k.language);

	if (!list) {
		const char *word = text_words[k.word].word;
		struct text hint = { 0 };

		text_addf(&hint, "it stands directly below its %s", word);
		mistakes_add(r->mistakes, keyword_place, text_string(&hint),
			     "this translates nothing: there is no %s before it", word);
		text_free(&hint);
		end_text(r);
		free(k.language);
		free(text);
		free(language);
		return;
	}
	end_answers(r);
	if (!add_translation(r, list, count, k.language, text, keyword_place) || k.word != TEXT_ASK) {
		free(language);
		return;
	}
	r->language = language;
	r->language_place = keyword_place;
}

/* A title or summary: there is one. */
static void compose_header(struct reader *r, const char *word, char **where, char *text, struct place p)
{
	if (**where) {
		mistakes_add(r->mistakes, p, "a long text goes on in indented lines",
			     "the lesson has its %s line already", word);
		free(text);
		return;
	}
	free(*where);
	*where = text;
}

void compose_text(struct reader *r, struct text_keyword k, struct place keyword_place, char *text,
		  struct place p)
{
	struct place whole = keyword_place;
	struct step *s;

	has_text(r, text_words[k.word].quoted, text, keyword_place);
	if (p.line == whole.line)
		whole.length = p.column + p.length - whole.column;
	if (k.language) {
		compose_translation(r, k, keyword_place, text);
		return;
	}
	end_text(r);
	switch (k.word) {
	case TEXT_LESSON:
		compose_header(r, "lesson", &r->lesson->title, text, keyword_place);
		r->last = LAST_TITLE;
		return;
	case TEXT_ABOUT:
		compose_header(r, "about", &r->lesson->about, text, keyword_place);
		r->last = LAST_ABOUT;
		return;
	case TEXT_SAY:
	case TEXT_NOTE:
	case TEXT_ASK:
	case TEXT_CLAIM:
		break;
	}
	s = add_step(r, text_words[k.word].kind, whole);
	s->text = text;
}

void compose_claim(struct reader *r, struct scanned_number n, struct place number_place,
		   char *verdict, struct place verdict_place, char *text, struct place p)
{
	struct step *s;

	end_text(r);
	has_text(r, "the claim", text, p);
	if (n.value < 1 || n.value > INT_MAX)
		mistakes_add(r->mistakes, number_place, NULL, "claims are numbered from 1");
	if (strcmp(verdict, "true") != 0 && strcmp(verdict, "false") != 0 && strcmp(verdict, "partly") != 0)
		mistakes_add(r->mistakes, verdict_place, "a claim is true, false or partly true: write partly",
			     "'%.40s' is no verdict", verdict);
	s = add_step(r, STEP_CLAIM, p);
	s->number = n.value < 1 || n.value > INT_MAX ? 0 : (int)n.value;
	s->verdict = verdict;
	s->text = text;
}

void compose_answer(struct reader *r, bool right, char *text, struct place p)
{
	struct step *s = r->last == LAST_STEP ? last_step(r) : NULL;
	struct answer *a;

	has_text(r, "this answer", text, p);
	if (!s || s->kind != STEP_ASK) {
		mistakes_add(r->mistakes, p, "answers stand below an ask line; a text goes on directly below it",
			     "an answer without a question");
		free(text);
		return;
	}
	if (p.column == 1)
		mistakes_add(r->mistakes, p, "put white space before it",
			     "an answer stands indented below its question");
	/* Answers may also stand below the last translation of their question. */
	if (r->language && s->n_answers == 0 && r->n_answers == 0)
		end_answers(r);
	if (!r->language) {
		s->answer = reader_append(s->answer, &s->n_answers, sizeof *s->answer);
		s->answer[s->n_answers - 1] = (struct answer){ .text = text, .right = right, .place = p };
		return;
	}
	if (r->n_answers == s->n_answers) {
		mistakes_add(r->mistakes, p, NULL, "the question has only %d answers", s->n_answers);
		free(text);
		return;
	}
	a = &s->answer[r->n_answers++];
	if (a->right != right)
		mistakes_add(r->mistakes, p, "translate every answer, in the same order",
			     "this answer is %s in the question", a->right ? "right" : "wrong");
	add_translation(r, &a->translation, &a->n_translations, memory_text(r->language), text, p);
}

/* ---- header lines ---------------------------------------------------------------------------- */

/* pipe(7): a name, then a section in parentheses. */
static bool is_page(const char *s)
{
	size_t name = strcspn(s, "()");
	size_t section = s[name] == '(' ? strcspn(s + name + 1, "()") : 0;

	return name && section && strcmp(s + name + 1 + section, ")") == 0;
}

static bool is_need(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

void compose_see(struct reader *r, struct word_list l)
{
	end_text(r);
	for (int i = 0; i < l.count; i++) {
		struct lesson *to = r->lesson;

		if (!is_page(l.list[i])) {
			mistakes_add(r->mistakes, l.place[i], "a page has its section: pipe(7)",
				     "this is no manual page");
			free(l.list[i]);
			continue;
		}
		to->see = reader_append(to->see, &to->n_see, sizeof *to->see);
		to->see[to->n_see - 1] = l.list[i];
	}
	free(l.list);
	free(l.place);
}

void compose_needs(struct reader *r, struct word_list l)
{
	end_text(r);
	for (int i = 0; i < l.count; i++) {
		struct lesson *to = r->lesson;
		int count = to->n_needs;

		if (!is_need(l.list[i])) {
			mistakes_add(r->mistakes, l.place[i], "needs are words between spaces: needs root mqueue",
				     "this names nothing that can be needed");
			free(l.list[i]);
			continue;
		}
		to->needs = reader_append(to->needs, &to->n_needs, sizeof *to->needs);
		to->needs_place = reader_append(to->needs_place, &count, sizeof *to->needs_place);
		to->needs[to->n_needs - 1] = l.list[i];
		to->needs_place[to->n_needs - 1] = l.place[i];
	}
	free(l.list);
	free(l.place);
}

/* ---- steps ------------------------------------------------------------------------------------- */

static bool has_mistake(const struct reader *r, int line)
{
	for (size_t i = 0; i < r->mistakes->count; i++)
		if (r->mistakes->list[i].place.line == line)
			return true;
	return r->told_line == line;
}

void compose_step(struct reader *r, struct step *s, struct place p)
{
	struct step *to;

	if (!s)
		return;
	end_text(r);
	to = add_step(r, s->kind, p);
	*to = *s;
	to->place = p;
	to->broken = has_mistake(r, p.line);
	free(s);
}

void compose_finish(struct reader *r)
{
	end_text(r);
	for (int i = 0; i < r->lesson->n_steps; i++) {
		const struct step *s = &r->lesson->step[i];
		int right = 0;

		if (s->kind != STEP_ASK)
			continue;
		for (int k = 0; k < s->n_answers; k++)
			right += s->answer[k].right;
		if (s->n_answers < 2)
			mistakes_add(r->mistakes, s->place,
				     "below it, indented: * for a right answer, - for a wrong one",
				     "a question needs at least two answers");
		else if (right == 0)
			mistakes_add(r->mistakes, s->place, "mark the right one with *",
				     "none of the answers is right");
	}
}

/* SPDX-License-Identifier: MIT */
/* What scanner and parser share while one lesson is read. Private to src/script. */
#ifndef SCRIPT_READER_H
#define SCRIPT_READER_H

#include "script/lesson.h"
#include "script/mistake.h"

/* Where texts that follow belong: a translation or an answer. */
enum reader_last { LAST_NONE, LAST_TITLE, LAST_ABOUT, LAST_STEP };

/* What kind of line is being scanned: some words mean something in some lines only. */
enum reader_line { LINE_OTHER, LINE_PROCESS, LINE_REPEAT, LINE_EXPECT, LINE_CLAIM, LINE_SPAWN };

enum text_word { TEXT_LESSON, TEXT_ABOUT, TEXT_SAY, TEXT_NOTE, TEXT_ASK, TEXT_CLAIM };

struct reader {
	struct lesson *lesson;
	struct mistakes *mistakes;

	/* The scanner's: `buffer` is the source with bytes that are no text replaced. */
	char *buffer;
	size_t length;
	int line;
	size_t line_start; /* offset in buffer */
	enum reader_line kind;
	int previous;      /* token, and where it ended; 0 at the begin of a line */
	struct place behind;
	int n_tokens;      /* of this line */
	bool result;       /* the "=" of a result was read */
	bool arguments;    /* between parentheses, where braces hold values */
	struct place brace; /* the one that was opened last elsewhere */
	bool resumes;      /* PROC ... CALL */
	bool line_ended;   /* the last token was the line's end */
	bool answers;      /* text is being read of which answers may follow */
	struct text text;
	struct place text_place;

	/* The parser's: a syntax error waits here for the rule that knows its context. */
	int told_line;     /* the line of which a syntax error was told */
	bool pending;
	struct place pending_place;
	char *pending_expected; /* as bison says it; NULL: too much to be told */
	struct text pending_found; /* empty: the end of the line */

	enum reader_last last;
	char *language;    /* of the answers that follow; NULL: the lesson's own */
	struct place language_place;
	int n_answers;     /* read in that language */
};

/* Byte that stands in `buffer` for one that is no text and was reported. */
enum { READER_NO_TEXT = 1 };

/* A text keyword as scanned: say, or say[zh_CN]. */
struct text_keyword {
	enum text_word word;
	char *language;
};

struct scanned_number {
	int64_t value;
	enum number_format format;
};

struct scanned_string {
	char *text;
	size_t length;
};

struct expression_list {
	struct expression **list;
	int count;
};

struct data_list {
	struct data_piece *list;
	int count;
};

struct fact_list {
	struct fact_text *list;
	int count;
};

struct word_list {
	char **list;
	struct place *place;
	int count;
};

/* Appends a zeroed item of `size` bytes; capacity follows from the count, so an array must
 * only ever grow through this. Returns the (moved) array. */
void *reader_append(void *array, int *count, size_t size);

/* Whether a word begins a line of its own and can name nothing. */
bool reader_is_keyword(const char *word);
/* The keyword most like a mistyped word, or NULL. */
const char *reader_nearest_keyword(const char *word);

/* Up to 30 columns of what stands at a place, for messages. */
void reader_quote(const struct reader *r, struct place p, struct text *t);

/* ---- syntax errors (reader.c) ----------------------------------------------------------- */

/* Takes bison's message apart and keeps it until reader_report. One is told for a line. */
void reader_syntax_error(struct reader *r, struct place p, const char *message);
/* Reports the pending error, if any: `expected` where bison's own list was too long to be
 * told. hint may be NULL. */
void reader_report(struct reader *r, const char *expected, const char *hint);
/* The same, where `expected` tells more than that a name, word or number was expected. */
void reader_report_as(struct reader *r, const char *expected, const char *hint);
/* Reports it for a line that begins with `process` and then makes no sense. */
void reader_report_process(struct reader *r, const char *process);
/* Reports it behind a whole step (or NULL). */
void reader_report_rest(struct reader *r, const struct step *s);
/* A byte or sign that no token begins with; told unless the line has a syntax error already. */
void reader_no_token(struct reader *r, struct place p);
/* Scans and parses the buffer (scanner.l). -1 when memory for it ran out. */
int reader_parse(struct reader *r);
/* Reports each line's first byte that is no text and replaces all in the buffer. */
void reader_clean(struct reader *r);

/* ---- what grammar rules make (build.c); char * and lists that are given are taken over ---- */

struct expression *build_number(struct place p, struct scanned_number n);
struct expression *build_string(struct place p, struct scanned_string s);
struct expression *build_name(struct place p, char *name, char *member);
struct expression *build_operation(struct reader *r, enum expression_kind kind, struct place p,
				   struct expression *left, struct expression *right);
struct expression_list build_list(struct expression_list l, struct expression *x);
struct data_list build_data(struct reader *r, struct data_list l, struct scanned_string s,
			    const struct scanned_number *times, struct place p);
struct word_list build_words(struct word_list l, char *word, struct place p);
struct fact_list build_facts(struct fact_list l, struct fact_text *f);
/* What stands between braces among arguments. */
struct expression *build_tuple(struct place p, struct expression_list l);
struct expression *build_any(struct place p);
/* The use line: of its words there may be one, the name of a lesson. NULL when it is none, told. */
struct step *build_use(struct reader *r, struct word_list l);
/* Where value and extra are "-1 EPIPE", makes it an error. */
void build_result_error(struct result_text *r);
struct fact_text build_state(struct reader *r, char *subject, char *state, struct place state_place,
			     char *in_call, struct place p);
struct step *build_step(enum step_kind kind);
struct step *build_loss(struct reader *r, struct scanned_number n, struct place p);
/* A step that makes a process of that name, which is checked. */
struct step *build_new(struct reader *r, enum step_kind kind, char *name, struct place p);
/* For what is thrown away with the line that holds a mistake. */
void build_release_list(struct expression_list l);
void build_release_data(struct data_list l);
void build_release_words(struct word_list l);
void build_release_facts(struct fact_list l);
/* Checks that a new process or binding is not named like a keyword. */
void build_name_check(struct reader *r, const char *name, struct place p, const char *what);

/* ---- what a lesson is put together from (compose.c) --------------------------------------- */

void compose_text(struct reader *r, struct text_keyword k, struct place keyword_place, char *text,
		  struct place p);
void compose_claim(struct reader *r, struct scanned_number n, struct place number_place,
		   char *verdict, struct place verdict_place, char *text, struct place p);
void compose_answer(struct reader *r, bool right, char *text, struct place p);
void compose_see(struct reader *r, struct word_list l);
void compose_needs(struct reader *r, struct word_list l);
void compose_step(struct reader *r, struct step *s, struct place p);
/* At the end: questions have answers, translations of answers are whole. */
void compose_finish(struct reader *r);

/* ---- literals (literal.c) ------------------------------------------------------------------ */

enum literal_kind { LITERAL_NUMBER, LITERAL_TIME, LITERAL_WRONG };

/* 64K, 0x10, 0644, 500ms. A number that is wrong is reported. */
enum literal_kind literal_number(struct reader *r, struct place p, const char *s,
				 struct scanned_number *n);
/* What stands between quotes: resolves escapes, reports wrong ones. p is of the opening quote. */
struct scanned_string literal_string(struct reader *r, struct place p, const char *s, size_t length);

#endif

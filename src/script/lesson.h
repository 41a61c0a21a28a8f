/* SPDX-License-Identifier: MIT */
/* A lesson as read: header texts and steps, each with its place in the file.
 *
 * Who owns what: a lesson owns every step, text and expression below it; one
 * lesson_free releases all. Nothing here knows the kernel: names are not yet bound,
 * constants not yet evaluated (play/check.h and play/bind.h do that). */
#ifndef SCRIPT_LESSON_H
#define SCRIPT_LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* Line and column count from 1; column counts bytes... of the line as written; length in bytes. */
struct place {
	int line, column, length;
};

/* ---- expressions: what stands for a value -------------------------------------------- */

enum expression_kind {
	EXPRESSION_NUMBER,  /* 64K, 0x10, 0644: value in number, as written in `format` */
	EXPRESSION_STRING,  /* "text": bytes in text/length, escapes resolved */
	EXPRESSION_NAME,    /* a constant or a name: text */
	EXPRESSION_END,     /* p.r: text is "p", member is "r" */
	EXPRESSION_OR,      /* a | b */
	EXPRESSION_ADD,     /* a + b */
	EXPRESSION_SUBTRACT,/* a - b */
	EXPRESSION_NEGATE,  /* -a: in left */
	EXPRESSION_TUPLE,   /* {0, -1, SEM_UNDO}: list; an argument as a whole, never within another */
	EXPRESSION_ANY,     /* ? in a list that is a result */
};

enum number_format { NUMBER_DECIMAL, NUMBER_OCTAL, NUMBER_HEX, NUMBER_K, NUMBER_M, NUMBER_G };

struct expression {
	enum expression_kind kind;
	struct place place;
	int64_t number;
	enum number_format format;
	char *text, *member;
	size_t length;
	struct expression *left, *right;
	struct expression **list;
	int n_list;
};

/* ---- a call as written --------------------------------------------------------------- */

struct call_text {
	char *name;
	struct place place; /* of the name */
	struct expression **argument;
	int n_arguments;
};

/* ---- results as written: the part behind "=" ------------------------------------------ */

enum result_kind {
	WANT_NOTHING,   /* there is no "= ..." */
	WANT_ANYTHING,  /* = ? */
	WANT_VALUE,     /* = 64K, = writer, = O_RDONLY|O_NONBLOCK ; value */
	WANT_COMPARE,   /* = >0 ; compare and value */
	WANT_ERROR,     /* = -1 EPIPE ; symbol */
	WANT_LIST,      /* = [3, 4] ; list */
};

enum comparison { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE };

/* One piece of data behind a count: "hello", or "b"*4096. */
struct data_piece {
	char *text;
	size_t length;
	int64_t times; /* 1 when there is no *N */
};

struct result_text {
	enum result_kind kind;
	struct place place;
	struct expression *value;   /* WANT_VALUE, WANT_COMPARE */
	enum comparison compare;
	char *symbol;               /* WANT_ERROR */
	struct expression **list;   /* WANT_LIST; also the [5] behind "= 0 [5]" and "= 1 "x" [5]" */
	int n_list;
	struct data_piece *data;    /* behind a value: = 5 "hello" */
	int n_data;
	bool data_open;             /* ... ended with "...": more may follow */
	struct expression *extra;   /* behind a value: = 1 POLLIN|POLLHUP */
	char *braces;               /* behind a value: = 0 {st_mode=..., st_size=0}; the text between */
	/* behind a value that is a process: = writer killed by SIGPIPE */
	struct ending_text {
		enum { ENDING_NONE, ENDING_EXITED, ENDING_KILLED, ENDING_STOPPED, ENDING_CONTINUED } kind;
		struct expression *value; /* the code, or the signal */
	} ending;
};

/* ---- expectations ---------------------------------------------------------------------- */

/* One fact of an expect line. Either NAME STATE [in CALL] / NAME exited with N / NAME killed
 * by SIGNAL, or NAME.FACT[INDEX] COMPARISON VALUE. */
struct fact_text {
	struct place place;
	char *subject;            /* process or object name */
	char *fact;               /* "bytes"; NULL for the state form */
	struct expression *index; /* NULL when there is none */
	enum comparison compare;
	struct expression *value;
	char *state;              /* "blocked", "ended", "ready" ...; NULL for the fact form */
	char *in_call;            /* "write", or NULL */
	struct ending_text ending;
};

/* ---- steps ------------------------------------------------------------------------------ */

enum step_kind {
	STEP_SAY,     /* text */
	STEP_NOTE,    /* text */
	STEP_ASK,     /* text, answers */
	STEP_CLAIM,   /* number, verdict, text */
	STEP_SPAWN,   /* name [command]; or host */
	STEP_FORK,    /* process, name */
	STEP_EXEC,    /* process, command */
	STEP_CALL,    /* process, [bind =] call, want; or blocks */
	STEP_RESUME,  /* process, call.name, want: ... write = 1 */
	STEP_REPEAT,  /* process, call, every, times */
	STEP_STOP,    /* process */
	STEP_SIGNAL,  /* process, signal: --- SIGUSR1 --- */
	STEP_ENDING,  /* process, ending: +++ killed by SIGPIPE +++ */
	STEP_EXPECT,  /* facts */
	STEP_WITHIN,  /* time: the limit of the next expectation */
	STEP_DELAY,   /* time: what goes between the two hosts comes so much later */
	STEP_LOSS,    /* number: so many of a hundred packets between them are lost */
	STEP_USE,     /* text: the lesson that is used; the steps it is replaced with follow */
};

/* The same text in another language: say[zh_CN]. */
struct translation {
	char *language;
	char *text;
};

struct answer {
	char *text;
	struct translation *translation; /* the answers below ask[zh_CN], in the same order */
	int n_translations;
	bool right;
	struct place place;
};

struct step {
	enum step_kind kind;
	struct place place;    /* of the whole line */
	bool broken;           /* its line had a mistake: arguments, result or facts may be missing */
	char *process;         /* who acts; NULL where nobody does */
	struct place process_place;
	bool host;             /* SPAWN: in the second network namespace (host NAME) */
	char *name;            /* SPAWN, FORK: the new process; CALL: what is bound (p = pipe()) */
	struct place name_place;
	char *text;            /* SAY, NOTE, ASK, CLAIM; SPAWN and EXEC: the command; USE: the lesson */
	struct translation *translation; /* of text */
	int n_translations;
	struct answer *answer;
	int n_answers;
	int number;            /* LOSS: percent; CLAIM; USE: how many steps of set-up follow (play/setup.h puts them there) */
	char *verdict;         /* CLAIM: "true", "false", "partly" */
	struct call_text call; /* CALL, REPEAT; RESUME: the name alone */
	bool blocks;           /* CALL ...: it must block */
	struct result_text want;
	struct ending_text ending; /* ENDING */
	char *signal;          /* SIGNAL */
	int64_t every;         /* REPEAT: ns between calls, 0 at full speed */
	int64_t times;         /* REPEAT: 0 without end */
	struct fact_text *fact; /* EXPECT */
	int n_facts;
	int64_t limit;         /* WITHIN, DELAY: ns */
	/* A step of set-up is another lesson's: `place` is of the line that uses it, the places of its
	 * parts are in that lesson. Printers leave it out, for the USE step stands for it. */
	bool setup;
	char *file;            /* where it stands, NULL: in the lesson itself */
	int line;
};

struct lesson {
	char *file;    /* as it was given, for messages */
	char *source;  /* the whole text, for messages that quote a line */
	size_t source_length;
	char *title;   /* "" when the file has none */
	struct translation *title_translation;
	int n_title_translations;
	char *about;   /* "" or text; several lines are joined with spaces */
	struct translation *about_translation;
	int n_about_translations;
	char **see;    /* "pipe(7)" ... */
	int n_see;
	char **needs;  /* "root", "mqueue" */
	struct place *needs_place;
	int n_needs;
	struct step *step;
	int n_steps;
};

void lesson_free(struct lesson *l); /* NULL is fine */
/* Adds a need (copied), unless it is one already; `place` is what mistakes in it are told of. */
void lesson_need(struct lesson *l, const char *need, struct place place);

/* Its parts, for those who make them. They release what is below; step_free and the three
 * after it not the structure itself, which they leave empty. NULL is fine. */
void expression_free(struct expression *x);
void step_free(struct step *s);
void call_text_free(struct call_text *c);
void result_text_free(struct result_text *r);
void fact_text_free(struct fact_text *f);

#endif

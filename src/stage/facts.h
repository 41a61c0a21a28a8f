/* SPDX-License-Identifier: MIT */
/* The table of facts: every value that screen, JSON and expectations can name, with its
 * unit, how exact it is, and the interface it came from. The manual is made from it. */
#ifndef STAGE_FACTS_H
#define STAGE_FACTS_H

#include "stage/picture.h"

enum fact_exactness {
	FACT_EVENT,  /* exact: reported by the process or the kernel when it happened */
	FACT_SAMPLE, /* a reading: true at the moment it was taken */
	FACT_MODEL,  /* computed from events and checked against readings */
};

enum fact_type { FACT_NUMBER, FACT_WORD, FACT_SIGNALS, FACT_TEXT };

struct fact_value {
	bool known;
	const char *why;  /* static text: why it is not known */
	int64_t number;   /* NUMBER; SIGNALS: bit N-1 stands for signal N */
	const char *text; /* WORD, TEXT: in the picture or static */
};

/* What a fact is about: a process, or object kinds (a mask of OBJECT_ bits). */
#define FACT_OF_PROCESS 0u
#define FACT_OF(kind) (1u << (kind))

struct fact {
	const char *name;
	unsigned of;
	enum fact_type type;
	const char *unit; /* "bytes", "slots", "" */
	enum fact_exactness exactness;
	const char *meaning;
	const char *source; /* the interface, with its manual page */
	bool indexed;     /* value[0] */
	void (*get)(const struct picture *p, int subject, int index, struct fact_value *v);
};

const struct fact *fact_nth(size_t n); /* NULL at the end */

/* The fact of that name about a process or an object of that kind; NULL when there is none. */
const struct fact *fact_of_process(const char *name);
const struct fact *fact_of_object(enum object_kind kind, const char *name);
/* Whether any kind has a fact of that name; and the name most alike. */
bool fact_exists(const char *name);
const char *fact_nearest(const char *name);

/* Reads SUBJECT.NAME[index] of a picture; *fact gets its row. False when there is no such
 * subject or fact. */
bool fact_read(const struct picture *p, const char *subject, const char *name, int index,
	       const struct fact **fact, struct fact_value *v);

const char *fact_exactness_word(enum fact_exactness e); /* "exact", "sampled", "modelled" */

#endif

/* SPDX-License-Identifier: MIT */
/* What the tables of facts share. Only they include it. */
#ifndef STAGE_FACT_ROWS_H
#define STAGE_FACT_ROWS_H

#include "stage/facts.h"

/* The rows, each table ended by one without a name. */
extern const struct fact facts_process[], facts_pipe[], facts_shared[], facts_socket[];

#define GET(function) \
	static void function(const struct picture *p, int subject, int index, struct fact_value *v)

static inline void fact_number(struct fact_value *v, int64_t n)
{
	*v = (struct fact_value){ .known = true, .number = n };
}

static inline void fact_word(struct fact_value *v, const char *text)
{
	*v = (struct fact_value){ .known = true, .text = text };
}

static inline void fact_reading(struct fact_value *v, const struct reading *r)
{
	*v = (struct fact_value){ .known = r->known, .number = r->number, .why = r->why };
}

static inline void fact_unknown(struct fact_value *v, const char *why)
{
	*v = (struct fact_value){ .why = why };
}

/* A getter in one line: of a process, of an object. */
#define GET_PROCESS(function, fill, expression) \
	GET(function) \
	{ \
		const struct picture_process *m = &p->process[subject]; \
		(void)index; \
		fill(v, expression); \
	}
#define GET_OBJECT(function, fill, expression) \
	GET(function) \
	{ \
		const struct picture_object *o = &p->object[subject]; \
		(void)index; \
		fill(v, expression); \
	}

#endif

/* SPDX-License-Identifier: MIT */
/* From a lesson back to text: what is printed parses back to the same steps. */
#ifndef SCRIPT_PRINT_H
#define SCRIPT_PRINT_H

#include "script/lesson.h"

/* A whole lesson: header, then every step. */
void print_lesson(struct text *t, const struct lesson *l);

/* One step, its newline included; aligned in columns as the shipped lessons are (process at
 * column 0, call from column 8 (or one space behind a longer name), "=" from column 35). */
void print_step(struct text *t, const struct step *s);

/* Parts, for the trace and for messages. */
void print_expression(struct text *t, const struct expression *x);
void print_call(struct text *t, const struct call_text *c);
void print_want(struct text *t, const struct result_text *r); /* without the "= " */
void print_fact(struct text *t, const struct fact_text *f);
void print_comparison(struct text *t, enum comparison c);     /* "==", ">=" */
void print_ending(struct text *t, const struct ending_text *e); /* "exited with 0" */
void print_time(struct text *t, int64_t ns);                    /* "500ms" */

/* Whether two lessons have the same header and steps, places apart. For tests. */
bool lesson_same(const struct lesson *a, const struct lesson *b);

#endif

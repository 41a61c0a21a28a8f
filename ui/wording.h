/* SPDX-License-Identifier: MIT */
/* Which of a lesson's texts to show: the one in the language of the person in front. */
#ifndef UI_WORDING_H
#define UI_WORDING_H

#include "script/lesson.h"

/* The translation into `language` ("zh_CN"; NULL: none wanted), else one that differs in the
 * country alone ("zh" for "zh_CN" and the other way round), else `text` itself. Not copied. */
const char *wording(const char *text, const struct translation *t, int n, const char *language);

/* The texts that panes show most. */
const char *wording_title(const struct lesson *l, const char *language);
const char *wording_about(const struct lesson *l, const char *language);
const char *wording_step(const struct step *s, const char *language);
const char *wording_answer(const struct answer *a, const char *language);

#endif

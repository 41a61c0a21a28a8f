/* SPDX-License-Identifier: MIT */
/* Choosing a translation: the exact one, the one for the bare language, the original. */
#include "ui/wording.h"

#include <string.h>

/* Whether one of two languages names the other without its country: "zh" and "zh_CN". */
static bool is_near(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), n = na < nb ? na : nb;
	char after = na < nb ? b[n] : a[n];

	return n > 0 && na != nb && !strncmp(a, b, n) && after == '_';
}

const char *wording(const char *text, const struct translation *t, int n, const char *language)
{
	const char *near = NULL;

	for (int i = 0; language && i < n; i++) {
		if (!t[i].language || !t[i].text)
			continue;
		if (!strcmp(t[i].language, language))
			return t[i].text;
		if (!near && is_near(t[i].language, language))
			near = t[i].text;
	}
	return near ? near : text ? text : "";
}

const char *wording_title(const struct lesson *l, const char *language)
{
	return wording(l->title, l->title_translation, l->n_title_translations, language);
}

const char *wording_about(const struct lesson *l, const char *language)
{
	return wording(l->about, l->about_translation, l->n_about_translations, language);
}

const char *wording_step(const struct step *s, const char *language)
{
	return wording(s->text, s->translation, s->n_translations, language);
}

const char *wording_answer(const struct answer *a, const char *language)
{
	return wording(a->text, a->translation, a->n_translations, language);
}

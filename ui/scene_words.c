/* SPDX-License-Identifier: MIT */
/* Words in a row of a picture: each in its style, apart from the one before. */
#include "ui/scene_internal.h"

#include <stdio.h>

#include "base/width.h"

void scene_words_add(struct scene_words *w, enum style style, const char *text)
{
	if (w->n == (int)(sizeof w->part / sizeof *w->part) || !text[0])
		return;
	w->part[w->n].style = style;
	snprintf(w->part[w->n++].text, sizeof w->part[0].text, "%s", text);
}

int scene_words_width(const struct scene_words *w)
{
	int width = 0;

	for (int i = 0; i < w->n; i++)
		width += (i > 0 ? 2 : 0) + width_text(w->part[i].text);
	return width;
}

/* Those that do not fit are left out; of the first, what fits. */
void scene_words_put(struct canvas *c, int x, int y, int width, const struct scene_words *w)
{
	int end = x + width;

	for (int i = 0; i < w->n; i++) {
		x += i > 0 ? 2 : 0;
		if (i > 0 && end - x < width_text(w->part[i].text))
			return;
		x = canvas_put_cut(c, x, y, end - x, w->part[i].style, w->part[i].text);
	}
}

void scene_words_number(const struct reading *r, const char *unit, char *buf, size_t size)
{
	if (r->known)
		snprintf(buf, size, "%lld%s", (long long)r->number, unit);
	else
		snprintf(buf, size, "?%s", unit);
}

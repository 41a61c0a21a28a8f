/* SPDX-License-Identifier: MIT */
#include "command/columns.h"

#include "base/width.h"

enum { GAP = 2 };

void columns_measure(struct columns *c, const struct paper *p, char *const *cell, size_t rows)
{
	int total = GAP * (c->n - 1);

	for (int k = 0; k < c->n; k++) {
		c->width[k] = 0;
		for (size_t i = 0; i < rows; i++) {
			int w = width_text(cell[i * (size_t)c->n + (size_t)k]);

			c->width[k] = w > c->width[k] ? w : c->width[k];
		}
		total += c->width[k];
	}
	for (; total > p->width; total--) {
		int widest = -1;

		for (int k = 0; k < c->n; k++)
			if (c->fewest[k] && c->width[k] > c->fewest[k] &&
			    (widest < 0 || c->width[k] - c->fewest[k] > c->width[widest] - c->fewest[widest]))
				widest = k;
		if (widest < 0)
			break;
		c->width[widest]--;
	}
}

/* A line is made apart: text_pad looks for the beginning of the last line in all of a text. */
void columns_add(struct text *t, const struct columns *c, const struct paper *p, char *const *cell)
{
	struct text line = { 0 };
	int at = 0;

	for (int k = 0; k < c->n && at < p->width; k++) {
		int room = p->width - at < c->width[k] ? p->width - at : c->width[k];
		int blank = c->right & 1u << k ? room - width_text(cell[k]) : 0;

		if (blank > 0)
			text_pad(&line, at + blank);
		paper_add_cut(&line, p, cell[k], room);
		at += c->width[k] + GAP;
		if (k + 1 < c->n)
			text_pad(&line, at);
	}
	while (line.length && line.s[line.length - 1] == ' ')
		line.s[--line.length] = '\0';
	text_addf(t, "%s\n", text_string(&line));
	text_free(&line);
}

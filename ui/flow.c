/* SPDX-License-Identifier: MIT */
/* Pieces of text, each with its line and column. */
#include "ui/flow.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/width.h"

void flow_free(struct flow *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->piece[i].text);
	free(f->piece);
	*f = (struct flow){ 0 };
}

void flow_line(struct flow *f)
{
	f->lines++;
}

/* Takes `text` over. */
static int put(struct flow *f, int x, enum style s, char *text)
{
	if (!f->lines)
		flow_line(f);
	f->piece = memory_grow(f->piece, &f->room, f->n + 1, sizeof *f->piece);
	f->piece[f->n++] = (struct flow_piece){ f->lines - 1, x, s, text };
	return x + width_text(text);
}

int flow_put(struct flow *f, int x, enum style s, const char *text)
{
	return put(f, x, s, memory_text(text));
}

int flow_putf(struct flow *f, int x, enum style s, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return flow_put(f, x, s, text);
}

int flow_wrap(struct flow *f, int x, int right, enum style s, const char *text)
{
	int columns = right - x, end = x;

	if (columns <= 0)
		return x;
	for (bool first = true; *text; first = false) {
		size_t next, n = width_wrap(text, columns, &next);
		char *line;

		if (!next) /* a wide character where there is one column */
			break;
		if (!first)
			flow_line(f);
		line = memory_new(n + 1, 1);
		memcpy(line, text, n);
		end = put(f, x, s, line);
		text += next;
	}
	return end;
}

int flow_key(struct flow *f, int x, int left, int right, const char *key, const char *what)
{
	int width = width_text(key) + 1 + width_text(what);

	if (x > left && x + 2 + width > right) {
		flow_line(f);
		x = left;
	} else if (x > left) {
		x += 2;
	}
	x = flow_put(f, x, STYLE_KEY, key);
	return flow_put(f, x + 1, STYLE_TEXT, what);
}

void flow_draw(const struct flow *f, struct canvas *c, struct area a, int first)
{
	struct area before = canvas_clip(c, a);

	for (size_t i = 0; i < f->n; i++) {
		const struct flow_piece *p = &f->piece[i];

		if (p->line >= first && p->line - first < a.height)
			canvas_put(c, a.x + p->x, a.y + p->line - first, p->style, p->text);
	}
	canvas_unclip(c, before);
}

int flow_width(const struct flow *f, int line)
{
	int widest = 0;

	for (size_t i = 0; i < f->n; i++) {
		int end = f->piece[i].x + width_text(f->piece[i].text);

		if (f->piece[i].line == line && end > widest)
			widest = end;
	}
	return widest;
}

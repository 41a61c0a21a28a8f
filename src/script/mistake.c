/* SPDX-License-Identifier: MIT */
/* The list of mistakes, and how one is shown: its line, cut to fit, with a caret below. */
#include "script/mistake.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/width.h"

enum {
	KEPT = 100,
	SHOWN = 70,  /* columns of the quoted line, without its indentation */
	BEFORE = 32, /* columns that stay before the place in a line that is cut */
};

void mistakes_add(struct mistakes *m, struct place place, const char *hint, const char *format, ...)
{
	va_list ap;
	char text[400];
	struct mistake *new;

	if (m->count >= KEPT)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	m->list = memory_grow(m->list, &m->room, m->count + 1, sizeof *m->list);
	new = &m->list[m->count++];
	new->place = place;
	new->text = memory_text(text);
	new->hint = memory_text(hint);
}

static bool comes_before(const struct place *a, const struct place *b)
{
	return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* By insertion: there are few, and those at one place keep their order. */
void mistakes_sort(struct mistakes *m)
{
	for (size_t i = 1; i < m->count; i++) {
		struct mistake moved = m->list[i];
		size_t k = i;

		for (; k > 0 && comes_before(&moved.place, &m->list[k - 1].place); k--)
			m->list[k] = m->list[k - 1];
		m->list[k] = moved;
	}
}

void mistakes_free(struct mistakes *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->list[i].text);
		free(m->list[i].hint);
	}
	free(m->list);
	*m = (struct mistakes){ 0 };
}

/* ---- printing ---------------------------------------------------------------------------- */

/* Appends one character of the source as it may be shown, always in the columns that are
 * returned: what is not printable becomes a question mark, a tab one space. */
static int add_character(struct text *t, const char *s, size_t length, size_t *taken)
{
	struct text shown = { 0 };
	uint32_t c;
	size_t n = width_decode(s, length, &c);
	int columns = 1;

	*taken = n ? n : 1;
	if (*s == '\t') {
		text_add(t, " ");
		return 1;
	}
	if (*s == '"' || *s == '\\') {
		text_add_bytes(t, s, 1);
		return 1;
	}
	text_add_printable(&shown, s, *taken);
	if (text_string(&shown)[0] == '\\') {
		text_add(t, "?");
	} else {
		text_add(t, text_string(&shown));
		columns = width_text(text_string(&shown));
	}
	text_free(&shown);
	return columns;
}

/* Columns of the first `bytes` bytes of a line; beyond its end every byte counts as one. */
static int columns_of(const char *line, size_t length, size_t bytes)
{
	struct text scratch = { 0 };
	int columns = 0;
	size_t i = 0, n;

	while (i < bytes && i < length) {
		text_clear(&scratch);
		columns += add_character(&scratch, line + i, length - i, &n);
		i += n;
	}
	text_free(&scratch);
	return columns + (int)(bytes > length ? bytes - length : 0);
}

/* Where in the source a line begins, and its length without the line's end. */
static const char *find_line(const struct lesson *l, int number, size_t *length)
{
	const char *s = l->source, *end = s ? s + l->source_length : NULL, *stop;

	for (int line = 1; s && line < number; line++) {
		s = memchr(s, '\n', (size_t)(end - s));
		s = s ? s + 1 : NULL;
	}
	if (!s || number < 1)
		return NULL;
	stop = memchr(s, '\n', (size_t)(end - s));
	stop = stop ? stop : end;
	if (stop > s && stop[-1] == '\r')
		stop--;
	*length = (size_t)(stop - s);
	return s;
}

/* Adds the part of a line that lies in the columns from..to. */
static void add_window(struct text *t, const char *line, size_t length, int from, int to)
{
	int column = 0;

	for (size_t i = 0, n; i < length && column < to; i += n) {
		struct text one = { 0 };
		int w = add_character(&one, line + i, length - i, &n);

		if (column >= from && column + w <= to)
			text_add(t, text_string(&one));
		else if (column + w > from)
			text_add(t, " "); /* half of a wide character */
		column += w;
		text_free(&one);
	}
}

static void add_repeated(struct text *t, const char *s, int times)
{
	for (int i = 0; i < times; i++)
		text_add(t, s);
}

/* Of a very long line only what is near the place is looked at. Returns how many bytes to skip. */
static size_t skip_far(const char *line, size_t *length, size_t *before)
{
	enum { NEAR = 4 * SHOWN }; /* bytes: a character takes at most four */
	size_t skip = *before > NEAR && *before <= *length ? *before - NEAR : 0;

	while (skip && skip < *before && ((unsigned char)line[skip] & 0xc0) == 0x80)
		skip++;
	*before -= skip;
	*length -= skip;
	if (*length > *before + NEAR)
		*length = *before + NEAR;
	return skip;
}

static void add_quoted_line(struct text *t, const char *line, size_t length, struct place p)
{
	size_t before = p.column > 1 ? (size_t)p.column - 1 : 0, whole = length;
	size_t skip = skip_far(line, &length, &before);
	bool cut_before = skip > 0, cut_after = skip + length < whole;
	size_t marked_bytes = p.length > 0 ? (size_t)p.length : 1;
	int start, marked, all, from = 0, to;

	line += skip;
	start = columns_of(line, length, before);
	if (before + marked_bytes > length && cut_after)
		marked_bytes = length - before;
	marked = columns_of(line, length, before + marked_bytes) - start;
	all = columns_of(line, length, length);
	to = all;
	if (all > SHOWN) {
		from = start > SHOWN - BEFORE ? start - BEFORE : 0;
		to = from + SHOWN < all ? from + SHOWN : all;
	}
	cut_before |= from > 0;
	cut_after |= to < all;
	text_add(t, cut_before ? "    ..." : "    ");
	add_window(t, line, length, from, to);
	text_add(t, cut_after ? "...\n    " : "\n    ");
	add_repeated(t, " ", start - from + (cut_before ? 3 : 0));
	if (cut_after && start + marked > to)
		marked = to - start;
	text_add(t, "^");
	add_repeated(t, "~", marked - 1);
	text_add(t, "\n");
}

void mistake_print(struct text *t, const struct lesson *l, const struct mistake *m)
{
	const char *line;
	size_t length = 0;

	text_add_printable(t, l->file, strlen(l->file));
	text_addf(t, ":%d:%d: %s\n", m->place.line, m->place.column, m->text);
	line = find_line(l, m->place.line, &length);
	if (line && length)
		add_quoted_line(t, line, length, m->place);
	if (m->hint)
		text_addf(t, "    %s\n", m->hint);
}

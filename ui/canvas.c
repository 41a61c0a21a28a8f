/* SPDX-License-Identifier: MIT */
/* Cells: text into them, and text out of them. Lines, boxes and bars: canvas_draw.c. */
#include "ui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/width.h"

struct canvas *canvas_new(int width, int height, bool ascii)
{
	struct canvas *c = memory_new(1, sizeof *c);

	c->ascii = ascii;
	canvas_resize(c, width, height);
	return c;
}

void canvas_free(struct canvas *c)
{
	if (!c)
		return;
	free(c->cell);
	free(c);
}

void canvas_resize(struct canvas *c, int width, int height)
{
	c->width = width > 0 ? width : 0;
	c->height = height > 0 ? height : 0;
	free(c->cell);
	c->cell = memory_new((size_t)c->width * (size_t)c->height, sizeof *c->cell);
	canvas_clear(c);
}

/* All 14 bytes are written, so that cells can be compared with memcmp. */
static const struct cell blank = { .text = " ", .width = 1, .style = STYLE_TEXT };

void canvas_clear(struct canvas *c)
{
	size_t n = (size_t)c->width * (size_t)c->height;

	for (size_t i = 0; i < n; i++)
		c->cell[i] = blank;
	c->clip = (struct area){ 0, 0, c->width, c->height };
	c->cursor_x = c->cursor_y = -1;
	c->n_places = 0;
}

struct area canvas_clip(struct canvas *c, struct area a)
{
	struct area before = c->clip;
	int right = a.x + a.width, bottom = a.y + a.height;

	if (right > before.x + before.width)
		right = before.x + before.width;
	if (bottom > before.y + before.height)
		bottom = before.y + before.height;
	if (a.x < before.x)
		a.x = before.x;
	if (a.y < before.y)
		a.y = before.y;
	c->clip = (struct area){ a.x, a.y, right > a.x ? right - a.x : 0, bottom > a.y ? bottom - a.y : 0 };
	return before;
}

void canvas_unclip(struct canvas *c, struct area before)
{
	c->clip = before;
}

void canvas_place(struct canvas *c, struct area a, int key)
{
	struct area before = canvas_clip(c, a);

	if (c->n_places < CANVAS_PLACES && c->clip.width && c->clip.height)
		c->place[c->n_places++] = (struct canvas_place){ c->clip, key };
	canvas_unclip(c, before);
}

int canvas_place_at(const struct canvas *c, int x, int y)
{
	for (int i = c->n_places - 1; i >= 0; i--) {
		const struct area *a = &c->place[i].area;

		if (x >= a->x && x < a->x + a->width && y >= a->y && y < a->y + a->height)
			return c->place[i].key;
	}
	return 0;
}

void canvas_places_covered(struct canvas *c)
{
	c->n_places = 0;
}

static bool visible(const struct canvas *c, int x, int y)
{
	return x >= c->clip.x && x < c->clip.x + c->clip.width && y >= c->clip.y && y < c->clip.y + c->clip.height;
}

static struct cell *cell_at(const struct canvas *c, int x, int y)
{
	return &c->cell[(size_t)y * (size_t)c->width + (size_t)x];
}

/* Empties a cell that is about to be written; the other half of a wide character that
 * stood there becomes a space in its own style. */
static struct cell *cell_renew(struct canvas *c, int x, int y, enum style s)
{
	struct cell *cell = cell_at(c, x, y), *other = NULL;

	if (cell->width == 0 && x > 0)
		other = cell - 1;
	else if (cell->width == 2 && x + 1 < c->width)
		other = cell + 1;
	if (other) {
		uint8_t style = other->style;

		*other = blank;
		other->style = style;
	}
	*cell = blank;
	cell->style = (uint8_t)s;
	return cell;
}

/* One character of text as it will be drawn. Returns the bytes it took. */
static size_t character_next(const char *text, size_t length, uint32_t *character, int *columns)
{
	size_t n;

	if (*text >= 0x20 && *text < 0x7f) {
		*character = (uint32_t)*text;
		*columns = 1;
		return 1;
	}
	n = width_decode(text, length, character);
	if (!n || *character < 0x20 || (*character >= 0x7f && *character < 0xa0)) {
		*character = '?';
		*columns = 1;
		return n ? n : 1;
	}
	*columns = width_char(*character);
	return n;
}

static void character_draw(struct canvas *c, int x, int y, enum style s, uint32_t character, int columns)
{
	bool left = visible(c, x, y), right = columns == 2 && visible(c, x + 1, y);
	char plain = c->ascii && character >= 0x80 ? glyph_plain(character) : 0;

	if (columns == 2 && left && right) {
		struct cell *half;

		cell_renew(c, x, y, s);
		half = cell_renew(c, x + 1, y, s);
		width_encode(character, half[-1].text);
		half[-1].width = 2;
		half->text[0] = '\0';
		half->width = 0;
	} else if (columns == 2) {
		if (left || right)
			cell_renew(c, left ? x : x + 1, y, s);
	} else if (left) {
		width_encode(plain ? (uint32_t)plain : character, cell_renew(c, x, y, s)->text);
	}
}

/* A combining mark joins the character before it, as far as a cell has room. */
static void mark_draw(struct canvas *c, int x, int y, uint32_t character)
{
	char encoded[5];
	struct cell *cell;

	if (!visible(c, x, y))
		return;
	cell = cell_at(c, x, y);
	width_encode(character, encoded);
	if (cell->width == 0 && x > 0)
		cell--;
	if (strlen(cell->text) + strlen(encoded) < sizeof cell->text)
		strcat(cell->text, encoded);
}

static int put_bytes(struct canvas *c, int x, int y, enum style s, const char *text, size_t length)
{
	const char *end = text + length;
	uint32_t character;
	int columns, start = x;

	while (text < end) {
		text += character_next(text, (size_t)(end - text), &character, &columns);
		if (columns > 0)
			character_draw(c, x, y, s, character, columns);
		else if (x > start)
			mark_draw(c, x - 1, y, character);
		x += columns;
	}
	return x;
}

/* Columns that `text` takes when drawn here: unlike width_text, control characters take one. */
static int columns_of(const char *text)
{
	size_t length = strlen(text);
	uint32_t character;
	int columns, sum = 0;

	while (length) {
		size_t n = character_next(text, length, &character, &columns);

		text += n;
		length -= n;
		sum += columns;
	}
	return sum;
}

int canvas_put(struct canvas *c, int x, int y, enum style s, const char *text)
{
	return put_bytes(c, x, y, s, text, strlen(text));
}

int canvas_putf(struct canvas *c, int x, int y, enum style s, const char *format, ...)
{
	char line[256];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	if (n >= (int)sizeof line) {
		char *all = memory_new((size_t)n + 1, 1);

		va_start(ap, format);
		vsnprintf(all, (size_t)n + 1, format, ap);
		va_end(ap);
		x = canvas_put(c, x, y, s, all);
		free(all);
		return x;
	}
	return n < 0 ? x : canvas_put(c, x, y, s, line);
}

int canvas_put_cut(struct canvas *c, int x, int y, int width, enum style s, const char *text)
{
	const char *p = text, *end = text + strlen(text);
	uint32_t character;
	int columns, used = 0;

	if (width <= 0)
		return x;
	if (columns_of(text) <= width)
		return canvas_put(c, x, y, s, text);
	while (p < end) {
		size_t n = character_next(p, (size_t)(end - p), &character, &columns);

		if (used + columns > width - 1)
			break;
		used += columns;
		p += n;
	}
	x = put_bytes(c, x, y, s, text, (size_t)(p - text));
	return canvas_put(c, x, y, s, canvas_glyph(c, GLYPH_ELLIPSIS));
}

void canvas_put_right(struct canvas *c, int right, int y, enum style s, const char *text)
{
	canvas_put(c, right - columns_of(text), y, s, text);
}

int canvas_put_wrapped(struct canvas *c, struct area a, enum style s, const char *text)
{
	int lines = 0;

	if (a.width <= 0)
		return 0;
	while (*text) {
		size_t next, n = width_wrap(text, a.width, &next);

		if (!next) { /* a wide character where there is one column */
			uint32_t character;
			int columns;

			next = n = character_next(text, strlen(text), &character, &columns);
		}
		if (lines < a.height) {
			struct area before = canvas_clip(c, a);

			put_bytes(c, a.x, a.y + lines, s, text, n);
			canvas_unclip(c, before);
		}
		text += next;
		lines++;
	}
	return lines;
}

static void row_text(const struct canvas *c, int y, bool styled, struct text *out)
{
	const struct cell *row = cell_at(c, 0, y);
	uint8_t style = STYLE_TEXT;
	int end = c->width;

	while (end > 0 && !strcmp(row[end - 1].text, " ") && !(styled && row[end - 1].style != STYLE_TEXT))
		end--;
	for (int x = 0; x < end; x++) {
		if (row[x].width == 0)
			continue;
		if (styled && row[x].style != style) {
			style = row[x].style;
			text_addf(out, "{%s}", style_name(style));
		}
		text_add(out, row[x].text);
	}
}

static void rows_text(const struct canvas *c, bool styled, struct text *out)
{
	for (int y = 0; y < c->height; y++) {
		if (y)
			text_add(out, "\n");
		row_text(c, y, styled, out);
	}
}

void canvas_text(const struct canvas *c, struct text *out)
{
	rows_text(c, false, out);
}

void canvas_text_styled(const struct canvas *c, struct text *out)
{
	rows_text(c, true, out);
}

/* SPDX-License-Identifier: MIT */
/* Lines, boxes, bars and columns on the canvas, made of glyphs. */
#include "ui/canvas.h"

#include <string.h>

#include "base/width.h"

void canvas_put_glyph(struct canvas *c, int x, int y, enum style s, enum glyph g)
{
	canvas_put(c, x, y, s, canvas_glyph(c, g));
}

static void fill_with(struct canvas *c, struct area a, enum style s, const char *text)
{
	struct area before = canvas_clip(c, a), now = c->clip;

	for (int y = now.y; y < now.y + now.height; y++)
		for (int x = now.x; x < now.x + now.width; x++)
			canvas_put(c, x, y, s, text);
	canvas_unclip(c, before);
}

void canvas_fill(struct canvas *c, struct area a, enum style s)
{
	fill_with(c, a, s, " ");
}

void canvas_hline(struct canvas *c, int x, int y, int width, enum style s)
{
	fill_with(c, (struct area){ x, y, width, 1 }, s, canvas_glyph(c, GLYPH_H));
}

void canvas_vline(struct canvas *c, int x, int y, int height, enum style s)
{
	fill_with(c, (struct area){ x, y, 1, height }, s, canvas_glyph(c, GLYPH_V));
}

static void restyle(struct canvas *c, struct area a, const enum style *s)
{
	struct area before = canvas_clip(c, a), now = c->clip;

	for (int y = now.y; y < now.y + now.height; y++)
		for (int x = now.x; x < now.x + now.width; x++) {
			struct cell *cell = &c->cell[(size_t)y * (size_t)c->width + (size_t)x];

			cell->style = (uint8_t)(s ? *s : style_selected((enum style)cell->style));
		}
	canvas_unclip(c, before);
}

void canvas_style(struct canvas *c, struct area a, enum style s)
{
	restyle(c, a, &s);
}

void canvas_select(struct canvas *c, struct area a)
{
	restyle(c, a, NULL);
}

/* " title " from x on and " right" before `end`, both on a line that is drawn already. */
static void titles(struct canvas *c, int x, int end, int y, const char *title, enum style title_style,
		   const char *right_title)
{
	if (title && *title && end - x > 2) {
		int room = end - x - 2;

		canvas_put(c, x, y, title_style, " ");
		x = canvas_put_cut(c, x + 1, y, room, title_style, title);
		x = canvas_put(c, x, y, title_style, " ");
	}
	if (right_title && *right_title) {
		int width = width_text(right_title);
		/* the title's last space serves as the right one's first */
		bool joined = title && *title && end - x == width + 1;

		if (!joined && end - x < width + 2)
			return;
		if (!joined)
			canvas_put(c, end - width - 2, y, STYLE_DIM, " ");
		canvas_put(c, end - width - 1, y, STYLE_DIM, right_title);
		canvas_put(c, end - 1, y, STYLE_DIM, " ");
	}
}

void canvas_rule(struct canvas *c, int x, int y, int width, enum style s, const char *title,
		 enum style title_style, const char *right_title)
{
	canvas_hline(c, x, y, width, s);
	titles(c, x + 1, x + width - 1, y, title, title_style, right_title);
}

void canvas_box(struct canvas *c, struct area a, enum style s, const char *title, enum style title_style,
		const char *right_title)
{
	int right = a.x + a.width - 1, bottom = a.y + a.height - 1;

	if (a.width < 2 || a.height < 2)
		return;
	canvas_hline(c, a.x + 1, a.y, a.width - 2, s);
	canvas_hline(c, a.x + 1, bottom, a.width - 2, s);
	canvas_vline(c, a.x, a.y + 1, a.height - 2, s);
	canvas_vline(c, right, a.y + 1, a.height - 2, s);
	canvas_put_glyph(c, a.x, a.y, s, GLYPH_TL);
	canvas_put_glyph(c, right, a.y, s, GLYPH_TR);
	canvas_put_glyph(c, a.x, bottom, s, GLYPH_BL);
	canvas_put_glyph(c, right, bottom, s, GLYPH_BR);
	titles(c, a.x + 2, right, a.y, title, title_style, right_title);
}

/* part * units / whole, rounded down, without overflow: for what is too large, both are
 * halved until it fits, which costs less than a unit. */
static int scaled(int64_t part, int64_t whole, int units)
{
	if (part <= 0 || whole <= 0)
		return 0;
	if (part >= whole)
		return units;
	while (whole > INT64_MAX / units) {
		whole >>= 1;
		part >>= 1;
	}
	return (int)(part * units / whole);
}

/* The same where what is there must be seen, and what is not there too. */
static int scaled_honest(int64_t part, int64_t whole, int units)
{
	int n = scaled(part, whole, units);

	if (n == 0 && part > 0 && whole > 0)
		n = 1;
	if (n == units && part < whole && units > 1)
		n = units - 1;
	return n;
}

void canvas_bar(struct canvas *c, int x, int y, int width, int64_t part, int64_t whole)
{
	static const char *const eighths[] = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int each = c->ascii ? 1 : 8;
	int filled;

	if (width <= 0)
		return;
	filled = scaled_honest(part, whole, width * each);
	for (int i = 0; i < width; i++) {
		int here = filled - i * each;

		if (c->ascii && width == 1 && part > 0 && part < whole)
			canvas_put(c, x, y, STYLE_LEVEL, "+"); /* one cell, neither empty nor full */
		else if (here >= each)
			canvas_put_glyph(c, x + i, y, STYLE_LEVEL, GLYPH_FULL);
		else if (here > 0)
			canvas_put(c, x + i, y, STYLE_LEVEL, eighths[here - 1]);
		else
			canvas_put_glyph(c, x + i, y, STYLE_LEVEL_EMPTY, GLYPH_SHADE);
	}
}

/* A cell filled from eighth `low` to eighth `high`, 0 and 8 being its bottom and top. */
static const char *column_piece(const struct canvas *c, int low, int high)
{
	static const char *const lower[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇" };
	int filled = high - low;

	if (filled == 8)
		return canvas_glyph(c, GLYPH_FULL);
	if (low == 0)
		return !c->ascii ? lower[high - 1] : high <= 2 ? "_" : "=";
	if (high == 8) /* there is no block between an eighth and a half from the top */
		return c->ascii ? (filled <= 2 ? "\"" : "=") : (filled <= 2 ? "▔" : "▀");
	return c->ascii ? "-" : "■";
}

void canvas_column(struct canvas *c, int x, int y, int width, int height, int64_t from, int64_t to, int64_t whole)
{
	int units = height * 8, low, high;

	if (height <= 0 || width <= 0)
		return;
	if (from < 0)
		from = 0;
	if (to > whole)
		to = whole;
	canvas_fill(c, (struct area){ x, y, width, height }, STYLE_LEVEL_EMPTY);
	if (to <= from)
		return;
	low = units - scaled_honest(whole - from, whole, units); /* what is missing below is rounded up */
	high = scaled_honest(to, whole, units);
	if (low >= high && high < units)
		high = low + 1;
	else if (low >= high)
		low = high - 1;
	for (int i = 0; i < height; i++) {
		int bottom = (height - 1 - i) * 8;
		int l = low > bottom ? low - bottom : 0;
		int h = high < bottom + 8 ? high - bottom : 8;

		if (l < h)
			fill_with(c, (struct area){ x, y + i, width, 1 }, STYLE_LEVEL, column_piece(c, l, h));
	}
}

/* SPDX-License-Identifier: MIT */
/* Glyphs and the plain ASCII that stands for them where the locale has no UTF-8. */
#include "ui/canvas.h"

#include <string.h>

#include "base/width.h"

struct glyph_form { const char *text; char plain[2]; };

static const struct glyph_form forms[GLYPH_COUNT] = {
	[GLYPH_H] = { "─", "-" },
	[GLYPH_V] = { "│", "|" },
	[GLYPH_TL] = { "╭", "+" },
	[GLYPH_TR] = { "╮", "+" },
	[GLYPH_BL] = { "╰", "+" },
	[GLYPH_BR] = { "╯", "+" },
	[GLYPH_TEE_L] = { "├", "+" },
	[GLYPH_TEE_R] = { "┤", "+" },
	[GLYPH_TEE_T] = { "┬", "+" },
	[GLYPH_TEE_B] = { "┴", "+" },
	[GLYPH_CROSS] = { "┼", "+" },
	[GLYPH_HEAVY] = { "━", "=" },
	[GLYPH_HEAVY_V] = { "┃", "|" },
	[GLYPH_HEAVY_CROSS] = { "┿", "=" },
	[GLYPH_HEAVY_TL] = { "┏", "+" },
	[GLYPH_HEAVY_TR] = { "┓", "+" },
	[GLYPH_HEAVY_BL] = { "┗", "+" },
	[GLYPH_HEAVY_BR] = { "┛", "+" },
	[GLYPH_HEAVY_TEE_L] = { "┣", "+" },
	[GLYPH_HEAVY_TEE_R] = { "┫", "+" },
	[GLYPH_HEAVY_TEE_T] = { "┳", "+" },
	[GLYPH_HEAVY_TEE_B] = { "┻", "+" },
	[GLYPH_HEAVY_PLUS] = { "╋", "+" },
	[GLYPH_RIGHT] = { "▶", ">" },
	[GLYPH_LEFT] = { "◀", "<" },
	[GLYPH_UP] = { "▲", "^" },
	[GLYPH_DOWN] = { "▼", "v" },
	[GLYPH_FULL] = { "█", "#" },
	[GLYPH_SHADE] = { "░", "." },
	[GLYPH_BLOCKED] = { "■", "#" },
	[GLYPH_READY] = { "○", "o" },
	[GLYPH_RUNNING] = { "●", "*" },
	[GLYPH_STOPPED] = { "‖", "=" },
	[GLYPH_DEAD] = { "✗", "x" },
	[GLYPH_OK] = { "✓", "+" },
	[GLYPH_WRONG] = { "✗", "x" },
	[GLYPH_PARTLY] = { "~", "~" },
	[GLYPH_DOT_DONE] = { "●", "#" },
	[GLYPH_DOT_NOW] = { "◉", "@" },
	[GLYPH_DOT_LEFT] = { "○", "." },
	[GLYPH_OPEN] = { "▾", "v" },
	[GLYPH_CLOSED] = { "▸", ">" },
	[GLYPH_ELLIPSIS] = { "…", "~" },
	[GLYPH_BULLET] = { "•", "*" },
	[GLYPH_SEPARATOR] = { "›", ">" },
	[GLYPH_DASH] = { "–", "-" },
	[GLYPH_SLOT_TOP] = { "╷", "'" },
	[GLYPH_SLOT_BOTTOM] = { "╵", "," },
	[GLYPH_QUESTION] = { "?", "?" },
	[GLYPH_INTO] = { "↳", "`" },
};

/* Signs that stand in lessons and messages as a matter of good typography. */
static const struct { uint32_t character; char plain; } signs[] = {
	{ 0x00a0, ' ' }, { 0x00ab, '"' }, { 0x00b7, '.' }, { 0x00bb, '"' }, { 0x00d7, 'x' },
	{ 0x2010, '-' }, { 0x2011, '-' }, { 0x2012, '-' }, { 0x2014, '-' }, { 0x2018, '\'' },
	{ 0x2019, '\'' }, { 0x201c, '"' }, { 0x201d, '"' }, { 0x201e, '"' }, { 0x2190, '<' },
	{ 0x2191, '^' }, { 0x2192, '>' }, { 0x2193, 'v' }, { 0x2212, '-' }, { 0x2264, '<' },
	{ 0x2265, '>' },
};

const char *glyph_text(enum glyph g, bool ascii)
{
	return ascii ? forms[g].plain : forms[g].text;
}

const char *canvas_glyph(const struct canvas *c, enum glyph g)
{
	return glyph_text(g, c->ascii);
}

char glyph_plain(uint32_t character)
{
	char encoded[5];

	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (signs[i].character == character)
			return signs[i].plain;
	width_encode(character, encoded);
	for (size_t i = 0; i < GLYPH_COUNT; i++)
		if (!strcmp(forms[i].text, encoded))
			return forms[i].plain[0];
	return 0;
}

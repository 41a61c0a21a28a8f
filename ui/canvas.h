/* SPDX-License-Identifier: MIT */
/* Cells: what is drawn, before any terminal is involved. Panes draw here; ui/term.c copies
 * to curses, tests compare canvas_text with expected text.
 *
 * Coordinates count from 0, x to the right, y down. Drawing outside of the canvas or of
 * the current clip is cut off, never an error. A wide character takes two cells; one that
 * does not fit into the last column becomes a space. */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "ui/style.h"

struct cell {
	char text[12];   /* UTF-8: one character with its combining marks; "" right half of a wide one */
	uint8_t width;   /* 1 or 2; 0 for the right half of a wide one */
	uint8_t style;
};

struct area { int x, y, width, height; };

/* A click there is this key: see canvas_place. */
struct canvas_place { struct area area; int key; };

enum {
	CANVAS_PLACES = 48,
	PLACE_FIRST = 0x200000 /* from here on it is no key, but the number of something that the screen shown can do */
};

struct canvas {
	int width, height;
	struct cell *cell;    /* row by row */
	struct area clip;
	bool ascii;           /* glyphs and typographic signs (quotes, dashes) in plain ASCII */
	int cursor_x, cursor_y; /* where the terminal's cursor stands; -1: hidden */
	struct canvas_place place[CANVAS_PLACES];
	int n_places;
};

/* Glyphs that have a plain form for locales without UTF-8; canvas_glyph gives the right one. */
enum glyph {
	GLYPH_H, GLYPH_V, GLYPH_TL, GLYPH_TR, GLYPH_BL, GLYPH_BR,    /* rounded box:  ─ │ ╭ ╮ ╰ ╯   - | + + + + */
	GLYPH_TEE_L, GLYPH_TEE_R, GLYPH_TEE_T, GLYPH_TEE_B, GLYPH_CROSS, /* ├ ┤ ┬ ┴ ┼                + + + + +   */
	GLYPH_HEAVY, GLYPH_HEAVY_V, GLYPH_HEAVY_CROSS,                /* ━ ┃ ┿ (crossing a │)         = | =       */
	GLYPH_HEAVY_TL, GLYPH_HEAVY_TR, GLYPH_HEAVY_BL, GLYPH_HEAVY_BR, /* ┏ ┓ ┗ ┛                   + + + +     */
	GLYPH_HEAVY_TEE_L, GLYPH_HEAVY_TEE_R, GLYPH_HEAVY_TEE_T, GLYPH_HEAVY_TEE_B, GLYPH_HEAVY_PLUS, /* ┣ ┫ ┳ ┻ ╋   + */
	GLYPH_RIGHT, GLYPH_LEFT, GLYPH_UP, GLYPH_DOWN,                /* ▶ ◀ ▲ ▼                     > < ^ v     */
	GLYPH_FULL, GLYPH_SHADE,                                      /* █ ░                         # .         */
	GLYPH_BLOCKED, GLYPH_READY, GLYPH_RUNNING, GLYPH_STOPPED, GLYPH_DEAD, /* ■ ○ ● ‖ ✗          # o * = x   */
	GLYPH_OK, GLYPH_WRONG, GLYPH_PARTLY,                          /* ✓ ✗ ~                       + x ~       */
	GLYPH_DOT_DONE, GLYPH_DOT_NOW, GLYPH_DOT_LEFT,                /* ● ◉ ○ of the progress row   # @ .        */
	GLYPH_OPEN, GLYPH_CLOSED,                                     /* ▾ ▸ of a tree               v >         */
	GLYPH_ELLIPSIS, GLYPH_BULLET, GLYPH_SEPARATOR, GLYPH_DASH,    /* … • › –                     ~ * > -     */
	GLYPH_SLOT_TOP, GLYPH_SLOT_BOTTOM, GLYPH_QUESTION, GLYPH_INTO, /* ╷ ╵ ? ↳                    ' , ? `     */
	GLYPH_COUNT
};
const char *canvas_glyph(const struct canvas *c, enum glyph g);
const char *glyph_text(enum glyph g, bool ascii); /* the same without a canvas */

/* The ASCII character that stands for a glyph or a typographic sign; 0: there is none. */
char glyph_plain(uint32_t character);

struct canvas *canvas_new(int width, int height, bool ascii); /* canvas_free releases */
void canvas_free(struct canvas *c);
void canvas_resize(struct canvas *c, int width, int height); /* empties it */
void canvas_clear(struct canvas *c); /* spaces in STYLE_TEXT, no clip, no places, cursor hidden */

/* Restricts drawing to `a` (cut to the present clip); returns the clip to restore with
 * canvas_unclip. */
struct area canvas_clip(struct canvas *c, struct area a);
void canvas_unclip(struct canvas *c, struct area before);

/* What is drawn there stands for a key: a click is as good. Those beyond CANVAS_PLACES have to be typed. */
void canvas_place(struct canvas *c, struct area a, int key);
/* The key that stands there, the one drawn last; 0: none. */
int canvas_place_at(const struct canvas *c, int x, int y);
/* Something lies over all that was drawn, and takes keys of its own. */
void canvas_places_covered(struct canvas *c);

/* Draws UTF-8 text on one line; stops at the clip's edge. Returns the column behind it,
 * whether or not all was visible. Control and invalid bytes are drawn as '?': what comes
 * from outside must have been made printable (text_add_printable). */
int canvas_put(struct canvas *c, int x, int y, enum style s, const char *text);
int canvas_putf(struct canvas *c, int x, int y, enum style s, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* At most `width` columns; cut with an ellipsis when it does not fit. Returns the column behind. */
int canvas_put_cut(struct canvas *c, int x, int y, int width, enum style s, const char *text);

/* So that it ends before column `right`. */
void canvas_put_right(struct canvas *c, int right, int y, enum style s, const char *text);

/* Wraps at words within `a`; returns how many lines it took (those that did not fit are
 * counted, not drawn), so that measuring is drawing with a zero-height area. */
int canvas_put_wrapped(struct canvas *c, struct area a, enum style s, const char *text);

void canvas_put_glyph(struct canvas *c, int x, int y, enum style s, enum glyph g);
void canvas_fill(struct canvas *c, struct area a, enum style s);  /* spaces in that style */
void canvas_style(struct canvas *c, struct area a, enum style s); /* restyles what is there */
void canvas_select(struct canvas *c, struct area a); /* makes it the chosen row: style_selected of each cell */
void canvas_hline(struct canvas *c, int x, int y, int width, enum style s);
void canvas_vline(struct canvas *c, int x, int y, int height, enum style s);

/* A rule across with a title at its left, "─ title ────── right ─" (NULL: none). */
void canvas_rule(struct canvas *c, int x, int y, int width, enum style s, const char *title,
		 enum style title_style, const char *right_title);

/* A rounded box with a title in its top line (NULL: none) and another at its right end
 * (dim). A title that does not fit is cut, a right one left out. Its inside is not touched. */
void canvas_box(struct canvas *c, struct area a, enum style s, const char *title, enum style title_style,
		const char *right_title);

/* A horizontal level bar of `width` cells, eighths of a cell exact (ASCII: whole cells);
 * part and whole in any unit, part is cut to whole. Nonzero never looks empty, and short of
 * whole never looks full. */
void canvas_bar(struct canvas *c, int x, int y, int width, int64_t part, int64_t whole);

/* A vertical column of `height` cells filled from `from` to `to` of `whole`, measured from
 * the bottom, eighths of a cell exact where the glyphs can show it (the upper end can; of the
 * lower end there are eighth and half blocks only). Nonzero never looks empty, and short of
 * whole never looks full. For slots of a pipe. */
void canvas_column(struct canvas *c, int x, int y, int width, int height,
		   int64_t from, int64_t to, int64_t whole);

/* The canvas as text, rows separated by newlines, trailing spaces dropped. For tests. */
void canvas_text(const struct canvas *c, struct text *out);
/* The same with every change of style written as {style_name}: for tests of styles. Each row
 * begins in STYLE_TEXT; trailing spaces of other styles are kept. */
void canvas_text_styled(const struct canvas *c, struct text *out);

#endif

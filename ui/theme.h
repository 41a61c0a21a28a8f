/* SPDX-License-Identifier: MIT */
/* Themes: how each style looks with 256, 16, 8 and no colours. Tables, no curses. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include "ui/style.h"

struct look {
	short foreground, background; /* colour number of the palette in force; -1 the terminal's own */
	bool bold, dim, reverse, underline;
};

struct theme {
	const char *name;    /* "dark", "light", "contrast", "mono" */
	const char *summary; /* one line for help and manual */
	struct look look256[STYLE_COUNT], look16[STYLE_COUNT], look8[STYLE_COUNT], look2[STYLE_COUNT];
};

const struct theme *theme_find(const char *name); /* NULL: no such */
const struct theme *theme_nth(int n);             /* NULL at the end */

/* Which theme to begin with: `asked` (--theme; NULL), then IPCSCOPE_THEME, then NO_COLOR (not
 * empty: mono), then the terminal (COLORFGBG says a light background: light), else dark. NULL
 * with *unknown set to the name when one was asked for that does not exist. */
const struct theme *theme_choose(const char *asked, const char **unknown);

/* The look of a style with that many colours at hand (at least 256, 16, 8, else none). */
struct look theme_look(const struct theme *t, int colours, enum style s);

#endif

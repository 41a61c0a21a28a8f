/* SPDX-License-Identifier: MIT */
/* Themes as tables: a row a style, a column a number of colours, and which theme to begin with.
 *
 * Colours are those of Okabe and Ito, which colour-blind readers tell apart, in the nearest
 * entry of xterm's palette: sky blue 75 for data, orange 214 for blocked, bluish green 36 for
 * ready, vermillion 203 for bad, reddish purple 175 for names. None carries a state alone.
 * With 16 and 8 colours the terminal's own palette decides what "yellow" is. */
#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

#define PLAIN(f, b) { f, b, false, false, false, false }
#define BOLD(f, b) { f, b, true, false, false, false }
#define FAINT(f, b) { f, b, false, true, false, false }
#define UNDER(f, b) { f, b, false, false, false, true }
#define LINED(f, b) { f, b, true, false, false, true } /* bold and underlined */

/* Attributes only: for terminals without colours, NO_COLOR, and the last column of each theme. */
#define NORMAL { -1, -1, false, false, false, false }
#define REVERSE { -1, -1, false, false, true, false }
#define REVERSE_BOLD { -1, -1, true, false, true, false }
#define REVERSE_LINED { -1, -1, true, false, true, true }

#define MONO_LOOKS { \
	[STYLE_TEXT] = NORMAL, \
	[STYLE_DIM] = FAINT(-1, -1), \
	[STYLE_STRONG] = BOLD(-1, -1), \
	[STYLE_TITLE] = BOLD(-1, -1), \
	[STYLE_BAR] = REVERSE, \
	[STYLE_BAR_STRONG] = REVERSE_BOLD, \
	[STYLE_BAR_KEY] = REVERSE_BOLD, \
	[STYLE_BAR_DIM] = REVERSE, \
	[STYLE_BAR_LEVEL] = REVERSE, \
	[STYLE_KEY] = BOLD(-1, -1), \
	[STYLE_SELECTED] = REVERSE, \
	[STYLE_SELECTED_DIM] = REVERSE, \
	[STYLE_SELECTED_STRONG] = REVERSE_BOLD, \
	[STYLE_SELECTED_GOOD] = REVERSE_BOLD, \
	[STYLE_SELECTED_WARN] = REVERSE_BOLD, \
	[STYLE_SELECTED_BAD] = REVERSE_LINED, \
	[STYLE_SELECTED_LEVEL] = REVERSE, \
	[STYLE_FRAME] = FAINT(-1, -1), \
	[STYLE_FRAME_FOCUS] = BOLD(-1, -1), \
	[STYLE_GOOD] = BOLD(-1, -1), \
	[STYLE_WARN] = BOLD(-1, -1), \
	[STYLE_BAD] = LINED(-1, -1), \
	[STYLE_LEVEL] = NORMAL, \
	[STYLE_LEVEL_EMPTY] = FAINT(-1, -1), \
	[STYLE_FLOW] = BOLD(-1, -1), \
	[STYLE_WHO] = NORMAL, \
	[STYLE_CHANGED] = LINED(-1, -1), \
	[STYLE_QUESTION] = BOLD(-1, -1), \
}

/* One row of a theme's table: the look with 256, 16 and 8 colours. */
#define ROW(style, many, sixteen, eight) \
	.look256[style] = many, .look16[style] = sixteen, .look8[style] = eight

/* The names of the first colours; from 8 on the bright ones, which 8 colours lack. */
enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, GREY, BRED, BGREEN, BYELLOW, BBLUE, BMAGENTA, BCYAN, BWHITE };

static const struct theme dark = {
	.name = "dark",
	.summary = "calm colours on the terminal's own background, which should be dark",
	ROW(STYLE_TEXT, NORMAL, NORMAL, NORMAL),
	ROW(STYLE_DIM, PLAIN(245, -1), PLAIN(GREY, -1), FAINT(-1, -1)),
	ROW(STYLE_STRONG, BOLD(-1, -1), BOLD(-1, -1), BOLD(-1, -1)),
	ROW(STYLE_TITLE, BOLD(247, -1), BOLD(WHITE, -1), BOLD(-1, -1)),
	ROW(STYLE_BAR, PLAIN(252, 236), PLAIN(WHITE, BLUE), PLAIN(WHITE, BLUE)),
	ROW(STYLE_BAR_STRONG, BOLD(231, 236), BOLD(BWHITE, BLUE), BOLD(WHITE, BLUE)),
	ROW(STYLE_BAR_KEY, BOLD(227, 236), BOLD(BYELLOW, BLUE), BOLD(YELLOW, BLUE)),
	ROW(STYLE_BAR_DIM, PLAIN(247, 236), PLAIN(WHITE, BLUE), PLAIN(WHITE, BLUE)),
	ROW(STYLE_BAR_LEVEL, PLAIN(75, 236), PLAIN(BCYAN, BLUE), PLAIN(CYAN, BLUE)),
	ROW(STYLE_KEY, BOLD(227, -1), BOLD(BYELLOW, -1), BOLD(YELLOW, -1)),
	ROW(STYLE_SELECTED, PLAIN(254, 238), PLAIN(BWHITE, BLUE), PLAIN(WHITE, BLUE)),
	ROW(STYLE_SELECTED_DIM, PLAIN(251, 238), PLAIN(WHITE, BLUE), PLAIN(WHITE, BLUE)),
	ROW(STYLE_SELECTED_STRONG, BOLD(231, 238), BOLD(BWHITE, BLUE), BOLD(WHITE, BLUE)),
	ROW(STYLE_SELECTED_GOOD, BOLD(79, 238), BOLD(BGREEN, BLUE), BOLD(GREEN, BLUE)),
	ROW(STYLE_SELECTED_WARN, BOLD(214, 238), BOLD(BYELLOW, BLUE), BOLD(YELLOW, BLUE)),
	ROW(STYLE_SELECTED_BAD, BOLD(217, 238), BOLD(BWHITE, RED), BOLD(WHITE, RED)),
	ROW(STYLE_SELECTED_LEVEL, PLAIN(117, 238), PLAIN(BCYAN, BLUE), PLAIN(CYAN, BLUE)),
	ROW(STYLE_FRAME, PLAIN(240, -1), PLAIN(GREY, -1), FAINT(-1, -1)),
	ROW(STYLE_FRAME_FOCUS, PLAIN(110, -1), PLAIN(BCYAN, -1), PLAIN(CYAN, -1)),
	ROW(STYLE_GOOD, BOLD(36, -1), BOLD(BGREEN, -1), BOLD(GREEN, -1)),
	ROW(STYLE_WARN, BOLD(214, -1), BOLD(YELLOW, -1), BOLD(YELLOW, -1)),
	ROW(STYLE_BAD, BOLD(203, -1), BOLD(BRED, -1), BOLD(RED, -1)),
	ROW(STYLE_LEVEL, PLAIN(75, -1), PLAIN(BCYAN, -1), PLAIN(CYAN, -1)),
	ROW(STYLE_LEVEL_EMPTY, PLAIN(240, -1), PLAIN(GREY, -1), FAINT(-1, -1)),
	ROW(STYLE_FLOW, PLAIN(75, -1), PLAIN(BCYAN, -1), PLAIN(CYAN, -1)),
	ROW(STYLE_WHO, PLAIN(175, -1), PLAIN(BMAGENTA, -1), PLAIN(MAGENTA, -1)),
	ROW(STYLE_CHANGED, LINED(117, -1), LINED(BWHITE, -1), LINED(WHITE, -1)),
	ROW(STYLE_QUESTION, BOLD(175, -1), BOLD(BMAGENTA, -1), BOLD(MAGENTA, -1)),
	.look2 = MONO_LOOKS,
};

/* White, whatever the terminal's own background: for projectors and paper. Few of 16 colours
 * are dark enough for text on white (yellow, green and cyan are not: contrast about 2), so
 * states stand in black on their colour there. */
static const struct theme light = {
	.name = "light",
	.summary = "dark on white, for a projector or a bright room",
	ROW(STYLE_TEXT, PLAIN(235, 231), PLAIN(BLACK, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_DIM, PLAIN(242, 231), PLAIN(GREY, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_STRONG, BOLD(16, 231), BOLD(BLACK, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_TITLE, BOLD(241, 231), BOLD(BLACK, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_BAR, PLAIN(235, 254), PLAIN(BLACK, WHITE), PLAIN(WHITE, BLUE)),
	ROW(STYLE_BAR_STRONG, BOLD(16, 254), BOLD(BLACK, WHITE), BOLD(WHITE, BLUE)),
	ROW(STYLE_BAR_KEY, BOLD(16, 254), BOLD(BLUE, WHITE), BOLD(YELLOW, BLUE)),
	ROW(STYLE_BAR_DIM, PLAIN(241, 254), PLAIN(BLACK, WHITE), PLAIN(WHITE, BLUE)),
	ROW(STYLE_BAR_LEVEL, PLAIN(25, 254), PLAIN(BLUE, WHITE), PLAIN(CYAN, BLUE)),
	ROW(STYLE_KEY, BOLD(16, 231), BOLD(BLUE, BWHITE), PLAIN(BLUE, WHITE)),
	ROW(STYLE_SELECTED, PLAIN(16, 153), PLAIN(BLACK, BCYAN), PLAIN(BLACK, CYAN)),
	ROW(STYLE_SELECTED_DIM, PLAIN(238, 153), PLAIN(BLACK, BCYAN), PLAIN(BLACK, CYAN)),
	ROW(STYLE_SELECTED_STRONG, BOLD(16, 153), BOLD(BLACK, BCYAN), PLAIN(BLACK, CYAN)),
	ROW(STYLE_SELECTED_GOOD, BOLD(22, 153), BOLD(BLACK, BGREEN), PLAIN(BLACK, GREEN)),
	ROW(STYLE_SELECTED_WARN, BOLD(52, 153), BOLD(BLACK, YELLOW), PLAIN(BLACK, YELLOW)),
	ROW(STYLE_SELECTED_BAD, BOLD(124, 153), BOLD(BWHITE, RED), BOLD(WHITE, RED)),
	ROW(STYLE_SELECTED_LEVEL, PLAIN(18, 153), PLAIN(BLUE, BCYAN), PLAIN(BLUE, CYAN)),
	ROW(STYLE_FRAME, PLAIN(246, 231), PLAIN(GREY, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_FRAME_FOCUS, PLAIN(25, 231), PLAIN(BLUE, BWHITE), PLAIN(BLUE, WHITE)),
	ROW(STYLE_GOOD, BOLD(29, 231), BOLD(BLACK, GREEN), PLAIN(BLACK, GREEN)),
	ROW(STYLE_WARN, BOLD(130, 231), BOLD(BLACK, YELLOW), PLAIN(BLACK, YELLOW)),
	ROW(STYLE_BAD, BOLD(160, 231), BOLD(RED, BWHITE), BOLD(WHITE, RED)),
	ROW(STYLE_LEVEL, PLAIN(25, 231), PLAIN(BLUE, BWHITE), PLAIN(BLUE, WHITE)),
	ROW(STYLE_LEVEL_EMPTY, PLAIN(249, 231), PLAIN(GREY, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_FLOW, PLAIN(25, 231), PLAIN(BLUE, BWHITE), PLAIN(BLUE, WHITE)),
	ROW(STYLE_WHO, PLAIN(90, 231), PLAIN(MAGENTA, BWHITE), PLAIN(MAGENTA, WHITE)),
	ROW(STYLE_CHANGED, LINED(25, 231), LINED(BLUE, BWHITE), LINED(BLUE, WHITE)),
	ROW(STYLE_QUESTION, BOLD(90, 231), BOLD(MAGENTA, BWHITE), PLAIN(MAGENTA, WHITE)),
	.look2 = MONO_LOOKS,
};

/* White and full colours on black, whatever the terminal's own background; nothing is grey. */
static const struct theme contrast = {
	.name = "contrast",
	.summary = "white and strong colours on black, nothing grey",
	ROW(STYLE_TEXT, PLAIN(231, 16), PLAIN(BWHITE, BLACK), PLAIN(WHITE, BLACK)),
	ROW(STYLE_DIM, PLAIN(253, 16), PLAIN(BWHITE, BLACK), PLAIN(WHITE, BLACK)),
	ROW(STYLE_STRONG, BOLD(231, 16), BOLD(BWHITE, BLACK), BOLD(WHITE, BLACK)),
	ROW(STYLE_TITLE, BOLD(231, 16), BOLD(BWHITE, BLACK), BOLD(WHITE, BLACK)),
	ROW(STYLE_BAR, PLAIN(16, 231), PLAIN(BLACK, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_BAR_STRONG, BOLD(16, 231), BOLD(BLACK, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_BAR_KEY, LINED(16, 231), LINED(BLACK, BWHITE), UNDER(BLACK, WHITE)),
	ROW(STYLE_BAR_DIM, PLAIN(16, 231), PLAIN(BLACK, BWHITE), PLAIN(BLACK, WHITE)),
	ROW(STYLE_BAR_LEVEL, PLAIN(19, 231), PLAIN(BLUE, BWHITE), PLAIN(BLUE, WHITE)),
	ROW(STYLE_KEY, LINED(227, 16), LINED(BYELLOW, BLACK), LINED(YELLOW, BLACK)),
	ROW(STYLE_SELECTED, PLAIN(16, 227), PLAIN(BLACK, BYELLOW), PLAIN(BLACK, YELLOW)),
	ROW(STYLE_SELECTED_DIM, PLAIN(16, 227), PLAIN(BLACK, BYELLOW), PLAIN(BLACK, YELLOW)),
	ROW(STYLE_SELECTED_STRONG, BOLD(16, 227), BOLD(BLACK, BYELLOW), PLAIN(BLACK, YELLOW)),
	ROW(STYLE_SELECTED_GOOD, BOLD(16, 227), BOLD(BLACK, BYELLOW), PLAIN(BLACK, YELLOW)),
	ROW(STYLE_SELECTED_WARN, BOLD(16, 227), BOLD(BLACK, BYELLOW), PLAIN(BLACK, YELLOW)),
	ROW(STYLE_SELECTED_BAD, BOLD(231, 124), BOLD(BWHITE, RED), BOLD(WHITE, RED)),
	ROW(STYLE_SELECTED_LEVEL, PLAIN(19, 227), PLAIN(BLUE, BYELLOW), PLAIN(BLUE, YELLOW)),
	ROW(STYLE_FRAME, PLAIN(231, 16), PLAIN(BWHITE, BLACK), PLAIN(WHITE, BLACK)),
	ROW(STYLE_FRAME_FOCUS, BOLD(227, 16), BOLD(BYELLOW, BLACK), BOLD(YELLOW, BLACK)),
	ROW(STYLE_GOOD, BOLD(48, 16), BOLD(BGREEN, BLACK), BOLD(GREEN, BLACK)),
	ROW(STYLE_WARN, BOLD(220, 16), BOLD(BYELLOW, BLACK), BOLD(YELLOW, BLACK)),
	ROW(STYLE_BAD, BOLD(231, 124), BOLD(BWHITE, RED), BOLD(WHITE, RED)),
	ROW(STYLE_LEVEL, PLAIN(117, 16), PLAIN(BCYAN, BLACK), BOLD(CYAN, BLACK)),
	ROW(STYLE_LEVEL_EMPTY, PLAIN(253, 16), PLAIN(WHITE, BLACK), PLAIN(WHITE, BLACK)),
	ROW(STYLE_FLOW, BOLD(117, 16), BOLD(BCYAN, BLACK), BOLD(CYAN, BLACK)),
	ROW(STYLE_WHO, BOLD(219, 16), BOLD(BMAGENTA, BLACK), BOLD(MAGENTA, BLACK)),
	ROW(STYLE_CHANGED, LINED(117, 16), LINED(BCYAN, BLACK), LINED(CYAN, BLACK)),
	ROW(STYLE_QUESTION, BOLD(219, 16), BOLD(BMAGENTA, BLACK), BOLD(MAGENTA, BLACK)),
	.look2 = MONO_LOOKS,
};

static const struct theme mono = {
	.name = "mono",
	.summary = "no colours: bold, dim, underlined and reversed only",
	.look256 = MONO_LOOKS,
	.look16 = MONO_LOOKS,
	.look8 = MONO_LOOKS,
	.look2 = MONO_LOOKS,
};

static const struct theme *const themes[] = { &dark, &light, &contrast, &mono };

const struct theme *theme_nth(int n)
{
	return n >= 0 && n < (int)(sizeof themes / sizeof themes[0]) ? themes[n] : NULL;
}

const struct theme *theme_find(const char *name)
{
	for (int i = 0; theme_nth(i); i++)
		if (!strcmp(themes[i]->name, name))
			return themes[i];
	return NULL;
}

/* COLORFGBG=15;0 or 15;default;0, set by rxvt, Konsole and others: the last number is the
 * background's, of 16 colours. 7 and the bright ones but grey (8) are light. */
static bool background_is_light(void)
{
	const char *colours = getenv("COLORFGBG"), *last = colours ? strrchr(colours, ';') : NULL;
	char *end;
	long n;

	if (!last || last[1] < '0' || last[1] > '9')
		return false;
	n = strtol(last + 1, &end, 10);
	return !*end && (n == 7 || (n >= 9 && n <= 15));
}

const struct theme *theme_choose(const char *asked, const char **unknown)
{
	const char *no_color = getenv("NO_COLOR");
	const struct theme *t;

	*unknown = NULL;
	if (!asked)
		asked = getenv("IPCSCOPE_THEME");
	if (asked && *asked) {
		t = theme_find(asked);
		if (!t)
			*unknown = asked;
		return t;
	}
	if (no_color && *no_color)
		return &mono;
	return background_is_light() ? &light : &dark;
}

struct look theme_look(const struct theme *t, int colours, enum style s)
{
	if (colours >= 256)
		return t->look256[s];
	if (colours >= 16)
		return t->look16[s];
	return colours >= 8 ? t->look8[s] : t->look2[s];
}

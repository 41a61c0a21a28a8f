/* SPDX-License-Identifier: MIT */
/* Names of styles, and which of them stands for which in the chosen row. */
#include "ui/style.h"

static const char *const names[STYLE_COUNT] = {
	[STYLE_TEXT] = "text",
	[STYLE_DIM] = "dim",
	[STYLE_STRONG] = "strong",
	[STYLE_TITLE] = "title",
	[STYLE_BAR] = "bar",
	[STYLE_BAR_STRONG] = "bar-strong",
	[STYLE_BAR_KEY] = "bar-key",
	[STYLE_BAR_DIM] = "bar-dim",
	[STYLE_BAR_LEVEL] = "bar-level",
	[STYLE_KEY] = "key",
	[STYLE_SELECTED] = "selected",
	[STYLE_SELECTED_DIM] = "selected-dim",
	[STYLE_SELECTED_STRONG] = "selected-strong",
	[STYLE_SELECTED_GOOD] = "selected-good",
	[STYLE_SELECTED_WARN] = "selected-warn",
	[STYLE_SELECTED_BAD] = "selected-bad",
	[STYLE_SELECTED_LEVEL] = "selected-level",
	[STYLE_FRAME] = "frame",
	[STYLE_FRAME_FOCUS] = "frame-focus",
	[STYLE_GOOD] = "good",
	[STYLE_WARN] = "warn",
	[STYLE_BAD] = "bad",
	[STYLE_LEVEL] = "level",
	[STYLE_LEVEL_EMPTY] = "level-empty",
	[STYLE_FLOW] = "flow",
	[STYLE_WHO] = "who",
	[STYLE_CHANGED] = "changed",
	[STYLE_QUESTION] = "question",
};

/* STYLE_TEXT (0) stands for "no form of its own". */
static const enum style selected[STYLE_COUNT] = {
	[STYLE_DIM] = STYLE_SELECTED_DIM,
	[STYLE_SELECTED_DIM] = STYLE_SELECTED_DIM,
	[STYLE_FRAME] = STYLE_SELECTED_DIM,
	[STYLE_LEVEL_EMPTY] = STYLE_SELECTED_DIM,
	[STYLE_STRONG] = STYLE_SELECTED_STRONG,
	[STYLE_TITLE] = STYLE_SELECTED_STRONG,
	[STYLE_KEY] = STYLE_SELECTED_STRONG,
	[STYLE_CHANGED] = STYLE_SELECTED_STRONG,
	[STYLE_QUESTION] = STYLE_SELECTED_STRONG,
	[STYLE_SELECTED_STRONG] = STYLE_SELECTED_STRONG,
	[STYLE_GOOD] = STYLE_SELECTED_GOOD,
	[STYLE_SELECTED_GOOD] = STYLE_SELECTED_GOOD,
	[STYLE_WARN] = STYLE_SELECTED_WARN,
	[STYLE_SELECTED_WARN] = STYLE_SELECTED_WARN,
	[STYLE_BAD] = STYLE_SELECTED_BAD,
	[STYLE_SELECTED_BAD] = STYLE_SELECTED_BAD,
	[STYLE_LEVEL] = STYLE_SELECTED_LEVEL,
	[STYLE_FLOW] = STYLE_SELECTED_LEVEL,
	[STYLE_SELECTED_LEVEL] = STYLE_SELECTED_LEVEL,
};

const char *style_name(enum style s)
{
	return names[s];
}

enum style style_selected(enum style s)
{
	return selected[s] ? selected[s] : STYLE_SELECTED;
}

/* SPDX-License-Identifier: MIT */
/* What a cell means; the theme decides how that looks. */
#ifndef UI_STYLE_H
#define UI_STYLE_H

enum style {
	STYLE_TEXT,      /* plain, the terminal's own colours */
	STYLE_DIM,       /* secondary: labels, rules, units */
	STYLE_STRONG,    /* names, the number that matters */
	STYLE_TITLE,     /* a pane's title */
	STYLE_BAR,       /* top and bottom line */
	STYLE_BAR_STRONG,
	STYLE_BAR_KEY,   /* a key in the footer */
	STYLE_BAR_DIM,
	STYLE_BAR_LEVEL, /* progress, drawn in a bar */
	STYLE_KEY,       /* a key named in the text */
	STYLE_SELECTED,  /* the chosen row */
	STYLE_SELECTED_DIM,
	/* What else stands in the chosen row: canvas_select makes these of the plain ones. */
	STYLE_SELECTED_STRONG, STYLE_SELECTED_GOOD, STYLE_SELECTED_WARN, STYLE_SELECTED_BAD, STYLE_SELECTED_LEVEL,
	STYLE_FRAME,     /* boxes and rules */
	STYLE_FRAME_FOCUS, /* of the pane that has the focus */
	STYLE_GOOD,      /* ready, as predicted, holds */
	STYLE_WARN,      /* blocked, full */
	STYLE_BAD,       /* killed, did not hold, SIGPIPE */
	STYLE_LEVEL,     /* data in a buffer */
	STYLE_LEVEL_EMPTY,
	STYLE_FLOW,      /* arrows */
	STYLE_WHO,       /* a process's name in the trace */
	STYLE_CHANGED,   /* changed a moment ago */
	STYLE_QUESTION,
	STYLE_COUNT
};

/* "text", "selected-dim" ...: for tests of styles. */
const char *style_name(enum style s);

/* How a style looks in the chosen row: STYLE_WARN gives STYLE_SELECTED_WARN; one that has no
 * form of its own there gives STYLE_SELECTED. */
enum style style_selected(enum style s);

#endif

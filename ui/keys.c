/* SPDX-License-Identifier: MIT */
#include "ui/keys.h"

#include <string.h>

#include "base/width.h"
#include "ui/term.h"

#define CTRL(letter) ((letter) & 0x1f)

/* In the order of the footer and of the help. The key that holds the picture is p, as in other
 * tools that watch; it stops the showing, not what is shown. */
static const struct key_row table[] = {
	{ { TERM_UP, 'k' }, "Up k", KEYS_ALL, ACT_UP, NULL, "one up: a lesson, a process, an object, a line" },
	{ { TERM_DOWN, 'j' }, "Down j", KEYS_ALL, ACT_DOWN, NULL, "one down" },
	{ { TERM_ENTER }, "Enter", KEYS_LESSONS, ACT_OPEN, "play", "opens the lesson, or folds the group open and shut" },
	{ { '/' }, "/", KEYS_LESSONS, ACT_FILTER, "find", "shows only lessons that hold what you type" },
	{ { TERM_ENTER }, "Enter", KEYS_SYSTEM, ACT_OPEN, "watch", "puts the object and its processes on the stage, watched from outside; they are told nothing" },
	{ { 'w' }, "w", KEYS_SYSTEM, ACT_WHY, "why", "why the process waits, link by link down to the cause; again closes it" },
	{ { 'x' }, "x", KEYS_OBJECTS, ACT_REMOVE, "remove", "removes the object, after a question that says who would be hurt" },
	{ { TERM_ENTER }, "Enter", KEYS_OBJECTS, ACT_OPEN, "details", "all that is known of the object, over the list" },
	{ { 'L' }, "L", KEYS_OBJECTS, ACT_LIMITS, "limits", "all limits, how much is used of each, and how near that is" },
	{ { '/' }, "/", KEYS_SYSTEM | KEYS_OBJECTS, ACT_FILTER, "filter", "shows only what has every word you type in its name, its kind, its state or a process: stuck pipe tar" },
	{ { 'A' }, "A", KEYS_SYSTEM, ACT_ALL, "all", "shows idle ones too, and leaves them out again" },
	{ { 'o' }, "o", KEYS_SYSTEM | KEYS_OBJECTS, ACT_SORT, "order", "another order: the fullest first, the longest, by name ...; a click on a column's title does the same" },
	{ { 'T' }, "T", KEYS_SYSTEM, ACT_TREE, "tree", "a tree by object, by process, a row for each object" },
	{ { 's' }, "s", KEYS_LESSONS, ACT_SANDBOX, "sandbox", "a stage of this mechanism to play freely on" },
	{ { 'e' }, "e", KEYS_LESSONS, ACT_SCRIPT, "script", "shows the lesson's script" },
	{ { ' ' }, "Space", KEYS_STAGE, ACT_NEXT, "next", "plays the next step; looking back: one forward" },
	{ { TERM_BACKSPACE, TERM_DELETE }, "Bksp", KEYS_STAGE, ACT_PREVIOUS, "back", "shows how it was one step earlier; nothing is undone" },
	{ { 'a' }, "a", KEYS_STAGE, ACT_AUTO, "auto", "goes on by itself, until pressed again" },
	{ { ':' }, ":", KEYS_STAGE, ACT_PROMPT, "call", "takes any line of the lesson language: writer write(p.w, 1)" },
	{ { TERM_TAB }, "Tab", KEYS_STAGE | KEYS_WATCH, ACT_PANE_NEXT, "pane", "moves to the next pane" },
	{ { 'z' }, "z", KEYS_STAGE | KEYS_WATCH, ACT_ZOOM, "zoom", "shows the pane as large as the screen, and back" },
	{ { TERM_ENTER }, "Enter", KEYS_STAGE, ACT_OPEN, NULL, "on a process: the calls that make sense now; elsewhere: next" },
	{ { 'p' }, "p", KEYS_SYSTEM | KEYS_OBJECTS, ACT_HOLD, "hold", "holds the picture; what it shows goes on" },
	{ { 'i' }, "i", KEYS_WATCH, ACT_SOURCE, "facts", "every fact of the chosen process or object, and where it comes from" },
	{ { TERM_ESCAPE }, "Esc", KEYS_WATCH, ACT_BACK, "back", "closes the top layer; then back to the tab, and those watched notice nothing" },
	{ { 'm' }, "m", KEYS_ALL, ACT_MAN, "man", "opens a manual page: of the lesson, or of what is shown" },
	{ { 'i' }, "i", KEYS_STAGE, ACT_SOURCE, NULL, "every fact of the chosen process or object, and where it comes from" },
	{ { 'x' }, "x", KEYS_STAGE, ACT_REMOVE, NULL, "removes the chosen object, after a question" },
	{ { '?', TERM_F1 }, "? F1", KEYS_ALL, ACT_HELP, "help", "this list" },
	{ { 'q' }, "q", KEYS_ALL, ACT_QUIT, "quit", "ends the program at once; nothing is left behind" },
	{ { '1', '2', '3', '4' }, "1-9", KEYS_STAGE, ACT_ANSWER, NULL, "answers the question" },
	{ { '+', '=' }, "+", KEYS_STAGE, ACT_FASTER, NULL, "automatic: faster" },
	{ { '-' }, "-", KEYS_STAGE, ACT_SLOWER, NULL, "automatic: slower" },
	{ { 'r' }, "r", KEYS_STAGE, ACT_RESTART, NULL, "begins anew, with new processes" },
	{ { 'g' }, "g", KEYS_STAGE, ACT_GOTO, NULL, "goes to a step by its number" },
	{ { 'n' }, "n", KEYS_STAGE, ACT_NEXT_LESSON, NULL, "opens the next lesson" },
	{ { 'p' }, "p", KEYS_STAGE | KEYS_WATCH, ACT_HOLD, NULL, "holds the picture; what it shows goes on" },
	{ { 'i' }, "i", KEYS_SYSTEM, ACT_SOURCE, NULL, "where each line of w is known from" },
	{ { TERM_TAB }, "Tab", KEYS_SYSTEM, ACT_PANE_NEXT, NULL, "from the table to the lines of w, to scroll them, and back" },
	{ { 'O' }, "O", KEYS_SYSTEM | KEYS_OBJECTS, ACT_SORT_BACK, NULL, "the order before" },
	{ { 'S' }, "S", KEYS_SYSTEM, ACT_SAVE, NULL, "saves the snapshot as JSON, a line for each process and object" },
	{ { 'S' }, "S", KEYS_STAGE, ACT_SAVE, NULL, "saves what was played as a lesson" },
	{ { TERM_BACKTAB }, "Shift-Tab", KEYS_STAGE | KEYS_WATCH, ACT_PANE_BEFORE, NULL, "moves to the pane before" },
	{ { '1', '2', '3' }, "1-3", KEYS_LESSONS | KEYS_SYSTEM | KEYS_OBJECTS, ACT_TAB, NULL, "the tabs: lessons, the system, objects" },
	{ { TERM_LEFT, 'h' }, "Left h", KEYS_ALL, ACT_LEFT, NULL, "folds shut; the process or object before" },
	{ { TERM_RIGHT, 'l' }, "Right l", KEYS_ALL, ACT_RIGHT, NULL, "folds open; the process or object behind" },
	{ { TERM_PAGE_UP, CTRL('b') }, "PgUp", KEYS_ALL, ACT_PAGE_UP, NULL, "a page up" },
	{ { TERM_PAGE_DOWN, CTRL('f') }, "PgDn", KEYS_ALL, ACT_PAGE_DOWN, NULL, "a page down" },
	{ { TERM_HOME }, "Home", KEYS_ALL, ACT_FIRST, NULL, "to the first" },
	{ { TERM_END, 'G' }, "End G", KEYS_ALL, ACT_LAST, NULL, "to the last" },
	{ { 't' }, "t", KEYS_ALL, ACT_THEME, NULL, "the next theme: dark, light, contrast, mono" },
	{ { TERM_ESCAPE }, "Esc", KEYS_ALL ^ KEYS_WATCH, ACT_BACK, NULL, "closes the top layer: help, a menu, the zoom, the stage; never quits" },
	{ { TERM_REDRAW }, "Ctrl-L", KEYS_ALL, ACT_REDRAW, NULL, "draws the screen anew" },
	{ { TERM_SUSPEND }, "Ctrl-Z", KEYS_ALL, ACT_SUSPEND, NULL, "back to the shell; fg returns" },
	{ { TERM_INTERRUPT }, "Ctrl-C", KEYS_ALL, ACT_QUIT, NULL, "as q" },
};

const struct key_row *keys_nth(size_t n)
{
	return n < sizeof table / sizeof *table ? &table[n] : NULL;
}

static const struct keys_place places[] = {
	{ KEYS_LESSONS, "In the list of lessons" }, { KEYS_STAGE, "On the stage" }, { KEYS_SYSTEM, "In the tab System" },
	{ KEYS_WATCH, "Watching from outside" }, { KEYS_OBJECTS, "In the tab Objects" }, { KEYS_ALL, "Everywhere" },
};

const struct keys_place *keys_place_nth(size_t n)
{
	return n < sizeof places / sizeof *places ? &places[n] : NULL;
}

/* What counts in all places, or all but one that has a row of its own, is told once. */
static bool everywhere(const struct key_row *row)
{
	return row->where == KEYS_ALL || row->where == (KEYS_ALL ^ KEYS_WATCH);
}

bool keys_listed(const struct key_row *row, unsigned where)
{
	return where == KEYS_ALL ? everywhere(row) : row->where & where && !everywhere(row);
}

enum action keys_action(int key, unsigned where)
{
	const struct key_row *row;

	if (where == KEYS_STAGE && key >= '1' && key <= '9')
		return ACT_ANSWER;
	for (size_t i = 0; (row = keys_nth(i)); i++)
		for (int k = 0; k < 4 && row->key[k] && row->where & where; k++)
			if (row->key[k] == key)
				return row->action;
	return ACT_NONE;
}

/* Columns of "Space next"; a row with two names for its key shows the first. */
static int footer_width(const struct key_row *row)
{
	return (int)strcspn(row->label, " ") + 1 + width_text(row->word);
}

static bool in_footer(const struct key_row *row, unsigned where)
{
	return row->word && row->where & where;
}

/* Help and the way out are there at every width. */
static bool indispensable(const struct key_row *row)
{
	return row->action == ACT_HELP || row->action == ACT_QUIT;
}

void keys_footer(struct canvas *c, unsigned where)
{
	int y = c->height - 1, x = 1, kept = 0;
	const struct key_row *row;

	for (size_t i = 0; (row = keys_nth(i)); i++)
		if (in_footer(row, where) && indispensable(row))
			kept += footer_width(row) + 2;
	canvas_fill(c, (struct area){ 0, y, c->width, 1 }, STYLE_BAR);
	for (size_t i = 0; (row = keys_nth(i)); i++) {
		if (!in_footer(row, where))
			continue;
		if (indispensable(row))
			kept -= footer_width(row) + 2;
		if (x + footer_width(row) + kept >= c->width)
			continue;
		canvas_place(c, (struct area){ x, y, footer_width(row), 1 }, row->key[0]);
		x = canvas_putf(c, x, y, STYLE_BAR_KEY, "%.*s", (int)strcspn(row->label, " "), row->label);
		x = canvas_put(c, x + 1, y, STYLE_BAR, row->word) + 2;
	}
}

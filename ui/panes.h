/* SPDX-License-Identifier: MIT */
/* The other panes and overlays, each a function from what is to be shown to a canvas. They hold
 * no state of their own; scrolling and choosing belong to who calls. */
#ifndef UI_PANES_H
#define UI_PANES_H

#include "play/library.h"
#include "play/player.h"
#include "stage/picture.h"
#include "stage/trace.h"
#include "ui/canvas.h"
#include "ui/objects.h"

/* Events before number `until` of the trace, the newest ones, `*scroll` rows further up (cut to what
 * there is, and written back). Texts (say, ask) and expectations that held are left out; the
 * stage's own trouble, SIGPIPE and deaths stand out. Fewer than the area has rows stand at its top;
 * scrolled or focused the last row tells how many are out of view. Columns: seconds since t->began
 * with three decimals, process, call, result; narrow areas lose the time first. */
void events_draw(struct canvas *c, struct area a, const struct trace *t, uint64_t until, int *scroll,
		 bool focused);

/* What the lesson pane tells. */
struct lesson_pane {
	const struct lesson *lesson;
	const struct moment *moment;   /* said, asked, failure of the moment shown */
	const char *language;          /* "zh_CN" or NULL: which translation to prefer */
	int answer;                    /* given to moment->asked, -1 none */
	const struct step *before;     /* the question asked before, and its answer: shown with the outcome */
	int before_answer;
	bool at_end;                   /* every step was played */
	bool improvising;              /* a sandbox or free play: tell which keys play */
	bool watching;                 /* nothing is played: processes are watched from outside */
	bool large;
	const char *message;           /* something to say now (saved to FILE, ...); NULL */
};
/* Text, question with numbered answers, prediction beside its outcome, what did not hold (expected
 * and actual below each other), manual pages. What does not fit is reached with *scroll, the question
 * and what did not hold first. */
void lesson_draw(struct canvas *c, struct area a, const struct lesson_pane *l, int *scroll, bool focused);

/* The Lessons tab: groups and lessons on the left, the chosen one on the right; one column when
 * narrower than 64 columns. */
struct lessons_tab {
	struct library *library;
	const char *language;
	const char *filter;  /* "" none: rows whose name, title or group holds it, case apart */
	bool filtering;      /* the filter is being typed: shown with a cursor */
	bool open[32];       /* groups that are unfolded (a filter unfolds all) */
	int chosen;          /* row; kept valid by lessons_rows */
	int scroll;
};
struct lessons_row { int group, lesson; /* -1: the group's own row */ };
enum { LESSONS_ROWS = 256 };
/* The rows there are now; cuts t->chosen to them. Returns how many. */
int lessons_rows(struct lessons_tab *t, struct lessons_row rows[LESSONS_ROWS]);
void lessons_draw(struct canvas *c, struct area a, struct lessons_tab *t);
/* Which row is drawn at line y of the area; -1: none. For the mouse. */
int lessons_row_at(const struct lessons_tab *t, struct area a, int y);

/* Overlays: a box in the middle (or as large as the screen when that is small). */
struct overlay_row { const char *left, *right; bool heading; };
/* Two columns of text: help. Scrolls. */
void overlay_table(struct canvas *c, const char *title, const struct overlay_row *row, int n, int *scroll);
/* A list to choose from; `detail` of the chosen one below. Keeps the chosen one in view. Returns the
 * area drawn; *first gets the index of the first visible row (for the mouse: rows begin one line
 * below the area's top). */
struct overlay_choice { const char *text, *right, *detail; };
struct area overlay_list(struct canvas *c, const char *title, const struct overlay_choice *row, int n, int chosen,
			 int *first);

/* A question, or something to be told: paragraphs, what was typed so far behind the last one with the cursor
 * (NULL: nothing is typed), and what the keys do. Unused places are NULL. */
struct overlay_question {
	const char *title, *text[2], *typed;
	struct { const char *key, *what; } keys[2];
};
void overlay_question(struct canvas *c, const struct overlay_question *q);

/* "The terminal is too small": what it needs. */
void too_small_draw(struct canvas *c);

/* The top line: program, where, progress as dots and "6 of 11" (all 0: none); right ("AUTO", "HELD";
 * NULL) stands before the dots. Or, where no lesson plays, the program and the tabs. */
void header_draw(struct canvas *c, const char *where, int done, int all, const char *right);
int header_tabs(struct canvas *c, int chosen); /* returns the column behind them */

#endif

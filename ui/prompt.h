/* SPDX-License-Identifier: MIT */
/* A line to type in: editing, history, completion. Draws itself at the bottom. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"

enum { PROMPT_TEXT = 400, PROMPT_HISTORY = 50, PROMPT_CANDIDATES = 64, PROMPT_WORD = 48 };

struct prompt {
	const char *label;        /* ":" */
	char text[PROMPT_TEXT];
	size_t cursor;            /* bytes */
	char error[400];          /* shown under the line; "" none */
	char *history[PROMPT_HISTORY]; /* oldest first; owned */
	int n_history, recall;    /* recall: which one is shown, n_history: none */
	char kept[PROMPT_TEXT];   /* what was being typed before recalling */
	char candidate[PROMPT_CANDIDATES][PROMPT_WORD]; /* of the last Tab */
	int n_candidates;
};

enum prompt_result { PROMPT_GOES_ON, PROMPT_ENTERED, PROMPT_LEFT };

/* All words that may be completed to; called with n = 0, 1, ... until NULL. */
typedef const char *prompt_words(void *data, size_t n);

void prompt_open(struct prompt *p, const char *label, const char *text);
/* A key: Enter enters (and remembers the line), Escape leaves, Tab completes. */
enum prompt_result prompt_key(struct prompt *p, int key, prompt_words *words, void *data);
void prompt_free(struct prompt *p);

/* Draws at the bottom: the line, and under it what is wrong with it, what it could be completed to, or
 * what the keys do; sets the cursor. */
void prompt_draw(struct canvas *c, const struct prompt *p);

#endif

/* SPDX-License-Identifier: MIT */
#include "ui/prompt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/width.h"
#include "ui/term.h"

#define CTRL(letter) ((letter) & 0x1f)

void prompt_open(struct prompt *p, const char *label, const char *text)
{
	p->label = label;
	snprintf(p->text, sizeof p->text, "%s", text);
	p->cursor = strlen(p->text);
	p->error[0] = '\0';
	p->recall = p->n_history;
	p->n_candidates = 0;
}

void prompt_free(struct prompt *p)
{
	for (int i = 0; i < p->n_history; i++)
		free(p->history[i]);
	p->n_history = 0;
}

static void insert(struct prompt *p, const char *s, size_t n)
{
	size_t length = strlen(p->text);

	if (length + n >= sizeof p->text)
		return;
	memmove(p->text + p->cursor + n, p->text + p->cursor, length - p->cursor + 1);
	memcpy(p->text + p->cursor, s, n);
	p->cursor += n;
}

static void drop(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text + from, p->text + to, strlen(p->text + to) + 1);
	p->cursor = from;
}

/* The character before and behind the cursor: continuation bytes are skipped. */
static size_t before(const struct prompt *p)
{
	size_t i = p->cursor;

	while (i > 0 && (p->text[--i] & 0xc0) == 0x80)
		;
	return i;
}

static size_t behind(const struct prompt *p)
{
	size_t i = p->cursor;

	if (p->text[i])
		i++;
	while ((p->text[i] & 0xc0) == 0x80)
		i++;
	return i;
}

static void remember(struct prompt *p)
{
	if (!p->text[0] || (p->n_history && !strcmp(p->history[p->n_history - 1], p->text)))
		return;
	if (p->n_history == PROMPT_HISTORY) {
		free(p->history[0]);
		memmove(p->history, p->history + 1, sizeof *p->history * (PROMPT_HISTORY - 1));
		p->n_history--;
	}
	p->history[p->n_history++] = memory_text(p->text);
}

static void recall(struct prompt *p, int step)
{
	int to = p->recall + step;

	if (to < 0 || to > p->n_history)
		return;
	if (p->recall == p->n_history)
		memcpy(p->kept, p->text, sizeof p->kept);
	p->recall = to;
	snprintf(p->text, sizeof p->text, "%s", to == p->n_history ? p->kept : p->history[to]);
	p->cursor = strlen(p->text);
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static size_t common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

/* Inserts what all candidates have in common; when nothing, they are shown. */
static void complete(struct prompt *p, prompt_words *words, void *data)
{
	size_t begin = p->cursor, length, shared = 0;
	const char *word;

	while (begin > 0 && in_word(p->text[begin - 1]))
		begin--;
	length = p->cursor - begin;
	p->n_candidates = 0;
	for (size_t i = 0; words && (word = words(data, i)); i++) {
		bool known = false;

		if (strncmp(word, p->text + begin, length))
			continue;
		for (int k = 0; k < p->n_candidates; k++)
			known |= !strcmp(p->candidate[k], word);
		if (known || p->n_candidates == PROMPT_CANDIDATES)
			continue;
		shared = p->n_candidates ? common(word, p->candidate[0]) < shared ? common(word, p->candidate[0]) : shared :
					   strlen(word);
		/* copied: what it names may be gone when it is shown */
		snprintf(p->candidate[p->n_candidates++], PROMPT_WORD, "%s", word);
	}
	if (p->n_candidates && shared > length)
		insert(p, p->candidate[0] + length, shared - length);
	if (p->n_candidates == 1)
		p->n_candidates = 0;
}

static void edit(struct prompt *p, int key)
{
	char bytes[5];

	switch (key) {
	case TERM_LEFT:
		p->cursor = before(p);
		return;
	case TERM_RIGHT:
		p->cursor = behind(p);
		return;
	case TERM_HOME:
	case CTRL('a'):
		p->cursor = 0;
		return;
	case TERM_END:
	case CTRL('e'):
		p->cursor = strlen(p->text);
		return;
	case TERM_BACKSPACE:
		drop(p, before(p), p->cursor);
		return;
	case TERM_DELETE:
	case CTRL('d'):
		drop(p, p->cursor, behind(p));
		return;
	case CTRL('u'):
		drop(p, 0, p->cursor);
		return;
	case CTRL('k'):
		p->text[p->cursor] = '\0';
		return;
	case CTRL('w'): {
		size_t i = p->cursor;

		while (i > 0 && p->text[i - 1] == ' ')
			i--;
		while (i > 0 && p->text[i - 1] != ' ')
			i--;
		drop(p, i, p->cursor);
		return;
	}
	case TERM_UP:
	case CTRL('p'):
		recall(p, -1);
		return;
	case TERM_DOWN:
	case CTRL('n'):
		recall(p, 1);
		return;
	default:
		if (key >= ' ' && key < TERM_ENTER && key != 0x7f)
			insert(p, bytes, width_encode((uint32_t)key, bytes));
	}
}

enum prompt_result prompt_key(struct prompt *p, int key, prompt_words *words, void *data)
{
	if (key == TERM_ESCAPE || key == TERM_INTERRUPT)
		return PROMPT_LEFT;
	if (key == TERM_BACKSPACE && !p->text[0])
		return PROMPT_LEFT;
	if (key == TERM_ENTER) {
		remember(p);
		p->recall = p->n_history;
		return PROMPT_ENTERED;
	}
	if (key == TERM_TAB) {
		complete(p, words, data);
		return PROMPT_GOES_ON;
	}
	p->n_candidates = 0;
	p->error[0] = '\0';
	edit(p, key);
	return PROMPT_GOES_ON;
}

static void draw_candidates(struct canvas *c, const struct prompt *p, int y)
{
	int x = 1;

	for (int i = 0; i < p->n_candidates; i++) {
		if (x + width_text(p->candidate[i]) > c->width - 2) {
			canvas_put(c, x, y, STYLE_BAR_DIM, canvas_glyph(c, GLYPH_ELLIPSIS));
			return;
		}
		x = canvas_put(c, x, y, STYLE_BAR, p->candidate[i]) + 2;
	}
}

/* The lines under the prompt: what is wrong, what could be meant, or what the keys do. */
static void draw_below(struct canvas *c, const struct prompt *p, struct area a)
{
	canvas_fill(c, a, p->error[0] ? STYLE_TEXT : STYLE_BAR);
	if (p->error[0]) {
		canvas_put_wrapped(c, (struct area){ 1, a.y, a.width - 2, a.height }, STYLE_BAD, p->error);
	} else if (p->n_candidates) {
		draw_candidates(c, p, a.y);
	} else {
		int x = canvas_put(c, 1, a.y, STYLE_BAR_KEY, "Enter");

		x = canvas_put(c, x + 1, a.y, STYLE_BAR, "do it") + 2;
		x = canvas_put(c, x, a.y, STYLE_BAR_KEY, "Tab");
		x = canvas_put(c, x + 1, a.y, STYLE_BAR, "complete") + 2;
		x = canvas_put(c, x, a.y, STYLE_BAR_KEY, "Up");
		x = canvas_put(c, x + 1, a.y, STYLE_BAR, "earlier lines") + 2;
		x = canvas_put(c, x, a.y, STYLE_BAR_KEY, "Esc");
		canvas_put(c, x + 1, a.y, STYLE_BAR, "leave");
	}
}

void prompt_draw(struct canvas *c, const struct prompt *p)
{
	int left = width_text(p->label) + 2, room = c->width - left - 2, below = 1, y;
	size_t begin = 0;
	char upto[PROMPT_TEXT];

	if (p->error[0])
		below = canvas_put_wrapped(c, (struct area){ 1, 0, c->width - 2, 0 }, STYLE_BAD, p->error);
	if (below > c->height / 2)
		below = c->height / 2;
	y = c->height - 1 - below;
	draw_below(c, p, (struct area){ 0, y + 1, c->width, below });
	canvas_fill(c, (struct area){ 0, y, c->width, 1 }, STYLE_TEXT);
	canvas_put(c, 1, y, STYLE_KEY, p->label);
	memcpy(upto, p->text, p->cursor);
	upto[p->cursor] = '\0';
	while (width_text(upto + begin) > room) /* keep the cursor in view */
		do
			begin++;
		while ((upto[begin] & 0xc0) == 0x80);
	canvas_put(c, left, y, STYLE_STRONG, p->text + begin);
	c->cursor_x = left + width_text(upto + begin);
	c->cursor_y = y;
}

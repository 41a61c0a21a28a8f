/* SPDX-License-Identifier: MIT */
/* The line to type in: editing, history, completion, drawing. */
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/width.h"
#include "ui/prompt.h"
#include "ui/term.h"

#define CTRL(letter) ((letter) & 0x1f)

static const char *words(void *data, size_t n)
{
	static const char *const list[] = { "parent", "writer", "write", "writev", "p.r", "p.w", "O_RDONLY", "O_RDWR", "write" };

	(void)data;
	return n < sizeof list / sizeof list[0] ? list[n] : NULL;
}

static void type(struct prompt *p, const char *text)
{
	size_t left = strlen(text), n;
	uint32_t c;

	for (; (n = width_decode(text, left, &c)) > 0; text += n, left -= n)
		ck_assert_int_eq(prompt_key(p, (int)c, words, NULL), PROMPT_GOES_ON);
}

static void key(struct prompt *p, int k)
{
	ck_assert_int_eq(prompt_key(p, k, words, NULL), PROMPT_GOES_ON);
}

/* The text, with a | where the cursor is. */
static void expect(const struct prompt *p, const char *expected)
{
	char now[PROMPT_TEXT + 2];

	snprintf(now, sizeof now, "%.*s|%s", (int)p->cursor, p->text, p->text + p->cursor);
	ck_assert_str_eq(now, expected);
}

START_TEST(edits)
{
	struct prompt p = { 0 };

	prompt_open(&p, ":", "parent ");
	expect(&p, "parent |");
	type(&p, "管道é");
	expect(&p, "parent 管道é|");
	key(&p, TERM_LEFT);
	key(&p, TERM_BACKSPACE);
	expect(&p, "parent 管|é");
	key(&p, TERM_DELETE);
	expect(&p, "parent 管|");
	key(&p, TERM_DELETE);
	key(&p, TERM_RIGHT);
	expect(&p, "parent 管|");
	key(&p, TERM_HOME);
	key(&p, TERM_LEFT);
	expect(&p, "|parent 管");
	key(&p, TERM_BACKSPACE); /* nothing before it */
	expect(&p, "|parent 管");
	key(&p, CTRL('e'));
	key(&p, CTRL('w'));
	expect(&p, "parent |");
	key(&p, CTRL('w'));
	expect(&p, "|");
	type(&p, "one two");
	key(&p, CTRL('a'));
	key(&p, TERM_RIGHT);
	key(&p, CTRL('k'));
	expect(&p, "o|");
	type(&p, "x y");
	key(&p, TERM_LEFT);
	key(&p, CTRL('u'));
	expect(&p, "|y");
	key(&p, 1000000); /* a character nobody draws is one, too; it must not break the text */
	key(&p, 7);       /* a control character is none */
	key(&p, TERM_END);
	key(&p, TERM_BACKSPACE);
	key(&p, TERM_BACKSPACE);
	expect(&p, "|");
	prompt_free(&p);
}
END_TEST

START_TEST(leaves)
{
	struct prompt p = { 0 };

	prompt_open(&p, ":", "");
	ck_assert_int_eq(prompt_key(&p, TERM_BACKSPACE, words, NULL), PROMPT_LEFT);
	type(&p, "x");
	ck_assert_int_eq(prompt_key(&p, TERM_ESCAPE, words, NULL), PROMPT_LEFT);
	ck_assert_int_eq(prompt_key(&p, TERM_INTERRUPT, words, NULL), PROMPT_LEFT);
	ck_assert_int_eq(prompt_key(&p, TERM_ENTER, words, NULL), PROMPT_ENTERED);
	ck_assert_str_eq(p.text, "x"); /* for whoever tells what is wrong with it */
	prompt_free(&p);
}
END_TEST

/* Too long a line stops growing; no character is cut in two. */
START_TEST(long_lines)
{
	struct prompt p = { 0 };
	uint32_t c;

	prompt_open(&p, ":", "");
	for (int i = 0; i < PROMPT_TEXT; i++)
		type(&p, "管");
	ck_assert_uint_lt(strlen(p.text), PROMPT_TEXT);
	ck_assert_uint_gt(strlen(p.text), PROMPT_TEXT - 5);
	ck_assert_uint_eq(strlen(p.text) % 3, 0);
	ck_assert_uint_eq(width_decode(p.text + strlen(p.text) - 3, 3, &c), 3);
	prompt_key(&p, TERM_ENTER, words, NULL);
	prompt_open(&p, ":", "");
	key(&p, TERM_UP);
	ck_assert_uint_gt(strlen(p.text), PROMPT_TEXT - 5);
	prompt_free(&p);
}
END_TEST

static void enter(struct prompt *p, const char *text)
{
	prompt_open(p, ":", "");
	type(p, text);
	ck_assert_int_eq(prompt_key(p, TERM_ENTER, words, NULL), PROMPT_ENTERED);
}

START_TEST(history)
{
	struct prompt p = { 0 };
	char text[16];

	enter(&p, "one");
	enter(&p, "two");
	enter(&p, "two"); /* once */
	enter(&p, "");    /* not at all */
	prompt_open(&p, ":", "");
	type(&p, "beg");
	key(&p, TERM_UP);
	expect(&p, "two|");
	key(&p, CTRL('p'));
	expect(&p, "one|");
	key(&p, TERM_UP);
	expect(&p, "one|");
	key(&p, TERM_DOWN);
	key(&p, CTRL('n'));
	expect(&p, "beg|");
	key(&p, TERM_DOWN);
	expect(&p, "beg|");
	for (int i = 0; i < PROMPT_HISTORY + 10; i++) {
		snprintf(text, sizeof text, "line %d", i);
		enter(&p, text);
	}
	prompt_open(&p, ":", "");
	for (int i = 0; i < PROMPT_HISTORY + 10; i++)
		key(&p, TERM_UP);
	expect(&p, "line 10|"); /* the oldest that is kept */
	prompt_free(&p);
}
END_TEST

START_TEST(completes)
{
	struct prompt p = { 0 };

	prompt_open(&p, ":", "");
	type(&p, "pa");
	key(&p, TERM_TAB);
	expect(&p, "parent|");
	ck_assert_int_eq(p.n_candidates, 0);
	type(&p, " wr");
	key(&p, TERM_TAB);
	expect(&p, "parent write|");
	ck_assert_int_eq(p.n_candidates, 3); /* writer, write, writev: each once */
	type(&p, "(");
	ck_assert_int_eq(p.n_candidates, 0);
	type(&p, "p");
	key(&p, TERM_TAB);
	expect(&p, "parent write(p|"); /* parent, p.r, p.w */
	type(&p, ".");
	key(&p, TERM_TAB);
	ck_assert_int_eq(p.n_candidates, 2);
	type(&p, "r, O_RDO");
	key(&p, TERM_TAB);
	expect(&p, "parent write(p.r, O_RDONLY|");
	type(&p, "|nosuch");
	key(&p, TERM_TAB);
	expect(&p, "parent write(p.r, O_RDONLY|nosuch|");
	/* in the middle of a line, what is behind stays */
	prompt_open(&p, ":", "(x)");
	key(&p, TERM_HOME);
	type(&p, "pare");
	key(&p, TERM_TAB);
	expect(&p, "parent|(x)");
	/* where nothing can be completed */
	ck_assert_int_eq(prompt_key(&p, TERM_TAB, NULL, NULL), PROMPT_GOES_ON);
	expect(&p, "parent|(x)");
	prompt_free(&p);
}
END_TEST

/* The label and the cursor are in view at every size, whatever was typed; under the sanitizers. */
START_TEST(draws)
{
	static const char *const lines[] = {
		"", "parent read(p.r, 1)", "管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道管道", "e\xcc\x81\xcc\x81",
	};
	struct prompt p = { 0 };
	struct text t = { 0 };

	for (int width = 20; width < 130; width += 3)
		for (int height = 4; height < 30; height += 5)
			for (int i = 0; i < 12; i++) {
				struct canvas *c = canvas_new(width, height, i % 2);

				prompt_open(&p, i % 3 ? ":" : "save as", lines[i % 4]);
				if (i >= 4)
					snprintf(p.error, sizeof p.error, "%s", i >= 8 ? lines[2] : "there is no call raed; read?");
				prompt_draw(c, &p);
				ck_assert_int_ge(c->cursor_x, 0);
				ck_assert_int_lt(c->cursor_x, width);
				ck_assert_int_ge(c->cursor_y, 0);
				ck_assert_int_lt(c->cursor_y, height);
				text_clear(&t);
				canvas_text(c, &t);
				ck_assert(strstr(text_string(&t), p.label) != NULL);
				canvas_free(c);
			}
	text_free(&t);
	prompt_free(&p);
}
END_TEST

START_TEST(tells_what_is_wrong)
{
	struct prompt p = { 0 };
	struct canvas *c = canvas_new(40, 10, true);
	struct text t = { 0 };
	const char *line, *error;

	prompt_open(&p, ":", "parent raed(p.r, 1)");
	snprintf(p.error, sizeof p.error, "there is no call raed; did you mean read? It takes a descriptor and a count");
	prompt_draw(c, &p);
	canvas_text(c, &t);
	line = strstr(text_string(&t), ": parent raed(p.r, 1)");
	error = strstr(text_string(&t), "there is no call");
	ck_assert(line && error && line < error);
	ck_assert(strstr(error, "count")); /* whole, on as many lines as it takes */
	key(&p, 'x'); /* going on takes the reason away, and nothing else */
	ck_assert_str_eq(p.error, "");
	expect(&p, "parent raed(p.r, 1)x|");
	text_free(&t);
	canvas_free(c);
	prompt_free(&p);
}
END_TEST

Suite *suite_prompt(void)
{
	Suite *suite = suite_create("prompt");
	TCase *tc = tcase_create("prompt");

	tcase_add_test(tc, edits);
	tcase_add_test(tc, leaves);
	tcase_add_test(tc, long_lines);
	tcase_add_test(tc, history);
	tcase_add_test(tc, completes);
	tcase_add_test(tc, draws);
	tcase_add_test(tc, tells_what_is_wrong);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* Any bytes whatever end in mistakes, soon, and what was understood prints and parses again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "script/parse.h"
#include "script/print.h"
#include "tests/script/corpus.h"
#include "tests/unit.h"

enum { LONG = 1024 * 1024 };

/* Numbers that are the same in every run (xorshift, Marsaglia 2003). */
static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

/* Mistakes must lie within the text, and be printable; a lesson without any must parse back. */
static size_t survives(const char *s, size_t length)
{
	struct mistakes m = { 0 }, none = { 0 };
	struct lesson *a = parse_lesson("lesson", s, length, &m), *b;
	struct text t = { 0 };
	size_t count = m.count;

	ck_assert_uint_le(count, 100);
	for (size_t i = 0; i < count; i++) {
		const struct place *p = &m.list[i].place;

		ck_assert(p->line >= 1 && p->column >= 1 && p->length >= 0);
		ck_assert_uint_le((size_t)p->column + (size_t)p->length, length + 2);
		ck_assert(i == 0 || p[0].line >= m.list[i - 1].place.line);
		text_clear(&t);
		mistake_print(&t, a, &m.list[i]);
		for (size_t k = 0; k < t.length; k++)
			ck_assert(t.s[k] == '\n' || (unsigned char)t.s[k] >= ' ');
	}
	text_clear(&t);
	print_lesson(&t, a); /* also of what is left of one with mistakes */
	if (count == 0) {
		b = parse_lesson("lesson", text_string(&t), t.length, &none);
		ck_assert_msg(none.count == 0 && lesson_same(a, b), "%.*s\nbecame\n%s", (int)length, s,
			      text_string(&t));
		lesson_free(b);
	}
	text_free(&t);
	mistakes_free(&m);
	mistakes_free(&none);
	lesson_free(a);
	return count;
}

static char *whole_corpus(size_t *length)
{
	struct text t = { 0 };

	for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++)
		if (i != 1) /* has a title of its own */
			text_add(&t, corpus[i]);
	*length = t.length;
	return text_take(&t);
}

START_TEST(random_bytes)
{
	char s[600];

	seed = 0x9e3779b97f4a7c15u + (uint64_t)_i;
	for (int round = 0; round < 300; round++) {
		size_t length = draw(sizeof s + 1);

		for (size_t i = 0; i < length; i++)
			s[i] = (char)draw(256);
		survives(s, length);
	}
}
END_TEST

/* Bytes that mean something come more often. */
START_TEST(random_signs)
{
	static const char signs[] = "()[]{}=.,|+-*:?\"\\#<>! \n\t a b0 1Kx_";
	char s[400];

	seed = 0x2545f4914f6cdd1du + (uint64_t)_i;
	for (int round = 0; round < 500; round++) {
		size_t length = draw(sizeof s + 1);

		for (size_t i = 0; i < length; i++)
			s[i] = signs[draw(sizeof signs - 1)];
		survives(s, length);
	}
}
END_TEST

/* Words of the language in any order. */
START_TEST(random_words)
{
	static const char *const words[] = {
		"lesson", "about", "see", "needs", "say", "note", "ask", "claim", "within", "spawn", "expect",
		"parent", "p", "exec", "fork", "repeat", "stop", "every", "times", "exited", "with", "killed",
		"by", "stopped", "continued", "in", "blocked", "write", "(", ")", "()", "[", "]", "{", "}", "=",
		"==", ">", ".", ",", "|", "+", "-", "*", ":", "?", "\"", "\"x\"", "...", "---", "+++", "1", "64K",
		"use", "host", "pipe/two", "{1, 2}", "({", "10ms", "-1", "EPIPE", "\n", "\n", "\n ", "\n  * ", "\n  - ", "say[de]", "ask[de]", "pipe(7)", "#",
	};
	size_t right = 0;

	seed = 0xda942042e4dd58b5u + (uint64_t)_i;
	for (int round = 0; round < 1500; round++) {
		struct text t = { 0 };

		for (uint32_t n = draw(12) + 1; n > 0; n--) {
			text_add(&t, words[draw(sizeof words / sizeof *words)]);
			if (draw(3))
				text_add(&t, " ");
		}
		right += survives(text_string(&t), t.length) == 0;
		text_free(&t);
	}
	ck_assert_uint_gt(right, 20); /* else this would test mistakes only */
}
END_TEST

START_TEST(cut_anywhere)
{
	size_t length = strlen(corpus[_i]);

	for (size_t n = 0; n <= length; n++) {
		/* A copy without a byte too many, for valgrind and the sanitizers to see. */
		char *s = memory_copy(corpus[_i], n);

		survives(s, n);
		free(s);
	}
}
END_TEST

START_TEST(changed_anywhere)
{
	size_t length;
	char *s = whole_corpus(&length);
	char *changed = memory_new(length + 8, 1);

	seed = 0xb5026f5aa96619e9u + (uint64_t)_i;
	for (int round = 0; round < 60; round++) {
		size_t n = length;

		memcpy(changed, s, length);
		for (uint32_t k = draw(6) + 1; k > 0; k--) {
			size_t at = draw((uint32_t)n), from = draw((uint32_t)n);

			switch (draw(4)) {
			case 0: /* a bit */
				changed[at] = (char)(changed[at] ^ (1 << draw(8)));
				break;
			case 1: /* a byte from elsewhere */
				changed[at] = changed[from];
				break;
			case 2: /* a byte less */
				memmove(changed + at, changed + at + 1, n - at - 1);
				n--;
				break;
			default: /* a byte more */
				memmove(changed + at + 1, changed + at, n - at);
				changed[at] = changed[from];
				n++;
				break;
			}
		}
		survives(changed, n);
	}
	free(changed);
	free(s);
}
END_TEST

/* ---- long input: a beginning, then the same again and again ------------------------------- */

static const struct {
	const char *begin, *again;
	size_t length; /* of again: it may hold a NUL */
	bool right;    /* without mistakes */
} long_ones[] = {
	{ "", "\0", 1, false },
	{ "say ", "\0", 1, false },
	{ "parent f(\"", "\0", 1, false },
	{ "", "\x01", 1, false },
	{ "", "\xff", 1, false },
	{ "", "(", 1, false },
	{ "parent ", "f(", 2, false },
	{ "parent f(", "(", 1, false },
	{ "parent f(", "-", 1, false },
	{ "parent f(1", "+1", 2, false },
	{ "parent f(1", "|1", 2, false },
	{ "parent f() = 1 A", "|A", 2, false },
	{ "parent f() = [1", ", 1", 3, false },
	{ "parent f(", "1,", 2, false },
	{ "parent f() = 1", " \"a\"", 4, true },
	{ "parent f(\"", "\\\"", 2, false },
	{ "parent f() = 0 ", "{", 1, false },
	{ "parent f() = 0 ", "}", 1, false },
	{ "parent f(", "{", 1, false },
	{ "parent f({", "1, ", 3, false },
	{ "parent f(", "{1}, ", 5, false },
	{ "parent f(", "){", 2, false },
	{ "parent f() = [", "?, ", 3, false },
	{ "use", " a", 2, false },
	{ "use ", "a/", 2, false },
	{ "", "use a\n", 6, true },
	{ "", "host a\n", 7, true },
	{ "parent ", "---", 3, false },
	{ "expect ", "a ready, ", 9, false },
	{ "expect a", ".b", 2, false },
	{ "", "a", 1, false },
	{ "parent f(1", "1", 1, false },
	{ "", "\"", 1, false },
	{ "", "see ", 4, false },
	{ "see", " a(1)", 5, true },
	{ "say", " x", 2, true },
	{ "say", "\n x", 3, true },
	{ "say x", "\n", 1, true },
	{ "say x\n", " ", 1, true },
	{ "", " ", 1, true },
	{ "", "\r", 1, false },
	{ "", "\r\n", 2, true },
	{ "", "#", 1, true },
	{ "", "say[a] b\n", 9, false },
	{ "say a\n", "say[a] b\n", 9, false },
	{ "", " * a\n", 5, false },
	{ "ask a", "\n * a", 5, true },
	{ "", "parent f()\n", 11, true },
	{ "", "ask a\n * b\n - c\n", 16, true },
	{ "", "\xe4\xb8\xad", 3, false },
	{ "say ", "\xe4\xb8\xad", 3, true },
	{ "parent exec ", "x ", 2, true },
	{ "spawn a = ", "=", 1, true },
	{ "claim 1", "1", 1, false },
	{ "claim 1 true", ":", 1, true },
};

START_TEST(long_input)
{
	struct text t = { 0 };

	text_add(&t, long_ones[_i].begin);
	while (t.length < LONG)
		text_add_bytes(&t, long_ones[_i].again, long_ones[_i].length);
	ck_assert((survives(text_string(&t), t.length) == 0) == long_ones[_i].right);
	text_free(&t);
}
END_TEST

/* Each in a language of its own. */
START_TEST(many_translations)
{
	struct text t = { 0 };

	text_add(&t, "say a\n");
	for (int i = 0; t.length < LONG; i++)
		text_addf(&t, "say[x%d] b\n", i);
	ck_assert_uint_eq(survives(text_string(&t), t.length), 100);
	text_free(&t);
}
END_TEST

START_TEST(empty_input)
{
	ck_assert_uint_eq(survives("", 0), 0);
	ck_assert_uint_eq(survives(NULL, 0), 0);
	ck_assert_uint_eq(survives("\n", 1), 0);
	ck_assert_uint_eq(survives("\xef\xbb\xbf", 3), 0);
}
END_TEST

Suite *suite_script_hostile(void)
{
	Suite *s = suite_create("script_hostile");
	TCase *c = tcase_create("hostile");

	/* Each case takes well under a second here, and must under valgrind take under a minute. */
	tcase_set_timeout(c, 60);
	tcase_add_test(c, empty_input);
	tcase_add_test(c, many_translations);
	tcase_add_loop_test(c, random_bytes, 0, 4);
	tcase_add_loop_test(c, random_signs, 0, 4);
	tcase_add_loop_test(c, random_words, 0, 4);
	tcase_add_loop_test(c, cut_anywhere, 0, (int)(sizeof corpus / sizeof *corpus));
	tcase_add_loop_test(c, changed_anywhere, 0, 4);
	tcase_add_loop_test(c, long_input, 0, (int)(sizeof long_ones / sizeof *long_ones));
	suite_add_tcase(s, c);
	return s;
}

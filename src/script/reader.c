/* SPDX-License-Identifier: MIT */
/* What scanner and parser share: keywords, growing arrays, and how syntax errors are told. */
#include "script/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/alike.h"
#include "base/memory.h"
#include "base/width.h"

static const char *const keywords[] = {
	"lesson", "about", "see", "needs", "say", "note", "ask", "claim", "within", "spawn", "host",
	"use", "expect", NULL
};

void *reader_append(void *array, int *count, size_t size)
{
	size_t room = *count ? 8 : 0;

	while (room < (size_t)*count)
		room *= 2;
	array = memory_grow(array, &room, (size_t)*count + 1, size);
	++*count;
	return array;
}

bool reader_is_keyword(const char *word)
{
	for (size_t i = 0; keywords[i]; i++)
		if (strcmp(keywords[i], word) == 0)
			return true;
	return false;
}

const char *reader_nearest_keyword(const char *word)
{
	return strlen(word) > 1 ? alike_nearest(word, keywords) : NULL;
}

void reader_quote(const struct reader *r, struct place p, struct text *t)
{
	/* Places that are told are on the line being scanned. */
	size_t at = r->line_start + (size_t)p.column - 1, length = (size_t)p.length, fits;
	struct text whole = { 0 };

	if (at > r->length)
		at = r->length;
	if (length > r->length - at)
		length = r->length - at;
	if (length > 400)
		length = 400;
	for (size_t i = 0, n; i < length; i += n) {
		uint32_t c;

		n = width_decode(r->buffer + at + i, length - i, &c);
		if (n == 0)
			break;
		if (c == '"' || c == '\\')
			text_add_bytes(&whole, r->buffer + at + i, 1);
		else
			text_add_printable(&whole, r->buffer + at + i, n);
	}
	fits = width_fit(text_string(&whole), 30);
	text_add_bytes(t, text_string(&whole), fits);
	if (fits < whole.length)
		text_add(t, "...");
	text_free(&whole);
}

/* ---- syntax errors ------------------------------------------------------------------------- */

/* What bison expected, in the words of people: "X, Y or Z". Its list stands in a fixed English
 * sentence, "syntax error, unexpected A, expecting X or Y or Z", and is left out when it is
 * longer than four. */
static char *expected_list(const char *message)
{
	const char *list = strstr(message, ", expecting "), *last = NULL;
	struct text t = { 0 };

	if (!list)
		return NULL;
	list += strlen(", expecting ");
	if (strstr(list, "a string") && strstr(list, "'-'"))
		return memory_text("a value");
	for (const char *s = list; (s = strstr(s, " or ")) != NULL; s++)
		last = s;
	for (const char *s = list; *s; s++) {
		if (*s == '"') /* kept by bison around names with an apostrophe */
			continue;
		if (strncmp(s, " or ", 4) == 0 && s != last) {
			text_add(&t, ", ");
			s += 3;
			continue;
		}
		text_add_bytes(&t, s, 1);
	}
	return text_take(&t);
}

void reader_syntax_error(struct reader *r, struct place p, const char *message)
{
	const struct mistakes *m = r->mistakes;

	if (r->told_line == p.line)
		return;
	r->told_line = p.line;
	if (m->count && m->list[m->count - 1].place.line == p.line &&
	    m->list[m->count - 1].place.column == p.column)
		return; /* told by the scanner */
	r->pending = true;
	r->pending_place = p;
	free(r->pending_expected);
	r->pending_expected = expected_list(message);
	text_clear(&r->pending_found);
	if (!r->line_ended)
		reader_quote(r, p, &r->pending_found);
}

void reader_report(struct reader *r, const char *expected, const char *hint)
{
	if (!r->pending)
		return;
	r->pending = false;
	if (r->pending_expected)
		expected = r->pending_expected;
	if (r->pending_found.length)
		mistakes_add(r->mistakes, r->pending_place, hint, "expected %s, found '%s'", expected,
			     text_string(&r->pending_found));
	else
		mistakes_add(r->mistakes, r->pending_place, hint, "expected %s, but the line ends here",
			     expected);
}

void reader_report_as(struct reader *r, const char *expected, const char *hint)
{
	const char *list = r->pending_expected;

	if (list && (strcmp(list, "a name") == 0 || strcmp(list, "a word") == 0 ||
		     strcmp(list, "a number") == 0)) {
		free(r->pending_expected);
		r->pending_expected = NULL;
	}
	reader_report(r, expected, hint);
}

void reader_report_process(struct reader *r, const char *process)
{
	const char *found = text_string(&r->pending_found), *near = reader_nearest_keyword(process);
	bool named = r->pending_expected && strstr(r->pending_expected, "'('");
	struct text hint = { 0 };

	free(r->pending_expected);
	r->pending_expected = NULL;
	if (strcmp(found, "(") == 0)
		text_add(&hint, "a line begins with the process that acts: parent read(p.r, 4)");
	else if (strcmp(found, "=") == 0)
		text_add(&hint, "a line begins with the process that acts: parent p = pipe()");
	else if (near)
		text_addf(&hint, "did you mean %s?", near);
	else if (named)
		text_add(&hint, "a call has parentheses, also when there is nothing in them: pipe()");
	reader_report(r, "a call such as read(p.r, 4)", hint.length ? text_string(&hint) : NULL);
	text_free(&hint);
}

void reader_report_rest(struct reader *r, const struct step *s)
{
	const char *hint = NULL;

	if (s && s->kind == STEP_CALL && !s->blocks && s->want.kind == WANT_NOTHING)
		hint = "behind a call stands nothing, or its result: read(p.r, 4) = 4, or ... when it blocks";
	else if (s && s->kind == STEP_EXPECT)
		hint = "such as: expect p.bytes == 64K, writer blocked in write";
	reader_report(r, "the end of the line", hint);
}

/* ---- bytes and signs ----------------------------------------------------------------------- */

/* Full-width forms and curly quotes come from input methods that were left switched on. */
static const char *meant_for(const char *s, size_t length, char *buf)
{
	uint32_t c;

	if (width_decode(s, length, &c) == 0)
		return NULL;
	if (c >= 0xff01 && c <= 0xff5e)
		buf[0] = (char)(c - 0xff01 + '!');
	else if (c == 0x201c || c == 0x201d)
		buf[0] = '"';
	else if (c == 0x3002)
		buf[0] = '.';
	else if (c == 0x2212 || c == 0x2013 || c == 0x2014)
		buf[0] = '-';
	else
		return NULL;
	buf[1] = '\0';
	return buf;
}

void reader_no_token(struct reader *r, struct place p)
{
	const char *s = r->buffer + r->line_start + p.column - 1;
	struct text sign = { 0 }, hint = { 0 };
	char buf[2];

	if (r->told_line == p.line)
		return;
	r->told_line = p.line;
	if (*s == READER_NO_TEXT)
		return; /* told by reader_clean */
	reader_quote(r, p, &sign);
	if (meant_for(s, (size_t)p.length, buf))
		text_addf(&hint, "write %s, the ASCII sign", buf);
	else if (*s == '\'')
		text_add(&hint, "strings stand between double quotes: \"text\"");
	mistakes_add(r->mistakes, p, hint.length ? text_string(&hint) : NULL, "'%s' has no meaning here",
		     text_string(&sign));
	text_free(&sign);
	text_free(&hint);
}

/* How many bytes at s are no text: control characters but the tab, invalid UTF-8. Where they
 * are text, *whole is how many make the character. */
static size_t no_text(const char *s, size_t length, size_t *whole)
{
	uint32_t c;
	size_t n = width_decode(s, length, &c);

	*whole = n;
	if (n == 0)
		return 1;
	return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) ? n : 0;
}

void reader_clean(struct reader *r)
{
	struct place p = { 1, 1, 1 };
	int told = 0;
	size_t i = 0;

	/* What some editors put before the text. */
	if (r->length >= 3 && memcmp(r->buffer, "\xef\xbb\xbf", 3) == 0) {
		memset(r->buffer, ' ', 3);
		i = 3;
	}
	for (size_t start = 0; i < r->length; i++) {
		char *s = r->buffer + i;
		size_t n, whole;

		if (*s == '\n') {
			p.line++;
			start = i + 1;
			continue;
		}
		if (*s == '\r' && s[1] == '\n') {
			*s = ' ';
			continue;
		}
		n = no_text(s, r->length - i, &whole);
		if (n == 0) {
			i += whole - 1;
			continue;
		}
		p.column = (int)(i - start) + 1;
		p.length = (int)n;
		if (told != p.line)
			mistakes_add(r->mistakes, p,
				     n == 1 && (unsigned char)*s >= 0x80
					     ? "lessons are written in UTF-8"
					     : "in a string, control characters are written as \\n, \\0, \\x07",
				     "the byte 0x%02x is no text", (unsigned char)*s);
		told = p.line;
		memset(s, READER_NO_TEXT, n);
		i += n - 1;
	}
}

/* SPDX-License-Identifier: MIT */
/* Numbers, times and strings as they are written in a lesson. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/width.h"
#include "script/reader.h"

struct suffix {
	const char *text;
	int64_t factor;
	enum number_format format;
	enum literal_kind kind;
};

static const struct suffix suffixes[] = {
	{ "", 1, NUMBER_DECIMAL, LITERAL_NUMBER },
	{ "K", 1024, NUMBER_K, LITERAL_NUMBER },
	{ "M", 1024 * 1024, NUMBER_M, LITERAL_NUMBER },
	{ "G", 1024 * 1024 * 1024, NUMBER_G, LITERAL_NUMBER },
	{ "ns", 1, NUMBER_DECIMAL, LITERAL_TIME },
	{ "us", 1000, NUMBER_DECIMAL, LITERAL_TIME },
	{ "ms", 1000000, NUMBER_DECIMAL, LITERAL_TIME },
	{ "s", 1000000000, NUMBER_DECIMAL, LITERAL_TIME },
	{ "min", 60000000000, NUMBER_DECIMAL, LITERAL_TIME },
};

static const char number_hint[] =
	"numbers are 10, 0x1f, 0644 (octal), 64K, 2M, 1G; times are 500ms, 2s, 1min";

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* Reads digits; false when the number is too large. *s moves behind the digits. */
static bool read_digits(const char **s, int base, int64_t *value)
{
	bool fits = true;

	*value = 0;
	for (; digit(**s) < base; ++*s)
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit(**s), value))
			fits = false;
	return fits;
}

static enum literal_kind wrong(struct reader *r, struct place p, const char *s, const char *why,
			       const char *hint)
{
	mistakes_add(r->mistakes, p, hint, "'%.40s%s' %s", s, strlen(s) > 40 ? "..." : "", why);
	return LITERAL_WRONG;
}

enum literal_kind literal_number(struct reader *r, struct place p, const char *s,
				 struct scanned_number *n)
{
	const char *rest = s;
	const struct suffix *found = &suffixes[0];
	bool fits;

	*n = (struct scanned_number){ 0, NUMBER_DECIMAL };
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		rest += 2;
		n->format = NUMBER_HEX;
		fits = read_digits(&rest, 16, &n->value);
		if (*rest || rest == s + 2)
			return wrong(r, p, s, "is not a number", number_hint);
	} else if (s[0] == '0' && s[1] >= '0' && s[1] <= '9') {
		n->format = NUMBER_OCTAL;
		fits = read_digits(&rest, 8, &n->value);
		if (*rest)
			return wrong(r, p, s, "is not a number",
				     "a number that begins with 0 is octal: digits 0 to 7, no suffix");
	} else {
		fits = read_digits(&rest, 10, &n->value);
		while (found < suffixes + sizeof suffixes / sizeof *suffixes &&
		       strcmp(found->text, rest) != 0)
			found++;
		if (found == suffixes + sizeof suffixes / sizeof *suffixes)
			return wrong(r, p, s, "is not a number", number_hint);
		n->format = found->format;
		fits = fits && !__builtin_mul_overflow(n->value, found->factor, &n->value);
	}
	if (!fits) {
		n->value = 0;
		if (found->kind == LITERAL_TIME) {
			wrong(r, p, s, "is too long a time", NULL);
			return LITERAL_TIME;
		}
		return wrong(r, p, s, "is too large", "the largest number is 9223372036854775807");
	}
	return found->kind;
}

/* ---- strings ------------------------------------------------------------------------------ */

/* One escape, s[0] being the letter behind the backslash; appends what it stands for and
 * returns how many bytes it took, backslash not counted. 0 when it is none. */
static size_t read_escape(const char *s, size_t length, struct text *t, const char **why)
{
	static const char letters[] = "abfnrtv\\\"'", bytes[] = "\a\b\f\n\r\t\v\\\"'";
	const char *known = length ? memchr(letters, s[0], sizeof letters - 1) : NULL;
	unsigned int value = 0;
	size_t n = 0;
	char buf[8];

	if (known) {
		text_add_bytes(t, &bytes[known - letters], 1);
		return 1;
	}
	if (length && digit(s[0]) < 8) {
		for (; n < 3 && n < length && digit(s[n]) < 8; n++)
			value = value * 8 + (unsigned int)digit(s[n]);
		*why = "an octal escape goes up to \\377";
		buf[0] = (char)value;
		text_add_bytes(t, buf, 1);
		return value > 255 ? 0 : n;
	}
	if (length && (s[0] == 'x' || s[0] == 'u')) {
		size_t most = s[0] == 'x' ? 2 : 4;

		for (n = 1; n <= most && n < length && digit(s[n]) < 16; n++)
			value = value * 16 + (unsigned int)digit(s[n]);
		*why = s[0] == 'x' ? "\\x is followed by one or two hexadecimal digits"
				   : "\\u is followed by four hexadecimal digits, of a character";
		if (s[0] == 'x') {
			buf[0] = (char)value;
			text_add_bytes(t, buf, 1);
			return n > 1 ? n : 0;
		}
		text_add_bytes(t, buf, width_encode(value, buf));
		return n == 5 && (value < 0xd800 || value > 0xdfff) ? n : 0;
	}
	*why = "escapes are \\n \\t \\r \\0 \\a \\b \\f \\v \\\\ \\\" \\' \\xHH \\uHHHH and octal";
	return 0;
}

struct scanned_string literal_string(struct reader *r, struct place p, const char *s, size_t length)
{
	struct text t = { 0 };
	struct scanned_string out;

	for (size_t i = 0; i < length;) {
		const char *why;
		size_t n;
		struct place at = p;

		if (s[i] != '\\') {
			text_add_bytes(&t, s[i] == READER_NO_TEXT ? " " : &s[i], 1);
			i++;
			continue;
		}
		n = read_escape(s + i + 1, length - i - 1, &t, &why);
		if (n == 0) {
			at.column += (int)i + 1;
			at.length = i + 1 < length ? 2 : 1;
			mistakes_add(r->mistakes, at, why, "this escape has no meaning");
		}
		i += n ? n + 1 : 2;
	}
	out.length = t.length;
	out.text = text_take(&t);
	return out;
}

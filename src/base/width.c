/* SPDX-License-Identifier: MIT */
/* Columns of UTF-8 text: the C library's tables (wcwidth(3) under C.UTF-8, whatever locale
 * the program runs in), a short table of our own where that locale is missing. */
#include "base/width.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

size_t width_decode(const char *s, size_t length, uint32_t *c)
{
	const unsigned char *b = (const unsigned char *)s;
	/* The least value of each length: less is an overlong form. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n;
	uint32_t value;

	*c = 0;
	if (length == 0)
		return 0;
	if (b[0] < 0x80) {
		*c = b[0];
		return 1;
	}
	n = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
	if (b[0] < 0xc2 || b[0] > 0xf4 || length < n)
		return 0;
	value = b[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (b[i] & 0x3f);
	}
	if (value < least[n] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*c = value;
	return n;
}

size_t width_encode(uint32_t c, char *buf)
{
	/* The leading byte's marks by length. */
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	buf[n] = '\0';
	if (n == 1) {
		buf[0] = (char)c;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		buf[i] = (char)(0x80 | (c & 0x3f));
	buf[0] = (char)(lead[n] | (c & (0x7fu >> n)));
	return n;
}

struct range {
	uint32_t first, last;
};

static bool within(const struct range *ranges, size_t count, uint32_t c)
{
	for (size_t i = 0; i < count && ranges[i].first <= c; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

int width_char_table(uint32_t c)
{
	/* By Unicode's blocks; good for text that is written in a language, not for every sign. */
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x2329, 0x232a }, { 0x2e80, 0x303e }, { 0x3041, 0x4dbf },
		{ 0x4e00, 0xa4cf }, { 0xa960, 0xa97c }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
		{ 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6b }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f320 }, { 0x1f600, 0x1f64f }, { 0x1f900, 0x1f9ff },
		{ 0x20000, 0x3fffd },
	};
	static const struct range none[] = {
		{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x610, 0x61a },
		{ 0x64b, 0x65f }, { 0xe34, 0xe3a }, { 0xe47, 0xe4e }, { 0x1ab0, 0x1abe },
		{ 0x1dc0, 0x1dff }, { 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2064 },
		{ 0x20d0, 0x20f0 }, { 0x302a, 0x302d }, { 0x3099, 0x309a }, { 0xfe00, 0xfe0f },
		{ 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0xe0100, 0xe01ef },
	};

	if (within(none, sizeof none / sizeof *none, c))
		return 0;
	return within(wide, sizeof wide / sizeof *wide, c) ? 2 : 1;
}

int width_char(uint32_t c)
{
	static locale_t utf8;
	static bool asked;
	locale_t before;
	int columns;

	if (c < 0x300)
		return c != 0; /* Latin, and controls: one cell, whatever stands in for them */
	if (!asked) {
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
		asked = true;
	}
	if (!utf8)
		return width_char_table(c);
	before = uselocale(utf8);
	columns = wcwidth((wchar_t)c);
	uselocale(before);
	return columns < 0 ? 1 : columns; /* unassigned: a replacement stands there */
}

/* One character or one invalid byte of a terminated text: its bytes and its columns. */
static size_t next_char(const char *s, uint32_t *c, int *columns)
{
	size_t n;

	if ((unsigned char)*s < 0x80) {
		*c = (unsigned char)*s;
		*columns = 1;
		return 1;
	}
	n = width_decode(s, strnlen(s, 4), c);
	*columns = n ? width_char(*c) : 1;
	return n ? n : 1;
}

int width_text(const char *s)
{
	int total = 0, columns;
	uint32_t c;

	while (*s) {
		s += next_char(s, &c, &columns);
		total += columns;
	}
	return total;
}

size_t width_fit(const char *s, int columns)
{
	size_t i = 0;
	int total = 0, w;
	uint32_t c;

	while (s[i]) {
		size_t n = next_char(s + i, &c, &w);

		if (total + w > columns)
			break;
		total += w;
		i += n;
	}
	return i;
}

/* East Asian punctuation that may not begin a line, and that may not end one. */
static bool in_list(const uint32_t *list, uint32_t c)
{
	while (*list && *list != c)
		list++;
	return *list != 0;
}

static bool closes(uint32_t c)
{
	static const uint32_t list[] = { 0x3001, 0x3002, 0x3009, 0x300b, 0x300d, 0x300f, 0x3011,
					 0x3015, 0x3017, 0xff01, 0xff09, 0xff0c, 0xff0e, 0xff1a,
					 0xff1b, 0xff1f, 0xff3d, 0xff5d, 0 };
	return in_list(list, c);
}

static bool opens(uint32_t c)
{
	static const uint32_t list[] = { 0x3008, 0x300a, 0x300c, 0x300e, 0x3010, 0x3014, 0x3016,
					 0xff08, 0xff3b, 0xff5b, 0 };
	return in_list(list, c);
}

/* Where the line after a break at a space begins: the spaces and a newline that would
 * otherwise make an empty line are skipped. */
static size_t after_spaces(const char *s, size_t i)
{
	while (s[i] == ' ')
		i++;
	return i + (s[i] == '\n');
}

size_t width_wrap(const char *s, int columns, size_t *next)
{
	size_t i = 0, end = 0, resume = 0; /* the best break so far: none while resume is 0 */
	int total = 0, w;
	uint32_t c, previous = ' ';

	for (; s[i] && s[i] != '\n'; previous = w ? c : previous) {
		size_t n = next_char(s + i, &c, &w);

		if (c == ' ' && previous != ' ') {
			end = i;
			resume = after_spaces(s, i);
		} else if (w == 2 && i > 0 && previous != ' ' && !closes(c) && !opens(previous)) {
			end = resume = i;
		}
		if (total + w > columns && i > 0)
			break;
		total += w;
		i += n;
	}
	if (!s[i] || s[i] == '\n') {
		*next = i + (s[i] == '\n');
		return i;
	}
	if (!resume)
		end = resume = i;
	*next = resume;
	return end;
}

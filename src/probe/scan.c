/* SPDX-License-Identifier: MIT */
/* The pieces that the kernel's texts are made of. */
#include "probe/scan.h"

#include <string.h>
#include <sys/sysmacros.h>

static size_t left(const struct scan *r)
{
	return (size_t)(r->end - r->s);
}

bool scan_line(struct scan *text, struct scan *line)
{
	const char *newline = left(text) ? memchr(text->s, '\n', left(text)) : NULL;

	if (!newline)
		return false;
	*line = (struct scan){ text->s, newline };
	text->s = newline + 1;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void scan_blanks(struct scan *r)
{
	while (r->s < r->end && is_blank(*r->s))
		r->s++;
}

bool scan_at_end(struct scan *r)
{
	scan_blanks(r);
	return r->s == r->end;
}

bool scan_text(struct scan *r, const char *text)
{
	size_t n = strlen(text);

	if (left(r) < n || memcmp(r->s, text, n) != 0)
		return false;
	r->s += n;
	return true;
}

bool scan_word(struct scan *r, struct scan *word)
{
	*word = (struct scan){ r->s, r->s };
	while (word->end < r->end && !is_blank(*word->end))
		word->end++;
	r->s = word->end;
	return word->end > word->s;
}

bool scan_is(const struct scan *word, const char *text)
{
	return left(word) == strlen(text) && memcmp(word->s, text, left(word)) == 0;
}

static unsigned digit_of(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') :
	       c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

bool scan_number(struct scan *r, unsigned base, uint64_t max, uint64_t *out)
{
	const char *at = r->s;
	uint64_t value = 0;

	for (; at < r->end && digit_of(*at) < base; at++) {
		unsigned digit = digit_of(*at);

		if (digit > max || value > (max - digit) / base)
			return false;
		value = value * base + digit;
	}
	if (at == r->s)
		return false;
	r->s = at;
	*out = value;
	return true;
}

bool scan_signed(struct scan *r, int64_t *out)
{
	struct scan after = *r;
	bool minus = scan_text(&after, "-");
	uint64_t value;

	if (!scan_number(&after, 10, INT64_MAX, &value))
		return false;
	*r = after;
	*out = minus ? -(int64_t)value : (int64_t)value;
	return true;
}

bool scan_device(struct scan *r, uint64_t *out)
{
	struct scan after = *r;
	uint64_t major_number, minor_number;

	if (!scan_number(&after, 16, UINT32_MAX, &major_number) || !scan_text(&after, ":") ||
	    !scan_number(&after, 16, UINT32_MAX, &minor_number))
		return false;
	*r = after;
	*out = makedev((unsigned)major_number, (unsigned)minor_number);
	return true;
}

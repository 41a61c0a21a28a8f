/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/width.h"

static void reserve(struct text *t, size_t more)
{
	t->s = memory_grow(t->s, &t->room, t->length + more + 1, 1);
}

void text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

void text_clear(struct text *t)
{
	t->length = 0;
	if (t->s)
		t->s[0] = '\0';
}

void text_add_bytes(struct text *t, const void *data, size_t length)
{
	reserve(t, length);
	if (length)
		memcpy(t->s + t->length, data, length);
	t->length += length;
	t->s[t->length] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_addf(struct text *t, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n > 0) {
		reserve(t, (size_t)n);
		vsnprintf(t->s + t->length, (size_t)n + 1, format, again);
		t->length += (size_t)n;
	}
	va_end(again);
}

void text_pad(struct text *t, int column)
{
	const char *line = strrchr(text_string(t), '\n');
	int now = width_text(line ? line + 1 : text_string(t));

	do
		text_add_bytes(t, " ", 1);
	while (++now < column);
}

const char *text_string(const struct text *t)
{
	return t->s ? t->s : "";
}

char *text_take(struct text *t)
{
	char *s = t->s ? t->s : memory_text("");

	*t = (struct text){ 0 };
	return s;
}

/* Marks that change the direction or joining of what follows: shown, they could make a
 * name look like another. */
static bool deceptive(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x061c ||
	       (c >= 0xe000 && c <= 0xf8ff);
}

void text_add_printable(struct text *t, const char *data, size_t length)
{
	size_t i = 0;

	while (i < length) {
		unsigned char b = (unsigned char)data[i];
		uint32_t c;
		size_t n = width_decode(data + i, length - i, &c);
		static const char plain[] = "\a\b\t\n\v\f\r\"\\";
		static const char letter[] = "abtnvfr\"\\";
		const char *p = b ? strchr(plain, b) : NULL;

		if (p)
			text_addf(t, "\\%c", letter[p - plain]);
		else if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0))
			for (size_t k = 0; k < (n ? n : 1); k++)
				text_addf(t, "\\x%02x", (unsigned char)data[i + k]);
		else if (deceptive(c))
			text_addf(t, "\\u%04x", c);
		else
			text_add_bytes(t, data + i, n);
		i += n ? n : 1;
	}
}

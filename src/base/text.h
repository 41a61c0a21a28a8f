/* SPDX-License-Identifier: MIT */
/* Growing text: bytes that are always terminated by a NUL beyond their length. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *s;       /* never NULL once something was added; text_string() is safe before */
	size_t length; /* bytes, without the NUL */
	size_t room;
};

/* `struct text t = {0};` is an empty text. text_free releases it and makes it empty again. */
void text_free(struct text *t);
void text_clear(struct text *t); /* empties, keeps the memory */

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const void *data, size_t length);
void text_addf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends spaces until the text's last line is `column` columns wide (see base/width.h);
 * always at least one when it is already as wide. For aligned output. */
void text_pad(struct text *t, int column);

/* What stands there; "" when nothing was ever added. Owned by t. */
const char *text_string(const struct text *t);

/* Hands the memory to the caller, who frees; t is empty afterwards. */
char *text_take(struct text *t);

/* Appends `length` bytes that came from outside (a process's name, a path, data)
 * so that they are harmless on a terminal and in a lesson: valid printable UTF-8
 * stays, everything else becomes a C escape (\n, \t, \", \\, \xHH, \uHHHH for
 * format and direction marks). The escapes are those the lesson language reads. */
void text_add_printable(struct text *t, const char *data, size_t length);

#endif

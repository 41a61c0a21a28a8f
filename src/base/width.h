/* SPDX-License-Identifier: MIT */
/* Columns: how wide UTF-8 text is on a terminal, where to cut and wrap it.
 *
 * Knows nothing of the locale: text inside the program is UTF-8 always; what a
 * terminal cannot show is replaced where cells reach it. */
#ifndef BASE_WIDTH_H
#define BASE_WIDTH_H

#include <stddef.h>
#include <stdint.h>

/* Decodes one character: how many bytes it takes, 0 when the bytes are not
 * valid UTF-8 (overlong forms and surrogates are not) or length is 0. */
size_t width_decode(const char *s, size_t length, uint32_t *c);

/* Encodes c into buf (at least 5 bytes), terminated; returns the bytes without the NUL. */
size_t width_encode(uint32_t c, char *buf);

/* Columns of one character: 0 (combining), 1 or 2 (East Asian wide and full width). */
int width_char(uint32_t c);

/* The same by a short table of our own: what width_char falls back to where the C library
 * has no C.UTF-8 locale. */
int width_char_table(uint32_t c);

/* Columns of a text; an invalid byte counts as one. */
int width_text(const char *s);

/* How many bytes of s fit into `columns` columns (whole characters with their
 * combining marks). */
size_t width_fit(const char *s, int columns);

/* How many bytes of s make the next line when wrapped at `columns`: broken at a
 * space where there is one, or before a wide character, else in the middle of the
 * word. `*next` is where the following line begins (spaces at the break skipped);
 * *next == strlen(s) at the end. A newline always breaks. */
size_t width_wrap(const char *s, int columns, size_t *next);

#endif

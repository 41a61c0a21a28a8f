/* SPDX-License-Identifier: MIT */
/* Taking a text of the kernel apart from left to right, by byte and length: any bytes
 * whatever, no locale, no NUL needed. What does not fit takes nothing and says false. */
#ifndef PROBE_SCAN_H
#define PROBE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left of a text. */
struct scan {
	const char *s, *end;
};

/* Takes the next line, without its newline. False at the end, and for a last line without a
 * newline: it was cut short, and half a number is a wrong number. */
bool scan_line(struct scan *text, struct scan *line);

/* Skips spaces and tabs. */
void scan_blanks(struct scan *r);

/* Whether nothing but blanks is left. */
bool scan_at_end(struct scan *r);

/* Takes this text. */
bool scan_text(struct scan *r, const char *text);

/* Takes what stands before the next blank (or the end), at least one byte. */
bool scan_word(struct scan *r, struct scan *word);
bool scan_is(const struct scan *word, const char *text);

/* Takes an unsigned number in base 8, 10 or 16 (small letters, no prefix), at most `max`. */
bool scan_number(struct scan *r, unsigned base, uint64_t max, uint64_t *out);

/* Takes a decimal number that may have a minus. */
bool scan_signed(struct scan *r, int64_t *out);

/* Takes "MAJOR:MINOR" with hexadecimal numbers, as the kernel writes devices; *out is as
 * stat(2)'s st_dev (makedev(3)). */
bool scan_device(struct scan *r, uint64_t *out);

#endif

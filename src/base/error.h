/* SPDX-License-Identifier: MIT */
/* Errors as values: what went wrong, with what, and what to do about it.
 *
 * A function that can fail takes a `struct error *` as its last argument and
 * returns a negative number (or NULL) after filling it in. Errors travel up;
 * only main prints them and ends the program. The pointer may be NULL where
 * the caller does not care. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	int code;       /* an errno value, or 0 where the kernel had no part in it */
	char text[400]; /* "what: why", no trailing newline */
	char hint[200]; /* what to do about it, or "" */
};

/* Fills in e: `code` is an errno value; where it is not 0, its description is
 * appended to the formatted text. Always returns -1, so that callers can write
 * `return error_set(e, errno, "pipe");`. Clears the hint. */
int error_set(struct error *e, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds what to do about it. Always returns -1. */
int error_hint(struct error *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

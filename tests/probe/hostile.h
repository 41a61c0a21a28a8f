/* SPDX-License-Identifier: MIT */
/* What a parser of outside text has to bear: every beginning of a good text, the good text
 * with bytes changed, and bytes at random. Each is handed over in memory of just its length,
 * so that the address sanitizer and valgrind see a read beyond it. */
#ifndef TESTS_PROBE_HOSTILE_H
#define TESTS_PROBE_HOSTILE_H

#include <stddef.h>

/* Calls `try` with the first 0, 1, ... bytes of the text, the whole one last. */
void hostile_beginnings(const char *text, size_t length,
			void (*try)(const char *text, size_t length));

/* Calls `try` many times: half with some bytes of the text changed, half with a text made
 * of random bytes. The same ones in every run. */
void hostile_noise(const char *text, size_t length, void (*try)(const char *text, size_t length));

#endif

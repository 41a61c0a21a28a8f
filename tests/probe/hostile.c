/* SPDX-License-Identifier: MIT */
/* Hostile texts for parsers. */
#include "tests/probe/hostile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { ROUNDS = 4000, LONGEST = 400 };

static void hand_over(const char *text, size_t length,
		      void (*try)(const char *text, size_t length))
{
	char *exact = memory_copy(text, length);

	try(exact, length);
	free(exact);
}

void hostile_beginnings(const char *text, size_t length,
			void (*try)(const char *text, size_t length))
{
	for (size_t n = 0; n <= length; n++)
		hand_over(text, n, try);
}

/* A small generator of our own (xorshift), so that a failure comes again. */
static uint32_t random_number(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

void hostile_noise(const char *text, size_t length, void (*try)(const char *text, size_t length))
{
	/* Bytes that mean something to one parser or another come often. */
	static const char likely[] = "\n\t :()[]/-0123456789abfx\xff";
	uint32_t seed = 4711;

	for (int i = 0; i < ROUNDS; i++) {
		size_t n = i % 2 ? length : random_number(&seed) % LONGEST;
		char *bytes = i % 2 ? memory_copy(text, length) : memory_new(1, n);
		size_t changes = i % 2 ? 1 + random_number(&seed) % 8 : n;

		for (size_t k = 0; k < changes && n > 0; k++) {
			size_t at = i % 2 ? random_number(&seed) % n : k;
			uint32_t r = random_number(&seed);

			/* The last one is the text's NUL. */
			bytes[at] = r & 256 ? (char)r : likely[(r >> 9) % sizeof likely];
		}
		hand_over(bytes, n, try);
		free(bytes);
	}
}

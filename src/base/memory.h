/* SPDX-License-Identifier: MIT */
/* Memory that is there or ends the program.
 *
 * Nobody can do anything sensible about a failed malloc of a few hundred bytes,
 * so these functions never return NULL: they run the hook set with
 * memory_on_exhaustion (which restores the terminal), print one line and exit. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory for `count` items of `size` bytes; the caller frees. */
void *memory_new(size_t count, size_t size);

/* Grows an array so that it holds at least `need` items: `*cap` is its capacity
 * in items and is updated. New items are zeroed. Returns the (moved) array. */
void *memory_grow(void *array, size_t *cap, size_t need, size_t size);

/* The same without zeroes: for large arrays whose items are written whole, so that room which is not
 * used yet takes no memory. */
void *memory_more(void *array, size_t *cap, size_t need, size_t size);

/* Copies; the caller frees. memory_text(NULL) is NULL. */
char *memory_text(const char *s);
void *memory_copy(const void *data, size_t length);

/* Called once before the program ends for want of memory. */
void memory_on_exhaustion(void (*hook)(void));

#endif

/* SPDX-License-Identifier: MIT */
/* A table from two numbers (a device and an inode) to one: open addressing, no memory of its own for
 * an entry. `struct table t = {0};` is an empty one. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_slot {
	uint64_t a, b;
	int value;
	bool used;
};

struct table {
	struct table_slot *slot;
	size_t room; /* a power of two, or 0 */
	size_t count;
};

void table_free(struct table *t);
void table_clear(struct table *t); /* empties, keeps the memory */

/* Makes room for so many at once. */
void table_reserve(struct table *t, size_t n);

/* The value of (a, b), which is -1 until it is set; valid until the next table_at. */
int *table_at(struct table *t, uint64_t a, uint64_t b);

/* The value, or -1 where there is none. */
int table_find(const struct table *t, uint64_t a, uint64_t b);

#endif

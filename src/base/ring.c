/* SPDX-License-Identifier: MIT */
/* The ring's items stand at number % capacity, so nothing ever moves but the growing memory. */
#include "base/ring.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void ring_init(struct ring *r, size_t item_size, size_t capacity)
{
	*r = (struct ring){ .item_size = item_size ? item_size : 1,
			    .capacity = capacity ? capacity : 1 };
}

void ring_free(struct ring *r)
{
	free(r->items);
	*r = (struct ring){ .item_size = r->item_size, .capacity = r->capacity };
}

void ring_clear(struct ring *r)
{
	r->pushed = 0;
}

static unsigned char *place(const struct ring *r, uint64_t number)
{
	return r->items + (size_t)(number % r->capacity) * r->item_size;
}

void *ring_push(struct ring *r)
{
	size_t need = r->pushed < r->capacity ? (size_t)r->pushed + 1 : r->capacity;
	unsigned char *item;

	r->items = memory_grow(r->items, &r->room, need, r->item_size);
	item = place(r, r->pushed++);
	memset(item, 0, r->item_size);
	return item;
}

uint64_t ring_first(const struct ring *r)
{
	return r->pushed > r->capacity ? r->pushed - r->capacity : 0;
}

void *ring_at(const struct ring *r, uint64_t number)
{
	if (number < ring_first(r) || number >= r->pushed)
		return NULL;
	return place(r, number);
}

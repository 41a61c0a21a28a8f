/* SPDX-License-Identifier: MIT */
/* A ring of equal-sized items: the newest `capacity` are kept, older ones fall out.
 *
 * Items are numbered from 0 by the order in which they were pushed, for ever, so a
 * reader can keep a number and find out whether that item is still there. */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stddef.h>
#include <stdint.h>

struct ring {
	unsigned char *items; /* grows up to capacity, so that short runs stay small */
	size_t item_size, capacity, room;
	uint64_t pushed; /* how many were ever pushed: the next item's number */
};

void ring_init(struct ring *r, size_t item_size, size_t capacity);
void ring_free(struct ring *r);
void ring_clear(struct ring *r); /* forgets all items; numbers begin at 0 again */

/* Room for the next item, zeroed; valid until the next push. */
void *ring_push(struct ring *r);

/* The number of the oldest item still there (== pushed when empty). */
uint64_t ring_first(const struct ring *r);

/* Item by number; NULL when it fell out or does not exist yet. */
void *ring_at(const struct ring *r, uint64_t number);

#endif

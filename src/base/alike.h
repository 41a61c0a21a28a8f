/* SPDX-License-Identifier: MIT */
/* How alike two words are: for "did you mean". */
#ifndef BASE_ALIKE_H
#define BASE_ALIKE_H

#include <stddef.h>

/* Words this far apart or farther are not worth suggesting. */
#define ALIKE_FAR 3

/* How many letters must be added, dropped, changed or swapped with their neighbour to make
 * one word of the other, upper and lower case alike; ALIKE_FAR at most. */
int alike_distance(const char *a, const char *b);

/* The word of the list (ended by NULL) that is most alike; NULL when none is near. */
const char *alike_nearest(const char *word, const char *const *list);

#endif

/* SPDX-License-Identifier: MIT */
/* The orders in which the System tab can stand. */
#ifndef UI_SYSTEM_SORT_H
#define UI_SYSTEM_SORT_H

#include "system/system.h"
#include "ui/sorting.h"

enum system_sort {
	SORT_ATTENTION, SORT_LEVEL, SORT_SINCE, SORT_RATE, SORT_NAME, SORT_WRITERS, SORT_READERS,
	SYSTEM_SORTS
};

enum system_column { COLUMN_OBJECT, COLUMN_LEVEL, COLUMN_WRITERS, COLUMN_READERS, COLUMN_STATE, SYSTEM_COLUMNS };

const struct sorting_about *system_sort_about(int by);

/* What a click on a column's title asks for. */
enum system_sort system_sort_of_column(enum system_column c, enum system_sort present);

/* The objects of `order` (NULL: there are none) sorted so: indexes, for the caller to free. What has no such
 * thing stands behind the others. NULL: all as they stand. */
int *system_sorted(const struct system *s, const int *order, enum system_sort by);

#endif

/* SPDX-License-Identifier: MIT */
/* The orders in which the Objects tab can stand. */
#ifndef UI_OBJECTS_SORT_H
#define UI_OBJECTS_SORT_H

#include "command/facilities.h"
#include "ui/sorting.h"

enum objects_sort {
	OBJECTS_BY_STATE, OBJECTS_BY_KIND, OBJECTS_BY_SIZE, OBJECTS_BY_USERS, OBJECTS_BY_NAME, OBJECTS_BY_OWNER,
	OBJECTS_SORTS
};

enum objects_column {
	OBJECTS_KIND, OBJECTS_NAME, OBJECTS_KEY, OBJECTS_OWNER, OBJECTS_MODE, OBJECTS_HOLDS, OBJECTS_USED, OBJECTS_STATE,
	OBJECTS_COLUMNS
};

const struct sorting_about *objects_sort_about(int by);

/* Sorts rows of a list that stands as facilities_order puts it, by state; what has no such thing comes behind the others. */
void objects_sort(int *row, size_t n, const struct facilities *list, const struct system *s, enum objects_sort by);

#endif

/* SPDX-License-Identifier: MIT */
#include "ui/sorting.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct row { struct sorting_key key; int place, index; };

static int by_text(const char *a, const char *b, int (*way)(const char *, const char *))
{
	return a && b ? way(a, b) : (a == NULL) - (b == NULL);
}

static int compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	const struct sorting_key *k = &x->key, *l = &y->key;
	int order;

	if (k->number != l->number)
		return k->number > l->number ? -1 : 1;
	if ((order = by_text(k->first, l->first, strcasecmp)) || (order = by_text(k->second, l->second, strverscmp)))
		return order;
	return k->last != l->last ? (k->last > l->last ? 1 : -1) : x->place - y->place;
}

void sorting_run(int *index, size_t n, void (*key)(const void *arg, int index, struct sorting_key *k), const void *arg)
{
	struct row *row = memory_new(n + 1, sizeof *row);

	for (size_t i = 0; i < n; i++) {
		row[i] = (struct row){ .key.number = -1, .place = (int)i, .index = index[i] };
		key(arg, index[i], &row[i].key);
	}
	qsort(row, n, sizeof *row, compare);
	for (size_t i = 0; i < n; i++)
		index[i] = row[i].index;
	free(row);
}

int sorting_of_column(const struct sorting_about *(*about)(int by), int orders, int column, int present)
{
	int from = about(present)->column == column ? present : orders - 1;

	for (int i = 1; i <= orders; i++)
		if (about((from + i) % orders)->column == column)
			return (from + i) % orders;
	return present;
}

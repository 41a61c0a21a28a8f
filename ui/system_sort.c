/* SPDX-License-Identifier: MIT */
#include "ui/system_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "ui/system_cells.h"

/* A pipe may be full of slots before it is full of bytes. */
static void take_level(const struct system *s, int object, struct sorting_key *k)
{
	const struct system_object *o = &s->object[object];
	const struct system_reading *level, *limit;

	system_fuller(o, &level, &limit);
	if (level->known && limit->known && limit->number > 0)
		k->number = o->full ? 1 : (double)level->number / (double)limit->number;
}

static void take_since(const struct system *s, int object, struct sorting_key *k)
{
	k->number = (double)system_cell_lasted(s, object);
}

static void take_rate(const struct system *s, int object, struct sorting_key *k)
{
	const struct system_rate *rate = &s->object[object].rate;

	/* What passed is known to be more than nothing; of a bound only that it is not more. */
	if (rate->how != RATE_UNKNOWN && rate->how != RATE_AT_MOST)
		k->number = (double)system_rate_number(rate);
}

static void take_name(const struct system *s, int object, struct sorting_key *k)
{
	k->first = system_kind_word(s->object[object].kind);
	k->second = s->object[object].name;
}

static void take_user(const struct system *s, int object, enum system_side side, struct sorting_key *k)
{
	int others, process = system_first_user(s, object, side, &others);

	if (process >= 0) {
		k->first = s->process[process].name;
		k->last = s->process[process].pid;
	}
}

static void take_writer(const struct system *s, int object, struct sorting_key *k)
{
	take_user(s, object, SYSTEM_WRITES, k);
}

static void take_reader(const struct system *s, int object, struct sorting_key *k)
{
	take_user(s, object, SYSTEM_READS, k);
}

static const struct {
	struct sorting_about about;
	void (*take)(const struct system *s, int object, struct sorting_key *k); /* NULL: they stand so */
} orders[SYSTEM_SORTS] = {
	[SORT_ATTENTION] = { { "attention", "what needs attention first", COLUMN_STATE, false }, NULL },
	[SORT_LEVEL] = { { "level", "the fullest first", COLUMN_LEVEL, false }, take_level },
	[SORT_SINCE] = { { "time", "what has stood so for longest first", COLUMN_STATE, false }, take_since },
	[SORT_RATE] = { { "rate", "what moves most first", COLUMN_STATE, false }, take_rate },
	[SORT_NAME] = { { "name", "by kind and name", COLUMN_OBJECT, true }, take_name },
	[SORT_WRITERS] = { { "writer", "by the writer's name", COLUMN_WRITERS, true }, take_writer },
	[SORT_READERS] = { { "reader", "by the reader's name", COLUMN_READERS, true }, take_reader },
};

const struct sorting_about *system_sort_about(int by)
{
	return &orders[by].about;
}

enum system_sort system_sort_of_column(enum system_column c, enum system_sort present)
{
	return (enum system_sort)sorting_of_column(system_sort_about, SYSTEM_SORTS, (int)c, (int)present);
}

struct sorted { const struct system *s; enum system_sort by; };

static void take(const void *arg, int object, struct sorting_key *k)
{
	const struct sorted *sorted = arg;

	orders[sorted->by].take(sorted->s, object, k);
}

int *system_sorted(const struct system *s, const int *order, enum system_sort by)
{
	const struct sorted arg = { s, by };
	int *sorted;

	if (!order || !orders[by].take)
		return NULL;
	sorted = memory_new(s->n_objects + 1, sizeof *sorted);
	memcpy(sorted, order, s->n_objects * sizeof *sorted);
	sorting_run(sorted, s->n_objects, take, &arg);
	return sorted;
}

/* SPDX-License-Identifier: MIT */
/* The limits of System V and POSIX objects, and how near they are. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/columns.h"
#include "command/objects_out.h"

enum { LIMIT_COLUMNS = 5 };

/* ---- what the snapshot tells ------------------------------------------------------------------ */

static void set_used(struct limit *limit, int n, const char *name, uint64_t used)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(limit[i].name, name)) {
			limit[i].used = used;
			limit[i].used_known = true;
			limit[i].why = NULL;
		}
}

int objects_limits(struct limit out[LIMITS_MOST], const struct system *s)
{
	uint64_t segment = 0, set = 0, queues = 0;
	int n = limits_read(out);

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct system_object *o = &s->object[i];

		if (o->kind == SYSTEM_SEGMENT && o->sysv.segment.size > segment)
			segment = o->sysv.segment.size;
		if (o->kind == SYSTEM_SEMAPHORES && o->sysv.semaphores.count > set)
			set = o->sysv.semaphores.count;
	}
	for (size_t i = 0; i < s->posix.count; i++)
		queues += s->posix.list[i].kind == 'Q';
	set_used(out, n, "SHMMAX", segment);
	set_used(out, n, "SEMMSL", set);
	if (s->posix.queues_listed)
		set_used(out, n, "queues_max", queues);
	for (int i = 0; i < n; i++)
		if (!strcmp(out[i].name, "queues_max") && !out[i].used_known)
			out[i].why = POSIX_MQUEUE " is not mounted, or may not be read";
	return n;
}

/* ---- the table -------------------------------------------------------------------------------- */

/* The kernel's way to say that there is no limit: 2^64 less a little. */
static const uint64_t unlimited = UINT64_MAX / 4;

static void add_amount(struct text *t, const struct limit *l, uint64_t amount)
{
	if (amount > unlimited) {
		text_add(t, "none");
		return;
	}
	if (!strcmp(l->unit, "bytes"))
		paper_add_size(t, amount);
	else
		text_addf(t, "%llu", (unsigned long long)amount);
	text_add(t, !strcmp(l->unit, "pages") ? " pages" : "");
}

void limits_table(struct text *t, const struct paper *p, const struct limit *limit, int n)
{
	static const char *const head[LIMIT_COLUMNS] = { "LIMIT OF", "USED", "LIMIT", "NEAR", "NAME" };
	struct columns columns = { .n = LIMIT_COLUMNS, .right = 1u << 1 | 1u << 2 | 1u << 3, .fewest = { [0] = 12, [4] = 6 } };
	size_t rows = (size_t)n + 1;
	char **cell = memory_new(rows * LIMIT_COLUMNS, sizeof *cell);

	for (int c = 0; c < LIMIT_COLUMNS; c++)
		cell[c] = memory_text(head[c]);
	for (int i = 0; i < n; i++) {
		const struct limit *l = &limit[i];
		struct text x[LIMIT_COLUMNS] = { 0 };

		text_add(&x[0], l->what);
		if (l->used_known)
			add_amount(&x[1], l, l->used);
		else
			text_add(&x[1], l->why ? "?" : "-");
		if (l->limited)
			add_amount(&x[2], l, l->limit);
		else if (*l->name)
			text_add(&x[2], "none");
		if (l->used_known && l->limited && l->limit && l->limit <= unlimited)
			text_addf(&x[3], "%.2f %%", (double)l->used * 100 / (double)l->limit);
		text_add(&x[4], l->name);
		for (int c = 0; c < LIMIT_COLUMNS; c++)
			cell[(size_t)(i + 1) * LIMIT_COLUMNS + (size_t)c] = text_take(&x[c]);
	}
	columns_measure(&columns, p, cell, rows);
	for (size_t i = 0; i < rows; i++)
		columns_add(t, &columns, p, &cell[i * LIMIT_COLUMNS]);
	for (size_t i = 0; i < rows * LIMIT_COLUMNS; i++)
		free(cell[i]);
	free(cell);
	for (int i = 0; i < n; i++)
		if (!limit[i].used_known && limit[i].why) {
			struct text line = { 0 };

			text_addf(&line, "? used of %s: %s", limit[i].name, limit[i].why);
			paper_add_wrapped(t, p, text_string(&line), 2);
			text_free(&line);
		}
}

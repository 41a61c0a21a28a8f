/* SPDX-License-Identifier: MIT */
#include "ui/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

static const int64_t span = 60 * CLOCK_S, gap = 3 * CLOCK_S;

enum { UNSEEN = -1 };

void history_clear(struct history *h)
{
	h->n = 0;
}

static int64_t last_at(const struct history *h)
{
	return h->n ? h->item[(h->n - 1) % HISTORY_LEVELS].at : INT64_MIN;
}

void history_add(struct history *h, int64_t at, int64_t level)
{
	int64_t before = last_at(h);

	if (h->n && at - before > gap)
		h->item[h->n++ % HISTORY_LEVELS] = (struct history_level){ before + gap, UNSEEN };
	h->item[h->n++ % HISTORY_LEVELS] = (struct history_level){ at, level };
}

static unsigned long long first(const struct history *h)
{
	return h->n > HISTORY_LEVELS ? h->n - HISTORY_LEVELS : 0;
}

static int64_t highest(const struct history *h)
{
	int64_t most = 1;

	for (unsigned long long i = first(h); i < h->n; i++)
		if (h->item[i % HISTORY_LEVELS].level > most)
			most = h->item[i % HISTORY_LEVELS].level;
	return most;
}

void history_draw(const struct history *h, struct canvas *c, struct area a, int64_t now, int64_t limit)
{
	unsigned long long i = first(h);
	int64_t last = UNSEEN; /* the level as it stood before the column */

	if (limit <= 0)
		limit = highest(h);
	for (int x = 0; x < a.width; x++) {
		int64_t end = now - span + span * (x + 1) / a.width, most = last;

		for (; i < h->n && h->item[i % HISTORY_LEVELS].at <= end; i++) {
			last = h->item[i % HISTORY_LEVELS].level;
			if (last > most)
				most = last;
		}
		if (end - span / a.width > last_at(h) + gap)
			most = last = UNSEEN; /* nobody has looked since */
		if (most >= 0)
			canvas_column(c, a.x + x, a.y, 1, a.height, 0, most, limit);
		if (most == 0) /* seen, and empty: not the same as not seen */
			canvas_put_glyph(c, a.x + x, a.y + a.height - 1, STYLE_LEVEL_EMPTY, GLYPH_SHADE);
	}
}

/* ---- many ------------------------------------------------------------------------------------------------ */

struct history *histories_find(const struct histories *h, const struct history_owner *owner)
{
	for (int i = 0; i < h->n; i++)
		if (!memcmp(&h->item[i].owner, owner, sizeof *owner))
			return h->item[i].history;
	return NULL;
}

struct history *histories_at(struct histories *h, const struct history_owner *owner)
{
	struct history *found = histories_find(h, owner);
	int at = 0;

	if (found)
		return found;
	if (h->n < HISTORIES) {
		at = h->n++;
		h->item[at].history = memory_new(1, sizeof *found);
	}
	for (int i = 0; i < h->n && h->item[at].history->n; i++)
		if (last_at(h->item[i].history) < last_at(h->item[at].history))
			at = i;
	h->item[at].owner = *owner;
	history_clear(h->item[at].history);
	return h->item[at].history;
}

void histories_free(struct histories *h)
{
	for (int i = 0; i < h->n; i++)
		free(h->item[i].history);
	*h = (struct histories){ 0 };
}

/* SPDX-License-Identifier: MIT */
#include "ui/history.h"

#include "base/clock.h"

static const int64_t span = 60 * CLOCK_S;

void history_clear(struct history *h)
{
	h->n = 0;
}

void history_add(struct history *h, int64_t at, int64_t level)
{
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
	int64_t last = -1; /* the level as it stood before the column; -1 not known */

	if (limit <= 0)
		limit = highest(h);
	for (int x = 0; x < a.width; x++) {
		int64_t end = now - span + span * (x + 1) / a.width, most = last;

		for (; i < h->n && h->item[i % HISTORY_LEVELS].at <= end; i++) {
			last = h->item[i % HISTORY_LEVELS].level;
			if (last > most)
				most = last;
		}
		if (most >= 0)
			canvas_column(c, a.x + x, a.y, 1, a.height, 0, most, limit);
		if (most == 0) /* seen, and empty: not the same as not seen */
			canvas_put_glyph(c, a.x + x, a.y + a.height - 1, STYLE_LEVEL_EMPTY, GLYPH_SHADE);
	}
}

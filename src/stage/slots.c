/* SPDX-License-Identifier: MIT */
#include "stage/slots.h"

#include <string.h>

static struct slots_one *at(struct slots *s, unsigned n)
{
	return &s->slot[(s->first + n) % SLOTS_KEPT];
}

const struct slots_one *slots_at(const struct slots *s, unsigned n)
{
	return &s->slot[(s->first + n) % SLOTS_KEPT];
}

static void forget(struct slots *s)
{
	s->count = s->first = 0;
	s->bytes = 0;
}

void slots_init(struct slots *s, unsigned page, int64_t capacity)
{
	s->page = page;
	forget(s);
	s->trusted = true;
	s->why = NULL;
	slots_resize(s, capacity);
}

void slots_resize(struct slots *s, int64_t capacity)
{
	s->max = (unsigned)(capacity / s->page);
	if (s->max > SLOTS_KEPT)
		slots_distrust(s, "more slots than the model keeps");
}

void slots_distrust(struct slots *s, const char *why)
{
	s->trusted = false;
	s->why = why;
}

static void add(struct slots *s, uint32_t fill, bool packet)
{
	if (s->count == SLOTS_KEPT) {
		slots_distrust(s, "more slots than the model keeps");
		return;
	}
	*at(s, s->count++) = (struct slots_one){ 0, fill, packet };
	s->bytes += fill;
}

static int64_t chunk(const struct slots *s, int64_t n)
{
	return n < s->page ? n : s->page;
}

int64_t slots_write(struct slots *s, int64_t n, bool packet)
{
	int64_t left = n, r = n % s->page;

	if (!s->trusted)
		return n;
	if (r && s->count) {
		struct slots_one *last = at(s, s->count - 1);

		if (!last->packet && last->start + last->fill + r <= s->page) {
			last->fill += (uint32_t)r;
			s->bytes += r;
			left -= r;
		}
	}
	while (left > 0 && s->count < s->max) {
		int64_t c = chunk(s, left);

		add(s, (uint32_t)c, packet);
		left -= c;
	}
	return n - left;
}

void slots_resume(struct slots *s, int64_t n, bool packet)
{
	while (s->trusted && n > 0) {
		int64_t c = chunk(s, n);

		add(s, (uint32_t)c, packet);
		n -= c;
	}
}

void slots_read(struct slots *s, int64_t n, bool packets)
{
	while (s->trusted && n > 0 && s->count) {
		struct slots_one *oldest = at(s, 0);
		int64_t take = n < oldest->fill ? n : oldest->fill;
		bool gone = packets && oldest->packet;

		oldest->start += (uint32_t)take;
		oldest->fill -= (uint32_t)take;
		s->bytes -= take;
		n -= take;
		if (gone) { /* read(2) returns at a packet's end and drops its rest */
			s->bytes -= oldest->fill;
			oldest->fill = 0;
			n = 0;
		}
		if (oldest->fill == 0) {
			s->first = (s->first + 1) % SLOTS_KEPT;
			s->count--;
		}
	}
	if (n > 0)
		slots_distrust(s, "more was read than the model knew of");
}

void slots_check(struct slots *s, int64_t bytes, bool writable_known, bool writable, bool settled)
{
	if (!settled)
		return;
	if (bytes == 0 && s->max <= SLOTS_KEPT) {
		forget(s);
		s->trusted = true;
		s->why = NULL;
		return;
	}
	if (!s->trusted)
		return;
	if (bytes != s->bytes)
		slots_distrust(s, "data was moved that the model did not hear of");
	else if (writable_known && writable != (s->count < s->max))
		slots_distrust(s, "poll says otherwise");
}

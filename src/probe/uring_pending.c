/* SPDX-License-Identifier: MIT */
/* Which requests are under way: entries that were taken, without those whose completions were posted.
 *
 * Entries and completions are matched by user_data, which a program may use again as soon as it likes. So
 * what is left over by matching everything is under way for sure, and may be too little: an entry was
 * matched with the completion of an older one. Then the list of operations that wait for their files tells
 * more, and the rest is counted. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "probe/uring.h"

/* An entry, as io_uring_enter(2) has it: of 5.1 on, so it can be had where the header cannot. */
struct entry {
	uint8_t operation, flags;
	uint16_t priority;
	int32_t fd;
	uint64_t offset, address;
	uint32_t length, more;   /* by operation: poll's events */
	uint64_t user_data;
	uint16_t buffer, personality;
	int32_t from;            /* splice, tee */
	uint64_t rest[2];
};

struct completion { uint64_t user_data; int32_t result; uint32_t flags; };

_Static_assert(sizeof(struct entry) == 64 && sizeof(struct completion) == 16, "the kernel's sizes");

/* IOSQE_..., IORING_SQ_NEED_WAKEUP, IORING_CQE_F_MORE, SPLICE_F_FD_IN_FIXED. */
enum { FLAG_NEED_WAKEUP = 1, FLAG_FIXED = 1, FLAG_LINK = 4 | 8, FLAG_SKIP = 64, COMPLETION_MORE = 2, OPERATION_NOP = 0,
       OPERATION_LINK_TIMEOUT = 15 };
#define FROM_FIXED (UINT32_C(1) << 31)

/* Only so many of the newest are looked at. */
enum { WINDOW = 1024, COMPLETIONS = 4096 };

struct item { const struct entry *entry; uint32_t position; bool done, reused, pending; };

struct window {
	struct item *item;
	size_t n;
	bool whole;              /* all completions there have ever been were looked at */
	bool more;               /* requests with several completions were seen */
	int64_t finals;          /* completions looked at, without those of requests that go on */
};

/* --- entries and completions ------------------------------------------------------------------- */

/* Without an order of the process's own entry N stands in place N; an array of zeroes is none, when the entry in
 * place 1 was used. */
static bool has_order(const struct uring_memory *m)
{
	const struct entry *entries = m->sqe;
	static const struct entry none;

	if (!m->order || m->entries < 2 || m->taken < 2)
		return m->order != NULL;
	for (uint32_t i = 0; i < m->entries && i < m->taken; i++)
		if (m->order[i])
			return true;
	return memcmp(&entries[1], &none, sizeof none) == 0;
}

/* The newest entries that were taken, the oldest of them first. One place used for several positions holds
 * the newest. */
static void collect(const struct uring_memory *m, struct window *w)
{
	uint32_t most = m->entries < WINDOW ? m->entries : WINDOW, n = m->taken < most ? m->taken : most;
	bool ordered = has_order(m), *used = memory_new(m->entries, sizeof *used);
	struct item *newest_first = memory_new(n ? n : 1, sizeof *newest_first);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t position = m->taken - 1 - i, at = position & (m->entries - 1);

		at = ordered ? m->order[at] : at;
		if (at >= m->entries || used[at])
			continue;
		used[at] = true;
		newest_first[w->n++] = (struct item){ .entry = (const struct entry *)m->sqe + at, .position = position };
	}
	w->item = memory_new(w->n ? w->n : 1, sizeof *w->item);
	for (size_t i = 0; i < w->n; i++)
		w->item[i] = newest_first[w->n - 1 - i];
	free(newest_first);
	free(used);
}

/* The oldest entry with this user_data is the one that was completed. */
static void complete(struct window *w, uint64_t user_data)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->item[i].entry->user_data == user_data && !w->item[i].done) {
			w->item[i].done = true;
			return;
		}
	/* One more than there are entries: it is used again and again. */
	for (size_t i = 0; i < w->n; i++)
		w->item[i].reused |= w->item[i].entry->user_data == user_data;
}

static void match(const struct uring_memory *m, struct window *w)
{
	uint32_t most = m->completions < COMPLETIONS ? m->completions : COMPLETIONS;
	uint32_t n = m->posted < most ? m->posted : most;

	w->whole = m->posted <= most;
	for (uint32_t i = 0; i < n; i++) {
		const struct completion *c = (const struct completion *)m->cqe +
					     ((m->posted - 1 - i) & (m->completions - 1));

		if (c->flags & COMPLETION_MORE) {
			w->more = true;
			continue;
		}
		w->finals++;
		complete(w, c->user_data);
	}
}

/* --- what is left ------------------------------------------------------------------------------- */

/* How many are under way: -1 where requests with several completions, or with none, make the counters useless. */
static int64_t count(const struct uring_memory *m, const struct window *w, bool overflown)
{
	int64_t n = w->whole ? (int64_t)m->taken - w->finals : (int64_t)(uint32_t)(m->taken - m->posted);

	if (overflown || (!w->whole && (w->more || n > INT32_MAX)))
		return -1;
	for (size_t i = 0; i < w->n; i++)
		if (w->item[i].entry->flags & FLAG_SKIP)
			return -1;
	return n;
}

/* Takes one operation of this number off the list of those that wait for their files. */
static bool take_armed(struct uring_info *left, int operation)
{
	for (size_t i = 0; i < left->n_armed; i++)
		if (left->armed[i] == operation) {
			left->armed[i] = left->armed[--left->n_armed];
			return true;
		}
	return false;
}

static size_t count_armed(const struct uring_info *left, int operation)
{
	size_t n = 0;

	for (size_t i = 0; i < left->n_armed; i++)
		n += left->armed[i] == operation;
	return n;
}

static size_t count_open(const struct window *w, int operation)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += !w->item[i].done && (operation < 0 || w->item[i].entry->operation == operation);
	return n;
}

/* Entries without a completion. Where that may only be out of sight, those whose operations are under way in that
 * number. More of them than there can be, or nops, which never wait: a ring whose entries are of another size. */
static void mark_pending(struct window *w, int64_t total, const struct uring *out, struct uring_info *left)
{
	bool sure = (w->whole || (!w->more && total >= 0)) && !out->info.overflown &&
		    count_open(w, OPERATION_NOP) == 0 && (total < 0 || count_open(w, -1) <= (size_t)total);

	for (size_t i = 0; i < w->n; i++) {
		struct item *item = &w->item[i];
		int operation = item->entry->operation;

		if (item->done)
			continue;
		if (sure && !(item->entry->flags & FLAG_SKIP))
			item->pending = true;
		else
			item->pending = count_open(w, operation) <= count_armed(&out->info, operation);
		if (item->pending)
			take_armed(left, operation);
	}
}

/* What two entries have in common when it does not matter which of them is under way. */
static bool same_target(const struct entry *a, const struct entry *b)
{
	return a->operation == b->operation && a->fd == b->fd && (a->flags & FLAG_FIXED) == (b->flags & FLAG_FIXED) &&
	       a->from == b->from && a->more == b->more;
}

/* Of an operation that waits for its file and was not found yet: the newest entry of its kind that may have
 * been matched in error, when all such are about one and the same. */
static struct item *matched_in_error(struct window *w, int operation)
{
	struct item *found = NULL;

	for (size_t i = w->n; i-- > 0;) {
		struct item *item = &w->item[i];

		if (item->entry->operation != operation || item->pending || !item->reused)
			continue;
		if (found && !same_target(found->entry, item->entry))
			return NULL;
		found = found ? found : item;
	}
	return found;
}

static void add(struct uring *out, const struct uring_request *r)
{
	if (out->n < URING_REQUESTS)
		out->request[out->n++] = *r;
}

static void add_unknown(struct uring *out, int operation)
{
	add(out, &(struct uring_request){ .operation = operation, .fd = -1, .from = -1 });
}

static void add_item(struct uring *out, const struct item *item, bool behind)
{
	const struct entry *e = item->entry;
	enum uring_wants wants = uring_operation(e->operation)->wants;
	struct uring_request r = { .operation = e->operation, .known = true, .fd = e->fd, .from = -1,
				   .user_data = e->user_data };

	r.fixed = e->flags & FLAG_FIXED;
	r.behind = behind && e->operation != OPERATION_LINK_TIMEOUT;
	if (wants == URING_BOTH) {
		r.from = e->from;
		r.from_fixed = e->more & FROM_FIXED;
	}
	if (wants == URING_EVENTS)
		r.events = e->more & 0xffff;
	if (wants == URING_TIME || wants == URING_OTHER)
		r.fd = -1;
	add(out, &r);
}

static void add_window(struct uring *out, const struct window *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct item *before = i ? &w->item[i - 1] : NULL;

		if (w->item[i].pending)
			add_item(out, &w->item[i], before && before->pending && before->entry->flags & FLAG_LINK &&
				 before->position + 1 == w->item[i].position);
	}
}

/* Those of whom only the operation is told, and behind them those of whom not even that is. */
static void add_rest(struct uring *out, const struct uring_info *left, int64_t total)
{
	for (size_t i = 0; i < left->n_armed; i++)
		add_unknown(out, left->armed[i]);
	if (total >= 0 && total < (int64_t)out->n)
		total = (int64_t)out->n;
	for (int64_t i = (int64_t)out->n; i < total && out->n < URING_REQUESTS; i++)
		add_unknown(out, -1);
	out->under_way = total;
}

/* What both sides have not seen of each other yet. */
static void count_unseen(const struct uring_memory *m, struct uring *out)
{
	const struct uring_info *i = &out->info;

	if (m) {
		out->ready = m->posted - m->seen;
		out->queued = m->queued - m->taken;
		out->asleep = m->flags & FLAG_NEED_WAKEUP;
	} else if (i->has & URING_HAS_COUNTERS) {
		out->ready = i->posted - i->cq_head;
		out->queued = i->sq_tail - i->taken;
	}
}

void uring_pending(const struct uring_memory *memory, struct uring *out)
{
	struct uring_info left = out->info;
	struct window w = { 0 };
	int64_t total;

	out->n = 0;
	out->memory = memory != NULL;
	count_unseen(memory, out);
	if (!memory) {
		uint32_t n = out->info.taken - out->info.posted;

		add_rest(out, &left, out->info.has & URING_HAS_COUNTERS && n <= INT32_MAX ? (int64_t)n : -1);
		return;
	}
	collect(memory, &w);
	match(memory, &w);
	total = count(memory, &w, out->info.overflown);
	mark_pending(&w, total, out, &left);
	for (size_t i = 0; i < left.n_armed;) {
		struct item *item = matched_in_error(&w, left.armed[i]);

		if (item) {
			item->pending = true;
			left.armed[i] = left.armed[--left.n_armed];
		} else {
			i++;
		}
	}
	add_window(out, &w);
	add_rest(out, &left, total);
	free(w.item);
}

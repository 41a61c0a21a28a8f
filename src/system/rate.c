/* SPDX-License-Identifier: MIT */
/* How much passed through an object between two snapshots.
 *
 * TCP counts it. Of pipes, FIFOs and Unix sockets nothing does; what processes read and write in all is counted
 * (probe/io.h), and the level tells what went in without coming out. So:
 *
 *   Who slept all the time moved nothing. When that is one side, the level tells what the other moved: exact. A named
 *   one might have been opened by others meanwhile, and those who may not be looked into may hold it: modelled.
 *   When the writers' count is the readers' and the change of the level, but for 1 in AGREE_WITHIN, and neither have
 *   another way for what they moved, it passed here: modelled. Never of less than AGREE_LEAST, for small numbers
 *   agree by chance (8 bytes of an eventfd each second), and not where the counts are vague.
 *   Else the smaller count of a side that seems to use read(2) and write(2) alone is a bound. A side that ran and
 *   counted nothing is not trusted, for what it splices is not counted; nor is one that writes and reads nothing,
 *   although it could: pv(1) writes its progress, and splices the rest. send(2) and recv(2) are not counted, so that
 *   Unix sockets have no bounds.
 *
 * Not seen is who uses splice(2) beside read(2), and who came and went in between. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/memory.h"
#include "system/rate.h"

enum { AGREE_LEAST = 4096, AGREE_WITHIN = 256, VAGUE = 4, PRECISE = 16 };

static const char one_snapshot[] = "it takes two snapshots to know";
static const char new_object[] = "it was not there at the snapshot before";
static const char not_asked[] = "what processes read and write was not asked for";
static const char hidden[] = "others may hold it who could not be looked into";
static const char no_level[] = "its level is not known";
static const char just_moved[] = "it moved just as it was looked at";
static const char both_slept[] = "nobody who has it ran";
static const char readers_slept[] = "who reads did not run: its level tells what went in";
static const char writers_slept[] = "who writes did not run: its level tells what came out";
static const char agreed[] = "its writers' and readers' counts agree (/proc/PID/io)";
static const char writers_bound[] = "its writers wrote so much in all (/proc/PID/io)";
static const char readers_bound[] = "its readers read so much in all (/proc/PID/io)";
static const char uncounted[] = "splice(2), io_uring(7) and unfinished writes are not counted";
static const char sends[] = "send(2) and recv(2) are not counted";
static const char disagree[] = "its processes moved more, or other things, by their counts";
static const char one_way[] = "counts agree one way; send(2) and recv(2) are not counted";
static const char datagrams[] = "datagrams and packets are not counted";
static const char tcp_counts[] = "counted by TCP (TCP_INFO)";
static const char tcp_unknown[] = "TCP does not tell of it: it listens, is not connected, or over";
static const char no_count[] = "the kernel does not count what passes through it";
static const char no_messages[] = "the kernel does not count messages, and both sides ran";

static struct system_rate unknown(const char *why)
{
	return (struct system_rate){ .how = RATE_UNKNOWN, .source = why };
}

const char *system_rate_word(enum system_rate_how h)
{
	static const char *const words[] = {
		[RATE_UNKNOWN] = "?", [RATE_EXACT] = "exact", [RATE_MODELLED] = "modelled", [RATE_AT_LEAST] = "at least",
		[RATE_AT_MOST] = "at most",
	};

	return words[h];
}

int64_t system_rate_number(const struct system_rate *r)
{
	if (r->how == RATE_UNKNOWN || r->between <= 0)
		return 0;
	return (int64_t)((double)r->moved * 1e9 / (double)r->between + 0.5);
}

bool system_rate_flows(const struct system_rate *r)
{
	return r->how != RATE_UNKNOWN && r->how != RATE_AT_MOST && r->moved > 0;
}

/* --- marks ------------------------------------------------------------------------------------------ */

static int64_t mark_of(const struct system_reading *r)
{
	return r->known ? r->number : -1;
}

/* What the writes that sleep about an object were asked to write: some of it may have been written already. */
static void mark_unfinished(struct system *s, struct mark *marks)
{
	for (size_t i = 0; i < s->n_threads; i++) {
		const struct system_thread *t = &s->thread[i];
		struct mark *m = t->object >= 0 ? &marks[t->object] : NULL;

		if (!m || t->wait != WAIT_WRITE || m->unfinished < 0)
			continue;
		if (t->call == SYS_write && t->argument[2] <= INT32_MAX)
			m->unfinished += (int64_t)t->argument[2];
		else
			m->unfinished = -1;
	}
}

static void mark_evading(struct system *s)
{
	for (size_t i = 0; i < s->n_threads; i++) {
		const struct system_thread *t = &s->thread[i];
		const struct system_process *p = &s->process[t->process];
		struct counted *c;
		bool evades = t->call == SYS_splice || t->call == SYS_tee || t->call == SYS_vmsplice;

#ifdef SYS_io_uring_enter
		evades |= t->call == SYS_io_uring_enter;
#endif
		c = evades ? counted_find(s, p->pid, p->start) : NULL;
		if (c)
			c->evades = true;
	}
}

/* Levels of what is shown are read again before the next snapshot, so they are kept as they were. Without counts TCP
 * alone has rates, and of ten thousand pipes nothing is written. */
static void make_marks(struct system *s)
{
	struct system_private *v = s->private;

	v->n_marks = s->n_objects;
	v->marks = memory_more(v->marks, &v->room_marks, s->n_objects, sizeof *v->marks);
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct system_object *o = &s->object[i];
		struct mark *m = &v->marks[i];

		if (!s->with_rates && o->kind != SYSTEM_TCP)
			continue;
		*m = (struct mark){ mark_of(&o->level), mark_of(&o->level_b), { -1, -1 }, { -1, -1 }, 0 };
		for (int side = 0; o->kind == SYSTEM_TCP && o->socket && side < 2; side++)
			if (o->socket[side].found && o->socket[side].moved_known) {
				m->acked[side] = (int64_t)o->socket[side].acked;
				m->received[side] = (int64_t)o->socket[side].received;
			}
	}
	if (!s->with_rates)
		return;
	mark_unfinished(s, v->marks);
	mark_evading(s);
}

/* --- what processes tell ----------------------------------------------------------------------------- */

/* From what to what it can have been. */
struct span { int64_t least, most; };

static struct span common(struct span a, struct span b)
{
	return (struct span){ a.least > b.least ? a.least : b.least, a.most < b.most ? a.most : b.most };
}

static bool vague(struct span s, int part)
{
	return s.most - s.least > s.most / part;
}

static struct system_rate moved(const struct rates *r, enum system_rate_how how, int64_t in, int64_t out, const char *source)
{
	if (in < 0 || out < 0)
		return unknown(just_moved);
	return (struct system_rate){ how, in > out ? in : out, r->between, source };
}

static enum system_rate_how sure(const struct rates *r, const struct system_object *o)
{
	bool named = o->kind == SYSTEM_FIFO || o->kind == SYSTEM_MQUEUE;

	return named || r->s->hidden_processes || r->s->unlisted ? RATE_MODELLED : RATE_EXACT;
}

/* Where one side slept. How UNKNOWN without a source: neither did. */
static struct system_rate by_sleep(struct rates *r, const struct way *w, const struct side *in, const struct side *out, int64_t change,
				   bool level)
{
	enum system_rate_how how = sure(r, &r->s->object[w->object]);

	if (in->slept && out->slept)
		return level && change ? unknown(just_moved) : moved(r, how, 0, 0, both_slept);
	if (!in->slept && !out->slept)
		return unknown(NULL);
	if (!level)
		return unknown(no_level);
	if (!side_still(r, w, in->slept))
		return unknown(just_moved);
	return out->slept ? moved(r, how, change, 0, readers_slept) : moved(r, how, 0, -change, writers_slept);
}

/* What the writers can have written by now, of which a part of the last write is not counted yet: of those that
 * sleep in one as much as they were asked for, of others perhaps as much as in one on the average. And AGREE_WITHIN of
 * all, for a line in a log. */
static struct span written(const struct side *in, int64_t before, int64_t now)
{
	int64_t average = in->calls ? in->most / in->calls : in->most, slack = in->most / AGREE_WITHIN;

	return (struct span){
		in->least - (before > average ? before : average) - slack, in->most + (now > average ? now : average) + slack,
	};
}

/* Where both sides' counts agree; UNKNOWN without a source: they do not. */
static struct system_rate by_counts(struct rates *r, const struct way *w, const struct side *in, const struct side *out,
				    int64_t change)
{
	int64_t now = r->s->private->marks[w->object].unfinished, before = r->before->private->marks[w->before].unfinished;
	struct span wrote, took = { out->least + change, out->most + change }, both;
	int64_t middle;

	if (in->why || out->why || now < 0 || before < 0)
		return unknown(NULL);
	wrote = written(in, before, now);
	both = common(wrote, took);
	if (both.least > both.most || both.least < AGREE_LEAST || vague(wrote, VAGUE) || vague(took, VAGUE) || vague(both, PRECISE))
		return unknown(NULL);
	if (side_common(r, w) || side_others(r, w))
		return unknown(NULL);
	middle = both.least + (both.most - both.least) / 2;
	return moved(r, RATE_MODELLED, middle, middle - change, agreed);
}

static struct system_rate by_bounds(const struct rates *r, const struct way *w, const struct side *in, const struct side *out,
				    int64_t change)
{
	int64_t unfinished = r->s->private->marks[w->object].unfinished;
	int64_t first = in->most + unfinished + (change < 0 ? -change : 0), second = out->most + (change > 0 ? change : 0);
	bool first_holds = !in->why && in->trusted && unfinished >= 0, second_holds = !out->why && out->trusted;

	if (!first_holds && !second_holds)
		return unknown(in->why ? in->why : out->why ? out->why : uncounted);
	if (first_holds && (!second_holds || first < second))
		return (struct system_rate){ RATE_AT_MOST, first, r->between, writers_bound };
	return (struct system_rate){ RATE_AT_MOST, second, r->between, readers_bound };
}

/* What sleep alone tells; where it does not, the way is left for what counts tell. */
static struct system_rate way_rate(struct rates *r, const struct way *w, int64_t level, int64_t before)
{
	bool known = level >= 0 && before >= 0;
	struct system_rate rate;
	struct side in, out;

	side_of(r, w, true, &in);
	side_of(r, w, false, &out);
	rate = by_sleep(r, w, &in, &out, known ? level - before : 0, known);
	if (rate.how != RATE_UNKNOWN || rate.source)
		return rate;
	if (r->s->object[w->object].kind == SYSTEM_MQUEUE)
		return unknown(no_messages);
	if (!known)
		return unknown(no_level);
	r->pending[2 * w->object + (w->to == 'b')] = true;
	return rate;
}

static struct system_rate counted_rate(struct rates *r, const struct way *w, int64_t change)
{
	struct system_rate rate;
	struct side in, out;

	side_of(r, w, true, &in);
	side_of(r, w, false, &out);
	rate = by_counts(r, w, &in, &out, change);
	if (rate.how != RATE_UNKNOWN)
		return rate;
	if (w->from)
		return unknown(in.why ? in.why : out.why ? out.why : in.most || out.most ? disagree : sends);
	return by_bounds(r, w, &in, &out, change);
}

/* --- by kind ----------------------------------------------------------------------------------------------- */

static const struct mark *earlier_mark(const struct rates *r, int before)
{
	return &r->before->private->marks[before];
}

/* Whether nobody who has it has run since before the snapshot before, which is told at once. Indexes of processes
 * change when a snapshot is pruned. */
static bool all_slept(const struct rates *r, const struct system_object *o)
{
	const struct system_private *v = r->s->private;

	for (int i = 0; i < o->n_ends; i++)
		if (!v->kept[r->s->end[r->s->by_object[o->first_end + i]].process].same)
			return false;
	return v->n_wanted == 0;
}

static void plain_rate(struct rates *r, int object, int before)
{
	struct system_object *o = &r->s->object[object];

	if (o->kind == SYSTEM_PIPE && all_slept(r, o) &&
	    r->s->private->marks[object].level == earlier_mark(r, before)->level) {
		o->rate = moved(r, sure(r, o), 0, 0, both_slept);
		return;
	}

	o->rate = way_rate(r, &(struct way){ object, before, 0, 0 }, r->s->private->marks[object].level,
			   earlier_mark(r, before)->level);
}

/* Both ways together are as sure as the less sure one. */
static void add_up(struct system_object *o)
{
	const struct system_rate *a = &o->rate_a, *b = &o->rate_b, *less = a->how > b->how ? a : b;

	if (a->how == b->how)
		less = a->moved >= b->moved ? a : b;
	o->rate = *less;
	o->rate.moved = a->moved + b->moved;
	if (a->how != RATE_UNKNOWN && b->how != RATE_UNKNOWN)
		return;
	o->rate = unknown(a->how == RATE_UNKNOWN ? a->source : b->source);
	if (a->moved || b->moved)
		o->rate = (struct system_rate){ RATE_AT_LEAST, a->moved + b->moved, a->moved ? a->between : b->between, one_way };
}

static void unix_rate(struct rates *r, int object, int before)
{
	struct system_object *o = &r->s->object[object];
	const struct mark *now = &r->s->private->marks[object], *then = earlier_mark(r, before);

	if (o->type != SOCK_STREAM || !o->socket || !o->socket[0].found || !o->socket[1].found) {
		o->rate = unknown(o->type == SOCK_STREAM ? no_count : datagrams);
		return;
	}
	o->rate_a = way_rate(r, &(struct way){ object, before, 'b', 'a' }, now->level, then->level);
	o->rate_b = way_rate(r, &(struct way){ object, before, 'a', 'b' }, now->level_b, then->level_b);
	add_up(o);
}

/* To one side: what it received; where that socket is not on this machine, what it acknowledged. What came before
 * and was read since passed, too. */
static struct system_rate tcp_way(const struct mark *now, const struct mark *then, int to, int64_t between)
{
	int64_t count = now->received[to], before = then->received[to];
	int64_t level = to ? now->level_b : now->level, level_before = to ? then->level_b : then->level;
	int64_t drained = level >= 0 && level_before > level ? level_before - level : 0;

	if (count < 0 || before < 0) {
		count = now->acked[!to];
		before = then->acked[!to];
	}
	if (count < 0 || before < 0 || count < before)
		return unknown(tcp_unknown);
	return (struct system_rate){ RATE_EXACT, count - before + drained, between, tcp_counts };
}

/* Behind all that sleep tells: what counts tell of the rest. */
static void pending_rate(struct rates *r, int object)
{
	struct system_object *o = &r->s->object[object];
	int before = r->earlier[object];
	const struct mark *now = &r->s->private->marks[object], *then = before >= 0 ? earlier_mark(r, before) : NULL;
	const bool *pending = &r->pending[2 * object];

	if (o->kind != SYSTEM_UNIX) {
		if (pending[0])
			o->rate = counted_rate(r, &(struct way){ object, before, 0, 0 }, now->level - then->level);
		return;
	}
	if (pending[0])
		o->rate_a = counted_rate(r, &(struct way){ object, before, 'b', 'a' }, now->level - then->level);
	if (pending[1])
		o->rate_b = counted_rate(r, &(struct way){ object, before, 'a', 'b' }, now->level_b - then->level_b);
	if (pending[0] || pending[1])
		add_up(o);
}

static void tcp_rate(struct rates *r, int object, int before)
{
	struct system_object *o = &r->s->object[object];
	const struct mark *now = &r->s->private->marks[object], *then = earlier_mark(r, before);
	int64_t between = r->s->private->sockets_time - r->before->private->sockets_time;

	o->rate_a = tcp_way(now, then, 0, between);
	o->rate_b = tcp_way(now, then, 1, between);
	add_up(o);
}

static void object_rate(struct rates *r, int object)
{
	struct system_object *o = &r->s->object[object];
	bool counted = r->s->with_rates && r->before && r->before->with_rates, processes = true;
	int before = r->earlier ? r->earlier[object] : -1;
	void (*rate)(struct rates *r, int object, int before) = NULL;

	switch (o->kind) {
	case SYSTEM_TCP:
		rate = tcp_rate;
		processes = false;
		break;
	case SYSTEM_PIPE: case SYSTEM_FIFO: case SYSTEM_MQUEUE:
		rate = plain_rate;
		break;
	case SYSTEM_UNIX:
		rate = unix_rate;
		break;
	case SYSTEM_UDP:
		o->rate = unknown(datagrams);
		return;
	case SYSTEM_TERMINAL: case SYSTEM_EVENT: case SYSTEM_QUEUE: case SYSTEM_SEGMENT: case SYSTEM_SEMAPHORES:
	case SYSTEM_MEMORY: case SYSTEM_SEMAPHORE: case SYSTEM_FILE: case SYSTEM_KINDS:
		o->rate = unknown(no_count);
		return;
	}
	o->rate = o->rate_a = o->rate_b = unknown(!r->before ? one_snapshot : before < 0 ? new_object : not_asked);
	if (!r->before || before < 0 || (processes && !counted))
		return;
	if (processes && (o->hidden || r->before->object[before].hidden))
		o->rate = unknown(hidden);
	else
		rate(r, object, before);
}

/* --- all ---------------------------------------------------------------------------------------------------- */

static uint64_t key(const struct system_object *o)
{
	return (uint64_t)o->kind << 56 ^ o->device;
}

static void find_earlier(struct rates *r)
{
	struct table known = { 0 };

	for (size_t i = 0; i < r->before->private->n_marks; i++)
		*table_at(&known, key(&r->before->object[i]), r->before->object[i].inode) = (int)i;
	for (size_t i = 0; i < r->s->n_objects; i++) {
		const struct system_object *o = &r->s->object[i];
		int at = table_find(&known, key(o), o->inode);

		r->earlier[i] = at >= 0 && r->before->object[at].inode_b == o->inode_b ? at : -1;
	}
	table_free(&known);
}

/* How much passed, by processes' counts; before and s both have those. */
static void count_rest(struct rates *r)
{
	size_t objects = r->s->n_objects, processes = r->s->n_processes;

	r->active = memory_new(2 * objects + 1, sizeof *r->active);
	r->sinks = memory_new(processes + 1, sizeof *r->sinks);
	r->sources = memory_new(processes + 1, sizeof *r->sources);
	side_count_active(r);
	for (size_t i = 0; i < objects; i++)
		pending_rate(r, (int)i);
	free(r->active);
	free(r->sinks);
	free(r->sources);
}

void system_rates(struct system *s, const struct system *before)
{
	struct rates r = { .s = s, .before = before };

	make_marks(s);
	if (before) {
		r.between = s->private->levels_time - before->private->levels_time;
		r.earlier = memory_new(s->n_objects + 1, sizeof *r.earlier);
		r.stamp = memory_new(s->n_processes + 1, sizeof *r.stamp);
		r.pending = memory_new(2 * s->n_objects + 1, sizeof *r.pending);
		find_earlier(&r);
	}
	for (size_t i = 0; i < s->n_objects; i++)
		object_rate(&r, (int)i);
	if (before && s->with_rates && before->with_rates)
		count_rest(&r);
	free(r.earlier);
	free(r.stamp);
	free(r.pending);
}

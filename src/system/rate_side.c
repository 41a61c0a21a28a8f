/* SPDX-License-Identifier: MIT */
/* Those on one side of an object, and what they read or wrote in all between two snapshots.
 *
 * Children that were waited for count with their parent, see probe/io.h. What is not seen: who came and went in
 * between without having been waited for by one on this side. */
#include "system/rate.h"

#include <unistd.h>

#include "probe/procfs.h"

static const char gone[] = "a process that had it ended meanwhile";
static const char not_before[] = "what a process that has it had moved before is not known";

static bool is_on(const struct system_end *e, const struct way *w, bool writes)
{
	if (w->from)
		return e->side == (writes ? w->from : w->to);
	return e->access == 'b' || e->access == (writes ? 'w' : 'r');
}

/* Calls take for each process on a side, once; ends of one process come together. */
static void each(struct rates *r, const struct system *s, int object, const struct way *w, bool writes,
		 void (*take)(struct rates *r, int process, void *arg), void *arg)
{
	const struct system_object *o = &s->object[object];
	int last = -1;

	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];

		if (e->process == last || !is_on(e, w, writes))
			continue;
		last = e->process;
		take(r, last, arg);
	}
}

/* --- what one process did -------------------------------------------------------------------------- */

struct adding {
	struct side *side;
	bool writes;
};

static int64_t of(const struct io_counters *own, const struct io_counters *dead, bool writes)
{
	return (int64_t)(writes ? own->written + dead->written : own->read + dead->read);
}

static int64_t calls_of(const struct io_counters *own, const struct io_counters *dead, bool writes)
{
	return (int64_t)(writes ? own->writes + dead->writes : own->reads + dead->reads);
}

static int64_t at_least(int64_t n)
{
	return n > 0 ? n : 0;
}

/* Whether a process may have moved what is not counted: one that ran and counted no such call may well have used
 * another. Data that is spliced into a pipe comes from somewhere, and is not read then. */
static bool may_evade(const struct counted *now, const struct counted *before, bool writes, char state)
{
	static const struct counted none;

	before = before ? before : &none;
	if (now->evades || before->evades)
		return true;
	if (calls_of(&now->last, &now->dead_last, writes) == calls_of(&before->first, &before->dead_first, writes))
		return true;
	return writes && (state == 'R' || state == 'D' || /* perhaps within a write, which counts at its end */
			  (now->has_sources &&
			   calls_of(&now->last, &now->dead_last, false) == calls_of(&before->first, &before->dead_first, false)));
}

static void add_process(struct rates *r, int process, void *arg)
{
	const struct adding *a = arg;
	const struct system_process *p = &r->s->process[process];
	const struct counted *now = counted_find(r->s, p->pid, p->start), *before = counted_find(r->before, p->pid, p->start);
	int64_t least, most;

	r->stamp[process] = r->now;
	a->side->n++;
	if (!now || now->why || (before && before->why) || (!before && p->start <= r->before->private->newest)) {
		a->side->why = now && now->why ? now->why : before && before->why ? before->why : not_before;
		a->side->slept &= now && before && now->ran && now->ran == before->ran;
		return;
	}
	if (before && now->ran && now->ran == before->ran)
		return;
	a->side->slept = false;
	least = of(&now->first, &now->dead_first, a->writes) - (before ? of(&before->last, &before->dead_last, a->writes) : 0);
	most = of(&now->last, &now->dead_last, a->writes) - (before ? of(&before->first, &before->dead_first, a->writes) : 0);
	a->side->least += at_least(least);
	a->side->most += at_least(most);
	a->side->calls += at_least(calls_of(&now->first, &now->dead_first, a->writes) -
				   (before ? calls_of(&before->last, &before->dead_last, a->writes) : 0));
	a->side->trusted &= !may_evade(now, before, a->writes, p->state);
}

/* One that had it before: it may have closed it, or ended. */
static void add_earlier(struct rates *r, int process, void *arg)
{
	const struct adding *a = arg;
	const struct system_process *p = &r->before->process[process];
	int i = system_find_process(r->s, p->pid), parent;
	const struct counted *before;

	if (i >= 0 && r->s->process[i].start == p->start && r->s->process[i].state != 'Z') {
		if (r->stamp[i] == r->now)
			return;
		add_process(r, i, arg);
		a->side->n--;
		return;
	}
	a->side->slept = false;
	parent = system_find_process(r->s, p->parent);
	before = counted_find(r->before, p->pid, p->start);
	if (parent < 0 || r->stamp[parent] != r->now || !before || before->why)
		a->side->why = gone;
	else
		a->side->least = at_least(a->side->least - of(&before->last, &before->dead_last, a->writes));
}

void side_of(struct rates *r, const struct way *w, bool writes, struct side *out)
{
	struct adding a = { out, writes };

	*out = (struct side){ .slept = true, .trusted = true };
	r->now++;
	each(r, r->s, w->object, w, writes, add_process, &a);
	each(r, r->before, w->before, w, writes, add_earlier, &a);
}

/* --- who it is ----------------------------------------------------------------------------------------- */

static void mark(struct rates *r, int process, void *unused)
{
	(void)unused;
	r->stamp[process] = r->now;
}

static void is_marked(struct rates *r, int process, void *found)
{
	*(bool *)found |= r->stamp[process] == r->now;
}

bool side_common(struct rates *r, const struct way *w)
{
	bool found = false;

	r->now++;
	each(r, r->s, w->object, w, true, mark, NULL);
	each(r, r->s, w->object, w, false, is_marked, &found);
	return found;
}

static void look_again(struct rates *r, int process, void *same)
{
	const struct system_process *p = &r->s->process[process];
	const struct counted *c = counted_find(r->s, p->pid, p->start);
	int procdir = procfs_open(p->pid);

	*(bool *)same &= c && c->ran && procdir >= 0 && process_ran(procdir, p) == c->ran;
	if (procdir >= 0)
		close(procdir);
}

bool side_still(struct rates *r, const struct way *w, bool writes)
{
	bool same = true;

	each(r, r->s, w->object, w, writes, look_again, &same);
	return same;
}

/* --- other ways ------------------------------------------------------------------------------------------ */

struct moves { bool writes, any; int n; };

static void may_move(struct rates *r, int process, void *arg)
{
	struct moves *m = arg;
	const struct system_process *p = &r->s->process[process];
	const struct counted *now = counted_find(r->s, p->pid, p->start), *before = counted_find(r->before, p->pid, p->start);

	m->n++;
	m->any |= !now || now->why || !before || before->why ||
		  of(&now->last, &now->dead_last, m->writes) > of(&before->first, &before->dead_first, m->writes);
}

static void count(struct rates *r, int process, void *number)
{
	(void)r;
	((int *)number)[process]++;
}

static bool counts(enum system_kind k)
{
	return k == SYSTEM_PIPE || k == SYSTEM_FIFO || k == SYSTEM_UNIX || k == SYSTEM_TCP || k == SYSTEM_EVENT ||
	       k == SYSTEM_UDP;
}

static void count_way(struct rates *r, const struct way *w, const struct system_rate *rate, bool *active)
{
	struct moves writers = { .writes = true }, readers = { .writes = false };

	if ((rate->how == RATE_EXACT || rate->how == RATE_MODELLED) && rate->moved == 0)
		return;
	each(r, r->s, w->object, w, true, may_move, &writers);
	each(r, r->s, w->object, w, false, may_move, &readers);
	/* Nobody seen on the other side of a socket: he may be elsewhere. */
	*active = (writers.any || (w->from && !writers.n)) && (readers.any || (w->from && !readers.n));
	if (!*active)
		return;
	each(r, r->s, w->object, w, true, count, r->sinks);
	each(r, r->s, w->object, w, false, count, r->sources);
}

void side_count_active(struct rates *r)
{
	for (size_t i = 0; i < r->s->n_objects; i++) {
		const struct system_object *o = &r->s->object[i];

		if (!counts(o->kind))
			continue;
		if (o->kind == SYSTEM_UNIX || o->kind == SYSTEM_TCP || o->kind == SYSTEM_UDP) {
			count_way(r, &(struct way){ (int)i, -1, 'b', 'a' }, &o->rate_a, &r->active[2 * i]);
			count_way(r, &(struct way){ (int)i, -1, 'a', 'b' }, &o->rate_b, &r->active[2 * i + 1]);
		} else {
			count_way(r, &(struct way){ (int)i, -1, 0, 0 }, &o->rate, &r->active[2 * i]);
		}
	}
}

struct others { const int *number; int own; bool any; };

static void has_others(struct rates *r, int process, void *arg)
{
	struct others *o = arg;

	(void)r;
	o->any |= o->number[process] > o->own;
}

bool side_others(struct rates *r, const struct way *w)
{
	int own = r->active[2 * w->object + (w->to == 'b')];
	struct others sinks = { r->sinks, own, false }, sources = { r->sources, own, false };

	each(r, r->s, w->object, w, true, has_others, &sinks);
	each(r, r->s, w->object, w, false, has_others, &sources);
	return sinks.any || sources.any;
}

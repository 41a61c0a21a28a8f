/* SPDX-License-Identifier: MIT */
/* A word for each object: what needs somebody's attention, and what is as it should be.
 *
 * Rather no alarm than a false one: "stuck" is said only of who was seen in the same sleep twice, while
 * everybody who could end it was stopped or in such a sleep too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/table.h"
#include "system/graph.h"
#include "system/private.h"

const char *system_word(enum system_word w)
{
	static const char *const words[] = {
		[WORD_STUCK] = "stuck", [WORD_LEAKED] = "leaked end", [WORD_ORPHANED] = "orphaned",
		[WORD_WAITING] = "waiting", [WORD_FLOWING] = "flowing", [WORD_IDLE] = "idle", [WORD_UNKNOWN] = "?",
	};

	return (unsigned)w < sizeof words / sizeof *words ? words[w] : "?";
}

struct judge {
	struct system *s;
	const struct system *before;
	int64_t now;
	bool *lost;
	int *waiter;       /* by object: the thread that tells most about it; -1 none */
	struct table known; /* objects of the snapshot before */
};

/* "tar 812": raw, as all names in a snapshot. */
static void who(char *out, size_t size, const struct system *s, int process)
{
	snprintf(out, size, "%s %d", s->process[process].name, (int)s->process[process].pid);
}

/* Room for an object's sentence, SYSTEM_TEXT bytes. Few have one. */
static char *say(const struct judge *j, struct system_object *o)
{
	struct system_private *v = j->s->private;

	v->said = memory_grow(v->said, &v->room_said, v->n_said + 1, sizeof *v->said);
	if (!v->said[v->n_said])
		v->said[v->n_said] = memory_new(1, SYSTEM_TEXT);
	o->what = v->said[v->n_said];
	return v->said[v->n_said++];
}

/* --- what waiters say --------------------------------------------------------------------------- */

/* How much a waiter tells: a stuck one most, of those the one that waits longest. */
static bool tells_more(const struct judge *j, const struct system_thread *a, const struct system_thread *b)
{
	bool stuck_a = graph_stuck(j->s, j->lost, a), stuck_b = graph_stuck(j->s, j->lost, b);

	return stuck_a != stuck_b ? stuck_a : a->asleep > b->asleep;
}

static void collect(struct judge *j)
{
	struct system *s = j->s;

	for (size_t i = 0; i < s->n_objects; i++) {
		s->object[i].waiting = 0;
		j->waiter[i] = -1;
	}
	for (size_t i = 0; i < s->n_threads; i++) {
		int object = s->thread[i].object;

		if (object < 0 || s->thread[i].wait == WAIT_STOPPED)
			continue;
		s->object[object].waiting++;
		if (j->waiter[object] < 0 || tells_more(j, &s->thread[i], &s->thread[j->waiter[object]]))
			j->waiter[object] = (int)i;
	}
}

static const char *to_do(const struct system_thread *t)
{
	switch (t->wait) {
	case WAIT_READ: case WAIT_RECEIVE: return "to read";
	case WAIT_WRITE: case WAIT_SEND: return "to write";
	case WAIT_OPEN: return t->part ? "for a reader" : "for a writer";
	case WAIT_ACCEPT: return "for new connections";
	case WAIT_CONNECT: return "to connect";
	case WAIT_SEMAPHORE: return "for the semaphore";
	case WAIT_FUTEX: return "for another to let go";
	case WAIT_LOCK: return "for a lock";
	case WAIT_POLL: return "until something happens";
	case WAIT_NONE: case WAIT_UNKNOWN: case WAIT_CHILD: case WAIT_SIGNAL: case WAIT_TIME: case WAIT_DISK:
	case WAIT_STOPPED: case WAIT_OTHER: break;
	}
	return "in another call";
}

/* The beginning of a sentence: "tar 812 waits 4.2 s to write". */
static int say_wait(const struct judge *j, const struct system_thread *t, char *out, size_t size)
{
	char name[SYSTEM_NAME + 16], time[32] = "", duration[24];

	who(name, sizeof name, j->s, t->process);
	if (t->asleep >= 100 * CLOCK_MS)
		snprintf(time, sizeof time, "%s ", clock_duration(t->asleep, duration, sizeof duration));
	return snprintf(out, size, "%s waits %s%s", name, time, to_do(t));
}

static const char *state_word(const struct judge *j, int process)
{
	const struct system_process *p = &j->s->process[process];

	if (p->state == 'T')
		return "which is stopped";
	if (p->state == 't')
		return "which its tracer has stopped";
	return p->n_threads && j->s->thread[p->first_thread].wait == WAIT_CHILD ? "which waits for a child"
										: "which waits itself";
}

/* Whom it waits for: the first of those that could end it. */
static int helper_of(const struct judge *j, const struct system_thread *t, int *others)
{
	struct graph_parties p;

	*others = 0;
	if (t->holder > 0)
		return graph_process_of(j->s, t->holder, t->wait == WAIT_FUTEX ? t->process : -1);
	if (t->object < 0 || (t->wait != WAIT_READ && t->wait != WAIT_WRITE && t->wait != WAIT_POLL))
		return -1;
	graph_parties(j->s, t->process, t->wait == WAIT_POLL ? j->s->watched[t->first_watched].fd : t->fd, t->object,
		      graph_writes(t), &p);
	*others = p.n - 1;
	return p.n > 0 ? p.who[0].process : t->process;
}

static void say_stuck(const struct judge *j, struct system_object *o, const struct system_thread *t)
{
	char name[SYSTEM_NAME + 16];
	char *what = say(j, o);
	int others, helper = helper_of(j, t, &others), n = say_wait(j, t, what, SYSTEM_TEXT);
	size_t used = n < SYSTEM_TEXT ? (size_t)n : SYSTEM_TEXT - 1;

	if (helper >= 0 && !graph_gone(j->s, t->holder, 0)) {
		who(name, sizeof name, j->s, helper);
		if (others > 0)
			snprintf(what + used, SYSTEM_TEXT - used, ": %s and %d more, none of which goes on", name, others);
		else if (helper == t->process)
			snprintf(what + used, SYSTEM_TEXT - used, ", and only it itself could end that");
		else
			snprintf(what + used, SYSTEM_TEXT - used, ": %s, %s", name, state_word(j, helper));
	} else if (t->wait == WAIT_SEND && t->holder == 0) {
		snprintf(what + used, SYSTEM_TEXT - used, ": nobody has ever read from it");
	} else {
		snprintf(what + used, SYSTEM_TEXT - used, ": %s %d is gone",
			 t->wait == WAIT_SEND ? "its last reader" : "who changed it last,", (int)t->holder);
	}
}

/* A full queue that nobody reads is stuck too, although anybody might come and read it. */
static bool is_stuck(const struct judge *j, const struct system_thread *t)
{
	return graph_stuck(j->s, j->lost, t) || (t->wait == WAIT_SEND && t->steady && t->holder == 0 && t->timeout == -1);
}

/* --- what levels say --------------------------------------------------------------------------------- */

static uint64_t key(const struct system_object *o)
{
	return (uint64_t)o->kind << 56 ^ o->device;
}

static void note_before(struct judge *j)
{
	for (size_t i = 0; j->before && i < j->before->n_objects; i++)
		*table_at(&j->known, key(&j->before->object[i]), j->before->object[i].inode) = (int)i;
}

static const struct system_object *counterpart(const struct judge *j, const struct system_object *o)
{
	int i = j->before ? table_find(&j->known, key(o), o->inode) : -1;

	return i >= 0 ? &j->before->object[i] : NULL;
}

static bool differs(const struct system_reading *a, const struct system_reading *b)
{
	return a->known && b->known && a->number != b->number;
}

static bool sysv_differs(const struct system_object *a, const struct system_object *b)
{
	const struct sysv_object *x = &a->sysv, *y = &b->sysv;

	switch (a->kind) {
	case SYSTEM_QUEUE:
		return x->queue.sent != y->queue.sent || x->queue.received != y->queue.received ||
		       x->queue.last_sender != y->queue.last_sender || x->queue.last_receiver != y->queue.last_receiver;
	case SYSTEM_SEMAPHORES:
		return x->semaphores.operated != y->semaphores.operated;
	case SYSTEM_PIPE: case SYSTEM_FIFO: case SYSTEM_UNIX: case SYSTEM_TCP: case SYSTEM_UDP: case SYSTEM_TERMINAL:
	case SYSTEM_EVENT: case SYSTEM_MQUEUE: case SYSTEM_SEGMENT: case SYSTEM_MEMORY: case SYSTEM_SEMAPHORE:
	case SYSTEM_FILE: case SYSTEM_KINDS:
		break;
	}
	return false;
}

static const struct system_thread *same_thread(const struct system *before, pid_t pid, pid_t tid)
{
	int i = system_find_process(before, pid);

	for (int k = 0; i >= 0 && k < before->process[i].n_threads; k++)
		if (before->thread[before->process[i].first_thread + k].tid == tid)
			return &before->thread[before->process[i].first_thread + k];
	return NULL;
}

/* Who waits to read or write, and was in another sleep at the snapshot before, has done so in between. */
static bool was_awake(const struct judge *j, const struct system_thread *t)
{
	const struct system_thread *before = same_thread(j->before, j->s->process[t->process].pid, t->tid);
	bool moves = t->wait == WAIT_READ || t->wait == WAIT_WRITE || t->wait == WAIT_SEND || t->wait == WAIT_RECEIVE;

	return moves && before && before->mark && t->mark && before->mark != t->mark;
}

static bool flows(const struct judge *j, const struct system_object *o, const struct system_object *before, int waiter)
{
	if (!before)
		return false;
	if (o->rate.how == RATE_EXACT || o->rate.how == RATE_MODELLED)
		return system_rate_flows(&o->rate);
	return system_rate_flows(&o->rate) || differs(&o->level, &before->level) || differs(&o->level_b, &before->level_b) ||
	       sysv_differs(o, before) || (waiter >= 0 && was_awake(j, &j->s->thread[waiter]));
}

/* What nobody uses and whose users are gone. Times are of the last use: a pid may have been given again. */
static bool is_orphaned(const struct judge *j, struct system_object *o)
{
	const struct sysv_object *x = &o->sysv;

	if (o->kind == SYSTEM_SEGMENT && x->segment.attached == 0 && !x->segment.marked &&
	    graph_gone(j->s, x->segment.creator, x->changed) &&
	    (x->segment.last == 0 || graph_gone(j->s, x->segment.last, x->segment.detach_time))) {
		snprintf(say(j, o), SYSTEM_TEXT, "nobody is attached, and who made it, %d, is gone",
			 (int)x->segment.creator);
		return true;
	}
	if (o->kind == SYSTEM_QUEUE && x->queue.messages > 0 && !o->waiting &&
	    graph_gone(j->s, x->queue.last_sender, x->queue.sent) &&
	    (x->queue.last_receiver == 0 || graph_gone(j->s, x->queue.last_receiver, x->queue.received))) {
		snprintf(say(j, o), SYSTEM_TEXT, "%llu message%s, and who sent the last, %d, is gone",
			 (unsigned long long)x->queue.messages, x->queue.messages == 1 ? " waits" : "s wait", (int)x->queue.last_sender);
		return true;
	}
	return false;
}

/* --- the word ------------------------------------------------------------------------------------------ */

static void say_leaked(const struct judge *j, struct system_object *o, const struct system_thread *t)
{
	char name[SYSTEM_NAME + 16];
	struct graph_parties p;

	who(name, sizeof name, j->s, t->process);
	graph_parties(j->s, t->process, t->fd, t->object, false, &p);
	if (p.n == 0)
		snprintf(say(j, o), SYSTEM_TEXT, "%s reads, and holds the only write end itself: descriptor %d", name, p.own_fd);
	else
		snprintf(say(j, o), SYSTEM_TEXT, "%s reads, and all who hold a write end read from it too", name);
}

static void judge_object(const struct judge *j, struct system_object *o, int waiter)
{
	const struct system_thread *t = waiter >= 0 ? &j->s->thread[waiter] : NULL;
	const struct system_object *before = counterpart(j, o);

	o->what = "";
	if (t && graph_leaked(j->s, t)) {
		o->word = WORD_LEAKED;
		say_leaked(j, o, t);
	} else if (t && is_stuck(j, t)) {
		o->word = WORD_STUCK;
		say_stuck(j, o, t);
	} else if (is_orphaned(j, o)) {
		o->word = WORD_ORPHANED;
	} else if (flows(j, o, before, waiter)) {
		o->word = WORD_FLOWING;
	} else if (t) {
		o->word = WORD_WAITING;
		say_wait(j, t, say(j, o), SYSTEM_TEXT);
	} else {
		o->word = o->hidden ? WORD_UNKNOWN : WORD_IDLE;
	}
	o->since = before && before->word == o->word && before->since ? before->since : j->before ? j->now : 0;
	if (t && t->asleep >= 0 && o->word <= WORD_WAITING && (o->since == 0 || j->now - t->asleep < o->since))
		o->since = j->now - t->asleep;
}

void system_judge(struct system *s, const struct system *before)
{
	struct judge j = { .s = s, .before = before, .now = s->taken, .lost = graph_lost(s) };

	s->private->n_said = 0;
	j.waiter = memory_new(s->n_objects ? s->n_objects : 1, sizeof *j.waiter);
	collect(&j);
	note_before(&j);
	for (size_t i = 0; i < s->n_objects; i++)
		judge_object(&j, &s->object[i], j.waiter[i]);
	table_free(&j.known);
	free(j.waiter);
	free(j.lost);
}

/* --- the order --------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b, void *arg)
{
	const struct system *s = arg;
	const struct system_object *x = &s->object[*(const int *)a], *y = &s->object[*(const int *)b];
	int64_t since_x = x->since ? x->since : INT64_MAX, since_y = y->since ? y->since : INT64_MAX;

	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	if (x->word <= WORD_WAITING && since_x != since_y)
		return since_x < since_y ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->inode != y->inode ? (x->inode < y->inode ? -1 : 1) : *(const int *)a - *(const int *)b;
}

int *system_order(const struct system *s)
{
	int *order = memory_new(s->n_objects ? s->n_objects : 1, sizeof *order);

	for (size_t i = 0; i < s->n_objects; i++)
		order[i] = (int)i;
	qsort_r(order, s->n_objects, sizeof *order, compare, (void *)(uintptr_t)s);
	return order;
}

/* SPDX-License-Identifier: MIT */
/* The snapshot itself: its objects and ends, and how they are put in order. */
#include "system/system.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "system/private.h"

struct system *system_new(void)
{
	struct system *s = memory_new(1, sizeof *s);

	s->private = memory_new(1, sizeof *s->private);
	s->private->mounts = mounts_new();
	return s;
}

static void free_mapped(struct mapped_list *l)
{
	free(l->list);
	text_free(&l->names);
}

static void free_private(struct system_private *v)
{
	for (int i = 0; i < PARALLEL_WORKERS; i++) {
		links_free(&v->worker[i].links);
		free_mapped(&v->worker[i].mapped);
		text_free(&v->worker[i].text);
	}
	mounts_free(v->mounts);
	links_free(&v->links);
	links_free(&v->links_before);
	free_mapped(&v->mapped);
	free_mapped(&v->mapped_before);
	free(v->kept);
	free(v->kept_before);
	free(v->process_before);
	table_free(&v->before);
	free(v->levels);
	table_free(&v->levels_at);
	walk_end(&v->walk);
	asleep_release(&v->clock);
	for (size_t i = 0; i < v->room_said; i++)
		free(v->said[i]);
	free(v->said);
	table_free(&v->objects);
	table_free(&v->locked);
	free(v->order);
	free(v->sorted);
	socket_list_free(&v->socket_list);
	table_free(&v->sockets_at);
	table_free(&v->tcp);
	free(v->sockets);
	socket_query_close(v->query);
	sysv_list_free(&v->sysv);
	free(v->wanted);
	counted_free(v);
	free(v);
}

void system_free(struct system *s)
{
	if (!s)
		return;
	free(s->process);
	free(s->object);
	free(s->end);
	free(s->by_object);
	free(s->thread);
	free(s->watched);
	posix_names_free(&s->posix);
	locks_free(&s->locks);
	if (s->private)
		free_private(s->private);
	free(s);
}

int system_read(struct system *s, const pid_t *pids, size_t n, const struct system *before, struct error *e)
{
	s->private->earlier = before;
	if (system_scan(s, pids, n, e) < 0)
		return -1;
	system_join(s);
	system_levels(s, NULL, 0);
	if (s->with_rates)
		counted_end(s);
	system_waits(s);
	return 0;
}

int system_take(struct system *s, const pid_t *pids, size_t n, const struct system *before, struct error *e)
{
	if (system_read(s, pids, n, before, e) < 0)
		return -1;
	system_rates(s, before);
	system_judge(s, before);
	return 0;
}

int system_find_process(const struct system *s, pid_t pid)
{
	size_t low = 0, high = s->n_processes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->process[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->n_processes && s->process[low].pid == pid ? (int)low : -1;
}

const char *system_kind_word(enum system_kind k)
{
	static const char *const words[SYSTEM_KINDS] = {
		[SYSTEM_PIPE] = "pipe",           [SYSTEM_FIFO] = "FIFO",
		[SYSTEM_UNIX] = "unix",           [SYSTEM_TCP] = "tcp",
		[SYSTEM_UDP] = "udp",             [SYSTEM_TERMINAL] = "terminal",
		[SYSTEM_EVENT] = "eventfd",       [SYSTEM_MQUEUE] = "mqueue",
		[SYSTEM_QUEUE] = "queue",         [SYSTEM_SEGMENT] = "shm",
		[SYSTEM_SEMAPHORES] = "sem",      [SYSTEM_MEMORY] = "memory",
		[SYSTEM_SEMAPHORE] = "semaphore", [SYSTEM_FILE] = "file",
	};

	return (unsigned)k < SYSTEM_KINDS ? words[k] : "?";
}

/* --- objects --------------------------------------------------------------------------------- */

/* Devices take 32 bits of st_dev on Linux (MKDEV of the kernel), so the kind fits in above. */
static uint64_t key(enum system_kind kind, uint64_t device)
{
	return (uint64_t)kind << 56 ^ device;
}

int system_object_find(const struct system *s, enum system_kind kind, uint64_t device, uint64_t inode)
{
	return table_find(&s->private->objects, key(kind, device), inode);
}

void system_object_alias(struct system *s, enum system_kind kind, uint64_t device, uint64_t inode, int object)
{
	*table_at(&s->private->objects, key(kind, device), inode) = object;
}

struct system_object *system_object_at(struct system *s, enum system_kind kind, uint64_t device, uint64_t inode,
				       bool *made)
{
	int *at = table_at(&s->private->objects, key(kind, device), inode);

	if (made)
		*made = *at < 0;
	if (*at < 0) {
		*at = (int)s->n_objects;
		s->object = memory_more(s->object, &s->room_objects, s->n_objects + 1, sizeof *s->object);
		s->object[s->n_objects++] = (struct system_object){
			.kind = kind, .device = device, .inode = inode, .word = WORD_UNKNOWN, .what = "",
		};
	}
	return &s->object[*at];
}

void system_name(char out[SYSTEM_TEXT], const char *text)
{
	size_t n = strnlen(text, SYSTEM_TEXT - 1);

	memcpy(out, text, n);
	out[n] = '\0';
}

/* Ten thousand of them: 1.5 ms by snprintf, 0.2 so. */
void system_name_number(char out[SYSTEM_TEXT], const char *before, uint64_t number, const char *behind)
{
	char digits[24], *at = digits + sizeof digits;
	size_t n = strlen(before);

	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	memcpy(out, before, n);
	memcpy(out + n, at, (size_t)(digits + sizeof digits - at));
	strcpy(out + n + (size_t)(digits + sizeof digits - at), behind);
}

/* --- ends ------------------------------------------------------------------------------------ */

void system_end_add(struct system *s, int process, int object, int fd, char access, char side)
{
	s->end = memory_more(s->end, &s->room_ends, s->n_ends + 1, sizeof *s->end);
	s->end[s->n_ends++] = (struct system_end){
		.process = process, .object = object, .fd = fd, .access = access, .side = side,
	};
}

static bool in_order(const struct system *s)
{
	for (size_t i = 1; i < s->n_ends; i++)
		if (s->end[i].process < s->end[i - 1].process)
			return false;
	return true;
}

/* By process, those of one in the order in which they came. */
static void sort_ends(struct system *s)
{
	struct system_private *v = s->private;

	if (in_order(s))
		return;
	v->order = memory_more(v->order, &v->room_order, s->n_processes + 1, sizeof *v->order);
	memset(v->order, 0, (s->n_processes + 1) * sizeof *v->order);
	for (size_t i = 0; i < s->n_ends; i++)
		v->order[s->end[i].process + 1]++;
	for (size_t i = 0; i < s->n_processes; i++)
		v->order[i + 1] += v->order[i];
	v->sorted = memory_more(v->sorted, &v->room_sorted, s->n_ends, sizeof *v->sorted);
	for (size_t i = 0; i < s->n_ends; i++)
		v->sorted[v->order[s->end[i].process]++] = s->end[i];
	memcpy(s->end, v->sorted, s->n_ends * sizeof *s->end);
}

static void group_ends(struct system *s)
{
	int at = 0;

	s->by_object = memory_more(s->by_object, &s->room_by_object, s->n_ends, sizeof *s->by_object);
	for (size_t i = 0; i < s->n_objects; i++)
		s->object[i].n_ends = 0;
	for (size_t i = 0; i < s->n_ends; i++)
		s->object[s->end[i].object].n_ends++;
	for (size_t i = 0; i < s->n_objects; i++) {
		s->object[i].first_end = at;
		at += s->object[i].n_ends;
		s->object[i].n_ends = 0;
	}
	for (size_t i = 0; i < s->n_ends; i++) {
		struct system_object *o = &s->object[s->end[i].object];

		s->by_object[o->first_end + o->n_ends++] = (int)i;
	}
}

/* How many processes read and how many write: the ends come by process. */
static void count_sides(const struct system *s, struct system_object *o)
{
	int reader = -1, writer = -1;

	o->readers = o->writers = 0;
	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];
		bool reads = e->side ? e->side == 'a' : e->access == 'r' || e->access == 'b';
		bool writes = e->side ? e->side == 'b' : e->access == 'w' || e->access == 'b';

		o->readers += reads && e->process != reader;
		o->writers += writes && e->process != writer;
		reader = reads ? e->process : reader;
		writer = writes ? e->process : writer;
	}
}

/* Whether somebody whom we may not look into may hold it: a side that nobody is seen to hold, or more
 * attachments than were seen, give reason to think so. */
static bool may_be_hidden(const struct system *s, const struct system_object *o)
{
	bool some = s->hidden_processes > 0 || s->unlisted;

	switch (o->kind) {
	case SYSTEM_PIPE:
	case SYSTEM_FIFO:
	case SYSTEM_TERMINAL:
		return some && (o->readers == 0 || o->writers == 0);
	case SYSTEM_UNIX:
	case SYSTEM_TCP:
	case SYSTEM_UDP:
		return some && ((o->readers == 0 && o->socket && o->socket[0].found) ||
				(o->writers == 0 && o->socket && o->socket[1].found));
	case SYSTEM_SEGMENT:
		return o->sysv.segment.attached > (uint64_t)o->n_ends;
	case SYSTEM_QUEUE:
	case SYSTEM_SEMAPHORES:
		return false;
	case SYSTEM_EVENT:
	case SYSTEM_MQUEUE:
	case SYSTEM_MEMORY:
	case SYSTEM_SEMAPHORE:
	case SYSTEM_FILE:
	case SYSTEM_KINDS:
		break;
	}
	return some;
}

void system_index(struct system *s)
{
	size_t at = 0;

	sort_ends(s);
	for (size_t i = 0; i < s->n_processes; i++) {
		struct system_process *p = &s->process[i];

		p->first_end = (int)at;
		while (at < s->n_ends && s->end[at].process == (int)i)
			at++;
		p->n_ends = (int)at - p->first_end;
	}
	group_ends(s);
	for (size_t i = 0; i < s->n_objects; i++) {
		count_sides(s, &s->object[i]);
		s->object[i].hidden = may_be_hidden(s, &s->object[i]);
	}
}

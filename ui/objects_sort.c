/* SPDX-License-Identifier: MIT */
#include "ui/objects_sort.h"

#include <stdlib.h>
#include <string.h>

/* In the order of the kinds' letters on the command line. */
static void take_kind(const struct system *s, const struct facility *f, struct sorting_key *k)
{
	static const char kinds[] = "qmsQMS";

	(void)s;
	k->number = (double)(kinds + sizeof kinds - strchr(kinds, f->kind));
}

/* Of a semaphore's value and a POSIX queue's messages nobody can say whether they are more than so many bytes. */
static void take_size(const struct system *s, const struct facility *f, struct sorting_key *k)
{
	(void)s;
	if (f->kind == 'm')
		k->number = (double)f->sysv->segment.size;
	else if (f->kind == 'q')
		k->number = (double)f->sysv->queue.bytes;
	else if (f->kind == 'M' && f->size_known)
		k->number = (double)f->size;
}

static void take_users(const struct system *s, const struct facility *f, struct sorting_key *k)
{
	struct facility_users u;

	facility_users(&u, s, f);
	k->number = (double)(u.count + u.unseen);
	free(u.process);
}

/* Numbers, then names. */
static void take_name(const struct system *s, const struct facility *f, struct sorting_key *k)
{
	(void)s;
	k->first = f->sysv ? "" : f->name;
	k->last = f->sysv ? f->sysv->id : 0;
}

static void take_owner(const struct system *s, const struct facility *f, struct sorting_key *k)
{
	(void)s;
	k->number = f->owned ? 0 : -1;
	k->last = (long)f->uid;
}

static const struct {
	struct sorting_about about;
	void (*take)(const struct system *s, const struct facility *f, struct sorting_key *k); /* NULL: they stand so */
} orders[OBJECTS_SORTS] = {
	[OBJECTS_BY_STATE] = { { "state", "what needs attention first", OBJECTS_STATE, false }, NULL },
	[OBJECTS_BY_KIND] = { { "kind", "by kind", OBJECTS_KIND, true }, take_kind },
	[OBJECTS_BY_SIZE] = { { "bytes", "what holds most bytes first", OBJECTS_HOLDS, false }, take_size },
	[OBJECTS_BY_USERS] = { { "users", "what most processes use first", OBJECTS_USED, false }, take_users },
	[OBJECTS_BY_NAME] = { { "id or name", "by id or name", OBJECTS_NAME, true }, take_name },
	[OBJECTS_BY_OWNER] = { { "owner", "by owner", OBJECTS_OWNER, true }, take_owner },
};

const struct sorting_about *objects_sort_about(int by)
{
	return &orders[by].about;
}

struct sorted { const struct facilities *list; const struct system *s; enum objects_sort by; };

static void take(const void *arg, int row, struct sorting_key *k)
{
	const struct sorted *sorted = arg;

	orders[sorted->by].take(sorted->s, &sorted->list->list[row], k);
}

void objects_sort(int *row, size_t n, const struct facilities *list, const struct system *s, enum objects_sort by)
{
	if (orders[by].take)
		sorting_run(row, n, take, &(struct sorted){ list, s, by });
}

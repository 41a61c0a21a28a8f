/* SPDX-License-Identifier: MIT */
#include "command/facilities.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static const struct kind {
	char letter;
	enum system_kind kind;
	const char *word, *words;
} kinds[] = {
	{ 'q', SYSTEM_QUEUE, "queue", "message queue" },
	{ 'm', SYSTEM_SEGMENT, "shm", "shared memory" },
	{ 's', SYSTEM_SEMAPHORES, "sem", "semaphores" },
	{ 'Q', SYSTEM_MQUEUE, "mqueue", "POSIX queue" },
	{ 'M', SYSTEM_MEMORY, "pshm", "POSIX shared memory" },
	{ 'S', SYSTEM_SEMAPHORE, "psem", "POSIX semaphore" },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct kind *kind_of(char letter)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].letter == letter)
			return &kinds[i];
	return NULL;
}

const char *facility_kind_word(char kind)
{
	const struct kind *k = kind_of(kind);

	return k ? k->word : "?";
}

/* ---- finding -------------------------------------------------------------------------------- */

static struct facility *add(struct facilities *f, char kind, int object)
{
	f->list = memory_grow(f->list, &f->room, f->count + 1, sizeof *f->list);
	f->list[f->count] = (struct facility){ .kind = kind, .object = object, .allocated = -1, .sleepers = -1 };
	return &f->list[f->count++];
}

/* Of the first semaphores of a set, which nearly always are all: three calls each. */
static int count_sleepers(const struct sysv_object *set)
{
	enum { LOOKED_AT = 64 };
	struct sysv_semaphore now;
	int n = 0;

	for (unsigned i = 0; i < set->semaphores.count && i < LOOKED_AT; i++) {
		if (sysv_semaphore_read(set->id, i, &now) < 0)
			return -1;
		n += now.waiting_increase + now.waiting_zero;
	}
	return n;
}

static void add_sysv(struct facilities *f, char kind, const struct system *s, int object)
{
	const struct sysv_object *o = &s->object[object].sysv;
	struct facility *new = add(f, kind, object);

	new->sysv = o;
	new->listed = new->owned = true;
	new->mode = o->mode;
	new->uid = o->uid;
	new->gid = o->gid;
	new->changed = o->changed;
	if (kind == 's')
		new->sleepers = count_sleepers(o);
}

/* By inode; where there is none by the name that the link of a descriptor has. */
static int object_of(const struct system *s, const struct facility *f)
{
	enum system_kind kind = kind_of(f->kind)->kind;

	for (size_t i = 0; i < s->n_objects; i++) {
		const struct system_object *o = &s->object[i];

		if (o->kind == kind && (f->inode ? o->inode == f->inode && o->device == f->device : !strcmp(o->name, f->name)))
			return (int)i;
	}
	return -1;
}

static void take_stat(struct facility *f, const struct stat *st)
{
	f->owned = true;
	f->mode = st->st_mode & 0777;
	f->uid = st->st_uid;
	f->gid = st->st_gid;
	f->changed = st->st_ctime;
	if (f->kind != 'M')
		return;
	f->size_known = true;
	f->size = st->st_size;
	f->allocated = st->st_blocks * 512;
}

static void add_posix(struct facilities *f, const struct system *s, const struct posix_named *n)
{
	struct facility *new = add(f, n->kind, -1);

	new->name = n->name;
	new->listed = new->owned = true;
	new->mode = n->mode;
	new->uid = n->uid;
	new->gid = n->gid;
	new->changed = n->changed;
	new->device = n->device;
	new->inode = n->inode;
	new->size_known = n->size_known;
	new->size = n->size;
	new->allocated = n->kind == 'M' ? n->pages * 4096 : -1;
	new->object = object_of(s, new);
}

/* Of memory that processes share, that of shm_open(3). */
static bool is_posix(const struct system_object *o)
{
	return o->kind == SYSTEM_MQUEUE || o->kind == SYSTEM_SEMAPHORE ||
	       (o->kind == SYSTEM_MEMORY && !strncmp(o->name, POSIX_SHM "/", sizeof POSIX_SHM));
}

/* As proc_pid_fd(5) has it. */
static bool is_unlinked(const char *name)
{
	static const char mark[] = " (deleted)";
	size_t n = strlen(name);

	return n >= sizeof mark && !strcmp(name + n - (sizeof mark - 1), mark);
}

/* What is in no folder is looked at through the link of a descriptor that leads to it, which opens nothing
 * (stat(2), proc_pid_fd(5)). */
static void look_through(struct facility *f, const struct system *s)
{
	const struct system_object *o = &s->object[f->object];

	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];
		char path[48];
		struct stat st;

		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)s->process[e->process].pid, e->fd);
		if (e->fd >= 0 && stat(path, &st) == 0 && st.st_dev == o->device && st.st_ino == o->inode) {
			take_stat(f, &st);
			return;
		}
	}
}

static bool has_object(const struct facilities *f, int object)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].object == object)
			return true;
	return false;
}

/* Open, and in no folder: its name is gone, or the folder may not be read. */
static void add_unlisted(struct facilities *f, char kind, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	struct facility *new;

	if (!is_posix(o) || has_object(f, object))
		return;
	new = add(f, kind, object);
	new->name = o->kind == SYSTEM_MEMORY ? o->name + sizeof POSIX_SHM - 1 : o->name;
	new->device = o->device;
	new->inode = o->inode;
	new->unlinked = is_unlinked(new->name);
	look_through(new, s);
}

static int by_kind_and_name(const void *a, const void *b)
{
	const struct facility *x = a, *y = b;

	if (x->kind != y->kind)
		return strchr(FACILITY_KINDS, x->kind) < strchr(FACILITY_KINDS, y->kind) ? -1 : 1;
	if (x->sysv && y->sysv)
		return (x->sysv->id > y->sysv->id) - (x->sysv->id < y->sysv->id);
	return strcmp(x->name, y->name);
}

void facilities_find(struct facilities *f, const struct system *s, const char *wanted)
{
	f->count = 0;
	for (size_t i = 0; i < s->posix.count; i++)
		if (!*wanted || strchr(wanted, s->posix.list[i].kind))
			add_posix(f, s, &s->posix.list[i]);
	for (size_t i = 0; i < s->n_objects; i++)
		for (size_t k = 0; k < KINDS; k++) {
			if (s->object[i].kind != kinds[k].kind || (*wanted && !strchr(wanted, kinds[k].letter)))
				continue;
			if (k < 3)
				add_sysv(f, kinds[k].letter, s, (int)i);
			else
				add_unlisted(f, kinds[k].letter, s, (int)i);
		}
	if (f->count)
		qsort(f->list, f->count, sizeof *f->list, by_kind_and_name);
}

int facilities_add_queue(struct facilities *f, const char *name)
{
	struct posix_queue queue;
	struct facility *new;
	struct stat st;
	int error = facility_stat_queue(name, &st);

	if (error < 0)
		return error;
	new = add(f, 'Q', -1);
	new->name = name;
	new->device = st.st_dev;
	new->inode = st.st_ino;
	take_stat(new, &st);
	new->size_known = posix_queue_named(name, st.st_ino, &queue) == 0 && queue.detail;
	new->size = new->size_known ? (int64_t)queue.bytes : 0;
	return 0;
}

void facilities_free(struct facilities *f)
{
	free(f->list);
	*f = (struct facilities){ 0 };
}

int facilities_take(struct system *s, struct error *e)
{
	int *objects;
	size_t n = 0;

	if (system_scan(s, NULL, 0, e) < 0)
		return -1;
	system_join(s);
	objects = memory_new(s->n_objects + 1, sizeof *objects);
	for (size_t i = 0; i < s->n_objects; i++)
		for (size_t k = 0; k < KINDS; k++)
			if (s->object[i].kind == kinds[k].kind)
				objects[n++] = (int)i;
	if (n)
		system_levels(s, objects, n);
	free(objects);
	system_waits(s);
	system_judge(s, NULL);
	return 0;
}

/* ---- how it stands --------------------------------------------------------------------------- */

/* System V queues and sets have no holders. A set counts who sleeps about it, to those who may read it; of a queue
 * nobody who may not be looked into is known. */
static bool is_unknown(const struct system *s, const struct facility *f)
{
	bool others = f->uid != geteuid() || f->mode & 066;

	if (!s->hidden_processes && !s->unlisted)
		return false;
	return (f->kind == 's' && f->sleepers < 0) || (f->kind == 'q' && others);
}

static bool is_unused(const struct system *s, const struct facility *f)
{
	const struct system_object *o = f->object >= 0 ? &s->object[f->object] : NULL;

	return f->name && (o ? o->word == WORD_IDLE && !o->n_ends && !o->waiting : !s->hidden_processes && !s->unlisted);
}

static enum system_word word_of(const struct system *s, const struct facility *f)
{
	enum system_word word = f->object >= 0 ? s->object[f->object].word : WORD_UNKNOWN;

	if (word == WORD_IDLE && f->sleepers > 0)
		return WORD_WAITING;
	return word == WORD_IDLE && is_unknown(s, f) ? WORD_UNKNOWN : word;
}

const char *facility_state(const struct system *s, const struct facility *f)
{
	return is_unused(s, f) ? "unused" : system_word(word_of(s, f));
}

int facility_rank(const struct system *s, const struct facility *f)
{
	enum system_word word = word_of(s, f);

	return is_unused(s, f) ? WORD_ORPHANED + 1 : word <= WORD_ORPHANED ? (int)word : WORD_ORPHANED + 2;
}

static int by_rank(const void *a, const void *b, void *s)
{
	int x = facility_rank(s, a), y = facility_rank(s, b);

	return x != y ? x - y : by_kind_and_name(a, b);
}

void facilities_order(struct facilities *f, const struct system *s)
{
	if (f->count)
		qsort_r(f->list, f->count, sizeof *f->list, by_rank, (void *)(uintptr_t)s);
}

void facility_describe(struct text *t, const struct facility *f)
{
	text_addf(t, "%s ", kind_of(f->kind)->words);
	if (f->name)
		text_add_printable(t, f->name, strlen(f->name));
	else
		text_addf(t, "%d", f->sysv->id);
	if (f->sysv && f->sysv->key)
		text_addf(t, " (key 0x%08x)", f->sysv->key);
}

/* SPDX-License-Identifier: MIT */
#include "command/facilities.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
	f->list[f->count] = (struct facility){ .kind = kind, .object = object };
	return &f->list[f->count++];
}

static void add_sysv(struct facilities *f, char kind, const struct system *s, int object)
{
	const struct sysv_object *o = &s->object[object].sysv;
	struct facility *new = add(f, kind, object);

	new->sysv = o;
	new->listed = true;
	new->mode = o->mode;
	new->uid = o->uid;
	new->gid = o->gid;
	new->changed = o->changed;
}

/* sem_open(3) puts "sem." before the name. */
static void path_of(char *path, size_t size, char kind, const char *name)
{
	snprintf(path, size, "%s/%s%s", kind == 'Q' ? POSIX_MQUEUE : POSIX_SHM, kind == 'S' ? "sem." : "",
		 *name == '/' ? name + 1 : name);
}

/* By inode; a name that cannot be looked at by the name that the link of a descriptor has. */
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

static void add_posix(struct facilities *f, const struct system *s, const struct posix_named *n)
{
	struct facility *new = add(f, n->kind, -1);
	char path[sizeof n->name + sizeof POSIX_MQUEUE + 8];
	struct stat st;

	new->posix = n;
	new->name = n->name;
	new->listed = true;
	new->mode = n->mode;
	new->uid = n->uid;
	path_of(path, sizeof path, n->kind, n->name);
	if (lstat(path, &st) == 0) {
		new->gid = st.st_gid;
		new->changed = st.st_ctime;
		new->device = st.st_dev;
		new->inode = st.st_ino;
	}
	new->object = object_of(s, new);
}

/* Of memory that processes share, that of shm_open(3). */
static bool is_posix(const struct system_object *o)
{
	return o->kind == SYSTEM_MQUEUE || o->kind == SYSTEM_SEMAPHORE ||
	       (o->kind == SYSTEM_MEMORY && !strncmp(o->name, POSIX_SHM "/", sizeof POSIX_SHM));
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

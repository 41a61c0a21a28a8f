/* SPDX-License-Identifier: MIT */
/* Memory of processes that are watched from outside. No call of theirs was heard: who has it mapped is found
 * in their maps, by device and inode; and what of it to look at, by what stands there.
 *
 * Nothing is read but pages that are there (memory_peek), and by no opening of what is mapped. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "base/width.h"
#include "stage/internal.h"

/* ---- putting it on the stage ------------------------------------------------------------------------ */

/* What a path leads to, as far as the kernel knows it without asking another machine; false: not a file. */
static bool look_at(const char *path, struct statx *st)
{
	return path[0] == '/' && statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW,
				       STATX_TYPE | STATX_INO | STATX_SIZE, st) == 0 && S_ISREG(st->stx_mode);
}

static bool is_at(const struct object *o, const char *path, uint64_t *size)
{
	struct statx st;

	if (!look_at(path, &st) || st.stx_ino != o->key.inode || makedev(st.stx_dev_major, st.stx_dev_minor) != o->key.device)
		return false;
	if (size)
		*size = st.stx_size;
	return true;
}

bool outside_is_named(const struct object *o)
{
	return o->outside && is_at(o, o->path, NULL);
}

static void begin(struct object *o, const struct stage_outside *what)
{
	o->key = (struct memory_key){ .known = true, .device = what->device, .inode = what->inode };
}

/* The last part of the path, or all of it. */
static void name_backing(struct object *o, const char *path)
{
	const size_t room = PICTURE_WORD - 1;
	struct text t = { 0 };

	text_add_printable(&t, path, strlen(path));
	snprintf(o->shown.memory.backing, PICTURE_WORD, "%.*s", (int)width_fit(text_string(&t), (int)room), text_string(&t));
	if (t.length > room && strrchr(path, '/')) {
		text_clear(&t);
		text_add_printable(&t, strrchr(path, '/') + 1, strlen(strrchr(path, '/') + 1));
		snprintf(o->shown.memory.backing, PICTURE_WORD, "%.*s", (int)room, text_string(&t));
	}
	text_free(&t);
}

/* "/name" of POSIX memory stands for a file in /dev/shm. What the kernel calls "/dev/zero (deleted)" is
 * nothing's. */
void outside_memory_put(struct stage *s, struct object *o, const struct stage_outside *what)
{
	char path[sizeof POSIX_SHM + PICTURE_CALL];

	(void)s;
	begin(o, what);
	snprintf(path, sizeof path, POSIX_SHM "%s", o->path);
	if (is_at(o, path, NULL))
		snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, path);
	if (!strncmp(what->path, "/dev/zero", 9) || !what->path[0]) {
		o->path[0] = '\0';
		snprintf(o->name, sizeof o->name, "memory:[%llu]", (unsigned long long)what->inode);
		snprintf(o->shown.memory.backing, PICTURE_WORD, "anonymous");
	} else {
		name_backing(o, o->path);
	}
}

/* glibc keeps a named semaphore in a file of its own, sem_overview(7). */
void outside_semaphore_put(struct stage *s, struct object *o, const struct stage_outside *what)
{
	struct text t = { 0 };

	(void)s;
	begin(o, what);
	text_add_printable(&t, what->path, strlen(what->path));
	snprintf(o->shown.lockable.where, PICTURE_WORD, "named %.*s", (int)width_fit(text_string(&t), PICTURE_WORD - 8),
		 text_string(&t));
	text_free(&t);
	snprintf(o->path, sizeof o->path, POSIX_SHM "/sem.%.*s", PICTURE_CALL - (int)sizeof POSIX_SHM - 5,
		 what->path + (what->path[0] == '/'));
}

/* ---- before it is read ------------------------------------------------------------------------------ */

static bool is_looked_into(const struct member *m)
{
	return m->outside && !m->dead && m->procdir >= 0;
}

/* A segment's device is that of the kernel's own memory, which a mapping of it tells. */
static void find_segment(struct stage *s, struct object *o)
{
	for (int i = 0; i < s->n_members && !o->key.known; i++) {
		struct member *m = s->member[i];
		const struct mappings *maps = is_looked_into(m) && !m->other_ipc ? memory_maps(s, m) : NULL;
		int id;

		for (size_t k = 0; maps && k < maps->count && !o->key.known; k++)
			if (maps->list[k].inode == o->identity && mapping_is_segment(&maps->list[k], &id))
				o->key = (struct memory_key){
					.known = true, .segment = true, .device = maps->list[k].device, .inode = o->identity,
				};
	}
}

/* From where to where those who are watched have it mapped: offsets. False: nobody has. */
static bool extent(struct stage *s, const struct object *o, uint64_t *first, uint64_t *end)
{
	*first = UINT64_MAX;
	*end = 0;
	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];
		const struct mappings *maps = is_looked_into(m) ? memory_maps(s, m) : NULL;

		for (size_t k = 0; maps && k < maps->count; k++) {
			const struct mapping *map = &maps->list[k];

			if (map->device != o->key.device || map->inode != o->key.inode ||
			    o->key.segment != !strncmp(map->name, "/SYSV", 5))
				continue;
			if (map->offset < *first)
				*first = map->offset;
			if (map->offset + (map->end - map->start) > *end)
				*end = map->offset + (map->end - map->start);
		}
	}
	return *end > 0;
}

/* What stands at an offset, out of the first process that has touched it. */
static size_t peek(struct stage *s, const struct object *o, uint64_t offset, void *bytes, size_t n)
{
	struct memory_key key = o->key;

	key.offset = offset;
	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];
		uint64_t address = is_looked_into(m) ? memory_where(s, m, &key) : 0;
		ssize_t got = address ? memory_peek(m->procdir, m->pid, address, bytes, n) : 0;

		if (got > 0)
			return (size_t)got;
	}
	return 0;
}

/* Whether it is a text rather than numbers: four characters and more, up to a NUL. */
static bool is_text(const char *bytes, size_t n)
{
	enum { LEAST = 4 };
	size_t at = 0;

	while (at < n && bytes[at]) {
		uint32_t c;
		size_t more = width_decode(bytes + at, n - at, &c);

		/* A character that is cut by the end is one all the same. */
		if (!more && n - at < 4 && at >= LEAST)
			return true;
		if (!more || c < ' ' || c == 0x7f)
			return false;
		at += more;
	}
	return at >= LEAST;
}

/* Words that somebody sleeps on in futex(2). */
static void add_awaited(struct stage *s, struct object *o)
{
	struct picture_memory *p = &o->shown.memory;

	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];
		uint64_t base;

		if (!is_looked_into(m) || m->seen.where != SYSCALL_INSIDE || m->seen.number != SYS_futex)
			continue;
		if (memory_object_at(s, m, m->seen.argument[0], &base) == o && m->seen.argument[0] - base <= UINT32_MAX - 4)
			memory_cell_at(p, (uint32_t)(m->seen.argument[0] - base), sizeof(int32_t), CELL_WORD);
	}
}

static void choose_cells(struct stage *s, struct object *o, uint64_t first)
{
	enum { WORDS = 4, LENGTH = 16 };
	struct picture_memory *p = &o->shown.memory;
	char bytes[LENGTH];
	bool text;
	size_t n;

	memset(p->cell, 0, sizeof p->cell);
	p->n_cells = 0;
	if (first > UINT32_MAX - LENGTH)
		return;
	n = peek(s, o, first, bytes, p->size - first < LENGTH ? (size_t)(p->size - first) : LENGTH);
	text = is_text(bytes, n);
	if (text)
		memory_cell_at(p, (uint32_t)first, (uint32_t)n, CELL_TEXT);
	for (uint32_t i = 0; !text && i < WORDS && first + (i + 1) * sizeof(int32_t) <= p->size; i++)
		memory_cell_at(p, (uint32_t)first + i * (uint32_t)sizeof(int32_t), sizeof(int32_t), CELL_WORD);
	add_awaited(s, o);
}

void outside_memory(struct stage *s, struct object *o)
{
	struct picture_memory *p = &o->shown.memory;
	uint64_t first, end;

	if (o->kind == OBJECT_SEGMENT) {
		snprintf(p->backing, sizeof p->backing, "System V");
		find_segment(s, o);
	}
	if (!extent(s, o, &first, &end))
		first = end = 0;
	if (o->kind == OBJECT_MEMORY && !is_at(o, o->path, &p->size))
		p->size = end;
	if (first < p->size)
		choose_cells(s, o, first);
	else
		p->n_cells = 0;
}

/* SPDX-License-Identifier: MIT */
#include "ui/objects.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void objects_forget(struct objects_memory *m)
{
	free(m->list);
	*m = (struct objects_memory){ 0 };
}

/* ---- what is listed ----------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum object_kind on_stage;
} kinds[] = {
	['q'] = { "queue", OBJECT_QUEUE }, ['m'] = { "shm", OBJECT_SEGMENT }, ['s'] = { "sem", OBJECT_SEMAPHORES },
	['Q'] = { "mq", OBJECT_MQUEUE },   ['M'] = { "shm", OBJECT_MEMORY },  ['S'] = { "sem", OBJECT_SEMAPHORE },
};

const char *objects_kind_name(char kind)
{
	return kinds[(int)kind].name;
}

/* Whether an object of the picture is the one that has this POSIX name. Memory is known by the last part of
 * its file's path. */
static bool has_name(const struct picture_object *o, char kind, const char *name)
{
	static const char semaphores[] = "/dev/shm/sem.";
	size_t n = strlen(semaphores);

	switch (kind) {
	case 'Q':
		return !strcmp(o->path, name);
	case 'S':
		return !strncmp(o->path, semaphores, n) && !strcmp(o->path + n, name + 1);
	default:
		return !strcmp(o->memory.backing, name + 1);
	}
}

static const struct picture_object *known(const struct picture *p, const struct objects_row *r)
{
	for (int i = 0; r->ours && i < p->n_objects; i++) {
		const struct picture_object *o = &p->object[i];

		if (o->kind == kinds[(int)r->kind].on_stage && !o->gone &&
		    (r->sysv ? o->identity == r->identity : has_name(o, r->kind, r->posix->name)))
			return o;
	}
	return NULL;
}

static void mix(uint64_t *hash, uint64_t number)
{
	for (int i = 0; i < 8; i++, number >>= 8)
		*hash = (*hash ^ (number & 0xff)) * UINT64_C(0x100000001b3); /* FNV-1a */
}

static const uint64_t hash_begin = UINT64_C(0xcbf29ce484222325);

static uint64_t name_hash(const char *name)
{
	uint64_t hash = hash_begin;

	while (*name)
		mix(&hash, (unsigned char)*name++);
	return hash;
}

/* Those that the two lists give, ours or not. */
static int add_sysv(const struct picture *p, bool ours, struct objects_row *row)
{
	int n = 0;

	for (int i = 0; i < p->n_sysv; i++)
		if (p->sysv_ours[i] == ours) {
			row[n] = (struct objects_row){ .kind = "qms"[p->sysv[i].kind], .ours = ours, .sysv = &p->sysv[i],
						       .identity = (uint64_t)p->sysv[i].id };
			row[n].known = known(p, &row[n]);
			n++;
		}
	return n;
}

static int add_posix(const struct picture *p, bool ours, struct objects_row *row)
{
	int n = 0;

	for (int i = 0; i < p->n_posix; i++)
		if (p->posix_ours[i] == ours) {
			row[n] = (struct objects_row){ .kind = p->posix[i].kind, .ours = ours, .posix = &p->posix[i],
						       .identity = name_hash(p->posix[i].name) };
			row[n].known = known(p, &row[n]);
			n++;
		}
	return n;
}

/* Queues that only their descriptors show: no folder lists them where /dev/mqueue is not mounted. */
static int add_unlisted(const struct picture *p, struct objects_row *row)
{
	int n = 0;

	for (int i = 0; i < p->n_objects && !p->queues_listed; i++)
		if (p->object[i].kind == OBJECT_MQUEUE && !p->object[i].gone && p->object[i].path[0])
			row[n++] = (struct objects_row){ .kind = 'Q', .ours = true, .known = &p->object[i],
							 .identity = name_hash(p->object[i].path) };
	return n;
}

int objects_rows(const struct picture *p, struct objects_row **rows)
{
	int n;

	*rows = memory_new((size_t)(p->n_sysv + p->n_posix + p->n_objects) + 1, sizeof **rows);
	n = add_sysv(p, true, *rows);
	n += add_unlisted(p, *rows + n);
	n += add_posix(p, true, *rows + n);
	n += add_sysv(p, false, *rows + n);
	n += add_posix(p, false, *rows + n);
	return n;
}

const char *objects_full_name(const struct objects_row *r)
{
	return r->sysv ? NULL : r->posix ? r->posix->name : r->known->path;
}

/* The stage's suffix is "-UID-XXXXXX", see board_suffix. */
static size_t without_suffix(const char *name)
{
	size_t n = strlen(name);

	for (int dashes = 0; n > 0 && dashes < 2; )
		dashes += name[--n] == '-';
	return n ? n : strlen(name);
}

void objects_name(const struct objects_row *r, struct text *t)
{
	const char *name = objects_full_name(r);

	if (name)
		text_add_printable(t, name, r->ours ? without_suffix(name) : strlen(name));
	else
		text_addf(t, "%d", r->sysv->id);
}

/* ---- what changed ------------------------------------------------------------------------- */

static void mix_sysv(uint64_t *hash, const struct sysv_object *o, const struct picture_object *own)
{
	mix(hash, o->key);
	mix(hash, o->mode);
	switch (o->kind) {
	case SYSV_QUEUE:
		mix(hash, o->queue.messages);
		mix(hash, o->queue.bytes);
		mix(hash, o->queue.limit);
		break;
	case SYSV_SEGMENT:
		mix(hash, o->segment.size);
		mix(hash, o->segment.attached);
		mix(hash, o->segment.marked);
		break;
	case SYSV_SEMAPHORES:
		mix(hash, o->semaphores.count);
		for (unsigned i = 0; own && i < o->semaphores.count && i < PICTURE_SEMAPHORES; i++) {
			mix(hash, (uint64_t)own->semaphore[i].value);
			mix(hash, (uint64_t)(own->semaphore[i].waiting_increase + own->semaphore[i].waiting_zero));
		}
		break;
	}
}

static uint64_t fingerprint(const struct objects_row *r)
{
	uint64_t hash = hash_begin;

	if (r->sysv)
		mix_sysv(&hash, r->sysv, r->known);
	if (r->posix) {
		mix(&hash, r->posix->mode);
		mix(&hash, (uint64_t)r->posix->size);
		mix(&hash, r->posix->size_known);
	}
	if (r->kind == 'Q' && r->known)
		mix(&hash, (uint64_t)r->known->queue.messages.number);
	return hash;
}

/* Where a row stands among those remembered; both lists have the same order most of the time, so
 * the search begins behind the one found last. -1: it was not there. */
static int find_seen(const struct objects_memory *m, const struct objects_row *r, size_t begin)
{
	for (size_t i = 0; i < m->count; i++) {
		size_t k = (begin + i) % m->count;

		if (m->list[k].kind == r->kind && m->list[k].identity == r->identity)
			return (int)k;
	}
	return -1;
}

void objects_remember(struct objects_memory *m, const struct objects_row *row, int n, int64_t now)
{
	struct objects_memory old = *m;
	int k = -1;

	m->primed = true;
	m->room = 0;
	m->list = memory_grow(NULL, &m->room, (size_t)n + 1, sizeof *m->list);
	m->count = (size_t)n;
	m->n_ours = 0;
	for (int i = 0; i < n; i++) {
		uint64_t seen = fingerprint(&row[i]);

		k = find_seen(&old, &row[i], (size_t)(k + 1));
		m->n_ours += row[i].ours;
		m->list[i].kind = row[i].kind;
		m->list[i].identity = row[i].identity;
		m->list[i].seen = seen;
		m->list[i].changed = k >= 0 && old.list[k].seen == seen ? old.list[k].changed : old.primed ? now : INT64_MIN;
	}
	free(old.list);
}

/* ---- which one is chosen ------------------------------------------------------------------ */

static bool is(const struct objects_row *r, char kind, uint64_t identity)
{
	return r->kind == kind && r->identity == identity;
}

bool objects_is_chosen(const struct objects_memory *m, const struct objects_row *r)
{
	return m->chosen && is(r, m->kind, m->identity);
}

bool objects_find(const struct picture *p, char kind, uint64_t identity, struct objects_row *found)
{
	struct objects_row *row;
	int n = objects_rows(p, &row), i = 0;

	while (i < n && !is(&row[i], kind, identity))
		i++;
	if (i < n)
		*found = row[i];
	free(row);
	return i < n;
}

bool objects_chosen(const struct objects_memory *m, const struct picture *p, struct objects_row *row)
{
	return m->chosen && objects_find(p, m->kind, m->identity, row);
}

static void choose(struct objects_memory *m, const struct objects_row *row, int n, int at)
{
	m->chosen = n > 0;
	if (!m->chosen)
		return;
	m->at = at < 0 ? 0 : at >= n ? n - 1 : at;
	m->kind = row[m->at].kind;
	m->identity = row[m->at].identity;
	m->follow = true;
}

static int where(const struct objects_memory *m, const struct objects_row *row, int n)
{
	for (int i = 0; i < n; i++)
		if (objects_is_chosen(m, &row[i]))
			return i;
	return -1;
}

void objects_choose(struct objects_memory *m, const struct picture *p, int step)
{
	struct objects_row *row;
	int n = objects_rows(p, &row), at = where(m, row, n);

	if (!m->chosen)
		choose(m, row, n, 0);
	else
		choose(m, row, n, at < 0 ? m->at : at + step);
	free(row);
}

void objects_click(struct objects_memory *m, const struct picture *p, int y)
{
	struct objects_row *row;
	int n = objects_rows(p, &row), line = y - m->shown.y + m->scrolled;
	int at = m->lines_each ? line / m->lines_each : -1;

	if (line >= m->n_ours * m->lines_each) /* behind the rule */
		at = line == m->n_ours * m->lines_each ? -1 : m->lines_each ? (line - 1) / m->lines_each : -1;
	if (y >= m->shown.y && y < m->shown.y + m->shown.height && at >= 0 && at < n)
		choose(m, row, n, at);
	free(row);
}

/* SPDX-License-Identifier: MIT */
/* Memory between processes: who has it mapped where, what stands in it, page by page whether it is
 * shared or a copy.
 *
 * Nothing is read that is not there yet: to look at a page would bring it (memory_peek). What one
 * process sees of shared memory is what all see; so where it has not touched a page yet, its cell
 * is left unknown. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stage/internal.h"

/* ---- keys: which memory it is ------------------------------------------------------------------ */

/* What a process maps changes by its own calls alone: it is read anew (26 us) when it has been heard of since,
 * which clears maps_read; of a real program nothing is heard. */
const struct mappings *memory_maps(struct stage *s, struct member *m)
{
	bool unheard = m->program || m->stranger;

	if (!m->maps_read || (unheard && m->maps_read != s->sampling)) {
		mappings_read(m->procdir, m->outside ? mapping_is_shared : NULL, NULL, &m->maps);
		m->maps_read = s->sampling;
	}
	return &m->maps;
}

static bool is_segment(const struct mapping *map)
{
	return map->shared && !strncmp(map->name, "/SYSV", 5);
}

static bool key_of_mapping(const struct mapping *map, uint64_t address, int creator, struct memory_key *key)
{
	*key = (struct memory_key){ .known = true, .is_private = !map->shared, .device = map->device, .inode = map->inode };
	key->segment = is_segment(map);
	key->offset = map->offset + (address - map->start);
	if (!map->inode && !map->device) {
		key->offset = address;
		key->creator = creator;
	}
	return true;
}

bool memory_key_of(struct stage *s, struct member *m, uint64_t address, struct memory_key *key)
{
	const struct mapping *map;

	*key = (struct memory_key){ 0 };
	if (m->dead || m->procdir < 0)
		return false;
	map = mappings_find(memory_maps(s, m), address);
	return map && key_of_mapping(map, address, m->place, key);
}

static bool is_anonymous(const struct memory_key *k)
{
	return k->is_private && !k->inode && !k->device;
}

bool memory_key_same(const struct memory_key *a, const struct memory_key *b)
{
	return a->known && b->known && a->is_private == b->is_private && a->device == b->device &&
	       a->inode == b->inode && a->segment == b->segment && a->offset == b->offset && a->creator == b->creator;
}

/* Whether private anonymous memory came to the process by fork: after it was made. */
static bool inherits(const struct member *m, const struct memory_key *key)
{
	while (m && m->place != key->creator && m->forked_at >= key->made)
		m = m->forked_from < 0 ? NULL : member_of_place(m->stage, m->forked_from);
	return m && m->place == key->creator;
}

/* Whether the process has since mapped other such memory over it. */
static bool covered(const struct member *m, const struct memory_key *key)
{
	const struct stage *s = m->stage;

	for (int i = s->n_objects - 1; i >= 0 && s->object[i]->serial > key->made; i--) {
		const struct object *o = s->object[i];

		if (o->kind == OBJECT_MEMORY && !o->gone && o->key.known && is_anonymous(&o->key) &&
		    key->offset >= o->key.offset && key->offset - o->key.offset < o->shown.memory.size && inherits(m, &o->key))
			return true;
	}
	return false;
}

/* Whether a mapping of process m shows memory of the key (any part of it); *base is where the key's
 * own place then is, mapped or not. */
static bool shows(const struct member *m, const struct mapping *map,
		  const struct memory_key *key, uint64_t length, uint64_t *base)
{
	uint64_t end = key->offset + (length ? length : 1);

	if (is_anonymous(key)) {
		*base = key->offset;
		return !map->inode && !map->device && !map->shared && map->start < end && map->end > key->offset &&
		       inherits(m, key) && !covered(m, key);
	}
	if (map->shared == key->is_private || map->device != key->device || map->inode != key->inode ||
	    is_segment(map) != key->segment || (key->segment && m->other_ipc))
		return false;
	*base = map->start + (key->offset - map->offset);
	return map->offset < end && map->offset + (map->end - map->start) > key->offset;
}

/* The first mapping of m that shows it; NULL. */
static const struct mapping *find_mapping(struct stage *s, struct member *m, const struct memory_key *key,
					  uint64_t length, uint64_t *base)
{
	const struct mappings *maps;

	if (m->dead || m->procdir < 0 || !key->known)
		return NULL;
	maps = memory_maps(s, m);
	for (size_t i = 0; i < maps->count; i++)
		if (shows(m, &maps->list[i], key, length, base))
			return &maps->list[i];
	return NULL;
}

bool memory_stands_at(struct stage *s, struct member *m, const struct memory_key *key, uint64_t address)
{
	const struct mapping *map = m->dead || m->procdir < 0 ? NULL : mappings_find(memory_maps(s, m), address);
	uint64_t base;

	return map && key->known && shows(m, map, key, 1, &base) && base == address;
}

uint64_t memory_where(struct stage *s, struct member *m, const struct memory_key *key)
{
	uint64_t base;

	return find_mapping(s, m, key, 1, &base) ? base : 0;
}

/* ---- making ------------------------------------------------------------------------------------- */

static struct object *of_key(const struct stage *s, const struct memory_key *key)
{
	for (int i = s->n_objects - 1; i >= 0; i--) {
		struct object *o = s->object[i];

		if ((o->kind == OBJECT_MEMORY || o->kind == OBJECT_SEGMENT) && !o->gone &&
		    memory_key_same(&o->key, key))
			return o;
	}
	return NULL;
}

static void name_backing(const struct stage *s, struct picture_memory *p, const struct mapping *map)
{
	const char *slash = strrchr(map->name, '/'), *name = slash ? slash + 1 : map->name;
	struct text t = { 0 };

	if (!map->name[0] || !strncmp(map->name, "[anon", 5))
		text_add(&t, "anonymous");
	else if (!strncmp(map->name, "/dev/zero", 9))
		text_add(&t, "anonymous"); /* what the kernel calls shared anonymous memory */
	else
		text_add_printable(&t, name, object_plain_length(s, name));
	snprintf(p->backing, sizeof p->backing, "%.*s", PICTURE_WORD - 1, text_string(&t));
	text_free(&t);
}

static struct object *segment_of(const struct stage *s, int64_t id)
{
	for (int i = 0; i < s->n_objects; i++)
		if (s->object[i]->kind == OBJECT_SEGMENT && !s->object[i]->gone && s->object[i]->identity == (uint64_t)id)
			return s->object[i];
	return NULL;
}

/* mmap's or shmat's result: an object of its own, or one more place of one that is there. */
void memory_mapped(struct stage *s, struct member *m, const struct outcome *out)
{
	const struct order *order = &m->order;
	bool segment = !strcmp(order->call->name, "shmat");
	const struct mapping *map;
	struct memory_key key;
	struct object *o;

	m->maps_read = 0;
	if (!memory_key_of(s, m, (uint64_t)out->result, &key))
		return;
	o = segment ? segment_of(s, order->argument[0].number) : of_key(s, &key);
	if (!o && segment)
		o = object_add(s, OBJECT_SEGMENT, (uint64_t)order->argument[0].number);
	else if (!o)
		o = object_add(s, OBJECT_MEMORY, (uint64_t)out->result);
	if (!o)
		return;
	o->key = key;
	o->key.made = o->serial;
	map = mappings_find(&m->maps, (uint64_t)out->result);
	if (segment)
		snprintf(o->shown.memory.backing, sizeof o->shown.memory.backing, "System V");
	else
		name_backing(s, &o->shown.memory, map);
	o->shown.memory.is_private = key.is_private;
	if (!segment && (uint64_t)order->argument[1].number > o->shown.memory.size)
		o->shown.memory.size = (uint64_t)order->argument[1].number;
	if (!o->name[0])
		snprintf(o->name, sizeof o->name, "memory at 0x%llx", (unsigned long long)out->result);
}

struct object *memory_object_at(struct stage *s, struct member *m, uint64_t address, uint64_t *base)
{
	const struct mapping *map = m->dead || m->procdir < 0 ? NULL : mappings_find(memory_maps(s, m), address);
	uint64_t begin;

	for (int i = s->n_objects - 1; map && i >= 0; i--) {
		struct object *o = s->object[i];
		uint64_t size = o->shown.memory.size;

		if ((o->kind != OBJECT_MEMORY && o->kind != OBJECT_SEGMENT) || o->gone || !o->key.known ||
		    !shows(m, map, &o->key, size, &begin) || address < begin || address - begin >= (size ? size : 1))
			continue;
		if (base)
			*base = begin;
		return o;
	}
	return NULL;
}

/* ---- cells: what lessons look at --------------------------------------------------------------------- */

struct picture_cell *memory_cell_at(struct picture_memory *p, uint32_t offset, uint32_t length, enum cell_kind kind)
{
	int i = 0;

	while (i < p->n_cells && p->cell[i].offset < offset)
		i++;
	if (i < p->n_cells && p->cell[i].offset == offset) {
		if (length > p->cell[i].length || kind != p->cell[i].kind)
			p->cell[i] = (struct picture_cell){ .kind = kind, .offset = offset, .length = length };
		return &p->cell[i];
	}
	if (p->n_cells == PICTURE_CELLS)
		return NULL;
	memmove(&p->cell[i + 1], &p->cell[i], sizeof *p->cell * (size_t)(p->n_cells - i));
	p->n_cells++;
	p->cell[i] = (struct picture_cell){ .kind = kind, .offset = offset, .length = length };
	return &p->cell[i];
}

/* load, store and add (ADDRESS, OFFSET, ...), futex (ADDRESS, ...) and what else reads or writes there. */
void memory_touched(struct stage *s, struct member *m, const struct outcome *out)
{
	const struct order *order = &m->order;
	bool offset = order->n > 1 && !strcmp(order->call->argument[1].name, "offset");
	bool store = !strcmp(order->call->name, "store"), add = !strcmp(order->call->name, "add");
	uint64_t address = (uint64_t)order->argument[0].number + (uint64_t)(offset ? order->argument[1].number : 0);
	uint64_t base;
	struct object *o = memory_object_at(s, m, address, &base);
	uint32_t length = sizeof(int32_t);
	enum cell_kind kind = CELL_WORD;
	struct picture_cell *cell;

	if (!o)
		return;
	if (store && order->argument[2].kind == VALUE_TEXT)
		kind = CELL_TEXT, length = order->argument[2].length;
	else if (!store && !add && out->data_length)
		kind = CELL_TEXT, length = out->data_length;
	if (length > PICTURE_CELL_TEXT)
		length = PICTURE_CELL_TEXT;
	if (store || add)
		for (int i = 0; i < o->shown.memory.n_cells; i++)
			o->shown.memory.cell[i].written = false;
	if (o->placeholder) {
		o->shown.memory.n_cells = 0;
		o->placeholder = false;
	}
	cell = memory_cell_at(&o->shown.memory, (uint32_t)(address - base), length, kind);
	if (cell && (store || add)) {
		cell->written = true;
		o->holder = m->place; /* who wrote last */
	}
	stage_changed(s);
}

/* ---- sampling ------------------------------------------------------------------------------------------ */

enum { PAGES_READ = 256 };

/* Of one process, where the object begins in it, and its first pages there. */
struct look {
	struct member *member;
	const struct memory_key *key;
	uint64_t base;
	struct page page[PAGES_READ];
	ssize_t n;
};

/* Whether the process has the object's page there: it may have mapped less than all, and next to that something
 * else. */
static bool has_there(struct stage *s, const struct look *l, uint64_t offset)
{
	const struct mapping *map = mappings_find(memory_maps(s, l->member), l->base + offset);
	uint64_t base;

	return map && shows(l->member, map, l->key, offset + 1, &base) && base == l->base;
}

/* By process_vm_readv, 1 us, where the pages are known to be there. It pins them, for which the kernel gives a
 * process its own copy of what it shares since a fork: such pages are only peeked at. */
static ssize_t read_cell(const struct look *l, const struct picture_cell *c, unsigned page_size, void *bytes)
{
	ssize_t first = c->offset / page_size, last = (c->offset + c->length - 1) / page_size;
	bool plain = last < l->n;

	for (ssize_t i = first; plain && i <= last; i++) {
		if (!l->page[i].present)
			return 0;
		plain = l->page[i].shared || l->page[i].exclusive;
	}
	if (plain)
		return memory_read(l->member->pid, l->base + c->offset, bytes, c->length);
	return memory_peek(l->member->procdir, l->member->pid, l->base + c->offset, bytes, c->length);
}

static void view_cells(struct stage *s, const struct look *l, struct picture_memory *p, struct picture_view *v)
{
	for (int i = 0; i < p->n_cells; i++) {
		const struct picture_cell *c = &p->cell[i];
		char bytes[PICTURE_CELL_TEXT] = { 0 };
		bool there = has_there(s, l, c->offset) && has_there(s, l, c->offset + c->length - 1);
		ssize_t got = there ? read_cell(l, c, p->page_size, bytes) : 0;
		struct text t = { 0 };

		v->known[i] = got == (ssize_t)c->length;
		if (!v->known[i])
			continue;
		if (c->kind == CELL_WORD) {
			memcpy(&v->value[i].word, bytes, sizeof v->value[i].word);
			continue;
		}
		text_add_printable(&t, bytes, strnlen(bytes, c->length));
		snprintf(v->value[i].text, sizeof v->value[i].text, "%.*s", PICTURE_CELL_TEXT - 1, text_string(&t));
		text_free(&t);
	}
}

/* Letters for the pages, and which of all are there for anybody. */
static void view_pages(struct stage *s, const struct look *l, const struct picture_memory *p, struct picture_view *v,
		       bool *there)
{
	ssize_t n = (ssize_t)((p->size + p->page_size - 1) / p->page_size);

	for (ssize_t i = 0; i < l->n && i < n; i++) {
		bool mapped = has_there(s, l, (uint64_t)i * p->page_size);
		const struct page *page = &l->page[i];

		there[i] |= mapped && page->present;
		if (i < PICTURE_PAGES)
			v->page[i] = !mapped ? '-' : page->swapped ? 'w' : !page->present ? '.' :
				     page->shared || !page->exclusive ? 's' : 'o';
	}
	for (ssize_t i = l->n < 0 ? 0 : l->n; i < n && i < PICTURE_PAGES; i++)
		v->page[i] = '?';
}

static void look_at(struct member *m, const struct memory_key *key, uint64_t base, const struct picture_memory *p,
		    struct look *l)
{
	size_t n = (p->size + p->page_size - 1) / p->page_size;

	l->member = m;
	l->key = key;
	l->base = base;
	l->n = pages_read(m->procdir, base, n < PAGES_READ ? n : PAGES_READ, l->page);
}

/* A process may have it several times. */
static bool writes_to(struct stage *s, struct member *m, const struct memory_key *key, uint64_t length)
{
	const struct mappings *maps = memory_maps(s, m);
	uint64_t base;

	for (size_t i = 0; i < maps->count; i++)
		if (maps->list[i].protection & PROT_WRITE && shows(m, &maps->list[i], key, length, &base))
			return true;
	return false;
}

void memory_sample_views(struct stage *s, struct object *o)
{
	struct picture_memory *p = &o->shown.memory;
	bool there[PAGES_READ] = { false };
	struct look l;
	int64_t resident = 0;

	p->page_size = s->page;
	if (o->kind == OBJECT_SEGMENT)
		p->size = o->shown.sysv.segment.size;
	if (o->outside) {
		outside_memory(s, o);
	} else if (!p->n_cells) {
		memory_cell_at(p, 0, sizeof(int32_t), CELL_WORD);
		o->placeholder = true;
	}
	memset(p->view, 0, sizeof p->view);
	p->n_views = p->more_views = 0;
	for (int i = 0; i < s->n_members; i++) {
		struct member *m = s->member[i];
		struct picture_view *v = &p->view[p->n_views];
		const struct mapping *map;
		uint64_t base;

		map = (m->program || m->stranger) && !m->outside ? NULL : find_mapping(s, m, &o->key, p->size, &base);
		if (!map)
			continue;
		if (p->n_views == PICTURE_VIEWS) {
			p->more_views++;
			continue;
		}
		p->n_views++;
		snprintf(v->process, sizeof v->process, "%s", m->name);
		v->address = base;
		v->writable = writes_to(s, m, &o->key, p->size);
		v->shared = map->shared;
		v->readable = true;
		v->wrote = o->holder == m->place;
		look_at(m, &o->key, base, p, &l);
		view_cells(s, &l, p, v);
		view_pages(s, &l, p, v, there);
	}
	for (int i = 0; i < PAGES_READ; i++)
		resident += there[i];
	if (p->size > (uint64_t)PAGES_READ * s->page)
		object_unknown(&p->resident, "only counted for up to 256 pages");
	else if (!p->n_views)
		object_unknown(&p->resident, o->others ? OUTSIDE_OTHERS : "nobody has it mapped, to be asked");
	else
		object_known(&p->resident, resident);
}

static void sample_memory(struct stage *s, struct object *o)
{
	memory_sample_views(s, o);
	if (!o->shown.memory.n_views && !o->shown.memory.more_views && !o->others && !outside_is_named(o))
		o->gone = true;
}

const struct object_class object_class_memory = { .letters = "", .outside = outside_memory_put, .sample = sample_memory };

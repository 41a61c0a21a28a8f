/* SPDX-License-Identifier: MIT */
#include "probe/btf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* The kinds of the format, by their numbers. */
enum {
	KIND_INT = 1, KIND_PTR = 2, KIND_ARRAY = 3, KIND_STRUCT = 4, KIND_UNION = 5, KIND_ENUM = 6, KIND_FWD = 7,
	KIND_TYPEDEF = 8,
	KIND_VOLATILE = 9, KIND_CONST = 10, KIND_RESTRICT = 11, KIND_FUNC = 12, KIND_FUNC_PROTO = 13, KIND_VAR = 14,
	KIND_DATASEC = 15, KIND_FLOAT = 16, KIND_DECL_TAG = 17, KIND_TYPE_TAG = 18, KIND_ENUM64 = 19, KINDS
};

/* Of 150,000 types few are looked for by their numbers: the way to them begins at a milestone. */
enum { STRIDE = 64 };

/* Types within types; and members that are looked at for one: a task_struct has 300. */
enum { MAGIC = 0xeb9f, DEEPEST = 8, MEMBERS = 100000 };

struct header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t length, types, types_length, names, names_length;
};

struct type {
	uint32_t name, info;
	uint32_t size; /* of structures, numbers and enumerations; else the type it leads to */
};

struct member { uint32_t name, type, offset; };

struct btf {
	const unsigned char *types;
	const char *names;
	uint32_t types_length, names_length;
	uint32_t *at, count; /* where every STRIDEth type begins, and how many there are; 0 is no type */
	size_t room;
	void *owned; size_t owned_length; bool mapped;
};

static uint32_t kind_of(const struct type *t)
{
	return t->info >> 24 & 0x1f;
}

static uint32_t parts_of(const struct type *t)
{
	return t->info & 0xffff;
}

/* What stands behind a type: so much for it, so much for each of its parts. */
static bool behind(const struct type *t, uint32_t *length)
{
	static const struct { uint8_t known, once, each; } sizes[KINDS] = {
		[KIND_INT] = { 1, 4, 0 }, [KIND_PTR] = { 1, 0, 0 }, [KIND_ARRAY] = { 1, 12, 0 },
		[KIND_STRUCT] = { 1, 0, 12 }, [KIND_UNION] = { 1, 0, 12 }, [KIND_ENUM] = { 1, 0, 8 }, [KIND_FWD] = { 1, 0, 0 },
		[KIND_TYPEDEF] = { 1, 0, 0 }, [KIND_VOLATILE] = { 1, 0, 0 }, [KIND_CONST] = { 1, 0, 0 },
		[KIND_RESTRICT] = { 1, 0, 0 }, [KIND_FUNC] = { 1, 0, 0 }, [KIND_FUNC_PROTO] = { 1, 0, 8 },
		[KIND_VAR] = { 1, 4, 0 }, [KIND_DATASEC] = { 1, 0, 12 }, [KIND_FLOAT] = { 1, 0, 0 },
		[KIND_DECL_TAG] = { 1, 4, 0 }, [KIND_TYPE_TAG] = { 1, 0, 0 }, [KIND_ENUM64] = { 1, 0, 12 },
	};
	uint32_t kind = kind_of(t);

	if (kind >= KINDS || !sizes[kind].known)
		return false; /* of a kernel that is newer than this: where the next begins is not known */
	*length = (uint32_t)sizeof *t + sizes[kind].once + sizes[kind].each * parts_of(t);
	return true;
}

/* The one behind. index_types has seen that they all make sense. */
static const struct type *next_type(const struct type *t)
{
	uint32_t length = sizeof *t;

	behind(t, &length);
	return (const void *)((const char *)t + length);
}

static const struct type *type_at(const struct btf *b, uint32_t id)
{
	const struct type *t;

	if (id == 0 || id >= b->count)
		return NULL;
	t = (const void *)(b->types + b->at[id / STRIDE]);
	for (uint32_t i = id / STRIDE * STRIDE; i < id; i++)
		if (i > 0) /* the first has number 1 */
			t = next_type(t);
	return t;
}

static const char *name_at(const struct btf *b, uint32_t name)
{
	return name < b->names_length ? b->names + name : "";
}

static bool index_types(struct btf *b)
{
	uint32_t at = 0, length;

	/* one type takes 30 bytes in the middle: grown once or twice */
	b->at = memory_more(b->at, &b->room, b->types_length / 24 / STRIDE + 2, sizeof *b->at);
	b->at[0] = 0;
	for (b->count = 1; at < b->types_length; b->count++) {
		const struct type *t = (const void *)(b->types + at);

		if (b->types_length - at < sizeof *t || !behind(t, &length) || length > b->types_length - at)
			return false;
		if (b->count % STRIDE == 0) {
			b->at = memory_more(b->at, &b->room, b->count / STRIDE + 1, sizeof *b->at);
			b->at[b->count / STRIDE] = at;
		}
		at += length;
	}
	return true;
}

struct btf *btf_of(const void *data, size_t length)
{
	const struct header *h = data;
	struct btf *b;

	if (length < sizeof *h || (uintptr_t)data % 4 || h->magic != MAGIC || h->version != 1 || h->length < sizeof *h ||
	    h->length > length || h->types % 4 || h->length % 4 || h->types > length - h->length ||
	    h->types_length > length - h->length - h->types || h->names > length - h->length ||
	    h->names_length == 0 || h->names_length > length - h->length - h->names)
		return NULL;
	b = memory_new(1, sizeof *b);
	b->types = (const unsigned char *)data + h->length + h->types;
	b->types_length = h->types_length;
	b->names = (const char *)data + h->length + h->names;
	b->names_length = h->names_length;
	if (b->names[b->names_length - 1] == '\0' && index_types(b))
		return b;
	btf_free(b);
	return NULL;
}

/* Linux 6.16 lends it; before it is copied, 2 ms more. */
static void *get(int fd, size_t length, bool *mapped)
{
	void *data = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
	size_t have = 0;
	ssize_t n;

	*mapped = data != MAP_FAILED;
	if (*mapped)
		return data;
	data = memory_new(1, length);
	while (have < length && (n = read(fd, (char *)data + have, length - have)) > 0)
		have += (size_t)n;
	if (have == length)
		return data;
	free(data);
	return NULL;
}

static void let_go(void *data, size_t length, bool mapped)
{
	if (mapped)
		munmap(data, length);
	else
		free(data);
}

struct btf *btf_open(int *error)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct btf *b = NULL;
	struct stat st;
	bool mapped = false;
	void *data = NULL;

	*error = 0;
	if (fd < 0 || fstat(fd, &st) != 0)
		*error = -errno;
	else if (st.st_size <= 0)
		*error = -ENOENT;
	else if (!(data = get(fd, (size_t)st.st_size, &mapped)))
		*error = -EIO;
	else if (!(b = btf_of(data, (size_t)st.st_size)))
		*error = -EINVAL;
	if (fd >= 0)
		close(fd);
	if (b) {
		b->owned = data;
		b->owned_length = (size_t)st.st_size;
		b->mapped = mapped;
	} else if (data) {
		let_go(data, (size_t)st.st_size, mapped);
	}
	return b;
}

void btf_free(struct btf *b)
{
	if (!b)
		return;
	if (b->owned)
		let_go(b->owned, b->owned_length, b->mapped);
	free(b->at);
	free(b);
}

bool btf_find(const struct btf *b, struct btf_wanted *wanted, size_t n)
{
	const struct type *t = type_at(b, 1);
	size_t missing = n;

	for (size_t k = 0; k < n; k++)
		wanted[k].id = 0;
	for (uint32_t id = 1; id < b->count && missing; id++, t = next_type(t)) {
		uint32_t kind = kind_of(t);
		const char *name;

		if (kind != KIND_STRUCT && kind != KIND_FUNC)
			continue;
		name = name_at(b, t->name);
		for (size_t k = 0; k < n; k++)
			if (!wanted[k].id && (wanted[k].what == BTF_WANT_FUNCTION) == (kind == KIND_FUNC) &&
			    strcmp(name, wanted[k].name) == 0) {
				wanted[k].id = id;
				missing--;
			}
	}
	return missing == 0;
}

/* Behind its other names. */
static const struct type *plain(const struct btf *b, uint32_t id)
{
	const struct type *t = type_at(b, id);

	for (int depth = 0; t && depth < DEEPEST; depth++) {
		uint32_t kind = kind_of(t);

		if (kind != KIND_TYPEDEF && kind != KIND_VOLATILE && kind != KIND_CONST && kind != KIND_RESTRICT &&
		    kind != KIND_TYPE_TAG)
			return t;
		t = type_at(b, t->size);
	}
	return NULL;
}

static uint32_t size_of(const struct btf *b, uint32_t id)
{
	const struct type *t = plain(b, id);
	uint32_t kind = t ? kind_of(t) : 0;

	if (kind == KIND_PTR)
		return sizeof(void *);
	return kind == KIND_INT || kind == KIND_ENUM || kind == KIND_ENUM64 ? t->size : 0;
}

struct search { const struct btf *btf; const char *name; int left; };

static bool find_member(struct search *s, const struct type *t, uint32_t base, int depth, struct btf_member *out)
{
	const struct member *m = (const void *)(t + 1);
	const struct btf *b = s->btf;

	for (uint32_t i = 0; i < parts_of(t) && s->left-- > 0; i++, m++) {
		bool split = t->info >> 31; /* the offset then has the bits' number in its upper byte */
		uint32_t bits = split ? m->offset & 0xffffff : m->offset, width = split ? m->offset >> 24 : 0;
		const struct type *inner;

		if (bits % 8 || width)
			continue;
		if (*name_at(b, m->name)) {
			if (strcmp(name_at(b, m->name), s->name) != 0)
				continue;
			*out = (struct btf_member){ base + bits / 8, size_of(b, m->type) };
			return true;
		}
		inner = plain(b, m->type);
		if (inner && depth < DEEPEST && (kind_of(inner) == KIND_STRUCT || kind_of(inner) == KIND_UNION) &&
		    find_member(s, inner, base + bits / 8, depth + 1, out))
			return true;
	}
	return false;
}

bool btf_member(const struct btf *b, uint32_t type, const char *name, struct btf_member *out)
{
	struct search search = { b, name, MEMBERS };
	const struct type *t = type_at(b, type);

	return t && kind_of(t) == KIND_STRUCT && find_member(&search, t, 0, 0, out);
}

uint32_t btf_size(const struct btf *b, uint32_t type)
{
	const struct type *t = type_at(b, type);

	return t && kind_of(t) == KIND_STRUCT ? t->size : 0;
}

/* SPDX-License-Identifier: MIT */
/* What tests of very many share. */
#include "tests/system/many.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit.h"

void many_receive(int from, void *out, size_t size)
{
	for (size_t got = 0; got < size;) {
		ssize_t n = read(from, (char *)out + got, size - got);

		ck_assert_int_gt(n, 0);
		got += (size_t)n;
	}
}

uint64_t many_inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static int by_place(const void *a, const void *b)
{
	const struct many_place *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

struct many_place *many_places(const struct system *s, size_t *n)
{
	struct many_place *list = calloc(2 * s->n_objects + 1, sizeof *list);

	*n = 0;
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct system_object *o = &s->object[i];

		if (o->kind != SYSTEM_UNIX && o->kind != SYSTEM_TCP && o->kind != SYSTEM_UDP)
			continue;
		list[(*n)++] = (struct many_place){ o->inode, o };
		if (o->inode_b)
			list[(*n)++] = (struct many_place){ o->inode_b, o };
	}
	qsort(list, *n, sizeof *list, by_place);
	return list;
}

const struct system_object *many_only(const struct many_place *list, size_t n, uint64_t inode)
{
	struct many_place wanted = { inode, NULL };
	const struct many_place *p = bsearch(&wanted, list, n, sizeof *list, by_place);

	if (!p)
		ck_abort_msg("socket %llu is missing", (unsigned long long)inode);
	ck_assert(p == list || p[-1].inode != inode);
	ck_assert(p + 1 == list + n || p[1].inode != inode);
	return p->object;
}

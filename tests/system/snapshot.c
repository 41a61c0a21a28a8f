/* SPDX-License-Identifier: MIT */
/* Snapshots for tests of src/system. */
#include "tests/system/snapshot.h"

#include <dirent.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/unit.h"

void snapshot_check(const struct system *s)
{
	size_t ends = 0;

	for (size_t i = 0; i < s->n_processes; i++) {
		const struct system_process *p = &s->process[i];

		ck_assert(i == 0 || s->process[i - 1].pid < p->pid);
		ck_assert_int_eq(p->first_end, (int)ends);
		for (int k = 0; k < p->n_ends; k++)
			ck_assert_int_eq(s->end[p->first_end + k].process, (int)i);
		ends += (size_t)p->n_ends;
		ck_assert(p->visible || p->why);
	}
	ck_assert_uint_eq(ends, s->n_ends);
	ends = 0;
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct system_object *o = &s->object[i];

		ck_assert_int_eq(o->first_end, (int)ends);
		for (int k = 0; k < o->n_ends; k++)
			ck_assert_int_eq(s->end[s->by_object[o->first_end + k]].object, (int)i);
		ends += (size_t)o->n_ends;
		ck_assert(o->name[0]);
		ck_assert(o->level.known || o->level.why);
	}
	ck_assert_uint_eq(ends, s->n_ends);
}

void snapshot_take(struct system *s)
{
	struct error e;

	if (system_scan(s, NULL, 0, &e) < 0)
		ck_abort_msg("%s", e.text);
	system_join(s);
	system_levels(s, NULL, 0);
	snapshot_check(s);
}

uint64_t snapshot_inode(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

struct system_object *snapshot_find(const struct system *s, enum system_kind kind, uint64_t inode)
{
	for (size_t i = 0; i < s->n_objects; i++)
		if (s->object[i].kind == kind && (s->object[i].inode == inode || s->object[i].inode_b == inode))
			return &s->object[i];
	return NULL;
}

struct system_object *snapshot_object(const struct system *s, enum system_kind kind, uint64_t inode)
{
	struct system_object *o = snapshot_find(s, kind, inode);

	if (!o)
		ck_abort_msg("no %s with inode %llu", system_kind_word(kind), (unsigned long long)inode);
	return o;
}

const struct system_end *snapshot_end(const struct system *s, const struct system_object *o, pid_t pid, int fd)
{
	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];

		if (s->process[e->process].pid == pid && (fd == -2 || e->fd == fd))
			return e;
	}
	return NULL;
}

const struct system_process *snapshot_process(const struct system *s, pid_t pid)
{
	int i = system_find_process(s, pid);

	if (i < 0)
		ck_abort_msg("process %d is not in the snapshot", (int)pid);
	return &s->process[i];
}

int snapshot_open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void by_links(void)
{
	setenv("IPCSCOPE_BPF", "0", 1);
}

static void walked(void)
{
	setenv("IPCSCOPE_BPF", "1", 1);
}

void snapshot_both_ways(Suite *suite, void (*add)(TCase *tcase))
{
	static const struct { const char *name; void (*set)(void); } ways[] = { { "by links", by_links }, { "walked", walked } };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		TCase *tcase = tcase_create(ways[i].name);

		tcase_add_checked_fixture(tcase, ways[i].set, NULL);
		add(tcase);
		suite_add_tcase(suite, tcase);
	}
}

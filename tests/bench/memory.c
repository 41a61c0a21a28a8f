/* SPDX-License-Identifier: MIT */
/* Resident memory, and what it is made of, from /proc/PID/smaps: told by the file that a page is of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

static const char what[] = "resident memory on the stage, of htop's";

enum { FILES = 64 };

/* In KiB; see proc_pid_smaps(5). */
struct memory {
	long rss, pss, anonymous, file;
	struct mapped { char name[64]; long rss; } mapped[FILES];
	int n;
};

static void add_mapped(struct memory *m, const char *name, long rss)
{
	int i = 0;

	while (i < m->n && strcmp(m->mapped[i].name, name) != 0)
		i++;
	if (i == FILES)
		return;
	if (i == m->n)
		snprintf(m->mapped[m->n++].name, sizeof m->mapped[0].name, "%s", name);
	m->mapped[i].rss += rss;
}

/* "ADDRESS PERMS OFFSET DEVICE INODE  PATH": what it is called here. */
static void mapping_name(const char *line, char name[64])
{
	const char *path = strchr(line, '/'), *slash = path ? strrchr(path, '/') : NULL;
	const char *special = strchr(line, '[');

	snprintf(name, 64, "%.*s", path || special ? (int)strcspn(slash ? slash + 1 : special, "\n") : 3,
		 slash ? slash + 1 : special ? special : "[anonymous]");
}

static bool read_memory(pid_t pid, struct memory *m)
{
	char path[64], line[4096 + 256], name[64] = "";
	long kib, mapping = 0;
	FILE *f;

	memset(m, 0, sizeof *m);
	snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f)) {
		unsigned long from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
			mapping_name(line, name);
		} else if (sscanf(line, "Rss: %ld", &kib) == 1) {
			m->rss += mapping = kib;
			add_mapped(m, name, kib);
		} else if (sscanf(line, "Pss: %ld", &kib) == 1) {
			m->pss += kib;
		} else if (sscanf(line, "Anonymous: %ld", &kib) == 1) {
			m->anonymous += kib;
			m->file += mapping - kib;
		}
	}
	if (f)
		fclose(f);
	return m->rss > 0;
}

static int larger(const void *a, const void *b)
{
	const struct mapped *x = a, *y = b;

	return (x->rss < y->rss) - (x->rss > y->rss);
}

static void tell_memory(const char *who, struct memory *m, bool files)
{
	char line[512];
	size_t at = 0;

	bench_note("%-20s %6ld KiB (its share %ld): %ld its own, %ld of files", who, m->rss, m->pss, m->anonymous,
		   m->file);
	if (!files)
		return;
	qsort(m->mapped, (size_t)m->n, sizeof m->mapped[0], larger);
	for (int i = 0; i < m->n && i < 9 && m->mapped[i].rss >= 32 && at < sizeof line - 80; i++) {
		at += (size_t)snprintf(line + at, sizeof line - at, "%s%s %ld", i ? i % 3 ? ", " : ",\n      " : "",
				       m->mapped[i].name, m->mapped[i].rss);
	}
	bench_note("  %s", at ? line : "");
}

void bench_memory(pid_t us, pid_t htop)
{
	static const char *const who[] = { "front end", "stagehand", "a process" };
	struct memory m[BENCH_PROCESSES] = { 0 }, theirs = { 0 };
	long all, shares = 0, sum = 0;
	pid_t family[BENCH_PROCESSES];
	size_t n = bench_family(us, family);

	all = n >= 3 && read_memory(us, &m[0]) ? m[0].rss : 0;
	for (size_t i = 1; all && i < n; i++) {
		if (!read_memory(family[i], &m[i]))
			all = 0;
		all += all ? m[i].anonymous : 0;
	}
	if (!all || (htop && !read_memory(htop, &theirs))) {
		bench_missing(what, "/proc/PID/smaps could not be read");
		return;
	}
	if (htop)
		bench_row(what, (double)all / (double)theirs.rss, "", AT_MOST, 2);
	else
		bench_without(what, "no htop");
	bench_note("all %zu processes %ld KiB: the front end's, and what the others have of their own", n, all);
	for (size_t i = 0; i < 3; i++)
		tell_memory(who[i], &m[i], i == 0);
	for (size_t i = 0; i < n; i++) {
		shares += m[i].pss;
		sum += m[i].rss;
	}
	bench_note("%-20s %6ld KiB as ps(1) shows them, %ld when a page counts by how many have it", "added up", sum, shares);
	if (htop)
		tell_memory("htop", &theirs, true);
}

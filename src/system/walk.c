/* SPDX-License-Identifier: MIT */
/* Descriptors and levels as the kernel itself walks through them (probe/task_files.h), where it may be asked to and
 * where that pays: to prepare it takes 3 ms, and then 0.5 us a descriptor instead of 5. IPCSCOPE_BPF in the
 * environment says 0: never, or 1: wherever it is permitted. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "probe/procfs.h"
#include "system/private.h"

/* Open files of the whole machine from which on it pays. */
enum { MANY = 2000 };

static bool are_many(void)
{
	char text[64];

	return procfs_read(AT_FDCWD, "/proc/sys/fs/file-nr", text, sizeof text) > 0 && strtol(text, NULL, 10) >= MANY;
}

void walk_begin(struct walk *w)
{
	const char *told = getenv("IPCSCOPE_BPF");
	bool never = told && strcmp(told, "0") == 0, always = told && strcmp(told, "1") == 0;

	w->n = 0;
	w->tick = (uint64_t)(CLOCK_S / sysconf(_SC_CLK_TCK));
	w->page = sysconf(_SC_PAGESIZE);
	table_clear(&w->first);
	w->due = !never && !w->refused && (w->program || always || are_many());
}

void walk_take(struct walk *w)
{
	int error;

	if (!w->program)
		w->program = task_files_open(&error, NULL, 0);
	if (!w->program || task_files_read(w->program, &w->file, &w->n) != 0) {
		w->refused = true;
		walk_end(w);
		return;
	}
	for (size_t i = 0; i < w->n; i++)
		if (i == 0 || w->file[i].pid != w->file[i - 1].pid)
			*table_at(&w->first, 0, w->file[i].pid) = (int)i;
}

void walk_end(struct walk *w)
{
	task_files_close(w->program);
	table_free(&w->first);
	w->program = NULL;
	w->first = (struct table){ 0 };
	w->n = 0;
}

/* In a time namespace (time_namespaces(7)) no start is the same: then all are read by their links. */
static bool is_of(const struct walk *w, const struct task_file *f, const struct system_process *p)
{
	return f->start / w->tick == p->start;
}

const struct task_file *walk_of(const struct walk *w, const struct system_process *p, size_t *n)
{
	int first = w->n ? table_find(&w->first, 0, (uint64_t)p->pid) : -1;
	size_t at = first < 0 ? w->n : (size_t)first;

	*n = 0;
	if (at == w->n || !is_of(w, &w->file[at], p))
		return NULL;
	while (at + *n < w->n && w->file[at + *n].pid == (uint32_t)p->pid)
		++*n;
	return &w->file[at];
}

bool walk_is_pipe(const struct task_file *f)
{
	enum { PIPE_FILES = 0x50495045 }; /* PIPEFS_MAGIC, statfs(2) */

	return S_ISFIFO(f->mode) && f->magic == PIPE_FILES;
}

void walk_level(const struct walk *w, const struct link *link, struct system_object *o)
{
	const struct task_file *f = w->n ? &w->file[link->number] : NULL;

	if (!f || f->level != TASK_FILE_LEVEL || o->level.known)
		return;
	o->level = (struct system_reading){ .known = true, .number = f->bytes };
	o->limit = (struct system_reading){ .known = true, .number = (int64_t)f->slots_most * w->page };
	o->full = f->slots >= f->slots_most;
}

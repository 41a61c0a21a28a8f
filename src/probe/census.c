/* SPDX-License-Identifier: MIT */
/* The processes of the machine by libproc2 (from 4.0 on) or libprocps (3.3.16, 3.3.17),
 * whichever configure found. The two meet in census_read; all else is common. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "probe/census.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#if defined HAVE_LIBPROC2
#include <libproc2/pids.h>
#elif defined HAVE_LIBPROCPS
#include <proc/readproc.h>
#else
#error "configure must define HAVE_LIBPROC2 or HAVE_LIBPROCPS"
#endif

#include "base/memory.h"

/* Room for one more, zeroed. */
static struct census_entry *next_entry(struct census *c)
{
	struct census_entry *entry;

	c->list = memory_grow(c->list, &c->room, c->count + 1, sizeof *c->list);
	entry = &c->list[c->count++];
	*entry = (struct census_entry){ 0 };
	return entry;
}

/* NULL for a process that is being reaped. */
static void set_name(struct census_entry *entry, const char *name)
{
	snprintf(entry->name, sizeof entry->name, "%s", name ? name : "");
}

#ifdef HAVE_LIBPROC2

static int gather(struct census *out, struct error *e)
{
	enum { PID, PARENT, STATE, UID, START, NAME, ITEMS };
	enum pids_item items[ITEMS] = { PIDS_ID_PID, PIDS_ID_PPID,    PIDS_STATE,
					PIDS_ID_EUID, PIDS_TICS_BEGAN, PIDS_CMD };
	struct pids_info *info = NULL;
	struct pids_fetch *fetch;
	int error = procps_pids_new(&info, items, ITEMS);

	if (error < 0)
		return error_set(e, -error, "cannot prepare to read the processes");
	fetch = procps_pids_reap(info, PIDS_FETCH_TASKS_ONLY);
	if (!fetch) {
		error = errno;
		procps_pids_unref(&info);
		return error_set(e, error, "cannot read the processes");
	}
	for (int i = 0; i < fetch->counts->total; i++) {
		/* The results directly and not by PIDS_VAL: that macro lost an argument in 4.0.5. */
		const struct pids_result *r = fetch->stacks[i]->head;
		struct census_entry *entry = next_entry(out);

		entry->pid = r[PID].result.s_int;
		entry->parent = r[PARENT].result.s_int;
		entry->state = r[STATE].result.s_ch;
		entry->uid = r[UID].result.u_int;
		entry->start = r[START].result.ull_int;
		set_name(entry, r[NAME].result.str);
	}
	procps_pids_unref(&info);
	return 0;
}

#else

static int gather(struct census *out, struct error *e)
{
	PROCTAB *table = openproc(PROC_FILLSTAT | PROC_FILLSTATUS);
	proc_t *p;

	if (!table)
		return error_set(e, errno, "cannot read the processes");
	while ((p = readproc(table, NULL)) != NULL) {
		struct census_entry *entry = next_entry(out);

		entry->pid = p->tid;
		entry->parent = p->ppid;
		entry->state = p->state;
		entry->uid = (unsigned)p->euid;
		entry->start = p->start_time;
		set_name(entry, p->cmd);
		freeproc(p);
	}
	closeproc(table);
	return 0;
}

#endif

static int by_pid(const void *a, const void *b)
{
	pid_t x = ((const struct census_entry *)a)->pid, y = ((const struct census_entry *)b)->pid;

	return (x > y) - (x < y);
}

int census_read(struct census *out, struct error *e)
{
	out->count = 0;
	if (gather(out, e) < 0)
		return -1;
	if (out->count)
		qsort(out->list, out->count, sizeof *out->list, by_pid);
	return 0;
}

void census_free(struct census *c)
{
	free(c->list);
	*c = (struct census){ 0 };
}

const struct census_entry *census_find(const struct census *c, pid_t pid)
{
	struct census_entry key = { .pid = pid };

	return c->count ? bsearch(&key, c->list, c->count, sizeof *c->list, by_pid) : NULL;
}

static bool listed(const pid_t *pids, size_t count, pid_t pid)
{
	for (size_t i = 0; i < count; i++)
		if (pids[i] == pid)
			return true;
	return false;
}

size_t census_descendants(const struct census *c, pid_t root, pid_t *out, size_t max)
{
	size_t count = 0;

	/* `out` is the queue of a breadth-first walk. The list is no snapshot: a pid that was used
	 * again while it was read may stand there twice, or be its own ancestor. */
	for (size_t next = 0; next <= count; next++) {
		pid_t parent = next == 0 ? root : out[next - 1];

		for (size_t i = 0; i < c->count && count < max; i++) {
			const struct census_entry *entry = &c->list[i];

			if (entry->parent == parent && entry->pid != root &&
			    !listed(out, count, entry->pid))
				out[count++] = entry->pid;
		}
	}
	return count;
}

int census_available(struct error *e)
{
	struct statfs fs;

	if (statfs("/proc", &fs) != 0)
		error_set(e, errno, "/proc");
	else if (fs.f_type != PROC_SUPER_MAGIC)
		error_set(e, 0, "/proc is not mounted");
	else if (access("/proc/self/stat", R_OK) != 0)
		error_set(e, errno, "/proc/self/stat");
	else
		return 0;
	return error_hint(e, "mount it: mount -t proc proc /proc");
}

/* SPDX-License-Identifier: MIT */
/* Processes that the stage did not make: looked at, and nothing else. The stagehand never hears of them and
 * there is no line to them, so that nothing the stage ends or clears can end them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "probe/procfs.h"
#include "stage/internal.h"

/* Reading a descriptor table takes 10 us a descriptor: at most a tenth of the time goes into it. */
enum { TABLE_EVERY = 200 * 1000 * 1000 /* ns */, TABLE_SHARE = 10 };

/* Field 22 of /proc/PID/stat, proc_pid_stat(5); the name in brackets may hold anything. 0: not known. */
static uint64_t start_of(int procdir)
{
	char text[1024], *at;

	if (procdir < 0 || procfs_read(procdir, "stat", text, sizeof text) < 0)
		return 0;
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

static void put_printable(char *out, size_t size, const char *raw)
{
	struct text t = { 0 };

	text_add_printable(&t, raw, strlen(raw));
	snprintf(out, size, "%.*s", (int)size - 1, text_string(&t));
	text_free(&t);
}

int stage_watch_outside(struct stage *s, pid_t pid, uint64_t start, const char *name, const char *command,
			struct error *e)
{
	int procdir = procfs_open(pid);
	char shown[PICTURE_NAME], called[PICTURE_NAME];
	struct member *m;
	bool same = start_of(procdir) == start;

	if (procdir >= 0)
		close(procdir);
	if (!same)
		return error_set(e, ESRCH, "%d", (int)pid);
	if (member_of_pid(s, pid))
		return 0;
	put_printable(shown, sizeof shown, name);
	snprintf(called, sizeof called, "%.15s-%d", shown, (int)pid);
	m = member_add(s, called, e);
	if (!m)
		return -1;
	m->outside = m->stranger = m->hello = true;
	m->state = PROCESS_RUNNING;
	put_printable(m->command, sizeof m->command, command);
	member_born(s, m, pid);
	/* Between the first look and the pidfd it may have ended, and its number have been given away. */
	if (start_of(m->procdir) != start)
		member_died(s, m);
	return 0;
}

int stage_draw_outside(struct stage *s, const struct stage_outside *what)
{
	struct object *o = s->n_outside < OUTSIDE_OBJECTS ? object_add(s, what->kind, what->inode) : NULL;

	if (!o)
		return -1;
	o->device = what->device;
	o->identity_b = what->inode_b;
	snprintf(o->name, sizeof o->name, "%.*s", PICTURE_NAME - 1, what->name);
	snprintf(o->path, sizeof o->path, "%.*s", PICTURE_CALL - 1, what->path);
	o->named = true;
	if (what->kind == OBJECT_SOCKET)
		o->shown.socket.side[1].inode = what->inode_b;
	s->outside[s->n_outside++] = o->serial;
	for (int i = 0; i < s->n_members; i++)
		if (s->member[i]->outside) {
			s->member[i]->table_due = 0;
			outside_descriptors(s, s->member[i]);
		}
	return 0;
}

static bool is_wanted(const struct stage *s, const struct member *m, const struct descriptor *d)
{
	for (int i = 0; i < s->n_outside; i++) {
		const struct object *o = object_of_serial(s, s->outside[i]);

		if (o && !o->gone && object_leads_to(s, o, m, d))
			return true;
	}
	return false;
}

/* A server may have a thousand, of all kinds: those that lead to what is to be drawn are kept, the others
 * counted. */
static void keep_wanted(struct stage *s, struct member *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->descriptors.count; i++)
		if (is_wanted(s, m, &m->descriptors.list[i]))
			m->descriptors.list[kept++] = m->descriptors.list[i];
	m->left_out = (int)(m->descriptors.count - kept);
	m->descriptors.count = kept;
}

void outside_descriptors(struct stage *s, struct member *m)
{
	int64_t began = clock_now(), took;

	if (began < m->table_due)
		return;
	descriptors_read(m->procdir, INT32_MAX, &m->descriptors);
	keep_wanted(s, m);
	objects_from_descriptors(s, m);
	took = clock_now() - began;
	m->table_due = began + (took * TABLE_SHARE > TABLE_EVERY ? took * TABLE_SHARE : TABLE_EVERY);
}

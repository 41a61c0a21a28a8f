/* SPDX-License-Identifier: MIT */
#include "ui/watching.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/machine.h"

enum { FEW = 4 };

static const enum object_kind kinds[SYSTEM_KINDS] = {
	[SYSTEM_PIPE] = OBJECT_PIPE, [SYSTEM_FIFO] = OBJECT_FIFO, [SYSTEM_UNIX] = OBJECT_SOCKET,
	[SYSTEM_TCP] = OBJECT_SOCKET, [SYSTEM_UDP] = OBJECT_SOCKET, [SYSTEM_TERMINAL] = OBJECT_TERMINAL,
	[SYSTEM_EVENT] = OBJECT_EVENT, [SYSTEM_MQUEUE] = OBJECT_MQUEUE, [SYSTEM_QUEUE] = OBJECT_QUEUE,
	[SYSTEM_SEGMENT] = OBJECT_SEGMENT, [SYSTEM_SEMAPHORES] = OBJECT_SEMAPHORES, [SYSTEM_MEMORY] = OBJECT_MEMORY,
	[SYSTEM_SEMAPHORE] = OBJECT_SEMAPHORE, [SYSTEM_FILE] = OBJECT_FILE,
};

static int find_process(const struct watching *w, pid_t pid)
{
	for (int i = 0; i < w->n_processes; i++)
		if (w->process[i].pid == pid)
			return i;
	return -1;
}

static void add_process(struct watching *w, const struct system *s, int process)
{
	const struct system_process *p = &s->process[process];
	struct watching_process *new = &w->process[w->n_processes];

	if (find_process(w, p->pid) >= 0 || p->kernel_thread)
		return;
	if (w->n_processes == WATCHING_PROCESSES) {
		w->more_processes++;
		return;
	}
	w->n_processes++;
	new->pid = p->pid;
	new->start = p->start;
	memcpy(new->name, p->name, sizeof new->name);
	memcpy(new->command, p->command, sizeof new->command);
}

static bool has_side(const struct system *s, const struct system_object *o, char side)
{
	for (int i = 0; i < o->n_ends; i++)
		if (s->end[s->by_object[o->first_end + i]].side == side)
			return true;
	return false;
}

static bool is_file_system_path(const struct system_object *o)
{
	return o->name[0] == '/';
}

static void add_object(struct watching *w, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	struct watching_object *new;
	bool bare = o->kind == SYSTEM_PIPE || kinds[o->kind] == OBJECT_SOCKET; /* as descriptors have them */
	const char *slash;

	for (int i = 0; i < w->n_objects; i++)
		if (w->object[i].kind == kinds[o->kind] && w->object[i].inode == o->inode &&
		    w->object[i].device == (bare ? 0 : o->device))
			return;
	if (w->n_objects == WATCHING_OBJECTS) {
		w->more_objects++;
		return;
	}
	new = &w->object[w->n_objects++];
	new->kind = kinds[o->kind];
	new->device = bare ? 0 : o->device;
	new->inode = o->inode;
	new->inode_b = has_side(s, o, 'b') ? o->inode_b : 0;
	new->terminal = o->kind == SYSTEM_TERMINAL && !strncmp(o->name, "/dev/pts/", 9) ? (int64_t)o->inode : -1;
	new->others = o->hidden;
	slash = is_file_system_path(o) ? strrchr(o->name, '/') : NULL;
	if (o->kind == SYSTEM_QUEUE || o->kind == SYSTEM_SEGMENT || o->kind == SYSTEM_SEMAPHORES) /* "queue 5" */
		snprintf(new->name, sizeof new->name, "%s %llu", object_kind_word(kinds[o->kind]), (unsigned long long)o->inode);
	else if (new->terminal >= 0) /* "pts/3" */
		snprintf(new->name, sizeof new->name, "%s", o->name + strlen("/dev/"));
	else
		snprintf(new->name, sizeof new->name, "%s", slash && slash[1] ? slash + 1 : o->name);
	/* Of a connection both addresses stand with the sides. */
	if (kinds[o->kind] == OBJECT_SOCKET && strstr(new->name, " - "))
		*strstr(new->name, " - ") = '\0';
	snprintf(new->path, sizeof new->path, "%s", is_file_system_path(o) ? o->name : "");
}

/* What a process does with an object: PUTS something there, TAKES it. Sides a and b do both, and what one puts
 * the other takes. */
enum { PUTS_A = 1, TAKES_A = 2, PUTS_B = 4, TAKES_B = 8 };

static int does(const struct system *s, int process, int object)
{
	const struct system_process *p = &s->process[process];
	int what = 0;

	for (int i = p->first_end; i < p->first_end + p->n_ends; i++) {
		const struct system_end *e = &s->end[i];

		if (e->object != object)
			continue;
		if (e->side)
			what |= e->side == 'a' ? PUTS_A | TAKES_B : PUTS_B | TAKES_A;
		else
			what |= (e->access != 'r' ? PUTS_A : 0) | (e->access != 'w' ? TAKES_A : 0);
	}
	return what;
}

/* First one of each who does something else with it than those before, such as the only reader behind many
 * writers: a picture may have no room for all. */
static void add_each_part(struct watching *w, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	int seen[8], n = 0;

	for (int i = 0; i < o->n_ends && n < 8; i++) {
		int process = s->end[s->by_object[o->first_end + i]].process, what = does(s, process, object), k = 0;

		while (k < n && seen[k] != what)
			k++;
		if (k < n)
			continue;
		seen[n++] = what;
		add_process(w, s, process);
	}
}

/* Whoever sleeps about it without holding it, too: nobody holds System V queues and semaphores. */
static void add_users(struct watching *w, const struct system *s, int object)
{
	const struct system_object *o = &s->object[object];
	bool many = o->n_ends > FEW;

	if (many)
		add_each_part(w, s, object);
	for (size_t i = 0; i < s->n_threads; i++)
		if (s->thread[i].object == object)
			add_process(w, s, s->thread[i].process);
	for (int i = 0; i < o->n_ends; i++)
		add_process(w, s, s->end[s->by_object[o->first_end + i]].process);
}

static bool reaches(int from, int to)
{
	return (from & PUTS_A && to & TAKES_A) || (from & PUTS_B && to & TAKES_B);
}

/* Whether something can go from one of those watched to another there: not through a terminal or a log that they
 * only have in common. */
static bool is_between(const struct watching *w, const struct system *s, int object)
{
	int what[FEW] = { 0 };

	for (int i = 0; i < w->n_processes; i++) {
		int process = system_find_process(s, w->process[i].pid);

		what[i] = process >= 0 ? does(s, process, object) : 0;
		for (int k = 0; k < i; k++)
			if (reaches(what[i], what[k]) || reaches(what[k], what[i]))
				return true;
	}
	return false;
}

/* What else those watched have between them, such as the pipe back; of more than a few it would hide what was
 * chosen. */
static void add_common(struct watching *w, const struct system *s)
{
	for (size_t i = 0; w->n_processes <= FEW && i < s->n_objects; i++)
		if (is_between(w, s, (int)i))
			add_object(w, s, (int)i);
}

/* Of a terminal: all that run in it would be too many. */
static void add_other_side(struct watching *w, const struct system *s, const struct system_end *end)
{
	const struct system_object *o = &s->object[end->object];

	for (int i = 0; i < o->n_ends; i++) {
		const struct system_end *e = &s->end[s->by_object[o->first_end + i]];

		if (e->side != end->side)
			add_process(w, s, e->process);
	}
}

/* A process with what it shares: what it sleeps about first, its terminal last. */
static void add_shared(struct watching *w, const struct system *s, int process)
{
	const struct system_process *p = &s->process[process];

	add_process(w, s, process);
	for (int i = p->first_thread; i < p->first_thread + p->n_threads; i++)
		if (s->thread[i].object >= 0) {
			add_object(w, s, s->thread[i].object);
			add_users(w, s, s->thread[i].object);
		}
	for (int pass = 0; pass < 2; pass++)
		for (int i = p->first_end; i < p->first_end + p->n_ends; i++) {
			const struct system_object *o = &s->object[s->end[i].object];
			bool terminal = o->kind == SYSTEM_TERMINAL;

			if (o->n_ends < 2 || terminal != (pass == 1))
				continue;
			add_object(w, s, s->end[i].object);
			if (terminal)
				add_other_side(w, s, &s->end[i]);
			else
				add_users(w, s, s->end[i].object);
		}
}

/* Why there is not more to be seen. */
static void note(struct watching *w, const struct system *s, const struct system_row *row)
{
	const struct system_process *p = row->object < 0 ? &s->process[row->process] : NULL;
	char unseen[200];

	machine_unseen(s, unseen, sizeof unseen);
	if (p && !p->visible)
		snprintf(w->note, sizeof w->note, "What %s has open is not known: %s.", w->where, p->why ? p->why : "?");
	else if (!p && s->object[row->object].hidden)
		snprintf(w->note, sizeof w->note, "Others may have it. %s.", unseen);
	else if (!w->n_processes)
		snprintf(w->note, sizeof w->note, "No process has it.");
	else if (w->more_processes)
		snprintf(w->note, sizeof w->note, "%d more processes have it, for whom there is no room.", w->more_processes);
	else if (w->more_objects && p)
		snprintf(w->note, sizeof w->note, "It has %d more objects, for which there is no room.", w->more_objects);
}

void watching_of(struct watching *w, const struct system *s, const struct system_row *row)
{
	struct text t = { 0 };

	*w = (struct watching){ 0 };
	if (row->object >= 0) {
		const struct system_object *o = &s->object[row->object];

		add_object(w, s, row->object);
		add_users(w, s, row->object);
		add_common(w, s);
		text_add_printable(&t, o->name, strlen(o->name));
	} else {
		const struct system_process *p = &s->process[row->process];

		add_shared(w, s, row->process);
		text_add_printable(&t, p->name, strlen(p->name));
		text_addf(&t, " %d", (int)p->pid);
	}
	snprintf(w->where, sizeof w->where, "%.*s", (int)sizeof w->where - 1, text_string(&t));
	text_free(&t);
	note(w, s, row);
}

bool watching_put(const struct watching *w, struct stage *s, struct error *e)
{
	int n = 0;

	if (!w->n_processes && !w->n_objects) {
		error_set(e, 0, "there is nothing of it to be watched");
		return false;
	}
	for (int i = 0; i < w->n_processes; i++) {
		const struct watching_process *p = &w->process[i];

		n += stage_watch_outside(s, p->pid, p->start, p->name, p->command, e) == 0;
	}
	if (w->n_processes && !n)
		return false;
	for (int i = 0; i < w->n_objects; i++) {
		const struct watching_object *o = &w->object[i];

		stage_draw_outside(s, &(struct stage_outside){
			.kind = o->kind, .device = o->device, .inode = o->inode, .inode_b = o->inode_b, .name = o->name,
			.path = o->path, .terminal = o->terminal, .others = o->others || w->more_processes > 0,
		});
	}
	stage_sample(s);
	return true;
}

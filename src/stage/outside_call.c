/* SPDX-License-Identifier: MIT */
/* The call that a process watched from outside sleeps in: about which object, and in words like those of
 * lessons where the kernel's arguments are addresses or stand in another order. What they point to is read
 * where its page is there, and nothing is brought. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "stage/internal.h"

static void put_call(struct picture_process *p, struct text *t)
{
	snprintf(p->call, sizeof p->call, "%.*s", PICTURE_CALL - 1, text_string(t));
	text_free(t);
}

/* ---- System V ---------------------------------------------------------------------------------------- */

static void tell_operations(const struct member *m, const struct object *set, struct picture_process *p)
{
	enum { OPERATIONS = 8 };
	struct sembuf op[OPERATIONS];
	size_t n = m->seen.argument[2] < OPERATIONS ? (size_t)m->seen.argument[2] : OPERATIONS;
	ssize_t got = n ? memory_peek(m->procdir, m->pid, m->seen.argument[1], op, n * sizeof *op) : 0;
	struct text t = { 0 };
	bool found = false;

	text_addf(&t, "%s(%d", p->call_name, (int)m->seen.argument[0]);
	for (size_t i = 0; got > 0 && i < (size_t)got / sizeof *op; i++) {
		int value = op[i].sem_num < PICTURE_SEMAPHORES ? set->shown.semaphore[op[i].sem_num].value : 0;

		text_addf(&t, ", {%u, %d, %s}", op[i].sem_num, op[i].sem_op, op[i].sem_flg & SEM_UNDO ? "SEM_UNDO" : "0");
		if (found || op[i].sem_op > 0 || (op[i].sem_op == 0 ? value == 0 : value >= -op[i].sem_op))
			continue;
		found = true; /* the first that cannot be done is what it sleeps for */
		p->call_index = op[i].sem_num;
	}
	text_add(&t, ")");
	put_call(p, &t);
}

/* msgsnd(id, address, size, flags), msgrcv(id, address, size, type, flags): without the address. */
static void tell_message(const struct member *m, struct picture_process *p)
{
	const uint64_t *a = m->seen.argument;
	struct text t = { 0 };

	text_addf(&t, "%s(%d, %lld", p->call_name, (int)a[0], (long long)a[2]);
	if (!strcmp(p->call_name, "msgrcv"))
		text_addf(&t, ", %lld", (long long)a[3]);
	text_add(&t, ")");
	put_call(p, &t);
}

static const struct object *of_sysv(const struct stage *s, const struct member *m, struct picture_process *p)
{
	for (int i = 0; !m->other_ipc && i < s->n_objects; i++) {
		const struct object *o = s->object[i];

		if (o->kind != sysv_kind_of(p->call_name) || (int)o->identity != (int)m->seen.argument[0])
			continue;
		if (o->kind == OBJECT_SEMAPHORES)
			tell_operations(m, o, p);
		else
			tell_message(m, p);
		return o;
	}
	return NULL;
}

/* ---- memory ------------------------------------------------------------------------------------------ */

/* What stands at the word that futex(2) waits for, if it is drawn: a semaphore, or a word of memory. */
static const struct object *of_memory(struct stage *s, struct member *m, struct picture_process *p)
{
	const struct object *o = NULL;
	uint64_t address = m->seen.argument[0], base;

	for (int i = 0; !o && i < s->n_objects; i++) /* else its map would be read for nothing */
		if (!object_kind_has_ends(s->object[i]->kind))
			o = object_at(s, m, address);
	if (o && (o->kind == OBJECT_MEMORY || o->kind == OBJECT_SEGMENT) && memory_object_at(s, m, address, &base))
		p->call_index = (int)(address - base);
	return o;
}

/* ---- open(2) ------------------------------------------------------------------------------------------- */

/* Which argument of a call is a path; -1: none. */
static int path_argument(long number)
{
#ifdef SYS_open
	if (number == SYS_open)
		return 0;
#endif
	return number == SYS_openat ? 1 : -1;
}

/* Whoever waits in a FIFO's open has no descriptor yet: the path leads there, as the process sees it. */
static const struct object *of_path(const struct stage *s, const struct member *m, struct picture_process *p)
{
	enum { FOLDERS = 32 };
	int n = path_argument(m->seen.number);
	char path[PICTURE_CALL], there[FOLDERS + PICTURE_CALL];
	ssize_t got = memory_peek(m->procdir, m->pid, m->seen.argument[n], path, sizeof path);
	int flags = (int)m->seen.argument[n + 1] & O_ACCMODE;
	struct text t = { 0 };
	struct statx st;

	if (got <= 0 || !memchr(path, '\0', (size_t)got))
		return NULL;
	if (path[0] == '/')
		snprintf(there, sizeof there, "root%s", path);
	else if (n == 0 || (int)m->seen.argument[0] == AT_FDCWD)
		snprintf(there, sizeof there, "cwd/%s", path);
	else
		snprintf(there, sizeof there, "fd/%d/%s", (int)m->seen.argument[0], path);
	text_add(&t, "open(\"");
	text_add_printable(&t, path, strlen(path));
	text_addf(&t, "\", %s)", flags == O_RDONLY ? "O_RDONLY" : flags == O_WRONLY ? "O_WRONLY" : "O_RDWR");
	put_call(p, &t);
	if (statx(m->procdir, there, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &st) != 0 || !S_ISFIFO(st.stx_mode))
		return NULL;
	return object_of_inode(s, makedev(st.stx_dev_major, st.stx_dev_minor), st.stx_ino);
}

/* ---- all ------------------------------------------------------------------------------------------------- */

const struct object *outside_waits_for(struct stage *s, struct member *m, struct picture_process *p)
{
	const struct object *o;

	if (!p->call_name[0])
		return NULL;
	if (p->call_descriptor >= 0) {
		o = object_of_descriptor(s, m, p->call_descriptor);
		if (o && (o->kind == OBJECT_SOCKET || o->kind == OBJECT_TERMINAL))
			p->call_index = o->class->end(o, object_descriptor(m, p->call_descriptor)) == 'b';
		return o;
	}
	if (!strncmp(p->call_name, "msg", 3) || !strncmp(p->call_name, "sem", 3))
		return of_sysv(s, m, p);
	if (m->seen.number == SYS_futex)
		return of_memory(s, m, p);
	return path_argument(m->seen.number) >= 0 ? of_path(s, m, p) : NULL;
}

/* SPDX-License-Identifier: MIT */
/* Who would be hurt if an object went, and its removal. */
#include "command/facilities.h"

#include <errno.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* ---- who would be hurt ---------------------------------------------------------------------- */

static void add_user(struct facility_users *u, size_t *room, const struct system *s, int process)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->process[i] == process)
			return;
	u->process = memory_grow(u->process, room, u->count + 1, sizeof *u->process);
	u->process[u->count++] = process;
	u->others += s->process[process].uid != geteuid();
}

void facility_users(struct facility_users *u, const struct system *s, const struct facility *f)
{
	size_t room = 0;

	*u = (struct facility_users){ 0 };
	if (f->object >= 0) {
		const struct system_object *o = &s->object[f->object];

		u->attachments = (size_t)o->n_ends;
		for (int i = 0; i < o->n_ends; i++)
			add_user(u, &room, s, s->end[s->by_object[o->first_end + i]].process);
	}
	if (f->kind == 'm' && f->sysv->segment.attached > u->attachments)
		u->unseen = f->sysv->segment.attached - u->attachments;
	for (size_t i = 0; f->object >= 0 && i < s->n_threads; i++)
		if (s->thread[i].object == f->object)
			add_user(u, &room, s, s->thread[i].process);
}

/* A POSIX name that others may have open is not counted: they keep what they have open. */
bool facility_is_others(const struct facility *f, const struct facility_users *u)
{
	if (u->others || u->unseen)
		return true;
	return f->listed && f->uid != geteuid() && (u->count || u->unseen);
}

static void add_waiting(struct text *t, const struct system *s, const struct facility *f)
{
	int waiting = f->object >= 0 ? s->object[f->object].waiting : 0;

	if (waiting && f->kind != 'm')
		text_addf(t, "%s%d that sleep%s in a call about it wake%s with EIDRM", t->length ? "; " : "", waiting,
			  waiting == 1 ? "s" : "", waiting == 1 ? "s" : "");
}

void facility_effect(struct text *t, const struct system *s, const struct facility *f, const struct facility_users *u)
{
	struct text e = { 0 };

	if (f->name) {
		if (u->count)
			text_add(&e, "its name goes at once; who has it open keeps it");
	} else if (f->kind == 'm' && f->sysv->segment.attached) {
		text_addf(&e, "attached %llu: it goes with the last detach", (unsigned long long)f->sysv->segment.attached);
	} else if (f->kind == 'q' && f->sysv->queue.messages) {
		text_addf(&e, "%llu message%s in it will be lost", (unsigned long long)f->sysv->queue.messages,
			  f->sysv->queue.messages == 1 ? "" : "s");
	}
	if (f->sysv)
		add_waiting(&e, s, f);
	text_add(t, text_string(&e));
	text_free(&e);
}

/* ---- removal -------------------------------------------------------------------------------- */

static enum sysv_kind sysv_kind_of(char kind)
{
	return kind == 'q' ? SYSV_QUEUE : kind == 'm' ? SYSV_SEGMENT : SYSV_SEMAPHORES;
}

static int remove_sysv(const struct facility *f)
{
	struct sysv_object now;
	int error = sysv_read(sysv_kind_of(f->kind), f->sysv->id, &now);

	if (error == 0 && (now.key != f->sysv->key || now.creator_uid != f->sysv->creator_uid))
		return -ESTALE; /* the id was given to another one */
	if (error < 0 && error != -EACCES)
		return error;
	switch (f->kind) {
	case 'q':
		error = msgctl(f->sysv->id, IPC_RMID, NULL);
		break;
	case 'm':
		error = shmctl(f->sysv->id, IPC_RMID, NULL);
		break;
	default:
		error = semctl(f->sysv->id, 0, IPC_RMID);
		break;
	}
	return error < 0 ? -errno : 0;
}

/* Whether the name still stands for what was looked at. Between this and the removal remains a moment
 * that no interface closes. */
static int is_same_name(const struct facility *f)
{
	char path[SYSTEM_TEXT + 32];
	struct stat st;

	if (!f->inode) /* /dev/mqueue is not mounted: nothing to compare */
		return 0;
	snprintf(path, sizeof path, "%s/%s%s", f->kind == 'Q' ? POSIX_MQUEUE : POSIX_SHM, f->kind == 'S' ? "sem." : "",
		 f->name + 1);
	if (lstat(path, &st) < 0)
		return f->listed ? -errno : 0;
	return st.st_ino == f->inode && st.st_dev == f->device ? 0 : -ESTALE;
}

static int remove_posix(const struct facility *f)
{
	int error = is_same_name(f);

	if (error < 0)
		return error;
	switch (f->kind) {
	case 'Q':
		error = mq_unlink(f->name);
		break;
	case 'M':
		error = shm_unlink(f->name);
		break;
	default:
		error = sem_unlink(f->name);
		break;
	}
	return error < 0 ? -errno : 0;
}

int facility_remove(const struct facility *f, struct error *e)
{
	int error = f->sysv ? remove_sysv(f) : remove_posix(f);
	struct text what = { 0 };

	if (error < 0) {
		facility_describe(&what, f);
		if (error == -ESTALE)
			error_set(e, 0, "cannot remove %.120s: it is another one by now", text_string(&what));
		else
			error_set(e, -error, "cannot remove %.120s", text_string(&what));
		if (error == -EPERM)
			error_hint(e, "Its owner, its creator or root may.");
		text_free(&what);
	}
	return error < 0 ? -1 : 0;
}

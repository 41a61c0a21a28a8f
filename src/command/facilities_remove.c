/* SPDX-License-Identifier: MIT */
/* Who would be hurt if an object went, and its removal. */
#include "command/facilities.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdarg.h>
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
#include "command/paper.h"

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
	int sleepers = 0;

	*u = (struct facility_users){ 0 };
	for (size_t i = 0; f->object >= 0 && i < s->n_threads; i++)
		if (s->thread[i].object == f->object) {
			add_user(u, &room, s, s->thread[i].process);
			sleepers++;
		}
	if (f->object >= 0) {
		const struct system_object *o = &s->object[f->object];

		u->attachments = (size_t)o->n_ends;
		for (int i = 0; i < o->n_ends; i++)
			add_user(u, &room, s, s->end[s->by_object[o->first_end + i]].process);
	}
	if (f->kind == 'm' && f->sysv->segment.attached > u->attachments)
		u->unseen = f->sysv->segment.attached - u->attachments;
	else if (f->kind == 's' && f->sleepers > sleepers)
		u->unseen = (size_t)(f->sleepers - sleepers);
	else if (f->kind != 'm' && f->sleepers < 0)
		u->blind = s->hidden_processes || s->unlisted;
}

/* A POSIX name that others may have open is not counted: they keep what they have open. */
bool facility_is_others(const struct facility *f, const struct facility_users *u)
{
	if (u->others || u->unseen)
		return true;
	return f->owned && f->uid != geteuid() && u->count;
}

static void add_part(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add_part(struct text *t, const char *format, ...)
{
	char part[120];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(part, sizeof part, format, arguments);
	va_end(arguments);
	text_addf(t, "%s%s", t->length ? "; " : "", part);
}

static void add_lost(struct text *t, int64_t number, const char *what)
{
	if (number > 0)
		add_part(t, "%lld %s%s in it will be lost", (long long)number, what, number == 1 ? "" : "s");
}

static void add_posix_effect(struct text *t, const struct system *s, const struct facility *f,
			     const struct facility_users *u)
{
	const struct system_object *o = f->object >= 0 ? &s->object[f->object] : NULL;

	if (u->count)
		add_part(t, "its name goes at once; who has it open keeps it");
	else if (u->blind)
		add_part(t, "its name goes at once; whether others have it open cannot be seen");
	else if (f->kind == 'Q' && o && o->level.known)
		add_lost(t, o->level.number, "message");
	else if (f->kind == 'Q')
		add_lost(t, f->size_known ? f->size : 0, "byte");
	else if (f->kind == 'M')
		add_lost(t, f->size_known ? f->size : 0, "byte");
}

static void add_sysv_effect(struct text *t, const struct system *s, const struct facility *f,
			     const struct facility_users *u)
{
	int waiting = f->object >= 0 ? s->object[f->object].waiting : 0;

	if (f->kind == 'm') {
		if (f->sysv->segment.attached)
			add_part(t, "attached %llu: it goes with the last detach", (unsigned long long)f->sysv->segment.attached);
		else
			add_lost(t, (int64_t)f->sysv->segment.size, "byte");
		return;
	}
	if (f->kind == 'q')
		add_lost(t, (int64_t)f->sysv->queue.messages, "message");
	if (f->sleepers > waiting)
		waiting = f->sleepers;
	if (waiting)
		add_part(t, "%d that sleep%s in a call about it wake%s with EIDRM", waiting, waiting == 1 ? "s" : "",
			 waiting == 1 ? "s" : "");
	if (u->blind)
		add_part(t, "whether others wait about it cannot be seen");
}

void facility_effect(struct text *t, const struct system *s, const struct facility *f, const struct facility_users *u)
{
	struct text e = { 0 };

	if (f->sysv)
		add_sysv_effect(&e, s, f, u);
	else
		add_posix_effect(&e, s, f, u);
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

	/* One that was marked meanwhile has lost its key. */
	if (error == 0 && (now.key != f->sysv->key || now.creator_uid != f->sysv->creator_uid) &&
	    !(f->kind == 'm' && now.segment.marked && !f->sysv->segment.marked))
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

/* Here a name may stand for another queue than for whoever has one open: each IPC namespace has its own names. */
int facility_stat_queue(const char *name, struct stat *st)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int error;

	if (queue == (mqd_t)-1 && errno == EACCES)
		queue = mq_open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (queue == (mqd_t)-1)
		return -errno;
	error = fstat((int)queue, st) < 0 ? -errno : 0;
	mq_close(queue);
	return error;
}

/* Whether the name still stands for what was looked at. Between this and the removal remains a moment
 * that no interface closes. */
static int is_same_name(const struct facility *f)
{
	char path[POSIX_NAME + 32];
	struct stat st;
	int error;

	snprintf(path, sizeof path, "%s/%s%s", f->kind == 'Q' ? POSIX_MQUEUE : POSIX_SHM, f->kind == 'S' ? "sem." : "",
		 f->name + 1);
	if (f->kind == 'Q' && !f->listed)
		error = facility_stat_queue(f->name, &st);
	else
		error = lstat(path, &st) < 0 ? -errno : 0;
	if (error < 0)
		return error;
	return st.st_ino == f->inode && st.st_dev == f->device ? 0 : -ESTALE;
}

bool facility_is_here(const struct facility *f)
{
	return !f->unlinked && is_same_name(f) == 0;
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

/* "Its owner bob or root may": of a name the owner of its folder too, who is root. */
static void hint_who_may(struct error *e, const struct facility *f)
{
	char owner[PAPER_USER], creator[PAPER_USER];

	paper_user(f->uid, owner);
	if (!f->owned)
		error_hint(e, "Its owner or root may.");
	else if (f->sysv && f->sysv->creator_uid != f->uid)
		error_hint(e, "Its owner %s, its creator %s or root may.", owner, paper_user(f->sysv->creator_uid, creator));
	else if (f->uid)
		error_hint(e, "Its owner %s or root may.", owner);
	else
		error_hint(e, "Its owner root may.");
}

static int say_why_not(const struct facility *f, int error, struct error *e)
{
	struct text what = { 0 };

	facility_describe(&what, f);
	switch (error) {
	case ESTALE:
		error_set(e, 0, "cannot remove %.120s: it is another one by now", text_string(&what));
		error_hint(e, "ipcscope objects shows what is there now.");
		break;
	case EINVAL: /* semctl(2), msgctl(2), shmctl(2) of an id that no object has; EIDRM: another one has its place */
	case EIDRM:
	case ENOENT:
		error_set(e, 0, "cannot remove %.120s: it is gone already", text_string(&what));
		break;
	default:
		error_set(e, error, "cannot remove %.120s", text_string(&what));
	}
	if (error == EPERM || error == EACCES)
		hint_who_may(e, f);
	text_free(&what);
	return -1;
}

int facility_remove(const struct facility *f, struct error *e)
{
	int error = f->unlinked ? -ENOENT : f->sysv ? remove_sysv(f) : remove_posix(f);

	return error < 0 ? say_why_not(f, -error, e) : 0;
}

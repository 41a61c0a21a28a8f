/* SPDX-License-Identifier: MIT */
/* The facts of the chosen process or object as a list, each with its meaning and source. */
#include "ui/stage_layers.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "call/call.h"
#include "stage/facts.h"

static struct source_row *add_row(struct stage_screen *v)
{
	v->source = memory_grow(v->source, &v->room_source, (size_t)v->n_rows + 1, sizeof *v->source);
	v->source[v->n_rows] = (struct source_row){ 0 };
	return &v->source[v->n_rows++];
}

/* ---- of what is on the stage ---------------------------------------------------------------------- */

/* Where it is found in another terminal: lessons' paths are relative to the stage's folder. */
static void tell_path(struct stage_screen *v, const struct picture_object *o)
{
	struct source_row *row = add_row(v);
	bool name = o->kind == OBJECT_MQUEUE, relative = !name && o->path[0] != '/';
	char path[300];

	snprintf(path, sizeof path, "%s%s%s", relative ? stage_folder(v->stage) : "", relative ? "/" : "", o->path);
	snprintf(row->text, sizeof row->text, "%.30s", o->name);
	snprintf(row->value, sizeof row->value, "%.63s", path);
	snprintf(row->detail, sizeof row->detail, "%s", name ?
		 "its name, with what the stage adds so that no two of them meet. mq_overview(7)" :
		 "its path, for ls -l in another terminal. stat(2)");
}

/* "1 process", not "1 processes". */
static int unit_length(const char *unit, int64_t number)
{
	int n = (int)strlen(unit);

	if (number != 1 || n < 3 || unit[n - 1] != 's')
		return n;
	return n > 4 && !strcmp(unit + n - 4, "sses") ? n - 2 : n - 1;
}

static void tell_value(struct text *t, const struct fact *f, const struct fact_value *value)
{
	if (!value->known)
		text_add(t, "?");
	else if (f->type == FACT_SIGNALS)
		symbol_print_signals(t, (uint64_t)value->number);
	else if (f->type == FACT_NUMBER)
		text_addf(t, "%lld%s%.*s", (long long)value->number, f->unit[0] ? " " : "",
			  unit_length(f->unit, value->number), f->unit);
	else if (value->text[0])
		text_add_printable(t, value->text, strlen(value->text));
	else
		text_add(t, "none");
}

/* One fact, under its name in the language: subject.name, or subject.name[index]. */
static void tell(struct stage_screen *v, const struct fact *f, const struct picture *p, int subject, int index,
		 const char *name, bool indexed)
{
	struct source_row *row = add_row(v);
	struct fact_value value = { 0 };
	struct text t = { 0 };

	f->get(p, subject, index, &value);
	tell_value(&t, f, &value);
	snprintf(row->text, sizeof row->text, "%.30s.%.20s", name, f->name);
	if (indexed)
		snprintf(row->text + strlen(row->text), sizeof row->text - strlen(row->text), "[%d]", index);
	snprintf(row->value, sizeof row->value, "%.60s", text_string(&t));
	text_free(&t);
	snprintf(row->detail, sizeof row->detail, "%s%.80s%s%.120s. %s: %.120s", value.known ? "" : "Not known here: ",
		 value.known || !value.why ? "" : value.why, value.known ? "" : ". ", f->meaning,
		 fact_exactness_word(f->exactness), f->source);
}

static int count_locks(const struct picture_file *f)
{
	int n = 0;

	for (int i = 0; i < f->n_locks; i++)
		n += !f->lock[i].waits;
	return n;
}

/* The indices that a fact [N] of an object has now. What cannot be told of any is told of the first. */
static int indices(const struct picture_object *o, const struct fact *f, int index[PICTURE_MESSAGES])
{
	int n = 0;

	switch (o->kind) {
	case OBJECT_SOCKET:
	case OBJECT_TERMINAL:
		for (int i = 0; i < 2; i++)
			if (o->socket.side[i].inode)
				index[n++] = i;
		return n;
	case OBJECT_MEMORY:
	case OBJECT_SEGMENT: /* by offset */
		for (int i = 0; i < o->memory.n_cells; i++)
			if (o->memory.cell[i].kind == CELL_WORD)
				index[n++] = (int)o->memory.cell[i].offset;
		return n;
	case OBJECT_QUEUE:
	case OBJECT_MQUEUE:
		n = o->queue.messages_why ? o->queue.messages.number > 0 : o->queue.n_messages;
		break;
	case OBJECT_SEMAPHORES:
		n = o->sysv.semaphores.count < PICTURE_SEMAPHORES ? (int)o->sysv.semaphores.count : PICTURE_SEMAPHORES;
		break;
	case OBJECT_FILE:
		n = strcmp(f->name, "lock_holder") ? o->file.n_openings : count_locks(&o->file);
		break;
	case OBJECT_PIPE:
	case OBJECT_FIFO:
	case OBJECT_EVENT:
	case OBJECT_SEMAPHORE:
	case OBJECT_MUTEX:
	case OBJECT_KINDS:
		break;
	}
	for (int i = 0; i < n; i++)
		index[i] = i;
	return n;
}

static void tell_indexed(struct stage_screen *v, const struct fact *f, const struct picture *p, int subject)
{
	const struct picture_object *o = &p->object[subject];
	bool sides = o->kind == OBJECT_SOCKET || o->kind == OBJECT_TERMINAL;
	int index[PICTURE_MESSAGES], n = indices(o, f, index);

	for (int i = 0; i < n; i++) {
		const char *own = sides ? o->socket.side[index[i]].name : "";

		tell(v, f, p, subject, index[i], *own ? own : o->name, !*own);
	}
}

static void tell_object(struct stage_screen *v, const struct picture *p, int subject)
{
	const struct picture_object *o = &p->object[subject];
	const struct fact *f;

	if (o->path[0])
		tell_path(v, o);
	for (size_t i = 0; (f = fact_nth(i)); i++) {
		if (!(f->of & FACT_OF(o->kind)))
			continue;
		if (f->indexed)
			tell_indexed(v, f, p, subject);
		else
			tell(v, f, p, subject, 0, o->name, false);
	}
}

static void tell_process(struct stage_screen *v, const struct picture *p, int subject)
{
	const struct fact *f;

	for (size_t i = 0; (f = fact_nth(i)); i++)
		if (f->of == FACT_OF_PROCESS)
			tell(v, f, p, subject, 0, p->process[subject].name, false);
}

/* ---- of what others made ---------------------------------------------------------------------------- */

static void tell_listed(struct stage_screen *v, const char *text, const char *value, const char *detail)
{
	struct source_row *row = add_row(v);

	snprintf(row->text, sizeof row->text, "%s", text);
	snprintf(row->value, sizeof row->value, "%.60s", value);
	snprintf(row->detail, sizeof row->detail, "%s", detail);
}

static void tell_user(struct stage_screen *v, const char *text, unsigned uid, const char *detail)
{
	const struct passwd *user = getpwuid(uid);
	struct text t = { 0 };

	if (user)
		text_add_printable(&t, user->pw_name, strlen(user->pw_name));
	else
		text_addf(&t, "%u", uid);
	tell_listed(v, text, text_string(&t), detail);
	text_free(&t);
}

static void tell_number(struct stage_screen *v, const char *text, long long number, const char *unit, const char *detail)
{
	char value[64];

	snprintf(value, sizeof value, "%lld%s%.*s", number, *unit ? " " : "", unit_length(unit, number), unit);
	tell_listed(v, text, value, detail);
}

static void tell_sysv(struct stage_screen *v, const struct sysv_object *o)
{
	static const char queue[] = "IPC_STAT, msgctl(2)", segment[] = "IPC_STAT, shmctl(2)";
	const char *source = o->kind == SYSV_QUEUE ? queue : o->kind == SYSV_SEGMENT ? segment : "IPC_STAT, semctl(2)";

	tell_user(v, "owner", o->uid, source);
	tell_user(v, "creator", o->creator_uid, source);
	switch (o->kind) {
	case SYSV_QUEUE:
		tell_number(v, "messages", (long long)o->queue.messages, "messages", queue);
		tell_number(v, "bytes", (long long)o->queue.bytes, "bytes", queue);
		tell_number(v, "limit", (long long)o->queue.limit, "bytes", queue);
		tell_number(v, "last_sender", o->queue.last_sender, "", "process id; 0: nobody. IPC_STAT, msgctl(2)");
		tell_number(v, "last_receiver", o->queue.last_receiver, "", "process id; 0: nobody. IPC_STAT, msgctl(2)");
		return;
	case SYSV_SEGMENT:
		tell_number(v, "size", (long long)o->segment.size, "bytes", segment);
		tell_number(v, "attached", (long long)o->segment.attached, "times", segment);
		tell_number(v, "creator's process", o->segment.creator, "", "process id. IPC_STAT, shmctl(2)");
		tell_number(v, "last attached by", o->segment.last, "", "process id; 0: nobody. IPC_STAT, shmctl(2)");
		return;
	case SYSV_SEMAPHORES:
		tell_number(v, "count", o->semaphores.count, "semaphores", source);
		return;
	}
}

static void tell_posix(struct stage_screen *v, const struct posix_named *o)
{
	static const char stat[] = "stat(2) in /dev/shm", queue[] = "/dev/mqueue, mq_overview(7)";
	const char *source = o->kind == 'Q' ? queue : stat;

	tell_user(v, "owner", o->uid, source);
	if (!o->size_known)
		tell_listed(v, o->kind == 'S' ? "value" : "bytes", "?", "Not known here: not permitted to read it");
	else if (o->kind == 'S')
		tell_number(v, "value", o->size, "", "its file in /dev/shm, as glibc lays it out");
	else
		tell_number(v, o->kind == 'Q' ? "bytes" : "size", o->size, "bytes", source);
	if (o->kind == 'M')
		tell_number(v, "resident", o->pages, "pages", "st_blocks, stat(2) in /dev/shm: pages of 4096 bytes that are in use");
}

static void tell_row(struct stage_screen *v, const struct picture *p, const struct objects_row *row)
{
	if (row->known)
		tell_object(v, p, (int)(row->known - p->object));
	else if (row->sysv)
		tell_sysv(v, row->sysv);
	else if (row->posix)
		tell_posix(v, row->posix);
}

/* ---- opening ---------------------------------------------------------------------------------------- */

/* Nothing was chosen yet: the first of the scene is. */
static const struct scene_item *item(struct stage_screen *v)
{
	if (v->scene.chosen < 0 || v->scene.chosen >= v->scene.n_items) {
		v->focus = PANE_SCENE;
		v->scene.chosen = 0;
	}
	return v->scene.n_items ? &v->scene.item[v->scene.chosen] : NULL;
}

void stage_sources_open(struct stage_screen *v)
{
	struct moment m = stage_screen_moment(v);
	const struct scene_item *chosen;
	struct objects_row row;

	v->n_rows = v->chosen_row = 0;
	if (v->focus == PANE_OBJECTS && objects_chosen(&v->objects, m.picture, &row))
		tell_row(v, m.picture, &row);
	else if ((chosen = item(v)) && chosen->is_object && chosen->index < m.picture->n_objects)
		tell_object(v, m.picture, chosen->index);
	else if (chosen && !chosen->is_object && chosen->index < m.picture->n_processes)
		tell_process(v, m.picture, chosen->index);
	if (v->n_rows)
		v->layer = LAYER_SOURCE;
}

/* SPDX-License-Identifier: MIT */
/* Objects and limits as tables. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/columns.h"
#include "command/objects_out.h"
#include "command/users.h"

enum { TYPE, ID, NAME, OWNER, PERMS, HOLDS, STATE, COLUMNS, SHOWN_SEMAPHORES = 6, LIMIT_COLUMNS = 5 };

static const char *const heading[COLUMNS] = { "TYPE", "ID", "KEY/NAME", "OWNER", "PERMS", "HOLDS", "STATE" };

/* The kernel's way to say that there is no limit: 2^64 less a little. */
static const uint64_t unlimited = UINT64_MAX / 4;

/* ---- cells ---------------------------------------------------------------------------------- */

static void add_queue(struct text *t, const struct sysv_object *q)
{
	paper_add_size(t, q->queue.bytes);
	text_add(t, "/");
	paper_add_size(t, q->queue.limit);
	text_addf(t, "  %llu message%s", (unsigned long long)q->queue.messages, q->queue.messages == 1 ? "" : "s");
}

static void add_segment(struct text *t, const struct sysv_object *m)
{
	paper_add_size(t, m->segment.size);
	text_addf(t, "  attached %llu%s%s", (unsigned long long)m->segment.attached, m->segment.marked ? "  dest" : "",
		  m->segment.locked ? "  locked" : "");
}

/* "[0] 0 (2 wait)  [1] 5": without the index where there is one. */
static void add_semaphores(struct text *t, const struct sysv_object *set)
{
	unsigned n = set->semaphores.count;

	for (unsigned i = 0; i < n && i < SHOWN_SEMAPHORES; i++) {
		struct sysv_semaphore now;
		int waiting;

		if (sysv_semaphore_read(set->id, i, &now) < 0) {
			text_addf(t, "%s%u semaphore%s, not readable", i ? "  " : "", n, n == 1 ? "" : "s");
			return;
		}
		if (n == 1)
			text_addf(t, "value %d", now.value);
		else
			text_addf(t, "%s[%u] %d", i ? "  " : "", i, now.value);
		waiting = now.waiting_increase + now.waiting_zero;
		if (waiting)
			text_addf(t, " (%d wait%s)", waiting, waiting == 1 ? "s" : "");
	}
	if (n > SHOWN_SEMAPHORES)
		text_addf(t, "  of %u", n);
}

/* As proc_pid_fd(5) has it; without that its folder may only not be readable. */
static bool is_unlinked(const char *name)
{
	static const char mark[] = " (deleted)";
	size_t n = strlen(name);

	return n >= sizeof mark && !strcmp(name + n - (sizeof mark - 1), mark);
}

static void add_posix(struct text *t, const struct system *s, const struct facility *f)
{
	const struct system_object *o = f->object >= 0 ? &s->object[f->object] : NULL;

	if (f->kind == 'Q' && o && o->level.known) {
		text_addf(t, "%lld", (long long)o->level.number);
		if (o->limit.known)
			text_addf(t, " of %lld", (long long)o->limit.number);
		text_addf(t, " message%s", o->level.number == 1 && !o->limit.known ? "" : "s");
	}
	if (f->posix && f->posix->size_known) {
		text_add(t, t->length ? "  " : "");
		if (f->kind == 'S') {
			text_addf(t, "value %lld", (long long)f->posix->size);
		} else {
			paper_add_size(t, (uint64_t)f->posix->size);
			text_add(t, f->kind == 'Q' ? "B in them" : "");
		}
	}
	if (!t->length)
		text_add(t, "?");
	if (!f->listed && is_unlinked(f->name))
		text_add(t, "  unlinked");
}

static void add_holds(struct text *t, const struct system *s, const struct facility *f)
{
	if (!f->sysv) {
		add_posix(t, s, f);
		return;
	}
	switch (f->sysv->kind) {
	case SYSV_QUEUE:
		add_queue(t, f->sysv);
		break;
	case SYSV_SEGMENT:
		add_segment(t, f->sysv);
		break;
	case SYSV_SEMAPHORES:
		add_semaphores(t, f->sysv);
		break;
	}
}

static void add_name(struct text *t, const struct facility *f)
{
	if (f->name)
		text_add_printable(t, f->name, strlen(f->name));
	else if (f->sysv->key)
		text_addf(t, "0x%08x", f->sysv->key);
	else
		text_add(t, "private");
}

static void add_owner(struct text *t, const struct facility *f)
{
	char name[PAPER_USER];

	text_add(t, f->listed ? paper_user(f->uid, name) : "?");
}

/* ---- what stands below ---------------------------------------------------------------------- */

static void add_below(struct text *t, const struct paper *p, struct text *line)
{
	struct text one = { 0 };

	if (line->length) {
		text_add(&one, "       ");
		paper_add_wrapped(&one, p, text_string(line), 9);
		text_add(t, text_string(&one));
	}
	text_free(&one);
	text_clear(line);
}

static void add_process(struct text *t, const struct system *s, pid_t pid)
{
	int process = pid > 0 ? system_find_process(s, pid) : -1;

	if (pid <= 0) {
		text_add(t, "nobody");
	} else if (process < 0) {
		text_addf(t, "%d (gone)", pid);
	} else {
		text_add_printable(t, s->process[process].name, strlen(s->process[process].name));
		text_addf(t, " %d", pid);
	}
}

static void add_event(struct text *t, const struct system *s, const char *what, pid_t pid, int64_t when)
{
	text_addf(t, "%s%s ", t->length ? "; " : "", what);
	paper_add_moment(t, when);
	if (pid) {
		text_add(t, " by ");
		add_process(t, s, pid);
	}
}

static void add_ownership(struct text *t, const struct facility *f)
{
	char user[PAPER_USER], group[PAPER_USER];

	text_addf(t, "owner %s:%s", paper_user(f->uid, user), paper_group(f->gid, group));
	if (f->sysv)
		text_addf(t, "; creator %s:%s", paper_user(f->sysv->creator_uid, user), paper_group(f->sysv->creator_gid, group));
	text_add(t, "; changed ");
	paper_add_moment(t, f->changed);
}

static void add_events(struct text *t, const struct system *s, const struct sysv_object *o)
{
	switch (o->kind) {
	case SYSV_QUEUE:
		add_event(t, s, "sent", o->queue.last_sender, o->queue.sent);
		add_event(t, s, "received", o->queue.last_receiver, o->queue.received);
		break;
	case SYSV_SEGMENT:
		add_event(t, s, "attached", 0, o->segment.attach_time);
		add_event(t, s, "detached", 0, o->segment.detach_time);
		text_add(t, "; made by ");
		add_process(t, s, o->segment.creator);
		text_add(t, ", last used by ");
		add_process(t, s, o->segment.last);
		break;
	case SYSV_SEMAPHORES:
		add_event(t, s, "operated", 0, o->semaphores.operated);
		break;
	}
}

static void add_details(struct text *t, const struct paper *p, const struct system *s, const struct waiters *w,
			const struct facility *f, bool all)
{
	const struct system_object *o = f->object >= 0 ? &s->object[f->object] : NULL;
	struct facility_users u;
	struct users holders = { 0 };
	struct text line = { 0 };

	if (all && f->listed) {
		add_ownership(&line, f);
		add_below(t, p, &line);
	}
	if (all && f->sysv) {
		add_events(&line, s, f->sysv);
		add_below(t, p, &line);
	}
	facility_users(&u, s, f);
	if (o) {
		users_find(&holders, s, w, f->object);
		users_once(&holders);
		users_add(&line, p, s, &holders, USERS_WRITE | USERS_READ, 0, p->width);
	}
	if (u.unseen)
		text_addf(&line, "%s%zu attachment%s that cannot be looked into", line.length ? ", " : "", u.unseen,
			  u.unseen == 1 ? "" : "s");
	add_below(t, p, &line);
	if (o && o->word <= WORD_WAITING) {
		text_add_printable(&line, o->what, strlen(o->what));
		add_below(t, p, &line);
	}
	users_free(&holders);
	free(u.process);
	text_free(&line);
}

/* ---- tables --------------------------------------------------------------------------------- */

static void fill(char **cell, const struct system *s, const struct facility *f)
{
	struct text t[COLUMNS] = { 0 };

	text_add(&t[TYPE], facility_kind_word(f->kind));
	if (f->sysv)
		text_addf(&t[ID], "%d", f->sysv->id);
	add_name(&t[NAME], f);
	add_owner(&t[OWNER], f);
	if (f->listed)
		paper_add_mode(&t[PERMS], f->mode);
	add_holds(&t[HOLDS], s, f);
	text_add(&t[STATE], system_word(f->object >= 0 ? s->object[f->object].word : WORD_IDLE));
	for (int c = 0; c < COLUMNS; c++)
		cell[c] = text_take(&t[c]);
}

void objects_table(struct text *t, const struct paper *p, const struct system *s, const struct facilities *f, bool all)
{
	char **cell = memory_new((f->count + 1) * COLUMNS, sizeof *cell);
	struct waiters w;
	struct columns columns = { .n = COLUMNS, .right = 1u << ID,
				   .fewest = { [NAME] = 10, [OWNER] = 5, [HOLDS] = 22, [STATE] = 8 } };

	waiters_find(&w, s);
	for (int c = 0; c < COLUMNS; c++)
		cell[c] = memory_text(heading[c]);
	for (size_t i = 0; i < f->count; i++)
		fill(&cell[(i + 1) * COLUMNS], s, &f->list[i]);
	columns_measure(&columns, p, cell, f->count + 1);
	for (size_t i = 0; i <= f->count; i++) {
		columns_add(t, &columns, p, &cell[i * COLUMNS]);
		if (i > 0)
			add_details(t, p, s, &w, &f->list[i - 1], all);
	}
	for (size_t i = 0; i < (f->count + 1) * COLUMNS; i++)
		free(cell[i]);
	free(cell);
	waiters_free(&w);
}

static void add_amount(struct text *t, const struct limit *l, uint64_t amount)
{
	if (amount > unlimited) {
		text_add(t, "none");
		return;
	}
	if (!strcmp(l->unit, "bytes"))
		paper_add_size(t, amount);
	else
		text_addf(t, "%llu", (unsigned long long)amount);
	text_add(t, !strcmp(l->unit, "pages") ? " pages" : "");
}

void limits_table(struct text *t, const struct paper *p, const struct limit *limit, int n)
{
	static const char *const head[LIMIT_COLUMNS] = { "LIMIT OF", "USED", "LIMIT", "NEAR", "NAME" };
	struct columns columns = { .n = LIMIT_COLUMNS, .right = 1u << 1 | 1u << 2 | 1u << 3, .fewest = { [0] = 12, [4] = 6 } };
	size_t rows = (size_t)n + 1;
	char **cell = memory_new(rows * LIMIT_COLUMNS, sizeof *cell);

	for (int c = 0; c < LIMIT_COLUMNS; c++)
		cell[c] = memory_text(head[c]);
	for (int i = 0; i < n; i++) {
		const struct limit *l = &limit[i];
		struct text x[LIMIT_COLUMNS] = { 0 };

		text_add(&x[0], l->what);
		if (l->used_known)
			add_amount(&x[1], l, l->used);
		if (l->limited)
			add_amount(&x[2], l, l->limit);
		if (l->used_known && l->limited && l->limit && l->limit <= unlimited)
			text_addf(&x[3], "%.2f %%", (double)l->used * 100 / (double)l->limit);
		text_add(&x[4], l->name);
		for (int c = 0; c < LIMIT_COLUMNS; c++)
			cell[(size_t)(i + 1) * LIMIT_COLUMNS + (size_t)c] = text_take(&x[c]);
	}
	columns_measure(&columns, p, cell, rows);
	for (size_t i = 0; i < rows; i++)
		columns_add(t, &columns, p, &cell[i * LIMIT_COLUMNS]);
	for (size_t i = 0; i < rows * LIMIT_COLUMNS; i++)
		free(cell[i]);
	free(cell);
}

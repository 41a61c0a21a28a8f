/* SPDX-License-Identifier: MIT */
/* Objects as a table. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/columns.h"
#include "command/objects_out.h"

enum { TYPE, ID, NAME, OWNER, PERMS, HOLDS, STATE, COLUMNS, SHOWN_SEMAPHORES = 6 };

static const char *const heading[COLUMNS] = { "TYPE", "ID", "KEY/NAME", "OWNER", "PERMS", "HOLDS", "STATE" };

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

static void add_posix(struct text *t, const struct system *s, const struct facility *f)
{
	const struct system_object *o = f->object >= 0 ? &s->object[f->object] : NULL;

	if (f->kind == 'Q' && o && o->level.known) {
		text_addf(t, "%lld", (long long)o->level.number);
		if (o->limit.known)
			text_addf(t, " of %lld", (long long)o->limit.number);
		text_addf(t, " message%s", o->level.number == 1 && !o->limit.known ? "" : "s");
	}
	if (f->size_known) {
		text_add(t, t->length ? "  " : "");
		if (f->kind == 'S') {
			text_addf(t, "value %lld", (long long)f->size);
		} else {
			paper_add_size(t, (uint64_t)f->size);
			text_add(t, f->kind == 'Q' ? "B in them" : "");
		}
	}
	if (!t->length)
		text_add(t, "?");
	if (f->unlinked)
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

	text_add(t, f->owned ? paper_user(f->uid, name) : "?");
}

/* ---- what stands below ---------------------------------------------------------------------- */

/* Each line behind seven blanks; what does not fit goes on behind nine. */
static void add_below(struct text *t, const struct paper *p, const char *lines)
{
	while (*lines) {
		size_t n = strcspn(lines, "\n");
		struct text line = { 0 }, wrapped = { 0 };

		text_add_bytes(&line, lines, n);
		text_add(&wrapped, "       ");
		paper_add_wrapped(&wrapped, p, text_string(&line), 9);
		text_add(t, text_string(&wrapped));
		text_free(&line);
		text_free(&wrapped);
		lines += n + (lines[n] == '\n');
	}
}

static void add_details(struct text *t, const struct paper *p, const struct system *s, const struct waiters *w,
			const struct facility *f, bool all)
{
	struct text lines = { 0 };

	objects_detail(&lines, p, s, w, f, all);
	add_below(t, p, text_string(&lines));
	text_free(&lines);
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
	if (f->owned)
		paper_add_mode(&t[PERMS], f->mode);
	else
		text_add(&t[PERMS], "?");
	add_holds(&t[HOLDS], s, f);
	text_add(&t[STATE], facility_state(s, f));
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

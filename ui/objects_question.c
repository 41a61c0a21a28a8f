/* SPDX-License-Identifier: MIT */
#include "ui/objects_question.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "command/paper.h"
#include "ui/panes.h"
#include "ui/term.h"

enum { NAMED = 3 /* processes named; others are counted */ };

static void add_users(struct text *t, const struct system *s, const struct facility_users *u)
{
	char user[PAPER_USER];
	size_t i = 0;

	for (; i < u->count && i < NAMED; i++) {
		const struct system_process *p = &s->process[u->process[i]];

		text_add(t, i ? ", " : "");
		text_add_printable(t, p->name, strlen(p->name));
		text_addf(t, " %d of %s", (int)p->pid, paper_user(p->uid, user));
	}
	if (u->count + u->unseen > i)
		text_addf(t, "%s%zu more", i ? " and " : "", u->count + u->unseen - i);
}

static void tell_hurt(struct objects_question *q, const struct system *s, const struct facility *f,
		      const struct facility_users *u)
{
	struct text t = { 0 }, effect = { 0 };

	facility_effect(&effect, s, f, u);
	if (u->count + u->unseen) {
		text_add(&t, "Used by ");
		add_users(&t, s, u);
		text_add(&t, effect.length ? ": " : ".");
	}
	if (effect.length && !t.length)
		effect.s[0] = (char)toupper(effect.s[0]);
	text_add(&t, text_string(&effect));
	if (effect.length)
		text_add(&t, ".");
	if (!t.length)
		text_add(&t, "Nobody uses it.");
	snprintf(q->hurt, sizeof q->hurt, "%.*s", (int)sizeof q->hurt - 1, text_string(&t));
	text_free(&t);
	text_free(&effect);
}

static bool is_same(const struct objects_question *q, const struct facility *f)
{
	if (q->kind != f->kind)
		return false;
	return f->sysv ? q->id == f->sysv->id && q->key == f->sysv->key : !strcmp(q->name, f->name) && q->inode == f->inode;
}

bool objects_question_is_about(const struct objects_question *q, const struct facility *f)
{
	return is_same(q, f);
}

void objects_question_ask(struct objects_question *q, const struct system *s, const struct facility *f)
{
	struct facility_users u;
	char user[PAPER_USER];
	struct text t = { 0 };

	*q = (struct objects_question){ .state = QUESTION_ASKS, .kind = f->kind };
	if (f->sysv) {
		q->id = f->sysv->id;
		q->key = f->sysv->key;
	} else {
		snprintf(q->name, sizeof q->name, "%s", f->name);
		q->inode = f->inode;
	}
	if (!f->listed && !facility_is_here(f)) {
		objects_question_tell(q, f->unlinked ? "Its name is gone already: it goes with the last process that has it open." :
				      "Its name is one of another namespace: from here it cannot be removed.");
		return;
	}
	facility_describe(&t, f);
	snprintf(q->what, sizeof q->what, "%.110s of %s", text_string(&t), paper_user(f->uid, user));
	text_free(&t);
	facility_users(&u, s, f);
	tell_hurt(q, s, f, &u);
	if (facility_is_others(f, &u))
		q->state = QUESTION_WORD;
	free(u.process);
}

void objects_question_tell(struct objects_question *q, const char *why)
{
	q->state = QUESTION_TELLS;
	snprintf(q->hurt, sizeof q->hurt, "%s", why);
}

static bool typed(struct objects_question *q, int key)
{
	size_t n = strlen(q->typed);
	bool sure = key == TERM_ENTER && !strcmp(q->typed, "yes");

	if (key == TERM_ENTER)
		q->state = QUESTION_NONE;
	else if (key == TERM_BACKSPACE && n)
		q->typed[n - 1] = '\0';
	else if (key >= ' ' && key < 0x7f && n < sizeof q->typed - 1)
		q->typed[n] = (char)key;
	return sure;
}

bool objects_question_key(struct objects_question *q, int key)
{
	bool sure = false;

	if (key == TERM_MOUSE)
		return false;
	if (key == TERM_ESCAPE || q->state == QUESTION_TELLS) {
		q->state = QUESTION_NONE;
	} else if (q->state == QUESTION_WORD) {
		sure = typed(q, key);
	} else if (key == 'y' || key == 'Y' || key == 'n' || key == 'N') {
		sure = key == 'y' || key == 'Y';
		q->state = QUESTION_NONE;
	}
	return sure;
}

void objects_question_draw(struct canvas *c, const struct objects_question *q)
{
	char text[700];

	switch (q->state) {
	case QUESTION_NONE:
		return;
	case QUESTION_TELLS:
		overlay_question(c, &(struct overlay_question){ "nothing was removed", { q->hurt }, NULL, { { "Esc", "goes on" } } });
		return;
	case QUESTION_ASKS:
		snprintf(text, sizeof text, "Remove %s? y/n", q->what);
		overlay_question(c, &(struct overlay_question){ "remove", { text, q->hurt }, NULL,
								{ { "y", "removes it" }, { "n", "keeps it" } } });
		return;
	case QUESTION_WORD:
		snprintf(text, sizeof text, "%s This hurts others. Remove it all the same? Type yes:", q->hurt);
		overlay_question(c, &(struct overlay_question){ "in use by others", { q->what, text }, q->typed,
								{ { "Enter", "does it" }, { "Esc", "keeps it" } } });
		return;
	}
}

/* SPDX-License-Identifier: MIT */
#include "ui/removal.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ui/panes.h"
#include "ui/term.h"

/* ---- what is asked -------------------------------------------------------------------------- */

static void name_it(struct removal *r, const struct objects_row *row)
{
	static const char *const word[] = {
		['q'] = "queue", ['m'] = "shared memory", ['s'] = "semaphores",
		['Q'] = "POSIX queue", ['M'] = "POSIX shared memory", ['S'] = "POSIX semaphore",
	};
	struct text name = { 0 };

	objects_name(row, &name);
	if (row->sysv && row->known)
		snprintf(r->what, sizeof r->what, "%s %s (id %s)", word[(int)row->kind], row->known->name, text_string(&name));
	else if (row->sysv && row->sysv->key)
		snprintf(r->what, sizeof r->what, "%s %s (key 0x%08x)", word[(int)row->kind], text_string(&name),
			 (unsigned)row->sysv->key);
	else
		snprintf(r->what, sizeof r->what, "%s %.80s", word[(int)row->kind], text_string(&name));
	text_free(&name);
}

static void name_owner(struct removal *r, const struct objects_row *row)
{
	uid_t uid = row->sysv ? row->sysv->uid : row->posix ? row->posix->uid : geteuid();
	const struct passwd *user = getpwuid(uid);
	struct text name = { 0 };

	if (user)
		text_add_printable(&name, user->pw_name, strlen(user->pw_name));
	else
		text_addf(&name, "%u", uid);
	snprintf(r->whose, sizeof r->whose, "%suser %.40s%s", uid == geteuid() ? "you (" : "", text_string(&name),
		 uid == geteuid() ? ")" : "");
	text_free(&name);
}

/* msgctl(2), semctl(2), shmctl(2) IPC_RMID; mq_unlink(3), shm_unlink(3), sem_unlink(3). */
static void tell_effect(struct removal *r, const struct objects_row *row)
{
	const char *waiting = row->known ? row->known->waiting : "";

	r->effect[0] = '\0';
	if (!row->sysv)
		snprintf(r->effect, sizeof r->effect, "Its name goes at once; whoever has it open keeps it.");
	else if (row->kind == 'm' && row->sysv->segment.attached)
		snprintf(r->effect, sizeof r->effect, "It is attached: it goes with the last detach.");
	else if (row->kind != 'm' && *waiting)
		snprintf(r->effect, sizeof r->effect, "EIDRM wakes those who sleep in a call about it: %.60s.", waiting);
	else if (row->kind == 'q' && row->sysv->queue.messages)
		snprintf(r->effect, sizeof r->effect, "%llu message%s in it will be lost.",
			 (unsigned long long)row->sysv->queue.messages, row->sysv->queue.messages == 1 ? "" : "s");
}

void removal_ask(struct removal *r, const struct objects_row *row)
{
	*r = (struct removal){ .state = REMOVAL_ASKS, .kind = row->kind, .identity = row->identity, .ours = row->ours };
	name_it(r, row);
	name_owner(r, row);
	tell_effect(r, row);
}

void removal_tell(struct removal *r, const char *why)
{
	r->state = REMOVAL_TELLS;
	snprintf(r->told, sizeof r->told, "%s", why);
}

/* ---- what is answered ----------------------------------------------------------------------- */

bool removal_typing(const struct removal *r)
{
	return r->state == REMOVAL_ASKS_AGAIN;
}

static enum removal_result answer(struct removal *r, int key)
{
	if (key == 'n' || key == 'N')
		return REMOVAL_LEFT;
	if (key != 'y' && key != 'Y')
		return REMOVAL_GOES_ON;
	if (r->ours)
		return REMOVAL_SURE;
	r->state = REMOVAL_ASKS_AGAIN;
	return REMOVAL_GOES_ON;
}

static enum removal_result type(struct removal *r, int key)
{
	size_t n = strlen(r->typed);

	if (key == TERM_ENTER)
		return strcmp(r->typed, "yes") ? REMOVAL_LEFT : REMOVAL_SURE;
	if (key == TERM_BACKSPACE && n)
		r->typed[n - 1] = '\0';
	if (key >= ' ' && key < 0x7f && n < sizeof r->typed - 1)
		r->typed[n] = (char)key;
	return REMOVAL_GOES_ON;
}

enum removal_result removal_key(struct removal *r, int key)
{
	if (key == TERM_MOUSE)
		return REMOVAL_GOES_ON;
	if (key == TERM_ESCAPE || r->state == REMOVAL_TELLS)
		return REMOVAL_LEFT;
	return r->state == REMOVAL_ASKS ? answer(r, key) : type(r, key);
}

void removal_draw(struct canvas *c, const struct removal *r)
{
	char text[300];

	switch (r->state) {
	case REMOVAL_TELLS:
		overlay_question(c, &(struct overlay_question){ "nothing was removed", { r->told }, NULL,
								{ { "Esc", "goes on" } } });
		return;
	case REMOVAL_ASKS:
		snprintf(text, sizeof text, "Remove %s? y/n", r->what);
		overlay_question(c, &(struct overlay_question){ "remove", { text, r->effect }, NULL,
								{ { "y", "removes it" }, { "n", "keeps it" } } });
		return;
	case REMOVAL_ASKS_AGAIN:
		snprintf(text, sizeof text, "This belongs to %s, not to this stage.", r->whose);
		overlay_question(c, &(struct overlay_question){ r->what, { text, "Remove it all the same? Type yes:" }, r->typed,
								{ { "Enter", "does it" }, { "Esc", "keeps it" } } });
		return;
	}
}

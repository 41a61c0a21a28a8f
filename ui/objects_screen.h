/* SPDX-License-Identifier: MIT */
/* The Objects tab: System V and POSIX objects of the machine, who uses them, and their removal. */
#ifndef UI_OBJECTS_SCREEN_H
#define UI_OBJECTS_SCREEN_H

#include "command/facilities.h"
#include "probe/limits.h"
#include "ui/machine.h"
#include "ui/objects_layer.h"
#include "ui/objects_question.h"
#include "ui/pane_objects_tab.h"
#include "ui/term.h"

struct objects_screen {
	struct machine *machine;
	struct facilities list;
	uint64_t built;          /* the snapshot that the list is of */
	int *row; size_t room_row; int n;
	struct limit limit[LIMITS_MOST]; int n_limits;
	int chosen, scroll;
	char choice_kind;        /* the chosen one, from snapshot to snapshot */
	int choice_id;
	char choice_name[POSIX_NAME];
	char filter[64];         /* words: all of them must be there */
	enum objects_sort sort;
	bool filtering;
	struct text detail;
	struct objects_question question;
	struct objects_layer layer;
	char message[300];
	struct area rows;        /* as drawn last */
};

enum objects_wish { OBJECTS_NOTHING, OBJECTS_MAN };

/* The machine stays the caller's. */
void objects_screen_open(struct objects_screen *v, struct machine *m);
void objects_screen_close(struct objects_screen *v);
/* The tab is shown again: the snapshot that the list points into may have changed meanwhile. */
void objects_screen_show(struct objects_screen *v);
bool objects_screen_typing(const struct objects_screen *v);
enum objects_wish objects_screen_key(struct objects_screen *v, int key, const struct term_mouse *mouse);
/* The page that OBJECTS_MAN means: sysvipc(7), mq_overview(7) ... */
const char *objects_screen_manual(const struct objects_screen *v);
bool objects_screen_tick(struct objects_screen *v);
void objects_screen_draw(struct objects_screen *v, struct canvas *c);

#endif

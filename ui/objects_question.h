/* SPDX-License-Identifier: MIT */
/* The question before an object of the machine is removed. */
#ifndef UI_OBJECTS_QUESTION_H
#define UI_OBJECTS_QUESTION_H

#include "command/facilities.h"
#include "ui/canvas.h"

/* Who would be hurt is named; where that is another user's process, or his object in use, it takes a word
 * to be typed. */
struct objects_question {
	enum { QUESTION_NONE, QUESTION_TELLS, QUESTION_ASKS, QUESTION_WORD } state;
	char kind;               /* what is meant, found again by these: */
	int id;
	uint32_t key;
	char name[POSIX_NAME];
	uint64_t inode;
	char what[160], hurt[400];
	char typed[8];
};

void objects_question_ask(struct objects_question *q, const struct system *s, const struct facility *f);
/* True: it is to be removed now. */
bool objects_question_key(struct objects_question *q, int key);
bool objects_question_is_about(const struct objects_question *q, const struct facility *f);
void objects_question_tell(struct objects_question *q, const char *why);
void objects_question_draw(struct canvas *c, const struct objects_question *q);

#endif

/* SPDX-License-Identifier: MIT */
/* One step: giving its order, looking how it stands. Private to the player. */
#ifndef PLAY_STEP_H
#define PLAY_STEP_H

#include "base/text.h"
#include "script/lesson.h"
#include "stage/stage.h"

enum step_result { STEP_WAITS, STEP_DONE, STEP_FAILED };

struct step_run {
	uint32_t order;      /* the sequence number of the order that was given */
	bool given;          /* false: it could not be, and actual says why */
	bool unplayable;
	bool waiting;        /* for the process to have repeated its call often enough */
	struct text expected, actual;
	/* How many caught signals were taken note of, per process and signal. */
	struct seen { char who[PICTURE_NAME]; int signal; unsigned count; } *seen;
	size_t n_seen, room_seen;
};

/* Forgets everything, for a new run; frees what it holds. */
void step_forget(struct step_run *r);

/* Gives the step's order, if it has one. */
void step_begin(struct step_run *r, struct stage *s, const struct step *step);

/* How it stands; `late`: its time limit has passed. After STEP_FAILED expected and actual tell. */
enum step_result step_look(struct step_run *r, struct stage *s, const struct step *step, bool late);

/* Whether the kernel must be read to know. */
bool step_samples(const struct step *step);

/* Appends to the trace what no process reports: texts, and expectations with whether they held. */
void step_tell(const struct step_run *r, struct stage *s, const struct step *step, bool held);

#endif

/* SPDX-License-Identifier: MIT */
/* The player: plays a lesson's steps on a stage, proves blocking, compares what the kernel did
 * with what the lesson says, and keeps the record that can be stepped back in.
 *
 * A beat is what one key press plays: a step that acts or speaks, and the steps behind it that
 * only look (expectations, calls that end, signals, endings, verdicts). */
#ifndef PLAY_PLAYER_H
#define PLAY_PLAYER_H

#include "script/lesson.h"
#include "stage/stage.h"

struct player;

enum player_state {
	PLAYER_READY,   /* between two beats: waits for player_next */
	PLAYER_BUSY,    /* a beat is being played */
	PLAYER_FAILED,  /* the kernel did otherwise, or an order could not be given: player_failure tells */
	PLAYER_DONE,    /* every step was played */
};

struct player_failure {
	const struct step *step;
	char expected[300], actual[300]; /* side by side */
	bool unplayable; /* not the kernel's doing: a name that means nothing, a process that has ended */
};

/* Neither stage nor lesson become the player's; both must outlive it. The lesson may have no
 * steps: a stage to play freely on. Resets the stage and puts `parent` on it. NULL with e. */
struct player *player_new(struct stage *s, const struct lesson *l, struct error *e);
void player_free(struct player *p);

/* Begins anew. */
int player_restart(struct player *p, struct error *e);

/* Plays the next beat; call player_tick after each stage_dispatch and when player_due says so,
 * until the state is no longer BUSY. After a failure it goes on with the next beat. */
void player_next(struct player *p);
void player_tick(struct player *p);
int64_t player_due(const struct player *p); /* CLOCK_MONOTONIC ns; INT64_MAX: never */

enum player_state player_state(const struct player *p);
const struct player_failure *player_failure(const struct player *p); /* the latest; NULL: none */

/* Plays one step that is not the lesson's (typed at the prompt, chosen from the menu). The step
 * must live until the state is no longer BUSY. False while BUSY. */
bool player_improvise(struct player *p, const struct step *step);

/* Why the step improvised last could not be played at all (a name that means nothing, a process that
 * is blocked): it is as if it had not been asked for. NULL when it was played. */
const char *player_refused(const struct player *p);

/* The step that would be played next; == n_steps at the end. */
int player_position(const struct player *p);

/* Beats: how many the lesson has, how many were played. */
int player_beats(const struct player *p);
int player_beat(const struct player *p);
/* Whether a step is played together with the one before it. */
bool player_follows(const struct step *s);

/* ---- the record: a moment after every beat; 0 is the beginning ---------------------------- */

struct moment {
	struct picture *picture;
	int position;            /* the step that was next then */
	const struct step *said; /* the latest say, NULL: none */
	const struct step *asked; /* the question that stands, NULL: none */
	const struct step *played; /* what was played to get there */
	struct player_failure *failure; /* of this beat; NULL: none */
};

int player_moments(const struct player *p);
const struct moment *player_moment(const struct player *p, int n);

/* The answer given to a question (index of the answer; -1 not answered), for the record. */
void player_answer(struct player *p, const struct step *ask, int answer);
int player_answered(const struct player *p, const struct step *ask);

#endif

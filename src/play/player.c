/* SPDX-License-Identifier: MIT */
/* Steps in order, beats, the record. What a step does is in step.c. */
#include "play/player.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "play/needs.h"
#include "play/step.h"

enum { LOOK_FIRST = 50 * 1000, LOOK_LAST = 5 * 1000 * 1000, LIMIT = 2 }; /* ns, ns, seconds */

struct player {
	struct stage *stage;
	const struct lesson *lesson;
	int position, beat;
	const struct step *current, *last, *improvised;
	const struct step *said, *asked;
	enum player_state state;
	struct step_run run;
	int64_t within;           /* limit of the next expectation, 0: the usual */
	int64_t deadline, look_due, look_step;
	struct player_failure failure;
	bool beat_failed, has_failure, refused;
	struct moment *moment;
	size_t n_moments, room;
	int *answer;              /* per step of the lesson */
};

bool player_follows(const struct step *s)
{
	if (s->setup)
		return true;
	switch (s->kind) {
	case STEP_RESUME:
	case STEP_SIGNAL:
	case STEP_ENDING:
	case STEP_EXPECT:
	case STEP_CLAIM:
	case STEP_NOTE:
	case STEP_WITHIN:
		return true;
	case STEP_SAY:
	case STEP_ASK:
	case STEP_SPAWN:
	case STEP_FORK:
	case STEP_EXEC:
	case STEP_CALL:
	case STEP_REPEAT:
	case STEP_STOP:
	case STEP_USE:
	case STEP_DELAY:
	case STEP_LOSS:
		break;
	}
	return false;
}

static void forget_moments(struct player *p)
{
	for (size_t i = 0; i < p->n_moments; i++) {
		picture_free(p->moment[i].picture);
		free(p->moment[i].failure);
	}
	p->n_moments = 0;
}

static void keep_moment(struct player *p)
{
	struct moment *m;

	stage_sample(p->stage);
	p->moment = memory_grow(p->moment, &p->room, p->n_moments + 1, sizeof *p->moment);
	m = &p->moment[p->n_moments++];
	*m = (struct moment){
		.picture = picture_copy(stage_picture(p->stage)), .position = p->position,
		.said = p->said, .asked = p->asked, .played = p->last,
		.failure = p->beat_failed ? memory_copy(&p->failure, sizeof p->failure) : NULL,
	};
}

int player_restart(struct player *p, struct error *e)
{
	int64_t until = clock_now() + 5 * CLOCK_S;

	forget_moments(p);
	p->position = p->beat = 0;
	p->current = p->last = p->improvised = p->said = p->asked = NULL;
	p->has_failure = p->beat_failed = p->refused = false;
	p->within = 0;
	p->state = PLAYER_READY;
	step_forget(&p->run);
	for (int i = 0; i < p->lesson->n_steps; i++)
		p->answer[i] = -1;
	if (stage_reset(p->stage, e) < 0 ||
	    stage_spawn(p->stage, "parent", NULL, false, needs_hosts(p->lesson) ? NETWORK_FIRST : NETWORK_HERE, e) < 0)
		return -1;
	while (stage_state(p->stage, "parent") == PROCESS_STARTING && clock_now() < until)
		stage_wait(p->stage, until);
	if (stage_state(p->stage, "parent") == PROCESS_STARTING)
		return error_set(e, 0, "the first process did not start");
	keep_moment(p);
	if (p->lesson->n_steps == 0)
		p->state = PLAYER_DONE;
	return 0;
}

struct player *player_new(struct stage *s, const struct lesson *l, struct error *e)
{
	struct player *p = memory_new(1, sizeof *p);

	p->stage = s;
	p->lesson = l;
	p->answer = memory_new((size_t)l->n_steps + 1, sizeof *p->answer);
	if (player_restart(p, e) < 0) {
		player_free(p);
		return NULL;
	}
	return p;
}

void player_free(struct player *p)
{
	if (!p)
		return;
	forget_moments(p);
	step_forget(&p->run);
	free(p->moment);
	free(p->answer);
	free(p);
}

static void finish_beat(struct player *p)
{
	p->beat += !p->improvised;
	p->improvised = NULL;
	p->current = NULL;
	if (!p->refused)
		keep_moment(p);
	p->state = p->beat_failed ? PLAYER_FAILED :
		   p->position == p->lesson->n_steps ? PLAYER_DONE : PLAYER_READY;
}

static void begin_step(struct player *p, const struct step *step)
{
	int64_t limit = p->within ? p->within : LIMIT * CLOCK_S;

	p->current = step;
	p->last = step;
	p->refused = false;
	p->state = PLAYER_BUSY;
	p->deadline = clock_now() + limit;
	p->look_step = LOOK_FIRST;
	p->look_due = 0;
	if (step->kind == STEP_WITHIN)
		p->within = step->limit;
	else if (step->kind != STEP_CLAIM && step->kind != STEP_NOTE)
		p->within = 0;
	if (step->kind == STEP_SAY)
		p->said = step;
	if (step->kind == STEP_ASK)
		p->asked = step;
	else if (!player_follows(step) && step->kind != STEP_SAY)
		p->asked = NULL;
	step_begin(&p->run, p->stage, step);
}

void player_next(struct player *p)
{
	if (p->state == PLAYER_BUSY || p->position >= p->lesson->n_steps)
		return;
	p->beat_failed = false;
	begin_step(p, &p->lesson->step[p->position++]);
	player_tick(p);
}

bool player_improvise(struct player *p, const struct step *step)
{
	if (p->state == PLAYER_BUSY)
		return false;
	p->beat_failed = false;
	p->improvised = step;
	begin_step(p, step);
	player_tick(p);
	return true;
}

const char *player_refused(const struct player *p)
{
	return p->refused ? text_string(&p->run.actual) : NULL;
}

/* What a step that failed expected, and what was: once a step, kept side by side. */
static void fail(struct player *p)
{
	if (p->improvised && p->run.unplayable) {
		p->refused = true;
		return;
	}
	p->has_failure = p->beat_failed = true;
	p->failure = (struct player_failure){ .step = p->current, .unplayable = p->run.unplayable };
	snprintf(p->failure.expected, sizeof p->failure.expected, "%s", text_string(&p->run.expected));
	snprintf(p->failure.actual, sizeof p->failure.actual, "%s", text_string(&p->run.actual));
}

/* Whether step n is played together with the one before it. A question ends its beat: what
 * would answer it has to wait for the next key. */
static bool goes_on(const struct lesson *l, int n)
{
	return n > 0 && n < l->n_steps && player_follows(&l->step[n]) && l->step[n - 1].kind != STEP_ASK;
}

static void advance(struct player *p)
{
	if (!p->improvised && goes_on(p->lesson, p->position) && !p->beat_failed)
		begin_step(p, &p->lesson->step[p->position++]);
	else
		finish_beat(p);
}

/* How a step stands is looked at after every event, and at growing intervals between: facts
 * that are read, not reported, announce themselves to nobody. */
void player_tick(struct player *p)
{
	while (p->state == PLAYER_BUSY) {
		int64_t now = clock_now();
		enum step_result result;

		if (step_samples(p->current) && now >= p->look_due) {
			stage_sample(p->stage);
			p->look_due = now + p->look_step;
			if (p->look_step < LOOK_LAST)
				p->look_step *= 2;
		}
		/* On a stage that was cleared nothing is worth waiting for. */
		result = step_look(&p->run, p->stage, p->current, now >= p->deadline || stage_lost(p->stage));
		if (result == STEP_WAITS)
			return;
		if (result == STEP_FAILED)
			fail(p);
		if (!p->refused)
			step_tell(&p->run, p->stage, p->current, result == STEP_DONE);
		advance(p);
	}
}

int64_t player_due(const struct player *p)
{
	if (p->state != PLAYER_BUSY)
		return INT64_MAX;
	return step_samples(p->current) && p->look_due < p->deadline ? p->look_due : p->deadline;
}

enum player_state player_state(const struct player *p)
{
	return p->state;
}

const struct player_failure *player_failure(const struct player *p)
{
	return p->has_failure ? &p->failure : NULL;
}

int player_position(const struct player *p)
{
	return p->position;
}

int player_beats(const struct player *p)
{
	int n = 0;

	for (int i = 0; i < p->lesson->n_steps; i++)
		n += !goes_on(p->lesson, i);
	return n;
}

int player_beat(const struct player *p)
{
	return p->beat;
}

int player_moments(const struct player *p)
{
	return (int)p->n_moments;
}

const struct moment *player_moment(const struct player *p, int n)
{
	return n >= 0 && (size_t)n < p->n_moments ? &p->moment[n] : NULL;
}

void player_answer(struct player *p, const struct step *ask, int answer)
{
	ptrdiff_t i = ask - p->lesson->step;

	if (i >= 0 && i < p->lesson->n_steps)
		p->answer[i] = answer;
}

int player_answered(const struct player *p, const struct step *ask)
{
	ptrdiff_t i = ask - p->lesson->step;

	return i >= 0 && i < p->lesson->n_steps ? p->answer[i] : -1;
}

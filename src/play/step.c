/* SPDX-License-Identifier: MIT */
#include "play/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "play/bind.h"
#include "play/match.h"
#include "script/print.h"

void step_forget(struct step_run *r)
{
	text_free(&r->expected);
	text_free(&r->actual);
	free(r->seen);
	*r = (struct step_run){ 0 };
}

/* ---- giving the order --------------------------------------------------------------------- */

static int give_call(struct stage *s, const struct step *step, struct error *e)
{
	struct value argument[CALL_ARGUMENTS];
	const struct call *c;
	int n = bind_call(s, step->process, &step->call, &c, argument, e);

	if (n < 0)
		return -1;
	if (step->kind == STEP_REPEAT)
		return stage_stream(s, step->process, c, argument, n, step->every, (uint64_t)step->times, e);
	return stage_call(s, step->process, c, argument, n, step->name, e);
}

static int give(struct stage *s, const struct step *step, struct error *e)
{
	switch (step->kind) {
	case STEP_SPAWN:
		return stage_spawn(s, step->name, step->text, true, step->host ? NETWORK_SECOND : NETWORK_HERE, e);
	case STEP_FORK:
		return stage_fork(s, step->process, step->name, e);
	case STEP_EXEC:
		return stage_exec(s, step->process, step->text, e);
	case STEP_CALL:
	case STEP_REPEAT:
		return give_call(s, step, e);
	case STEP_STOP:
		return stage_stop(s, step->process, e);
	case STEP_DELAY:
		return stage_impair(s, step->limit, -1, e);
	case STEP_LOSS:
		return stage_impair(s, -1, step->number, e);
	case STEP_USE: /* nothing was put in its place: it was typed at the prompt */
		return step->number ? 0 : error_set(e, 0, "only a lesson in a file can use another");
	case STEP_SAY:
	case STEP_NOTE:
	case STEP_ASK:
	case STEP_CLAIM:
	case STEP_RESUME:
	case STEP_SIGNAL:
	case STEP_ENDING:
	case STEP_EXPECT:
	case STEP_WITHIN:
		break;
	}
	return 0;
}

static bool orders(enum step_kind kind)
{
	return kind == STEP_CALL || kind == STEP_FORK || kind == STEP_EXEC || kind == STEP_REPEAT;
}

static void try_to_give(struct step_run *r, struct stage *s, const struct step *step)
{
	struct error e = { 0 };

	/* `repeat CALL 3 times` ends by itself: the next order to that process comes after it. */
	r->waiting = orders(step->kind) && stage_counts_down(s, step->process);
	if (r->waiting)
		return;
	/* A call that blocked was numbered when it was given. */
	r->given = give(s, step, &e) == 0;
	r->order = step->process ? stage_order_number(s, step->process) : 0;
	if (!r->given) {
		r->unplayable = true;
		text_addf(&r->actual, "%s%s%s", e.text, e.hint[0] ? "; " : "", e.hint);
	}
}

void step_begin(struct step_run *r, struct stage *s, const struct step *step)
{
	text_clear(&r->expected);
	text_clear(&r->actual);
	r->unplayable = r->given = false;
	try_to_give(r, s, step);
}

/* ---- what was expected, what was ----------------------------------------------------------- */

static void expected(struct step_run *r, const struct step *step)
{
	struct text t = { 0 };
	size_t n;

	print_step(&t, step);
	n = strcspn(text_string(&t), "\n");
	text_clear(&r->expected);
	text_add_bytes(&r->expected, text_string(&t), n);
	text_free(&t);
}

static void actual_result(struct step_run *r, const struct stage *s, const char *who, const struct finished *f)
{
	struct call_names names = stage_names(s, who);

	text_clear(&r->actual);
	text_addf(&r->actual, "%s returned ", f->call ? f->call->name : "it");
	if (f->call)
		call_print_result(&r->actual, f->call, f->argument, f->n, &f->outcome, &names);
}

static const struct picture_process *look_up(struct stage *s, const char *who)
{
	const struct picture *p = stage_picture(s);
	int i = picture_process_find(p, who);

	return i < 0 ? NULL : &p->process[i];
}

static void actual_state(struct step_run *r, struct stage *s, const char *who)
{
	const struct picture_process *m = look_up(s, who);

	text_clear(&r->actual);
	text_addf(&r->actual, "%s is %s", who, m ? process_state_word(m->state) : "not there");
	if (m && m->call_name[0])
		text_addf(&r->actual, " in %s", m->call);
	if (m && m->ending[0])
		text_addf(&r->actual, ", %s", m->ending);
}

static enum step_result failed(struct step_run *r, const struct step *step)
{
	expected(r, step);
	return STEP_FAILED;
}

/* It has not come to what is expected of `who`; once it is late it will not any more. */
static enum step_result not_yet(struct step_run *r, struct stage *s, const struct step *step, const char *who,
				bool late)
{
	if (!late)
		return STEP_WAITS;
	actual_state(r, s, who);
	return failed(r, step);
}

static bool is_over(enum process_state state)
{
	return state == PROCESS_ENDED || state == PROCESS_ZOMBIE;
}

/* ---- looking, by kind ------------------------------------------------------------------------ */

/* The process died in its call: what is known is how it ended. */
static enum step_result look_died(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	const struct picture_process *m = look_up(s, step->process);

	if (m && (!m->ending[0] || m->ending[0] == '?') && !late)
		return STEP_WAITS;
	if (m && !step->blocks && !step->name && match_died(&step->want, m->ending[0] ? m->wait_status : 0))
		return STEP_DONE;
	actual_state(r, s, step->process);
	return failed(r, step);
}

static enum step_result look_call(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	const struct finished *f = stage_finished(s, step->process);
	enum process_state state = stage_state(s, step->process);

	if (f && f->sequence == r->order) {
		bool error = f->outcome.result == -1 && f->outcome.error;

		actual_result(r, s, step->process, f);
		if (step->blocks || (step->name && error) || !match_result(s, step->process, f, &step->want))
			return failed(r, step);
		return STEP_DONE;
	}
	if (is_over(state))
		return look_died(r, s, step, late);
	if ((state == PROCESS_BLOCKED || state == PROCESS_STOPPED) &&
	    (step->blocks || (step->want.kind == WANT_NOTHING && !step->name)))
		return STEP_DONE;
	return not_yet(r, s, step, step->process, late);
}

static enum step_result look_resume(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	const struct finished *f = stage_finished(s, step->process);

	if (f && f->sequence && f->sequence == r->order) {
		actual_result(r, s, step->process, f);
		if (!f->call || strcmp(f->call->name, step->call.name) ||
		    !match_result(s, step->process, f, &step->want))
			return failed(r, step);
		return STEP_DONE;
	}
	if (is_over(stage_state(s, step->process)))
		return look_died(r, s, step, late);
	return not_yet(r, s, step, step->process, late);
}

static enum step_result look_made(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	const struct finished *f = stage_finished(s, step->name);
	enum process_state state = stage_state(s, step->name);
	const struct picture_process *m;

	if (f && f->failed_to_start) {
		text_clear(&r->actual);
		text_addf(&r->actual, "%s could not be run", step->text);
		return failed(r, step);
	}
	if (step->kind == STEP_SPAWN && step->text) {
		m = look_up(s, step->name);
		if (m && (m->program || m->ending[0]))
			return STEP_DONE;
	} else if (state != PROCESS_STARTING) {
		if (step->kind == STEP_SPAWN || !stage_busy(s, step->process))
			return STEP_DONE;
	}
	return not_yet(r, s, step, step->name, late);
}

static enum step_result look_exec(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	const struct finished *f = stage_finished(s, step->process);
	const struct picture_process *m = look_up(s, step->process);

	if (f && f->sequence == r->order) {
		text_clear(&r->actual);
		text_addf(&r->actual, "exec failed: %s", f->outcome.error ? symbol_error(f->outcome.error) : "?");
		return failed(r, step);
	}
	if (m && m->program)
		return STEP_DONE;
	return not_yet(r, s, step, step->process, late || !m || m->ending[0]);
}

static enum step_result look_stop(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	enum process_state state = stage_state(s, step->process);

	if (!stage_busy(s, step->process) || state == PROCESS_BLOCKED || is_over(state))
		return STEP_DONE;
	return not_yet(r, s, step, step->process, late);
}

static struct seen *seen(struct step_run *r, const char *who, int signal)
{
	struct seen *x;

	for (size_t i = 0; i < r->n_seen; i++)
		if (r->seen[i].signal == signal && !strcmp(r->seen[i].who, who))
			return &r->seen[i];
	r->seen = memory_grow(r->seen, &r->room_seen, r->n_seen + 1, sizeof *r->seen);
	x = &r->seen[r->n_seen++];
	snprintf(x->who, sizeof x->who, "%s", who);
	x->signal = signal;
	x->count = 0;
	return x;
}

/* Each line stands for one run of the handler. */
static enum step_result look_signal(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	int64_t signal = 0;
	struct seen *so_far;

	symbol_find_in(&symbols_signal, step->signal, &signal);
	so_far = seen(r, step->process, (int)signal);
	if (stage_caught(s, step->process, (int)signal) > so_far->count) {
		so_far->count++;
		return STEP_DONE;
	}
	if (!late)
		return STEP_WAITS;
	text_clear(&r->actual);
	text_addf(&r->actual, "%s caught %s %u times so far", step->process, step->signal, so_far->count);
	return failed(r, step);
}

static enum step_result look_ending(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	const struct picture_process *m = look_up(s, step->process);

	if (m && m->ending[0] && m->ending[0] != '?') {
		if (match_ending(s, &step->ending, m->wait_status))
			return STEP_DONE;
		actual_state(r, s, step->process);
		return failed(r, step);
	}
	return not_yet(r, s, step, step->process, late);
}

static enum step_result look_expect(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	const struct picture *p = stage_picture(s);
	bool all = true;

	text_clear(&r->actual);
	for (int i = 0; i < step->n_facts; i++) {
		struct text one = { 0 };

		if (!match_fact(s, p, &step->fact[i], &one)) {
			text_addf(&r->actual, "%s%s", all ? "" : ", ", text_string(&one));
			all = false;
		}
		text_free(&one);
	}
	if (all)
		return STEP_DONE;
	return late ? failed(r, step) : STEP_WAITS;
}

static enum step_result look_impaired(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	int status = stage_impaired(s);

	if (status == 0)
		return STEP_DONE;
	if (status > 0 && !late)
		return STEP_WAITS;
	text_clear(&r->actual);
	text_addf(&r->actual, "the kernel refused: %s", status > 0 ? "no answer" : symbol_error(-status));
	return failed(r, step);
}

enum step_result step_look(struct step_run *r, struct stage *s, const struct step *step, bool late)
{
	if (r->waiting)
		try_to_give(r, s, step);
	if (r->waiting)
		return not_yet(r, s, step, step->process, late);
	if (!r->given)
		return failed(r, step);
	switch (step->kind) {
	case STEP_SAY:
	case STEP_NOTE:
	case STEP_ASK:
	case STEP_CLAIM:
	case STEP_WITHIN:
	case STEP_REPEAT:
	case STEP_USE:
		return STEP_DONE;
	case STEP_DELAY:
	case STEP_LOSS:
		return look_impaired(r, s, step, late);
	case STEP_SPAWN:
	case STEP_FORK:
		return look_made(r, s, step, late);
	case STEP_EXEC:
		return look_exec(r, s, step, late);
	case STEP_CALL:
		return look_call(r, s, step, late);
	case STEP_RESUME:
		return look_resume(r, s, step, late);
	case STEP_STOP:
		return look_stop(r, s, step, late);
	case STEP_SIGNAL:
		return look_signal(r, s, step, late);
	case STEP_ENDING:
		return look_ending(r, s, step, late);
	case STEP_EXPECT:
		return look_expect(r, s, step, late);
	}
	return STEP_DONE;
}

bool step_samples(const struct step *step)
{
	return step->kind == STEP_EXPECT || step->kind == STEP_STOP || step->kind == STEP_EXEC;
}

/* ---- telling ---------------------------------------------------------------------------------- */

static bool speaks(enum step_kind kind)
{
	return kind == STEP_SAY || kind == STEP_NOTE || kind == STEP_ASK || kind == STEP_CLAIM;
}

void step_tell(const struct step_run *r, struct stage *s, const struct step *step, bool held)
{
	struct event *e;
	struct text t = { 0 };

	(void)r;
	if (!speaks(step->kind) && step->kind != STEP_EXPECT)
		return;
	e = trace_append(stage_trace(s), speaks(step->kind) ? EVENT_TEXT : EVENT_EXPECTED, clock_now(), "");
	e->alarming = !held;
	e->step = step;
	print_step(&t, step);
	trace_line_set(e, text_string(&t));
	trace_fit(e->call, e->line);
	text_free(&t);
}

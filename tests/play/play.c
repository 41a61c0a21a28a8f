/* SPDX-License-Identifier: MIT */
#include "tests/play/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "play/check.h"
#include "script/parse.h"
#include "script/print.h"
#include "tests/unit.h"

enum { PATIENCE = 30 }; /* seconds */

void play_open(struct play *p, const char *text)
{
	struct mistakes m = { 0 };
	struct text told = { 0 };
	struct error e = { 0 };

	if (unit_valgrind())
		unit_skip("valgrind stands between a stage and the kernel");
	*p = (struct play){ .lesson = parse_lesson("test", text, strlen(text), &m) };
	check_lesson(p->lesson, &m);
	for (size_t i = 0; i < m.count; i++)
		mistake_print(&told, p->lesson, &m.list[i]);
	ck_assert_msg(m.count == 0, "%s", text_string(&told));
	text_free(&told);
	mistakes_free(&m);
	p->stage = stage_new(&e);
	ck_assert_msg(p->stage != NULL, "%s", e.text);
	p->player = player_new(p->stage, p->lesson, &e);
	ck_assert_msg(p->player != NULL, "%s", e.text);
}

void play_on(struct play *p)
{
	const struct player_failure *f;

	while (player_state(p->player) == PLAYER_READY) {
		player_next(p->player);
		while (player_state(p->player) == PLAYER_BUSY) {
			stage_wait(p->stage, player_due(p->player));
			player_tick(p->player);
		}
	}
	f = player_failure(p->player);
	if (f)
		snprintf(p->failure, sizeof p->failure, "line %d: expected %s actual %s", f->step->place.line, f->expected,
			 f->actual);
}

void play_close(struct play *p)
{
	player_free(p->player);
	stage_free(p->stage);
	lesson_free(p->lesson);
	memset(p, 0, sizeof *p);
}

void play_well(const char *text)
{
	struct play p;
	char *trace;

	play_open(&p, text);
	play_on(&p);
	trace = play_trace(&p);
	ck_assert_msg(!p.failure[0], "%s\n%s---\n%s", p.failure, text, trace);
	ck_assert_int_eq(player_state(p.player), PLAYER_DONE);
	free(trace);
	play_close(&p);
}

void play_badly(const char *text, const char *failure)
{
	struct play p;

	play_open(&p, text);
	play_on(&p);
	ck_assert_msg(p.failure[0], "it went as it says:\n%s", text);
	ck_assert_msg(strstr(p.failure, failure) != NULL, "%s\ninstead of %s\n%s", p.failure, failure, text);
	play_close(&p);
}

char *play_trace(const struct play *p)
{
	const struct trace *t = stage_trace(p->stage);
	struct text all = { 0 };

	for (uint64_t i = trace_first(t); i < trace_count(t); i++) {
		const struct event *e = trace_at(t, i);

		if (e->step)
			print_step(&all, e->step);
		else
			text_addf(&all, "%s\n", e->line);
	}
	return text_take(&all);
}

const struct picture_process *play_process(struct play *p, const char *name)
{
	const struct picture *picture = stage_picture(p->stage);
	int i = picture_process_find(picture, name);

	ck_assert_msg(i >= 0, "there is no %s", name);
	return &picture->process[i];
}

const struct picture_object *play_object(struct play *p, const char *name)
{
	const struct picture *picture = stage_picture(p->stage);
	int i = picture_object_find(picture, name);

	ck_assert_msg(i >= 0, "there is no %s", name);
	return &picture->object[i];
}

void play_until(struct play *p, const char *name, enum process_state state)
{
	int64_t until = clock_now() + PATIENCE * CLOCK_S;

	while (stage_state(p->stage, name) != state) {
		ck_assert_msg(clock_now() < until, "%s is %s, not %s", name,
			      process_state_word(stage_state(p->stage, name)), process_state_word(state));
		stage_wait(p->stage, clock_now() + 10 * CLOCK_MS);
		stage_sample(p->stage);
	}
}

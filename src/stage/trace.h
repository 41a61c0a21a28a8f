/* SPDX-License-Identifier: MIT */
/* The trace: what happened, in order. The newest events are kept, older ones fall out. */
#ifndef STAGE_TRACE_H
#define STAGE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ring.h"

enum { TRACE_KEPT = 4096, TRACE_NAME = 32, TRACE_TEXT = 120 };

enum event_kind {
	EVENT_SPAWNED,   /* a process was made: call "spawn reader" */
	EVENT_FORKED,    /* call "fork writer", result its pid */
	EVENT_EXECED,    /* became a real program */
	EVENT_CALLED,    /* a call was made and ended */
	EVENT_BLOCKED,   /* a call was proved asleep */
	EVENT_RESUMED,   /* a call that had blocked ended */
	EVENT_CAUGHT,    /* a handler ran */
	EVENT_ENDED,     /* a process ended */
	EVENT_STREAM,    /* a stream began */
	EVENT_STREAMED,  /* a stream ended */
	EVENT_OUTPUT,    /* a process wrote to its standard output or error */
	EVENT_TEXT,      /* a line of the lesson that is for people: say, ask, note, claim */
	EVENT_EXPECTED,  /* an expectation, and whether it held */
	EVENT_TROUBLE,   /* something the stage has to say: a process died under it */
};

struct event {
	enum event_kind kind;
	int64_t time;              /* when, CLOCK_MONOTONIC ns: a call's begin; exact */
	bool alarming;             /* stands out: SIGPIPE, deaths, what did not hold */
	char who[TRACE_NAME];      /* process, or "" */
	char call[TRACE_TEXT];     /* with real numbers: "write(4, 1)" */
	char result[TRACE_TEXT];   /* "= 1", "... blocked", "= -1 EPIPE", or "" */
	char *line;                /* the same as a line of the lesson language, whole, no newline; the trace's */
	const void *step;          /* TEXT, EXPECTED: the lesson's step, whose whole text may be longer; else NULL */
};

struct trace {
	struct ring ring; /* of struct event */
	int64_t began;    /* times are told from here */
};

void trace_init(struct trace *t);
void trace_free(struct trace *t);
void trace_clear(struct trace *t);

/* Appends an event with its kind, time and who filled in; the rest is the caller's to fill. */
struct event *trace_append(struct trace *t, enum event_kind kind, int64_t time, const char *who);

/* By number (see base/ring.h); NULL when it fell out or does not exist. */
const struct event *trace_at(const struct trace *t, uint64_t number);
uint64_t trace_first(const struct trace *t);
uint64_t trace_count(const struct trace *t); /* the next event's number */

/* Moves all events of one trace behind those of another. */
void trace_move(struct trace *from, struct trace *to);

/* Writes an event's line: process in column 0, call from column 8, result from column 35. */
void trace_line(struct event *e, const char *call, const char *result);
/* The same with a line that is finished: a copy of text, up to its first newline. */
void trace_line_set(struct event *e, const char *text);
/* Fills in call or result; what is too long is cut between characters and ends in "...". */
void trace_fit(char field[TRACE_TEXT], const char *text);

/* "called", "blocked", ...: the kind as JSON names it. */
const char *event_kind_name(enum event_kind k);

#endif

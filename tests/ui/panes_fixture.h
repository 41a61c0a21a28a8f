/* SPDX-License-Identifier: MIT */
/* Hand-made traces, pictures, lessons and libraries for the tests of panes. */
#ifndef TESTS_UI_PANES_FIXTURE_H
#define TESTS_UI_PANES_FIXTURE_H

#include "play/library.h"
#include "stage/picture.h"
#include "stage/trace.h"
#include "ui/canvas.h"

#define AREA(...) (struct area){ __VA_ARGS__ }

/* Compares the canvas, as text and with its styles; and then empties it. */
void fixture_expect(struct canvas *c, const char *expected);
void fixture_expect_styled(struct canvas *c, const char *expected);
/* Whether the canvas, as text with styles, holds this. */
bool fixture_holds(const struct canvas *c, const char *styled);

/* Ends the test when a cell outside of `a` was drawn on. Those cells must hold what
 * fixture_mark put there. */
void fixture_mark(struct canvas *c);
void fixture_untouched(const struct canvas *c, struct area a);

/* An event `ms` milliseconds after the trace began. */
struct event *fixture_event(struct trace *t, enum event_kind kind, int ms, const char *who, const char *call,
			    const char *result);
/* The events of a full pipe, up to SIGPIPE. For the caller to trace_free. */
void fixture_trace(struct trace *t);

/* A lesson from text; mistakes end the test. For the caller to lesson_free. */
struct lesson *fixture_lesson(const char *text);
/* "A full pipe blocks its writer", with a question and its translation into zh_CN. */
extern const char fixture_full[];

/* Two groups, Pipes with `first`, `full`, `broken` and a sandbox, FIFOs with `open`. Nothing is a
 * file: what is read beyond first, full, open and the sandbox turns out broken. For library_free. */
struct library *fixture_library(void);

/* Another group, of `n` lessons: lesson-0 and so on. */
void fixture_group(struct library *l, const char *name, const char *title, int n);

/* An object of the listing; grows p->sysv. Ours are also among p->object, under `name`. */
struct sysv_object *fixture_object(struct picture *p, enum sysv_kind kind, int id, uint32_t key, const char *name);
/* A POSIX object that has a name; `ours` with the stage's suffix. Its size: bytes, or the value. */
struct posix_named *fixture_posix(struct picture *p, char kind, const char *name, bool ours, int64_t size);
/* An object on the stage that a lesson calls `name`. */
struct picture_object *fixture_on_stage(struct picture *p, enum object_kind kind, const char *name);
void fixture_picture_free(struct picture *p); /* its arrays */

/* Numbers for fuzzing: the same every time. */
unsigned fixture_random(unsigned below);

#endif

/* SPDX-License-Identifier: MIT */
/* For the tests of objects: lessons played in parts on a real stage, and facts of its present picture
 * beside what the system says itself. */
#ifndef TESTS_STAGE_OBJECTS_H
#define TESTS_STAGE_OBJECTS_H

#include <stdint.h>

#include "tests/play/play.h"

/* Opens the lesson and plays its first part: up to and with its first `say`. */
void part_open(struct play *p, const char *text);
/* The next part, up to the next `say` or the end; a step that does not go as it says fails the test. */
void part_next(struct play *p);

/* Reads the kernel anew, then SUBJECT.NAME[index]; a fact that is not known fails the test. */
int64_t part_number_at(struct play *p, const char *subject, const char *name, int index);
int64_t part_number(struct play *p, const char *subject, const char *name);
/* Valid until the next reading. */
const char *part_word_at(struct play *p, const char *subject, const char *name, int index);
const char *part_word(struct play *p, const char *subject, const char *name);
/* Why it is not known; one that is known fails the test. */
const char *part_why(struct play *p, const char *subject, const char *name, int index);

#define part_is(p, subject, name, number) ck_assert_int_eq(part_number(p, subject, name), number)
#define part_is_at(p, subject, name, index, number) ck_assert_int_eq(part_number_at(p, subject, name, index), number)
#define part_says(p, subject, name, word) ck_assert_str_eq(part_word(p, subject, name), word)

pid_t part_pid(struct play *p, const char *process);
/* SIGKILL from outside, until the stage knows of its end. */
void part_kill(struct play *p, const char *process);
/* A duplicate of the descriptor that the process has under this number; for the caller to close. */
int part_borrow(struct play *p, const char *process, int fd);
/* Which descriptor of the process leads to the object of that name (to that side of it, when it is a
 * side's name). */
int part_descriptor(struct play *p, const char *process, const char *object);

/* A file below /proc/PID, as text; the caller frees. */
char *part_proc(struct play *p, const char *process, const char *file);
/* How often it went to sleep (voluntary_ctxt_switches). */
int64_t part_switches(struct play *p, const char *process);
/* The descriptor table: "3 -> pipe:[17]" a line, with what fdinfo says of each; the caller frees. */
char *part_table(struct play *p, const char *process);

/* Skips the test where a page is not 4 KiB. */
void part_needs_small_pages(void);

/* The stage looks so many times, as it does while a screen is shown. */
void part_look(struct play *p, int times);

/* What /proc/PID/smaps says of the mapping that begins at the address: kB. */
struct part_smaps { int64_t size, resident, shared, own; };
struct part_smaps part_smaps(struct play *p, const char *process, uint64_t address);

#endif

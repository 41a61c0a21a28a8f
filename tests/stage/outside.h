/* SPDX-License-Identifier: MIT */
/* For the tests of what is watched from outside: a stage with children of the test on it, which it did not
 * make. */
#ifndef TESTS_STAGE_OUTSIDE_H
#define TESTS_STAGE_OUTSIDE_H

#include "stage/facts.h"
#include "stage/stage.h"
#include "tests/probe/child.h"

extern struct stage *outside_stage;

/* Opens it, if that has not been done: when all children are there, which would inherit its sockets. */
void outside_open(void);
void outside_close(void);

/* Field 22 of /proc/PID/stat. */
uint64_t outside_start_of(pid_t pid);
uint64_t outside_inode(int fd);
/* A line of a file below /proc behind a word: outside_line("self/fdinfo/3", "eventfd-count:"). */
int64_t outside_line(const char *file, const char *word);

void outside_watch(const struct child *c, const char *name);
void outside_draw(struct stage_outside what);
/* The picture's present process of that pid, object of that number. */
const struct picture_process *outside_process(pid_t pid);
const struct picture_object *outside_object(int n);
/* A fact of an object as the key i shows it. */
struct fact_value outside_fact(const char *object, const char *name, int index);
/* Its number; one that is not known fails the test. */
int64_t outside_number(const char *object, const char *name, int index);
/* Samples until the process is in this state. */
void outside_await(pid_t pid, enum process_state state);
/* Until the child has closed its copy of a descriptor. */
void outside_await_closed(const struct child *c, int fd);

#endif

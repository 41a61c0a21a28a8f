/* SPDX-License-Identifier: MIT */
/* A machine made by hand for the tests of the System and Objects tabs: a writer blocked on a stopped
 * reader, a FIFO without a writer, a connection, System V objects, and more. */
#ifndef TESTS_UI_SYSTEM_FIXTURE_H
#define TESTS_UI_SYSTEM_FIXTURE_H

#include "tests/command/machine.h"

/* Indexes of what is in it. */
enum { FULL_PIPE, LOG_FIFO, CONNECTION, LIMITER, PICTURES, IDLE_PIPE, FIXTURE_OBJECTS };
enum { TAR, GZIP, CAT, APP, DB, JOB, FIXTURE_PROCESSES };

void system_fixture(struct machine *m);

#endif

/* SPDX-License-Identifier: MIT */
/* A folder of its own for each test of a case, which is gone afterwards even when a test
 * failed or was killed: Check runs the teardown of unchecked fixtures in its own process. */
#ifndef TESTS_PROBE_FOLDER_H
#define TESTS_PROBE_FOLDER_H

#include <check.h>

/* Where it is, while a test of the case runs; empty at its start. */
extern char folder[64];

void folder_use(TCase *tcase);

#endif

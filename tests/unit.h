/* SPDX-License-Identifier: MIT */
/*
 * What every unit test may use beside Check itself. A module's tests stand in
 * tests/FOLDER/test_MODULE.c and export `Suite *suite_MODULE(void)`, which is listed once in
 * tests/suites.def.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <check.h>
#include <stdbool.h>

#define SUITE(name) Suite *suite_##name(void);
#include "tests/suites.def"
#undef SUITE

/*
 * Ends the running test as skipped; why says what is not there. Does not return, so clean up
 * first. To be called in the test's own process, not in one that the test forked.
 */
_Noreturn void unit_skip(const char *why);

/*
 * Whether each test runs in a process of its own. False under CK_FORK=no, as in a debugger: a
 * test that would end its process, or change it for the tests after it, should then unit_skip.
 */
bool unit_forked(void);

/*
 * Whether the tests run under valgrind (make check-valgrind), which catches signals and holds
 * descriptors of its own: a test of the whole of either should then unit_skip.
 */
bool unit_valgrind(void);

#endif

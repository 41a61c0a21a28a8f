# SPDX-License-Identifier: MIT
# Tests. All of them say TAP; `make check` runs them, in any order and at the same time.

AM_TESTS_ENVIRONMENT = \
	srcdir='$(srcdir)'; export srcdir; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	IPCSCOPE_LESSONS='$(abs_top_srcdir)/lessons'; export IPCSCOPE_LESSONS;

TEST_EXTENSIONS = .sh
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_COMPILER = $(SHELL)

# Scripts: each is a test, needs ./ipcscope at most, and is handed the variables above.
test_scripts =
test_scripts += tests/includes.sh
test_scripts += tests/listed.sh
test_scripts += tests/run-lessons.sh

TESTS += $(test_scripts)
EXTRA_DIST += $(test_scripts)

# What tests read (data, expected screens, helper scripts) goes into EXTRA_DIST.
EXTRA_DIST += tests/no-check.sh

# Units: one binary. A test is added by
#	tests_units_SOURCES += tests/FOLDER/test_MODULE.c
# and by SUITE(MODULE) in tests/suites.def.
tests_units_SOURCES = tests/main.c tests/unit.h tests/suites.def

if HAVE_CHECK
check_PROGRAMS += tests/units
TESTS += tests/units
else
TESTS += tests/no-check.sh
endif
tests_units_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(VTERM_CFLAGS) $(JANSSON_CFLAGS) $(PROCPS_CFLAGS) \
	-DTOP_SRCDIR='"$(abs_top_srcdir)"' -DTOP_BUILDDIR='"$(abs_top_builddir)"'
tests_units_LDADD = $(LIBUI) $(LIBIPCSCOPE) $(NCURSESW_LIBS) $(CHECK_LIBS) $(VTERM_LIBS) $(PTY_LIBS)

.PHONY: bench check-valgrind

# Ratios measured here and now; not part of check.
bench: all
	@if test -f $(srcdir)/tests/bench/run.sh; then \
		$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/bench/run.sh; \
	else \
		echo 'bench: tests/bench/run.sh is not there' >&2; exit 1; \
	fi

# Every unit test in a process of its own, each with its own search for leaks.
check-valgrind: $(check_PROGRAMS)
	@command -v valgrind >/dev/null || { echo 'check-valgrind: valgrind is needed (Debian package valgrind)' >&2; exit 1; }
	@test -n '$(check_PROGRAMS)' || { echo 'check-valgrind: Check is needed (Debian package check)' >&2; exit 1; }
	$(AM_TESTS_ENVIRONMENT) IPCSCOPE_VALGRIND=1 CK_TIMEOUT_MULTIPLIER=4 valgrind -q --leak-check=full --show-leak-kinds=definite \
		--errors-for-leak-kinds=definite --error-exitcode=99 ./tests/units

# SPDX-License-Identifier: MIT
# `make bench`: ratios measured here and now; not part of check. Its programs are made by it alone.

EXTRA_PROGRAMS = tests/bench/pair
tests_bench_pair_SOURCES = tests/bench/pair.c tests/bench/pin.c tests/bench/bench.h
bench_programs = tests/bench/pair$(EXEEXT)

# Screens are read with the tests' harness, which needs Check.
EXTRA_PROGRAMS += tests/bench/figures
tests_bench_figures_SOURCES = tests/bench/figures.c tests/bench/bench.h tests/bench/bench.c tests/bench/pin.c \
	tests/bench/throughput.c tests/bench/startup.c tests/bench/standing.c tests/bench/memory.c \
	tests/bench/blocked.c tests/bench/frame.c tests/bench/crowd.c tests/bench/system.c tests/bench/system_tab.c \
	tests/screen/emulator.c tests/screen/emulator.h tests/screen/screen.c tests/screen/screen.h
tests_bench_figures_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(VTERM_CFLAGS)
tests_bench_figures_LDADD = $(LIBUI) $(LIBIPCSCOPE) $(NCURSESW_LIBS) $(CHECK_LIBS) $(VTERM_LIBS) $(PTY_LIBS)
if HAVE_CHECK
bench_programs += tests/bench/figures$(EXEEXT)
endif

EXTRA_DIST += tests/bench/run.sh
CLEANFILES += $(EXTRA_PROGRAMS)

.PHONY: bench
bench: all $(bench_programs)
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/bench/run.sh $(FIGURES)

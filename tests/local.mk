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
test_scripts += tests/command/run.sh
test_scripts += tests/command/system.sh
test_scripts += tests/command/why.sh
test_scripts += tests/command/objects.sh
test_scripts += tests/command/objects-ipcs.sh
test_scripts += tests/command/others.sh
test_scripts += tests/kills.sh
test_scripts += tests/leftovers.sh
test_scripts += tests/tmux.sh
test_scripts += tests/trace-again.sh
test_scripts += tests/man.sh
test_scripts += tests/claims.sh

# These look at all objects of the machine where they have no namespace of their own, so the others
# come first.
tests/kills.log: tests/units.log tests/run-lessons.log tests/trace-again.log tests/command/run.log tests/command/objects.log tests/command/objects-ipcs.log tests/tmux.log
tests/leftovers.log: tests/kills.log

# A snapshot lends itself descriptors of others for moments: who takes another one just then sees them as theirs.
tests/command/system.log tests/command/why.log tests/command/objects.log tests/command/objects-ipcs.log tests/command/others.log: tests/units.log

TESTS += $(test_scripts)
EXTRA_DIST += $(test_scripts)

# What tests read (data, expected screens, helper scripts) goes into EXTRA_DIST.
EXTRA_DIST += tests/no-check.sh tests/tap.sh
EXTRA_DIST += tests/command/common.sh

# Units: one binary. A test is added by
#	tests_units_SOURCES += tests/FOLDER/test_MODULE.c
# and by SUITE(MODULE) in tests/suites.def.
tests_units_SOURCES = tests/main.c tests/unit.h tests/suites.def
tests_units_SOURCES += tests/base/test_clock.c
tests_units_SOURCES += tests/base/test_error.c
tests_units_SOURCES += tests/base/test_parallel.c
tests_units_SOURCES += tests/base/test_ring.c
tests_units_SOURCES += tests/base/test_table.c
tests_units_SOURCES += tests/base/test_text.c
tests_units_SOURCES += tests/base/test_width.c
tests_units_SOURCES += tests/kernel/test_kernel_io.c
tests_units_SOURCES += tests/kernel/test_kernel_lifeline.c
tests_units_SOURCES += tests/kernel/test_kernel_memory.c
tests_units_SOURCES += tests/kernel/test_kernel_objects.c
tests_units_SOURCES += tests/kernel/test_kernel_pipe.c
tests_units_SOURCES += tests/kernel/test_kernel_process.c
tests_units_SOURCES += tests/kernel/test_kernel_signal.c
tests_units_SOURCES += tests/kernel/test_kernel_socket.c
tests_units_SOURCES += tests/kernel/test_kernel_uring.c
tests_units_SOURCES += tests/probe/child.c tests/probe/child.h
tests_units_SOURCES += tests/probe/folder.c tests/probe/folder.h
tests_units_SOURCES += tests/probe/hostile.c tests/probe/hostile.h
tests_units_SOURCES += tests/probe/net.c tests/probe/net.h
tests_units_SOURCES += tests/probe/test_btf.c
tests_units_SOURCES += tests/probe/ring.c tests/probe/ring.h
tests_units_SOURCES += tests/probe/test_census.c
tests_units_SOURCES += tests/probe/test_descriptors.c
tests_units_SOURCES += tests/probe/test_ending.c
tests_units_SOURCES += tests/probe/test_fdinfo.c
tests_units_SOURCES += tests/probe/test_io.c
tests_units_SOURCES += tests/probe/test_locks.c
tests_units_SOURCES += tests/probe/test_memory.c
tests_units_SOURCES += tests/probe/test_pipe_level.c
tests_units_SOURCES += tests/probe/test_posix.c
tests_units_SOURCES += tests/probe/test_procfs.c
tests_units_SOURCES += tests/probe/test_socket.c
tests_units_SOURCES += tests/probe/test_socket_inet.c
tests_units_SOURCES += tests/probe/test_socket_lent.c
tests_units_SOURCES += tests/probe/test_socket_parse.c
tests_units_SOURCES += tests/probe/test_scan.c
tests_units_SOURCES += tests/probe/test_status.c
tests_units_SOURCES += tests/probe/test_task_files.c
tests_units_SOURCES += tests/probe/test_syscall.c
tests_units_SOURCES += tests/probe/test_sysv_list.c
tests_units_SOURCES += tests/probe/test_uring.c
tests_units_SOURCES += tests/call/calling.c tests/call/calling.h
tests_units_SOURCES += tests/call/test_call.c
tests_units_SOURCES += tests/call/test_call_file.c
tests_units_SOURCES += tests/call/test_call_memory.c
tests_units_SOURCES += tests/call/test_call_signal.c
tests_units_SOURCES += tests/call/test_call_socket.c
tests_units_SOURCES += tests/call/test_call_inet.c
tests_units_SOURCES += tests/call/test_call_posix.c
tests_units_SOURCES += tests/call/test_call_event.c
tests_units_SOURCES += tests/call/test_call_zero_copy.c
tests_units_SOURCES += tests/call/test_call_sysv.c
tests_units_SOURCES += tests/call/test_symbols.c
tests_units_SOURCES += tests/command/machine.c tests/command/machine.h
tests_units_SOURCES += tests/command/test_facilities.c
tests_units_SOURCES += tests/command/test_nasty.c
tests_units_SOURCES += tests/command/test_paper.c
tests_units_SOURCES += tests/command/test_system_table.c
tests_units_SOURCES += tests/play/play.c
tests_units_SOURCES += tests/play/play.h
tests_units_SOURCES += tests/play/test_lesson_check.c
tests_units_SOURCES += tests/play/test_claims.c
tests_units_SOURCES += tests/play/test_library.c
tests_units_SOURCES += tests/play/test_match.c
tests_units_SOURCES += tests/play/test_play_calls.c
tests_units_SOURCES += tests/play/test_play_ipc.c
tests_units_SOURCES += tests/play/test_play_processes.c
tests_units_SOURCES += tests/process/test_isolate.c
tests_units_SOURCES += tests/process/test_ledger.c
tests_units_SOURCES += tests/process/test_network.c
tests_units_SOURCES += tests/process/test_wire.c
tests_units_SOURCES += tests/screen/emulator.c tests/screen/emulator.h
tests_units_SOURCES += tests/screen/explorer.c tests/screen/explorer.h
tests_units_SOURCES += tests/screen/screen.c tests/screen/screen.h
tests_units_SOURCES += tests/screen/test_explorer_ends.c
tests_units_SOURCES += tests/screen/test_explorer_isolated.c
tests_units_SOURCES += tests/screen/test_explorer_lessons.c
tests_units_SOURCES += tests/screen/test_explorer_nasty.c
tests_units_SOURCES += tests/screen/test_explorer_objects.c
tests_units_SOURCES += tests/screen/test_explorer_outside.c
tests_units_SOURCES += tests/screen/test_explorer_play.c
tests_units_SOURCES += tests/screen/test_explorer_stage.c
tests_units_SOURCES += tests/screen/test_explorer_system.c
tests_units_SOURCES += tests/screen/test_explorer_tabs.c
tests_units_SOURCES += tests/screen/test_explorer_terminal.c
tests_units_SOURCES += tests/screen/test_screen_harness.c
tests_units_SOURCES += tests/script/corpus.h tests/script/kinds.h
tests_units_SOURCES += tests/script/test_script_hostile.c
tests_units_SOURCES += tests/script/test_script_mistake.c
tests_units_SOURCES += tests/script/test_script_parse.c
tests_units_SOURCES += tests/script/test_script_print.c
tests_units_SOURCES += tests/stage/objects.c tests/stage/objects.h
tests_units_SOURCES += tests/stage/test_facts.c
tests_units_SOURCES += tests/stage/test_objects_sysv.c
tests_units_SOURCES += tests/stage/test_objects_memory.c
tests_units_SOURCES += tests/stage/test_objects_semaphores.c
tests_units_SOURCES += tests/stage/sockets.c tests/stage/sockets.h
tests_units_SOURCES += tests/stage/test_objects_socket.c
tests_units_SOURCES += tests/stage/test_objects_network.c
tests_units_SOURCES += tests/stage/test_objects_file.c
tests_units_SOURCES += tests/stage/test_objects_posix.c
tests_units_SOURCES += tests/stage/test_objects_event.c
tests_units_SOURCES += tests/stage/test_slots.c
tests_units_SOURCES += tests/stage/outside.c tests/stage/outside.h
tests_units_SOURCES += tests/stage/test_outside_kinds.c
tests_units_SOURCES += tests/stage/test_outside_limits.c
tests_units_SOURCES += tests/stage/test_outside_memory.c
tests_units_SOURCES += tests/stage/test_stage_outside.c
tests_units_SOURCES += tests/stage/test_trace.c
tests_units_SOURCES += tests/system/snapshot.c tests/system/snapshot.h
tests_units_SOURCES += tests/system/test_join.c
tests_units_SOURCES += tests/system/test_level.c
tests_units_SOURCES += tests/system/test_scan.c
tests_units_SOURCES += tests/system/nasty.c tests/system/nasty.h
tests_units_SOURCES += tests/system/observe.c tests/system/observe.h
tests_units_SOURCES += tests/system/test_harmless.c
tests_units_SOURCES += tests/system/test_harmless_files.c
tests_units_SOURCES += tests/system/test_harmless_sockets.c
tests_units_SOURCES += tests/system/many.c tests/system/many.h
tests_units_SOURCES += tests/system/test_many.c
tests_units_SOURCES += tests/system/test_many_sockets.c
tests_units_SOURCES += tests/system/test_many_sysv.c
tests_units_SOURCES += tests/system/waiting.c tests/system/waiting.h
tests_units_SOURCES += tests/system/program.c tests/system/program.h
tests_units_SOURCES += tests/system/test_judge.c
tests_units_SOURCES += tests/system/test_rate.c
tests_units_SOURCES += tests/system/test_programs.c
tests_units_SOURCES += tests/system/test_wait.c
tests_units_SOURCES += tests/system/test_walk.c
tests_units_SOURCES += tests/system/test_why.c
tests_units_SOURCES += tests/system/test_why_held.c
tests_units_SOURCES += tests/system/test_why_more.c
tests_units_SOURCES += tests/system/test_why_uring.c
tests_units_SOURCES += tests/ui/panes_fixture.c tests/ui/panes_fixture.h
tests_units_SOURCES += tests/ui/test_canvas.c
tests_units_SOURCES += tests/ui/test_keys.c
tests_units_SOURCES += tests/ui/test_offers.c
tests_units_SOURCES += tests/ui/test_prompt.c
tests_units_SOURCES += tests/ui/test_overlay.c
tests_units_SOURCES += tests/ui/test_removal.c
tests_units_SOURCES += tests/ui/test_panes_events.c
tests_units_SOURCES += tests/ui/test_panes_lesson.c
tests_units_SOURCES += tests/ui/test_panes_lessons.c
tests_units_SOURCES += tests/ui/test_panes_objects.c
tests_units_SOURCES += tests/ui/system_fixture.c tests/ui/system_fixture.h
tests_units_SOURCES += tests/ui/test_pane_system.c
tests_units_SOURCES += tests/ui/test_history.c
tests_units_SOURCES += tests/ui/test_machine.c
tests_units_SOURCES += tests/ui/test_pane_why.c
tests_units_SOURCES += tests/ui/test_pane_objects_tab.c
tests_units_SOURCES += tests/ui/sample.c tests/ui/sample.h
tests_units_SOURCES += tests/ui/sample_ipc.c
tests_units_SOURCES += tests/ui/scene_fixture.c tests/ui/scene_fixture.h
tests_units_SOURCES += tests/ui/test_scene.c
tests_units_SOURCES += tests/ui/test_scene_any.c
tests_units_SOURCES += tests/ui/test_scene_details.c
tests_units_SOURCES += tests/ui/test_scene_memory.c
tests_units_SOURCES += tests/ui/test_scene_queue.c
tests_units_SOURCES += tests/ui/test_scene_semaphores.c
tests_units_SOURCES += tests/ui/test_scene_socket.c
tests_units_SOURCES += tests/ui/test_scene_sockets.c
tests_units_SOURCES += tests/ui/test_scene_file.c
tests_units_SOURCES += tests/ui/test_scene_event.c
tests_units_SOURCES += tests/ui/test_scene_signals.c
tests_units_SOURCES += tests/ui/test_scene_ends.c
tests_units_SOURCES += tests/ui/test_scene_things.c
tests_units_SOURCES += tests/ui/test_stage_sides.c
tests_units_SOURCES += tests/ui/sample_socket.c tests/ui/sample_socket.h
tests_units_SOURCES += tests/ui/test_sequence.c
tests_units_SOURCES += tests/ui/test_watching.c
tests_units_SOURCES += tests/ui/test_term.c
tests_units_SOURCES += tests/ui/test_theme.c

if HAVE_CHECK
check_PROGRAMS += tests/units
TESTS += tests/units
else
TESTS += tests/no-check.sh
endif
tests_units_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(VTERM_CFLAGS) $(JANSSON_CFLAGS) $(PROCPS_CFLAGS) \
	-DTOP_SRCDIR='"$(abs_top_srcdir)"' -DTOP_BUILDDIR='"$(abs_top_builddir)"'
tests_units_LDADD = $(LIBUI) $(LIBIPCSCOPE) $(NCURSESW_LIBS) $(CHECK_LIBS) $(VTERM_LIBS) $(PTY_LIBS)

# The program of tests/ui/test_term.c.
if HAVE_CHECK
check_PROGRAMS += tests/term_demo
endif
tests_term_demo_SOURCES = tests/ui/term_demo.c
tests_term_demo_LDADD = $(LIBUI) $(LIBIPCSCOPE) $(NCURSESW_LIBS)

# The program that prints the manual's tables: for tests/man.sh and make man-tables.
check_PROGRAMS += tests/man_tables
tests_man_tables_SOURCES = tests/man_tables.c
tests_man_tables_LDADD = $(LIBUI) $(LIBIPCSCOPE) $(NCURSESW_LIBS)

.PHONY: check-valgrind

# Every unit test in a process of its own, each with its own search for leaks.
check-valgrind: $(check_PROGRAMS)
	@command -v valgrind >/dev/null || { echo 'check-valgrind: valgrind is needed (Debian package valgrind)' >&2; exit 1; }
	@test -x tests/units || { echo 'check-valgrind: Check is needed (Debian package check)' >&2; exit 1; }
	$(AM_TESTS_ENVIRONMENT) IPCSCOPE_VALGRIND=1 CK_TIMEOUT_MULTIPLIER=4 valgrind -q --leak-check=full --show-leak-kinds=definite \
		--errors-for-leak-kinds=definite --error-exitcode=99 ./tests/units

include tests/bench/local.mk

# SPDX-License-Identifier: MIT
# The manual pages. tests/listed.sh fails when one is not named here, tests/man.sh when one has
# drifted from the program.

dist_man_MANS =
dist_man_MANS += man/ipcscope.1
dist_man_MANS += man/ipcscope-json.5
dist_man_MANS += man/ipcscope-lesson.5
dist_man_MANS += man/ipcscope-claims.7
dist_man_MANS += man/ipcscope-facts.7
dist_man_MANS += man/ipcscope-fifo.7
dist_man_MANS += man/ipcscope-file.7
dist_man_MANS += man/ipcscope-mmap.7
dist_man_MANS += man/ipcscope-more.7
dist_man_MANS += man/ipcscope-pipe.7
dist_man_MANS += man/ipcscope-posix.7
dist_man_MANS += man/ipcscope-signal.7
dist_man_MANS += man/ipcscope-socket.7
dist_man_MANS += man/ipcscope-sysv.7
dist_man_MANS += man/ipcscope.7

# Puts the tables of keys, calls, facts and claims into the pages, as the program has them now.
.PHONY: man-tables
man-tables: tests/man_tables$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/tests/man.sh rewrite

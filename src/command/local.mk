# SPDX-License-Identifier: MIT
# Floor 5: one file a subcommand.

libipcscope_a_SOURCES += src/command/check.c
libipcscope_a_SOURCES += src/command/command.c
libipcscope_a_SOURCES += src/command/command.h
libipcscope_a_SOURCES += src/command/list.c
libipcscope_a_SOURCES += src/command/report.c
libipcscope_a_SOURCES += src/command/report.h
libipcscope_a_SOURCES += src/command/run.c

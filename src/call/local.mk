# SPDX-License-Identifier: MIT
# Floor 1: the table of calls and their families, symbols.

libipcscope_a_SOURCES += src/call/call.h
libipcscope_a_SOURCES += src/call/data.c
libipcscope_a_SOURCES += src/call/file.c
libipcscope_a_SOURCES += src/call/make.h
libipcscope_a_SOURCES += src/call/pipe.c
libipcscope_a_SOURCES += src/call/print.c
libipcscope_a_SOURCES += src/call/process.c
libipcscope_a_SOURCES += src/call/signal.c
libipcscope_a_SOURCES += src/call/socket.c
libipcscope_a_SOURCES += src/call/stdio.c
libipcscope_a_SOURCES += src/call/symbols.c
libipcscope_a_SOURCES += src/call/symbols.h
libipcscope_a_SOURCES += src/call/sysv.c
libipcscope_a_SOURCES += src/call/table.c

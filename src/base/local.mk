# SPDX-License-Identifier: MIT
# Floor 0: errors, text, ring, clock, columns.

libipcscope_a_SOURCES += src/base/alike.c
libipcscope_a_SOURCES += src/base/alike.h
libipcscope_a_SOURCES += src/base/clock.c
libipcscope_a_SOURCES += src/base/clock.h
libipcscope_a_SOURCES += src/base/error.c
libipcscope_a_SOURCES += src/base/error.h
libipcscope_a_SOURCES += src/base/memory.c
libipcscope_a_SOURCES += src/base/memory.h
libipcscope_a_SOURCES += src/base/parallel.c
libipcscope_a_SOURCES += src/base/parallel.h
libipcscope_a_SOURCES += src/base/ring.c
libipcscope_a_SOURCES += src/base/ring.h
libipcscope_a_SOURCES += src/base/table.c
libipcscope_a_SOURCES += src/base/table.h
libipcscope_a_SOURCES += src/base/text.c
libipcscope_a_SOURCES += src/base/text.h
libipcscope_a_SOURCES += src/base/width.c
libipcscope_a_SOURCES += src/base/width.h

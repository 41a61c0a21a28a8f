# SPDX-License-Identifier: MIT
# Floor 2: scanner, parser, steps, printer.

libipcscope_a_SOURCES += src/script/build.c
libipcscope_a_SOURCES += src/script/compose.c
libipcscope_a_SOURCES += src/script/lesson.c
libipcscope_a_SOURCES += src/script/lesson.h
libipcscope_a_SOURCES += src/script/literal.c
libipcscope_a_SOURCES += src/script/mistake.c
libipcscope_a_SOURCES += src/script/mistake.h
libipcscope_a_SOURCES += src/script/parse.c
libipcscope_a_SOURCES += src/script/parse.h
libipcscope_a_SOURCES += src/script/reader.c
libipcscope_a_SOURCES += src/script/reader.h
libipcscope_a_SOURCES += src/script/same.c
libipcscope_a_SOURCES += src/script/print.c
libipcscope_a_SOURCES += src/script/print.h
libipcscope_a_SOURCES += src/script/print_lesson.c

libgenerated_a_SOURCES += src/script/scanner.l src/script/parser.y
BUILT_SOURCES += src/script/parser.h

# SPDX-License-Identifier: MIT
# Floor 1: reads the kernel, one file a source.

libipcscope_a_SOURCES += src/probe/census.c
libipcscope_a_SOURCES += src/probe/census.h
libipcscope_a_SOURCES += src/probe/descriptors.c
libipcscope_a_SOURCES += src/probe/descriptors.h
libipcscope_a_SOURCES += src/probe/ending.c
libipcscope_a_SOURCES += src/probe/ending.h
libipcscope_a_SOURCES += src/probe/pipe.c
libipcscope_a_SOURCES += src/probe/pipe.h
libipcscope_a_SOURCES += src/probe/procfs.c
libipcscope_a_SOURCES += src/probe/procfs.h
libipcscope_a_SOURCES += src/probe/status.c
libipcscope_a_SOURCES += src/probe/status.h
libipcscope_a_SOURCES += src/probe/syscall.c
libipcscope_a_SOURCES += src/probe/syscall.h
libipcscope_a_SOURCES += src/probe/sysv.c
libipcscope_a_SOURCES += src/probe/sysv.h

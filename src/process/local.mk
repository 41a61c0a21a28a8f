# SPDX-License-Identifier: MIT
# Floor 2: wire, stagehand, the child's loop, the ledger.

libipcscope_a_SOURCES += src/process/board.c
libipcscope_a_SOURCES += src/process/board.h
libipcscope_a_SOURCES += src/process/ledger.c
libipcscope_a_SOURCES += src/process/ledger_names.c
libipcscope_a_SOURCES += src/process/ledger.h
libipcscope_a_SOURCES += src/process/wire.c
libipcscope_a_SOURCES += src/process/wire.h
libipcscope_a_SOURCES += src/process/isolate.c
libipcscope_a_SOURCES += src/process/isolate.h
libipcscope_a_SOURCES += src/process/network.c
libipcscope_a_SOURCES += src/process/network.h
libipcscope_a_SOURCES += src/process/actor.c
libipcscope_a_SOURCES += src/process/actor.h
libipcscope_a_SOURCES += src/process/stagehand.c
libipcscope_a_SOURCES += src/process/stagehand.h

# SPDX-License-Identifier: MIT
# Floor 4: the player.

libipcscope_a_SOURCES += src/play/bind.c
libipcscope_a_SOURCES += src/play/bind.h
libipcscope_a_SOURCES += src/play/check.c
libipcscope_a_SOURCES += src/play/check.h
libipcscope_a_SOURCES += src/play/check_call.c
libipcscope_a_SOURCES += src/play/checker.h
libipcscope_a_SOURCES += src/play/setup.c
libipcscope_a_SOURCES += src/play/setup.h
libipcscope_a_SOURCES += src/play/claims.c
libipcscope_a_SOURCES += src/play/claims.h
libipcscope_a_SOURCES += src/play/match.c
libipcscope_a_SOURCES += src/play/match.h
libipcscope_a_SOURCES += src/play/player.c
libipcscope_a_SOURCES += src/play/player.h
libipcscope_a_SOURCES += src/play/step.c
libipcscope_a_SOURCES += src/play/step.h
libipcscope_a_SOURCES += src/play/library.c
libipcscope_a_SOURCES += src/play/library.h
libipcscope_a_SOURCES += src/play/needs.c
libipcscope_a_SOURCES += src/play/needs.h

# SPDX-License-Identifier: MIT
# Floor 3: processes, objects, ends, trace, facts, sampler.

libipcscope_a_SOURCES += src/stage/picture.h
libipcscope_a_SOURCES += src/stage/picture.c
libipcscope_a_SOURCES += src/stage/slots.c
libipcscope_a_SOURCES += src/stage/slots.h
libipcscope_a_SOURCES += src/stage/trace.c
libipcscope_a_SOURCES += src/stage/trace.h
libipcscope_a_SOURCES += src/stage/internal.h
libipcscope_a_SOURCES += src/stage/member.c
libipcscope_a_SOURCES += src/stage/stage.c
libipcscope_a_SOURCES += src/stage/stage.h
libipcscope_a_SOURCES += src/stage/order.c
libipcscope_a_SOURCES += src/stage/names.c
libipcscope_a_SOURCES += src/stage/objects.c
libipcscope_a_SOURCES += src/stage/sample.c
libipcscope_a_SOURCES += src/stage/view.c
libipcscope_a_SOURCES += src/stage/facts.c
libipcscope_a_SOURCES += src/stage/facts.h
libipcscope_a_SOURCES += src/stage/reply.c
libipcscope_a_SOURCES += src/stage/tell.c

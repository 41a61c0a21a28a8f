# SPDX-License-Identifier: MIT
# Floor 4: the machine as a whole.

libipcscope_a_SOURCES += src/system/join.c
libipcscope_a_SOURCES += src/system/join_memory.c
libipcscope_a_SOURCES += src/system/join_socket.c
libipcscope_a_SOURCES += src/system/level.c
libipcscope_a_SOURCES += src/system/links.c
libipcscope_a_SOURCES += src/system/mounts.c
libipcscope_a_SOURCES += src/system/mounts.h
libipcscope_a_SOURCES += src/system/private.h
libipcscope_a_SOURCES += src/system/scan.c
libipcscope_a_SOURCES += src/system/system.c
libipcscope_a_SOURCES += src/system/system.h
libipcscope_a_SOURCES += src/system/chain.h
libipcscope_a_SOURCES += src/system/chain_follow.c
libipcscope_a_SOURCES += src/system/chain_holder.c
libipcscope_a_SOURCES += src/system/chain_tell.c
libipcscope_a_SOURCES += src/system/graph.c
libipcscope_a_SOURCES += src/system/graph.h
libipcscope_a_SOURCES += src/system/judge.c
libipcscope_a_SOURCES += src/system/wait.c
libipcscope_a_SOURCES += src/system/wait.h
libipcscope_a_SOURCES += src/system/wait_about.c
libipcscope_a_SOURCES += src/system/wait_poll.c
libipcscope_a_SOURCES += src/system/wait_table.c
libipcscope_a_SOURCES += src/system/why.c
libipcscope_a_SOURCES += src/system/why.h

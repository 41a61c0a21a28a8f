# SPDX-License-Identifier: MIT
# Floor 4: the machine as a whole.

libipcscope_a_SOURCES += src/system/system.h
libipcscope_a_SOURCES += src/system/why.h

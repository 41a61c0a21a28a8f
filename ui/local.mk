# SPDX-License-Identifier: MIT
# Floor 6: the screen.

libui_a_SOURCES += \
	ui/canvas.c ui/canvas.h ui/canvas_draw.c ui/glyph.c \
	ui/sequence.c ui/sequence.h \
	ui/style.c ui/style.h \
	ui/theme.c ui/theme.h \
	ui/term.c ui/term.h

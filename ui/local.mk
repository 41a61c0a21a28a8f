# SPDX-License-Identifier: MIT
# Floor 6: the screen.

libui_a_SOURCES += \
	ui/canvas.c ui/canvas.h ui/canvas_draw.c ui/glyph.c \
	ui/job.c ui/job.h \
	ui/sequence.c ui/sequence.h \
	ui/style.c ui/style.h \
	ui/theme.c ui/theme.h \
	ui/term.c ui/term.h
libui_a_SOURCES += ui/app.c
libui_a_SOURCES += ui/app.h
libui_a_SOURCES += ui/flow.c
libui_a_SOURCES += ui/flow.h
libui_a_SOURCES += ui/header.c
libui_a_SOURCES += ui/help.c
libui_a_SOURCES += ui/help.h
libui_a_SOURCES += ui/keys.c
libui_a_SOURCES += ui/keys.h
libui_a_SOURCES += ui/man.c
libui_a_SOURCES += ui/man.h
libui_a_SOURCES += ui/objects.c
libui_a_SOURCES += ui/objects.h
libui_a_SOURCES += ui/offers.c
libui_a_SOURCES += ui/offers.h
libui_a_SOURCES += ui/pane_events.c
libui_a_SOURCES += ui/pane_about.c
libui_a_SOURCES += ui/pane_about.h
libui_a_SOURCES += ui/overlay.c
libui_a_SOURCES += ui/pane_lesson.c
libui_a_SOURCES += ui/pane_lessons.c
libui_a_SOURCES += ui/pane_objects.c
libui_a_SOURCES += ui/panes.h
libui_a_SOURCES += ui/prompt.c
libui_a_SOURCES += ui/prompt.h
libui_a_SOURCES += ui/removal.c
libui_a_SOURCES += ui/removal.h
libui_a_SOURCES += ui/scene.c
libui_a_SOURCES += ui/scene.h
libui_a_SOURCES += ui/scene_internal.h
libui_a_SOURCES += ui/scene_arrow.c
libui_a_SOURCES += ui/scene_kind.c
libui_a_SOURCES += ui/scene_layout.c
libui_a_SOURCES += ui/scene_memory.c
libui_a_SOURCES += ui/scene_object.c
libui_a_SOURCES += ui/scene_pipe.c
libui_a_SOURCES += ui/scene_process.c
libui_a_SOURCES += ui/scene_queue.c
libui_a_SOURCES += ui/scene_semaphores.c
libui_a_SOURCES += ui/scene_table.c
libui_a_SOURCES += ui/scene_table.h
libui_a_SOURCES += ui/scene_things.c
libui_a_SOURCES += ui/scene_line.c
libui_a_SOURCES += ui/scene_state.c
libui_a_SOURCES += ui/scene_words.c
libui_a_SOURCES += ui/scene_signals.c
libui_a_SOURCES += ui/scene_socket.c
libui_a_SOURCES += ui/scene_socket.h
libui_a_SOURCES += ui/scene_sockets.c
libui_a_SOURCES += ui/scene_file.c
libui_a_SOURCES += ui/scene_event.c
libui_a_SOURCES += ui/stage_draw.c
libui_a_SOURCES += ui/stage_layers.c
libui_a_SOURCES += ui/stage_layers.h
libui_a_SOURCES += ui/stage_sides.c ui/stage_sides.h
libui_a_SOURCES += ui/stage_sources.c
libui_a_SOURCES += ui/stage_words.c
libui_a_SOURCES += ui/stage_screen.c
libui_a_SOURCES += ui/stage_screen.h
libui_a_SOURCES += ui/wording.c
libui_a_SOURCES += ui/wording.h
libui_a_SOURCES += ui/lessons_screen.c
libui_a_SOURCES += ui/lessons_screen.h
libui_a_SOURCES += ui/app_open.c
libui_a_SOURCES += ui/app_start.c
libui_a_SOURCES += ui/app_state.h
libui_a_SOURCES += ui/history.c ui/history.h
libui_a_SOURCES += ui/machine.c ui/machine.h
libui_a_SOURCES += ui/pane_system.c ui/pane_system.h
libui_a_SOURCES += ui/pane_why.c
libui_a_SOURCES += ui/system_cells.c ui/system_cells.h
libui_a_SOURCES += ui/system_rows.c ui/system_rows.h
libui_a_SOURCES += ui/system_sort.c ui/system_sort.h
libui_a_SOURCES += ui/objects_sort.c ui/objects_sort.h
libui_a_SOURCES += ui/sorting.c ui/sorting.h
libui_a_SOURCES += ui/app_tabs.c
libui_a_SOURCES += ui/objects_layer.c ui/objects_layer.h
libui_a_SOURCES += ui/objects_question.c ui/objects_question.h
libui_a_SOURCES += ui/objects_screen.c ui/objects_screen.h
libui_a_SOURCES += ui/pane_objects_tab.c ui/pane_objects_tab.h
libui_a_SOURCES += ui/system_screen.c ui/system_screen.h
libui_a_SOURCES += ui/watching.c ui/watching.h

ipcscope_SOURCES += ui/main.c

/* SPDX-License-Identifier: MIT */
/* A terminal without a window: libvterm, behind the few functions that both 0.1 and 0.3 have.
 * Where libvterm is missing, emulator_new ends the running test as skipped. */
#ifndef TESTS_SCREEN_EMULATOR_H
#define TESTS_SCREEN_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>

struct emulator;

struct screen_cell {
	char text[32]; /* UTF-8 with combining marks; "" for an empty cell and the right half of a wide one */
	int width;
	int foreground, background; /* of the palette; -1 the terminal's own, -2 some other */
	bool bold, underline, reverse;
};

/* `output` is handed what the terminal sends to the program. emulator_free releases. */
struct emulator *emulator_new(int width, int height, void (*output)(const char *bytes, size_t length, void *data),
			      void *data);
void emulator_free(struct emulator *e);

void emulator_input(struct emulator *e, const char *bytes, size_t length); /* from the program */
void emulator_resize(struct emulator *e, int width, int height);
struct screen_cell emulator_cell(const struct emulator *e, int x, int y);
bool emulator_alternate(const struct emulator *e); /* the alternate screen is shown */
bool emulator_cursor(const struct emulator *e, int *x, int *y); /* false: hidden */
bool emulator_mouse_wanted(const struct emulator *e);

/* What a person does: "Enter", "F1", "C-c", "Up" ... false: no such name. */
bool emulator_key(struct emulator *e, const char *name);
void emulator_button(struct emulator *e, int x, int y, int button); /* pressed and released; 4, 5: wheel */

#endif

/* SPDX-License-Identifier: MIT */
/* libvterm as the tests' terminal: the one file that includes vterm.h. */
#include "config.h"

#include "tests/screen/emulator.h"

#ifdef HAVE_VTERM

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "base/memory.h"
#include "base/width.h"

struct emulator {
	VTerm *terminal;
	VTermScreen *screen;
	char held[64]; /* an unfinished sequence, see emulator_input */
	size_t held_length;
	bool alternate, cursor, mouse;
};

static int property_set(VTermProp property, VTermValue *value, void *data)
{
	struct emulator *e = data;

	if (property == VTERM_PROP_ALTSCREEN)
		e->alternate = value->boolean;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		e->cursor = value->boolean;
	else if (property == VTERM_PROP_MOUSE)
		e->mouse = value->number != VTERM_PROP_MOUSE_NONE;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = property_set };

struct emulator *emulator_new(int width, int height, void (*output)(const char *bytes, size_t length, void *data),
			      void *data)
{
	struct emulator *e = memory_new(1, sizeof *e);

	e->terminal = vterm_new(height, width);
	e->cursor = true;
	vterm_set_utf8(e->terminal, 1);
	vterm_output_set_callback(e->terminal, output, data);
	e->screen = vterm_obtain_screen(e->terminal);
	vterm_screen_set_callbacks(e->screen, &callbacks, e);
	vterm_screen_enable_altscreen(e->screen, 1);
	vterm_screen_reset(e->screen, 1);
	return e;
}

void emulator_free(struct emulator *e)
{
	vterm_free(e->terminal);
	free(e);
}

/* Passes on what is held: CSI ? A ; B h as CSI ? A h CSI ? B h. */
static void held_write(struct emulator *e)
{
	char *last = e->held + e->held_length - 1, end = *last, one[70];
	bool mode = e->held_length > 3 && (end == 'h' || end == 'l');

	if (!mode || !memchr(e->held, ';', e->held_length)) {
		vterm_input_write(e->terminal, e->held, e->held_length);
	} else {
		*last = '\0';
		for (char *rest, *number = strtok_r(e->held + 3, ";", &rest); number; number = strtok_r(NULL, ";", &rest)) {
			int n = snprintf(one, sizeof one, "\x1b[?%s%c", number, end);

			vterm_input_write(e->terminal, one, (size_t)n);
		}
	}
	e->held_length = 0;
}

/* libvterm 0.1 takes no more than the first of several private modes in one sequence, and xterm's
 * entry in terminfo turns the mouse on with two at once: such sequences are taken apart. */
void emulator_input(struct emulator *e, const char *bytes, size_t length)
{
	static const char begin[] = "\x1b[?";

	for (size_t i = 0; i < length; i++) {
		size_t n = e->held_length;
		bool part = n < 3 ? bytes[i] == begin[n] : n + 2 < sizeof e->held && strchr("0123456789;", bytes[i]) && bytes[i];

		if (n || part)
			e->held[e->held_length++] = bytes[i];
		else
			vterm_input_write(e->terminal, bytes + i, 1);
		if (n && !part)
			held_write(e);
	}
	vterm_screen_flush_damage(e->screen);
}

void emulator_resize(struct emulator *e, int width, int height)
{
	vterm_set_size(e->terminal, height, width);
}

static int colour_number(const VTermColor *c, bool own)
{
	if (own)
		return -1;
	return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -2;
}

struct screen_cell emulator_cell(const struct emulator *e, int x, int y)
{
	struct screen_cell cell = { .width = 1, .foreground = -1, .background = -1 };
	VTermScreenCell from;
	size_t length = 0;

	if (!vterm_screen_get_cell(e->screen, (VTermPos){ .row = y, .col = x }, &from))
		return cell;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && from.chars[i]; i++)
		if (from.chars[i] != UINT32_MAX) /* which marks a right half */
			length += width_encode(from.chars[i], cell.text + length);
	cell.width = from.width;
	cell.foreground = colour_number(&from.fg, VTERM_COLOR_IS_DEFAULT_FG(&from.fg));
	cell.background = colour_number(&from.bg, VTERM_COLOR_IS_DEFAULT_BG(&from.bg));
	cell.bold = from.attrs.bold;
	cell.underline = from.attrs.underline != VTERM_UNDERLINE_OFF;
	cell.reverse = from.attrs.reverse;
	return cell;
}

bool emulator_alternate(const struct emulator *e)
{
	return e->alternate;
}

bool emulator_cursor(const struct emulator *e, int *x, int *y)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(e->terminal), &at);
	*x = at.col;
	*y = at.row;
	return e->cursor;
}

bool emulator_mouse_wanted(const struct emulator *e)
{
	return e->mouse;
}

bool emulator_key(struct emulator *e, const char *name)
{
	static const struct { const char *name; VTermKey key; VTermModifier modifier; } keys[] = {
		{ "Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE },
		{ "Tab", VTERM_KEY_TAB, VTERM_MOD_NONE },
		{ "BackTab", VTERM_KEY_TAB, VTERM_MOD_SHIFT },
		{ "Backspace", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE },
		{ "Escape", VTERM_KEY_ESCAPE, VTERM_MOD_NONE },
		{ "Up", VTERM_KEY_UP, VTERM_MOD_NONE },
		{ "Down", VTERM_KEY_DOWN, VTERM_MOD_NONE },
		{ "Left", VTERM_KEY_LEFT, VTERM_MOD_NONE },
		{ "Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE },
		{ "C-Up", VTERM_KEY_UP, VTERM_MOD_CTRL },
		{ "Insert", VTERM_KEY_INS, VTERM_MOD_NONE },
		{ "Delete", VTERM_KEY_DEL, VTERM_MOD_NONE },
		{ "Home", VTERM_KEY_HOME, VTERM_MOD_NONE },
		{ "End", VTERM_KEY_END, VTERM_MOD_NONE },
		{ "PageUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE },
		{ "PageDown", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE },
	};
	uint32_t character;
	int number;
	char rest;

	if (!strcmp(name, "Space"))
		name = " ";
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (!strcmp(keys[i].name, name)) {
			vterm_keyboard_key(e->terminal, keys[i].key, keys[i].modifier);
			return true;
		}
	if (sscanf(name, "F%d%c", &number, &rest) == 1)
		vterm_keyboard_key(e->terminal, (VTermKey)VTERM_KEY_FUNCTION(number), VTERM_MOD_NONE);
	else if (!strncmp(name, "C-", 2) && name[2] && !name[3])
		vterm_keyboard_unichar(e->terminal, (uint32_t)name[2], VTERM_MOD_CTRL);
	else if (width_decode(name, strlen(name), &character) == strlen(name) && *name)
		vterm_keyboard_unichar(e->terminal, character, VTERM_MOD_NONE);
	else
		return false;
	return true;
}

void emulator_button(struct emulator *e, int x, int y, int button)
{
	vterm_mouse_move(e->terminal, y, x, VTERM_MOD_NONE);
	vterm_mouse_button(e->terminal, button, true, VTERM_MOD_NONE);
	vterm_mouse_button(e->terminal, button, false, VTERM_MOD_NONE);
}

#else

#include "tests/unit.h"

struct emulator *emulator_new(int width, int height, void (*output)(const char *bytes, size_t length, void *data),
			      void *data)
{
	(void)width, (void)height, (void)output, (void)data;
	unit_skip("libvterm is not there");
}

/* Never called: there is no emulator to call them with. */
void emulator_free(struct emulator *e) { (void)e; }
void emulator_input(struct emulator *e, const char *bytes, size_t length) { (void)e, (void)bytes, (void)length; }
void emulator_resize(struct emulator *e, int width, int height) { (void)e, (void)width, (void)height; }
bool emulator_alternate(const struct emulator *e) { return e; }
bool emulator_cursor(const struct emulator *e, int *x, int *y) { return e && x && y; }
bool emulator_mouse_wanted(const struct emulator *e) { return e; }
bool emulator_key(struct emulator *e, const char *name) { return e && name; }
void emulator_button(struct emulator *e, int x, int y, int button) { (void)e, (void)x, (void)y, (void)button; }
struct screen_cell emulator_cell(const struct emulator *e, int x, int y)
{
	(void)e, (void)x, (void)y;
	return (struct screen_cell){ 0 };
}

#endif

/* SPDX-License-Identifier: MIT */
/* The explorer: one loop over keys, signals and the stage. */
#ifndef UI_APP_H
#define UI_APP_H

#include <stdbool.h>

#include "base/error.h"

struct app_options {
	const char *lesson;  /* opened at once: a shipped lesson's name or a file; NULL: the list */
	const char *theme;   /* NULL: chosen by the environment */
	bool ascii, present, no_mouse, isolate;
};

/* Runs until the user leaves. Returns an exit status (command/command.h). */
int app_run(const struct app_options *o);

#endif

/* SPDX-License-Identifier: MIT */
/* Subcommands: one file each, described by a constant row. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "base/error.h"

enum exit_status {
	STATUS_FINE = 0,
	STATUS_FAILURE = 1,
	STATUS_USAGE = 2,       /* also a lesson that cannot be read */
	STATUS_OTHERWISE = 3,   /* the kernel did not do what the lesson says */
	STATUS_UNAVAILABLE = 4, /* the mechanism is not available here */
};

struct command {
	const char *name;
	const char *synopsis; /* behind "ipcscope " */
	const char *summary;
	int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an exit status */
};

extern const struct command command_run, command_list, command_check, command_system, command_why, command_objects;

/* A command by name; the nth, NULL at the end. */
const struct command *command_find(const char *name);
const struct command *command_nth(int n);

/* Prints "ipcscope: what: why" and what to do on standard error. */
void command_complain(const struct error *e);

/* --isolate: goes on in namespaces of its own (process/isolate.h) and says on standard error what has to
 * be left out of them. -1 where that is not permitted: said why. */
int command_isolate(void);

/* Whether all that was printed on standard output has arrived: 0 or -1 with e. */
int command_flush(struct error *e);

/* "usage: ipcscope SYNOPSIS" on standard error; returns STATUS_USAGE. */
int command_usage(const struct command *c);

#endif

/* SPDX-License-Identifier: MIT */
#include "command/command.h"

#include <stdio.h>
#include <string.h>

#include "process/isolate.h"

static const struct command *const commands[] = {
	&command_run, &command_list, &command_check, &command_system, &command_why, &command_objects,
};

const struct command *command_nth(int n)
{
	return n < (int)(sizeof commands / sizeof *commands) ? commands[n] : NULL;
}

const struct command *command_find(const char *name)
{
	for (int i = 0; command_nth(i); i++)
		if (!strcmp(command_nth(i)->name, name))
			return command_nth(i);
	return NULL;
}

void command_complain(const struct error *e)
{
	fprintf(stderr, "ipcscope: %s\n", e->text);
	if (e->hint[0])
		fprintf(stderr, "  %s\n", e->hint);
}

int command_isolate(void)
{
	struct error e;

	if (isolate_enter(&e) < 0) {
		command_complain(&e);
		return -1;
	}
	if (isolate_shortfall()[0])
		fprintf(stderr, "ipcscope: %s\n", isolate_shortfall());
	return 0;
}

int command_flush(struct error *e)
{
	return fflush(stdout) || ferror(stdout) ? error_set(e, 0, "cannot write to standard output") : 0;
}

int command_usage(const struct command *c)
{
	fprintf(stderr, "usage: ipcscope %s\n", c->synopsis);
	return STATUS_USAGE;
}

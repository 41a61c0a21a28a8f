/* SPDX-License-Identifier: MIT */
/* ipcscope: see what the kernel holds between your processes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
int main(int argc, char **argv)
{
	const struct command *c = argc > 1 ? command_find(argv[1]) : NULL;
	if (!c) return 2;
	return c->run(argc - 1, argv + 1);
}

/* SPDX-License-Identifier: MIT */
/* ipcscope check: reads lessons and reports every mistake; runs nothing. */
#include <getopt.h>
#include <stdio.h>

#include "command/command.h"
#include "play/library.h"

static int check(int argc, char **argv)
{
	struct library *library;
	int status = STATUS_FINE;
	struct error e;

	while (getopt(argc, argv, "") != -1)
		return command_usage(&command_check);
	if (optind == argc)
		return command_usage(&command_check);
	library = library_open(NULL);
	for (int i = optind; i < argc; i++) {
		struct mistakes m = { 0 };
		struct text t = { 0 };
		struct lesson *l = library_load(library, argv[i], &m, &e);

		if (!l)
			command_complain(&e);
		for (size_t k = 0; l && k < m.count; k++)
			mistake_print(&t, l, &m.list[k]);
		fputs(text_string(&t), stderr);
		if (!l || m.count)
			status = STATUS_USAGE;
		text_free(&t);
		mistakes_free(&m);
		lesson_free(l);
	}
	library_free(library);
	return status;
}

const struct command command_check = {
	"check", "check LESSON...", "read lessons and report mistakes; run nothing", check,
};

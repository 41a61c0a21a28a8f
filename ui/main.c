/* SPDX-License-Identifier: MIT */
/* ipcscope: see what the kernel holds between your processes. */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "command/command.h"
#include "ui/app.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "?"
#endif

static void print_usage(FILE *f)
{
	const struct command *c;

	fputs("usage: ipcscope [--theme NAME] [--ascii] [--present] [--no-mouse] [--isolate] [LESSON]\n", f);
	for (int i = 0; (c = command_nth(i)); i++)
		fprintf(f, "       ipcscope %s\n", c->synopsis);
	fputs("       ipcscope --help | --version\n", f);
}

static int print_help(void)
{
	const struct command *c;

	puts("ipcscope: see what the kernel holds between your processes.\n");
	print_usage(stdout);
	puts("\nWithout a command: the explorer, opened at LESSON if one is named.");
	for (int i = 0; (c = command_nth(i)); i++)
		printf("  %-8s  %s\n", c->name, c->summary);
	puts("\n  --theme NAME  dark, light, contrast or mono\n"
	     "  --ascii       no line drawing, no block characters\n"
	     "  --present     for a projector: light, large, few words\n"
	     "  --no-mouse    leaves the mouse to the terminal\n"
	     "  --isolate     plays in namespaces of its own, unseen by the rest of the machine\n\n"
	     "Exit status: 0 fine; 1 failure; 2 usage, or a lesson that cannot be read; 3 the kernel\n"
	     "did not do what the lesson says; 4 not available here. More: man ipcscope");
	return STATUS_FINE;
}

static int explore(int argc, char **argv)
{
	static const struct option options[] = {
		{ "theme", required_argument, NULL, 't' }, { "ascii", no_argument, NULL, 'a' },
		{ "present", no_argument, NULL, 'p' }, { "no-mouse", no_argument, NULL, 'm' },
		{ "isolate", no_argument, NULL, 'i' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'v' }, { 0 },
	};
	struct app_options o = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (option) {
		case 't':
			o.theme = optarg;
			break;
		case 'a':
			o.ascii = true;
			break;
		case 'p':
			o.present = true;
			break;
		case 'm':
			o.no_mouse = true;
			break;
		case 'i':
			o.isolate = true;
			break;
		case 'h':
			return print_help();
		case 'v':
			puts("ipcscope " PACKAGE_VERSION);
			return STATUS_FINE;
		default:
			print_usage(stderr);
			return STATUS_USAGE;
		}
	if (argc - optind > 1) {
		fprintf(stderr, "ipcscope: one lesson at a time: %s is one too many\n", argv[optind + 1]);
		print_usage(stderr);
		return STATUS_USAGE;
	}
	o.lesson = argv[optind];
	return app_run(&o);
}

int main(int argc, char **argv)
{
	const struct command *c = argc > 1 ? command_find(argv[1]) : NULL;

	setlocale(LC_ALL, "");
	return c ? c->run(argc - 1, argv + 1) : explore(argc, argv);
}

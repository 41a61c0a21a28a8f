/* SPDX-License-Identifier: MIT */
/* ipcscope objects: System V and POSIX objects, who uses them, how near the limits are; rm removes. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/facilities.h"
#include "command/objects_out.h"
#include "command/objects_remove.h"
#include "command/system_table.h"

struct wanted {
	bool json, all, limits, remove;
	char kinds[sizeof FACILITY_KINDS * 2];
	struct removal_wanted removal;
};

enum { PATTERN = 256, FORCE, JSON, LIMITS };

static int read_option(struct wanted *w, int option)
{
	size_t n = strlen(w->kinds);

	switch (option) {
	case JSON:
		w->json = w->removal.json = true;
		return 0;
	case 'a':
		w->all = true;
		return 0;
	case LIMITS:
		w->limits = true;
		return 0;
	case 'y':
		w->removal.yes = true;
		return 0;
	case FORCE:
		w->removal.force = true;
		return 0;
	case PATTERN:
		w->removal.pattern = optarg;
		return 0;
	default:
		break;
	}
	if (option == '?' || !strchr(FACILITY_KINDS, option))
		return -1;
	if (!strchr(w->kinds, option))
		w->kinds[n] = (char)option;
	return 0;
}

/* "rm" may stand before or behind the options. */
static int read_options(struct wanted *w, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, JSON }, { "all", no_argument, NULL, 'a' }, { "limits", no_argument, NULL, LIMITS },
		{ "yes", no_argument, NULL, 'y' }, { "force", no_argument, NULL, FORCE },
		{ "pattern", required_argument, NULL, PATTERN }, { 0 },
	};
	bool for_removal;
	int option;

	while ((option = getopt_long(argc, argv, "ay" FACILITY_KINDS, options, NULL)) != -1)
		if (read_option(w, option) < 0)
			return -1;
	w->remove = optind < argc && !strcmp(argv[optind], "rm");
	optind += w->remove;
	w->removal.kinds = w->kinds;
	for_removal = w->removal.yes || w->removal.force || w->removal.pattern;
	if (w->remove)
		return w->all || w->limits || (optind == argc && !w->removal.pattern) ? -1 : 0;
	return for_removal || optind != argc ? -1 : 0;
}

/* Of what is not listed. */
static void print_unlisted(struct text *t, const struct paper *p, const struct system *s, const struct wanted *w)
{
	if (!s->posix.queues_listed && (!*w->kinds || strchr(w->kinds, 'Q')))
		paper_add_wrapped(t, p, "POSIX queues that nobody is seen to have open are not listed: /dev/mqueue is not mounted", 2);
}

static void print_text(const struct system *s, const struct facilities *f, const struct wanted *w, const struct limit *limit,
		       int n)
{
	struct paper paper = paper_of(stdout);
	struct text t = { 0 };

	if (!w->limits) {
		/* Who uses them is told of the others only. */
		system_table_hidden(&t, &paper, s);
		if (f->count)
			objects_table(&t, &paper, s, f, w->all);
		else
			text_add(&t, "none is there\n");
		print_unlisted(&t, &paper, s, w);
	}
	if (w->all)
		text_add(&t, "\n");
	if (w->all || w->limits)
		limits_table(&t, &paper, limit, n);
	fputs(text_string(&t), stdout);
	text_free(&t);
}

static void print(const struct system *s, const struct wanted *w)
{
	struct facilities f = { 0 };
	struct limit limit[LIMITS_MOST];
	int n = objects_limits(limit, s);

	facilities_find(&f, s, w->kinds);
	if (!w->json)
		print_text(s, &f, w, limit, n);
	if (w->json && !w->limits)
		objects_json(stdout, s, &f);
	if (w->json && (w->limits || w->all))
		limits_json(stdout, limit, n);
	facilities_free(&f);
}

static int objects(int argc, char **argv)
{
	struct wanted w = { 0 };
	struct error e = { 0 };
	struct system *s;
	int status = STATUS_FINE;

	if (read_options(&w, argc, argv) < 0)
		return command_usage(&command_objects);
	s = system_new();
	if (facilities_take(s, &e) < 0) {
		command_complain(&e);
		status = STATUS_FAILURE;
	} else if (w.remove) {
		status = objects_remove(s, argv + optind, &w.removal);
	} else {
		print(s, &w);
	}
	system_free(s);
	if (command_flush(&e) < 0) {
		command_complain(&e);
		status = STATUS_FAILURE;
	}
	return status;
}

const struct command command_objects = {
	"objects",
	"objects [-q|-m|-s|-Q|-M|-S] [--all] [--limits] [--json]\n"
	"       ipcscope objects rm [-y] [--force] [--json] [-q|-m|-s|-Q|-M|-S] ID|KEY|NAME... | --pattern GLOB",
	"System V and POSIX objects, who uses them, how near the limits are; rm removes", objects,
};

/* SPDX-License-Identifier: MIT */
/* ipcscope system: one snapshot of everything through which processes communicate now. */
#include "system/system.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command/command.h"
#include "command/system_json.h"
#include "command/system_table.h"

struct wanted {
	bool json, all;
	int64_t apart;    /* ns between two snapshots, from which rates come; 0: one snapshot */
	pid_t *pid;
	size_t n, room;
};

static const int64_t apart_unless_told = CLOCK_S / 2, apart_most = 3600 * CLOCK_S;

static int complain(const struct error *e)
{
	command_complain(e);
	return STATUS_FAILURE;
}

/* "812" or "812,813" */
static int add_pids(struct wanted *w, const char *text)
{
	const char *at = text;

	do {
		char *end;
		long pid;

		errno = 0;
		pid = strtol(at, &end, 10);
		if (end == at || (*end && *end != ',') || errno || pid < 1 || pid > INT32_MAX)
			return -1;
		w->pid = memory_grow(w->pid, &w->room, w->n + 1, sizeof *w->pid);
		w->pid[w->n++] = (pid_t)pid;
		at = end + 1;
		if (!*end)
			return 0;
	} while (true);
}

static int add_apart(struct wanted *w, const char *text)
{
	char *end;
	double seconds = text ? strtod(text, &end) : (double)apart_unless_told / 1e9;

	if (text && (end == text || *end || !(seconds > 0) || seconds > (double)apart_most / 1e9))
		return -1;
	w->apart = (int64_t)(seconds * 1e9);
	return 0;
}

static int read_options(struct wanted *w, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' }, { "all", no_argument, NULL, 'a' },
		{ "rate", optional_argument, NULL, 'r' }, { 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "ap:", options, NULL)) != -1) {
		if (option == 'j')
			w->json = true;
		else if (option == 'a')
			w->all = true;
		else if (option == 'r' ? add_apart(w, optarg) : option == 'p' ? add_pids(w, optarg) : -1)
			return -1;
	}
	if (optind < argc && !w->n) /* more pids behind -p alone */
		return -1;
	for (; optind < argc; optind++)
		if (add_pids(w, argv[optind]))
			return -1;
	return 0;
}

/* Two snapshots with time between, so that what moved can be told; or one. */
static int take(struct system *s, const struct wanted *w, struct error *e)
{
	struct system *before = NULL;
	int result = 0;

	if (w->apart) {
		before = system_new();
		before->with_rates = s->with_rates = true;
		result = system_take(before, w->pid, w->n, NULL, e);
		poll(NULL, 0, (int)(w->apart / CLOCK_MS));
	}
	if (result == 0)
		result = system_take(s, w->pid, w->n, before, e);
	system_free(before);
	return result;
}

static int missing(const struct system *s, const struct wanted *w, struct error *e)
{
	for (size_t i = 0; i < w->n; i++)
		if (system_find_process(s, w->pid[i]) < 0)
			return error_set(e, ESRCH, "process %d", w->pid[i]);
	return 0;
}

static void print(const struct system *s, const struct wanted *w)
{
	bool all = w->all || w->n; /* of a process that was asked for, all */
	struct paper paper = paper_of(stdout);
	int *order = system_order(s);
	struct text t = { 0 };

	if (w->json) {
		system_json(stdout, s, order, all);
	} else {
		system_table_summary(&t, &paper, s);
		text_add(&t, "\n");
		system_table(&t, &paper, s, order, all);
		fputs(text_string(&t), stdout);
	}
	text_free(&t);
	free(order);
}

static int snapshot(int argc, char **argv)
{
	struct wanted w = { 0 };
	struct error e = { 0 };
	struct system *s;
	int status = STATUS_FINE;

	if (read_options(&w, argc, argv) < 0) {
		free(w.pid);
		return command_usage(&command_system);
	}
	s = system_new();
	if (take(s, &w, &e) < 0 || missing(s, &w, &e) < 0)
		status = complain(&e);
	else
		print(s, &w);
	system_free(s);
	free(w.pid);
	if (status == STATUS_FINE && command_flush(&e) < 0)
		status = complain(&e);
	return status;
}

const struct command command_system = {
	"system", "system [--json] [--all] [--rate[=SECONDS]] [-p PID...]",
	"everything through which processes communicate now, and what is stuck", snapshot,
};

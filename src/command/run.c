/* SPDX-License-Identifier: MIT */
/* ipcscope run: plays lessons without a screen. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/report.h"
#include "play/needs.h"
#include "play/library.h"

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	stopped = signal;
}

/* A run that is interrupted still cleans up, then ends as the signal would have ended it. */
static void catch_endings(void)
{
	static const int endings[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction act = { .sa_handler = stop }, before;

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (sigaction(endings[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup(1) */
			sigaction(endings[i], &act, NULL);
}

static void end_as_told(void)
{
	struct sigaction act = { .sa_handler = SIG_DFL };
	sigset_t all;

	sigaction(stopped, &act, NULL);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	raise(stopped);
}

static int status_of(const struct player_failure *failure)
{
	if (!failure)
		return STATUS_FINE;
	return failure->unplayable ? STATUS_USAGE : STATUS_OTHERWISE;
}

static int play(struct stage *s, const char *name, const struct lesson *l, struct report *r)
{
	struct error e;
	struct player *p = player_new(s, l, &e);
	const struct player_failure *failure;
	int status;

	if (!p) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	report_begin(r, name, l);
	while (player_state(p) == PLAYER_READY && !stopped) {
		player_next(p);
		while (player_state(p) == PLAYER_BUSY && !stopped) {
			report_events(r, stage_trace(s));
			stage_wait(s, player_due(p));
			player_tick(p);
		}
		report_events(r, stage_trace(s));
	}
	failure = player_failure(p);
	if (failure) /* the stagehand's end may be why */
		stage_dispatch(s);
	status = stage_lost(s) ? STATUS_FAILURE : status_of(failure);
	if (!stopped && stage_lost(s))
		report_skip(r, name, "failure", "the stagehand was killed");
	else if (!stopped)
		report_end(r, name, l, failure);
	player_free(p);
	return status;
}

static int print_mistakes(const struct lesson *l, const struct mistakes *m)
{
	struct text t = { 0 };

	for (size_t i = 0; i < m->count; i++)
		mistake_print(&t, l, &m->list[i]);
	fputs(text_string(&t), stderr);
	text_free(&t);
	return STATUS_USAGE;
}

static int run_one(struct stage *s, struct library *library, const char *name, struct report *r)
{
	struct mistakes m = { 0 };
	struct error e = { 0 };
	struct lesson *l = library_load(library, name, &m, &e);
	const char *need, *why;
	int status;

	if (!l) {
		command_complain(&e);
		status = STATUS_USAGE;
	} else if (m.count) {
		status = print_mistakes(l, &m);
		if (r->json)
			report_skip(r, name, "mistake", "it cannot be read");
	} else if (!needs_met(l, &need, &why)) {
		report_skip(r, name, "unavailable", why);
		status = STATUS_UNAVAILABLE;
	} else {
		status = play(s, name, l, r);
	}
	mistakes_free(&m);
	lesson_free(l);
	return status;
}

static void summarise(const struct report *r, int n, const int count[5])
{
	if (n < 2 || r->json)
		return;
	printf("%d lessons: %d as they say", n, count[STATUS_FINE]);
	if (count[STATUS_OTHERWISE])
		printf(", %d otherwise", count[STATUS_OTHERWISE]);
	if (count[STATUS_UNAVAILABLE])
		printf(", %d not available here", count[STATUS_UNAVAILABLE]);
	if (count[STATUS_USAGE])
		printf(", %d cannot be read", count[STATUS_USAGE]);
	if (count[STATUS_FAILURE])
		printf(", %d failed", count[STATUS_FAILURE]);
	printf("\n");
}

/* Of several lessons' statuses the one that says most: a failure of ours, then a lesson that
 * cannot be read, then one that went otherwise, then one that is not available. */
static int worst(const int count[5])
{
	static const int order[] = { STATUS_FAILURE, STATUS_USAGE, STATUS_OTHERWISE, STATUS_UNAVAILABLE };

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (count[order[i]])
			return order[i];
	return STATUS_FINE;
}

static int run_all(struct stage *s, char **names, struct report *r)
{
	struct error e;
	struct library *library = library_open(&e);
	int count[5] = { 0 }, n = 0;

	for (; names[n] && !stopped; n++)
		count[run_one(s, library, names[n], r)]++;
	summarise(r, n, count);
	library_free(library);
	return worst(count);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' }, { "quiet", no_argument, NULL, 'q' },
		{ "isolate", no_argument, NULL, 'i' }, { 0 },
	};
	struct report r = { 0 };
	bool isolate = false;
	struct stage *s;
	struct error e;
	int option, status;

	while ((option = getopt_long(argc, argv, "q", options, NULL)) != -1)
		switch (option) {
		case 'j':
			r.json = true;
			break;
		case 'q':
			r.quiet = true;
			break;
		case 'i':
			isolate = true;
			break;
		default:
			return command_usage(&command_run);
		}
	if (optind == argc)
		return command_usage(&command_run);
	if (isolate && command_isolate() < 0)
		return STATUS_UNAVAILABLE;
	catch_endings();
	s = stage_new(&e);
	if (!s) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	status = run_all(s, argv + optind, &r);
	stage_free(s);
	if (stopped)
		end_as_told();
	if (command_flush(&e) < 0) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	return status;
}

const struct command command_run = {
	"run", "run [-q] [--json] [--isolate] LESSON...", "play lessons without a screen; the trace is a lesson again", run,
};

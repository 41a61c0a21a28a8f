/* SPDX-License-Identifier: MIT */
/* ipcscope why: who waits for whom, from a process down to the cause. */
#include "system/why.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/width.h"
#include "command/command.h"
#include "command/json.h"
#include "command/paper.h"
#include "probe/census.h"

enum { COMM = 15 /* longest name the kernel keeps, proc_pid_comm(5) */, LISTED = 20, STEP = 3 };

struct wanted {
	bool json, source;
};

/* ---- which process -------------------------------------------------------------------------- */

/* A number is a pid. -1: it is a name. */
static pid_t pid_of(const char *text)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	return end == text || *end ? -1 : errno || pid < 1 || pid > INT32_MAX ? 0 : (pid_t)pid;
}

/* The kernel cuts names, so a whole one that is as long stands for what is left of it. */
static bool is_called(const struct census_entry *p, const char *name)
{
	return !strcmp(p->name, name) || (strlen(name) > COMM && strlen(p->name) == COMM && !strncmp(p->name, name, COMM));
}

static void list_candidates(const struct census *c, const char *name, size_t n)
{
	char user[PAPER_USER];
	size_t listed = 0;

	for (size_t i = 0; i < c->count && listed < LISTED; i++)
		if (is_called(&c->list[i], name)) {
			fprintf(stderr, "  %7d  of %s, state %c, child of %d\n", c->list[i].pid,
				paper_user(c->list[i].uid, user), c->list[i].state, c->list[i].parent);
			listed++;
		}
	if (n > listed)
		fprintf(stderr, "  and %zu more\n", n - listed);
}

/* The only process of that name; 0 with what was said about it. */
static pid_t only_one(const char *name)
{
	struct census c = { 0 };
	struct error e = { 0 };
	struct text shown = { 0 };
	size_t n = 0;
	pid_t pid = 0;

	text_add_printable(&shown, name, strlen(name));
	if (census_available(&e) < 0 || census_read(&c, &e) < 0) {
		command_complain(&e);
		text_free(&shown);
		return 0;
	}
	for (size_t i = 0; i < c.count; i++)
		if (is_called(&c.list[i], name)) {
			pid = c.list[i].pid;
			n++;
		}
	if (n != 1) {
		if (n)
			error_set(&e, 0, "%.80s: %zu processes have this name: say which by its number", text_string(&shown), n);
		else
			error_set(&e, 0, "%.80s: no process has this name", text_string(&shown));
		command_complain(&e);
		list_candidates(&c, name, n);
	}
	text_free(&shown);
	census_free(&c);
	return n == 1 ? pid : 0;
}

/* ---- as text -------------------------------------------------------------------------------- */

static void add_link(struct text *t, const struct paper *p, const struct why_link *l, bool source)
{
	int indent = l->depth > 0 ? (l->depth - 1) * STEP + 2 : 0, most = p->width / 2;
	struct text line = { 0 };

	indent = indent > most ? most : indent; /* a long chain still has room to be read */
	if (indent) {
		text_pad(t, indent);
		text_add(t, p->utf8 ? "└─ " : "`- ");
		indent += STEP;
	}
	paper_add_wrapped(t, p, l->sentence, indent ? indent : 2);
	if (source && l->source[0]) {
		text_pad(t, indent + 2);
		text_addf(&line, "(%s)", l->source);
		paper_add_wrapped(t, p, text_string(&line), indent + 3);
	}
	text_free(&line);
}

/* The members of the circle, each once: its last link names the first again. */
static int add_members(struct text *line, const struct why *w, bool threads)
{
	int members = 0;

	for (int i = w->cycle; i < w->n_links; i++) {
		const struct why_link *l = &w->link[i];
		bool again = l->pid <= 0;

		for (int k = w->cycle; k < i; k++)
			again |= threads ? w->link[k].tid == l->tid : w->link[k].pid == l->pid;
		if (again)
			continue;
		text_add(line, members++ ? ", " : "");
		text_add_printable(line, l->name, strlen(l->name));
		text_addf(line, " %d", threads ? l->tid : l->pid);
	}
	return members;
}

/* Of one process alone it is its threads that wait for each other. */
static void add_cycle(struct text *t, const struct paper *p, const struct why *w)
{
	struct text line = { 0 };
	int members = add_members(&line, w, false), threads;

	if (members == 1) {
		text_clear(&line);
		threads = add_members(&line, w, true);
		text_addf(t, "  deadlock of %d%s: ", threads, threads > 1 ? " threads" : "");
	} else {
		text_addf(t, "  deadlock of %d: ", members);
	}
	paper_add_wrapped(t, p, text_string(&line), 4);
	text_free(&line);
}

static void print_text(const struct why *w, const struct wanted *o)
{
	struct paper p = paper_of(stdout);
	struct text t = { 0 };

	for (int i = 0; i < w->n_links; i++)
		add_link(&t, &p, &w->link[i], o->source);
	if (w->end == WHY_DEADLOCK && w->cycle >= 0 && w->cycle < w->n_links)
		add_cycle(&t, &p, w);
	if (w->end == WHY_NOTHING)
		text_add(&t, "  nothing is wrong, as far as can be seen\n");
	if (w->remedy[0]) {
		text_add(&t, p.utf8 ? "  ✓ " : "  => ");
		paper_add_wrapped(&t, &p, w->remedy, p.utf8 ? 4 : 5);
	}
	fputs(text_string(&t), stdout);
	text_free(&t);
}

/* ---- as JSON -------------------------------------------------------------------------------- */

static json_t *link_json(const struct system *s, const struct why_link *l)
{
	json_t *o = json_object();

	json_set_reading(o, "pid", l->pid > 0, l->pid, NULL);
	json_set_reading(o, "tid", l->tid > 0, l->tid, NULL);
	json_set_outside(o, "name", l->name);
	json_set_number(o, "depth", l->depth);
	json_set(o, "sentence", l->sentence);
	json_set(o, "source", l->source);
	if (l->object >= 0) {
		const struct system_object *x = &s->object[l->object];

		json_set(o, "kind", system_kind_word(x->kind));
		json_set_outside(o, "object", x->name);
		json_set_reading(o, "level", x->level.known, x->level.number, x->level.why);
		json_set_reading(o, "limit", x->limit.known, x->limit.number, x->limit.why);
	}
	return o;
}

static void print_json(const struct system *s, pid_t pid, const struct why *w)
{
	static const char *const end[] = {
		[WHY_FOUND] = "found", [WHY_NOTHING] = "nothing", [WHY_DEADLOCK] = "deadlock", [WHY_UNKNOWN] = "unknown",
	};
	json_t *o = json_object(), *links = json_array();

	json_set(o, "type", "why");
	json_set_number(o, "pid", pid);
	json_set(o, "end", end[w->end]);
	for (int i = 0; i < w->n_links; i++)
		json_array_append_new(links, link_json(s, &w->link[i]));
	json_object_set_new(o, "links", links);
	if (w->end == WHY_DEADLOCK)
		json_set_number(o, "cycle", w->cycle);
	json_set(o, "remedy", w->remedy);
	json_line(stdout, o);
}

/* ---- the command ---------------------------------------------------------------------------- */

static int explain(const char *operand, const struct wanted *o, bool first)
{
	struct system *s;
	struct why w = { 0 };
	struct error e = { 0 };
	pid_t pid = pid_of(operand);
	int status = STATUS_FAILURE;

	if (pid < 0 && (pid = only_one(operand)) == 0)
		return STATUS_FAILURE;
	s = system_new();
	if (pid == 0)
		error_set(&e, ESRCH, "process %.20s", operand);
	if (pid == 0 || why_take(s, pid, &w, &e) < 0) {
		command_complain(&e);
	} else {
		if (!first && !o->json)
			putchar('\n');
		if (o->json)
			print_json(s, pid, &w);
		else
			print_text(&w, o);
		status = w.end == WHY_UNKNOWN ? STATUS_FAILURE : STATUS_FINE;
	}
	system_free(s);
	return status;
}

static int why(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' }, { "source", no_argument, NULL, 's' }, { 0 },
	};
	struct wanted o = { 0 };
	struct error e = { 0 };
	int option, status = STATUS_FINE;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option == 'j')
			o.json = true;
		else if (option == 's')
			o.source = true;
		else
			return command_usage(&command_why);
	if (optind == argc)
		return command_usage(&command_why);
	for (int i = optind; i < argc; i++)
		if (explain(argv[i], &o, i == optind) != STATUS_FINE)
			status = STATUS_FAILURE;
	if (command_flush(&e) < 0) {
		command_complain(&e);
		status = STATUS_FAILURE;
	}
	return status;
}

const struct command command_why = {
	"why", "why [--json] [--source] PID|NAME...", "why a process waits, link by link down to the cause", why,
};

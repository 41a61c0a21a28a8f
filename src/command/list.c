/* SPDX-License-Identifier: MIT */
/* ipcscope list: the lessons that come with the program, as a course follows them; the claims that
 * they put to the kernel. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/width.h"
#include "command/command.h"
#include "command/json.h"
#include "play/claims.h"
#include "play/library.h"
#include "play/needs.h"

enum { COLUMN_VERDICT = 5, COLUMN_CLAIM = 14, COLUMN_LESSON = 55 };

/* ---- lessons ------------------------------------------------------------------------------- */

static void list_json(const struct library_group *g, struct library_lesson *x, const struct lesson *l)
{
	const char *need, *why = NULL;
	json_t *o = json_object(), *see = json_array();

	for (int i = 0; l && i < l->n_see; i++)
		json_array_append_new(see, json_string(l->see[i]));
	json_object_set_new(o, "lesson", json_string(x->name));
	json_object_set_new(o, "group", json_string(g->title));
	json_object_set_new(o, "title", json_string(l ? l->title : ""));
	json_object_set_new(o, "about", json_string(l ? l->about : ""));
	json_object_set_new(o, "see", see);
	json_object_set_new(o, "steps", json_integer(l ? l->n_steps : 0));
	json_object_set_new(o, "available", json_boolean(l && !x->broken && needs_met(l, &need, &why)));
	if (why)
		json_object_set_new(o, "why", json_string(why));
	json_line(stdout, o);
}

static void list_text(struct library_lesson *x, const struct lesson *l)
{
	const char *need, *why;
	struct text t = { 0 };

	text_addf(&t, "  %s", x->name);
	text_pad(&t, 26);
	text_addf(&t, "  %s", l ? l->title : "");
	if (x->broken)
		text_add(&t, "  (cannot be read: try `ipcscope check`)");
	else if (!needs_met(l, &need, &why))
		text_addf(&t, "  (not here: %s)", why);
	puts(text_string(&t));
	text_free(&t);
}

static void list_lessons(struct library *library, bool json)
{
	for (size_t i = 0; i < library->n_groups; i++) {
		struct library_group *g = &library->group[i];

		if (!json)
			printf("%s%s\n", i ? "\n" : "", g->title);
		for (size_t k = 0; k < g->n_lessons; k++) {
			const struct lesson *l = library_read(&g->lesson[k]);

			if (json)
				list_json(g, &g->lesson[k], l);
			else
				list_text(&g->lesson[k], l);
		}
	}
}

/* ---- claims --------------------------------------------------------------------------------- */

static void claim_json(const struct claim *x)
{
	json_t *o = json_object(), *lessons = json_array();

	for (size_t i = 0; i < x->n_lines; i++)
		json_array_append_new(lessons, json_string(x->line[i].lesson));
	json_object_set_new(o, "claim", json_integer(x->number));
	json_object_set_new(o, "verdict", x->verdict ? json_string(x->verdict) : json_null());
	json_object_set_new(o, "text", json_string(x->text));
	json_object_set_new(o, "lessons", lessons);
	json_line(stdout, o);
}

/* In columns: number, verdict, the claim in lines of its own, its lessons one below the other. */
static void claim_text(const struct claim *x)
{
	const char *rest = x->text[0] ? x->text : "(not in the list of claims)";
	struct text t = { 0 };

	for (size_t i = 0, next; i == 0 || *rest || i < x->n_lines; i++, rest += next) {
		size_t length = width_wrap(rest, COLUMN_LESSON - COLUMN_CLAIM - 2, &next);

		text_clear(&t);
		if (i == 0) {
			text_addf(&t, "%3d", x->number);
			text_pad(&t, COLUMN_VERDICT);
			text_add(&t, x->verdict ? x->verdict : "-");
		}
		if (length) {
			text_pad(&t, COLUMN_CLAIM);
			text_add_bytes(&t, rest, length);
		}
		if (i < x->n_lines || (i == 0 && x->n_lines == 0)) {
			text_pad(&t, COLUMN_LESSON);
			text_add(&t, x->n_lines ? x->line[i].lesson : "no lesson yet");
		}
		puts(text_string(&t));
	}
	text_free(&t);
}

static int list_claims(struct library *library, bool json)
{
	struct error e = { 0 };
	struct claims *c = claims_read(library, &e);

	if (!c) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	for (size_t i = 0; i < c->count; i++)
		(json ? claim_json : claim_text)(&c->list[i]);
	claims_free(c);
	return STATUS_FINE;
}

static int list(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' }, { "claims", no_argument, NULL, 'c' }, { 0 },
	};
	bool json = false, claims = false;
	int option, status = STATUS_FINE;
	struct library *library;
	struct error e;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option == 'j')
			json = true;
		else if (option == 'c')
			claims = true;
		else
			return command_usage(&command_list);
	if (optind != argc)
		return command_usage(&command_list);
	library = library_open(&e);
	if (!library) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
	if (claims)
		status = list_claims(library, json);
	else
		list_lessons(library, json);
	library_free(library);
	return status;
}

const struct command command_list = {
	"list", "list [--claims] [--json]", "the lessons that come with the program; what they say of claims", list,
};

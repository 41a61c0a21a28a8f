/* SPDX-License-Identifier: MIT */
/* ipcscope list: the lessons that come with the program, as a course follows them. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "command/command.h"
#include "play/needs.h"
#include "play/library.h"

static void list_json(const struct library_group *g, struct library_lesson *x, const struct lesson *l)
{
	const char *need, *why = NULL;
	json_t *o = json_object(), *see = json_array();
	char *line;

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
	line = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
	if (line)
		puts(line);
	free(line);
	json_decref(o);
}

static void list_text(struct library_lesson *x, const struct lesson *l)
{
	const char *need, *why;
	struct text t = { 0 };

	text_addf(&t, "  %s", x->name);
	text_pad(&t, 20);
	text_addf(&t, "  %s", l ? l->title : "");
	if (x->broken)
		text_add(&t, "  (cannot be read: try `ipcscope check`)");
	else if (!needs_met(l, &need, &why))
		text_addf(&t, "  (not here: %s)", why);
	puts(text_string(&t));
	text_free(&t);
}

static int list(int argc, char **argv)
{
	static const struct option options[] = { { "json", no_argument, NULL, 'j' }, { 0 } };
	struct library *library;
	bool json = false;
	struct error e;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option != 'j')
			return command_usage(&command_list);
		else
			json = true;
	if (optind != argc)
		return command_usage(&command_list);
	library = library_open(&e);
	if (!library) {
		command_complain(&e);
		return STATUS_FAILURE;
	}
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
	library_free(library);
	return STATUS_FINE;
}

const struct command command_list = {
	"list", "list [--json]", "the lessons that come with the program", list,
};

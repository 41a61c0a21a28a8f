/* SPDX-License-Identifier: MIT */
/* What the commands print of names that would do harm: harmless, as text and as JSON. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/width.h"
#include "tests/system/nasty.h"
#include "tests/unit.h"

static void run(const char *arguments, struct text *out)
{
	char command[512], piece[4096];
	size_t n;
	FILE *f;

	snprintf(command, sizeof command, "%s/ipcscope %s </dev/null 2>&1", TOP_BUILDDIR, arguments);
	f = popen(command, "r");
	ck_assert_ptr_nonnull(f);
	text_clear(out);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		text_add_bytes(out, piece, n);
	ck_assert_msg(pclose(f) == 0, "%s: %s", arguments, text_string(out));
}

static void check_lines(const char *arguments, const struct text *out, bool json)
{
	char *copy = strdup(text_string(out)), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		json_error_t e;
		json_t *o;

		if (!json) {
			/* Tables fit into 80 columns; sentences are as long as they are. */
			ck_assert_msg(strncmp(arguments, "why", 3) == 0 || width_text(line) <= 80, "%s: too wide: %s", arguments, line);
			continue;
		}
		if (*line == '\0')
			continue;
		o = json_loads(line, 0, &e);
		ck_assert_msg(o != NULL, "%s: %s: %s", arguments, e.text, line);
		json_decref(o);
	}
	free(copy);
}

/* %d: the process's pid. */
static const struct { const char *arguments; bool of_opener, json; } commands[] = {
	{ "system --all", false, false }, { "system -p %d", false, false }, { "system -p %d", true, false },
	{ "system --all --json", false, true }, { "system --json -p %d", false, true }, { "system --json -p %d", true, true },
	{ "why %d", false, false }, { "why %d", true, false }, { "why --source %d", true, false },
	{ "why --json %d", false, true }, { "why --json %d", true, true },
	{ "objects", false, false }, { "objects --all", false, false }, { "objects --json", false, true },
};

START_TEST(what_is_printed_is_harmless)
{
	struct text out = { 0 }, escaped = { 0 };
	struct nasty n;
	char arguments[64];
	const char *at;

	nasty_start(&n);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		bool json = commands[i].json;

		snprintf(arguments, sizeof arguments, "%s", commands[i].arguments);
		if (strchr(arguments, '%'))
			snprintf(strchr(arguments, '%'), 16, "%d", (int)(commands[i].of_opener ? n.opener.pid : n.holder.pid));
		run(arguments, &out);
		at = nasty_find(text_string(&out), out.length);
		ck_assert_msg(at == NULL, "%s: byte 0x%02x, before: %.100s", arguments, at ? (unsigned char)*at : 0,
			      at && at - text_string(&out) > 100 ? at - 100 : text_string(&out));
		text_clear(&escaped);
		text_add(&escaped, json ? "\\" : "");
		text_add(&escaped, nasty_escaped);
		ck_assert_msg(strstr(text_string(&out), text_string(&escaped)) != NULL, "%s does not say %s:\n%s", arguments,
			      text_string(&escaped), text_string(&out));
		check_lines(arguments, &out, json);
	}
	nasty_stop(&n);
	text_free(&out);
	text_free(&escaped);
}
END_TEST

Suite *suite_nasty(void)
{
	Suite *suite = suite_create("nasty");
	TCase *all = tcase_create("commands");

	nasty_use(all);
	tcase_set_timeout(all, 200);
	tcase_add_test(all, what_is_printed_is_harmless);
	suite_add_tcase(suite, all);
	return suite;
}

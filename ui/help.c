/* SPDX-License-Identifier: MIT */
#include "ui/help.h"

#include <string.h>

#include "ui/keys.h"
#include "ui/panes.h"

enum { ROWS = 600, LINE = 200 };

void help_draw(struct canvas *c, unsigned where, int *scroll)
{
	struct overlay_row row[ROWS];
	const struct key_row *k;
	int n = 0;

	row[n++] = (struct overlay_row){ where == KEYS_STAGE ? "On the stage" : "In the list of lessons", NULL, true };
	for (size_t i = 0; (k = keys_nth(i)); i++)
		if (k->where & where && k->where != KEYS_ALL)
			row[n++] = (struct overlay_row){ k->label, k->help, false };
	row[n++] = (struct overlay_row){ "Everywhere", NULL, true };
	for (size_t i = 0; (k = keys_nth(i)); i++)
		if (k->where == KEYS_ALL)
			row[n++] = (struct overlay_row){ k->label, k->help, false };
	overlay_table(c, "help", row, n, scroll);
}

void help_script_draw(struct canvas *c, const char *script, int *scroll)
{
	static char line[ROWS][LINE];
	struct overlay_row row[ROWS];
	int n = 0;

	while (*script && n < ROWS) {
		size_t length = strcspn(script, "\n"), keep = length < LINE - 1 ? length : LINE - 1;

		memcpy(line[n], script, keep);
		line[n][keep] = '\0';
		row[n] = (struct overlay_row){ line[n], NULL, false };
		n++;
		script += length + (script[length] == '\n');
	}
	overlay_table(c, "script", row, n, scroll);
}

/* SPDX-License-Identifier: MIT */
#include "ui/help.h"

#include <string.h>

#include "ui/keys.h"
#include "ui/panes.h"

enum { ROWS = 600, LINE = 200 };

void help_draw(struct canvas *c, unsigned where, int *scroll)
{
	struct overlay_row row[ROWS];
	const struct keys_place *place;
	const struct key_row *k;
	int n = 0;

	for (size_t p = 0; (place = keys_place_nth(p)); p++) {
		if (place->where != where && place->where != KEYS_ALL)
			continue;
		row[n++] = (struct overlay_row){ place->title, NULL, true };
		for (size_t i = 0; (k = keys_nth(i)); i++)
			if (keys_listed(k, place->where))
				row[n++] = (struct overlay_row){ k->label, k->help, false };
	}
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

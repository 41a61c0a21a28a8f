/* SPDX-License-Identifier: MIT */
/* The tabs System and Objects with names that would do harm: nothing of them reaches the terminal as it is, and
 * columns stay where they are. */
#include "tests/unit.h"

#include <string.h>

#include "tests/screen/explorer.h"
#include "tests/system/nasty.h"

/* In what the program writes are sequences of its own: of those that come from names there is none. */
static void check_written(struct explorer *e)
{
	static const char *const sequences[] = {
		"\033]", "\007", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8f", "\xd8\x9c", "\xff", "\xfe", "\x7f",
	};
	size_t length;
	const char *written = screen_written(e->s, &length);

	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
		ck_assert_msg(memmem(written, length, sequences[i], strlen(sequences[i])) == NULL,
			      "sequence %zu of those that do harm was written", i);
}

/* Where a heading begins, each of the rows has a word begin, behind a blank. */
static void check_columns(struct explorer *e, const char *const headings[], int n)
{
	int x, y, rows = 0;

	for (int i = 0; i < n; i++) {
		ck_assert(screen_find(e->s, headings[i], &x, &y));
		for (int row = y + 1; row < e->height && screen_cell(e->s, 1, row).text[0] > ' '; row++) {
			ck_assert_msg(strcmp(screen_cell(e->s, x - 1, row).text, " ") == 0 || !screen_cell(e->s, x - 1, row).text[0],
				      "row %d runs into %s", row, headings[i]);
			rows += strchr(screen_cell(e->s, x, row).text, ' ') == NULL && screen_cell(e->s, x, row).text[0];
		}
	}
	ck_assert_int_ge(rows, n); /* something was compared */
}

START_TEST(system_tab)
{
	static const char *const headings[] = { "LEVEL", "WRITERS", "READERS", "STATE" };
	struct explorer *e;
	struct nasty n;

	nasty_start(&n);
	e = explorer_start(_i ? 200 : 80, _i ? 50 : 24, NULL, "");
	explorer_sees(e, "Pipes");
	explorer_press(e, "2");
	explorer_sees(e, "OBJECT");
	explorer_press(e, "/");
	screen_type(e->s, "PWN");
	explorer_press(e, "Enter");
	explorer_sees(e, "Esc shows all");
	explorer_sees(e, nasty_escaped);
	check_columns(e, headings, 4);
	explorer_press(e, "w");
	explorer_sees(e, nasty_escaped);
	explorer_press(e, "i");
	explorer_sees(e, "/proc/");
	explorer_press(e, "Escape T");
	explorer_sees(e, "tree by object");
	explorer_press(e, "T");
	explorer_sees(e, "tree by process");
	explorer_press(e, "T Enter");
	explorer_sees(e, "Watched from outside");
	explorer_sees(e, nasty_escaped);
	explorer_press(e, "Escape");
	explorer_sees(e, "OBJECT");
	explorer_quit(e);
	check_written(e);
	explorer_free(e);
	nasty_stop(&n);
}
END_TEST

START_TEST(objects_tab)
{
	static const char *const headings[] = { "KEY", "OWNER", "PERM", "HOLDS", "STATE" };
	struct explorer *e;
	struct nasty n;

	nasty_start(&n);
	e = explorer_start(_i ? 200 : 100, _i ? 50 : 24, NULL, "");
	explorer_sees(e, "Pipes");
	explorer_press(e, "3");
	explorer_sees(e, "KIND");
	explorer_press(e, "/");
	screen_type(e->s, "nasty");
	explorer_press(e, "Enter");
	explorer_sees(e, "Esc shows all");
	explorer_sees(e, "ipcscope-nasty");
	check_columns(e, headings, 5);
	/* The question before a removal names it, and whom it would hurt: of the last, whose name is listed anywhere. */
	explorer_press(e, "Down Down x");
	explorer_sees(e, "Remove");
	explorer_sees(e, nasty_escaped);
	explorer_press(e, "n");
	explorer_loses(e, "Remove");
	explorer_quit(e);
	check_written(e);
	explorer_free(e);
	nasty_stop(&n);
}
END_TEST

Suite *suite_explorer_nasty(void)
{
	Suite *suite = suite_create("explorer_nasty");
	TCase *tc = tcase_create("explorer_nasty");

	nasty_use(tc);
	tcase_set_timeout(tc, 240);
	tcase_add_loop_test(tc, system_tab, 0, 2);
	tcase_add_loop_test(tc, objects_tab, 0, 2);
	suite_add_tcase(suite, tc);
	return suite;
}

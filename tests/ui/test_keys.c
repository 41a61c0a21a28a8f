/* SPDX-License-Identifier: MIT */
/* The table of keys, and the footer made from it. */
#include "tests/unit.h"

#include <string.h>

#include "base/text.h"
#include "base/width.h"
#include "ui/keys.h"
#include "ui/panes.h"
#include "ui/term.h"

/* No key means two things in one place, and each row tells what it does. */
START_TEST(no_key_twice)
{
	const struct key_row *a, *b;

	for (size_t i = 0; (a = keys_nth(i)); i++) {
		ck_assert(a->label && a->label[0] && a->help && a->help[0] && a->where && a->key[0]);
		ck_assert_int_ne(a->action, ACT_NONE);
		for (size_t k = i; (b = keys_nth(k)); k++)
			for (int m = 0; m < 4 && a->key[m]; m++)
				for (int n = 0; n < 4 && b->key[n]; n++)
					ck_assert_msg((a == b && m == n) || a->key[m] != b->key[n] || !(a->where & b->where),
						      "%s and %s share a key", a->label, b->label);
	}
}
END_TEST

START_TEST(actions)
{
	ck_assert_int_eq(keys_action('q', KEYS_LESSONS), ACT_QUIT);
	ck_assert_int_eq(keys_action('q', KEYS_STAGE), ACT_QUIT);
	ck_assert_int_eq(keys_action(' ', KEYS_STAGE), ACT_NEXT);
	ck_assert_int_eq(keys_action(' ', KEYS_LESSONS), ACT_NONE);
	ck_assert_int_eq(keys_action('/', KEYS_LESSONS), ACT_FILTER);
	ck_assert_int_eq(keys_action('/', KEYS_STAGE), ACT_NONE);
	ck_assert_int_eq(keys_action(TERM_ESCAPE, KEYS_STAGE), ACT_BACK);
	ck_assert_int_eq(keys_action('?', KEYS_STAGE), ACT_HELP);
	ck_assert_int_eq(keys_action(TERM_F1, KEYS_LESSONS), ACT_HELP);
	ck_assert_int_eq(keys_action(TERM_INTERRUPT, KEYS_STAGE), ACT_QUIT);
	for (int digit = '1'; digit <= '9'; digit++)
		ck_assert_int_eq(keys_action(digit, KEYS_STAGE), ACT_ANSWER);
	ck_assert_int_eq(keys_action('0', KEYS_STAGE), ACT_NONE);
	ck_assert_int_eq(keys_action(0, KEYS_STAGE), ACT_NONE); /* rows are filled up with 0 */
	ck_assert_int_eq(keys_action(0x1f600, KEYS_ALL), ACT_NONE);
}
END_TEST

static void footer(struct canvas *c, unsigned where, struct text *t)
{
	canvas_clear(c);
	keys_footer(c, where);
	text_clear(t);
	canvas_text(c, t);
}

/* At every width help and the way out are told, whole words only, nothing above the last line. */
START_TEST(footers)
{
	static const struct { unsigned where; const char *first; } places[] = {
		{ KEYS_LESSONS, "Enter play" }, { KEYS_STAGE, "Space next" }, { KEYS_SYSTEM, "Enter watch" },
		{ KEYS_OBJECTS, "x remove" }, { KEYS_WATCH, "Tab pane" },
	};
	struct text t = { 0 };

	for (size_t p = 0; p < sizeof places / sizeof *places; p++)
		for (int width = 40; width < 200; width++) {
			struct canvas *c = canvas_new(width, 3, width % 2);
			const char *line;

			footer(c, places[p].where, &t);
			line = text_string(&t) + strspn(text_string(&t), "\n ");
			ck_assert_msg(strstr(line, "? help"), "no help at %d: %s", width, line);
			ck_assert_msg(strstr(line, "q quit"), "no way out at %d: %s", width, line);
			ck_assert_msg(!strncmp(line, places[p].first, strlen(places[p].first)), "%s", line);
			ck_assert_int_lt(width_text(line), width);
			canvas_free(c);
		}
	text_free(&t);
}
END_TEST

START_TEST(footer_at_80)
{
	struct canvas *c = canvas_new(80, 1, false);
	struct text t = { 0 };

	footer(c, KEYS_STAGE, &t);
	ck_assert_msg(!strncmp(text_string(&t), " Space next  Bksp back  a auto  : call  Tab pane  z zoom  m man  ? help  q quit",
			       79), "%s", text_string(&t));
	text_free(&t);
	canvas_free(c);
}
END_TEST

/* A click on what the footer names is the key; beside it, and where something lies over it, it is none. */
START_TEST(footer_takes_clicks)
{
	struct canvas *c = canvas_new(80, 2, false);
	struct text t = { 0 };

	footer(c, KEYS_STAGE, &t); /* as in footer_at_80 */
	ck_assert_int_eq(canvas_place_at(c, 0, 1), 0);
	ck_assert_int_eq(canvas_place_at(c, 1, 1), ' ');
	ck_assert_int_eq(canvas_place_at(c, 10, 1), ' ');
	ck_assert_int_eq(canvas_place_at(c, 11, 1), 0);
	ck_assert_int_eq(canvas_place_at(c, 13, 1), TERM_BACKSPACE);
	ck_assert_int_eq(canvas_place_at(c, 13, 0), 0);
	ck_assert_int_eq(canvas_place_at(c, 78, 1), 'q');
	canvas_places_covered(c);
	ck_assert_int_eq(canvas_place_at(c, 78, 1), 0);
	header_tabs(c, 0);
	ck_assert_int_eq(canvas_place_at(c, 11, 0), '1');
	ck_assert_int_eq(canvas_place_at(c, 24, 0), '2');
	canvas_clear(c);
	ck_assert_int_eq(canvas_place_at(c, 24, 0), 0);
	text_free(&t);
	canvas_free(c);
}
END_TEST

START_TEST(footer_in_no_room)
{
	for (int width = 1; width < 40; width++) {
		struct canvas *c = canvas_new(width, 1, true);

		keys_footer(c, KEYS_STAGE); /* under the sanitizers */
		canvas_free(c);
	}
}
END_TEST

Suite *suite_keys(void)
{
	Suite *suite = suite_create("keys");
	TCase *tc = tcase_create("keys");

	tcase_add_test(tc, no_key_twice);
	tcase_add_test(tc, actions);
	tcase_add_test(tc, footers);
	tcase_add_test(tc, footer_at_80);
	tcase_add_test(tc, footer_takes_clicks);
	tcase_add_test(tc, footer_in_no_room);
	suite_add_tcase(suite, tc);
	return suite;
}

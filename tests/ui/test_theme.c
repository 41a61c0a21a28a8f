/* SPDX-License-Identifier: MIT */
/* Themes: every style can be read, whatever the number of colours, and the right one is chosen. */
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

#include "ui/theme.h"

static const int depths[] = { 256, 16, 8, 0 };

/* The palette's entry n as red, green and blue; 0 to 15 as xterm has them. */
static void rgb(int n, double c[3])
{
	static const unsigned char first[16][3] = {
		{ 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 }, { 0, 0, 238 }, { 205, 0, 205 },
		{ 0, 205, 205 }, { 229, 229, 229 }, { 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 },
		{ 255, 255, 0 }, { 92, 92, 255 }, { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
	};
	static const int step[] = { 0, 95, 135, 175, 215, 255 };

	for (int i = 0; i < 3; i++)
		if (n < 16)
			c[i] = first[n][i];
		else if (n < 232)
			c[i] = step[(n - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6];
		else
			c[i] = 8 + (n - 232) * 10;
}

/* Relative luminance and contrast as WCAG 2.1 defines them; x^2.4 by x^2 and x^3, which is
 * within a few hundredths. */
static double luminance(int n)
{
	static const double weight[] = { 0.2126, 0.7152, 0.0722 };
	double c[3], sum = 0;

	rgb(n, c);
	for (int i = 0; i < 3; i++) {
		double x = (c[i] / 255 + 0.055) / 1.055;

		sum += weight[i] * (c[i] <= 10 ? c[i] / 255 / 12.92 : x * x * (0.6 + 0.4 * x));
	}
	return sum;
}

static double contrast(int a, int b)
{
	double one = luminance(a), other = luminance(b);

	return one > other ? (one + 0.05) / (other + 0.05) : (other + 0.05) / (one + 0.05);
}

START_TEST(every_look)
{
	for (int n = 0; theme_nth(n); n++)
		for (size_t d = 0; d < 4; d++)
			for (int s = 0; s < STYLE_COUNT; s++) {
				const struct theme *t = theme_nth(n);
				struct look l = theme_look(t, depths[d], (enum style)s);
				int limit = depths[d] ? depths[d] : 0;

				/* a row left out of a table is all zero: black on black */
				ck_assert_msg(l.foreground != l.background || l.foreground == -1, "%s, %d colours, %s", t->name,
					      depths[d], style_name((enum style)s));
				ck_assert_int_lt(l.foreground, limit ? limit : 0);
				ck_assert_int_lt(l.background, limit ? limit : 0);
			}
}
END_TEST

/* WCAG asks 4.5 for text and 7 for high contrast; 4.3 leaves room for the error of luminance().
 * Frames and what is empty in a level may be faint. The terminal's own background is taken for
 * black. */
START_TEST(contrast_256)
{
	for (int n = 0; theme_nth(n); n++)
		for (int s = 0; s < STYLE_COUNT; s++) {
			struct look l = theme_look(theme_nth(n), 256, (enum style)s);
			bool graphics = s == STYLE_FRAME || s == STYLE_FRAME_FOCUS || s == STYLE_LEVEL_EMPTY;
			double least = !strcmp(theme_nth(n)->name, "contrast") ? 7 : graphics ? 2 : 4.3, is;

			if (l.foreground < 0)
				continue;
			is = contrast(l.foreground, l.background < 0 ? 16 : l.background);
			ck_assert_msg(is >= least, "%s %s: contrast %.2f", theme_nth(n)->name, style_name((enum style)s), is);
		}
}
END_TEST

/* Chosen rows and bars stand out from plain text without colours too. */
START_TEST(mono)
{
	for (size_t d = 0; d < 4; d++) {
		const struct theme *t = theme_find("mono");

		ck_assert(theme_look(t, depths[d], STYLE_SELECTED).reverse);
		ck_assert(theme_look(t, depths[d], STYLE_SELECTED_WARN).reverse);
		ck_assert(theme_look(t, depths[d], STYLE_BAR).reverse);
		ck_assert(theme_look(t, depths[d], STYLE_STRONG).bold);
		for (int s = 0; s < STYLE_COUNT; s++) {
			ck_assert_int_eq(theme_look(t, depths[d], (enum style)s).foreground, -1);
			ck_assert_int_eq(theme_look(t, depths[d], (enum style)s).background, -1);
		}
	}
}
END_TEST

/* The light theme brings its own background, the dark one leaves the terminal's. */
START_TEST(backgrounds)
{
	for (int s = 0; s < STYLE_COUNT; s++) {
		bool bar = s >= STYLE_BAR && s <= STYLE_BAR_LEVEL;
		bool chosen = !strncmp(style_name((enum style)s), "selected", 8);

		for (size_t d = 0; d < 3; d++) {
			ck_assert_int_ge(theme_look(theme_find("light"), depths[d], (enum style)s).background, 0);
			ck_assert_int_eq(theme_look(theme_find("dark"), depths[d], (enum style)s).background >= 0, bar || chosen);
		}
	}
}
END_TEST

START_TEST(names)
{
	for (int s = 0; s < STYLE_COUNT; s++) {
		ck_assert_ptr_nonnull(style_name((enum style)s));
		for (int other = 0; other < s; other++)
			ck_assert_str_ne(style_name((enum style)s), style_name((enum style)other));
		ck_assert(!strncmp(style_name(style_selected((enum style)s)), "selected", 8));
	}
	ck_assert_int_eq(style_selected(STYLE_WARN), STYLE_SELECTED_WARN);
	ck_assert_int_eq(style_selected(STYLE_TEXT), STYLE_SELECTED);
	for (int n = 0; theme_nth(n); n++) {
		ck_assert_ptr_eq(theme_find(theme_nth(n)->name), theme_nth(n));
		ck_assert_uint_gt(strlen(theme_nth(n)->summary), 10);
	}
	ck_assert_ptr_null(theme_find("pink"));
	ck_assert_ptr_null(theme_nth(-1));
}
END_TEST

/* NULL in the environment's columns: not set. */
static const struct choice {
	const char *asked, *theme, *no_color, *colorfgbg, *expected;
} choices[] = {
	{ NULL, NULL, NULL, NULL, "dark" },
	{ "light", "contrast", "1", "15;0", "light" },
	{ NULL, "contrast", "1", "0;15", "contrast" },
	{ NULL, "", "1", "0;15", "mono" },
	{ NULL, NULL, "", "0;15", "light" },
	{ NULL, NULL, NULL, "15;0", "dark" },
	{ NULL, NULL, NULL, "0;default;7", "light" },
	{ NULL, NULL, NULL, "7;8", "dark" },
	{ NULL, NULL, NULL, "0;9", "light" },
	{ NULL, NULL, NULL, "0;default", "dark" },
	{ NULL, NULL, NULL, "0;16", "dark" },
	{ NULL, NULL, NULL, "0;-1", "dark" },
	{ NULL, NULL, NULL, "15", "dark" },
	{ NULL, NULL, NULL, ";", "dark" },
	{ "pink", NULL, NULL, NULL, NULL },
	{ NULL, "pink", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL, "dark" },
};

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

START_TEST(choosing)
{
	const struct choice *k = &choices[_i];
	const char *unknown = "untouched";
	const struct theme *t;

	set("IPCSCOPE_THEME", k->theme);
	set("NO_COLOR", k->no_color);
	set("COLORFGBG", k->colorfgbg);
	t = theme_choose(k->asked, &unknown);
	set("IPCSCOPE_THEME", NULL);
	set("NO_COLOR", NULL);
	set("COLORFGBG", NULL);
	if (k->expected) {
		ck_assert_ptr_nonnull(t);
		ck_assert_str_eq(t->name, k->expected);
		ck_assert_ptr_null(unknown);
	} else {
		ck_assert_ptr_null(t);
		ck_assert_str_eq(unknown, "pink");
	}
}
END_TEST

Suite *suite_theme(void)
{
	Suite *suite = suite_create("theme");
	TCase *tc = tcase_create("theme");

	tcase_add_test(tc, every_look);
	tcase_add_test(tc, contrast_256);
	tcase_add_test(tc, mono);
	tcase_add_test(tc, backgrounds);
	tcase_add_test(tc, names);
	tcase_add_loop_test(tc, choosing, 0, (int)(sizeof choices / sizeof choices[0]));
	suite_add_tcase(suite, tc);
	return suite;
}

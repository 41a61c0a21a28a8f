/* SPDX-License-Identifier: MIT */
/* The canvas, as text. */
#include "tests/unit.h"

#include <string.h>

#include "ui/canvas.h"

#define AREA(...) (struct area){ __VA_ARGS__ }

/* Compares and frees. */
static void expect(struct canvas *c, const char *expected)
{
	struct text t = { 0 };

	canvas_text(c, &t);
	ck_assert_str_eq(text_string(&t), expected);
	text_free(&t);
	canvas_free(c);
}

static void expect_styled(struct canvas *c, const char *expected)
{
	struct text t = { 0 };

	canvas_text_styled(c, &t);
	ck_assert_str_eq(text_string(&t), expected);
	text_free(&t);
	canvas_free(c);
}

START_TEST(puts_text)
{
	struct canvas *c = canvas_new(10, 3, false);

	ck_assert_int_eq(canvas_put(c, 1, 0, STYLE_TEXT, "hello"), 6);
	ck_assert_int_eq(canvas_putf(c, 0, 1, STYLE_TEXT, "%d %s", 42, "x"), 4);
	ck_assert_int_eq(canvas_put(c, 7, 2, STYLE_TEXT, "beyond"), 13);
	ck_assert_int_eq(canvas_put(c, -3, 2, STYLE_TEXT, "before"), 3);
	ck_assert_int_eq(canvas_put(c, 2, -1, STYLE_TEXT, "above"), 7);
	ck_assert_int_eq(canvas_put(c, 2, 3, STYLE_TEXT, "below"), 7);
	expect(c, " hello\n42 x\nore    bey");
}
END_TEST

START_TEST(puts_long_formatted)
{
	struct canvas *c = canvas_new(3, 1, false);

	ck_assert_int_eq(canvas_putf(c, 0, 0, STYLE_TEXT, "%0400d", 7), 400);
	canvas_putf(c, -399, 0, STYLE_TEXT, "%0400d", 7);
	expect(c, "700");
}
END_TEST

START_TEST(puts_bad_bytes)
{
	struct canvas *c = canvas_new(12, 1, false);

	ck_assert_int_eq(canvas_put(c, 0, 0, STYLE_TEXT, "a\x1b[m\x80\xc3(\x7f\n\xc2\x9b|"), 11);
	expect(c, "a?[m?" "?(???|");
}
END_TEST

START_TEST(puts_wide)
{
	struct canvas *c = canvas_new(6, 4, false);

	ck_assert_int_eq(canvas_put(c, 0, 0, STYLE_TEXT, "中文a"), 5);
	ck_assert_int_eq(canvas_put(c, 3, 1, STYLE_TEXT, "中文"), 7); /* half of the second is outside */
	canvas_put(c, -1, 2, STYLE_TEXT, "中文");                      /* half of the first is */
	canvas_put(c, 0, 3, STYLE_TEXT, "中文中");
	canvas_put(c, 1, 3, STYLE_TEXT, "x"); /* over a right half */
	canvas_put(c, 4, 3, STYLE_TEXT, "y"); /* over a left one */
	expect(c, "中文a\n   中\n 文\n x文y");
}
END_TEST

START_TEST(wide_over_wide)
{
	struct canvas *c = canvas_new(7, 1, false);

	canvas_put(c, 0, 0, STYLE_TEXT, "中中中");
	canvas_put(c, 1, 0, STYLE_TEXT, "文文");
	ck_assert_int_eq(c->cell[0].width, 1);
	ck_assert_int_eq(c->cell[1].width, 2);
	ck_assert_int_eq(c->cell[2].width, 0);
	ck_assert_int_eq(c->cell[5].width, 1);
	expect(c, " 文文");
}
END_TEST

START_TEST(clips_wide)
{
	struct canvas *c = canvas_new(8, 1, false);

	canvas_put(c, 0, 0, STYLE_TEXT, "........");
	canvas_clip(c, AREA(1, 0, 6, 1));
	canvas_put(c, 0, 0, STYLE_TEXT, "中a中b中"); /* half of the first and the last is outside */
	expect(c, ". a中b .");
}
END_TEST

START_TEST(combines)
{
	struct canvas *c = canvas_new(6, 2, false);

	ck_assert_int_eq(canvas_put(c, 0, 0, STYLE_TEXT, "e\xcc\x81x"), 2);
	ck_assert_str_eq(c->cell[0].text, "e\xcc\x81");
	/* more marks than a cell holds are dropped, one at the beginning belongs to nothing */
	ck_assert_int_eq(canvas_put(c, 0, 1, STYLE_TEXT, "\xcc\x81" "a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86z"), 2);
	ck_assert_uint_lt(strlen(c->cell[6].text), sizeof c->cell[6].text);
	ck_assert_str_eq(c->cell[7].text, "z");
	canvas_put(c, 2, 1, STYLE_TEXT, "中\xcc\x81"); /* on a wide one */
	ck_assert_str_eq(c->cell[8].text, "中\xcc\x81");
	canvas_free(c);
}
END_TEST

START_TEST(clips)
{
	struct canvas *c = canvas_new(8, 4, false);
	struct area all = canvas_clip(c, AREA(2, 1, 4, 2)), before;

	canvas_fill(c, AREA(-5, -5, 50, 50), STYLE_TEXT);
	canvas_put(c, 0, 1, STYLE_TEXT, "abcdefgh");
	before = canvas_clip(c, AREA(4, 0, 10, 10)); /* only ever narrower */
	canvas_put(c, 0, 2, STYLE_TEXT, "abcdefgh");
	canvas_unclip(c, before);
	canvas_put(c, 2, 2, STYLE_TEXT, "x");
	canvas_clip(c, AREA(6, 3, 2, 1)); /* nothing in common */
	canvas_put(c, 0, 1, STYLE_TEXT, "--------");
	canvas_unclip(c, all);
	canvas_put(c, 7, 3, STYLE_TEXT, "z");
	expect(c, "\n  cdef\n  x ef\n       z");
}
END_TEST

START_TEST(cuts)
{
	struct canvas *c = canvas_new(12, 8, false);

	ck_assert_int_eq(canvas_put_cut(c, 0, 0, 5, STYLE_TEXT, "hello"), 5);
	ck_assert_int_eq(canvas_put_cut(c, 0, 1, 5, STYLE_TEXT, "hello!"), 5);
	ck_assert_int_eq(canvas_put_cut(c, 0, 2, 5, STYLE_TEXT, "中文中文"), 5);
	ck_assert_int_eq(canvas_put_cut(c, 0, 3, 4, STYLE_TEXT, "中文中文"), 3);
	ck_assert_int_eq(canvas_put_cut(c, 0, 4, 1, STYLE_TEXT, "hello"), 1);
	ck_assert_int_eq(canvas_put_cut(c, 3, 5, 0, STYLE_TEXT, "hello"), 3);
	ck_assert_int_eq(canvas_put_cut(c, 0, 6, 3, STYLE_TEXT, "e\xcc\x81" "abc"), 3);
	ck_assert_int_eq(canvas_put_cut(c, 0, 7, 3, STYLE_TEXT, "a\nbc"), 3);
	expect(c, "hello\nhell…\n中文…\n中…\n…\n\ne\xcc\x81" "a…\na?…");
}
END_TEST

START_TEST(puts_right)
{
	struct canvas *c = canvas_new(8, 3, false);

	canvas_put_right(c, 8, 0, STYLE_TEXT, "end");
	canvas_put_right(c, 6, 1, STYLE_TEXT, "中文");
	canvas_put_right(c, 4, 2, STYLE_TEXT, "too long");
	expect(c, "     end\n  中文\nlong");
}
END_TEST

START_TEST(wraps)
{
	static const char text[] = "The pipe is full: all 16 slots hold data.";
	struct canvas *c = canvas_new(14, 5, false);

	ck_assert_int_eq(canvas_put_wrapped(c, AREA(1, 0, 12, 9), STYLE_TEXT, text), 4);
	ck_assert_int_eq(canvas_put_wrapped(c, AREA(0, 0, 12, 0), STYLE_TEXT, text), 4); /* measures */
	ck_assert_int_eq(canvas_put_wrapped(c, AREA(0, 4, 5, 1), STYLE_TEXT, "one two"), 2);
	ck_assert_int_eq(canvas_put_wrapped(c, AREA(0, 0, 5, 0), STYLE_TEXT, ""), 0);
	ck_assert_int_eq(canvas_put_wrapped(c, AREA(0, 0, 5, 0), STYLE_TEXT, "a\n\nb"), 3);
	ck_assert_int_eq(canvas_put_wrapped(c, AREA(0, 0, 0, 5), STYLE_TEXT, "a"), 0);
	ck_assert_int_eq(canvas_put_wrapped(c, AREA(0, 0, 1, 0), STYLE_TEXT, "中文"), 2); /* ends */
	expect(c, " The pipe is\n full: all 16\n slots hold\n data.\none");
}
END_TEST

START_TEST(boxes)
{
	struct canvas *c = canvas_new(21, 4, false);

	canvas_box(c, AREA(0, 0, 20, 3), STYLE_FRAME, "writer", STYLE_STRONG, "4711");
	canvas_put(c, 2, 1, STYLE_TEXT, "in");
	canvas_rule(c, 0, 3, 21, STYLE_FRAME, "events", STYLE_TITLE, "ipcs");
	expect(c, "╭─ writer ─── 4711 ╮\n│ in               │\n╰──────────────────╯\n─ events ───── ipcs ─");
}
END_TEST

START_TEST(boxes_narrow)
{
	struct canvas *c = canvas_new(16, 12, false);

	canvas_box(c, AREA(0, 0, 16, 2), STYLE_FRAME, "parent", STYLE_STRONG, "4710");
	canvas_box(c, AREA(0, 2, 15, 2), STYLE_FRAME, "parent", STYLE_STRONG, "4710"); /* no room for both */
	canvas_box(c, AREA(0, 4, 8, 2), STYLE_FRAME, "parent", STYLE_STRONG, NULL);
	canvas_box(c, AREA(0, 6, 5, 2), STYLE_FRAME, "parent", STYLE_STRONG, NULL);
	canvas_box(c, AREA(6, 6, 2, 2), STYLE_FRAME, NULL, STYLE_STRONG, NULL);
	canvas_box(c, AREA(9, 6, 1, 2), STYLE_FRAME, NULL, STYLE_STRONG, NULL);
	canvas_box(c, AREA(0, 8, 9, 2), STYLE_FRAME, NULL, STYLE_STRONG, "4710");
	canvas_box(c, AREA(10, 8, 9, 5), STYLE_FRAME, "cut", STYLE_STRONG, NULL); /* off the canvas */
	expect(c, "╭─ parent 4710 ╮\n╰──────────────╯\n╭─ parent ────╮\n╰─────────────╯\n"
		  "╭─ pa… ╮\n╰──────╯\n╭───╮ ╭╮\n╰───╯ ╰╯\n"
		  "╭─ 4710 ╮ ╭─ cut\n╰───────╯ │\n          │\n          │");
}
END_TEST

START_TEST(boxes_ascii)
{
	struct canvas *c = canvas_new(12, 4, true);

	canvas_box(c, AREA(0, 0, 12, 3), STYLE_FRAME, "a long title", STYLE_STRONG, NULL);
	canvas_put_glyph(c, 2, 1, STYLE_WARN, GLYPH_BLOCKED);
	canvas_put(c, 4, 1, STYLE_TEXT, "“é”—é");
	canvas_hline(c, 0, 3, 3, STYLE_FRAME);
	canvas_put_glyph(c, 3, 3, STYLE_FLOW, GLYPH_RIGHT);
	expect(c, "+- a long~ +\n| # \"é\"-é  |\n+----------+\n--->");
}
END_TEST

/* Every glyph has both forms, and the plain one is found from the other. */
START_TEST(glyphs)
{
	for (int g = 0; g < GLYPH_COUNT; g++) {
		const char *plain = glyph_text((enum glyph)g, true);
		struct canvas *c = canvas_new(2, 1, false);

		ck_assert_uint_eq(strlen(plain), 1);
		ck_assert(plain[0] > ' ' && plain[0] < 0x7f);
		ck_assert_int_eq(canvas_put(c, 0, 0, STYLE_TEXT, glyph_text((enum glyph)g, false)), 1);
		canvas_free(c);
		c = canvas_new(2, 1, true);
		canvas_put(c, 0, 0, STYLE_TEXT, glyph_text((enum glyph)g, false));
		ck_assert_uint_eq(strlen(c->cell[0].text), 1);
		ck_assert((unsigned char)c->cell[0].text[0] < 0x7f);
		canvas_free(c);
	}
	ck_assert_int_eq(glyph_plain(0x2014), '-');
	ck_assert_int_eq(glyph_plain(0x4e2d), 0);
}
END_TEST

START_TEST(bars)
{
	static const struct { int64_t part, whole; const char *expected; } cases[] = {
		{ 0, 64, "░░░░░░░░" }, { 1, 64, "▏░░░░░░░" }, { 2, 64, "▎░░░░░░░" }, { 3, 64, "▍░░░░░░░" },
		{ 4, 64, "▌░░░░░░░" }, { 5, 64, "▋░░░░░░░" }, { 6, 64, "▊░░░░░░░" }, { 7, 64, "▉░░░░░░░" },
		{ 8, 64, "█░░░░░░░" }, { 36, 64, "████▌░░░" }, { 63, 64, "███████▉" }, { 64, 64, "████████" },
		{ 99, 64, "████████" }, { -5, 64, "░░░░░░░░" }, { 0, 0, "░░░░░░░░" }, { 5, 0, "░░░░░░░░" },
		{ 1, 1000000, "▏░░░░░░░" }, { 999999, 1000000, "███████▉" },
		{ INT64_MAX / 2, INT64_MAX, "███▉░░░░" }, { 1, INT64_MAX, "▏░░░░░░░" },
		{ INT64_MAX - 1, INT64_MAX, "███████▉" }, { INT64_MAX, INT64_MAX, "████████" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct canvas *c = canvas_new(9, 1, false);

		canvas_bar(c, 0, 0, 8, cases[i].part, cases[i].whole);
		expect(c, cases[i].expected);
	}
}
END_TEST

START_TEST(bars_ascii)
{
	static const struct { int width; int64_t part, whole; const char *expected; } cases[] = {
		{ 4, 0, 100, "...." }, { 4, 1, 100, "#..." }, { 4, 25, 100, "#..." }, { 4, 50, 100, "##.." },
		{ 4, 99, 100, "###." }, { 4, 100, 100, "####" }, { 1, 0, 9, "." }, { 1, 5, 9, "+" }, { 1, 9, 9, "#" },
		{ 0, 5, 9, "" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct canvas *c = canvas_new(5, 1, true);

		canvas_bar(c, 0, 0, cases[i].width, cases[i].part, cases[i].whole);
		expect(c, cases[i].expected);
	}
}
END_TEST

/* One column: what stands in its two cells, top and bottom. */
static const struct column_case { int64_t from, to; const char *expected, *plain; } columns[] = {
	{ 0, 0, "\n", "\n" },
	{ 0, 16, "█\n█", "#\n#" },
	{ 0, 8, "\n█", "\n#" },
	{ 8, 16, "█\n", "#\n" },
	{ 0, 1, "\n▁", "\n_" },
	{ 0, 4, "\n▄", "\n=" },
	{ 0, 11, "▃\n█", "=\n#" },
	{ 0, 15, "▇\n█", "=\n#" },
	{ 4, 16, "█\n▀", "#\n=" },
	{ 7, 16, "█\n▔", "#\n\"" },
	{ 15, 16, "▔\n", "\"\n" },
	{ 1, 16, "█\n▀", "#\n=" },
	{ 2, 5, "\n■", "\n-" },
	{ -3, 99, "█\n█", "#\n#" },
	{ 9, 3, "\n", "\n" },
};

START_TEST(column)
{
	const struct column_case *k = &columns[_i];
	struct canvas *c = canvas_new(1, 2, false);

	canvas_column(c, 0, 0, 1, 2, k->from, k->to, 16);
	expect(c, k->expected);
	c = canvas_new(1, 2, true);
	canvas_column(c, 0, 0, 1, 2, k->from, k->to, 16);
	expect(c, k->plain);
}
END_TEST

/* A page of 4096 bytes, of which one is there, or one is missing, at either end. */
START_TEST(column_is_honest)
{
	static const struct { int64_t from, to; const char *expected; } cases[] = {
		{ 0, 1, "\n▁▁" }, { 0, 4095, "▇▇\n██" }, { 4095, 4096, "▔▔\n" }, { 1, 4096, "██\n▀▀" },
		{ 2000, 2001, NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct canvas *c = canvas_new(2, 2, false);
		struct text t = { 0 };

		canvas_column(c, 0, 0, 2, 2, cases[i].from, cases[i].to, 4096);
		canvas_text(c, &t);
		ck_assert_str_ne(text_string(&t), "\n");
		ck_assert_str_ne(text_string(&t), "██\n██");
		text_free(&t);
		if (cases[i].expected)
			expect(c, cases[i].expected);
		else
			canvas_free(c);
	}
}
END_TEST

START_TEST(styles)
{
	struct canvas *c = canvas_new(10, 4, false);

	canvas_fill(c, AREA(0, 0, 10, 1), STYLE_BAR);
	canvas_put(c, 1, 0, STYLE_BAR_KEY, "q");
	canvas_put(c, 0, 1, STYLE_TEXT, "ab");
	canvas_put(c, 3, 1, STYLE_DIM, "cd");
	canvas_put(c, 5, 1, STYLE_WARN, "e");
	canvas_put(c, 0, 2, STYLE_TEXT, "ab");
	canvas_put(c, 3, 2, STYLE_DIM, "cd");
	canvas_put(c, 5, 2, STYLE_WARN, "e");
	canvas_select(c, AREA(0, 2, 7, 1));
	canvas_put(c, 0, 3, STYLE_TEXT, "plain");
	canvas_style(c, AREA(1, 3, 2, 9), STYLE_GOOD);
	expect_styled(c, "{bar} {bar-key}q{bar}        \n"
			 "ab {dim}cd{warn}e\n"
			 "{selected}ab {selected-dim}cd{selected-warn}e{selected} \n"
			 "p{good}la{text}in");
}
END_TEST

START_TEST(resizes)
{
	struct canvas *c = canvas_new(4, 2, false);

	canvas_put(c, 0, 0, STYLE_BAD, "abcd");
	c->cursor_x = c->cursor_y = 1;
	canvas_clip(c, AREA(0, 0, 1, 1));
	canvas_resize(c, 6, 1);
	ck_assert_int_eq(c->cursor_x, -1);
	canvas_put(c, 3, 0, STYLE_TEXT, "xyz");
	expect_styled(c, "   xyz");
	c = canvas_new(0, -1, false);
	canvas_put(c, 0, 0, STYLE_TEXT, "nowhere");
	canvas_box(c, AREA(0, 0, 9, 9), STYLE_FRAME, "t", STYLE_TITLE, NULL);
	expect(c, "");
}
END_TEST

Suite *suite_canvas(void)
{
	Suite *suite = suite_create("canvas");
	TCase *text = tcase_create("text"), *drawing = tcase_create("drawing");

	tcase_add_test(text, puts_text);
	tcase_add_test(text, puts_long_formatted);
	tcase_add_test(text, puts_bad_bytes);
	tcase_add_test(text, puts_wide);
	tcase_add_test(text, wide_over_wide);
	tcase_add_test(text, clips_wide);
	tcase_add_test(text, combines);
	tcase_add_test(text, clips);
	tcase_add_test(text, cuts);
	tcase_add_test(text, puts_right);
	tcase_add_test(text, wraps);
	tcase_add_test(text, styles);
	tcase_add_test(text, resizes);
	suite_add_tcase(suite, text);
	tcase_add_test(drawing, boxes);
	tcase_add_test(drawing, boxes_narrow);
	tcase_add_test(drawing, boxes_ascii);
	tcase_add_test(drawing, glyphs);
	tcase_add_test(drawing, bars);
	tcase_add_test(drawing, bars_ascii);
	tcase_add_loop_test(drawing, column, 0, (int)(sizeof columns / sizeof columns[0]));
	tcase_add_test(drawing, column_is_honest);
	suite_add_tcase(suite, drawing);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* Cut text, bars, sizes, columns: on wide and narrow paper, with and without UTF-8. */
#include <string.h>
#include <unistd.h>

#include "base/width.h"
#include "command/columns.h"
#include "command/paper.h"
#include "tests/unit.h"

static const struct paper wide = { 80, true }, ascii = { 80, false };

#define is(expected, call) do { \
	struct text t = { 0 }; \
	call; \
	ck_assert_str_eq(text_string(&t), expected); \
	text_free(&t); \
} while (0)

START_TEST(sizes_are_never_more_than_there_is)
{
	is("0", paper_add_size(&t, 0));
	is("1023", paper_add_size(&t, 1023));
	is("1K", paper_add_size(&t, 1024));
	is("1.9K", paper_add_size(&t, 2047));
	is("63K", paper_add_size(&t, 65535));
	is("64K", paper_add_size(&t, 65536));
	is("2.5M", paper_add_size(&t, 5 << 19));
	is("15E", paper_add_size(&t, UINT64_MAX));
}
END_TEST

START_TEST(bars)
{
	is("........", paper_add_bar(&t, &ascii, 0, 64, 8));
	is("#.......", paper_add_bar(&t, &ascii, 1, 64, 8));
	is("####....", paper_add_bar(&t, &ascii, 32, 64, 8));
	is("#######.", paper_add_bar(&t, &ascii, 63, 64, 8));
	is("########", paper_add_bar(&t, &ascii, 64, 64, 8));
	is("########", paper_add_bar(&t, &ascii, 90, 64, 8));
	is("▏░░░", paper_add_bar(&t, &wide, 1, 1000000, 4));
	is("███▉", paper_add_bar(&t, &wide, 999999, 1000000, 4));
	is("██▌░", paper_add_bar(&t, &wide, 5, 8, 4));
	is("████", paper_add_bar(&t, &wide, UINT64_MAX, UINT64_MAX, 4));
}
END_TEST

START_TEST(cut_text_never_exceeds_its_columns)
{
	is("管道abc", paper_add_cut(&t, &wide, "管道abc", 7));
	is("管…", paper_add_cut(&t, &wide, "管道abc", 4));
	is("??abc", paper_add_cut(&t, &ascii, "管道abc", 7));
	is("long...", paper_add_cut(&t, &ascii, "long text", 7));
	for (int columns = 1; columns < 12; columns++) {
		struct text t = { 0 };

		paper_add_cut(&t, &wide, "a管道b管道c管道", columns);
		ck_assert_int_le(width_text(text_string(&t)), columns);
		text_clear(&t);
		paper_add_cut(&t, &ascii, "a管道b管道c管道", columns);
		ck_assert_int_le(width_text(text_string(&t)), columns);
		text_free(&t);
	}
}
END_TEST

START_TEST(wrapped_text_is_indented)
{
	struct paper narrow = { 12, true };

	is("  one two\n    three\n", (text_add(&t, "  "), paper_add_wrapped(&t, &narrow, "one two three", 4)));
}
END_TEST

START_TEST(what_is_no_terminal_is_80_wide)
{
	int fd[2];
	FILE *f;

	ck_assert_int_eq(pipe(fd), 0);
	f = fdopen(fd[1], "w");
	ck_assert_int_eq(paper_of(f).width, 80);
	fclose(f);
	close(fd[0]);
}
END_TEST

static int longest_line(const char *s)
{
	int most = 0;

	while (*s) {
		size_t n = strcspn(s, "\n");
		char line[400];
		int w;

		ck_assert_uint_lt(n, sizeof line);
		memcpy(line, s, n);
		line[n] = '\0';
		w = width_text(line);
		most = w > most ? w : most;
		s += n + (s[n] == '\n');
	}
	return most;
}

START_TEST(columns_give_way_to_the_paper)
{
	char a[] = "NAME", b[] = "N", c[] = "WHAT", d[] = "a name that is long", e[] = "12345", f[] = "a long sentence too, much too long";
	char *cell[] = { a, b, c, d, e, f };

	for (int width = 30; width < 100; width += 10) {
		struct columns columns = { .n = 3, .right = 2, .fewest = { [0] = 6, [2] = 6 } };
		struct paper p = { width, true };
		struct text t = { 0 };

		columns_measure(&columns, &p, cell, 2);
		columns_add(&t, &columns, &p, cell);
		columns_add(&t, &columns, &p, cell + 3);
		ck_assert_int_le(longest_line(text_string(&t)), width);
		ck_assert_msg(strstr(text_string(&t), "12345"), "a number is cut: %s", text_string(&t));
		text_free(&t);
	}
}
END_TEST

START_TEST(columns_are_as_wide_as_they_need_to_be)
{
	char a[] = "NAME", b[] = "N", c[] = "x", d[] = "123";
	char *cell[] = { a, b, c, d };
	struct columns columns = { .n = 2, .right = 2 };
	struct text t = { 0 };

	columns_measure(&columns, &wide, cell, 2);
	columns_add(&t, &columns, &wide, cell);
	columns_add(&t, &columns, &wide, cell + 2);
	ck_assert_str_eq(text_string(&t), "NAME    N\nx     123\n");
	text_free(&t);
}
END_TEST

Suite *suite_paper(void)
{
	Suite *s = suite_create("paper");
	TCase *t = tcase_create("paper");

	tcase_add_test(t, sizes_are_never_more_than_there_is);
	tcase_add_test(t, bars);
	tcase_add_test(t, cut_text_never_exceeds_its_columns);
	tcase_add_test(t, wrapped_text_is_indented);
	tcase_add_test(t, what_is_no_terminal_is_80_wide);
	tcase_add_test(t, columns_give_way_to_the_paper);
	tcase_add_test(t, columns_are_as_wide_as_they_need_to_be);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* Claims and the verdicts of lessons on them. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "play/claims.h"

static char folder[32];

static const struct { const char *name, *text; } files[] = {
	{ "index", "a A\n\tone two\nb B\n\tthree missing\n" },
	{ "claims", "# comment\n1\tFirst claim\n2\tSecond: claim\nno number\n3 no tab\n4\tFourth\n0\tZeroth\n-5\tx\n99999999\tx\n" },
	{ "a/one.lesson", "lesson One\nclaim 1 true: First claim. Because.\nclaim 2 false: x\nclaim 1 true: again\n" },
	{ "a/two.lesson", "claim 1 true: First\nclaim 7 partly: not listed\n" },
	{ "a/sandbox.lesson", "claim 4 true: not looked at\n" },
	{ "b/three.lesson", "claim 2 true: y\nclaim 1 true: z\nclaim 2 false: y\n" },
};

static void setup(void)
{
	char path[256];

	strcpy(folder, "/tmp/claims-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%c", folder, "ab"[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		FILE *f;

		snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
		f = fopen(path, "w");
		ck_assert_ptr_nonnull(f);
		fputs(files[i].text, f);
		fclose(f);
	}
	setenv("IPCSCOPE_LESSONS", folder, 1);
}

static void take_away(const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	remove(path);
}

static void teardown(void)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		take_away(files[i].name);
	take_away("a");
	take_away("b");
	take_away("");
}

START_TEST(verdicts_are_collected)
{
	struct library *l = library_open(NULL);
	struct claims *c = claims_read(l, NULL);
	struct text t = { 0 };

	ck_assert_ptr_nonnull(c);
	for (size_t i = 0; i < c->count; i++) {
		const struct claim *x = &c->list[i];

		text_addf(&t, "%d %s %s", x->number, x->text, x->verdict ? x->verdict : "-");
		for (size_t k = 0; k < x->n_lines; k++)
			text_addf(&t, " %s %s", x->line[k].lesson, x->line[k].verdict);
		text_add(&t, "\n");
	}
	ck_assert_str_eq(text_string(&t), "1 First claim true a/one true a/two true b/three true\n"
					  "2 Second: claim disputed a/one false b/three true\n"
					  "4 Fourth -\n"
					  "7  partly a/two partly\n");
	ck_assert_str_eq(c->list[0].line[0].words, "First claim. Because.");
	text_free(&t);
	claims_free(c);
	library_free(l);
}
END_TEST

START_TEST(without_a_list)
{
	struct library *l = library_open(NULL);
	struct error e = { 0 };

	take_away("claims");
	ck_assert_ptr_null(claims_read(l, &e));
	ck_assert_ptr_nonnull(strstr(e.text, "claims"));
	claims_free(NULL);
	library_free(l);
}
END_TEST

START_TEST(reasons_follow_the_claim)
{
	ck_assert_str_eq(claims_why("A buffer is 4 KiB. That is PIPE_BUF. It is."), "That is PIPE_BUF. It is.");
	ck_assert_str_eq(claims_why("Data leaves in order."), "");
	ck_assert_str_eq(claims_why("4.5 is 4.5"), "");
	ck_assert_str_eq(claims_why(""), "");
}
END_TEST

Suite *suite_claims(void)
{
	Suite *s = suite_create("claims");
	TCase *t = tcase_create("claims");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, verdicts_are_collected);
	tcase_add_test(t, without_a_list);
	tcase_add_test(t, reasons_follow_the_claim);
	suite_add_tcase(s, t);
	return s;
}

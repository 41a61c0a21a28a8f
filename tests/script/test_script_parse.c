/* SPDX-License-Identifier: MIT */
/* What is understood of each form: kinds, texts, values and exact places. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "script/parse.h"
#include "script/print.h"
#include "tests/unit.h"

static struct lesson *parse_right(const char *s, size_t length)
{
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("lesson", s, length, &m);

	if (m.count)
		ck_abort_msg("%d:%d: %s in\n%s", m.list[0].place.line, m.list[0].place.column,
			     m.list[0].text, s);
	mistakes_free(&m);
	return l;
}

static void place_is(struct place p, int line, int column, int length)
{
	ck_assert_int_eq(p.line, line);
	ck_assert_int_eq(p.column, column);
	ck_assert_int_eq(p.length, length);
}

START_TEST(parse_call)
{
	static const char source[] = "# one\n\nparent  fd = open(\"a\\0b\", p.r|A, 64K - 1)  # two\n";
	struct lesson *l = parse_right(source, strlen(source));
	const struct step *s = &l->step[0];
	const struct expression *x;

	ck_assert_int_eq(l->n_steps, 1);
	ck_assert_int_eq(s->kind, STEP_CALL);
	place_is(s->place, 3, 1, 41);
	ck_assert_str_eq(s->process, "parent");
	place_is(s->process_place, 3, 1, 6);
	ck_assert_str_eq(s->name, "fd");
	place_is(s->name_place, 3, 9, 2);
	ck_assert_str_eq(s->call.name, "open");
	place_is(s->call.place, 3, 14, 4);
	ck_assert_int_eq(s->want.kind, WANT_NOTHING);
	ck_assert(!s->blocks && !s->broken);
	ck_assert_int_eq(s->call.n_arguments, 3);
	x = s->call.argument[0];
	ck_assert_int_eq(x->kind, EXPRESSION_STRING);
	ck_assert_uint_eq(x->length, 3);
	ck_assert_int_eq(memcmp(x->text, "a\0b", 4), 0);
	place_is(x->place, 3, 19, 6);
	x = s->call.argument[1];
	ck_assert_int_eq(x->kind, EXPRESSION_OR);
	place_is(x->place, 3, 27, 5);
	ck_assert_int_eq(x->left->kind, EXPRESSION_END);
	ck_assert_str_eq(x->left->text, "p");
	ck_assert_str_eq(x->left->member, "r");
	place_is(x->left->place, 3, 27, 3);
	ck_assert_int_eq(x->right->kind, EXPRESSION_NAME);
	x = s->call.argument[2];
	ck_assert_int_eq(x->kind, EXPRESSION_SUBTRACT);
	ck_assert_int_eq(x->left->number, 65536);
	ck_assert_int_eq(x->left->format, NUMBER_K);
	ck_assert_int_eq(x->right->number, 1);
	lesson_free(l);
}
END_TEST

START_TEST(parse_binds_or_least)
{
	struct lesson *l = parse_right("a f(A|1 + 2 - -3|B)\n", 20);
	const struct expression *x = l->step[0].call.argument[0];

	ck_assert_int_eq(x->kind, EXPRESSION_OR); /* (A | ((1 + 2) - (-3))) | B */
	ck_assert_str_eq(x->right->text, "B");
	ck_assert_int_eq(x->left->kind, EXPRESSION_OR);
	ck_assert_str_eq(x->left->left->text, "A");
	ck_assert_int_eq(x->left->right->kind, EXPRESSION_SUBTRACT);
	ck_assert_int_eq(x->left->right->left->kind, EXPRESSION_ADD);
	ck_assert_int_eq(x->left->right->right->kind, EXPRESSION_NEGATE);
	ck_assert_int_eq(x->left->right->right->left->number, 3);
	lesson_free(l);
}
END_TEST

static const struct {
	const char *text;
	int64_t value;
	enum number_format format;
} numbers[] = {
	{ "0", 0, NUMBER_DECIMAL },
	{ "7", 7, NUMBER_DECIMAL },
	{ "9223372036854775807", INT64_MAX, NUMBER_DECIMAL },
	{ "0x1F", 31, NUMBER_HEX },
	{ "0x7fffffffffffffff", INT64_MAX, NUMBER_HEX },
	{ "0644", 420, NUMBER_OCTAL },
	{ "00", 0, NUMBER_OCTAL },
	{ "64K", 65536, NUMBER_K },
	{ "3M", 3145728, NUMBER_M },
	{ "8589934591G", 9223372035781033984, NUMBER_G },
};

START_TEST(parse_number)
{
	char source[80];
	struct lesson *l;

	snprintf(source, sizeof source, "a f(%s)", numbers[_i].text);
	l = parse_right(source, strlen(source));
	ck_assert_int_eq(l->step[0].call.argument[0]->number, numbers[_i].value);
	ck_assert_int_eq(l->step[0].call.argument[0]->format, numbers[_i].format);
	lesson_free(l);
}
END_TEST

START_TEST(parse_string_escapes)
{
	static const char source[] = "a f(\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\'\\0\\377\\x4\\x41g\\u4e2d#\\1234\")";
	static const char bytes[] = "\a\b\f\n\r\t\v\\\"'\0\377\x4\x41g\xe4\xb8\xad#\1234";
	struct lesson *l = parse_right(source, strlen(source));
	const struct expression *x = l->step[0].call.argument[0];

	ck_assert_uint_eq(x->length, sizeof bytes - 1);
	ck_assert_int_eq(memcmp(x->text, bytes, sizeof bytes), 0);
	lesson_free(l);
}
END_TEST

START_TEST(parse_result)
{
	static const char source[] =
		"a f() = -1\n"
		"a f() = - 1 EPIPE\n"
		"a f() = 3 \"x\\0\"*4K \"y\"...[5]\n"
		"a f() = >=2\n"
		"a f() = 0 {  st_mode = {0}\n"
		"a f() = w stopped by SIGSTOP\n"
		"a f() = 1 POLLIN|POLLHUP\n";
	struct lesson *l = parse_right(source, strlen(source));
	const struct result_text *r = &l->step[0].want;

	ck_assert_int_eq(r->kind, WANT_VALUE);
	ck_assert_int_eq(r->value->kind, EXPRESSION_NEGATE);
	place_is(r->place, 1, 9, 2);
	r = &l->step[1].want;
	ck_assert_int_eq(r->kind, WANT_ERROR);
	ck_assert_str_eq(r->symbol, "EPIPE");
	ck_assert_ptr_null(r->value);
	place_is(r->place, 2, 9, 9);
	r = &l->step[2].want;
	ck_assert_int_eq(r->n_data, 2);
	ck_assert_uint_eq(r->data[0].length, 2);
	ck_assert_int_eq(r->data[0].times, 4096);
	ck_assert_int_eq(r->data[1].times, 1);
	ck_assert(r->data_open);
	ck_assert_int_eq(r->n_list, 1);
	ck_assert_int_eq(r->list[0]->number, 5);
	r = &l->step[3].want;
	ck_assert_int_eq(r->kind, WANT_COMPARE);
	ck_assert_int_eq(r->compare, COMPARE_GE);
	ck_assert_str_eq(l->step[4].want.braces, "st_mode = {0");
	r = &l->step[5].want;
	ck_assert_str_eq(r->value->text, "w");
	ck_assert_int_eq(r->ending.kind, ENDING_STOPPED);
	ck_assert_str_eq(r->ending.value->text, "SIGSTOP");
	ck_assert_int_eq(l->step[6].want.extra->kind, EXPRESSION_OR);
	lesson_free(l);
}
END_TEST

START_TEST(parse_facts)
{
	static const char source[] = "expect s.value[n+1]>=-1,w blocked in read , w exited with 3";
	struct lesson *l = parse_right(source, strlen(source));
	const struct fact_text *f = l->step[0].fact;

	ck_assert_int_eq(l->step[0].n_facts, 3);
	ck_assert_str_eq(f[0].subject, "s");
	ck_assert_str_eq(f[0].fact, "value");
	ck_assert_int_eq(f[0].index->kind, EXPRESSION_ADD);
	ck_assert_int_eq(f[0].compare, COMPARE_GE);
	ck_assert_int_eq(f[0].value->kind, EXPRESSION_NEGATE);
	place_is(f[0].place, 1, 8, 16);
	ck_assert_ptr_null(f[1].fact);
	ck_assert_str_eq(f[1].state, "blocked");
	ck_assert_str_eq(f[1].in_call, "read");
	place_is(f[1].place, 1, 25, 17);
	ck_assert_ptr_null(f[2].state);
	ck_assert_int_eq(f[2].ending.kind, ENDING_EXITED);
	ck_assert_int_eq(f[2].ending.value->number, 3);
	lesson_free(l);
}
END_TEST

START_TEST(parse_other_lines)
{
	static const char source[] =
		"spawn a\nspawn b =   cat  -n # x  \n"
		"a fork c\na exec ls | wc \t\na repeat f(1) every 2ms 3 times\na stop\n"
		"a --- SIGRTMIN + 2 ---\na +++ exited with 1 +++\na ... f() = 1\nwithin 3min\n"
		"b x = f() ...\n";
	struct lesson *l = parse_right(source, strlen(source));
	const struct step *s = l->step;

	ck_assert_int_eq(l->n_steps, 11);
	ck_assert_ptr_null(s[0].text);
	ck_assert_str_eq(s[1].name, "b");
	ck_assert_str_eq(s[1].text, "cat  -n # x");
	ck_assert_int_eq(s[2].kind, STEP_FORK);
	ck_assert_str_eq(s[2].name, "c");
	place_is(s[2].name_place, 3, 8, 1);
	ck_assert_int_eq(s[3].kind, STEP_EXEC);
	ck_assert_str_eq(s[3].text, "ls | wc");
	ck_assert_int_eq(s[4].kind, STEP_REPEAT);
	ck_assert_int_eq(s[4].every, 2000000);
	ck_assert_int_eq(s[4].times, 3);
	ck_assert_int_eq(s[5].kind, STEP_STOP);
	ck_assert_int_eq(s[6].kind, STEP_SIGNAL);
	ck_assert_str_eq(s[6].signal, "SIGRTMIN+2");
	ck_assert_int_eq(s[7].kind, STEP_ENDING);
	ck_assert_int_eq(s[7].ending.kind, ENDING_EXITED);
	ck_assert_int_eq(s[8].kind, STEP_RESUME);
	ck_assert_str_eq(s[8].call.name, "f");
	ck_assert_int_eq(s[8].want.kind, WANT_VALUE);
	ck_assert_int_eq(s[9].limit, 180000000000);
	ck_assert(s[10].blocks);
	ck_assert_str_eq(s[10].name, "x");
	lesson_free(l);
}
END_TEST

START_TEST(parse_use_and_host)
{
	static const char source[] = "use pipe/with-two  # comment\nhost b\nspawn c\n";
	struct lesson *l = parse_right(source, strlen(source));
	const struct step *s = l->step;

	ck_assert_int_eq(l->n_steps, 3);
	ck_assert_int_eq(s[0].kind, STEP_USE);
	ck_assert_str_eq(s[0].text, "pipe/with-two");
	place_is(s[0].name_place, 1, 5, 13);
	ck_assert_int_eq(s[0].number, 0);
	ck_assert_int_eq(s[1].kind, STEP_SPAWN);
	ck_assert(s[1].host && !s[2].host);
	ck_assert_str_eq(s[1].name, "b");
	lesson_free(l);
}
END_TEST

START_TEST(parse_braces)
{
	static const char source[] = "a semop(s, {0, -1}, {1, p.r|B, \"}\"}) = 0 {x, \"y\"} # }\n"
				     "a f() = 1 [?, 2]\n";
	struct lesson *l = parse_right(source, strlen(source));
	const struct step *s = l->step;
	const struct expression *x = s->call.argument[2];

	ck_assert_int_eq(s->call.n_arguments, 3);
	ck_assert_int_eq(s->call.argument[1]->n_list, 2);
	ck_assert_int_eq(x->kind, EXPRESSION_TUPLE);
	place_is(x->place, 1, 21, 15);
	ck_assert_int_eq(x->n_list, 3);
	ck_assert_int_eq(x->list[1]->kind, EXPRESSION_OR);
	place_is(x->list[1]->place, 1, 25, 5);
	ck_assert_str_eq(x->list[2]->text, "}");
	ck_assert_str_eq(s->want.braces, "x, \"y\"");
	ck_assert_int_eq(s[1].want.n_list, 2);
	ck_assert_int_eq(s[1].want.list[0]->kind, EXPRESSION_ANY);
	place_is(s[1].want.list[0]->place, 2, 12, 1);
	lesson_free(l);
}
END_TEST

START_TEST(parse_continues_texts)
{
	static const char source[] =
		"lesson  One \n\tand   two  \n"
		"about\n   stands below\n"
		"say     first # no comment\n  - second\n  * third\n \t \n"
		"note    \"a\n"
		"ask     which\n  one?\n  * yes\n   of course\n  -no\n# comment\n\n  - - maybe\n"
		"parent  f()\n";
	struct lesson *l = parse_right(source, strlen(source));
	const struct step *s = l->step;

	ck_assert_str_eq(l->title, "One and   two");
	ck_assert_str_eq(l->about, "stands below");
	ck_assert_int_eq(l->n_steps, 4);
	ck_assert_str_eq(s[0].text, "first # no comment - second * third");
	ck_assert_str_eq(s[1].text, "\"a");
	ck_assert_str_eq(s[2].text, "which one?");
	ck_assert_int_eq(s[2].n_answers, 3);
	ck_assert_str_eq(s[2].answer[0].text, "yes of course");
	ck_assert(s[2].answer[0].right);
	place_is(s[2].answer[0].place, 12, 3, 1);
	ck_assert_str_eq(s[2].answer[1].text, "no");
	ck_assert(!s[2].answer[1].right);
	ck_assert_str_eq(s[2].answer[2].text, "- maybe");
	place_is(s[3].place, 18, 1, 11);
	lesson_free(l);
}
END_TEST

START_TEST(parse_translations)
{
	static const char source[] =
		"lesson a\nlesson[zh_CN] b\nlesson[de]\n  c\n"
		"say d\n# between\n\nsay[zh_CN] e\nsay f\n"
		"ask g\n * h\n - i\nask[de] j\n * k\n - l\n"
		"ask m\nask[de] n\n * o\n - p\n"
		"claim 3 partly: q\nclaim[de] r\n";
	struct lesson *l = parse_right(source, strlen(source));
	const struct step *s = l->step;

	ck_assert_int_eq(l->n_title_translations, 2);
	ck_assert_str_eq(l->title_translation[0].language, "zh_CN");
	ck_assert_str_eq(l->title_translation[0].text, "b");
	ck_assert_str_eq(l->title_translation[1].text, "c");
	ck_assert_int_eq(l->n_steps, 5);
	ck_assert_int_eq(s[0].n_translations, 1);
	ck_assert_str_eq(s[0].translation[0].text, "e");
	ck_assert_int_eq(s[1].n_translations, 0);
	ck_assert_int_eq(s[2].n_answers, 2);
	ck_assert_str_eq(s[2].translation[0].text, "j");
	ck_assert_int_eq(s[2].answer[1].n_translations, 1);
	ck_assert_str_eq(s[2].answer[1].translation[0].language, "de");
	ck_assert_str_eq(s[2].answer[1].translation[0].text, "l");
	/* Below the last translation they are the question's own. */
	ck_assert_int_eq(s[3].n_answers, 2);
	ck_assert_str_eq(s[3].answer[0].text, "o");
	ck_assert_int_eq(s[3].answer[0].n_translations, 0);
	ck_assert_int_eq(s[4].number, 3);
	ck_assert_str_eq(s[4].verdict, "partly");
	ck_assert_str_eq(s[4].translation[0].text, "r");
	lesson_free(l);
}
END_TEST

START_TEST(parse_header)
{
	static const char source[] = "see a(1)  b(3p) # c(1)\nneeds root\nneeds mq x-1.2\nsee d(7)\n";
	struct lesson *l = parse_right(source, strlen(source));

	ck_assert_str_eq(l->title, "");
	ck_assert_str_eq(l->about, "");
	ck_assert_int_eq(l->n_see, 3);
	ck_assert_str_eq(l->see[2], "d(7)");
	ck_assert_int_eq(l->n_needs, 3);
	ck_assert_str_eq(l->needs[1], "mq");
	place_is(l->needs_place[2], 3, 10, 5);
	lesson_free(l);
}
END_TEST

/* Lines may end as on Windows, the text begin with a byte order mark, the last line be open. */
START_TEST(parse_accepts_other_editors)
{
	static const char plain[] = "lesson a\nsay b\n  c\nparent f() = \"d\"\nparent exec e\n";
	static const char other[] = "\xef\xbb\xbflesson a\r\nsay b\r\n  c\r\nparent f() = \"d\"\r\nparent exec e";
	struct lesson *a = parse_right(plain, strlen(plain)), *b = parse_right(other, strlen(other));

	ck_assert(lesson_same(a, b));
	ck_assert_uint_eq(b->source_length, strlen(other));
	ck_assert_int_eq(memcmp(b->source, other, sizeof other), 0);
	lesson_free(a);
	lesson_free(b);
}
END_TEST

/* Whoever reads steps may rely on the parts that make them. */
START_TEST(parse_drops_what_lacks_its_main_part)
{
	static const char *const sources[] = {
		"parent", "parent fork", "parent exec", "parent ...", "parent repeat", "parent --- ---",
		"parent +++ +++", "expect", "expect ,", "within", "spawn", "claim 1", "parent p = ",
	};
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("lesson", sources[_i], strlen(sources[_i]), &m);

	ck_assert_uint_ge(m.count, 1);
	ck_assert_int_eq(l->n_steps, 0);
	mistakes_free(&m);
	lesson_free(l);
}
END_TEST

START_TEST(parse_keeps_what_it_understood)
{
	static const char source[] = "parent p = pipe() foo\nparent p = pipe(\nparent fork say\nparent what now\n"
				     "parent f(1)\n";
	struct mistakes m = { 0 };
	struct lesson *l = parse_lesson("lesson", source, strlen(source), &m);

	ck_assert_uint_eq(m.count, 4);
	ck_assert_int_eq(l->n_steps, 4);
	for (int i = 0; i < 2; i++) {
		ck_assert_str_eq(l->step[i].name, "p");
		ck_assert_str_eq(l->step[i].call.name, "pipe");
	}
	for (int i = 0; i < 3; i++)
		ck_assert(l->step[i].broken);
	ck_assert(!l->step[3].broken);
	mistakes_free(&m);
	lesson_free(l);
}
END_TEST

/* ---- files --------------------------------------------------------------------------------- */

static char folder[40], path[sizeof folder + 8];

static void make_folder(void)
{
	snprintf(folder, sizeof folder, "/tmp/ipcscope-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/lesson", folder);
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

static void write_file(const char *s, size_t length, size_t times)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < times; i++)
		ck_assert_uint_eq(fwrite(s, 1, length, f), length);
	ck_assert_int_eq(fclose(f), 0);
}

START_TEST(file_is_parsed)
{
	struct mistakes m = { 0 };
	struct error e;
	struct lesson *l;

	write_file("say a\n", 6, 3);
	l = parse_file(path, &m, &e);
	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(l->file, path);
	ck_assert_int_eq(l->n_steps, 3);
	ck_assert_uint_eq(m.count, 0);
	lesson_free(l);
}
END_TEST

START_TEST(file_may_have_a_megabyte)
{
	struct mistakes m = { 0 };
	struct error e;
	struct lesson *l;

	write_file("say 567\n", 8, 131072);
	l = parse_file(path, &m, &e);
	ck_assert_ptr_nonnull(l);
	ck_assert_int_eq(l->n_steps, 131072);
	lesson_free(l);
	write_file("say 567\n", 8, 131073);
	ck_assert_ptr_null(parse_file(path, &m, &e));
	ck_assert_int_eq(e.code, EFBIG);
}
END_TEST

START_TEST(file_that_cannot_be_read)
{
	struct mistakes m = { 0 };
	struct error e;

	ck_assert_ptr_null(parse_file(path, &m, &e));
	ck_assert_int_eq(e.code, ENOENT);
	ck_assert_ptr_nonnull(strstr(e.text, path));
	ck_assert_ptr_null(parse_file(folder, &m, &e));
	ck_assert_int_eq(e.code, EISDIR);
	ck_assert_ptr_null(parse_file("/dev/zero", &m, &e));
	ck_assert_int_eq(e.code, EFBIG);
	ck_assert_uint_eq(m.count, 0);
}
END_TEST

Suite *suite_script_parse(void)
{
	Suite *s = suite_create("script_parse");
	TCase *c = tcase_create("forms"), *f = tcase_create("files");

	tcase_add_test(c, parse_call);
	tcase_add_test(c, parse_binds_or_least);
	tcase_add_loop_test(c, parse_number, 0, (int)(sizeof numbers / sizeof *numbers));
	tcase_add_test(c, parse_string_escapes);
	tcase_add_test(c, parse_result);
	tcase_add_test(c, parse_facts);
	tcase_add_test(c, parse_other_lines);
	tcase_add_test(c, parse_use_and_host);
	tcase_add_test(c, parse_braces);
	tcase_add_test(c, parse_continues_texts);
	tcase_add_test(c, parse_translations);
	tcase_add_test(c, parse_header);
	tcase_add_test(c, parse_accepts_other_editors);
	tcase_add_loop_test(c, parse_drops_what_lacks_its_main_part, 0, 13);
	tcase_add_test(c, parse_keeps_what_it_understood);
	suite_add_tcase(s, c);
	tcase_add_checked_fixture(f, make_folder, remove_folder);
	tcase_add_test(f, file_is_parsed);
	tcase_add_test(f, file_may_have_a_megabyte);
	tcase_add_test(f, file_that_cannot_be_read);
	suite_add_tcase(s, f);
	return s;
}

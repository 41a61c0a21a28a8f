/* SPDX-License-Identifier: MIT */
/* The lessons' folder, its index, names in full and short. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "play/library.h"
#include "play/player.h"
#include "script/print.h"

static char folder[32];

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void make_folder(const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void setup(void)
{
	strcpy(folder, "/tmp/library-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	make_folder("pipe");
	make_folder("fifo");
	put("index", "# comment\npipe   Pipes and more\n\tfull eof # behind\n\n  same\nfifo\n\tsame broken missing\n");
	put("pipe/full.lesson", "lesson  A full pipe\nparent  pipe()\n");
	put("pipe/eof.lesson", "lesson  The end\n");
	put("pipe/same.lesson", "lesson  Pipe's\n");
	put("pipe/sandbox.lesson", "lesson  Play\n");
	put("fifo/same.lesson", "lesson  Fifo's\n");
	put("fifo/broken.lesson", "lesson  Broken\nparent  raed(3)\n");
	put("fifo/with-two.lesson", "lesson  Two\nsay Left out.\nparent p = pipe()\nask Left?\n * out\n - in\n"
				    "parent fork two\nclaim 1 true: left out\nnote left out\n");
	put("fifo/with-all.lesson", "use with-two\nnote x\nexpect p.readers == 2\n");
	put("fifo/with-self.lesson", "parent pipe()\nuse fifo/with-other\n");
	put("fifo/with-other.lesson", "parent pipe()\nuse with-self\n");
	put("fifo/with-mistake.lesson", "parent pipe()\nparent\nparent close(3)\n");
	put("fifo/with-need.lesson", "needs mqeue\nparent pipe()\n");
	put("fifo/with-sysv.lesson", "needs sysv root\nparent pipe()\n");
	put("unlisted.lesson", "lesson  A file\n");
	setenv("IPCSCOPE_LESSONS", folder, 1);
}

static void teardown(void)
{
	static const char *const made[] = { "pipe/full.lesson", "pipe/eof.lesson", "pipe/same.lesson", "pipe/sandbox.lesson",
					    "fifo/same.lesson", "fifo/broken.lesson", "fifo/with-two.lesson",
					    "fifo/with-all.lesson", "fifo/with-self.lesson", "fifo/with-other.lesson",
					    "fifo/with-mistake.lesson", "fifo/with-need.lesson", "fifo/with-sysv.lesson",
					    "fifo/used.lesson", "unlisted.lesson", "index", "pipe", "fifo", "" };

	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		char path[256];

		snprintf(path, sizeof path, "%s/%s", folder, made[i]);
		remove(path);
	}
}

/* A lesson that uses others: what `use` became, "KIND:LINE" and "KIND<FILE:LINE" for set-up. */
static const struct {
	const char *text, *told;
} uses[] = {
	{ "use with-two\nparent close(p.r) = 0\n",
	  "use 2\ncall<fifo/with-two.lesson:3\nfork<fifo/with-two.lesson:7\ncall 2\n" },
	{ "say before\nuse fifo/with-two\nexpect two ready\n",
	  "say 1\nuse 2\ncall<fifo/with-two.lesson:3\nfork<fifo/with-two.lesson:7\nexpect 3\n" },
	{ "use fifo/with-all\n", /* which uses with-two */
	  "use 3\ncall<fifo/with-two.lesson:3\nfork<fifo/with-two.lesson:7\nexpect<fifo/with-all.lesson:3\n" },
	{ "parent pipe()\n", "call 1\n" },
	/* Mistakes, at the line of the lesson that is read. */
	{ "\nuse fifo/with-tow\n", "2:5 there is no lesson fifo/with-tow to be used (did you mean fifo/with-two?)\n" },
	{ "use with-wto\n", "1:5 there is no lesson with-wto to be used (did you mean with-two?)\n" },
	{ "use nothing-like-it\n", "1:5 there is no lesson nothing-like-it to be used\n" },
	{ "use fifo/with-self\n", "1:5 with-self uses itself\n" },
	{ "use used\n", "1:5 used uses itself\n" },
	{ "use fifo/broken\nuse fifo/with-tow\n", "1:1 fifo/broken.lesson:2: there is no call raed (did you mean read?)\n"
	  "2:5 there is no lesson fifo/with-tow to be used (did you mean fifo/with-two?)\n" },
	{ "use pipe/eof\n", "1:5 pipe/eof has no steps to be used (what is said and asked there is left out)\n" },
	{ "use fifo/with-mistake\n", "1:5 fifo/with-mistake.lesson:2: expected a call such as read(p.r, 4), but the line ends here\n" },
	{ "use fifo/with-two\nuse fifo/with-two\n", "2:1 fifo/with-two.lesson:7: there is a process two already\n" },
	{ "use fifo/with-need\n", "1:5 nothing is known of mqeue (did you mean mqueue?)\n" },
};

static const char *in_folder(const char *path)
{
	return strncmp(path, folder, strlen(folder)) ? path : path + strlen(folder) + 1;
}

static void describe_steps(struct text *t, const struct lesson *l)
{
	static const char *const kind[] = { [STEP_SAY] = "say", [STEP_CALL] = "call", [STEP_FORK] = "fork",
					    [STEP_EXPECT] = "expect", [STEP_USE] = "use" };

	for (int i = 0; i < l->n_steps; i++) {
		const struct step *s = &l->step[i];

		/* All of it is one beat, which the use line begins. */
		ck_assert_int_eq(player_follows(s), s->setup || s->kind == STEP_EXPECT);
		if (s->setup)
			text_addf(t, "%s<%s:%d\n", kind[s->kind], in_folder(s->file), s->line);
		else
			text_addf(t, "%s %d\n", kind[s->kind], s->kind == STEP_USE ? s->number : s->place.line);
	}
}

static void describe_mistakes(struct text *t, const struct mistakes *m)
{
	for (size_t i = 0; i < m->count; i++) {
		text_addf(t, "%d:%d %s", m->list[i].place.line, m->list[i].place.column, in_folder(m->list[i].text));
		if (m->list[i].hint)
			text_addf(t, " (%s)", m->list[i].hint);
		text_add(t, "\n");
	}
}

static struct library *opened(void)
{
	struct error e = { 0 };
	struct library *l = library_open(&e);

	ck_assert_msg(l != NULL, "%s", e.text);
	return l;
}

START_TEST(index_is_read)
{
	struct library *l = opened();

	ck_assert_uint_eq(l->n_groups, 2);
	ck_assert_str_eq(l->group[0].name, "pipe");
	ck_assert_str_eq(l->group[0].title, "Pipes and more");
	ck_assert_uint_eq(l->group[0].n_lessons, 3);
	ck_assert_str_eq(l->group[0].lesson[0].name, "pipe/full");
	ck_assert_str_eq(l->group[0].lesson[2].name, "pipe/same");
	ck_assert_str_eq(l->group[0].sandbox.name, "pipe/sandbox");
	ck_assert_str_eq(l->group[1].title, "fifo"); /* none was given */
	ck_assert_ptr_null(l->group[1].sandbox.path);
	ck_assert_uint_eq(l->group[1].n_lessons, 3);
	library_free(l);
}
END_TEST

START_TEST(lessons_are_found)
{
	static const struct { const char *asked, *found; } rows[] = {
		{ "pipe/full", "pipe/full" }, { "full", "pipe/full" }, { "same", NULL }, { "fifo/same", "fifo/same" },
		{ "sandbox", "pipe/sandbox" }, { "pipe/none", NULL }, { "", NULL }, { "pipe", NULL }, { "/", NULL },
	};
	struct library *l = opened();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct library_lesson *x = library_find(l, rows[i].asked);

		ck_assert_msg((x != NULL) == (rows[i].found != NULL), "%s", rows[i].asked);
		if (x)
			ck_assert_str_eq(x->name, rows[i].found);
	}
	ck_assert_str_eq(library_nearest(l, "pipe/ful"), "pipe/full");
	ck_assert_str_eq(library_nearest(l, "fulll"), "pipe/full");
	ck_assert_str_eq(library_nearest(l, "broke"), "fifo/broken");
	ck_assert_ptr_null(library_nearest(l, "something else"));
	library_free(l);
}
END_TEST

START_TEST(lessons_are_read_once)
{
	struct library *l = opened();
	struct library_lesson *x = library_find(l, "full");
	const struct lesson *read = library_read(x);

	ck_assert_str_eq(read->title, "A full pipe");
	ck_assert_ptr_eq(library_read(x), read);
	ck_assert(!x->broken);
	x = library_find(l, "broken");
	library_read(x);
	ck_assert(x->broken);
	x = library_find(l, "missing");
	ck_assert_ptr_null(library_read(x));
	ck_assert(x->broken);
	library_free(l);
}
END_TEST

START_TEST(names_and_files_are_loaded)
{
	struct library *l = opened();
	struct mistakes m = { 0 };
	struct error e = { 0 };
	char path[256];
	struct lesson *x = library_load(l, "full", &m, &e);

	ck_assert_str_eq(x->title, "A full pipe");
	ck_assert_uint_eq(m.count, 0);
	lesson_free(x);
	snprintf(path, sizeof path, "%s/unlisted.lesson", folder);
	x = library_load(l, path, &m, &e);
	ck_assert_str_eq(x->title, "A file");
	lesson_free(x);
	x = library_load(NULL, path, &m, &e); /* also without a library */
	ck_assert_str_eq(x->title, "A file");
	lesson_free(x);
	x = library_load(l, "broken", &m, &e);
	ck_assert_ptr_nonnull(x);
	ck_assert_uint_eq(m.count, 1);
	lesson_free(x);
	mistakes_free(&m);
	ck_assert_ptr_null(library_load(l, "fulll", &m, &e));
	ck_assert_ptr_nonnull(strstr(e.hint, "did you mean pipe/full?"));
	ck_assert_ptr_null(library_load(l, "something else", &m, &e));
	ck_assert(!strstr(e.hint, "did you mean"));
	ck_assert_ptr_null(library_load(l, "./none.lesson", &m, &e));
	ck_assert_ptr_null(library_load(l, folder, &m, &e));
	library_free(l);
}
END_TEST

START_TEST(lessons_use_lessons)
{
	struct library *l = opened();
	struct mistakes m = { 0 };
	struct error e = { 0 };
	struct text told = { 0 };
	struct lesson *x;
	char path[256];

	put("fifo/used.lesson", uses[_i].text);
	snprintf(path, sizeof path, "%s/fifo/used.lesson", folder);
	x = library_load(l, path, &m, &e);
	ck_assert_ptr_nonnull(x);
	if (m.count)
		describe_mistakes(&told, &m);
	else
		describe_steps(&told, x);
	ck_assert_str_eq(text_string(&told), uses[_i].told);
	mistakes_free(&m);
	text_free(&told);
	lesson_free(x);
	library_free(l);
}
END_TEST

/* What is printed of a lesson that uses another uses it again. */
START_TEST(use_is_printed_as_written)
{
	static const char text[] = "lesson  One\nneeds   root sysv\n\nuse     fifo/with-sysv\nparent  pipe()\n";
	struct library *l = opened();
	struct mistakes m = { 0 };
	struct text t = { 0 };
	struct lesson *x;
	char path[256];

	put("fifo/used.lesson", "lesson One\nneeds root\nuse fifo/with-sysv\nparent pipe()\n");
	snprintf(path, sizeof path, "%s/fifo/used.lesson", folder);
	x = library_load(l, path, &m, NULL);
	ck_assert_uint_eq(m.count, 0);
	print_lesson(&t, x);
	ck_assert_str_eq(text_string(&t), text);
	text_free(&t);
	lesson_free(x);
	/* Without a library only what lies in the same folder is found. */
	x = library_load(NULL, path, &m, NULL);
	ck_assert_uint_eq(m.count, 1);
	mistakes_free(&m);
	lesson_free(x);
	library_free(l);
}
END_TEST

START_TEST(a_host_is_a_need)
{
	struct library *l = opened();
	struct mistakes m = { 0 };
	struct lesson *x;
	char path[256];

	put("fifo/used.lesson", "host a\nhost b\n");
	snprintf(path, sizeof path, "%s/fifo/used.lesson", folder);
	x = library_load(l, path, &m, NULL);
	ck_assert_int_eq(x->n_needs, 1);
	ck_assert_str_eq(x->needs[0], "hosts");
	mistakes_free(&m);
	lesson_free(x);
	library_free(l);
}
END_TEST

/* Lessons that use each other many times over end soon, in a mistake. */
START_TEST(use_has_bounds)
{
	struct library *l = opened();
	struct text many = { 0 };
	char path[256];

	for (int i = 0; i < 200; i++)
		text_add(&many, "use fifo/with-sysv\n");
	put("fifo/used.lesson", text_string(&many));
	text_clear(&many);
	for (int i = 0; i < 2600; i++)
		text_add(&many, "parent pipe()\nparent close(9)\n");
	put("fifo/with-mistake.lesson", text_string(&many));
	text_free(&many);
	snprintf(path, sizeof path, "%s/fifo/used.lesson", folder);
	for (int i = 0; i < 2; i++) {
		struct mistakes m = { 0 };
		struct lesson *x = library_load(l, path, &m, NULL);

		ck_assert_uint_eq(m.count, 1);
		ck_assert_ptr_nonnull(strstr(m.list[0].text, i ? "too many steps" : "100 others at most"));
		ck_assert_int_le(x->n_steps, 6000);
		mistakes_free(&m);
		lesson_free(x);
		put("fifo/used.lesson", "use fifo/with-mistake\nuse fifo/with-sysv\n");
	}
	library_free(l);
}
END_TEST

START_TEST(without_a_folder)
{
	struct error e = { 0 };

	setenv("IPCSCOPE_LESSONS", "/no/such/folder", 1);
	ck_assert_ptr_null(library_open(&e));
	ck_assert(e.text[0] && e.hint[0]);
}
END_TEST

START_TEST(a_bad_cable_is_a_need)
{
	static const char *const lines[] = { "delay 50ms\n", "loss 5\n" };

	for (size_t i = 0; i < 2; i++) {
		struct library *l = opened();
		struct mistakes m = { 0 };
		struct lesson *x;
		char path[256];

		put("fifo/used.lesson", lines[i]);
		snprintf(path, sizeof path, "%s/fifo/used.lesson", folder);
		x = library_load(l, path, &m, NULL);
		ck_assert_int_eq(x->n_needs, 1);
		ck_assert_str_eq(x->needs[0], "netem");
		mistakes_free(&m);
		lesson_free(x);
		library_free(l);
	}
}
END_TEST

START_TEST(hostile_index)
{
	struct library *l;

	put("index", "\tlesson before any group\n\n   \n#\npipe\n\t../../../../etc/passwd \x01\xff\n");
	l = opened();
	ck_assert_uint_eq(l->n_groups, 1);
	library_find(l, "passwd");
	for (size_t i = 0; i < l->group[0].n_lessons; i++)
		library_read(&l->group[0].lesson[i]);
	library_free(l);
}
END_TEST

Suite *suite_library(void)
{
	Suite *s = suite_create("library");
	TCase *t = tcase_create("library");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, index_is_read);
	tcase_add_test(t, lessons_are_found);
	tcase_add_test(t, lessons_are_read_once);
	tcase_add_test(t, names_and_files_are_loaded);
	tcase_add_loop_test(t, lessons_use_lessons, 0, (int)(sizeof uses / sizeof *uses));
	tcase_add_test(t, use_is_printed_as_written);
	tcase_add_test(t, a_host_is_a_need);
	tcase_add_test(t, a_bad_cable_is_a_need);
	tcase_add_test(t, use_has_bounds);
	tcase_add_test(t, without_a_folder);
	tcase_add_test(t, hostile_index);
	suite_add_tcase(s, t);
	return s;
}

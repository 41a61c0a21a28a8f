/* SPDX-License-Identifier: MIT */
/* The lessons' folder, its index, names in full and short. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>


#include "play/library.h"

static char folder[] = "/tmp/library-test-XXXXXX";

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
	put("unlisted.lesson", "lesson  A file\n");
	setenv("IPCSCOPE_LESSONS", folder, 1);
}

static void teardown(void)
{
	static const char *const made[] = { "pipe/full.lesson", "pipe/eof.lesson", "pipe/same.lesson", "pipe/sandbox.lesson",
					    "fifo/same.lesson", "fifo/broken.lesson", "unlisted.lesson", "index", "pipe", "fifo", "" };

	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		char path[256];

		snprintf(path, sizeof path, "%s/%s", folder, made[i]);
		remove(path);
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

START_TEST(without_a_folder)
{
	struct error e = { 0 };

	setenv("IPCSCOPE_LESSONS", "/no/such/folder", 1);
	ck_assert_ptr_null(library_open(&e));
	ck_assert(e.text[0] && e.hint[0]);
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
	tcase_add_test(t, without_a_folder);
	tcase_add_test(t, hostile_index);
	suite_add_tcase(s, t);
	return s;
}

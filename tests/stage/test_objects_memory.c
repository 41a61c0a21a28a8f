/* SPDX-License-Identifier: MIT */
/* Memory of a real stage, beside /proc/PID/smaps, maps and pagemap; and that looking brings no page. */
#include "tests/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/stage/objects.h"

enum { PAGE_KB = 4 };

static const struct picture_view *view_of(struct play *p, const char *object, const char *process)
{
	const struct picture_memory *m = &play_object(p, object)->memory;

	for (int i = 0; i < m->n_views; i++)
		if (!strcmp(m->view[i].process, process))
			return &m->view[i];
	ck_abort_msg("%s has no %s", process, object);
	return NULL;
}

static int count(const char *letters, char letter)
{
	int n = 0;

	for (; *letters; letters++)
		n += *letters == letter;
	return n;
}

/* What the kernel says of the pages, raw. */
static void pagemap(struct play *p, const char *process, uint64_t address, uint64_t entry[16])
{
	off_t place = (off_t)(address / (uint64_t)sysconf(_SC_PAGESIZE) * sizeof *entry);
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)part_pid(p, process));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, entry, 16 * sizeof *entry, place), 16 * (ssize_t)sizeof *entry);
	close(fd);
}

/* As the process itself would read it. */
static int32_t word_in(struct play *p, const char *process, uint64_t address)
{
	int32_t word;
	struct iovec here = { &word, sizeof word }, there = { (void *)(uintptr_t)address, sizeof word };

	ck_assert_int_eq(process_vm_readv(part_pid(p, process), &here, 1, &there, 1, 0), sizeof word);
	return word;
}

/* ---- who has it where ---------------------------------------------------------------------------- */

START_TEST(shared_memory_is_as_in_smaps)
{
	struct part_smaps s;
	struct play p;

	part_needs_small_pages();
	part_open(&p, "parent a = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork child\n"
		      "spawn other\nsay untouched\n"
		      "parent store(a, 0, 7) = 0\nparent store(a, 32K, 8) = 0\nchild load(a, 0) = 7\nsay touched\n"
		      "child munmap(a, 64K) = 0\nsay one\n"
		      "parent munmap(a, 64K) = 0\nsay none\n");
	part_is(&p, "a", "size", 65536);
	part_is(&p, "a", "mapped", 2);
	part_is(&p, "a", "resident", 0);
	part_is(&p, "a", "private", 0);
	part_is(&p, "a", "shared_pages", 0);
	part_why(&p, "a", "word", 0);
	part_next(&p);
	part_is(&p, "a", "resident", 2);
	s = part_smaps(&p, "parent", view_of(&p, "a", "parent")->address);
	ck_assert_int_eq(s.size, 64);
	ck_assert_int_eq(s.resident, 2 * PAGE_KB);
	ck_assert_int_eq(count(view_of(&p, "a", "parent")->page, 's') * PAGE_KB, s.resident);
	s = part_smaps(&p, "child", view_of(&p, "a", "child")->address);
	ck_assert_int_eq(count(view_of(&p, "a", "child")->page, 's') * PAGE_KB, s.resident);
	part_is(&p, "a", "shared_pages",
		count(view_of(&p, "a", "parent")->page, 's') + count(view_of(&p, "a", "child")->page, 's'));
	part_is(&p, "a", "own_pages", 0);
	part_is_at(&p, "a", "word", 0, 7);
	ck_assert_int_eq(word_in(&p, "child", view_of(&p, "a", "child")->address), 7);
	ck_assert(view_of(&p, "a", "parent")->wrote && !view_of(&p, "a", "child")->wrote);
	part_next(&p);
	part_is(&p, "a", "mapped", 1);
	part_next(&p);
	part_is(&p, "a", "gone", 1);
	play_close(&p);
}
END_TEST

/* Copy on write, page by page: smaps counts a page as shared as long as both have it. */
START_TEST(private_memory_is_as_in_smaps)
{
	static const char *const who[] = { "parent", "child" };
	struct play p;

	part_needs_small_pages();
	part_open(&p, "parent a = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "parent store(a, 0, 1) = 0\n"
		      "parent store(a, 16K, 2) = 0\nparent store(a, 32K, 3) = 0\nsay own\nparent fork child\n"
		      "say shared\nchild store(a, 0, 9) = 0\nsay copied\n"
		      "parent store(a, 16K, 8) = 0\nsay both\n");
	part_is(&p, "a", "private", 1);
	part_is(&p, "a", "own_pages", 3);
	part_is(&p, "a", "shared_pages", 0);
	for (int part = 1; part < 4; part++) {
		part_next(&p);
		part_is(&p, "a", "mapped", 2);
		for (int i = 0; i < 2; i++) {
			struct part_smaps s = part_smaps(&p, who[i], view_of(&p, "a", who[i])->address);

			ck_assert_int_eq(count(view_of(&p, "a", who[i])->page, 'o') * PAGE_KB, s.own);
			ck_assert_int_eq(count(view_of(&p, "a", who[i])->page, 's') * PAGE_KB, s.shared);
			ck_assert_int_eq(s.resident, 3 * PAGE_KB);
		}
	}
	part_why(&p, "a", "word", 0);
	ck_assert_int_eq(view_of(&p, "a", "parent")->value[0].word, 1);
	ck_assert_int_eq(view_of(&p, "a", "child")->value[0].word, 9);
	part_kill(&p, "child");
	part_is(&p, "a", "mapped", 1);
	part_is(&p, "a", "own_pages", 3);
	play_close(&p);
}
END_TEST

/* A child has at one address what it mapped itself after the fork: another memory. */
START_TEST(one_address_two_memories)
{
	struct play p;

	part_open(&p, "parent fork child\n"
		      "parent a = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "child b = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "parent store(a, 0, 1) = 0\nchild store(b, 0, 2) = 0\nsay two\n"
		      "child fork grandchild\nsay three\n");
	part_is(&p, "a", "mapped", 1);
	part_is(&p, "b", "mapped", 1);
	ck_assert_ptr_ne(play_object(&p, "a"), play_object(&p, "b"));
	ck_assert_int_eq(view_of(&p, "a", "parent")->value[0].word, 1);
	ck_assert_int_eq(view_of(&p, "b", "child")->value[0].word, 2);
	part_next(&p);
	part_is(&p, "a", "mapped", 1);
	part_is(&p, "b", "mapped", 2);
	play_close(&p);
}
END_TEST

/* And what a child maps where it had unmapped what it inherited. */
START_TEST(an_address_is_used_again)
{
	struct play p;

	part_open(&p, "parent a = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "parent store(a, 0, 1) = 0\nparent fork child\n"
		      "child munmap(a, 64K) = 0\nsay gone\n"
		      "child b = mmap(a, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "child store(b, 0, 2) = 0\nchild fork grandchild\nsay again\n");
	part_is(&p, "a", "mapped", 1);
	part_next(&p);
	ck_assert_uint_eq(view_of(&p, "a", "parent")->address, view_of(&p, "b", "child")->address);
	part_is(&p, "a", "mapped", 1);
	part_is(&p, "b", "mapped", 2);
	ck_assert_int_eq(view_of(&p, "a", "parent")->value[0].word, 1);
	ck_assert_int_eq(view_of(&p, "b", "grandchild")->value[0].word, 2);
	play_close(&p);
}
END_TEST

/* The same name, each its own: unrelated processes that map one file, and two that do not. */
START_TEST(two_processes_call_theirs_a)
{
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent ftruncate(f, 8K) = 0\nspawn other\n"
		      "other g = open(\"f\", O_RDWR)\n"
		      "parent a = mmap(0, 8K, PROT_READ|PROT_WRITE, MAP_SHARED, f)\n"
		      "other a = mmap(0x10000000, 8K, PROT_READ|PROT_WRITE, MAP_SHARED, g)\n"
		      "parent store(a, 4, 5) = 0\nother load(a, 4) = 5\nother add(a, 4, 1) = 5\n"
		      "parent load(a, 4) = 6\nsay one memory\n"
		      "other close(g) = 0\nparent close(f) = 0\nparent store(a, 4, 9) = 0\nother load(a, 4) = 9\n"
		      "say closed\n");
	part_is(&p, "a", "mapped", 2);
	part_is_at(&p, "a", "word", 4, 6);
	ck_assert_str_eq(play_object(&p, "a")->memory.backing, "f");
	ck_assert(view_of(&p, "a", "parent")->address != view_of(&p, "a", "other")->address);
	ck_assert_int_eq(part_smaps(&p, "other", view_of(&p, "a", "other")->address).size, 8);
	part_next(&p);
	part_is_at(&p, "a", "word", 4, 9);
	part_is(&p, "a", "mapped", 2);
	play_close(&p);
}
END_TEST

/* Shared and private mappings of one file are two things. */
START_TEST(shared_and_private_of_one_file)
{
	struct play p;

	part_needs_small_pages();
	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent write(f, \"0123456789\") = 10\n"
		      "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED, f)\n"
		      "parent b = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE, f)\n"
		      "parent load(a, 0, 4) = 4 \"0123\"\nparent load(b, 0, 4) = 4 \"0123\"\nsay read\n"
		      "parent store(b, 0, \"x\") = 0\nsay written\n");
	part_is(&p, "a", "private", 0);
	part_is(&p, "b", "private", 1);
	ck_assert_ptr_ne(play_object(&p, "a"), play_object(&p, "b"));
	part_is(&p, "b", "own_pages", 0);
	part_next(&p);
	part_is(&p, "b", "own_pages", 1);
	part_is(&p, "a", "own_pages", 0);
	ck_assert_str_eq(view_of(&p, "b", "parent")->value[0].text, "x123");
	ck_assert_str_eq(view_of(&p, "a", "parent")->value[0].text, "0123");
	play_close(&p);
}
END_TEST

/* One file at two addresses of one process. */
START_TEST(one_memory_twice_in_a_process)
{
	struct play p;

	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent ftruncate(f, 4K) = 0\n"
		      "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED, f)\n"
		      "parent b = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED, f)\n"
		      "parent fork child\nchild futex(a, FUTEX_WAIT, 0) ...\nparent fork other\n"
		      "other futex(b + 8, FUTEX_WAIT, 0) ...\n"
		      "parent store(a, 12, 3) = 0\nparent store(b, 16, 4) = 0\nsay stored\n"
		      "parent futex(b, FUTEX_WAKE, 1) = 1\nchild ... futex = 0\n");
	ck_assert_ptr_eq(play_object(&p, "a"), play_object(&p, "b"));
	part_is_at(&p, "a", "word", 12, 3);
	part_is_at(&p, "a", "word", 16, 4);
	part_is_at(&p, "a", "waiters", 0, 1);
	part_is_at(&p, "a", "waiters", 8, 1);
	part_next(&p);
	part_is_at(&p, "a", "waiters", 0, 0);
	play_close(&p);
}
END_TEST

/* Who waits for a word: as many as FUTEX_WAKE then wakes. */
START_TEST(waiters_of_a_word)
{
	struct play p;

	part_open(&p, "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork x\n"
		      "parent fork y\nparent fork z\n"
		      "x futex(a, FUTEX_WAIT, 0) ...\ny futex(a, FUTEX_WAIT, 0) ...\n"
		      "z futex(a + 4, FUTEX_WAIT, 0) ...\nsay waiting\n"
		      "parent futex(a, FUTEX_WAKE, 9) = 2\nx ... futex = 0\ny ... futex = 0\nsay woken\n");
	part_is_at(&p, "a", "waiters", 0, 2);
	part_is_at(&p, "a", "waiters", 4, 1);
	part_is_at(&p, "a", "waiters", 8, 0);
	part_says(&p, "a", "waiting", "x, y, z");
	part_next(&p);
	part_is_at(&p, "a", "waiters", 0, 0);
	part_kill(&p, "z");
	part_is_at(&p, "a", "waiters", 4, 0);
	play_close(&p);
}
END_TEST

START_TEST(memory_of_those_who_end)
{
	struct play p;

	part_open(&p, "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork child\n"
		      "child store(a, 0, 3) = 0\nsay two\n"
		      "parent fork runs\nruns exec sleep 1000\nsay exec\n");
	part_is(&p, "a", "mapped", 2);
	part_kill(&p, "child");
	part_is(&p, "a", "mapped", 1);
	part_next(&p);
	part_is(&p, "a", "mapped", 1);
	part_kill(&p, "parent");
	part_is(&p, "a", "gone", 1);
	play_close(&p);
}
END_TEST

START_TEST(much_memory)
{
	struct play p;

	part_needs_small_pages();
	part_open(&p, "parent a = mmap(0, 1M, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n"
		      "parent b = mmap(0, 1G, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n"
		      "parent store(a, 1M - 4, 1) = 0\nparent store(b, 1G - 4, 2) = 0\nsay stored\n");
	part_is(&p, "b", "size", 1 << 30);
	part_why(&p, "b", "resident", 0);
	part_is_at(&p, "b", "word", (1 << 30) - 4, 2);
	part_is_at(&p, "a", "word", (1 << 20) - 4, 1);
	part_is(&p, "a", "resident", 1);
	play_close(&p);
}
END_TEST

/* More are mapped than a picture shows: they count. */
START_TEST(more_processes_than_are_shown)
{
	struct text t = { 0 };
	struct play p;

	text_add(&t, "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n");
	for (int i = 0; i < PICTURE_VIEWS + 2; i++)
		text_addf(&t, "parent fork c%d\n", i);
	part_open(&p, text_string(&t));
	text_free(&t);
	part_is(&p, "a", "mapped", PICTURE_VIEWS + 3);
	play_close(&p);
}
END_TEST

/* Cells beyond those shown, texts, and one that ends with its memory. */
START_TEST(many_cells)
{
	struct text t = { 0 };
	struct play p;

	text_add(&t, "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n");
	for (int i = PICTURE_CELLS + 3; i > 0; i--)
		text_addf(&t, "parent store(a, %d, %d) = 0\n", 4 * i, i);
	text_add(&t, "parent store(a, 4092, 5) = 0\nparent store(a, 200, \"\\033[31mred\\001\") = 0\n");
	part_open(&p, text_string(&t));
	text_free(&t);
	part_is_at(&p, "a", "word", 4 * (PICTURE_CELLS + 3), PICTURE_CELLS + 3);
	ck_assert_int_eq(play_object(&p, "a")->memory.n_cells, PICTURE_CELLS);
	for (int i = 0; i < PICTURE_CELLS; i++)
		for (const char *c = play_object(&p, "a")->memory.view[0].value[i].text;
		     play_object(&p, "a")->memory.cell[i].kind == CELL_TEXT && *c; c++)
			ck_assert(*c >= ' ');
	play_close(&p);
}
END_TEST

/* ---- looking changes nothing ------------------------------------------------------------------------ */

/* Pages that nobody touched stay away, and those shared since the fork stay shared. */
START_TEST(looking_brings_no_page)
{
	static const char *const who[] = { "parent", "child" }, *const what[] = { "a", "b", "c", "m" };
	uint64_t before[8][16], after[16];
	struct play p;

	part_needs_small_pages();
	part_open(&p, "parent f = open(\"f\", O_RDWR|O_CREAT, 0600)\nparent ftruncate(f, 64K) = 0\n"
		      "parent a = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n"
		      "parent b = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "parent c = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE, f)\n"
		      "parent s = shmget(IPC_PRIVATE, 64K, 0600)\nparent m = shmat(s)\n"
		      "parent store(a, 0, 1) = 0\nparent store(b, 0, 1) = 0\nparent store(b, 4K, 1) = 0\n"
		      "parent store(c, 8K, 1) = 0\nparent store(m, 0, 1) = 0\n"
		      "parent fork child\nchild load(a, 4K) = 0\nchild store(b, 4K, 2) = 0\n"
		      "child load(b, 32K) = 0\nsay set\n");
	for (int i = 0; i < 8; i++)
		pagemap(&p, who[i / 4], view_of(&p, what[i % 4], who[i / 4])->address, before[i]);
	part_look(&p, 50);
	for (int i = 0; i < 8; i++) {
		pagemap(&p, who[i / 4], view_of(&p, what[i % 4], who[i / 4])->address, after);
		ck_assert_msg(!memcmp(before[i], after, sizeof after), "%s of %s has changed", what[i % 4], who[i / 4]);
	}
	/* A look of the wrong kind would show. */
	word_in(&p, "child", view_of(&p, "a", "child")->address + 48 * 1024);
	pagemap(&p, "child", view_of(&p, "a", "child")->address, after);
	ck_assert(memcmp(before[4], after, sizeof after) != 0);
	play_close(&p);
}
END_TEST

/* What does not change is not taken for changed: not drawn anew, not told. */
START_TEST(quiet_memory_makes_no_noise)
{
	struct play p;
	struct picture *before;

	part_open(&p, "parent a = mmap(0, 64K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork child\n"
		      "child store(a, 0, \"hello\") = 0\nsay set\n");
	part_look(&p, 2);
	before = picture_copy(stage_picture(p.stage));
	part_look(&p, 20);
	ck_assert_int_eq(before->n_objects, 1);
	ck_assert_mem_eq(before->object, stage_picture(p.stage)->object, sizeof *before->object);
	picture_free(before);
	play_close(&p);
}
END_TEST

Suite *suite_objects_memory(void)
{
	Suite *s = suite_create("objects_memory");
	TCase *shown = tcase_create("shown"), *quiet = tcase_create("quiet");

	tcase_add_test(shown, shared_memory_is_as_in_smaps);
	tcase_add_test(shown, private_memory_is_as_in_smaps);
	tcase_add_test(shown, one_address_two_memories);
	tcase_add_test(shown, an_address_is_used_again);
	tcase_add_test(shown, two_processes_call_theirs_a);
	tcase_add_test(shown, shared_and_private_of_one_file);
	tcase_add_test(shown, one_memory_twice_in_a_process);
	tcase_add_test(shown, waiters_of_a_word);
	tcase_add_test(shown, memory_of_those_who_end);
	tcase_add_test(shown, much_memory);
	tcase_add_test(shown, more_processes_than_are_shown);
	tcase_add_test(shown, many_cells);
	tcase_add_test(quiet, looking_brings_no_page);
	tcase_add_test(quiet, quiet_memory_makes_no_noise);
	suite_add_tcase(s, shown);
	suite_add_tcase(s, quiet);
	return s;
}

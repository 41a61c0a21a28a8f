/* SPDX-License-Identifier: MIT */
/* Maps, pages and bytes: texts as the kernel wrote them, and memory of children. */
#include "probe/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

static const char text[] =
	"55a2da3f7000-55a2da3f9000 r-xp 00002000 fe:00 11011561                   /tmp/a\\012b (deleted)\n"
	"55a300914000-55a300935000 rw-p 00000000 00:00 0                          [heap]\n"
	"7fa70daa1000-7fa70daa3000 ---p 00000000 00:00 0 \n"
	"7fa70dc9d000-7fa70dc9f000 rw-s 00001000 00:01 2850824                    /SYSV0000abcd (deleted)\n"
	"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";

START_TEST(maps_are_read)
{
	struct mappings m = { 0 };
	uint64_t address = 0x7fa70dc9efff;

	mappings_parse(text, strlen(text), NULL, NULL, &m);
	ck_assert_uint_eq(m.count, 5);
	ck_assert_uint_eq(m.list[0].start, 0x55a2da3f7000);
	ck_assert_uint_eq(m.list[0].end, 0x55a2da3f9000);
	ck_assert_int_eq(m.list[0].protection, PROT_READ | PROT_EXEC);
	ck_assert(!m.list[0].shared);
	ck_assert_uint_eq(m.list[0].offset, 0x2000);
	ck_assert_uint_eq(m.list[0].device, makedev(0xfe, 0));
	ck_assert_uint_eq(m.list[0].inode, 11011561);
	ck_assert_str_eq(m.list[0].name, "/tmp/a\\012b (deleted)");
	ck_assert_str_eq(m.list[1].name, "[heap]");
	ck_assert_int_eq(m.list[2].protection, PROT_NONE);
	ck_assert_str_eq(m.list[2].name, "");
	ck_assert_int_eq(m.list[3].protection, PROT_READ | PROT_WRITE);
	ck_assert(m.list[3].shared);
	ck_assert_uint_eq(m.list[4].end, 0xffffffffff601000);
	ck_assert_ptr_eq(mappings_find(&m, address), &m.list[3]);
	ck_assert_ptr_null(mappings_find(&m, address + 1));
	mappings_parse(text, strlen(text), mapping_is_shared, NULL, &m);
	ck_assert_uint_eq(m.count, 1);
	ck_assert_str_eq(m.list[0].name, "/SYSV0000abcd (deleted)");
	address = 0x55a300914000;
	mappings_parse(text, strlen(text), mapping_holds, &address, &m);
	ck_assert_uint_eq(m.count, 1);
	ck_assert_str_eq(m.list[0].name, "[heap]");
	mappings_free(&m);
}
END_TEST

START_TEST(lines_without_sense_are_refused)
{
	static const char *const cases[] = {
		"", "1", "1-", "1-2", "1-2 ", "1-2 rw", "1-2 rwxq 0 0:0 0", "1-2 wrxp 0 0:0 0",
		"1-2 rw-p x 0:0 0", "1-2 rw-p 0 0 0", "1-2 rw-p 0 0:0", "1-2 rw-p 0 0:0 x",
		"1-2 rw-p 0 0:0 0x", "2-1 rw-p 0 0:0 0", "1-1 rw-p 0 0:0 0", "-1-2 rw-p 0 0:0 0",
		"10000000000000000-2 rw-p 0 0:0 0", " 1-2 rw-p 0 0:0 0",
	};
	struct mapping m;
	char line[1000] = "1-2 rw-p 0 0:0 0 ";

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(!mapping_parse(cases[i], strlen(cases[i]), &m), "%s", cases[i]);
	ck_assert(mapping_parse("1-2 rw-p 0 0:0 0", 16, &m));
	ck_assert_str_eq(m.name, "");
	memset(line + strlen(line), 'x', sizeof line - strlen(line));
	ck_assert(mapping_parse(line, sizeof line, &m));
	ck_assert_uint_eq(strlen(m.name), sizeof m.name - 1);
}
END_TEST

static void is_sane(const char *bytes, size_t length)
{
	struct mappings m = { 0 };

	mappings_parse(bytes, length, NULL, NULL, &m);
	for (size_t i = 0; i < m.count; i++) {
		int id;

		ck_assert_uint_lt(m.list[i].start, m.list[i].end);
		ck_assert_ptr_nonnull(memchr(m.list[i].name, '\0', sizeof m.list[i].name));
		mapping_same_object(&m.list[i], &m.list[0]);
		if (i == 0)
			mapping_is_segment(&m.list[i], &id);
	}
	mappings_free(&m);
}

START_TEST(any_bytes_are_borne)
{
	hostile_beginnings(text, strlen(text), is_sane);
	hostile_noise(text, strlen(text), is_sane);
}
END_TEST

START_TEST(entries_of_pagemap_are_read)
{
	struct page p = page_parse(UINT64_C(0xa100000000158ba8));

	ck_assert(p.present && p.shared && p.exclusive && !p.swapped);
	p = page_parse(UINT64_C(0x8000000000003b34));
	ck_assert(p.present && !p.shared && !p.exclusive && !p.swapped);
	p = page_parse(UINT64_C(1) << 62);
	ck_assert(!p.present && p.swapped);
	p = page_parse(UINT64_C(0x00ffffffffffffff));
	ck_assert(!p.present && !p.swapped && !p.shared && !p.exclusive);
}
END_TEST

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* What a child does with the memory that the test prepared, and says when it has. */
static struct place {
	char *memory;
	size_t write, size; /* writes a byte into each page from `write` on, `size` bytes */
	int done;
} *place;

static void begin_place(void)
{
	place = mmap(NULL, sizeof *place, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(place, MAP_FAILED);
}

static int touch(void *unused)
{
	for (size_t i = 0; i < place->size; i += page_size())
		memcpy(place->memory + place->write + i, "here", 5);
	__atomic_store_n(&place->done, 1, __ATOMIC_RELEASE);
	return child_idle(unused);
}

/* Starts a child that has touched `size` bytes from `from` on. */
static void start(struct child *c, char *memory, size_t from, size_t size)
{
	int64_t deadline = 0;

	*place = (struct place){ memory, from, size, 0 };
	child_start(c, touch, NULL);
	while (!__atomic_load_n(&place->done, __ATOMIC_ACQUIRE))
		ck_assert(child_wait(&deadline));
}

static char *map(size_t pages, int flags, int fd)
{
	char *p = mmap(NULL, pages * page_size(), PROT_READ | PROT_WRITE, flags, fd, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	return p;
}

START_TEST(a_childs_map_holds_what_it_mapped)
{
	char path[80], *shared, *private;
	struct mappings m = { 0 };
	const struct mapping *found, *other;
	struct mapping elsewhere;
	struct child c;
	struct stat st;
	uint64_t address;
	int fd;

	snprintf(path, sizeof path, "%s/file", folder);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	ck_assert_int_eq(ftruncate(fd, 4 * (off_t)page_size()), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	shared = mmap(NULL, page_size(), PROT_READ, MAP_SHARED, fd, (off_t)page_size());
	private = map(2, MAP_PRIVATE, fd);
	start(&c, private, 0, 1);
	ck_assert_int_eq(mappings_read(c.procdir, NULL, NULL, &m), 0);
	found = mappings_find(&m, (uintptr_t)shared + 5);
	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found->start, (uintptr_t)shared);
	ck_assert_uint_eq(found->end, (uintptr_t)shared + page_size());
	ck_assert_uint_eq(found->offset, page_size());
	ck_assert_int_eq(found->protection, PROT_READ);
	ck_assert(found->shared);
	ck_assert_uint_eq(found->inode, st.st_ino);
	ck_assert_uint_eq(found->device, st.st_dev);
	ck_assert_str_eq(found->name, path);
	other = mappings_find(&m, (uintptr_t)private);
	ck_assert_ptr_nonnull(other);
	ck_assert(!other->shared && mapping_same_object(found, other));
	ck_assert(!mapping_same_object(mappings_find(&m, (uintptr_t)place), found));
	elsewhere = *other;
	elsewhere.device++;
	ck_assert(!mapping_same_object(found, &elsewhere));
	elsewhere = (struct mapping){ .start = 1, .end = 2 }; /* [heap] and the like are nothing */
	ck_assert(!mapping_same_object(&elsewhere, &elsewhere));
	address = (uintptr_t)private;
	ck_assert_int_eq(mappings_read(c.procdir, mapping_holds, &address, &m), 0);
	ck_assert_uint_eq(m.count, 1);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	ck_assert_int_eq(mappings_read(c.procdir, NULL, NULL, &m), -ESRCH);
	ck_assert_uint_eq(m.count, 0);
	child_stop(&c);
	mappings_free(&m);
	close(fd);
}
END_TEST

START_TEST(a_long_map_is_read_whole)
{
	enum { MANY = 600 }; /* 40 KiB of text */
	struct mappings m = { 0 };
	char *p = map(MANY, MAP_SHARED | MAP_ANONYMOUS, -1);
	struct child c;
	size_t seen = 0;

	/* No two neighbours alike, so that each page is a mapping of its own. */
	for (size_t i = 0; i < MANY; i += 2)
		ck_assert_int_eq(mprotect(p + i * page_size(), page_size(), PROT_NONE), 0);
	child_start(&c, child_idle, NULL);
	ck_assert_int_eq(mappings_read(c.procdir, mapping_is_shared, NULL, &m), 0);
	for (size_t i = 0; i < m.count; i++)
		seen += m.list[i].start >= (uintptr_t)p && m.list[i].end <= (uintptr_t)p + MANY * page_size();
	ck_assert_uint_eq(seen, MANY);
	child_stop(&c);
	mappings_free(&m);
}
END_TEST

START_TEST(a_segment_is_known_by_name_and_device)
{
	struct mappings m = { 0 };
	int id = shmget(IPC_PRIVATE, 1, 0600), memfd = memfd_create("SYSV00000000", MFD_CLOEXEC), found = -1, fd;
	char *segment, *other, *file, path[80];
	struct mapping faked;
	struct child c;

	if (id < 0)
		unit_skip("no System V shared memory");
	segment = shmat(id, NULL, 0);
	ck_assert_int_eq(shmctl(id, IPC_RMID, NULL), 0);
	ck_assert_int_eq(ftruncate(memfd, 1), 0);
	other = map(1, MAP_SHARED, memfd);
	snprintf(path, sizeof path, "%s/SYSV00000000", folder);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	file = map(1, MAP_SHARED, fd);
	child_start(&c, child_idle, NULL);
	ck_assert_int_eq(mappings_read(c.procdir, mapping_is_shared, NULL, &m), 0);
	ck_assert_ptr_nonnull(mappings_find(&m, (uintptr_t)segment));
	ck_assert(mapping_is_segment(mappings_find(&m, (uintptr_t)segment), &found));
	ck_assert_int_eq(found, id);
	ck_assert(!mapping_is_segment(mappings_find(&m, (uintptr_t)other), &found));
	ck_assert(!mapping_is_segment(mappings_find(&m, (uintptr_t)file), &found));
	/* A file in a root of its own could be called just so. */
	faked = *mappings_find(&m, (uintptr_t)file);
	strcpy(faked.name, "/SYSV00000000");
	ck_assert(!mapping_is_segment(&faked, &found));
	/* The same numbers do not make a memfd the segment. */
	faked = *mappings_find(&m, (uintptr_t)segment);
	strcpy(faked.name, "/memfd:x (deleted)");
	ck_assert(!mapping_is_segment(&faked, &found));
	ck_assert(!mapping_same_object(&faked, mappings_find(&m, (uintptr_t)segment)));
	child_stop(&c);
	mappings_free(&m);
	close(fd);
	close(memfd);
}
END_TEST

START_TEST(pages_come_when_they_are_touched)
{
	char *p = map(100, MAP_SHARED | MAP_ANONYMOUS, -1);
	struct page pages[100];
	struct child c;

	start(&c, p, 70 * page_size(), 2 * page_size());
	if (pages_read(c.procdir, (uintptr_t)p, 1, pages) == -EPERM) {
		child_stop(&c);
		unit_skip("/proc/PID/pagemap cannot be read here");
	}
	ck_assert_int_eq(pages_read(c.procdir, (uintptr_t)p, 100, pages), 100);
	for (int i = 0; i < 100; i++) {
		ck_assert_msg(pages[i].present == (i == 70 || i == 71), "page %d", i);
		ck_assert(!pages[i].present || pages[i].shared);
	}
	/* An address within a page stands for that page. */
	ck_assert_int_eq(pages_read(c.procdir, (uintptr_t)p + 71 * page_size() + 5, 1, pages), 1);
	ck_assert(pages[0].present);
	ck_assert_int_eq(pages_read(c.procdir, UINT64_MAX - 1, 1, pages), 0);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	ck_assert_int_lt(pages_read(c.procdir, (uintptr_t)p, 1, pages), 0);
	child_stop(&c);
}
END_TEST

START_TEST(bytes_are_read_as_far_as_there_are_any)
{
	size_t page = page_size();
	char *p = map(3, MAP_PRIVATE | MAP_ANONYMOUS, -1), bytes[64];
	struct child c;

	munmap(p + 2 * page, page);
	start(&c, p, page - 2, 1);
	ck_assert_int_eq(memory_read(c.pid, (uintptr_t)p + page - 2, bytes, 4), 4);
	ck_assert_mem_eq(bytes, "here", 4); /* over the edge of a page */
	ck_assert_int_eq(memory_read(c.pid, (uintptr_t)p + 2 * page - 3, bytes, sizeof bytes), 3);
	ck_assert_int_eq(memory_read(c.pid, (uintptr_t)p + 2 * page, bytes, 1), -EFAULT);
	ck_assert_int_eq(memory_read(c.pid, 0, bytes, 1), -EFAULT);
	ck_assert_int_eq(memory_read(c.pid, UINT64_MAX - 3, bytes, sizeof bytes), -EFAULT);
	ck_assert_int_eq(memory_read(c.pid, (uintptr_t)p, bytes, 0), 0);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	ck_assert_int_eq(memory_read(c.pid, (uintptr_t)p, bytes, 1), -ESRCH);
	child_stop(&c);
}
END_TEST

START_TEST(peeking_brings_no_page)
{
	size_t page = page_size();
	char *p = map(200, MAP_SHARED | MAP_ANONYMOUS, -1), *bytes = map(200, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	struct page pages[200];
	struct child c;

	start(&c, p, 2 * page, 130 * page);
	if (pages_read(c.procdir, (uintptr_t)p, 1, pages) < 0) {
		child_stop(&c);
		unit_skip("/proc/PID/pagemap cannot be read here");
	}
	ck_assert_int_eq(memory_peek(c.procdir, c.pid, (uintptr_t)p, bytes, 3 * page), 0);
	ck_assert_int_eq(memory_peek(c.procdir, c.pid, (uintptr_t)p + 2 * page, bytes, 5), 5);
	ck_assert_str_eq(bytes, "here");
	ck_assert_int_eq(memory_peek(c.procdir, c.pid, (uintptr_t)p + 2 * page + 1, bytes, 198 * page - 1),
			 (ssize_t)(130 * page - 1));
	ck_assert_str_eq(bytes + page - 1, "here");
	ck_assert_int_eq(memory_peek(c.procdir, c.pid, (uintptr_t)p + 131 * page, bytes, 2 * page), (ssize_t)page);
	ck_assert_int_eq(memory_peek(c.procdir, c.pid, (uintptr_t)p + 2 * page, bytes, 0), 0);
	ck_assert_int_eq(memory_peek(c.procdir, c.pid, UINT64_MAX - 1, bytes, 5), 0);
	ck_assert_int_eq(pages_read(c.procdir, (uintptr_t)p, 200, pages), 200);
	for (int i = 0; i < 200; i++)
		ck_assert_msg(pages[i].present == (i >= 2 && i < 132), "page %d", i);
	child_stop(&c);
}
END_TEST

/* A page that parent and child share since fork, until one of them writes, stays shared. */
START_TEST(peeking_copies_no_page)
{
	char *p = map(1, MAP_PRIVATE | MAP_ANONYMOUS, -1), bytes[5];
	struct page page;
	struct child c;

	memcpy(p, "here", 5);
	start(&c, NULL, 0, 0);
	if (pages_read(c.procdir, (uintptr_t)p, 1, &page) < 0) {
		child_stop(&c);
		unit_skip("/proc/PID/pagemap cannot be read here");
	}
	ck_assert(page.present && !page.exclusive);
	ck_assert_int_eq(memory_peek(c.procdir, c.pid, (uintptr_t)p, bytes, 5), 5);
	ck_assert_str_eq(bytes, "here");
	ck_assert_int_eq(pages_read(c.procdir, (uintptr_t)p, 1, &page), 1);
	ck_assert(page.present && !page.exclusive);
	child_stop(&c);
}
END_TEST

START_TEST(strangers_are_not_permitted)
{
	struct child c;
	int status;
	pid_t pid;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	start(&c, (char *)place + sizeof *place, 0, 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct mappings m = { 0 };
		struct page page;
		int wrong;

		if (setgid(65534) || setuid(65534))
			_exit(1);
		wrong = (mappings_read(c.procdir, NULL, NULL, &m) != -EACCES) << 1;
		wrong |= (memory_read(c.pid, (uintptr_t)place, &m, 1) != -EPERM) << 2;
		wrong |= (pages_read(c.procdir, (uintptr_t)place, 1, &page) >= 0) << 3;
		_exit(wrong);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	child_stop(&c);
	ck_assert_int_eq(status, 0);
}
END_TEST

Suite *suite_memory(void)
{
	Suite *suite = suite_create("memory");
	TCase *lines = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(lines, maps_are_read);
	tcase_add_test(lines, lines_without_sense_are_refused);
	tcase_add_test(lines, any_bytes_are_borne);
	tcase_add_test(lines, entries_of_pagemap_are_read);
	suite_add_tcase(suite, lines);
	folder_use(live);
	tcase_add_checked_fixture(live, begin_place, NULL);
	tcase_add_test(live, a_childs_map_holds_what_it_mapped);
	tcase_add_test(live, a_long_map_is_read_whole);
	tcase_add_test(live, a_segment_is_known_by_name_and_device);
	tcase_add_test(live, pages_come_when_they_are_touched);
	tcase_add_test(live, bytes_are_read_as_far_as_there_are_any);
	tcase_add_test(live, peeking_brings_no_page);
	tcase_add_test(live, peeking_copies_no_page);
	tcase_add_test(live, strangers_are_not_permitted);
	suite_add_tcase(suite, live);
	return suite;
}

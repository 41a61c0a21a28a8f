/* SPDX-License-Identifier: MIT */
/* Mappings and memory, made for real: what is shared, what is copied, and each way to fail. */
#include "tests/unit.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/call/calling.h"

#define ANONYMOUS "PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS"

static long long page;

static void learn_page(void)
{
	page = calling_number("getpagesize()");
	ck_assert_int_eq(page, sysconf(_SC_PAGESIZE));
}

/* A file of so many bytes, open for reading and writing. */
static int file_of(long long length)
{
	int fd = (int)calling_number("open(\"f\", O_RDWR|O_CREAT, 0600)");

	ck_assert_str_eq(calling("ftruncate(%d, %lld)", fd, length), "0");
	return fd;
}

static long long map_file(int fd, long long length)
{
	return calling_number("mmap(0, %lld, PROT_READ|PROT_WRITE, MAP_SHARED, %d, 0)", length, fd);
}

START_TEST(words_and_bytes)
{
	long long a = calling_number("mmap(0, 4096, " ANONYMOUS ", -1, 0)");

	ck_assert_str_eq(calling("load(0x%llx, 0)", a), "0");
	ck_assert_str_eq(calling("store(0x%llx, 0, 7)", a), "0");
	ck_assert_str_eq(calling("load(0x%llx, 0)", a), "7");
	ck_assert_str_eq(calling("store(0x%llx, 5, -1)", a), "0"); /* at any alignment */
	ck_assert_str_eq(calling("load(0x%llx, 5)", a), "-1");
	ck_assert_int_eq(calling_outcome()->error, 0);
	ck_assert_str_eq(calling("load(0x%llx, 4)", a), "-256"); /* little or big endian alike would not do */
	ck_assert_str_eq(calling("store(0x%llx, 8, 4294967295)", a), "0");
	ck_assert_str_eq(calling("load(0x%llx, 8)", a), "-1");
	ck_assert_str_eq(calling("store(0x%llx, 8, 4294967296)", a), "-1 ERANGE");
	ck_assert_str_eq(calling("store(0x%llx, 8, -2147483649)", a), "-1 ERANGE");
	ck_assert_str_eq(calling("store(0x%llx, 16, \"hello\")", a), "0");
	ck_assert_str_eq(calling("store(0x%llx, 20, \"p\")", a), "0"); /* without a NUL */
	ck_assert_str_eq(calling("load(0x%llx, 16, 6)", a), "6 \"hellp\\x00\"");
	ck_assert_str_eq(calling("load(0x%llx, 18 - 2, 5)", a), "5 \"hellp\"");
	ck_assert_str_eq(calling("load(0x%llx, 100, 3000)", a), "3000 \"\\x00\"*3000");
	ck_assert_str_eq(calling("load(0x%llx, 0, -1)", a), "-1 EINVAL");
	ck_assert_str_eq(calling("load(0x%llx, 0, 8M)", a), "-1 E2BIG");
}
END_TEST

START_TEST(added_in_one_step)
{
	long long a = calling_number("mmap(0, 4096, " ANONYMOUS ")");

	ck_assert_str_eq(calling("add(0x%llx, 4, 5)", a), "0");
	ck_assert_str_eq(calling("add(0x%llx, 4, -7)", a), "5");
	ck_assert_str_eq(calling("add(0x%llx, 4, 2147483647)", a), "-2");
	ck_assert_str_eq(calling("load(0x%llx, 4)", a), "2147483645");
	ck_assert_str_eq(calling("add(0x%llx, 2, 1)", a), "-1 EINVAL");
	ck_assert_str_eq(calling("add(0x%llx, 4, 4294967296)", a), "-1 ERANGE");
}
END_TEST

static int add_many(void *data)
{
	for (int i = 0; i < 2000; i++)
		calling_number("add(0x%llx, 0, 1)", *(const long long *)data);
	return 0;
}

START_TEST(no_addition_is_lost)
{
	long long a = calling_number("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)");
	struct child c;

	child_start(&c, add_many, &a);
	add_many(&a);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	ck_assert_str_eq(calling("load(0x%llx, 0)", a), "4000");
}
END_TEST

/* What the child of a fork changes, and what of it its parent sees. */
static int store_both(void *data)
{
	const long long *a = data;

	calling_number("store(0x%llx, 0, 1)", a[0]);
	calling_number("store(0x%llx, 0, 1)", a[1]);
	return 0;
}

START_TEST(shared_and_private)
{
	long long a[2] = { calling_number("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)"),
			   calling_number("mmap(0, 4096, " ANONYMOUS ")") };
	struct child c;

	child_start(&c, store_both, a);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	ck_assert_str_eq(calling("load(0x%llx, 0)", a[0]), "1");
	ck_assert_str_eq(calling("load(0x%llx, 0)", a[1]), "0");
}
END_TEST

START_TEST(files_are_mapped)
{
	int fd = file_of(100), other;
	long long a = map_file(fd, 100), private;

	ck_assert_str_eq(calling("write(%d, \"hello\")", fd), "5");
	ck_assert_str_eq(calling("load(0x%llx, 0, 5)", a), "5 \"hello\"");
	ck_assert_str_eq(calling("store(0x%llx, 0, \"J\")", a), "0");
	ck_assert_str_eq(calling("pread(%d, 5, 0)", fd), "5 \"Jello\"");
	private = calling_number("mmap(0, 100, PROT_READ|PROT_WRITE, MAP_PRIVATE, %d, 0)", fd);
	ck_assert_str_eq(calling("store(0x%llx, 0, \"C\")", private), "0");
	ck_assert_str_eq(calling("pread(%d, 5, 0)", fd), "5 \"Jello\"");
	ck_assert_str_eq(calling("madvise(0x%llx, %lld, MADV_DONTNEED)", private, page), "0"); /* the copy is dropped */
	ck_assert_str_eq(calling("load(0x%llx, 0, 5)", private), "5 \"Jello\"");
	ck_assert_str_eq(calling("close(%d)", fd), "0"); /* the mapping stays */
	ck_assert_str_eq(calling("store(0x%llx, 0, \"h\")", a), "0");
	ck_assert_str_eq(calling("msync(0x%llx, %lld, MS_SYNC)", a, page), "0");
	ck_assert_str_eq(calling("msync(0x%llx, 100, MS_SYNC|MS_ASYNC)", a), "-1 EINVAL");
	ck_assert_str_eq(calling("msync(0x%llx, 100, MS_SYNC)", a + 1), "-1 EINVAL");
	other = (int)calling_number("open(\"f\", O_RDWR)");
	ck_assert_str_eq(calling("write(%d, 0x%llx, 5)", other, a), "5");
	ck_assert_str_eq(calling("pread(%d, 5, 0)", other), "5 \"hello\"");
	ck_assert_str_eq(calling("munmap(0x%llx, %lld)", a, page), "0");
	if (unit_valgrind())
		unit_skip("valgrind tells of every wrong address");
	ck_assert_str_eq(calling("msync(0x%llx, 100, MS_SYNC)", a), "-1 ENOMEM");
	ck_assert_str_eq(calling("write(%d, 0x%llx, 5)", other, a), "-1 EFAULT");
}
END_TEST

START_TEST(mmap_refuses)
{
	int fd = file_of(100), reads, writes;

	ck_assert_str_eq(calling("mmap(0, 0, PROT_READ, MAP_SHARED, %d, 0)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("mmap(0, 100, PROT_READ, MAP_SHARED, %d, 100)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("mmap(0, 100, PROT_READ, 0, %d, 0)", fd), "-1 EINVAL");
	ck_assert_str_eq(calling("mmap(0, 100, PROT_READ, MAP_SHARED, -1, 0)"), "-1 EBADF");
	reads = (int)calling_number("open(\"f\", O_RDONLY)");
	ck_assert_str_eq(calling("mmap(0, 100, PROT_READ|PROT_WRITE, MAP_SHARED, %d, 0)", reads), "-1 EACCES");
	calling_number("mmap(0, 100, PROT_READ|PROT_WRITE, MAP_PRIVATE, %d, 0)", reads);
	writes = (int)calling_number("open(\"f\", O_WRONLY)");
	ck_assert_str_eq(calling("mmap(0, 100, PROT_WRITE, MAP_SHARED, %d, 0)", writes), "-1 EACCES");
	calling_number("pipe()");
	ck_assert_str_eq(calling("mmap(0, 1, PROT_READ, MAP_SHARED, %d, 0)", (int)calling_outcome()->values[0]), "-1 ENODEV");
	ck_assert_str_eq(calling("mmap(0x1, 4096, " ANONYMOUS "|MAP_FIXED)"), "-1 EINVAL");
}
END_TEST

START_TEST(ranges_are_unmapped)
{
	long long a = calling_number("mmap(0, %lld, " ANONYMOUS ")", 3 * page);

	ck_assert_str_eq(calling("munmap(0x%llx, 0)", a), "-1 EINVAL");
	ck_assert_str_eq(calling("munmap(0x%llx, 4096)", a + 1), "-1 EINVAL");
	ck_assert_str_eq(calling("munmap(0x%llx, %lld)", a + page, page), "0"); /* the middle */
	ck_assert_str_eq(calling("munmap(0x%llx, %lld)", a + page, page), "0"); /* nothing there: fine */
	ck_assert_str_eq(calling("store(0x%llx, 0, 1)", a), "0");
	ck_assert_str_eq(calling("store(0x%llx, 0, 1)", a + 2 * page), "0");
	ck_assert_str_eq(calling("mprotect(0x%llx, %lld, PROT_NONE)", a, 3 * page), "-1 ENOMEM");
	ck_assert_str_eq(calling("mprotect(0x%llx, %lld, PROT_READ)", a + 1, page), "-1 EINVAL");
	ck_assert_str_eq(calling("madvise(0x%llx, %lld, MADV_DONTNEED)", a + 1, page), "-1 EINVAL");
}
END_TEST

/* ---- what is not there ---------------------------------------------------------------------------- */

/* Where a lesson's access goes wrong: beyond a file's end, beyond a mapping, against its protection. */
static struct { long long beyond_file, beyond_mapping, read_only; } wrong;

static void prepare_wrong(void)
{
	wrong.beyond_file = map_file(file_of(0), page);
	wrong.read_only = calling_number("mmap(0, %lld, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS)", page);
	/* The last: the next mapping might come to stand in the hole. */
	wrong.beyond_mapping = calling_number("mmap(0, %lld, " ANONYMOUS ")", 2 * page) + page;
	calling_number("munmap(0x%llx, %lld)", wrong.beyond_mapping, page);
}

START_TEST(caught_faults)
{
	if (unit_valgrind())
		unit_skip("valgrind tells of every fault");
	prepare_wrong();
	ck_assert_str_eq(calling("sigaction(SIGBUS, catch)"), "0");
	ck_assert_str_eq(calling("sigaction(SIGSEGV, catch)"), "0");
	for (int i = 1; i <= 3; i++) { /* again: the signal must not stay blocked */
		ck_assert_str_eq(calling("load(0x%llx, 0)", wrong.beyond_file), "-1 EFAULT");
		ck_assert_int_eq(calling_caught, 4 * i - 3);
		ck_assert_int_eq(calling_signal, SIGBUS);
		ck_assert_str_eq(calling("load(0x%llx, -2, 10)", wrong.beyond_mapping), "-1 EFAULT");
		ck_assert_int_eq(calling_signal, SIGSEGV);
		ck_assert_str_eq(calling("store(0x%llx, 0, \"a\")", wrong.read_only), "-1 EFAULT");
		ck_assert_str_eq(calling("add(0x%llx, 0, 1)", wrong.read_only), "-1 EFAULT");
		ck_assert_int_eq(calling_caught, 4 * i);
		ck_assert_ptr_null(calling_context()->fault);
	}
	ck_assert_str_eq(calling("load(0x%llx, -4)", wrong.beyond_mapping), "0");
	ck_assert_str_eq(calling("mprotect(0x%llx, %lld, PROT_READ|PROT_WRITE)", wrong.read_only, page), "0");
	ck_assert_str_eq(calling("store(0x%llx, 0, 1)", wrong.read_only), "0");
}
END_TEST

static int touch(void *line)
{
	calling("%s", (const char *)line);
	return 0;
}

static void dies_of(int signal, const char *line)
{
	struct child c;
	int status;

	child_start(&c, touch, (void *)(uintptr_t)line);
	status = child_reap(&c);
	child_stop(&c);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == signal, "%s: wait status %d", line, status);
}

/* Sanitizers have handlers of their own, which exit. */
START_TEST(faults_kill)
{
	char line[100];

	if (unit_valgrind())
		unit_skip("valgrind tells of every fault");
#if defined __SANITIZE_ADDRESS__
	unit_skip("the sanitizer catches faults");
#endif
	prepare_wrong();
	snprintf(line, sizeof line, "load(0x%llx, 0)", wrong.beyond_file);
	dies_of(SIGBUS, line);
	snprintf(line, sizeof line, "store(0x%llx, 0, 1)", wrong.beyond_mapping);
	dies_of(SIGSEGV, line);
	snprintf(line, sizeof line, "add(0x%llx, 0, 1)", wrong.read_only);
	dies_of(SIGSEGV, line);
	dies_of(SIGSEGV, "load(0, 0)");
}
END_TEST

Suite *suite_call_memory(void)
{
	Suite *s = suite_create("call_memory");
	TCase *t = tcase_create("memory");

	calling_use(t);
	tcase_add_checked_fixture(t, learn_page, NULL);
	tcase_add_test(t, words_and_bytes);
	tcase_add_test(t, added_in_one_step);
	tcase_add_test(t, no_addition_is_lost);
	tcase_add_test(t, shared_and_private);
	tcase_add_test(t, files_are_mapped);
	tcase_add_test(t, mmap_refuses);
	tcase_add_test(t, ranges_are_unmapped);
	tcase_add_test(t, caught_faults);
	tcase_add_test(t, faults_kill);
	suite_add_tcase(s, t);
	return s;
}

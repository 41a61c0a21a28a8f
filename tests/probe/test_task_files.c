/* SPDX-License-Identifier: MIT */
/* What the kernel's own walk tells of descriptors and pipes, against what they say themselves. It takes privilege: an
 * ordinary user is refused, which is a test as well. */
#include "probe/task_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/bpf.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/unit.h"

/* The program; skips where it may not be had, and fails where the kernel was asked and does not take it. */
static struct task_files *open_or_skip(void)
{
	static char log[1 << 22]; /* too small a one is an error, too */
	int error = 0;
	struct task_files *t = task_files_open(&error, log, sizeof log);

	if (!t && (error == -EPERM || error == -ENOENT || error == -ENOSYS))
		unit_skip("iterators of the kernel are not permitted or not there");
	ck_assert_msg(t, "error %d: %s", error, log);
	return t;
}

static const struct task_file *look(struct task_files *t, pid_t pid, int fd)
{
	const struct task_file *list, *found = NULL;
	size_t n;

	ck_assert_int_eq(task_files_read(t, &list, &n), 0);
	ck_assert_uint_gt(n, 0);
	for (size_t i = 0; i < n; i++)
		if (list[i].pid == (uint32_t)pid && list[i].fd == (uint32_t)fd) {
			ck_assert_ptr_null(found); /* once */
			found = &list[i];
		}
	return found;
}

static void check_stat(const struct task_file *f, int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->inode, st.st_ino);
	ck_assert_uint_eq(f->mode, st.st_mode);
	ck_assert_uint_eq(task_file_device(f->device), st.st_dev);
	ck_assert_uint_eq(f->flags & O_ACCMODE, (unsigned)fcntl(fd, F_GETFL) & O_ACCMODE);
}

static void check_level(struct task_files *t, int reader, int writer)
{
	const struct task_file *f = look(t, getpid(), writer);
	int bytes;

	check_stat(f, writer);
	ck_assert_int_eq(ioctl(reader, FIONREAD, &bytes), 0);
	ck_assert_uint_eq(f->level, TASK_FILE_LEVEL);
	ck_assert_int_eq((int)f->bytes, bytes);
	ck_assert_int_eq((int)f->slots_most * (int)sysconf(_SC_PAGESIZE), fcntl(writer, F_GETPIPE_SZ));
}

START_TEST(a_pipes_level_is_what_it_says)
{
	struct task_files *t = open_or_skip();
	char page[4096] = { 0 };
	int end[2];

	ck_assert_int_eq(pipe2(end, O_NONBLOCK), 0);
	check_level(t, end[0], end[1]);
	ck_assert_int_eq(write(end[1], page, 100), 100);
	ck_assert_int_eq(write(end[1], page, 4000), 4000);
	check_level(t, end[0], end[1]);
	ck_assert_uint_eq(look(t, getpid(), end[1])->slots, 2);
	while (write(end[1], page, 2049) > 0)
		;
	check_level(t, end[0], end[1]);
	ck_assert_uint_eq(look(t, getpid(), end[1])->slots, 16);
	ck_assert_int_eq(read(end[0], page, 50), 50);
	check_level(t, end[0], end[1]);
	ck_assert_uint_eq(look(t, getpid(), end[1])->slots, 16);
	ck_assert_int_eq(look(t, getpid(), end[1])->access & (TASK_FILE_READ | TASK_FILE_WRITE), TASK_FILE_WRITE);
	ck_assert(look(t, getpid(), end[1])->flags & O_NONBLOCK);
	close(end[0]);
	close(end[1]);
	task_files_close(t);
}
END_TEST

/* The ring goes round many times, and its size changes on the way. */
START_TEST(a_level_stays_right_while_the_ring_goes_round)
{
	struct task_files *t = open_or_skip();
	char page[8192] = { 0 };
	int end[2];

	ck_assert_int_eq(pipe(end), 0);
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(write(end[1], page, 5000), 5000);
		if (i % 8)
			ck_assert_int_eq(read(end[0], page, 5000), 5000);
		if (i == 20)
			ck_assert_int_gt(fcntl(end[1], F_SETPIPE_SZ, 64 * 4096), 0);
		if (i % 10 == 0)
			check_level(t, end[0], end[1]);
	}
	close(end[0]);
	close(end[1]);
	task_files_close(t);
}
END_TEST

/* The kernel is not asked to add up more than 32 slots. */
START_TEST(of_a_very_full_pipe_no_level_is_told)
{
	struct task_files *t = open_or_skip();
	char page[4096] = { 0 };
	int end[2];

	ck_assert_int_eq(pipe2(end, O_NONBLOCK), 0);
	ck_assert_int_gt(fcntl(end[1], F_SETPIPE_SZ, 128 * 4096), 0);
	for (int i = 0; i < 32; i++)
		ck_assert_int_eq(write(end[1], page, sizeof page), sizeof page);
	check_level(t, end[0], end[1]);
	ck_assert_int_eq(write(end[1], page, sizeof page), sizeof page);
	ck_assert_uint_eq(look(t, getpid(), end[1])->level, 0);
	ck_assert_uint_eq(look(t, getpid(), end[1])->slots, 33);
	close(end[0]);
	close(end[1]);
	task_files_close(t);
}
END_TEST

START_TEST(without_writers_a_reader_tells_the_level)
{
	struct task_files *t = open_or_skip();
	int end[2];

	ck_assert_int_eq(pipe(end), 0);
	ck_assert_int_eq(write(end[1], "abc", 3), 3);
	ck_assert_uint_eq(look(t, getpid(), end[0])->level, 0);
	close(end[1]);
	ck_assert_uint_eq(look(t, getpid(), end[0])->level, TASK_FILE_LEVEL);
	ck_assert_uint_eq(look(t, getpid(), end[0])->bytes, 3);
	close(end[0]);
	task_files_close(t);
}
END_TEST

START_TEST(descriptors_of_every_kind)
{
	struct task_files *t = open_or_skip();
	int null = open("/dev/null", O_RDWR), here = open(".", O_RDONLY), pair[2];
	int path = open("/proc/self/exe", O_PATH), event = eventfd(0, 0), file = open("/proc/self/exe", O_RDONLY);

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	check_stat(look(t, getpid(), pair[0]), pair[0]);
	check_stat(look(t, getpid(), file), file);
	ck_assert_ptr_nonnull(look(t, getpid(), event));
	ck_assert_uint_eq(look(t, getpid(), path)->access & TASK_FILE_PATH, TASK_FILE_PATH);
	ck_assert_uint_eq(look(t, getpid(), path)->access & (TASK_FILE_READ | TASK_FILE_WRITE), 0);
	ck_assert_ptr_null(look(t, getpid(), null));
	ck_assert_ptr_null(look(t, getpid(), here));
	close(null);
	close(here);
	close(path);
	close(event);
	close(file);
	close(pair[0]);
	close(pair[1]);
	task_files_close(t);
}
END_TEST

START_TEST(a_process_is_known_by_its_start)
{
	struct task_files *t = open_or_skip();
	const struct task_file *f;
	unsigned long long start;
	struct child child;
	char path[32], text[1024];
	int end[2];
	FILE *stat;

	ck_assert_int_eq(pipe(end), 0);
	child_start(&child, child_idle, NULL);
	f = look(t, child.pid, end[0]);
	ck_assert_ptr_nonnull(f);
	snprintf(path, sizeof path, "/proc/%d/stat", (int)child.pid);
	stat = fopen(path, "r");
	ck_assert_ptr_nonnull(stat);
	ck_assert_ptr_nonnull(fgets(text, sizeof text, stat));
	fclose(stat);
	ck_assert_int_eq(sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
				"%*d %*d %*d %llu", &start), 1);
	ck_assert_uint_eq(f->start / (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK)), start);
	child_stop(&child);
	close(end[0]);
	close(end[1]);
	task_files_close(t);
}
END_TEST

START_TEST(a_fifo_without_a_reader)
{
	struct task_files *t = open_or_skip();
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "abc", 3), 3);
	check_stat(look(t, getpid(), fd), fd);
	ck_assert_uint_eq(look(t, getpid(), fd)->bytes, 3);
	close(fd);
	task_files_close(t);
}
END_TEST

static int try_it(void *unused)
{
	int error = 0;

	(void)unused;
	if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
		return 2;
	return bpf_permitted() || task_files_open(&error, NULL, 0) || error != -EPERM;
}

START_TEST(an_ordinary_user_is_refused)
{
	struct child child;
	int status;

	if (geteuid() != 0)
		unit_skip("needs root, to be somebody else");
	child_start(&child, try_it, NULL);
	child_await_end(&child);
	status = child_reap(&child);
	child_stop(&child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(what_no_kernel_takes_is_told_with_the_reason)
{
	struct bpf_code code = { .n = 0 };
	char log[4096] = "";

	if (!bpf_permitted())
		unit_skip("programs of the kernel are not permitted");
	bpf_load(&code, 0, 5, 0, 8); /* from a register that holds nothing */
	bpf_end(&code);
	ck_assert_int_lt(bpf_iterator(&code, 1, log, sizeof log), 0);
	code.n = BPF_CODE + 1;
	ck_assert_int_eq(bpf_iterator(&code, 1, NULL, 0), -E2BIG);
}
END_TEST

Suite *suite_task_files(void)
{
	Suite *suite = suite_create("task_files");
	TCase *tests = tcase_create("task_files");

	folder_use(tests);
	tcase_add_test(tests, a_pipes_level_is_what_it_says);
	tcase_add_test(tests, a_level_stays_right_while_the_ring_goes_round);
	tcase_add_test(tests, of_a_very_full_pipe_no_level_is_told);
	tcase_add_test(tests, without_writers_a_reader_tells_the_level);
	tcase_add_test(tests, descriptors_of_every_kind);
	tcase_add_test(tests, a_process_is_known_by_its_start);
	tcase_add_test(tests, a_fifo_without_a_reader);
	tcase_add_test(tests, an_ordinary_user_is_refused);
	tcase_add_test(tests, what_no_kernel_takes_is_told_with_the_reason);
	suite_add_tcase(suite, tests);
	return suite;
}

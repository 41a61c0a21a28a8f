/* SPDX-License-Identifier: MIT */
/* Memory between processes watched from outside: who has it, with which access, what stands there; and that
 * looking brings no page. */
#include "tests/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tests/stage/outside.h"

static struct child one, other;
static int fd[1];
static char path[80];

static void teardown(void)
{
	outside_close();
	child_stop(&one);
	child_stop(&other);
	if (path[0])
		unlink(path);
}

enum { PAGES = 3 };
static long page;
static int32_t *memory;

static int touches(void *unused)
{
	memory[0] = 4711;
	memory[1] = -1;
	return child_idle(unused);
}

static int reads_only(void *unused)
{
	const volatile int32_t *m = mmap(NULL, (size_t)(PAGES * page), PROT_READ, MAP_SHARED, fd[0], 0);

	munmap(memory, (size_t)(PAGES * page));
	if (m == MAP_FAILED)
		return 1;
	close(fd[0]);
	return child_idle(unused);
}

/* Its second page alone, and before that something else. */
static int has_a_part(void *unused)
{
	char *place = mmap(NULL, (size_t)(2 * page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(memory, (size_t)(PAGES * page));
	memset(place, 'x', (size_t)page);
	if (mmap(place + page, (size_t)page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd[0], page) == MAP_FAILED)
		return 1;
	place[page] = 'y';
	close(fd[0]);
	return child_idle(unused);
}

static struct stage_outside open_memory(off_t size)
{
	struct stat st;

	page = sysconf(_SC_PAGESIZE);
	snprintf(path, sizeof path, "/dev/shm/outside-%d", (int)getpid());
	fd[0] = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd[0] < 0)
		unit_skip("/dev/shm cannot be written to here");
	ck_assert(ftruncate(fd[0], size) == 0 && fstat(fd[0], &st) == 0);
	memory = mmap(NULL, (size_t)(PAGES * page), PROT_READ | PROT_WRITE, MAP_SHARED, fd[0], 0);
	ck_assert(memory != MAP_FAILED);
	return (struct stage_outside){
		.kind = OBJECT_MEMORY, .device = st.st_dev, .inode = st.st_ino, .path = path + strlen("/dev/shm"), .terminal = -1,
	};
}

/* Until the child has touched it, or closed what it mapped it by. */
static void await_word(int32_t word)
{
	int64_t deadline = 0;

	while (*(volatile int32_t *)memory != word)
		ck_assert(child_wait(&deadline));
}

static const struct picture_view *view(const struct child *c)
{
	const struct picture_memory *m = &outside_object(0)->memory;

	for (int i = 0; i < m->n_views; i++)
		if (!strcmp(m->view[i].process, outside_process(c->pid)->name))
			return &m->view[i];
	ck_abort_msg("%d is not seen to have it", (int)c->pid);
	return NULL;
}

/* How many pages of a mapping are there in the process, by /proc/PID/smaps. */
static int64_t resident(const struct child *c, uint64_t address)
{
	char name[40], line[300], wanted[24];
	int64_t kilobytes = -1;
	bool here = false;
	FILE *f;

	snprintf(name, sizeof name, "/proc/%d/smaps", (int)c->pid);
	snprintf(wanted, sizeof wanted, "%llx-", (unsigned long long)address);
	f = fopen(name, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f)) {
		if (strchr("0123456789abcdef", line[0]))
			here = !strncmp(line, wanted, strlen(wanted));
		else if (here && !strncmp(line, "Rss:", 4))
			kilobytes = atoll(line + 4);
	}
	fclose(f);
	return kilobytes * 1024 / page;
}

START_TEST(named_memory)
{
	const struct picture_memory *m;
	struct stage_outside what = open_memory(5000);

	child_start(&one, touches, NULL);
	child_start(&other, reads_only, NULL);
	await_word(4711);
	outside_await_closed(&other, fd[0]);
	outside_watch(&one, "a");
	outside_watch(&other, "b");
	outside_draw(what);
	stage_sample(outside_stage);
	m = &outside_object(0)->memory;
	ck_assert_str_eq(outside_object(0)->path, path);
	ck_assert_str_eq(m->backing, path);
	ck_assert_int_eq(outside_number("it", "size", 0), 5000);
	ck_assert_int_eq(outside_number("it", "mapped", 0), 2);
	ck_assert_int_eq(outside_number("it", "word", 0), memory[0]);
	ck_assert_int_eq(outside_number("it", "word", 4), memory[1]);
	ck_assert(view(&one)->writable && view(&one)->shared);
	ck_assert(!view(&other)->writable);
	ck_assert(view(&one)->known[0] && !view(&other)->known[0]);
	ck_assert_int_eq(view(&one)->page[0], 's');
	ck_assert_str_eq(view(&other)->page, "..");
	ck_assert_int_eq(outside_number("it", "resident", 0), 1);
	ck_assert_int_eq(resident(&other, view(&other)->address), 0); /* to look brought nothing */
	memory[0] = 12;
	stage_sample(outside_stage);
	ck_assert_int_eq(outside_number("it", "word", 0), 12);
	child_stop(&one);
	child_stop(&other);
	stage_sample(outside_stage);
	ck_assert_msg(!outside_object(0)->gone, "its name is still there");
	ck_assert_int_eq(unlink(path), 0);
	stage_sample(outside_stage);
	ck_assert(outside_object(0)->gone);
}
END_TEST

/* What lies beside the part that a process has is not taken for the rest. */
START_TEST(a_part_of_memory)
{
	struct stage_outside what = open_memory(PAGES * sysconf(_SC_PAGESIZE));

	child_start(&one, touches, NULL);
	child_start(&other, has_a_part, NULL);
	await_word(4711);
	outside_await_closed(&other, fd[0]);
	outside_watch(&one, "a");
	outside_watch(&other, "b");
	outside_draw(what);
	ck_assert_str_eq(view(&other)->page, "-s-");
	ck_assert(!view(&other)->known[0]);
	ck_assert(view(&one)->known[0]);
	ck_assert_int_eq(view(&one)->value[0].word, 4711);
}
END_TEST

static int writes_text(void *unused)
{
	strcpy((char *)memory, "j\xc3\xbc \x1b[31m");
	memory[3] = 1;
	return child_idle(unused);
}

static int writes_plain(void *unused)
{
	strcpy((char *)memory, "a text");
	return child_idle(unused);
}

static int waits_for_word(void *unused)
{
	(void)unused;
	return (int)syscall(SYS_futex, &memory[5], 0 /* FUTEX_WAIT */, 0, NULL, NULL, 0);
}

/* Memory without a name; text is shown as such, and nothing that a terminal would obey. */
START_TEST(anonymous_memory)
{
	char line[200];
	const struct picture_memory *m;
	unsigned long long inode = 0;
	unsigned major_number = 0, minor_number = 0;
	FILE *f;

	page = sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, (size_t)(PAGES * page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(memory != MAP_FAILED);
	f = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof line, f) && strtoull(line, NULL, 16) != (uint64_t)(uintptr_t)memory)
		;
	fclose(f);
	ck_assert_int_eq(sscanf(line, "%*s %*s %*s %x:%x %llu", &major_number, &minor_number, &inode), 3);
	child_start(&one, _i ? writes_text : writes_plain, NULL);
	child_start(&other, waits_for_word, NULL);
	child_await_call(&other, SYS_futex, NULL);
	for (int64_t deadline = 0; !memory[0] || (_i && !memory[3]);)
		ck_assert(child_wait(&deadline));
	outside_watch(&one, "a");
	outside_watch(&other, "b");
	outside_draw((struct stage_outside){
		.kind = OBJECT_MEMORY, .inode = inode, .device = makedev(major_number, minor_number), .path = "/dev/zero (deleted)",
	});
	outside_await(other.pid, PROCESS_BLOCKED);
	m = &outside_object(0)->memory;
	ck_assert_str_eq(m->backing, "anonymous");
	ck_assert_int_eq(m->cell[0].kind, _i ? CELL_WORD : CELL_TEXT);
	if (!_i)
		ck_assert_str_eq(view(&one)->value[0].text, "a text");
	ck_assert_int_eq((int64_t)m->size, PAGES * page);
	/* who sleeps on a word of it */
	ck_assert_int_eq(outside_process(other.pid)->call_object, 0);
	ck_assert_int_eq(outside_process(other.pid)->call_index, 20);
	ck_assert_int_eq(outside_number(outside_object(0)->name, "waiters", 20), 1);
}
END_TEST

/* ---- System V ------------------------------------------------------------------------------------------------ */

static int id;

static int attaches(void *unused)
{
	int32_t *m = shmat(id, NULL, 0);

	if (m == (void *)-1)
		return 1;
	m[0] = 31;
	return child_idle(unused);
}

static int attaches_to_read(void *unused)
{
	const void *m = shmat(id, NULL, SHM_RDONLY);

	return m == (void *)-1 ? 1 : child_idle(unused);
}

START_TEST(a_segment)
{
	struct shmid_ds ds;
	int64_t deadline = 0;
	const int32_t *m;

	id = shmget(IPC_PRIVATE, 9000, 0600);
	ck_assert_int_ge(id, 0);
	child_start(&one, attaches, NULL);
	child_start(&other, attaches_to_read, NULL);
	m = shmat(id, NULL, SHM_RDONLY);
	while (*(const volatile int32_t *)m != 31)
		ck_assert(child_wait(&deadline));
	shmdt(m);
	while (shmctl(id, IPC_STAT, &ds) == 0 && ds.shm_nattch != 2)
		ck_assert(child_wait(&deadline));
	shmctl(id, IPC_RMID, NULL); /* at the last detach: nothing is left behind */
	outside_watch(&one, "a");
	outside_watch(&other, "b");
	outside_draw((struct stage_outside){ .kind = OBJECT_SEGMENT, .inode = (uint64_t)id });
	stage_sample(outside_stage);
	ck_assert_int_eq(outside_number("it", "mapped", 0), 2);
	ck_assert_int_eq(outside_number("it", "attached", 0), 2);
	ck_assert_int_eq(outside_number("it", "size", 0), 9000);
	ck_assert_int_eq(outside_number("it", "word", 0), 31);
	ck_assert(view(&one)->writable && !view(&other)->writable);
}
END_TEST

Suite *suite_outside_memory(void)
{
	Suite *suite = suite_create("outside_memory");
	TCase *tc = tcase_create("outside_memory");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, named_memory);
	tcase_add_test(tc, a_part_of_memory);
	tcase_add_loop_test(tc, anonymous_memory, 0, 2);
	tcase_add_test(tc, a_segment);
	suite_add_tcase(suite, tc);
	return suite;
}

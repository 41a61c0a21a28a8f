/* SPDX-License-Identifier: MIT */
/* What we assume of memory: how pagemap shows sharing and copy on write, that looking into a
 * process brings its pages, where accesses fault, and what mmap refuses. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "probe/memory.h"
#include "probe/procfs.h"
#include "probe/sysv.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/unit.h"

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static char *map(size_t pages, int protection, int flags, int fd)
{
	char *p = mmap(NULL, pages * page(), protection, flags, fd, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	return p;
}

/* A file of the test's own, of so many bytes. */
static int file(off_t size, int flags)
{
	char path[80];
	int fd;

	snprintf(path, sizeof path, "%s/file", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(ftruncate(fd, size), 0);
	close(fd);
	fd = open(path, flags | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static struct page look(int dir, const void *address)
{
	struct page p;

	ck_assert_int_eq(pages_read(dir, (uintptr_t)address, 1, &p), 1);
	return p;
}

static int own_folder(void)
{
	struct page p;
	int dir = procfs_open(getpid());

	if (pages_read(dir, (uintptr_t)&p, 1, &p) != 1)
		unit_skip("/proc/PID/pagemap cannot be read here");
	return dir;
}

/* What the children of a test are told, and tell. */
static struct talk {
	volatile char *memory;
	int order, done;
} *talk;

static void begin(void)
{
	talk = mmap(NULL, sizeof *talk, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(talk, MAP_FAILED);
}

static void await(int *what)
{
	int64_t deadline = 0;

	while (!__atomic_load_n(what, __ATOMIC_ACQUIRE))
		ck_assert(child_wait(&deadline));
}

static void tell(int *what)
{
	__atomic_store_n(what, 1, __ATOMIC_RELEASE);
}

/* For `run`: writes into the memory when told to. */
static int write_when_told(void *unused)
{
	await(&talk->order);
	*talk->memory = 'c';
	tell(&talk->done);
	return child_idle(unused);
}

START_TEST(fork_shares_until_one_writes)
{
	int dir = own_folder();
	char *p = map(1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	struct page before, ours, theirs;
	struct child c;

	*p = 'p';
	before = look(dir, p);
	ck_assert(before.present && before.exclusive && !before.shared);
	talk->memory = p;
	child_start(&c, write_when_told, NULL);
	ours = look(dir, p);
	theirs = look(c.procdir, p);
	ck_assert(ours.present && !ours.exclusive);
	ck_assert(theirs.present && !theirs.exclusive);
	tell(&talk->order);
	await(&talk->done);
	ours = look(dir, p);
	theirs = look(c.procdir, p);
	ck_assert(ours.exclusive && theirs.exclusive && !theirs.shared);
	ck_assert_int_eq(*p, 'p');
	child_stop(&c);
	close(dir);
}
END_TEST

START_TEST(a_private_files_page_is_copied_when_written)
{
	int dir = own_folder(), fd = file((off_t)page(), O_RDONLY);
	volatile char *p = map(1, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	struct page seen;
	char byte = *p;

	seen = look(dir, (const char *)p);
	ck_assert(seen.present && seen.shared);
	*p = 'x';
	seen = look(dir, (const char *)p);
	ck_assert(seen.present && !seen.shared && seen.exclusive);
	ck_assert_int_eq(pread(fd, &byte, 1, 0), 1);
	ck_assert_int_eq(byte, 0);
	close(fd);
	close(dir);
}
END_TEST

START_TEST(shared_pages_are_never_copied)
{
	int dir = own_folder();
	char *p = map(1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	struct child c;

	*p = 'p';
	talk->memory = p;
	child_start(&c, write_when_told, NULL);
	ck_assert(!look(c.procdir, p).present); /* fork does not copy what can be looked up again */
	tell(&talk->order);
	await(&talk->done);
	ck_assert_int_eq(*p, 'c');
	ck_assert(look(dir, p).shared && !look(dir, p).exclusive);
	ck_assert(look(c.procdir, p).shared && !look(c.procdir, p).exclusive);
	child_stop(&c);
	close(dir);
}
END_TEST

START_TEST(reading_from_outside_brings_pages)
{
	char *p = map(2, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1), byte;
	struct child c;

	close(own_folder());
	child_start(&c, child_idle, NULL);
	ck_assert(!look(c.procdir, p).present);
	ck_assert_int_eq(memory_read(c.pid, (uintptr_t)p, &byte, 1), 1);
	ck_assert(look(c.procdir, p).present);
	ck_assert(!look(c.procdir, p + page()).present);
	child_stop(&c);
}
END_TEST

static sigjmp_buf back;
static volatile sig_atomic_t signal_seen, code_seen;
static void *volatile address_seen;

static void note(int number, siginfo_t *info, void *context)
{
	(void)context;
	signal_seen = number;
	code_seen = info->si_code;
	address_seen = info->si_addr;
	siglongjmp(back, 1);
}

/* The signal that reading the byte gives, or 0. */
static int fault_at(volatile char *address)
{
	struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO }, bus, segv;
	volatile char byte;

	sigaction(SIGBUS, &action, &bus);
	sigaction(SIGSEGV, &action, &segv);
	signal_seen = 0;
	if (sigsetjmp(back, 1) == 0)
		byte = *address;
	(void)byte;
	sigaction(SIGBUS, &bus, NULL);
	sigaction(SIGSEGV, &segv, NULL);
	return signal_seen;
}

START_TEST(beyond_the_file_is_sigbus_beyond_the_mapping_sigsegv)
{
	int fd = file((off_t)page() + 100, O_RDWR), empty;
	char *p = map(4, PROT_READ | PROT_WRITE, MAP_SHARED, fd);

	if (unit_valgrind())
		unit_skip("valgrind calls these accesses what they are");
	munmap(p + 3 * page(), page());
	ck_assert_int_eq(fault_at(p + page() + 99), 0);
	ck_assert_int_eq(fault_at(p + 2 * page() - 1), 0); /* the rest of the last page */
	ck_assert_int_eq(fault_at(p + 2 * page() + 5), SIGBUS);
	ck_assert_int_eq(code_seen, BUS_ADRERR);
	ck_assert_ptr_eq(address_seen, p + 2 * page() + 5);
	ck_assert_int_eq(fault_at(p + 3 * page() + 7), SIGSEGV);
	ck_assert_int_eq(code_seen, SEGV_MAPERR);
	ck_assert_ptr_eq(address_seen, p + 3 * page() + 7);
	close(fd); /* the mapping stays */
	ck_assert_int_eq(fault_at(p), 0);
	ck_assert_int_eq(mprotect(p, page(), PROT_NONE), 0);
	ck_assert_int_eq(fault_at(p), SIGSEGV);
	ck_assert_int_eq(code_seen, SEGV_ACCERR);
	empty = file(0, O_RDWR);
	ck_assert_int_eq(fault_at(map(1, PROT_READ, MAP_SHARED, empty)), SIGBUS);
	close(empty);
}
END_TEST

/* With which errno mmap fails, or 0. */
static int refused(size_t length, int protection, int flags, int fd, off_t offset)
{
	void *p = mmap(NULL, length, protection, flags, fd, offset);

	return p == MAP_FAILED ? errno : 0;
}

START_TEST(mmap_and_munmap_refuse_what_they_document)
{
	int reader = file((off_t)page(), O_RDONLY), writer = file((off_t)page(), O_WRONLY);
	char *p = map(3, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int both = PROT_READ | PROT_WRITE;

	ck_assert_int_eq(refused(0, PROT_READ, MAP_SHARED, reader, 0), EINVAL);
	ck_assert_int_eq(refused(page(), PROT_READ, MAP_SHARED, reader, 1), EINVAL);
	ck_assert_int_eq(refused(page(), both, MAP_SHARED, reader, 0), EACCES);
	ck_assert_int_eq(refused(page(), both, MAP_PRIVATE, reader, 0), 0);
	ck_assert_int_eq(refused(page(), PROT_READ, MAP_SHARED, writer, 0), EACCES);
	ck_assert_int_eq(refused(page(), PROT_WRITE, MAP_SHARED, writer, 0), EACCES);
	ck_assert_int_eq(refused(page(), PROT_READ, MAP_SHARED, -1, 0), EBADF);
	ck_assert_int_eq(munmap(p + page(), page()), 0); /* from the middle */
	ck_assert_int_eq(munmap(p + page(), page()), 0); /* where nothing is any more */
	ck_assert_int_eq(munmap(p + 1, page()), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(munmap(p, 0), -1);
	ck_assert_int_eq(errno, EINVAL);
	close(reader);
	close(writer);
}
END_TEST

START_TEST(a_segment_has_its_pages_whole_and_goes_with_its_last_user)
{
	int id = shmget(IPC_PRIVATE, page() + 1, 0600), error;
	struct sysv_object o;
	char *p, *again;

	if (id < 0)
		unit_skip("no System V shared memory");
	p = shmat(id, NULL, 0);
	ck_assert_int_eq(shmctl(id, IPC_RMID, NULL), 0);
	ck_assert_ptr_ne(p, (void *)-1);
	ck_assert_int_eq(sysv_read(SYSV_SEGMENT, id, &o), 0);
	ck_assert_uint_eq(o.segment.size, page() + 1);
	ck_assert_int_eq(fault_at(p + 2 * page() - 1), 0);
	again = shmat(id, NULL, SHM_RDONLY); /* by its id, as long as somebody is there */
	ck_assert_ptr_ne(again, (void *)-1);
	ck_assert_ptr_ne(again, p);
	p[3] = 's';
	ck_assert_int_eq(again[3], 's');
	ck_assert_int_eq(shmdt(p), 0);
	ck_assert_int_eq(shmdt(again), 0);
	error = sysv_read(SYSV_SEGMENT, id, &o);
	ck_assert_msg(error == -EINVAL || error == -EIDRM, "%d", error);
}
END_TEST

Suite *suite_kernel_memory(void)
{
	Suite *suite = suite_create("kernel_memory");
	TCase *tcase = tcase_create("memory");

	folder_use(tcase);
	tcase_add_checked_fixture(tcase, begin, NULL);
	tcase_add_test(tcase, fork_shares_until_one_writes);
	tcase_add_test(tcase, a_private_files_page_is_copied_when_written);
	tcase_add_test(tcase, shared_pages_are_never_copied);
	tcase_add_test(tcase, reading_from_outside_brings_pages);
	tcase_add_test(tcase, beyond_the_file_is_sigbus_beyond_the_mapping_sigsegv);
	tcase_add_test(tcase, mmap_and_munmap_refuse_what_they_document);
	tcase_add_test(tcase, a_segment_has_its_pages_whole_and_goes_with_its_last_user);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* POSIX queues, shared memory, semaphores and mutexes, made for real. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/call/calling.h"

enum { NAMES = 16, NAME = 64 };

/* Stands for the ledger. In memory that the process of all tests shares: when a test fails, it removes
 * what is left. */
static struct noted {
	int n;
	bool full; /* no room for another */
	struct { char kind, name[NAME]; } list[NAMES];
} *noted;

static char suffix[32]; /* of this process: tests may run twice at the same time */

static int find(char kind, const char *name)
{
	for (int i = 0; i < noted->n; i++)
		if (noted->list[i].kind == kind && !strcmp(noted->list[i].name, name))
			return i;
	return -1;
}

static int naming(void *ledger, char kind, const char *name)
{
	(void)ledger;
	if (find(kind, name) >= 0)
		return 0;
	if (noted->full || noted->n == NAMES || strlen(name) >= NAME) {
		errno = ENOSPC;
		return -1;
	}
	noted->list[noted->n].kind = kind;
	strcpy(noted->list[noted->n++].name, name);
	return 0;
}

static void unnamed(void *ledger, char kind, const char *name)
{
	int i = find(kind, name);

	(void)ledger;
	if (i >= 0)
		noted->list[i] = noted->list[--noted->n];
}

/* "Q/q", without the suffix, which each must have. */
static bool is_noted(char kind, const char *name)
{
	char whole[NAME];

	snprintf(whole, sizeof whole, "%s%s", name, suffix);
	return find(kind, whole) >= 0;
}

static void open_list(void)
{
	noted = mmap(NULL, sizeof *noted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(noted != MAP_FAILED);
}

static void remove_noted(void)
{
	for (int i = 0; i < noted->n; i++) {
		mq_unlink(noted->list[i].name);
		shm_unlink(noted->list[i].name);
		sem_unlink(noted->list[i].name);
	}
	noted->n = 0;
	noted->full = false;
}

static void close_list(void)
{
	remove_noted();
	munmap(noted, sizeof *noted);
}

static void set_up(void)
{
	remove_noted();
	snprintf(suffix, sizeof suffix, "-test-%d", (int)getpid());
	calling_context()->naming = naming;
	calling_context()->unnamed = unnamed;
	calling_context()->suffix = suffix;
}

static int succeeds(void *line)
{
	return strcmp(calling("%s", (const char *)line), "0");
}

/* In a process of its own, which then ends: with a mutex that it holds. */
static void in_a_child(char *line)
{
	struct child c;

	child_start(&c, succeeds, line);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
}

/* ---- queues ------------------------------------------------------------------------------------- */

static int queue(const char *flags, const char *size)
{
	int fd;

	if (!strcmp(calling("mq_open(\"/no-such-queue\", O_RDONLY)"), "-1 ENOSYS"))
		unit_skip("this kernel has no POSIX message queues");
	fd = (int)calling_number("mq_open(\"/q\", %s, 0600%s)", flags, size);
	ck_assert(is_noted('Q', "/q"));
	return fd;
}

START_TEST(queues_are_made)
{
	struct mq_attr attributes;
	int q = queue("O_RDWR|O_CREAT|O_EXCL", ", 4, 64");
	char real[NAME];
	mqd_t seen;

	ck_assert_int_eq(mq_getattr(q, &attributes), 0);
	ck_assert_int_eq(attributes.mq_maxmsg, 4);
	ck_assert_int_eq(attributes.mq_msgsize, 64);
	snprintf(real, sizeof real, "/q%s", suffix);
	seen = mq_open(real, O_RDONLY);
	ck_assert_int_ge(seen, 0);
	mq_close(seen);
	ck_assert_str_eq(calling("mq_open(\"/q\", O_RDWR|O_CREAT|O_EXCL, 0600)"), "-1 EEXIST");
	ck_assert(is_noted('Q', "/q"));
	ck_assert_int_ge(calling_number("mq_open(\"/q\", O_RDWR)"), 0);
	ck_assert_str_eq(calling("mq_unlink(\"/q\")"), "0");
	ck_assert(!is_noted('Q', "/q"));
	ck_assert_str_eq(calling("mq_unlink(\"/q\")"), "-1 ENOENT");
	ck_assert_str_eq(calling("mq_open(\"/q\", O_RDWR)"), "-1 ENOENT");
	ck_assert_int_eq(noted->n, 0);
	ck_assert_str_eq(calling("mq_close(%d)", q), "0");
	ck_assert_str_eq(calling("mq_close(%d)", q), "-1 EBADF");
	q = queue("O_RDWR|O_CREAT", ""); /* as large as the kernel makes them */
	ck_assert_int_eq(mq_getattr(q, &attributes), 0);
	ck_assert_int_gt(attributes.mq_maxmsg, 0);
}
END_TEST

START_TEST(queues_refused)
{
	queue("O_RDWR|O_CREAT", "");
	ck_assert_str_eq(calling("mq_open(\"/r\", O_RDWR|O_CREAT, 0600, 0, 64)"), "-1 EINVAL");
	ck_assert_str_eq(calling("mq_open(\"/r\", O_RDWR|O_CREAT, 0600, 4, 0)"), "-1 EINVAL");
	ck_assert_str_eq(calling("mq_open(\"q\", O_RDWR|O_CREAT, 0600)"), "-1 EINVAL"); /* no slash */
	ck_assert_str_eq(calling("mq_open(\"/a/b\", O_RDWR|O_CREAT, 0600)"), "-1 EACCES");
	ck_assert_str_eq(calling("mq_open(\"/a\\0b\", O_RDWR|O_CREAT, 0600)"), "-1 EINVAL");
	ck_assert_str_eq(calling("mq_unlink(\"/a\\0b\")"), "-1 EINVAL");
	noted->full = true; /* what cannot be remembered is not made */
	ck_assert_str_eq(calling("mq_open(\"/s\", O_RDWR|O_CREAT, 0600)"), "-1 ENOSPC");
	ck_assert_str_eq(calling("mq_open(\"/s\", O_RDWR)"), "-1 ENOENT");
}
END_TEST

START_TEST(messages_by_priority)
{
	int q = queue("O_RDWR|O_CREAT", ", 4, 64");

	ck_assert_str_eq(calling("mq_send(%d, \"low\", 1)", q), "0");
	ck_assert_str_eq(calling("mq_send(%d, \"high\", 7)", q), "0");
	ck_assert_str_eq(calling("mq_send(%d, \"none\")", q), "0");
	ck_assert_str_eq(calling("mq_send(%d, 64, 7)", q), "0");
	ck_assert_str_eq(calling("mq_receive(%d, 63)", q), "-1 EMSGSIZE");
	ck_assert_str_eq(calling("mq_receive(%d, 64)", q), "4 \"high\" [7]");
	ck_assert_str_eq(calling("mq_receive(%d)", q), "64 \"a\"*64 [7]");
	ck_assert_str_eq(calling("mq_receive(%d)", q), "3 \"low\" [1]");
	ck_assert_str_eq(calling("mq_receive(%d)", q), "4 \"none\" [0]");
	ck_assert_str_eq(calling("mq_send(%d, \"\", 2)", q), "0");
	ck_assert_str_eq(calling("mq_receive(%d)", q), "0 [2]");
	ck_assert_str_eq(calling("mq_send(%d, 65)", q), "-1 EMSGSIZE");
	ck_assert_str_eq(calling("mq_send(%d, \"x\", 32768)", q), "-1 EINVAL"); /* MQ_PRIO_MAX */
	ck_assert_str_eq(calling("mq_receive(1000000)"), "-1 EBADF");
	ck_assert_str_eq(calling("mq_send(1000000, \"x\")"), "-1 EBADF");
	ck_assert_str_eq(calling("mq_send(%d, \"x\")", (int)calling_number("mq_open(\"/q\", O_RDONLY)")), "-1 EBADF");
	ck_assert_str_eq(calling("mq_receive(%d)", (int)calling_number("mq_open(\"/q\", O_WRONLY)")), "-1 EBADF");
}
END_TEST

START_TEST(queues_full_and_empty)
{
	int q = queue("O_RDWR|O_CREAT", ", 1, 64");
	struct caller c;

	ck_assert_str_eq(calling("mq_setattr(%d, O_NONBLOCK)", q), "0");
	ck_assert_str_eq(calling("mq_receive(%d)", q), "-1 EAGAIN");
	ck_assert_str_eq(calling("mq_send(%d, \"1\")", q), "0");
	ck_assert_str_eq(calling("mq_send(%d, \"2\")", q), "-1 EAGAIN");
	ck_assert_str_eq(calling("mq_setattr(%d, O_APPEND)", q), "-1 EINVAL");
	ck_assert_str_eq(calling("mq_setattr(%d, 0)", q), "0");
	calling_start(&c, "mq_send(%d, \"2\")", q);
	ck_assert_str_eq(calling("mq_receive(%d)", q), "1 \"1\" [0]");
	ck_assert_str_eq(calling_ended(&c), "0");
	ck_assert_str_eq(calling("mq_receive(%d)", q), "1 \"2\" [0]");
	calling_start(&c, "mq_receive(%d)", q);
	ck_assert_str_eq(calling("mq_send(%d, \"3\", 9)", q), "0");
	ck_assert_str_eq(calling_ended(&c), "1 \"3\" [9]");
}
END_TEST

START_TEST(queues_notify)
{
	int q = queue("O_RDWR|O_CREAT", ", 4, 64");

	ck_assert_str_eq(calling("sigprocmask(SIG_BLOCK, SIGUSR1)"), "0");
	ck_assert_str_eq(calling("mq_notify(%d, SIGUSR1)", q), "0");
	ck_assert_str_eq(calling("mq_notify(%d, SIGUSR1)", q), "-1 EBUSY");
	ck_assert_str_eq(calling("mq_send(%d, \"1\")", q), "0");
	ck_assert_str_eq(calling("sigtimedwait(SIGUSR1, 0)"), "SIGUSR1");
	ck_assert_str_eq(calling("mq_notify(%d, SIGUSR1)", q), "0"); /* it was for once */
	ck_assert_str_eq(calling("mq_send(%d, \"2\")", q), "0");       /* not empty before: no signal */
	ck_assert_str_eq(calling("sigtimedwait(SIGUSR1, 0)"), "-1 EAGAIN");
	ck_assert_str_eq(calling("mq_notify(%d, 0)", q), "0");
	ck_assert_str_eq(calling("mq_notify(%d, SIGUSR1)", q), "0"); /* free again */
	ck_assert_str_eq(calling("mq_notify(%d, 99)", q), "-1 EINVAL");
	ck_assert_str_eq(calling("mq_notify(1000000, SIGUSR1)"), "-1 EBADF");
}
END_TEST

START_TEST(somebody_elses)
{
	if (geteuid() != 0)
		unit_skip("needs root");
	if (!unit_forked())
		unit_skip("changes its user");
	queue("O_RDWR|O_CREAT", "");
	calling_number("shm_open(\"/m\", O_RDWR|O_CREAT, 0600)");
	calling_number("sem_open(\"/s\", O_RDWR|O_CREAT, 0600, 1)");
	calling_number("seteuid(65534)");
	ck_assert_str_eq(calling("mq_open(\"/q\", O_RDWR)"), "-1 EACCES");
	ck_assert_str_eq(calling("mq_unlink(\"/q\")"), "-1 EACCES");
	ck_assert_str_eq(calling("shm_open(\"/m\", O_RDWR)"), "-1 EACCES");
	ck_assert_str_eq(calling("shm_unlink(\"/m\")"), "-1 EACCES");
	ck_assert_str_eq(calling("sem_unlink(\"/s\")"), "-1 EACCES");
	ck_assert_int_eq(noted->n, 3);
	calling_number("seteuid(0)");
}
END_TEST

/* ---- shared memory -------------------------------------------------------------------------------- */

START_TEST(shared_memory)
{
	int m = (int)calling_number("shm_open(\"/m\", O_RDWR|O_CREAT|O_EXCL, 0600)");
	long long a, b;

	ck_assert(is_noted('M', "/m"));
	ck_assert_str_eq(calling("ftruncate(%d, 4096)", m), "0");
	a = calling_number("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, %d, 0)", m);
	b = calling_number("mmap(0, 4096, PROT_READ, MAP_SHARED, %d, 0)", (int)calling_number("shm_open(\"/m\", O_RDONLY)"));
	ck_assert_str_eq(calling("store(0x%llx, 8, 7)", a), "0");
	ck_assert_str_eq(calling("load(0x%llx, 8)", b), "7");
	ck_assert_str_eq(calling("shm_open(\"/m\", O_RDWR|O_CREAT|O_EXCL, 0600)"), "-1 EEXIST");
	ck_assert_str_eq(calling("shm_unlink(\"/m\")"), "0");
	ck_assert(!is_noted('M', "/m"));
	ck_assert_str_eq(calling("load(0x%llx, 8)", b), "7");
	ck_assert_str_eq(calling("shm_unlink(\"/m\")"), "-1 ENOENT");
	ck_assert_str_eq(calling("shm_open(\"/m\", O_RDWR)"), "-1 ENOENT");
	ck_assert_str_eq(calling("shm_open(\"/a/b\", O_RDWR|O_CREAT, 0600)"), "-1 EINVAL");
	noted->full = true;
	ck_assert_str_eq(calling("shm_open(\"/n\", O_RDWR|O_CREAT, 0600)"), "-1 ENOSPC");
}
END_TEST

/* ---- semaphores ------------------------------------------------------------------------------------- */

static long long words(void)
{
	return calling_number("mmap(0, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0)");
}

START_TEST(semaphores_by_name)
{
	long long s = calling_number("sem_open(\"/s\", O_CREAT|O_EXCL, 0600, 2)");

	ck_assert(is_noted('S', "/s"));
	ck_assert_str_eq(calling("sem_getvalue(0x%llx)", s), "0 [2]");
	ck_assert_str_eq(calling("sem_open(\"/s\", O_CREAT|O_EXCL, 0600, 2)"), "-1 EEXIST");
	ck_assert_int_eq(calling_number("sem_open(\"/s\", 0)"), s); /* once in a process */
	ck_assert_str_eq(calling("sem_close(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_wait(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_close(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_close(0x%llx)", s), "-1 EINVAL");
	s = calling_number("sem_open(\"/s\", 0)");
	ck_assert_str_eq(calling("sem_getvalue(0x%llx)", s), "0 [1]"); /* it stayed */
	ck_assert_str_eq(calling("sem_unlink(\"/s\")"), "0");
	ck_assert(!is_noted('S', "/s"));
	ck_assert_str_eq(calling("sem_post(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_unlink(\"/s\")"), "-1 ENOENT");
	ck_assert_str_eq(calling("sem_open(\"/s\", 0)"), "-1 ENOENT");
	ck_assert_str_eq(calling("sem_open(\"/s\", O_CREAT, 0600, 2147483648)"), "-1 EINVAL");
	ck_assert_str_eq(calling("sem_open(\"/a/b\", O_CREAT, 0600, 1)"), "-1 EINVAL");
	noted->full = true;
	ck_assert_str_eq(calling("sem_open(\"/t\", O_CREAT, 0600, 1)"), "-1 ENOSPC");
}
END_TEST

START_TEST(semaphores_in_memory)
{
	long long s = words();

	ck_assert_str_eq(calling("sem_init(0x%llx, 1, 1)", s), "0");
	ck_assert_str_eq(calling("sem_trywait(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_trywait(0x%llx)", s), "-1 EAGAIN");
	ck_assert_str_eq(calling("sem_timedwait(0x%llx, 0)", s), "-1 ETIMEDOUT");
	ck_assert_str_eq(calling("sem_timedwait(0x%llx, 1)", s), "-1 ETIMEDOUT");
	ck_assert_str_eq(calling("sem_post(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_timedwait(0x%llx, 0)", s), "0");
	ck_assert_str_eq(calling("sem_getvalue(0x%llx)", s), "0 [0]");
	ck_assert_str_eq(calling("sem_destroy(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_init(0x%llx, 1, 2147483648)", s), "-1 EINVAL");
	ck_assert_str_eq(calling("sem_init(0x%llx, 1, 2147483647)", s), "0");
	ck_assert_str_eq(calling("sem_post(0x%llx)", s), "-1 EOVERFLOW");
}
END_TEST

START_TEST(waiting_at_a_semaphore)
{
	long long s = words();
	struct caller one, two;

	ck_assert_str_eq(calling("sem_init(0x%llx, 1, 0)", s), "0");
	calling_start(&one, "sem_wait(0x%llx)", s);
	calling_start(&two, "sem_timedwait(0x%llx, 60000)", s);
	ck_assert_str_eq(calling("sem_post(0x%llx)", s), "0");
	ck_assert_str_eq(calling("sem_post(0x%llx)", s), "0");
	ck_assert_str_eq(calling_ended(&one), "0");
	ck_assert_str_eq(calling_ended(&two), "0");
	ck_assert_str_eq(calling("sem_getvalue(0x%llx)", s), "0 [0]");
}
END_TEST

/* ---- mutexes -------------------------------------------------------------------------------------------- */

START_TEST(mutexes)
{
	long long m = words();
	struct caller c;

	ck_assert_str_eq(calling("pthread_mutex_init(0x%llx, PTHREAD_PROCESS_SHARED)", m), "0");
	ck_assert_str_eq(calling("pthread_mutex_lock(0x%llx)", m), "0");
	ck_assert_str_eq(calling("pthread_mutex_trylock(0x%llx)", m), "-1 EBUSY");
	calling_start(&c, "pthread_mutex_lock(0x%llx)", m);
	ck_assert_str_eq(calling("pthread_mutex_unlock(0x%llx)", m), "0");
	ck_assert_str_eq(calling_ended(&c), "0");
	ck_assert_str_eq(calling("pthread_mutex_consistent(0x%llx)", m), "-1 EINVAL"); /* not a robust one */
	ck_assert_str_eq(calling("pthread_mutex_init(0x%llx, 16)", m), "-1 EINVAL");
	ck_assert_str_eq(calling("pthread_mutex_init(0x%llx)", m), "0");
	ck_assert_str_eq(calling("pthread_mutex_destroy(0x%llx)", m), "0");
}
END_TEST

START_TEST(mutexes_of_other_kinds)
{
	long long m = words();

	ck_assert_str_eq(calling("pthread_mutex_init(0x%llx, PTHREAD_MUTEX_ERRORCHECK)", m), "0");
	ck_assert_str_eq(calling("pthread_mutex_unlock(0x%llx)", m), "-1 EPERM");
	ck_assert_str_eq(calling("pthread_mutex_lock(0x%llx)", m), "0");
	ck_assert_str_eq(calling("pthread_mutex_lock(0x%llx)", m), "-1 EDEADLK");
	ck_assert_str_eq(calling("pthread_mutex_init(0x%llx, PTHREAD_MUTEX_RECURSIVE)", m + 64), "0");
	ck_assert_str_eq(calling("pthread_mutex_lock(0x%llx)", m + 64), "0");
	ck_assert_str_eq(calling("pthread_mutex_lock(0x%llx)", m + 64), "0");
	ck_assert_str_eq(calling("pthread_mutex_destroy(0x%llx)", m + 64), "-1 EBUSY");
}
END_TEST

START_TEST(its_owner_died)
{
	long long m = words();
	char lock[64];

	snprintf(lock, sizeof lock, "pthread_mutex_lock(0x%llx)", m);
	ck_assert_str_eq(calling("pthread_mutex_init(0x%llx, PTHREAD_PROCESS_SHARED|PTHREAD_MUTEX_ROBUST)", m), "0");
	in_a_child(lock);
	ck_assert_str_eq(calling("%s", lock), "-1 EOWNERDEAD");
	ck_assert_str_eq(calling("pthread_mutex_consistent(0x%llx)", m), "0");
	ck_assert_str_eq(calling("pthread_mutex_unlock(0x%llx)", m), "0");
	in_a_child(lock);
	ck_assert_str_eq(calling("pthread_mutex_trylock(0x%llx)", m), "-1 EOWNERDEAD");
	ck_assert_str_eq(calling("pthread_mutex_unlock(0x%llx)", m), "0"); /* given back as it is: of no use now */
	ck_assert_str_eq(calling("%s", lock), "-1 ENOTRECOVERABLE");
}
END_TEST

/* The holder says in the word at 1024 that it is one. */
static int holds(void *mutex)
{
	calling("pthread_mutex_lock(0x%llx)", *(long long *)mutex);
	calling("store(0x%llx, 1024, 1)", *(long long *)mutex);
	return child_idle(NULL);
}

/* Whoever waits learns it too. */
START_TEST(its_owner_dies)
{
	long long m = words();
	struct child owner;
	struct caller c;

	ck_assert_str_eq(calling("pthread_mutex_init(0x%llx, PTHREAD_PROCESS_SHARED|PTHREAD_MUTEX_ROBUST)", m), "0");
	child_start(&owner, holds, &m);
	for (int64_t deadline = 0; strcmp(calling("load(0x%llx, 1024)", m), "1") && child_wait(&deadline);)
		;
	calling_start(&c, "pthread_mutex_lock(0x%llx)", m);
	child_stop(&owner);
	ck_assert_str_eq(calling_ended(&c), "-1 EOWNERDEAD");
}
END_TEST

/* ---- nothing there ----------------------------------------------------------------------------------------- */

/* Not even this: a page that may not be touched. */
START_TEST(caught_faults)
{
	static const struct { const char *name, *more; } calls[] = {
		{ "sem_init", ", 1, 1" }, { "sem_wait", "" }, { "sem_trywait", "" }, { "sem_timedwait", ", 1" },
		{ "sem_post", "" }, { "sem_getvalue", "" }, { "pthread_mutex_init", "" }, { "pthread_mutex_lock", "" },
		{ "pthread_mutex_trylock", "" }, { "pthread_mutex_unlock", "" }, { "pthread_mutex_consistent", "" },
		{ "pthread_mutex_destroy", "" },
	};
	long long page = words();
	int n = 0;

	ck_assert_str_eq(calling("mprotect(0x%llx, 4096, PROT_NONE)", page), "0");
	ck_assert_str_eq(calling("sigaction(SIGSEGV, catch)"), "0");
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		const char *result = calling("%s(0x%llx%s)", calls[i].name, page, calls[i].more);

		ck_assert_msg(!strcmp(result, "-1 EFAULT"), "%s = %s", calls[i].name, result);
		ck_assert_int_eq(calling_caught, ++n);
		ck_assert_ptr_null(calling_context()->fault);
	}
	ck_assert_str_eq(calling("sem_close(0x%llx)", page), "-1 EINVAL"); /* is compared, not touched */
}
END_TEST

Suite *suite_call_posix(void)
{
	Suite *s = suite_create("call_posix");
	TCase *t = tcase_create("posix");

	calling_use(t);
	tcase_add_unchecked_fixture(t, open_list, close_list);
	tcase_add_checked_fixture(t, set_up, NULL);
	tcase_add_test(t, queues_are_made);
	tcase_add_test(t, queues_refused);
	tcase_add_test(t, messages_by_priority);
	tcase_add_test(t, queues_full_and_empty);
	tcase_add_test(t, queues_notify);
	tcase_add_test(t, somebody_elses);
	tcase_add_test(t, shared_memory);
	tcase_add_test(t, semaphores_by_name);
	tcase_add_test(t, semaphores_in_memory);
	tcase_add_test(t, waiting_at_a_semaphore);
	tcase_add_test(t, mutexes);
	tcase_add_test(t, mutexes_of_other_kinds);
	tcase_add_test(t, its_owner_died);
	tcase_add_test(t, its_owner_dies);
	tcase_add_test(t, caught_faults);
	suite_add_tcase(s, t);
	return s;
}

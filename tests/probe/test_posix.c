/* SPDX-License-Identifier: MIT */
/* POSIX queues, semaphores and mutexes, as children have them. All names are gone again as
 * soon as the objects are open, so that a test that fails leaves none. */
#include "probe/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/procfs.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/probe/hostile.h"
#include "tests/unit.h"

static const char text[] = "QSIZE:129        NOTIFY:2     SIGNO:10    NOTIFY_PID:8260  \n";

START_TEST(a_queues_text_is_read)
{
	static const char *const cases[] = {
		"", "\n", "QSIZE:1\n", "QSIZE:1 NOTIFY:0 SIGNO:0 NOTIFY_PID:0",
		"QSIZE:-1 NOTIFY:0 SIGNO:0 NOTIFY_PID:0\n",
		"QSIZE:1 NOTIFY:0 SIGNO:0 NOTIFY_PID:\n", "QSIZE: 1 NOTIFY:0 SIGNO:0 NOTIFY_PID:0\n",
		"QSIZE:1 NOTIFY:0 SIGNO:0 NOTIFY_PID:0 x\n", "QSIZE:1 NOTIFY:99999999999 SIGNO:0 NOTIFY_PID:0\n",
	};
	struct posix_queue q = { .messages = 3 };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(!posix_queue_parse(cases[i], strlen(cases[i]), &q) && !q.detail, "%s", cases[i]);
	ck_assert(posix_queue_parse(text, strlen(text), &q));
	ck_assert(q.detail);
	ck_assert_uint_eq(q.bytes, 129);
	ck_assert_int_eq(q.notify, 2);
	ck_assert_int_eq(q.signal, 10);
	ck_assert_int_eq(q.notify_pid, 8260);
	ck_assert_uint_eq(q.messages, 3);
}
END_TEST

static void is_sane(const char *bytes, size_t length)
{
	struct posix_queue q = { 0 };
	struct posix_semaphore s;
	struct posix_mutex m;

	ck_assert_int_eq(posix_queue_parse(bytes, length, &q), q.detail);
	ck_assert_int_ge(q.notify_pid, 0);
	if (posix_semaphore_parse(bytes, length, &s)) {
		ck_assert_uint_ge(length, POSIX_SEMAPHORE_BYTES);
		ck_assert_uint_le(s.value, 0x7fffffff);
	}
	if (posix_mutex_parse(bytes, length, &m))
		ck_assert_uint_ge(length, POSIX_MUTEX_BYTES);
}

START_TEST(any_bytes_are_borne)
{
	hostile_beginnings(text, strlen(text), is_sane);
	hostile_noise(text, strlen(text), is_sane);
}
END_TEST

static const char *name_of_ours(void)
{
	static char name[40];

	snprintf(name, sizeof name, "/ipcscope-test-%ld", (long)getpid());
	return name;
}

/* Opens a queue of 4 messages of 32 bytes twice and takes its name away. */
static void make_queue(mqd_t *both, mqd_t *writer)
{
	struct mq_attr attributes = { .mq_maxmsg = 4, .mq_msgsize = 32 };
	const char *name = name_of_ours();

	*both = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK, 0600, &attributes);
	if (*both == (mqd_t)-1 && (errno == ENOSYS || errno == EMFILE || errno == EACCES))
		unit_skip("POSIX queues are not there or not permitted");
	ck_assert_int_ne(*both, -1);
	*writer = mq_open(name, O_WRONLY);
	mq_unlink(name);
	ck_assert_int_ne(*writer, -1);
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

/* Starts an idle child, which has our descriptors, and sees to it that it can be asked. */
static void start(struct child *c, int fd)
{
	struct posix_queue q;
	int error;

	child_start(c, child_idle, NULL);
	error = posix_queue_read(c->pidfd, fd, inode_of(fd), &q);
	if (error == -ENOSYS || error == -EPERM || c->pidfd < 0) {
		child_stop(c);
		unit_skip("pidfd_getfd is not there or not permitted");
	}
}

START_TEST(a_queue_tells_what_mq_getattr_does)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct mq_attr attributes;
	struct posix_queue q;
	struct child c;
	mqd_t both, writer;

	make_queue(&both, &writer);
	start(&c, both);
	ck_assert_int_eq(posix_queue_read(c.pidfd, both, inode_of(both), &q), 0);
	ck_assert_uint_eq(q.messages, 0);
	ck_assert_uint_eq(q.maximum, 4);
	ck_assert_uint_eq(q.message_size, 32);
	ck_assert(q.nonblocking && q.detail);
	ck_assert_uint_eq(q.bytes, 0);
	ck_assert_int_eq(q.notify_pid, 0);
	ck_assert_int_eq(mq_send(writer, "abc", 3, 1), 0);
	ck_assert_int_eq(mq_send(writer, "defgh", 5, 2), 0);
	ck_assert_int_eq(mq_notify(both, &event), 0);
	ck_assert_int_eq(posix_queue_read(c.pidfd, both, inode_of(both), &q), 0);
	ck_assert_int_eq(mq_getattr(both, &attributes), 0);
	ck_assert_uint_eq(q.messages, 2);
	ck_assert_int_eq(attributes.mq_curmsgs, 2); /* reading took nothing */
	ck_assert_uint_eq(q.bytes, 8);
	ck_assert_int_eq(q.notify, SIGEV_SIGNAL);
	ck_assert_int_eq(q.signal, SIGUSR1);
	ck_assert_int_eq(q.notify_pid, getpid());
	/* A descriptor for writing only does not tell the bytes. */
	ck_assert_int_eq(posix_queue_read(c.pidfd, writer, inode_of(writer), &q), 0);
	ck_assert_uint_eq(q.messages, 2);
	ck_assert(!q.nonblocking && !q.detail);
	child_stop(&c);
	mq_close(both);
	mq_close(writer);
}
END_TEST

START_TEST(what_is_no_longer_that_queue_is_said)
{
	struct posix_queue q;
	struct child c;
	mqd_t both, writer;
	int null = open("/dev/null", O_RDWR);

	make_queue(&both, &writer);
	start(&c, both);
	ck_assert_int_eq(posix_queue_read(c.pidfd, both, inode_of(both) + 1, &q), -ESTALE);
	ck_assert_int_eq(posix_queue_read(c.pidfd, null, inode_of(null), &q), -ESTALE);
	ck_assert_uint_eq(q.maximum, 0);
	ck_assert_int_eq(posix_queue_read(c.pidfd, 1000, 1, &q), -EBADF);
	kill(c.pid, SIGKILL);
	child_reap(&c);
	ck_assert_int_eq(posix_queue_read(c.pidfd, both, inode_of(both), &q), -ESRCH);
	ck_assert_int_lt(posix_is_queue(c.procdir, both), 0);
	child_stop(&c);
	close(null);
}
END_TEST

START_TEST(a_queue_is_told_from_a_file)
{
	struct child c;
	mqd_t both, writer;
	int null = open("/dev/null", O_RDWR), end[2];

	make_queue(&both, &writer);
	ck_assert_int_eq(pipe(end), 0);
	child_start(&c, child_idle, NULL);
	ck_assert_int_eq(posix_is_queue(c.procdir, both), 1);
	ck_assert_int_eq(posix_is_queue(c.procdir, writer), 1);
	ck_assert_int_eq(posix_is_queue(c.procdir, null), 0);
	ck_assert_int_eq(posix_is_queue(c.procdir, end[0]), 0);
	ck_assert_int_eq(posix_is_queue(c.procdir, 1000), -ENOENT);
	child_stop(&c);
}
END_TEST

static sem_t *semaphore;
static pthread_mutex_t *mutex;

static void map_shared(void)
{
	char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(memory, MAP_FAILED);
	semaphore = (sem_t *)memory;
	mutex = (pthread_mutex_t *)(memory + 1024);
}

static int wait_once(void *unused)
{
	(void)unused;
	return sem_wait(semaphore);
}

static int known(int error)
{
	if (error == -ENOTSUP)
		unit_skip("the layout is not known here");
	return error;
}

START_TEST(a_semaphore_tells_value_and_waiters)
{
	struct posix_semaphore s;
	struct child c, waiter;
	int64_t deadline = 0;
	int value;

	map_shared();
	ck_assert_int_eq(sem_init(semaphore, 1, 3), 0);
	child_start(&c, child_idle, NULL);
	value = posix_semaphore_read(c.pid, (uintptr_t)semaphore, &s);
	if (value == -ENOTSUP)
		child_stop(&c);
	ck_assert_int_eq(known(value), 0);
	ck_assert_uint_eq(s.value, 3);
	ck_assert_uint_eq(s.waiters, 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(sem_wait(semaphore), 0);
	child_start(&waiter, wait_once, NULL);
	do
		ck_assert_int_eq(posix_semaphore_read(c.pid, (uintptr_t)semaphore, &s), 0);
	while (s.waiters == 0 && child_wait(&deadline));
	ck_assert_uint_eq(s.value, 0);
	ck_assert_uint_eq(s.waiters, 1);
	ck_assert_int_eq(sem_getvalue(semaphore, &value), 0);
	ck_assert_int_eq(value, 0);
	ck_assert_int_eq(sem_post(semaphore), 0);
	ck_assert_int_eq(child_reap(&waiter), 0);
	ck_assert_int_eq(posix_semaphore_read(c.pid, (uintptr_t)semaphore, &s), 0);
	ck_assert_uint_eq(s.value, 0);
	ck_assert_uint_eq(s.waiters, 0);
	ck_assert_int_eq(posix_semaphore_read(c.pid, 0, &s), -EFAULT);
	child_stop(&waiter);
	child_stop(&c);
}
END_TEST

START_TEST(both_numbers_of_a_semaphore_are_in_one_word)
{
	uint64_t word = UINT64_C(0x00000003fffffffe); /* with the bit that is musl's */
	struct posix_semaphore s;

	if (!posix_semaphore_parse(&word, sizeof word, &s))
		unit_skip("the layout is not known here");
	ck_assert_uint_eq(s.value, 0x7ffffffe);
	ck_assert_uint_eq(s.waiters, 3);
}
END_TEST

START_TEST(a_named_semaphore_is_read_from_its_file)
{
	const char *name = name_of_ours();
	char path[80];
	sem_t *named = sem_open(name, O_CREAT | O_EXCL, 0600, 5);
	struct posix_semaphore s, none;
	int error, gone;

	if (named == SEM_FAILED)
		unit_skip("no semaphores with names");
	snprintf(path, sizeof path, "/dev/shm/sem.%s", name + 1);
	sem_wait(named);
	error = posix_semaphore_file(AT_FDCWD, path, &s);
	sem_unlink(name);
	gone = posix_semaphore_file(AT_FDCWD, path, &none);
	if (error == -ENOENT)
		unit_skip("they are not kept in /dev/shm here");
	ck_assert_int_eq(known(error), 0);
	ck_assert_uint_eq(s.value, 4);
	ck_assert_int_eq(gone, -ENOENT);
	sem_close(named);
}
END_TEST

START_TEST(what_is_no_semaphores_file_is_not_read)
{
	struct posix_semaphore s;
	char path[80], other[80];
	int fd;

	snprintf(path, sizeof path, "%s/sem", folder);
	snprintf(other, sizeof other, "%s/link", folder);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	ck_assert_int_eq(posix_semaphore_file(AT_FDCWD, path, &s), -EINVAL); /* empty */
	ck_assert_int_eq(write(fd, "\5\0\0\0\0\0\0\0", 8), 8);
	known(posix_semaphore_file(AT_FDCWD, path, &s));
	ck_assert_uint_eq(s.value, 5);
	ck_assert_int_eq(symlink(path, other), 0);
	ck_assert_int_eq(posix_semaphore_file(AT_FDCWD, other, &s), -EINVAL);
	ck_assert_int_eq(posix_semaphore_file(AT_FDCWD, folder, &s), -EINVAL);
	close(fd);
	unlink(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(posix_semaphore_file(AT_FDCWD, path, &s), -EINVAL);
}
END_TEST

static void make_mutex(bool robust)
{
	pthread_mutexattr_t attributes;

	map_shared();
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	if (robust)
		pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	ck_assert_int_eq(pthread_mutex_init(mutex, &attributes), 0);
}

static int lock_once(void *unused)
{
	return pthread_mutex_lock(mutex) || child_idle(unused);
}

static struct posix_mutex look(pid_t pid)
{
	struct posix_mutex m;

	ck_assert_int_eq(known(posix_mutex_read(pid, (uintptr_t)mutex, &m)), 0);
	return m;
}

START_TEST(a_mutex_tells_its_owner_and_waiters)
{
	struct posix_mutex m;
	struct child owner, waiter;
	int64_t deadline = 0;

	make_mutex(_i);
	m = look(getpid());
	ck_assert(!m.locked && !m.waiters && !m.owner_died && m.owner == 0);
	child_start(&owner, lock_once, NULL);
	do
		m = look(owner.pid);
	while (m.owner == 0 && child_wait(&deadline)); /* written after the lock itself */
	ck_assert(m.locked && !m.waiters);
	ck_assert_int_eq(m.owner, owner.pid);
	child_start(&waiter, lock_once, NULL);
	deadline = 0;
	do
		m = look(owner.pid);
	while (!m.waiters && child_wait(&deadline));
	ck_assert(m.locked && m.waiters && !m.owner_died);
	ck_assert_int_eq(m.owner, owner.pid);
	child_stop(&waiter);
	child_stop(&owner);
}
END_TEST

START_TEST(a_robust_mutex_tells_that_its_owner_died)
{
	struct posix_mutex m;
	struct child owner;
	int64_t deadline = 0;

	make_mutex(true);
	child_start(&owner, lock_once, NULL);
	while (!look(owner.pid).locked)
		ck_assert(child_wait(&deadline));
	child_stop(&owner);
	m = look(getpid());
	ck_assert(m.owner_died && !m.locked && !m.inconsistent && !m.lost);
	ck_assert_int_eq(pthread_mutex_lock(mutex), EOWNERDEAD);
	m = look(getpid());
	ck_assert(m.locked && m.inconsistent && !m.lost);
	ck_assert_int_eq(m.owner, getpid());
	ck_assert_int_eq(pthread_mutex_consistent(mutex), 0);
	m = look(getpid());
	ck_assert(m.locked && !m.inconsistent);
	ck_assert_int_eq(pthread_mutex_unlock(mutex), 0);
	m = look(getpid());
	ck_assert(!m.locked && !m.owner_died && !m.lost);
	/* And once more, without making it consistent. */
	child_start(&owner, lock_once, NULL);
	deadline = 0;
	while (!look(owner.pid).locked)
		ck_assert(child_wait(&deadline));
	child_stop(&owner);
	ck_assert_int_eq(pthread_mutex_lock(mutex), EOWNERDEAD);
	ck_assert_int_eq(pthread_mutex_unlock(mutex), 0);
	m = look(getpid());
	ck_assert(m.lost && !m.locked);
	ck_assert_int_eq(pthread_mutex_lock(mutex), ENOTRECOVERABLE);
}
END_TEST

Suite *suite_posix(void)
{
	Suite *suite = suite_create("posix");
	TCase *lines = tcase_create("text"), *live = tcase_create("live");

	tcase_add_test(lines, a_queues_text_is_read);
	tcase_add_test(lines, any_bytes_are_borne);
	suite_add_tcase(suite, lines);
	folder_use(live);
	tcase_add_test(live, a_queue_tells_what_mq_getattr_does);
	tcase_add_test(live, what_is_no_longer_that_queue_is_said);
	tcase_add_test(live, a_queue_is_told_from_a_file);
	tcase_add_test(live, a_semaphore_tells_value_and_waiters);
	tcase_add_test(live, both_numbers_of_a_semaphore_are_in_one_word);
	tcase_add_test(live, a_named_semaphore_is_read_from_its_file);
	tcase_add_test(live, what_is_no_semaphores_file_is_not_read);
	tcase_add_loop_test(live, a_mutex_tells_its_owner_and_waiters, 0, 2);
	tcase_add_test(live, a_robust_mutex_tells_that_its_owner_died);
	suite_add_tcase(suite, live);
	return suite;
}

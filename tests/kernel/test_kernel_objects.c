/* SPDX-License-Identifier: MIT */
/* What we assume of locks, of POSIX objects and of System V queues. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <unistd.h>

#include "probe/memory.h"
#include "probe/posix.h"
#include "probe/procfs.h"
#include "tests/probe/child.h"
#include "tests/probe/folder.h"
#include "tests/unit.h"

/* Opens the test's file anew. */
static int file(void)
{
	char path[80];
	int fd;

	snprintf(path, sizeof path, "%s/file", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* For `run` in a child: whether an fcntl lock of somebody else is in the way (1), or none (0). */
static int is_locked(void *fd)
{
	struct flock lock = { .l_type = F_WRLCK };

	return fcntl(*(int *)fd, F_GETLK, &lock) ? 2 : lock.l_type != F_UNLCK;
}

static int ask_child(int (*run)(void *), int fd)
{
	struct child c;
	int status;

	child_start(&c, run, &fd);
	status = child_reap(&c);
	child_stop(&c);
	return status >> 8;
}

START_TEST(a_process_loses_its_locks_at_any_close)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd = file(), other = file();

	ck_assert_int_eq(fcntl(fd, F_SETLK, &lock), 0);
	ck_assert_int_eq(ask_child(is_locked, fd), 1); /* a child does not inherit it */
	close(other); /* not the one the lock was asked for by */
	ck_assert_int_eq(ask_child(is_locked, fd), 0);
	close(fd);
}
END_TEST

static int try_flock(void *unused)
{
	int fd = file();

	(void)unused;
	return flock(fd, LOCK_EX | LOCK_NB) ? errno == EWOULDBLOCK : 0;
}

START_TEST(a_description_keeps_its_lock_until_its_last_close)
{
	int fd = file(), copy = dup(fd), other = file();
	struct child c;

	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	close(other);
	ck_assert_int_eq(ask_child(try_flock, fd), 1);
	close(fd);
	ck_assert_int_eq(ask_child(try_flock, copy), 1);
	child_start(&c, child_idle, NULL); /* who has the descriptor, and so holds it too */
	close(copy);
	ck_assert_int_eq(ask_child(try_flock, -1), 1);
	child_stop(&c);
	ck_assert_int_eq(ask_child(try_flock, -1), 0);
}
END_TEST

START_TEST(locks_of_a_description_meet_those_of_its_process)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd = file(), other = file();

	ck_assert_int_eq(fcntl(fd, F_OFD_SETLK, &lock), 0);
	ck_assert_int_eq(fcntl(fd, F_SETLK, &lock), -1);
	ck_assert_int_eq(errno, EAGAIN);
	close(other);
	lock.l_type = F_WRLCK;
	ck_assert_int_eq(fcntl(fd, F_GETLK, &lock), 0);
	ck_assert_int_eq(lock.l_type, F_WRLCK); /* still there */
	ck_assert_int_eq(lock.l_pid, -1);
	close(fd);
}
END_TEST

START_TEST(a_queue_looks_like_a_file_in_the_root)
{
	struct mq_attr attributes = { .mq_maxmsg = 1, .mq_msgsize = 1 };
	char name[40], link[80], number[32], text[100];
	mqd_t queue, late;
	int dir = procfs_open(getpid());
	ssize_t n;

	snprintf(name, sizeof name, "/ipcscope-test-%ld", (long)getpid());
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
	if (queue == (mqd_t)-1)
		unit_skip("POSIX queues are not there or not permitted");
	mq_unlink(name);
	snprintf(number, sizeof number, "fd/%d", queue);
	n = readlinkat(dir, number, link, sizeof link - 1);
	ck_assert_int_gt(n, 0);
	link[n] = '\0';
	ck_assert_ptr_eq(strstr(link, name), link);
	ck_assert_int_eq(posix_is_queue(dir, queue), 1);
	ck_assert_int_gt(pread(queue, text, sizeof text, 0), 0);
	ck_assert_int_eq(strncmp(text, "QSIZE:", 6), 0);
	late = mq_open(name, O_RDWR);
	ck_assert_int_eq(late, -1);
	ck_assert_int_eq(errno, ENOENT);
	mq_close(queue);
	close(dir);
}
END_TEST

/* By which name the maker's mapping goes differs: glibc 2.36 links it to its name afterwards. glibc
 * hands out one mapping a process for each semaphore, so the second is made by hand here. */
START_TEST(a_semaphores_maker_maps_the_same_object)
{
	char name[40], path[80];
	struct mappings m = { 0 };
	const struct mapping *first, *second;
	int dir = procfs_open(getpid()), fd;
	sem_t *made;
	void *opened;

	snprintf(name, sizeof name, "/ipcscope-test-%ld", (long)getpid());
	snprintf(path, sizeof path, "/dev/shm/sem.%s", name + 1);
	made = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	sem_unlink(name);
	if (made == SEM_FAILED || fd < 0)
		unit_skip("no semaphores with names, or not in /dev/shm");
	opened = mmap(NULL, sizeof *made, PROT_READ, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(opened, MAP_FAILED);
	ck_assert_int_eq(mappings_read(dir, mapping_is_shared, NULL, &m), 0);
	first = mappings_find(&m, (uintptr_t)made);
	second = mappings_find(&m, (uintptr_t)opened);
	ck_assert(first && second && mapping_same_object(first, second));
	ck_assert_ptr_nonnull(strstr(second->name, path));
	sem_close(made);
	mappings_free(&m);
	close(fd);
	close(dir);
}
END_TEST

static int wait_once(void *semaphore)
{
	return sem_wait(semaphore);
}

START_TEST(a_waiter_that_was_killed_stays_counted)
{
	sem_t *semaphore = mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct posix_semaphore s;
	struct child c;
	int64_t deadline = 0;

	ck_assert_int_eq(sem_init(semaphore, 1, 0), 0);
	if (posix_semaphore_read(getpid(), (uintptr_t)semaphore, &s))
		unit_skip("the layout is not known here");
	child_start(&c, wait_once, semaphore);
	do
		ck_assert_int_eq(posix_semaphore_read(getpid(), (uintptr_t)semaphore, &s), 0);
	while (s.waiters == 0 && child_wait(&deadline));
	child_stop(&c);
	ck_assert_int_eq(posix_semaphore_read(getpid(), (uintptr_t)semaphore, &s), 0);
	ck_assert_uint_eq(s.waiters, 1);
}
END_TEST

START_TEST(peeking_needs_room_for_the_whole_message)
{
	struct { long type; char text[100]; } m = { 7, "hello" };
	int queue = msgget(IPC_PRIVATE, 0600), got[3], error[3];

	if (queue < 0)
		unit_skip("no System V queues");
	msgsnd(queue, &m, 50, IPC_NOWAIT);
	got[0] = (int)msgrcv(queue, &m, 50, 0, MSG_COPY | IPC_NOWAIT);
	error[0] = errno;
	got[1] = (int)msgrcv(queue, &m, 49, 0, MSG_COPY | IPC_NOWAIT);
	error[1] = errno;
	got[2] = (int)msgrcv(queue, &m, 49, 0, MSG_COPY | IPC_NOWAIT | MSG_NOERROR);
	error[2] = errno;
	msgctl(queue, IPC_RMID, NULL);
	if (got[0] < 0 && error[0] == ENOSYS)
		unit_skip("the kernel is without CONFIG_CHECKPOINT_RESTORE");
	ck_assert_int_eq(got[0], 50);
	ck_assert_int_eq(got[1], -1);
	ck_assert_int_eq(error[1], E2BIG);
	ck_assert_int_eq(got[2], -1);
	ck_assert_int_eq(error[2], EINVAL);
}
END_TEST

Suite *suite_kernel_objects(void)
{
	Suite *suite = suite_create("kernel_objects");
	TCase *locks = tcase_create("locks"), *objects = tcase_create("objects");

	folder_use(locks);
	tcase_add_test(locks, a_process_loses_its_locks_at_any_close);
	tcase_add_test(locks, a_description_keeps_its_lock_until_its_last_close);
	tcase_add_test(locks, locks_of_a_description_meet_those_of_its_process);
	suite_add_tcase(suite, locks);
	tcase_add_test(objects, a_queue_looks_like_a_file_in_the_root);
	tcase_add_test(objects, a_semaphores_maker_maps_the_same_object);
	tcase_add_test(objects, a_waiter_that_was_killed_stays_counted);
	tcase_add_test(objects, peeking_needs_room_for_the_whole_message);
	suite_add_tcase(suite, objects);
	return suite;
}

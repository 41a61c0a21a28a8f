/* SPDX-License-Identifier: MIT */
/* What is drawn between processes watched from outside, kind by kind: against what the system says of it by
 * another way. */
#include "tests/unit.h"

#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/stage/outside.h"

static struct child one, other;
static int fd[2];
static char path[80];

static void teardown(void)
{
	outside_close();
	child_stop(&one);
	child_stop(&other);
	if (path[0])
		unlink(path);
}

/* ---- terminals ----------------------------------------------------------------------------------------- */

static int reads_slave(void *unused)
{
	char byte;

	(void)unused;
	close(fd[0]);
	return read(fd[1], &byte, 1) < 0;
}

static int keeps_master(void *unused)
{
	close(fd[1]);
	return child_idle(unused);
}

/* Has it as /dev/tty alone. */
static int has_tty(void *unused)
{
	int tty;

	close(fd[0]);
	if (setsid() < 0 || ioctl(fd[1], TIOCSCTTY, 0) < 0 || (tty = open("/dev/tty", O_RDWR)) < 0)
		return 1;
	close(fd[1]);
	return child_idle(unused);
}

static struct stage_outside open_terminal(void)
{
	char name[40];
	struct stat st;
	unsigned n;

	fd[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(fd[0], 0);
	ck_assert(grantpt(fd[0]) == 0 && unlockpt(fd[0]) == 0 && ioctl(fd[0], TIOCGPTN, &n) == 0);
	snprintf(name, sizeof name, "/dev/pts/%u", n);
	fd[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(fd[1], 0);
	ck_assert_int_eq(fstat(fd[1], &st), 0);
	return (struct stage_outside){ .kind = OBJECT_TERMINAL, .device = st.st_dev, .inode = n, .terminal = n };
}

static int readable(int descriptor)
{
	int n = -1;

	ck_assert_int_eq(ioctl(descriptor, FIONREAD, &n), 0);
	return n;
}

START_TEST(a_terminal)
{
	struct stage_outside what = open_terminal();
	const struct picture_sockets *p;

	child_start(&one, reads_slave, NULL);
	child_start(&other, keeps_master, NULL);
	child_await_call(&one, SYS_read, NULL);
	if (one.pidfd < 0)
		unit_skip("no descriptor can be borrowed here (pidfd_open, Linux 5.3)");
	outside_watch(&one, "shell");
	outside_watch(&other, "emulator");
	ck_assert_int_eq(write(fd[0], "typed", 5), 5); /* no line yet: it is echoed, and cannot be read */
	outside_draw(what);
	outside_await(one.pid, PROCESS_BLOCKED);
	p = &outside_object(0)->socket;
	ck_assert_int_eq(outside_object(0)->kind, OBJECT_TERMINAL);
	ck_assert(!p->side[0].closed && !p->side[1].closed);
	ck_assert_int_eq(outside_number("it", "unread", 0), readable(fd[0]));
	ck_assert_int_eq(outside_number("it", "unread", 1), readable(fd[1]));
	ck_assert_int_eq(outside_process(one.pid)->ends[0].end, 'b');
	ck_assert_int_eq(outside_process(other.pid)->ends[0].end, 'a');
	ck_assert_int_eq(outside_process(one.pid)->call_object, 0);
	ck_assert_int_eq(outside_process(one.pid)->call_index, 1);
	close(fd[0]);
	close(fd[1]);
	child_stop(&other); /* which hangs it up */
	outside_await(one.pid, PROCESS_ZOMBIE);
	stage_sample(outside_stage);
	ck_assert(outside_object(0)->gone);
}
END_TEST

/* Of two terminals only the one that was chosen; and by whatever name. */
START_TEST(this_terminal_alone)
{
	struct stage_outside what = open_terminal();
	int second = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	ck_assert_int_ge(second, 0);
	child_start(&one, has_tty, NULL);
	child_start(&other, keeps_master, NULL);
	outside_await_closed(&one, fd[1]);
	outside_await_closed(&other, fd[1]);
	outside_watch(&one, "shell");
	outside_watch(&other, "emulator");
	outside_draw(what);
	ck_assert_int_eq(outside_process(one.pid)->n_ends, 1);
	ck_assert_int_eq(outside_process(one.pid)->ends[0].end, 'b');
	ck_assert_int_eq(outside_process(other.pid)->n_ends, 1);
	ck_assert_int_eq(outside_process(other.pid)->ends[0].descriptor, fd[0]);
}
END_TEST

/* The other side is open, and nobody who is watched has it. */
START_TEST(a_master_of_others)
{
	struct stage_outside what = open_terminal();

	child_start(&one, reads_slave, NULL);
	child_await_call(&one, SYS_read, NULL);
	outside_watch(&one, "shell");
	outside_draw(what);
	ck_assert(!outside_object(0)->socket.side[0].closed);
	ck_assert(!outside_fact("it", "unread", 0).known);
	ck_assert_msg(strstr(outside_fact("it", "unread", 0).why, "not watched") != NULL, "%s", outside_fact("it", "unread", 0).why);
	ck_assert(!outside_object(0)->gone);
}
END_TEST

/* ---- eventfds ------------------------------------------------------------------------------------------- */

static int reads_event(void *unused)
{
	uint64_t n;

	(void)unused;
	return read(fd[0], &n, sizeof n) < 0;
}

START_TEST(an_eventfd)
{
	char file[40];
	int64_t id;

	fd[0] = eventfd(0, EFD_CLOEXEC);
	fd[1] = eventfd(9, EFD_CLOEXEC);
	ck_assert(fd[0] >= 0 && fd[1] >= 0);
	snprintf(file, sizeof file, "self/fdinfo/%d", fd[1]);
	id = outside_line(file, "eventfd-id:");
	if (id < 0)
		unit_skip("the kernel does not number eventfds (Linux 5.2)");
	child_start(&one, child_idle, NULL);
	child_start(&other, child_idle, NULL);
	outside_watch(&one, "a");
	outside_watch(&other, "b");
	outside_draw((struct stage_outside){ .kind = OBJECT_EVENT, .inode = (uint64_t)id });
	ck_assert_str_eq(outside_object(0)->event.what, "eventfd");
	ck_assert_int_eq(outside_number("it", "count", 0), outside_line(file, "eventfd-count:"));
	ck_assert_int_eq(outside_number("it", "count", 0), 9);
	for (int i = 0; i < 2; i++) { /* the other eventfd is not this one */
		const struct picture_process *p = outside_process(i ? other.pid : one.pid);

		ck_assert_int_eq(p->n_ends, 1);
		ck_assert_int_eq(p->ends[0].descriptor, fd[1]);
		ck_assert_int_eq(p->ends[0].end, 'f');
	}
	ck_assert_int_eq(write(fd[1], &(uint64_t){ 4 }, 8), 8);
	stage_sample(outside_stage);
	ck_assert_int_eq(outside_number("it", "count", 0), 13);
}
END_TEST

START_TEST(a_reader_of_an_eventfd)
{
	char file[40];

	fd[0] = eventfd(0, EFD_CLOEXEC);
	snprintf(file, sizeof file, "self/fdinfo/%d", fd[0]);
	if (outside_line(file, "eventfd-id:") < 0)
		unit_skip("the kernel does not number eventfds (Linux 5.2)");
	child_start(&one, reads_event, NULL);
	child_await_call(&one, SYS_read, NULL);
	outside_watch(&one, "a");
	outside_draw((struct stage_outside){ .kind = OBJECT_EVENT, .inode = (uint64_t)outside_line(file, "eventfd-id:") });
	outside_await(one.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(outside_process(one.pid)->call_object, 0);
	ck_assert_int_eq(outside_number("it", "count", 0), 0);
	close(fd[0]);
	child_stop(&one);
	outside_await(one.pid, PROCESS_ENDED);
	stage_sample(outside_stage);
	ck_assert(outside_object(0)->gone);
}
END_TEST

/* ---- System V ------------------------------------------------------------------------------------------------ */

static int id;

static int operates(void *unused)
{
	struct sembuf op[2] = { { 0, -1, 0 }, { 2, -3, SEM_UNDO } };

	(void)unused;
	return semop(id, op, 2) < 0;
}

/* Which of the set it waits for, and in words what it wants. */
START_TEST(a_set_of_semaphores)
{
	const struct picture_process *p;

	id = semget(IPC_PRIVATE, 3, 0600);
	ck_assert(id >= 0 && semctl(id, 0, SETVAL, 5) == 0 && semctl(id, 2, SETVAL, 2) == 0);
	child_start(&one, operates, NULL);
	for (int64_t deadline = 0; semctl(id, 2, GETNCNT) != 1;)
		ck_assert(child_wait(&deadline));
	outside_watch(&one, "a");
	outside_draw((struct stage_outside){ .kind = OBJECT_SEMAPHORES, .inode = (uint64_t)id });
	outside_await(one.pid, PROCESS_BLOCKED);
	p = outside_process(one.pid);
	ck_assert_int_eq(p->call_object, 0);
	ck_assert_int_eq(p->call_index, 2);
	ck_assert_msg(strstr(p->call, "{0, -1, 0}, {2, -3, SEM_UNDO})") != NULL, "%s", p->call);
	ck_assert_int_eq(outside_number("it", "value", 2), semctl(id, 2, GETVAL));
	ck_assert_int_eq(outside_number("it", "waiters", 2), 1);
	outside_close();
	ck_assert_int_eq(semctl(id, 0, IPC_RMID), 0);
}
END_TEST

static int receives(void *unused)
{
	struct { long type; char text[8]; } message;

	(void)unused;
	return msgrcv(id, &message, sizeof message.text, 7, 0) < 0;
}

START_TEST(a_receiver)
{
	char call[80];

	id = msgget(IPC_PRIVATE, 0600);
	ck_assert_int_ge(id, 0);
	child_start(&one, receives, NULL);
	child_await_name(&one, "msgrcv", NULL);
	outside_watch(&one, "a");
	outside_draw((struct stage_outside){ .kind = OBJECT_QUEUE, .inode = (uint64_t)id });
	outside_await(one.pid, PROCESS_BLOCKED);
	snprintf(call, sizeof call, "msgrcv(%d, 8, 7)", id);
	ck_assert_str_eq(outside_process(one.pid)->call, call);
	ck_assert_int_eq(outside_number("it", "receivers", 0), 1);
	outside_close();
	ck_assert_int_eq(msgctl(id, IPC_RMID, NULL), 0);
}
END_TEST

/* ---- POSIX semaphores ---------------------------------------------------------------------------------------- */

static sem_t *semaphore;

static int waits(void *unused)
{
	(void)unused;
	return sem_wait(semaphore) < 0;
}

START_TEST(a_named_semaphore)
{
	char name[40];
	struct stat st;
	int value;

	snprintf(name, sizeof name, "/outside-%d", (int)getpid());
	semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	if (semaphore == SEM_FAILED)
		unit_skip("there are no named semaphores here");
	snprintf(path, sizeof path, "/dev/shm/sem.%s", name + 1);
	ck_assert(stat(path, &st) == 0 && sem_wait(semaphore) == 0);
	child_start(&one, waits, NULL);
	child_start(&other, child_idle, NULL);
	child_await_call(&one, SYS_futex, NULL);
	outside_watch(&one, "a");
	outside_watch(&other, "b");
	outside_draw((struct stage_outside){
		.kind = OBJECT_SEMAPHORE, .device = st.st_dev, .inode = st.st_ino, .path = name, .terminal = -1,
	});
	outside_await(one.pid, PROCESS_BLOCKED);
	ck_assert_int_eq(sem_getvalue(semaphore, &value), 0);
	ck_assert_int_eq(outside_number("it", "value", 0), value);
	ck_assert_int_eq(outside_number("it", "waiters", 0), 1);
	ck_assert_int_eq(outside_process(one.pid)->call_object, 0);
	ck_assert_str_eq(outside_object(0)->path, path);
	ck_assert_int_eq(sem_post(semaphore), 0); /* it was left alone, and goes on */
	child_await_end(&one);
	ck_assert_int_eq(child_reap(&one), 0);
	ck_assert_int_eq(sem_post(semaphore), 0);
	stage_sample(outside_stage);
	ck_assert_int_eq(outside_number("it", "value", 0), 1);
}
END_TEST

Suite *suite_outside_kinds(void)
{
	Suite *suite = suite_create("outside_kinds");
	TCase *tc = tcase_create("outside_kinds");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_terminal);
	tcase_add_test(tc, this_terminal_alone);
	tcase_add_test(tc, a_master_of_others);
	tcase_add_test(tc, an_eventfd);
	tcase_add_test(tc, a_reader_of_an_eventfd);
	tcase_add_test(tc, a_set_of_semaphores);
	tcase_add_test(tc, a_receiver);
	tcase_add_test(tc, a_named_semaphore);
	suite_add_tcase(suite, tc);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* POSIX queues, semaphores and mutexes of a real stage, beside what mq_getattr(3), sem_getvalue(3) and the
 * order of receiving say. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/stage/objects.h"

/* ---- queues ----------------------------------------------------------------------------------- */

static void needs_queues(void)
{
	mqd_t q = mq_open("/ipcscope-none", O_RDONLY | O_CLOEXEC);

	if (q != (mqd_t)-1)
		mq_close(q);
	else if (errno == ENOSYS)
		unit_skip("this kernel has no POSIX message queues");
}

static void queue_is_as_told(struct play *p, const char *name)
{
	mqd_t q = mq_open(play_object(p, name)->path, O_RDONLY | O_CLOEXEC);
	struct mq_attr a;
	char text[200];
	ssize_t n;

	ck_assert_msg(q != (mqd_t)-1, "%s cannot be opened", play_object(p, name)->path);
	ck_assert_int_eq(mq_getattr(q, &a), 0);
	n = read((int)q, text, sizeof text - 1);
	mq_close(q);
	part_is(p, name, "messages", a.mq_curmsgs);
	part_is(p, name, "limit", a.mq_maxmsg);
	part_is(p, name, "message_limit", a.mq_msgsize);
	if (n > 0) {
		text[n] = '\0';
		part_is(p, name, "bytes", atoi(text + strlen("QSIZE:")));
	}
}

START_TEST(a_queue_is_as_mq_getattr_says)
{
	struct play p;

	needs_queues();
	part_open(&p, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 5, 64)\nsay empty\nspawn other\n"
		      "other r = mq_open(\"/q\", O_WRONLY)\n"
		      "other mq_send(r, \"low\", 1) = 0\nparent mq_send(q, \"high\", 9) = 0\n"
		      "other mq_send(r, 10, 5) = 0\nother mq_send(r, \"late\", 9) = 0\nsay sent\n"
		      "parent mq_receive(q) = 4 \"high\" [9]\nparent mq_receive(q) = 4 \"late\" [9]\nsay taken\n");
	queue_is_as_told(&p, "q");
	part_why(&p, "q", "priority", 0);
	part_next(&p);
	queue_is_as_told(&p, "q");
	part_is(&p, "q", "bytes", 3 + 4 + 10 + 4);
	for (int i = 0; i < 4; i++) {
		part_is_at(&p, "q", "priority", i, ((int[]){ 9, 9, 5, 1 })[i]);
		part_is_at(&p, "q", "length", i, ((int[]){ 4, 4, 10, 3 })[i]);
	}
	ck_assert_str_eq(play_object(&p, "q")->queue.message[1].text, "late");
	ck_assert_ptr_eq(play_object(&p, "q"), play_object(&p, "r"));
	part_next(&p);
	queue_is_as_told(&p, "q");
	part_is_at(&p, "q", "priority", 0, 5);
	play_close(&p);
}
END_TEST

START_TEST(a_queue_outlives_its_processes)
{
	struct play p;

	needs_queues();
	part_open(&p, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 5, 64)\nparent mq_send(q, \"x\", 3) = 0\n"
		      "parent mq_close(q) = 0\nsay closed\n"
		      "spawn other\nother q = mq_open(\"/q\", O_RDWR)\nsay again\nother mq_unlink(\"/q\") = 0\n"
		      "say unlinked\nother mq_receive(q) = 1 \"x\" [3]\n"
		      "other mq_close(q) = 0\nsay gone\nparent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 5, 64)\n"
		      "say new\n");
	part_is(&p, "q", "gone", 0);
	part_is(&p, "q", "messages", 1);
	part_is_at(&p, "q", "priority", 0, 3);
	part_is(&p, "q", "readers", 0);
	queue_is_as_told(&p, "q");
	part_next(&p);
	part_is(&p, "q", "readers", 1);
	part_is_at(&p, "q", "priority", 0, 3);
	part_next(&p);
	part_is(&p, "q", "gone", 0);
	part_is(&p, "q", "messages", 1);
	part_next(&p);
	part_is(&p, "q", "gone", 1);
	part_next(&p);
	part_is(&p, "q", "gone", 0);
	part_is(&p, "q", "messages", 0);
	play_close(&p);
}
END_TEST

START_TEST(who_waits_at_a_queue)
{
	struct play p;

	needs_queues();
	part_open(&p, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 1, 64)\nparent fork a\nparent fork b\n"
		      "a mq_receive(q) ...\nb mq_receive(q) ...\nsay receivers\n"
		      "parent mq_send(q, \"x\") = 0\na ... mq_receive = 1 \"x\" [0]\nsay one\n");
	part_is(&p, "q", "receivers", 2);
	part_is(&p, "q", "senders", 0);
	part_says(&p, "q", "waiting", "a, b");
	part_next(&p);
	part_is(&p, "q", "receivers", 1);
	part_kill(&p, "b");
	part_is(&p, "q", "receivers", 0);
	play_close(&p);
	part_open(&p, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 1, 64)\nparent mq_send(q, \"x\") = 0\n"
		      "parent fork a\na mq_send(q, \"y\", 7) ...\nsay sender\n"
		      "parent mq_receive(q) = 1 \"x\" [0]\na ... mq_send = 0\nsay none\n");
	part_is(&p, "q", "senders", 1);
	part_is_at(&p, "q", "priority", 0, 0);
	part_next(&p);
	part_is(&p, "q", "senders", 0);
	part_is(&p, "q", "messages", 1);
	part_is_at(&p, "q", "priority", 0, 7);
	play_close(&p);
}
END_TEST

/* Messages that go from hand to hand, in whatever order both are heard of. */
START_TEST(messages_that_pass_are_not_counted_twice)
{
	struct text t = { 0 };
	struct play p;

	needs_queues();
	text_add(&t, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 2, 64)\nparent fork a\n");
	for (int i = 0; i < 10; i++)
		text_addf(&t, "a mq_receive(q) ...\nparent mq_send(q, \"x\", %d) = 0\na ... mq_receive = 1\n", i);
	text_add(&t, "parent mq_send(q, \"x\", 1) = 0\nparent mq_send(q, \"x\", 2) = 0\n");
	for (int i = 3; i < 13; i++)
		text_addf(&t, "a mq_send(q, \"y\", %d) ...\nparent mq_receive(q) = 1\na ... mq_send = 0\n"
			      "expect q.priority[0] == %d, q.priority[1] == 1\n", i, i);
	part_open(&p, text_string(&t));
	text_free(&t);
	part_is_at(&p, "q", "priority", 0, 12);
	play_close(&p);
}
END_TEST

/* Of messages that a program sent nothing is made up; when the queue was empty it begins anew. */
START_TEST(messages_of_others)
{
	struct play p;
	mqd_t q;

	needs_queues();
	part_open(&p, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 5, 64)\nparent mq_send(q, \"x\", 3) = 0\n"
		      "say one\n"
		      "parent mq_receive(q) = ?\nparent mq_receive(q) = ?\nparent mq_send(q, \"z\", 2) = 0\n"
		      "say again\n");
	q = mq_open(play_object(&p, "q")->path, O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(mq_send(q, "other", 5, 9), 0);
	mq_close(q);
	part_is(&p, "q", "messages", 2);
	part_why(&p, "q", "priority", 0);
	part_next(&p);
	part_is(&p, "q", "messages", 1);
	part_is_at(&p, "q", "priority", 0, 2);
	play_close(&p);
}
END_TEST

START_TEST(who_is_notified)
{
	struct play p;

	needs_queues();
	part_open(&p, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 5, 64)\nparent fork a\n"
		      "a sigaction(SIGUSR1, catch) = 0\nsay nobody\n"
		      "a mq_notify(q, SIGUSR1) = 0\nsay a\nparent mq_send(q, \"x\") = 0\na --- SIGUSR1 ---\n"
		      "say told\n");
	part_says(&p, "q", "notified", "");
	part_next(&p);
	part_says(&p, "q", "notified", "a");
	part_next(&p);
	part_says(&p, "q", "notified", "");
	part_is(&p, "a", "handled", 1);
	play_close(&p);
}
END_TEST

START_TEST(looking_takes_no_message)
{
	int64_t switches;
	struct play p;

	needs_queues();
	part_open(&p, "parent q = mq_open(\"/q\", O_RDWR|O_CREAT, 0600, 5, 64)\n"
		      "parent r = mq_open(\"/r\", O_RDWR|O_CREAT, 0600, 5, 64)\nparent mq_send(q, \"x\", 3) = 0\n"
		      "parent fork a\na mq_receive(r) ...\nsay sent\nparent mq_receive(q) = 1 \"x\" [3]\n");
	switches = part_switches(&p, "a");
	part_look(&p, 100);
	ck_assert_int_eq(part_switches(&p, "a"), switches);
	part_is(&p, "q", "messages", 1);
	part_next(&p);
	play_close(&p);
}
END_TEST

/* ---- semaphores ------------------------------------------------------------------------------------ */

static int value_of(struct play *p, const char *name)
{
	const char *path = play_object(p, name)->path;
	char id[100];
	sem_t *s;
	int value = -1;

	ck_assert_int_eq(strncmp(path, "/dev/shm/sem.", 13), 0);
	snprintf(id, sizeof id, "/%s", path + 13);
	s = sem_open(id, 0);
	ck_assert_ptr_ne(s, SEM_FAILED);
	ck_assert_int_eq(sem_getvalue(s, &value), 0);
	sem_close(s);
	return value;
}

START_TEST(a_named_semaphore)
{
	struct play p;

	part_open(&p, "parent s = sem_open(\"/s\", O_CREAT, 0600, 3)\nsay untouched\nspawn other\n"
		      "other t = sem_open(\"/s\", 0)\nother sem_wait(t) = 0\nsay taken\n"
		      "parent sem_wait(s) = 0\nparent sem_wait(s) = 0\nparent sem_wait(s) ...\nsay waiting\n"
		      "other sem_post(t) = 0\nparent ... sem_wait = 0\nother sem_post(t) = 0\nsay posted\n"
		      "other sem_close(t) = 0\nparent sem_close(s) = 0\nsay closed\nspawn third\n"
		      "third s = sem_open(\"/s\", 0)\nsay again\n"
		      "third sem_unlink(\"/s\") = 0\nthird sem_post(s) = 0\nsay unlinked\nthird sem_close(s) = 0\n"
		      "say gone\n");
	part_is(&p, "s", "value", 3);
	ck_assert_int_eq(value_of(&p, "s"), 3);
	part_next(&p);
	part_is(&p, "s", "value", value_of(&p, "s"));
	part_is(&p, "t", "value", 2);
	ck_assert_ptr_eq(play_object(&p, "s"), play_object(&p, "t"));
	part_next(&p);
	part_is(&p, "s", "value", 0);
	part_is(&p, "s", "waiters", 1);
	part_says(&p, "s", "waiting", "parent");
	part_next(&p);
	part_is(&p, "s", "value", value_of(&p, "s"));
	part_is(&p, "s", "value", 1);
	part_is(&p, "s", "waiters", 0);
	part_next(&p);
	part_is(&p, "s", "gone", 0);
	part_is(&p, "s", "value", 1);
	part_next(&p);
	part_is(&p, "s", "value", 1);
	ck_assert_ptr_eq(play_object(&p, "s"), play_object(&p, "t"));
	part_next(&p);
	part_is(&p, "s", "gone", 0);
	part_is(&p, "s", "value", 2);
	part_next(&p);
	part_is(&p, "s", "gone", 1);
	play_close(&p);
}
END_TEST

START_TEST(semaphores_in_memory)
{
	struct play p;

	part_open(&p, "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork child\n"
		      "child s = sem_init(a, 1, 3)\nchild t = sem_init(a + 64, 1, 0)\nsay made\n"
		      "child sem_wait(s) = 0\nchild sem_wait(t) ...\nparent sem_wait(a) = 0\nsay waiting\n"
		      "parent sem_post(t) = 0\nchild ... sem_wait = 0\nparent sem_getvalue(s) = 0 [1]\n"
		      "parent sem_destroy(s) = 0\nsay destroyed\nparent munmap(a, 4K) = 0\nsay one\n");
	part_is(&p, "s", "value", 3); /* its maker alone has touched it */
	part_is(&p, "t", "value", 0);
	part_next(&p);
	part_is(&p, "s", "value", 1);
	part_is(&p, "t", "waiters", 1);
	part_is(&p, "s", "waiters", 0);
	part_says(&p, "t", "waiting", "child");
	part_next(&p);
	part_is(&p, "s", "gone", 1);
	part_is(&p, "t", "gone", 0);
	part_next(&p);
	part_is(&p, "t", "value", 0);
	part_kill(&p, "child");
	part_is(&p, "t", "gone", 1);
	play_close(&p);
}
END_TEST

/* A waiter that was killed waits no longer, whatever the semaphore's own count says. */
START_TEST(a_waiter_is_killed)
{
	struct play p;

	part_open(&p, "parent s = sem_open(\"/s\", O_CREAT, 0600, 0)\nparent fork a\nparent fork b\n"
		      "a sem_wait(s) ...\nb sem_wait(s) ...\nsay waiting\n");
	part_is(&p, "s", "waiters", 2);
	part_kill(&p, "a");
	part_is(&p, "s", "waiters", 1);
	part_says(&p, "s", "waiting", "b");
	play_close(&p);
}
END_TEST

/* ---- mutexes --------------------------------------------------------------------------------------- */

START_TEST(a_mutex_and_its_owner)
{
	struct play p;

	part_open(&p, "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\nparent fork child\n"
		      "child m = pthread_mutex_init(a + 128, PTHREAD_PROCESS_SHARED|PTHREAD_MUTEX_ROBUST)\n"
		      "say free\n"
		      "child pthread_mutex_lock(m) = 0\nparent pthread_mutex_lock(m) ...\nsay held\nspawn x\n"
		      "parent ... pthread_mutex_lock = -1 EOWNERDEAD\nsay died\n"
		      "parent pthread_mutex_consistent(m) = 0\nsay mended\nparent pthread_mutex_unlock(m) = 0\n"
		      "say unlocked\nparent pthread_mutex_destroy(m) = 0\nsay none\n");
	part_is(&p, "m", "locked", 0);
	part_says(&p, "m", "owner", "");
	part_next(&p);
	part_is(&p, "m", "locked", 1);
	part_says(&p, "m", "owner", "child");
	part_is(&p, "m", "waiters", 1);
	part_says(&p, "m", "waiting", "parent");
	part_is(&p, "m", "owner_died", 0);
	part_kill(&p, "child");
	part_next(&p);
	part_is(&p, "m", "owner_died", 1);
	part_says(&p, "m", "owner", "parent");
	part_is(&p, "m", "waiters", 0);
	part_next(&p);
	part_is(&p, "m", "owner_died", 0);
	part_is(&p, "m", "locked", 1);
	part_next(&p);
	part_is(&p, "m", "locked", 0);
	part_says(&p, "m", "owner", "");
	part_next(&p);
	part_is(&p, "m", "gone", 1);
	play_close(&p);
}
END_TEST

/* What is made anew at the same place, as something else. */
START_TEST(one_place_two_things)
{
	struct play p;

	part_open(&p, "parent a = mmap(0, 4K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS)\n"
		      "parent s = sem_init(a, 1, 3)\nsay semaphore\n"
		      "parent m = pthread_mutex_init(a, PTHREAD_PROCESS_SHARED)\nsay mutex\n");
	part_is(&p, "s", "value", 3);
	part_next(&p);
	part_is(&p, "m", "locked", 0);
	part_is(&p, "s", "gone", 1);
	play_close(&p);
}
END_TEST

/* Private memory is each one's own, and so is the semaphore in it. */
START_TEST(a_semaphore_in_private_memory)
{
	struct play p;

	part_open(&p, "spawn other\n"
		      "parent a = mmap(0x20000000, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "parent s = sem_init(a, 0, 3)\n"
		      "other b = mmap(0x20000000, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS)\n"
		      "other t = sem_init(b, 0, 5)\nsay two\n");
	part_is(&p, "s", "value", 3);
	part_is(&p, "t", "value", 5);
	play_close(&p);
}
END_TEST

Suite *suite_objects_posix(void)
{
	Suite *s = suite_create("objects_posix");
	TCase *queue = tcase_create("queues"), *semaphore = tcase_create("semaphores"), *mutex = tcase_create("mutexes");

	tcase_add_test(queue, a_queue_is_as_mq_getattr_says);
	tcase_add_test(queue, a_queue_outlives_its_processes);
	tcase_add_test(queue, who_waits_at_a_queue);
	tcase_add_test(queue, messages_that_pass_are_not_counted_twice);
	tcase_add_test(queue, messages_of_others);
	tcase_add_test(queue, who_is_notified);
	tcase_add_test(queue, looking_takes_no_message);
	tcase_add_test(semaphore, a_named_semaphore);
	tcase_add_test(semaphore, semaphores_in_memory);
	tcase_add_test(semaphore, a_waiter_is_killed);
	tcase_add_test(semaphore, a_semaphore_in_private_memory);
	tcase_add_test(mutex, a_mutex_and_its_owner);
	tcase_add_test(mutex, one_place_two_things);
	suite_add_tcase(s, queue);
	suite_add_tcase(s, semaphore);
	suite_add_tcase(s, mutex);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* Two thousand System V objects: each is there, once, with what it holds and who used it. */
#include <sched.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/system/many.h"
#include "tests/system/snapshot.h"
#include "tests/unit.h"

enum { MAKERS = 4, QUEUES = 170, SEGMENTS = 160, SETS = 170, SYSV_EACH = QUEUES + SEGMENTS + SETS, MOST_SEMAPHORES = 5 };

struct made_sysv {
	enum system_kind kind;
	int id;
	int64_t level;    /* bytes in a queue, a segment's size, the first semaphore's value */
	int64_t count;    /* messages, attachments, semaphores */
};

/* Removes what it is told of when nobody is left who could tell it more: also when the test was killed. */
static pid_t start_remover(int tell[2])
{
	pid_t pid;

	ck_assert_int_eq(pipe2(tell, O_CLOEXEC), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		static struct made_sysv list[MAKERS * SYSV_EACH];
		size_t got = 0;
		ssize_t n;

		setsid();
		close(tell[1]);
		while (got < sizeof list && (n = read(tell[0], (char *)list + got, sizeof list - got)) > 0)
			got += (size_t)n;
		while (n > 0)
			n = read(tell[0], &(char){ 0 }, 1);
		for (size_t i = 0; i < got / sizeof *list; i++)
			if (list[i].kind == SYSTEM_QUEUE)
				msgctl(list[i].id, IPC_RMID, NULL);
			else if (list[i].kind == SYSTEM_SEGMENT)
				shmctl(list[i].id, IPC_RMID, NULL);
			else
				semctl(list[i].id, 0, IPC_RMID);
		_exit(0);
	}
	close(tell[0]);
	return pid;
}

static bool make_queue(struct made_sysv *m, int i)
{
	struct { long type; char text[100]; } message = { .type = 1 };

	m->id = msgget(IPC_PRIVATE, 0600);
	m->count = i % 7;
	m->level = m->count * (i % 100);
	for (int64_t k = 0; m->id >= 0 && k < m->count; k++)
		if (msgsnd(m->id, &message, (size_t)(i % 100), IPC_NOWAIT) != 0)
			return false;
	return m->id >= 0;
}

static bool make_segment(struct made_sysv *m, int i)
{
	m->level = i + 1;
	m->count = i % 4;
	m->id = shmget(IPC_PRIVATE, (size_t)i + 1, 0600);
	for (int64_t k = 0; m->id >= 0 && k < m->count; k++)
		if (shmat(m->id, NULL, k ? 0 : SHM_RDONLY) == (void *)-1)
			return false;
	return m->id >= 0;
}

static bool make_set(struct made_sysv *m, int i)
{
	struct sembuf up = { .sem_op = (short)(i + 1) };

	m->count = i % MOST_SEMAPHORES + 1;
	m->level = i + 1;
	m->id = semget(IPC_PRIVATE, (int)m->count, 0600);
	return m->id >= 0 && semop(m->id, &up, 1) == 0;
}

struct sysv_order { int say, tell; };

/* 1: no more may be made here. */
static int make_sysv(void *arg)
{
	const struct sysv_order *to = arg;
	struct made_sysv m[SYSV_EACH];

	for (int i = 0; i < SYSV_EACH; i++) {
		bool made;

		m[i].id = -1;
		m[i].kind = i < QUEUES ? SYSTEM_QUEUE : i < QUEUES + SEGMENTS ? SYSTEM_SEGMENT : SYSTEM_SEMAPHORES;
		made = m[i].kind == SYSTEM_QUEUE ? make_queue(&m[i], i) :
		       m[i].kind == SYSTEM_SEGMENT ? make_segment(&m[i], i - QUEUES) :
						     make_set(&m[i], i - QUEUES - SEGMENTS);
		if (m[i].id >= 0 && write(to->tell, &m[i], sizeof m[i]) != sizeof m[i])
			return 1;
		if (!made)
			return 1;
	}
	if (write(to->say, m, sizeof m) != sizeof m)
		return 1;
	return child_idle(NULL);
}

/* Objects of our own where that can be had, so that they cannot outlive the test, nor others' limits matter. */
static void use_own_namespace(void)
{
	if (!unit_forked())
		return;
	if (unshare(CLONE_NEWIPC) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWIPC) == 0)
		prctl(PR_SET_DUMPABLE, 1); /* which the new credentials took away */
}

static bool is_room(void)
{
	static const char *const files[] = { "/proc/sys/kernel/msgmni", "/proc/sys/kernel/shmmni", "/proc/sys/kernel/sem" };
	static const long long need[] = { MAKERS * QUEUES, MAKERS * SEGMENTS, MAKERS * SETS };

	for (int i = 0; i < 3; i++) {
		long long number[4] = { 0 };
		FILE *f = fopen(files[i], "re");
		int n = f ? fscanf(f, "%lld %lld %lld %lld", &number[0], &number[1], &number[2], &number[3]) : 0;

		if (f)
			fclose(f);
		if (n < 1 || number[i == 2 ? 3 : 0] < need[i] + 100 ||
		    (i == 2 && number[1] < MAKERS * SETS * (MOST_SEMAPHORES + 1) / 2 + 100))
			return false;
	}
	return true;
}

static int by_kind_and_id(const void *a, const void *b)
{
	const struct system_object *const *x = a, *const *y = b;

	if ((*x)->kind != (*y)->kind)
		return (int)(*x)->kind - (int)(*y)->kind;
	return ((*x)->inode > (*y)->inode) - ((*x)->inode < (*y)->inode);
}

static void check_one_sysv(const struct system *s, const struct system_object *o, pid_t maker, const struct made_sysv *m)
{
	const struct system_end *e = snapshot_end(s, o, maker, -1);

	if (m->kind == SYSTEM_QUEUE) {
		ck_assert_int_eq(o->level.number, m->level);
		ck_assert_uint_eq(o->sysv.queue.messages, (uint64_t)m->count);
		ck_assert_int_eq(o->n_ends, m->count > 0);
		ck_assert(m->count == 0 || (e && e->access == 'w'));
	} else if (m->kind == SYSTEM_SEGMENT) {
		ck_assert_int_eq(o->level.number, m->level);
		ck_assert_uint_eq(o->sysv.segment.attached, (uint64_t)m->count);
		ck_assert((o->n_ends > 0) == (m->count > 0));
		ck_assert(m->count == 0 || e);
	} else {
		ck_assert_int_eq(o->level.known, m->count == 1);
		ck_assert(m->count != 1 || o->level.number == m->level);
		ck_assert_int_eq(o->n_ends, 1);
		ck_assert(e && e->access == 'b');
	}
}

static void check_sysv(const struct system *s, const struct child *maker, struct made_sysv made[][SYSV_EACH])
{
	const struct system_object **list = calloc(s->n_objects + 1, sizeof *list);
	size_t n = 0;

	for (size_t i = 0; i < s->n_objects; i++)
		if (s->object[i].kind == SYSTEM_QUEUE || s->object[i].kind == SYSTEM_SEGMENT ||
		    s->object[i].kind == SYSTEM_SEMAPHORES)
			list[n++] = &s->object[i];
	qsort(list, n, sizeof *list, by_kind_and_id);
	for (size_t i = 1; i < n; i++)
		ck_assert(by_kind_and_id(&list[i - 1], &list[i]) < 0); /* none twice */
	for (int k = 0; k < MAKERS; k++)
		for (int i = 0; i < SYSV_EACH; i++) {
			struct system_object wanted = { .kind = made[k][i].kind, .inode = (uint64_t)made[k][i].id }, *at = &wanted;
			const struct system_object **found = bsearch(&at, list, n, sizeof *list, by_kind_and_id);

			if (!found)
				ck_abort_msg("%s %d is missing", system_kind_word(made[k][i].kind), made[k][i].id);
			check_one_sysv(s, *found, maker[k].pid, &made[k][i]);
		}
	free(list);
}

static bool is_there(const struct made_sysv *m)
{
	union { struct msqid_ds q; struct shmid_ds m; } ds;

	return (m->kind == SYSTEM_QUEUE ? msgctl(m->id, IPC_STAT, &ds.q) :
		m->kind == SYSTEM_SEGMENT ? shmctl(m->id, IPC_STAT, &ds.m) : semctl(m->id, 0, GETVAL)) >= 0;
}

START_TEST(two_thousand_system_v_objects_are_complete_and_correct)
{
	static struct made_sysv made[MAKERS][SYSV_EACH];
	struct child maker[MAKERS];
	struct system *s = system_new();
	struct sysv_order order;
	int say[2], tell[2];
	pid_t remover;

	use_own_namespace();
	if (!is_room())
		unit_skip("the limits of System V objects (msgmni, shmmni, sem) forbid so many");
	ck_assert_int_ge(MAKERS * SYSV_EACH, 2000);
	remover = start_remover(tell);
	ck_assert_int_eq(pipe2(say, O_CLOEXEC), 0);
	order = (struct sysv_order){ say[1], tell[1] };
	for (int k = 0; k < MAKERS; k++) {
		child_start(&maker[k], make_sysv, &order);
		many_receive(say[0], made[k], sizeof made[k]);
	}
	for (int round = 0; round < 3; round++) {
		snapshot_take(s);
		check_sysv(s, maker, made);
	}
	for (int k = 0; k < MAKERS; k++)
		child_stop(&maker[k]);
	close(tell[1]);
	ck_assert_int_eq(waitpid(remover, NULL, 0), remover);
	for (int k = 0; k < MAKERS; k++)
		for (int i = 0; i < SYSV_EACH; i++)
			ck_assert(!is_there(&made[k][i]));
	close(say[0]);
	close(say[1]);
	system_free(s);
}
END_TEST

Suite *suite_many_sysv(void)
{
	Suite *suite = suite_create("many_sysv");
	TCase *many = tcase_create("many");

	tcase_set_timeout(many, 120);
	tcase_add_test(many, two_thousand_system_v_objects_are_complete_and_correct);
	suite_add_tcase(suite, many);
	return suite;
}

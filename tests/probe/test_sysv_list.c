/* SPDX-License-Identifier: MIT */
/* The listing of System V objects, against objects made here and against ipcs(1). */
#include "probe/sysv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/probe/child.h"
#include "tests/unit.h"

/* Our objects; -1 is none. In shared memory, so that Check's own process can remove them when
 * a test failed or was killed. */
static struct objects {
	int queue, segment, semaphores;
} *ours;

static void clean(void)
{
	if (ours->queue >= 0)
		msgctl(ours->queue, IPC_RMID, NULL);
	if (ours->segment >= 0)
		shmctl(ours->segment, IPC_RMID, NULL);
	if (ours->semaphores >= 0)
		semctl(ours->semaphores, 0, IPC_RMID);
	*ours = (struct objects){ -1, -1, -1 };
}

static void begin(void)
{
	ours = mmap(NULL, sizeof *ours, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(ours, MAP_FAILED);
	*ours = (struct objects){ -1, -1, -1 };
}

static void end(void)
{
	clean();
	munmap(ours, sizeof *ours);
}

static void make(void)
{
	clean();
	ours->queue = msgget(IPC_PRIVATE, 0640);
	if (ours->queue < 0 && errno == ENOSYS)
		unit_skip("the kernel has no System V objects");
	ours->segment = shmget(IPC_PRIVATE, 4097, 0600);
	ours->semaphores = semget(IPC_PRIVATE, 3, 0604);
	ck_assert_int_ge(ours->queue, 0);
	ck_assert_int_ge(ours->segment, 0);
	ck_assert_int_ge(ours->semaphores, 0);
}

static const struct sysv_object *find(const struct sysv_list *l, enum sysv_kind kind, int id)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].kind == kind && l->list[i].id == id)
			return &l->list[i];
	return NULL;
}

static void is_ours(const struct sysv_object *o, unsigned mode)
{
	ck_assert_ptr_nonnull(o);
	ck_assert_uint_eq(o->key, 0);
	ck_assert_uint_eq(o->mode, mode);
	ck_assert_uint_eq(o->uid, geteuid());
	ck_assert_uint_eq(o->gid, getegid());
	ck_assert_uint_eq(o->creator_uid, geteuid());
	ck_assert_int_le(o->changed, time(NULL));
	ck_assert_int_gt(o->changed, time(NULL) - 3600);
}

START_TEST(our_objects_are_listed)
{
	struct sysv_list l = { 0 };
	const struct sysv_object *o;
	struct { long type; char text[7]; } message = { 1, "123456" };

	make();
	ck_assert_int_eq(msgsnd(ours->queue, &message, 7, 0), 0);
	ck_assert_int_eq(sysv_list_read(&l), 0);
	o = find(&l, SYSV_QUEUE, ours->queue);
	is_ours(o, 0640);
	ck_assert_uint_eq(o->queue.messages, 1);
	ck_assert_uint_eq(o->queue.bytes, 7);
	ck_assert_uint_gt(o->queue.limit, 0);
	ck_assert_int_eq(o->queue.last_sender, getpid());
	ck_assert_int_eq(o->queue.last_receiver, 0);
	o = find(&l, SYSV_SEGMENT, ours->segment);
	is_ours(o, 0600);
	ck_assert_uint_eq(o->segment.size, 4097);
	ck_assert_uint_eq(o->segment.attached, 0);
	ck_assert_int_eq(o->segment.creator, getpid());
	ck_assert(!o->segment.marked);
	o = find(&l, SYSV_SEMAPHORES, ours->semaphores);
	is_ours(o, 0604);
	ck_assert_uint_eq(o->semaphores.count, 3);
	for (size_t i = 1; i < l.count; i++)
		ck_assert(l.list[i - 1].kind < l.list[i].kind ||
			  (l.list[i - 1].kind == l.list[i].kind && l.list[i - 1].id < l.list[i].id));
	sysv_list_free(&l);
	clean();
}
END_TEST

START_TEST(removed_objects_leave_the_list)
{
	struct sysv_list l = { 0 };
	int q, m, s;

	make();
	q = ours->queue;
	m = ours->segment;
	s = ours->semaphores;
	clean();
	ck_assert_int_eq(sysv_list_read(&l), 0);
	ck_assert_ptr_null(find(&l, SYSV_QUEUE, q));
	ck_assert_ptr_null(find(&l, SYSV_SEGMENT, m));
	ck_assert_ptr_null(find(&l, SYSV_SEMAPHORES, s));
	sysv_list_free(&l);
}
END_TEST

START_TEST(a_removed_segment_stays_while_attached)
{
	struct sysv_object o;
	void *memory;
	int id;

	make();
	memory = shmat(ours->segment, NULL, 0);
	ck_assert_ptr_ne(memory, (void *)-1);
	ck_assert_int_eq(sysv_read(SYSV_SEGMENT, ours->segment, &o), 0);
	ck_assert_uint_eq(o.segment.attached, 1);
	ck_assert(!o.segment.marked);
	ck_assert_int_eq(shmctl(ours->segment, IPC_RMID, NULL), 0);
	ck_assert_int_eq(sysv_read(SYSV_SEGMENT, ours->segment, &o), 0);
	ck_assert(o.segment.marked);
	ck_assert_uint_eq(o.mode, 0600);
	ck_assert_int_eq(shmdt(memory), 0);
	id = ours->segment;
	ours->segment = -1;
	ck_assert_msg(sysv_read(SYSV_SEGMENT, id, &o) == -EINVAL ||
		      sysv_read(SYSV_SEGMENT, id, &o) == -EIDRM, "still there");
	clean();
}
END_TEST

START_TEST(one_object_is_read_by_its_id)
{
	struct sysv_object o;
	int error;

	make();
	ck_assert_int_eq(sysv_read(SYSV_QUEUE, ours->queue, &o), 0);
	is_ours(&o, 0640);
	ck_assert_int_eq(o.kind, SYSV_QUEUE);
	ck_assert_int_eq(o.id, ours->queue);
	ck_assert_int_eq(sysv_read(SYSV_SEMAPHORES, ours->semaphores, &o), 0);
	is_ours(&o, 0604);
	ck_assert_int_eq(o.id, ours->semaphores);
	error = sysv_read(SYSV_QUEUE, -1, &o);
	ck_assert_int_eq(error, -EINVAL);
	clean();
}
END_TEST

static int take(void *number)
{
	struct sembuf op = { .sem_num = *(unsigned short *)number, .sem_op = -1 };

	return semop(ours->semaphores, &op, 1);
}

static int await_zero(void *number)
{
	struct sembuf op = { .sem_num = *(unsigned short *)number, .sem_op = 0 };

	return semop(ours->semaphores, &op, 1);
}

START_TEST(semaphores_tell_value_and_waiters)
{
	struct sysv_semaphore s;
	struct sembuf op = { .sem_num = 1, .sem_op = 2 };
	unsigned short first = 0, second = 1;
	struct child a, b;
	int64_t deadline = 0;

	make();
	ck_assert_int_eq(semop(ours->semaphores, &op, 1), 0);
	child_start(&a, take, &first);
	child_start(&b, await_zero, &second);
	do
		ck_assert_int_eq(sysv_semaphore_read(ours->semaphores, 0, &s), 0);
	while (s.waiting_increase == 0 && child_wait(&deadline));
	ck_assert_int_eq(s.value, 0);
	ck_assert_int_eq(s.waiting_increase, 1);
	ck_assert_int_eq(s.waiting_zero, 0);
	ck_assert_int_eq(s.last, 0);
	do
		ck_assert_int_eq(sysv_semaphore_read(ours->semaphores, 1, &s), 0);
	while (s.waiting_zero == 0 && child_wait(&deadline));
	ck_assert_int_eq(s.value, 2);
	ck_assert_int_eq(s.waiting_increase, 0);
	ck_assert_int_eq(s.waiting_zero, 1);
	ck_assert_int_eq(s.last, getpid());
	ck_assert_int_eq(sysv_semaphore_read(ours->semaphores, 3, &s), -EINVAL);
	child_stop(&a);
	child_stop(&b);
	clean();
	ck_assert_int_eq(sysv_semaphore_read(-1, 0, &s), -EINVAL);
}
END_TEST

/* Makes and removes queues. It does not die with us, for that could be between the two calls
 * and leave a queue behind; it soon ends by itself. */
static int churn(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, 0);
	for (int i = 0; i < 20000; i++) {
		int q = msgget(IPC_PRIVATE, 0600);

		if (q >= 0)
			msgctl(q, IPC_RMID, NULL);
	}
	return 0;
}

START_TEST(listing_bears_objects_that_vanish)
{
	struct sysv_list l = { 0 };
	struct child c;
	int status;

	make();
	child_start(&c, churn, NULL);
	do {
		ck_assert_int_eq(sysv_list_read(&l), 0);
		ck_assert_ptr_nonnull(find(&l, SYSV_QUEUE, ours->queue));
		ck_assert_ptr_nonnull(find(&l, SYSV_SEMAPHORES, ours->semaphores));
	} while (waitpid(c.pid, &status, WNOHANG) == 0);
	ck_assert_int_eq(status, 0);
	child_stop(&c);
	sysv_list_free(&l);
	clean();
}
END_TEST

START_TEST(others_objects_are_listed_without_permission)
{
	int status;
	pid_t pid;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	make();
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct sysv_list l = { 0 };
		struct sysv_object o;

		if (setgid(65534) || setuid(65534) || sysv_list_read(&l))
			_exit(1);
		if (!find(&l, SYSV_SEGMENT, ours->segment))
			_exit(sysv_read(SYSV_SEGMENT, ours->segment, &o) == -EACCES ? 3 : 2);
		/* By its place, as IPC_STAT is refused; and an id that is not there stays one. */
		if (sysv_read(SYSV_SEGMENT, ours->segment, &o) || o.id != ours->segment || o.segment.size != 4097)
			_exit(4);
		_exit(sysv_read(SYSV_SEGMENT, ours->segment + 0x8000, &o) == -EINVAL ? 0 : 5);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	clean();
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == 3)
		unit_skip("no SHM_STAT_ANY before Linux 4.17");
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

/* ipcs prints a section a kind; the second word of each of its rows is the id. */
START_TEST(ipcs_lists_the_same)
{
	static const char *const commands[] = { "ipcs -q", "ipcs -m", "ipcs -s" };
	struct sysv_list l = { 0 };
	int ids[3];

	if (system("command -v ipcs >/dev/null 2>&1") != 0)
		unit_skip("ipcs is not there");
	make();
	ids[SYSV_QUEUE] = ours->queue;
	ids[SYSV_SEGMENT] = ours->segment;
	ids[SYSV_SEMAPHORES] = ours->semaphores;
	for (int kind = SYSV_QUEUE; kind <= SYSV_SEMAPHORES; kind++) {
		FILE *out = popen(commands[kind], "r");
		char line[300];
		bool seen = false;
		int wanted = ids[kind];

		ck_assert_ptr_nonnull(out);
		ck_assert_int_eq(sysv_list_read(&l), 0);
		while (fgets(line, sizeof line, out)) {
			unsigned key, mode;
			const struct sysv_object *o;
			int id;

			if (sscanf(line, "%x %d %*s %o", &key, &id, &mode) != 3 || id != wanted)
				continue; /* other programs' come and go meanwhile */
			o = find(&l, (enum sysv_kind)kind, id);
			ck_assert_ptr_nonnull(o);
			ck_assert_uint_eq(o->key, key);
			ck_assert_uint_eq(o->mode, mode);
			seen = true;
		}
		ck_assert_int_eq(pclose(out), 0);
		ck_assert_msg(seen, "%s does not list %d", commands[kind], wanted);
	}
	sysv_list_free(&l);
	clean();
}
END_TEST

struct message {
	long type;
	char text[6000];
};

static void send(long type, const char *text, size_t length)
{
	struct message m = { .type = type };

	memcpy(m.text, text, strlen(text));
	ck_assert_int_eq(msgsnd(ours->queue, &m, length, IPC_NOWAIT), 0);
}

static int take_message(void *unused)
{
	struct message m;

	(void)unused;
	return msgrcv(ours->queue, &m, sizeof m.text, 0, 0) < 0;
}

START_TEST(messages_are_peeked_and_stay)
{
	struct sysv_object before, after;
	struct child c;
	char bytes[8] = "-------";
	long type = 0;

	make();
	send(7, "first", 5);
	send(3, "second, and long", 6000);
	send(9, "", 0);
	if (sysv_peek(ours->queue, 0, &type, bytes, 0) == -ENOSYS) {
		clean();
		unit_skip("the kernel is without CONFIG_CHECKPOINT_RESTORE");
	}
	ck_assert_int_eq(sysv_read(SYSV_QUEUE, ours->queue, &before), 0);
	ck_assert_int_eq(sysv_peek(ours->queue, 0, &type, bytes, 3), 5);
	ck_assert_int_eq(type, 7);
	ck_assert_mem_eq(bytes, "fir--", 5); /* no more than there is room for */
	ck_assert_int_eq(sysv_peek(ours->queue, 1, &type, bytes, sizeof bytes), 6000);
	ck_assert_int_eq(type, 3);
	ck_assert_mem_eq(bytes, "second, ", 8);
	ck_assert_int_eq(sysv_peek(ours->queue, 2, &type, bytes, sizeof bytes), 0);
	ck_assert_int_eq(type, 9);
	ck_assert_int_eq(sysv_peek(ours->queue, 3, &type, bytes, sizeof bytes), -ENOMSG);
	ck_assert_int_eq(sysv_read(SYSV_QUEUE, ours->queue, &after), 0);
	ck_assert_mem_eq(&before, &after, sizeof before);
	ck_assert_uint_eq(after.queue.messages, 3);
	ck_assert_int_eq(after.queue.last_receiver, 0);
	ck_assert_int_eq(after.queue.received, 0);
	/* Who receives afterwards gets the first. */
	child_start(&c, take_message, NULL);
	ck_assert_int_eq(child_reap(&c), 0);
	ck_assert_int_eq(sysv_peek(ours->queue, 0, &type, bytes, sizeof bytes), 6000);
	child_stop(&c);
	clean();
	ck_assert_int_eq(sysv_peek(-1, 0, &type, bytes, sizeof bytes), -EINVAL);
}
END_TEST

START_TEST(others_messages_are_not_peeked)
{
	int status;
	pid_t pid;

	if (geteuid() != 0)
		unit_skip("needs root, to become somebody else");
	make();
	send(1, "secret", 6);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		char bytes[8];
		long type;

		if (setgid(65534) || setuid(65534))
			_exit(1);
		_exit((int)-sysv_peek(ours->queue, 0, &type, bytes, sizeof bytes));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	clean();
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), EACCES);
}
END_TEST

START_TEST(times_are_told)
{
	struct sysv_object o;
	struct sembuf up = { .sem_op = 1 };
	struct message m;
	int64_t now = time(NULL);
	void *memory;

	make();
	ck_assert_int_eq(sysv_read(SYSV_QUEUE, ours->queue, &o), 0);
	ck_assert_int_eq(o.queue.sent, 0);
	ck_assert_int_eq(o.queue.received, 0);
	send(1, "x", 1);
	ck_assert_int_eq(msgrcv(ours->queue, &m, sizeof m.text, 0, IPC_NOWAIT), 1);
	ck_assert_int_eq(sysv_read(SYSV_QUEUE, ours->queue, &o), 0);
	ck_assert_int_ge(o.queue.sent, now);
	ck_assert_int_ge(o.queue.received, now);
	ck_assert_int_eq(sysv_read(SYSV_SEMAPHORES, ours->semaphores, &o), 0);
	ck_assert_int_eq(o.semaphores.operated, 0);
	ck_assert_int_eq(semop(ours->semaphores, &up, 1), 0);
	ck_assert_int_eq(sysv_read(SYSV_SEMAPHORES, ours->semaphores, &o), 0);
	ck_assert_int_ge(o.semaphores.operated, now);
	memory = shmat(ours->segment, NULL, 0);
	ck_assert_int_eq(sysv_read(SYSV_SEGMENT, ours->segment, &o), 0);
	ck_assert_int_ge(o.segment.attach_time, now);
	ck_assert_int_eq(o.segment.detach_time, 0);
	ck_assert_int_eq(shmdt(memory), 0);
	ck_assert_int_eq(sysv_read(SYSV_SEGMENT, ours->segment, &o), 0);
	ck_assert_int_ge(o.segment.detach_time, now);
	clean();
}
END_TEST

Suite *suite_sysv_list(void)
{
	Suite *suite = suite_create("sysv_list");
	TCase *tcase = tcase_create("sysv_list");

	tcase_add_unchecked_fixture(tcase, begin, end);
	tcase_add_test(tcase, our_objects_are_listed);
	tcase_add_test(tcase, removed_objects_leave_the_list);
	tcase_add_test(tcase, a_removed_segment_stays_while_attached);
	tcase_add_test(tcase, one_object_is_read_by_its_id);
	tcase_add_test(tcase, semaphores_tell_value_and_waiters);
	tcase_add_test(tcase, listing_bears_objects_that_vanish);
	tcase_add_test(tcase, others_objects_are_listed_without_permission);
	tcase_add_test(tcase, ipcs_lists_the_same);
	tcase_add_test(tcase, messages_are_peeked_and_stay);
	tcase_add_test(tcase, others_messages_are_not_peeked);
	tcase_add_test(tcase, times_are_told);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* SPDX-License-Identifier: MIT */
/* System V calls, made for real: what they return, and each error that can be had. */
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/call/calling.h"

enum { NOBODY = 65534 };

static void make_file(const char *path)
{
	int fd = creat(path, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

/* A key that nobody else is likely to use. */
static unsigned any_key(void)
{
	return 0x1c000000u | ((unsigned)getpid() & 0xffffff);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

START_TEST(keys_are_made_of_files)
{
	struct stat st;
	char as[16];
	int64_t key;

	ck_assert_str_eq(calling("ftok(\"f\", 1)"), "-1 ENOENT");
	make_file("f");
	ck_assert_int_eq(stat("f", &st), 0);
	key = calling_number("ftok(\"f\", 1)");
	ck_assert_int_eq(key & 0xffff, (int64_t)st.st_ino & 0xffff);
	ck_assert_int_eq(key >> 24, 1);
	snprintf(as, sizeof as, "0x%llx", (long long)key);
	ck_assert_str_eq(calling("ftok(\"f\", 257)"), as); /* 8 bits count */
	ck_assert_str_ne(calling("ftok(\"f\", 2)"), as);
	ck_assert_int_gt(calling_number("ftok(\"f\", 255)"), INT32_MAX); /* not negative */
	make_file("g");
	ck_assert_str_ne(calling("ftok(\"g\", 1)"), as);
}
END_TEST

START_TEST(keys_make_and_find)
{
	static const struct { const char *call, *size; } get[] = { { "msgget", "" }, { "shmget", ", 4096" }, { "semget", ", 1" } };
	unsigned key = any_key();

	for (int i = 0; i < 3; i++) {
		const char *call = get[i].call, *size = get[i].size;
		int64_t id;

		ck_assert_str_eq(calling("%s(0x%x%s, 0)", call, key, size), "-1 ENOENT");
		id = calling_number("%s(0x%x%s, IPC_CREAT|0600)", call, key, size);
		ck_assert_int_eq(calling_number("%s(0x%x%s, IPC_CREAT|0600)", call, key, size), id);
		ck_assert_int_eq(calling_number("%s(0x%x%s, IPC_EXCL)", call, key, size), id); /* alone it means nothing */
		ck_assert_str_eq(calling("%s(0x%x%s, IPC_CREAT|IPC_EXCL|0600)", call, key, size), "-1 EEXIST");
	}
	ck_assert_str_eq(calling("shmget(0x%x, 8192, 0)", key), "-1 EINVAL"); /* it is smaller */
	ck_assert_str_eq(calling("semget(0x%x, 2, 0)", key), "-1 EINVAL");    /* it has fewer */
	ck_assert_str_eq(calling("shmget(IPC_PRIVATE, 0, 0600)"), "-1 EINVAL");
	ck_assert_str_eq(calling("semget(IPC_PRIVATE, 0, 0600)"), "-1 EINVAL");
	ck_assert_str_eq(calling("semget(IPC_PRIVATE, -1, 0600)"), "-1 EINVAL");
}
END_TEST

/* As somebody else: the permissions of the objects apply as those of files do. */
START_TEST(permissions)
{
	unsigned key = any_key();
	int64_t q, m, s;

	if (geteuid() != 0)
		unit_skip("needs root");
	if (!unit_forked())
		unit_skip("changes its user");
	q = calling_number("msgget(0x%x, IPC_CREAT|0600)", key);
	m = calling_number("shmget(IPC_PRIVATE, 4096, 0600)");
	s = calling_number("semget(IPC_PRIVATE, 1, 0600)");
	ck_assert_str_eq(calling("setuid(%d)", NOBODY), "0");
	ck_assert_str_eq(calling("geteuid()"), "65534");
	ck_assert_str_eq(calling("setuid(0)"), "-1 EPERM");
	ck_assert_str_eq(calling("seteuid(0)"), "-1 EPERM");
	ck_assert_str_eq(calling("msgget(0x%x, 0600)", key), "-1 EACCES");
	ck_assert_str_eq(calling("msgsnd(%lld, 1, \"a\")", (long long)q), "-1 EACCES");
	ck_assert_str_eq(calling("msgrcv(%lld, 1, 0)", (long long)q), "-1 EACCES");
	ck_assert_str_eq(calling("msgctl(%lld, IPC_RMID)", (long long)q), "-1 EPERM");
	ck_assert_str_eq(calling("msgctl(%lld, IPC_SET, 1000)", (long long)q), "-1 EACCES"); /* IPC_STAT already */
	if (!unit_valgrind()) /* which looks at the segment first, and makes another error of what it is told */
		ck_assert_str_eq(calling("shmat(%lld)", (long long)m), "-1 EACCES");
	ck_assert_str_eq(calling("shmctl(%lld, IPC_RMID)", (long long)m), "-1 EPERM");
	ck_assert_str_eq(calling("semop(%lld, {0, 1})", (long long)s), "-1 EACCES");
	ck_assert_str_eq(calling("semctl(%lld, 0, GETVAL)", (long long)s), "-1 EACCES");
	ck_assert_str_eq(calling("semctl(%lld, 0, IPC_RMID)", (long long)s), "-1 EPERM");
}
END_TEST

/* What is not on the ledger is somebody else's: root must not be able to remove it by a slip. */
START_TEST(others_objects_stay)
{
	int q = msgget(IPC_PRIVATE, 0600);

	ck_assert_int_ge(q, 0);
	ck_assert_str_eq(calling("msgctl(%d, IPC_RMID)", q), "-1 EPERM");
	ck_assert_str_eq(calling("msgctl(%d, IPC_SET, 1000)", q), "-1 EPERM");
	ck_assert_str_eq(calling("shmctl(%d, IPC_RMID)", q), "-1 EPERM");
	ck_assert_str_eq(calling("semctl(%d, 0, IPC_RMID)", q), "-1 EPERM");
	ck_assert_int_eq(msgctl(q, IPC_RMID, NULL), 0);
}
END_TEST

/* ---- messages ------------------------------------------------------------------------------------ */

START_TEST(messages)
{
	int q = (int)calling_number("msgget(IPC_PRIVATE, 0600)");

	ck_assert_str_eq(calling("msgrcv(%d, 100, 0, IPC_NOWAIT)", q), "-1 ENOMSG");
	ck_assert_str_eq(calling("msgsnd(%d, 1, \"one\")", q), "0");
	ck_assert_str_eq(calling("msgsnd(%d, 2, \"\")", q), "0");
	ck_assert_str_eq(calling("msgsnd(%d, 3, 4096)", q), "0");
	ck_assert_str_eq(calling("msgsnd(%d, 0, \"a\")", q), "-1 EINVAL");
	ck_assert_str_eq(calling("msgsnd(%d, -1, \"a\")", q), "-1 EINVAL");
	ck_assert_str_eq(calling("msgsnd(%d, 1, \"a\")", -1), "-1 EINVAL");
	ck_assert_str_eq(calling("msgsnd(%d, 1, 2M)", q), "-1 EINVAL"); /* MSGMAX */
	ck_assert_str_eq(calling("msgrcv(%d, -1, 0)", q), "-1 EINVAL");
	ck_assert_str_eq(calling("msgrcv(%d, 8M, 0)", q), "-1 E2BIG");
	ck_assert_str_eq(calling("msgrcv(%d, 100, 9, IPC_NOWAIT)", q), "-1 ENOMSG");
	ck_assert_str_eq(calling("msgrcv(%d, 100, 2)", q), "0 [2]");
	ck_assert_str_eq(calling("msgrcv(%d, 2, 0)", q), "-1 E2BIG");
	ck_assert_str_eq(calling("msgrcv(%d, 2, 0, MSG_NOERROR)", q), "2 \"on\" [1]");
	ck_assert_str_eq(calling("msgrcv(%d, 4096, -3)", q), "4096 \"a\"*4096 [3]");
	ck_assert_str_eq(calling("msgrcv(%d, 4096, 0, IPC_NOWAIT)", q), "-1 ENOMSG");
}
END_TEST

START_TEST(messages_by_type)
{
	int q = (int)calling_number("msgget(IPC_PRIVATE, 0600)");

	for (int type = 1; type <= 4; type++)
		ck_assert_str_eq(calling("msgsnd(%d, %d, \"m%d\")", q, 5 - type, type), "0");
	ck_assert_str_eq(calling("msgrcv(%d, 9, 3)", q), "2 \"m2\" [3]");
	ck_assert_str_eq(calling("msgrcv(%d, 9, 4, MSG_EXCEPT)", q), "2 \"m3\" [2]");
	ck_assert_str_eq(calling("msgrcv(%d, 9, -3)", q), "2 \"m4\" [1]");
	calling("msgrcv(%d, 9, 0, MSG_COPY|IPC_NOWAIT)", q);
	if (calling_outcome()->error != ENOSYS) { /* without CONFIG_CHECKPOINT_RESTORE */
		ck_assert_int_eq(calling_outcome()->result, 2);
		ck_assert_str_eq(calling("msgrcv(%d, 9, 1, MSG_COPY|IPC_NOWAIT)", q), "-1 ENOMSG");
		ck_assert_str_eq(calling("msgrcv(%d, 9, 0, MSG_COPY)", q), "-1 EINVAL");
	}
	ck_assert_str_eq(calling("msgrcv(%d, 9, 0)", q), "2 \"m1\" [4]");
}
END_TEST

START_TEST(queues_have_limits)
{
	int q = (int)calling_number("msgget(IPC_PRIVATE, 0600)");
	struct msqid_ds status;

	ck_assert_str_eq(calling("msgctl(%d, IPC_SET, 10)", q), "0");
	ck_assert_int_eq(msgctl(q, IPC_STAT, &status), 0);
	ck_assert_uint_eq(status.msg_qbytes, 10);
	ck_assert_uint_eq(status.msg_perm.mode & 0777, 0600);
	ck_assert_str_eq(calling("msgsnd(%d, 1, 8)", q), "0");
	ck_assert_str_eq(calling("msgsnd(%d, 1, 3, IPC_NOWAIT)", q), "-1 EAGAIN");
	ck_assert_str_eq(calling("msgsnd(%d, 1, 2, IPC_NOWAIT)", q), "0");
	ck_assert_str_eq(calling("msgctl(%d, IPC_SET, -1)", q), "-1 EINVAL");
	ck_assert_str_eq(calling("msgctl(%d, 4711)", q), "-1 EINVAL");
}
END_TEST

START_TEST(queues_block_and_are_removed)
{
	int q = (int)calling_number("msgget(IPC_PRIVATE, 0600)");
	struct caller reader, sender;

	calling_start(&reader, "msgrcv(%d, 9, 7)", q);
	ck_assert_str_eq(calling("msgsnd(%d, 6, \"no\")", q), "0");
	ck_assert_str_eq(calling("msgsnd(%d, 7, \"yes\")", q), "0");
	ck_assert_str_eq(calling_ended(&reader), "3 \"yes\" [7]");
	ck_assert_str_eq(calling("msgctl(%d, IPC_SET, 2)", q), "0");
	calling_start(&sender, "msgsnd(%d, 1, \"a\")", q);
	calling_start(&reader, "msgrcv(%d, 9, 7)", q);
	ck_assert_str_eq(calling("msgctl(%d, IPC_RMID)", q), "0");
	ck_assert_str_eq(calling_ended(&sender), "-1 EIDRM");
	ck_assert_str_eq(calling_ended(&reader), "-1 EIDRM");
	ck_assert_str_eq(calling("msgsnd(%d, 1, \"a\")", q), "-1 EINVAL");
	ck_assert_str_eq(calling("msgctl(%d, IPC_RMID)", q), "-1 EPERM"); /* no longer ours */
}
END_TEST

/* ---- shared memory ------------------------------------------------------------------------------- */

START_TEST(segments)
{
	int m = (int)calling_number("shmget(IPC_PRIVATE, 4096, 0600)");
	long long a = calling_number("shmat(%d)", m), b = calling_number("shmat(%d, SHM_RDONLY)", m);

	ck_assert_str_eq(calling("store(0x%llx, 0, 7)", a), "0");
	ck_assert_str_eq(calling("load(0x%llx, 0)", b), "7");
	ck_assert_str_eq(calling("shmdt(0x%llx)", a + 4), "-1 EINVAL");
	ck_assert_str_eq(calling("shmdt(0x%llx)", a), "0");
	ck_assert_str_eq(calling("shmdt(0x%llx)", a), "-1 EINVAL");
	ck_assert_str_eq(calling("shmctl(%d, 4711)", m), "-1 EINVAL");
	ck_assert_str_eq(calling("shmctl(%d, IPC_RMID)", m), "0");
	ck_assert_str_eq(calling("load(0x%llx, 0)", b), "7"); /* marked; the last detach frees */
	ck_assert_str_eq(calling("shmdt(0x%llx)", b), "0");
	ck_assert_str_eq(calling("shmat(%d)", m), "-1 EINVAL");
	ck_assert_str_eq(calling("shmat(-1)"), "-1 EINVAL");
}
END_TEST

/* ---- semaphores ---------------------------------------------------------------------------------- */

START_TEST(semaphores)
{
	int s = (int)calling_number("semget(IPC_PRIVATE, 2, 0600)");

	ck_assert_str_eq(calling("semctl(%d, 0, SETVAL, 3)", s), "0");
	ck_assert_str_eq(calling("semctl(%d, 0, GETVAL)", s), "3");
	ck_assert_str_eq(calling("semctl(%d, 1, GETVAL)", s), "0");
	ck_assert_str_eq(calling("semop(%d, {0, -1}, {1, 1})", s), "0");
	ck_assert_str_eq(calling("semctl(%d, 0, GETVAL)", s), "2");
	ck_assert_str_eq(calling("semctl(%d, 1, GETVAL)", s), "1");
	ck_assert_int_eq(calling_number("semctl(%d, 1, GETPID)", s), getpid());
	ck_assert_str_eq(calling("semop(%d, {0, -3, IPC_NOWAIT})", s), "-1 EAGAIN");
	ck_assert_str_eq(calling("semop(%d, {1, -1, IPC_NOWAIT}, {0, 0, IPC_NOWAIT})", s), "-1 EAGAIN");
	ck_assert_str_eq(calling("semctl(%d, 1, GETVAL)", s), "1"); /* all or none */
	ck_assert_str_eq(calling("semop(%d, {2, 1})", s), "-1 EFBIG");
	ck_assert_str_eq(calling("semop(%d, {0, 32767})", s), "-1 ERANGE");
	ck_assert_str_eq(calling("semop(%d, {0, 65537})", s), "-1 ERANGE"); /* not {0, 1} */
	ck_assert_str_eq(calling("semop(-1, {0, 1})"), "-1 EINVAL");
	ck_assert_str_eq(calling("semctl(%d, 2, GETVAL)", s), "-1 EINVAL");
	ck_assert_str_eq(calling("semctl(%d, 0, SETVAL, -1)", s), "-1 ERANGE");
	ck_assert_str_eq(calling("semctl(%d, 0, SETVAL, 32768)", s), "-1 ERANGE");
	ck_assert_str_eq(calling("semctl(%d, 0, 4711)", s), "-1 EINVAL");
	ck_assert_str_eq(calling("semctl(%d, 0, SETALL, 5)", s), "0");
	ck_assert_str_eq(calling("semctl(%d, 1, GETVAL)", s), "5");
	ck_assert_str_eq(calling("semctl(%d, 0, SETALL, 65541)", s), "-1 ERANGE"); /* not 5 */
	ck_assert_str_eq(calling("semctl(%d, 0, IPC_RMID)", s), "0");
	ck_assert_str_eq(calling("semctl(%d, 0, SETALL, 5)", s), "-1 EINVAL");
	ck_assert_str_eq(calling("semop(%d, {0, 1})", s), "-1 EINVAL");
}
END_TEST

START_TEST(semaphores_block)
{
	int s = (int)calling_number("semget(IPC_PRIVATE, 1, 0600)");
	struct caller taker, other, zero;

	calling_start(&taker, "semop(%d, {0, -1})", s);
	calling_start(&other, "semtimedop(%d, {0, -1}, 60000)", s);
	ck_assert_str_eq(calling("semctl(%d, 0, GETNCNT)", s), "2");
	ck_assert_str_eq(calling("semop(%d, {0, 1})", s), "0");
	ck_assert_str_eq(calling_ended(&taker), "0"); /* who waited longest */
	ck_assert_str_eq(calling("semctl(%d, 0, SETVAL, 2)", s), "0");
	ck_assert_str_eq(calling_ended(&other), "0");
	calling_start(&zero, "semop(%d, {0, 0})", s);
	calling_start(&taker, "semop(%d, {0, -9})", s);
	ck_assert_str_eq(calling("semctl(%d, 0, GETZCNT)", s), "1");
	ck_assert_str_eq(calling("semop(%d, {0, -1})", s), "0");
	ck_assert_str_eq(calling_ended(&zero), "0");
	ck_assert_str_eq(calling("semctl(%d, 0, IPC_RMID)", s), "0");
	ck_assert_str_eq(calling_ended(&taker), "-1 EIDRM");
}
END_TEST

START_TEST(semaphores_time_out)
{
	int s = (int)calling_number("semget(IPC_PRIVATE, 1, 0600)");

	ck_assert_str_eq(calling("semtimedop(%d, {0, -1}, 1)", s), "-1 EAGAIN");
	ck_assert_str_eq(calling("semtimedop(%d, {0, -1}, -1)", s), "-1 EINVAL");
	ck_assert_str_eq(calling("semtimedop(%d, {0, 1}, 0)", s), "0");
	ck_assert_str_eq(calling("semtimedop(%d, {0, 70000}, 0)", s), "-1 ERANGE");
}
END_TEST

static int take_and_end(void *data)
{
	calling("semop(%d, {0, -1, SEM_UNDO})", *(const int *)data);
	calling("semop(%d, {0, -1})", *(const int *)data);
	return 0;
}

START_TEST(undone_at_the_end)
{
	int s = (int)calling_number("semget(IPC_PRIVATE, 1, 0600)");
	struct child c;

	ck_assert_str_eq(calling("semctl(%d, 0, SETVAL, 3)", s), "0");
	child_start(&c, take_and_end, &s);
	ck_assert_int_eq(child_reap(&c), 0);
	child_stop(&c);
	ck_assert_str_eq(calling("semctl(%d, 0, GETVAL)", s), "2");
}
END_TEST

Suite *suite_call_sysv(void)
{
	Suite *s = suite_create("call_sysv");
	TCase *t = tcase_create("sysv");

	calling_use(t);
	tcase_add_test(t, keys_are_made_of_files);
	tcase_add_test(t, keys_make_and_find);
	tcase_add_test(t, permissions);
	tcase_add_test(t, others_objects_stay);
	tcase_add_test(t, messages);
	tcase_add_test(t, messages_by_type);
	tcase_add_test(t, queues_have_limits);
	tcase_add_test(t, queues_block_and_are_removed);
	tcase_add_test(t, segments);
	tcase_add_test(t, semaphores);
	tcase_add_test(t, semaphores_block);
	tcase_add_test(t, semaphores_time_out);
	tcase_add_test(t, undone_at_the_end);
	suite_add_tcase(s, t);
	return s;
}

/* SPDX-License-Identifier: MIT */
/* System V semaphores. */
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include "call/sysv.h"

enum { OPERATIONS = 4 };

union semctl_argument { /* semctl(2) has its callers define it */
	int value;
	struct semid_ds *status;
	unsigned short *array;
};

static int get_semaphores(const struct value *a)
{
	return semget((key_t)a[0].number, (int)a[1].number, (int)a[2].number);
}

MAKE(make_semget)
{
	UNUSED(n);
	sysv_get(c, out, 's', a, get_semaphores, 2);
}

/* struct sembuf's fields are short: what does not fit would be another operation. */
static bool operation(const struct value *v, struct sembuf *op)
{
	int64_t number = value_field(v, 0, 0), by = value_field(v, 1, 0);

	*op = (struct sembuf){ .sem_num = (unsigned short)number, .sem_op = (short)by,
			       .sem_flg = (short)value_field(v, 2, 0) };
	return op->sem_num == number && op->sem_op == by;
}

MAKE(make_semop)
{
	struct sembuf ops[OPERATIONS];
	size_t count = 0;

	UNUSED(n), UNUSED(c);
	for (int i = 1; i <= OPERATIONS && a[i].kind == VALUE_TUPLE; i++)
		if (!operation(&a[i], &ops[count++])) {
			make_error(out, ERANGE);
			return;
		}
	make_result(out, semop((int)a[0].number, ops, count));
}

MAKE(make_semtimedop)
{
	struct timespec limit = make_time(a[2].number);
	struct sembuf op;

	UNUSED(n), UNUSED(c);
	if (!operation(&a[1], &op))
		make_error(out, ERANGE);
	else
		make_result(out, semtimedop((int)a[0].number, &op, 1, &limit));
}

/* SETALL takes an array in C; here all get the one value. */
static int set_all(int id, int64_t value)
{
	struct semid_ds set;
	union semctl_argument argument = { .status = &set };
	int result;

	if (semctl(id, 0, IPC_STAT, argument) < 0)
		return -1;
	argument.array = calloc(set.sem_nsems, sizeof *argument.array);
	if (!argument.array)
		return -1;
	for (size_t i = 0; i < set.sem_nsems; i++)
		argument.array[i] = (unsigned short)value;
	result = semctl(id, 0, SETALL, argument);
	free(argument.array);
	return result;
}

MAKE(make_semctl)
{
	int id = (int)a[0].number;
	union semctl_argument argument = { .value = (int)a[3].number };

	UNUSED(n);
	switch (a[2].number) {
	case IPC_RMID:
		if (sysv_ours(c, out, 's', id))
			sysv_removed(c, out, 's', id, semctl(id, 0, IPC_RMID));
		break;
	case SETALL:
		if (a[3].number == (unsigned short)a[3].number)
			make_result(out, set_all(id, a[3].number));
		else
			make_error(out, ERANGE);
		break;
	case SETVAL:
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
		make_result(out, semctl(id, (int)a[1].number, (int)a[2].number, argument));
		break;
	default: /* others take a structure, whose address the value would be */
		make_error(out, EINVAL);
	}
}

/* glibc makes semop(3) with semtimedop(2) where there is no semop(2), and on some processors always. */
#ifdef SYS_semop
#define WAITS { CALL_SLEEPS(SYS_semtimedop), CALL_SLEEPS(SYS_semop) }
#elif defined SYS_semtimedop
#define WAITS { CALL_SLEEPS(SYS_semtimedop) }
#elif defined SYS_semtimedop_time64
#define WAITS { CALL_SLEEPS(SYS_semtimedop_time64), CALL_SLEEPS(SYS_ipc) }
#else
#define WAITS { CALL_SLEEPS(SYS_ipc) }
#endif

#define SEMOP(name, optional) { name, ARGUMENT_SEMOP, NULL, optional, 0 }

const struct call calls_sysv_semaphore[] = {
	{ .name = "semget", .argument = { SYSV_KEY, { "nsems", ARGUMENT_NUMBER, NULL, false, 0 }, SYSV_FLAGS },
	  .result = RESULT_OBJECT, .make = make_semget, .mechanism = "sysv", .see = "semget(2)",
	  .summary = "makes or finds a set of semaphores", .offers = "sem = semget(IPC_PRIVATE, 1, 0600)" },
	{ .name = "semop", .argument = { SYSV_ID("semid"), SEMOP("sop", false), SEMOP("sop2", true),
					 SEMOP("sop3", true), SEMOP("sop4", true) },
	  .result = RESULT_ZERO, .sleeps_in = WAITS, .make = make_semop, .mechanism = "sysv", .see = "semop(2)",
	  .summary = "adds, takes, or waits for zero: {number, -1}; several: all or none",
	  .offers = "semop({sem}, {0, -1})|semop({sem}, {0, 1})|semop({sem}, {0, 0})" },
	{ .name = "semtimedop", .argument = { SYSV_ID("semid"), SEMOP("sop", false),
					      { "timeout", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_ZERO, .sleeps_in = WAITS, .make = make_semtimedop, .mechanism = "sysv",
	  .see = "semop(2)", .summary = "the same, for so many ms at most: then EAGAIN" },
	{ .name = "semctl", .argument = { SYSV_ID("semid"), { "semnum", ARGUMENT_NUMBER, NULL, false, 0 },
					  { "op", ARGUMENT_SYMBOLS, &symbols_ipc_control, false, 0 },
					  { "value", ARGUMENT_NUMBER, NULL, true, 0 } },
	  .result = RESULT_NUMBER, .make = make_semctl, .mechanism = "sysv", .see = "semctl(2)",
	  .summary = "reads and sets values; with IPC_RMID: removes a set of this stage",
	  .offers = "semctl({sem}, 0, IPC_RMID)|semctl({sem}, 0, SETVAL, 1)" },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/* System V message queues, shared memory and semaphores.
 *
 * These objects outlive their processes, so each creation is announced to the ledger
 * before it is made and confirmed after, and only what is on the ledger may be removed. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "call/make.h"

union semctl_argument { /* semctl(2) has its callers define it */
	int value;
	struct semid_ds *status;
	unsigned short *array;
};

static int make_queue(const struct value *a)
{
	return msgget((key_t)a[0].number, (int)a[1].number);
}

static int make_segment(const struct value *a)
{
	return shmget((key_t)a[0].number, (size_t)a[1].number, (int)a[2].number);
}

static int make_semaphores(const struct value *a)
{
	return semget((key_t)a[0].number, (int)a[1].number, (int)a[2].number);
}

/* Whether the call, had it to make the object, made it: only then is it ours. The object
 * existed before when asking without IPC_CREAT finds it. */
static void get(struct call_context *c, struct outcome *out, char kind, const struct value *a,
		int (*call)(const struct value *), int flags_at)
{
	int flags = (int)a[flags_at].number;
	bool private = a[0].number == IPC_PRIVATE;
	bool makes = private || flags & IPC_CREAT;
	struct value exclusive[CALL_ARGUMENTS];

	if (!makes) {
		make_result(out, call(a));
		return;
	}
	if (c->creating(c->ledger, kind, (uint32_t)a[0].number) < 0) {
		make_error(out, ENOSPC);
		return;
	}
	/* With IPC_EXCL added, success means made here, and EEXIST that the call as written
	 * would find it: so ask first exclusively, then as written. */
	memcpy(exclusive, a, sizeof(struct value) * (size_t)(flags_at + 1));
	exclusive[flags_at].number = flags | (private ? 0 : IPC_EXCL);
	make_result(out, call(exclusive));
	if (out->result == -1 && out->error == EEXIST && !(flags & IPC_EXCL)) {
		c->created(c->ledger, kind, -1);
		make_result(out, call(a));
		return;
	}
	c->created(c->ledger, kind, (int)out->result);
}

MAKE(make_msgget)
{
	UNUSED(n);
	get(c, out, 'q', a, make_queue, 1);
}

MAKE(make_shmget)
{
	UNUSED(n);
	get(c, out, 'm', a, make_segment, 2);
}

MAKE(make_semget)
{
	UNUSED(n);
	get(c, out, 's', a, make_semaphores, 2);
}

MAKE(make_msgsnd)
{
	struct { long type; char text[]; } *message;
	const void *data;
	size_t length;

	UNUSED(n);
	if (!make_data(&a[2], c, out, &data, &length))
		return;
	message = malloc(sizeof *message + length);
	if (!message) {
		make_error(out, ENOMEM);
		return;
	}
	message->type = (long)a[1].number;
	memcpy(message->text, data, length);
	make_result(out, msgsnd((int)a[0].number, message, length, (int)a[3].number));
	free(message);
}

MAKE(make_shmat)
{
	void *where;

	UNUSED(n), UNUSED(c);
	where = shmat((int)a[0].number, NULL, (int)a[1].number);
	make_result(out, (int64_t)(intptr_t)where);
}

MAKE(make_shmdt)
{
	UNUSED(n), UNUSED(c);
	make_result(out, shmdt((const void *)(intptr_t)a[0].number));
}

/* Removes, if it is the stage's own: EPERM otherwise, as for somebody else's object. */
static bool removing(struct call_context *c, struct outcome *out, char kind, int id)
{
	if (c->may_remove(c->ledger, kind, id))
		return true;
	make_error(out, EPERM);
	return false;
}

static void removed(struct call_context *c, struct outcome *out, char kind, int id, int result)
{
	make_result(out, result);
	if (result == 0)
		c->removed(c->ledger, kind, id);
}

MAKE(make_msgctl)
{
	int id = (int)a[0].number;

	UNUSED(n);
	if (a[1].number != IPC_RMID)
		make_error(out, EINVAL);
	else if (removing(c, out, 'q', id))
		removed(c, out, 'q', id, msgctl(id, IPC_RMID, NULL));
}

MAKE(make_shmctl)
{
	int id = (int)a[0].number;

	UNUSED(n);
	if (a[1].number != IPC_RMID)
		make_error(out, EINVAL);
	else if (removing(c, out, 'm', id))
		removed(c, out, 'm', id, shmctl(id, IPC_RMID, NULL));
}

MAKE(make_semctl)
{
	int id = (int)a[0].number;
	union semctl_argument argument = { .value = (int)a[3].number };

	UNUSED(n);
	if (a[2].number != IPC_RMID)
		make_result(out, semctl(id, (int)a[1].number, (int)a[2].number, argument));
	else if (removing(c, out, 's', id))
		removed(c, out, 's', id, semctl(id, 0, IPC_RMID));
}

#define KEY { "key", ARGUMENT_KEY, &symbols_key, false, 0 }
#define FLAGS { "flags", ARGUMENT_SYMBOLS, &symbols_ipc, false, 0 }
#define ID(name) { name, ARGUMENT_OBJECT, NULL, false, 0 }
#define OP { "op", ARGUMENT_SYMBOLS, &symbols_ipc_control, false, 0 }
#define REMOVES { "op", ARGUMENT_SYMBOLS, &symbols_ipc_remove, false, 0 }

/* Where a processor has them separately; others multiplex through ipc(2). */
#ifdef SYS_msgsnd
#define SENDS { CALL_SLEEPS(SYS_msgsnd) }
#else
#define SENDS { CALL_SLEEPS(SYS_ipc) }
#endif

const struct call calls_sysv[] = {
	{ .name = "msgget", .argument = { KEY, FLAGS }, .result = RESULT_OBJECT, .make = make_msgget,
	  .mechanism = "sysv", .see = "msgget(2)", .summary = "makes or finds a message queue",
	  .offers = "q = msgget(IPC_PRIVATE, 0600)" },
	{ .name = "msgsnd", .argument = { ID("msqid"), { "type", ARGUMENT_NUMBER, NULL, false, 0 },
					  { "data", ARGUMENT_DATA, NULL, false, 0 },
					  { "flags", ARGUMENT_SYMBOLS, &symbols_msg, true, 0 } },
	  .result = RESULT_ZERO, .sleeps_in = SENDS, .make = make_msgsnd, .mechanism = "sysv",
	  .see = "msgsnd(2)", .summary = "puts a message of a type into a queue", .offers = "msgsnd({q}, 1, \"hello\")" },
	{ .name = "msgctl", .argument = { ID("msqid"), REMOVES }, .result = RESULT_ZERO, .make = make_msgctl,
	  .mechanism = "sysv", .see = "msgctl(2)", .summary = "with IPC_RMID: removes a queue of this stage",
	  .offers = "msgctl({q}, IPC_RMID)" },
	{ .name = "shmget", .argument = { KEY, { "size", ARGUMENT_SIZE, NULL, false, 0 }, FLAGS },
	  .result = RESULT_OBJECT, .make = make_shmget, .mechanism = "sysv", .see = "shmget(2)",
	  .summary = "makes or finds a shared memory segment", .offers = "m = shmget(IPC_PRIVATE, 4096, 0600)" },
	{ .name = "shmat", .argument = { ID("shmid"), { "flags", ARGUMENT_SYMBOLS, &symbols_shm, true, 0 } },
	  .result = RESULT_ADDRESS, .make = make_shmat, .mechanism = "sysv", .see = "shmat(2)",
	  .summary = "attaches a segment: where it then stands in this process", .offers = "a = shmat({m})" },
	{ .name = "shmdt", .argument = { { "address", ARGUMENT_ADDRESS, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_shmdt, .mechanism = "sysv", .see = "shmdt(2)",
	  .summary = "detaches it again; the segment stays" },
	{ .name = "shmctl", .argument = { ID("shmid"), REMOVES }, .result = RESULT_ZERO, .make = make_shmctl,
	  .mechanism = "sysv", .see = "shmctl(2)", .summary = "with IPC_RMID: marks a segment of this stage for removal",
	  .offers = "shmctl({m}, IPC_RMID)" },
	{ .name = "semget", .argument = { KEY, { "nsems", ARGUMENT_NUMBER, NULL, false, 0 }, FLAGS },
	  .result = RESULT_OBJECT, .make = make_semget, .mechanism = "sysv", .see = "semget(2)",
	  .summary = "makes or finds a set of semaphores", .offers = "sem = semget(IPC_PRIVATE, 1, 0600)" },
	{ .name = "semctl", .argument = { ID("semid"), { "semnum", ARGUMENT_NUMBER, NULL, false, 0 }, OP,
					  { "value", ARGUMENT_NUMBER, NULL, true, 0 } },
	  .result = RESULT_NUMBER, .make = make_semctl, .mechanism = "sysv", .see = "semctl(2)",
	  .summary = "reads and sets values; with IPC_RMID: removes a set of this stage",
	  .offers = "semctl({sem}, 0, IPC_RMID)" },
	{ 0 },
};

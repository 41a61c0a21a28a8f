/* SPDX-License-Identifier: MIT */
/* System V message queues. */
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/syscall.h>

#include "call/sysv.h"

/* msgsnd(2) has its callers define it. */
struct message {
	long type;
	char text[];
};

static int get_queue(const struct value *a)
{
	return msgget((key_t)a[0].number, (int)a[1].number);
}

MAKE(make_msgget)
{
	UNUSED(n);
	sysv_get(c, out, 'q', a, get_queue, 1);
}

MAKE(make_msgsnd)
{
	struct message *message;
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

MAKE(make_msgrcv)
{
	struct message *message;
	ssize_t got;

	UNUSED(n);
	if (!make_room(&a[1], out))
		return;
	message = malloc(sizeof *message + (size_t)a[1].number);
	if (!message) {
		make_error(out, ENOMEM);
		return;
	}
	got = msgrcv((int)a[0].number, message, (size_t)a[1].number, (long)a[2].number, (int)a[3].number);
	make_result(out, got);
	if (got >= 0) {
		make_told(c, out, (const uint8_t *)message->text, (size_t)got);
		out->n_values = 1;
		out->values[0] = message->type;
	}
	free(message);
}

/* The one limit that its owner may change: msg_qbytes. */
static int set_limit(int id, int64_t bytes)
{
	struct msqid_ds queue;

	if (msgctl(id, IPC_STAT, &queue) < 0)
		return -1;
	queue.msg_qbytes = (msglen_t)bytes;
	return msgctl(id, IPC_SET, &queue);
}

MAKE(make_msgctl)
{
	int id = (int)a[0].number;

	UNUSED(n);
	if ((a[1].number != IPC_RMID && a[1].number != IPC_SET) || (a[1].number == IPC_SET && a[2].number < 0))
		make_error(out, EINVAL);
	else if (!sysv_ours(c, out, 'q', id))
		return;
	else if (a[1].number == IPC_SET)
		make_result(out, set_limit(id, a[2].number));
	else
		sysv_removed(c, out, 'q', id, msgctl(id, IPC_RMID, NULL));
}

/* Where a processor has them separately; others multiplex through ipc(2). */
#ifdef SYS_msgsnd
#define SENDS { CALL_SLEEPS(SYS_msgsnd) }
#define RECEIVES { CALL_SLEEPS(SYS_msgrcv) }
#else
#define SENDS { CALL_SLEEPS(SYS_ipc) }
#define RECEIVES { CALL_SLEEPS(SYS_ipc) }
#endif

#define TYPE { "type", ARGUMENT_NUMBER, NULL, false, 0 }
#define MESSAGE_FLAGS { "flags", ARGUMENT_SYMBOLS, &symbols_msg, true, 0 }

const struct call calls_sysv_queue[] = {
	{ .name = "msgget", .argument = { SYSV_KEY, SYSV_FLAGS }, .result = RESULT_OBJECT, .make = make_msgget,
	  .mechanism = "sysv", .see = "msgget(2)", .summary = "makes or finds a message queue",
	  .offers = "q = msgget(IPC_PRIVATE, 0600)" },
	{ .name = "msgsnd", .argument = { SYSV_ID("msqid"), TYPE, { "data", ARGUMENT_DATA, NULL, false, 0 }, MESSAGE_FLAGS },
	  .result = RESULT_ZERO, .sleeps_in = SENDS, .make = make_msgsnd, .mechanism = "sysv",
	  .see = "msgsnd(2)", .summary = "puts a message of a type into a queue", .offers = "msgsnd({q}, 1, \"hello\")" },
	{ .name = "msgrcv", .argument = { SYSV_ID("msqid"), { "count", ARGUMENT_SIZE, NULL, false, 0 }, TYPE, MESSAGE_FLAGS },
	  .result = RESULT_DATA, .sleeps_in = RECEIVES, .make = make_msgrcv, .mechanism = "sysv",
	  .see = "msgrcv(2)", .summary = "takes the first message of a type; 0: of any; the type is told",
	  .offers = "msgrcv({q}, 4096, 0)|msgrcv({q}, 4096, 0, IPC_NOWAIT)" },
	{ .name = "msgctl", .argument = { SYSV_ID("msqid"), { "op", ARGUMENT_SYMBOLS, &symbols_msg_control, false, 0 },
					  { "qbytes", ARGUMENT_SIZE, NULL, true, 0 } },
	  .result = RESULT_ZERO, .make = make_msgctl, .mechanism = "sysv", .see = "msgctl(2)",
	  .summary = "removes a queue of this stage; with IPC_SET: its limit in bytes",
	  .offers = "msgctl({q}, IPC_RMID)" },
	{ 0 },
};

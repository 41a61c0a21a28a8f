/* SPDX-License-Identifier: MIT */
/* System V shared memory. What is done with attached memory stands in memory.c. */
#include <sys/ipc.h>
#include <sys/shm.h>

#include "call/sysv.h"

static int get_segment(const struct value *a)
{
	return shmget((key_t)a[0].number, (size_t)a[1].number, (int)a[2].number);
}

MAKE(make_shmget)
{
	UNUSED(n);
	sysv_get(c, out, 'm', a, get_segment, 2);
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

MAKE(make_shmctl)
{
	int id = (int)a[0].number;

	UNUSED(n);
	if (a[1].number != IPC_RMID)
		make_error(out, EINVAL);
	else if (sysv_ours(c, out, 'm', id))
		sysv_removed(c, out, 'm', id, shmctl(id, IPC_RMID, NULL));
}

const struct call calls_sysv_memory[] = {
	{ .name = "shmget", .argument = { SYSV_KEY, { "size", ARGUMENT_SIZE, NULL, false, 0 }, SYSV_FLAGS },
	  .result = RESULT_OBJECT, .make = make_shmget, .mechanism = "sysv", .see = "shmget(2)",
	  .summary = "makes or finds a shared memory segment", .offers = "m = shmget(IPC_PRIVATE, 4096, 0600)" },
	{ .name = "shmat", .argument = { SYSV_ID("shmid"), { "flags", ARGUMENT_SYMBOLS, &symbols_shm, true, 0 } },
	  .result = RESULT_ADDRESS, .make = make_shmat, .mechanism = "sysv", .see = "shmat(2)",
	  .summary = "attaches a segment: where it then stands in this process", .offers = "a = shmat({m})" },
	{ .name = "shmdt", .argument = { { "address", ARGUMENT_ADDRESS, NULL, false, 0 } },
	  .result = RESULT_ZERO, .make = make_shmdt, .mechanism = "sysv", .see = "shmdt(2)",
	  .summary = "detaches it again; the segment stays" },
	{ .name = "shmctl", .argument = { SYSV_ID("shmid"), { "op", ARGUMENT_SYMBOLS, &symbols_ipc_remove, false, 0 } },
	  .result = RESULT_ZERO, .make = make_shmctl, .mechanism = "sysv", .see = "shmctl(2)",
	  .summary = "with IPC_RMID: marks a segment of this stage for removal",
	  .offers = "shmctl({m}, IPC_RMID)" },
	{ 0 },
};

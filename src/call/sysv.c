/* SPDX-License-Identifier: MIT */
/* What System V messages, shared memory and semaphores have in common: keys, and the ledger. */
#include "call/sysv.h"

#include <string.h>
#include <sys/ipc.h>

/* Whether the call, had it to make the object, made it: only then is it ours. The object
 * existed before when asking without IPC_CREAT finds it. */
void sysv_get(struct call_context *c, struct outcome *out, char kind, const struct value *a,
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

bool sysv_ours(struct call_context *c, struct outcome *out, char kind, int id)
{
	if (c->may_remove(c->ledger, kind, id))
		return true;
	make_error(out, EPERM);
	return false;
}

void sysv_removed(struct call_context *c, struct outcome *out, char kind, int id, int result)
{
	make_result(out, result);
	if (result == 0)
		c->removed(c->ledger, kind, id);
}

/* A key is 32 bits wide: of key_t's sign nobody wants to know. */
MAKE(make_ftok)
{
	key_t key;

	UNUSED(n), UNUSED(c);
	key = ftok(a[0].text, (int)a[1].number);
	if (key == -1)
		make_error(out, errno);
	else
		make_value(out, (uint32_t)key);
}

const struct call calls_sysv[] = {
	{ .name = "ftok", .argument = { { "path", ARGUMENT_PATH, NULL, false, 0 },
					{ "id", ARGUMENT_NUMBER, NULL, false, 0 } },
	  .result = RESULT_KEY, .make = make_ftok, .mechanism = "sysv", .see = "ftok(3)",
	  .summary = "a key made of a file's inode and a number's last 8 bits" },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/* What the files of the three System V mechanisms share: objects that outlive their processes are
 * announced to the ledger before they are made, confirmed after, and removed only when they are the
 * stage's own. Only sysv*.c include it. */
#ifndef CALL_SYSV_H
#define CALL_SYSV_H

#include "call/make.h"

/* Makes or finds an object of `kind` ('q', 'm', 's'), by a[0], its key; the flags are a[flags_at].
 * `call` is msgget(2) and the like. */
void sysv_get(struct call_context *c, struct outcome *out, char kind, const struct value *a,
	      int (*call)(const struct value *), int flags_at);

/* Whether an object may be changed or removed: it is the stage's own. EPERM in out otherwise, as
 * for somebody else's object. */
bool sysv_ours(struct call_context *c, struct outcome *out, char kind, int id);

/* What IPC_RMID returned: when it is gone the ledger forgets it. */
void sysv_removed(struct call_context *c, struct outcome *out, char kind, int id, int result);

#define SYSV_KEY { "key", ARGUMENT_KEY, &symbols_key, false, 0 }
#define SYSV_FLAGS { "flags", ARGUMENT_SYMBOLS, &symbols_ipc, false, 0 }
#define SYSV_ID(name) { name, ARGUMENT_OBJECT, NULL, false, 0 }

#endif

/* SPDX-License-Identifier: MIT */
/* What POSIX objects' files share: names. Only files of this folder include it. */
#ifndef CALL_POSIX_H
#define CALL_POSIX_H

#include "call/make.h"

enum { POSIX_NAME = CALL_TEXT + 64 };

/* The name that the kernel gets, the lesson's and the stage's suffix; noted on the ledger when `flags`
 * say that the call may make the object. False with an error in out. */
bool posix_naming(const struct value *v, int64_t flags, char kind, struct call_context *c, char name[POSIX_NAME],
		  struct outcome *out);

/* Removes a name and takes it off the ledger. */
void posix_unlink(int (*unlink)(const char *), char kind, const struct value *v, struct call_context *c,
		  struct outcome *out);

#define POSIX_ARGUMENT { "name", ARGUMENT_STRING, NULL, false, 0 }
#define POSIX_FLAGS { "oflag", ARGUMENT_SYMBOLS, &symbols_open, false, 0 }
#define POSIX_MODE { "mode", ARGUMENT_MODE, NULL, true, 0600 }

#endif

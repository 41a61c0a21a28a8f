/* SPDX-License-Identifier: MIT */
/* POSIX names, and shared memory: shm_overview(7).
 *
 * These objects outlive their processes, so each is noted on the ledger before it can be made. Every
 * name ends with the stage's suffix, so none but the stage's own is ever removed. */
#include "call/posix.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static bool posix_name(const struct value *v, const struct call_context *c, char name[POSIX_NAME], struct outcome *out)
{
	int length = snprintf(name, POSIX_NAME, "%s%s", v->text, c->suffix);

	if (memchr(v->text, '\0', v->length)) {
		make_error(out, EINVAL);
		return false;
	}
	if (length >= POSIX_NAME) {
		make_error(out, ENAMETOOLONG);
		return false;
	}
	return true;
}

bool posix_naming(const struct value *v, int64_t flags, char kind, struct call_context *c, char name[POSIX_NAME],
		  struct outcome *out)
{
	if (!posix_name(v, c, name, out))
		return false;
	if (!(flags & O_CREAT) || c->naming(c->ledger, kind, name) == 0)
		return true;
	make_error(out, errno);
	return false;
}

void posix_unlink(int (*unlink)(const char *), char kind, const struct value *v, struct call_context *c,
		  struct outcome *out)
{
	char name[POSIX_NAME];

	if (!posix_name(v, c, name, out))
		return;
	make_result(out, unlink(name));
	if (out->result == 0)
		c->unnamed(c->ledger, kind, name);
}

MAKE(make_shm_open)
{
	char name[POSIX_NAME];

	UNUSED(n);
	if (posix_naming(&a[0], a[1].number, 'M', c, name, out))
		make_result(out, shm_open(name, (int)a[1].number, (mode_t)a[2].number));
}

MAKE(make_shm_unlink)
{
	UNUSED(n);
	posix_unlink(shm_unlink, 'M', &a[0], c, out);
}

const struct call calls_posix[] = {
	{ .name = "shm_open", .argument = { POSIX_ARGUMENT, POSIX_FLAGS, POSIX_MODE }, .result = RESULT_DESCRIPTOR,
	  .make = make_shm_open, .mechanism = "posix", .see = "shm_open(3)",
	  .summary = "shared memory by name: ftruncate gives it a size, mmap maps it",
	  .offers = "m = shm_open(\"/m\", O_RDWR|O_CREAT, 0600)" },
	{ .name = "shm_unlink", .argument = { POSIX_ARGUMENT }, .result = RESULT_ZERO, .make = make_shm_unlink,
	  .mechanism = "posix", .see = "shm_open(3)", .summary = "removes the name; mappings stay until the last is gone" },
	{ 0 },
};

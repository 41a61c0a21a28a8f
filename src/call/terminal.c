/* SPDX-License-Identifier: MIT */
/* A terminal of the lesson's own: pty(7). */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "call/make.h"

/* openpty(3) with what libc alone has, and neither end made the controlling terminal. The terminal
 * keeps its usual settings: it echoes, edits lines, turns control characters into signals. */
MAKE(make_openpty)
{
	char name[PATH_MAX];
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave = -1;

	UNUSED(a), UNUSED(n), UNUSED(c);
	if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, name, sizeof name) == 0)
		slave = open(name, O_RDWR | O_NOCTTY);
	make_result(out, slave < 0 ? -1 : 0);
	if (slave < 0) {
		if (master >= 0)
			close(master);
		return;
	}
	out->n_values = 2;
	out->values[0] = master;
	out->values[1] = slave;
}

const struct call calls_terminal[] = {
	{ .name = "openpty", .result = RESULT_PAIR, .make = make_openpty, .mechanism = "terminal", .see = "openpty(3)",
	  .summary = "a pseudo-terminal: t.a is the user's side, t.b the program's", .offers = "t = openpty()" },
	{ 0 },
};

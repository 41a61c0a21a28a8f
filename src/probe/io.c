/* SPDX-License-Identifier: MIT */
#include "probe/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "probe/procfs.h"
#include "probe/scan.h"

bool io_parse(const char *text, size_t length, struct io_counters *out)
{
	struct io_counters c = { 0 };
	const struct { const char *name; uint64_t *to; } field[] = {
		{ "rchar: ", &c.read }, { "wchar: ", &c.written }, { "syscr: ", &c.reads }, { "syscw: ", &c.writes },
	};
	enum { FIELDS = sizeof field / sizeof *field };
	struct scan r = { text, text + length }, line;
	unsigned found = 0;

	while (scan_line(&r, &line))
		for (size_t i = 0; i < FIELDS; i++)
			if (scan_text(&line, field[i].name)) {
				if (!scan_number(&line, 10, UINT64_MAX, field[i].to))
					return false;
				found |= 1u << i;
				break;
			}
	if (found != (1u << FIELDS) - 1)
		return false;
	*out = c;
	return true;
}

int io_read(pid_t pid, struct io_counters *out)
{
	char path[32], text[512];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
	n = procfs_read(AT_FDCWD, path, text, sizeof text);
	if (n < 0)
		return (int)n;
	return io_parse(text, (size_t)n, out) ? 0 : -EINVAL;
}

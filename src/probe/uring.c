/* SPDX-License-Identifier: MIT */
/* Parser of a ring's fdinfo. */
#include "probe/uring.h"

#include <stdio.h>
#include <string.h>

#include "probe/scan.h"

/* By number, for these are newer than the header of many a system. */
static const struct uring_operation operations[] = {
	[0] = { "a nop", URING_OTHER },
	[1] = { "a readv", URING_DATA },
	[2] = { "a writev", URING_ROOM },
	[3] = { "an fsync", URING_FILE },
	[4] = { "a read", URING_DATA },
	[5] = { "a write", URING_ROOM },
	[6] = { "a poll", URING_EVENTS },
	[7] = { "a removal of a poll", URING_OTHER },
	[8] = { "a sync_file_range", URING_FILE },
	[9] = { "a sendmsg", URING_ROOM },
	[10] = { "a recvmsg", URING_DATA },
	[11] = { "a timeout", URING_TIME },
	[12] = { "a removal of a timeout", URING_OTHER },
	[13] = { "an accept", URING_DATA },
	[14] = { "a cancellation", URING_OTHER },
	[15] = { "a timeout", URING_TIME },
	[16] = { "a connect", URING_CONNECT },
	[17] = { "a fallocate", URING_FILE },
	[18] = { "an open", URING_FILE },
	[19] = { "a close", URING_FILE },
	[20] = { "an update of registered files", URING_OTHER },
	[21] = { "a statx", URING_FILE },
	[22] = { "a read", URING_DATA },
	[23] = { "a write", URING_ROOM },
	[24] = { "an fadvise", URING_FILE },
	[25] = { "an madvise", URING_FILE },
	[26] = { "a send", URING_ROOM },
	[27] = { "a recv", URING_DATA },
	[28] = { "an open", URING_FILE },
	[29] = { "an epoll_ctl", URING_OTHER },
	[30] = { "a splice", URING_BOTH },
	[31] = { "a provision of buffers", URING_OTHER },
	[32] = { "a removal of buffers", URING_OTHER },
	[33] = { "a tee", URING_BOTH },
	[34] = { "a shutdown", URING_OTHER },
	[35] = { "a rename", URING_FILE },
	[36] = { "an unlink", URING_FILE },
	[37] = { "a mkdir", URING_FILE },
	[38] = { "a symlink", URING_FILE },
	[39] = { "a link", URING_FILE },
	[40] = { "a message to a ring", URING_OTHER },
	[41] = { "a setxattr", URING_FILE },
	[42] = { "a setxattr", URING_FILE },
	[43] = { "a getxattr", URING_FILE },
	[44] = { "a getxattr", URING_FILE },
	[45] = { "a socket", URING_OTHER },
	[46] = { "a command to a driver", URING_OTHER },
	[47] = { "a send", URING_ROOM },
	[48] = { "a sendmsg", URING_ROOM },
	[49] = { "a read", URING_DATA },
	[50] = { "a wait for a child", URING_OTHER },
	[51] = { "a wait for a futex", URING_OTHER },
	[52] = { "a wake of a futex", URING_OTHER },
	[53] = { "a wait for futexes", URING_OTHER },
	[54] = { "an installation of a descriptor", URING_OTHER },
	[55] = { "an ftruncate", URING_FILE },
	[56] = { "a bind", URING_OTHER },
	[57] = { "a listen", URING_OTHER },
	[58] = { "a recv", URING_DATA },
	[59] = { "an epoll_wait", URING_DATA },
	[60] = { "a readv", URING_DATA },
	[61] = { "a writev", URING_ROOM },
	[62] = { "a pipe", URING_OTHER },
};

const struct uring_operation *uring_operation(int number)
{
	static const struct uring_operation any = { "a request", URING_OTHER };

	return number >= 0 && number < (int)(sizeof operations / sizeof *operations) ? &operations[number] : &any;
}

/* --- fdinfo ---------------------------------------------------------------------------------- */

/* Each once: these bits are for the parser alone. */
enum { HAS_TAKEN = 1 << 16, HAS_SQ_TAIL = 1 << 17, HAS_POSTED = 1 << 18, HAS_CQ_HEAD = 1 << 19,
       HAS_ALL = HAS_TAKEN | HAS_SQ_TAIL | HAS_POSTED | HAS_CQ_HEAD };

static const struct row {
	const char *key;
	unsigned has;
	size_t offset;
} rows[] = {
	{ "CachedSqHead:", HAS_TAKEN, offsetof(struct uring_info, taken) },
	{ "SqTail:", HAS_SQ_TAIL, offsetof(struct uring_info, sq_tail) },
	{ "CachedCqTail:", HAS_POSTED, offsetof(struct uring_info, posted) },
	{ "CqHead:", HAS_CQ_HEAD, offsetof(struct uring_info, cq_head) },
};

static bool take_number(struct scan r, uint64_t max, uint64_t *out)
{
	scan_blanks(&r);
	return scan_number(&r, 10, max, out) && scan_at_end(&r);
}

static bool take_row(struct scan line, struct uring_info *out)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct scan r = line;
		uint64_t value;

		if (!scan_text(&r, rows[i].key))
			continue;
		if (!(out->has & rows[i].has) && take_number(r, UINT32_MAX, &value)) {
			*(uint32_t *)((char *)out + rows[i].offset) = (uint32_t)value;
			out->has |= rows[i].has;
		}
		return true;
	}
	return false;
}

/* "  op=22, task_works=0": an operation that waits until its file is ready. */
static void take_armed(struct scan line, struct uring_info *out)
{
	uint64_t number;

	scan_blanks(&line);
	if (!scan_text(&line, "op=") || !scan_number(&line, 10, UINT8_MAX, &number))
		return;
	if (out->n_armed < URING_ARMED)
		out->armed[out->n_armed++] = (unsigned char)number;
}

void uring_parse(const char *text, size_t length, struct uring_info *out)
{
	struct scan rest = { text, text + length }, line;
	bool armed = false, overflow = false;
	uint64_t value;

	*out = (struct uring_info){ .poller = -1 };
	while (scan_line(&rest, &line)) {
		struct scan r = line;

		if (line.s < line.end && *line.s == ' ') {
			if (armed)
				take_armed(line, out);
			out->overflown |= overflow;
			continue;
		}
		armed = scan_text(&r, "PollList:");
		overflow = !armed && scan_text(&r, "CqOverflowList:");
		if (armed)
			out->has |= URING_HAS_ARMED;
		else if (scan_text(&r, "ino:") && take_number(r, UINT64_MAX, &out->inode))
			out->has |= URING_HAS_INODE;
		else if (scan_text(&r, "SqThread:") && take_number(r, INT32_MAX, &value))
			out->poller = (pid_t)value; /* "-1" is no number here: none */
		else
			take_row(line, out);
	}
	if ((out->has & HAS_ALL) == HAS_ALL)
		out->has |= URING_HAS_COUNTERS;
	out->has &= URING_HAS_COUNTERS | URING_HAS_ARMED | URING_HAS_INODE;
}

bool uring_file(const char *text, size_t length, unsigned index, char *name, size_t size)
{
	struct scan rest = { text, text + length }, line;
	bool files = false;

	while (scan_line(&rest, &line)) {
		struct scan r = line;
		uint64_t number;

		if (line.s < line.end && *line.s != ' ')
			files = scan_text(&r, "UserFiles:");
		else if (files) {
			scan_blanks(&r);
			if (!scan_number(&r, 10, UINT32_MAX, &number) || number != index || !scan_text(&r, ": "))
				continue;
			snprintf(name, size, "%.*s", (int)(r.end - r.s < 4096 ? r.end - r.s : 4096), r.s);
			return *name && strcmp(name, "<none>") != 0;
		}
	}
	return false;
}

/* SPDX-License-Identifier: MIT */
/* Parser of fdinfo: a table of the lines that are one number, and functions for the others. */
#include "probe/fdinfo.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/procfs.h"
#include "probe/scan.h"

enum form { FORM_INT, FORM_OFFSET, FORM_COUNT, FORM_PID, FORM_FLAG };

/* FDINFO_HAS_TIMER stands for four lines; these bits are for the parser alone. */
enum { HAS_CLOCK = 1 << 16, HAS_TICKS = 1 << 17, HAS_VALUE = 1 << 18, HAS_INTERVAL = 1 << 19 };

static const struct row {
	const char *key;
	enum form form;
	unsigned base, has;
	size_t offset;
} rows[] = {
	{ "pos:\t", FORM_OFFSET, 10, FDINFO_HAS_POSITION, offsetof(struct fdinfo, position) },
	{ "flags:\t", FORM_INT, 8, FDINFO_HAS_FLAGS, offsetof(struct fdinfo, flags) },
	{ "mnt_id:\t", FORM_INT, 10, FDINFO_HAS_MOUNT, offsetof(struct fdinfo, mount) },
	{ "ino:\t", FORM_COUNT, 10, FDINFO_HAS_INODE, offsetof(struct fdinfo, inode) },
	{ "eventfd-count:", FORM_COUNT, 16, FDINFO_HAS_COUNT, offsetof(struct fdinfo, count) },
	{ "eventfd-semaphore:", FORM_FLAG, 10, FDINFO_HAS_SEMAPHORE,
	  offsetof(struct fdinfo, semaphore) },
	{ "eventfd-id:", FORM_INT, 10, FDINFO_HAS_NUMBER, offsetof(struct fdinfo, number) },
	{ "tty-index:\t", FORM_INT, 10, FDINFO_HAS_TERMINAL, offsetof(struct fdinfo, terminal) },
	{ "sigmask:\t", FORM_COUNT, 16, FDINFO_HAS_SIGNALS, offsetof(struct fdinfo, signals) },
	{ "clockid:", FORM_INT, 10, HAS_CLOCK, offsetof(struct fdinfo, timer.clock) },
	{ "ticks:", FORM_COUNT, 10, HAS_TICKS, offsetof(struct fdinfo, timer.ticks) },
	{ "Pid:\t", FORM_PID, 10, FDINFO_HAS_PID, offsetof(struct fdinfo, pid) },
};

static bool take_row(const struct row *row, struct scan *r, struct fdinfo *out)
{
	void *field = (char *)out + row->offset;
	uint64_t value = 0;
	int64_t pid = 0;
	uint64_t max = row->form == FORM_INT ? INT32_MAX : row->form == FORM_OFFSET ? INT64_MAX :
		       row->form == FORM_FLAG ? 1 : UINT64_MAX;

	scan_blanks(r);
	if (!(row->form == FORM_PID ? scan_signed(r, &pid) && pid >= -1 && pid <= INT32_MAX :
				      scan_number(r, row->base, max, &value)) ||
	    !scan_at_end(r))
		return false;
	switch (row->form) {
	case FORM_INT:
		*(int *)field = (int)value;
		break;
	case FORM_OFFSET:
		*(int64_t *)field = (int64_t)value;
		break;
	case FORM_COUNT:
		*(uint64_t *)field = value;
		break;
	case FORM_PID:
		*(pid_t *)field = (pid_t)pid;
		break;
	case FORM_FLAG:
		*(bool *)field = value;
		break;
	}
	return true;
}

/* "(2, 999992486)": seconds and nanoseconds. */
static bool take_time(struct scan *r, int64_t *ns)
{
	uint64_t seconds, rest;

	scan_blanks(r);
	if (!scan_text(r, "(") || !scan_number(r, 10, INT64_MAX / CLOCK_S - 1, &seconds) ||
	    !scan_text(r, ", ") || !scan_number(r, 10, CLOCK_S - 1, &rest) ||
	    !scan_text(r, ")") || !scan_at_end(r))
		return false;
	*ns = (int64_t)(seconds * CLOCK_S + rest);
	return true;
}

static bool take_timer(struct scan *r, struct fdinfo *out)
{
	static const struct { const char *key; unsigned has; size_t offset; } times[] = {
		{ "it_value:", HAS_VALUE, offsetof(struct fdinfo, timer.value) },
		{ "it_interval:", HAS_INTERVAL, offsetof(struct fdinfo, timer.interval) },
	};

	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		int64_t ns;

		if (!scan_text(r, times[i].key))
			continue;
		if (!(out->has & times[i].has) && take_time(r, &ns)) {
			*(int64_t *)((char *)out + times[i].offset) = ns;
			out->has |= times[i].has;
		}
		return true;
	}
	return false;
}

/* "        7 events: 80000019 data: fffffffffffffffe  pos:0 ino:40e sdev:10" */
static bool take_watch(struct scan *r, struct fdinfo_watch *out)
{
	uint64_t fd, events, position;

	*out = (struct fdinfo_watch){ 0 };
	scan_blanks(r);
	if (!scan_number(r, 10, INT32_MAX, &fd) || !scan_text(r, " events:"))
		return false;
	scan_blanks(r);
	if (!scan_number(r, 16, UINT32_MAX, &events) || !scan_text(r, " data:"))
		return false;
	scan_blanks(r);
	if (!scan_number(r, 16, UINT64_MAX, &out->data))
		return false;
	out->fd = (int)fd;
	out->events = (uint32_t)events;
	scan_blanks(r);
	if (scan_at_end(r))
		return true;
	return scan_text(r, "pos:") && scan_number(r, 10, UINT64_MAX, &position) &&
	       scan_text(r, " ino:") && scan_number(r, 16, UINT64_MAX, &out->inode);
}

static void take_line(struct scan *r, struct fdinfo *out)
{
	struct fdinfo_watch watch;
	struct lock lock;

	if (scan_text(r, "lock:")) {
		scan_blanks(r);
		if (lock_parse(r->s, (size_t)(r->end - r->s), &lock) && out->lock_count++ < FDINFO_LOCKS)
			out->locks[out->lock_count - 1] = lock;
		return;
	}
	if (scan_text(r, "tfd:")) {
		if (take_watch(r, &watch) && out->watch_count++ < FDINFO_WATCHES)
			out->watches[out->watch_count - 1] = watch;
		return;
	}
	if (take_timer(r, out))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (scan_text(r, rows[i].key)) {
			if (!(out->has & rows[i].has) && take_row(&rows[i], r, out))
				out->has |= rows[i].has;
			return;
		}
}

void fdinfo_parse(const char *text, size_t length, struct fdinfo *out)
{
	static const unsigned timer = HAS_CLOCK | HAS_TICKS | HAS_VALUE | HAS_INTERVAL;
	struct scan r = { text, text + length }, line;

	*out = (struct fdinfo){ .flags = -1 };
	while (scan_line(&r, &line))
		take_line(&line, out);
	if ((out->has & timer) == timer)
		out->has |= FDINFO_HAS_TIMER;
	out->has &= ~timer;
}

int fdinfo_read(int procdir, int fd, struct fdinfo *out)
{
	struct text text = { 0 };
	char name[32];
	int error;

	snprintf(name, sizeof name, "fdinfo/%d", fd);
	error = procfs_read_text(procdir, name, &text);
	fdinfo_parse(text_string(&text), text.length, out);
	text_free(&text);
	return error;
}

int fdinfo_same_file(pid_t pid1, int fd1, pid_t pid2, int fd2)
{
	/* 0 the same; 1, 2 and 3 order what differs. */
	long answer = syscall(SYS_kcmp, pid1, pid2, KCMP_FILE, (unsigned long)fd1, (unsigned long)fd2);

	return answer < 0 ? -errno : answer == 0;
}

/* SPDX-License-Identifier: MIT */
/* Parser of /proc/PID/status: a table of the lines we want; all others are passed over. */
#include "probe/status.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "probe/procfs.h"

/* What stands behind a line's name. */
enum form { FORM_NAME, FORM_STATE, FORM_PID, FORM_UID, FORM_SET, FORM_COUNT, FORM_QUEUE };

static const struct line {
	const char *key;
	enum form form;
	size_t offset;
} lines[] = {
	{ "Name", FORM_NAME, offsetof(struct status, name) },
	{ "State", FORM_STATE, offsetof(struct status, state) },
	{ "PPid", FORM_PID, offsetof(struct status, parent) },
	{ "TracerPid", FORM_PID, offsetof(struct status, tracer) },
	{ "Uid", FORM_UID, offsetof(struct status, uid) },
	{ "SigQ", FORM_QUEUE, 0 },
	{ "SigPnd", FORM_SET, offsetof(struct status, pending_thread) },
	{ "ShdPnd", FORM_SET, offsetof(struct status, pending_process) },
	{ "SigBlk", FORM_SET, offsetof(struct status, blocked) },
	{ "SigIgn", FORM_SET, offsetof(struct status, ignored) },
	{ "SigCgt", FORM_SET, offsetof(struct status, caught) },
	{ "voluntary_ctxt_switches", FORM_COUNT, offsetof(struct status, voluntary) },
	{ "nonvoluntary_ctxt_switches", FORM_COUNT, offsetof(struct status, involuntary) },
};

enum { LINES = sizeof lines / sizeof *lines };

/* The lines that must all be there for a bit of `has`. */
static const struct {
	unsigned has;
	const char *keys[6];
} groups[] = {
	{ STATUS_HAS_STATE, { "State" } },
	{ STATUS_HAS_PARENT, { "PPid" } },
	{ STATUS_HAS_SIGNALS, { "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt" } },
	{ STATUS_HAS_SWITCHES, { "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches" } },
};

/* What is left of a line. */
struct rest {
	const char *s, *end;
};

static void skip_blanks(struct rest *r)
{
	while (r->s < r->end && (*r->s == ' ' || *r->s == '\t'))
		r->s++;
}

/* Takes a number in base 10 or 16; false when there is none or it is above max. */
static bool take_number(struct rest *r, unsigned base, uint64_t max, uint64_t *out)
{
	const char *start;
	uint64_t value = 0;

	skip_blanks(r);
	for (start = r->s; r->s < r->end; r->s++) {
		char c = *r->s;
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') :
				 c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : base;

		if (digit >= base)
			break;
		if (value > (max - digit) / base)
			return false;
		value = value * base + digit;
	}
	*out = value;
	return r->s > start;
}

static bool at_end(struct rest *r)
{
	skip_blanks(r);
	return r->s == r->end;
}

static bool take_name(struct rest *r, struct status *out)
{
	size_t n;

	if (r->s < r->end && *r->s == '\t')
		r->s++; /* one tab belongs to the format; blanks behind it to the name */
	n = (size_t)(r->end - r->s);
	if (n >= sizeof out->name)
		n = sizeof out->name - 1;
	memcpy(out->name, r->s, n);
	out->name[n] = '\0';
	return true;
}

static bool take_state(struct rest *r, struct status *out)
{
	skip_blanks(r);
	if (r->s == r->end || !memchr("RSDTtZXxKWPI", *r->s, 12))
		return false;
	out->state = *r->s;
	return true;
}

/* "2/63700" */
static bool take_queue(struct rest *r, struct status *out)
{
	uint64_t queued, limit;

	if (!take_number(r, 10, UINT64_MAX, &queued) || r->s == r->end || *r->s++ != '/' ||
	    !take_number(r, 10, UINT64_MAX, &limit) || !at_end(r))
		return false;
	out->queued = queued;
	out->queue_limit = limit;
	return true;
}

static bool take_line(const struct line *line, struct rest *r, struct status *out)
{
	void *field = (char *)out + line->offset;
	uint64_t value, real;

	switch (line->form) {
	case FORM_NAME:
		return take_name(r, out);
	case FORM_STATE:
		return take_state(r, out);
	case FORM_QUEUE:
		return take_queue(r, out);
	case FORM_PID:
		if (!take_number(r, 10, INT32_MAX, &value) || !at_end(r))
			return false;
		*(pid_t *)field = (pid_t)value;
		return true;
	case FORM_UID: /* real, effective, saved, of the file system */
		if (!take_number(r, 10, UINT32_MAX, &real) ||
		    !take_number(r, 10, UINT32_MAX, &value))
			return false;
		*(unsigned *)field = (unsigned)value;
		return true;
	case FORM_SET:
	case FORM_COUNT:
		if (!take_number(r, line->form == FORM_SET ? 16 : 10, UINT64_MAX, &value) ||
		    !at_end(r))
			return false;
		*(uint64_t *)field = value;
		return true;
	}
	return false;
}

/* The row of the table that this line is, or LINES; r begins behind the colon then. */
static size_t which_line(struct rest *r)
{
	const char *colon = memchr(r->s, ':', (size_t)(r->end - r->s));
	size_t i, n;

	if (!colon)
		return LINES;
	n = (size_t)(colon - r->s);
	for (i = 0; i < LINES; i++)
		if (strlen(lines[i].key) == n && memcmp(lines[i].key, r->s, n) == 0)
			break;
	r->s = colon + 1;
	return i;
}

static unsigned groups_seen(const bool *seen)
{
	unsigned has = 0;

	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		bool all = true;

		for (const char *const *key = groups[g].keys; *key; key++)
			for (size_t i = 0; i < LINES; i++)
				if (strcmp(lines[i].key, *key) == 0)
					all = all && seen[i];
		if (all)
			has |= groups[g].has;
	}
	return has;
}

int status_parse(const char *text, size_t length, struct status *out)
{
	const char *end = text + length;
	bool seen[LINES] = { false };

	*out = (struct status){ 0 };
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		struct rest r = { text, newline };
		size_t i;

		if (!newline)
			break; /* cut short: half a number is a wrong number */
		i = which_line(&r);
		/* The kernel writes each line once: only the first counts. */
		if (i < LINES && !seen[i])
			seen[i] = take_line(&lines[i], &r, out);
		text = newline + 1;
	}
	out->has = groups_seen(seen);
	return out->has & STATUS_HAS_STATE ? 0 : -1;
}

int status_read(int procdir, struct status *out)
{
	/* 1.5 KiB as a rule; the line of groups may make it longer. */
	char text[16384];
	ssize_t n = procfs_read(procdir, "status", text, sizeof text);

	if (n < 0) {
		*out = (struct status){ 0 };
		return (int)n;
	}
	return status_parse(text, (size_t)n, out) ? -EINVAL : 0;
}

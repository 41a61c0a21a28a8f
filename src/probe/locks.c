/* SPDX-License-Identifier: MIT */
/* Parser of the lines that /proc/locks and fdinfo share. */
#include "probe/locks.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/memory.h"
#include "probe/procfs.h"
#include "probe/scan.h"

static const struct { const char *word; enum lock_kind kind; } kinds[] = {
	{ "POSIX", LOCK_POSIX }, { "OFDLCK", LOCK_OFD }, { "FLOCK", LOCK_FLOCK },
	{ "LEASE", LOCK_LEASE }, { "DELEG", LOCK_LEASE },
};

static const struct { const char *word; enum lock_access access; } accesses[] = {
	{ "READ", LOCK_FOR_READING }, { "WRITE", LOCK_FOR_WRITING },
	{ "RW", LOCK_FOR_WRITING },     /* flock's LOCK_MAND, until Linux 5.18 */
	{ "UNLCK", LOCK_FOR_NOTHING }, { "NONE", LOCK_FOR_NOTHING },
};

/* "-> " of a waiter; one blank more before it for each waiter in between. */
static void take_depth(struct scan *r, struct lock *out)
{
	struct scan after = *r;

	scan_blanks(&after);
	if (!scan_text(&after, "->"))
		return;
	out->depth = (int)(after.s - r->s) - 2 + 1;
	*r = after;
}

/* "POSIX  ADVISORY  WRITE" */
static bool take_words(struct scan *r, struct lock *out)
{
	struct scan kind, way, access;
	size_t i;

	scan_blanks(r);
	if (!scan_word(r, &kind))
		return false;
	scan_blanks(r);
	if (!scan_word(r, &way))
		return false;
	scan_blanks(r);
	if (!scan_word(r, &access))
		return false;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (scan_is(&kind, kinds[i].word))
			out->kind = kinds[i].kind;
	out->breaking = scan_is(&way, "BREAKING");
	for (i = 0; i < sizeof accesses / sizeof *accesses; i++)
		if (scan_is(&access, accesses[i].word))
			break;
	if (i == sizeof accesses / sizeof *accesses)
		return false;
	out->access = accesses[i].access;
	return true;
}

/* "fe:00:11011562", or "<none>:0" */
static bool take_file(struct scan *r, struct lock *out)
{
	if (!scan_text(r, "<none>") && !scan_device(r, &out->device))
		return false;
	return scan_text(r, ":") && scan_number(r, 10, UINT64_MAX, &out->inode);
}

/* "5 14", "0 EOF" */
static bool take_range(struct scan *r, struct lock *out)
{
	scan_blanks(r);
	if (!scan_signed(r, &out->start))
		return false;
	scan_blanks(r);
	out->end = -1;
	return (scan_text(r, "EOF") || (scan_signed(r, &out->end) && out->end >= 0)) &&
	       out->start >= 0 && scan_at_end(r);
}

bool lock_parse(const char *line, size_t length, struct lock *out)
{
	struct scan r = { line, line + length };
	int64_t pid;

	*out = (struct lock){ .waits_for = -1 };
	if (!scan_signed(&r, &out->number) || !scan_text(&r, ":") || !scan_text(&r, " "))
		return false;
	take_depth(&r, out);
	if (!take_words(&r, out))
		return false;
	scan_blanks(&r);
	if (!scan_signed(&r, &pid) || pid < -1 || pid > INT32_MAX)
		return false;
	out->pid = (pid_t)pid;
	scan_blanks(&r);
	return take_file(&r, out) && take_range(&r, out);
}

/* The nearest line above that is one less deep, within the same number. */
static int waited_for(const struct locks *l, const struct lock *waiter)
{
	for (size_t i = l->count; waiter->depth > 0 && i-- > 0;) {
		const struct lock *above = &l->list[i];

		if (above->number != waiter->number)
			break;
		if (above->depth < waiter->depth)
			return (int)i;
	}
	return -1;
}

void locks_parse(const char *text, size_t length, struct locks *out)
{
	struct scan r = { text, text + length }, line;

	out->count = 0;
	while (scan_line(&r, &line)) {
		struct lock lock;

		if (!lock_parse(line.s, (size_t)(line.end - line.s), &lock))
			continue;
		lock.waits_for = waited_for(out, &lock);
		out->list = memory_grow(out->list, &out->room, out->count + 1, sizeof *out->list);
		out->list[out->count++] = lock;
	}
}

int locks_read(struct locks *out)
{
	struct text text = { 0 };
	int error = procfs_read_text(AT_FDCWD, "/proc/locks", &text);

	locks_parse(text_string(&text), text.length, out);
	text_free(&text);
	return error;
}

void locks_free(struct locks *l)
{
	free(l->list);
	*l = (struct locks){ 0 };
}

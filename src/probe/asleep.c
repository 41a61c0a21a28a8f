/* SPDX-License-Identifier: MIT */
/* The length of sleeps by the scheduler's own time of each thread. */
#include "probe/asleep.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "probe/procfs.h"
#include "probe/scan.h"

/* /proc/stat counts in ticks of 10 ms, and what a hypervisor took it counts late: so far off may be what
 * is concluded from it. */
#define SLACK (250 * CLOCK_MS)

/* Clocks that differ by less are taken for one: saves reading a file a thread, 8 us. */
#define ALIKE (100 * CLOCK_MS)

/* Processes read for the comparison. Of the first in /proc many are the kernel's own, bound to one
 * processor each, and some of them have always run within the last second. */
enum { SAMPLES = 64 };

bool asleep_parse_sched(const char *text, size_t length, uint64_t *mark)
{
	struct scan rest = { text, text + length }, line;

	while (scan_line(&rest, &line)) {
		uint64_t ms, fraction;

		if (!scan_text(&line, "se.exec_start"))
			continue;
		scan_blanks(&line);
		if (!scan_text(&line, ":"))
			continue;
		scan_blanks(&line);
		if (scan_number(&line, 10, INT64_MAX / CLOCK_MS, &ms) && scan_text(&line, ".") &&
		    line.end - line.s == 6 && scan_number(&line, 10, 999999, &fraction) && scan_at_end(&line)) {
			*mark = ms * (uint64_t)CLOCK_MS + fraction;
			return true;
		}
	}
	return false;
}

bool asleep_mark(int folder, const char *prefix, uint64_t *mark)
{
	char text[2048], name[48]; /* the line is the first below the heading */
	ssize_t n;

	snprintf(name, sizeof name, "%ssched", prefix);
	n = procfs_read(folder, name, text, sizeof text);
	/* 0 stands in it while a thread is moved to another processor, and of idle threads. */
	return n > 0 && asleep_parse_sched(text, (size_t)n, mark) && *mark > 0;
}

bool asleep_parse_processor(const char *line, size_t length, int *processor, int64_t *interrupts, int64_t *stolen)
{
	/* cpuN user nice system idle iowait irq softirq steal guest guest_nice */
	struct scan rest = { line, line + length };
	uint64_t n, ticks[8];
	int64_t tick = CLOCK_S / sysconf(_SC_CLK_TCK);

	if (!scan_text(&rest, "cpu") || !scan_number(&rest, 10, 65535, &n))
		return false;
	for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
		scan_blanks(&rest);
		if (!scan_number(&rest, 10, (uint64_t)(INT64_MAX / CLOCK_S), &ticks[i]))
			return false;
	}
	*processor = (int)n;
	*interrupts = (int64_t)(ticks[5] + ticks[6]) * tick;
	*stolen = (int64_t)ticks[7] * tick;
	return true;
}

/* Which processor a thread is on, or ran on last: field 39 of its stat (proc_pid_stat(5)); -1 not known. */
static int processor_of(int folder, const char *prefix)
{
	char text[1024], name[48];
	struct scan rest, word;
	uint64_t processor;
	ssize_t n;

	snprintf(name, sizeof name, "%sstat", prefix);
	n = procfs_read(folder, name, text, sizeof text);
	if (n <= 0 || !strrchr(text, ')'))
		return -1;
	rest = (struct scan){ strrchr(text, ')') + 1, text + n };
	for (int field = 3; field <= 39; field++) {
		scan_blanks(&rest);
		if (!scan_word(&rest, &word))
			return -1;
	}
	return scan_number(&word, 10, 65535, &processor) ? (int)processor : -1;
}

/* What one kernel's clock may leave out: which of the two is not known from outside. */
enum { WITHOUT_INTERRUPTS = 1, WITHOUT_STOLEN = 2, WAYS = 4 };

struct comparison {
	int64_t *interrupts, *stolen; /* by processor */
	size_t room_interrupts, room_stolen;
	int processors;
	int own;         /* the processor on which this thread was when it looked at itself */
	int64_t behind;  /* its clock: ns behind CLOCK_MONOTONIC */
	bool ruled_out[WAYS];
	int64_t *bound;  /* by processor: its clock is not more behind than somebody seen on it */
	size_t room_bound;
};

static bool read_processors(struct comparison *c)
{
	struct text text = { 0 };
	struct scan rest, line;
	int processor;
	int64_t interrupts, stolen;

	procfs_read_text(AT_FDCWD, "/proc/stat", &text);
	rest = (struct scan){ text_string(&text), text_string(&text) + text.length };
	while (scan_line(&rest, &line)) {
		if (!asleep_parse_processor(line.s, (size_t)(line.end - line.s), &processor, &interrupts, &stolen))
			continue;
		if (processor >= c->processors)
			c->processors = processor + 1;
		c->interrupts = memory_grow(c->interrupts, &c->room_interrupts, (size_t)c->processors, sizeof *c->interrupts);
		c->stolen = memory_grow(c->stolen, &c->room_stolen, (size_t)c->processors, sizeof *c->stolen);
		c->interrupts[processor] = interrupts;
		c->stolen[processor] = stolen;
	}
	text_free(&text);
	return c->processors > 0;
}

/* How far a processor's clock is behind, if the kernel leaves this out of it. */
static int64_t behind(const struct comparison *c, int processor, int way)
{
	int64_t sum = c->behind;

	if (way & WITHOUT_INTERRUPTS)
		sum += c->interrupts[processor] - c->interrupts[c->own];
	if (way & WITHOUT_STOLEN)
		sum += c->stolen[processor] - c->stolen[c->own];
	return sum;
}

static bool look_at_self(struct comparison *c)
{
	int folder = procfs_open(getpid());
	uint64_t mark;
	bool known;

	if (folder < 0)
		return false;
	/* Its own mark is up to a tick old, which errs to the safe side. */
	c->own = processor_of(folder, "");
	known = c->own >= 0 && c->own < c->processors && asleep_mark(folder, "", &mark);
	if (known)
		c->behind = clock_now() - (int64_t)mark;
	close(folder);
	return known;
}

/* Nobody can have fallen asleep in the future: a way of counting that says so is not this kernel's. And
 * whoever ran on a processor a moment ago tells its clock to that moment. */
static void look_at(struct comparison *c, pid_t pid)
{
	int folder = procfs_open(pid), processor;
	uint64_t mark, again;
	int64_t ago;

	if (folder < 0)
		return;
	if (asleep_mark(folder, "", &mark)) {
		ago = clock_now() - (int64_t)mark;
		processor = processor_of(folder, "");
		for (int way = 0; way < WAYS && processor >= 0 && processor < c->processors; way++)
			if (ago < behind(c, processor, way) - SLACK)
				c->ruled_out[way] = true;
		/* Asked again: it may have gone to another processor in between. */
		if (processor >= 0 && processor < c->processors && ago < c->bound[processor] &&
		    asleep_mark(folder, "", &again) && again == mark)
			c->bound[processor] = ago;
	}
	close(folder);
}

/* Whether more samples would tell little more: each processor's clock is known to 30 ms. */
static bool is_known(const struct comparison *c)
{
	for (int i = 0; i < c->processors; i++) {
		int64_t guess = INT64_MIN;

		for (int way = 0; way < WAYS; way++)
			if (!c->ruled_out[way] && behind(c, i, way) > guess)
				guess = behind(c, i, way);
		if (c->bound[i] == INT64_MAX || guess == INT64_MIN || c->bound[i] > guess + 30 * CLOCK_MS)
			return false;
	}
	return true;
}

static void look_at_others(struct comparison *c)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	int seen = 0;

	c->bound = memory_grow(c->bound, &c->room_bound, (size_t)c->processors, sizeof *c->bound);
	for (int i = 0; i < c->processors; i++)
		c->bound[i] = i == c->own ? c->behind : INT64_MAX;
	while (folder && seen < SAMPLES && !is_known(c) && (entry = readdir(folder)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') {
			look_at(c, (pid_t)atoi(entry->d_name));
			seen++;
		}
	if (folder)
		closedir(folder);
}

/* The most that any way left says, or what somebody proves: so that a sleep is rather told too short. */
static void conclude(const struct comparison *c, struct asleep_clock *out)
{
	int64_t least = INT64_MAX;

	out->behind = memory_new((size_t)c->processors, sizeof *out->behind);
	out->most = INT64_MIN;
	out->processors = c->processors;
	for (int i = 0; i < c->processors; i++) {
		out->behind[i] = INT64_MIN;
		for (int way = 0; way < WAYS; way++)
			if (!c->ruled_out[way] && behind(c, i, way) > out->behind[i])
				out->behind[i] = behind(c, i, way);
		if (out->behind[i] > INT64_MIN)
			out->behind[i] += SLACK;
		if (c->bound[i] < INT64_MAX && (out->behind[i] == INT64_MIN || c->bound[i] < out->behind[i]))
			out->behind[i] = c->bound[i];
		out->usable |= out->behind[i] > INT64_MIN;
		least = out->behind[i] < least ? out->behind[i] : least;
		out->most = out->behind[i] > out->most ? out->behind[i] : out->most;
	}
	if (least == INT64_MIN || out->most - least > ALIKE)
		out->most = -1;
}

void asleep_compare(struct asleep_clock *out)
{
	struct comparison c = { .own = -1 };

	*out = (struct asleep_clock){ 0 };
	if (read_processors(&c) && look_at_self(&c)) {
		look_at_others(&c);
		conclude(&c, out);
	}
	free(c.bound);
	free(c.interrupts);
	free(c.stolen);
}

void asleep_release(struct asleep_clock *c)
{
	free(c->behind);
	*c = (struct asleep_clock){ 0 };
}

int64_t asleep_for(const struct asleep_clock *c, int folder, const char *prefix, uint64_t mark, int64_t now)
{
	int processor;
	int64_t ns, less = c->most;

	if (!c->usable)
		return -1;
	if (less == -1) {
		processor = processor_of(folder, prefix);
		if (processor < 0 || processor >= c->processors || c->behind[processor] == INT64_MIN)
			return -1;
		less = c->behind[processor];
	}
	ns = now - (int64_t)mark - less;
	return ns > 0 ? ns : 0;
}

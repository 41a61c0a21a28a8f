/* SPDX-License-Identifier: MIT */
/* What a process tells of itself: /proc/PID/stat, cmdline, schedstat. */
#include <string.h>
#include <sys/stat.h>

#include "probe/procfs.h"
#include "probe/scan.h"
#include "system/private.h"

/* PF_KTHREAD of the kernel's include/linux/sched.h, in field 9 of /proc/PID/stat. */
#define KERNEL_THREAD 0x00200000

/* The fields of /proc/PID/stat by their numbers in proc_pid_stat(5). */
enum {
	STAT_STATE = 3, STAT_PARENT = 4, STAT_GROUP = 5, STAT_TERMINAL = 7, STAT_FOREGROUND = 8,
	STAT_FLAGS = 9, STAT_TASKS = 20, STAT_START = 22, STAT_EXIT = 52,
};

static void take_field(struct system_process *p, int field, int64_t value)
{
	switch (field) {
	case STAT_PARENT:
		p->parent = (pid_t)value;
		break;
	case STAT_GROUP:
		p->group = (pid_t)value;
		break;
	case STAT_TERMINAL:
		p->terminal = (unsigned)value;
		break;
	case STAT_FOREGROUND:
		p->foreground = (pid_t)value;
		break;
	case STAT_FLAGS:
		p->kernel_thread = value & KERNEL_THREAD;
		break;
	case STAT_TASKS:
		p->tasks = (int)value;
		break;
	case STAT_START:
		p->start = (uint64_t)value;
		break;
	case STAT_EXIT:
		/* While it is stopped, the signal that stopped it (Linux 5.17). */
		p->signal = p->state == 'T' || p->state == 't' ? (int)(value & 0x7f) : 0;
		break;
	}
}

/* "4711 (the name) S 1 ...": the name may hold blanks and brackets. */
bool process_parse(const char *text, size_t length, struct system_process *p)
{
	const char *open = memchr(text, '(', length), *close = memrchr(text, ')', length);
	struct scan r, word;
	size_t n;

	if (!open || !close || close < open)
		return false;
	n = (size_t)(close - open - 1);
	n = n < sizeof p->name ? n : sizeof p->name - 1;
	memcpy(p->name, open + 1, n);
	p->name[n] = '\0';
	r = (struct scan){ close + 1, text + length };
	if (r.s < r.end && r.end[-1] == '\n')
		r.end--;
	scan_blanks(&r);
	if (!scan_word(&r, &word))
		return false;
	p->state = *word.s;
	for (int field = STAT_STATE + 1; field <= STAT_EXIT; field++) {
		int64_t value;

		scan_blanks(&r);
		if (scan_signed(&r, &value))
			take_field(p, field, value);
		else if (!scan_word(&r, &word)) /* rsslim is larger than that */
			break;
	}
	return p->start != 0 || p->pid == 1;
}

void process_command(int procdir, struct system_process *p)
{
	ssize_t n = procfs_read(procdir, "cmdline", p->command, sizeof p->command);

	if (n <= 0) {
		p->command[0] = '\0';
		return;
	}
	while (n > 0 && p->command[n - 1] == '\0')
		n--;
	for (ssize_t i = 0; i < n; i++)
		if (p->command[i] == '\0')
			p->command[i] = ' ';
}

/* How much this thread has run: "ns on a processor, ns waited for one, how often". False: not told. */
static bool read_ran(int procdir, const char *file, uint64_t *ran)
{
	char text[96];
	ssize_t n = procfs_read(procdir, file, text, sizeof text);
	struct scan r = { text, text + (n > 0 ? n : 0) };
	uint64_t spent, waited, times;

	if (!scan_number(&r, 10, UINT64_MAX, &spent) || !scan_text(&r, " ") ||
	    !scan_number(&r, 10, UINT64_MAX, &waited) || !scan_text(&r, " ") ||
	    !scan_number(&r, 10, UINT64_MAX, &times))
		return false;
	*ran = spent + times; /* neither ever becomes less */
	return times > 0;
}

uint64_t process_ran(int procdir, const struct system_process *p)
{
	uint64_t ran = 0;

	if (p->tasks != 1 || p->state == 'R' || !read_ran(procdir, "schedstat", &ran))
		return 0;
	return ran;
}

bool process_is_same(const struct system_process *p, int procdir)
{
	struct system_process now = { .pid = p->pid };
	char text[1024];
	struct stat st;
	ssize_t n;

	/* The folder of another process has another number. The same one's may get a new one when the kernel wants
	 * memory: then its start decides. */
	if (fstat(procdir, &st) == 0 && st.st_ino == p->folder)
		return true;
	n = procfs_read(procdir, "stat", text, sizeof text);
	return n > 0 && process_parse(text, (size_t)n, &now) && now.start == p->start;
}

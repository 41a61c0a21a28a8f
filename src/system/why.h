/* SPDX-License-Identifier: MIT */
/* Why a process waits: from link to link, down to the cause.
 *
 * Each link is one sentence with its numbers, and the interface it rests on; the last says what would
 * resolve it. What cannot be known is said, with the reason. */
#ifndef SYSTEM_WHY_H
#define SYSTEM_WHY_H

#include "base/text.h"
#include "system/system.h"

enum why_end {
	WHY_FOUND,     /* the cause, or one outside of what can be known: said as such */
	WHY_NOTHING,   /* nothing is wrong: it runs, or waits for its terminal, a timer, new clients */
	WHY_DEADLOCK,  /* the chain leads back: members are the links from `cycle` on */
	WHY_UNKNOWN,   /* it may not be looked into */
};

enum { WHY_LINKS = 32 };

struct why_link {
	pid_t pid, tid;
	char name[SYSTEM_NAME];       /* raw */
	int object;                   /* index in the snapshot; -1 */
	char sentence[320];           /* printable: "tar 812 has waited 4.2 s in write(1, 10240 bytes) on pipe:[27408], full: 65536 of 65536 B" */
	char source[SYSTEM_TEXT];     /* "/proc/812/syscall, FIONREAD" */
	int depth;                    /* several may follow from one (a poll on several descriptors): indent */
};

struct why {
	enum why_end end;
	struct why_link link[WHY_LINKS];
	int n_links;
	int cycle;                    /* DEADLOCK: the first link of the cycle */
	char remedy[320];             /* "kill -CONT 813 resumes it"; "" none */
};

/* Follows the chain that begins with a process. An empty snapshot (system_new) is filled as far as that
 * takes; one that was scanned and joined serves as it is. Sleeps and levels are read anew, of those alone
 * whom the chain meets; the threads in the snapshot stay as they were, FIFOs that somebody waits to open
 * may be added to its objects. 0, or -1 with e: ESRCH, there is no such process; or /proc is not mounted. */
int why_take(struct system *s, pid_t pid, struct why *out, struct error *e);

#endif

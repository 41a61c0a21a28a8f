/* SPDX-License-Identifier: MIT */
/* Snapshots made by hand, for tests of what is printed of them. */
#ifndef TESTS_COMMAND_MACHINE_H
#define TESTS_COMMAND_MACHINE_H

#include "system/system.h"

enum { MACHINE_MOST = 16 };

struct machine {
	struct system s;
	struct system_process process[MACHINE_MOST];
	struct system_object object[MACHINE_MOST];
	struct system_end end[MACHINE_MOST];
	struct system_thread thread[MACHINE_MOST];
	int by_object[MACHINE_MOST];
	int order[MACHINE_MOST]; /* as they were added */
};

void machine_init(struct machine *m);
int machine_process(struct machine *m, pid_t pid, const char *name, char state, unsigned uid);
/* level < 0: not known. */
int machine_object(struct machine *m, enum system_kind kind, const char *name, int64_t level, int64_t limit,
		   enum system_word word);
/* All ends of one object are added before those of the next. */
void machine_end(struct machine *m, int process, int object, int fd, char access, char side);
void machine_wait(struct machine *m, int process, int object, enum system_wait wait, int64_t asleep);

#endif

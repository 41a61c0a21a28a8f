/* SPDX-License-Identifier: MIT */
/* What of the machine is put on the stage to be watched from outside: an object with its processes, or a
 * process with all that it shares with others. Nobody of them is told anything. */
#ifndef UI_WATCHING_H
#define UI_WATCHING_H

#include "stage/stage.h"
#include "system/system.h"
#include "ui/system_rows.h"

enum { WATCHING_PROCESSES = 40, WATCHING_OBJECTS = 8 };

struct watching {
	char where[96];              /* printable: "pipe:[27408]" */
	char note[300];              /* printable: who is not shown, and why; "" */
	struct watching_process {
		pid_t pid;
		uint64_t start;
		char name[SYSTEM_NAME], command[SYSTEM_TEXT]; /* raw */
	} process[WATCHING_PROCESSES];
	int n_processes, more_processes; /* more: for whom there is no room */
	struct watching_object {
		enum object_kind kind;
		uint64_t device, inode, inode_b;
		char name[SYSTEM_TEXT], path[SYSTEM_TEXT]; /* raw */
		int64_t terminal; /* as in struct stage_outside */
		bool others;
	} object[WATCHING_OBJECTS];
	int n_objects, more_objects;
};

/* Of a row of the System tab. */
void watching_of(struct watching *w, const struct system *s, const struct system_row *row);

/* Puts them on the stage. False with e when all processes that were to be watched are gone; what nobody has is
 * shown alone. */
bool watching_put(const struct watching *w, struct stage *s, struct error *e);

#endif

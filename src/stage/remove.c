/* SPDX-License-Identifier: MIT */
/* Removing objects that outlive processes, because the user said so. */
#include <errno.h>
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "process/ledger.h"
#include "stage/internal.h"

static int remove_by_id(char kind, int id)
{
	return kind == 'q' ? msgctl(id, IPC_RMID, NULL) : kind == 'm' ? shmctl(id, IPC_RMID, NULL) : semctl(id, 0, IPC_RMID);
}

static int remove_by_name(char kind, const char *name)
{
	return kind == 'Q' ? mq_unlink(name) : kind == 'M' ? shm_unlink(name) : sem_unlink(name);
}

int stage_remove(struct stage *s, char kind, int id, const char *name, struct error *e)
{
	struct ledger ledger = { s->board, 0 };
	bool by_name = kind == 'Q' || kind == 'M' || kind == 'S';

	if ((by_name ? remove_by_name(kind, name) : remove_by_id(kind, id)) < 0)
		return by_name ? error_set(e, errno, "cannot remove %.80s", name) : error_set(e, errno, "cannot remove %d", id);
	if (by_name)
		ledger_unnamed(&ledger, kind, name);
	else
		ledger_removed(&ledger, kind, id);
	s->sysv_due = 0;
	stage_sample(s);
	return 0;
}

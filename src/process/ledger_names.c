/* SPDX-License-Identifier: MIT */
/* The ledger's part for POSIX objects: mq_overview(7), shm_overview(7), sem_overview(7). */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>

#include "process/ledger.h"

static struct board_name *find(struct board *b, char kind, const char *name)
{
	for (int i = 0; i < BOARD_NAMES; i++)
		if (b->name[i].kind == kind && !strcmp(b->name[i].name, name))
			return &b->name[i];
	return NULL;
}

int ledger_naming(void *ledger, char kind, const char *name)
{
	struct board *b = ((struct ledger *)ledger)->board;

	if (find(b, kind, name))
		return 0;
	if (strlen(name) >= BOARD_NAME) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (int i = 0; i < BOARD_NAMES; i++) {
		int32_t none = 0;

		if (!atomic_compare_exchange_strong(&b->name[i].kind, &none, -1))
			continue;
		strcpy(b->name[i].name, name); /* measured above */
		b->name[i].kind = kind;
		return 0;
	}
	errno = ENOSPC;
	return -1;
}

void ledger_unnamed(void *ledger, char kind, const char *name)
{
	struct board_name *n = find(((struct ledger *)ledger)->board, kind, name);

	if (n)
		n->kind = 0;
}

static void remove_named(char kind, const char *name)
{
	if (kind == 'Q')
		mq_unlink(name);
	else if (kind == 'M')
		shm_unlink(name);
	else if (kind == 'S')
		sem_unlink(name);
}

/* The board may be one that somebody else's program wrote: only what ends like this stage's names. */
void ledger_sweep_names(struct board *b)
{
	const char *suffix = board_suffix(b);

	for (int i = 0; i < BOARD_NAMES; i++) {
		struct board_name *n = &b->name[i];
		size_t length = strnlen(n->name, BOARD_NAME), end = strlen(suffix);

		if (n->kind && length < BOARD_NAME && length > end && end > 0 &&
		    !strcmp(n->name + length - end, suffix))
			remove_named((char)n->kind, n->name);
		n->kind = 0;
	}
}

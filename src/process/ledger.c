/* SPDX-License-Identifier: MIT */
#include "process/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "probe/census.h"
#include "probe/procfs.h"
#include "probe/sysv.h"

static const struct {
	char kind;
	enum sysv_kind sysv;
} kinds[] = { { 'q', SYSV_QUEUE }, { 'm', SYSV_SEGMENT }, { 's', SYSV_SEMAPHORES } };

static char letter(enum sysv_kind kind)
{
	for (size_t i = 0; i < 3; i++)
		if (kinds[i].sysv == kind)
			return kinds[i].kind;
	return 0;
}

static struct board_entry *find(const struct board *b, char kind, int id)
{
	for (int i = 0; i < BOARD_ENTRIES; i++)
		if (b->entry[i].kind == kind && b->entry[i].id == id)
			return (struct board_entry *)(uintptr_t)&b->entry[i];
	return NULL;
}

int ledger_creating(void *ledger, char kind, uint32_t key)
{
	struct ledger *l = ledger;
	struct board_place *p = &l->board->place[l->place];
	bool room = false;

	for (int i = 0; i < BOARD_ENTRIES && !room; i++)
		room = l->board->entry[i].kind == 0;
	if (!room) {
		errno = ENOSPC;
		return -1;
	}
	p->intent_key = key;
	p->intent_time = time(NULL);
	p->intent_kind = kind;
	return 0;
}

static void write_down(struct board *b, char kind, int id)
{
	for (int i = 0; i < BOARD_ENTRIES; i++) {
		int32_t none = 0;

		/* -1 keeps others off while the id is being written. */
		if (!atomic_compare_exchange_strong(&b->entry[i].kind, &none, -1))
			continue;
		b->entry[i].id = id;
		b->entry[i].kind = kind;
		return;
	}
}

void ledger_created(void *ledger, char kind, int id)
{
	struct ledger *l = ledger;

	if (id >= 0)
		write_down(l->board, kind, id);
	l->board->place[l->place].intent_kind = 0;
}

bool ledger_has(const struct board *b, char kind, int id)
{
	return find(b, kind, id) != NULL;
}

bool ledger_may_remove(void *ledger, char kind, int id)
{
	return ledger_has(((struct ledger *)ledger)->board, kind, id);
}

void ledger_removed(void *ledger, char kind, int id)
{
	struct board_entry *entry = find(((struct ledger *)ledger)->board, kind, id);

	if (entry)
		entry->kind = 0;
}

static void remove_object(char kind, int id)
{
	if (kind == 'q')
		msgctl(id, IPC_RMID, NULL);
	else if (kind == 'm')
		shmctl(id, IPC_RMID, NULL);
	else if (kind == 's')
		semctl(id, 0, IPC_RMID);
}

/* A process was killed between creating and writing down: the one object of that kind and key,
 * ours, of that moment, that no ledger knows. More than one candidate: none is touched. */
static void sweep_intent(const struct board *b, struct board_place *p, const struct sysv_list *all)
{
	const struct sysv_object *found = NULL;
	int candidates = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct sysv_object *o = &all->list[i];

		if (letter(o->kind) != p->intent_kind || o->key != p->intent_key ||
		    o->creator_uid != geteuid() || ledger_has(b, letter(o->kind), o->id))
			continue;
		if (o->changed < p->intent_time || o->changed > p->intent_time + 1)
			continue;
		if (o->kind == SYSV_SEGMENT && o->segment.creator != p->who.pid)
			continue;
		found = o;
		candidates++;
	}
	if (candidates == 1)
		remove_object(letter(found->kind), found->id);
	p->intent_kind = 0;
}

void ledger_sweep(struct board *b)
{
	struct sysv_list all = { 0 };

	for (int i = 0; i < BOARD_PLACES; i++)
		if (b->place[i].intent_kind) {
			if (sysv_list_read(&all) == 0)
				sweep_intent(b, &b->place[i], &all);
			b->place[i].intent_kind = 0;
		}
	sysv_list_free(&all);
	ledger_sweep_names(b);
	for (int i = 0; i < BOARD_ENTRIES; i++)
		if (b->entry[i].kind) {
			remove_object((char)b->entry[i].kind, b->entry[i].id);
			b->entry[i].kind = 0;
		}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type;
	if (at->level > 0)
		remove(path);
	return 0;
}

/* A lesson may have taken its own folders' permissions away. */
static int open_up(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)at;
	if (type == FTW_D || type == FTW_DNR)
		chmod(path, st->st_mode | 0700);
	return 0;
}

static void empty(const char *folder)
{
	nftw(folder, open_up, 8, FTW_PHYS);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void ledger_empty_folder(const struct board *b)
{
	char stage[BOARD_FOLDER + 16];

	empty(board_stage_folder(b, stage, sizeof stage));
}

void ledger_remove_folder(const struct board *b)
{
	empty(b->folder);
	rmdir(b->folder);
}

bool ledger_marked(pid_t pid, const char *folder)
{
	static char text[65536];
	char mark[BOARD_FOLDER + 32];
	int n = snprintf(mark, sizeof mark, "%s=%s", LEDGER_MARK, folder);
	int dir = procfs_open(pid);
	ssize_t got = dir < 0 ? -1 : procfs_read(dir, "environ", text, sizeof text);
	bool is = false;

	for (char *s = text; got > 0 && s < text + got && !is; s += strlen(s) + 1)
		is = !strncmp(s, mark, (size_t)n + 1);
	if (dir >= 0)
		close(dir);
	return is;
}

static void kill_leftovers(const struct board *b)
{
	struct census all = { 0 };

	for (int i = 0; i < BOARD_PLACES; i++)
		if (board_alive(&b->place[i].who))
			kill(b->place[i].who.pid, SIGKILL);
	if (census_read(&all, NULL) == 0)
		for (size_t i = 0; i < all.count; i++)
			if (all.list[i].uid == geteuid() && ledger_marked(all.list[i].pid, b->folder))
				kill(all.list[i].pid, SIGKILL);
	census_free(&all);
}

static bool is_abandoned(const struct board *b, const char *folder, enum board_place_in_world world)
{
	if (strcmp(b->folder, folder))
		return false;
	if (world == BOARD_HERE)
		return !board_alive(&b->front) && !board_alive(&b->stagehand);
	return world == BOARD_BEFORE_REBOOT || !board_locked(folder);
}

/* What was about to be created is told apart by its creator's pid. */
static void forget_intents(struct board *b)
{
	for (int i = 0; i < BOARD_PLACES; i++)
		b->place[i].intent_kind = 0;
}

/* Whether the board was never finished: its magic number is written last. */
static bool is_unfinished(const char *board)
{
	int fd = open(board, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint64_t magic = 0;
	bool is = fd >= 0 && read(fd, &magic, sizeof magic) >= 0 && magic == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

/* Somebody was killed before there was a board, or in the middle of making it: not just now. */
static bool remove_unfinished(const char *folder)
{
	char path[BOARD_FOLDER + 16];
	struct stat st;

	if (lstat(folder, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || time(NULL) - st.st_mtime < 60)
		return false;
	snprintf(path, sizeof path, "%s/board", folder);
	if (is_unfinished(path))
		unlink(path);
	snprintf(path, sizeof path, "%s/stage", folder);
	rmdir(path);
	return rmdir(folder) == 0;
}

/* Ids are given out again after a reboot, and pids mean others in another namespace: then
 * nothing is touched that could be somebody's. */
static bool remove_leftover(const char *folder)
{
	struct board *b = board_open(folder);
	enum board_place_in_world world = b ? board_world_is(b) : BOARD_ELSEWHERE;
	bool removed;

	if (!b)
		return remove_unfinished(folder);
	removed = is_abandoned(b, folder, world);
	if (removed && world == BOARD_HERE)
		kill_leftovers(b);
	if (removed && world == BOARD_OTHER_PIDS)
		forget_intents(b);
	if (removed && (world == BOARD_HERE || world == BOARD_OTHER_PIDS))
		ledger_sweep(b);
	else if (removed) /* names are nobody else's in any world */
		ledger_sweep_names(b);
	if (removed)
		ledger_remove_folder(b);
	board_unmap(b);
	return removed;
}

int ledger_remove_leftovers(void)
{
	char prefix[32], path[BOARD_FOLDER];
	const char *base;
	int removed = 0;

	snprintf(prefix, sizeof prefix, "ipcscope-%u-", (unsigned)geteuid());
	for (int n = 0; (base = board_base(n)); n++) {
		DIR *d = opendir(base);
		struct dirent *entry;

		while (d && (entry = readdir(d)))
			if (!strncmp(entry->d_name, prefix, strlen(prefix)) &&
			    (size_t)snprintf(path, sizeof path, "%s/%s", base, entry->d_name) < sizeof path)
				removed += remove_leftover(path);
		if (d)
			closedir(d);
	}
	return removed;
}

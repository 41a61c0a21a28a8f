/* SPDX-License-Identifier: MIT */
#include "probe/limits.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "probe/posix_list.h"
#include "probe/procfs.h"

/* semctl(2): the caller has to define it. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *__buf;
};

struct list {
	struct limit *at;
	int n;
};

static void add(struct list *l, struct limit limit)
{
	if (l->n < LIMITS_MOST)
		l->at[l->n++] = limit;
}

static void add_limit(struct list *l, const char *name, const char *what, const char *unit, uint64_t limit)
{
	add(l, (struct limit){ name, what, unit, true, false, limit, 0, NULL });
}

static void add_both(struct list *l, const char *name, const char *what, const char *unit, uint64_t limit, uint64_t used)
{
	add(l, (struct limit){ name, what, unit, true, true, limit, used, NULL });
}

static void add_used(struct list *l, const char *what, const char *unit, uint64_t used)
{
	add(l, (struct limit){ "", what, unit, false, true, 0, used, NULL });
}

static void add_queues(struct list *l)
{
	struct msginfo limits, used;

	if (msgctl(0, IPC_INFO, (struct msqid_ds *)&limits) < 0 || msgctl(0, MSG_INFO, (struct msqid_ds *)&used) < 0)
		return;
	add_both(l, "MSGMNI", "message queues", "", (uint64_t)limits.msgmni, (uint64_t)used.msgpool);
	add_limit(l, "MSGMAX", "longest message", "bytes", (uint64_t)limits.msgmax);
	add_limit(l, "MSGMNB", "a new queue's limit", "bytes", (uint64_t)limits.msgmnb);
	add_used(l, "messages in queues", "", (uint64_t)used.msgmap);
	add_used(l, "bytes in queues", "bytes", (uint64_t)used.msgtql);
}

static void add_segments(struct list *l)
{
	struct shminfo limits;
	struct shm_info used;

	if (shmctl(0, IPC_INFO, (struct shmid_ds *)&limits) < 0 || shmctl(0, SHM_INFO, (struct shmid_ds *)&used) < 0)
		return;
	add_both(l, "SHMMNI", "shared memory segments", "", limits.shmmni, (uint64_t)used.used_ids);
	add_limit(l, "SHMMAX", "largest segment", "bytes", limits.shmmax);
	add_limit(l, "SHMMIN", "smallest segment", "bytes", limits.shmmin);
	add_both(l, "SHMALL", "memory in segments", "pages", limits.shmall, used.shm_tot);
	add_used(l, "of it in memory", "pages", used.shm_rss);
	add_used(l, "of it swapped out", "pages", used.shm_swp);
}

static void add_semaphores(struct list *l)
{
	struct seminfo limits, used;

	if (semctl(0, 0, IPC_INFO, (union semun){ .__buf = &limits }) < 0 ||
	    semctl(0, 0, SEM_INFO, (union semun){ .__buf = &used }) < 0)
		return;
	add_both(l, "SEMMNI", "sets of semaphores", "", (uint64_t)limits.semmni, (uint64_t)used.semusz);
	add_both(l, "SEMMNS", "semaphores in all sets", "", (uint64_t)limits.semmns, (uint64_t)used.semaem);
	add_limit(l, "SEMMSL", "semaphores in a set", "", (uint64_t)limits.semmsl);
	add_limit(l, "SEMOPM", "operations in a semop", "", (uint64_t)limits.semopm);
	add_limit(l, "SEMVMX", "a semaphore's value", "", (uint64_t)limits.semvmx);
}

/* queues_max counts the queues of all users in this IPC namespace; RLIMIT_MSGQUEUE is the caller's own, and counts
 * all that his real user has. */
static void add_posix(struct list *l)
{
	static const struct { const char *file, *name, *what, *unit; } row[] = {
		{ "queues_max", "queues_max", "POSIX queues", "" },
		{ "msg_max", "msg_max", "messages in a POSIX queue", "" },
		{ "msgsize_max", "msgsize_max", "longest POSIX message", "bytes" },
		{ "msg_default", "msg_default", "a new POSIX queue's messages", "" },
		{ "msgsize_default", "msgsize_default", "a new POSIX queue's longest", "bytes" },
	};
	struct rlimit queues;
	struct statvfs shm;
	int folder = open("/proc/sys/fs/mqueue", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; folder >= 0 && i < sizeof row / sizeof *row; i++) {
		char text[32];

		if (procfs_read(folder, row[i].file, text, sizeof text) > 0)
			add_limit(l, row[i].name, row[i].what, row[i].unit, strtoull(text, NULL, 10));
	}
	if (folder >= 0)
		close(folder);
	if (getrlimit(RLIMIT_MSGQUEUE, &queues) == 0)
		add(l, (struct limit){ "RLIMIT_MSGQUEUE", "your POSIX queues", "bytes",
				       queues.rlim_cur != RLIM_INFINITY, false, queues.rlim_cur, 0,
				       "the kernel tells nobody" });
	if (statvfs(POSIX_SHM, &shm) == 0 && shm.f_blocks)
		add_both(l, POSIX_SHM, "POSIX shared memory", "bytes", shm.f_blocks * shm.f_frsize,
			 (shm.f_blocks - shm.f_bfree) * shm.f_frsize);
	if (statvfs(POSIX_SHM, &shm) == 0 && shm.f_files)
		add_both(l, POSIX_SHM " files", "names in " POSIX_SHM, "", shm.f_files, shm.f_files - shm.f_ffree);
}

int limits_read(struct limit out[LIMITS_MOST])
{
	struct list l = { out, 0 };

	add_queues(&l);
	add_segments(&l);
	add_semaphores(&l);
	add_posix(&l);
	return l.n;
}

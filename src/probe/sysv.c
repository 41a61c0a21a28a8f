/* SPDX-License-Identifier: MIT */
/* System V objects, found by trying every index the kernel has in use (msgctl(2), shmctl(2),
 * semctl(2)): a call costs 0.35 us. /proc/sysvipc would give the same without a system call
 * each, but no waiters and no way to ask for one object. */
#include "probe/sysv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "base/memory.h"

/* semctl(2): the caller has to define it. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *__buf;
};

/* The commands of a kind. ANY needs no read permission, from Linux 4.17 on. */
struct commands {
	int info, stat, stat_any;
};

#ifndef MSG_STAT_ANY
#define MSG_STAT_ANY MSG_STAT
#endif
#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY SHM_STAT
#endif
#ifndef SEM_STAT_ANY
#define SEM_STAT_ANY SEM_STAT
#endif

static const struct commands commands[] = {
	[SYSV_QUEUE] = { MSG_INFO, MSG_STAT, MSG_STAT_ANY },
	[SYSV_SEGMENT] = { SHM_INFO, SHM_STAT, SHM_STAT_ANY },
	[SYSV_SEMAPHORES] = { SEM_INFO, SEM_STAT, SEM_STAT_ANY },
};

static void from_perm(const struct ipc_perm *perm, struct sysv_object *out)
{
	out->key = (uint32_t)perm->__key;
	out->mode = perm->mode & 0777;
	out->uid = perm->uid;
	out->gid = perm->gid;
	out->creator_uid = perm->cuid;
	out->creator_gid = perm->cgid;
}

static int stat_queue(int number, int command, struct sysv_object *out)
{
	struct msqid_ds ds = { 0 }; /* valgrind does not know that STAT_ANY fills it */
	int id = msgctl(number, command, &ds);

	if (id < 0)
		return -errno;
	from_perm(&ds.msg_perm, out);
	out->changed = ds.msg_ctime;
	out->queue.messages = ds.msg_qnum;
	out->queue.bytes = ds.__msg_cbytes;
	out->queue.limit = ds.msg_qbytes;
	out->queue.last_sender = ds.msg_lspid;
	out->queue.last_receiver = ds.msg_lrpid;
	out->queue.sent = ds.msg_stime;
	out->queue.received = ds.msg_rtime;
	return id;
}

static int stat_segment(int number, int command, struct sysv_object *out)
{
	struct shmid_ds ds = { 0 }; /* valgrind does not know that STAT_ANY fills it */
	int id = shmctl(number, command, &ds);

	if (id < 0)
		return -errno;
	from_perm(&ds.shm_perm, out);
	out->changed = ds.shm_ctime;
	out->segment.size = ds.shm_segsz;
	out->segment.attached = ds.shm_nattch;
	out->segment.creator = ds.shm_cpid;
	out->segment.last = ds.shm_lpid;
	out->segment.marked = ds.shm_perm.mode & SHM_DEST;
	out->segment.locked = ds.shm_perm.mode & SHM_LOCKED;
	out->segment.attach_time = ds.shm_atime;
	out->segment.detach_time = ds.shm_dtime;
	return id;
}

static int stat_semaphores(int number, int command, struct sysv_object *out)
{
	struct semid_ds ds = { 0 }; /* valgrind does not know that STAT_ANY fills it */
	int id = semctl(number, 0, command, (union semun){ .buf = &ds });

	if (id < 0)
		return -errno;
	from_perm(&ds.sem_perm, out);
	out->changed = ds.sem_ctime;
	out->semaphores.count = (unsigned)ds.sem_nsems;
	out->semaphores.operated = ds.sem_otime;
	return id;
}

/* `number` is an index for the STAT commands, which return the id; an id for IPC_STAT,
 * which returns 0. Or -errno. */
static int stat_object(enum sysv_kind kind, int number, int command, struct sysv_object *out)
{
	*out = (struct sysv_object){ .kind = kind };
	switch (kind) {
	case SYSV_QUEUE:
		return stat_queue(number, command, out);
	case SYSV_SEGMENT:
		return stat_segment(number, command, out);
	case SYSV_SEMAPHORES:
		return stat_semaphores(number, command, out);
	}
	return -EINVAL;
}

/* The highest index in use, or -errno. */
static int highest(enum sysv_kind kind)
{
	struct msginfo queues;
	struct shm_info segments;
	struct seminfo semaphores;
	int command = commands[kind].info, n = -1;

	switch (kind) {
	case SYSV_QUEUE:
		n = msgctl(0, command, (struct msqid_ds *)&queues);
		break;
	case SYSV_SEGMENT:
		n = shmctl(0, command, (struct shmid_ds *)&segments);
		break;
	case SYSV_SEMAPHORES:
		n = semctl(0, 0, command, (union semun){ .__buf = &semaphores });
		break;
	}
	return n < 0 ? -errno : n;
}

/* Objects may come and go between the calls: an index without one is passed over. */
static int list_kind(enum sysv_kind kind, struct sysv_list *out)
{
	int last = highest(kind);

	for (int i = 0; i <= last; i++) {
		struct sysv_object object;
		int id = stat_object(kind, i, commands[kind].stat_any, &object);

		/* EFAULT: glibc before 2.33 does not hand SEM_STAT_ANY's buffer on to the kernel. */
		if (id == -EINVAL || id == -EACCES || id == -EFAULT)
			id = stat_object(kind, i, commands[kind].stat, &object);
		if (id < 0)
			continue;
		object.id = id;
		out->list = memory_grow(out->list, &out->room, out->count + 1, sizeof *out->list);
		out->list[out->count++] = object;
	}
	return last < 0 ? last : 0;
}

static int by_kind_and_id(const void *a, const void *b)
{
	const struct sysv_object *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

int sysv_list_read(struct sysv_list *out)
{
	static const enum sysv_kind kinds[] = { SYSV_QUEUE, SYSV_SEGMENT, SYSV_SEMAPHORES };
	int error = 0, failed = 0;

	out->count = 0;
	for (size_t i = 0; i < 3; i++) {
		int e = list_kind(kinds[i], out);

		failed += e < 0;
		error = e < 0 ? e : error;
	}
	if (out->count)
		qsort(out->list, out->count, sizeof *out->list, by_kind_and_id);
	return failed == 3 ? error : 0;
}

void sysv_list_free(struct sysv_list *l)
{
	free(l->list);
	*l = (struct sysv_list){ 0 };
}

int sysv_read(enum sysv_kind kind, int id, struct sysv_object *out)
{
	static const int places[] = { 0x7fff, 0xffffff }; /* the low bits of an id; more with ipcmni_extend */
	int error = stat_object(kind, id, IPC_STAT, out);

	/* An owner who may not read has an object whose figures others can see, by its place. */
	for (size_t i = 0; i < 2 && error == -EACCES; i++)
		if (stat_object(kind, id & places[i], commands[kind].stat_any, out) == id)
			error = 0;
	out->id = id;
	return error < 0 ? error : 0;
}

int sysv_semaphore_read(int id, unsigned index, struct sysv_semaphore *out)
{
	static const int command[] = { GETVAL, GETNCNT, GETZCNT, GETPID };
	int answer[4];

	*out = (struct sysv_semaphore){ 0 };
	for (size_t i = 0; i < 4; i++) {
		answer[i] = semctl(id, (int)index, command[i]);
		if (answer[i] < 0)
			return -errno;
	}
	*out = (struct sysv_semaphore){ answer[0], answer[1], answer[2], answer[3] };
	return 0;
}

/* The largest message that the kernel takes now (msgctl(2) IPC_INFO, /proc/sys/kernel/msgmax). */
static size_t longest_message(void)
{
	struct msginfo info = { 0 };

	return msgctl(0, IPC_INFO, (struct msqid_ds *)&info) < 0 || info.msgmax < 0 ? 0 :
	       (size_t)info.msgmax;
}

/* MSG_COPY wants room for all of the message: E2BIG without MSG_NOERROR, EINVAL with it. */
ssize_t sysv_peek(int id, unsigned index, long *type, void *bytes, size_t room)
{
	long small[1 + 1024 / sizeof(long)], *message = small; /* the type, then the bytes */
	size_t size = sizeof small - sizeof *small, longest;
	ssize_t n = msgrcv(id, message, size, (long)index, MSG_COPY | IPC_NOWAIT);

	if (n < 0 && errno == E2BIG && (longest = longest_message()) > size) {
		message = memory_new(1, sizeof *message + longest);
		n = msgrcv(id, message, longest, (long)index, MSG_COPY | IPC_NOWAIT);
	}
	if (n < 0) {
		n = -errno;
	} else {
		*type = message[0];
		memcpy(bytes, message + 1, (size_t)n < room ? (size_t)n : room);
	}
	if (message != small)
		free(message);
	return n;
}

/* SPDX-License-Identifier: MIT */
/* System V objects of the machine, as ipcs(1) lists them: msgctl, shmctl, semctl with
 * the *_STAT_ANY commands (Linux 4.17; *_STAT before, which shows the readable ones). */
#ifndef PROBE_SYSV_H
#define PROBE_SYSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum sysv_kind { SYSV_QUEUE, SYSV_SEGMENT, SYSV_SEMAPHORES };

struct sysv_object {
	enum sysv_kind kind;
	int id;
	uint32_t key;  /* 0 is IPC_PRIVATE */
	unsigned mode; /* permission bits, 0777 */
	unsigned uid, gid, creator_uid, creator_gid;
	int64_t changed; /* ctime, seconds since 1970 */
	union {
		/* Times are seconds since 1970, 0 where it never happened. */
		struct {
			uint64_t messages, bytes, limit;
			pid_t last_sender, last_receiver;
			int64_t sent, received; /* the last one */
		} queue;
		struct {
			uint64_t size, attached;
			pid_t creator, last;
			bool marked, locked; /* marked: removal is pending */
			int64_t attach_time, detach_time; /* the last one */
		} segment;
		struct {
			unsigned count;
			int64_t operated; /* the last semop(2) */
		} semaphores;
	};
};

struct sysv_list {
	struct sysv_object *list; /* queues, then segments, then semaphores; each by id */
	size_t count, room;
};

/* Lists all three kinds. Reuses out's memory. 0 or -errno (ENOSYS: the kernel has none). */
int sysv_list_read(struct sysv_list *out);
void sysv_list_free(struct sysv_list *l);

/* One object by id: 0 or -errno (EINVAL, EIDRM: gone; EACCES: not readable). */
int sysv_read(enum sysv_kind kind, int id, struct sysv_object *out);

/* Semaphore `index` of set `id`: value, how many wait for an increase and for zero, and
 * who changed it last (semctl(2) GETVAL, GETNCNT, GETZCNT, GETPID). 0 or -errno. */
struct sysv_semaphore { int value, waiting_increase, waiting_zero; pid_t last; };
int sysv_semaphore_read(int id, unsigned index, struct sysv_semaphore *out);

/* Message `index` (0: the oldest) of queue `id`, left where it is: msgrcv(2) with MSG_COPY takes
 * nothing, wakes nobody and is not noted as a receiver. *type is its type; its first bytes, at most
 * `room`, go to bytes. Returns its whole length, or -errno: ENOMSG fewer messages, EACCES not
 * readable, EINVAL or EIDRM gone, ENOSYS a kernel without CONFIG_CHECKPOINT_RESTORE. */
ssize_t sysv_peek(int id, unsigned index, long *type, void *bytes, size_t room);

#endif
